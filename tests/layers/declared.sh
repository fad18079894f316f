#!/bin/sh
# declared.sh - the names of the functions that srnn.h declares, sorted
#
# Comments and preprocessor lines go, what is left is cut at semicolons; a declaration that is no
# typedef and has a name before its first parenthesis is a function's.
set -eu
cd "$(dirname "$0")/../.."
sed 's|^[ 	]*#.*||' include/srnn.h | tr '\n' ' ' | sed 's|/\*|\n/*|g; s|\*/|*/\n|g' |
    sed '/^\/\*.*\*\/$/d' | tr '\n' ' ' | tr ';' '\n' |
    sed -n '/typedef/d; s/^[^(]*[ *]\(srnn_[a-z0-9_]*\)(.*/\1/p' | LC_ALL=C sort -u
