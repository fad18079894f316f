#!/bin/sh
# check_install.sh - a user's project against the installed library, by every way
#
#     tests/consumer/check_install.sh
#
# Installs into a packager's folders and moves the whole elsewhere. The consumer is built there as C
# and as C++ from 98 to 20 by gcc and clang through pkg-config, and through the CMake package, with
# the shared and the static library; all programs must print the same. find_package is called
# for versions and components that fit and that do not. `make dist` is made twice in different
# circumstances, compared, unpacked in a folder whose path has blanks, built and tested. What it
# installs must have the bytes of the first build. Gets the tools that are missing.
#
# One line for each check that fails, and the counts at the end.
set -eu
. tests/program/library.sh
. tests/consumer/checks.sh

get_tools gcc g++ clang make cmake pkg-config mandoc git

# ---------------------------------------------------------------------------
# Installed in a packager's folders, then moved
# ---------------------------------------------------------------------------

install_into() {
    make -s BUILD="$BUILD/installed" CFLAGS=-O2 install DESTDIR="$1" PREFIX=/usr \
        LIBDIR=/usr/lib/x86_64-linux-gnu
}
check "make install" install_into "$scratch/package"
mv "$scratch/package/usr" "$scratch/moved"
moved=$scratch/moved
lib=$moved/lib/x86_64-linux-gnu
export LD_LIBRARY_PATH="$lib"
export PKG_CONFIG_PATH="$lib/pkgconfig"

# pkg-config: with the prefix that the file is found at.
package() {
    pkg-config --define-variable=prefix="$moved" "$@" srnn
}
check "srnn.pc is valid" pkg-config --validate srnn
check "srnn.pc: version" test "$(package --modversion)" = "$version"
compile=$(package --cflags)
link=$(package --libs)
link_static=$(package --static --libs)

build_and_run() {
    # shellcheck disable=SC2086
    "$@" $compile tests/consumer/consumer.c -x none $link -o "$scratch/program" &&
        prints "$scratch/program" &&
        readelf -d "$scratch/program" | grep -qF "[libsrnn.so.$series]" &&
        "$@" $compile tests/consumer/consumer.c -x none "$lib/libsrnn.a" -o "$scratch/program" &&
        prints "$scratch/program" &&
        "$@" -static $compile tests/consumer/consumer.c -x none $link_static \
            -o "$scratch/program" && prints "$scratch/program"
}
strict="-pedantic-errors -Wall -Wextra -Werror"
for standard in c99 c11 c17; do
    for compiler in gcc clang; do
        # shellcheck disable=SC2086
        check "$compiler $standard" build_and_run $compiler -std=$standard $strict
    done
done
for standard in c++98 c++03 c++11 c++14 c++17 c++20; do
    for compiler in g++ clang++; do
        # shellcheck disable=SC2086
        check "$compiler $standard" build_and_run $compiler -std=$standard $strict \
            -Wold-style-cast -x c++
    done
done

# srnn.hpp: the same training as in C.
gcc -Iinclude examples/train.c "$BUILD/libsrnn.a" -o "$scratch/train"
"$scratch/train" >"$scratch/trained"
trains() {
    "$1" | diff "$scratch/trained" -
}
build_wrapped() {
    # shellcheck disable=SC2086
    "$@" $compile examples/train.cpp $link -o "$scratch/program" && trains "$scratch/program"
}
for compiler in g++ clang++; do
    # shellcheck disable=SC2086
    check "$compiler c++17, srnn.hpp" build_wrapped $compiler -std=c++17 $strict
done

# ---------------------------------------------------------------------------
# CMake
# ---------------------------------------------------------------------------

configure() {
    rm -rf "$scratch/cmake"
    cmake -S tests/consumer -B "$scratch/cmake" -DCMAKE_PREFIX_PATH="$moved" "$@"
}
cmake_run() {
    configure "$@" && cmake --build "$scratch/cmake" && prints "$scratch/cmake/consumer"
}
needs_shared() {
    readelf -d "$scratch/cmake/consumer" | grep -qF "[libsrnn.so.$series]"
}
for library in srnn shared static; do
    check "CMake, C, srnn::$library" cmake_run -DLIBRARY=srnn::$library
    if [ $library = static ]; then
        check "CMake: static is static" eval '! needs_shared'
    else
        check "CMake: $library is shared" needs_shared
    fi
    for standard in 98 11 20; do
        check "CMake, C++$standard, srnn::$library" cmake_run -DLIBRARY=srnn::$library \
            -DLANGUAGE=CXX -DSTANDARD=$standard
    done
    check "CMake, srnn.hpp, srnn::$library" trains "$scratch/cmake/train"
done
for wanted in "$series" "$version" 0 "$version;EXACT" 0.0.1...0.9 "COMPONENTS;static;shared" \
    "$series;COMPONENTS;shared" "OPTIONAL_COMPONENTS;later"; do
    check "find_package(srnn $wanted)" configure -DWANTED="$wanted"
done
for wanted in 0.9 1.0 1 0.1 0.0.9 "$series.99" 0.8...0.9 "0.0.1...<$version"; do
    refused "find_package(srnn $wanted)" "version: $version" configure -DWANTED="$wanted"
done
refused "an unknown component" "srnn has \`shared\` and \`static\`" \
    configure -DWANTED="COMPONENTS;statik"
# A package without the static library, and one without the shared one, as distributions have them.
mv "$lib/libsrnn.a" "$scratch/"
check "without the static library" cmake_run
refused "the static library where it is not" "component \`static\`: not in" \
    configure -DWANTED="COMPONENTS;static"
mv "$scratch/libsrnn.a" "$lib/"
mkdir "$scratch/aside"
mv "$lib"/libsrnn.so* "$scratch/aside/"
check "without the shared library" cmake_run
check "without the shared library it is static" eval '! needs_shared'
mv "$lib/libsrnn.a" "$scratch/aside/"
refused "without any library" "no libsrnn in" configure
mv "$scratch"/aside/* "$lib/"

# ---------------------------------------------------------------------------
# Manual pages, and away again
# ---------------------------------------------------------------------------

lint() {
    MANPATH=$moved/share/man mandoc -T lint "$@" >"$scratch/faults" 2>&1 || :
    grep -v 'referenced manual not found: Xr srnn' "$scratch/faults" >"$scratch/true" || :
    cat "$scratch/true"
    [ ! -s "$scratch/true" ]
}
check "srnn.3 by mandoc" lint "$moved/share/man/man3/srnn.3"
check "srnn.1 by mandoc" lint -W warning "$moved/share/man/man1/srnn.1"
every_function() {
    for name in $(tests/layers/declared.sh); do
        (cd "$moved/share/man" && mandoc -T ascii "man3/$name.3") | sed 's/.\x08//g' |
            grep -q "[ *]$name(" || { echo "no $name"; return 1; }
    done
}
check "a manual page of every function" every_function
cp -a "$moved" "$scratch/usr"
mv "$moved" "$scratch/package/usr"
check "make uninstall" make -s BUILD="$BUILD/installed" CFLAGS=-O2 uninstall \
    DESTDIR="$scratch/package" PREFIX=/usr LIBDIR=/usr/lib/x86_64-linux-gnu
check "nothing is left" test ! -e "$scratch/package"

# ---------------------------------------------------------------------------
# The release
# ---------------------------------------------------------------------------

if [ -e .git ]; then
    unset LD_LIBRARY_PATH PKG_CONFIG_PATH
    check "a checkout" eval '(copy "$scratch/one")'
    check "another" eval '(umask 077 && copy "$scratch/two/deep/er")'
    check "make dist" eval '(cd "$scratch/one" && make -s dist)'
    check "make dist elsewhere" eval '(umask 077 && cd "$scratch/two/deep/er" && sleep 1 && touch lib/*/*.c &&
        TZ=Asia/Tokyo LC_ALL=C.UTF-8 make -s dist)'
    tarball=libsrnn-$version.tar.gz
    check "the same bits" cmp "$scratch/one/build/$tarball" "$scratch/two/deep/er/build/$tarball"
    echo junk >>"$scratch/one/README.md"
    check "make dist warns of what is not committed" eval '(cd "$scratch/one" && make -s dist 2>&1 |
        grep "leaves out what is not committed")'
    check "and left out" cmp "$scratch/one/build/$tarball" "$scratch/two/deep/er/build/$tarball"
    # The path of a checkout may have blanks.
    unpacked="$scratch/un packed"
    mkdir "$unpacked"
    check "unpacking" tar -xzf "$scratch/one/build/$tarball" -C "$unpacked"
    release=$unpacked/libsrnn-$version
    check "everything is below one folder" test "$(ls -A "$unpacked")" = "libsrnn-$version"
    check "owner and time are the commit's" eval 'tar -tvzf "$scratch/one/build/$tarball" --utc |
        awk "{ print \$2, \$4, \$5 }" | sort -u | diff - /dev/fd/3 3<<END
root/root 2026-01-02 03:04
END'
    # What it is made of is tested already; here, that nothing is missing.
    check "the api tests of the release" make -s -C "$release" -j2 CFLAGS=-O2 \
        all amalgamation examples test-programs check-here ONLY='tests/api/%'
    # A build elsewhere has the same bytes: what is installed, and the library in one file.
    check "make install of the release" make -s -C "$release" CFLAGS=-O2 install \
        DESTDIR="$scratch/same" PREFIX=/usr LIBDIR=/usr/lib/x86_64-linux-gnu
    check "what is installed has the same bytes" diff -r --no-dereference "$scratch/usr" \
        "$scratch/same/usr"
    make -s BUILD="$BUILD/installed" amalgamation
    check "the amalgamation has the same bytes" diff -r "$BUILD/installed/amalgamation" \
        "$release/build/amalgamation"
    check "tests of the release that call make" eval '(cd "$release" && BUILD=build tests/run.sh \
        tests/docs/test_install.sh tests/docs/test_readme.sh tests/examples/test_paper.sh)'
    refused "make dist of the release" "needs a git checkout" make -C "$release" dist
    check "make install of the release below PREFIX" make -s -C "$release" CFLAGS=-O2 install \
        PREFIX="$scratch/released"
    check "make uninstall of the release" make -s -C "$release" CFLAGS=-O2 uninstall \
        PREFIX="$scratch/released"
    check "nothing is left of it" test ! -e "$scratch/released"
else
    echo "skip: the release is made from a git checkout, which this is not"
    skipped=1
fi

print_counts
