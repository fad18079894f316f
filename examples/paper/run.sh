#!/bin/sh
# run.sh - one training run of an experiment
#
#     SRNN=build/srnn OUT=build/paper run.sh NAME TASK [FILE] [options of `srnn train`]
#
# Files in OUT:
#
#     NAME.csv          how the run ended: a line with the columns of results.csv
#     NAME.log.csv      a line for each evaluation
#     NAME.safetensors  the model
#     NAME.checkpoint, NAME.options   while the run is unfinished
#
# A finished run is not repeated. An interrupted one is resumed from its checkpoint, and ends
# with the bits of an uninterrupted run. Its options must be those in NAME.options, but for
# those of when to end; otherwise this is an error and nothing is run.
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

# Status 3: the target was not reached within the updates, which is a result too.
if [ $status -ne 0 ] && [ $status -ne 3 ]; then
    echo "$name: srnn train ended with status $status" >&2
    # After a signal: status 255 makes xargs stop instead of starting the next run.
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
