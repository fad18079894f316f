#!/bin/sh
# check_macos.sh - `make` and `make install` for macOS, as far as they go without one
#
#     tests/consumer/check_macos.sh
#
# The Makefile builds both libraries with clang for macOS and links with LLVM's ld64, which takes the
# options of Apple's linker and not those of ELF. The shared library has the name that programs find
# it by, the functions of srnn.h and no others, and needs little of the system's library. `make
# install` has its names. Headers and stub of the system's library are written here, so the program
# is not built, and nothing runs.
#
# Gets the tools that are missing. One line for each check that fails, and the counts at the end.
set -eu
. tests/program/library.sh
. tests/consumer/checks.sh

get_tools clang-14 ld64.lld-14=lld-14 llvm-nm-14=llvm-14 make
sed 's/^/_/' <<END >"$scratch/declared"
$(tests/layers/declared.sh)
END
# What the objects may need: C's functions for memory, and clang's check of the stack.
needs="bzero|memcpy|memmove|memset|memcmp|malloc|free|__bzero|__stack_chk_fail|__stack_chk_guard"

write_headers "$scratch/include"
cat >"$scratch/System.tbd" <<END
--- !tapi-tbd
tbd-version: 4
targets: [ arm64-macos, x86_64-macos ]
install-name: /usr/lib/libSystem.B.dylib
exports:
  - targets: [ arm64-macos, x86_64-macos ]
    symbols: [ dyld_stub_binder, _$(echo "$needs" | sed 's/|/, _/g') ]
...
END

# make_macos PROCESSOR PREFIX ARGUMENTS...
make_macos() {
    _processor=$1
    _prefix=$2
    shift 2
    make BUILD="$scratch/$_processor" CC="clang-14 --target=$_processor-apple-macos11" AR=llvm-ar-14 \
        CPPFLAGS="-ffreestanding -isystem $scratch/include" CFLAGS=-O2 \
        LDFLAGS="-fuse-ld=lld -nostdlib $scratch/System.tbd" PREFIX="$_prefix" "$@"
}
libraries() {
    make_macos "$1" /opt -s -j"$(getconf _NPROCESSORS_ONLN)" "$scratch/$1/libsrnn.a" \
        "$scratch/$1/libsrnn.dylib"
}
exports() {
    llvm-nm-14 -gU "$1" | awk '{ print $NF }' | LC_ALL=C sort | diff "$scratch/declared" -
}
few_needs() {
    llvm-nm-14 -u "$1" >"$scratch/needs" && ! grep -Evx "_($needs)|dyld_stub_binder" "$scratch/needs"
}
# is_named LIBRARY PREFIX: a program that links with the library looks for this.
is_named() {
    llvm-objdump-14 --macho --dylib-id "$1" | tail -n 1 | grep -qx "$2/lib/libsrnn.$series.dylib"
}
for processor in arm64 x86_64; do
    library=$scratch/$processor/libsrnn.dylib
    check "$processor: the libraries" libraries $processor
    check "$processor: the functions of srnn.h" exports "$library"
    check "$processor: what it needs" few_needs "$library"
    check "$processor: its name" is_named "$library" /opt
done
check "libsrnn.dylib is a link" test "$(readlink "$library")" = "libsrnn.$series.dylib"
check "and that is one" test "$(readlink "$scratch/$processor/libsrnn.$series.dylib")" = \
    "libsrnn.$version.dylib"

# Another PREFIX gives it another name, and compiles nothing.
moved() {
    make_macos $processor /other "$library" >"$log.make" &&
        ! grep -q -- ' -c ' "$log.make" && is_named "$library" /other
}
check "another PREFIX" moved
install_lines() {
    make_macos $processor /opt -n install >"$scratch/lines"
    ! grep -E '\.so(\.|$| )|soname|version-script' "$scratch/lines" | grep -v man3 &&
        grep -q "^install .* /opt/lib/libsrnn.$version.dylib\$" "$scratch/lines" &&
        grep -q "^ln .* /opt/lib/libsrnn.$series.dylib\$" "$scratch/lines" &&
        grep -q "^ln .* /opt/lib/libsrnn.dylib\$" "$scratch/lines"
}
check "make install" install_lines

print_counts
