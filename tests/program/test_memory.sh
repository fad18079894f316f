#!/bin/sh
# Each allocation fails once while a model is opened: the message says that there was no memory,
# never that the file is damaged.
set -eu
. tests/program/library.sh
tree=$PWD

sources="tests/program/failing_memory.c"
for file in storage/model_file storage/encoding storage/old_record storage/texts storage/foreign \
    support/file support/file_place support/message support/notice support/printable support/number support/bytes; do
    sources="$sources src/$file.c"
done
# shellcheck disable=SC2046,SC2086
"${CC:-cc}" $(link_flags) -std=c99 -D_POSIX_C_SOURCE=200809L -Isrc -Iinclude \
    -Dmalloc=failing_malloc -Dcalloc=failing_calloc -Drealloc=failing_realloc \
    -o "$scratch/failing" $sources "$BUILD/libsrnn.a" -lm || fail "failing_memory does not build"
cd "$scratch"

printf 'up|1 2;3 4\ndown|2 3;3 4\nup|1 2;3 5\ndown|2 2;3 4\n' >series
awk 'BEGIN { for (i = 0; i < 200; i++) print "words", i % 7 }' >text
options="--hidden 3 --batch 2 --hold-out 0.5 --epochs 1 --quiet"
# shellcheck disable=SC2086
{
    succeed train series series $options --checkpoint series.run
    succeed train text text $options --save text.model
}
for model in series.run text.model "$tree/tests/program/old/series.checkpoint" \
    "$tree/tests/program/old/text.checkpoint"; do
    last="(allocations fail) $model"
    status=0
    ./failing "$model" >out 2>err || status=$?
    [ "$status" -eq 0 ] || fail_run "the model could not be opened with all memory"
    # Of the file, its texts and what it makes of them.
    [ "$(cat out)" -ge 3 ] || fail_run "at least three allocations were expected"
    [ "$(grep -ci memory err)" -eq "$(cat out)" ] || fail_run "a message about memory for each was expected"
done

echo "memory: all as it should be"
