#!/bin/sh
# examples/not_learning: its commands run as they stand there, and each section has the symptom
# first and then the cure.
set -eu
. tests/program/library.sh
. tests/docs/blocks.sh

document=examples/not_learning/README.md
page=$PWD/$document
run_blocks $document

# The shares of wrong that section $1 shows, which are those that were printed just now: of the
# first run and the last. A table counts with its largest.
shares() {
    awk -v section="## $1" '
        /^## / { inside = $0 == section }
        inside && /^```text$/ { text = 1; share = -1; next }
        /^```$/ { if (text && share >= 0) shares = shares " " share; text = 0 }
        text && $1 == "wrong" && share < $2 { share = $2 }
        text && NF == 4 && $4 == 1000 && share < $3 { share = $3 }
        END { print shares }' "$page"
}

sections=0
for section in "The gradient vanishes" "The gradient explodes" "Numbers that are not finite" \
    "The threshold is far below the norms" "Omega weighs too much" "Right at one length only"; do
    # shellcheck disable=SC2046
    set -- $(shares "$section")
    [ $# -eq 2 ] || fail "$document: '$section' shows $# runs"
    holds "$1 > 0.65" "$section: the symptom"
    holds "$2 < 0.01" "$section: the cure"
    sections=$((sections + 1))
done
[ $((sections + 1)) -eq "$(grep -c '^## ' "$page")" ] ||
    fail "$document: a section that this test does not know"

# The column $2 of the last row of log $1.
last_of() {
    tail -n 1 "$1" | cut -d, -f"$2"
}
few=$(last_of few.csv 4)
many=$(last_of many.csv 4)
holds "$(last_of few.csv 3) < $few / 5" "learnt by heart"
holds "$(last_of many.csv 3) > $many / 3" "not learnt by heart"
holds "$many < $few / 2" "more data"

echo "$document: all of it is so"
