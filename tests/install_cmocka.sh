#!/bin/sh
# Makes sure that programs can be compiled with cmocka. Prints what it does, does nothing
# where cmocka is there, and fails with advice where no package manager helps. With NO_INSTALL=1
# no package manager is called.
set -eu

CC=${CC:-cc}
flags=$(pkg-config --cflags --libs cmocka 2>/dev/null || echo -lcmocka)

have_cmocka() {
    work=$(mktemp -d)
    printf '%s\n' '#include <stdarg.h>' '#include <stddef.h>' '#include <setjmp.h>' \
        '#include <stdint.h>' '#include <cmocka.h>' 'int main(void) { return 0; }' >"$work/t.c"
    status=0
    # shellcheck disable=SC2086
    $CC "$work/t.c" -o "$work/t" $flags >/dev/null 2>&1 || status=1
    rm -rf "$work"
    return $status
}

have_cmocka && exit 0
if [ "${NO_INSTALL:-0}" != 0 ]; then
    echo "missing: cmocka, to compile the tests with $CC" >&2
    echo "NO_INSTALL is set. On Debian: apt-get install libcmocka-dev; elsewhere https://cmocka.org" >&2
    exit 1
fi
echo "cmocka is missing: getting it with the system's package manager" >&2
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
if command -v apt-get >/dev/null 2>&1; then
    $as_root apt-get -o DPkg::Lock::Timeout=3600 update -qq
    $as_root apt-get -o DPkg::Lock::Timeout=3600 install -y -qq --no-install-recommends libcmocka-dev
elif command -v dnf >/dev/null 2>&1; then
    $as_root dnf install -y libcmocka-devel
elif command -v apk >/dev/null 2>&1; then
    $as_root apk add cmocka-dev
elif command -v pacman >/dev/null 2>&1; then
    $as_root pacman -S --noconfirm cmocka
elif command -v brew >/dev/null 2>&1; then
    brew install cmocka
fi >&2 || : # the advice follows
flags=$(pkg-config --cflags --libs cmocka 2>/dev/null || echo -lcmocka)
have_cmocka && exit 0
echo "cmocka could not be had: install it by hand (https://cmocka.org) and run again" >&2
exit 1
