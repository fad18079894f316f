# table.awk - results of mutants by file, in the columns of README.md; status 1 if one survived or
# fewer than `wanted` were tried

BEGIN {
    FS = "\t"
    columns = split("killed endless explained same broken survived", word, " ")
}

{
    if (!($4 in known)) files[++file_count] = $4
    known[$4] = 1
    n[$4, $1]++
    all[$1]++
    seconds += $3
}

function row(name, counts, key,    i, line, sum) {
    line = sprintf("%-34s", name)
    for (i = 1; i <= columns; i++) {
        sum += counts[key word[i]]
        line = line sprintf("%11d", counts[key word[i]])
    }
    print line sprintf("%7d", sum)
}

END {
    line = sprintf("%-34s", "file")
    for (i = 1; i <= columns; i++) line = line sprintf("%11s", word[i])
    print line "    all"
    for (i = 1; i <= file_count; i++) {
        # Sorted by name, as few as they are.
        for (k = i + 1; k <= file_count; k++) if (files[k] < files[i]) {
            name = files[i]
            files[i] = files[k]
            files[k] = name
        }
        row(files[i], n, files[i] SUBSEP)
    }
    row("all", all, "")
    printf "%d mutants in %d s of processor time, %d survived\n", NR, seconds, all["survived"]
    exit NR != wanted || all["survived"] > 0
}
