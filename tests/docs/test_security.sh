#!/bin/sh
# SECURITY.md: its tests exist, its limits are those of the sources, and no reader of a file lacks
# its row.
# shellcheck disable=SC2016 # the backquotes are those of Markdown
set -eu
. tests/program/library.sh

# The tests that it names: with their folder, or behind one of the same folder.
grep -Eo '`([a-z]+/)?test_[a-z_]+(\.sh)?`' SECURITY.md | tr -d '`' >"$scratch/named"
[ "$(wc -l <"$scratch/named")" -ge 8 ] || fail "SECURITY.md names few tests"
folder=
while read -r name; do
    case $name in
    */*) folder=${name%/*} ;;
    esac
    [ -e "tests/$folder/${name##*/}" ] || [ -e "tests/$folder/${name##*/}.c" ] || fail "SECURITY.md: there is no $name"
done <"$scratch/named"

# limit FILE NAME VALUE SHOWN: the source has the value, and SECURITY.md shows it.
limit() {
    grep -Eq "^#define $2 $3u?\$" "$1" || fail "$1: $2 is not $3"
    tr '\n' ' ' <SECURITY.md | grep -qF -- "$4" || fail "SECURITY.md does not say: $4"
}
limit lib/files/safetensors.h SRNN__MAX_HEADER 100000000 "at most 100,000,000 bytes"
limit src/storage/foreign.c MOST_HEADER 100000000 "at most 100,000,000 bytes"
limit lib/files/safetensors.h SRNN__MAX_RANK 8 "a tensor 8 sides"
limit include/srnn.h SRNN_MODEL_MAX_WIDTH 16777216 'at most 16,777,216 (`SRNN_MODEL_MAX_WIDTH`)'
limit src/storage/encoding.h MAX_LABELS 1000 "more than 1,000 labels"
limit src/storage/encoding.h MAX_LABEL 63 "more than 63 bytes"
limit src/storage/midi.c STEPS_OF_FILE 65536 "more than 65,536 + 4 N steps"
limit src/storage/midi.c STEPS_OF_BYTE 4 "more than 65,536 + 4 N steps"
limit src/storage/midi_track.c MOST_NOTES 16777216 "16,777,216 notes a piece"
limit src/storage/keys.h PITCHES 88 "352 bytes a step"
limit src/commands/inspect.c MOST_PARTS 100 'lists 100 parts'
limit lib/model/spectrum.c ROUNDS 2048 "at most 2,048 rounds"

# A function of the library that reads a file: it has the parameter `archive`, or reads an open one.
awk '/^int32_t srnn_/ { name = $2; sub(/\(.*/, "", name) }
    /const void \*archive/ { print name }
    /^int32_t srnn_checkpoint_(part|get|text|bytes|restore)\(/ { print name }' include/srnn.h | sort -u >"$scratch/readers"
[ "$(wc -l <"$scratch/readers")" -ge 12 ] || fail "few functions read a file"
while read -r name; do
    grep -q "^| .*\`$name\`" SECURITY.md ||
        { grep -q "^| .*\`_${name##*_}\`" SECURITY.md && grep -q "^| \`${name%_*}_" SECURITY.md; } ||
        fail "SECURITY.md has no row for $name"
done <"$scratch/readers"

echo "SECURITY.md: its tests and limits are those of the tree"
