--[[ train.lua - examples/train.c in LuaJIT: the temporal order problem

Every object lies in memory of this program's own allocator, which counts. Ends in the same bits as
the C program.

    cd examples/ffi/luajit
    SRNN_HEADER=../../../include/srnn.h LD_LIBRARY_PATH=../../../build luajit train.lua ]]
local bit = require("bit")
local ffi = require("ffi")
local srnn = require("srnn")

local STEPS, BATCH, TEST, HIDDEN, UPDATES = 20, 20, 1000, 50, 20000

ffi.cdef("void *malloc(size_t size); void free(void *block);")
local blocks, bytes = 0, 0

local allocator = srnn.allocator(function(block, old_size, new_size)
    bytes = bytes + new_size - old_size
    if block then
        blocks = blocks - 1
        ffi.C.free(block)
        return nil
    end
    blocks = blocks + 1
    return ffi.C.malloc(new_size)
end)

-- ids [STEPS x count] and classes [count]: symbols 0 and 1 matter, one in the second tenth and one
-- just after the middle; 2 to 5 distract.
local function draw(random, count)
    local ids, classes = srnn.ids(STEPS * count), srnn.ids(count)
    local tenth = STEPS / 10
    for i = 0, STEPS * count - 1 do
        ids[i] = 2 + random:below(4)
    end
    for s = 0, count - 1 do
        local first, second = random:below(2), random:below(2)
        ids[(tenth + random:below(tenth)) * count + s] = first
        ids[(STEPS / 2 + random:below(tenth)) * count + s] = second
        classes[s] = first + 2 * second
    end
    return ids, classes
end

-- FNV-1a of 64 bits over the values [count] as 32-bit words, least significant byte first.
local function hash_of(values, count)
    local words, hash = ffi.cast("uint32_t *", values), 0xcbf29ce484222325ULL
    for i = 0, count - 1 do
        for shift = 0, 24, 8 do
            hash = bit.bxor(hash, bit.band(bit.rshift(words[i], shift), 255)) * 0x100000001b3ULL
        end
    end
    return bit.tohex(hash)
end

local random = srnn.random(allocator, 1, 0)
local model = srnn.model(allocator, 6, HIDDEN, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX,
    srnn.MODEL_EXTERNAL)
local n = model:parameter_count()
model:bind(srnn.floats(n))
model:initialize(srnn.START_SMART_TANH, random)
local batch = srnn.batch(allocator)
local workspace = srnn.workspace(allocator, model, STEPS, TEST, srnn.WORKSPACE_LAST_OUTPUT)
local regularizer = srnn.regularizer(allocator, model, srnn.OMEGA_PAPER)
local clipper = srnn.clipper(allocator, srnn.CLIP_NORM)
local optimizer = srnn.optimizer(allocator, srnn.OPTIMIZER_SGD, n)
local taken = string.format("%d blocks, %d bytes", blocks, bytes)

-- Run the network forward on a batch of `count` sequences.
local function show(ids, classes, count)
    batch:begin(STEPS, count)
    batch:input_ids(ids, count, 1)
    batch:target_ids(classes, 0, 1)
    workspace:forward(model, batch)
end

local wrong
for update = 1, UPDATES do
    local gradient = srnn.floats(n)
    local ids, classes = draw(random, BATCH)
    show(ids, classes, BATCH)
    local loss, weight = workspace:loss(model, batch, 1 / BATCH)
    workspace:backward(model, regularizer, gradient)
    local omega = regularizer:apply(model, gradient)
    local norm = clipper:apply(model, gradient)
    optimizer:step(model.parameters, gradient)
    if update % 500 == 0 then
        ids, classes = draw(random, TEST)
        show(ids, classes, TEST)
        wrong = workspace:count_errors(model, batch)
        print(string.format("update %5d  loss %.3f  norm %.3f  Omega %.4f  wrong %4d of %d",
                            update, loss / weight, norm, omega, wrong, TEST))
        if wrong == 0 then
            break
        end
    end
end
print("hash " .. hash_of(model.parameters, n))

for _, object in ipairs({optimizer, clipper, regularizer, workspace, batch, model, random}) do
    object:close()
end
print(string.format("allocator: %s; left: %d blocks, %d bytes", taken, blocks, bytes))
os.exit(wrong == 0 and 0 or 1)
