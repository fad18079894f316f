#!/bin/sh
# check_cmake.sh - a user's project that builds the library with CMake
#
#     tests/consumer/check_cmake.sh
#
# The consumer takes the source by add_subdirectory and by FetchContent, from a folder and from a
# repository, with the generators that are here; as the package that `cmake --install` makes; and
# with what users set: a build type or none, shared libraries, the other arithmetic family, flags of
# their own that would contract. All programs must print what the Makefile's library gives, the
# library must train to the committed hash, and the user's files must get no flag of ours.
#
# All paths have blanks. One line for each check that fails, and the counts at the end.
set -eu
. tests/program/library.sh
. tests/consumer/checks.sh

get_tools gcc clang make cmake ninja=ninja-build git ccache
# Most builds below compile the same files with the same flags.
export CMAKE_C_COMPILER_LAUNCHER=ccache CCACHE_DIR="$scratch/ccache"

gcc -std=c99 -Iinclude tests/consumer/consumer.c "$BUILD/libsrnn.a" -o "$scratch/consumer"
prints "$scratch/consumer" # the first

# The source, as a user has it: without our build folder.
source="$scratch/the source"
made="$scratch/what is made"
mkdir "$source"
cp -R CMakeLists.txt include lib "$source"

# build OPTIONS...: the consumer, from nothing. Debug takes the least time to compile.
build() {
    rm -rf "$made"
    cmake -S tests/consumer -B "$made" -DCMAKE_BUILD_TYPE=Debug "$@" && cmake --build "$made"
}
run_consumer() {
    build "$@" && prints "$(find "$made" -name _deps -prune -o -name consumer -type f -print)"
}
needs_shared() {
    readelf -d "$made/consumer" | grep -qF "[libsrnn.so.$series]"
}

only_functions() {
    nm -D --defined-only "$(find "$made" -name libsrnn.so)" | sed 's/.* //' | LC_ALL=C sort \
        >"$scratch/exported"
    tests/layers/declared.sh | diff - "$scratch/exported"
}

# The command that compiled the consumer has nothing of ours but the folder of the header.
no_flags() {
    cmake -S tests/consumer -B "$made" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON &&
        grep '"command".*consumer\.c' "$made/compile_commands.json" >"$scratch/command" &&
        grep -q -- "$source/include" "$scratch/command" &&
        ! grep -Eq -- '-(ffp|O3|DSRNN)|source/lib' "$scratch/command"
}

# trains FAMILY OPTIONS...: the static library to the committed hash of the family.
trains() {
    family=$1
    shift
    # shellcheck disable=SC2086 # arguments are words
    build -DSRNN_SOURCE="$source" -DLIBRARY=srnn::static "$@" &&
        gcc $train_hash "$(find "$made" -name libsrnn.a)" -o "$scratch/train" -pthread &&
        "$scratch/train" | cut -d' ' -f1,2 | sort -u >"$scratch/hash" &&
        grep "^$family " tests/exact/training.hash | diff - "$scratch/hash"
}

for generator in "Unix Makefiles" Ninja "Ninja Multi-Config"; do
    check "add_subdirectory, $generator" run_consumer -G "$generator" -DSRNN_SOURCE="$source"
done
export CMAKE_GENERATOR=Ninja
check "what is not linked is not built" test -z "$(find "$made" -name 'libsrnn.so*')"
for wish in -DLIBRARY=srnn::shared -DBUILD_SHARED_LIBS=ON; do
    check "$wish" run_consumer -DSRNN_SOURCE="$source" $wish
    check "$wish is shared" needs_shared
done
check "it has the functions of srnn.h alone" only_functions
check "the user's own file gets no flag of ours" no_flags
check "C++" run_consumer -DSRNN_SOURCE="$source" -DLANGUAGE=CXX -DSTANDARD=11
# Its train takes a minute in Debug.
check "C++17, srnn.hpp" run_consumer -DSRNN_SOURCE="$source" -DLANGUAGE=CXX -DSTANDARD=17 \
    -DCMAKE_BUILD_TYPE=MinSizeRel
check "srnn.hpp runs" "$made/train"

contracted="-march=native -ffp-contract=fast"
check "gcc, flags that contract, no build type" trains fused -DCMAKE_C_COMPILER=gcc \
    -DCMAKE_BUILD_TYPE= -DCMAKE_C_FLAGS="$contracted"
check "clang, flags that contract" trains fused -DCMAKE_C_COMPILER=clang \
    -DCMAKE_BUILD_TYPE=MinSizeRel -DCMAKE_C_FLAGS="$contracted"
check "the other family" trains separate -DCMAKE_BUILD_TYPE=MinSizeRel -DSRNN_ARITHMETIC=separate
# The project has set the family itself, and has habits that are not ours.
mkdir -p "$scratch/folders/base"
echo '#error' >"$scratch/folders/base/base.h"
cat >"$scratch/parent.cmake" <<END
set(SRNN_ARITHMETIC separate)
set(CMAKE_UNITY_BUILD ON)
include_directories("$scratch/folders")
END
check "a project with settings of its own" trains separate -DCMAKE_BUILD_TYPE=MinSizeRel \
    -DCMAKE_PROJECT_consumer_INCLUDE="$scratch/parent.cmake"
refused "-ffast-math" "libsrnn defines its results to the bit" \
    build -DSRNN_SOURCE="$source" -DCMAKE_C_FLAGS=-ffast-math
refused "a family that is none" "SRNN_ARITHMETIC is \`fused\` or \`separate\`, not \`both\`" \
    build -DSRNN_SOURCE="$source" -DSRNN_ARITHMETIC=both

git init -q -b main "$source"
git -C "$source" add -A
git -C "$source" -c user.name=tester -c user.email=tester@example.org commit -q -m release
check "FetchContent from a repository" run_consumer -DSRNN_REPOSITORY="file://$source"
check "FetchContent from a folder" run_consumer -DSRNN_REPOSITORY="file://$source" \
    -DFETCHCONTENT_SOURCE_DIR_SRNN="$source"

# The package that CMake itself installs.
install_package() {
    cmake -S "$source" -B "$scratch/package" -DCMAKE_INSTALL_PREFIX="$scratch/prefix" &&
        cmake --build "$scratch/package" && cmake --install "$scratch/package"
}
check "cmake --install" install_package
mv "$scratch/prefix" "$scratch/moved"
for library in srnn static shared; do
    check "installed and moved, srnn::$library" run_consumer -DCMAKE_PREFIX_PATH="$scratch/moved" \
        -DLIBRARY=srnn::$library -DWANTED="$series" -DLANGUAGE=CXX -DSTANDARD=17
done
check "find_package(srnn 0)" build -DCMAKE_PREFIX_PATH="$scratch/moved" -DWANTED=0
refused "another minor version" "version: $version" build -DCMAKE_PREFIX_PATH="$scratch/moved" \
    -DWANTED=0.9

print_counts
