#!/bin/sh
# Every target runs on every input of its corpus: what once led somewhere stays right.
set -eu
. tests/program/library.sh

targets=0
for source in tests/fuzz/target_*.c; do
    target=${source#tests/fuzz/target_}
    target=${target%.c}
    find "tests/fuzz/corpus/$target" -type f >"$scratch/inputs"
    [ "$(grep -c . "$scratch/inputs")" -ge 5 ] || fail "$target: its corpus has less than five inputs"
    xargs "$BUILD/tests/fuzz/files_$target" <"$scratch/inputs" >"$scratch/out" 2>&1 ||
        fail "$target: $(tail -n 20 "$scratch/out")"
    echo "$target: $(cat "$scratch/out")"
    targets=$((targets + 1))
done
[ "$targets" -ge 9 ] || fail "only $targets targets were found"
