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
# What is left out: LuaJIT refuses the handle itself, there is no parallel-for, and all models are
# external.
refuse_all LuaJIT 'a handle of another kind|a parallel-for .*|parameters of nobody' \
    luajit tests/ffi/refusals.lua
# They are read from srnn.h, as those of the list are, but by other means.
luajit -e '
    local srnn = require("srnn")
    for name, value in pairs(srnn) do
        if type(value) == "number" and not srnn.options[name] then
            print(name .. " " .. value)
        end
    end' >"$scratch/list"
constants_agree LuaJIT <"$scratch/list"
