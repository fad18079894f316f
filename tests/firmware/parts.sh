#!/bin/sh
# parts.sh PART - the files of lib/ that a part of the library needs, without suffix, as the table
# of parts in lib/README.md lists them: model, stream, load, train, or start, a training from scratch.
#
# A row of the table is `| part | parts it builds on | files | what for |`.
set -eu
cd "$(dirname "$0")/../.."
exec awk -F '|' -v wanted="$1" '
    /^## / { on = $0 == "## Parts" }
    on && NF == 6 && $2 ~ /`/ {
        gsub(/[` ,]+/, " ")
        name = $2
        gsub(/ /, "", name)
        base[name] = $3
        files[name] = $4
    }
    function add(part,    i, n, words) {
        if (!(part in files) || part in added) return
        added[part] = 1
        n = split(base[part], words, " ")
        for (i = 1; i <= n; i++) add(words[i])
        n = split(files[part], words, " ")
        for (i = 1; i <= n; i++) print words[i]
    }
    END {
        if (!(wanted in files)) exit 1
        add(wanted)
    }' lib/README.md
