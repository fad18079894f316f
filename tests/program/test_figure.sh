#!/bin/sh
# The commands `figure` and `flow`: documents that are well formed and the same each time,
# numbers that are known, axes for extreme ranges, tables that are refused.
set -eu
. tests/program/library.sh
cd "$scratch"

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
for what in "curves run.csv" "curves run.csv run.csv --y mean_norm --logarithmic y" \
    "spectrum run.csv"; do
    # shellcheck disable=SC2086
    succeed figure $what
    svg out "$what"
    grep -q '>run</text>' out || fail_run "the line's name was expected"
done
succeed figure curves run.csv
cp out first
succeed figure curves - <run.csv
[ "$(sed 's/standard input/run/' out)" = "$(cat first)" ] || fail_run "the figure of the file was expected"
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
succeed flow model temporal-order --length 10
sed 's/,/ /g' first | paste -d ' ' - out | awk "$arithmetic"'NR > 1 {
        if ($1 != $5) exit 1
        for (i = 2; i < 5; i++) if (distance($i, $(i + 4)) > 6e-4 * $i) exit 1 }' ||
    fail_run "the flow as a table for readers is another"
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
succeed train permutation --length 10 --reading next --hidden 8 --updates 1 --evaluate-sequences 1 --quiet \
    --save each
succeed flow each permutation --length 10 --reading next --csv
[ "$(wc -l <out)" -eq 11 ] || fail_run "a line for each lag was expected"
awk -F, 'NR > 1 && !($2 > 0) { exit 1 }' out || fail_run "each step has an error"
refuse 2 "not a synthetic task" flow model text
refuse 1 "the model has 6 inputs" flow model addition

# ----------------------------------------------------------------------------
# Curves
# ----------------------------------------------------------------------------

# The points of the lines of the last picture, a line each. The axes are from 84 to 832 across;
# with one row of names they are from 90 to 370 down, with two from 112 to 392.
points() {
    sed -n 's/^<path clip-path=.* d="\(.*\)"\/>$/\1/p' out
}

# draws POINTS OPERAND...: the lines of those points are drawn.
draws() {
    _points=$1
    shift
    succeed figure curves "$@"
    svg out "$*"
    [ "$(points)" = "$_points" ] || fail_run "these lines were expected:
$_points
not these:
$(points)"
}

# The names of the lines, with semicolons between them.
named() {
    _seen=$(sed -n '/^<path d="M[0-9.,]*h40"/,/<\/text>/s/.*>\(.*\)<\/text>/\1/p' out | paste -sd ';')
    [ "$_seen" = "$1" ] || fail_run "the names '$1' were expected, not '$_seen'"
}

# has_marker X,Y: a marker is there. The names have markers too, above the axes.
has_marker() {
    grep -q "^<path transform=\"translate($1)\"" out
}

# A line for each name in a column, on a logarithmic and a linear axis.
printf 'method,x,share\na,1,0\nb,1,0.25\na,10,0.5\n"b",100,1\n' >share.csv
draws 'M84.0,370.0L458.0,230.0
M84.0,300.0L832.0,90.0' share.csv --x x --y share --by method --logarithmic x
named 'a;b'
grep -q '>share</text>' out && grep -q '>x</text>' out || fail_run "the axes have the columns' names"
succeed figure curves share.csv --x x --y share --by method --title 'Share < 1'
[ "$(grep -c '>Share &lt; 1<' out)" -eq 2 ] || fail_run "the title was expected"

# A line for each column and each file; the name says what differs.
printf 'update,wrong,loss\n0,0,0.5\n100,1,0.5\n' >one.csv
printf 'update,loss,wrong\n50,1,0\n100,0,0.5\n' >two.2.csv
draws 'M84.0,370.0L832.0,90.0' one.csv
named 'one'
draws 'M84.0,370.0L832.0,90.0
M84.0,230.0L832.0,230.0' one.csv --y wrong,loss
named 'wrong;loss'
grep -q '>wrong, loss</text>' out || fail_run "the axis has the names of both columns"
draws 'M84.0,370.0L832.0,90.0
M458.0,370.0L832.0,230.0' one.csv two.2.csv
named 'one;two'
draws 'M84.0,392.0L832.0,112.0
M84.0,252.0L832.0,252.0
M458.0,392.0L832.0,252.0
M458.0,112.0L832.0,392.0' one.csv two.2.csv --y wrong,loss
named 'one, wrong;one, loss;two, wrong;two, loss'
succeed figure curves share.csv share.csv --x x --y share,x --by method
named 'share, a, share;share, b, share;share, a, x;share, b, x;share, a, share;share, b, share;share, a, x;share, b, x'

# A missing value breaks the line. A point between two gaps has a marker, though of many points
# only each second has.
{
    echo update,wrong
    for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        case $i in 3 | 5) echo "$i," ;; 7) echo "$i,nan" ;; *) echo "$i,1" ;; esac
    done
    echo 20,0
} >gaps.csv
succeed figure curves gaps.csv
svg out gaps
points | grep -q '^M84.0,90.0L121.4,90.0L158.8,90.0M233.6,90.0M308.4,90.0M383.2,90.0L' ||
    fail_run "three gaps were expected in $(points)"
has_marker 233.6,90.0 && has_marker 308.4,90.0 || fail_run "a point between gaps was to be seen"
has_marker 121.4,90.0 && ! has_marker 158.8,90.0 || fail_run "each second point has a marker"

# A logarithmic axis of at most two decades ends at 1, 2 or 5 times a power of ten, and has ticks
# there; a longer one ends at powers of ten.
printf 'update,wrong\n0.3,0.02\n8,3000\n' >axes.csv
succeed figure curves axes.csv --logarithmic xy
for label in 0.2 0.5 1 2 5 10; do
    grep -q "text-anchor=\"middle\">$label</text>" out || fail_run "no label $label"
done
awk "$arithmetic"'BEGIN { printf "<text x=\"%.1f\" y=\"390.0\" text-anchor=\"middle\">1<", \
    84 + 748 * logarithm(5) / logarithm(50) }' >label
grep -qF "$(cat label)" out || fail_run "the label 1 has its place at $(cat label)"
[ "$(grep -c 'text-anchor="end">10<tspan' out)" -eq 7 ] || fail_run "seven powers of ten: -2 to 4"

# Numbers of less than two decades that 0.5 and 100 are around: powers of ten, as both ends of an
# axis are ticks.
printf 'update,wrong\n0,0.9\n1,80\n' >wide.csv
draws M84.0,280.9L832.0,99.0 wide.csv --logarithmic y
[ "$(grep -c 'text-anchor="end">10<tspan' out)" -eq 4 ] || fail_run "four powers of ten: -1 to 2"

# The title of a panel is at most 63 bytes of the file's name, and no part of a character. A name
# may have no character at all.
a62=$(printf '%062d' 0 | tr 0 a)
more80=$(printf '%080d' 0 | tr 0 '\200')
for name in "$a62$(printf '\303\251')x" "$more80"; do
    printf 'method,length,success\na,1,1\n' >"$name.csv"
    succeed figure success "$name.csv"
    LC_ALL=C sed -n 's/.*y="76.0" font-weight="bold">\(.*\)<\/text>/\1/p' out >title
    case $name in a*) wanted=$a62 ;; *) wanted= ;; esac
    [ "$(cat title)" = "$wanted" ] || fail_run "the title '$wanted' was expected, not '$(cat title)'"
done

# Twelve lines differ; there is no thirteenth.
printf 'method,x,y\n' >many.csv
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    printf 'm%d,0,%d\nm%d,1,%d\n' $i $i $i $i >>many.csv
done
succeed figure curves many.csv --x x --y y --by method
[ "$(sed -n 's/^<path clip-path.* stroke="\([^"]*\)".*/\1/p' out | sort -u | wc -l)" -eq 12 ] ||
    fail_run "twelve colours were expected"
printf 'method,x,y\nm1,0,0\n' >more.csv
refuse 1 "more.csv:2: more than 12 lines" figure curves many.csv more.csv --x x --y y --by method
echo m13,0,13 >>many.csv
refuse 1 "many.csv:26: more than 12 lines" figure curves many.csv --x x --y y --by method
refuse 2 "with at most 12 FILEs" figure curves 1 2 3 4 5 6 7 8 9 10 11 12 13
refuse 2 "--y has 13 columns" figure curves one.csv --y a,b,c,d,e,f,g,h,i,j,k,l,m

# Extreme numbers: a picture all the same, and where a logarithmic axis cannot have the number a
# message.
for numbers in "1 1" "0 0" "1e300 -1e300" "1e-300 1e-310" "inf 1" "-5 -6" " 1" "1e-12 2e-12"; do
    printf 'update,wrong\n' >odd.csv
    i=0
    for number in $numbers; do
        i=$((i + 1))
        echo "$i,$number" >>odd.csv
    done
    succeed figure curves odd.csv
    svg out "$numbers"
    case $numbers in
    "0 0" | -5*) refuse 1 "odd.csv:2: ${numbers% *} in column 'wrong'; a logarithmic" \
        figure curves odd.csv --logarithmic y ;;
    *-1e300) refuse 1 "odd.csv:3: -1e300 in" figure curves odd.csv --logarithmic xy ;;
    *)
        succeed figure curves odd.csv --logarithmic y
        svg out "$numbers, logarithmic"
        ;;
    esac
done
refuse 1 "one.csv:2: 0 in column 'update'" figure curves one.csv --y loss --logarithmic x
printf 'update,wrong\n1,1\n\n\n2,0\n' >spaced.csv
refuse 1 "spaced.csv:5: 0 in column 'wrong'" figure curves spaced.csv --logarithmic y

# The norm at a lag may be 0: the gradient has vanished.
printf 'lag,median\n0,1\n1,0.1\n2,0\n' >vanished.csv
succeed figure flow vanished.csv
[ "$(points)" = M84.0,90.0L458.0,370.0 ] || fail_run "a line to lag 1 was expected"

# What other programs write: carriage returns, empty lines, quotes. The file may be in a folder, and
# its name may be all ending.
printf 'update,wrong\r\n"0,5",2\r\n\n"7",4\r\n\n' >cr.csv
refuse 1 "cr.csv:2: '0,5' in column 'update' is not a number" figure curves cr.csv
printf 'u\0p\0\n\0001\0\n\000' >wide.csv
refuse 1 "wide.csv: is UTF-16LE; iconv -f UTF-16LE" figure curves wide.csv
printf '"update,"wrong\r\n"5",2\r\n\n"7",4\r\n\n' >cr.csv
refuse 1 "cr.csv:1: more behind the quote that ends a cell" figure curves cr.csv
printf '\n\r\nupdate,wrong\r\n"1",2\r\n\n"3",4\r\n\n\r\n' >cr.csv
draws M84.0,370.0L832.0,90.0 cr.csv
# Quotes, as `predict` writes them, in the first line too: a comma, and two for one.
printf '"an ""x"", 1",wrong,name\n1,2,"a ""b"", c"\n3,4,"a ""b"", c"\n' >quotes.csv
draws M84.0,370.0L832.0,90.0 quotes.csv --x 'an "x", 1' --by name
named 'a "b", c'
mkdir folder
cp success.csv folder/deep.csv
cp success.csv .csv
succeed figure success folder/deep.csv .csv
for title in deep .csv; do
    grep -q "y=\"[0-9.]*\" font-weight=\"bold\">$title</text>" out || fail_run "the title $title was expected"
done
# A title has no control characters. Large and small numbers are short.
succeed figure curves one.csv --title "$(printf 'a\tb\033c')"
grep -q '>a?b?c<' out || fail_run "the title a?b?c was expected"
# Nor has a name what no XML may have: bytes that are not UTF-8, and U+FFFF. Other writing stays.
printf 'x,y,name\n1,1,a\377b\303\251c\357\277\277d\303\n2,2,a\377b\303\251c\357\277\277d\303\n' >bytes.csv
succeed figure curves bytes.csv --x x --y y --by name
svg out "names of other bytes"
named "$(printf 'a?b\303\251c???d?')"
printf 'update,wrong\n0,0\n2e7,1e-7\n' >numbers.csv
succeed figure curves numbers.csv
for label in 5000000 1e+07 2e+07 '2e-08' 1e-07; do
    grep -q ">$label</text>" out || fail_run "no label $label"
done
printf 'update,wrong\n-2e7,-3\n0,1\n' >negative.csv
succeed figure curves negative.csv
grep -q '>\(-\|−\|&#8722;\)1e+07</text>' out || fail_run "no label of -1e+07"
# Points far outside the axes, and one beside a logarithmic axis, break the line.
printf 'lag,median\n0,1\n1,1e-5\n2,1e-2\n3,-1\n4,1\n' >outside.csv
succeed figure flow outside.csv
[ "$(points | tr -cd M | wc -c)" -ge 2 ] || fail_run "a gap was expected in $(points)"

# Tables that are refused: file and line.
refuse_table() {
    printf "$2" >bad.csv
    refuse 1 "$1" figure curves bad.csv
}
refuse_table "bad.csv: no numbers" ''
refuse_table "bad.csv: no numbers" 'update,wrong\n'
refuse_table "bad.csv:1: there is no column 'wrong'" 'update,right\n1,2\n'
refuse_table "bad.csv:3: there is no column 'wrong'" '\n\nupdate,right\n1,2\n'
refuse_table "bad.csv:3: 'x' in column 'wrong'" 'update,wrong\n1,2\n2,x\n'
refuse_table "bad.csv:4: 'x' in column 'wrong'" 'update,wrong\n1,2\n\n2,x\n'
refuse_table "bad.csv:3: fewer than the 2 cells" 'update,wrong\n\r\n1\n'
refuse_table "bad.csv:2: more behind the quote" 'update,wrong\n"1"7,2\n'
refuse_table "bad.csv:1: a quote that does not end on its line" 'update,"wrong\n1,2\n'
refuse_table "bad.csv:3: a quote that does not end on its line" 'update,wrong\n1,2\n3,"4\n'
refuse_table "bad.csv:2: a quote that does not end on its line" 'update,wrong\n1,"2""\n'
refuse_table "bad.csv:2: fewer than the 2 cells" 'update,wrong\n1\n'
refuse_table "bad.csv:2: more than the 2 cells" 'update,wrong\n1,2,3\n'
printf 'update,wrong\n1,2\0\n' >zero.csv
refuse 1 "not a text file" figure curves zero.csv
refuse 1 "none.csv" figure curves none.csv --output kept.svg
[ ! -f kept.svg ] || fail "a figure that failed leaves no file"
{ printf '\357\273\277' && cat odd.csv; } >marked.csv
succeed figure curves odd.csv --title odd
cp out plain.svg
succeed figure curves marked.csv --title odd
sed 's/marked/odd/' out >marked.svg
same plain.svg marked.svg "a table with a byte-order mark"
for rows in '1,\n2,' '1,nan\n2,inf' ',1\nnan,2'; do
    refuse_table "no numbers to draw, of 'wrong' over 'update'" "update,wrong\n$rows\n"
done
refuse_table "bad.csv: columns are separated by commas here" 'update;wrong\n1;2\n'
cp odd.csv input.csv
refuse 2 "--output ./input.csv is a file that is read" figure curves input.csv --output ./input.csv
same odd.csv input.csv "a file that was to be drawn over"
refuse 2 "--output -: not standard output; ./- names a file" figure wall --output -
refuse 2 "there is no figure" figure nonsense
refuse 2 "needs at least one FILE" figure curves
refuse 2 "takes no FILE" figure wall odd.csv
refuse 2 "--csv does not apply to curves" figure curves odd.csv --csv
refuse 2 "--y does not apply to success" figure success success.csv --y wrong
refuse 2 "--logarithmic" figure curves odd.csv --logarithmic yx
refuse 1 "share.csv:1: there is no column 'kind'" figure curves share.csv --x x --y share --by kind
refuse 1 "share.csv:1: there is no column 'y'" figure curves share.csv --x y --y share
refuse 1 "share.csv:1: there is no column ''" figure curves share.csv --x x --y share,
refuse 1 "success.csv:1: there is no column 'lag'" figure flow success.csv
