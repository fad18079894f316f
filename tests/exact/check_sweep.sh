#!/bin/sh
# check_sweep.sh - the elementary functions over all 2^32 arguments, or every STRIDE-th
#
# All take minutes on a processor with a fused multiply-add. Elsewhere, where one is computed, every
# 64th argument is tried.
set -eu
cd "$(dirname "$0")/../.."

dir=${BUILD:-build}/exact
flags=
stride=64
if grep -qw avx2 /proc/cpuinfo 2>/dev/null && grep -qw fma /proc/cpuinfo 2>/dev/null; then
    flags='-mavx2 -mfma'
    stride=${STRIDE:-1}
fi
mkdir -p "$dir"
# shellcheck disable=SC2086
${CC:-cc} -std=c99 -O3 -ffp-contract=off $flags -Ilib -Iinclude -o "$dir/sweep_elementary" \
    tests/exact/sweep_elementary.c -lm
"$dir/sweep_elementary" -s "$stride" -j 2
