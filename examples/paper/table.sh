#!/bin/sh
# table.sh - print a table of the runs of a plan, whose lines are read from standard input: for
# each cell the number of seeds that succeeded, and the medians of updates, seconds and scores
set -eu

arithmetic=$(cat arithmetic.awk)
while read -r name rest; do
    if [ -f "$OUT/$name.csv" ]; then
        cat "$OUT/$name.csv"
    else
        echo "$name,missing,,,,,,,,,,"
    fi
done | awk -F, "$arithmetic"'
    {
        cell = $1
        sub(/-[0-9]+$/, "", cell)
        if (!(cell in runs)) order[++cells] = cell
        if ($2 == "missing") { missing[cell]++; runs[cell] += 0; next }
        n = ++runs[cell]
        if ($3 == "target") reached[cell]++
        updates[cell, n] = $4; seconds[cell, n] = $5; loss[cell, n] = $6; wrong[cell, n] = $7
        test[cell, n] = $10
    }
    END {
        printf "%-38s %8s %9s %9s %8s %8s %8s\n", "cell", "reached", "updates", "seconds", "loss",
            "wrong", "test"
        for (c = 1; c <= cells; c++) {
            cell = order[c]; n = runs[cell]
            if (n == 0) { printf "%-38s not run\n", cell; continue }
            for (i = 1; i <= n; i++) {
                u[i] = updates[cell, i]; s[i] = seconds[cell, i]
                l[i] = loss[cell, i]; w[i] = wrong[cell, i]; t[i] = test[cell, i]
            }
            printf "%-38s %3d of %d %9d %9.1f %8.4f %8.4f", cell, reached[cell] + 0,
                n + missing[cell], middle(u, n), middle(s, n), middle(l, n), middle(w, n)
            if (t[1] != "") printf " %8.4f", middle(t, n)
            printf "\n"
        }
    }'
