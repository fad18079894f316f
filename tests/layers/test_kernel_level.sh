#!/bin/sh
# test_kernel_level.sh - gcc compiles the kernels at -O2 as at -O3
#
# At -O2 gcc 12 vectorizes few of their loops, and a training step took twice as long. So each file of
# kernels sets its level itself (SRNN__LEVEL_OF_KERNELS in base/compiler.h), and what the kernels call
# must be inlined there by force. Compares the names and sizes of the functions and constants.

set -u
cd "$(dirname "$0")/../.." || exit 2

CC=${CC:-cc}
if ! echo '__GNUC__ !__clang__' | "$CC" -E -P - | grep -q '^[0-9]* !__clang__$'; then
    echo "skip: for gcc; the -O2 of clang vectorizes them"
    exit 77
fi
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
failed=0

# print_sizes LEVEL FILE: the functions and constants of a file of lib/kernels, sorted
print_sizes() {
    "$CC" -std=c99 -fPIC -Iinclude -Ilib "$1" -c "lib/kernels/$2" -o "$scratch/object.o" || exit 2
    nm -S --defined-only "$scratch/object.o" | awk 'NF == 4 { print $4, $2 }' | sort
}

for file in baseline.c avx2.c avx512.c avx512_half.c; do
    for level in -O2 -O3; do
        print_sizes $level $file >"$scratch/sizes$level"
    done
    if ! diff "$scratch/sizes-O2" "$scratch/sizes-O3" >"$scratch/difference"; then
        echo "$file: not the same at -O2 (<) and -O3 (>), names and sizes:"
        cat "$scratch/difference"
        failed=1
    fi
done

# The comparison sees a level: these functions have the build's.
print_sizes -O2 scalar.c >"$scratch/sizes-O2"
print_sizes -O3 scalar.c >"$scratch/sizes-O3"
if cmp -s "$scratch/sizes-O2" "$scratch/sizes-O3"; then
    echo "scalar.c: the same at -O2 and -O3, so that this test sees no difference"
    failed=1
fi
[ "$failed" -eq 0 ] && echo "the functions of the kernels have the same sizes at -O2 and -O3"
exit "$failed"
