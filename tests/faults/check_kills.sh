#!/bin/sh
# A run that is killed at any time, again and again: KILLS kills in all, at times that SEED chooses.
# After each the model and the checkpoint load, and the run goes on from there; when it ends, its model
# and its log have the bits of a run that nothing killed. What was being written goes at the next start.
set -eu
. tests/program/library.sh
cd "$scratch"

KILLS=${KILLS:-30}
SEED=${SEED:-1}
# A quarter of a second of training: with a checkpoint each tenth of a second, some kills for a run.
UPDATES=${UPDATES:-600}
settings="temporal-order --length 20 --hidden 100 --batch 20 --optimizer adam --rate 0.001
    --evaluate-every 10 --evaluate-sequences 1 --stop-error 0"
files="--save model --checkpoint run --every 0.1s --log log --quiet"
runner=

tidy() {
    [ -z "$runner" ] || kill -9 "$runner" 2>/dev/null || :
}

# Start or resume the run.
start() {
    if [ -e run ]; then
        set -- --resume run
    else
        # shellcheck disable=SC2086
        set -- ${settings#temporal-order}
    fi
    # shellcheck disable=SC2086
    "$SRNN" train temporal-order "$@" --updates "$UPDATES" $files >../out 2>../err &
    runner=$!
}

# Wait for the run: $status is 137 if it was killed.
await_end() {
    status=0
    wait "$runner" 2>/dev/null || status=$?
    runner=
}

# Make the temporary files of the folder a minute older, so that the next start removes them.
age_temporaries() {
    for _file in ./*.srnn-??????; do
        [ ! -e "$_file" ] || {
            touch -t 200001010000 "$_file"
            temporaries=$((temporaries + 1))
        }
    done
}

mkdir whole killed
cd whole
# shellcheck disable=SC2086
succeed train $settings --updates "$UPDATES" $files
cd ../killed

# Each run is killed after a random part of `most` seconds. A run that ends before makes `most` smaller,
# and one that is killed before its first checkpoint makes it larger.
awk "$arithmetic"'BEGIN {
    seed = '"$SEED"'
    for (i = 0; i < 100 * '"$KILLS"'; i++) printf "%.4f\n", draw()
}' >../times
exec 3<../times
most=0.5

# product A B
product() {
    awk -v a="$1" -v b="$2" 'BEGIN { printf "%.6f", a * b }'
}

kills=0
ends=0
saves=0
temporaries=0
number=0
: >../checked
while [ $kills -lt "$KILLS" ]; do
    number=$((number + 1))
    start
    read -r time <&3 || fail "there are more starts than times"
    sleep "$(product "$time" "$most")"
    kill -9 "$runner" 2>/dev/null || :
    await_end
    last="train (start $number, seed $SEED)"
    case $status in
    137) kills=$((kills + 1)) ;;
    0)
        ends=$((ends + 1))
        most=$(product "$most" 0.8)
        ;;
    *) fail "start $number ended with exit code $status: $(cat ../err)" ;;
    esac
    for file in run model; do
        [ ! -e $file ] || "$SRNN" inspect $file >/dev/null 2>../err ||
            fail "start $number: $file does not load: $(cat ../err)"
    done
    if [ ! -e run ]; then
        most=$(product "$most" 1.2)
    elif ! cmp -s run ../checked; then
        cp run ../checked
        saves=$((saves + 1))
    fi
    age_temporaries
    if [ $status -eq 0 ]; then
        same model ../whole/model "after $kills kills"
        same_but_seconds log ../whole/log "after $kills kills"
        only_files . model run log
        rm -f model run log
    fi
done
# The last run ends too.
start
await_end
[ $status -eq 0 ] || fail "the last run: exit code $status: $(cat ../err)"
same model ../whole/model "after $kills kills"
same_but_seconds log ../whole/log "after $kills kills"
only_files . model run log

[ $saves -gt 0 ] || [ "$KILLS" -lt 30 ] || fail "$kills kills, and none behind a checkpoint"
echo "kills: $kills, between them $ends runs that ended and $saves new checkpoints;" \
    "$temporaries temporaries were left and removed"
