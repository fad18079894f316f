#!/bin/sh
# check_debian.sh - the Debian packages of lib/delivery/debian
#
#     tests/consumer/check_debian.sh
#
# `make debian` runs in two checkouts of different names and depths, in other time zones, locales
# and umasks: the source and the packages must have the same bytes. The first build also runs the
# tests, which take a minute, the second is told `nocheck`. No build may call a package manager.
# lintian must find no error and no warning. The packages are unpacked below an empty root, where
# their own tests run: a program built through pkg-config, and `srnn`. Gets the tools that are
# missing.
#
# One line for each check that fails, and the counts at the end.
set -eu
. tests/program/library.sh
. tests/consumer/checks.sh

[ -e .git ] || skip_all "the release is made from a git checkout, which this is not"
get_tools git gcc make pkg-config dpkg-buildpackage=dpkg-dev dh=debhelper lintian
tests/install_cmocka.sh || cannot_run
unset DEB_BUILD_OPTIONS || :
. tests/consumer/managers.sh

# The bytes are the same everywhere, so the packaged library must give these.
gcc -std=c99 -Iinclude tests/consumer/consumer.c "$BUILD/libsrnn.a" -o "$scratch/consumer"
prints "$scratch/consumer" # the first
tests/layers/declared.sh >"$scratch/declared"

# ---------------------------------------------------------------------------
# Two builds
# ---------------------------------------------------------------------------

first=$scratch/one/build/debian
second=$scratch/two/deep/er/out/of/here/debian
check "a checkout" eval '(copy "$scratch/one")'
check "another" eval '(umask 077 && copy "$scratch/two/deep/er")'
check "make debian" eval '(cd "$scratch/one" && PATH=$noting:$PATH make -s debian)'
cp "$log" "$scratch/first_log"
check "the first build runs tests" grep '[1-9][0-9]* passed, 0 failed' "$scratch/first_log"
check "make debian elsewhere" eval '(umask 077 && cd "$scratch/two/deep/er" && sleep 1 &&
    DEB_BUILD_OPTIONS=nocheck TZ=Asia/Tokyo LC_ALL=C.UTF-8 PATH=$noting:$PATH \
        make -s BUILD=out/of/here debian)'
check "no package manager was called" test ! -e "$scratch/calls"

products() {
    (cd "$1" && ls -- *.deb *.dsc *.tar.*)
}
cat >"$scratch/wanted" <<END
libsrnn-dev
libsrnn$series
libsrnn$series-dbgsym
srnn
srnn-dbgsym
END
check "the packages" eval '(cd "$first" && ls -- *.deb) | sed "s/_$version-1_.*//" | LC_ALL=C sort |
    diff "$scratch/wanted" -'
check "as many elsewhere" eval 'products "$first" >"$scratch/products" &&
    products "$second" | diff "$scratch/products" -'
for product in $(products "$first"); do
    check "the same bytes: $product" cmp "$first/$product" "$second/$product"
done
# There is no report of a wish for the package that a first version could close.
check "lintian" lintian --allow-root --fail-on error,warning \
    --suppress-tags initial-upload-closes-no-bugs "$first/libsrnn_$version-1_"*.changes

# ---------------------------------------------------------------------------
# The packages in use
# ---------------------------------------------------------------------------

root=$scratch/root
source=$first/libsrnn-$version
for package in libsrnn$series libsrnn-dev srnn; do
    check "dpkg -x $package" eval 'dpkg -x "$first/$package"_*.deb "$root"'
done
lib=$(dirname "$root"/usr/lib/*/libsrnn.a)
triplet=${lib##*/}
check "the libraries are in a folder of their architecture" \
    test "$triplet" = "$(dpkg-architecture -qDEB_HOST_MULTIARCH)"

# As if the root were the system's: pkg-config leaves out the system's folders else.
in_root() {
    (cd "$source" && PATH=$root/usr/bin:$PATH PKG_CONFIG_SYSROOT_DIR=$root \
        PKG_CONFIG_LIBDIR=$lib/pkgconfig PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 \
        PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 LD_LIBRARY_PATH=$lib "$@")
}
check "the package's test of a program" in_root debian/tests/consumer
cp "$log" "$scratch/said_there"
check "it gives the same numbers" diff "$scratch/first" "$scratch/said_there"
check "the package's test of srnn" in_root debian/tests/program
check "srnn is of this version" test "$("$root/usr/bin/srnn" --version | sed -n 's/^srnn //p')" = \
    "$version"
has_pages() {
    while read -r name; do
        [ -e "$root/usr/share/man/man3/$name.3.gz" ] || { echo "no $name"; return 1; }
    done <"$scratch/declared"
}
check "every function has a manual page" has_pages

# names: the functions of a symbols file, and what is no function.
names() {
    sed -n 's/^ \([^@]*\)@.*/\1/p' "$1" | LC_ALL=C sort
}
{ cat "$scratch/declared"; echo "SRNN_$series"; } | LC_ALL=C sort >"$scratch/symbols_wanted"
check "dpkg-gensymbols" eval '(cd "$source" && dpkg-gensymbols -c0 "-plibsrnn$series" -v0 \
    "-e$lib/libsrnn.so.$version" "-O$scratch/generated")'
check "it finds the functions of srnn.h" eval 'names "$scratch/generated" |
    diff "$scratch/symbols_wanted" -'
check "the symbols of the package" eval 'dpkg-deb --ctrl-tarfile "$first/libsrnn${series}"_*.deb |
    tar -xO ./symbols >"$scratch/symbols"'
check "are the functions of srnn.h" eval 'names "$scratch/symbols" | diff "$scratch/symbols_wanted" -'
check "and each has a version of this series" \
    eval '! grep "^ " "$scratch/symbols" | grep -v "@SRNN_$series $series\.[0-9]*$"'
check "the library is bound when it is loaded" eval \
    'readelf -d "$lib/libsrnn.so.$version" | grep BIND_NOW'

print_counts
