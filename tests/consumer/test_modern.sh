#!/bin/sh
# test_modern.sh - srnn.h in C++20, without a warning
#
# Each compiler that is here and knows C++20 compiles modern.cpp and the consumer, which is C and
# C++, with the warnings that users turn on. modern.cpp runs.
set -eu
. tests/program/library.sh

is_sanitized && { echo "the library of a sanitizer is linked by its own compiler only"; exit 77; }
strict="-std=c++20 -pedantic-errors -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow
    -Wold-style-cast -Wcast-qual -Wcast-align -Werror"
tried=
for compiler in c++ clang++; do
    command -v "$compiler" >/dev/null || continue
    echo '#include <thread>
        std::jthread thread; int main() { }' >"$scratch/known.cpp"
    "$compiler" -std=c++20 "$scratch/known.cpp" -o "$scratch/known" 2>/dev/null || continue
    # shellcheck disable=SC2086
    "$compiler" $strict -Iinclude tests/consumer/modern.cpp "$BUILD/libsrnn.a" -pthread \
        -o "$scratch/modern" || fail "$compiler: warnings in C++20"
    "$scratch/modern" || fail "$compiler: the program in C++20 does not run"
    # shellcheck disable=SC2086
    "$compiler" $strict -Iinclude -fsyntax-only -x c++ tests/consumer/consumer.c ||
        fail "$compiler: warnings of the consumer"
    tried="$tried $compiler"
done
[ -n "$tried" ] || { echo "no compiler of C++20 is here"; exit 77; }
echo "C++20, with$tried: no warning, the same bits on one thread and on three"
