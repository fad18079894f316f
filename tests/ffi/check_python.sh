#!/bin/sh
# check_python.sh - examples/ffi/python with numpy and without
set -eu
. tests/ffi/binding.sh

# numpy is of Debian's Python, which need not be the first one on the PATH. -S leaves out the
# folder that numpy lies in.
PATH=$(getconf PATH)
tests/install_tool.sh python3 /usr/lib/python3/dist-packages/numpy=python3-numpy
export PYTHONDONTWRITEBYTECODE=1
train_alike "Python with numpy" python3 examples/ffi/python/train.py
grep -q 'arrays of numpy' "$scratch/said" || fail "numpy was not used"
train_alike "Python without numpy" python3 -S examples/ffi/python/train.py
grep -q 'arrays of array' "$scratch/said" || fail "numpy was used"
PYTHONPATH=examples/ffi/python
export PYTHONPATH
# What is left out: the binding has no allocators, and all its models are external.
refuse_all Python 'an allocator .*|parameters of nobody' python3 tests/ffi/refusals.py
python3 -c '
import srnn
for name, value in vars(srnn).items():
    if isinstance(value, int) and not name.startswith("_") and name not in srnn.OPTIONS:
        print(name, value)' >"$scratch/list"
constants_agree Python <"$scratch/list"
