#!/bin/sh
# test_microcontroller.sh - learn_order of examples/microcontroller learns, and prints what is committed;
# write_model.sh makes a model for watch_sensor
#
# `make check-packages` runs both programs from the packages, on the computer and on boards.
set -eu
. tests/program/library.sh

folder=examples/microcontroller
# shellcheck disable=SC2046
"${CC:-cc}" -std=c99 -Wall -Wextra -Werror $(link_flags) -Iinclude -o "$scratch/learn" \
    $folder/learn_main.c $folder/learn_order.c "$BUILD/libsrnn.a" || fail "does not build"
"$scratch/learn" >"$scratch/out" || fail "does not run"
tail -n 1 "$scratch/out" | grep -q ' wrong 0 of 100 ' || fail "has not learnt: $(tail -n 1 "$scratch/out")"
# The first line is of memory, which depends on the size of a pointer.
tail -n +2 "$scratch/out" | diff $folder/learn_order.txt - || fail "other lines than learn_order.txt"
echo "learnt: $(tail -n 1 "$scratch/out")"

# The commands of README.md that make a model, on fewer updates; what they make runs.
"${CC:-cc}" -std=c99 -o "$scratch/write_readings" $folder/write_readings.c $folder/sensor.c
"$scratch/write_readings" 0 960 >"$scratch/readings.csv"
"$BUILD/srnn" train series "$scratch/readings.csv" --first-column value --hidden 12 --drop 0 --updates 20 \
    --quiet --save "$scratch/sensor.safetensors" >"$scratch/trained" || fail "srnn train series fails"
SRNN=$BUILD/srnn $folder/write_model.sh "$scratch/sensor.safetensors" >"$scratch/sensor_model.c" ||
    fail "write_model.sh fails"
# shellcheck disable=SC2046
"${CC:-cc}" -std=c99 -Wall -Wextra -Werror $(link_flags) -Iinclude -I$folder -o "$scratch/watch" \
    $folder/watch_main.c $folder/watch_sensor.c $folder/sensor.c "$scratch/sensor_model.c" \
    "$BUILD/libsrnn.a" || fail "watch_sensor does not build with its model"
"$scratch/watch" >"$scratch/out" || fail "watch_sensor does not run with its model"
grep -q ' expected ' "$scratch/out" || fail "watch_sensor forecasts nothing"

# A broken sensor reads anything. Such a reading does not fit, and the network does not get it.
cat >"$scratch/broken.c" <<'END_OF_C'
#include "watch_sensor.h"
#include <stdio.h>

int main(void)
{
    char line[WATCH_LINE];

    if (watch_begin(line) != 0) {
        return 1;
    }
    for (uint32_t hour = 0; hour < 30; hour++) {
        watch_reading(hour, hour < 28 ? 180 : hour == 28 ? INT32_MIN : INT32_MAX, line);
        printf("%s\n", line);
    }
    return 0;
}
END_OF_C
# Where the compiler can, what is undefined is found too.
undefined="-fsanitize=undefined,float-cast-overflow -fno-sanitize-recover=all"
echo 'int main(void) { return 0; }' >"$scratch/small.c"
# shellcheck disable=SC2086
"${CC:-cc}" $undefined "$scratch/small.c" -o "$scratch/small" 2>"$scratch/said" && "$scratch/small" || undefined=
# shellcheck disable=SC2046,SC2086
"${CC:-cc}" -std=c99 -Wall -Wextra -Werror $(link_flags) $undefined -Iinclude -I$folder -o "$scratch/broken" \
    "$scratch/broken.c" $folder/watch_sensor.c "$scratch/sensor_model.c" "$BUILD/libsrnn.a" ||
    fail "watch_sensor does not build with a broken sensor"
"$scratch/broken" >"$scratch/out" 2>&1 || fail "a broken sensor ends the program: $(cat "$scratch/out")"
for reading in -214748364.8 214748364.7; do
    grep -q "  $reading degrees  .*  does not fit\$" "$scratch/out" ||
        fail "a reading of $reading degrees: $(tail -n 2 "$scratch/out")"
done

# A mean and a deviation without a point: the readings are 18 and 22.
awk 'BEGIN { for (i = 0; i < 20; i++) print 18 + i % 2 * 4 }' >"$scratch/whole.csv"
"$BUILD/srnn" train series "$scratch/whole.csv" --first-column value --hidden 4 --hold-out 0 --updates 1 \
    --quiet --save "$scratch/whole.safetensors" >"$scratch/trained" || fail "srnn train series fails"
SRNN=$BUILD/srnn $folder/write_model.sh "$scratch/whole.safetensors" >"$scratch/whole.c" ||
    fail "write_model.sh fails"
grep -q '^const float sensor_mean = .*[^0-9.]20;' "$scratch/whole.c" || fail "another mean: $(tail -n 2 "$scratch/whole.c")"
"${CC:-cc}" -std=c99 -Wall -Wextra -Werror -I$folder -c -o "$scratch/whole.o" "$scratch/whole.c" ||
    fail "what write_model.sh writes of whole numbers does not compile"
"$BUILD/srnn" train temporal-order --length 50 --updates 1 --quiet --save "$scratch/order.safetensors" \
    >"$scratch/trained" || true # it has not learnt
[ -s "$scratch/order.safetensors" ] || fail "srnn train temporal-order saves nothing"
! SRNN=$BUILD/srnn $folder/write_model.sh "$scratch/order.safetensors" >"$scratch/order.c" 2>"$scratch/said" ||
    fail "write_model.sh takes a model that is not of a series"
[ ! -s "$scratch/order.c" ] || fail "write_model.sh writes what it refuses"
grep -q 'not a model of a series' "$scratch/said" || fail "write_model.sh: $(cat "$scratch/said")"
echo "a model of one's own: written, and run"
