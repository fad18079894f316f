#!/bin/sh
# mutant_worker.sh FOLDER NUMBER: makes one mutant, line NUMBER of FOLDER/chosen, and runs the tests
# up to the first that fails. check_mutants.sh starts it, and has prepared FOLDER.
#
# The mutant is built in a folder of its own, which is removed at the end, of links to FOLDER/O2. For the
# compact kernels they are to FOLDER/Os, where alone they are; for the other templates to
# FOLDER/baseline, where they are compiled once. The result is the line FOLDER/results/NUMBER: a word,
# the test that decided, seconds of processor time, and the mutant's line. The words are
#
#   killed      a test failed or crashed
#   endless     a test took more than ten times its time and two seconds
#   same        the compiler makes the same code of it
#   broken      it does not compile
#   survived
set -u
LC_ALL=C
export LC_ALL
folder=$1
number=$2
order=$PWD/tests/mutants/order_tests.awk
concerned=$PWD/tests/mutants/concerned.txt
hashes=$PWD/tests/exact/training.hash
mutant=$(sed -n "${number}p" "$folder/chosen")
IFS='	' read -r file line offset length rule before after replacement <<END
$mutant
END

copy=$folder/mutant_worker.$number
trap 'rm -rf "$copy"' EXIT
trap 'exit 1' HUP INT TERM

# finish WORD TEST: writes the result and ends.
finish() {
    # The second line has the minutes and seconds of the children; in a pipe there would be none.
    times >"$copy/seconds"
    _seconds=$(awk -F '[ms ]+' 'NR == 2 { print $1 * 60 + $2 + $3 * 60 + $4 }' "$copy/seconds")
    printf '%s\t%s\t%.1f\t%s\n' "$1" "$2" "$_seconds" "$mutant" >"$folder/results/$number"
    printf '%-9s %s:%s, %s: %s (%.1f s)\n' "$1" "$file" "$line" "$rule" "$2" "$_seconds"
    [ "$1" != survived ] || printf '        - %s\n        + %s\n' "$before" "$after"
    exit 0
}

# passes SECONDS TEST: whether the test passes in that time.
passes() {
    (
        # dash takes one at a time.
        # shellcheck disable=SC3045
        ulimit -c 0 && ulimit -t "$1" && ulimit -v 8000000 || exit 127
        LD_LIBRARY_PATH=build exec timeout 1000 "$folder/build/tests/$2"
    ) >out 2>&1 </dev/null || return
    # This program leaves the comparison to its callers.
    [ "$2" != exact/train_hash ] || awk 'NR == FNR { hash[$1] = $2; next } hash[$1] != $2 { exit 1 }' \
        "$hashes" out
}

build=O2
case $file in
lib/kernels/compact_*.h | lib/kernels/step_kernels.c) build=Os ;;
lib/kernels/*.h) build=baseline ;;
esac
cp -RPpl "$folder/$build" "$copy" && cd "$copy" || exit
rm "$file"
{
    head -c $((offset - 1)) "$folder/$build/$file"
    printf %s "$replacement"
    tail -c +$((offset + length)) "$folder/$build/$file"
} >"$file"

# Compile what depends on the file, and compare.
same=yes
# shellcheck disable=SC2013 # no path has blanks
for needs in $(grep -lF " $file" build/lib/*.d build/lib/*/*.d); do
    object=${needs%.d}.o
    rm "$object" "$needs"
    sh -c "$(grep -F " -o $object" commands)" >out 2>&1 || finish broken -
    cmp -s "$object" "$folder/$build/$object" || same=
done
[ -z "$same" ] || finish same -
# The file, and not the symbolic links to it.
rm build/libsrnn.so.*.*.*
sh -c "$(grep -F " -shared " commands)" >out 2>&1 || finish broken -
if cmp -s build/libsrnn.so "$folder/$build/build/libsrnn.so"; then
    echo "mutant_worker.sh: the tests would run without the mutant" >&2
    exit 255
fi

awk -f "$order" -v file="$file" "$concerned" "$folder/seconds-$build" | sort -n >in_order
while read -r _ seconds test; do
    passes "$seconds" "$test"
    case $? in
    0) ;;
    # The signals of the two limits of processor time, and the end of `timeout`.
    124 | 137 | 152) finish endless "$test" ;;
    # It did not start: no fault of the mutant. This status ends xargs.
    126 | 127)
        cat out
        exit 255
        ;;
    *) finish killed "$test" ;;
    esac
done <in_order
finish survived -
