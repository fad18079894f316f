#!/bin/sh
# test_functions.sh - no public function without a test
#
# Every function that srnn.h declares must be called by name in a test of the public interface that
# `make check` runs, and every error that the header has must be expected by one.

set -u
cd "$(dirname "$0")/../.." || exit 2

scratch=$(mktemp) || exit 2
trap 'rm -f "$scratch"' EXIT
failed=0
tests=$(find tests/api tests/archive tests/exact tests/fuzz tests/support tests/torture -name '*.c')

for function in $(sh tests/layers/declared.sh); do
    # shellcheck disable=SC2086
    if ! cat $tests | grep -q "[^a-z_]${function}[()]"; then
        echo "no test calls $function"
        failed=1
    fi
done
# The table of all codes does not count.
expecting=$(echo "$tests" | grep -v 'api/test_status\.c$')
sed -n 's/^#define \(SRNN_E_[A-Z_]*\) .*/\1/p' include/srnn.h >"$scratch"
while read -r status; do
    # shellcheck disable=SC2086
    if ! cat $expecting | grep -qw "$status"; then
        echo "no test expects $status"
        failed=1
    fi
done <"$scratch"
[ "$failed" -eq 0 ] && echo "every function and every error of srnn.h is in a test"
exit "$failed"
