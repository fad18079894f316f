#!/bin/sh
# examples/tour: its commands run as they stand there, and end where it says.
set -eu
. tests/program/library.sh
. tests/docs/blocks.sh

document=examples/tour/README.md
run_blocks $document

# The program in C forecasts what `srnn predict` does, after each row the next; it computes the scale
# in float.
srnn predict room.safetensors readings.csv | cut -d, -f5,6 | sed 1,2d >predicted
tail -n +2 readings.csv | ./room >computed
paste -d, predicted computed | awk -F, '
    function far(a, b) { return a - b > 2e-4 || b - a > 2e-4 }
    NF != 4 || far($1, $3) || far($2, $4) { print "row " NR ": " $0; bad++ }
    END { exit bad > 0 || NR != 960 }' >differences ||
    fail "$document: srnn predict and the C program differ: $(head -n 3 differences)"

# The model beats the forecast that nothing changes.
srnn eval room.safetensors series readings.csv --hold-out 0.1 >out
error=$(value_of rmse)
holds "${error%% *} < 0.6" "$document: the error of the forecast, which is 0.73 without a model"

# The tune goes round the chords: six steps further on, the notes of the chord after.
awk -F ';' '{ exit !(NF == 36 && $7 == "55 67" && $13 == "52 64" && $19 == "53 65") }' new.txt ||
    fail "$document: another tune: $(cat new.txt)"

echo "$document: all of it is so"
