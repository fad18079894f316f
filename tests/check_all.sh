#!/bin/sh
# check_all.sh - makes checks of the Makefile, one after the other, up to the first that fails
#
#     MAKE=make BUILD=build tests/check_all.sh check check-compact
#
# Closes with a line for each check and its seconds, what the failure printed, and the counts of all
# tests. A check that prints no counts is one test. The logs are in BUILD/checks.
set -u
. "$(dirname "$0")/support/make_flags.sh"

if [ $# -eq 0 ]; then
    echo "check_all.sh: no check was named" >&2
    exit 2
fi
MAKE=${MAKE:-make}
logs=${BUILD:-build}/checks
if make_only_prints; then
    printf '$(MAKE) %s\n' "$@"
    exit 0
fi

mkdir -p "$logs" || exit 2
rm -f "$logs"/*.log "$logs/table"

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

status=0
for check in "$@"; do
    log=$logs/$check.log
    echo "$check:"
    start=$(date +%s)
    {
        $MAKE --no-print-directory "$check" 2>&1
        echo $? >"$logs/status"
    } | tee "$log"
    status=$(cat "$logs/status")
    # Three counts are three words.
    # shellcheck disable=SC2046,SC2183
    printf '%-20s %5d s %6d passed, %d failed, %d skipped\n' "$check" $(($(date +%s) - start)) \
        $(passed_failed_skipped "$status" "$log") >>"$logs/table"
    [ "$status" -eq 0 ] || break
done
echo
cat "$logs/table"
if [ "$status" -ne 0 ]; then
    echo "the first failure, in $check:"
    first_failure "$log"
fi
awk '{ passed += $4; failed += $6; skipped += $8 }
    END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped }' "$logs/table"
exit "$status"
