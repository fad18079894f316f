#!/bin/sh
# check_coverage.sh TEST... - runs tests of a --coverage build, and judges what they reached of lib/
# and src/ (README.md)
#
#     make check-coverage    # builds BUILD and BUILD/program, and has the list of the tests
#
# A TEST is a program of BUILD or a script, which gets BUILD/program. All gaps are listed in
# BUILD/gaps.txt, those of lib/ here too.
set -eu

BUILD=${BUILD:-build/coverage}
here=tests/coverage
# What is demanded, in per cent. lib: all that can be reached. src: most of the rest is for memory, disks
# and threads that fail, and for several processes, which `make check-mpi` has.
lib_lines=100
lib_branches=100
src_lines=95
src_branches=90

tests/install_tool.sh gcov=gcc
# Counters of an earlier run would be added.
find "$BUILD" -name '*.gcda' -exec rm -f {} +
rm -f "$BUILD/gaps.txt"

programs=
scripts=
for test in "$@"; do
    case $test in
    *.sh) scripts="$scripts $test" ;;
    *) programs="$programs $test" ;;
    esac
done
# Names of tests have no blanks.
# shellcheck disable=SC2086
tests/run.sh $programs
# shellcheck disable=SC2086
[ -z "$scripts" ] || BUILD="$BUILD/program" tests/run.sh $scripts

find "$BUILD/lib" "$BUILD/program/src" -name '*.gcno' | LC_ALL=C sort >"$BUILD/objects.txt"
while read -r notes; do
    source=${notes#"$BUILD"/}
    source=${source#program/}
    # An object may be left of a source that is gone.
    [ ! -f "${source%.gcno}.c" ] || gcov -b -c -t "${notes%.gcno}.o"
done <"$BUILD/objects.txt" >"$BUILD/gcov.txt" 2>"$BUILD/gcov.log"
# Objects that no test ran have no counts, which gcov takes for zeros; some have no functions.
grep -Ev 'cannot open data file, assuming not executed$|:no functions found$' "$BUILD/gcov.log" >&2 || :

status=0
awk -v gaps="$BUILD/gaps.txt" -v lib_lines=$lib_lines -v lib_branches=$lib_branches \
    -v src_lines=$src_lines -v src_branches=$src_branches \
    -f $here/coverage.awk $here/unreachable.txt "$BUILD/gcov.txt" || status=$?
# A processor that lacks an instruction set runs none of its kernels.
for set in avx2 avx512f avx512vl; do
    grep -qw $set /proc/cpuinfo || {
        echo "skip: this processor has no $set, so nothing is demanded"
        exit 0
    }
done
exit $status
