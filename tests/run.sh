#!/bin/sh
# Runs test programs (cmocka) and test scripts, a line each, and closes with the
# counts. A script is one test; a program as many as cmocka counts. The output of a
# failure is shown. Exit status 0 when all passed.
#
#     BUILD=build tests/run.sh build/tests/api/test_model tests/layers/test_includes.sh
#
# UNDER names a tool that runs the programs, such as valgrind.
set -u

BUILD=${BUILD:-build}
UNDER=${UNDER:-}
logs=$BUILD/tests/logs
mkdir -p "$logs"
passed=0
failed=0
skipped=0

# The number in the last line of file $2 that matches the cmocka tag $1.
count_of() {
    sed -n "s/^\[  *$1  *\] \([0-9][0-9]*\) test.*/\1/p" "$2" | awk '{ n += $1 } END { print n + 0 }'
}

for test in "$@"; do
    name=${test#"$BUILD"/}
    name=${name#tests/}
    log=$logs/$(echo "$name" | tr / _).log
    start=$(date +%s)
    # shellcheck disable=SC2086
    BUILD=$BUILD $UNDER "./$test" >"$log" 2>&1 </dev/null
    status=$?
    seconds=$(($(date +%s) - start))
    good=$(count_of PASSED "$log")
    bad=$(count_of FAILED "$log")
    out=$(count_of SKIPPED "$log")
    case $test in
    *.sh)
        good=0 bad=0
        if [ $status -eq 77 ]; then
            out=1
        elif [ $status -eq 0 ]; then
            good=1
        fi
        ;;
    esac
    if [ $status -ne 0 ] && [ "$bad" -eq 0 ] && [ "$out" -eq 0 ]; then
        bad=1
    fi
    if [ "$good" -eq 0 ] && [ "$bad" -eq 0 ] && [ "$out" -eq 0 ]; then
        echo "no test was run" >>"$log"
        bad=1
    fi
    passed=$((passed + good))
    failed=$((failed + bad))
    skipped=$((skipped + out))
    if [ "$bad" -eq 0 ]; then
        printf 'ok      %-44s %4d tests %4d s\n' "$name" "$good" "$seconds"
        [ "$out" -eq 0 ] || sed -n 's/^skip: /        skipped: /p' "$log"
    else
        printf 'FAILED  %-44s %4d of %d, status %d\n' "$name" "$bad" $((good + bad)) "$status"
        sed 's/^/        /' "$log"
    fi
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
