#!/bin/sh
# The same outputs in srnn and in torch.nn.RNN, both ways, to 1e-5: with Debian's PyTorch, which is
# installed if it is not there.
set -eu
cd "$(dirname "$0")/../.."

BUILD=${BUILD:-build}
tests/install_tool.sh /usr/lib/python3/dist-packages/torch/__init__.py=python3-torch
# The system's Python, which Debian's packages belong to, may not be the first one.
PATH=$(getconf PATH):$PATH
export PATH
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
exec python3 tests/pytorch/check_pytorch.py "$BUILD/srnn"
