#!/bin/sh
# What is held out of a file: which sequences, what is said of them, what is refused before the first
# update, and that memory does not grow with the longest sequence times the batch.
set -eu
. tests/program/library.sh
cd "$scratch"

# The sum over the training part of the first number of a series of one step each: the saved scale has
# their mean. $1 steps are trained on.
trained_sum() {
    succeed inspect model
    sed -n 's/^scaling \([^ ]*\) .*/\1/p' out | awk -v steps="$1" '{ printf "%.0f\n", $1 * steps }'
}
once="--hidden 3 --epochs 1 --batch 7 --schedule constant --quiet --save model"

# --- Which sequences -------------------------------------------------------------------------------

# Sorted by label: 30 of a, 20 of b, 10 of c. A sequence is one step; its number tells its label. So the
# sum over the training part tells how many of each label are in it: a tenth of each is not.
awk 'BEGIN { for (i = 0; i < 60; i++) print (i < 30 ? "a|1" : i < 50 ? "b|100" : "c|10000") }' >sorted
for seed in 1 2 3; do
    # shellcheck disable=SC2086
    succeed train series sorted $once --seed $seed
    [ ! -s err ] || fail_run "there is nothing to warn of"
    [ "$(value_of judged)" = 6 ] || fail_run "a tenth was to be held out"
    [ "$(trained_sum 54)" = 91827 ] || fail_run "seed $seed: another share of the labels"
done
# shellcheck disable=SC2086
run train series sorted $once --hold-out-from end
[ "$(trained_sum 54)" = 42030 ] || fail_run "the last tenth was to be held out"

# Without labels any sequence is as likely; which ones follows from the seed, and from it alone.
awk 'BEGIN { for (i = 0; i < 40; i++) print i "\n" i "\n" }' >plain
for run in "1 first" "1 again" "2 other"; do
    # shellcheck disable=SC2086
    succeed train series plain $once --chunk 1 --seed "${run% *}" --hold-out 0.25
    [ "$(value_of judged)" = 10 ] || fail_run "a quarter was to be held out"
    trained_sum 60 >"${run#* }"
done
same first again "what the same seed holds out"
cmp -s first other && fail "another seed holds out the same"
# shellcheck disable=SC2086
succeed train series plain $once --chunk 1 --hold-out 0.25 --hold-out-from end
[ "$(trained_sum 60)" = 870 ] || fail_run "the last quarter was to be held out"

# A sequence keeps its label and its numbers where it is moved: what is learnt of many lengths is right
# for the whole file. eval finds what the run held out.
awk 'BEGIN { for (i = 0; i < 120; i++) {
    printf "%s|%d", i % 3 ? "low" : "high", i % 3 ? -1 : 1
    for (t = 0; t < i % 5; t++) printf ";%d", i % 3 ? -1 : 1
    print "" } }' >lengths
# shellcheck disable=SC2086
succeed train series lengths $once --epochs 20 --keep last
loss=$(value_of loss)
succeed eval model series lengths
[ "$(value_of wrong) $(value_of sequences)" = "0.000000 120" ] || fail_run "labels and numbers apart"
succeed eval model series lengths --hold-out 0.1 --batch 7
[ "$(value_of sequences)" = 12 ] || fail_run "a tenth was to be judged"
holds "distance($(value_of loss), $loss) < 1e-5" "eval of what was held out"
succeed eval model series lengths --hold-out 0.1 --seed 2
holds "distance($(value_of loss), $loss) > 1e-6" "eval of what another seed holds out"

# --- What is said ----------------------------------------------------------------------------------

# warned TEXT OPTIONS...: it trains, and says this, in one line, also when it is to be quiet.
warned() {
    _text=$1
    shift
    # shellcheck disable=SC2086
    run train series "$@" $once
    one_line 0
    says "$_text"
}
warned "sorted: what is held out (6 of 60 sequences) has 1 of 3 labels; --hold-out-from drawn holds out a \
share of each" sorted --hold-out-from end
{ echo "rare|7" && cat sorted; } >rare
warned "rare: what is held out (6 of 61 sequences) has 3 of 4 labels; --hold-out holds out more" rare
{ cat sorted && echo "rare|7"; } >last
run train series last --hidden 3 --epochs 1 --quiet --hold-out-from end
says "last: what is trained on (55 of 61 sequences) has 3 of 4 labels"
head -n 30 sorted >alone
cp alone alone.test
warned "alone: one label, a: nothing to learn" alone
warned "alone: a run is judged by 1 of 3 labels" sorted --valid alone --test alone.test

# A part that is too small is refused, with what would do: it does.
# small TASK FILE TEXT: refused so; the share that the message names is not.
small() {
    refuse 1 "$3" train "$1" "$2" --hidden 3 --epochs 1 --quiet
    share=$(sed -n 's/.*--hold-out \([0-9.]*\) is enough.*/\1/p' err)
    succeed train "$1" "$2" --hidden 3 --epochs 1 --quiet --hold-out "$share"
    holds "$(value_of judged) > 0 && $(value_of loss) < 1e3" "a loss"
}
for steps in 5 9 15 19; do
    awk -v steps=$steps 'BEGIN { for (i = 0; i < steps; i++) print i % 4 }' >short
    small series short "--hold-out 0.1 of $steps steps leaves $((steps / 10)) to judge by"
done
printf '60\n60;62\n64\n' >pieces
small music pieces "--hold-out 0.1 of 3 sequences leaves 0 to judge by"
printf '1\n2\n3\n' >shorter
refuse 1 "of 3 steps leaves 0 to judge by; --valid names a file" train series shorter --quiet
awk 'BEGIN { for (i = 0; i < 3000; i++) printf "%s", substr("abcdefgh", 1 + i * i % 8, 1) }' >text
refuse 1 "3 of its 3000 bytes are too few to judge by in 4 streams" \
    train text text --hidden 3 --batch 4 --hold-out 0.001 --quiet
refuse 1 "text: 3000 bytes are too few for 4000 streams" \
    train text text --hidden 3 --batch 4000 --hold-out 0 --quiet
succeed train text text --hidden 3 --batch 4 --updates 1 --quiet --save letters
printf '1234567890' >digits
refuse 1 "none of its 10 characters is known to the model" eval letters text digits

# A sensor that is dead from step 250 of 300 on, and one that is dead before: where no value is known
# nothing can be judged, and a loss of 0 would be taken for the best. One value is enough.
dead() {
    awk -v end="$1" -v late="$2" 'BEGIN { for (i = 0; i < 300; i++)
        print (i < end || i == late ? i % 7 / 5 : "?") }'
}
dead 250 300 >sensor
dead 1 285 >woken
dead 250 285 >nearly
refuse 1 "sensor: all values to judge by are missing; --hold-out" train series sensor --hidden 3 --quiet
refuse 1 "woken: all values to train on are missing" train series woken --hidden 3 --quiet
succeed train series nearly --hidden 3 --epochs 1 --quiet --save watch
[ "$(value_of judged)" = 1 ] || fail_run "one step was to be judged"
run train series nearly --hidden 3 --epochs 1 --quiet --chunk 5 --evaluate-steps 5 --stop-error 0.1
[ "$status $(value_of end)$(value_of best-loss)" = "3 updates" ] ||
    fail_run "there was nothing to judge in five steps"
dead 1 300 >off
refuse 1 "off: all values to judge by are missing" train series nearly --hidden 3 --quiet --valid off
refuse 1 "off: all values to judge by are missing" eval watch series off

# What `eval` says of too small a part names no option that only `train` has.
judges_by_all() {
    refuse 1 "--hold-out 1 judges by all" eval "$@"
    grep -o -- '--[a-z-]*' err >named
    while read -r option; do
        "$SRNN" eval --help | grep -q "^  $option " || fail_run "eval has no $option"
    done <named
}
judges_by_all watch series shorter --hold-out 0.3
judges_by_all watch series shorter --hold-out 0.9
judges_by_all watch series sensor --hold-out 0.1
judges_by_all letters text text --hold-out 0.001

# --- Nothing held out ------------------------------------------------------------------------------

# All is trained on, nothing is judged: no such lines, and empty columns of the log.
# shellcheck disable=SC2086
succeed train series sorted $once --hold-out 0 --epochs 6 --evaluate-every 10 --log log --checkpoint half
[ "$(trained_sum 60)" = 102030 ] || fail_run "all was to be trained on"
succeed train series sorted --resume half --epochs 9 --quiet --log log --save resumed
# shellcheck disable=SC2086
succeed train series sorted $once --hold-out 0 --epochs 9 --evaluate-every 10 --log whole
same model resumed "the resumed run"
[ -z "$(value_of loss)$(value_of wrong)$(value_of best-at)" ] || fail_run "nothing was to be judged"
[ "$(value_of judged)" = 0 ] || fail_run "it was to say that nothing was judged"
for log in log whole; do
    [ "$(cut -d, -f1 $log | tr '\n' ' ')" = "update 10 20 30 40 50 60 70 80 81 " ] ||
        fail "$log: not a line for each ten updates and the last: $(cat $log)"
    awk -F, 'NR > 1 && !($3 > 0 && $4 == "" && $5 == "" && $6 > 0) { exit 1 }' $log ||
        fail "$log: other columns: $(cat $log)"
done
succeed figure curves log --y train_loss,loss --output log.svg
for file in "text text --batch 4" "music pieces" "series short"; do
    # shellcheck disable=SC2086
    run train $file --hidden 3 --updates 3 --hold-out 0
    [ "$status" -eq 0 ] || fail_run "it was to train on all"
    says "nothing is held out: the run is not judged, and its last weights are kept"
    grep -qE '^ *update .*(loss|wrong)' err && fail_run "columns of evaluations"
done
for option in "keep best" "patience 3" "stop-error 0.1" "schedule halve"; do
    # shellcheck disable=SC2086
    refuse 2 "--${option% *}" train series sorted $once --hold-out 0 --$option
done
# What turns them off needs none.
# shellcheck disable=SC2086
succeed train series sorted $once --hold-out 0 --patience 0 --stop-error 0
# With --valid there is something to judge by.
# shellcheck disable=SC2086
succeed train series sorted $once --hold-out 0 --valid alone --keep best

# Where nothing is held out, nothing says how much or which.
# shellcheck disable=SC2086
{
    refuse 2 "--hold-out does not go with --valid" train series sorted $once --hold-out 0.3 --valid alone
    refuse 2 "--hold-out-from needs a share that is held out" train series sorted $once --hold-out-from end \
        --valid alone
    refuse 2 "--hold-out-from needs a share that is held out" train series sorted $once --hold-out 0 \
        --hold-out-from end
    refuse 2 "--hold-out-from needs a --hold-out below 1" eval model series sorted --hold-out-from end
}

# The file itself may judge, and is said to.
# shellcheck disable=SC2086
{
    run train series sorted $once --valid sorted
    one_line 0
    says "--valid is the FILE too"
    [ "$(value_of judged)" = 60 ] || fail_run "all was to be judged"
    [ "$(trained_sum 60)" = 102030 ] || fail_run "all was to be trained on"
    cp sorted other
    run train series sorted $once --valid other --test other
    one_line 0
    says "--test is --valid too"
}

# --- Before the first update -----------------------------------------------------------------------

# early FILE TEXT: --test FILE is refused so, and nothing was begun.
early() {
    rm -f begun
    refuse 1 "$2" train series sorted --hidden 3 --epochs 1 --quiet --log begun --test "$1"
    [ ! -e begun ] || fail_run "the log was begun"
}
early none "none: No such file"
printf 'time,value\n' >head.csv
early head.csv "head.csv:"
printf 'd|1\n' >stranger
early stranger "stranger:1:1: the label d"
: >empty
early empty "empty: is empty"
refuse 1 "digits: none of its 10 characters" train text text --hidden 3 --batch 4 --updates 1 --quiet \
    --test digits

# --- The last evaluation ---------------------------------------------------------------------------

# --keep best counts that at the end, between two on schedule; a resumed run goes on without it.
best="--hidden 6 --batch 7 --evaluate-every 10 --keep best --schedule halve --rate 0.05 --quiet"
# shellcheck disable=SC2086
{
    succeed train series lengths $best --updates 23 --save model --log log --checkpoint half
    [ "$(cut -d, -f1 log | tr '\n' ' ')" = "update 10 20 23 " ] || fail "the last is not in the log"
    [ "$(value_of best-at)" = 23 ] || fail_run "the last was the best"
    best_loss=$(value_of best-loss)
    succeed train series lengths ${best%--quiet} --updates 23 --save again
    says "model saved to again: the weights of update 23, whose loss was the lowest"
    same model again "the same run"
    succeed train series lengths ${best%--quiet} --updates 23 --save again --keep last
    grep -qx 'model saved to again' err || fail_run "the last weights need no word"
    [ "$best_loss" = "$(value_of loss)" ] || fail_run "the best loss"
    succeed eval model series lengths --hold-out 0.1 --batch 7
    holds "distance($(value_of loss), $best_loss) < 1e-5" "the model is that of the last evaluation"
    succeed train series lengths --resume half --updates 47 --quiet --log log --save resumed
    cp out result
    succeed train series lengths $best --updates 47 --log whole --save model
}
same_but_seconds result out "the result of a resumed run"
same model resumed "the model of a resumed run"
same_but_seconds log whole "the log of a resumed run"

# --- Memory ----------------------------------------------------------------------------------------

# One long sequence among many short ones: batches of 20 as long would need 700 MB and 1.8 GB.
if addresses_can_be_limited; then
    for steps in 200000 530000; do
        awk -v steps=$steps 'BEGIN { for (i = 0; i < 80; i++) {
            printf "%s|1", i % 2 ? "down" : "up"
            for (t = 1; t < (i == 30 ? steps : 20); t++) printf ";%d", t % 7
            print "" } }' >long
        (
            # shellcheck disable=SC3045
            ulimit -v 120000
            succeed train series long --hidden 16 --epochs 1 --quiet
            [ "$(value_of judged) $(value_of updates)" = "8 5" ] || fail_run "all but a tenth in five batches"
        )
    done
fi

echo "what is held out: all as it should be"
