# tables.awk - copies a page with its tables computed
#
# Runs after statistics.awk, on the page as the third file. The lines between
# "<!-- table: GROUP KIND WHAT -->" and "<!-- end -->" are replaced. KIND is updates or loss. WHAT
# is summary, a line for each method; steps, a line for each rate x threshold; or cells, a column
# for each cell. With the KIND both, WHAT is overall, a line for each method that has run in all
# cells; best, the best setting of each kind, a column for each cell; or cells.

# The ratios for which the summary has a column each.
function limits(kind, list) {
    return split(kind == "updates" ? "1.1 1.25 2 5" : "1.01 1.02 1.05 1.25", list, " ")
}

# A ratio in words: of updates as a factor, of losses as the excess.
function ratio(kind, value) {
    return kind == "updates" ? sprintf("%.2f", value) : sprintf("%+.1f %%", 100 * (value - 1))
}

# Compute total, good, bad and worst of a method: its runs; those that solved their task or have
# a loss within 1 % of the lowest median of the cell; those that failed; its largest ratio.
function count_runs(group, kind, method,    c, cell, i, n, run, lowest, here) {
    total = good = bad = worst = 0
    for (c = 1; c <= cells[group]; c++) {
        cell = cell_at[group, c]
        n = pairs[group, cell, method]
        if (!is_judged(cell, kind) || !n) continue
        lowest = lowest_median(group, cell)
        for (i = 1; i <= n; i++) {
            run = group SUBSEP cell SUBSEP method SUBSEP pair_at[group, cell, method, i]
            good += judged[task_of(cell)] == "updates" ? !failed[run] : score[run] <= 1.01 * lowest
            bad += failed[run]
        }
        total += n
        here = exponential(cell_ratio(group, cell, method))
        if (here > worst) worst = here
    }
}

# The methods, or the steps if `steps` is set.
function print_summary(group, kind, steps,    i, k, n, list, method, count) {
    n = limits(kind, list)
    printf "\n| method | cells | runs | solved | %s | 95 %% |",
        kind == "updates" ? "ratio" : "failed | excess"
    for (k = 1; k <= n; k++) {
        printf " %s |", kind == "updates" ? "within " list[k] : "within " 100 * list[k] - 100 " %"
    }
    printf " worst |\n|%s\n", dashes(kind == "updates" ? 7 + n : 8 + n)
    for (i = 1; i <= methods[group]; i++) {
        method = method_at[group, i]
        if (is_step(method) != steps) continue
        count = average(group, kind, method)
        if (!count) continue
        count_runs(group, kind, method)
        printf "| %s | %d | %d | %d |", clip(method), count, total, good
        if (kind != "updates") printf " %d |", bad
        printf " %s | %s to %s |", ratio(kind, mean_ratio), ratio(kind, low_ratio),
            ratio(kind, high_ratio)
        for (k = 1; k <= n; k++) printf " %.0f %% |", 100 * within(group, kind, method, list[k])
        printf " %s |\n", ratio(kind, worst)
    }
    print ""
}

function dashes(n,    text) {
    while (n-- > 0) text = text " --- |"
    return text
}

# The result of a method in a cell: the median, and how many runs did not fail if some did.
function result(group, kind, cell, method,    n, bad, text) {
    n = seeds[group, cell, method]
    if (!n) return "-"
    bad = failures(group, cell, method)
    if (kind == "updates" && bad == n) return "no"
    if (kind != "updates") text = sprintf("%.3f", median(group, cell, method))
    # Half of the runs failed: the median is not a number of updates.
    else if (is_lost(group, cell, method)) text = "no"
    else text = thousands(median(group, cell, method))
    if (bad) text = text " (" n - bad " of " n ")"
    return method == reference(group, cell) ? "**" text "**" : text
}

function print_cells(group, kind,    c, i, n, list, method, row) {
    printf "\n| method |"
    for (c = 1; c <= cells[group]; c++) {
        if (!is_judged(cell_at[group, c], kind)) continue
        list[++n] = cell_at[group, c]
        printf " %s |", list[n]
    }
    printf "\n|%s\n", dashes(1 + n)
    for (i = 1; i <= methods[group]; i++) {
        method = method_at[group, i]
        if (is_step(method)) continue
        row = ""
        for (c = 1; c <= n; c++) {
            row = row " " result(group, judged[task_of(list[c])], list[c], method) " |"
        }
        if (row ~ /[^- |]/) printf "| %s |%s\n", clip(method), row
    }
    print ""
}

# The methods over all cells, whatever they are judged by.
function print_overall(group,    i, method) {
    print "\n| method | runs | lost | updates | losses | both | 95 % | worst |"
    print "|" dashes(8)
    for (i = 1; i <= methods[group]; i++) {
        method = method_at[group, i]
        if (!has_all_cells(group, method)) continue
        count_runs(group, "both", method)
        printf "| %s | %d | %d |", clip(method), total, bad
        average(group, "updates", method)
        printf " %s |", ratio("updates", mean_ratio)
        average(group, "loss", method)
        printf " %s |", ratio("loss", mean_ratio)
        average(group, "both", method)
        printf " %.2f | %.2f to %.2f | %.2f |\n", mean_ratio, low_ratio, high_ratio, worst
    }
    print ""
}

# The best setting of each kind in each cell, and its result.
function print_best(group,    c, k, cell, method) {
    printf "\n| kind |"
    for (c = 1; c <= cells[group]; c++) printf " %s |", cell_at[group, c]
    printf "\n|%s\n", dashes(1 + cells[group])
    for (k = 1; k <= kinds; k++) {
        printf "| %s |", kind_at[k]
        for (c = 1; c <= cells[group]; c++) {
            cell = cell_at[group, c]
            method = best_shape(cell, kind_at[k])
            if (method == "") printf " - |"
            else printf " %s: %s |", number_of(method),
                result(group, judged[task_of(cell)], cell, method)
        }
        print ""
    }
    print ""
}

# Whether a group has a cell that is judged by `kind`.
function has_cells(group, kind,    c) {
    for (c = 1; c <= cells[group]; c++) if (is_judged(cell_at[group, c], kind)) return 1
    return 0
}

function print_table(name,    word) {
    split(name, word, " ")
    if (!has_cells(word[1], word[2])) print "\nNot run.\n"
    else if (word[3] == "overall") print_overall(word[1])
    else if (word[3] == "best") print_best(word[1])
    else if (word[3] != "cells") print_summary(word[1], word[2], word[3] == "steps")
    else print_cells(word[1], word[2])
}

BEGIN { RESAMPLES = 1000 }

FILENAME == ARGV[3] && !computed++ { compute() }
FILENAME == ARGV[3] && /^<!-- table: .* -->$/ {
    print
    name = $0
    gsub(/^<!-- table: | -->$/, "", name)
    print_table(name)
    inside = 1
}
FILENAME == ARGV[3] && /^<!-- end -->$/ { inside = 0 }
FILENAME == ARGV[3] && !inside { print }
