#!/bin/sh
# test_exports.sh - what a shared object exports that the static library is linked into
#
#   - no srnn__ name, and of srnn.h's functions those that it uses but none that it does not need;
#   - nothing of the library, when that is compiled with SRNN_API as nothing, or included as static;
#   - SRNN_API stands in front of every function of srnn.h, and for Windows it is what it must be.
set -eu
. tests/program/library.sh

needs_elf "reads objects in ELF"
cc=${CC:-cc}
flags="-std=c99 -O0 -ffp-contract=off -w -fPIC -Iinclude"

# exports WHAT SOURCES...: build the plugin of them, run it, and list what it exports besides its
# own function.
exports() {
    _what=$1
    shift
    # shellcheck disable=SC2046,SC2086
    $cc $flags $(link_flags) -shared "$@" -o "$scratch/plugin.so" || fail "$_what: does not build"
    # shellcheck disable=SC2046
    $cc -std=c99 $(link_flags) tests/layers/plugin_host.c "$scratch/plugin.so" -o "$scratch/host" ||
        fail "$_what: cannot be linked with"
    LD_LIBRARY_PATH=$scratch "$scratch/host" || fail "$_what: does not run"
    nm -D --defined-only "$scratch/plugin.so" | awk '{ print $NF }' | grep -E '^(srnn|plugin)' |
        LC_ALL=C sort >"$scratch/all"
    grep -qx plugin_hidden "$scratch/all" || fail "$_what: does not export its function"
    sed '/^plugin_hidden$/d' "$scratch/all" >"$scratch/exports"
}

exports "the static library" tests/layers/plugin.c "$BUILD/libsrnn.a"
grep '^srnn__' "$scratch/exports" && fail "a plugin exports names of the library's own"
grep -qx srnn_model_create "$scratch/exports" || fail "the functions of srnn.h are hidden"
grep -qx srnn_backward "$scratch/exports" && fail "a plugin that makes a model exports backward"

# In one file: with everything hidden, and as a part of the plugin's source.
awk -f lib/delivery/amalgamate.awk lib/*.c lib/*/*.c >"$scratch/srnn.c"
cp include/srnn.h "$scratch/"
exports "one file" tests/layers/plugin.c "$scratch/srnn.c"
grep '^srnn__' "$scratch/exports" && fail "a plugin of srnn.c exports names of the library's own"
sh tests/layers/declared.sh >"$scratch/declared"
same "$scratch/declared" "$scratch/exports" "srnn.h and what srnn.c exports"
exports "SRNN_API as nothing" -DSRNN_API= tests/layers/plugin.c "$scratch/srnn.c"
[ ! -s "$scratch/exports" ] || fail "hidden: $(head -n 3 "$scratch/exports")"
exports "SRNN_API as static" -DPRIVATE_COPY -I"$scratch" tests/layers/plugin.c
[ ! -s "$scratch/exports" ] || fail "static: $(head -n 3 "$scratch/exports")"

# marks FLAG MARK: how many functions have MARK in front, with the compiler's flags FLAG.
count=$(wc -l <"$scratch/declared")
marks() {
    # shellcheck disable=SC2086
    $cc -E -P $1 include/srnn.h | tr '\n' ' ' | tr ';' '\n' |
        grep -c "$2 .*[ *]srnn_[a-z0-9_]*(.*)" || :
}
check_marks() {
    found=$(marks "$1" "$2")
    [ "$found" -eq "$count" ] || fail "$1: $found of $count functions are marked $2"
}
check_marks -DSRNN_API=MARK MARK
check_marks "-D_WIN32 -DSRNN_DLL" '__declspec(dllimport)'
check_marks "-D_WIN32 -DSRNN_DLL_EXPORT" '__declspec(dllexport)'
[ "$(marks -D_WIN32 '__declspec(.*)')" -eq 0 ] || fail "a static library on Windows imports"

echo "$count functions of srnn.h have SRNN_API; a plugin exports no other name, or none"
