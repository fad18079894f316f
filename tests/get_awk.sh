#!/bin/sh
# get_awk.sh NAME FOLDER: makes FOLDER/awk the awk that is called NAME: mawk, gawk or busybox. Installs
# its package if it is missing. The system's awk stays the one that it was. Fails where it cannot be had.
set -eu
cd "$(dirname "$0")/.."
mkdir -p "$2"
if ! command -v "$1" >/dev/null; then
    before=$(readlink -f "$(command -v awk)")
    tests/install_tool.sh "$1"
    if [ "$(readlink -f "$(command -v awk)")" != "$before" ]; then
        as_root=
        [ "$(id -u)" -eq 0 ] || as_root=sudo
        $as_root update-alternatives --set awk "$before"
    fi
fi
ln -sf "$(command -v "$1")" "$2/awk"
"$2/awk" 'BEGIN { exit 0 }'
