#!/bin/sh
# plan.sh - print the runs of a stage of the clipping study, a line each, in the order in which
# they are to be run: NAME TASK [FILE] [options]
#
#     OUT=build/clipping DATA=shared/data plan.sh STAGE [TASK...]
#
# STAGE is
#
#     grid       fixed thresholds, on seeds 1 to 3
#     rules      rules that set the threshold, on the same seeds
#     finalists  three rules, the best threshold of the grid in each cell, 1, and none, on ten
#                seeds that chose nothing
#     misset     the finalists at rates that are too low or too high, with the threshold that
#                was best at the middle rate
#     shapes     other things to clip than the norm of the whole gradient, at one rate of five
#                tasks, on seeds 1 to 3
#     winners    the best settings of the stage shapes, on ten seeds that chose nothing
#
# A cell of the study is a task at a rate. A NAME is STAGE-TASK-RATE-METHOD-SEED, where METHOD is
# what follows --clip, with dashes for colons, or `fixed` for the best threshold of the grid. Seed
# 1 of all methods of a task comes before seed 2. Every option that changes a run is set here, so
# that a later default of `srnn train` does not change the study.
set -eu

here=$(dirname "$0")
rules="norm:auto norm:polyak:0.1 norm:trust:0.5 norm:quantile:0.9 norm:mean:1"
finalists="none fixed norm:1 norm:auto norm:polyak:0.1 norm:quantile:0.9"

# What all runs have. A gradient that is not finite skips the update, so that no method ends early.
all="--nonfinite skip --optimizer sgd --schedule constant --drop 0 --weight-decay 0
    --omega-bound 1e-20 --keep last"
# Generated sequences: until fewer than 1 % of 2,000 new ones are wrong. 500 updates are the
# grain of the counts.
generated="--hidden 50 --batch 20 --cost mean --evaluate-every 500 --evaluate-sequences 2000
    --evaluate-length 0 --grow 0 --stop-error 0.01"
# Files: a fixed number of updates or epochs, judged about five times.
filed="--hidden 100 --activation tanh --stop-error 0 --omega 0 --omega-form paper
    --omega-schedule constant --patience 0"

tasks="order50 addition50 shakespeare digits jsb jsbsum order100 ptb orders sigmoid50"

# The options of a task.
task() {
    order="temporal-order $generated --activation tanh --init smart-tanh"
    case $1 in
    order50) echo "$order --length 50 --omega 0 --omega-form paper --updates 40000" ;;
    order100) echo "$order --length 100 --omega 4 --omega-form paper --updates 100000" ;;
    orders) echo "$order --length 50:200 --omega 4 --omega-form paper --updates 200000" ;;
    sigmoid50)
        echo "temporal-order $generated --activation sigmoid --init basic-sigmoid --length 50" \
            "--omega 4 --omega-form paper --updates 150000"
        ;;
    addition50)
        echo "addition $generated --activation tanh --init orthogonal --length 50 --omega 0" \
            "--omega-form paper --updates 40000"
        ;;
    shakespeare)
        echo "text $DATA/text/tinyshakespeare.txt --hold-out 0.1 $filed --init basic-tanh" \
            "--ahead 1 --chunk 50 --batch 16 --cost mean --epochs 0 --updates 5000" \
            "--evaluate-every 1000"
        ;;
    ptb)
        echo "text $OUT/ptb.train.txt --valid $DATA/ptb/ptb.char.valid.txt $filed" \
            "--init basic-tanh --ahead 1 --chunk 50 --batch 16 --cost mean --epochs 0" \
            "--updates 10000 --evaluate-every 2000"
        ;;
    digits)
        echo "series $OUT/fsdd.train.txt --hold-out 0.1 --hold-out-from end $filed" \
            "--init orthogonal --batch 20 --cost mean --epochs 20 --updates 1000000" \
            "--evaluate-every 488"
        ;;
    jsb | jsbsum)
        cost=mean
        [ "$1" = jsb ] || cost=sum
        echo "music $DATA/music/jsb.train.txt --valid $DATA/music/jsb.valid.txt $filed" \
            "--init basic-tanh --chunk 50 --batch 12 --cost $cost --epochs 30" \
            "--updates 1000000 --evaluate-every 210"
        ;;
    *) echo "plan.sh: no task called $1 (there are: $tasks)" >&2 && exit 2 ;;
    esac
}

# The rates at which a task is learnt: its cells.
rates() {
    case $1 in
    order50) echo 0.01 0.03 0.1 ;;
    addition50) echo 0.03 0.1 ;;
    shakespeare) echo 0.3 1 3 ;;
    digits) echo 0.03 0.3 ;;
    jsb) echo 0.1 1 ;;
    jsbsum) echo 0.002 0.02 ;;
    order100) echo 0.01 0.03 0.1 ;;
    ptb) echo 0.3 3 ;;
    orders | sigmoid50) echo 0.01 ;;
    esac
}

# The fixed thresholds. A cost summed over 50 steps has a gradient 50 times as long.
grid() {
    echo none norm:0.03 norm:0.1 norm:0.3 norm:1 norm:3 norm:10 norm:30
    [ "$1" != jsbsum ] || echo norm:100 norm:300 norm:1000
}

# The rates of the stage misset: a tenth, three and ten times the rate in the middle.
middle() {
    case $1 in
    order50 | addition50) echo 0.03 ;;
    shakespeare) echo 1 ;;
    jsb) echo 0.1 ;;
    esac
}

misset() {
    case $1 in
    order50 | addition50) echo 0.003 0.1 0.3 ;;
    shakespeare) echo 0.1 3 10 ;;
    jsb) echo 0.01 0.3 1 ;;
    esac
}

# The best fixed threshold of task $1 at rate $2, from the runs of the grid in results.csv.
best() {
    clip=$(echo "$thresholds" | sed -n "s/^$1 $2 /norm:/p")
}

# The stage shapes has the rate of five tasks at which some method of the grid or the rules needs
# the fewest updates, or has the lowest loss.
shaped() {
    case $1 in
    order50 | addition50 | jsb) echo 0.1 ;;
    shakespeare) echo 1 ;;
    digits) echo 0.3 ;;
    esac
}

# The settings of the kinds for a task, in half decades around the best. Those of the first lines
# are common to all tasks.
shapes() {
    echo value:0.003 value:0.01 value:0.03 tensor:0.03 tensor:0.1 tensor:0.3 tensor:1 tensor:3
    echo smooth:0.3 smooth:1 smooth:3 smooth:10 smooth:auto unit:0.01 unit:0.03 unit:0.1 unit:0.3
    case $1 in
    order50) echo smooth:0.1 ;;
    shakespeare) echo value:0.001 ;;
    digits) echo value:0.0003 value:0.001 smooth:0.1 unit:0.003 ;;
    jsb)
        echo value:0.1 value:0.3 value:1 tensor:10 tensor:30 smooth:30 smooth:100
        echo unit:1 unit:3
        ;;
    esac
}

# The settings of two kinds that were no good on seed 1, so that seeds 2 and 3 do not run them. An
# error is that of a target divided by the number of targets of a batch, 20 or hundreds.
shapes_once() {
    echo error:0.0003 error:0.001 error:0.003 growth:1 growth:2 growth:10
    case $1 in
    order50 | addition50) echo error:0.03 ;;
    shakespeare) echo error:0.0001 ;;
    digits) echo error:0.00003 error:0.0001 ;;
    jsb) echo error:0.01 ;;
    esac
}

# ready TASK RATES: whether results.csv has the grid of the task at these rates. A task that is not
# ready is left out; if the user named it, the script ends.
ready() {
    for rate in $2; do
        best "$1" "$rate"
        [ -z "$clip" ] || continue
        echo "plan.sh: results.csv has no runs of the grid of $1 at rate $rate" >&2
        [ -z "$named" ] || exit 1
        return 1
    done
}

# seeds FIRST COUNT TASK: the two tasks with long runs have one seed for each three.
seeds() {
    count=$2
    case $3 in orders | sigmoid50) count=$((($2 + 2) / 3)) ;; esac
    seq "$1" $(($1 + count - 1))
}

# lines STAGE TASK RATES METHODS: the lines of a task, with SEED for the seed. FIXED is the rate
# whose best threshold is meant by `fixed`; empty: the rate of the run.
lines() {
    for rate in $3; do
        for method in $4; do
            clip=$method
            [ "$method" != fixed ] || best "$2" "${FIXED:-$rate}"
            # shellcheck disable=SC2086
            echo "$1-$2-$rate-$(echo "$method" | tr : -)-SEED" $how $all --rate "$rate" \
                --clip "$clip" --seed SEED
        done
    done
}

# runs STAGE TASK SEEDS RATES METHODS: those lines for each seed.
runs() {
    how=$(task "$2")
    lines=$(lines "$1" "$2" "$4" "$5")
    for seed in $3; do
        echo "$lines" | sed "s/SEED/$seed/g"
    done
}

stage=$1
shift
named=$*
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $tasks
thresholds=
case $stage in
finalists | misset) thresholds=$("$here/report.sh" best) ;;
winners) settings=$("$here/report.sh" winners) ;;
esac
for task in "$@"; do
    task "$task" >/dev/null
    FIXED=
    case $stage in
    grid) runs grid "$task" "$(seeds 1 3 "$task")" "$(rates "$task")" "$(grid "$task")" ;;
    rules) runs rules "$task" "$(seeds 1 3 "$task")" "$(rates "$task")" "$rules" ;;
    finalists)
        ready "$task" "$(rates "$task")" || continue
        runs finalists "$task" "$(seeds 11 10 "$task")" "$(rates "$task")" "$finalists"
        ;;
    misset)
        [ -n "$(middle "$task")" ] || continue
        FIXED=$(middle "$task")
        ready "$task" "$FIXED" || continue
        runs misset "$task" "$(seeds 21 5 "$task")" "$(misset "$task")" "$finalists"
        ;;
    shapes)
        [ -n "$(shaped "$task")" ] || continue
        runs shapes "$task" 1 "$(shaped "$task")" "$(shapes "$task") $(shapes_once "$task")"
        runs shapes "$task" "2 3" "$(shaped "$task")" "$(shapes "$task")"
        ;;
    winners)
        rate=$(shaped "$task")
        [ -n "$rate" ] || continue
        settled=$(echo "$settings" | sed -n "s/^$task $rate //p")
        if [ -z "$settled" ]; then
            echo "plan.sh: results.csv has no runs of shapes of $task at rate $rate" >&2
            [ -z "$named" ] || exit 1
            continue
        fi
        runs winners "$task" "$(seeds 31 10 "$task")" "$rate" "$settled"
        ;;
    *) echo "plan.sh: no stage called $stage" >&2 && exit 2 ;;
    esac
done
