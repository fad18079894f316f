#!/bin/sh
# check_bits.sh - every build trains to the same bits
#
#     tests/exact/check_bits.sh [--update]
#
# Builds the library and train_hash.c by every compiler at hand, at -O0 to -O3, with the kernels
# chosen at run time, without them, and for a processor with a fused multiply-add from the start;
# runs each and compares it with training.hash; and tries the computed multiply-add in chains
# (fused_chains.c). Prints a table and fails on any difference.
# --update writes training.hash anew when all builds agree: only after a change of the arithmetic
# itself, which the CHANGELOG must tell.
#
# COMPILERS, LEVELS, ARITHMETIC (fused or separate), JOBS and BUILD can be set.

set -u
cd "$(dirname "$0")/../.." || exit 2

compilers=${COMPILERS:-gcc clang}
levels=${LEVELS:--O0 -O1 -O2 -O3}
arithmetic=${ARITHMETIC:-fused}
jobs=${JOBS:-2}
dir=${BUILD:-build}/bits
committed=tests/exact/training.hash

common="-std=c99 -ffp-contract=off -Iinclude -Itests/support"
[ "$arithmetic" = separate ] && common="$common -DSRNN_ARITHMETIC_SEPARATE"

# A processor without AVX2 and FMA cannot run what is built for one.
ways="dispatch baseline"
if grep -qw avx2 /proc/cpuinfo 2>/dev/null && grep -qw fma /proc/cpuinfo 2>/dev/null; then
    ways="$ways fma"
fi

# flags_of WAY
flags_of() {
    case $1 in
    dispatch) ;;
    baseline) echo "-DSRNN_NO_DISPATCH" ;;
    fma) echo "-DSRNN_NO_DISPATCH -mavx2 -mfma" ;;
    esac
}

# one COMPILER LEVEL WAY: build, run, leave the result in a file.
one() {
    name=$1$2-$3
    # Flags are words.
    # shellcheck disable=SC2046,SC2086
    if "$1" $common "$2" $(flags_of "$3") -o "$dir/$name" \
        lib/*.c tests/exact/train_hash.c tests/support/hash.c >"$dir/$name.log" 2>&1; then
        "$dir/$name" >"$dir/$name.hash" 2>>"$dir/$name.log" ||
            echo "does not run" >"$dir/$name.hash"
        # shellcheck disable=SC2046,SC2086
        { "$1" $common -Ilib "$2" $(flags_of "$3") -o "$dir/$name-chains" \
            tests/exact/fused_chains.c -lm && "$dir/$name-chains"; } >>"$dir/$name.log" 2>&1 ||
            echo "computed multiply-adds differ" >"$dir/$name.hash"
    else
        echo "does not build" >"$dir/$name.hash"
    fi
}

rm -rf "$dir"
mkdir -p "$dir" || exit 2

names=
running=0
for compiler in $compilers; do
    if ! command -v "$compiler" >/dev/null 2>&1; then
        echo "no $compiler here: left out"
        continue
    fi
    for level in $levels; do
        for way in $ways; do
            names="$names $compiler$level-$way"
            one "$compiler" "$level" "$way" &
            running=$((running + 1))
            if [ "$running" -ge "$jobs" ]; then
                wait
                running=0
            fi
        done
    done
done
wait
if [ -z "$names" ]; then
    echo "no compiler at all" >&2
    exit 2
fi

expected=$(grep "^$arithmetic " "$committed" 2>/dev/null)
if [ "${1:-}" = --update ]; then
    first=${names# }
    expected=$(grep "^$arithmetic 0x" "$dir/${first%% *}.hash")
fi

failed=0
for name in $names; do
    got=$(cat "$dir/$name.hash")
    verdict=same
    if [ -z "$expected" ] || [ "$got" != "$expected" ]; then
        verdict=DIFFERS
        failed=$((failed + 1))
    fi
    printf '%-24s %-32s %s\n' "$name" "$got" "$verdict"
done
echo "expected: ${expected:-nothing: no line for $arithmetic in $committed}"
if [ "$failed" -ne 0 ]; then
    echo "$failed builds differ; see $dir/*.log" >&2
    exit 1
fi
if [ "${1:-}" = --update ]; then
    { grep -v "^$arithmetic " "$committed" 2>/dev/null; echo "$expected"; } | sort >"$dir/new"
    cp "$dir/new" "$committed"
    echo "written to $committed"
fi
