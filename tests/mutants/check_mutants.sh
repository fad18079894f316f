#!/bin/sh
# check_mutants.sh - makes small faults in the library and shows which of them no test notices
#
#     MUTANTS=100 SEED=1 FILES='lib/update/*.c' SINCE=main BUILD=build/mutants tests/mutants/check_mutants.sh
#
# MUTANTS (100) are made, of FILES (all sources of the library), or only of lines that have changed
# SINCE a commit. The same SEED (1) chooses the same. JOBS are made at once. KEEP=1 goes on with a
# run that was interrupted, of the same settings. A line for each mutant, a table, and exit status 0
# when none survived. README.md says how.
set -u
cd "$(dirname "$0")/../.." || exit 2
LC_ALL=C
export LC_ALL
# Flags of a make that runs this check are not meant for the ones here.
unset MAKEFLAGS MFLAGS MAKELEVEL || :

MUTANTS=${MUTANTS:-100}
SEED=${SEED:-1}
FILES=${FILES:-$(find lib -name '*.[ch]' ! -path 'lib/delivery/*' | sort)}
SINCE=${SINCE:-}
CC=${CC:-cc}
MAKE=${MAKE:-make}
export MAKE
JOBS=${JOBS:-$(getconf _NPROCESSORS_ONLN)}
BUILD=${BUILD:-build/mutants}
mkdir -p "$BUILD" || exit 2
folder=$(cd "$BUILD" && pwd)
rm -rf "$folder"/mutant_worker.*
[ -n "${KEEP:-}" ] || rm -rf "$folder/results"
mkdir -p "$folder/results"

# Each mutant once, the listed ones apart.
# shellcheck disable=SC2086
awk -f tests/mutants/find_mutants.awk $FILES >"$folder/all" || exit 2
if [ -n "$SINCE" ]; then
    # The lines of the hunks, `@@ -1,2 +3,4 @@`, behind the name of their file, whatever a user's settings
    # of git are. Files that git does not know yet are new as a whole.
    # shellcheck disable=SC2086
    git diff -U0 --no-color --no-ext-diff --src-prefix=a/ --dst-prefix=b/ "$SINCE" -- $FILES >"$folder/diff" &&
        git ls-files -o -- $FILES >"$folder/unknown" || exit 2
    awk -F '\t' '
        FILENAME ~ /unknown$/ {
            unknown[$0] = 1
            next
        }
        FILENAME ~ /diff$/ {
            if (sub(/^\+\+\+ b\//, "")) file = $0
            else if (/^@@/) {
                sub(/^[^+]*\+/, "")
                split($0, hunk, /[, ]/)
                lines = hunk[2] ~ /^[0-9]/ ? hunk[2] : 1
                for (i = 0; i < lines; i++) changed[file, hunk[1] + i] = 1
            }
            next
        }
        ($1, $2) in changed || $1 in unknown' \
        "$folder/unknown" "$folder/diff" "$folder/all" >"$folder/changed" || exit 2
    mv "$folder/changed" "$folder/all"
fi
awk -f examples/paper/arithmetic.awk -f tests/mutants/choose_mutants.awk -v wanted="$MUTANTS" \
    -v seed="$SEED" "$folder/all" >"$folder/chosen" || exit 2
awk -F '\t' -v results="$folder/results/" '
    FILENAME ~ /explained\.txt$/ {
        if (/^lib\//) place = $0
        else if (/^- /) before = substr($0, 3)
        else if (/^\+ /) listed[place, before, substr($0, 3)] = 1
        next
    }
    {
        place = $5
        sub(/.* in /, "", place)
    }
    ($1 " " place, $6, $7) in listed {
        print "explained\t-\t0\t" $0 > (results FNR)
        next
    }
    # First the sources, then the headers, of which more has to be compiled.
    { print $1 ~ /h$/, $1 ~ /^lib\/base/, FNR }' tests/mutants/explained.txt "$folder/chosen" |
    sort -n -k 1 -k 2 -k 3 >"$folder/queue" || exit 2
echo "$(wc -l <"$folder/chosen") of $(wc -l <"$folder/all") mutants"

# A tree for each build of the library that mutants are made of (mutant_worker.sh).
for build in O2 Os baseline; do
    rm -rf "${folder:?}/$build/lib"
    mkdir -p "$folder/$build/tests/fuzz" &&
        cp -Rp lib include Makefile LICENSE "$folder/$build" &&
        cp -p tests/fuzz/fuzz.mk "$folder/$build/tests/fuzz" &&
        (
            cd "$folder/$build" || exit
            case $build in
            baseline) flags='CFLAGS=-O2 CPPFLAGS=-DSRNN_NO_DISPATCH' ;;
            *) flags=CFLAGS=-$build ;;
            esac
            # What C does not allow is not worth a run.
            # shellcheck disable=SC2086
            set -- BUILD=build $flags build/libsrnn.so \
                WARNINGS='-Werror=incompatible-pointer-types -Werror=int-conversion'
            $MAKE -s "$@" 2>make.log && $MAKE -n -B "$@" >commands
        ) || exit 2
done
library=$folder/O2/build/libsrnn.so
$MAKE -s BUILD="$folder/build" TEST_LIBRARY="$library" test-programs || exit 2

# measure BUILD: prints the seconds of each test without a mutant, or what one says that fails. A test
# that fails here would kill every mutant.
measure() {
    $CC -O1 -D_POSIX_C_SOURCE=200809L -Iinclude -Itests/support tests/exact/train_hash.c \
        tests/support/hash.c tests/support/parallel.c "$library" -pthread \
        -o "$folder/build/tests/exact/train_hash" || return
    hashes=$PWD/tests/exact/training.hash
    cd "$folder/$1" || return
    for program in "$folder"/build/tests/*/test_* "$folder/build/tests/exact/train_hash"; do
        case $program in
        *.o | *.d) continue ;;
        esac
        # shellcheck disable=SC2016
        LD_LIBRARY_PATH=build sh -c '
            ulimit -v 8000000
            "$0" >out 2>&1 </dev/null || { cat out; exit 1; }
            times' "$program" >seconds || { cat seconds; return 1; }
        [ "${program##*/}" != train_hash ] ||
            awk 'NR == FNR { hash[$1] = $2; next } hash[$1] != $2 { print; exit 1 }' "$hashes" out || return
        awk -F '[ms ]+' -v test="${program#"$folder"/build/tests/}" \
            'NR == 2 { print $1 * 60 + $2 + $3 * 60 + $4, test }' seconds
    done
}
# They are measured anew when something has been built.
if [ -n "$(find "$folder"/*/build/libsrnn.so "$folder/build/tests" -newer "$folder/seconds-baseline" 2>&1 |
    head -n 1)" ]; then
    for build in O2 Os baseline; do
        (measure $build) >"$folder/new" || {
            echo "a test fails without a mutant, in the build $build:"
            cat "$folder/new"
            exit 2
        }
        mv "$folder/new" "$folder/seconds-$build"
    done
fi

# This takes minutes, in which others may want the processor.
cut -d ' ' -f 3 "$folder/queue" | while read -r number; do
    [ -e "$folder/results/$number" ] || echo "$number"
done |
    nice -n 5 xargs -P "$JOBS" -n 1 tests/mutants/mutant_worker.sh "$folder"
cat "$folder"/results/* 2>/dev/null | awk -f tests/mutants/table.awk -v wanted="$(wc -l <"$folder/chosen")"
