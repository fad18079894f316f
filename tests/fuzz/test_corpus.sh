#!/bin/sh
# Every target runs on every input of its corpus, and fails on none.
set -eu
. tests/program/library.sh
. tests/fuzz/corpus.sh

targets=0
for source in tests/fuzz/target_*.c; do
    target=${source#tests/fuzz/target_}
    target=${target%.c}
    unpack_corpus "$target" "$scratch/corpus"
    find "$scratch/corpus" -type f >"$scratch/inputs"
    inputs=$(grep -c . "$scratch/inputs" || :)
    [ "$inputs" -ge 20 ] || fail "$target: its corpus has $inputs inputs, which are few"
    xargs "$BUILD/tests/fuzz/files_$target" <"$scratch/inputs" >"$scratch/out" 2>&1 ||
        fail "$target: $(tail -n 20 "$scratch/out")"
    # xargs may run it more than once.
    ran=$(awk '$2 == "inputs" { sum += $1 } END { print sum + 0 }' "$scratch/out")
    [ "$ran" -eq "$inputs" ] || fail "$target: ran on $ran of $inputs inputs"
    echo "$target: $ran inputs"
    targets=$((targets + 1))
done
[ "$targets" -ge 9 ] || fail "only $targets targets were found"
