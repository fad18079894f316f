#!/bin/sh
# check_proof.sh - Frama-C's EVA looks at the readers of a file's header, on any bytes
#
# EVA follows all values that an expression can have, and raises an alarm where it cannot show that an
# operation is defined: an access in its bounds, a value that was written, no overflow. It sees bounds of
# single values, not that one value is below another. NaN and infinity are values: files may have them.
# Each alarm must have its answer in answers.txt, and each answer its alarm. Before that an alarm must be
# raised for planted.c. One line for each program, and the counts.
set -u
cd "$(dirname "$0")/../.." || exit 2

LC_ALL=C
export LC_ALL
folder=tests/proof
out=${BUILD:-build}/proof
tests/install_tool.sh frama-c=frama-c-base || exit 1
mkdir -p "$out" || exit 2
# Frama-C leaves files there when it fails.
TMPDIR=$out
export TMPDIR
flags="-Iinclude -Ilib -I$(frama-c -print-share-path)/libc -DPROOF_BYTES=1024 -DPROOF_HEADER=1000"

# alarms NAME FILES...: the alarms for the program NAME.c, as "NAME function property".
alarms() {
    _name=$1
    shift
    rm -f "$out/$_name.csv"
    frama-c -machdep gcc_x86_64 -cpp-extra-args="$flags" "$folder/$_name.c" "$@" -eva -eva-precision 1 \
        -warn-special-float none -eva-no-show-progress -then -report-csv "$out/$_name.csv" >"$out/$_name.log" 2>&1
    grep -q 'ANALYSIS SUMMARY' "$out/$_name.log" && [ -s "$out/$_name.csv" ] || {
        tail -n 20 "$out/$_name.log" >&2
        return 1
    }
    awk -F '\t' -v name="$_name" '$6 == "Unknown" || $6 ~ /Invalid/ { print name " " $4 " " $7 }' \
        "$out/$_name.csv" | sort -u
}

passed=0
failed=0
# look NAME FILES...
look() {
    sed -n "s/^\($1 .*\) => .*/\1/p" $folder/answers.txt | sort -u >"$out/answered"
    rm -f "$out/difference"
    if alarms "$@" >"$out/raised" && diff "$out/answered" "$out/raised" >"$out/difference"; then
        passed=$((passed + 1))
        echo "ok      $1: $(grep -c . "$out/raised") alarms, all answered"
    else
        failed=$((failed + 1))
        echo "FAILED  $1: answers without an alarm (<), and alarms without an answer (>)"
        [ ! -e "$out/difference" ] || sed 's/^/    /' "$out/difference"
    fi
}

if alarms planted >"$out/raised" && grep -q 'planted main' "$out/raised"; then
    passed=$((passed + 1))
else
    failed=$((failed + 1))
    echo "FAILED  planted: no alarm"
fi
look any_header lib/files/safetensors.c
look any_text lib/files/text.c lib/files/elements.c
# shellcheck disable=SC2046
look any_file $(printf 'lib/files/%s.c ' safetensors header archive elements text) lib/model/model.c lib/base/object.c
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
