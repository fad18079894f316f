#!/bin/sh
# Each test that a list names is there: what the Makefile's checks take and leave out, what run.sh begins
# with, and concerned.txt. A test that was divided or renamed would no longer be taken, or left out.
# And each check of the Makefile is made by check-all or check-slow.
set -eu
. tests/program/library.sh

# make_prints LIST: what make makes of a list.
make_prints() {
    printf 'include Makefile\nlists:\n\t@echo %s\n' "$1" |
        env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL "${MAKE:-make}" -s -f - lists
}
# shellcheck disable=SC2016 # the names are make's
checks=$(make_prints '$(CHECKS) $(CHECKS_BESIDE) $(SLOW_CHECKS)')
# Of these no command has the names: make takes them from what is there.
# shellcheck disable=SC2016
not_counted=$(make_prints '$(COVERAGE_NOT)')
[ -n "$checks" ] && [ -n "$not_counted" ] || fail "the Makefile has other lists"
# What a check calls make with stands in its commands, with the names of its tests.
# shellcheck disable=SC2086 # a list
env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL "${MAKE:-make}" -n MAKE=true $checks >"$scratch/commands"
{
    echo "$not_counted"
    cat "$scratch/commands"
    sed -n '/^longest=/,/"$/p' tests/run.sh
    cat tests/mutants/concerned.txt
} | grep -o '[a-z]*/test_[a-z_0-9]*%\{0,1\}' | sort -u >"$scratch/names"
count=$(wc -l <"$scratch/names")
[ "$count" -ge 60 ] || fail "only $count names were found"
while read -r name; do
    case $name in
    *%) set -- tests/"${name%\%}"*.c ;;
    *) set -- tests/"$name".* ;;
    esac
    [ -e "$1" ] || fail "a list names tests/$name, which is no test"
done <"$scratch/names"

# check-mutants is run by name (tests/README.md).
echo "$checks" | tr ' ' '\n' >"$scratch/made"
sed -n 's/^\(check[a-z0-9-]*\):.*## .*/\1/p' Makefile |
    grep -vx -e check -e check-all -e check-slow -e check-mutants >"$scratch/checks"
[ "$(wc -l <"$scratch/checks")" -ge 30 ] || fail "only $(wc -l <"$scratch/checks") checks were found"
while read -r check; do
    grep -qx "$check" "$scratch/made" || fail "$check is made by neither check-all nor check-slow"
done <"$scratch/checks"
echo "$count tests are in lists, and $(wc -l <"$scratch/checks") checks are made"
