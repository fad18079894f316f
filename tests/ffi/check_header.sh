#!/bin/sh
# check_header.sh - cffi reads srnn.h as it is and finds every function in the library; the types
# that examples/ffi/python and examples/ffi/java declare are those of the header. check_rust.sh has
# bindgen do so.
set -eu
. tests/ffi/binding.sh

PATH=$(getconf PATH)
tests/install_tool.sh python3 /usr/lib/python3/dist-packages/cffi=python3-cffi
PYTHONPATH=examples/ffi/python
PYTHONDONTWRITEBYTECODE=1
export PYTHONPATH PYTHONDONTWRITEBYTECODE
python3 tests/ffi/parse_header.py "$installed/include/srnn.h" "$scratch" >"$scratch/found" ||
    fail "cffi does not read srnn.h, or srnn.py differs from it"
sh tests/layers/declared.sh >"$scratch/wanted"
same "$scratch/wanted" "$scratch/found" "the functions that cffi finds"
echo "cffi reads srnn.h and finds its $(wc -l <"$scratch/found") functions; srnn.py agrees with it"
python3 tests/ffi/java_declarations.py "$installed/include/srnn.h" "$scratch" \
    examples/ffi/java/SrnnC.java || fail "SrnnC.java differs from srnn.h"
