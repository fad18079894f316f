#!/bin/sh
# predict on data in their own units: whole files as they are trained on, labels by name, forecasts.
# What is predicted is what eval judges: the same share is wrong, and the same error is left.
set -eu
. tests/program/library.sh
data=${SRNN_DATA:-$PWD/../shared/data}/series
cd "$scratch"

# A column of the CSV in `out`: column NAME.
column() {
    awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
        { print $at }' out
}

# With labels: wrong_labels MODEL FILE: eval and predict agree on the share that is wrong.
wrong_labels() {
    succeed eval "$1" series "$2"
    _wrong=$(value_of wrong)
    _count=$(value_of sequences)
    succeed predict "$1" "$2"
    awk -F, -v wrong="$_wrong" -v count="$_count" '
        NR > 1 { misses += $2 != $3; if (NR - 1 != $1) bad = 1 }
        NR > 1 { sum = 0; best = 4
                 for (i = 4; i <= NF; i++) { sum += $i; if ($i > $best) best = i }
                 if (sum < 0.9999 || sum > 1.0001 || $best > $(3 + column[$3])) bad = 1 }
        NR == 1 { for (i = 4; i <= NF; i++) column[substr($i, 3)] = i - 3 }
        END { exit bad || !(NR == count + 1 && sprintf("%.6f", misses / count) == wrong) }' out ||
        fail_run "predict and eval ($_wrong of $_count wrong) disagree"
}

# Three classes, of which two cannot be told apart: a share is wrong that is neither 0 nor 1.
awk -v seed=12345 "$arithmetic"'BEGIN {
    split("up down flat", name, " ")
    for (i = 0; i < 120; i++) {
        k = 1 + int(3 * draw())
        line = name[k] "|" 5000 + (k == 1 ? 300 : -300) " 0.001"
        steps = 3 + int(10 * draw())
        for (t = 1; t < steps; t++) line = line ";" 5000 + 100 * (draw() - 0.5) " " 0.001 * draw()
        print line
    }
}' >classes
succeed train series classes --hidden 8 --epochs 10 --quiet --save labels.model
wrong_labels labels.model classes
holds "$_wrong > 0.1 && $_wrong < 0.6" "the share that is wrong"
[ "$(head -n 1 out)" = "sequence,label,prediction,$(sed 's/|.*//' classes | awk '!seen[$0]++ {
    printf "%sp_%s", n++ ? "," : "", $0 }')" ] || fail_run "the heading"
cp out with_labels

# Without labels, an empty line after each sequence: the same predictions. From standard input too.
sed -e 's/^[a-z]*|//' -e 's/$/;/' classes | tr ';' '\n' >unlabelled
succeed predict labels.model - --first-column value <unlabelled
cut -d, -f1,3- with_labels >expected
cut -d, -f1,3- out >found
same expected found "the predictions for sequences without labels"
[ -z "$(column label | tr -d '\n')" ] || fail_run "no label was known"
awk -F'|' '{ print (NR % 2 ? "?" : "") "|" $2 }' classes >unknown
succeed predict labels.model unknown
cut -d, -f1,3- out >found
same expected found "the predictions for sequences whose labels are not known"
[ -z "$(column label | tr -d '\n')" ] || fail_run "no label was known"
refuse 1 "unknown:1:1: the label ? is none of the model's" eval labels.model series unknown

# Step by step: the last answer of a sequence is that of its line in the file.
sed -n '1s/^[a-z]*|//p' classes | tr ';' '\n' >input
succeed predict labels.model <input
[ "$(wc -l <out)" -eq "$(wc -l <input)" ] || fail_run "a line for each step"
[ "$(tail -n 1 out)" = "$(sed -n 2p with_labels | cut -d, -f3-)" ] || fail_run "the label so far"

# The files of the archives: a label and a series on each row, and .ts, with a part for training and
# one for the test.
rows_of() {
    awk -v seed="$1" -v count="$2" "$arithmetic"'BEGIN {
        for (i = 0; i < count; i++) {
            k = 1 + int(3 * draw()); line = k
            for (t = 0; t < 12; t++) line = line "\t" sprintf("%.4f", (k > 1 ? t % 2 : t % 3) + 2 * draw())
            print line
        }
    }'
}
rows_of 12345 120 >train.tsv
rows_of 271828 60 >test.tsv
succeed train series train.tsv --first-column label --hidden 8 --epochs 8 --quiet --save archive.model
wrong_labels archive.model test.tsv
holds "$_wrong > 0.05 && $_wrong < 0.95" "the share that is wrong"
cp out expected
{
    printf '@problemName rows\n@univariate true\n@classLabel true 1 2 3\n@data\n'
    awk -F'\t' '{ for (i = 2; i <= NF; i++) printf "%s%s", (i > 2 ? "," : ""), $i; print ":" $1 }' test.tsv
} >test.ts
wrong_labels archive.model test.ts
same expected out "the same sequences from another kind of file"

# Labels that CSV has to quote, or that a terminal would obey.
printf 'a,b|1;2\n"c" d|2;1\n\303\251|3;1\n' >odd
succeed train series odd --hidden 4 --epochs 1 --hold-out 0.4 --quiet --batch 1 --save odd.model
succeed predict odd.model odd
[ "$(head -n 1 out)" = "$(printf 'sequence,label,prediction,"p_a,b","p_""c"" d",p_\303\251')" ] ||
    fail_run "the heading of labels with commas and quotes"
[ "$(sed -n 2p out | cut -c 1-8)" = '1,"a,b",' ] || fail_run "a label with a comma"
printf '\351|1;2\n\350|2;1\n' >latin
succeed train series latin --hidden 4 --epochs 1 --hold-out 0.5 --quiet --batch 1 --save odd.model
succeed predict odd.model latin
[ "$(head -n 1 out)" = "sequence,label,prediction,p_%E9,p_%E8" ] || fail_run "labels that are not UTF-8"

# A plain series with times, far from scaled: what remains of the error is eval's in its own units,
# and a step is wrong beyond its tolerance.
awk -v seed=12345 "$arithmetic"'BEGIN {
    for (t = 0; t < 400; t++) {
        x = 0.9 * x + draw() - 0.5
        printf "%d,%.3f,%.6f\n", 1900 + t, 300 + 5 * x, 0.001 * x * x
    }
}' >walk
succeed train series walk --hidden 8 --epochs 40 --quiet --save walk.model
succeed eval walk.model series walk
rmse=$(value_of rmse)
tolerance=$(value_of tolerance)
wrong=$(value_of wrong)
holds "$wrong > 0.05 && $wrong < 0.95" "the share that is wrong"
succeed predict walk.model walk
[ "$(head -n 1 out)" = "sequence,step,value1,value2,prediction1,prediction2" ] || fail_run "the heading"
tail -n +3 out | awk -F, -v rmse="$rmse" -v tolerance="$tolerance" -v wrong="$wrong" "$arithmetic"'
    BEGIN { split(rmse, r, " "); split(tolerance, tol, " ") }
    NF == 6 && $3 != "" {
        n++
        a = distance($3, $5); b = distance($4, $6)
        s1 += a * a; s2 += b * b
        misses += a > tol[1] || b > tol[2]
    }
    END {
        print "mean squares", s1 / n, s2 / n, "wrong", misses / n
        exit !(n == 399 && distance(s1 / n / (r[1] * r[1]), 1) < 2e-4 &&
               distance(s2 / n / (r[2] * r[2]), 1) < 2e-4 && sprintf("%.6f", misses / n) == wrong)
    }' >seen || fail "predict and eval disagree: $(cat seen), not $rmse, $wrong"
holds "${rmse% *} < 2" "the error is in the units of the series, whose deviation is above 2"
[ "$(sed -n 2p out)" = "1,1,$(sed -n '1s/^[0-9]*,//p' walk | sed 's/0*$//'),," ] ||
    fail_run "the values are those of the file, and nothing is predicted of the first step"
cp out rows
# Step by step the numbers are read as those of a file: with holes, with digits that a float does not
# have, and whatever separates them. An answer is what the file's next line has.
awk 'BEGIN { for (t = 0; t < 60; t++)
    printf "%.2f,%s\n", 1700000000 + t * t % 17 / 4, (t % 7 == 3 ? "" : t % 5) }' >far
succeed train series far --first-column value --hidden 4 --updates 3 --quiet --save far.model
succeed predict far.model far --first-column value
cut -d, -f5,6 out | sed 1,2d >expected
for change in 's/,$/,?/' 's/,$/,NA/;s/,/; /' 's/,\(.\)/\t\1/' 's/\(.*\),/"\1","/;s/$/"/' 's/,$/, nan/;s/,/ /'; do
    sed "$change" far >input
    "$SRNN" predict far.model <input >found
    same expected found "the answers to lines that were changed by $change"
done
printf '300,-0.25\n1700000000.5,1234567.875\n' >numbers
succeed predict walk.model numbers
[ "$(sed 1d out | cut -d, -f3,4 | tr '\n' ' ')" = "300,-0.25 1700000000.5,1234567.875 , " ] ||
    fail_run "the values as they stand in the file"

# Step by step, without the times: the predictions of the file's next rows. With --raw both sides
# are the network's own numbers.
cut -d, -f2- walk | head -n 20 >input
succeed predict walk.model <input
sed -n 3,22p rows | cut -d, -f5- >expected
same expected out "step by step"
succeed inspect walk.model
value_of scaling >scales
awk -F, 'NR == FNR { split($0, part, " "); mean[NR] = part[1]; deviation[NR] = part[2]; next }
    { printf "%.9g,%.9g\n", ($1 - mean[1]) / deviation[1], ($2 - mean[2]) / deviation[2] }' \
    scales input >scaled
"$SRNN" predict walk.model --raw <scaled | awk 'NR == FNR { m[NR] = $1; d[NR] = $2; next }
    { print m[1] + d[1] * $1 "," m[2] + d[2] * $2 }' scales - >raw
paste -d, expected raw | awk -F, "$arithmetic"'
    distance($1, $3) > 0.001 || distance($2, $4) > 1e-6 { bad++ }
    END { exit !(NR == 20 && !bad) }' || fail "--raw has other outputs: $(paste -d, expected raw)"

# A forecast goes on from its own predictions: as if they had been measured.
succeed predict walk.model walk --ahead 5
[ "$(wc -l <out)" -eq 406 ] || fail_run "400 steps and five after them"
head -n 402 out >found
same rows found "what is before the forecast"
tail -n 5 out | cut -d, -f5- >forecast
[ "$(tail -n 5 out | cut -d, -f-4 | tr '\n' ' ')" = "1,401,, 1,402,, 1,403,, 1,404,, 1,405,, " ] ||
    fail_run "steps without values"
{ cut -d, -f2- walk && head -n 4 forecast; } | "$SRNN" predict walk.model | tail -n 5 >expected
paste -d, forecast expected | awk -F, "$arithmetic"'
    distance($1, $3) > 0.001 || distance($2, $4) > 1e-6 { bad++ }
    END { exit !(NR == 5 && !bad) }' || fail "another forecast: $(paste -d, forecast expected)"
[ "$(sort -u forecast | wc -l)" -eq 5 ] || fail "the forecast stands still"

# Missing values: the last known one takes their place, and they are not judged. A heading, and
# another separator.
awk -F, 'BEGIN { print "year;level;square" }
    { print $1 ";" (NR % 7 ? $2 : "?") ";" (NR % 5 ? $3 : "") }' walk >gaps
succeed eval walk.model series gaps
rmse=$(value_of rmse)
wrong=$(value_of wrong)
steps=$(value_of steps)
succeed predict walk.model gaps
tail -n +3 out | awk -F, -v rmse="$rmse" -v tolerance="$tolerance" -v wrong="$wrong" \
    -v steps="$steps" "$arithmetic"'
    BEGIN { split(rmse, r, " "); split(tolerance, tol, " ") }
    {
        off = 0
        if ($3 != "") { n1++; a = distance($3, $5); s1 += a * a; off += a > tol[1] }
        if ($4 != "") { n2++; b = distance($4, $6); s2 += b * b; off += b > tol[2] }
        n += $3 != "" || $4 != ""
        misses += off > 0
    }
    END {
        print "mean squares", s1 / n1, s2 / n2, "wrong", misses / n, "steps", n
        exit !(n == steps && distance(s1 / n1 / (r[1] * r[1]), 1) < 2e-4 &&
               distance(s2 / n2 / (r[2] * r[2]), 1) < 2e-4 && sprintf("%.6f", misses / n) == wrong)
    }' >seen || fail "with gaps predict and eval disagree: $(cat seen), not $rmse, $wrong, $steps"

# Several series in a file: each begins afresh and has its own forecast. Their first value is missing.
head -n 20 walk | sed '1s/,[^,]*,/,?,/' >once
{ cat once && echo && cat once; } >twice
succeed predict walk.model twice --ahead 2
sed -n 2,23p out | cut -d, -f2- >first
sed -n 24,45p out | cut -d, -f2- >second
same first second "the same series twice"
[ "$(column sequence | uniq -c | awk '{ print $1, $2 }' | tr '\n' ,)" = "22 1,22 2," ] ||
    fail_run "two series of 22 steps"

# Music: the notes of each step and of one more, as many wrong as eval says.
awk -v seed=12345 "$arithmetic"'BEGIN { for (i = 0; i < 40; i++) { line = ""
    for (t = 0; t < 12; t++) line = line (t ? ";" : "") (draw() < 0.8 ? 60 + (t + i) % 2 * 4 : 67)
    print line } }' >tunes
succeed train music tunes --hidden 16 --rate 0.01 --drop 0 --updates 400 --quiet --save tunes.model
succeed eval tunes.model music tunes
wrong=$(value_of wrong)
holds "$wrong > 0.05 && $wrong < 0.95" "the share that is wrong"
succeed predict tunes.model tunes
paste -d'|' tunes out | awk -F'|' -v wrong="$wrong" '{
        heard = split($1, truth, ";"); predicted = split($2, guess, ";")
        if (predicted != heard + 1) exit 1
        for (t = 1; t <= heard; t++) { n++; misses += truth[t] != guess[t] }
    }
    END { exit !(n == 480 && sprintf("%.6f", misses / n) == wrong) }' ||
    fail_run "predict and eval ($wrong) disagree"
cp out predicted
succeed eval tunes.model music predicted
[ "$(value_of steps)" -eq 520 ] || fail_run "what is printed is music of 13 steps a piece"

# What cannot be.
awk 'BEGIN { for (i = 0; i < 200; i++) print "words", i % 7 }' >text
succeed train text text --hidden 3 --batch 2 --epochs 1 --quiet --save text.model
succeed train addition --length 10 --hidden 3 --updates 1 --evaluate-sequences 10 --quiet --save sum.model
refuse 1 "the model was trained on text; srnn eval" predict text.model text
refuse 1 "the model was trained on addition" predict sum.model walk
refuse 1 "classes:1:1: a label; the model was trained without labels" predict walk.model classes
cut -d, -f2 walk >narrow
refuse 1 "narrow:1:1: 1 columns; the model has 2 values a step" predict walk.model narrow
refuse 1 "--ahead 2: forecasts are of plain series, and the model was trained on a series with labels" \
    predict labels.model classes --ahead 2
refuse 1 "the model was trained on music" predict tunes.model tunes --ahead 2
refuse 2 "--separator is for models of series, and tunes.model is none" predict tunes.model tunes --separator tab
refuse 2 "--quarter-steps is for models of music, and walk.model is none" predict walk.model walk --quarter-steps 2
printf 'sideways|1 2;3 4\n' >other
run predict labels.model other
one_line 1
says "other:1:1: the label sideways is none of the model's"
: >empty
refuse 1 "empty: is empty" predict walk.model empty
refuse 1 "No such file" predict walk.model missing
printf '1 2\n3 1e38\n' >input
run predict walk.model <input
one_line 1
says "standard input:2:3: too large for the scale of the model"

# A line of a file, with its time, is not one of a step; it is said what reads it. A byte-order mark
# is passed over, as in files.
for line in '2026-11-28,1,2' '5,1,2' 'time,a,b'; do
    echo "$line" >input
    run predict walk.model <input
    one_line 1
    case $line in
    5*) says "times and labels are read by: srnn predict walk.model -" ;;
    *) says "standard input:1:1: " ;;
    esac
done
printf '1 2\n' >input
"$SRNN" predict walk.model <input >expected
{ printf '\357\273\277' && cat input; } >marked
succeed predict walk.model <marked
same expected out "a byte-order mark"
{ cat input marked; } >input.2
run predict walk.model <input.2
one_line 1
says "line 2: a byte-order mark is for the first line"

# The archive of the field, where it is.
if [ -d "$data" ]; then
    succeed train series "$data/gunpoint.train.txt" --hidden 8 --epochs 3 --quiet --save gun.model
    wrong_labels gun.model "$data/gunpoint.test.txt"
else
    echo "no $data: the real series were not read"
fi

echo "predict on files: all as it should be"
