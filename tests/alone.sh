#!/bin/sh
# alone.sh - runs a command that needs a folder for itself
#
#     tests/alone.sh build make check-now
#
# Another one with the same folder waits until this has ended, and says so. Two that compile the same
# objects, or count in the same files, would disturb each other. The system ends the lock with its
# process. Without flock(1) nothing waits.
set -u
. "$(dirname "$0")/support/make_flags.sh"

folder=$1
shift
if make_only_prints; then
    exec "$@"
fi
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
