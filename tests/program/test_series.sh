#!/bin/sh
# The task `series`: labels and next values, the scale and the labels in the model, and
# files that are refused.
set -eu
. tests/program/library.sh
data=${SRNN_DATA:-$PWD/../shared/data}/series
cd "$scratch"

# Two classes that differ in their first step alone; two numbers a step, far from scaled.
labelled() {
    awk -v seed="$1" -v count="$2" "$arithmetic"'BEGIN {
        for (i = 0; i < count; i++) {
            up = draw() < 0.5
            line = (up ? "up" : "down") "|" 5000 + (up ? 300 : -300) " 0.001"
            steps = 3 + int(10 * draw())
            for (t = 1; t < steps; t++) line = line ";" 5000 + 100 * (draw() - 0.5) " " 0.001 * draw()
            print line
        }
    }'
}
labelled 12345 200 >train.txt
labelled 271828 50 >test.txt
# What a series is learnt with here.
learning="--hidden 16 --init orthogonal --optimizer sgd --schedule constant --drop 0 --omega 0
    --keep best --evaluate-every 0 --patience 20"
# shellcheck disable=SC2086
succeed train series train.txt --valid test.txt $learning --rate 0.1 --batch 10 --epochs 30 --quiet \
    --save model
[ "$(value_of judged)" -eq 50 ] || fail_run "all sequences were to be judged"
succeed eval model series test.txt
[ "$(value_of wrong)" = 0.000000 ] || fail_run "two simple classes were to be learnt"
[ "$(value_of sequences)" -eq 50 ] || fail_run "all sequences were to be judged"
succeed inspect model
[ "$(grep -c '^label ' out)" -eq 2 ] || fail_run "two labels were expected"
holds "$(sed -n 's/^scaling \([0-9.]*\) .*/\1/p' out | head -n 1) > 4900" "the mean of the first number"

# The labels are the model's: a file with one of them only is judged by the same classes,
# and a label that the model does not have is refused.
grep '^up' test.txt >ups.txt
succeed eval model series ups.txt
[ "$(value_of wrong)" = 0.000000 ] || fail_run "a file with one of the classes"
sed '3s/^[a-z]*/sideways/' test.txt >other.txt
refuse 1 "other.txt:3:1: the label sideways" eval model series other.txt
refuse 1 "other.txt:3:1: the label sideways" train series other.txt --from model --quiet
printf 'up|1 2 3\n' >wide.txt
refuse 1 "wide.txt: its steps have 3 numbers, those of the model 2" eval model series wide.txt
printf '1\n2\n3\n' >plain.txt
refuse 1 "plain.txt:1:1: 1 columns; the model has 2 values a step" eval model series plain.txt
# A model that comes from elsewhere has no scaling.
succeed convert model --to pytorch --output weights
succeed convert weights --to srnn --output bare
refuse 1 "the model does not say how the numbers of its steps were scaled" eval bare series plain.txt

# A model that learns on from such a file keeps its labels and its scale.
succeed inspect model
grep -E '^(label|scaling) ' out >kept
succeed train series ups.txt --from model --epochs 1 --quiet --save on
succeed inspect on
grep -E '^(label|scaling) ' out >found
same kept found "the labels and the scale of a model that learnt on"

# $1 steps of $2 + $3 sin(t w), from the sine ($4) and the cosine ($5) of w.
sine() {
    awk -v steps="$1" -v middle="$2" -v height="$3" -v s="$4" -v c="$5" 'BEGIN {
        y = 0; x = 1
        for (t = 0; t < steps; t++) {
            print 1900 + t, middle + height * y
            next_y = y * c + x * s; x = x * c - y * s; y = next_y
        }
    }'
}

# A plain series: a sine is learnt, and the scale is learnt on the training part.
sine 600 40 9 0.19866933079506122 0.98006657784124163 >sine.txt # sin 1/5, cos 1/5
# shellcheck disable=SC2086
succeed train series sine.txt $learning --rate 0.05 --batch 1 --chunk 50 --epochs 60 --quiet --save wave
[ "$(value_of judged)" -eq 59 ] || fail_run "a tenth of the steps was to be judged, but the first"
holds "$(value_of best-loss) < 0.08" "a sine was to be learnt"
cut -d ' ' -f 2 sine.txt >values.txt
succeed eval wave series values.txt
holds "$(value_of loss) < 0.08" "values without times are the same series"
tr ' ' ',' <sine.txt >comma.txt
succeed eval wave series comma.txt
holds "$(value_of loss) < 0.08" "commas separate too"
{ cat values.txt; echo; cat values.txt; } >twice.txt
succeed eval wave series twice.txt
[ "$(value_of steps)" -eq 1198 ] || fail_run "an empty line begins another series"

# --adapt learns what a series has become, here a slower and larger sine; and labels that
# have changed their places.
sine 1200 50 15 0.11088262850995298 0.99383350875649196 | cut -d ' ' -f 2 >slow.txt # sin 1/9, cos 1/9
succeed eval wave series slow.txt --batch 1 --chunk 10
plain=$(value_of loss)
succeed eval wave series slow.txt --chunk 10 --adapt 0.003
echo "another sine: $plain, adapting $(value_of loss)"
holds "$(value_of loss) < 0.5 * $plain" "--adapt learns another sine"
[ "$(value_of steps)" -eq 1199 ] || fail_run "1199 steps were to be judged"
sed 's/^up/UP/;s/^down/up/;s/^UP/down/' train.txt >swapped.txt
succeed eval model series swapped.txt
[ "$(value_of wrong)" = 1.000000 ] || fail_run "all labels were to be wrong"
succeed eval model series swapped.txt --adapt 0.01
echo "labels swapped: $(value_of wrong) wrong, adapting"
holds "$(value_of wrong) < 0.5" "--adapt learns the new labels"

# What is no series: file, line and column.
refuse_series() {
    printf "$2" >bad.txt
    refuse 1 "$1" train series bad.txt --quiet
}
refuse_series "bad.txt: is empty" ''
refuse_series "bad.txt:2:3: the sequence has no value" 'a|1\na|nan\n'
refuse_series "bad.txt:3:1: not a finite number" '1\n2\ninf\n'
refuse_series "bad.txt:1:3: not a finite number" 'a|1e99;2\n'
refuse_series "bad.txt:2:4: the step has fewer" 'a|1 2\nb|1;2 3\n'
refuse_series "bad.txt:2:7: the step has more" 'a|1 2\nb|1 2 3\n'
refuse_series "bad.txt:1:5: not a number" 'a|1;x\n'
refuse_series "bad.txt:2:1: no bar" 'a|1;2\n1;2\n'
refuse_series "bad.txt:2:1: a label has" 'a|1;2\n|1;2\n'
refuse_series "bad.txt:1: a heading, and no line with data below it" 'x\n'
refuse_series "bad.txt:2:1: not a number: 2;3" '1\n2;3\n'
refuse_series "bad.txt:2:4: a zero byte" 'a|1;2\nb|1\0;2\n'
refuse_series "bad.txt:2:2: a zero byte" 'a|1;2\nb\0|1;2\n'
refuse_series "bad.txt:3:1: a zero byte" '1\n2\n\0'
refuse_series "a single step" '1\n'
refuse_series "leaves 0 to judge by" 'a|1;2\n'
printf 'a|1;2\r\nb|2;3\r\n' >crlf.txt
succeed train series crlf.txt --epochs 1 --hold-out 0.5 --quiet --batch 1

# The real thing, where it is.
if [ -d "$data" ]; then
    succeed train series "$data/gunpoint.train.txt" --test "$data/gunpoint.test.txt" --hidden 4 \
        --epochs 1 --quiet
    [ "$(value_of test-judged)" -eq 150 ] || fail_run "GunPoint's test file has 150 sequences"
else
    echo "no $data: the real series were not read"
fi
