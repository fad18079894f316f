#!/bin/sh
# Every program of examples/ is built by the Makefile; here each is run, and has
# to succeed. It leaves no file.
set -eu
. tests/program/library.sh

for source in examples/*.c; do
    name=$(basename "$source" .c)
    echo "== $name"
    mkdir "$scratch/run"
    (cd "$scratch/run" && "$built/examples/$name")
    rmdir "$scratch/run" || fail "$source leaves files"
    lines=$(wc -l <"$source")
    [ "$lines" -lt 160 ] || { echo "$source has $lines lines: an example has under 160"; exit 1; }
done
