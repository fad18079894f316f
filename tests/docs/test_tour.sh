#!/bin/sh
# examples/tour: its commands run as they stand there, and end where it says.
set -eu
. tests/program/library.sh
. tests/docs/blocks.sh

document=examples/tour/README.md
run_blocks $document

# The program in C forecasts what `srnn predict` does of file $1, after each row the next; it computes
# the scale in float.
forecasts_alike() {
    srnn predict room.safetensors "$1" | cut -d, -f5,6 | sed 1,2d >predicted
    tail -n +2 "$1" | ./room >computed || fail "$document: the C program ends with $?"
    paste -d, predicted computed | awk -F, -v "rows=$(($(grep -c '' "$1") - 1))" '
        # A comparison with nan is true or false as the awk has it.
        function far(a, b) { return (a b) !~ /^[-.0-9]+$/ || a == "" || b == "" || a - b > 2e-4 || b - a > 2e-4 }
        NF != 4 || far($1, $3) || far($2, $4) { print "row " NR ": " $0; bad++ }
        END { exit bad > 0 || NR != rows }' >differences ||
        fail "$document: srnn predict and the C program differ: $(head -n 3 differences)"
}
forecasts_alike readings.csv

# What stands for a missing reading, in lines of both kinds, the last without its end.
{
    head -n 4 readings.csv
    printf '2026-04-01 00:00:00,nan,5\r\n2026-04-01 00:30:00,NA, ?\n2026-04-01 01:00:00,-1e1 ,\n'
    printf '2026-04-01 01:30:00,3,4'
} >gaps.csv
forecasts_alike gaps.csv

# Rows that are not understood end it, and no row is two.
long=$(awk 'BEGIN { while (i++ < 100) printf "0" }')
for row in '' 'noon' 'noon,12.5' 'noon,12.5x,7' 'noon,12.5NA,7' 'noon,7,12.5 ?' 'noon,inf,7' 'noon,7,-inf' 'noon,1e60,7' \
    'noon,12.5,n/a' 'noon,1,2,3' "noon,1,2$long" "noon,1,.$long$long"; do
    for end in '' '\n'; do
        # shellcheck disable=SC2059
        ! printf "noon,12.5,76.0\n%s$end" "$row" | ./room >computed 2>said || [ -z "$row$end" ] ||
            fail "$document: the C program takes the row '$row'"
        [ "$(grep -c '' computed)" -eq 1 ] || fail "$document: the row '$row' is $(cat computed)"
        [ -z "$row$end" ] || grep -q '^room: not a time and 2 readings: ' said || fail "$document: '$row': $(cat said)"
    done
done

# A model with other outputs than readings: in number, or classes.
for classes in 3 2; do
    awk -v "classes=$classes" 'BEGIN {
        for (i = 0; i < 30; i++) print "class" i % classes "|" i % classes " 1;" i % classes " 2;0 1"
    }' >classes.txt
    succeed train series classes.txt --hidden 24 --updates 1 --quiet --save classes.safetensors
    od -An -v -tu1 classes.safetensors | sed 's/  */,/g;s/^,//;s/$/,/' >room.inc
    # shellcheck disable=SC2046
    cc -std=c99 room.c $(pkg-config --cflags --libs srnn) -o classes
    ! echo 'noon,12.5,76.0' | ./classes >computed 2>said ||
        fail "$document: the C program takes a model of $classes classes"
    grep -q '^room: sizes do not fit' said || fail "$document: of a model of $classes classes: $(cat said)"
done

# The model beats the forecast that nothing changes.
srnn eval room.safetensors series readings.csv --hold-out 0.1 >out
error=$(value_of rmse)
holds "${error%% *} < 0.6" "$document: the error of the forecast, which is 0.73 without a model"

# The tune goes round the chords: six steps further on, the notes of the chord after.
awk -F ';' '{ exit !(NF == 36 && $7 == "55 67" && $13 == "52 64" && $19 == "53 65") }' new.txt ||
    fail "$document: another tune: $(cat new.txt)"

echo "$document: all of it is so"
