#!/bin/sh
# check_luajit.sh - examples/ffi/luajit, whose declarations are those of srnn.h
set -eu
. tests/ffi/binding.sh

tests/install_tool.sh luajit
SRNN_HEADER=$installed/include/srnn.h
LUA_PATH='examples/ffi/luajit/?.lua'
export SRNN_HEADER LUA_PATH
train_alike LuaJIT luajit examples/ffi/luajit/train.lua
grep -q 'left: 0 blocks, 0 bytes' "$scratch/said" || fail "the allocator did not get back all"
# What is left out: LuaJIT refuses the handle itself, and there is no parallel-for.
refuse_all LuaJIT 'a handle of another kind|a parallel-for .*' luajit tests/ffi/refusals.lua
