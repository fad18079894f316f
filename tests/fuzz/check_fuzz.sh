#!/bin/sh
# check_fuzz.sh TARGET...: runs libFuzzer's program of each target on the corpus of the tree and then
# for FUZZ_SECONDS on inputs of its own; a line each, and the counts. What is found is in
# $BUILD/fuzz/TARGET, where `reproduce` has the command. JOBS targets run at once. Exit status 0
# when nothing was found.
set -u
cd "$(dirname "$0")/../.." || exit 2

BUILD=${BUILD:-build}
FUZZ_SECONDS=${FUZZ_SECONDS:-30}
JOBS=${JOBS:-$(getconf _NPROCESSORS_ONLN)}
logs=$BUILD/fuzz/logs
# The corpus of `make fuzz` may take minutes to run through, which FUZZ_SECONDS does not end.
CORPUS=checked
export BUILD FUZZ_SECONDS CORPUS

# The number behind `name` in the last line of a log that has it.
number_of() {
    awk -v name="$1" '{ for (i = 1; i < NF; i++) if ($i == name) n = $(i + 1) } END { print n + 0 }' "$2"
}

# run_one TARGET: runs it, prints its line, and leaves its counts in a file beside its log.
run_one() {
    log=$logs/$1.log
    failed=0
    rm -rf "${BUILD:?}/fuzz/$1/$CORPUS"
    tests/fuzz/run_target.sh "$1" >"$log" 2>&1 || failed=1
    runs=$(number_of stat::number_of_executed_units: "$log")
    edges=$(number_of cov: "$log")
    # A run that ends otherwise than by an input, say since it cannot read its corpus, counts too.
    found=$(sort -u "$BUILD/fuzz/$1/reproduce" 2>/dev/null | wc -l)
    [ $failed -eq 0 ] || [ "$found" -gt 0 ] || found=1
    [ "$failed$found" = 00 ] && result=ok || result=FAILED
    printf '%-7s %-12s %9d runs %6d edges %3d findings %4d s\n' "$result" "$1" "$runs" "$edges" \
        "$found" "$FUZZ_SECONDS"
    [ "$result" = ok ] || tail -n 60 "$log" | sed 's/^/        /'
    echo "$runs $edges $found" >"$logs/$1.counts"
}

if [ "${1-}" = --one ]; then
    run_one "$2"
    exit 0
fi

mkdir -p "$logs"
rm -f "$logs"/*.counts
printf '%s\0' "$@" | xargs -0 -P "$JOBS" -n 1 "$0" --one
cat "$logs"/*.counts | awk -v targets=$# '
    { runs += $1; found += $3; if ($1 > 0) ran++ }
    END {
        printf "%d of %d targets, %d runs, %d findings\n", ran, targets, runs, found
        exit found > 0 || ran != targets
    }'
