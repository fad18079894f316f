#!/bin/sh
# The command `demo`, with few updates: each of its networks is the one that `srnn train` makes with
# the same settings, and has its numbers; the chart is there. `make demo` is the whole of it.
set -eu
. tests/program/library.sh
cd "$scratch"

# The chart is demo.svg if it is not told another name, and has to have a place.
mkdir demo.svg
refuse 1 demo.svg demo
refuse 1 none/demo.svg demo --output none/demo.svg
refuse 2 "--updates 32001: too large" demo --updates 32001
refuse 2 "--updates 0: too small" demo --updates 0

# 240,000 sequences are judged at the end.
if is_sanitized; then
    echo "skipped: a sanitized program takes minutes for this"
    exit 77
fi

# A round of 500 updates and the beginning of another. Nothing is learnt so soon.
run demo --updates 510 --output chart.svg
[ "$status" -eq 3 ] || fail_run "exit code 3 was expected"
[ "$(wc -l <err)" -eq 2 ] || fail_run "a line for each network with Omega was expected"
mv out shown
mv err warnings
grep -qx 'chart: chart.svg' shown || fail "the chart's name was expected"
svg chart.svg demo
[ "$(grep -c '^<path clip-path' chart.svg)" -eq 8 ] || fail "two panels of four lines were expected"

# each COLUMN NAME OPTIONS...: `srnn train` with these options makes the network NAME, whose numbers
# stand in the column of the rounds and in the row of the table.
each() {
    _column=$1
    _name=$2
    shift 2
    succeed train temporal-order --as-published --length 100 --hidden 50 --init smart-tanh --rate 0.03 \
        --seed 4 "$@" --updates 510 --evaluate-every 500 --evaluate-sequences 1000 --stop-error 0 \
        --quiet --log log --save "$_name"
    awk -F, 'NR > 1 { printf "%d %.1f %.2f\n", $1, 100 * $5, $6 }' log >trained
    awk -F'|' -v column="$_column" '/^ +5[01]0 \|/ { sub(/%/, ""); print $1, $(column) }' shown |
        awk '{ sub(/%/, "", $2); print $1, $2, $3 }' | diff - trained >difference ||
        fail_run "$_name: the rounds: $(cat difference)"
    # Those that use no Omega have it measured all the same, which `train` does not.
    awk '{ row[$1] = $2 } END {
        printf "510 %.4g %.4g %.0f %.4f %s\n", row["mean-norm"], row["largest-norm"], 100 * row["fired"],
            row["spectral-radius"], (row["omega"] > 0 ? row["omega"] : "-") }' out >trained
    sed -n "s/^$_name  *\(510 .*\)/\1/p" shown | tr -d % | tr -s ' ' >row
    awk -v omega="$(value_of omega)" '{ print $1, $3, $4, $5, $7, (omega > 0 ? $6 : "-") }' row |
        diff - trained >difference || fail_run "$_name: the table: $(cat difference)"
    # On ten times as many sequences about as much is wrong.
    wrong=$(value_of wrong)
    holds "distance($(cut -d ' ' -f 2 row), 100 * $wrong) < 4" "$_name: the share at the end"
}
each 2 "plain SGD" --clip none --omega 0
each 3 "clipping" --clip norm:1 --omega 0
each 4 "clipping+Omega" --clip norm:1 --omega 4
each 5 "self-set+Omega" --clip auto --omega 4
grep -q "weights: $(value_of threshold | awk '{ printf "%.2f", $1 }') at the end" shown ||
    fail_run "the threshold at the end was expected"

# The warnings are of what the table says.
sed -n 's/^\([a-z]*-*[a-z]*+Omega\)  *510  *\([0-9.]*%\) .*/srnn: demo: \1 ends with \2 wrong, not below 1%/p' shown |
    same - warnings "the warnings"

# The lengths are those of `srnn eval`.
succeed eval "clipping+Omega" temporal-order --length 20,50,100,150,200,400 --sequences 10000 --seed 4
awk 'NR > 1 { printf "%s steps %.2f%% wrong\n", $1, 100 * $3 }' out >judged
sed -n 's/^  *\([0-9]* steps\)  *\([0-9.]*% wrong\)$/\1 \2/p' shown >lengths
same judged lengths "the errors at other lengths"

echo "the demo: all as it should be"
