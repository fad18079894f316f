#!/bin/sh
# judge_lengths.sh - evaluate each model of a plan at the lengths that it was trained on and at
# longer ones: the share wrong of 10,000 sequences each
#
# The lines of the plan are read from standard input. The result is OUT/NAME.lengths.csv; one
# that exists is kept.
set -eu

lengths=50,100,150,200,50:200,250,300,400,500,1000,2000,3000,5000
while read -r name rest; do
    [ -f "$OUT/$name.csv" ] || continue
    judged=$OUT/$name.lengths.csv
    if [ ! -f "$judged" ]; then
        "$SRNN" eval "$OUT/$name.safetensors" temporal-order --length $lengths >"$judged.tmp"
        awk -v name="$name" 'NR > 1 { printf "%s,%s,%s,%s\n", name, $1, $3, $4 }' "$judged.tmp" \
            >"$judged"
        rm "$judged.tmp"
    fi
    awk -F, '
        NR == 1 { printf "%-12s", $1 }
        { printf " %s:%.4f", $2 ~ /:/ ? "mixed" : $2, $3 }
        END { printf "\n" }' "$judged"
done
