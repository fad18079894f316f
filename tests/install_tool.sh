#!/bin/sh
# install_tool.sh COMMAND [PACKAGE]: makes sure that a command is there, getting
# its Debian package where it is not, and saying so.
set -eu

command -v "$1" >/dev/null 2>&1 && exit 0
package=${2:-$1}
echo "$1 is missing: getting it with the system's package manager" >&2
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
{
    $as_root apt-get -o DPkg::Lock::Timeout=300 update -qq
    $as_root apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$package"
} >&2
command -v "$1" >/dev/null 2>&1
