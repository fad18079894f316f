#!/bin/sh
# check_contraction.sh - microcontrollers' compilers contract nothing, without a flag that says so
#
# Arduino cannot pass flags to a library, and gcc's own dialects contract a * b + c where a processor
# has the instruction. The amalgamation is compiled in the dialects and levels of firmware, once as it
# is and once with -ffp-contract=off: the code must be the same. To prove that a difference would be
# seen, the source without its pragma must have more multiply-adds. (The ESP8266 has no floats, so that
# its two rows cannot differ by this; no compiler for an Xtensa with floats is in Debian.)
set -eu
. tests/program/library.sh

tests/install_tool.sh arm-none-eabi-gcc=gcc-arm-none-eabi \
    riscv64-unknown-elf-gcc=gcc-riscv64-unknown-elf xtensa-lx106-elf-gcc=gcc-xtensa-lx106

# The multiply-adds of these processors, as objdump writes them.
fused='vf?n?m[las][as]?\.f|fn?m(add|sub)\.|n?m(add|sub)\.s'

# code COMPILER SOURCE FLAGS...: its instructions
code() {
    _compiler=$1
    _source=$2
    shift 2
    "$_compiler-gcc" -w -ffreestanding -DSRNN_NO_HEAP -Ilib/delivery/freestanding \
        -I"$BUILD/amalgamation" "$@" -c "$_source" -o "$scratch/object.o"
    "$_compiler-objdump" -d --no-show-raw-insn "$scratch/object.o" | sed 1,3d
}

# same_code COMPILER FLAGS...
same_code() {
    # Flags are words.
    # shellcheck disable=SC2086
    code "$1" "$BUILD/amalgamation/srnn.c" $flags >"$scratch/bare"
    # shellcheck disable=SC2086
    code "$1" "$BUILD/amalgamation/srnn.c" $flags -ffp-contract=off >"$scratch/told"
    [ -s "$scratch/bare" ] || fail "$1 $flags: no code"
    cmp -s "$scratch/bare" "$scratch/told" || fail "$1 $flags: other code than with -ffp-contract=off"
    echo "same code: $1 $flags: $(grep -Ec "$fused" "$scratch/bare" || :) multiply-adds"
}

while read -r compiler flags; do
    same_code "$compiler"
done <<'END_OF_ROWS'
arm-none-eabi -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard -std=gnu11 -Os
arm-none-eabi -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard -std=gnu11 -O2
arm-none-eabi -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard -std=gnu17 -Os
arm-none-eabi -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard -std=gnu17 -O2
arm-none-eabi -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard -std=c99 -Os
arm-none-eabi -mcpu=cortex-m7 -mthumb -mfpu=fpv5-d16 -mfloat-abi=hard -std=gnu17 -Os
arm-none-eabi -mcpu=cortex-m7 -mthumb -mfpu=fpv5-d16 -mfloat-abi=hard -std=gnu17 -O2
riscv64-unknown-elf -march=rv32imafc -mabi=ilp32f -std=gnu17 -Os
riscv64-unknown-elf -march=rv32imafc -mabi=ilp32f -std=gnu17 -O2
xtensa-lx106-elf -std=gnu17 -Os
xtensa-lx106-elf -std=gnu17 -O2
END_OF_ROWS

# Without the pragma, which has two lines.
sed '/^#pragma GCC optimize("fp-contract=off"/,/[^\\]$/d' "$BUILD/amalgamation/srnn.c" >"$scratch/srnn.c"
! cmp -s "$BUILD/amalgamation/srnn.c" "$scratch/srnn.c" || fail "the source has no pragma"
while read -r compiler flags; do
    # shellcheck disable=SC2086
    code "$compiler" "$scratch/srnn.c" $flags >"$scratch/bare"
    # shellcheck disable=SC2086
    code "$compiler" "$scratch/srnn.c" $flags -ffp-contract=off >"$scratch/told"
    bare=$(grep -Ec "$fused" "$scratch/bare" || :)
    told=$(grep -Ec "$fused" "$scratch/told" || :)
    [ "$bare" -gt "$told" ] || fail "$compiler $flags: contracts nothing even without the pragma"
    echo "without the pragma: $compiler $flags: $bare multiply-adds, $told with -ffp-contract=off"
done <<'END_OF_ROWS'
arm-none-eabi -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard -std=gnu17 -Os
riscv64-unknown-elf -march=rv32imafc -mabi=ilp32f -std=gnu17 -Os
END_OF_ROWS
