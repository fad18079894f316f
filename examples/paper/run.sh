#!/bin/sh
# run.sh - one training run of an experiment
#
#     SRNN=build/srnn OUT=build/paper run.sh NAME TASK [FILE] [options of `srnn train`]
#
# Leaves in OUT: NAME.csv, a line that tells how the run ended, with the columns of
# results.csv; NAME.log.csv, a line
# for each evaluation; NAME.safetensors, the model. A finished run is not repeated; one
# that was interrupted goes on from NAME.checkpoint, to the bits of a run that never
# was. When the options are not those that it began with, which NAME.options keeps, that is
# told and nothing is run; those that only say when to end may change.
set -u

name=$1
task=$2
shift 2
base=$OUT/$name

if [ -f "$base.csv" ]; then
    exit 0
fi
mkdir -p "$OUT" || exit 1
options=$*
lasting=$(echo "$task $options" |
    sed -E 's/ --(updates|epochs|patience|minutes|stop-error) [^ ]*//g')
if [ -f "$base.checkpoint" ]; then
    if ! echo "$lasting" | cmp -s - "$base.options"; then
        printf '%s: another run began under this name in %s; it had\n  %s\n' "$name" "$OUT" \
            "$(cat "$base.options")" >&2
        exit 1
    fi
    set -- "$@" --resume "$base.checkpoint"
fi
echo "$lasting" >"$base.options"
"$SRNN" train "$task" "$@" --quiet --log "$base.log.csv" --checkpoint "$base.checkpoint" \
    --save "$base.safetensors" >"$base.result"
status=$?

# 3: the target was not reached in the updates given, which is a result too.
if [ $status -ne 0 ] && [ $status -ne 3 ]; then
    echo "$name: srnn train ended with status $status" >&2
    # xargs goes on with the other runs, unless told by 255 that a signal wants the end
    [ $status -eq 130 ] && exit 255
    exit $status
fi
awk -v name="$name" -v task="$task" -v options="$options" '
    { value[$1] = $2 }
    END {
        printf "%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,\"%s\"\n", name, task, value["end"],
            value["updates"], value["seconds"], value["loss"], value["wrong"], value["judged"],
            value["best-loss"], value["test-loss"], value["test-wrong"], options
    }' "$base.result" >"$base.csv.tmp" &&
    mv "$base.csv.tmp" "$base.csv" &&
    rm -f "$base.checkpoint" "$base.result" "$base.options" &&
    echo "$name: $(cut -d, -f3-11 "$base.csv")"
