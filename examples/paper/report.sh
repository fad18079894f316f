#!/bin/sh
# report.sh - RESULTS.md (standard input) with its tables made anew from the runs in results.csv
# and lengths.csv. What stands between "<!-- table: NAME -->" and "<!-- end -->" is replaced;
# cells.csv tells which cells a table has, what the paper gives for them, and by which command
# they are run.
set -eu

awk -F, '
    function middle(values, n,    i, k, swap) {
        for (i = 2; i <= n; i++) {
            for (k = i; k > 1 && values[k - 1] + 0 > values[k] + 0; k--) {
                swap = values[k]; values[k] = values[k - 1]; values[k - 1] = swap
            }
        }
        return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
    }

    # A whole number with its thousands apart.
    function thousands(number,    text) {
        text = sprintf("%d", number)
        while (text ~ /[0-9][0-9][0-9][0-9]($|,)/) {
            match(text, /[0-9][0-9][0-9]($|,)/)
            text = substr(text, 1, RSTART - 1) "," substr(text, RSTART)
        }
        return text
    }

    # How many of the seeds that the command of a cell asks for have not been run.
    function unfinished(c, n,    planned) {
        planned = 5
        if (match(command[c], /SEEDS=[0-9]+/)) {
            planned = substr(command[c], RSTART + 6, RLENGTH - 6) + 0
        }
        return n < planned ? " (" n " of " planned " run)" : ""
    }

    # What our runs of a cell gave, by its kind of score: the middle of those with a number.
    function score(cell, kind,    i, v) {
        if (kind == "reached") return reached[cell] + 0 " of " runs[cell]
        for (i = 1; i <= runs[cell]; i++) {
            v[i] = kind == "test-wrong" ? test_wrong[cell, i] : test_loss[cell, i]
        }
        if (kind == "test-wrong") return sprintf("%.1f %%", 100 * middle(v, runs[cell]))
        if (kind == "test-bits") return sprintf("%.3f", middle(v, runs[cell]) / log(2))
        return sprintf("%.3f", middle(v, runs[cell]))
    }

    function print_cell(c,    cell, n, i, u, s) {
        cell = cells[c]
        n = runs[cell]
        if (n == 0) {
            printf "| %s | %s | %s | not yet run | | | %s |\n", title[c], icml[c], first[c],
                command[c]
            return
        }
        for (i = 1; i <= n; i++) { u[i] = updates[cell, i]; s[i] = seconds[cell, i] }
        printf "| %s | %s | %s | %s%s | %s | %s | %s |\n", title[c], icml[c], first[c],
            score(cell, kind[c]), unfinished(c, n), thousands(middle(u, n)),
            thousands(middle(s, n)), command[c]
    }

    function print_table(name,    c) {
        print "\n| cell | ICML | first edition | here | updates | seconds | make |"
        print "| --- | --- | --- | --- | --- | --- | --- |"
        for (c = 1; c <= count; c++) if (section[c] == name) print_cell(c)
        print ""
    }

    function print_lengths(    l, m) {
        printf "\n| model |"
        for (l = 1; l <= lengths; l++) printf " %s |", length_at[l]
        printf "\n| --- |"
        for (l = 1; l <= lengths; l++) printf " --- |"
        print ""
        for (m = 1; m <= models; m++) {
            printf "| %s |", model_at[m]
            for (l = 1; l <= lengths; l++) printf " %g |", 100 * wrong[model_at[m], length_at[l]]
            print ""
        }
        print ""
    }

    FILENAME == "cells.csv" && FNR > 1 {
        section[++count] = $1; title[count] = $2; cells[count] = $3; kind[count] = $4
        icml[count] = $5; first[count] = $6; command[count] = "`" $7 "`"
    }
    FILENAME == "results.csv" && FNR > 1 {
        cell = $1
        sub(/-[0-9]+$/, "", cell)
        n = ++runs[cell]
        if ($3 == "target") reached[cell]++
        updates[cell, n] = $4; seconds[cell, n] = $5; test_loss[cell, n] = $10
        test_wrong[cell, n] = $11
    }
    FILENAME == "lengths.csv" && FNR > 1 {
        if (!($1 in seen_model)) { seen_model[$1] = 1; model_at[++models] = $1 }
        if (!($2 in seen_length)) { seen_length[$2] = 1; length_at[++lengths] = $2 }
        wrong[$1, $2] = $3
    }
    FILENAME == "-" && /^<!-- table: .* -->$/ {
        print
        name = $0
        gsub(/^<!-- table: | -->$/, "", name)
        if (name == "lengths") print_lengths()
        else print_table(name)
        within = 1
    }
    FILENAME == "-" && /^<!-- end -->$/ { within = 0 }
    FILENAME == "-" && !within { print }' cells.csv results.csv lengths.csv -
