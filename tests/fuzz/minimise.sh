#!/bin/sh
# minimise.sh TARGET: makes tests/fuzz/corpus/TARGET/few.tar.gz anew: of the inputs there and those of
# the runs in $BUILD/fuzz/TARGET, a few that reach all the code that they reach together. Those above
# MOST_BYTES are left out: they would make the checkout large. Needs the programs of `make check-fuzz`.
set -eu
cd "$(dirname "$0")/../.."
. tests/fuzz/corpus.sh

BUILD=${BUILD:-build}
MOST_BYTES=${MOST_BYTES:-4096}
need_target "${1-}"
target=$1
work=$BUILD/fuzz/$target
rm -rf "$work/few"
mkdir -p "$work/few" "$work/corpus" "$work/checked" "tests/fuzz/corpus/$target"
unpack_corpus "$target" "$work/kept"
"$BUILD/fuzz/tests/fuzz/libfuzzer_$target" -set_cover_merge=1 -max_len=4096 "$work/few" \
    "$work/corpus" "$work/checked" "$work/kept" "$BUILD/fuzz/seeds/$target" 2>"$work/minimise.log" || {
    tail -n 20 "$work/minimise.log" >&2
    exit 1
}
find "$work/few" -type f -size +"${MOST_BYTES}c" -exec rm {} \;
# The archive has the same bytes for the same files. Files of like sizes are like others, too.
(cd "$work/few" && ls -S) >"$work/names"
(cd "$work/few" && tar --mtime=@0 --owner=0 --group=0 --numeric-owner -T ../names -cf -) |
    gzip -9 -n >"tests/fuzz/corpus/$target/few.tar.gz"
echo "$target: $(find "$work/few" -type f | wc -l) inputs," \
    "$(wc -c <"tests/fuzz/corpus/$target/few.tar.gz") bytes"
