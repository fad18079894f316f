#!/bin/sh
# check_amalgamation.sh - srnn.c and srnn.h, alone in a folder, are the whole library
#
# A user's program and the library are built in one compiler call; the header serves C++; srnn.c has
# the licence; the library exports what srnn.h declares and needs nothing but four functions for
# memory, and without a heap not malloc; on x86-64 no code for all processors uses AVX; int may have
# 16 bits; all programs print what the one with the ordinary library prints. That the api tests pass
# with it, `make check-amalgamation` shows besides.
set -eu
. tests/program/library.sh

tests/install_tool.sh clang c++=g++ || fail "what needs them would pass unseen"
LC_ALL=C
export LC_ALL
cp "$BUILD/amalgamation/srnn.c" "$BUILD/amalgamation/srnn.h" tests/consumer/consumer.c "$scratch/"
tests/layers/declared.sh >"$scratch/declared"
# In whatever order the sources come.
awk -f lib/delivery/amalgamate.awk lib/*.c lib/*/*.c >"$scratch/joined.c"
same "$BUILD/amalgamation/srnn.c" "$scratch/joined.c" "the command that amalgamate.awk shows"
"${CC:-cc}" -std=c99 -Iinclude tests/consumer/consumer.c "$BUILD/libsrnn.a" -o "$scratch/ordinary"
mkdir "$scratch/freestanding"
cp lib/delivery/freestanding/string.h "$scratch/freestanding/"
sed 's/^/ * /; s/ *$//' LICENSE >"$scratch/license"
cd "$scratch"
sed -n '/^\/\* =* the licence/,$p' srnn.c | sed '1d; $d' >carried
same license carried "the licence at the end of srnn.c"
./ordinary >ordinary.out || fail "the ordinary library does not run"

strict="-pedantic-errors -Wall -Wextra -Werror"
for compiler in "${CC:-cc}" gcc clang; do
    command -v "$compiler" >/dev/null || continue
    # Warnings about the language only: clang also warns of loops that it could not vectorise.
    for what in "" -DSRNN_NO_FMA "-Os -DSRNN_NO_DISPATCH"; do
        # shellcheck disable=SC2086
        $compiler -std=c99 $strict $what -I. -fsyntax-only consumer.c srnn.c ||
            fail "$compiler $what: warnings"
    done
    $compiler -std=c99 -w -O2 -ffp-contract=off -I. consumer.c srnn.c -o program ||
        fail "$compiler: not in one call"
    ./program >program.out || fail "$compiler: the program does not run"
    same ordinary.out program.out "$compiler: the library in one file and in many"
done
for what in "" -DSRNN_NO_HEAP "-DSRNN_NO_HEAP -DSRNN_NO_DISPATCH" -DSRNN_NO_FMA; do
    # shellcheck disable=SC2086
    "${CC:-cc}" -std=c99 $strict -O1 -ffp-contract=off $what -c srnn.c -o srnn.o ||
        fail "with '$what' it does not build"
    heap='|malloc|free'
    case $what in *NO_HEAP*) heap= ;; esac
    nm -u srnn.o | awk '{ print $NF }' | grep -Evx "mem(cpy|move|set|cmp)|_GLOBAL_OFFSET_TABLE_$heap" >needs &&
        fail "with '$what' it needs $(tr '\n' ' ' <needs)"
    nm -g --defined-only srnn.o | awk 'NF == 3 { print $3 }' | grep '^srnn_[a-z]' | sort >defined
    # The functions that allocate go with the heap, and no others.
    case $what in
    *NO_HEAP*) grep -v '_create$' declared >wanted ;;
    *) cp declared wanted ;;
    esac
    same wanted defined "with '$what': what srnn.h declares"
done
if [ "$(uname -m)" = x86_64 ]; then
    # What is for all processors has no instruction of AVX, all of which begin with v.
    "${CC:-cc}" -std=c99 -O2 -ffp-contract=off -c srnn.c -o srnn.o
    objdump -d --no-show-raw-insn srnn.o | awk '
        /^[0-9a-f]+ <.*>:$/ { name = $2 }
        $1 ~ /^[0-9a-f]+:$/ && $2 ~ /^v/ && name !~ /avx/ { print name }' | sort -u >outside
    [ -s outside ] && fail "AVX outside its kernels: $(tr '\n' ' ' <outside)"
fi
# No constant, shift or conversion needs more than an int of 16 bits, as MSP430 has. Its size_t has 16
# bits too, which is refused; for the warnings it is given 32. AVR's double is refused.
if command -v clang >/dev/null; then
    small="clang -std=c99 -fsyntax-only -ffreestanding -DSRNN_NO_HEAP -Ifreestanding -I."
    # shellcheck disable=SC2086
    $small --target=msp430 -U__SIZE_TYPE__ -D__SIZE_TYPE__='unsigned long' -U__SIZE_MAX__ \
        -D__SIZE_MAX__=0xffffffffUL -Wall -Wextra -Wconversion -Wsign-conversion -Werror srnn.c ||
        fail "16-bit int: warnings"
    while read -r target text; do
        # shellcheck disable=SC2086
        ! $small --target="$target" srnn.c 2>refusal || fail "$target compiles"
        grep -qF "error: \"$text\"" refusal || fail "$target: $(cat refusal)"
    done <<END
msp430 libsrnn needs a size_t of at least 32 bits
avr libsrnn needs double to be IEEE 754 binary64
END
fi
if command -v c++ >/dev/null; then
    "${CC:-cc}" -std=c99 -O2 -ffp-contract=off -c srnn.c -o srnn.o
    # shellcheck disable=SC2086
    for standard in 98 11 20; do
        c++ -std=c++$standard $strict -Wold-style-cast -I. -x c++ consumer.c -x none srnn.o \
            -o program || fail "C++$standard cannot use it"
        ./program >program.out || fail "C++$standard: the program does not run"
        same ordinary.out program.out "C++$standard: the same bits"
    done
fi
echo "the amalgamation: all as it should be"
