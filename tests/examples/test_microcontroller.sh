#!/bin/sh
# test_microcontroller.sh - learn_order of examples/microcontroller learns, and prints what is committed
#
# `make check-packages` runs both programs from the packages, on the computer and on boards.
set -eu
. tests/program/library.sh

folder=examples/microcontroller
# shellcheck disable=SC2046
"${CC:-cc}" -std=c99 -Wall -Wextra -Werror $(link_flags) -Iinclude -o "$scratch/learn" \
    $folder/learn_main.c $folder/learn_order.c "$BUILD/libsrnn.a" || fail "does not build"
"$scratch/learn" >"$scratch/out" || fail "does not run"
tail -n 1 "$scratch/out" | grep -q ' wrong 0 of 100 ' || fail "has not learnt: $(tail -n 1 "$scratch/out")"
# The first line is of memory, which depends on the size of a pointer.
tail -n +2 "$scratch/out" | diff $folder/learn_order.txt - || fail "other lines than learn_order.txt"
echo "learnt: $(tail -n 1 "$scratch/out")"
