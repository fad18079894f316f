#!/bin/sh
# install_other_cmocka.sh FOLDER COMPILER [FLAG...]: cmocka for what COMPILER makes programs for with
# these flags, where no package of this system has it: Windows, other processors, sanitizers.
#
# Compiles the source of Debian's package, which lies beside FOLDER for all of them. Afterwards FOLDER
# has cmocka.o and cmocka.pc; nothing happens when it has them already. Gets the source by apt with
# lists of its own: the system's may be without sources, and stay as they are. Fails where there is no
# apt or no network, and with NO_INSTALL=1, which only says what is missing.
set -eu
folder=$1
shift
mkdir -p "$folder"
cd "$folder"
folder=$PWD
[ ! -e cmocka.pc ] || exit 0
if [ "${NO_INSTALL:-0}" != 0 ]; then
    echo "missing: cmocka for $* in $folder" >&2
    echo "NO_INSTALL is set. By hand: tests/install_other_cmocka.sh $folder $*" >&2
    exit 1
fi

source=${folder%/*}/source
get_source() {
    mkdir -p "$source/apt/parts" "$source/apt/lists/partial"
    cd "$source"
    for file in /etc/apt/sources.list.d/*.sources; do
        [ ! -e "$file" ] || sed 's/^Types:.*/Types: deb-src/' "$file" >"apt/parts/${file##*/}"
    done
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ ! -e "$file" ] || sed -n 's/^deb /deb-src /p' "$file" >"apt/parts/${file##*/}"
    done
    apt() {
        apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$source/apt/parts" \
            -o Dir::State::lists="$source/apt/lists" -o Dir::Cache="$source/apt" \
            -o Debug::NoLocking=1 -o APT::Sandbox::User=root "$@"
    }
    # Lists of others that have no sources are no reason to fail.
    apt update || :
    apt source --download-only cmocka
    tar -xJf cmocka_*.orig.tar.xz --strip-components=1
    cd "$folder"
}
[ -e "$source/src/cmocka.c" ] || get_source

# What its configure script finds out: of mingw-w64, and of the C library of Linux.
settings="-DHAVE_INTTYPES_H -DHAVE_MALLOC_H -DHAVE_SIGNAL_H -DHAVE_TIME_H"
flags=
if echo _WIN32 | "$@" -E -P - | grep -q 1; then
    # Tests print sizes by %zu, which mingw-w64 knows in its own functions alone.
    flags=-D__USE_MINGW_ANSI_STDIO=1
else
    settings="$settings -D_GNU_SOURCE -DHAVE_STRINGS_H -DHAVE_SETJMP_H -DHAVE_CLOCK_GETTIME_REALTIME \
        -DHAVE_STRUCT_TIMESPEC"
fi
# Settings are words.
# shellcheck disable=SC2086
"$@" -O1 -w -I"$source/include" $settings -c "$source/src/cmocka.c" -o cmocka.o
cat >cmocka.pc <<END
Name: cmocka
Description: cmocka for $*
Version: $(sed -n 's/^project(cmocka VERSION \([0-9.]*\).*/\1/p' "$source/CMakeLists.txt")
Cflags: $flags -isystem $source/include
Libs: $folder/cmocka.o
END
