#!/bin/sh
# check_awks.sh: the scripts do the same under mawk, gawk and busybox's awk. With each of them as
# `awk` the test scripts pass, and the files that make makes with awk have the same bytes. An awk that
# cannot be had is left out, and the last line counts.
#
# Left out: scripts that do not use awk; all under the awk that is the system's, since `make check` runs
# them; tests/program/ under gawk, as in check-address, and under busybox, as in check-coverage.
#
#     BUILD=build CC=cc tests/check_awks.sh
#
# BUILD holds the library, the program and the examples.
set -u
LC_ALL=C
export LC_ALL
BUILD=${BUILD:-build}
# Flags of a make that runs this check are not meant for the ones here.
unset MAKEFLAGS MFLAGS MAKELEVEL || :
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

# Make in folder $1 the files that make makes with awk, and its lists of targets.
make_files() {
    mkdir -p "$1" &&
        make -s BUILD="$1" amalgamation "$1/srnn.3" "$1/wasm/srnn.mjs" "$1/wasm/srnn.d.ts" &&
        # That of srnn.wasm, which needs clang, is of no account here.
        echo AGFzbQ== >"$1/base64" &&
        awk -f lib/delivery/wasm/classic.awk "$1/wasm/srnn.mjs" "$1/base64" >"$1/srnn.js" &&
        echo transcript >"$1/transcript" &&
        examples/web/build.sh "$1/web" "$1/srnn.js" "$1/transcript" &&
        make -s help >"$1/help" &&
        make -s -C examples/paper help >"$1/help-paper"
}

failed=
tried=
first=
usual=$(readlink -f "$(command -v awk)")
for awk in mawk gawk busybox; do
    folder=$scratch/$awk
    if ! tests/get_awk.sh "$awk" "$folder"; then
        echo "left out: the awk of $awk cannot be had"
        continue
    fi
    echo "awk is $awk:"
    tried="$tried $awk"
    (
        PATH=$folder:$PATH
        make_files "$folder/made" || exit
        if [ "$(readlink -f "$folder/awk")" = "$usual" ]; then
            echo "is awk here: make check runs the scripts"
            exit
        fi
        # Also those that use it through others.
        scripts=$(grep -lE 'awk|holds "|check_all\.sh|docs/examples\.sh' tests/*/test_*.sh)
        [ "$awk" = mawk ] || scripts=$(echo "$scripts" | grep -v ^tests/program/)
        # shellcheck disable=SC2086 # names are words
        BUILD=$BUILD tests/run.sh $scripts
    ) || failed=yes
    [ -n "$first" ] || first=$awk
    diff -r "$scratch/$first/made" "$folder/made" >"$scratch/differences" || {
        echo "FAILED: with $first and $awk make makes different files:"
        head -n 20 "$scratch/differences"
        failed=yes
    }
done

if [ -n "$failed" ] || [ -z "$tried" ]; then
    echo "FAILED, with these awks:$tried"
    exit 1
fi
echo "$(echo "$tried" | wc -w) of 3 awks: the scripts pass and make makes the same files"
