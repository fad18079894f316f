#!/bin/sh
# declared.sh - the names of the functions that srnn.h, or the header named, declares, sorted
set -eu
header=${1:-$(dirname "$0")/../../include/srnn.h}
awk -f "$(dirname "$0")/prototypes.awk" "$header" |
    sed 's/^[^(]*[ *]\(srnn_[a-z0-9_]*\)(.*/\1/' | LC_ALL=C sort -u
