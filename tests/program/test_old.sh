#!/bin/sh
# Files of older versions, in the folder old: a run that they hold goes on to the bits of one that
# never stopped, and their models are those of files written now.
#
# text.checkpoint is of format 1 (commit 81b00cc), series.checkpoint of format 2 with a record
# (commit 2bb29ea). Each is its run below after 20 updates. A version whose training has other bits
# cannot make the whole runs: then keep their models here too.
set -eu
. tests/program/library.sh
tree=$PWD
old=$tree/tests/program/old
cd "$scratch"
build_forge "$tree"

# A text with a new line, a percent sign and a byte that is no UTF-8; series whose labels have both.
awk 'BEGIN { for (i = 0; i < 2000; i++)
    printf "%s", substr("abcdefgh", 1 + (i * i - i % 7) % 8, 1) }' | tr 'ahb' '\n\377%' >text
awk 'BEGIN { for (i = 0; i < 60; i++) printf "%s|%d %.3f;%d %.3f;%d 1\n",
    i % 3 ? "mXnt\351e" : "50% down", 500 + 7 * i % 31, i % 5 / 8, 490 + (i % 3) * i % 13,
    i % 4 / 8, i }' | tr X o >series

# What the last run of inspect found in a file.
contents() {
    grep -E '^(tensor|spectral|largest|alphabet|label|scaling|task|setting) ' out
}

# Options that are newer than the files, and what of a file training changes.
newer='setting (weight-decay 0|first-column auto|last-column value|separator auto|skip-lines 0|hold-out-from end|evaluate-steps 0)'
learnt='^(tensor|spectral|largest) '

common="--hidden 3 --batch 4 --optimizer momentum --rate 0.05 --schedule constant --clip norm:1
    --drop 0 --omega 0.1 --keep best --evaluate-every 10 --patience 0 --stop-error 0 --quiet
    --init smart-tanh --activation tanh --weight-decay 0"

for task in text series; do
    # What older versions held out, and how much of it they judged.
    as_then="--hold-out-from end --evaluate-steps 0"
    [ $task = series ] || as_then="--chunk 10 --evaluate-steps 0"
    # shellcheck disable=SC2086
    {
        succeed train $task $task $common $as_then --updates 20 --checkpoint now
        succeed train $task $task $common $as_then --updates 60 --save whole
    }
    cp out whole.result
    succeed train $task $task --resume "$old/$task.checkpoint" --updates 60 --save resumed \
        --checkpoint again --quiet
    same whole resumed "the model of an old run of $task"
    same_but_seconds whole.result out "the result of an old run of $task"
    # What is in it is what a file has that is written now, and in the file of the resumed run.
    succeed inspect "$old/$task.checkpoint"
    contents >was
    [ "$(grep -c '^setting ' was)" -gt 20 ] || fail_run "the settings of an old run"
    [ "$(grep -cE '^(alphabet|label|scaling) ' was)" -gt 0 ] || fail_run "the encoding of an old run"
    succeed inspect now
    contents | grep -vxE "$newer" >is
    same was is "what is in an old run of $task"
    succeed inspect again
    contents | grep -vE "$learnt" | grep -vxE "$newer" | sed 's/^setting updates 60$/setting updates 20/' >is
    grep -vE "$learnt" was >kept
    same kept is "what is in the file of the resumed run of $task"
    for file in now again; do
        if grep -aq '"extra"' $file; then fail "$file has a record"; fi
        grep -aq "\"user.task\":\"$task\"" $file || fail "$file has no text with the task"
    done
    # Either is evaluated to the same.
    succeed eval "$old/$task.checkpoint" $task $task
    cp out was
    succeed eval now $task $task
    same was out "the evaluation of an old model of $task"
done

# Records that no run has, in files whose checksum is right. In the order of the record: another
# version, a size beyond the end, an alphabet that does not ascend, another fingerprint, a counter
# that is NaN, a state and a best weight that are not finite.
# forged OFFSET BYTES WHAT: resuming refuses the record with these bytes, for that reason.
forged() {
    forge "$old/text.checkpoint" extra "$1" "$2"
    refuse 1 "$3" train text text --resume forged --updates 30 --quiet
}
forged 8 02 "not a record"
forged 16 ffffffff "not a record"
forged 20 7a "the encoding does not fit"
forged 36 01 "other data than text"
forged 422 000000000000f87f "counters"
forged 606 0000c07f "the carried state"
forged 930 0000807f "the best weights"

# rewritten FILE OFFSET BYTES [OFFSET BYTES...]: `forged`, that file with these bytes in its record. A
# field is a tag and a size of four bytes each and its data: another size moves the fields behind it.
rewritten() {
    cp "$old/$1.checkpoint" forged
    shift
    while [ $# -gt 0 ]; do
        forge forged extra "$1" "$2"
        shift 2
    done
}
# no_record FILE OFFSET BYTES...
no_record() {
    rewritten "$@"
    refuse 1 "forged: its extra bytes are not a record of this program" inspect forged
}
# A tag that is none, twice or too large; a field of which the head is cut off.
no_record text 12 00000000
no_record text 28 01
no_record text 654 09
no_record text 658 0c010000
# An alphabet without a symbol, and one of 378; labels of 8 bytes, and of 64 without an end.
no_record text 12 010000000000000002000000
no_record text 16 7a010000
no_record text 12 02
no_record series 20 "$(printf '%0128d' 0 | tr 0 6)"
# A scale of no number, and of three.
no_record series 12 0100000090000000 164 0300000000000000
no_record text 28 03
# A zero byte in the name of the task, and in the settings.
no_record text 45 00
no_record text 60 00
# A task without a whole fingerprint. Labels without a byte are none.
no_record text 28 0200000000000000 36 0400000004000000

# A part of that name without the head of a record is another program's: bytes, and what is of another
# kind. The model is read without it, and a run goes on.
rewritten text 0 00
succeed inspect forged
[ "$(value_of hidden) $(value_of task)" = "3 " ] || fail_run "a model alone was expected"
refuse 1 "forged: a model, not the checkpoint of a run" train text text --resume forged --quiet
forge now extra
succeed train series series --resume now --updates 30 --quiet --save resumed
succeed train series series --resume forged --updates 30 --quiet --save again
same resumed again "a run with a part of another kind"

# An infinite mean, an infinite deviation, and one of 0.
for number in "156 0000807f" "164 0000807f" "164 00000000"; do
    # shellcheck disable=SC2086
    rewritten series $number
    refuse 1 "forged: the encoding does not fit the model" inspect forged
done

# Without a task, or with counters of another size, it is a model and no run.
succeed inspect "$old/text.checkpoint"
alphabet=$(value_of alphabet)
[ "$(value_of updates)" = 20 ] || fail_run "the updates of a run"
for changes in "28 05000000 48 06000000 398 07000000 598 0800000048010000" "402 f8000000"; do
    # shellcheck disable=SC2086
    rewritten text $changes
    succeed inspect forged
    [ "$(value_of alphabet)" = "$alphabet" ] || fail_run "the alphabet was expected"
    [ -z "$(value_of updates)" ] || fail_run "no run was expected"
    refuse 1 "forged: a model, not the checkpoint of a run" train text text --resume forged --quiet
    # It is known what it was trained on all the same.
    refuse 1 "forged: the model was trained on text, not on series" eval forged series series
done

# Without settings, which here belong to the name of the task, it is no run either.
rewritten text 32 6a010000 48 2020202020202020
refuse 1 "forged: a model, not the checkpoint of a run" train text text --resume forged --quiet

# A carried state of no whole sequences, and none.
for changes in "602 48010000" "598 0800000048010000"; do
    # shellcheck disable=SC2086
    rewritten text $changes
    refuse 1 "forged: the carried state does not fit the run" train text text --resume forged --quiet
done
# The state of three sequences of the four, and more bytes of weights than there are parameters.
rewritten text 602 24000000 642 080000001c010000
refuse 1 "forged: the best weights do not fit the run" train text text --resume forged --quiet

echo "old files: as new ones"
