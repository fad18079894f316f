#!/bin/sh
# Runs test programs (cmocka) and test scripts, a line each, and closes with the counts. A script
# is one test; a program as many as cmocka counts. The output of a failure is shown. Exit status 0
# when all passed.
#
#     BUILD=build tests/run.sh build/tests/api/test_model tests/layers/test_includes.sh
#
# JOBS of them run at once, by default one more than there are processors, since some wait. Those that
# take longest under some tool begin first, so that none of them runs alone at the end. UNDER names a
# tool that runs the programs, such as valgrind.
set -u

BUILD=${BUILD:-build}
UNDER=${UNDER:-}
JOBS=${JOBS:-$(($(getconf _NPROCESSORS_ONLN) + 1))}
logs=$BUILD/tests/logs
export BUILD UNDER

# Without a sanitizer the scripts of layers/ take longest, with one the others.
longest="layers/test_exports.sh layers/test_core.sh exact/test_bits exact/test_threads
    program/test_disk.sh torture/test_rooms program/test_published.sh exact/test_columns
    program/test_train.sh reference/test_gradient archive/test_resuming program/test_text.sh
    api/test_long_sums program/test_usage.sh program/test_resume.sh archive/test_contents_damage
    examples/test_clipping.sh"

# The arguments, a line each: those of `longest` in its order, then the others.
in_order() {
    printf '%s\n' "$@" | awk -v longest="$longest" '
        BEGIN { count = split(longest, names); for (i in names) place[names[i]] = i }
        {
            test = $0
            sub(/.*tests\//, "", test)
            print test in place ? place[test] : count + NR, $0
        }' | sort -n | cut -d ' ' -f 2-
}

# The number in the last line of file $2 that matches the cmocka tag $1.
count_of() {
    sed -n "s/^\[  *$1  *\] \([0-9][0-9]*\) test.*/\1/p" "$2" | awk '{ n += $1 } END { print n + 0 }'
}

# show: what run_one prints of its test.
show() {
    if [ "$bad" -eq 0 ]; then
        printf 'ok      %-44s %4d tests %4d s\n' "$name" "$good" "$seconds"
        [ "$out" -eq 0 ] || sed -n 's/^skip: /        skipped: /p' "$log"
    else
        printf 'FAILED  %-44s %4d of %d, status %d\n' "$name" "$bad" $((good + bad)) "$status"
        sed 's/^/        /' "$log"
    fi
}

# run_one TEST: runs it, prints its line, and leaves its counts in the folder of this run, its log in
# that of all.
run_one() {
    test=$1
    name=${test#"$BUILD"/}
    name=${name#tests/}
    log=$run/$(echo "$name" | tr / _).log
    case $test in
    /*) command=$test ;;
    *) command=./$test ;;
    esac
    start=$(date +%s)
    # shellcheck disable=SC2086
    $UNDER "$command" >"$log" 2>&1 </dev/null
    status=$?
    seconds=$(($(date +%s) - start))
    good=$(count_of PASSED "$log")
    bad=$(count_of FAILED "$log")
    out=$(count_of SKIPPED "$log")
    case $test in
    *.sh)
        good=0 bad=0 out=0
        case $status in
        0) good=1 ;;
        77) out=1 ;;
        *) bad=1 ;;
        esac
        ;;
    *)
        # It may fail behind its tests, as under valgrind.
        [ $status -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
        ;;
    esac
    if [ "$good" -eq 0 ] && [ "$bad" -eq 0 ] && [ "$out" -eq 0 ]; then
        echo "no test was run" >>"$log"
        bad=1
    fi
    # Not by cat of a file: GNU's copies it in the kernel, and two at once write to the same place.
    printf '%s\n' "$(show)"
    echo "$good $bad $out" >"$log.counts"
    mv -f "$log" "$logs"
}

if [ "${1-}" = --one ]; then
    run_one "$2"
    exit 0
fi

twice=$(printf '%s\n' "$@" | sort | uniq -d)
if [ $# -eq 0 ] || [ -n "$twice" ]; then
    echo "run.sh: ${twice:-no test} was named${twice:+ twice}" >&2
    exit 2
fi
mkdir -p "$logs"
# Another run may have the same BUILD.
run=$(mktemp -d "$logs/run.XXXXXX") || exit 2
export run
trap 'rm -rf "$run"' EXIT
trap 'exit 1' HUP INT TERM
in_order "$@" | tr '\n' '\0' | xargs -0 -P "$JOBS" -n 1 "$0" --one
cat "$run"/*.counts | awk -v tests=$# '
    { passed += $1; failed += $2; skipped += $3 }
    END {
        failed += tests - NR # those that left no counts
        printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit failed > 0
    }'
