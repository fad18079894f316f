#!/bin/sh
# check_node.sh - examples/ffi/node, with koffi from npm
set -eu
. tests/ffi/binding.sh

tests/install_tool.sh node=nodejs npm
# Its binary is in the package: it needs no script of its own.
tests/install_npm.sh "$ffi" koffi 2 >"$scratch/npm" 2>&1 || fail "koffi: $(cat "$scratch/npm")"
SRNN_HEADER=$installed/include/srnn.h
NODE_PATH=$ffi/node_modules:examples/ffi/node
export SRNN_HEADER NODE_PATH
train_alike Node.js node examples/ffi/node/train.js
grep -q 'left: 0 blocks, 0 bytes' "$scratch/said" || fail "the allocator did not get back all"
# What is left out: koffi refuses the handle itself, there is no parallel-for, and all models are
# external.
refuse_all Node.js 'a handle of another kind|a parallel-for .*|parameters of nobody' \
    node --expose-gc tests/ffi/refusals.js
# They are read from srnn.h, as those of the list are, but by other means.
node -e '
    const srnn = require("srnn");
    for (const [name, value] of Object.entries(srnn)) {
        if (Number.isInteger(value) && !(name in srnn.options)) {
            console.log(name, value);
        }
    }' >"$scratch/list"
constants_agree Node.js <"$scratch/list"
