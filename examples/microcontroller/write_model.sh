#!/bin/sh
# write_model.sh - prints sensor_model.c for a model that `srnn train series` has saved
#
#     write_model.sh sensor.safetensors >sensor_model.c
#
# The series has one value. SRNN is the program, `srnn` if it is not set.
set -eu

if [ $# -ne 1 ]; then
    echo 'usage: write_model.sh MODEL >sensor_model.c' >&2
    exit 2
fi
file=$1
described=$("${SRNN:-srnn}" inspect "$file")
scaling=$(printf '%s\n' "$described" | sed -n 's/^scaling //p')
case $scaling in
*\ *\ * | '')
    echo "$file: not a model of a series of one value" >&2
    exit 1
    ;;
esac
cat <<END_OF_C
/* sensor_model.c - what sensor_model.h declares, made by write_model.sh */
#include "sensor_model.h"

static const union {
    float alignment;
    unsigned char bytes[$(wc -c <"$file" | tr -d ' ')];
} model = {
    .bytes = {
$(od -An -v -tu1 "$file" | sed 's/  */, /g;s/^, /        /;s/$/,/')
    },
};

const unsigned char *const sensor_model = model.bytes;
const size_t sensor_model_bytes = sizeof model.bytes;
const float sensor_mean = (float)${scaling% *};
const float sensor_deviation = (float)${scaling#* };
END_OF_C
