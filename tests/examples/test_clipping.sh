#!/bin/sh
# The clipping study (examples/paper/clipping): every line of a plan is one that `srnn train`
# takes; results are collected by whole cells; the statistics of a small table are those that
# were computed by hand; and the page shows the committed runs.
set -eu
. tests/program/library.sh
study=$PWD/examples/paper/clipping
OUT=$scratch/runs
DATA=${SRNN_DATA:-$PWD/../shared/data}
export OUT DATA
mkdir "$OUT"

# ----------------------------------------------------------------------------
# The statistics of a made-up table
# ----------------------------------------------------------------------------

RESULTS=$scratch/results.csv
export RESULTS

# made RATE METHOD UPDATES: a line of the table for each number of updates in a list like
# 1000,2000,0, with the seeds after `first`. 0 stands for a run that did not solve the task.
made() {
    echo "$1 $2 $3" | awk '{
        n = split($3, updates, ",")
        for (i = 1; i <= n; i++) {
            seed = first + i
            end = updates[i] > 0 ? "target," updates[i] : "updates,40000"
            print stage "-" task "-" $1 "-" $2 "-" seed "," task "," $1 "," $2 "," seed "," end \
                ",0.1,0.1,0.5"
        }
    }' stage="$stage" task=order50 first="$first"
}

# loss METHOD LAST BEST: a line of a task that is judged by its loss.
loss() {
    echo "grid-shakespeare-1-$1-1,shakespeare,1,$1,1,updates,5000,$2,$3,0.5"
}

{
    echo "name,task,rate,method,seed,end,updates,loss,best_loss,wrong"
    stage=grid first=0
    made 0.01 none 0,0,0
    made 0.01 norm-1 4000,4000,4000
    made 0.01 norm-3 2000,2000,8000
    made 0.1 none 0,0,0
    made 0.1 norm-1 1000,1000,1000
    made 0.1 norm-3 2000,2000,0
    stage=rules
    made 0.01 norm-polyak-0.1 1000,2000,8000
    made 0.1 norm-polyak-0.1 2000,2000,2000
    stage=finalists first=10
    made 0.01 fixed 1000,1000
    made 0.01 auto 4000,1000
    loss none inf 30
    loss norm-1 2 2
    loss norm-3 nan 2.1
    loss norm-10 2.1 2.02
    loss auto 1.99 1.99
} >"$RESULTS"

# table NAME: the rows of a table of the statistics, without its head, as method,column,...
table() {
    printf '<!-- table: %s -->\n<!-- end -->\n' "$1" | "$study/report.sh" page |
        sed '/^| method/d;/^| kind/d;/^| ---/d;/^|/!d;s/^| //;s/ |$//;s/ | /,/g'
}

# expect WHAT: standard input is the same as $scratch/seen.
expect() {
    diff - "$scratch/seen" || fail "$1"
}

# The best threshold of a cell has the lowest median.
"$study/report.sh" best >"$scratch/seen"
expect "the best thresholds" <<END
order50 0.01 3
order50 0.1 1
shakespeare 1 1
END

# Ratios to that threshold with the same seed: of norm:1 2, 2 and 1/2 in the first cell and 1 in
# the second. A mean of three draws from 2, 2 and 1/2 is 1/2 with chance 1/27, which is more than
# 2.5 %, and 2 with chance 8/27: with the second cell the interval is from root 1/2 to root 2.
table "screening updates summary" >"$scratch/seen"
expect "the summary of updates" <<END
none,2,6,0,44.90,28.28 to 56.57,0 %,0 %,0 %,0 %,80.00
norm:1,2,6,6,1.12,0.71 to 1.41,50 %,50 %,100 %,100 %,1.26
norm:3,2,6,5,2.62,1.41 to 8.94,50 %,50 %,50 %,50 %,6.84
norm:polyak:0.1,2,6,6,1.26,1.00 to 1.41,50 %,50 %,100 %,100 %,2.00
END

table "screening updates cells" >"$scratch/seen"
expect "the medians of updates" <<END
none,no,no
norm:1,4,000,**1,000**
norm:3,**2,000**,2,000 (2 of 3)
norm:polyak:0.1,2,000,2,000
END

# The same runs by threshold x rate.
table "screening updates steps" | cut -d , -f 1-5 >"$scratch/seen"
expect "the summary by steps" <<END
norm:0.01/rate,1,3,3,1.26
norm:0.03/rate,1,3,3,1.00
norm:0.1/rate,1,3,3,1.00
norm:0.3/rate,1,3,2,6.84
END

# A loss that is not finite, or above that of guessing, counts as that of guessing, 3.347. A run
# that failed in the end is within no limit, however good it once was.
table "screening loss summary" >"$scratch/seen"
expect "the summary of losses" <<END
none,1,1,0,1,+67.3 %,+67.3 % to +67.3 %,0 %,0 %,0 %,0 %,+67.3 %
norm:1,1,1,1,0,+0.0 %,+0.0 % to +0.0 %,100 %,100 %,100 %,100 %,+0.0 %
norm:3,1,1,0,1,+5.0 %,+5.0 % to +5.0 %,0 %,0 %,0 %,0 %,+5.0 %
norm:10,1,1,0,0,+1.0 %,+1.0 % to +1.0 %,100 %,100 %,100 %,100 %,+1.0 %
auto,1,1,1,0,-0.5 %,-0.5 % to -0.5 %,100 %,100 %,100 %,100 %,-0.5 %
END

# New seeds are compared with the threshold that the grid chose: a ratio of 4 and one of 1.
table "finalists updates summary" >"$scratch/seen"
expect "the finalists" <<END
fixed,1,2,2,1.00,1.00 to 1.00,100 %,100 %,100 %,100 %,1.00
auto,1,2,2,2.00,1.00 to 4.00,0 %,0 %,100 %,100 %,2.00
END
for table in "misset updates cells" "finalists loss summary" "winners both overall"; do
    echo "<!-- table: $table -->" | "$study/report.sh" page | grep -q '^Not run.$' ||
        fail "a table without runs says so"
done

# Shapes, in a table of their own: the two cells have thresholds of the grid with seeds 1 and 2,
# of which the first cell's shapes have one. They are compared with the threshold that is best with
# both seeds, norm:3 in the first cell. norm:1 solves both cells and is so the single one.
made_shapes() {
    echo "name,task,rate,method,seed,end,updates,loss,best_loss,wrong"
    stage=grid first=0
    made 0.01 norm-1 900,9000
    made 0.01 norm-3 1000,1500
    made 0.1 norm-1 1000,2000
    made 0.1 norm-3 0,0
    stage=shapes
    made 0.01 value-0.1 4000
    made 0.01 value-0.3 500
    made 0.1 value-0.1 1000,1000
    made 0.1 value-0.3 0,1000
    made 0.1 value-1 500,1500
}
made_shapes >"$scratch/shapes.csv"
RESULTS=$scratch/shapes.csv
# Of both cells. value:1 is in one of them only.
table "shapes both overall" | cut -d , -f 1-4,7 >"$scratch/seen"
expect "the methods over all cells" <<END
norm:1,3,0,0.95,0.95 to 0.95
norm:3,3,2,7.52,6.32 to 8.94
value:0.1,3,0,1.68,1.41 to 2.00
value:0.3,3,1,1.78,0.50 to 6.32
END
table "shapes both best" >"$scratch/seen"
expect "the best of each kind" <<END
norm,3: **1,000**,1: **1,500**
value,0.3: 500,1: 1,000
END
# The winners: the best of each kind in each cell, the single one for all, and 1 and the rules.
"$study/report.sh" winners | grep -v auto >"$scratch/seen"
expect "the settings of the winners" <<END
order50 0.01 norm:1
order50 0.01 norm:3
order50 0.01 value:0.3
order50 0.01 value:0.1
order50 0.1 norm:1
order50 0.1 value:1
order50 0.1 value:0.1
END
{
    stage=winners first=30
    made 0.01 norm-1 3000
    made 0.01 norm-3 1000
    made 0.01 value-0.3 2000
    made 0.01 value-0.1 4000
    made 0.1 norm-1 1000
    made 0.1 value-1 500
    made 0.1 value-0.1 1000
    made 0.1 norm-auto 1000
} >>"$scratch/shapes.csv"
table "winners both cells" >"$scratch/seen"
expect "the winners on new seeds" <<END
fixed,**1,000**,**1,000**
norm:1,3,000,1,000
norm:auto,-,1,000
norm:one,3,000,1,000
value:fixed,2,000,500
value:one,4,000,1,000
END
RESULTS=$scratch/results.csv

# ----------------------------------------------------------------------------
# Figures
# ----------------------------------------------------------------------------

OUT=$OUT SRNN=$SRNN "$study/figures.sh"
figures=$OUT/figures

# rows FILE NAME: the rows of a file that begin with NAME.
rows() {
    sed -n "s/^$2,//p" "$figures/$1" >"$scratch/seen"
}

# The medians by threshold and by threshold x rate: none where half of the runs failed.
rows screening-updates.csv "order50 0.1"
expect "the medians at rate 0.1" <<END
1,0.1,1000
3,0.3,2000
END
# Losses as a multiple of that with the best threshold; norm:3 failed.
cp "$figures/screening-loss.csv" "$scratch/seen"
expect "the losses" <<END
cell,threshold,threshold x rate,loss / best loss
shakespeare 1,1,1,1
shakespeare 1,3,3,
shakespeare 1,10,10,1.01
END

# The share of cells by their ratio. That of norm:1 is the cube root of 2 in one cell and 1 in
# the other; that of polyak 1 and 2; norm:3 has 1 and 6.84.
rows screening-updates-profile.csv norm:1
expect "the profile of norm:1" <<END
1,0.5000
1.25992,0.5000
1.25992,1.0000
10,1.0000
END
rows screening-updates-profile.csv norm:3
expect "the profile of norm:3" <<END
1,0.5000
6.8399,0.5000
6.8399,1.0000
10,1.0000
END
rows screening-updates-profile.csv none
expect "the profile of a method that solves no cell" <<END
1,0.0000
10,0.0000
END
cut -d , -f 1 "$figures/screening-loss-profile.csv" | grep -q '^norm:10$' &&
    fail "the profile has the thresholds around 1 only"
rows finalists-updates-profile.csv auto
expect "the profile of auto" <<END
1,0.0000
2,0.0000
2,1.0000
10,1.0000
END

# The share of runs that are solved, over the updates, to the longest run.
rows screening-solved.csv norm:3
expect "the runs solved by norm:3" <<END
0,0.0000
2000,0.0000
2000,0.1667
2000,0.1667
2000,0.3333
2000,0.3333
2000,0.5000
2000,0.5000
2000,0.6667
8000,0.6667
8000,0.8333
40000,0.8333
END

# What is drawn: no figure without runs, and for each name a line. The line of norm:1 goes from
# 1 on an axis from 1 to 10, at a half, up at the cube root of 2, and to 10.
[ ! -f "$figures/misset-solved.svg" ] || fail "misset has no runs"
[ ! -f "$figures/threshold.svg" ] || fail "there is no run's log"
grep -q ' d="M84.0,252.0L159.1,252.0L159.1,112.0L832.0,112.0"' \
    "$figures/screening-updates-profile.svg" || fail "the line of norm:1 was expected"
for name in none norm:1 norm:3 norm:polyak:0.1; do
    grep -q ">$name</text>" "$figures/screening-solved.svg" || fail "the name $name was expected"
done
# The cells are the other way round: at rate 0.01 from 1 to 3 with 4,000 and 2,000 updates, at
# rate 0.1 with 1,000 and 2,000. By threshold x rate the second is ten times as far to the right.
line() {
    sed -n 's/^<path clip-path=.* d="\(.*\)"\/>$/\1/p' "$figures/screening-updates-$1.svg"
}
line by-threshold >"$scratch/seen"
expect "the lines by threshold" <<END
M84.0,90.0L594.6,276.7
M84.0,370.0L594.6,276.7
END
line by-threshold-x-rate >"$scratch/seen"
expect "the lines by threshold x rate" <<END
M84.0,90.0L294.1,276.7
M524.3,370.0L734.3,276.7
END

# The threshold of a run, from its log.
printf 'update,mean_norm,threshold\n500,2,1\n1000,1,\n1500,0.5,1\n' \
    >"$OUT/rules-order50-0.03-norm-auto-1.log.csv"
SRNN=$SRNN "$study/figures.sh"
grep -q '>mean_norm</text>' "$figures/threshold.svg" || fail "the norm of a run was expected"
rm -r "$OUT/rules-order50-0.03-norm-auto-1.log.csv" "$figures"

# ----------------------------------------------------------------------------
# Plans
# ----------------------------------------------------------------------------

# `fixed` is the threshold of the grid: at the rate of the run, and in misset at the middle rate.
"$study/plan.sh" finalists order50 2>"$scratch/err" >"$scratch/plan" && fail "rate 0.03 has no grid"
grep -q 'no runs of the grid of order50 at rate 0.03' "$scratch/err" || fail "$(cat "$scratch/err")"
stage=grid first=0
made 0.03 norm-1 500,500,500 >>"$RESULTS"
"$study/plan.sh" finalists order50 | sed -n '/-fixed-11 /s/ .*--clip/ --clip/p' >"$scratch/seen"
expect "the fixed thresholds of the finalists" <<END
finalists-order50-0.01-fixed-11 --clip norm:3 --seed 11
finalists-order50-0.03-fixed-11 --clip norm:1 --seed 11
finalists-order50-0.1-fixed-11 --clip norm:1 --seed 11
END
"$study/plan.sh" misset order50 | sed -n '/-fixed-21 /s/ .*--clip/ --clip/p' >"$scratch/seen"
expect "the fixed thresholds at other rates" <<END
misset-order50-0.003-fixed-21 --clip norm:1 --seed 21
misset-order50-0.1-fixed-21 --clip norm:1 --seed 21
misset-order50-0.3-fixed-21 --clip norm:1 --seed 21
END
unset RESULTS

# A name is there once, and a task's line is one that the program takes.
for stage in grid rules finalists misset shapes winners; do
    "$study/plan.sh" "$stage" >"$scratch/plan.$stage" 2>"$scratch/err" ||
        grep -q 'no runs of' "$scratch/err" || fail "$stage: $(cat "$scratch/err")"
done
cat "$scratch"/plan.* >"$scratch/plan"
[ "$(cut -d ' ' -f 1 "$scratch/plan" | sort | uniq -d | wc -l)" -eq 0 ] || fail "a name comes twice"
grep -e '-norm-1-1 ' "$scratch/plan.grid" | sort -t- -k2,2 -u >"$scratch/tasks"
[ "$(wc -l <"$scratch/tasks")" -eq "$(($(wc -l <"$study/tasks.csv") - 1))" ] ||
    fail "the tasks of the plan are not those of tasks.csv"
while read -r name rest; do
    case $rest in
    *"$OUT"/*.txt*) continue ;; # a file that a recipe unpacks
    *"$DATA"/*) [ -d "$DATA" ] || continue ;;
    esac
    # shellcheck disable=SC2086
    run train $rest --updates 1 --batch 2 --quiet
    [ "$status" -eq 0 ] || [ "$status" -eq 3 ] || fail_run "$name"
done <"$scratch/tasks"
# So is what is clipped.
grep '^shapes-order50-.*-1 ' "$scratch/plan.shapes" >"$scratch/kinds"
[ "$(wc -l <"$scratch/kinds")" -ge 20 ] || fail "the settings of shapes: $(cat "$scratch/kinds")"
while read -r name rest; do
    # shellcheck disable=SC2086
    run train $rest --updates 1 --batch 2 --quiet
    [ "$status" -eq 3 ] || fail_run "$name"
done <"$scratch/kinds"
"$study/plan.sh" guessing 2>"$scratch/err" && fail "there is no such stage"
"$study/plan.sh" grid guessing 2>"$scratch/err" && fail "there is no such task"
grep -q 'no task called guessing' "$scratch/err" || fail "$(cat "$scratch/err")"

# ----------------------------------------------------------------------------
# Collecting
# ----------------------------------------------------------------------------

# A copy of the study without runs.
mkdir -p "$scratch/copy/examples/paper"
cp -R "$study" "$scratch/copy/examples/paper"
cp "$study/../arithmetic.awk" "$scratch/copy/examples/paper"
copy=$scratch/copy/examples/paper/clipping
head -n 1 "$study/results.csv" >"$copy/results.csv"
# Two seeds are finished but for one run of the second.
"$study/plan.sh" grid addition50 | cut -d ' ' -f 1 >"$scratch/names"
grep -e '-0.1-.*-[12]$' "$scratch/names" | while read -r name; do
    echo "$name,addition,target,1500,2.5,0.01,0.02,2000,0.005,,,\"options\"" >"$OUT/$name.csv"
    echo "update,loss" >"$OUT/$name.log.csv"
done
rm "$OUT/grid-addition50-0.1-norm-3-2.csv"
(cd "$copy" && ./collect.sh) 2>"$scratch/err"
grep -q '^grid addition50 0.1 2: waits for 1 runs$' "$scratch/err" || fail "$(cat "$scratch/err")"
sed -n '1,3p' "$copy/results.csv" >"$scratch/seen"
expect "what was collected" <<END
name,task,rate,method,seed,end,updates,loss,best_loss,wrong
grid-addition50-0.1-none-1,addition50,0.1,none,1,target,1500,0.01,0.005,0.02
grid-addition50-0.1-norm-0.03-1,addition50,0.1,norm-0.03,1,target,1500,0.01,0.005,0.02
END
[ "$(wc -l <"$copy/results.csv")" -eq 9 ] || fail "$(cat "$copy/results.csv")"
grep -q '^| norm:0.03 | \*\*1,500\*\* |$' "$copy/README.md" ||
    fail "the page was to be computed again: $(cat "$copy/README.md")"
# Again, with the run that was missing, and one that was repeated.
cp "$OUT/grid-addition50-0.1-norm-3-1.csv" "$OUT/grid-addition50-0.1-norm-3-2.csv"
sed 's/,target,1500,/,updates,9,/' "$OUT/grid-addition50-0.1-norm-3-1.csv" \
    >"$OUT/grid-addition50-0.1-none-1.csv"
(cd "$copy" && ./collect.sh)
[ "$(wc -l <"$copy/results.csv")" -eq 17 ] || fail "$(cat "$copy/results.csv")"
[ "$(grep -c '^grid-addition50-0.1-none-1,' "$copy/results.csv")" -eq 1 ] || fail "a run comes twice"
grep -q '^grid-addition50-0.1-none-1,.*,updates,9,' "$copy/results.csv" ||
    fail "the run was to be replaced"

# ----------------------------------------------------------------------------
# The committed runs
# ----------------------------------------------------------------------------

cut -d ' ' -f 1 "$scratch/plan" | sort >"$scratch/names"
sed 1d "$study/results.csv" | cut -d , -f 1 | sort | comm -23 - "$scratch/names" >"$scratch/others"
[ ! -s "$scratch/others" ] || fail "results.csv has runs that no plan has: $(cat "$scratch/others")"
"$study/report.sh" page <"$study/README.md" >"$scratch/page"
cmp "$scratch/page" "$study/README.md" ||
    fail "README.md: run 'make -C examples/paper/clipping collect'"
OUT=$scratch/drawn SRNN=$SRNN "$study/figures.sh"
for figure in "$study"/figures/*.svg; do
    cmp "$figure" "$scratch/drawn/figures/${figure##*/}" ||
        fail "${figure##*/}: run 'make -C examples/paper/clipping figures'"
done
