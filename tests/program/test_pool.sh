#!/bin/sh
# The program's threads: every task of a round is run once and has ended with it, on as many
# threads as there are processors and on more, whether they sleep or not. Under the thread
# sanitizer where there is one, and with a compiler that has no atomics where there is one.
set -eu
. tests/program/library.sh

# One program cannot have both sanitizers.
if is_sanitized; then
    exit 77
fi
CC=${CC:-cc}
sources="tests/program/pool_rounds.c src/support/pool.c src/support/message.c src/support/notice.c
    src/support/printable.c $BUILD/libsrnn.a"
flags="-std=c99 -D_POSIX_C_SOURCE=200809L -Isrc -Iinclude"

# passes WHAT: whether the pool in pool_rounds does
passes() {
    for threads in 1 2 3 8; do
        # Ten minutes are for threads that wait for ever.
        timeout 600 "$scratch/pool_rounds" $threads 1000 || fail "$1: $threads threads: status $?"
    done
}
# try COMPILER FLAGS... : whether a pool built so passes
try() {
    # shellcheck disable=SC2086
    "$@" $flags -o "$scratch/pool_rounds" $sources -lm -pthread || fail "$*: does not build"
    passes "$*"
}

# The pool of the program itself.
# shellcheck disable=SC2046
build_helper pool_rounds $(program_objects support)
passes "the program"

try "$CC" -O2
echo 'int main(void) { return 0; }' >"$scratch/nothing.c"
if "$CC" -fsanitize=thread -o "$scratch/nothing" "$scratch/nothing.c" 2>/dev/null &&
    "$scratch/nothing"; then
    try "$CC" -O1 -g -fsanitize=thread
fi
if command -v tcc >/dev/null 2>&1; then
    try tcc
fi
