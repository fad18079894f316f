#!/bin/sh
# collect.sh - copy the finished runs in OUT to results.csv, and compute the page's tables again
#
# A line replaces the one of the same name. The runs of a cell with one seed are taken when all
# methods are finished: those that finish first would look better than they are.
set -eu

for stage in grid rules finalists misset shapes winners; do
    [ -z "$(find "$OUT" -name "$stage-*.csv" ! -name '*.log.csv')" ] || ./plan.sh "$stage"
done >results.csv.plan
while read -r name _; do
    if [ -f "$OUT/$name.csv" ]; then
        # From the line of run.sh: end, updates, loss, best loss, wrong.
        echo "$name $(cut -d, -f3,4,6,7,9 "$OUT/$name.csv")"
    else
        echo "$name"
    fi
done <results.csv.plan | awk '
    # NAME is STAGE-TASK-RATE-METHOD-SEED, and a METHOD may have dashes in it.
    {
        n = split($1, part, "-")
        method = part[4]
        for (i = 5; i < n; i++) method = method "-" part[i]
        set[NR] = part[1] " " part[2] " " part[3] " " part[n]
        if (NF == 1) unfinished[set[NR]]++
        split($2, value, ",")
        line[NR] = $1 "," part[2] "," part[3] "," method "," part[n] "," value[1] "," value[2] "," \
            value[3] "," value[5] "," value[4]
        some[set[NR]] += NF > 1
    }
    END {
        for (i = 1; i <= NR; i++) {
            if (!unfinished[set[i]]) print line[i]
            else if (some[set[i]] && !told[set[i]]++) {
                print set[i] ": waits for " unfinished[set[i]] " runs" >"/dev/stderr"
            }
        }
    }' >results.csv.lines
{
    head -n 1 results.csv
    awk -F, 'FNR == NR { taken[$1] = 1; print; next } FNR > 1 && !($1 in taken)' \
        results.csv.lines results.csv | LC_ALL=C sort -t, -k1,1
} >results.csv.tmp
rm results.csv.lines results.csv.plan
mv results.csv.tmp results.csv
./report.sh page <README.md >README.md.tmp
mv README.md.tmp README.md
