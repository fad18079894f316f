#!/bin/sh
# run_all.sh - execute the runs of a plan, JOBS at a time
#
# The lines of the plan are read from standard input. A run that starts from the model of
# another run of the plan (--from) waits for that one.
set -eu

# Each line with its stage before it: 0, or one more than that of the run it starts from.
staged=$(awk '
    {
        stage = 0
        for (i = 2; i < NF; i++) {
            if ($i != "--from") continue
            before = $(i + 1)
            sub(/.*\//, "", before)
            sub(/\.safetensors$/, "", before)
            if (before in stages) stage = stages[before] + 1
        }
        stages[$1] = stage
        print stage, $0
    }' | sort -s -n -k 1,1)
for stage in $(echo "$staged" | cut -d ' ' -f 1 | uniq); do
    echo "$staged" | sed -n "s/^$stage //p" | xargs -P "$JOBS" -L 1 ./run.sh
done
