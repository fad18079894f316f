--[[ refusals.lua - bad input to examples/ffi/luajit/srnn.lua is an error with the reason ]]
local ffi = require("ffi")
local srnn = require("srnn")

local STEPS, COUNT = 4, 3
local NAN = 0 / 0

local function filled(array, count, value)
    for i = 0, count - 1 do
        array[i] = value
    end
    return array
end

local function refused(what, ...)
    local fine, message = pcall(...)
    assert(not fine, what .. ": was not refused")
    print(what .. ": " .. message)
end

local random = srnn.random(nil, 1, 0)
local model = srnn.model(nil, 6, 5, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX, srnn.MODEL_EXTERNAL)
local n = model:parameter_count()
model:bind(srnn.floats(n))
model:initialize(srnn.START_SMART_TANH, random)
local workspace = srnn.workspace(nil, model, STEPS, COUNT, srnn.WORKSPACE_LAST_OUTPUT)
local regularizer = srnn.regularizer(nil, model, srnn.OMEGA_PAPER)
local clipper = srnn.clipper(nil, srnn.CLIP_NORM)
local optimizer = srnn.optimizer(nil, srnn.OPTIMIZER_SGD, n)
local batch = srnn.batch(nil)

local function show(symbol, class, steps)
    steps = steps or STEPS
    batch:begin(steps, COUNT)
    batch:input_ids(filled(srnn.ids(steps * COUNT), steps * COUNT, symbol or 0), COUNT, 1)
    batch:target_ids(filled(srnn.ids(COUNT), COUNT, class or 0), 0, 1)
    workspace:forward(model, batch)
end

local function train()
    local gradient = srnn.floats(n)
    show()
    workspace:loss(model, batch, 1 / COUNT)
    workspace:backward(model, regularizer, gradient)
    regularizer:apply(model, gradient)
    clipper:apply(model, gradient)
    optimizer:step(model.parameters, gradient)
end

refused("a model without hidden units", srnn.model, nil, 6, 0, 4, srnn.HIDDEN_TANH,
    srnn.OUTPUT_SOFTMAX, 0)
local closed = srnn.model(nil, 6, 5, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX, srnn.MODEL_EXTERNAL)
closed:close()
closed:close()
refused("a handle that is closed", workspace.forward, workspace, closed, batch)
refused("no handle", workspace.forward, workspace, nil, batch)
show()
refused("backward before loss", workspace.backward, workspace, model, regularizer,
        srnn.floats(n))
refused("ids before begin", batch.input_ids, srnn.batch(nil), srnn.ids(1), 1, 1)
refused("a negative number of steps", batch.begin, batch, -1, COUNT)
batch:begin(STEPS, COUNT)
refused("too few ids for the batch", batch.input_ids, batch, srnn.ids(STEPS * COUNT - 1), COUNT, 1)
refused("strides beyond the ids", batch.input_ids, batch, srnn.ids(STEPS * COUNT), COUNT, -1)
refused("an id beyond the inputs", show, 6)
show(0, 4)
refused("a class beyond the outputs", workspace.loss, workspace, model, batch, 1)
refused("more steps than the workspace has", show, 0, 0, STEPS + 1)
train()
local other = srnn.model(nil, 6, 7, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX, srnn.MODEL_EXTERNAL)
other:bind(srnn.floats(other:parameter_count()))
refused("a model of another shape", workspace.loss, workspace, other, batch, 1)
show()
workspace:loss(model, batch, 1)
refused("a gradient that is too short", workspace.backward, workspace, model, regularizer,
        srnn.floats(n - 1))
refused("a gradient that is not a number", clipper.apply, clipper, model,
        filled(srnn.floats(n), n, NAN))
refused("a gradient and parameters of different lengths", optimizer.step, optimizer,
        model.parameters, srnn.floats(n - 1))
refused("an option of another handle", clipper.set, clipper, srnn.OPTIMIZER_RATE, 1)
refused("a threshold that is not a number", clipper.set, clipper, srnn.CLIP_THRESHOLD, NAN)
refused("a loss below zero", clipper.tell, clipper, -1, 0.01, 10)
local ruled = srnn.clipper(nil, srnn.CLIP_NORM)
ruled:set(srnn.CLIP_RULE, srnn.CLIP_RULE_POLYAK)
ruled:tell(1, 0.01, 10)
ruled:apply(model, srnn.floats(n))
refused("a rule that was told nothing", ruled.apply, ruled, model, srnn.floats(n))
ruled:close()
local failing = srnn.allocator(function()
    error("my own")
end)
refused("an allocator that fails", srnn.model, failing, 6, 5, 4, srnn.HIDDEN_TANH,
    srnn.OUTPUT_SOFTMAX, 0)
train()

-- What the types of LuaJIT refuse: another kind of handle, arrays of other elements, Lua tables.
for _, bad in ipairs({ffi.new("double[?]", n), srnn.ids(n), {0, 0}, 0}) do
    assert(not pcall(clipper.apply, clipper, model, bad), "a wrong array was taken")
end
local fine, message = pcall(workspace.forward, workspace, clipper, batch)
assert(not fine and message:find("srnn_clipper"), "a handle of another kind was taken")

-- Objects that nobody refers to go back to the allocator; the batch's arrays live as long as they
-- may be read: were they collected, the memory of the next ones would be theirs.
ffi.cdef("void *malloc(size_t size); void free(void *block);")
local left = 0
local allocator = srnn.allocator(function(block, _, size)
    left = left + (block and -1 or 1)
    return block and ffi.C.free(block) or ffi.C.malloc(size)
end)
for _ = 1, 1000 do
    srnn.clipper(allocator, srnn.CLIP_NORM)
end
collectgarbage()
collectgarbage()
assert(left == 0, left .. " objects were not ended")
local first = srnn.floats(n)
show(1, 2)
workspace:loss(model, batch, 1)
workspace:backward(model, nil, first)
show(1, 2)
workspace:loss(model, batch, 1)
batch:begin(1, 1)
for _ = 1, 100 do
    collectgarbage()
    filled(srnn.ids(STEPS * COUNT), STEPS * COUNT, 5)
end
local second = srnn.floats(n)
workspace:backward(model, nil, second)
assert(ffi.string(first, 4 * n) == ffi.string(second, 4 * n), "backward saw other ids")
-- One is left to the end of the program.
Last = srnn.clipper(allocator, srnn.CLIP_NORM)
