#!/bin/sh
# predict: the outputs are those that eval judges, an empty line starts another sequence, a
# line comes out for each that goes in, at once, and a bad line is named.
set -eu
. tests/program/library.sh
cd "$scratch"
runner=

tidy() {
    [ -z "$runner" ] || kill "$runner" 2>/dev/null || :
}

# Run `predict $1 ...` on the text of the file `input`.
predict() {
    run predict "$@" <input
}

# The same, to be refused with one line that has the text $1 in it, after $2 lines
# of outputs.
predict_refuses() {
    _text=$1
    _lines=$2
    shift 2
    predict "$@"
    one_line 1
    says "$_text"
    [ "$(wc -l <out)" -eq "$_lines" ] || fail_run "$_lines lines of outputs were expected"
}

# A model of a text of three letters, and that text as ids, a line each. Its file
# holds letters only, without a line's end.
awk 'BEGIN { for (i = 0; i < 600; i++) printf "%s", substr("abcacb", 1 + i * i % 6, 1) }' >text
succeed train text text --hidden 12 --batch 4 --chunk 8 --updates 150 --quiet --save letters
fold -w1 text | tr abc 012 >ids
[ "$(sort -u ids | tr -d '\n')" = 012 ] || fail "the text has not three letters"

# The loss that eval prints is the mean of -log of the probability in predict of each
# letter that comes, and eval's share of wrong letters is that of its likeliest ones.
# One stream over all of the text: the state is carried through both.
succeed eval letters text text --hold-out 1 --batch 1 --chunk 50
loss=$(value_of loss)
wrong=$(value_of wrong)
sed '$d' ids >input
predict letters --ids
[ "$status" -eq 0 ] || fail_run "it does not run"
sed 1d ids | paste -d' ' out - | awk -v loss="$loss" -v wrong="$wrong" "$arithmetic"'
    { total -= logarithm($(1 + $4)); best = 1
      for (i = 2; i <= 3; i++) if ($i > $best) best = i
      if (best != 1 + $4) misses++
      if ($1 + $2 + $3 < 0.99999 || $1 + $2 + $3 > 1.00001) sums++ }
    END {
      if (NR != 599 || sums || distance(total / NR, loss) > 2e-6 || distance(misses / NR, wrong) > 2e-6) {
        print NR " lines, loss " total / NR " for " loss ", wrong " misses / NR " for " wrong
        exit 1 } }' >difference || fail "predict and eval disagree: $(cat difference)"

# The same sequence twice, an empty line (or a blank one) between: the same
# outputs. Without it the state goes on, so they are others.
head -n 5 ids >five
{ cat five && echo && cat five && printf ' \t\r\n' && cat five; } >input
predict letters --ids
[ "$(wc -l <out)" -eq 15 ] || fail_run "not a line for each step"
head -n 5 out >first
sed -n 6,10p out >second
tail -n 5 out >third
same first second "after an empty line"
same first third "after a blank line"
{ cat five five; } >input
predict letters --ids
head -n 5 out >second
same first second "the first sequence"
tail -n 5 out >second
cmp -s first second && fail "without an empty line the state did not go on"

# Numbers instead of ids: as many as inputs, by blanks or commas. A one and zeros
# are an id.
sed -e 's/0/1 0 0/;t' -e 's/1/0,1 , 0/;t' -e 's/2/  0.0 0e5 +1./' five >input
predict letters
same first out "one-hot numbers"

# Numbers with a numeric model: one output, that moves with its inputs.
succeed train addition --length 10 --hidden 8 --updates 1 --evaluate-sequences 10 --quiet \
    --save sum
printf '0.5 1\n\n0.5 0\n\n-1e-3,1e30\n' >input
predict sum
[ "$status" -eq 0 ] || fail_run "it does not run"
[ "$(wc -l <out) $(wc -w <out) $(sort -u out | wc -l)" = "3 3 3" ] ||
    fail_run "three lines with a number each were expected"

# No input, no output; a last line without its end counts.
: >input
predict letters --ids
[ "$status $(wc -c <out)" = "0 0" ] || fail_run "nothing was expected"
printf '0\n1' >input
predict letters --ids
[ "$status $(wc -l <out)" = "0 2" ] || fail_run "two lines were expected"

# At once: the outputs are there while the input is still open.
mkfifo pipe
"$SRNN" predict letters --ids <pipe >out 2>err &
runner=$!
exec 3>pipe
for step in 1 2 3; do
    echo 1 >&3
    await "the outputs of step $step" has_lines out $step
done
exec 3>&-
wait "$runner" || fail_run "it did not end well"
runner=

# A line that is wrong is named, the lines before it are answered, and no later
# one. Empty lines count.
for bad in x -1 3 1.5 '1 1' 99999999999999999999999 0x1; do
    printf '0\n\n1\n%s\n0\n' "$bad" >input
    predict_refuses "standard input:4:1: " 2 letters --ids
done
for bad in '1 0' '1 0 0 0' 'a b c' '1 0 inf' '1 0 1e99' '1 0 0x' '1 0 1_0' \
    '1 0 0x1' '1,,0,0' '1,0,0,' '1,0 0' '1,0;0'; do
    printf '1 0 0\n%s\n1 0 0\n' "$bad" >input
    predict_refuses "standard input:2:" 1 letters
done

printf '1 0 0\n1;0;0,5\n' >input
predict_refuses "standard input:2:5: 0,5 has a decimal comma" 1 letters

printf '1 0 0\n1 0 "0\n' >input
predict_refuses "standard input:2:5: a quote that does not end on its line" 1 letters
printf '1\0000\000\n' >input
predict_refuses "standard input: is UTF-16LE" 0 letters
printf '1 0 0\n1\002\n' >input
predict_refuses "standard input:2:2: a control character, 0x02" 1 letters
awk 'BEGIN { for (i = 0; i < 9; i++) print i }' >single.txt
succeed train series single.txt --hidden 2 --updates 1 --hold-out 0 --quiet --save single
printf '1\n1 2\n' >input
predict_refuses "the line has more than the 1 number of a step" 1 single

# A zero byte ends no line: neither a number, nor an empty line.
for bad in '1 0 0\0 7' '1 0 0\0' '\0'; do
    printf '1 0 0\n%b\n1 0 0\n' "$bad" >input
    predict_refuses "a zero byte" 1 letters
done
printf '0\n1\0\n0\n' >input
predict_refuses "standard input:2:2: a zero byte" 1 letters --ids

# Input that cannot be read is reported, too.
refuse 1 "standard input" predict letters </

echo "predict: all as it should be"
