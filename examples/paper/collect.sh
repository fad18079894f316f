#!/bin/sh
# collect.sh - copy the results of the finished runs in OUT to results.csv, lengths.csv and
# defaults.csv, and compute the tables of RESULTS.md again
#
# A line replaces the one of the same name. The folders' paths are written as DATA and OUT.
# A run stays in OUT until the runs of all smaller seeds are finished: the seeds that finish
# first would flatter a cell.
set -eu

# merge FILE LINES: write to FILE its header, then its lines and LINES, sorted by name. Where
# both have a name, the line of LINES is kept.
merge() {
    head -n 1 "$1" >"$1.tmp"
    awk -F, 'FILENAME == ARGV[1] { print; taken[$1] = 1; next } FNR > 1 && !($1 in taken)' "$2" "$1" |
        sort -s -t, -k1,1 >"$2.all"
    awk -F, '
        FNR == NR { finished[$1] = 1; next }
        {
            cell = seed = $1
            sub(/-[0-9]+$/, "", cell)
            sub(/.*-/, "", seed)
            for (i = 1; i < seed + 0 && (cell "-" i) in finished; i++) { }
            if (i < seed + 0) {
                if (!reported[$1]++) print $1 ": waits for seed " i >"/dev/stderr"
            } else print
        }' "$2.all" "$2.all" >>"$1.tmp"
    mv "$1.tmp" "$1"
    rm "$2" "$2.all"
}

lines=$OUT/collected
: >"$lines"
: >"$lines.defaults"
for file in "$OUT"/*.csv; do
    to=$lines
    case $file in
    *.log.csv | *.lengths.csv) continue ;;
    "$OUT"/default-*) to=$lines.defaults ;;
    esac
    [ ! -f "$file" ] || sed "s#$DATA/#DATA/#g;s#$OUT/#OUT/#g" "$file" >>"$to"
done
merge results.csv "$lines"
merge defaults.csv "$lines.defaults"
cat "$OUT"/*.lengths.csv >"$lines" 2>/dev/null || :
merge lengths.csv "$lines"
./report.sh <RESULTS.md >RESULTS.md.tmp
mv RESULTS.md.tmp RESULTS.md
