#!/bin/sh
# test_includes.sh - who may include whom
#
# The folders of lib/ and src/ are levels. The table "Levels" of lib/README.md and of src/README.md
# lists them from the bottom up, with what each may include; nothing is written down twice. Fails on
# an #include that a table does not allow, on a table whose rows do not go up, on a folder without a
# row, and on a name that two files have. A file at the top of lib/ or src/ may include everything
# and nobody includes it. The library includes few C headers; the program sees srnn.h alone.
# Inside a folder, units (NAME.c with NAME.h) must not include each other in a cycle. Every source of
# the library includes base/exact.h and base/hidden.h, itself or through another header.
#
# Prints the graph: for each folder the folders that it includes, with the number of #includes.
# Then adds one bad line at a time to a copy of the tree, and each must be reported.

set -u
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 2

# C headers of the library: everywhere, and in one file only.
c_headers='stddef.h stdint.h string.h float.h'
c_headers_of=lib/heap.c:stdlib.h

# ---------------------------------------------------------------------------
# The check
# ---------------------------------------------------------------------------

# sources FOLDERS...: list their sources. lib/delivery has none of the library's.
sources() {
    find "$@" -path lib/delivery -prune -o -name '*.[ch]' -print | sort
}

# check ROOT: print every forbidden edge, or the graph when there is none; status 1 if there is one.
check() {
    (
        cd "$1" || exit 2
        c_headers=$c_headers c_headers_of=$c_headers_of awk "$program" lib/README.md src/README.md \
            $(sources lib src include) && check_cycles lib && check_cycles src &&
            check_everywhere base/exact.h base/hidden.h
    )
}

# check_cycles TOP: print the units of TOP that include each other in a cycle; status 1 if there are
# any. A unit is named by its path without the extension.
check_cycles() {
    _cycles=$(sources "$1" | xargs awk -v top="$1" '
        /^[ \t]*#[ \t]*include[ \t]*"/ {
            unit = FILENAME
            sub(/\.[ch]$/, "", unit)
            sub(/^[^"]*"/, "")
            sub(/(\.[ch])?".*$/, "")
            if (top "/" $0 != unit)
                print unit, top "/" $0
        }' | tsort 2>&1 >/dev/null | sed 's/^tsort: //')
    [ -z "$_cycles" ] && return
    echo "$_cycles" | sed 's/^-: /among the units: /'
    return 1
}

# check_everywhere HEADERS...: print each source of lib/ that does not include one of these, itself or
# through another header; status 1 if there is any.
check_everywhere() {
    # shellcheck disable=SC2016
    awk -v everywhere="$*" '
        function reaches(file, wanted,    parts, n, i) {
            if (file == "lib/" wanted)
                return 1
            if ((file, wanted) in visited)
                return 0
            visited[file, wanted] = 1
            n = split(includes[file], parts, " ")
            for (i = 1; i <= n; i++)
                if (reaches(parts[i], wanted))
                    return 1
            return 0
        }
        /^[ \t]*#[ \t]*include[ \t]*"/ {
            sub(/^[^"]*"/, "")
            sub(/".*/, "")
            includes[FILENAME] = includes[FILENAME] " lib/" $0
        }
        END {
            n_wanted = split(everywhere, wanted, " ")
            for (file = 1; file < ARGC; file++)
                for (w = 1; ARGV[file] ~ /\.c$/ && w <= n_wanted; w++) {
                    split("", visited)
                    if (!reaches(ARGV[file], wanted[w])) {
                        print ARGV[file] ": does not include " wanted[w]
                        failed = 1
                    }
                }
            exit failed
        }' $(sources lib)
}

# shellcheck disable=SC2016
program='
    function complain(text) { print text; failed = 1 }
    # "lib" of lib/model/batch.c, and "model"; "" for a file at the top.
    function top_of(path) { sub(/\/.*/, "", path); return path }
    function folder_of(path) {
        sub(/^[^\/]*\//, "", path)
        return path ~ /\// ? substr(path, 1, index(path, "/") - 1) : ""
    }
    BEGIN {
        n = split(ENVIRON["c_headers"], words, " ")
        for (i = 1; i <= n; i++)
            c_header[words[i]] = 1
        n = split(ENVIRON["c_headers_of"], words, " ")
        for (i = 1; i <= n; i++)
            own_c_header[words[i]] = 1
    }
    # A row: | `folder` | what it holds | `folder` `folder/header.h` ... |
    FILENAME ~ /README\.md$/ {
        if (/^## /)
            in_table = $0 == "## Levels"
        if (!in_table || split($0, cells, "|") != 5 || cells[2] !~ /`/)
            next
        top = top_of(FILENAME)
        folder = cells[2]
        gsub(/^[^`]*`|`.*/, "", folder)
        gsub(/[`,]/, "", cells[4])
        n = split(cells[4], words, " ")
        for (i = 1; i <= n; i++) {
            level = words[i]
            sub(/\/.*/, "", level)
            if (!((top, level) in listed))
                complain(FILENAME ": " folder " may include " words[i] ", which is not below it")
            allowed[top, folder, words[i]] = 1
        }
        allowed[top, folder, folder] = 1
        listed[top, folder] = ++rows[top]
        order[top, rows[top]] = folder
        next
    }
    FNR == 1 {
        name = FILENAME
        sub(/.*\//, "", name)
        if (name in seen && FILENAME !~ /^include/)
            complain(FILENAME ": the same name as " seen[name])
        seen[name] = FILENAME
        exists[FILENAME] = 1
        top = top_of(FILENAME)
        folder = folder_of(FILENAME)
        if (folder != "" && top != "include" && !((top, folder) in listed))
            complain(FILENAME ": its folder is not in the table of " top "/README.md")
    }
    /^[ \t]*#[ \t]*include[ \t]*[<"]/ {
        sub(/^[^<"]*/, "")
        sub(/[>"][^>"]*$/, "")
        edges[++edge_count] = FILENAME " " $0
    }
    # The C headers that a file of the library, or srnn.h, includes.
    function c_edge(file, name) {
        if (!(name in c_header) && !((file ":" name) in own_c_header))
            complain(file ": includes <" name ">")
        if (file ~ /^include\// && name != "stddef.h" && name != "stdint.h")
            complain(file ": the public header includes <" name ">")
    }
    function edge(file, name,    top, folder, to) {
        top = top_of(file)
        folder = folder_of(file)
        if (name == "srnn.h")
            return
        if (!((top "/" name) in exists)) {
            complain(file ": includes \"" name "\", which is not a path from " top "/")
            return
        }
        to = folder_of(top "/" name)
        if (to == "")
            complain(file ": includes \"" name "\", a file at the top")
        else if (folder != "" && !((top, folder, to) in allowed) && !((top, folder, name) in allowed))
            complain(file ": includes \"" name "\", which the table of " top "/README.md forbids")
        else if (to != folder)
            count[top, folder, to]++
    }
    END {
        for (i = 1; i <= edge_count; i++) {
            split(edges[i], words, " ")
            name = substr(words[2], 2)
            if (substr(words[2], 1, 1) == "\"")
                edge(words[1], name)
            else if (words[1] !~ /^src\//)
                c_edge(words[1], name)
            else if (name == "srnn.h" || (("lib/" name) in exists))
                complain(words[1] ": includes <" name ">; write \"srnn.h\"")
        }
        if (!rows["lib"] || !rows["src"])
            complain("no table of levels in lib/README.md or src/README.md")
        if (failed)
            exit 1
        n = split("lib src", tops, " ")
        for (i = 1; i <= n; i++)
            for (row = rows[tops[i]] + 1; row >= 1; row--) {
                folder = order[tops[i], row]
                line = tops[i] "/" folder (folder == "" ? "*" : "") " ->"
                for (k = rows[tops[i]]; k >= 1; k--)
                    if ((tops[i], folder, order[tops[i], k]) in count)
                        line = line " " order[tops[i], k] "(" count[tops[i], folder, order[tops[i], k]] ")"
                print line
            }
    }'

# ---------------------------------------------------------------------------
# The self-test
# ---------------------------------------------------------------------------

# must_fail WHAT FILE LINE [REPORT]: a copy of the tree with one more line must not pass; the report
# must match REPORT, which is the file's name unless given.
must_fail() {
    bad_trees=$((bad_trees + 1))
    cp -R "$root/lib" "$root/src" "$root/include" "$scratch/"
    mkdir -p "$scratch/$(dirname "$2")"
    printf '%s\n' "$3" >>"$scratch/$2"
    if check "$scratch" >"$scratch/report"; then
        echo "self-test: $1 passes"
        self_failed=1
    elif ! grep -q "${4:-^$2:}" "$scratch/report"; then
        echo "self-test: $1 is not reported"
        self_failed=1
    fi
    rm -rf "${scratch:?}"/*
}

if ! check "$root"; then
    exit 1
fi
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
self_failed=0
bad_trees=0
must_fail "a lower folder including a higher" lib/model/model.c '#include "passes/workspace.h"'
must_fail "the clipper including the batch" lib/update/clipper.c '#include "model/batch.h"'
must_fail "files including a pass" lib/files/archive.c '  #  include "passes/loss.h"'
must_fail "including a header without its folder" lib/passes/step.c '#include "model.h"'
must_fail "including a path out of the library" lib/passes/step.c '#include "../include/srnn.h"'
must_fail "stdio in the library" lib/base/status.c '#include <stdio.h>'
must_fail "math in the library" lib/kernels/rows.h '#include <math.h>'
must_fail "the heap outside heap.c" lib/passes/workspace.c '#include <stdlib.h>'
must_fail "string.h in the public header" include/srnn.h '#include <string.h>'
must_fail "a folder without a row" lib/surprise/surprise.c '#include "base/base.h"'
must_fail "a row that includes upwards" lib/README.md "$(printf '## Levels\n| `base` | | `later` |')"
must_fail "the program looking into the library" src/main.c '#include "model/model.h"'
must_fail "the same, with angle brackets" src/main.c '#include <model/model.h>'
must_fail "support knowing a task" src/support/file.c '#include "tasks/task.h"'
must_fail "a task knowing the trainer" src/tasks/task.c '#include "training/trainer.h"'
must_fail "training knowing a command" src/training/session.c '#include "commands/commands.h"'
must_fail "a cycle of two headers" lib/base/base.h '#include "base/option.h"' '^lib/base/base$'
must_fail "a cycle through a source" src/tasks/samples.c '#include "tasks/task.h"' \
    '^src/tasks/task$'
must_fail "a source without exact.h" lib/base/surprise.c '#include "base/compiler.h"'
must_fail "a source without hidden.h" lib/base/surprise.c '#include "base/exact.h"'
must_fail "a name used twice" src/support/model.c '/* nothing */'
if [ "$self_failed" -ne 0 ]; then
    exit 1
fi
echo "every include goes down; $bad_trees bad trees were reported"
