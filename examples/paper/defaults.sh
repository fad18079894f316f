#!/bin/sh
# defaults.sh - print the table of what the defaults reach, from the runs of defaults.csv
#
# It stands in the README at the top. A task without runs has no row. Of a task that can be solved,
# the updates are those of the seeds that solved it; of another task, those of all seeds. Seconds
# have no column: they are of a machine with other work.
set -eu

arithmetic=$(cat arithmetic.awk)
awk -F, "$arithmetic"'
    function row(cell, title, kind) { cells[++count] = cell; titles[count] = title; kinds[count] = kind }

    # "2" for 2 and 2, "1 to 2" for 1 and 2.
    function span(values, n, form,    low, high) {
        sort(values, n)
        low = sprintf(form, values[1])
        high = sprintf(form, values[n])
        return low == high ? low : low " to " high
    }

    BEGIN {
        row("temporal-order", "`temporal-order`", "solved")
        row("temporal-order-3bit", "`temporal-order-3bit`", "solved")
        row("addition", "`addition`", "solved")
        row("multiplication", "`multiplication`", "solved")
        row("permutation", "`permutation`", "solved")
        row("memorization", "`memorization`", "solved")
        row("digits", "`series`, spoken digits", "right")
        row("gunpoint", "`series`, GunPoint", "right")
        row("jsb", "`music`, JSB chorales", "nats")
        row("piano-midi", "`music`, Piano-midi.de", "nats")
        row("shakespeare", "`text`, Tiny Shakespeare", "bits")
        print "| task | reaches | seeds | updates, median |"
        print "| --- | --- | --- | --- |"
    }
    FNR > 1 {
        cell = $1
        sub(/^default-/, "", cell)
        sub(/-[0-9]+$/, "", cell)
        line[cell, ++runs[cell]] = $0
    }
    END {
        for (c = 1; c <= count; c++) {
            cell = cells[c]
            if (!(cell in runs)) continue
            solved = kinds[c] == "solved"
            n = 0
            for (i = 1; i <= runs[cell]; i++) {
                split(line[cell, i], field, ",")
                if (solved && field[3] != "target") continue
                updates[++n] = field[4]
                if (kinds[c] == "right") score[n] = 100 * (1 - field[11])
                if (kinds[c] == "nats") score[n] = field[10]
                if (kinds[c] == "bits") score[n] = field[6] / logarithm(2)
            }
            goal = "less than 1 % wrong"
            if (kinds[c] == "right") goal = span(score, n, "%.1f") " % of the test file right"
            if (kinds[c] == "nats") goal = span(score, n, "%.2f") " nats a step (test)"
            if (kinds[c] == "bits") goal = span(score, n, "%.2f") " bits a character (held out)"
            printf "| %s | %s | %s | %s |\n", titles[c], goal,
                solved ? n " of " runs[cell] : runs[cell], (n ? thousands(middle(updates, n)) : "")
        }
    }' defaults.csv
