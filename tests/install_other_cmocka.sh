#!/bin/sh
# install_mingw_cmocka.sh FOLDER COMPILER: cmocka for the Windows that COMPILER, a gcc of mingw-w64, makes
# programs for. No package has it, so this compiles the source of Debian's package.
#
# Afterwards FOLDER has libcmocka.a, cmocka.h and cmocka.pc; nothing happens when it has them already.
# Gets the source by apt with lists of its own: the system's may be without sources, and stay as they
# are. Fails where there is no apt or no network, and with NO_INSTALL=1, which only says what is
# missing.
set -eu
compiler=$2
mkdir -p "$1"
cd "$1"
folder=$PWD
[ ! -e cmocka.pc ] || exit 0
if [ "${NO_INSTALL:-0}" != 0 ]; then
    echo "missing: cmocka for $compiler in $folder" >&2
    echo "NO_INSTALL is set. By hand: tests/install_mingw_cmocka.sh $folder $compiler" >&2
    exit 1
fi

mkdir -p apt/parts apt/lists/partial
for file in /etc/apt/sources.list.d/*.sources; do
    [ ! -e "$file" ] || sed 's/^Types:.*/Types: deb-src/' "$file" >"apt/parts/${file##*/}"
done
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ ! -e "$file" ] || sed -n 's/^deb /deb-src /p' "$file" >"apt/parts/${file##*/}"
done
apt() {
    apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$folder/apt/parts" \
        -o Dir::State::lists="$folder/apt/lists" -o Dir::Cache="$folder/apt" \
        -o Debug::NoLocking=1 -o APT::Sandbox::User=root "$@"
}
# Lists of others that have no sources are no reason to fail.
apt update || :
apt source --download-only cmocka
tar -xJf cmocka_*.orig.tar.xz --strip-components=1
# What its configure script finds out of mingw-w64.
"$compiler" -O1 -w -Iinclude -DHAVE_INTTYPES_H -DHAVE_MALLOC_H -DHAVE_SIGNAL_H -DHAVE_TIME_H \
    -c src/cmocka.c -o cmocka.o
"$compiler-ar" rcs libcmocka.a cmocka.o
# Tests print sizes by %zu, which mingw-w64 knows in its own functions alone.
cat >cmocka.pc <<END
Name: cmocka
Description: cmocka for Windows
Version: $(sed -n 's/^project(cmocka VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
Cflags: -D__USE_MINGW_ANSI_STDIO=1 -isystem $folder/include
Libs: -L$folder -lcmocka
END
