#!/bin/sh
# test_no_install.sh - with NO_INSTALL=1 the tests and checks call no package manager
#
# Package managers on the PATH that only note their calls take the place of the true ones. What is
# missing is told with the package that has it. No other file of the tests calls one.
set -eu
. tests/program/library.sh
. tests/consumer/managers.sh

PATH=$noting:$PATH
unset NO_INSTALL MAKEFLAGS MFLAGS MAKELEVEL || :

# refuses TEXTS COMMAND...: with NO_INSTALL=1 the command fails, prints each line of TEXTS, and
# calls no package manager; without, it does.
refuses() {
    texts=$1
    shift
    rm -f "$scratch/calls"
    ! NO_INSTALL=1 "$@" >"$scratch/said" 2>&1 || fail "$*: passes with NO_INSTALL=1"
    [ ! -e "$scratch/calls" ] || fail "$*: calls $(cat "$scratch/calls")"
    echo "$texts" | while read -r text; do
        grep -qF -- "$text" "$scratch/said" || fail "$*: does not say '$text': $(cat "$scratch/said")"
    done
    ! NO_INSTALL=0 "$@" >"$scratch/said" 2>&1 || fail "$*: passes without the package managers"
    [ -e "$scratch/calls" ] || fail "$*: calls none, so that the test shows nothing"
}
refuses 'missing: no-such-tool
missing: /no/such/file
apt-get install its-package other-package
NO_INSTALL is set' tests/install_tool.sh sh no-such-tool=its-package /no/such/file=other-package
refuses 'missing: cmocka
apt-get install libcmocka-dev
NO_INSTALL is set' env CC=false tests/install_cmocka.sh
refuses 'missing: cmocka' make -s CC=false cmocka
refuses "missing: npm's package no-such-package
npm install --prefix $scratch
NO_INSTALL is set" tests/install_npm.sh "$scratch" no-such-package 1
refuses "missing: cmocka for no-such-compiler in $scratch/cmocka
NO_INSTALL is set" tests/install_other_cmocka.sh "$scratch/cmocka" no-such-compiler
NO_INSTALL=1 tests/install_tool.sh sh=a-package || fail "what is there is said to be missing"

# make hands on what its command line sets.
rm -f "$scratch/calls"
! make -s NO_INSTALL=1 CC=false cmocka >"$scratch/said" 2>&1 || fail "make NO_INSTALL=1 cmocka passes"
[ ! -e "$scratch/calls" ] || fail "make NO_INSTALL=1 cmocka: calls $(cat "$scratch/calls")"

# Only install_*.sh call one.
verbs='(install|update|[a-z]*-?upgrade|add|i|ci|exec|download|source|build-dep|-S[a-z]*|-y)'
names=$(echo "$managers" | tr -s ' ' '|')
# calls FILES...: the lines that call a package manager, without comments, and without what npm makes
# of a file that is here.
calls() {
    grep -nE "(^|[^-./a-z])($names) (.* )?$verbs( |\$)" "$@" /dev/null |
        grep -vE '^[^:]*:[0-9]*: *(#|/?\*|//|--)|npm install .*--offline ' || :
}
find Makefile CMakeLists.txt examples lib tests -type f ! -name '*.md' >"$scratch/files"
grep -Ev '^tests/(install_.*|consumer/(test_no_install|managers))\.sh$' "$scratch/files" >"$scratch/other"
# shellcheck disable=SC2046
calls $(cat "$scratch/other") >"$scratch/found"
[ ! -s "$scratch/found" ] || fail "a package manager outside tests/install_*.sh: $(cat "$scratch/found")"
ls tests/install_*.sh >"$scratch/installers"
while read -r installer; do
    calls "$installer" | grep -q . || fail "$installer is not seen to call a package manager"
    grep -q 'NO_INSTALL:-0' "$installer" || fail "$installer knows no NO_INSTALL"
done <"$scratch/installers"
echo "NO_INSTALL=1: no package manager is called, and what is missing is told"
