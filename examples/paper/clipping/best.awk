# best.awk - prints the fixed threshold that is best in each cell of the screening, in hindsight:
# TASK RATE THRESHOLD. Runs after statistics.awk.
END {
    compute()
    for (c = 1; c <= cells["screening"]; c++) {
        cell = cell_at["screening", c]
        method = best_threshold(cell)
        if (method != "") print cell, substr(method, 6)
    }
}
