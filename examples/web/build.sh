#!/bin/sh
# build.sh OUT SRNN_JS TRANSCRIPT: puts the page together in the folder OUT, as index.html, page.js
# and style.css. SRNN_JS is the library as a classic script, and TRANSCRIPT what examples/train
# prints. `make web` calls it.
set -eu

out=$1
srnn=$2
transcript=$3
here=$(dirname "$0")
version=$(sed -n 's/^#define SRNN_VERSION_STRING "\(.*\)"/\1/p' "$here/../../include/srnn.h")

mkdir -p "$out"
cp "$here/style.css" "$out/style.css"
{
    # What runs in the worker is a function whose text the page passes on.
    echo "'use strict';"
    echo 'function workerSource() {'
    echo "'use strict';"
    cat "$srnn" "$here/experiment.js" "$here/worker.js"
    echo '}'
    for part in chart drag wall surface descent fold record train_charts train_texts train bits page; do
        cat "$here/$part.js"
    done
} >"$out/page.js"
# Last, since make looks at it alone.
awk -v version="$version" -v transcript="$transcript" '
    /@TRANSCRIPT@/ {
        split($0, around, "@TRANSCRIPT@")
        printf "%s", around[1]
        while ((getline line < transcript) > 0) {
            lines++
            printf "%s\n", line
        }
        if (lines == 0) exit 1
        print around[2]
        next
    }
    { sub(/@VERSION@/, version); print }' "$here/index.html" >"$out/index.html"
