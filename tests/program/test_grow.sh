#!/bin/sh
# Lengths that grow (--grow): from the task's least length to those of --length, evenly, and never
# outside these. tests/program/test_train.sh has what this does to a run.
set -eu
. tests/program/library.sh

# What draws the lengths has no option that prints them.
# shellcheck disable=SC2046
build_helper grown_lengths $(program_objects tasks storage support)
cd "$scratch"

# grows TASK LEAST LOW HIGH GROW: the ends of what is drawn.
grows() {
    ./grown_lengths "$1" "$3" "$4" "$5" >drawn
    awk -v least="$2" -v low="$3" -v high="$4" -v grow="$5" "$arithmetic"'
        # Each end is on the line from the least length to where it ends, or just below it.
        function is_on(drawn, end,    line) {
            line = $1 < grow ? least + (end - least) * $1 / grow : end
            return drawn <= line && drawn > line - 1
        }
        $1 != NR - 1 { print "the line " $0; bad = 1; exit }
        !is_on($2, low) || !is_on($3, high - 1) { print "draw " $1 ": " $2 " to " $3; bad = 1 }
        $2 < least || $3 > high - 1 || $2 < shortest || $3 < longest { print "at " $0; bad = 1 }
        { shortest = $2; longest = $3; lines++ }
        END { exit bad || lines != grow + 2 }' drawn >difference ||
        fail "lengths of $*: $(head -n 5 difference)"
}
grows temporal-order 10 20 60 100
grows temporal-order 10 10 60 30
grows temporal-order-3bit 10 50 51 7
grows addition 10 50 90 1
grows multiplication 10 10 11 20
grows permutation 2 50 90 50
grows memorization 1 50 51 100
grows temporal-order 10 20 60 0

echo "lengths that grow: all as it should be"
