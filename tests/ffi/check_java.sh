#!/bin/sh
# check_java.sh - examples/ffi/java, with JNA
set -eu
. tests/ffi/binding.sh

jna=/usr/share/java/jna.jar
tests/install_tool.sh javac=openjdk-17-jdk-headless $jna=libjna-java
# JNA's classes have no version of their serial form; ours need none either.
javac -Xlint:all,-serial -Werror -cp $jna -d "$scratch" examples/ffi/java/*.java \
    tests/ffi/*.java >"$scratch/log" 2>&1 || fail "$(cat "$scratch/log")"
set -- java -cp "$jna:$scratch" "-Djna.library.path=$installed/lib"
train_alike Java "$@" Train
# What is left out cannot be written in Java: a parameter has one type of handle, numbers are whole
# and have 32 bits, and all models are external.
left_out='a handle of another kind|an allocator .*|parameters of nobody'
left_out="$left_out|$no_such_numbers"
refuse_all Java "$left_out" "$@" Refusals
"$@" Constants >"$scratch/list"
constants_agree Java <"$scratch/list"
