#!/bin/sh
# run_target.sh TARGET: looks for inputs on which a target fails, until one is found or somebody
# stops it, or for FUZZ_SECONDS. ENGINE is libfuzzer or afl; the programs are made by `make fuzz`.
#
# Works in $BUILD/fuzz/TARGET: what reaches new code is kept in corpus/ there, or in the folder that
# CORPUS names, and inputs that fail beside it. The command that runs the target on such an input
# stands in the file `reproduce`.
set -u
cd "$(dirname "$0")/../.." || exit 2
. tests/fuzz/corpus.sh
need_target "${1-}"

BUILD=${BUILD:-build}
ENGINE=${ENGINE:-libfuzzer}
target=$1
work=$BUILD/fuzz/$target
seeds=$BUILD/fuzz/seeds
corpus=$work/${CORPUS:-corpus}
mkdir -p "$corpus"
unpack_corpus "$target" "$work/kept"
# The target may leave this folder.
absolute=$(cd "$work" && pwd)
words=
[ ! -e "$seeds/$target.dict" ] || words=$seeds/$target.dict

run_libfuzzer() {
    program=$BUILD/fuzz/tests/fuzz/libfuzzer_$target
    # No input takes a second; on a machine that does much else it may take many.
    limits='-timeout=600 -report_slow_units=60 -rss_limit_mb=3000'
    # What an earlier run found and has been mended since is no finding of this one.
    for input in "$work"/crash-* "$work"/leak-* "$work"/oom-* "$work"/timeout-*; do
        # Limits are words.
        # shellcheck disable=SC2086
        if [ -e "$input" ] && "$program" $limits "$input" >/dev/null 2>&1; then
            rm "$input"
        fi
    done
    # shellcheck disable=SC2086
    "$program" -artifact_prefix="$absolute/" $limits -max_len=4096 -print_final_stats=1 \
        ${words:+-dict="$words"} ${FUZZ_SECONDS:+-max_total_time="$FUZZ_SECONDS"} \
        "$corpus" "$work/kept" "$seeds/$target"
    status=$?
    for input in "$work"/crash-* "$work"/leak-* "$work"/oom-* "$work"/timeout-*; do
        [ ! -e "$input" ] || echo "$program $input"
    done >"$work/reproduce"
    return "$status"
}

# AFL++ would ask for other settings of the machine, and for a terminal.
run_afl() {
    program=$BUILD/afl/tests/fuzz/files_$target
    mkdir -p "$work/afl_seeds"
    find "$work/kept" "$seeds/$target" -type f -exec cp {} "$work/afl_seeds" \;
    case $target in
    model | pytorch | checkpoint | stored)
        AFL_CUSTOM_MUTATOR_LIBRARY=$BUILD/tests/fuzz/repair.so
        export AFL_CUSTOM_MUTATOR_LIBRARY
        ;;
    esac
    AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
        afl-fuzz ${FUZZ_SECONDS:+-V "$FUZZ_SECONDS"} ${words:+-x "$words"} -m none -t 2000+ \
        -i "$work/afl_seeds" -o "$work/afl" "$program"
    status=$?
    for input in "$work"/afl/default/crashes/id* "$work"/afl/default/hangs/id*; do
        [ ! -e "$input" ] || echo "$program $input"
    done >"$work/reproduce"
    return "$status"
}

case $ENGINE in
libfuzzer) run_libfuzzer ;;
afl) run_afl ;;
*)
    echo "run_target.sh: ENGINE is libfuzzer or afl, not $ENGINE" >&2
    exit 2
    ;;
esac
status=$?
if [ -s "$work/reproduce" ]; then
    echo "found, and how to reproduce it:" >&2
    cat "$work/reproduce" >&2
    exit 1
fi
exit "$status"
