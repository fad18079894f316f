#!/bin/sh
# What a field of a table may be, as far as test_readers.sh has not tried it: times with seconds and
# zones, quotes, tabs among blanks, names of a heading, numbers that are none; and what is found out
# only in a later line.
set -eu
. tests/program/library.sh
. tests/program/readers.sh
cd "$scratch"

# ---------------------------------------------------------------------------
# Times
# ---------------------------------------------------------------------------
# grows TIME TIME...: each is later than the one before.
grows() {
    for _time in "$@"; do echo "$_time,$((_line = ${_line:-0} % 3 + 1))"; done >times.csv
    reads times.csv "1 sequence, 1 value a step, $# steps, first column: time" --hold-out 0
}
# shrinks TIME TIME: the second is not later.
shrinks() {
    refuse_file "bad.csv:2:1: the time does not grow, $2 " "$1,1\n$2,2\n"
}
# The end of a month, of a year, and leap days.
grows 1999-12-31 2000-02-28 2000-02-29 2000-03-01 2001-02-28 2001-03-01 2001-12-31 2002-01-01
shrinks 2000-03-01 2000-02-29
# Fractions of a second, also behind a comma.
grows 2026-11-28T20:45:00 2026-11-28T20:45:00.25 2026-11-28T20:45:00.5 2026-11-28T20:45:01.125
shrinks 2026-11-28T20:45:00.50 2026-11-28T20:45:00.25
printf '"2026-11-28 20:45:00,25";1\n"2026-11-28 20:45:00,5";2\n"2026-11-28 20:45:01,5";1\n' >times.csv
reads times.csv "1 sequence, 1 value a step, 3 steps, first column: time" --hold-out 0
# A zone: its hours and minutes, which need no colon, are taken off.
grows 2026-03-01T00:10+02:00 2026-02-28T23:20+01:00 2026-02-28T22:30Z 2026-02-28T20:10-02:30 \
    2026-03-01T05:00:00+0615 2026-02-28T21:50-01
shrinks 2026-03-01T00:10+01:00 2026-03-01T00:50+02:00
shrinks 2026-03-01T00:10Z 2026-03-01T00:39+00:30
# By the zone a day is as long as its calendar: 2000 has a leap day, 2100 has none.
grows 2000-02-28T23:00-12:00 2000-03-01T00:30Z 2100-02-28T23:00-12:00
shrinks 2100-02-28T23:00-12:00 2100-03-01T00:30Z
# What is no time.
for time in 2026-11-28T 2026-11-28x 2026-11-28T2 2026-11-28T20 2026-11-28T20.45 2026-11-28T20:4 \
    2026-11-28T20:45: 2026-11-28T20:45:3 2026-11-28T20:45:30+ 2026-11-28T20:45+1 \
    2026-11-28T20:45+01:3 2026-11-28T20:45+01:300 2026-11-28T20:45ZZ 2026-11-28T20:45:30x \
    2026.11-28 2026-11.28 2026-1-28 2026-11-2 2026-11 2026-00-28 2026-13-28 2026-11-00 2026-11-32 \
    926-11-28 x026-11-28; do
    refuse_file "bad.csv:2:1: neither a number nor a time such as 2026-11-28 20:45:00: $time; " \
        "2026-01-01,1\n$time,2\n" --first-column time
done
long=2026-11-28-which-is-more-than-40-characters-long
refuse_file "bad.csv:2:1: neither a number nor a time such as 2026-11-28 20:45:00: \
2026-11-28-which-is-more-than-40-charact; " "1,1\n$long,2\n" --first-column time
# A time of its own form is told from a repetition, and the advice suits the table.
refuse_file "bad.csv:2:1: the time does not grow, 1 twice; " '1.0,1\n1,2\n'
refuse_file "bad.csv:2:1: the time does not grow, 0 twice; " '0,1\n0,2\n' --separator comma
says "what else it is"
refuse_file "; if the comma is a decimal comma" '5,1\n4,2\n'
refuse_file "; a first column is a time, unless" '5,1\n4,2\n' --separator comma
refuse_file "; a first column is a time, unless" '5.5,1\n4.5,2\n'
refuse_file "; a first column is a time, unless" '5 1 1 1 1 1 1 1 1 1\n4 1 1 1 1 1 1 1 1 1\n' \
    --first-column time
digits=1.$(printf '%050d' 0)
refuse_file "the time does not grow, $(echo "$digits" | cut -c 1-40) twice; " \
    "$digits,1\n$digits,2\n"
refuse_file "bad.csv:1:1: the time is missing; " ',2\n' --first-column time
says "--skip-lines"

# ---------------------------------------------------------------------------
# Numbers and words
# ---------------------------------------------------------------------------
for word in nano n infin infinit i ?? - + . e1 1e 1e+ --1 1..2 nan1; do
    refuse_file "bad.csv:2:3: not a number: $word; a value that is missing is empty, ?, nan or NA" \
        "1,2\n2,$word\n"
done
for word in inf INF +inf -inf Infinity -INFINITY 3.5e38 -1e39; do
    refuse_file "bad.csv:2:3: not a finite number" "1,2\n2,$word\n"
done
refuse_file "bad.csv:2:3: not a number: 2026-11-28; only the first column may be a time" \
    '1,2\n2,2026-11-28\n'
refuse_file "bad.csv:2:3: not a number: a-word-of-more-than-twen; " \
    '1,2\n2,a-word-of-more-than-twenty-four-characters\n'
# A decimal comma has digits behind it, and a number before it.
refuse_file "bad.csv:2:3: 0,5 has a decimal comma" '1;2\n2;0,5\n'
for word in x,5 0,x "0," ,5 0,-5 0,+5; do
    refuse_file "bad.csv:2:3: not a number: $word; " "1;2\n2;$word\n"
done
printf '1,500\n2,0.25\n3,40\n4,7\n5,5\n6,6\n7,4\n8,7\n' >plain.csv
printf '1,5E2\n2,25E-2\n3,+4e+1\n4,7.\n5,.5e1\n6,06.0\n7,4e00\n8,7\n' >other.csv
same_model plain.csv other.csv --separator comma
# Zeros before a digit are those of a fraction only in the second of two columns.
printf '1,0\n2,0.5\n3,05.5\n4,1\n' >zeros.csv
refuse 1 "zeros.csv:3:3: is the comma before 05.5 a decimal comma?" train series zeros.csv --quiet
printf '1,2,0\n2,1,05\n3,05,2\n4,1,1\n' >zeros.csv
reads zeros.csv "1 sequence, 2 values a step, 4 steps, first column: time" --hold-out 0
for value in 0 5 07; do printf 'a|1,1;2,%s\n' $value; done >zeros.txt
refuse 1 "zeros.txt:3:9: is the comma before 07 a decimal comma?" train series zeros.txt --quiet
reads zeros.txt "3 sequences, 1 label, 2 values a step, 2 steps, a label before each" --separator comma --hold-out 0

# ---------------------------------------------------------------------------
# Separators and quotes
# ---------------------------------------------------------------------------
printf '1 5\n2 6\n3 4\n4 7\n5 5\n6 6\n7 4\n8 7\n' >plain.txt
tr ' ' '\t' <plain.txt >tabs.txt
same_model plain.txt tabs.txt --separator blank
sed 's/ / \t /; s/$/\t/; s/^/\t/' plain.txt >both.txt
same_model plain.txt both.txt --separator blank
sed 's/\(.*\) \(.*\)/"\1" "\2"/' plain.txt >quoted.txt
same_model plain.txt quoted.txt
refuse_file "bad.csv:1:4: more behind the quote" '"1"2\n' --separator blank
printf '"1"\t"5"\n"2" \t "6"\n"3"\t"4"\n"4"\t"7"\n"5"\t5\n6\t"6"\n7\t4\n8\t7\n' >quoted.tsv
same_model plain.txt quoted.tsv
# In lines with a bar semicolons separate steps, so nothing else.
refuse_file "bad.csv:1:3: --separator semicolon: semicolons separate the steps" 'a|1;2\n' \
    --separator semicolon
printf 'a|1 10;2 20\nb|3 30\na|1 9;2 8\nb|4 4\n' >steps.txt
for separator in comma tab; do
    case $separator in comma) by=, ;; *) by='\t' ;; esac
    sed "s/ /$by/g" steps.txt >other.txt
    same_model steps.txt other.txt --separator $separator
    same_model steps.txt other.txt
done
refuse_file "bad.csv:1:3: the first step of the file has no number" 'a|;1\n'
refuse_file "bad.csv:1:5: a quote that does not end" 'a|1 "2;3 4\n'
refuse_file "bad.csv:2:5: a quote that does not end" 'a|1 2\na|1 "2\n'
refuse_file "bad.csv:2:3: not a number: x" 'a|1\na|x\n'
refuse_file "bad.csv:2:7: the step has more numbers than the first" 'a|1 2\na|1 2 3\n'
refuse_file "bad.csv:2:1: no bar, which would end a label" 'a|1\n1\n'
# A line with a bar is no comment.
printf '#a|1;2\n# a comment\n#b|2;1\n  \n#a|1;3\n#b|2;2\n' >marks.txt
reads marks.txt "4 sequences, 2 labels, 1 value a step, 2 steps, a label before each" --hold-out 0

# ---------------------------------------------------------------------------
# Headings
# ---------------------------------------------------------------------------
for heading in 'Größe,Länge' 'é,ü' '{x},{y}'; do
    { echo "$heading" && tr ' ' , <plain.txt; } >headed.csv
    same_model plain.txt headed.csv
done
refuse_file "bad.csv:1:1: not a number: {}" '{},[]\n1,2\n' --first-column value
# Of a name the beginning is shown; without as many names as columns none is.
refuse_file "bad.csv:3:3: column a-name-of-more-than-twen: not a number: x" \
    't,a-name-of-more-than-twenty-four-characters\n1,2\n2,x\n'
refuse_file "bad.csv:3:3: not a number: x" 'a,b,c\n1,2\n2,x\n'
# Below a heading of tabs.
printf 'a\tb\n1\t\n2\t3\n' >below.tsv
reads below.tsv "1 sequence, 2 values a step, 2 steps, 1 missing" --first-column value --hold-out 0
printf 'a\tb\n1 2\n2 3\n3 1\n4 2\n' >below.tsv
reads below.tsv "1 sequence, 1 value a step, 4 steps, first column: time" --hold-out 0
# In a table with tabs an empty line ends a sequence.
printf '1\t2\n3\t4\n\n5\t6\n7\t8\n' >gap.tsv
reads gap.tsv "2 sequences, 2 values a step, 2 steps" --first-column value --hold-out 0

# ---------------------------------------------------------------------------
# Later lines
# ---------------------------------------------------------------------------
refuse_file "bad.csv:2:1: a control character, 0x0c" 'a,b\n\f1,2\n'
refuse_file "bad.csv:2:3: a quote that does not end" 'a,b\n1,"2\n'
refuse_file "bad.csv:2:3: a quote that does not end" 'a,1\nb,"2\n' --first-column label
refuse_file "bad.csv:2:3: not a number: x" 'a,1\nb,x\n' --first-column label
refuse_file "bad.csv:2:1: a control character, 0x01" 'a,1\n\001b,2\n' --first-column label
refuse_file "bad.csv:2:1: neither a number nor a time" '1,5,a\nx,6,b\n' --first-column time \
    --last-column label
refuse_file "bad.csv:2:1: a control character, 0x7f" '1\n\1772\n' --skip-lines 1
refuse_file "bad.csv:1:1: a control character, 0x7f" '\1771\n2\n' --skip-lines 1
refuse_file "bad.csv:2:1: a control character, 0x02" 'a|1\n\002b|2\n'
# A carriage return may end the file, and a mark may be missing.
printf '1\n2\n3\r' >return.txt
reads return.txt "1 sequence, 1 value a step, 3 steps" --hold-out 0
refuse_file "bad.csv: is UTF-16LE; iconv -f UTF-16LE" '1\0002\000\n\000'
refuse_file "bad.csv: is UTF-16BE; iconv -f UTF-16BE" '\0001\0002\000\n'
refuse_file "bad.csv:1:2: a zero byte" '1\00022'
refuse_file "bad.csv:1:2: a zero byte" '1\000\000\000'
refuse_file "bad.csv:1:1: a zero byte" '\0001\0\0'
refuse_file "bad.csv:1:1: a zero byte" '\000\0001\n'
refuse_file "bad.csv:1:2: a zero byte" '1\000'
refuse_file "bad.csv: is UTF-32BE; iconv" '\000\000\376\377\000\000\0001'

# The first row counts up, but is no heading: it has a step alone, begins elsewhere, or has a label
# that another row has.
for rows in 'x,0\na,3\nb,4\n' 'x,5,6,7\na,3,4,1\n' 'x,0,1,2\nx,3,4,1\nb,3,3,3\n' 'x,0,1,3\na,3,4,1\n'; do
    # shellcheck disable=SC2059
    printf "$rows" >rows.csv
    # shellcheck disable=SC2086
    succeed train series rows.csv $brief --first-column label --hold-out 0
    [ ! -s err ] || grep -qv heading err || fail_run "no heading"
done
for rows in 'x,0,1,2\na,3,4,1\n' 'x,1,2,3\na,3,4,1\n'; do
    # shellcheck disable=SC2059
    printf "$rows" >rows.csv
    # shellcheck disable=SC2086
    succeed train series rows.csv $brief --first-column label --hold-out 0
    says "may be a heading"
done

# Too little to train on, and too little to judge by; the share that would do is named where there is one.
printf '1\n2\n3\n4\n' >four.txt
refuse 1 "four.txt: --hold-out 0.9 of 4 steps leaves 1 to train on; --valid names" \
    train series four.txt --hold-out 0.9
refuse 1 "four.txt: --hold-out 0.3 of 4 steps leaves 1 to judge by; --hold-out 0.5 is enough, --valid" \
    train series four.txt --hold-out 0.3
head -n 3 four.txt >three.txt
refuse 1 "three.txt: --hold-out 0.3 of 3 steps leaves 0 to judge by; --valid names" \
    train series three.txt --hold-out 0.3
printf 'a|1\nb|2\na|3\n' >labels.txt
refuse 1 "labels.txt: --hold-out 0.1 of 3 sequences leaves 0 to judge by; --hold-out 0.34 is enough, " \
    train series labels.txt --hold-out 0.1

echo "fields: all as it should be"
