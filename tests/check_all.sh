#!/bin/sh
# check_all.sh - makes checks of the Makefile, up to the first that fails
#
#     MAKE=make BUILD=build tests/check_all.sh check 'check-compact check-clang' 'check-install check-web'
#
# Each argument is a row: checks that are made one after the other. The first row runs alone, since it
# builds what the others use. The others run at the same time, so that one computes while another
# downloads. Checks of different rows must not write the same files, but for what the first row has made.
#
# Closes with a line for each check and its seconds, what the failure printed, and the counts of all
# tests. A check that prints no counts is one test. The logs are in BUILD/checks.
set -u
. "$(dirname "$0")/support/make_flags.sh"

MAKE=${MAKE:-make}
logs=${BUILD:-build}/checks
export MAKE BUILD

# passed_failed_skipped STATUS LOG: the sums of the closing lines in a log.
passed_failed_skipped() {
    awk -v status="$1" '
        /^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ {
            passed += $1
            failed += $3
            skipped += $5
        }
        END {
            if (status != 0 && failed == 0) failed = 1
            if (passed + failed + skipped == 0) passed = 1
            print passed + 0, failed + 0, skipped + 0
        }' "$2"
}

# The first failure in a log: its line and what is indented below that, or the lines around it where
# nothing is; the end of a log without such a line.
first_failure() {
    at=$(sed -n '/^FAILED/{=;q;}' "$1")
    if [ -z "$at" ]; then
        tail -n 40 "$1"
        return
    fi
    sed "1,${at}d" "$1" | sed -n '/^    /!q;p' >"$logs/below"
    if [ -s "$logs/below" ]; then
        sed -n "${at}p" "$1"
        tail -n 60 "$logs/below"
    else
        sed -n "$((at > 30 ? at - 30 : 1)),$((at + 20))p" "$1"
    fi
}

# run_check CHECK: prints its log and leaves its line in the table. The first that fails leaves its name
# and status in the file `failed`.
run_check() {
    log=$logs/$1.log
    start=$(date +%s)
    status=0
    echo "$1: begins"
    $MAKE --no-print-directory "$1" >"$log" 2>&1 || status=$?
    [ "$status" -eq 0 ] || [ -e "$logs/failed" ] || echo "$1 $status" >"$logs/failed"
    # Three counts are three words.
    # shellcheck disable=SC2046,SC2183
    printf '%-20s %5d s %6d passed, %d failed, %d skipped\n' "$1" $(($(date +%s) - start)) \
        $(passed_failed_skipped "$status" "$log") >>"$logs/table"
    echo "$1:"
    cat "$log"
}

# run_row ROW: its checks, until one of any row has failed.
run_row() {
    for check in $1; do
        [ ! -e "$logs/failed" ] || return 0
        run_check "$check"
    done
}

if [ "${1-}" = --row ]; then
    run_row "$2"
    exit 0
fi
# shellcheck disable=SC2048,SC2086 # names of checks have no blanks
checks=$(printf '%s\n' $*)
if [ -z "$checks" ]; then
    echo "check_all.sh: no check was named" >&2
    exit 2
fi
if make_only_prints; then
    echo "$checks" | sed 's/^/$(MAKE) /'
    exit 0
fi

mkdir -p "$logs" || exit 2
rm -f "$logs"/*.log "$logs/table" "$logs/failed"
run_row "$1"
shift
# Not `&`: jobs in the background would go on after Ctrl-C. And xargs would not wait for the other rows
# after one was killed, so the shell between them hides that.
# shellcheck disable=SC2016 # for that shell
[ $# -eq 0 ] || printf '%s\0' "$@" | xargs -0 -P $# -n 1 sh -c '"$0" --row "$1" || :' "$0"
echo
cat "$logs/table"
status=0
if [ -e "$logs/failed" ]; then
    read -r check status <"$logs/failed"
    echo "the first failure, in $check:"
    first_failure "$logs/$check.log"
elif ! [ "$(wc -l <"$logs/table")" -eq "$(echo "$checks" | wc -l)" ]; then
    echo "check_all.sh: a check has no line above: its row was killed or did not start" >&2
    echo "killed - s 0 passed, 1 failed, 0 skipped" >>"$logs/table"
    status=2
fi
awk '{ passed += $4; failed += $6; skipped += $8 }
    END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped }' "$logs/table"
exit "$status"
