#!/bin/sh
# check_web.sh - the live page of examples/web in headless Chromium; `make check-web`
set -eu
. tests/program/library.sh

tests/install_tool.sh chromium node=nodejs npm
tools=$BUILD/web-tools
tests/install_npm.sh "$tools" axe-core 4 >"$scratch/npm" 2>&1 || fail "axe-core: $(cat "$scratch/npm")"

# The page has what the C program printed when it was built. This is what it prints now.
"$BUILD/separate/examples/train" >"$scratch/transcript"
"$BUILD/srnn" figure wall --csv --output "$scratch/wall.csv"
"$BUILD/srnn" figure bifurcation --csv --output "$scratch/bifurcation.csv"
node tests/web/check_page.mjs "$BUILD/web" "$scratch/transcript" "$scratch/wall.csv" \
    "$scratch/bifurcation.csv" "$tools/node_modules/axe-core/axe.min.js" || fail "see above"
echo "page: screenshots in $BUILD/web/screenshots"
