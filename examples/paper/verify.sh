#!/bin/sh
# verify.sh - compare the runs in OUT with those of the same name in results.csv and defaults.csv:
# how they ended, after how many updates, with which losses
#
# The arithmetic is the same to the last bit on every machine, so these must be equal; only the
# seconds differ. Exit status 1: some differ, or there was nothing to compare.
set -eu

cat "$OUT"/*.csv 2>/dev/null | awk -F, '
    FILENAME != "-" { known[$1] = $3 "," $4 "," $6 "," $7 "," $10; next }
    NF >= 12 && $1 in known {
        here = $3 "," $4 "," $6 "," $7 "," $10
        compared++
        if (here != known[$1]) {
            printf "%s: %s, but %s is known\n", $1, here, known[$1]
            different++
        }
    }
    END {
        printf "%d runs compared, %d differ\n", compared, different
        exit compared == 0 || different > 0
    }' results.csv defaults.csv -
