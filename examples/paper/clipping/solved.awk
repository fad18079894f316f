# solved.awk - writes for each method of the group GROUP a file FOLDER/METHOD.csv: the share of
# the runs that solved their task after so many updates. Runs after statistics.awk.
#
# `srnn figure training --column solved` draws the files. It ends the name of a line at the first
# dot of the file's name, so that _ stands for a dot.

# List the runs of a method that are judged by updates: run_at [1 to n]. Returns n.
function list_runs(method, run_at,    c, k, cell, n) {
    for (c = 1; c <= cells[GROUP]; c++) {
        cell = cell_at[GROUP, c]
        if (judged[task_of(cell)] != "updates") continue
        for (k = 1; k <= seeds[GROUP, cell, method]; k++) {
            run_at[++n] = GROUP SUBSEP cell SUBSEP method SUBSEP seed_at[GROUP, cell, method, k]
        }
    }
    return n + 0
}

# Write the file of a method. Its last line is at `last`.
function write(method,    n, i, k, run_at, updates, file) {
    n = list_runs(method, run_at)
    if (!n) return
    for (i = 1; i <= n; i++) if (!failed[run_at[i]]) updates[++k] = score[run_at[i]]
    sort(updates, k)
    file = method
    gsub(/[.]/, "_", file)
    file = FOLDER "/" file ".csv"
    print "update,solved\n0,0" >file
    for (i = 1; i <= k; i++) {
        # The share steps up: two lines at the same update.
        printf "%d,%.4f\n%d,%.4f\n", updates[i], (i - 1) / n, updates[i], i / n >file
    }
    printf "%d,%.4f\n", last, k / n >file
    close(file)
}

END {
    compute()
    for (i = 1; i <= methods[GROUP]; i++) {
        n = list_runs(method_at[GROUP, i], run_at)
        for (k = 1; k <= n; k++) {
            # A run that failed scores twice its updates.
            here = score[run_at[k]] / (1 + failed[run_at[k]])
            if (here > last) last = here
        }
    }
    for (i = 1; i <= methods[GROUP]; i++) write(method_at[GROUP, i])
}
