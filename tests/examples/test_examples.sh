#!/bin/sh
# Every program of examples/ is built by the Makefile; here each is run, and has
# to succeed.
set -eu

BUILD=${BUILD:-build}
for source in examples/*.c; do
    name=$(basename "$source" .c)
    echo "== $name"
    "$BUILD/examples/$name"
    lines=$(wc -l <"$source")
    [ "$lines" -lt 150 ] || { echo "$source has $lines lines: an example has under 150"; exit 1; }
done
