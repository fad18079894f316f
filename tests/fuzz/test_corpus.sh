#!/bin/sh
# Every target runs on every input of its corpus: what once led somewhere stays right.
set -eu
. tests/program/library.sh
. tests/fuzz/corpus.sh

targets=0
for source in tests/fuzz/target_*.c; do
    target=${source#tests/fuzz/target_}
    target=${target%.c}
    unpack_corpus "$target" "$scratch/corpus"
    find "$scratch/corpus" -type f >"$scratch/inputs"
    [ "$(grep -c . "$scratch/inputs")" -ge 20 ] || fail "$target: its corpus has few inputs"
    xargs "$BUILD/tests/fuzz/files_$target" <"$scratch/inputs" >"$scratch/out" 2>&1 ||
        fail "$target: $(tail -n 20 "$scratch/out")"
    echo "$target: $(cat "$scratch/out")"
    targets=$((targets + 1))
done
[ "$targets" -ge 9 ] || fail "only $targets targets were found"
