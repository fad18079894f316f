#!/bin/sh
# install_npm.sh FOLDER PACKAGE VERSION: makes sure that FOLDER/node_modules has a package of npm.
# Its scripts are not run. With NO_INSTALL=1 it only says what is missing.
set -eu

[ -e "$1/node_modules/$2" ] && exit 0
if [ "${NO_INSTALL:-0}" != 0 ]; then
    echo "missing: npm's package $2 in $1/node_modules" >&2
    echo "NO_INSTALL is set. By hand: npm install --prefix $1 --ignore-scripts $2@$3" >&2
    exit 1
fi
npm install --prefix "$1" --no-save --no-audit --no-fund --ignore-scripts "$2@$3"
