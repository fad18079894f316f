#!/bin/sh
# The task `music`: what is read, what the loss is, epochs, the file of validation, the
# best weights, the end by patience, and resuming.
set -eu
. tests/program/library.sh
data=${SRNN_DATA:-$PWD/../shared/data}/music
cd "$scratch"

# Pieces of a few notes: a scale up or down, of 5 to 30 steps, with rests; every third piece
# begins with one.
pieces() {
    awk -v seed="$1" -v count="$2" "$arithmetic"'BEGIN {
        for (piece = 0; piece < count; piece++) {
            steps = 5 + int(26 * draw()); pitch = 55 + int(20 * draw()); way = draw() < 0.5 ? 1 : -1
            line = ""
            for (t = 0; t < steps; t++) {
                notes = t % 7 == 6 || (t == 0 && piece % 3 == 0) ? "" : pitch " " pitch + 4
                line = line (t > 0 ? ";" : "") notes
                pitch += way
            }
            print line
        }
    }'
}
pieces 12345 40 >train.txt
pieces 271828 10 >valid.txt
pieces 314159 10 >test.txt
steps_of() {
    tr -cd ';\n' <"$1" | wc -c
}
small="--hidden 12 --activation tanh --init smart-tanh --batch 4 --chunk 8 --optimizer sgd
    --rate 0.1 --schedule halve --clip norm:8 --drop 0 --omega 0.5 --omega-schedule inverse --quiet"

# The loss is the sum over the keys, and the mean over all steps of the file: the same
# number follows from the outputs of `predict` for the same model, step by step, the first
# from silence.
# shellcheck disable=SC2086
succeed train music train.txt --valid valid.txt $small --epochs 2 --save model --threads 2
[ "$(value_of judged)" -eq "$(steps_of valid.txt)" ] || fail_run "all steps were to be judged"
succeed eval model music test.txt --chunk 8
loss=$(value_of loss)
[ "$(value_of steps)" -eq "$(steps_of test.txt)" ] || fail_run "all steps were to be judged"
awk -F ';' '{
    for (t = 1; t <= NF; t++) {
        split("", on)
        n = split($t, pitch, " ")
        for (i = 1; i <= n; i++) on[pitch[i]] = 1
        line = ""
        for (key = 21; key <= 108; key++) line = line (key in on) " "
        roll[t] = line
    }
    silence = ""
    for (key = 21; key <= 108; key++) silence = silence "0 "
    print silence > "inputs"
    for (t = 1; t <= NF; t++) {
        print roll[t] > "targets"
        if (t < NF) print roll[t] > "inputs"
    }
    print "" > "inputs"
}' test.txt
"$SRNN" predict model <inputs >outputs
[ "$(wc -l <outputs)" -eq "$(wc -l <targets)" ] || fail "another number of steps"
paste -d ' ' targets outputs | awk "$arithmetic"'{
    for (i = 1; i <= 88; i++) sum -= logarithm($i ? $(i + 88) : 1 - $(i + 88))
    } END { printf "%.6f\n", sum / NR }' >expected
holds "distance($loss, $(cat expected)) < 1e-4" "loss $loss by predict"

# Other cuts and batches have the same loss.
for cut in "--batch 1" "--chunk 1000" "--batch 3 --chunk 5 --threads 2"; do
    # shellcheck disable=SC2086
    succeed eval model music test.txt $cut
    holds "distance($(value_of loss), $loss) < 2e-6" "eval $cut"
done

# Epochs are counted, and more of them help.
# shellcheck disable=SC2086
succeed train music train.txt --valid valid.txt $small --epochs 40 --rate 0.3 --log run.csv --patience 0
[ "$(value_of epochs)" = 40.00 ] || fail_run "40 epochs were expected"
[ "$(wc -l <run.csv)" -eq 41 ] || fail_run "one evaluation an epoch was expected"
best=$(value_of best-loss)
holds "$best < 0.9 * $loss" "40 epochs are better than 2: $best"
least=$(cut -d, -f4 run.csv | tail -n +2 | sort -g | head -n 1)
holds "distance($best, $least) < 1e-6" "the best loss, $least in the log"
# At a rate that is too high the last weights are not the best, which are saved, and judged by --test.
# shellcheck disable=SC2086
succeed train music train.txt --valid valid.txt --test test.txt $small --epochs 40 --rate 3 \
    --save best --patience 0
[ "$(value_of best-at)" -lt "$(value_of updates)" ] || fail_run "the last weights were not to be the best"
best=$(value_of best-loss)
test_loss=$(value_of test-loss)
succeed eval best music valid.txt --chunk 8
holds "distance($(value_of loss), $best) < 2e-6" "the best was saved"
succeed eval best music test.txt --chunk 8
holds "distance($(value_of loss), $test_loss) < 2e-6" "the test file was judged with the best"

# A rate that is too high: its half is taken, and patience ends the run.
# shellcheck disable=SC2086
succeed train music train.txt --valid valid.txt $small --rate 50 --patience 3 --log run.csv
[ "$(value_of end)" = patience ] || fail_run "patience was to end the run"
holds "$(tail -n 1 run.csv | cut -d, -f12) < 50" "the rate was halved"

# Without --valid a share of the pieces judges: the last, here.
# shellcheck disable=SC2086
succeed train music train.txt $small --epochs 1 --hold-out 0.25 --hold-out-from end
tail -n 10 train.txt >tail.txt
[ "$(value_of judged)" -eq "$(steps_of tail.txt)" ] || fail_run "a quarter was to be judged"

# A run that is stopped in the middle of an epoch and resumed has the same bits, the best
# weights among them.
rest="--as-published --valid valid.txt --hidden 12 --batch 4 --chunk 8 --quiet --rate 0.3 --epochs 6"
# shellcheck disable=SC2086
succeed train music train.txt $rest --save whole --log whole.csv
for updates in 1 17 40; do
    # shellcheck disable=SC2086
    succeed train music train.txt $rest --updates $updates --checkpoint run.checkpoint --log part.csv
    # shellcheck disable=SC2086
    succeed train music train.txt $rest --updates 5000000 --resume run.checkpoint --save resumed \
        --log part.csv
    same whole resumed "the model of a run resumed after $updates updates"
done
# shellcheck disable=SC2086
refuse 1 "other data" train music test.txt $rest --resume run.checkpoint
# shellcheck disable=SC2086
refuse 1 "omega-schedule" train music train.txt $rest --resume run.checkpoint \
    --omega-schedule constant

# --adapt takes the pieces in the file's order: with the file turned around the steps are the
# same, but learnt in another order. Of a single piece in one chunk nothing is learnt before
# it is judged.
{ sed -n 2p test.txt; sed -n 1p test.txt; } >turned.txt
head -n 2 test.txt >two.txt
succeed eval model music two.txt --batch 1
plain=$(value_of loss)
succeed eval model music turned.txt --batch 1
[ "$(value_of loss)" = "$plain" ] || fail_run "the same pieces, the same loss: $plain"
succeed eval model music two.txt --adapt 0.01
loss=$(value_of loss)
succeed eval model music turned.txt --adapt 0.01
[ "$(value_of loss)" != "$loss" ] || fail_run "another order, another loss than $loss"
head -n 1 test.txt >one.txt
succeed eval model music one.txt --batch 1
cp out one
succeed eval model music one.txt --adapt 0.01
same one out "--adapt in the only chunk"

# A piece that comes again and again becomes known; the model's file stays as it was.
awk '{ for (i = 0; i < 20; i++) print }' one.txt >again.txt
cp model kept
succeed eval model music again.txt --batch 1
plain=$(value_of loss)
succeed eval model music again.txt --chunk 8 --adapt 0.01
echo "one piece twenty times: $plain nats, adapting $(value_of loss)"
holds "$(value_of loss) < 0.8 * $plain" "--adapt learns a piece"
[ "$(value_of steps)" -eq "$(steps_of again.txt)" ] || fail_run "all steps were to be judged"
same kept model "the model of eval --adapt"

# Each step has a target, so that pieces of one step beside a long one change no threshold of the
# rule TRUST. It would be lower if more steps were between two targets.
first_threshold() {
    # shellcheck disable=SC2086
    succeed train music "$1" --valid one.txt $small --chunk 100 --clip norm:trust:0.5 --updates 1 \
        --evaluate-every 1 --log log
    awk -F , 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "threshold") at = i }
        END { print $at }' log
}
printf '60;62;64;65;67;69;71;72;74;76;77;79\n60\n62\n64\n' >ragged.txt
awk 'NR == 1 { for (i = 0; i < 4; i++) print }' ragged.txt >alike.txt
alike=$(first_threshold alike.txt)
ragged=$(first_threshold ragged.txt)
holds "$alike > 0" "the threshold of TRUST"
[ "$ragged" = "$alike" ] || fail "short pieces change the threshold from $alike to $ragged"
rm log

# What is no music: file, line and column.
refuse_music() {
    printf "$2" >bad.txt
    refuse 1 "$1" train music bad.txt --quiet
}
refuse_music "bad.txt: is empty" ''
refuse_music "bad.txt:2:4: a pitch" '60;61\n60;20\n'
refuse_music "bad.txt:1:1: a pitch" '109;60\n'
refuse_music "bad.txt:1:4: neither a pitch" '60 x;60\n'
refuse_music "bad.txt:2:1: an empty line" '60;61\n\n60\n'
refuse_music "bad.txt: has no piece" '\357\273\277'
refuse_music "bad.txt: is UTF-16LE" '6\0000\000\n\000'
printf '60  62;64 \n60;\t62\t;64\n' >blanks.txt
printf '60 62;64\n60;62;64\n' >plain.txt
for file in blanks plain; do
    succeed train music $file.txt --hidden 3 --updates 2 --batch 1 --hold-out 0 --quiet --save $file.model
done
same blanks.model plain.model "blanks around pitches"
refuse_music "bad.txt:1:1: a pitch" '99999999999999999999;60\n'
refuse_music "bad.txt:1:3: neither a pitch" '60.5;60\n'
refuse_music "bad.txt:2:3: a zero byte" '60;61\n60\0;60\n'
printf '60 64;62\r\n60;;61 65;\r\n;;60\r\n' >crlf.txt
printf '60 64;62\n60;;61 65;\n;;60\n' >lf.txt
succeed eval model music lf.txt
[ "$(value_of steps)" -eq 9 ] || fail_run "an empty step is a step"
cp out lf
succeed eval model music crlf.txt
same lf out "lines that end with CR LF"

# The real thing, where it is: the counts that are known of it.
if [ -d "$data" ]; then
    for known in jsb:4725 piano-midi:19036 nottingham:44463; do
        set=${known%:*}
        succeed eval model music "$data/$set.test.txt"
        [ "$(value_of steps)" -eq "${known#*:}" ] || fail_run "$set's test file has ${known#*:} steps"
    done
else
    echo "no $data: the real pieces were not read"
fi
