#!/bin/sh
# How tables and labelled lines are read: what users have in their files goes in with its right
# value, or is refused with the file, the line, the column and what would help. The kinds of fault
# are those that other programs have met. test_archives.sh has the other kinds of files.
set -eu
. tests/program/library.sh
. tests/program/readers.sh
cd "$scratch"

# A wave $1 times, as lines "time value" with a separator.
wave() {
    awk -v count="$1" -v separator="$2" 'BEGIN {
        for (i = 0; i < count; i++) printf "%d%s%.2f\n", i, separator, 18 + (i * i % 17) / 4
    }'
}

# ---------------------------------------------------------------------------
# Tables: separators, headings, comments, quotes, ends of lines, a byte-order mark
# ---------------------------------------------------------------------------
wave 40 ' ' >plain.txt
reads plain.txt "1 sequence, 1 value a step, 40 steps, first column: time"
for separator in ',' ';' '	' ', ' ' ; ' '   '; do
    wave 40 "$separator" >other.csv
    same_model plain.txt other.csv
done
{
    printf '\357\273\277# from the roof\r\n\r\n'
    printf '"time of day","temperature, in ""C"""\r\n'
    wave 40 '","' | sed 's/.*/"&"\r/'
    printf '# the end\r\n'
} >excel.csv
same_model plain.txt excel.csv
{ printf 'made 2026\nby hand: 1\n'; wave 40 ,; } >headed.csv
same_model plain.txt headed.csv --skip-lines 2
cut -d ' ' -f 2 plain.txt >values.txt
reads values.txt "1 sequence, 1 value a step, 40 steps"
same_model plain.txt values.txt
# Without an end of the last line; comments and ends of series.
printf '1\n3\n# no end of a series\n2\n \n5\n2\n7\n\n\n8\n4\n9' >three.txt
reads three.txt "3 sequences, 1 value a step, 3 steps"

# Columns: a time of many forms is left out; any text with skip; a value with value.
awk '{ printf "2026-11-%02dT%02d:%02d:00Z,%s\n", 1 + NR / 24, NR % 24, NR, $2 }' plain.txt >date.csv
same_model plain.txt date.csv
awk '{ printf "2026/11/28 20:%02d:%02d.5,%s\n", 7 + NR / 60, NR % 60, $2 }' plain.txt >second.csv
same_model plain.txt second.csv
awk '{ print "day " NR % 7 "," $2 }' plain.txt >days.csv
same_model plain.txt days.csv --first-column skip
reads days.csv "1 sequence, 1 value a step, 40 steps, first column: left out" --first-column skip
awk '{ print $2 "," 100 - $2 }' plain.txt >two.csv
reads two.csv "1 sequence, 2 values a step, 40 steps" --first-column value

# A time must grow, in each series anew.
printf '1,5\n2,6\n3,7\n\n1,5\n2,4\n' >anew.csv
reads anew.csv "2 sequences, 1 value a step, 2 to 3 steps, first column: time"
refuse_file "bad.csv:3:1: the time does not grow, 2 twice; " '1 5 1\n2 6 1\n2 7 1\n'
refuse_file "bad.csv:3:1: the time does not grow, 2026-02-28 after a later one; " \
    '2026-02-27,5\n2026-03-01,6\n2026-02-28,7\n'
refuse_file "--first-column says what else it is" '5 1 1\n4 6 1\n'
refuse_file "twice; a first column is a time, unless" '2026-02-27,5\n2026-02-27,6\n'
# A time may have more digits than a double.
for digits in 202611282045001%02d 170000000000000%04d 2026-11-28T20:45:00.1234567%02dZ; do
    awk -v digits="$digits" 'BEGIN { for (i = 10; i < 50; i++) printf digits ",%d\n", i, i % 5 }' >fine.csv
    reads fine.csv "1 sequence, 1 value a step, 40 steps, first column: time"
done
refuse_file "bad.csv:3:1: the time does not grow, 20261128204500123 after a later one" \
    '20261128204500100,1\n20261128204500124,2\n20261128204500123,3\n'
refuse_file "bad.csv:1:1: neither a number nor a time such as 2026-11-28 20:45:00: 28.11.2026; " \
    '28.11.2026,5\n29.11.2026,5\n'
refuse_file "bad.csv:1:1: a single column" '1\n2\n' --first-column time

# A decimal comma: in a column of its own kind, and where it looks like a separator.
refuse_file "bad.csv:2:3: column wert: 0,5 has a decimal comma" 'zeit;wert\n1;0,5\n2;0,7\n'
refuse_file "bad.csv:1:1: 0,5 has a decimal comma" '0,5 1\n0,7 2\n' --separator blank
refuse_file "bad.csv:2:3: is the comma before 05 a decimal comma?" '0,10\n1,05\n2,15\n'
refuse_file "bad.csv:3:1: the time does not grow, 0 after a later one; if the comma is a decimal" \
    '0,10\n1,15\n0,75\n'
refuse_file "bad.csv:1:5: is the comma before 05 a decimal comma?" 'a|0,05;0,7\nb|0,7;0,3\n'
printf '1,05\n2,06\n3,04\n4,07\n' >fives.csv
reads fives.csv "1 sequence, 1 value a step, 4 steps, first column: time" --separator comma

# What is found in the first line holds for the whole file.
refuse_file "bad.csv:3:4: the line has 1 of the 2 fields of line 2" 'a,b\n1,2\n3;4\n'
refuse_file "bad.csv:2:2: the line has 1 of the 2 fields of line 1" '1,2\n3\n'
refuse_file "bad.csv:2:5: the line has more than the 2 fields of line 1" '1,2\n3,4,5\n'
refuse_file "bad.csv:3:3: column temp: not a number: warm" 'time,temp\n1,2\n2,warm\n'
refuse_file "bad.csv:2:5: column temp: not a finite number" 'time,temp\n1,  inf\n'
refuse_file "bad.csv:1:3: not a number: 0x10" '1,0x10\n'
refuse_file "bad.csv:2:3: a quote that does not end on its line" '1,2\n2,"3\n4,5"\n'
refuse_file "bad.csv:1:6: more behind the quote" '1,"2"3\n'
# A heading has a name: a damaged number in the first row is not passed over.
for damaged in 1.5.2 +-5 5% '$5' 12:30 '(3)'; do
    refuse_file "bad.csv:1:1: not a number: $damaged" "$(echo "$damaged" | sed 's/%/%%/')\n1\n2\n3\n4\n" \
        --first-column value
done
refuse_file "bad.csv:1: a heading, and no line with data" 'time,value\n'
refuse_file "bad.csv: has no line with data" '# nothing\n\n'
refuse_file "bad.csv: has fewer lines than --skip-lines" '1\n2\n' --skip-lines 3

# ---------------------------------------------------------------------------
# Bytes that no text has
# ---------------------------------------------------------------------------
refuse_file "bad.csv:1:2: a control character, 0x0c" '1\f\n2\n'
refuse_file "bad.csv:2:2: a control character, 0x0b" '1\n2\v3\n'
refuse_file "bad.csv:1:1: a control character, 0x1b" '\033[2Ja|1;2\nb|2;3\n'
refuse_file "bad.csv:1:2: a carriage return without a line feed" '1\r2\r3\r'
refuse_file "bad.csv:2:3: a zero byte" '1,2\n3,\0004\n'
refuse_file "bad.csv: is UTF-16LE; iconv -f UTF-16LE" '\377\3761\000\n\0002\000'
refuse_file "bad.csv: is UTF-16BE; iconv -f UTF-16BE" '\0001\000\n\0002\000\n'
refuse_file "bad.csv: is UTF-32LE; iconv" '\377\376\000\0001\000\000\000'

# ---------------------------------------------------------------------------
# Labels
# ---------------------------------------------------------------------------
for i in 1 2 3 4 5 6; do printf 'down|1 5;2 6;3 6\nup|2 3;3 4\n'; done >labels.txt
for i in 1 2 3 4 5 6; do printf ' down |1,5;2 ,6;3, 6\r\nup\t|2,3;3,4\r\n'; done >spaced.txt
same_model labels.txt spaced.txt
reads spaced.txt "12 sequences, 2 labels, 2 values a step, 2 to 3 steps, a label before each"
{ printf '\357\273\277# two\n'; cat labels.txt; echo; } >marked.txt
same_model labels.txt marked.txt

refuse_file "bad.csv:2:4: the step has fewer" 'a|1 2\na|1;3 4\n'
refuse_file "bad.csv:2:7: the step has fewer" 'a|1 2\na|1 2;;3 4\n'

# The UCR archive: a row is a series with its label first.
for i in 1 2 3 4 5 6 7 8; do
    printf 'up|0.5;%s;-1e-1;2\nno way|3;1;%s;.25\n' $i $((9 - i))
done >rows.txt
tr '|;' '\t\t' <rows.txt >rows.tsv
tr '|;' ',,' <rows.txt >rows.csv
{ echo 'class,t0,t1,t2,t3'; sed 's/^[^,]*/"&"/' rows.csv; } >quoted.csv
for file in rows.tsv rows.csv quoted.csv; do
    same_model rows.txt $file --first-column label
    reads $file "16 sequences, 2 labels, 1 value a step, 4 steps, first column: label" \
        --first-column label
    # A model with labels says so by itself.
    succeed eval one.model series $file
    cp out $file.result
    succeed eval one.model series rows.txt
    same out $file.result "the evaluation of $file"
done
sed 's/^/@/' rows.csv >at.csv
reads at.csv "16 sequences, 2 labels, 1 value a step, 4 steps, first column: label" --first-column label
# The label may be last; a first column may be told to be none of the values.
awk -F , '{ print $2 "," $3 "," $4 "," $5 "," $1 }' rows.csv >last.csv
{ echo 't0;t1;t2;t3;class'; tr , ';' <last.csv; } >headed.csv
awk '{ print "row " NR "," $0 }' last.csv >skipped.csv
awk '{ print NR "," $0 }' last.csv >timed.csv
same_model rows.txt last.csv --last-column label
reads headed.csv "16 sequences, 2 labels, 1 value a step, 4 steps, last column: label" \
    --last-column label
same_model rows.txt headed.csv --last-column label --first-column value
same_model rows.txt skipped.csv --last-column label --first-column skip
same_model rows.txt timed.csv --last-column label --first-column time
succeed eval one.model series last.csv --last-column label
same out rows.csv.result "the evaluation of labels at the end"
succeed predict one.model last.csv --last-column label
cp out last.predicted
succeed predict one.model rows.csv
same out last.predicted "the predictions for labels at the end"
{ echo Results; cat rows.csv; } >titled.csv
succeed predict one.model titled.csv
same out last.predicted "the predictions for rows below a title"
printf '1,2,,a\n1,?,3,b\n4,,2,a\n,1,,b\n' >gaps.csv
printf 'a|1;2\nb|1;?;3\na|4;?;2\nb|?;1\n' >gaps.txt
same_model gaps.txt gaps.csv --last-column label
refuse_file "bad.csv:2:1: the line has 2 fields, line 1 has 3; with the label at the end" '1,2,a\n1,2\n' \
    --last-column label
refuse_file "bad.csv:2:1: the sequence has no value" '1,2,a\n,,b\n' --last-column label
refuse_file "bad.csv:1:1: the sequence has no value" '7,1\n' --first-column skip --last-column label
refuse_file "bad.csv:2:5: a label has 1 to 63" '1,2,a\n1,2,\n' --last-column label
refuse_file "bad.csv: a row has one label; use --first-column label or" 'a,1,2,a\n' --last-column label \
    --first-column label
# A heading of numbers looks like a series, but its label is that of no other.
{ echo 'class,0,1,2,3'; cat rows.csv; } >numbered.csv
# shellcheck disable=SC2086
succeed train series numbered.csv $brief --first-column label
says "numbered.csv:1: was read as a series of the values 0, 1 ... and may be a heading"
same_model rows.txt numbered.csv --first-column label --skip-lines 1
[ ! -s err ] || fail_run "rows without a heading"
refuse_file "bad.csv:3:1: the time does not grow, 1 after a later one; --first-column label" \
    '1 1 2 3 4 5 6 7 8 9\n2 1 2 3 4 5 6 7 8 9\n1 1 2 3 4 5 6 7 8 9\n'
printf 'up,1,2,3,4\ndown,1,2,3,4\n' >unknown.csv
refuse 1 "unknown.csv:2:1: the label down is none of the model's" eval one.model series unknown.csv
# A label may begin like the head of an archive's file.
sed 's/^down/@down/' labels.txt >at.txt
reads at.txt "12 sequences, 2 labels, 2 values a step, 2 to 3 steps, a label before each"

refuse_file "bad.csv:2:2: a label has 1 to 63" 'a|1;2\n |1;2\n'

# ---------------------------------------------------------------------------
# Which columns a model needs
# ---------------------------------------------------------------------------
awk '{ print NR "," $2 "," 100 - $2 }' plain.txt >timed.csv
cut -d , -f 2,3 timed.csv >untimed.csv
# shellcheck disable=SC2086
succeed train series timed.csv $brief --save two.model
for file in timed.csv untimed.csv; do
    succeed eval two.model series $file
    cp out $file.result
done
same timed.csv.result untimed.csv.result "values with times and without"
cut -d , -f 1,2 timed.csv >half.csv
refuse 1 "half.csv:1:1: the first column grows like a time" eval two.model series half.csv
succeed eval two.model series half.csv --first-column value
cut -d , -f 2 timed.csv >single.csv
refuse 1 "single.csv:1:1: 1 columns; the model has 2 values a step" eval two.model series single.csv
# A model with labels too: of one value a step, and of two.
printf 'room temperature\n5\n2\n7\n' >lone.csv
printf 'in,out\n5,1\n2,1\n7,4\n' >double.csv
printf '5\nup 1 2\n' >bad.txt
# shellcheck disable=SC2086
succeed train series labels.txt $brief --hold-out 0 --save labels.model
for pair in one:lone labels:double; do
    file=${pair#*:}.csv
    sed 1d $file >bare.csv
    for table in $file bare.csv; do
        succeed predict ${pair%:*}.model $table --first-column value
        cp out values.result
        succeed predict ${pair%:*}.model $table
        same out values.result "a table with the columns that a model with labels has values"
    done
done
# A time before them is found as in a plain series; of one value a step it would be a label.
awk -F , '{ print NR "," $0 }' bare.csv >timed.csv
succeed predict labels.model timed.csv
same out values.result "a time before the values of a model with labels"
refuse 1 "bare.csv: the series has no labels" eval labels.model series bare.csv
refuse 1 "bad.txt:2:1: not a number: up" predict one.model bad.txt

# ---------------------------------------------------------------------------
# Missing values
# ---------------------------------------------------------------------------
# The scale is that of the values that are there, and each way to write a hole is the same.
printf '%s\n' 1,5 2,9 3,5 4,9 5, 6,5 7,9 8,5 9,9 10,5 11,9 >hole.csv
reads hole.csv "1 sequence, 1 value a step, 11 steps, 1 missing, first column: time"
# shellcheck disable=SC2086
succeed train series hole.csv $brief --hold-out 0.2 --save hole.model
succeed inspect hole.model
[ "$(value_of scaling)" = "7 2" ] || fail_run "the scale of 5 9 5 9 5 9 5 9"
for hole in '?' nan NaN NA na '"NA"'; do
    sed "s/^5,/5,$hole/" hole.csv >other.csv
    # shellcheck disable=SC2086
    succeed train series other.csv $brief --hold-out 0.2 --save other.model
    same hole.model other.model "a hole written as $hole"
done
# A missing value is no target: of 10 steps with a next one 9 are judged.
succeed eval hole.model series hole.csv
[ "$(value_of steps)" -eq 9 ] || fail_run "the step before the hole has no target"
# As input it is the last known value: filled in, it adds the loss of its own target and no other.
sed 's/^5,/5,9/' hole.csv >filled.csv
head -n 5 filled.csv >five.csv
head -n 4 filled.csv >four.csv
for part in hole filled five four; do
    succeed eval hole.model series $part.csv
    value_of loss >$part.loss
done
equation="10 * $(cat filled.loss) - 9 * $(cat hole.loss) - 4 * $(cat five.loss) + 3 * $(cat four.loss)"
holds "$equation < 0.0001 && $equation > -0.0001" "a hole as input"
# A step of two with one hole is judged by the other value.
awk -F , '{ print $1 "," $2 "," ($1 == 5 ? "" : $1 == 6 ? "?" : $1 % 3) }' hole.csv >pairs.csv
# shellcheck disable=SC2086
succeed train series pairs.csv $brief --hold-out 0.2 --save pairs.model
succeed eval pairs.model series pairs.csv
[ "$(value_of steps)" -eq 9 ] || fail_run "only step 5 has no value at all"
# A chunk without any value has no loss.
awk 'BEGIN { for (i = 1; i < 60; i++) print i "," (i > 20 && i < 45 ? "?" : i % 5) }' >gap.csv
succeed train series gap.csv --hidden 2 --epochs 2 --chunk 4 --hold-out 0.2 --batch 1 --quiet
refuse_file "bad.csv: value 2 of a step is missing in all steps that are trained on" \
    '1,2,\n2,3,\n3,4,\n4,5,\n' --hold-out 0.5
refuse_file "bad.csv:2:1: the time is missing; --first-column value" '1,2\n,3\n'
refuse_file "leaves the first column out, --skip-lines lines at the beginning" 't,x\n,[V]\n1,2\n'
# Tabs alone are a row without values, as commas are, and separate on either side of the first row.
{ printf 'a\tb\n1\t\n'; wave 30 '\t'; printf '\t\n'; wave 10 '\t'; } >holes.tsv
tr '\t' ',' <holes.tsv >holes.csv
for file in holes.tsv holes.csv; do
    reads $file "1 sequence, 2 values a step, 42 steps, 3 missing" --first-column value
done
{ printf 'a\tb\n\t1\n'; wave 30 '\t'; } >left.tsv
reads left.tsv "1 sequence, 2 values a step, 31 steps, 1 missing" --first-column value
{ wave 30 '\t'; printf '\t\n'; wave 10 '\t'; } >gap.tsv
reads gap.tsv "2 sequences, 1 value a step, 10 to 30 steps, first column: time"
# Holes at the end of a labelled sequence are no steps: so archives make lengths equal.
printf 'a,1,2,NaN,NaN\nb,2,?,3,4\nb,1,1,,\na,4,1,2,\n' >padded.csv
reads padded.csv "4 sequences, 2 labels, 1 value a step, 2 to 4 steps, 1 missing, first column: label" \
    --first-column label
printf 'a|1;2\nb|2;;3;4\nb|1;1\na|4;1;2\n' >short.txt
same_model short.txt padded.csv --first-column label
refuse_file "bad.csv:2:1: the sequence has no value" 'a,1,2\nb,,\n' --first-column label

# ---------------------------------------------------------------------------
# Numbers that a float cannot tell apart
# ---------------------------------------------------------------------------
awk 'BEGIN { for (i = 0; i < 40; i++) printf "%.2f\n", 1700000000 + (i * i % 17) / 4 }' >far.txt
awk 'BEGIN { for (i = 0; i < 40; i++) printf "%.2f\n", (i * i % 17) / 4 }' >near.txt
for kind in far near; do
    # shellcheck disable=SC2086
    succeed train series $kind.txt $brief --hold-out 0.25 --save $kind.model
    grep '^loss ' out >$kind.loss
    succeed inspect $kind.model
    value_of scaling | cut -d ' ' -f 2 >$kind.deviation
    succeed eval $kind.model series $kind.txt
    grep '^loss ' out >>$kind.loss
done
same far.deviation near.deviation "the deviation of far numbers"
same far.loss near.loss "the loss of far numbers"

# ---------------------------------------------------------------------------
# Piano rolls are lines of a text too
# ---------------------------------------------------------------------------
printf '60 64;;62\n21;108 60\n60;62;64\n64;62\n' >piano.txt
{ printf '\357\273\277'; sed 's/$/\r/' piano.txt; } >marked.txt
for file in piano.txt marked.txt; do
    # shellcheck disable=SC2086
    succeed train music $file $brief --hold-out 0.25 --save $file.model
done
same piano.txt.model marked.txt.model "a file of music with a byte-order mark"
printf '60\f64;62\n60;62\n' >bad.txt
refuse 1 "bad.txt:1:3: a control character, 0x0c" train music bad.txt --quiet
