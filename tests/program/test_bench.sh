#!/bin/sh
# bench: its numbers agree with one another, count useful work only and name their
# shape; nothing is allocated while training; what cannot be measured is refused
# in one line. The speed of the machine is not tested.
set -eu
. tests/program/library.sh
cd "$scratch"

columns=inputs,hidden,outputs,steps,batch,threads,omega,ms_min,ms_median,ms_max,gflops,peak_gflops,share,bytes,bound_tanh,bound_padded

# Whether every row of the CSV in `out` follows from its own numbers, with the
# losses of a sequence in $1. Useful work is the multiply-adds of the equations:
# W_in twice, W_rec three times and once more with Omega, W_out three times a loss. A bound
# adds 22 multiply-adds a unit for tanh; the other one also rows in whole vectors, of 4, 8 or 16.
consistent() {
    [ "$(head -n 1 out)" = "$columns" ] || fail_run "another header"
    awk -F, -v losses="$1" '
        function differ(a, b, most) { return a - b > 1.1 * most || b - a > 1.1 * most }
        function near(a, b) { return a > b * 0.99 - 0.001 && a < b * 1.01 + 0.001 }
        function whole(width, floats) { return int((width + floats - 1) / floats) * floats - width }
        function padded(floats) { return $5 * ($4 * ($1 + 2 * $2) * whole($2, floats) \
            + losses * ($2 * whole($3, floats) + $3 * whole($2, floats))) }
        function bound(more) { return work / 2 / (work / 2 + 22 * $2 * $4 * $5 + more) }
        function wrong(what) { print "row " NR - 1 ": " what ": " $0; bad = 1 }
        NR == 1 { next }
        NF != 16 { wrong("number of fields") }
        !($8 > 0 && $8 <= $9 && $9 <= $10) { wrong("least, median and most") }
        {
            work = 2 * $5 * ($4 * (2 * $1 * $2 + ($7 > 0 ? 4 : 3) * $2 * $2) + losses * 3 * $2 * $3)
            # As far as the digits that are printed go: on a slow machine they are few.
            rate = work / $9 * 1e-6
            if (differ($11, rate, 0.0005 + rate * 0.0000005 / $9)) wrong("gflops are not useful work by the median")
            if (differ($11, $13 * $12 * $6, 0.0005 + (0.0005 * $13 + 0.00005 * $12) * $6))
                wrong("share of the peak of the threads")
            # At least the states of all steps, the parameters and the gradient.
            if ($14 < 4 * ($4 * $5 * $2 + 2 * $2 * ($1 + $2 + $3))) wrong("bytes")
            if (!near($15, bound(0))) wrong("bound with tanh")
            if (!near($16, bound(padded(4))) && !near($16, bound(padded(8))) &&
                !near($16, bound(padded(16)))) wrong("bound with padding")
        }
        END { if (NR < 2) wrong("no rows"); exit bad }' out >wrong || fail_run "$(cat wrong)"
}

# A shape of one's own: with and without Omega, one thread and two.
succeed bench --csv --shape 6,50,4,40,20 --seconds 0.02
consistent 40
[ "$(cut -d, -f1-7 out | tail -n +2 | tr '\n' ' ')" = \
    "6,50,4,40,20,1,0 6,50,4,40,20,1,4 6,50,4,40,20,2,0 6,50,4,40,20,2,4 " ] ||
    fail_run "other rows than expected"
succeed bench --csv --shape 6,50,4,40,20 --seconds 0.02 --last --threads 1 --omega 2.5
consistent 1
[ "$(cut -d, -f6-7 out | tail -n +2 | tr '\n' ' ')" = "1,0 1,2.5 " ] || fail_run "other rows than expected"

# Whole vectors need no padding, whatever their length; then the bounds are the same.
succeed bench --csv --shape 3,16,32,5,6 --seconds 0.01 --threads 1
consistent 5
awk -F, 'NR > 1 && ($15 != $16 || $15 >= 1) { exit 1 }' out || fail_run "padding without need"

# Its mixed lengths: from a quarter of 40 steps to all, evenly, are about 25 of 40;
# the ratio is that of the two rates.
succeed bench --shape 6,50,4,40,20 --seconds 0.02 --threads 1
grep -q 'every' out || fail_run "the place of the loss is missing"
sed -n '/^mixed lengths/,$p' out | grep ' 6-50-4 ' >mixed || fail_run "no line about mixed lengths"
awk '{ gsub(/[()]/, "") }
    $5 != 800 || $6 < 490 || $6 > 520 { exit 1 }
    !($10 <= $9 && $9 <= $12) { exit 1 }' mixed || fail_run "mixed lengths: $(cat mixed)"
grep -q 'memory in use' out && fail_run "a shape of one's own has no other sections"
zero='^allocator calls: [67] at most to create .*, 0 in [1-9][0-9]* steps of training$'
grep -q "$zero" out || fail_run "allocations, or no line about them"

# Only with threads is there a peak of them.
grep -q 'threads at once' out && fail_run "one thread has no peak of threads"
succeed bench --shape 6,50,4,40,20 --seconds 0.02 --omega 0 --threads 2
awk '/^peak of 2 threads at once: / { seen = 1; bad = !($7 <= $9 && $9 > 0) }
    END { exit bad || !seen }' out || fail_run "the peak of two threads"

# One sequence of one step is the least that there is.
succeed bench --shape 1,1,1,1,1 --seconds 0.01
grep -q "$zero" out || fail_run "allocations, or no line about them"

# Without a shape: the shapes of the design, and every section. A sanitized program takes minutes.
every_section() {
    succeed bench --threads 1 --omega 0 --seconds 0.01
    for shape in "6-50-4  200  20  last" "6-100-4  100  20  last" "88-200-88  100  20 every" \
        "50-500-50  150  10 every" "50-500-50  150  64 every" "64-1024-64   64  64 every" \
        "6-50-4 1000  20  last" "6-50-4 1000  20 every"; do
        grep -q " $shape " out || fail_run "no line about $shape"
    done
    for section in "peak of one core" "mixed lengths" "frugal workspace" "memory in use" "a streamed step"; do
        grep -q "^$section" out || fail_run "no section '$section'"
    done
    grep -q "$zero" out || fail_run "allocations, or no line about them"
    # The memory that is needed does not depend on the machine. A frugal workspace, whose
    # logits are those of the last step, has a fifth of the bytes of the ordinary one.
    awk '$1 == "6-50-4" && $2 == 1000 && $4 == "last" { seen = 1; bad = !($13 <= 0.2 && $12 > 0) }
        END { exit bad || !seen }' out || fail_run "frugal workspace"
    sed -n '/^memory in use/,/^a streamed/p' out |
        awk '$1 == "6-50-4" && $4 == "last" { seen = 1; bad = !($5 == 400000 && $6 <= 550000 && $7 <= 1.35) }
            END { exit bad || !seen }' || fail_run "memory in use"
}
is_sanitized || every_section

# Misuse.
for shape in '' 6 6,50,4,200 6,50,4,200,20,1 '6,50,4,200,' ,50,4,200,20 6,0,4,200,20 6,-5,4,200,20 \
    6,50,4,200,20x 6,50,4,2e2,20 ' 6,50,4,200,20' 6,50,4,16777217,20 \
    6,50,4,99999999999999999999999,20; do
    refuse 2 "--shape $shape:" bench --shape "$shape"
done
refuse 2 "--threads 0:" bench --threads 0
refuse 2 "--threads 257:" bench --threads 257
refuse 2 "--seconds 0:" bench --seconds 0
refuse 2 "--omega -1:" bench --omega -1
refuse 2 "--last needs --shape" bench --last

# More than the machine has, by one array, by all, and beyond what can be
# addressed: refused before any of it is taken.
for shape in 65535,65535,65535,65535,65535 1,16777216,1,1,1 1,1,1,16777216,16777216 \
    16777216,1,1,16777216,1 16777216,16777216,16777216,16777216,16777216; do
    refuse 1 "GB of memory, but the machine has" bench --shape "$shape" --seconds 0.01
done

# A limit of the system: memory and threads that cannot be had.
if addresses_can_be_limited; then
    (
        # shellcheck disable=SC3045 # where a shell has it
        ulimit -v 300000
        refuse 1 "cannot start 256 threads" bench --shape 1,2,3,4,5 --threads 256
        run bench --shape 1,3,3,1000,50000 --threads 1
        one_line 1
        says memory
    ) || exit 1
fi

echo "bench: numbers that agree, no allocations, refusals"
