#!/bin/sh
# test_includes.sh - who may include whom
#
# Reads the #include lines below lib/ and src/ and fails on every edge that is not allowed: the
# library is built in levels (lib/README.md), and knows no C header beyond a short list. The
# program sees srnn.h and its own files only. File names are unique below lib/ and src/, so that
# `#include "x.h"` means one file and the amalgamation builds. Then breaks copies of the tree, one
# rule at a time, and expects to be told.

set -u
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 2

# ---------------------------------------------------------------------------
# The rules
# ---------------------------------------------------------------------------

# Level and files, by name without suffix. What forward and backward share, recurrence, lies
# between the workspace and them.
levels='
0 srnn base arithmetic
1 object status version option processor random kernels kernel_elementary kernel_product
1 kernel_activate kernel_compact kernel_step kernel_rows kernel_table kernel_baseline kernel_avx2 kernel_avx512
2 model batch spectrum
3 initialize regularizer workspace recurrence weight_gradient
4 forward loss backward clipper optimizer step
5 safetensors sink header elements writer archive archive_save checkpoint
5 pytorch pytorch_save pytorch_load
6 heap
'

# The levels whose files may include one another; elsewhere a file includes its own header and
# lower levels.
sociable='0 1 3 5'

# Files that see less than their level does: up to which.
narrow='
clipper 2
optimizer 2
'

# Files that nobody else may include, whatever the level: the passes do not see one another, and
# archives know parameters and what clipper and optimizer hold, not passes.
closed='forward loss backward step heap'

# C headers of the library: everywhere, and in one file only.
c_headers='stddef.h stdint.h string.h float.h limits.h'
c_headers_of='
processor cpuid.h
heap stdlib.h
'

# ---------------------------------------------------------------------------
# The check
# ---------------------------------------------------------------------------

# check ROOT: tell every forbidden edge; status 1 if there is one.
check() {
    (
        cd "$1" || exit 2
        levels=$levels sociable=$sociable narrow=$narrow closed=$closed c_headers=$c_headers \
            c_headers_of=$c_headers_of awk "$program" lib/*.[ch] src/*.[ch] include/srnn.h
    )
}

# The rules come in through the environment: not every awk takes lines in -v.
# shellcheck disable=SC2016
program='
    function complain(text) { print text; failed = 1 }
    # Put the rows "key a b c" of a table into set[key, a] and so on.
    function read_table(table, set,    n, rows, i, words, m, k) {
        n = split(table, rows, "\n")
        for (i = 1; i <= n; i++) {
            m = split(rows[i], words, " ")
            for (k = 2; k <= m; k++)
                set[words[1], words[k]] = 1
        }
    }
    function stem(path) {
        sub(/.*\//, "", path)
        sub(/\.[ch]$/, "", path)
        return path
    }
    # An edge inside the library, from stem to stem.
    function library_edge(file, from, to) {
        if (from == to)
            return
        if (!(to in level)) {
            complain(file ": includes " to ".h, which has no level")
            return
        }
        if (level[to] > reach[from] || (level[to] == level[from] && !(level[to] in open))) {
            complain(file ": level " level[from] " includes " to ".h of level " level[to])
            return
        }
        if (to in shut)
            complain(file ": includes " to ".h, which is for nobody")
    }
    BEGIN {
        n = split(ENVIRON["levels"], rows, "\n")
        for (i = 1; i <= n; i++) {
            m = split(rows[i], words, " ")
            for (k = 2; k <= m; k++)
                level[words[k]] = reach[words[k]] = words[1]
        }
        n = split(ENVIRON["narrow"], rows, "\n")
        for (i = 1; i <= n; i++)
            if (split(rows[i], words, " ") == 2)
                reach[words[1]] = words[2]
        m = split(ENVIRON["sociable"], words, " ")
        for (k = 1; k <= m; k++)
            open[words[k]] = 1
        read_table(ENVIRON["c_headers_of"], own_c_header)
        m = split(ENVIRON["closed"], words, " ")
        for (k = 1; k <= m; k++)
            shut[words[k]] = 1
        m = split(ENVIRON["c_headers"], words, " ")
        for (k = 1; k <= m; k++)
            c_header[words[k]] = 1
    }
    FNR == 1 {
        name = FILENAME
        sub(/.*\//, "", name)
        if (name in seen)
            complain(FILENAME ": the same name as " seen[name])
        seen[name] = FILENAME
        own[FILENAME] = 1
        if (FILENAME ~ /^lib\// && !(stem(FILENAME) in level))
            complain(FILENAME ": has no level; give it one in tests/layers/test_includes.sh")
    }
    /^[ \t]*#[ \t]*include[ \t]*[<"]/ {
        sub(/^[^<"]*/, "")
        sub(/[>"][^>"]*$/, "")
        edges[++edge_count] = FILENAME " " $0
    }
    END {
        for (i = 1; i <= edge_count; i++) {
            split(edges[i], words, " ")
            file = words[1]
            name = substr(words[2], 2)
            angle = substr(words[2], 1, 1) == "<"
            from = stem(file)
            if (file ~ /^src\//) {
                if (!angle && name != "srnn.h" && !(("src/" name) in own))
                    complain(file ": includes " name ", which is not of the program")
                if (angle && (name == "srnn.h" || (("lib/" name) in own)))
                    complain(file ": includes <" name ">; write \"srnn.h\"")
            } else if (angle) {
                if (!(name in c_header) && !((from, name) in own_c_header))
                    complain(file ": includes <" name ">")
                if (file ~ /^include\// && name != "stddef.h" && name != "stdint.h")
                    complain(file ": the public header includes <" name ">")
            } else if (name ~ /\//) {
                complain(file ": includes \"" name "\" by a path")
            } else {
                library_edge(file, from, stem(name))
            }
        }
        exit failed
    }'

# ---------------------------------------------------------------------------
# The self-test
# ---------------------------------------------------------------------------

# must_fail WHAT FILE LINE: a copy of the tree with a line more must not pass.
must_fail() {
    told=$((told + 1))
    cp -R "$root/lib" "$root/src" "$root/include" "$scratch/"
    mkdir -p "$scratch/$(dirname "$2")"
    printf '%s\n' "$3" >>"$scratch/$2"
    if check "$scratch" >"$scratch/said"; then
        echo "self-test: $1 passes"
        self_failed=1
    elif ! grep -q "^$2:" "$scratch/said"; then
        echo "self-test: $1 is not told"
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
told=0
must_fail "a lower level including a higher" lib/model.c '#include "workspace.h"'
must_fail "a neighbour on the same level" lib/batch.c '#include "model.h"'
must_fail "the clipper including the workspace" lib/clipper.c '#include "workspace.h"'
must_fail "a pass including the clipper" lib/forward.c '#include "clipper.h"'
must_fail "a pass including another" lib/loss.c '  #  include "forward.h"'
must_fail "the archive including a pass" lib/archive.c '#include "step.h"'
must_fail "anybody including the heap" lib/checkpoint.c '#include "heap.h"'
must_fail "stdio in the library" lib/status.c '#include <stdio.h>'
must_fail "math in the library" lib/kernel_rows.h '#include <math.h>'
must_fail "the heap outside heap.c" lib/workspace.c '#include <stdlib.h>'
must_fail "string.h in the public header" include/srnn.h '#include <string.h>'
must_fail "a path" lib/step.c '#include "../include/srnn.h"'
must_fail "a file without a level" lib/surprise.c '#include "base.h"'
must_fail "including such a file" lib/step.c '#include "surprise.h"'
must_fail "the program looking into the library" src/main.c '#include "model.h"'
must_fail "the same, by a path" src/main.c '#include "../lib/model.h"'
must_fail "a name used twice" src/model.c '/* nothing */'
if [ "$self_failed" -ne 0 ]; then
    exit 1
fi
echo "every include goes down; $told bad trees were found out"
