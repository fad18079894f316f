#!/bin/sh
# check_abi.sh - libsrnn.so against the committed baseline, with abidiff
#
#     tests/abi/check_abi.sh [--update]
#
# Compiles a library from the baseline's header, builds today's with debugging information, and
# lists every function, callback and constant that was removed, changed or added. What breaks
# programs must be accepted in accepted.txt. Before that does the same to headers that are broken in
# known ways, and expects each to be reported.
#
# --update makes today's header the baseline and empties accepted.txt: when a version is released.
set -eu
. tests/program/library.sh
. tests/abi/compare.sh

if [ "${1-}" = --update ]; then
    cp include/srnn.h tests/abi/baseline/srnn.h
    sed '/^#/!d' tests/abi/accepted.txt >"$scratch/accepted"
    cp "$scratch/accepted" tests/abi/accepted.txt
    echo "the baseline is now include/srnn.h"
    exit 0
fi
[ $# -eq 0 ] || fail "usage: tests/abi/check_abi.sh [--update]"
tests/install_tool.sh abidiff=abigail-tools || fail "without abidiff nothing can be compared"

# What was judged right so far; the last line counts it.
count=0
fail() {
    echo "FAILED: $*" >&2
    echo "$count passed, 1 failed, 0 skipped"
    exit 1
}

# all_differences OLD-FOLDER NEW-INCLUDE NEW-LIBRARY: of headers and libraries, each name once.
all_differences() {
    library_differences "$1/include" "$1/build/libsrnn.so" "$2" "$3" >"$scratch/all" || return 2
    header_differences "$1/include/srnn.h" "$2/srnn.h" >>"$scratch/all" || return 2
    LC_ALL=C sort "$scratch/all" | awk '{ key = $1 $2; sub(/:$/, "", key) } !seen[key]++'
}

old=$scratch/old.tree
mkdir -p "$old/include"
cp tests/abi/baseline/srnn.h "$old/include/"
stub "$old" || fail "the baseline's library does not build"

# must_report WHAT EDIT ACCEPTED VERDICT [VERSION]: the baseline's header with sed's EDIT is reported
# as WHAT, which is `nothing` or the beginning of a line. With a line ACCEPTED, today's version being
# VERSION (0.1.0 unless given), it passes or fails, the VERDICT.
must_report() {
    new=$scratch/new.tree
    rm -rf "$new"
    mkdir -p "$new/include"
    sed "$2" "$old/include/srnn.h" >"$new/include/srnn.h"
    [ "$1" = nothing ] || ! cmp -s "$old/include/srnn.h" "$new/include/srnn.h" ||
        fail "self-test: '$2' changes nothing in the baseline's header"
    stub "$new" || fail "self-test: the header with '$2' does not build"
    all_differences "$old" "$new/include" "$new/build/libsrnn.so" >"$scratch/differences" ||
        fail "self-test: comparing with '$2' fails"
    if [ "$1" = nothing ]; then
        [ ! -s "$scratch/differences" ] || fail "self-test: '$2' is reported as $(cat "$scratch/differences")"
    else
        grep -q "^$1" "$scratch/differences" || fail "self-test: '$1' is not reported; only: $(cat "$scratch/differences")"
    fi
    printf '%s\n' "$3" >"$scratch/accepted"
    verdict=passes
    judge "$scratch/differences" "$scratch/accepted" "${5:-0.1.0}" >"$scratch/judged" || verdict=fails
    [ "$verdict" = "$4" ] || fail "self-test: '$2' $verdict: $(cat "$scratch/judged")"
    count=$((count + 1))
}
remove='/^SRNN_API$/{
N
/srnn_clipper_reset(/d
}'
must_report nothing 's/THE SAME/THE SAME/' '' passes
must_report nothing '/^size_t srnn_batch_size/a\
typedef struct srnn_later srnn_later;' '' passes
must_report nothing 's/uint32_t bound)/uint32_t renamed)/' '' passes
must_report 'added srnn_later' '/^size_t srnn_batch_size/a\
SRNN_API\
uint32_t srnn_later(void);' '' passes
must_report 'added SRNN_LATER' '/^#define SRNN_OPTIMIZER_ADAM/a\
#define SRNN_LATER 6u' '' passes
must_report 'removed srnn_clipper_reset' "$remove" '' fails
must_report 'removed srnn_clipper_reset' "$remove" 'srnn_clipper_reset set does it better' passes
must_report 'removed srnn_clipper_reset' "$remove" 'srnn_clipper_reset' fails
must_report 'removed srnn_clipper_reset' "$remove" 'srnn_clipper_apply not this one' fails
must_report 'removed srnn_clipper_reset' "$remove" 'srnn_clipper_reset too late' fails 1.0.0
must_report nothing 's/THE SAME/THE SAME/' 'srnn_clipper_reset has not changed' fails
must_report 'changed srnn_random_below' 's/uint32_t bound)/int64_t bound)/' '' fails
must_report 'changed srnn_initial_state' 's/^\(int32_t srnn_initial_state.*\)float \*/\1const float */' '' fails
must_report 'changed srnn_batch_size' 's/^size_t srnn_batch_size/uint64_t srnn_batch_size/' '' fails
must_report 'changed srnn_version_number' 's/^uint32_t srnn_version_number/int32_t srnn_version_number/' '' fails
must_report 'changed srnn_workspace_parallel' 's/^\(typedef void (\*srnn_task_fn).*\)uint32_t/\1int32_t/' '' fails
must_report 'changed srnn_task_fn' 's/^\(typedef void (\*srnn_task_fn).*\)uint32_t/\1int32_t/' '' fails
must_report 'changed SRNN_E_SHAPE: was -3, is -33' 's/^#define SRNN_E_SHAPE (-3)/#define SRNN_E_SHAPE (-33)/' '' fails
must_report 'changed SRNN_OPTIMIZER_RATE: was 400u, is 400$' 's/^#define SRNN_OPTIMIZER_RATE 400u/#define SRNN_OPTIMIZER_RATE 400/' '' fails
must_report 'removed SRNN_START_GLOROT' '/^#define SRNN_START_GLOROT/d' '' fails
must_report 'changed soname' 's/^#define SRNN_VERSION_MAJOR 0/#define SRNN_VERSION_MAJOR 7/' '' fails
echo "$count headers, whole and broken, were judged as they should be"
echo "today's library against the baseline $(version_of tests/abi/baseline/srnn.h):"

# Today's library.
library=$BUILD/abi
(
    unset MAKEFLAGS MFLAGS MAKELEVEL || :
    make -s BUILD="$library" CC="$CC" CFLAGS='-O1 -g' "$library/libsrnn.so"
) >"$scratch/log" 2>&1 || fail "the library does not build: $(cat "$scratch/log")"
all_differences "$old" include "$library/libsrnn.so" >"$scratch/differences" ||
    fail "the libraries could not be compared"
judge "$scratch/differences" tests/abi/accepted.txt "$(version_of include/srnn.h)" ||
    fail "what broke must be mended, or accepted: see tests/abi/README.md"
[ -s "$scratch/differences" ] || echo "nothing was removed, changed or added"
echo "$((count + 1)) passed, 0 failed, 0 skipped"
