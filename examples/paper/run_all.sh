#!/bin/sh
# run_all.sh - make the runs of a plan (its lines on standard input), JOBS at a time; a run that
# goes on from the model of another one of the plan (--from) waits for those that do not
set -eu

# The lines, each after its stage: one more than that of the run it goes on from.
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
