# shellcheck shell=sh
# shim.sh - what the checks of faults share. To be sourced after tests/program/library.sh, from the
# top of the checkout:
#
#     . tests/program/library.sh
#     . tests/faults/shim.sh
#
# It builds shim*.c as $shim, or skips the check where that cannot run.

# shellcheck disable=SC2154 # library.sh makes the folder

# End the check, which cannot run here: why.
skip() {
    echo "skip: $*"
    exit 77
}

shim=$scratch/shim.so
if is_sanitized; then
    skip "a sanitizer has an allocator of its own, and system calls that it needs"
fi
"${CC:-cc}" -std=c99 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -fPIC -shared -o "$shim" \
    tests/faults/shim*.c -ldl 2>"$scratch/shim.log" || {
    grep -q 'no shim here\|linux/.*No such file' "$scratch/shim.log" ||
        fail "the shim does not build: $(cat "$scratch/shim.log")"
    skip "the shim is for Linux on x86-64 and AArch64, with glibc"
}

# watched COMMAND...: run the program under the shim, at most ten minutes. Standard output goes to
# $scratch/out, standard error to $scratch/err, the exit code to $status. What fails is in $fault, the
# files to count and record in are $counted and $recorded (shim.c); all may be empty.
fault=
counted=
recorded=
watched() {
    # shellcheck disable=SC2034 # for library.sh
    last="$* (fault: ${fault:-none})"
    status=0
    LD_PRELOAD=$shim FAULT=$fault FAULT_COUNTS=$counted FAULT_RECORD=$recorded \
        "$SRNN" "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
}

# The program can be watched at all.
counted=$scratch/counts
watched --version
counted=
[ "$status" -ne 77 ] || skip "$(cat "$scratch/err")"
grep -q '^write [1-9]' "$scratch/counts" || fail "the shim has seen no write"
