# best.awk - prints the fixed threshold that is best in each cell of the screening, in hindsight:
# TASK RATE THRESHOLD. Runs after statistics.awk.
#
# If SHAPES is set: the methods of the stage winners, TASK RATE METHOD as --clip has it. They are
# the best setting of each kind in each cell of the stage shapes, the single one of each kind for
# all cells, and three that need no tuning. The kinds error and growth were no good on seed 1.

function print_winners(    c, k, n, i, cell, list, known) {
    for (c = 1; c <= cells["shapes"]; c++) {
        cell = cell_at["shapes", c]
        n = split("norm-1 norm-auto smooth-auto", list, " ")
        for (k = 1; k <= kinds; k++) {
            if (kind_at[k] ~ /^(error|growth)$/) continue
            list[++n] = best_shape(cell, kind_at[k])
            list[++n] = single_setting(kind_at[k])
        }
        for (i = 1; i <= n; i++) {
            if (list[i] != "" && !known[cell, list[i]]++) print cell, clip(list[i])
        }
    }
}

function print_thresholds(    c, cell, method) {
    for (c = 1; c <= cells["screening"]; c++) {
        cell = cell_at["screening", c]
        method = best_threshold(cell)
        if (method != "") print cell, substr(method, 6)
    }
}

END {
    compute()
    if (SHAPES) print_winners()
    else print_thresholds()
}
