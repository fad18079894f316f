#!/bin/sh
# alone.sh - runs a command that needs a folder for itself
#
#     tests/alone.sh build make check-now
#
# Another one with the same folder waits until this has ended, and says so. Two that compile the same
# objects, or count in the same files, would disturb each other. The system ends the lock with its
# process. Without flock(1) nothing waits.
set -u

folder=$1
shift
# `make -n` runs this script too. The first word of MAKEFLAGS has the flags of one letter, if it does
# not begin with a dash.
flags=${MAKEFLAGS-}
case ${flags%% *} in
-*) ;;
*n*) exec "$@" ;;
esac
mkdir -p "$folder" || exit 2
if command -v flock >/dev/null 2>&1; then
    exec 9>"$folder/lock" || exit 2
    flock -n 9 || {
        echo "waiting for another run in $folder"
        flock 9
    }
fi
# What the command leaves running holds no lock.
"$@" 9>&-
