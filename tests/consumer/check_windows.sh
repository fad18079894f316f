#!/bin/sh
# check_windows.sh - the library on 64-bit Windows, by mingw-w64 and by Visual Studio's rules
#
#     tests/consumer/check_windows.sh
#
# `make windows` for both families of arithmetic, CMake with mingw-w64, and CMake with clang-cl, which
# takes Visual Studio's flags and makes objects as its compiler does. Of each build: the DLL exports
# the functions of srnn.h and no others, and needs no DLL but those of Windows. Under wine
# tests/exact/train_hash.c trains to the committed hash, with the static library and the DLL;
# examples/train.c prints what it prints here, and so does the consumer; the tests of api/, archive/
# and torture/ pass. clang-cl finds nothing to warn of in the library, with and without what is for
# clang alone. What Visual Studio's compiler refuses and clang takes, this script looks for itself.
# Visual Studio itself runs nowhere here.
#
# Gets the tools that are missing. One line for each check that fails, and the counts at the end.
set -eu
. tests/program/library.sh
. tests/consumer/checks.sh

[ "$(uname -m)" = x86_64 ] || skip_all "wine runs programs for x86-64 there only"
get_tools x86_64-w64-mingw32-gcc=gcc-mingw-w64-x86-64 /usr/lib/wine/wine64=wine64 \
    gcc clang-cl-14=clang-tools-14 lld-link-14=lld-14 cmake ninja=ninja-build pkg-config
jobs=$(getconf _NPROCESSORS_ONLN)
mingw=x86_64-w64-mingw32
tests/layers/declared.sh >"$scratch/declared"

# ---------------------------------------------------------------------------
# Wine
# ---------------------------------------------------------------------------

WINEPREFIX=$scratch/wine
WINEDEBUG=-all
WINEDLLOVERRIDES='mscoree,mshtml=' # what would ask for downloads
export WINEPREFIX WINEDEBUG WINEDLLOVERRIDES
tidy() {
    /usr/lib/wine/wineserver64 -k 2>/dev/null || :
}

# windows PROGRAM: run it, and print its output with the line ends of C.
windows() {
    /usr/lib/wine/wine64 "$1" >"$1.out" || return 1
    tr -d '\r' <"$1.out"
}

# compile PROGRAM FLAGS AND FILES...
compile() {
    _program=$1
    shift
    $mingw-gcc -std=c99 -O2 -ffp-contract=off -Iinclude -o "$_program" "$@"
}

# One server runs until the end, and one program alone makes the prefix. Two that start at once can race:
# one looks for a server that has not started yet, or has ended.
echo 'int main(void) { return 0; }' >"$scratch/first.c"
compile "$scratch/first.exe" "$scratch/first.c"
mkdir "$WINEPREFIX"
/usr/lib/wine/wineserver64 -p
check "wine runs a program" windows "$scratch/first.exe"

# trains FAMILY FOLDER: the program train.exe there, to the committed hash of the family, and on
# every instruction set that the library finds here.
trains() {
    windows "$2/train.exe" >"$2/lines" && cut -d' ' -f1,2 "$2/lines" | sort -u >"$2/hash" &&
        grep "^$1 " tests/exact/training.hash | diff - "$2/hash" &&
        cut -d' ' -f3 "$2/lines" | sort -u | diff "$scratch/sets" -
}

# train FOLDER LIBRARY FLAGS...: compile that program; its DLL lies beside it.
train() {
    _folder=$1
    _library=$2
    shift 2
    # shellcheck disable=SC2086 # arguments are words
    compile "$_folder/train.exe" "$@" $train_hash "$_library" -pthread -static
}

# exports DLL: what srnn.h declares, and it needs nothing beside Windows.
exports() {
    $mingw-objdump -p "$1" >"$scratch/dll" &&
        sed -n '/^\[Ordinal\/Name Pointer\]/,/^$/s/.*\] *\([a-z]\)/\1/p' "$scratch/dll" |
        diff "$scratch/declared" - &&
        ! sed -n 's/.*DLL Name: //p' "$scratch/dll" | grep -Eivx 'kernel32\.dll|msvcrt\.dll'
}

# ---------------------------------------------------------------------------
# make windows
# ---------------------------------------------------------------------------

# The instruction sets here, from the library of this system.
# shellcheck disable=SC2086 # arguments are words
gcc $train_hash "$BUILD/libsrnn.a" -o "$scratch/train" -pthread
"$scratch/train" | cut -d' ' -f3 | sort -u >"$scratch/sets"

# make_windows FAMILY FOLDER
make_windows() {
    make -s -j"$jobs" BUILD="$2" ARITHMETIC="$1" windows
}
# build FAMILY FOLDER: both libraries in FOLDER/windows, and train.exe with each.
build() {
    make_windows "$1" "$2" && mkdir "$scratch/$1-static" "$scratch/$1-dll" &&
        cp "$2/windows/srnn.dll" "$scratch/$1-dll" &&
        train "$scratch/$1-static" "$2/windows/libsrnn.a" &&
        train "$scratch/$1-dll" "$2/windows/libsrnn.dll.a" -DSRNN_DLL
}
for family in fused separate; do
    folder=$BUILD/windows-$family
    [ "$family" = separate ] || folder=$BUILD
    check "make windows, $family" build $family "$folder"
    check "$family: the DLL's functions" exports "$folder/windows/srnn.dll"
    # At once, since wine waits more than it computes.
    (trains $family "$scratch/$family-static") >"$scratch/static.log" 2>&1 &
    static=$!
    check "$family: the bits of the DLL" trains $family "$scratch/$family-dll"
    # shellcheck disable=SC2016 # for eval
    check "$family: the bits of the static library" eval 'wait $static || { cat "$scratch/static.log"; false; }'
done
refused "make install for Windows" "is not for Windows" make CC=$mingw-gcc install

example() {
    compile "$scratch/example.exe" examples/train.c "$BUILD/windows/libsrnn.a" &&
        windows "$scratch/example.exe" >"$scratch/example" &&
        gcc -std=c99 -Iinclude examples/train.c "$BUILD/libsrnn.a" -o "$scratch/example.here" &&
        "$scratch/example.here" | diff - "$scratch/example"
}
check "examples/train.c" example

# The wine that tests/run.sh runs programs under.
cat >"$scratch/under" <<'END'
#!/bin/sh
exec /usr/lib/wine/wine64 "$1.exe"
END
chmod +x "$scratch/under"
run_tests() {
    PKG_CONFIG_LIBDIR=$(cd "$BUILD/tools/windows" && pwd) make -s -j"$jobs" BUILD="$BUILD/windows" \
        CC=$mingw-gcc AR=$mingw-gcc-ar WARNINGS= TEST_CFLAGS='-O1 -static' UNDER="$scratch/under" \
        check-here ONLY='tests/api/% tests/archive/% tests/torture/%'
}
if tests/install_other_cmocka.sh "$BUILD/tools/windows" $mingw-gcc >"$log" 2>&1; then
    check "the tests" run_tests
else
    echo "skip: the tests, since cmocka's source could not be had"
    skipped=1
fi

# gcc's own frames are aligned to less than the vectors in them (lib/base/compiler.h). Debian's gcc
# for Windows does not need what the library does about it, so look at gcc's for this system.
aligned_moves() {
    gcc -std=c99 -O2 -ffp-contract=off -Iinclude -Ilib "$@" -c lib/kernels/avx2.c -o "$scratch/moves.o" &&
        objdump -d --no-show-raw-insn "$scratch/moves.o" |
        awk '$2 ~ /^vmov(ap|dqa)/ && /%[yz]mm/ && /\(/ { n++ } END { print n + 0 }'
}
check "moves of vectors" test "$(aligned_moves)" -gt 0
check "moves of vectors, on Windows" test "$(aligned_moves -D_WIN32)" -eq 0

# ---------------------------------------------------------------------------
# CMake, with mingw-w64 and with clang-cl
# ---------------------------------------------------------------------------

gcc -std=c99 -Iinclude tests/consumer/consumer.c "$BUILD/libsrnn.a" -o "$scratch/consumer"
prints "$scratch/consumer"
export CMAKE_GENERATOR=Ninja
cat >"$scratch/mingw.cmake" <<END
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_C_COMPILER $mingw-gcc)
END
# cmake_consumer OPTIONS...: the consumer, beside the DLL if there is one.
cmake_consumer() {
    rm -rf "$scratch/cmake"
    cmake -S tests/consumer -B "$scratch/cmake" --toolchain "$scratch/mingw.cmake" \
        -DSRNN_SOURCE="$PWD" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_RUNTIME_OUTPUT_DIRECTORY="$scratch/cmake" \
        "$@" && cmake --build "$scratch/cmake" && prints_windows "$scratch/cmake/consumer.exe"
}
prints_windows() {
    windows "$1" | diff "$scratch/first" -
}
check "CMake, mingw-w64, static" cmake_consumer
check "CMake, mingw-w64, DLL" cmake_consumer -DLIBRARY=srnn::shared
check "CMake, mingw-w64: the DLL's functions" exports "$scratch/cmake/srnn.dll"

# Visual Studio's headers and libraries are not here: the library gets headers of a few lines, and
# links with mingw's import library. /Zl and /GS- leave out what Visual Studio's run-time library would
# have.
visual=$scratch/visual
write_headers "$visual/include"
echo 'int _fltused;' >"$visual/used.c"
clang_cl="clang-cl-14 --target=x86_64-pc-windows-msvc -imsvc $visual/include"
cat >"$visual/toolchain.cmake" <<END
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_C_COMPILER clang-cl-14)
set(CMAKE_C_COMPILER_TARGET x86_64-pc-windows-msvc)
set(CMAKE_C_FLAGS_INIT "-imsvc $visual/include /Zl /GS- /W4 /WX")
set(CMAKE_LINKER lld-link-14)
set(CMAKE_MT llvm-mt-14)
set(CMAKE_RC_COMPILER llvm-rc-14)
set(CMAKE_SHARED_LINKER_FLAGS_INIT "/noentry /nodefaultlib /manifest:no")
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
END
visual_dll() {
    $clang_cl /c /Zl "$visual/used.c" "/Fo$visual/used.obj" &&
        cmake -S . -B "$visual/dll" --toolchain "$visual/toolchain.cmake" -DCMAKE_BUILD_TYPE=Release \
            -DCMAKE_C_STANDARD_LIBRARIES="/usr/$mingw/lib/libmsvcrt.a $visual/used.obj" &&
        cmake --build "$visual/dll" --target srnn_shared &&
        train "$visual/dll" "$visual/dll/srnn.lib" -DSRNN_DLL
}
check "CMake, clang-cl, DLL" visual_dll
check "clang-cl: the DLL's functions" exports "$visual/dll/srnn.dll"
check "clang-cl: the bits of the DLL" trains fused "$visual/dll"

# ---------------------------------------------------------------------------
# What Visual Studio's compiler would say
# ---------------------------------------------------------------------------

awk -f lib/delivery/amalgamate.awk lib/*.c lib/*/*.c >"$visual/srnn.c"
# syntax TARGET FLAGS...
syntax() {
    _processor=$1
    shift
    for file in lib/*.c lib/*/*.c "$visual/srnn.c"; do
        clang-cl-14 --target="$_processor-pc-windows-msvc" -imsvc "$visual/include" /Zs /W4 /WX /std:c11 \
            -Iinclude -Ilib "$@" "$file" || return 1
    done
}
check "clang-cl, x64" syntax x86_64
check "clang-cl, arm64, separate" syntax aarch64 -DSRNN_NO_FMA
# What is left for a compiler that is neither gcc nor clang. exact.h has a pragma for Visual Studio's
# alone.
check "without clang's own" syntax x86_64 -U__clang__ -Wno-unknown-pragmas -Wgnu -Wvla
# Error C2124, which clang does not have.
no_division() {
    clang-14 --target=x86_64-pc-windows-msvc -U__clang__ -Iinclude -isystem "$visual/include" -E -P \
        "$visual/srnn.c" >"$visual/plain.c" && ! grep -En '/ *\(?-?0(\.0*)?f?[^.0-9x]' "$visual/plain.c"
}
check "no division by a constant zero" no_division
echo '#include "srnn.h"' >"$visual/header.c"
for language in /TC /TP; do
    check "srnn.h as $language" $clang_cl /Zs /W4 /WX $language -DSRNN_DLL -Iinclude "$visual/header.c"
done

print_counts
