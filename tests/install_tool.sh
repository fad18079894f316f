#!/bin/sh
# install_tool.sh WANTED[=PACKAGE]...: makes sure that commands and files exist; a WANTED with a
# slash is a file. Installs the Debian packages of those that are missing, all at once, with a
# message. PACKAGE is WANTED where it is not named. Fails when anything is missing in the end.
# With NO_INSTALL=1 it only says what is missing, and which packages have it.
set -u

# missing WANTED...: prints those that are not there.
missing() {
    for wanted in "$@"; do
        case $wanted in
        */*) [ -e "${wanted%%=*}" ] ;;
        *) command -v "${wanted%%=*}" >/dev/null 2>&1 ;;
        esac || echo "$wanted"
    done
}

# A package or a wanted thing has no blanks in its name.
# shellcheck disable=SC2046
set -- $(missing "$@")
[ $# -eq 0 ] && exit 0
if [ "${NO_INSTALL:-0}" != 0 ]; then
    packages=
    for wanted in "$@"; do
        echo "missing: ${wanted%%=*}" >&2
        packages="$packages ${wanted#*=}"
    done
    echo "NO_INSTALL is set. On Debian: apt-get install$packages" >&2
    exit 1
fi
# Tests that run at once wait for each other: apt does not wait for the lock of its lists.
if command -v flock >/dev/null 2>&1; then
    exec 9<"$0"
    flock 9
    # shellcheck disable=SC2046
    set -- $(missing "$@")
    [ $# -eq 0 ] && exit 0
fi
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
if command -v apt-get >/dev/null 2>&1; then
    $as_root apt-get -o DPkg::Lock::Timeout=3600 update -qq
    packages=
    for wanted in "$@"; do
        # One name that apt does not know would keep it from getting the others.
        apt-cache show "${wanted#*=}" >/dev/null 2>&1 && packages="$packages ${wanted#*=}"
    done
    echo "missing, got with the system's package manager:$packages"
    # Fail rather than remove a package in favour of another.
    # shellcheck disable=SC2086
    [ -z "$packages" ] || $as_root apt-get -o DPkg::Lock::Timeout=3600 install -y -qq \
        --no-install-recommends --no-remove $packages
fi >&2
# shellcheck disable=SC2046
set -- $(missing "$@")
[ $# -eq 0 ] && exit 0
echo "could not be had: $*" >&2
exit 1
