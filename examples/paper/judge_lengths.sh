#!/bin/sh
# judge_lengths.sh - the share that each model of a plan (its lines on standard input) gets
# wrong at lengths that it was trained on, and at longer ones: 10,000 sequences each. What
# was judged is kept in OUT/NAME.lengths.csv.
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
