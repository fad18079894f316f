#!/bin/sh
# collect.sh - take the finished runs of OUT, and the lengths that were judged, over into
# results.csv and lengths.csv, in place of what these had of the same name, and make the
# tables of RESULTS.md anew. Folders are written as DATA and OUT. A run waits in OUT until
# those of all smaller seeds are finished: the quick ones alone would flatter a cell.
set -eu

# merge FILE LINES: the head of FILE, then its lines and LINES by name; LINES win.
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
                if (!told[$1]++) print $1 ": waits for seed " i >"/dev/stderr"
            } else print
        }' "$2.all" "$2.all" >>"$1.tmp"
    mv "$1.tmp" "$1"
    rm "$2" "$2.all"
}

lines=$OUT/collected
for file in "$OUT"/*.csv; do
    case $file in
    *.log.csv | *.lengths.csv) ;;
    *) [ ! -f "$file" ] || sed "s#$DATA/#DATA/#g;s#$OUT/#OUT/#g" "$file" ;;
    esac
done >"$lines"
merge results.csv "$lines"
cat "$OUT"/*.lengths.csv >"$lines" 2>/dev/null || :
merge lengths.csv "$lines"
./report.sh <RESULTS.md >RESULTS.md.tmp
mv RESULTS.md.tmp RESULTS.md
