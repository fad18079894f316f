#!/bin/sh
# The commands `figure` and `flow`: documents that are well formed and the same each time,
# numbers that are known, axes for extreme ranges, tables that are refused.
set -eu
. tests/program/library.sh
cd "$scratch"

# An SVG document: every element that is opened is closed, and no number is NaN or infinite.
svg() {
    head -c 4 "$1" | grep -q '<svg' || fail "$2: no SVG"
    tail -n 1 "$1" | grep -q '</svg>$' || fail "$2: the document does not end"
    for element in text g svg title clipPath defs marker tspan; do
        [ "$(grep -o "<$element[ >]" "$1" | wc -l)" -eq "$(grep -o "</$element>" "$1" | wc -l)" ] ||
            fail "$2: <$element> is not always closed"
    done
    if grep -qiE '[",( L]-?(nan|inf)' "$1"; then
        fail "$2: a number that is none"
    fi
    if command -v xmllint >/dev/null; then
        xmllint --noout "$1" || fail "$2: not well formed"
    fi
}

# The paper's figures of one unit, and their known numbers: the folds of figure 3, and the
# descents of figure 6.
for name in bifurcation wall; do
    succeed figure $name
    svg out $name
    cp out first
    succeed figure $name --output file.svg
    same first file.svg "figure $name into a file"
done
succeed figure bifurcation --csv
awk -F, "$arithmetic"'NR > 1 && $3 == 0 { if ($1 < low || low == "") low = $1; if ($1 > high || high == "") high = $1 }
    NR > 1 { if (distance($1, $2 - 5 / (1 + exponential(-$2))) > 2e-6) wrong++ }
    END { exit !(low == -2.655610 && high == -2.344390 && !wrong) }' out ||
    fail_run "the folds are at -2.655610 and -2.344390"
succeed figure wall --csv
for row in plain,0,5.000000,-2.612341,0.149604,6773.1 plain,1,362.772 \
    norm-1,1,5.052822,-2.527431,0.025865 norm-0.1,1,5.005282,-2.603850,0.012158; do
    grep -q "^$row" out || fail_run "$row... was expected"
done

# Figures of runs: a log has the columns that they need.
succeed train temporal-order --length 10 --hidden 8 --updates 200 --evaluate-every 20 \
    --evaluate-sequences 50 --stop-error 0 --log run.csv --save model --quiet
for what in "training run.csv" "training run.csv run.csv --column mean_norm --logarithmic" \
    "spectrum run.csv"; do
    # shellcheck disable=SC2086
    succeed figure $what
    svg out "$what"
    grep -q '>run</text>' out || fail_run "the line's name was expected"
done
printf 'method,length,success\nSGD,16,1\nSGD,50,0\n"a, b & <c>",16,1\n' >success.csv
succeed figure success success.csv
svg out success
grep -q '>a, b &amp; &lt;c&gt;</text>' out || fail_run "a name was to be escaped"

# The flow of a model: for each lag a line; through a linear net with the identity as its
# recurrent weights the gradient goes unchanged.
succeed flow model temporal-order --length 10 --csv
[ "$(wc -l <out)" -eq 11 ] || fail_run "a line for each lag was expected"
cp out first
succeed flow model temporal-order --length 10 --csv
same first out "the same flow again"
succeed flow model temporal-order --length 40
succeed train temporal-order --length 50 --hidden 8 --activation linear --init identity --updates 0 \
    --evaluate-sequences 10 --save flat --quiet
succeed flow flat temporal-order --length 50 --csv
awk -F, 'NR == 2 { median = $2; low = $3; high = $4 }
    NR > 1 && ($2 != median || $3 != low || $4 != high || $2 <= 0) { wrong++ }
    END { exit wrong > 0 }' out || fail_run "the flow through the identity is flat"
cp out flow.csv
succeed figure flow flow.csv
svg out flow
refuse 2 "not a synthetic task" flow model text
refuse 1 "the model has 6 inputs" flow model addition

# Extreme numbers: a picture all the same.
for numbers in "1 1" "0 0" "nan nan" "1e300 -1e300" "1e-300 1e-310" "inf 1" "-5 -6" " 1" "1e-12 2e-12"; do
    printf 'update,wrong\n' >odd.csv
    i=0
    for number in $numbers; do
        i=$((i + 1))
        echo "$i,$number" >>odd.csv
    done
    for axis in "" --logarithmic; do
        succeed figure training odd.csv $axis
        svg out "$numbers $axis"
    done
done

# Tables that are refused: file and line.
refuse_table() {
    printf "$2" >bad.csv
    refuse 1 "$1" figure training bad.csv
}
refuse_table "bad.csv: no numbers" ''
refuse_table "bad.csv: no numbers" 'update,wrong\n'
refuse_table "bad.csv:1: there is no column 'wrong'" 'update,right\n1,2\n'
refuse_table "bad.csv:3: 'x' in column 'wrong'" 'update,wrong\n1,2\n2,x\n'
refuse_table "bad.csv:2: fewer than the 2 cells" 'update,wrong\n1\n'
refuse_table "bad.csv:2: more than the 2 cells" 'update,wrong\n1,2,3\n'
printf 'update,wrong\n1,2\0\n' >zero.csv
refuse 1 "not a text file" figure training zero.csv
refuse 1 "none.csv" figure training none.csv --output kept.svg
[ ! -f kept.svg ] || fail "a figure that failed leaves no file"
refuse 2 "there is no figure" figure nonsense
refuse 2 "needs at least one FILE" figure training
refuse 2 "takes no FILE" figure wall odd.csv
refuse 2 "--csv applies to" figure training odd.csv --csv
refuse 2 "apply to training" figure success success.csv --column wrong
