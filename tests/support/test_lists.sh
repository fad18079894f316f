#!/bin/sh
# Each test that a list names is there: what the Makefile leaves out of checks, what run.sh begins
# with, and concerned.txt. A test that was divided or renamed would no longer be left out.
set -eu
. tests/program/library.sh

{
    # shellcheck disable=SC2016 # the names are make's
    printf 'include Makefile\nlists:\n\t@printf "%%s\\n" $(COVERAGE_NOT) $(EMULATED_LONG) $(MEMORY_LONG) $(ADDRESS_LONG) $(COMPACT_LONG)\n' |
        env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL "${MAKE:-make}" -s -f - lists
    sed -n '/^longest=/,/"$/p' tests/run.sh
    cat tests/mutants/concerned.txt
} | grep -o '[a-z]*/test_[a-z_0-9]*' | sort -u >"$scratch/names"
count=$(wc -l <"$scratch/names")
[ "$count" -ge 20 ] || fail "only $count names were found"
while read -r name; do
    [ -e "tests/$name.c" ] || [ -e "tests/$name.sh" ] || fail "a list names tests/$name, which is no test"
done <"$scratch/names"
echo "$count tests are in lists"
