#!/bin/sh
# The recipes of examples/paper: a finished run is not repeated, an interrupted one goes on
# to the same bits, another with the same name is refused; every line of every plan is one
# that `srnn train` takes; and music is transposed.
set -eu
. tests/program/library.sh
# Flags of a make that runs this test are not meant for the ones here.
unset MAKEFLAGS MFLAGS MAKELEVEL || :
paper=$PWD/examples/paper
OUT=$scratch/runs
DATA=${SRNN_DATA:-$PWD/../shared/data}
# make splits paths at blanks, and would build the program that it does not find, in this BUILD. What this
# test makes needs no data.
ln -s "$SRNN" "$scratch/program"
SRNN=$scratch/program
export SRNN OUT DATA
make="make -s -C examples/paper OUT=$OUT DATA=data JOBS=2"
runner=

tidy() {
    [ -z "$runner" ] || kill -9 "$(cat "$scratch/pid")" "$runner" 2>/dev/null || :
}

# What is done again is newer than `then`, whatever the clock of the file system can tell apart.
long_ago=200001010000

# A cell: its table, a line for each run, and nothing to do the second time.
$make temporal-order LENGTH=20 INIT=basic-tanh SEEDS=2 >"$scratch/first"
tail -n 1 "$scratch/first" | grep -q '^temporal-order-basic-tanh-20-sgd-cr  *2 of 2 ' ||
    fail "two runs were to succeed: $(cat "$scratch/first")"
cat "$OUT"/*-cr-[12].csv >"$scratch/lines"
[ "$(wc -l <"$scratch/lines")" -eq 2 ] || fail "a line for each run was expected"
touch -t $long_ago "$OUT"/temporal-order-basic-tanh-20-sgd-cr-1.safetensors "$scratch/then"
$make temporal-order LENGTH=20 INIT=basic-tanh SEEDS=2 >"$scratch/second"
[ -z "$(find "$OUT" -newer "$scratch/then" -name '*-1.safetensors')" ] || fail "a run was repeated"
[ "$(wc -l <"$scratch/second")" -eq 2 ] || fail "only the table was expected again"
$make temporal-order LENGTH=20 INIT=basic-tanh SEEDS=3 | tail -n 1 | grep -q ' 3 of 3 ' ||
    fail "a third seed was to be added"
if $make temporal-order METHOD=guessing >"$scratch/output" 2>&1; then
    fail "there is no such method: $(cat "$scratch/output")"
fi
grep -q 'METHOD is sgd' "$scratch/output" || fail "the methods were to be printed"

# A run that is interrupted, wherever it was, and one that never was.
options="--length 20 --evaluate-every 50 --evaluate-sequences 100 --stop-error 0"
printf '#!/bin/sh\necho $$ >"%s/pid"\nexec "%s" "$@"\n' "$scratch" "$SRNN" >"$scratch/srnn"
chmod +x "$scratch/srnn"
# shellcheck disable=SC2086
SRNN=$scratch/srnn "$paper/run.sh" broken temporal-order $options --updates 1000000000 >"$scratch/output" 2>&1 &
runner=$!
await "lines in the log" has_lines "$OUT/broken.log.csv" 4
kill -s INT "$(cat "$scratch/pid")"
status=0
wait "$runner" || status=$?
runner=
[ "$status" -eq 255 ] || fail "an interrupted run: status $status: $(cat "$scratch/output")"
updates=$(($(sed -n 's/^updates //p' "$OUT/broken.result") + 500))
# shellcheck disable=SC2086
"$paper/run.sh" broken temporal-order $options --hidden 9 >"$scratch/output" 2>&1 &&
    fail "another run with the same name was not refused"
grep -q "it had" "$scratch/output" || fail "the difference: $(cat "$scratch/output")"
# Also one that leaves an option out: a checkpoint would put its own in that place.
"$paper/run.sh" broken temporal-order --length 20 --updates $updates >"$scratch/output" 2>&1 &&
    fail "a run that leaves options out was not refused"
grep -q -- '--evaluate-every 50' "$scratch/output" || fail "the run: $(cat "$scratch/output")"
# shellcheck disable=SC2086
for name in whole broken; do
    "$paper/run.sh" $name temporal-order $options --updates $updates >/dev/null
done
cmp "$OUT/whole.safetensors" "$OUT/broken.safetensors" || fail "an interrupted run has other bits"
[ ! -f "$OUT/broken.checkpoint" ] || fail "a finished run leaves no checkpoint"

# A run that goes on from another one's model waits for it.
options="--length 20 --updates 300 --evaluate-sequences 100"
(cd "$paper" && JOBS=3 ./run_all.sh) >"$scratch/output" <<EOF || fail "$(cat "$scratch/output")"
first temporal-order $options
second temporal-order --from $OUT/first.safetensors $options
third temporal-order --from $OUT/second.safetensors $options
EOF
cut -d : -f 1 "$scratch/output" >"$scratch/order"
printf 'first\nsecond\nthird\n' | cmp - "$scratch/order" || fail "$(cat "$scratch/output")"

# A model of characters is judged adapting too, once, if it predicts the next one.
for word in one two three four five six seven eight nine ten; do
    echo "$word $word $word and so on"
done | tee "$scratch/text" >"$scratch/other"
for name in text-next-1 text-fifth-1; do
    ahead=1
    [ $name = text-next-1 ] || ahead=5
    echo "$name text $scratch/text --test $scratch/other --hidden 8 --batch 2 --updates 100" \
        "--drop 0$([ $ahead -eq 1 ] || echo " --ahead $ahead")"
done >"$scratch/plan"
xargs -L 1 "$paper/run.sh" <"$scratch/plan" >/dev/null
"$paper/judge_adapting.sh" <"$scratch/plan" >"$scratch/first"
touch -t $long_ago "$OUT/text-next-adapting-1.csv" "$scratch/then"
"$paper/judge_adapting.sh" <"$scratch/plan" >"$scratch/second"
cmp "$scratch/first" "$scratch/second" || fail "judged twice: $(cat "$scratch/second")"
[ -z "$(find "$OUT" -newer "$scratch/then" -name text-next-adapting-1.csv)" ] || fail "a model was judged again"
[ "$(wc -l <"$scratch/first")" -eq 1 ] || fail "one line was expected: $(cat "$scratch/first")"
run eval "$OUT/text-next-1.safetensors" text "$scratch/other" --chunk 4 --adapt 0.00025
awk -F, -v loss="$(value_of loss)" 'NF == 12 && $3 == "judged" && $10 == loss { found = 1 }
    END { exit !found }' "$OUT/text-next-adapting-1.csv" ||
    fail "eval has $(value_of loss): $(cat "$OUT/text-next-adapting-1.csv")"

# Music in twelve keys: those that stay on the piano, and silence where it was.
printf '60 64;;67\n21 108\n26;103\n' | awk -f "$paper/transpose.awk" >"$scratch/keys"
[ "$(wc -l <"$scratch/keys")" -eq 24 ] || fail "twelve, one and eleven keys: $(cat "$scratch/keys")"
for piece in '54 58;;61' '60 64;;67' '65 69;;72' '21 108' '21;98' '31;108'; do
    [ "$(grep -c "^$piece\$" "$scratch/keys")" -eq 1 ] || fail "$piece was expected once"
done

# Every line of every plan is taken.
plans="figure-7 figure-7-on temporal-order-3bit addition multiplication permutation memorization-5
    memorization-20 lengths defaults"
if [ -d "$DATA" ]; then
    plans="$plans table-1 table-1-text music text digits defaults-files"
    [ ! -d "$DATA/music" ] || plans="$plans quick"
else
    echo "no $DATA: plans with files were not tried"
fi
for plan in $plans; do
    SEEDS=1 "$paper/plan.sh" "$plan" >"$scratch/plan"
    [ -s "$scratch/plan" ] || fail "$plan: an empty plan"
    [ "$(cut -d ' ' -f 1 "$scratch/plan" | sort | uniq -d | wc -l)" -eq 0 ] ||
        fail "$plan: a name comes twice"
    # One line of each kind, and those from whose models others go on.
    awk '
        { key = $2 }
        FNR == NR { for (i = 3; i < NF; i++) if ($i == "--from") wanted[$(i + 1)]; next }
        { for (i = 3; i <= NF; i++) if ($i !~ /^[0-9:]+$/) key = key $i }
        !seen[key]++ || out "/" $1 ".safetensors" in wanted
    ' out="$OUT" "$scratch/plan" "$scratch/plan" >"$scratch/kinds"
    sed "s#$DATA/#DATA/#g;s#$OUT/#OUT/#g" "$scratch/plan" >>"$scratch/all"
    while read -r name rest; do
        # shellcheck disable=SC2086
        case $rest in
        *"$OUT"/*.txt*) ;; # a file that its recipe unpacks
        # A linear schedule would need updates.
        *.txt*) run train $rest --updates 0 --epochs 0 --schedule constant --quiet ;;
        *) # the model may be where another plan starts from
            run train $rest --updates 1 --evaluate-sequences 2 --batch 1 --quiet \
                --save "$OUT/$name.safetensors"
            ;;
        esac
        [ "$status" -eq 0 ] || [ "$status" -eq 3 ] || fail_run "$plan: $name"
    done <"$scratch/kinds"
done

# The committed runs are those of the plans, with their options. A plan has more seeds than the
# first.
awk -F, '
    { sub(/-[0-9]+\.safetensors/, ".safetensors") }
    FILENAME == ARGV[1] { split($0, word, " "); line = $0; sub(/^[^ ]* /, "", line); sub(/-1$/, "", word[1])
                sub(/ --seed [0-9]+$/, "", line); planned[word[1]] = line; next }
    FNR > 1 {
        cell = seed = $1
        sub(/-[0-9]+$/, "", cell)
        sub(/.*-/, "", seed)
        if (cell ~ /^default-/) seed += 400
        if (!index($12, "--seed " seed "\"") && !(cell ~ /-adapting$/)) {
            print $1 ": seed " seed " was expected"
            bad = 1
        }
        line = $2 " " $12
        gsub(/"/, "", line)
        sub(/ --seed [0-9]+$/, "", line)
        if (cell in planned && planned[cell] != line) {
            print $1 ": the plan has\n  " planned[cell] "\n" FILENAME "\n  " line
            bad = 1
        }
        known[FILENAME] += cell in planned
    }
    END {
        for (i = 2; i < ARGC; i++) {
            if (known[ARGV[i]] == 0) { print "no run of " ARGV[i] " is of a plan"; bad = 1 }
        }
        exit bad
    }
' "$scratch/all" "$paper/results.csv" "$paper/defaults.csv" >"$scratch/differences" || fail "$(cat "$scratch/differences")"

# The tables of RESULTS.md are those that report.sh computes from the CSV files.
(cd "$paper" && ./report.sh <RESULTS.md) >"$scratch/report"
cmp "$paper/RESULTS.md" "$scratch/report" || fail "RESULTS.md: run 'make -C examples/paper collect'"

# The table of what the defaults reach is that of their runs.
(cd "$paper" && ./defaults.sh) >"$scratch/defaults"
[ "$(wc -l <"$scratch/defaults")" -ge 8 ] || fail "few defaults: $(cat "$scratch/defaults")"
sed -n '/^## What the defaults reach/,/^## Building/p' README.md | grep '^|' >"$scratch/shown"
diff "$scratch/shown" "$scratch/defaults" >"$scratch/differences" ||
    fail "README.md has another table than examples/paper/defaults.sh prints: $(cat "$scratch/differences")"

# Each table has cells and each cell its table, and no committed run is missing from them. The
# runs of `quick` only check the program.
sed -n 's/^<!-- table: \(.*\) -->$/\1/p' "$paper/RESULTS.md" >"$scratch/tables"
awk -F, '
    FILENAME == ARGV[1] { tables[$1] = 1; next }
    FNR == 1 { next }
    FILENAME == ARGV[2] {
        sections[$1] = 1
        cells[$3] = 1
        if (NF != 10) print "cells.csv, " $2 ": " NF " columns, 10 expected"
        if ($1 != "" && !($1 in tables)) print "RESULTS.md: no table " $1
        next
    }
    {
        cell = $1
        sub(/-[0-9]+$/, "", cell)
        if (!(cell in cells) && cell !~ /^(quick-|lengths)/) print "cells.csv: no cell " cell
    }
    END {
        for (table in tables) {
            if (table != "summary" && !(table in sections)) print "RESULTS.md: table " table " is empty"
        }
    }' "$scratch/tables" "$paper/cells.csv" "$paper/results.csv" >"$scratch/missing"
[ ! -s "$scratch/missing" ] || fail "$(cat "$scratch/missing")"
