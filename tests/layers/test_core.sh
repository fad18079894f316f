#!/bin/sh
# test_core.sh - what the library's objects may hold and need
#
# Builds the library with the Makefile's own flags and the stack use of every function, in a folder
# of its own, and checks that
#   - no object has data, bss, or constants that need relocation;
#   - nothing is undefined but memcpy, memmove, memset and memcmp, and in heap.o malloc and free;
#   - no function's frame is larger than 512 bytes, on i386 640, or of a size without bound;
#   - no function calls itself, directly or through others;
#   - every external name is one of srnn.h's or starts with srnn__;
#   - libsrnn.so exports what srnn.h declares, no more and no less.
# Before that does the same to an object that breaks every rule, and expects a report of each fault.

set -u
cd "$(dirname "$0")/../.." || exit 2

if [ "$(uname -s)" = Darwin ]; then
    echo "skip: reads objects in ELF; \`make check-macos\` looks at those for macOS"
    exit 77
fi
LC_ALL=C
export LC_ALL
BUILD=${BUILD:-build}
CC=${CC:-cc}
core=$BUILD/core
limit=512
runtime=
# i386 has eight registers, which do not hold a tile, and divides 64 bits by a function.
if echo __i386__ | "$CC" -E -P - | grep -q 1; then
    limit=640
    runtime='|__udivdi3|__udivmoddi4'
fi

# ---------------------------------------------------------------------------
# Checks of the objects in a folder; each prints what is wrong
# ---------------------------------------------------------------------------

print_data() {
    for object in "$1"/*.o; do
        size -A -d "$object" | awk -v object="${object##*/}" '
            $1 ~ /^\.(data|bss|tdata|tbss|init_array|fini_array|ctors|dtors)/ && $2 > 0 {
                print object ": keeps " $2 " bytes of " $1
            }'
        nm "$object" | awk -v object="${object##*/}" '
            $2 ~ /^[CcDdBbGgSs]$/ { print object ": " $3 " is data" }'
    done
}

print_needs() {
    for object in "$1"/*.o; do
        allowed="memcpy|memmove|memset|memcmp|_GLOBAL_OFFSET_TABLE_$runtime"
        [ "${object##*/}" = heap.o ] && allowed="$allowed|malloc|free"
        nm -u "$object" | awk '{ print $NF }' | sort -u | comm -23 - "$core/defined" |
            grep -Evx "$allowed" | sed "s|^|${object##*/}: needs |"
    done
}

print_names() {
    nm -g --defined-only "$1"/*.o | awk 'NF == 3 { print $3 }' | sort -u |
        comm -23 - "$core/declared" | grep -Ev '^srnn__|^__x86\.get_pc_thunk\.' |
        sed 's/$/: is external, not of srnn.h, and does not start with srnn__/'
}

print_frames() {
    cat "$1"/*.su | awk -F '\t' -v limit="$limit" '
        $2 > limit { print $1 ": a frame of " $2 " bytes" }
        $3 == "dynamic" { print $1 ": a frame whose size has no bound" }'
}

# Pairs "caller callee" from the disassembly, local names with their object. Calls through the
# tables of kernels cannot be seen; kernels call nothing above them.
print_recursion() {
    [ "$(uname -m)" = x86_64 ] || return 0
    for object in "$1"/*.o; do
        objdump -dr --no-show-raw-insn "$object" | awk -v object="${object##*/}" '
            function name(symbol) {
                sub(/[-+]0x[0-9a-f]+$/, "", symbol)
                return symbol ~ /^srnn_|^mem|^malloc$|^free$/ ? symbol : object ":" symbol
            }
            /^[0-9a-f]+ <.*>:$/ { gsub(/[<>:]/, "", $2); caller = name($2); next }
            call && $2 ~ /^R_(X86_64_PLT32|386_PLT32|386_PC32)/ { print caller, name($3); call = ""; next }
            call { print caller, name(call); call = "" }
            $2 ~ /^call/ && $NF ~ /^<.*>$/ { call = $NF; gsub(/[<>]/, "", call) }'
    done | sort -u >"$core/calls"
    [ -s "$core/calls" ] || echo "$1: no call was found in the disassembly"
    awk '$1 == $2 { print $1 ": calls itself" }' "$core/calls"
    tsort "$core/calls" 2>&1 >/dev/null | sed 's/^tsort: /among calls: /'
}

print_all() {
    print_data "$1"
    print_needs "$1"
    print_names "$1"
    print_frames "$1"
    print_recursion "$1"
}

# ---------------------------------------------------------------------------
# The build
# ---------------------------------------------------------------------------

# A sanitizer or a profiler in CFLAGS would bring data of its own: the flags are the Makefile's.
unset CFLAGS CPPFLAGS LDFLAGS MAKEFLAGS MAKELEVEL
mkdir -p "$core" || exit 2
if ! make BUILD="$core" CC="$CC" CFLAGS='-O3 -fstack-usage' "$core/libsrnn.a" "$core/libsrnn.so" \
    >"$core/make.log" 2>&1; then
    cat "$core/make.log"
    echo "the library does not build"
    exit 1
fi
sh tests/layers/declared.sh >"$core/declared" || exit 2
rm -rf "$core/objects"
mkdir -p "$core/objects"
find "$core/lib" \( -name '*.o' -o -name '*.su' \) -exec cp {} "$core/objects/" \;
nm -g --defined-only "$core"/objects/*.o | awk 'NF == 3 { print $3 }' | sort -u >"$core/defined"

# ---------------------------------------------------------------------------
# An object that breaks every rule
# ---------------------------------------------------------------------------

rm -rf "${core:?}/bad"
mkdir -p "$core/bad"
cat >"$core/bad/bad.c" <<'EOF'
extern int printf(const char *, ...);
int srnn__counter;
extern const char *const srnn__words[2];
const char *const srnn__words[2] = {"relocated", "constants"};
void wrong_name(volatile int *x);
int srnn__again(int n);
int srnn__other(int n);
void wrong_name(volatile int *x)
{
    volatile int large[200];
    large[*x & 127] = srnn__counter++;
    printf("%s %d\n", srnn__words[*x & 1], large[*x & 63]);
}
int srnn__again(int n) { return n > 1 ? n * srnn__other(n - 2) + 1 : n; }
int srnn__other(int n) { return n > 1 ? n + srnn__again(n - 1) * 3 : 1; }
void srnn__stretch(volatile int *n);
void srnn__stretch(volatile int *n)
{
    volatile char bytes[*n];
    bytes[*n - 1] = 1;
}
EOF
"$CC" -O1 -fno-inline -fPIC -fstack-usage -c "$core/bad/bad.c" -o "$core/bad/bad.o" || exit 2
print_all "$core/bad" >"$core/bad/report"
for expected in 'keeps .* of \.bss' 'keeps .* of \.data\.rel\.ro' 'srnn__counter is data' \
    'needs printf' 'wrong_name: is external' 'wrong_name: a frame of' \
    'srnn__stretch: .* no bound' 'among calls: .*'; do
    if [ "$expected" = 'among calls: .*' ] && [ "$(uname -m)" != x86_64 ]; then
        continue
    fi
    if ! grep -q "$expected" "$core/bad/report"; then
        echo "self-test: no report of '$expected'; only:"
        cat "$core/bad/report"
        exit 1
    fi
done

# ---------------------------------------------------------------------------
# The library
# ---------------------------------------------------------------------------

nm -D --defined-only "$core/libsrnn.so" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3, $2 }' |
    sort -u >"$core/exports"
awk '{ print $1 }' "$core/exports" >"$core/exported"
{
    print_all "$core/objects"
    awk '$2 != "T" { print $1 ": is exported and no function" }' "$core/exports"
    comm -23 "$core/declared" "$core/exported" |
        sed 's/$/: is in srnn.h and not exported by libsrnn.so/'
    comm -13 "$core/declared" "$core/exported" |
        sed 's/$/: is exported by libsrnn.so and not in srnn.h/'
} >"$core/report"
if [ -s "$core/report" ]; then
    cat "$core/report"
    exit 1
fi
largest=$(cat "$core"/objects/*.su | awk -F '\t' '$2 > most { most = $2 } END { print most + 0 }')
echo "$(wc -l <"$core/declared") functions, no data, largest frame $largest bytes"
