# figures.awk - writes the CSV files from which figures.sh draws, to the folder FOLDER. Runs after
# statistics.awk.
#
#     screening-KIND.csv      cell,threshold,threshold x rate and what the cell is judged by: the
#                             median, empty where half of the runs failed
#     GROUP-KIND-profile.csv  method,ratio,share of cells: those with at most that ratio
#     GROUP-solved.csv        method,updates,share of runs: those that are solved by then
#
# KIND is updates or loss. A file without rows is not written.

# Write a row of a file; the first comes after `head`.
function write(file, head, row) {
    file = FOLDER "/" file
    if (!begun[file]++) print head >file
    print row >file
}

# Write the share of n numbers that are at most x, for x from `low` to `high`, of which values
# [1 to count] are known and the others are larger. The share steps up: two rows at the same x.
function write_steps(file, head, name, values, count, n, low, high,    i) {
    sort(values, count)
    for (i = 1; i <= count && values[i] <= low; i++) { }
    write(file, head, sprintf("%s,%.6g,%.4f", name, low, (i - 1) / n))
    for (; i <= count && values[i] <= high; i++) {
        write(file, head, sprintf("%s,%.6g,%.4f", name, values[i], (i - 1) / n))
        write(file, head, sprintf("%s,%.6g,%.4f", name, values[i], i / n))
    }
    write(file, head, sprintf("%s,%.6g,%.4f", name, high, (i - 1) / n))
}

# The fixed thresholds of the cells that are judged by `kind`. Losses of tasks differ in their
# unit, so that they are divided by the loss with the best threshold of the cell.
function write_thresholds(kind,    c, i, cell, method, head, value, threshold, word) {
    head = "cell,threshold,threshold x rate," (kind == "updates" ? "updates" : "loss / best loss")
    for (c = 1; c <= cells["screening"]; c++) {
        cell = cell_at["screening", c]
        if (judged[task_of(cell)] != kind) continue
        split(cell, word, " ")
        for (i = 1; i <= methods["screening"]; i++) {
            method = method_at["screening", i]
            if (!is_threshold(method) || !seeds["screening", cell, method]) continue
            value = median("screening", cell, method)
            if (kind == "loss") value /= median("screening", cell, best_threshold(cell))
            threshold = substr(method, 6)
            write("screening-" kind ".csv", head, sprintf("%s,%s,%g,%s", cell, threshold,
                threshold * word[2], is_lost("screening", cell, method) ? "" : sprintf("%.6g", value)))
        }
    }
}

# Whether a method has a line beside the others. A panel has twelve lines at most, so that of the
# fixed thresholds of the screening only those around the best single one have.
function is_drawn(group, method) {
    if (is_step(method)) return 0
    return group != "screening" || !is_threshold(method) || method ~ /^norm-(0[.]3|1|3)$/
}

function write_profile(group, kind, method, last,    c, n, k, cell, values) {
    for (c = 1; c <= cells[group]; c++) {
        cell = cell_at[group, c]
        if (judged[task_of(cell)] != kind || !pairs[group, cell, method]) continue
        n++
        # A ratio of 1 but for its rounding is at most 1.
        if (!is_lost(group, cell, method)) {
            values[++k] = exponential(cell_ratio(group, cell, method)) - 1e-12
        }
    }
    if (n) {
        write_steps(group "-" kind "-profile.csv", "method,ratio,share of cells", clip(method),
            values, k + 0, n, 1, last)
    }
}

# The longest run of a group that is judged by updates. A run that failed scores twice its
# updates.
function longest_run(group,    c, i, k, cell, run, here, last) {
    for (c = 1; c <= cells[group]; c++) {
        cell = cell_at[group, c]
        if (judged[task_of(cell)] != "updates") continue
        for (i = 1; i <= methods[group]; i++) {
            for (k = 1; k <= seeds[group, cell, method_at[group, i]]; k++) {
                run = group SUBSEP cell SUBSEP method_at[group, i]
                run = run SUBSEP seed_at[run, k]
                here = score[run] / (1 + failed[run])
                if (here > last) last = here
            }
        }
    }
    return last + 0
}

function write_solved(group, method, last,    c, n, i, k, cell, run, updates) {
    for (c = 1; c <= cells[group]; c++) {
        cell = cell_at[group, c]
        if (judged[task_of(cell)] != "updates") continue
        for (k = 1; k <= seeds[group, cell, method]; k++) {
            run = group SUBSEP cell SUBSEP method SUBSEP seed_at[group, cell, method, k]
            n++
            if (!failed[run]) updates[++i] = score[run]
        }
    }
    if (n) {
        write_steps(group "-solved.csv", "method,updates,share of runs", clip(method), updates,
            i + 0, n, 0, last)
    }
}

END {
    compute()
    write_thresholds("updates")
    write_thresholds("loss")
    for (g = 1; g <= groups; g++) {
        group = group_at[g]
        if (group == "shapes" || group == "winners") continue
        last = longest_run(group)
        for (i = 1; i <= methods[group]; i++) {
            method = method_at[group, i]
            if (!is_drawn(group, method)) continue
            write_profile(group, "updates", method, 10)
            write_profile(group, "loss", method, 2)
            write_solved(group, method, last)
        }
    }
}
