#!/bin/sh
# The instruction set of processors by many makers, and of those that lack one of the bits a set needs.
set -eu
. tests/program/library.sh

${CC:-cc} -std=c99 -Iinclude -Ilib tests/layers/processors.c -o "$scratch/processors" ||
    fail "does not build"
"$scratch/processors"
