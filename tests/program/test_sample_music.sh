#!/bin/sh
# `srnn sample` with a model of music: piano rolls and MIDI files, and that notes are drawn with the
# probabilities that the model gives them.
set -eu
. tests/program/library.sh
cd "$scratch"

# A model that is unsure: chords that go up and down.
awk 'BEGIN {
    for (piece = 0; piece < 8; piece++)
        for (t = 0; t < 30; t++) {
            root = 50 + piece + (t * t + piece) % 11
            printf "%s%s%s", root, t % 3 ? " " root + 7 : "", t < 29 ? ";" : "\n"
        }
}' >train.txt
succeed train music train.txt --hidden 20 --activation tanh --init smart-tanh --updates 100 --drop 0 \
    --hold-out 0 --keep last --quiet --save model

# ---------------------------------------------------------------------------
# A roll becomes a MIDI file, and the file the roll.
# ---------------------------------------------------------------------------
# round_trip ROLL OPTIONS
round_trip() {
    printf '%s\n' "$1" >roll.txt
    shift
    succeed sample model --length 0 --prime-file roll.txt --output roll.mid "$@"
    [ ! -s out ] && [ ! -s err ] || fail_run "nothing was to be printed"
    succeed sample model --length 0 --prime-file roll.mid "$@"
    same roll.txt out "a roll that was a MIDI file"
}
# Pitches from $1 to 108, $2 apart.
pitches() {
    awk -v pitch="$1" -v by="$2" 'BEGIN {
        for (; pitch <= 108; pitch += by) printf "%d%s", pitch, pitch + by <= 108 ? " " : "" }'
}
for steps in 1 2 7 24; do
    round_trip '60' --quarter-steps $steps
    round_trip ';;' --quarter-steps $steps
    round_trip '21 60 64 108;60 64;;62;62 63;62;;;' --quarter-steps $steps
    round_trip "$(pitches 21 1);$(pitches 22 2);$(pitches 21 1)" --quarter-steps $steps
    round_trip "60;$(awk 'BEGIN { for (i = 0; i < 3000; i++) printf ";" }')60" --quarter-steps $steps
    while read -r roll; do
        round_trip "$roll" --quarter-steps $steps
    done <train.txt
done

# The bytes: format 0, a track, 2 * 120 ticks of a quarter; C for a step, then E for two.
succeed sample model --length 0 --prime '60;64;64' --output known.mid
{
    printf 'MThd\0\0\0\6\0\0\0\1\0\360MTrk\0\0\0\25'
    printf '\0\220\74\120\170\220\74\0\0\220\100\120\201\160\220\100\0\0\377\57\0'
} >wanted.mid
same wanted.mid known.mid "a MIDI file"

# A silence of more ticks than one event may have behind it: 2,300,000 times 120, of which the first
# 268,435,455 are before an empty text.
awk 'BEGIN { for (i = 0; i < 6; i++) print ";;;;;;;" }' >silence.txt
succeed train music silence.txt --hidden 2 --epochs 3 --hold-out 0 --quiet --save silence
succeed sample silence --temperature 0 --length 2300000 --output long.mid
{
    printf 'MThd\0\0\0\6\0\0\0\1\0\360MTrk\0\0\0\16'
    printf '\377\377\377\177\377\1\0\203\315\332\1\377\57\0'
} >wanted.mid
same wanted.mid long.mid "a long silence"

refuse 1 "none.mid: No such file" sample model --prime-file none.mid

# ---------------------------------------------------------------------------
# What is drawn
# ---------------------------------------------------------------------------
# expect_notes TEMPERATURE: of 3000 steps that were drawn, the notes are as many as the sum of their
# probabilities, within four deviations: all, and those of each key.
expect_notes() {
    succeed sample model --length 3000 --temperature "$1" --seed 7
    cp out drawn.txt
    [ "$(tr -cd ';' <drawn.txt | wc -c)" -eq 2999 ] || fail_run "3000 steps were to be drawn"
    awk -F ';' '{
        for (t = 0; t < NF; t++) {
            split("", on)
            n = t > 0 ? split($t, pitch, " ") : 0
            for (i = 1; i <= n; i++) on[pitch[i]] = 1
            for (key = 21; key <= 108; key++) printf "%d ", key in on
            print ""
        }
    }' drawn.txt >inputs
    "$SRNN" predict model <inputs >outputs
    tail -n +2 inputs >targets
    paste -d ' ' targets outputs | awk -v temperature="$1" 'NF == 176 {
        for (i = 1; i <= 88; i++) {
            odds = $(i + 88) / (1 - $(i + 88))
            if (temperature == 0.5) odds *= odds
            p = odds / (1 + odds)
            difference[i] += $i - p; variance[i] += p * (1 - p)
            difference[0] += $i - p; variance[0] += p * (1 - p)
            notes += $i
        }
    } END {
        for (i = 0; i <= 88; i++)
            if (variance[i] > 10 && difference[i] * difference[i] > 16 * variance[i]) {
                printf "key %d: %.1f notes too many, variance %.1f\n", i, difference[i], variance[i]
                exit 1
            }
        if (notes < 1000) { print "only " notes " notes"; exit 1 }
    }' || fail "temperature $1: not what the model predicts"
}
expect_notes 1
expect_notes 0.5

# The same seed is the same piece, another is another. A MIDI file has what is printed without it.
succeed sample model --length 50 --seed 3
cp out three.txt
succeed sample model --length 50 --seed 3
same three.txt out "the same seed"
succeed sample model --length 50 --seed 4
! cmp -s three.txt out || fail "another seed was to draw another piece"
succeed sample model --length 50 --seed 3 --output three.mid
succeed sample model --length 0 --prime-file three.mid
same three.txt out "the MIDI file of a seed"

# A continuation begins with what it continues. At temperature 0 it is what predict says.
succeed sample model --length 5 --prime '50 57;52;;53'
grep -q '^50 57;52;;53;' out || fail_run "the piece was to be continued"
printf '50 57;52;;53\n' >prime.txt
succeed predict model prime.txt
sed 's/.*;//' out >predicted
succeed sample model --length 1 --temperature 0 --prime-file prime.txt
sed 's/.*;//' out >likeliest
same predicted likeliest "the notes at temperature 0"
succeed sample model --length 1 --temperature 0 --prime-file - <prime.txt
sed 's/.*;//' out >likeliest
same predicted likeliest "the notes after standard input"
# A temperature near 0 is as 0, though the quotients are too large for a float.
succeed sample model --length 20 --temperature 0
cp out likeliest
succeed sample model --length 20 --temperature 1e-300
same likeliest out "the notes near temperature 0"

# ---------------------------------------------------------------------------
# What is refused
# ---------------------------------------------------------------------------
refuse 1 "--prime:1:4: a pitch" sample model --prime '60 200'
printf '60\n62\n' >two.txt
refuse 1 "two.txt: has 2 pieces; one can be continued" sample model --prime-file two.txt
cat known.mid known.mid >two.mid
refuse 1 "two.mid: has 2 pieces" sample model --prime-file two.mid --output new.mid
refuse 1 "new.mid: no step to write" sample model --length 0 --output new.mid
[ ! -e new.mid ] || fail "a file was written in spite of a refusal"
refuse 2 "--output ./model is a file that is read" sample model --output ./model
refuse 2 "--output known.mid is a file that is read" sample model --prime-file known.mid --output known.mid
refuse 1 "none/new.mid" sample model --output none/new.mid
awk 'BEGIN { for (i = 0; i < 300; i++) print "a text" }' >text.txt
succeed train text text.txt --hidden 2 --updates 1 --save text.model --quiet
refuse 2 "--output is for models of music" sample text.model --output new.mid
refuse 2 "--quarter-steps is for models of music" sample text.model --quarter-steps 3
