--[[ refusals.lua - bad input to examples/ffi/luajit/srnn.lua is an error with the reason ]]
local bit = require("bit")
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
local model = srnn.model(nil, 6, 5, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX)
local n = model:parameter_count()
model:bind(srnn.floats(n))
model:initialize(srnn.START_SMART_TANH, random)
local workspace = srnn.workspace(nil, model, STEPS, COUNT, srnn.WORKSPACE_LAST_OUTPUT)
local regularizer = srnn.regularizer(nil, model, srnn.OMEGA_PAPER)
local clipper = srnn.clipper(nil, srnn.CLIP_NORM)
local optimizer = srnn.optimizer(nil, srnn.OPTIMIZER_SGD, n)
local batch = srnn.batch(nil)

-- New objects have the presets that the library tells, but for what they are made with.
local objects = {model = model, workspace = workspace, regularizer = regularizer,
    clipper = clipper, optimizer = optimizer}
local made_with = {MODEL_ACTIVATION = srnn.HIDDEN_TANH, MODEL_OUTPUT_KIND = srnn.OUTPUT_SOFTMAX,
    MODEL_FLAGS = srnn.MODEL_EXTERNAL, WORKSPACE_MAX_STEPS = STEPS,
    WORKSPACE_MAX_SEQUENCES = COUNT, WORKSPACE_FLAGS = srnn.WORKSPACE_LAST_OUTPUT,
    OMEGA_KIND = srnn.OMEGA_PAPER, CLIP_KIND = srnn.CLIP_NORM,
    OPTIMIZER_KIND = srnn.OPTIMIZER_SGD, OPTIMIZER_COUNT = n,
    WORKSPACE_HIDDEN = 5, OMEGA_HIDDEN = 5}
for name, option in pairs(srnn.options) do
    local value = objects[option.handle]:get(option.key)
    assert(value == (made_with[name] or option.preset), name .. " is " .. value)
    assert(srnn[name] == option.key)
    made_with[name] = nil
end
assert(next(made_with) == nil, "the library does not list all options")
assert(model:inputs() == 6 and model:hidden() == 5 and model:outputs() == 4)

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
local closed = srnn.model(nil, 6, 5, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX)
closed:close()
closed:close()
refused("a handle that is closed", workspace.forward, workspace, closed, batch)
refused("a model that is closed", clipper.apply, clipper, closed, srnn.floats(n))
local omega = srnn.regularizer(nil, model, srnn.OMEGA_PAPER)
omega:close()
refused("a regularizer that is closed", workspace.backward, workspace, model, omega, srnn.floats(n))
refused("no handle", workspace.forward, workspace, nil, batch)
show()
refused("backward before loss", workspace.backward, workspace, model, regularizer,
        srnn.floats(n))
refused("ids before begin", batch.input_ids, srnn.batch(nil), srnn.ids(1), 1, 1)
refused("a negative number of steps", batch.begin, batch, -1, COUNT)
refused("a negative bound", random.below, random, -1)
refused("a negative length of a workspace", srnn.workspace, nil, model, -1, COUNT, 0)
refused("a negative number of steps for a clipper", clipper.tell, clipper, 1, 0.01, -1)
refused("a negative number of parts", srnn.checkpoint, nil, -1)
refused("parameters below zero", srnn.optimizer, nil, srnn.OPTIMIZER_SGD, -1)
refused("steps of more than 32 bits", batch.begin, batch, 2 ^ 32 + 1, COUNT)
refused("a bound of more than 32 bits", random.below, random, 2 ^ 32 + 5)
refused("a width of more than 32 bits", srnn.model, nil, 2 ^ 32 + 6, 5, 4, srnn.HIDDEN_TANH,
    srnn.OUTPUT_SOFTMAX)
refused("flags of more than 32 bits", srnn.model, nil, 6, 5, 4, srnn.HIDDEN_TANH,
    srnn.OUTPUT_SOFTMAX, 2 ^ 32 + srnn.MODEL_LEARNED_STATE)
refused("a workspace of more than 32 bits", srnn.workspace, nil, model, STEPS, 2 ^ 32 + COUNT, 0)
refused("an id of more than 32 bits", model.step_id, model, 2 ^ 32 + 1, srnn.floats(5),
    srnn.floats(5))
refused("a clipper's steps of more than 32 bits", clipper.tell, clipper, 1, 0.01, 2 ^ 32 + 1)
refused("an option of more than 32 bits", clipper.set, clipper, 2 ^ 32 + srnn.CLIP_THRESHOLD, 1)
refused("a seed of more than 64 bits", srnn.random, nil, 2 ^ 64, 0)
refused("a fraction of a step", batch.begin, batch, 2.5, COUNT)
refused("a fraction of a seed", srnn.random, nil, 1.5, 0)
refused("a fraction of a parameter", srnn.optimizer, nil, srnn.OPTIMIZER_SGD, n + 0.5)
refused("a fraction of a flag", srnn.workspace, nil, model, STEPS, COUNT, 0.5)
srnn.random(nil, 2 ^ 63, 0xffffffffffffffffULL):close()
assert(not pcall(srnn.random, nil, -1LL, 0) and not pcall(random.below, random, 4294967297LL))
batch:begin(STEPS, COUNT)
refused("too few ids for the batch", batch.input_ids, batch, srnn.ids(STEPS * COUNT - 1), COUNT, 1)
refused("too few classes for the batch", batch.target_ids, batch, srnn.ids(COUNT - 1), 0, 1)
refused("strides beyond the ids", batch.input_ids, batch, srnn.ids(STEPS * COUNT), COUNT, -1)
assert(not pcall(batch.input_ids, batch, srnn.ids(STEPS * COUNT), 0x5555555555555555ULL, 1),
    "strides whose sum wraps around were taken")
refused("a fraction of a stride", batch.input_ids, batch, srnn.ids(STEPS * COUNT), 2.5, 1)
refused("an id beyond the inputs", show, 6)
show(0, 4)
refused("a class beyond the outputs", workspace.loss, workspace, model, batch, 1)
refused("more steps than the workspace has", show, 0, 0, STEPS + 1)
train()
local other = srnn.model(nil, 6, 7, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX)
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

local function same(a, b, count)
    return ffi.string(a, 4 * count) == ffi.string(b, 4 * count)
end

local function refuse_streams()
    local state, after, logits = srnn.floats(5), srnn.floats(5), srnn.floats(4)
    model:initial_state(state)
    refused("a state that is too short", model.step_id, model, 1, srnn.floats(4), after, logits)
    refused("a next state that is too short", model.step_id, model, 1, state, srnn.floats(4), logits)
    refused("logits that are too short", model.step_id, model, 1, state, after, srnn.floats(3))
    refused("an input that is too short", model.step, model, srnn.floats(5), state, after)
    refused("a step into the state that it reads", model.step_id, model, 1, state, state)
    refused("an id beyond the inputs in a stream", model.step_id, model, 6, state, after, logits)
    for _ = 1, STEPS do
        model:step(srnn.floats(6, {0, 1, 0, 0, 0, 0}), state, after, logits)
        state, after = after, state
    end
    show(1)
    refused("states of another number of sequences", workspace.get_state, workspace, after)
    local states = srnn.floats(5 * COUNT)
    workspace:get_state(states)
    for s = 0, COUNT - 1 do
        assert(same(states + 5 * s, state, 5), "a stream ends in another state than forward")
    end
end
refuse_streams()
refused("an option that is read only", optimizer.set, optimizer, srnn.OPTIMIZER_UPDATES, 1)

local function refuse_files()
    local file = model:save()
    assert(srnn.load_model(nil, file):save() == file, "a model comes back otherwise")
    refused("a file that ends too early", srnn.load_model, nil, file:sub(1, -2))
    local last = string.char(bit.bxor(file:byte(-1), 1))
    refused("an empty file", srnn.load_model, nil, "")
    refused("a damaged file", srnn.load_model, nil, file:sub(1, -2) .. last)

    local kept = "to be\0kept"
    local notes = srnn.bytes(#kept)
    ffi.copy(notes, kept, #kept)
    local saved = srnn.checkpoint(nil, 4)
    saved:add("model", model)
    refused("a name with a space", saved.add, saved, "my model", optimizer)
    saved:add("optimizer", optimizer)
    saved:add_bytes("notes", notes)
    refused("a text with a zero in it", saved.add_text, saved, "labels", "cat\0dog")
    refused("a text that is not UTF-8", saved.add_text, saved, "labels", "\255 dog")
    saved:add_text("labels", "猫 dog")
    refused("a part too many", saved.add, saved, "clipper", clipper)
    refused("a batch in a checkpoint", saved.add, srnn.checkpoint(nil, 1), "batch", batch)
    refused("parts before a file is open", saved.parts, saved)
    local archive = saved:save()
    saved:close()
    saved:close()

    local function opened()
        local checkpoint = srnn.checkpoint(nil, 2)
        checkpoint:open(archive)
        return checkpoint
    end
    local lacking, kinds = opened(), {}
    for _, part in ipairs(lacking:parts()) do
        kinds[part.name] = part.kind
    end
    assert(#lacking:parts() == 4 and kinds.model == srnn.PART_MODEL and
        kinds.optimizer == srnn.PART_OPTIMIZER and kinds.notes == srnn.PART_BYTES and
        kinds.labels == srnn.PART_TEXT, "the file has other parts")
    assert(lacking:get("model", srnn.STORED_HIDDEN) == 5 and lacking:text("labels") == "猫 dog" and
        lacking:bytes("notes") == kept, "the file has something else in its parts")
    lacking:add("clipper", clipper)
    refused("a part that the file lacks", lacking.restore, lacking)

    -- All parts are restored, or none.
    local fresh = srnn.model(nil, 6, 5, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX)
    fresh:bind(srnn.floats(n))
    local wrong = opened()
    wrong:add("model", fresh)
    wrong:add("optimizer", srnn.optimizer(nil, srnn.OPTIMIZER_SGD, n + 1))
    collectgarbage() -- the list has the only reference to the optimizer
    refused("a part of another shape", wrong.restore, wrong)
    local short = opened()
    short:add("model", fresh)
    short:add_bytes("notes", srnn.bytes(3))
    refused("bytes of another length", short.restore, short)
    refused("bytes that are read as a text", short.text, short, "notes")
    assert(same(fresh.parameters, srnn.floats(n), n), "a part has changed")
    ffi.fill(notes, #kept)
    local right = opened()
    right:add("model", fresh)
    right:add_bytes("notes", notes)
    right:restore()
    assert(same(fresh.parameters, model.parameters, n) and ffi.string(notes, #kept) == kept,
        "a part comes back otherwise")
    fresh:close()
    local other = srnn.model(nil, 6, 5, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX)
    other:bind(srnn.floats(n)) -- it may lie where the closed one was
    refused("a part that is closed", right.save, right)
end
refuse_files()

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
local function churn()
    for _ = 1, 100 do
        collectgarbage()
        filled(srnn.ids(STEPS * COUNT), STEPS * COUNT, 5)
        filled(srnn.ids(COUNT), COUNT, 5)
        filled(srnn.bytes(30000), 30000, 5)
    end
end
local first = srnn.floats(n)
show(1, 2)
workspace:loss(model, batch, 1)
workspace:backward(model, nil, first)
show(1, 2)
churn()
workspace:loss(model, batch, 1)
batch:begin(1, 1)
churn()
local second = srnn.floats(n)
workspace:backward(model, nil, second)
assert(ffi.string(first, 4 * n) == ffi.string(second, 4 * n), "backward saw other ids")
-- A checkpoint keeps what it was given.
local kept, reader = srnn.checkpoint(nil, 2), srnn.checkpoint(nil, 0)
kept:add_text("text", ("cat"):rep(10000))
kept:add_bytes("bytes", filled(srnn.bytes(30000), 30000, 7))
churn()
reader:open(kept:save())
churn()
assert(reader:text("text") == ("cat"):rep(10000) and reader:bytes("bytes") == ("\7"):rep(30000),
    "a checkpoint has not kept its parts, or its file")
-- One is left to the end of the program.
Last = srnn.clipper(allocator, srnn.CLIP_NORM)
