#!/bin/sh
# Evaluations and time: how much of a file is judged and that it is always the same, that an evaluation
# ends after Ctrl-C and after --minutes, and what is shown while a run goes on.
set -eu
. tests/program/library.sh

# Rows of any numbers: no option sets the numbers of a run.
build_helper progress_rows "$BUILD/src/training/progress.o" "$BUILD/src/support/clock.o"
cd "$scratch"
runner=
reader=
pid=
: >evaluating # the process on the terminal

tidy() {
    for _process in $runner $reader $pid $(cat evaluating); do
        kill -9 "$_process" 2>/dev/null || :
    done
}

# An evaluation that takes an hour, if nothing ends it.
endless="temporal-order --length 20 --hidden 8 --batch 5 --evaluate-every 5 \
--evaluate-sequences 1000000000 --stop-error 0"

# --- On a terminal ---------------------------------------------------------------------------------

# In the background, since it takes its two seconds: an evaluation that takes longer says so, and how
# much of it is done. `script` is a terminal of 80 columns for it, and runs a command in $SHELL.
shows=
SHELL=/bin/sh
export SHELL
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
    shows=yes
    COLUMNS='' script -qec "echo \$\$ >evaluating && exec '$SRNN' train $endless --minutes 60" /dev/null \
        </dev/null >terminal 2>&1 &
    runner=$!
    # Lines fit a narrow terminal.
    COLUMNS='' script -qec "stty cols 48 && '$SRNN' train temporal-order --length 20 --updates 300 \
        --evaluate-every 100 --evaluate-sequences 100" /dev/null </dev/null >narrow 2>&1
    tr '\r' '\n' <narrow | grep -E '^ +(update|[0-9]+) ' >lines || fail "no progress: $(cat narrow)"
    [ "$(awk 'length > most { most = length } END { print most }' lines)" -le 48 ] ||
        fail "lines are longer than the terminal: $(cat lines)"
    # Between evaluations a line shows what is known: before the first there is no loss and no radius.
    # A slow machine needs more time for a line.
    for minutes in 0.01 0.1 1 10; do
        COLUMNS=100 script -qec "'$SRNN' train temporal-order --length 20 --hidden 8 --stop-error 0 \
            --evaluate-every 1000000000 --evaluate-sequences 10 --minutes $minutes" /dev/null \
            </dev/null >between 2>&1
        tr '\r' '\n' <between | grep -E '^ +[0-9]+ ' >lines || fail "no progress: $(cat between)"
        [ "$(wc -l <lines)" -eq 1 ] || break
    done
    # The last two may be of one update.
    awk '$5 != "-" || $6 != "-" || $11 != "-" { others++; last = NR }
        $4 <= 0 || $7 <= 0 || $9 <= 0 || $1 < update { bad = 1 }
        { update = $1 }
        END { exit bad || !(NR > 1 && others == 1 && last == NR && $5 > 0 && $11 > 0) }' lines ||
        fail "lines before the only evaluation: $(cat lines)"
    # So does the reading of a file that comes slowly: when this has been said.
    mkfifo slow
    COLUMNS='' script -qec "'$SRNN' train text slow --hidden 2 --batch 2 --hold-out 0 --updates 1" \
        /dev/null </dev/null >reading 2>&1 &
    reader=$!
    exec 3<>slow
fi

# --- How much is judged ----------------------------------------------------------------------------

awk -v seed=271828 "$arithmetic"'BEGIN {
    for (i = 0; i < 40000; i++) printf "%s", substr("abcdefgh ", 1 + int(9 * draw()), 1) }' >text
awk -v seed=271828 "$arithmetic"'BEGIN { for (i = 0; i < 200; i++) { # music, of 1 to 30 steps
    line = 40 + int(40 * draw())
    for (t = int(30 * draw()); t > 0; t--) line = line ";" 40 + int(40 * draw())
    print line } }' >music
awk -v seed=271828 "$arithmetic"'BEGIN { for (i = 0; i < 300; i++) { # labelled, of 1 to 20 steps
    line = (i % 2 ? "up|" : "down|") draw()
    for (t = int(20 * draw()); t > 0; t--) line = line ";" draw()
    print line } }' >labelled
awk -v seed=271828 "$arithmetic"'BEGIN { for (i = 0; i < 5000; i++) print draw() }' >series

# bounded STEPS MOST TASK FILE OPTIONS...: with --evaluate-steps STEPS at least as many steps are judged,
# and at most MOST. They are the same in each evaluation: with a rate of 0 all losses are equal. A file
# of --test is judged whole.
bounded() {
    _steps=$1
    _most=$2
    shift 2
    succeed train "$@" --hidden 4 --hold-out 0.5 --rate 0 --drop 0 --omega 0 --updates 8 \
        --evaluate-every 2 --evaluate-steps "$_steps" --quiet --log log --test "$2"
    judged=$(value_of judged)
    [ "$judged" -ge "$_steps" ] && [ "$judged" -le "$_most" ] ||
        fail_run "from $_steps to $_most steps were to be judged"
    [ "$(value_of test-judged)" -ge "$_all" ] || fail_run "the test file was to be judged whole"
    [ "$(tail -n +2 log | cut -d, -f4,5 | sort -u | wc -l)" -eq 1 ] || fail "other steps: $(cat log)"
    [ "$(wc -l <log)" -eq 5 ] || fail "four evaluations were expected: $(cat log)"
}
_all=39990
bounded 2000 2200 text text --batch 10 --chunk 20
bounded 1 200 text text --batch 10 --chunk 20
_all=1000
bounded 500 700 music music --batch 4 --chunk 10
_all=4990
bounded 700 801 series series --batch 1 --chunk 50
_all=300
# Of a labelled file 700 of about 1,500 steps are some of the 150 sequences.
succeed train series labelled --hidden 4 --hold-out 0.5 --updates 1 --batch 5 --evaluate-steps 700 \
    --quiet
holds "$(value_of judged) >= 35 && $(value_of judged) <= 120" "the sequences of 700 steps"
for steps in 0 500000; do
    succeed train series labelled --hidden 4 --updates 1 --evaluate-steps $steps --quiet
    [ "$(value_of judged)" -eq 30 ] || fail_run "all that is held out was to be judged"
done

# --- Ctrl-C and --minutes --------------------------------------------------------------------------

# A signal ends the evaluation, and counts for nothing in the log; the update is saved. On a slow
# machine it comes before the evaluation, and the run ends in the same way.
# shellcheck disable=SC2086
"$SRNN" train $endless --quiet --log log --checkpoint state --every 0.1s >out 2>err &
pid=$!
await "the run" handles_signals $pid
sleep 0.2
kill -s INT $pid
status=0
wait $pid || status=$?
pid=
last="train $endless"
[ "$status" -eq 130 ] || fail_run "exit code 130 was expected"
[ "$(value_of end)" = interrupted ] || fail_run "another end"
[ -z "$(value_of loss)" ] || fail_run "no evaluation was whole"
[ "$(wc -l <log)" -eq 1 ] || fail "no evaluation was whole, but the log has $(cat log)"
[ -e state ] || fail "the run was not saved"

# Wherever a run is stopped, also inside an evaluation, it goes on to the same bits.
run="temporal-order --length 20 --hidden 8 --batch 5 --evaluate-every 5 --evaluate-sequences 4000
    --stop-error 0 --schedule halve --keep best"
# shellcheck disable=SC2086
{
    for nap in 0.02 0.05 0.08; do
        rm -f stopped.log
        "$SRNN" train $run --updates 1000000 --quiet --checkpoint stopped --log stopped.log >out 2>err &
        pid=$!
        await "an evaluation" has_lines stopped.log 3
        sleep $nap
        kill -s INT $pid
        wait $pid || :
        pid=
        at=$(value_of updates)
        succeed train temporal-order --resume stopped --updates $((at + 7)) --quiet --save resumed \
            --log stopped.log
        cp out result
        succeed train $run --updates $((at + 7)) --quiet --save whole --log whole.log
        same whole resumed "the model of a run stopped after $nap seconds"
        same_but_seconds out result "the result of a run stopped after $nap seconds"
        same_but_seconds whole.log stopped.log "the log of a run stopped after $nap seconds"
    done
}

# When the time is over, so is the evaluation, soon; what it has judged is the result, and says so.
# shellcheck disable=SC2086
run train $endless --minutes 0.0001 --log log
[ "$(value_of end)" = time ] || fail_run "another end was expected"
holds "$(value_of judged) > 0 && $(value_of judged) < 1000000000" "a part of the evaluation"
says "the time was over before this evaluation was"
[ -z "$(value_of best-at)" ] || fail_run "a part of an evaluation is not the best"

# --- What is shown ---------------------------------------------------------------------------------

# Off a terminal too: a heading, and a line for each evaluation under it, with the time left; none is
# wider than a terminal of 80 columns. $1: the number of lines of evaluations; $2: their columns.
fits() {
    awk -v most="${3:-79}" 'length($0) > most { print "too wide: " $0; bad = 1 } END { exit bad }' \
        err >difference || fail "$(cat difference)"
    [ "$(grep -c '^ *update  ' err)" -eq 1 ] || fail_run "one heading was expected"
    [ "$(grep '^ *update  ' err | tr -s ' ')" = " update time left train $2" ] || fail_run "the heading"
    [ "$(grep -cE '^ +[0-9]+ +[0-9]+:[0-9]+ +<?[0-9]+:[0-9:]+ ' err)" -eq "$1" ] ||
        fail_run "$1 lines of evaluations were expected"
}
short="--hidden 8 --batch 5 --evaluate-every 10 --updates 40"
# shellcheck disable=SC2086
{
    run train temporal-order --length 20 $short --evaluate-sequences 50
    fits 4 "loss wrong |g| clip at"
    grep -qE '^ +10 +[0-9:]+ +<[0-9:]+ ' err || fail_run "the target may end the run sooner"
    run train temporal-order --length 20 $short --evaluate-sequences 50 --omega 4 --clip none \
        --stop-error 0
    fits 4 "loss wrong |g| Omega radius"
    grep -qE '^ +10 +[0-9:]+ +[0-9:]+ ' err || fail_run "nothing ends the run sooner"
    COLUMNS=60 run train text text $short
    fits 4 "loss wrong" 59
    COLUMNS=132 run train text text $short --hold-out 0
    fits 4 "|g| clip at radius /s" 131
    # Of a run that diverges numbers have an exponent, or are nan: few characters, and a blank before.
    for updates in 2 3; do
        run train addition --length 10 --grow 0 --hidden 8 --batch 5 --activation linear \
            --init orthogonal --clip none --omega 0 --optimizer sgd --rate 1 --schedule constant \
            --nonfinite skip --updates $updates --evaluate-every 1 --evaluate-sequences 50 --stop-error 0
        fits $updates "loss wrong |g| radius /s"
        awk '/^ +[0-9]+ / && NF != 9 { exit 1 }' err || fail_run "two numbers without a blank"
        grep -qE '^loss ([0-9]\.[0-9]{6}e\+[0-9]+|nan)$' out || fail_run "the loss"
    done
}

# A small loss has its digits in the result and in the table of eval, as in the log.
succeed train permutation --length 2 --grow 0 --hidden 8 --rate 1 --updates 8000 --evaluate-every 4000 \
    --evaluate-sequences 50 --stop-error 0 --quiet --log small.log --save small
logged=$(tail -n 1 small.log | cut -d, -f4)
holds "$logged < 5e-5 && distance($(value_of loss), $logged) < 1e-5 * $logged" "a small loss"
succeed eval small permutation --length 2 --sequences 50
holds "distance($(awk 'NR == 2 { print $2 }' out), $logged) < $logged / 4" "a small loss in a table"

# A linear network whose states grow without bound: what is not a number has no sign, whoever prints it.
diverges() {
    run train "$@" --hidden 20 --activation linear --clip none --updates 8 --quiet --save diverged
    [ "$status" -eq 1 ] && [ -s diverged ] || fail_run "a run that breaks was expected"
}
unsigned_nan() {
    succeed "$@"
    grep -qE '(^|[ ,])nan($|[ ,])' out || fail_run "nan was expected"
    if grep -qF -- -nan out; then fail_run "a sign before nan"; fi
}
diverges addition --length 20 --init glorot --rate 100 --evaluate-sequences 10
unsigned_nan eval diverged addition --length 5000 --sequences 10
unsigned_nan flow diverged addition --length 5000 --sequences 10
unsigned_nan flow diverged addition --length 5000 --sequences 10 --csv
awk 'BEGIN { while (i++ < 2000) print "1e30 1e30" }' >steps
run_steps() {
    unsigned_nan predict diverged <steps
}
run_steps
awk 'BEGIN { while (i++ < 2000) print i % 7 }' >saw
diverges series saw --init identity --rate 5 --keep last --drop 0 --hold-out 0.5
unsigned_nan eval diverged series saw

# How long a run may still take is shown up to 1000 hours.
soon="temporal-order --length 20 --hidden 8 --evaluate-every 10 --evaluate-sequences 10 --stop-error 1"
for left in '59999.9 <999h59' '60001 -' '1000000 -'; do
    # shellcheck disable=SC2086
    COLUMNS=100 succeed train $soon --updates 1000000000000000 --minutes "${left% *}"
    [ "$(awk '$1 == 10 { print $3 }' err)" = "${left#* }" ] || fail_run "the time left: ${left#* }"
done

# Before the first update there is a loss, and nothing about updates.
COLUMNS=132 succeed train temporal-order --length 20 --hidden 8 --updates 0 --evaluate-sequences 10 \
    --stop-error 0
[ "$(awk '$1 == 0 { print $4, $7, $8, $9, $10, $12, ($5 > 0 && $11 > 0) }' err)" = "- - - - - - 1" ] ||
    fail_run "the columns about updates were to be empty"

# The nearer of two limits counts: here the updates, of which ten are left, and not 16h40.
# shellcheck disable=SC2086
COLUMNS=1001 succeed train ${soon% *} 0 --updates 20 --minutes 1000
case $(awk '$1 == 10 { print $3 }' err) in *:*) ;; *) fail_run "the time left is not that of the updates" ;; esac
[ "$(awk 'length > most { most = length } END { print most }' err)" -le 90 ] ||
    fail_run "lines of 80 columns where COLUMNS is more than 1000"
# shellcheck disable=SC2086
run train $endless --minutes 0.0001 --quiet
[ "$(value_of end)" = time ] && [ ! -s err ] || fail_run "--quiet was not quiet"

# A run that is to go on when its terminal closes does so.
# shellcheck disable=SC2086
(
    trap '' HUP
    exec "$SRNN" train temporal-order --length 20 --hidden 8 --evaluate-every 10 \
        --evaluate-sequences 10 --stop-error 0 --minutes 60 --quiet --log hup.log
) >out 2>err &
pid=$!
await "the log" has_lines hup.log 2
kill -s HUP $pid
await "more lines in the log" has_lines hup.log $(($(wc -l <hup.log) + 10))
kill -s INT $pid
status=0
wait $pid || status=$?
pid=
last="train (with SIGHUP ignored)"
[ "$status $(value_of end)" = "130 interrupted" ] || fail_run "the run was to go on"

# All rows are as long as the heading, whatever the numbers are rounded to.
COLUMNS=132 ./progress_rows 0 0.5 99.9994 99.9996 999.99994 999.99996 9999.96 99999.96 1e5 9.96e99 \
    2>rows || fail "progress_rows failed"
[ "$(awk '{ print length }' rows | sort -u | wc -l)" -eq 1 ] || fail "longer rows: $(cat rows)"
[ "$(wc -l <rows)" -eq 11 ] || fail "not a heading and ten rows: $(cat rows)"

# The terminal, now that its two seconds are over.
says_that() {
    tr '\r' '\n' <"$2" | grep -q "^$1"
}
if [ -n "$shows" ]; then
    await "a line about the evaluation" says_that 'evaluating, ' terminal
    kill -s INT "$(cat evaluating)"
    wait "$runner" || :
    runner=
    : >evaluating
    await "a line about the reading" says_that 'reading slow' reading
    echo "some text for two streams" >&3
    exec 3>&-
    wait "$reader" || :
    reader=
    # No escape sequences: TERM may be dumb.
    for shown in terminal reading; do
        if grep -q "$(printf '\033')" "$shown"; then fail "escape sequences: $(od -c "$shown" | head)"; fi
    done
    sed 's/\r$//' terminal | tr '\r' '\n' >lines
    grep -qE '^evaluating, [0-9]+% done' lines || fail "it did not say that it evaluates: $(cat lines)"
    awk 'length($0) > 79 { exit 1 }' lines || fail "too wide: $(cat lines)"
    grep -q '^end interrupted' lines || fail "another end: $(cat lines)"
    sed 's/\r$//' reading | tr '\r' '\n' >lines
    grep -qx 'reading slow \.\.\.' lines || fail "it did not say that it reads: $(cat lines)"
    grep -q '^end updates' lines || fail "the file was not read: $(cat lines)"
else
    echo "no script that makes a terminal: what is shown there was not tested"
fi

echo "evaluations: all as it should be"
