# coverage.awk - judges what gcov counted: lines and branches of lib/ and src/
#
#     awk -f coverage.awk -v gaps=FILE ... unreachable.txt gcov.txt
#
# The first file is read as README.md describes it. The second has what `gcov -b -c -t` printed for
# each object, one after the other. Variables: what must be reached, in per cent, as lib_lines,
# lib_branches, src_lines, src_branches. All gaps go to the file `gaps`, and those of lib/ to the
# output too.
#
# A header's function is in several objects, and a template's in one for each instruction set. Their
# counts are added: a line or branch is reached if one object reached it. Branches are matched by
# their place in the line; where the objects differ in the number of its branches, as after an #if,
# those of each number are judged by themselves. Functions that a macro makes, all on one line, are
# judged one by one.

function trimmed(text) {
    gsub(/^[ \t]+|[ \t]+$/, "", text)
    return text
}

# The counts of one source file in one object are complete: add them.
function add_file(    i, key, parts, n, b) {
    for (i = 1; i <= here_count; i++) {
        key = here_key[i]
        split(key, parts, SUBSEP)
        # The sum over functions on one line comes before each of them.
        if (parts[3] == "" && (parts[2] in here_apart)) continue
        key = file SUBSEP parts[2] SUBSEP parts[3]
        if (!(key in runs)) {
            order[++keys] = key
            runs[key] = 0
        }
        runs[key] += here_runs[i]
        n = here_branches[i]
        if (n == 0) continue
        if (!((key, n) in seen)) {
            seen[key, n] = 1
            groups[key] = groups[key] " " n
        }
        for (b = 1; b <= n; b++) taken[key, n, b] += here_taken[i, b]
    }
    split("", here_key); split("", here_apart); here_count = 0
}

# unreachable.txt
FNR == 1 { part++ }
part == 1 && (/^#/ || NF == 0) { next }
part == 1 && /^[^ ]/ {
    entry_file[++entries] = $1
    entry_function[entries] = $2
    entry_whole[entries] = $3 == "?"
    entry_at[entries] = FNR
    next
}
part == 1 {
    i = ++entry_lines[entries]
    entry_mark[entries, i] = $1
    text = trimmed($0)
    sub(/^[^ ]+[ ]*/, "", text)
    entry_text[entries, i] = text
    next
}

# gcov.txt
/^ *-: +0:Source:/ {
    add_file()
    file = substr($0, index($0, "Source:") + 7)
    wanted = file ~ /^(lib|src)\//
    section = ""
    function_name = ""
    next
}
!wanted || /^ *-: +0:/ { next }
/^-----------------*$/ { section = ""; separated = 1; next }
separated && /^[A-Za-z_0-9.]+:$/ { section = substr($0, 1, length($0) - 1); separated = 0; next }
/^function / { function_name = $2; separated = 0; next }
/^branch / {
    if (here_count > 0) {
        b = ++here_branches[here_count]
        here_taken[here_count, b] = $3 == "taken" ? $4 : 0
    }
    next
}
/^ *[^ :]+: *[0-9]+:/ {
    separated = 0
    split($0, fields, ":")
    count = trimmed(fields[1])
    line = fields[2] + 0
    if (!((file, line) in source)) {
        source[file, line] = trimmed(substr($0, length(fields[1]) + length(fields[2]) + 3))
        if (line > last[file]) last[file] = line
    }
    if (count == "-") next
    if (!((file, line) in inside)) inside[file, line] = function_name
    here_key[++here_count] = file SUBSEP line SUBSEP section
    here_runs[here_count] = count ~ /^[0-9]/ ? count + 0 : 0
    here_branches[here_count] = 0
    if (section != "") here_apart[line] = 1
    next
}

# How many branches of `key` no object took. Sets `all`, the number of its branches, and `most`, the
# largest number that objects of one kind missed.
function branches_missed(key,    sizes, n, i, b, missed, before) {
    all = most = missed = 0
    n = split(groups[key], sizes, " ")
    for (i = 1; i <= n; i++) {
        all += sizes[i]
        before = missed
        for (b = 1; b <= sizes[i]; b++) missed += taken[key, sizes[i], b] == 0
        if (missed - before > most) most = missed - before
    }
    return missed
}

function complain(text) {
    print text
    failed = 1
}

# Does entry e stand in its file from `line` on?
function stands_at(e, line,    i) {
    if (inside[entry_file[e], line] != entry_function[e]) return 0
    for (i = 1; i <= entry_lines[e]; i++) {
        if (source[entry_file[e], line + i - 1] != entry_text[e, i]) return 0
    }
    return 1
}

function apply_entry(e,    name, line, places, first, i, at, mark) {
    at = "unreachable.txt:" entry_at[e] ": "
    name = entry_file[e]
    if (!(name in last)) {
        complain(at "no object has " name)
        return
    }
    for (line = 1; line <= last[name]; line++) {
        if (entry_whole[e] && inside[name, line] == entry_function[e]) {
            places = 1
            allowed[name, line] = "?"
        } else if (!entry_whole[e] && stands_at(e, line)) {
            places++
            first = line
        }
    }
    if (places != 1) {
        complain(at (places ? "stands at " places " places of " : "is not in ") name ", " \
            entry_function[e])
        return
    }
    for (i = 1; i <= entry_lines[e]; i++) {
        mark = entry_mark[e, i]
        if (mark == "=") continue
        allowed[name, first + i - 1] = mark
        allowed_by[name, first + i - 1] = at
    }
}

function per_cent(part, whole) {
    return whole ? 100 * part / whole : 100
}

# The line of a table for `name`, whose counts are under it in these arrays.
function row(name) {
    return sprintf("%-32s %5d of %5d lines %6.2f %%  %5d of %5d branches %6.2f %%", name,
        lines_run[name], lines[name], per_cent(lines_run[name], lines[name]),
        branches_taken[name], branches[name], per_cent(branches_taken[name], branches[name]))
}

function demand(folder, what, is, least) {
    if (is < least)
        complain(sprintf("%s: %.2f %% of the %s are reached, and at least %s %% must be", folder,
            is, what, least))
}

END {
    if (part != 2) { print "coverage.awk: two files are read"; exit 2 }
    add_file()
    for (e = 1; e <= entries; e++) apply_entry(e)

    for (k = 1; k <= keys; k++) {
        key = order[k]
        split(key, parts, SUBSEP)
        name = parts[1]
        where = name SUBSEP parts[2]
        folder = substr(name, 1, 3)
        ran = runs[key] > 0
        missed = branches_missed(key)
        mark = (where in allowed) ? allowed[where] : ""
        used[where] = 1
        if (mark == "?") continue
        if (mark == "-" && !ran) {
            marked_lines++
            marked_branches += all
            continue
        }
        if (mark ~ /^[0-9]+$/ && ran && most == mark) {
            marked_branches += missed
            all -= missed
            missed = 0
        } else if (mark != "") {
            complain(allowed_by[where] "marked `" mark "`, but " name ":" parts[2] " runs " \
                runs[key] " times, and " most " of its branches are never taken")
        }
        if (!(name in lines)) names[++n_names] = name
        for (i = 1; i <= 2; i++) {
            to = i == 1 ? name : folder
            lines[to]++
            lines_run[to] += ran
            branches[to] += all
            branches_taken[to] += all - missed
        }
        if (ran && missed == 0) continue
        gap = name ":" parts[2] ": " (ran ? missed " of " all " branches never taken" : \
            "never runs") (parts[3] == "" ? "" : " in " parts[3]) ": " source[where]
        print gap >gaps
        if (folder == "lib") print gap
    }
    for (where in allowed)
        if (!(where in used) && allowed[where] != "?") complain(allowed_by[where] "marks no code")

    for (i = 1; i <= n_names; i++) {
        name = names[i]
        if (lines_run[name] < lines[name] || branches_taken[name] < branches[name])
            print row(name) >gaps
    }
    print row("lib")
    print row("src")
    printf "unreachable.txt marks %d lines and %d branches\n", marked_lines, marked_branches
    demand("lib", "lines", per_cent(lines_run["lib"], lines["lib"]), lib_lines)
    demand("lib", "branches", per_cent(branches_taken["lib"], branches["lib"]), lib_branches)
    demand("src", "lines", per_cent(lines_run["src"], lines["src"]), src_lines)
    demand("src", "branches", per_cent(branches_taken["src"], branches["src"]), src_branches)
    exit failed
}
