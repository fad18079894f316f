# shellcheck shell=sh
# managers.sh - package managers that only note their calls; sourced after tests/program/library.sh
#
# With $noting before the PATH they take the place of the true ones. Each call is a line of
# $scratch/calls, and fails.
managers="apt-get apt-cache apt aptitude dnf yum zypper apk pacman brew port npm npx pip pip3 \
    cargo gem sudo"
noting=$scratch/managers
mkdir "$noting"
for manager in $managers; do
    printf '#!/bin/sh\necho "%s $*" >>"%s/calls"\nexit 1\n' "$manager" "$scratch" \
        >"$noting/$manager"
    chmod +x "$noting/$manager"
done
