#!/bin/sh
# make install: the files it should put, in a packager's DESTDIR and folders too; a
# user's program, as C and as C++, that finds the library through pkg-config is built
# with the shared and the static one and runs; make uninstall takes exactly its own
# files and folders away. `make check-install` does more of this.
set -eu
. tests/program/library.sh
needs_elf "the files and the search of libraries in ELF; \`make check-macos\` looks at make install for macOS"

build=$built
version=$("$SRNN" --version | sed -n 's/^srnn //p')
series=$(series_of "$version")

# Run make with the flags of the build that is there, so that it is installed and
# not built again: "CC CFLAGS... ARITHMETIC" is in build/flags.
unset MAKEFLAGS MFLAGS MAKELEVEL || :
flags=$(cat "$build/flags")
arithmetic=${flags##* }
flags=${flags% *}
compiler=${flags%% *}
flags=${flags#"$compiler"}
flags=${flags# }
make_target() {
    make -s BUILD="$BUILD" CC="$compiler" CFLAGS="$flags" ARITHMETIC="$arithmetic" \
        "$@" >"$scratch/log" 2>&1 || fail "make $*: $(cat "$scratch/log")"
}

# What is below $1.
listing() {
    (cd "$1" && find . | sort)
}

# The files that are installed: in the folders for programs, headers, libraries,
# pkg-config files, CMake packages, manual pages and, below the last, what shells complete.
files() {
    echo "$1/srnn"
    echo "$2/srnn.h"
    echo "$2/srnn.hpp"
    for name in .a .so ".so.$series" ".so.$version"; do
        echo "$3/libsrnn$name"
    done
    echo "$4/srnn.pc"
    echo "$5/srnnConfig.cmake"
    echo "$5/srnnConfigVersion.cmake"
    echo "$7/bash-completion/completions/srnn"
    echo "$7/zsh/site-functions/_srnn"
    echo "$7/fish/vendor_completions.d/srnn.fish"
    echo "$6/man1/srnn.1"
    for name in srnn $(tests/layers/declared.sh); do
        echo "$6/man3/$name.3"
    done
}

# A list of files below $1 with all their folders.
with_folders() {
    while read -r path; do
        while [ "$path" != "$1" ]; do
            echo "$path"
            path=${path%/*}
        done
        echo "$path"
    done | sort -u
}

# Into DESTDIR: everything is below DESTDIR and PREFIX, and no file has DESTDIR in it.
root=$scratch/root
mkdir -p "$root/opt/srnn/lib/pkgconfig"
echo "not of ours" >"$root/opt/srnn/lib/pkgconfig/other.pc"
echo "not of ours" >"$root/opt/srnn/lib/libsrnn.so.99"
listing "$root" >"$scratch/before"
make_target install DESTDIR="$root" PREFIX=/opt/srnn
{
    at=./opt/srnn
    files $at/bin $at/include $at/lib $at/lib/pkgconfig $at/lib/cmake/srnn $at/share/man \
        $at/share
    cat "$scratch/before"
} | with_folders . >"$scratch/wanted"
listing "$root" >"$scratch/after"
diff "$scratch/wanted" "$scratch/after" >"$scratch/difference" ||
    fail "other files were installed: $(cat "$scratch/difference")"
if grep -rqF "$scratch" "$root"; then
    fail "DESTDIR stands in $(grep -rlF "$scratch" "$root")"
fi
for link in libsrnn.so "libsrnn.so.$series"; do
    case $(readlink "$root/opt/srnn/lib/$link") in
    */*) fail "$link leads elsewhere" ;;
    esac
done
same include/srnn.h "$root/opt/srnn/include/srnn.h" "the header"
same include/srnn.hpp "$root/opt/srnn/include/srnn.hpp" "the header for C++"
same src/srnn.1 "$root/opt/srnn/share/man/man1/srnn.1" "the manual page"
same src/completions/srnn.bash "$root/opt/srnn/share/bash-completion/completions/srnn" "bash"
same src/completions/_srnn "$root/opt/srnn/share/zsh/site-functions/_srnn" "zsh"
same src/completions/srnn.fish "$root/opt/srnn/share/fish/vendor_completions.d/srnn.fish" "fish"
same "$BUILD/srnn.3" "$root/opt/srnn/share/man/man3/srnn.3" "the manual page of the library"
for name in $(tests/layers/declared.sh); do
    [ "$(cat "$root/opt/srnn/share/man/man3/$name.3")" = ".so man3/srnn.3" ] || fail "$name.3 does not lead to srnn.3"
done
same "$SRNN" "$root/opt/srnn/bin/srnn" "the program"
[ "$("$root/opt/srnn/bin/srnn" --version | sed -n 's/^srnn //p')" = "$version" ] ||
    fail "the installed program does not run"

# A second time over the first is no error, and changes nothing.
make_target install DESTDIR="$root" PREFIX=/opt/srnn
listing "$root" >"$scratch/after"
same "$scratch/wanted" "$scratch/after" "installing twice"

# Uninstall: as it was before, to the file and the folder.
make_target uninstall DESTDIR="$root" PREFIX=/opt/srnn
listing "$root" >"$scratch/after"
same "$scratch/before" "$scratch/after" "after uninstall"
make_target uninstall DESTDIR="$root" PREFIX=/opt/srnn

# Into a packager's folders, some of them not below PREFIX. A folder that was there
# and empty is not install's to take away.
mkdir -p "$scratch/distribution/usr/share"
make_packaged() {
    make_target "$@" DESTDIR="$scratch/distribution" PREFIX=/usr \
        LIBDIR=/usr/lib/x86_64-linux-gnu INCLUDEDIR=/usr/include/srnn-0 BINDIR=/usr/libexec \
        PKGCONFIGDIR=/usr/share/pkgconfig CMAKEDIR=/opt/cmake MANDIR=/man
}
make_packaged install
files ./usr/libexec ./usr/include/srnn-0 ./usr/lib/x86_64-linux-gnu ./usr/share/pkgconfig \
    ./opt/cmake ./man ./usr/share | with_folders . >"$scratch/wanted"
listing "$scratch/distribution" >"$scratch/after"
same "$scratch/wanted" "$scratch/after" "a packager's folders"
grep -qx 'libdir=${prefix}/lib/x86_64-linux-gnu' \
    "$scratch/distribution/usr/share/pkgconfig/srnn.pc" || fail "srnn.pc has another libdir"
make_packaged uninstall
[ "$(listing "$scratch/distribution" | tr '\n' ' ')" = ". ./usr ./usr/share " ] ||
    fail "uninstall leaves or takes: $(listing "$scratch/distribution")"

# Paths that could not work are refused, and nothing is done.
refused() {
    text=$1
    shift
    if make -s BUILD="$BUILD" CC="$compiler" CFLAGS="$flags" ARITHMETIC="$arithmetic" \
        install "$@" >"$scratch/log" 2>&1; then
        fail "make install $* passes"
    fi
    grep -qF -- "$text" "$scratch/log" || fail "make install $*: $(cat "$scratch/log")"
}
refused 'PREFIX must be an absolute path, not `here`' PREFIX=here
refused 'LIBDIR must be an absolute path, not `lib64`' LIBDIR=lib64 DESTDIR="$scratch/none"
refused 'DESTDIR must have no blanks' DESTDIR="$scratch/no ne"
refused 'BUILD must be a path without blanks, not `' BUILD=
refused 'BUILD must be a path without blanks' BUILD="$scratch/no ne"
refused 'BUILD must be a path without blanks' BUILD="build "
[ "$(wc -l <"$scratch/log")" -eq 1 ] || fail "more than a line about BUILD: $(cat "$scratch/log")"
[ ! -e here ] && [ ! -e lib64 ] && [ ! -e "$scratch/none" ] || fail "a refused install did something"

# Into a PREFIX that is used from where it is. A user's program.
prefix=$scratch/prefix
make_target install PREFIX="$prefix"
source=tests/consumer/consumer.c
if command -v pkg-config >/dev/null; then
    PKG_CONFIG_PATH=$prefix/lib/pkgconfig
    export PKG_CONFIG_PATH
    [ "$(pkg-config --modversion srnn)" = "$version" ] || fail "srnn.pc has another version"
    pkg-config --validate srnn || fail "srnn.pc is not valid"
    compile=$(pkg-config --cflags srnn)
    link=$(pkg-config --libs srnn)
    libdir=$(pkg-config --variable=libdir srnn)
else
    echo "without pkg-config; srnn.pc is read by hand"
    libdir=$prefix/lib
    sed "s|\${includedir}|$prefix/include|;s|\${libdir}|$libdir|" "$libdir/pkgconfig/srnn.pc" \
        >"$scratch/pc"
    compile=$(sed -n 's/^Cflags: //p' "$scratch/pc")
    link=$(sed -n 's/^Libs: //p' "$scratch/pc")
fi
[ "$libdir" = "$prefix/lib" ] || fail "srnn.pc has libdir $libdir"
# As C99, and as C++98 where there is a compiler. The static library needs no other,
# not even libm. It is the shared library that the program needs: without it, it
# cannot start.
try() {
    # shellcheck disable=SC2086
    "$@" -pedantic-errors -Wall -Wextra -Werror $compile $source -x none $link -o "$scratch/shared" ||
        fail "$*: a program cannot be built with the shared library"
    LD_LIBRARY_PATH=$libdir "$scratch/shared" >"$scratch/said" ||
        fail "$*: a program with the shared library does not run"
    [ "$(cut -d' ' -f1 "$scratch/said")" = "$version" ] || fail "$*: another version"
    # shellcheck disable=SC2086
    "$@" $compile $source -x none "$libdir/libsrnn.a" -o "$scratch/static" ||
        fail "$*: a program cannot be built with the static library alone"
    "$scratch/static" >"$scratch/said.static" || fail "$*: with the static library it does not run"
    same "$scratch/said" "$scratch/said.static" "$*: shared and static"
    [ -e "$scratch/said.first" ] || cp "$scratch/said" "$scratch/said.first"
    same "$scratch/said.first" "$scratch/said" "$*: C and C++"
}
try "${CC:-cc}" -std=c99
if command -v c++ >/dev/null; then
    try c++ -std=c++98 -Wold-style-cast -x c++
fi
rm "$libdir/libsrnn.so.$series"
if LD_LIBRARY_PATH=$libdir "$scratch/shared" >/dev/null 2>&1; then
    fail "the program does not need libsrnn.so.$series"
fi

# Missing files do not keep uninstall from taking the others away.
make_target uninstall PREFIX="$prefix"
[ ! -e "$prefix" ] || fail "uninstall leaves $(listing "$prefix")"

echo "installing: all as it should be"
