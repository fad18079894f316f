#!/bin/sh
# make install: the files it should put, in a packager's DESTDIR too; a program
# that finds the library through pkg-config is built with the shared and the static
# one and runs; make uninstall takes exactly its own files away.
set -eu
. tests/program/library.sh

case $BUILD in
/*) build=$BUILD ;;
*) build=$PWD/$BUILD ;;
esac
version=$("$SRNN" --version | sed -n 's/^srnn //p')

# Run make with the flags of the build that is there, so that it is installed and
# not made anew: "CC CFLAGS... ARITHMETIC" is in build/flags.
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

# The files and links below $1.
listing() {
    (cd "$1" && find . ! -type d | sort)
}

# Into DESTDIR: everything is below DESTDIR and PREFIX, and nothing knows DESTDIR.
root=$scratch/root
mkdir -p "$root/opt/srnn/lib/pkgconfig"
echo "not of ours" >"$root/opt/srnn/lib/pkgconfig/other.pc"
echo "not of ours" >"$root/opt/srnn/lib/libsrnn.so.99"
listing "$root" >"$scratch/before"
make_target install DESTDIR="$root" PREFIX=/opt/srnn
{
    for file in include/srnn.h lib/libsrnn.a lib/libsrnn.so lib/libsrnn.so.0 \
        "lib/libsrnn.so.$version" lib/pkgconfig/srnn.pc bin/srnn share/man/man1/srnn.1; do
        echo "./opt/srnn/$file"
    done
    cat "$scratch/before"
} | sort >"$scratch/wanted"
listing "$root" >"$scratch/after"
diff "$scratch/wanted" "$scratch/after" >"$scratch/difference" ||
    fail "other files were installed: $(cat "$scratch/difference")"
if grep -rqF "$scratch" "$root"; then
    fail "DESTDIR stands in $(grep -rlF "$scratch" "$root")"
fi
for link in libsrnn.so libsrnn.so.0; do
    case $(readlink "$root/opt/srnn/lib/$link") in
    */*) fail "$link leads elsewhere" ;;
    esac
done
same include/srnn.h "$root/opt/srnn/include/srnn.h" "the header"
same src/srnn.1 "$root/opt/srnn/share/man/man1/srnn.1" "the manual page"
same "$SRNN" "$root/opt/srnn/bin/srnn" "the program"
[ "$("$root/opt/srnn/bin/srnn" --version | sed -n 's/^srnn //p')" = "$version" ] ||
    fail "the installed program does not run"

# A second time over the first is no error, and changes nothing.
make_target install DESTDIR="$root" PREFIX=/opt/srnn
listing "$root" >"$scratch/after"
same "$scratch/wanted" "$scratch/after" "installing twice"

# Uninstall: as it was before, to the file.
make_target uninstall DESTDIR="$root" PREFIX=/opt/srnn
listing "$root" >"$scratch/after"
same "$scratch/before" "$scratch/after" "after uninstall"
make_target uninstall DESTDIR="$root" PREFIX=/opt/srnn

# Into a PREFIX that is used from where it is. A user's program.
prefix=$scratch/prefix
make_target install PREFIX="$prefix"
cat >"$scratch/user.c" <<'C'
#include <srnn.h>
#include <stdio.h>

int main(void)
{
    srnn_model *model = NULL;
    const int32_t status =
        srnn_model_create(NULL, NULL, 2, 3, 1, SRNN_TANH, SRNN_LINEAR, 0, &model);
    if (status != SRNN_OK || srnn_model_hidden(model) != 3) {
        return 1;
    }
    srnn_model_destroy(model);
    printf("%s\n", srnn_version_string());
    return 0;
}
C
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
cc=${CC:-cc}
# shellcheck disable=SC2086
$cc -std=c99 -pedantic-errors -Wall -Wextra -Werror $compile "$scratch/user.c" $link \
    -o "$scratch/shared" || fail "a program cannot be built with the shared library"
[ "$(LD_LIBRARY_PATH=$libdir "$scratch/shared")" = "$version" ] ||
    fail "a program with the shared library does not run"
# It is the shared library that it needs: without it, it cannot start.
rm "$libdir/libsrnn.so.0"
if LD_LIBRARY_PATH=$libdir "$scratch/shared" >/dev/null 2>&1; then
    fail "the program does not need libsrnn.so.0"
fi
# The static library needs no other, not even libm.
# shellcheck disable=SC2086
$cc -std=c99 $compile "$scratch/user.c" "$libdir/libsrnn.a" -o "$scratch/static" ||
    fail "a program cannot be built with the static library alone"
[ "$("$scratch/static")" = "$version" ] || fail "a program with the static library does not run"

# Missing files do not keep uninstall from taking the others away.
make_target uninstall PREFIX="$prefix"
[ -z "$(listing "$prefix")" ] || fail "uninstall leaves $(listing "$prefix")"

echo "installing: all as it should be"
