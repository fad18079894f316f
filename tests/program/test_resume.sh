#!/bin/sh
# A run that is stopped and resumed ends with the same bits as one that was never
# stopped: its model, its log and its result (but for seconds). What does not fit
# is refused.
set -eu
. tests/program/library.sh
tree=$PWD
cd "$scratch"
build_forge "$tree"
mkdir run
runner=
reader=

# Nothing that was started here outlives the test.
tidy() {
    for _process in $runner $reader; do
        kill -9 "$_process" 2>/dev/null || :
    done
}

base="temporal-order --length 20:30 --hidden 16 --evaluate-sequences 100 --stop-error 0
    --evaluate-every 50"

# Start a run without an end, and wait until it has written some lines of its log.
start() {
    rm -f run/*
    # shellcheck disable=SC2086
    "$SRNN" train $base --updates 1000000000 --log run/log --checkpoint run/checkpoint "$@" \
        >stopped 2>messages &
    runner=$!
    await "lines in the log" has_lines run/log 4
}

# Its end: exit code $1.
ended() {
    status=0
    wait "$runner" || status=$?
    runner=
    [ "$status" -eq "$1" ] || fail "exit code $1 was expected, not $status: $(cat messages)"
}

# Resume the run to update $1, and compare with a run that was never stopped.
compare() {
    # shellcheck disable=SC2086
    run train $base --updates "$1" --save run/whole --log run/whole.log --quiet
    [ "$status" -eq 0 ] || [ "$status" -eq 3 ] || fail_run "the whole run failed"
    cp out whole
    succeed train temporal-order --resume run/checkpoint --updates "$1" --save run/resumed \
        --log run/log --quiet
    same run/whole run/resumed "$2"
    same_but_seconds run/whole.log run/log "$2"
    same_but_seconds whole out "$2"
}

# The last run was ended by $1.
ends_by() {
    [ "$(value_of end)" = "$1" ] || fail_run "the run was to end by $1"
}

# Each of the signals that end a program lets it save first; but SIGHUP stays ignored where
# it is, under nohup for one.
# shellcheck disable=SC2016
signals=$(sh -c 'kill -s HUP $$; echo INT TERM' 2>/dev/null) || :
for signal in ${signals:-INT TERM HUP}; do
    start --every 1h --save run/model
    kill -s "$signal" "$runner"
    ended 130
    grep -q '^end interrupted$' stopped || fail "SIG$signal: the result has another end"
    grep -q 'model saved to run/model' messages || fail "SIG$signal: there is no message of the saved model"
    grep -q 'checkpoint saved to run/checkpoint' messages || fail "SIG$signal: there is no message of the checkpoint"
    grep -q '^continue with: srnn train temporal-order .*--resume run/checkpoint --every 3600s$' messages ||
        fail "SIG$signal: there is no message of how to go on"
    only_files run log checkpoint model
    updates=$(sed -n 's/^updates //p' stopped)
    # The model is that of this update, as a run with that limit would make it.
    # shellcheck disable=SC2086
    run train $base --updates "$updates" --save run/limited --quiet
    same run/limited run/model "stopped by SIG$signal"
    compare $((updates + 173)) "stopped by SIG$signal"
done

# --quiet says nothing, yet saves.
start --every 1h --quiet
kill -s INT "$runner"
ended 130
[ ! -s messages ] || fail "--quiet was not quiet: $(cat messages)"
only_files run log checkpoint

# A signal while the log waits, since it is a pipe that is full, costs no line of it.
sleeps() {
    for _look in 1 2 3; do
        _state=$(ps -o stat= -p "$1" 2>/dev/null) || return 0 # no such ps, or no such process
        case $_state in [SI]*) sleep 0.05 ;; *) return 1 ;; esac
    done
}
mkfifo full gate
{ read -r names && read -r first && echo "$names" >names && echo "$first" >first && read -r _ <gate && cat; } \
    <full >rest &
reader=$!
# shellcheck disable=SC2086
"$SRNN" train $base --evaluate-every 1 --evaluate-sequences 1 --updates 1000000000 --log full --quiet \
    >stopped 2>messages &
runner=$!
await "the first line" test -e first
await "a full pipe" sleeps "$runner"
kill -s INT "$runner"
echo >gate
wait "$reader" || fail "what read the log has failed"
reader=
ended 130
[ ! -s messages ] || fail "a signal while the log waited: $(cat messages)"
awk -F, -v last="$(sed -n 's/^updates //p' stopped)" '$1 != NR { exit 1 } END { if (NR != last) exit 1 }' \
    first rest || fail "a signal while the log waited: a line is missing"

# A run that ends without notice goes on from its last checkpoint; lines of the
# log after that are written again.
start --every 0.1s --quiet
await "a checkpoint" test -e run/checkpoint
kill -s KILL "$runner"
ended 137
last=$(tail -n 1 run/log | cut -d, -f1)
case $last in *[!0-9]*) last=$(tail -n 2 run/log | head -n 1 | cut -d, -f1) ;; esac
rm -f run/checkpoint.??????
echo "$((last + 100000)),a line of the time after the checkpoint" >>run/log
printf '%s' "$last,and a part of a line" >>run/log
updates=$((last + 230))
compare $updates "killed"

# A file that is not a log of this version is no log to go on with, and stays as it is.
head -n 3 run/log >log.kept
cut -d, -f1-13 log.kept >log.old
printf 'notes of mine\n1,2\n' >log.notes
printf '\0\0\n1,2\n' >log.bytes
printf 'update,sec\0onds and something else\n1,2\n' >log.zero
for other in log.old log.notes log.bytes log.zero; do
    cp "$other" run/log
    refuse 1 "run/log: its first line" train temporal-order --resume run/checkpoint \
        --updates $updates --log run/log --quiet
    same "$other" run/log "a refused log"
done

# What a power failure can leave of a log: its lines up to the checkpoint, and behind them zeros, a part
# of a line and whole lines; or a beginning of the first line, where the log has no other yet.
rm -f run/*
# shellcheck disable=SC2086
run train $base --updates 170 --checkpoint run/checkpoint --log whole.log --quiet
updates=230
head -n 4 whole.log >log.kept # to update 150
{ head -n 3 log.kept && printf '0,0.1\0,1\n'; } >log.zero
cp log.zero run/log
refuse 1 "run/log:4: a zero byte" train temporal-order --resume run/checkpoint \
    --updates $updates --log run/log --quiet
same log.zero run/log "a log with a zero byte up to the checkpoint"
for tail in '\0\0\0\n' '\0\0\n999999,1,2\n' '99\0\0' '999999,0.1,\0\0' '999999,0.1'; do
    # shellcheck disable=SC2059
    { cat log.kept && printf "$tail"; } >run/log
    compare $updates "a log with '$tail' at its end"
done
for beginning in 'update,sec\0\0\0' '\0\0' 'update,sec'; do
    # shellcheck disable=SC2059
    printf "$beginning" >run/log
    succeed train temporal-order --resume run/checkpoint --updates $updates --log run/log --quiet
    [ "$(head -n 1 run/log)" = "$(head -n 1 whole.log)" ] || fail "a log that began with '$beginning'"
done
# A log that a resumed run has begun may have lines behind the checkpoint alone.
{ head -n 1 whole.log && printf '200,1,1,1\n'; } >run/log
succeed train temporal-order --resume run/checkpoint --updates $updates --log run/log --quiet
[ "$(cut -d, -f1 run/log | tr '\n' ' ')" = "update 200 230 " ] || fail "the log: $(cat run/log)"
# Lines that are missing before the checkpoint are told.
head -n 2 log.kept >run/log
succeed train temporal-order --resume run/checkpoint --updates $updates --log run/log --quiet
one_line 0
says "run/log: lines are missing between those of update 50 and update 150"

# The log of another run is refused, also where its lines reach beyond the checkpoint, and stays.
# shellcheck disable=SC2086
{
    run train $base --seed 2 --updates 200 --log other.log --quiet
    for lines in 4 5; do
        head -n $lines other.log >run/log
        cp run/log before
        refuse 1 "run/log:4: the log of another run: its loss is" train temporal-order \
            --resume run/checkpoint --updates $updates --log run/log --quiet
        same before run/log "the log of another run"
    done
    run train $base --evaluate-every 40 --updates 200 --log run/log --quiet
    cp run/log before
    refuse 1 "run/log:5: the log of another run: it has no line of update 150" train temporal-order \
        --resume run/checkpoint --updates $updates --log run/log --quiet
    same before run/log "the log of another run"
}

# Time that is over before the evaluation at update 0 is: its line is of a part, and is made again,
# as often as the run is resumed.
part="--minutes 0.00001 --evaluate-sequences 1000000 --quiet --checkpoint run/checkpoint --log run/log"
rm -f run/*
succeed train addition --length 20 --updates 1 --evaluate-sequences 10 --quiet --save run/model
for begin in "addition --from run/model --length 400" "" "" ""; do
    # shellcheck disable=SC2086
    run train ${begin:---resume run/checkpoint} $part
    ends_by time
    [ "$(cut -d, -f1 run/log | tr '\n' ' ')" = "update 0 " ] || fail "the log: $(cat run/log)"
done

# Every optimizer, clipping and task: stopped after 20 of 60 updates by a target
# that is reached at once, with a rate that falls. With the text the state that is
# carried on goes with it.
awk 'BEGIN { for (i = 0; i < 3000; i++) printf "%s", substr("abcdefgh", 1 + i * i % 8, 1) }' >text
# resumes TASK OPTIONS...
resumes() {
    rm -f run/*
    _task=$1
    _file=
    [ "$_task" != text ] || _file=$2
    # Memorization has all sequences wrong for long: it is stopped by --updates.
    _common="--hidden 8 --evaluate-every 20 --quiet --schedule linear --updates 60"
    _stop="--stop-error 0.999"
    _go_on="--stop-error 0"
    if [ "$_task" = memorization ]; then
        _common="--hidden 8 --evaluate-every 20 --quiet --stop-error 0"
        _stop="--updates 20"
        _go_on="--updates 60"
    fi
    # shellcheck disable=SC2086
    {
        run train "$@" $_common $_stop --checkpoint run/checkpoint --log run/log
        [ "$(value_of updates)" = 20 ] || fail_run "it did not stop after 20 updates"
        run train "$@" $_common $_go_on --save run/whole --log run/whole.log
        [ "$(value_of updates)" = 60 ] || fail_run "it did not make 60 updates"
        cp out whole
        # The checkpoint is also where the resumed run leaves its own.
        run train "$_task" $_file --resume run/checkpoint $_go_on --save run/resumed \
            --checkpoint run/checkpoint --log run/log --quiet --threads 2
    }
    same run/whole run/resumed "$*"
    same_but_seconds run/whole.log run/log "$*"
    same_but_seconds whole out "$*"
}
short="--length 12 --evaluate-sequences 50 --batch 5"
# shellcheck disable=SC2086
{
    resumes temporal-order $short --optimizer momentum --clip tensor:1
    resumes addition $short --optimizer nesterov --clip value:0.01
    resumes multiplication --length 12:40 --grow 40 --evaluate-sequences 50 --batch 5 \
        --optimizer rmsprop --rate 0.001 --clip error:0.1
    resumes permutation $short --optimizer adam --rate 0.001 --reading next
    resumes addition $short --clip unit:0.1
    resumes memorization $short --clip growth:1.5
    resumes temporal-order $short --targets known
    for rule in quantile:0.5 mean:0.5 polyak:0.5 trust:0.5 auto; do
        resumes temporal-order $short --clip "norm:$rule"
        resumes addition $short --optimizer nesterov --clip "smooth:$rule"
    done
    resumes temporal-order-3bit $short --evaluate-length 20:30 --keep best --no-biases \
        --cost sum --omega-bound 1e-6
    resumes memorization $short --optimizer sgd --omega-form script --nonfinite skip
    resumes text text --optimizer adam --batch 4 --chunk 10 --init glorot
}

# A mean that is 256 deviations from 0 as floats have it, and a little less as doubles do.
awk 'BEGIN { for (i = 0; i < 8; i++) print i % 2 ? "1.157175694731" : "1.148170435629" }' >limit
limit="series limit --valid limit --schedule constant --quiet"
# shellcheck disable=SC2086
{
    succeed train $limit --hidden 4 --updates 40 --save limit.whole
    succeed train $limit --hidden 4 --updates 20 --checkpoint limit.run
    succeed train $limit --resume limit.run --updates 40 --save limit.resumed
}
same limit.whole limit.resumed "a mean at the limit of what is far from 0"

# A checkpoint is a model too.
succeed inspect run/checkpoint
[ "$(value_of hidden)" = 8 ] || fail_run "another shape"
grep -q '^setting optimizer adam$' out || fail_run "the settings of the run are missing"
succeed sample run/checkpoint --length 10

# The run from here on: what does not fit is refused with one line that names it,
# exit code 1 as for any file that will not do, and the checkpoint stays.
# shellcheck disable=SC2086
run train temporal-order --as-published $short --hidden 8 --updates 10 --quiet --clip norm:1 \
    --checkpoint run/checkpoint
cp run/checkpoint kept
for difference in "hidden 9" "activation sigmoid" "init glorot" "seed 2" "length 13" "grow 5" \
    "batch 6" "optimizer adam" "rate 0.02" "schedule linear" "clip norm:2" "clip none" \
    "clip norm:mean:1" "clip smooth:1" \
    "nonfinite skip" "weight-decay 0.1" "omega 1" "omega-form script" "omega-bound 0.001" "evaluate-every 7" \
    "evaluate-sequences 51" "evaluate-length 50:60" "keep best" "cost sum"; do
    # shellcheck disable=SC2086
    refuse 1 "--${difference% *}" train temporal-order --resume run/checkpoint --updates 20 \
        --checkpoint run/checkpoint --quiet --$difference
    says "${difference#* }"
done
same kept run/checkpoint "a refused run"
# The same value is no difference, however it is written.
# shellcheck disable=SC2086
succeed train temporal-order --resume run/checkpoint --updates 20 --quiet $short --clip norm:1.0 \
    --hidden=8 --rate 1e-2
# shellcheck disable=SC2086
succeed train temporal-order --resume run/checkpoint --updates 20 --quiet --clip norm:fixed:1
refuse 1 temporal-order train addition --resume run/checkpoint --quiet
# The checkpoint has the task. Its parts, where it stands and the command that goes on are printed.
succeed train --resume run/checkpoint --updates 20 --quiet --save run/without
succeed train temporal-order --resume run/checkpoint --updates 20 --quiet --save run/with
same run/with run/without "a run that was resumed without its task"
succeed inspect run/checkpoint
[ "$(value_of updates)" = 10 ] || fail_run "10 updates were made"
[ "$(value_of part | tr '\n' ,)" = "model model,optimizer optimizer,clipper clipper,random random,\
run bytes,task text,settings text," ] || fail_run "the parts"
# shellcheck disable=SC2086
eval "$(value_of resume | sed "s|^srnn|succeed|") --updates 11 --quiet"
[ "$(value_of updates)" = 11 ] || fail_run "one update more"
for limit in 10 5; do
    succeed train --resume run/checkpoint --updates $limit
    says "run/checkpoint: the run was over already, at update 10: no update was made"
done
succeed train --resume run/checkpoint --updates 11
if grep -q "over already" err; then fail_run "an update was made"; fi
refuse 2 "--valid does not apply to temporal-order" train --resume run/checkpoint --valid text
# What auto stood for is kept, by its own name.
# shellcheck disable=SC2086
{
    run train temporal-order $short --updates 10 --quiet --checkpoint run/auto
    succeed inspect run/auto
    [ "$(value_of 'setting clip')" = norm:auto ] || fail_run "the choice of auto"
    for same in auto norm:auto; do
        succeed train temporal-order --resume run/auto --updates 20 --quiet --clip $same
    done
    refuse 1 "--clip norm:auto, not norm:1" train temporal-order --resume run/auto --quiet \
        --clip norm:1
    run train temporal-order $short --updates 10 --quiet --checkpoint run/auto --optimizer adam
    succeed inspect run/auto
    [ "$(value_of 'setting clip')" = norm:quantile:0.9 ] || fail_run "the choice of auto"
}
refuse 2 file train temporal-order text --resume run/checkpoint --quiet
cp text changed
echo >>changed
# shellcheck disable=SC2086
run train text text --hidden 8 --batch 4 --updates 5 --quiet --checkpoint run/reading
refuse 1 "other data" train text changed --resume run/reading --quiet
refuse 1 "held out by --hold-out 0.1, not by --valid" train text text --valid changed \
    --resume run/reading --quiet
refuse 2 "file" train text --resume run/reading --quiet
refuse 2 "the run of run/reading goes on with its FILE; srnn inspect prints the command" train --resume run/reading --quiet
succeed inspect run/reading
[ "$(value_of resume)" = "srnn train text FILE --resume run/reading" ] || fail_run "the command"
grep -q '^part workspace workspace$' out || fail_run "the states are carried over"

# The command that is printed goes on with all files of the run, whatever their names are.
(
    mkdir "my run's"
    cd "my run's"
    printf 'abcabcabc%.0s' 1 2 3 4 5 6 7 8 9 >-text
    judge="it's \$1"
    printf 'abc%.0s' 1 2 3 4 5 6 7 8 9 >other
    cp ./-text "$judge"
    brief="--hidden 4 --batch 2 --chunk 5 --schedule constant --evaluate-every 2"
    # shellcheck disable=SC2086
    succeed train text $brief --updates 2 --valid "$judge" --checkpoint 'a "run"' --save model --log log \
        --threads 2 --every 1.5m -- -text
    grep -q ' --threads 2 --every 90s$' ../err || fail_run "the threads and the time between checkpoints"
    goes_on=$(sed -n 's/^continue with: srnn/succeed/p' ../err)
    # shellcheck disable=SC2086
    succeed train text $brief --updates 4 --valid "$judge" --save whole --quiet -- -text
    cp ../out printed
    eval "$goes_on --updates 4"
    same model whole "a run that went on by the command that was printed"
    same_but_seconds printed ../out "a run that went on by the command that was printed"
    [ "$(tail -n 1 log | cut -d, -f1)" = 4 ] || fail "the log ends before update 4"
    succeed inspect 'a "run"'
    [ "$(value_of resume)" = "srnn train text FILE --valid FILE --resume 'a \"run\"'" ] || fail_run "the command"
    refuse 2 "goes on with its FILE; srnn inspect prints the command" train --resume 'a "run"'
    # Before its first evaluation nothing tells a run that is judged by a file from one that is not.
    for judged in "--valid other" "--hold-out 0"; do
        # shellcheck disable=SC2086
        run train text $brief --updates 1 $judged --checkpoint early --quiet -- -text
        succeed inspect early
        [ "$(value_of resume)" = "srnn train text FILE [--valid FILE] --resume early" ] || fail_run "the command"
    done
    refuse 1 "judged by a file, which --valid must name again" train text --resume 'a "run"' --quiet -- -text
    refuse 1 "other data than ./-text and other" train text --valid other --resume 'a "run"' --quiet ./-text
)

# A checkpoint that is a model, or damaged, or not there.
# shellcheck disable=SC2086
run train temporal-order $short --hidden 8 --updates 10 --quiet --save run/model
refuse 1 "not the checkpoint" train temporal-order --resume run/model --quiet
refuse 1 "not the checkpoint" train --resume run/model --quiet
refuse 1 run/none train --resume run/none --quiet
succeed inspect run/model
if grep -Eq '^(part|updates|resume) ' out; then fail_run "a model has no run"; fi
refuse 1 run/none train temporal-order --resume run/none --quiet
bytes=$(wc -c <kept)
for length in 0 7 100 $((bytes / 2)) $((bytes - 100)) $((bytes - 1)); do
    head -c "$length" kept >run/cut
    refuse 1 run/cut train temporal-order --resume run/cut --updates 20 --quiet
done
# The bits of a byte inverted, in the header, in each of the parts of the
# data, and in the bytes of the program at the end.
for place in 3 40 300 $((bytes / 3)) $((bytes / 2)) $((bytes * 3 / 4)) $((bytes - 300)) \
    $((bytes - 50)) $((bytes - 1)); do
    flip kept run/flipped "$place"
    refuse 1 run/flipped train temporal-order --resume run/flipped --updates 20 --quiet
done

# A run that is over stays so: resumed with the same limits it makes no update, has the same result and
# model, and adds nothing to its log. `over OPTIONS...`; its own checkpoint is resumed in its turn.
over() {
    rm -f run/*
    succeed train "$@" --save run/whole --checkpoint run/checkpoint --log run/log --quiet
    cp out whole
    cp run/log run/whole.log
    for again in once twice; do
        succeed train "$@" --save run/resumed --resume run/checkpoint --checkpoint run/over \
            --log run/log --quiet
        same run/whole run/resumed "$*: over $again"
        same_but_seconds whole out "$*: over $again"
        same_but_seconds run/whole.log run/log "$*: over $again"
        mv run/over run/checkpoint
    done
}
# shellcheck disable=SC2086
{
    over temporal-order $short --updates 40 --evaluate-every 10 --stop-error 0 --keep best
    over temporal-order $short --updates 45 --evaluate-every 10 --stop-error 0
    over text text --hidden 8 --batch 4 --updates 40 --evaluate-every 5 --rate 0 --patience 2
    ends_by patience
    over text text --hidden 8 --batch 4 --updates 10 --hold-out 0
    ends_by updates
    over text text --hidden 8 --batch 4 --epochs 1 --evaluate-every 7
    ends_by updates
    over temporal-order $short --updates 60 --evaluate-every 20 --stop-error 0.999
    ends_by target
    over temporal-order $short --minutes 0.00001 --stop-error 0
    ends_by time
}

# The same with its limits from the checkpoint. A target that is reached later is one again.
# shellcheck disable=SC2086
run train temporal-order $short --updates 60 --evaluate-every 20 --stop-error 0.999 --quiet \
    --checkpoint run/checkpoint
succeed train --resume run/checkpoint --quiet
ends_by target
[ "$(value_of updates)" = 20 ] || fail_run "a run that had reached its target went on"
run train --resume run/checkpoint --quiet --stop-error 0 --updates 40
[ "$(value_of updates)" = 40 ] || fail_run "a run without a target did not go on"

# A model of --from has reached the target before the first update.
rm -f run/*
# shellcheck disable=SC2086
{
    succeed train addition $short --updates 1 --quiet --save run/model
    succeed train addition --from run/model $short --stop-error 0.999 --checkpoint run/checkpoint \
        --log run/log --quiet
}
ends_by target
cp out whole
cp run/log run/whole.log
succeed train --resume run/checkpoint --log run/log --quiet
same_but_seconds whole out "a target before the first update"
same_but_seconds run/whole.log run/log "a target before the first update"

# A run whose losses are no numbers any more goes on too, and its log has the same bytes on every
# machine: some print a sign before nan.
lost="--length 10 --hidden 8 --batch 5 --activation linear --init orthogonal --clip none --omega 0
    --optimizer sgd --rate 1e5 --schedule constant --nonfinite skip --evaluate-every 1
    --evaluate-sequences 50 --stop-error 0"
rm -f run/*
# shellcheck disable=SC2086
succeed train addition $lost --updates 3 --checkpoint run/checkpoint --log run/log --quiet
[ "$(value_of loss)" = nan ] || fail_run "the loss was to be no number"
succeed train addition --resume run/checkpoint --updates 5 --log run/log --quiet
[ "$(cut -d, -f4 run/log | tr '\n' ' ')" = "loss nan nan nan nan nan " ] || fail "the log: $(cat run/log)"

# An evaluation that was ended early is none of those that --patience counts. The loss of a run is lost at
# update 0 already; made infinite again in its checkpoint, that is the one of a run whose first evaluation
# was ended early.
rm -f run/*
sgd="--batch 4 --chunk 10 --clip none --omega 0 --optimizer sgd --rate 1e6 --schedule constant
    --nonfinite skip --evaluate-every 1 --quiet"
# shellcheck disable=SC2086
{
    succeed train text text $sgd --hidden 8 --activation linear --init orthogonal --updates 1 \
        --save run/model
    succeed train text text $sgd --from run/model --patience 3 --log run/whole.log
    ends_by patience
    grep -v '^training-unknown ' out >whole # which a resumed run does not know
    succeed train text text $sgd --from run/model --patience 1 --checkpoint run/checkpoint
}
[ "$(value_of loss) $(value_of updates)" = "nan 0" ] || fail_run "the run was to end at update 0"
forge run/checkpoint run 32 000000000000f07f
cp forged run/early
succeed train text text --resume run/early --patience 3 --checkpoint run/early --log run/log --quiet
same_but_seconds run/whole.log run/log "a first evaluation that was ended early"
same_but_seconds whole out "a first evaluation that was ended early"
succeed train text text --resume run/early --quiet
same_but_seconds whole out "the same, resumed when it was over"

# A gradient that is not finite ends the resumed run where it ended the first: no command is printed.
# shellcheck disable=SC2086
run train addition $lost --nonfinite refuse --updates 5 --checkpoint run/checkpoint
[ "$status" -eq 1 ] || fail_run "exit code 1 was expected"
says "checkpoint saved to run/checkpoint"
if grep -q "continue with" err; then fail_run "a command that ends broken again"; fi
ends_by broken
updates=$(value_of updates)
run train addition --resume run/checkpoint --quiet
one_line 1
ends_by broken
[ "$(value_of updates)" = "$updates" ] || fail_run "a run that was broken after $updates updates went on"

echo "resuming: all as it should be"
