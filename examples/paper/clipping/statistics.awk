# statistics.awk - reads tasks.csv and results.csv, and computes what the tables show
#
#     awk -F, -f ../arithmetic.awk -f statistics.awk -f PROGRAM \
#         tasks.csv results.csv ...
#
# tasks.csv has the columns task, judged and guess: a task is judged by its updates until it is
# solved or by its loss on data that was held out, and guess is the loss of predicting the
# frequencies in the training data.
#
# A cell is a task at a rate, written "TASK RATE". The runs of `grid` and `rules` have the same
# seeds and are one group, called screening; `finalists` and `misset` are groups of their own. So
# is `shapes`, which has the runs of the screening in its cells too; the runs of `winners` become
# a group by the names of their settings: see gather_winners().
# Arrays are indexed by the group, the cell, the method and the seed, as far as they depend on them.

# A loss as a number: of one that is not finite, or above that of guessing, that of guessing. The
# network is of no use then, however large the number.
function bounded(loss, guess) {
    return loss ~ /^[0-9]/ && loss + 0 < guess + 0 ? loss + 0 : guess + 0
}

FILENAME == ARGV[1] && FNR > 1 {
    task_at[++tasks] = $1
    judged[$1] = $2
    guess[$1] = $3
}

# The longest step that a threshold allows at a rate, rate x threshold, as a method of its own:
# step-0.03 has the threshold 3 at rate 0.01 and 0.3 at rate 0.1. It is rounded to 1 or 3 times a
# power of ten, as thresholds and most rates are.
function step(rate, threshold,    length_, unit) {
    length_ = rate * threshold
    unit = 1
    while (unit * 5.5 <= length_) unit *= 10
    while (unit * 0.55 > length_) unit /= 10
    return sprintf("step-%g", length_ < 1.75 * unit ? unit : 3 * unit)
}

# Add a run: `value` is what it is judged by, the lower the better; `bad` is set if it failed.
function add(group, cell, method, seed, value, bad) {
    score[group, cell, method, seed] = value
    failed[group, cell, method, seed] = bad
    if (!known_cell[group, cell]++) cell_at[group, ++cells[group]] = cell
    if (!known_method[group, method]++) method_at[group, ++methods[group]] = method
    seed_at[group, cell, method, ++seeds[group, cell, method]] = seed
}

# A run that did not solve its task counts twice its updates. A run that is judged by its loss
# failed if it is no better than guessing in the end.
FILENAME == ARGV[2] && FNR > 1 {
    group = $1
    sub(/-.*/, "", group)
    if (group == "grid" || group == "rules") group = "screening"
    if (group == "winners") group = "settings"
    if (judged[$2] == "updates") {
        bad = $6 != "target"
        value = bad ? 2 * $7 : $7 + 0
    } else {
        bad = !($8 ~ /^[0-9]/ && $8 + 0 <= guess[$2] + 0)
        value = bounded($9, guess[$2])
    }
    add(group, $2 " " $3, $4, $5, value, bad)
    if (group == "screening" && is_threshold($4)) {
        add(group, $2 " " $3, step($3, substr($4, 6)), $5, value, bad)
    }
}

# Where a method stands in the tables: none, the best fixed threshold of each cell, the
# thresholds from the lowest, the rules.
function rank(method) {
    if (method == "none") return "0"
    if (method == "fixed") return "1"
    if (is_threshold(method)) return sprintf("2 %012.4f", substr(method, 6))
    if (is_step(method)) return sprintf("3 %012.6f", substr(method, 6))
    if (is_setting(method)) return sprintf("5 %s %012.6f", kind_of(method), number_of(method))
    return "4 " method
}

function is_threshold(method) {
    return method ~ /^norm-[0-9.]+$/
}

function is_step(method) {
    return method ~ /^step-/
}

# Whether a method is a kind of clipping with a number that does not change.
function is_setting(method) {
    return method ~ /^[a-z]+-[0-9.]+$/ && !is_step(method)
}

function kind_of(method) {
    sub(/-.*/, "", method)
    return method
}

function number_of(method) {
    sub(/^[a-z]+-/, "", method)
    return method
}

# A method as `--clip` has it.
function clip(method) {
    if (is_step(method)) return "norm:" substr(method, 6) "/rate"
    gsub(/-/, ":", method)
    return method
}

# Where a cell stands: in the order of tasks.csv, then from the lowest rate.
function cell_rank(cell,    t, word) {
    split(cell, word, " ")
    for (t = 1; t <= tasks && task_at[t] != word[1]; t++) { }
    return sprintf("%03d %012.6f", t, word[2])
}

function task_of(cell) {
    sub(/ .*/, "", cell)
    return cell
}

# Order the methods and the cells of a group.
function order(group,    i, k, text) {
    for (i = 2; i <= methods[group]; i++) {
        text = method_at[group, i]
        for (k = i; k > 1 && rank(method_at[group, k - 1]) > rank(text); k--) {
            method_at[group, k] = method_at[group, k - 1]
        }
        method_at[group, k] = text
    }
    for (i = 2; i <= cells[group]; i++) {
        text = cell_at[group, i]
        for (k = i; k > 1 && cell_rank(cell_at[group, k - 1]) > cell_rank(text); k--) {
            cell_at[group, k] = cell_at[group, k - 1]
        }
        cell_at[group, k] = text
    }
}

# The median score of a method in a cell.
function median(group, cell, method,    i, n, values) {
    n = seeds[group, cell, method]
    for (i = 1; i <= n; i++) values[i] = score[group, cell, method, seed_at[group, cell, method, i]]
    return middle(values, n)
}

# The number of runs of a method in a cell that failed.
function failures(group, cell, method,    i, count) {
    for (i = 1; i <= seeds[group, cell, method]; i++) {
        count += failed[group, cell, method, seed_at[group, cell, method, i]]
    }
    return count + 0
}

# Whether half of the runs of a method in a cell failed.
function is_lost(group, cell, method) {
    return 2 * failures(group, cell, method) >= seeds[group, cell, method]
}

# The mean logarithm of the scores of a method in a cell.
function mean_logarithm(group, cell, method,    i, n, sum) {
    n = seeds[group, cell, method]
    for (i = 1; i <= n; i++) {
        sum += logarithm(score[group, cell, method, seed_at[group, cell, method, i]])
    }
    return sum / n
}

# The setting of a kind whose median is the lowest in a cell: in hindsight. Of those with the same
# median, the one with the lowest mean logarithm, then the lowest.
function best_setting(group, cell, kind,    i, method, here, lowest, mean, lowest_mean, best) {
    for (i = 1; i <= methods[group]; i++) {
        method = method_at[group, i]
        if (!is_setting(method) || kind_of(method) != kind || !seeds[group, cell, method]) continue
        here = median(group, cell, method)
        mean = mean_logarithm(group, cell, method)
        if (best == "" || here < lowest || here == lowest && mean < lowest_mean) {
            best = method
            lowest = here
            lowest_mean = mean
        }
    }
    return best
}

function best_threshold(cell) {
    return best_setting("screening", cell, "norm")
}

# The setting of a kind that is best in a cell of the group shapes; a threshold of the norm, from
# all runs of the screening, which may have more seeds.
function best_shape(cell, kind) {
    return kind == "norm" ? best_threshold(cell) : best_setting("shapes", cell, kind)
}

# What the methods of a cell are compared with. The finalists, the winners and the runs at another
# rate have runs with the threshold that was best before, called fixed.
function reference(group, cell) {
    return group == "screening" || group == "shapes" ? best_threshold(cell) : "fixed"
}

# The lowest median of all methods in a cell.
function lowest_median(group, cell,    i, method, here, lowest) {
    for (i = 1; i <= methods[group]; i++) {
        method = method_at[group, i]
        if (!seeds[group, cell, method]) continue
        here = median(group, cell, method)
        if (lowest == "" || here < lowest) lowest = here
    }
    return lowest
}

# Compute log_ratio, for each run the logarithm of its score divided by that of the reference
# with the same seed, and pairs, pair_at: the seeds for which there are both.
function pair(group,    c, i, k, cell, method, other, seed) {
    for (c = 1; c <= cells[group]; c++) {
        cell = cell_at[group, c]
        other = reference(group, cell)
        if (other == "") continue
        for (i = 1; i <= methods[group]; i++) {
            method = method_at[group, i]
            for (k = 1; k <= seeds[group, cell, method]; k++) {
                seed = seed_at[group, cell, method, k]
                if (!((group, cell, other, seed) in score)) continue
                pair_at[group, cell, method, ++pairs[group, cell, method]] = seed
                log_ratio[group, cell, method, seed] = \
                    logarithm(score[group, cell, method, seed] / score[group, cell, other, seed])
            }
        }
    }
}

# The mean logarithm of a method's ratios in a cell.
function cell_ratio(group, cell, method,    k, n, sum) {
    n = pairs[group, cell, method]
    for (k = 1; k <= n; k++) sum += log_ratio[group, cell, method, pair_at[group, cell, method, k]]
    return sum / n
}

# Whether a cell is judged by `kind`; each is by "both".
function is_judged(cell, kind) {
    return kind == "both" || judged[task_of(cell)] == kind
}

# The share of all cells with a ratio of at most `limit`, of the cells that are judged by `kind`
# and have the method. A cell in which half of the runs failed is never within.
function within(group, kind, method, limit,    c, cell, n, count) {
    for (c = 1; c <= cells[group]; c++) {
        cell = cell_at[group, c]
        if (!is_judged(cell, kind) || !pairs[group, cell, method]) continue
        n++
        if (is_lost(group, cell, method)) continue
        # A ratio that is the limit but for its rounding is within it.
        count += cell_ratio(group, cell, method) <= logarithm(limit) + 1e-12
    }
    return n ? count / n : 0
}

# Compute mean_ratio, low_ratio and high_ratio of a method: the geometric mean over the cells
# that are judged by `kind`, and its 95 % interval. In each of RESAMPLES rounds the seeds of each
# cell are drawn again, with replacement. Returns the number of cells.
function average(group, kind, method,    c, cell, n, logs, first, count, drawn, i, k, r, sum, \
    total, values) {
    for (c = 1; c <= cells[group]; c++) {
        cell = cell_at[group, c]
        if (!is_judged(cell, kind) || !pairs[group, cell, method]) continue
        n++
        first[n] = drawn
        count[n] = pairs[group, cell, method]
        for (k = 1; k <= count[n]; k++) {
            logs[++drawn] = log_ratio[group, cell, method, pair_at[group, cell, method, k]]
        }
        total += cell_ratio(group, cell, method)
    }
    if (!n) return 0
    seed = 1
    for (r = 1; r <= RESAMPLES; r++) {
        values[r] = 0
        for (i = 1; i <= n; i++) {
            sum = 0
            for (k = 1; k <= count[i]; k++) sum += logs[first[i] + 1 + int(draw() * count[i])]
            values[r] += sum / count[i] / n
        }
    }
    sort(values, RESAMPLES)
    mean_ratio = exponential(total / n)
    low_ratio = exponential(values[int(0.025 * RESAMPLES) + 1])
    high_ratio = exponential(values[RESAMPLES - int(0.025 * RESAMPLES)])
    return n
}

# Add the runs of a method in a cell to another group, under another name. If `wanted` is set, only
# with seeds for which wanted_seed[cell, seed] is.
function copy_runs(from, cell, method, group, name, wanted,    k, seed) {
    for (k = 1; k <= seeds[from, cell, method]; k++) {
        seed = seed_at[from, cell, method, k]
        if (wanted && !((cell, seed) in wanted_seed)) continue
        add(group, cell, name, seed, score[from, cell, method, seed],
            failed[from, cell, method, seed])
    }
}

# Add the screening's runs to the group shapes: of its cells, with its seeds.
function gather_shapes(    c, i, k, n, cell, method) {
    n = methods["shapes"]
    for (c = 1; c <= cells["shapes"]; c++) {
        cell = cell_at["shapes", c]
        for (i = 1; i <= n; i++) {
            method = method_at["shapes", i]
            for (k = 1; k <= seeds["shapes", cell, method]; k++) {
                wanted_seed[cell, seed_at["shapes", cell, method, k]] = 1
            }
        }
        for (i = 1; i <= methods["screening"]; i++) {
            method = method_at["screening", i]
            if (!is_step(method)) copy_runs("screening", cell, method, "shapes", method, 1)
        }
    }
}

# The kinds of the group shapes: kinds, kind_at [1 to kinds].
function list_kinds(    i, kind, known) {
    for (i = 1; i <= methods["shapes"]; i++) {
        kind = kind_of(method_at["shapes", i])
        if (is_setting(method_at["shapes", i]) && !known[kind]++) kind_at[++kinds] = kind
    }
}

# Compute lost_runs of a method, in all cells of a group. Returns whether it has runs in each.
function has_all_cells(group, method,    c) {
    lost_runs = 0
    for (c = 1; c <= cells[group]; c++) {
        if (!pairs[group, cell_at[group, c], method]) return 0
        lost_runs += failures(group, cell_at[group, c], method)
    }
    return cells[group] > 0
}

# The mean logarithm of a method's ratios, over all cells of a group.
function group_ratio(group, method,    c, sum) {
    for (c = 1; c <= cells[group]; c++) sum += cell_ratio(group, cell_at[group, c], method)
    return sum / cells[group]
}

# The setting of a kind that serves all cells of the group shapes best: the one that loses the
# fewest runs; of these, the one with the lowest ratio.
function single_setting(kind,    i, method, here, lost, lowest, best) {
    for (i = 1; i <= methods["shapes"]; i++) {
        method = method_at["shapes", i]
        if (!is_setting(method) || kind_of(method) != kind) continue
        if (!has_all_cells("shapes", method)) continue
        here = group_ratio("shapes", method)
        if (best == "" || lost_runs < lost || lost_runs == lost && here < lowest) {
            best = method
            lost = lost_runs
            lowest = here
        }
    }
    return best
}

# Make the group winners of the runs with these settings: KIND-fixed is the best of the kind in
# each cell, but `fixed` that of norm; KIND-one the single one for all cells.
function gather_winners(    c, cell, i, k, method, kind) {
    for (c = 1; c <= cells["settings"]; c++) {
        cell = cell_at["settings", c]
        for (k = 1; k <= kinds; k++) {
            kind = kind_at[k]
            copy_runs("settings", cell, best_shape(cell, kind), "winners",
                kind == "norm" ? "fixed" : kind "-fixed")
            copy_runs("settings", cell, single_setting(kind), "winners", kind "-one")
        }
        for (i = 1; i <= methods["settings"]; i++) {
            method = method_at["settings", i]
            if (method ~ /-auto$/) copy_runs("settings", cell, method, "winners", method)
        }
        copy_runs("settings", cell, "norm-1", "winners", "norm-1")
    }
}

# After the two files: before the page is read.
function compute(    g, group) {
    gather_shapes()
    groups = split("screening finalists misset shapes winners", group_at, " ")
    for (g = 1; g <= groups; g++) {
        group = group_at[g]
        if (group == "winners") {
            list_kinds()
            gather_winners()
        }
        order(group)
        pair(group)
    }
}
