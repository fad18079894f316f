#!/bin/sh
# install_tool.sh WANTED[=PACKAGE]...: makes sure that commands are there, and files, which are the
# wanted ones with a slash; gets the Debian packages of those that are not, all at once, and says
# so. A package is called as its command where none is named. Fails when anything is missing in the
# end.
set -u

# missing WANTED...: those of them that are not there.
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
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
if command -v apt-get >/dev/null 2>&1; then
    $as_root apt-get -o DPkg::Lock::Timeout=300 update -qq
    packages=
    for wanted in "$@"; do
        # One name that apt does not know would keep it from getting the others.
        apt-cache show "${wanted#*=}" >/dev/null 2>&1 && packages="$packages ${wanted#*=}"
    done
    echo "missing, got with the system's package manager:$packages"
    # No tool is worth another: fail rather than remove a package in its favour.
    # shellcheck disable=SC2086
    [ -z "$packages" ] || $as_root apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
        --no-install-recommends --no-remove $packages
fi >&2
# shellcheck disable=SC2046
set -- $(missing "$@")
[ $# -eq 0 ] && exit 0
echo "could not be had: $*" >&2
exit 1
