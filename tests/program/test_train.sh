#!/bin/sh
# Training: the target is reached, what is saved can be used by every command,
# the log has its columns, and the same seed leads to the same bytes for every
# number of threads. Every task trains and is judged.
set -eu
. tests/program/library.sh
cd "$scratch"
mkdir run

# To the target. The result is lines "key value" on standard output.
# shellcheck disable=SC2086
succeed train $easy --stop-error 0.01 --save run/model --log run/log
grep -vq '^[a-z-]* [^ ]*$' out && fail_run "not all lines are 'key value'"
for key in task end updates seconds evaluated-at loss wrong judged spectral-radius mean-norm \
    largest-norm threshold promised fired bad omega; do
    [ -n "$(value_of $key)" ] || fail_run "there is no line '$key'"
done
[ "$(value_of task)" = temporal-order ] || fail_run "another task"
[ "$(value_of end)" = target ] || fail_run "the target was not reached"
[ "$(value_of judged)" = 1000 ] || fail_run "not 1000 sequences were judged"
[ "$(value_of updates)" = "$(value_of evaluated-at)" ] || fail_run "the last evaluation is old"
updates=$(value_of updates)
wrong=$(value_of wrong)
holds "$wrong < 0.01" "share wrong"
holds "$(value_of mean-norm) > 0 && $(value_of mean-norm) <= $(value_of largest-norm)" "norms"
holds "$(value_of fired) > 0 && $(value_of fired) <= 1" "share clipped"
[ "$(value_of bad)" = 0 ] || fail_run "gradients that are not finite"
[ ! -s err ] || fail_run "--quiet was not quiet"
only_files run model log

# The log: its head as documented, and a line for each evaluation: so many
# updates apart, numbers only, and the last one has the numbers of the result.
head -n 1 run/log | grep -qx 'update,seconds,train_loss,loss,wrong,mean_norm,largest_norm,fired,omega,signal,spectral_radius,rate,singular_value,threshold,median_norm,decile_norm,longest_step,promised,alignment' ||
    fail "the log's head is $(head -n 1 run/log)"
[ "$(wc -l <run/log)" -eq $((updates / 100 + 1)) ] || fail "not a line for each evaluation"
awk -F, -v wrong="$wrong" '
    NR == 1 { next }
    NF != 19 { print "line " NR " has " NF " columns"; bad = 1 }
    $1 != 100 * (NR - 1) { print "line " NR " is of update " $1; bad = 1 }
    { for (i = 1; i <= NF; i++) if ($i !~ /^-?[0-9.]+(e[-+][0-9]+)?$/) {
        print "line " NR ": " $i " is not a number"; bad = 1 } }
    $2 < seconds { print "line " NR ": time runs back"; bad = 1 }
    { seconds = $2; last = $5 }
    $6 > $7 || $8 > 1 || $9 <= 0 || $12 != 0.05 { print "line " NR ": " $0; bad = 1 }
    $14 != 1 || $15 <= 0 || $15 > $16 || $17 < longest || $17 <= 0 || $18 <= 0 || $19 < -1 ||
        $19 > 1 { print "line " NR ", clipper: " $0; bad = 1 }
    { longest = $17 }
    END { if (last < wrong - 1e-6 || last > wrong + 1e-6) { print "last " last; bad = 1 }; exit bad }
' run/log >difference || fail "the log: $(cat difference)"

# What was saved: its shape, and on fresh sequences as good as the run said.
succeed inspect run/model
[ "$(value_of inputs) $(value_of hidden) $(value_of outputs)" = "6 20 4" ] || fail_run "the shape"
[ "$(value_of activation) $(value_of output-kind)" = "tanh softmax" ] || fail_run "the kinds"
[ "$(value_of bytes)" -eq "$(wc -c <run/model)" ] || fail_run "the size"
[ "$(value_of parameters)" -eq $((6 * 20 + 20 * 20 + 20 + 20 * 4 + 4)) ] ||
    fail_run "the number of parameters"
holds "$(value_of spectral-radius) <= $(value_of largest-singular-value) * 1.000001" "the spectrum"
succeed eval run/model temporal-order --length 20,10:15 --sequences 2000
[ "$(wc -l <out)" -eq 3 ] || fail_run "not a head and two lines"
awk 'NR == 2 && !($1 == "20" && $3 < 0.02 && $4 == 2000) { exit 1 }
     NR == 3 && !($1 == "10:15" && $3 < 0.75 && $4 == 2000) { exit 1 }' out ||
    fail_run "the model judges badly"
cp out alone
succeed eval run/model temporal-order --length 20,10:15 --sequences 2000 --threads 2
same alone out "eval with two threads"
echo 0 >steps
run predict run/model --ids <steps
[ "$status" -eq 0 ] || fail_run "predict does not run the model"
awk 'NF != 4 || $1 + $2 + $3 + $4 < 0.9999 || $1 + $2 + $3 + $4 > 1.0001 { bad = 1 }
     END { exit bad || NR != 1 }' out ||
    fail_run "not four probabilities"

# The same bytes again, with two threads, with progress shown, with checkpoints;
# other bytes with another seed.
# shellcheck disable=SC2086
{
    succeed train $easy --save run/again
    same run/model run/again "the same seed"
    succeed train $easy --save run/threads --threads 2
    same run/model run/threads "two threads"
    succeed train $easy --save run/saving --checkpoint run/checkpoint --every 0.1s
    same run/model run/saving "checkpoints on the way"
    last="train (as above, but not --quiet)"
    "$SRNN" train ${easy%--quiet} --save run/shown >out 2>err
    same run/model run/shown "progress shown"
    [ "$(grep -c '^ *[0-9][0-9]*00 ' err)" -eq $((updates / 100)) ] ||
        fail_run "not a line of progress for each evaluation"
    grep -q 'run/shown' err || fail_run "it does not print where the model is"
    cp err shown
    succeed train $easy --save run/other --seed 2
    cmp -s run/model run/other && fail "another seed makes the same model"
}

# The norms suggest a threshold, once. It is one that --clip takes.
# The last run, in the file $1, has exactly one line of norms, and the lines that belong to it say $2.
norms_of() {
    awk '/^norms: / { on = 1; print; next } on && /^  [a-z]/ { print; next } { on = 0 }' "$1"
}
suggests() {
    [ "$(grep -c '^norms: half below [0-9.e+-]*, nine tenths below [0-9.e+-]*, largest ' "$1")" -eq 1 ] ||
        fail "$2: one line of norms was expected: $(cat "$1")"
    norms_of "$1" | grep -qF -- "$2" || fail "the norms should have said: $2, not $(cat "$1")"
}
suggests shown "  now 1, "
suggests shown "  unclipped steps promise "
suggests shown ", the median of --clip auto"
threshold=$(norms_of shown | sed -n 's/.*--clip \(norm:[^ ,;]*\).*/\1/p')
# shellcheck disable=SC2086
{
    succeed train $easy --updates 10 --clip "$threshold"
    loud="${easy%--quiet} --updates 100"
    run train $loud --clip none
    suggests err "--clip norm:"
    norms_of err | grep -q '^  now ' && fail_run "no threshold is in use"
    run train $loud --clip auto --optimizer adam --rate 0.001
    suggests err ", which a tenth are above"
    suggests err "  now "
    norms_of err | grep -q promise && fail_run "what steps of Adam promise is not known"
    run train $loud --updates 99
    grep -q '^norms:' err && fail_run "there was no evaluation"
    # A task with a file: after its first epoch, which is here of 9 updates.
    awk 'BEGIN { for (i = 0; i < 200; i++) printf "%s", substr("abcdefgh", 1 + i * i % 8, 1) }' >text
    for every in 0 5; do
        run train text text --hidden 8 --batch 2 --chunk 10 --updates 30 --evaluate-every $every
        suggests err "--clip norm:"
    done
    run train text text --hidden 8 --batch 2 --chunk 10 --updates 8 --evaluate-every 5
    grep -q '^norms:' err && fail_run "there was no epoch"
    # Without a gradient there is no threshold to suggest.
    awk 'BEGIN { for (i = 0; i < 100; i++) print 5 }' >same
    succeed train series same --hidden 8 --updates 20 --evaluate-every 10
    [ "$(norms_of err)" = "norms: all 0: nothing was learnt yet" ] ||
        fail_run "one line of norms was expected"
}

# What the clipper is told is the loss that the gradient is of, and the rate: with
# --clip norm:polyak:C the threshold squared is C times the loss divided by the rate.
# told FACTOR OPTIONS...: the loss is FACTOR times the mean over the targets, without Omega's part,
# and the rate is 0.02, whatever its schedule makes of it.
told() {
    _factor=$1
    shift
    run train "$@" --length 12 --grow 0 --hidden 8 --batch 5 --optimizer sgd --rate 0.02 \
        --clip norm:polyak:0.3 --omega 0.5 --updates 8 --evaluate-every 1 --evaluate-sequences 10 \
        --stop-error 0 --quiet --log run/told
    awk -F, -v factor="$_factor" "$arithmetic"'NR > 1 {
        wanted = 0.3 * factor * $3 / 0.02
        if (distance($14 * $14, wanted) > 1e-6 * wanted) { print NR ": " $14 " squared, not " wanted; bad = 1 }
        lines++
    } END { exit bad || lines != 8 }' run/told >difference || fail "$*: the threshold: $(cat difference)"
}
told 1 temporal-order
told 1 permutation --reading next
told 12 permutation --reading next --cost sum
told 1 temporal-order --cost sum --omega-form script
told 1 temporal-order --schedule linear

# The steps that it is told are those to a target. The first threshold of --clip norm:trust is then
# RATIO times as large at half the length.
# steps_told RATIO OPTIONS...
steps_told() {
    _ratio=$1
    shift
    for length in 12 24; do
        succeed train "$@" --length $length --grow 0 --hidden 8 --batch 5 --clip norm:trust \
            --updates 1 --evaluate-every 1 --evaluate-sequences 10 --quiet --log run/trust.$length
    done
    awk -F, -v ratio="$_ratio" "$arithmetic"'
        FNR == 2 { threshold[++n] = $14 }
        END {
            exit n != 2 || threshold[1] <= 0 ||
                distance(threshold[1], ratio * threshold[2]) > 1e-6 * threshold[1]
        }
    ' run/trust.12 run/trust.24 || fail "$*: the steps: $(cat run/trust.12 run/trust.24)"
}
steps_told 2 temporal-order
steps_told 1 permutation --reading next

# --targets known: the loss is the mean over the steps that have a target, which before learning is
# that of a guess; sequences are judged by their last step.
succeed train temporal-order --targets known --length 40:60 --grow 0 --hidden 8 --rate 0 --omega 0 \
    --updates 20 --evaluate-every 20 --evaluate-sequences 100 --stop-error 0 --quiet \
    --log run/known
awk -F, "$arithmetic"'FNR == 2 { right = distance($3, logarithm(4)) < 0.1 } END { exit !right }' run/known ||
    fail "the loss of known targets: $(cat run/known)"
[ "$(value_of judged)" = 100 ] || fail_run "not 100 sequences were judged by one step each"
refuse 2 "--targets does not apply to addition" train addition --targets known --quiet

# A target of an option that is not reached is exit code 3, and the model is saved
# all the same; a target that is preset, or off, is not.
few="temporal-order --length 20 --hidden 5 --updates 20 --evaluate-sequences 100 --quiet"
# shellcheck disable=SC2086
{
    run train $few --stop-error 0.01 --save run/unreached
    [ "$status" -eq 3 ] || fail_run "exit code 3 was expected"
    [ "$(value_of end)" = updates ] || fail_run "another end was expected"
    succeed inspect run/unreached
    succeed train $few
    [ "$(value_of end) $(value_of updates)" = "updates 20" ] || fail_run "another end was expected"
    succeed train $few --stop-error 0
    succeed train $few --stop-error 1 --evaluate-every 10
    [ "$(value_of end) $(value_of updates)" = "target 10" ] || fail_run "another end was expected"
    succeed train $few --updates 0 --save run/fresh
    [ "$(value_of updates) $(value_of evaluated-at)" = "0 0" ] || fail_run "a fresh model"
    # A time limit ends the run too: a twentieth of a second and the update.
    succeed train $few --updates 1000000000 --minutes 0.001
    [ "$(value_of end)" = time ] || fail_run "another end was expected"
}

# Every task, by both readings of permutation, with every activation, every way
# to start, optimizer, clipping and form of Omega somewhere.
# each TASK 'OPTIONS OF TASK AND EVAL' 'OPTIONS OF TRAINING'
each() {
    _task=$1
    _both=$2
    # shellcheck disable=SC2086
    {
        succeed train "$_task" --length 12 --hidden 8 --batch 5 --updates 5 --evaluate-every 2 \
            --evaluate-sequences 50 --quiet --save run/task --log run/task.log $_both $3
        [ "$(value_of updates) $(value_of judged)" = "5 50" ] || fail_run "not 5 updates, 50 judged"
        holds "$(value_of loss) > 0 && $(value_of wrong) <= 1" "loss and share wrong"
        [ "$(cut -d, -f1 run/task.log | tr '\n' ' ')" = "update 2 4 5 " ] ||
            fail_run "not two evaluations on schedule and one at the end in the log"
        succeed eval run/task "$_task" --length 12,15:20 --sequences 50 --batch 7 $_both
        [ "$(wc -l <out)" -eq 3 ] || fail_run "not a head and two lines"
    }
}
each temporal-order "" "--activation sigmoid --init basic-sigmoid --clip none"
each temporal-order-3bit "" "--activation relu --init identity --clip value:0.1 --omega 0"
each addition "" "--activation linear --init orthogonal --optimizer momentum --clip tensor:1"
each multiplication "" "--init basic-tanh --optimizer nesterov --omega-form script"
each permutation "" "--reading last --init glorot --optimizer rmsprop --clip error:0.1"
each permutation "" "--reading next --optimizer adam --schedule linear --nonfinite skip"
each memorization "--values 3 --positions 4" "--nonfinite repair --threads 2 --clip growth:2"
each addition "" "--clip unit --schedule linear"
for rule in fixed:0.5 quantile:0.5 mean:0.5 polyak:0.5 trust:0.5 auto; do
    each temporal-order "" "--clip norm:$rule --schedule linear --optimizer momentum"
    each addition "" "--clip smooth:$rule"
done
each memorization "" ""

# With --schedule settle the rate stays as it is until less than half is wrong, and is
# divided by 1 + u / 20000 from there on, whatever is wrong later; --omega-bound, here one
# that no error reaches, holds from there on too. A run that goes on from a checkpoint
# knows when that was.
settling="temporal-order --as-published --length 12 --init basic-tanh --hidden 20 --rate 0.02
    --schedule settle --clip norm:1 --omega-bound 1e30 --stop-error 0 --evaluate-every 100
    --evaluate-sequences 500 --quiet"
# shellcheck disable=SC2086
{
    succeed train $settling --updates 2000 --log run/settle.log --checkpoint run/settle
    succeed train $settling --updates 3000 --log run/settle.log --resume run/settle
}
awk -F, 'NR > 1 {
    rate = 0.02 / (at ? 1 + ($1 - at) / 20000 : 1)
    if ($12 < 0.99999 * rate || $12 > 1.00001 * rate || ($10 > 0) != !at) exit 1
    if ($5 < 0.5 && !at) at = $1
    lines++
}
END { exit !(lines == 30 && at > 100 && at < 2000) }' run/settle.log ||
    fail "the rate and the signal after the solution: $(cut -d, -f1,5,10,12 run/settle.log)"

# Lengths that grow: at first all are the least of the task, to the same bits, and later they are
# not. Evaluations have all lengths throughout: with a rate of 0 they find the same.
growing="temporal-order --hidden 8 --evaluate-sequences 50 --stop-error 0 --batch 5 --quiet"
# shellcheck disable=SC2086
{
    succeed train $growing --length 10 --grow 0 --updates 25 --save run/least
    succeed train $growing --length 10:60 --grow 2000 --updates 25 --save run/grown
    same run/least run/grown "25 updates of one length"
    succeed train $growing --length 30:60 --grow 2000 --updates 25 --save run/grown
    same run/least run/grown "25 updates of one length, below those of --length"
    succeed train $growing --length 10 --grow 0 --updates 120 --save run/least
    succeed train $growing --length 10:60 --grow 2000 --updates 120 --save run/grown
    cmp -s run/least run/grown && fail "lengths do not grow"
    succeed train $growing --length 30:60 --grow 0 --updates 1 --evaluate-every 1 --save run/all
    succeed train $growing --length 30:60 --grow 1 --updates 1 --evaluate-every 1 --save run/grown
    cmp -s run/all run/grown && fail "the first update has all lengths"
    for grow in 0 30; do
        succeed train $growing --length 20:60 --grow $grow --rate 0 --updates 40 --evaluate-every 10 \
            --log run/grow.log
        cut -d, -f1,4,5 run/grow.log >"evaluated.$grow"
    done
    has_lines evaluated.0 5 || fail "four evaluations were expected"
    same evaluated.0 evaluated.30 "evaluations while lengths grow"
}

# From a model that is there, with the network that it has: it is judged before the first
# update, and with --keep best nothing worse than it is kept.
from="temporal-order --from run/model --length 20 --evaluate-sequences 200 --stop-error 0 --quiet"
# shellcheck disable=SC2086
{
    succeed train $from --updates 0 --save run/started
    same run/model run/started "no update from a model"
    # The evaluation before the first update says nothing of updates.
    succeed train $from --updates 20 --evaluate-every 10 --log run/log
    awk -F, 'NR == 2 && !($1 == 0 && $3 == "" && $4 > 0 && $6 $7 $8 $9 $10 == "" && $11 > 0 && $12 > 0 &&
        $13 > 0 && $14 $15 $16 $17 $18 $19 == "") || NR == 3 && !($3 > 0 && $7 > 0) { bad = 1 }
        END { exit bad || NR < 3 }' run/log ||
        fail "a log of update 0: $(cat run/log)"
    succeed figure curves run/log --y train_loss,loss,mean_norm --output run/log.svg
    succeed train $from --updates 50 --evaluate-every 10 --rate 1000 --keep best \
        --save run/started --log run/started.log
    same run/model run/started "updates that make a model worse"
    [ "$(cut -d, -f1 run/started.log | tr '\n' ' ')" = "update 0 10 20 30 40 50 " ] ||
        fail "the start was not judged first: $(cut -d, -f1 run/started.log)"
    succeed train $from --updates 50 --save run/started
    cmp -s run/model run/started && fail "the model did not learn"
    for shape in "hidden 20" "activation tanh" "init glorot" no-biases; do
        refuse 2 "--${shape% *}" train $from --$shape
    done
}
refuse 1 run/model train addition --from run/model --quiet

# What the seed gives after the start does not depend on the --init that the task has by default.
# shellcheck disable=SC2086
{
    brief="--length 20 --evaluate-sequences 10 --updates 1 --quiet"
    succeed train permutation $brief --save run/permutation
    for defaults in "" --as-published; do
        succeed train permutation $brief $defaults --from run/permutation \
            --checkpoint run/from.checkpoint
        succeed inspect run/from.checkpoint
        grep -qx "setting init smart-tanh" out || fail "a start draws by another --init: $(cat out)"
    done
}
refuse 1 run/none train temporal-order --from run/none --quiet

# A gradient that is not finite ends the run: one line, exit code 1, and the
# model from before that update is saved.
blow="addition --as-published --length 30 --hidden 8 --activation linear --init orthogonal
    --clip none --omega 0 --rate 1e6 --updates 200 --evaluate-every 1000 --evaluate-sequences 10 --quiet"
# shellcheck disable=SC2086
{
    run train $blow --save run/broken
    one_line 1
    says "update 2: NaN or infinity in the gradient; begin a new run with a smaller --rate"
    says "or --clip, or with --nonfinite skip"
    [ "$(value_of end)" = broken ] || fail_run "another end was expected"
    succeed inspect run/broken
    # Recurrent weights that are not finite themselves are not repaired.
    run train $blow --nonfinite repair
    one_line 1
    says "NaN or infinity in the gradient and the recurrent weights; begin a new run with a smaller"
    [ "$(value_of end)" = broken ] || fail_run "another end was expected"
    # So it is with a rule that is told a loss which is not a number: the gradient decides, and
    # --nonfinite. Trust makes the steps so short that nothing overflows.
    run train $blow --optimizer momentum
    cp err unclipped
    for rule in quantile mean polyak; do
        run train $blow --optimizer momentum --clip norm:$rule
        one_line 1
        same unclipped err "norm:$rule, refuse"
        succeed train $blow --optimizer momentum --clip norm:$rule --nonfinite skip
        [ "$(value_of bad)" = 199 ] || fail_run "all updates but the first were to be skipped"
    done
    succeed train $blow --optimizer momentum --clip norm:trust
}

echo "training: all as it should be"
