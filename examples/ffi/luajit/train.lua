--[[ train.lua - examples/train.c in LuaJIT: the temporal order problem

Every object lies in memory of this program's own allocator, which counts. At update 1000 the run is
saved and restored into new objects. It ends in the same bits as the C program, which is not
interrupted. In the end the trained model is saved, loaded and shown a sequence step by step.

    cd examples/ffi/luajit
    SRNN_HEADER=../../../include/srnn.h LD_LIBRARY_PATH=../../../build luajit train.lua ]]
local bit = require("bit")
local ffi = require("ffi")
local srnn = require("srnn")

local STEPS, BATCH, TEST, HIDDEN, UPDATES = 20, 20, 1000, 50, 20000
local INTERRUPTION = 1000 -- where the run is saved, and new objects go on
local PARTS = {"model", "optimizer", "clipper", "regularizer", "workspace", "random"}

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

-- What a run is made of. The state of PARTS goes into a file.
local function new_run()
    local random = srnn.random(allocator, 1, 0)
    local model = srnn.model(allocator, 6, HIDDEN, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX)
    model:bind(srnn.floats(model:parameter_count()))
    model:initialize(srnn.START_SMART_TANH, random)
    local clipper = srnn.clipper(allocator, srnn.CLIP_NORM)
    clipper:set(srnn.CLIP_RULE, srnn.CLIP_RULE_AUTO)
    return {
        random = random,
        model = model,
        batch = srnn.batch(allocator),
        workspace = srnn.workspace(allocator, model, STEPS, TEST, srnn.WORKSPACE_LAST_OUTPUT),
        regularizer = srnn.regularizer(allocator, model, srnn.OMEGA_PAPER),
        clipper = clipper,
        optimizer = srnn.optimizer(allocator, srnn.OPTIMIZER_SGD, model:parameter_count()),
    }
end

local function close(run)
    for _, object in pairs(run) do
        object:close()
    end
end

-- Run the network forward on a batch of `count` sequences.
local function show(run, ids, classes, count)
    run.batch:begin(STEPS, count)
    run.batch:input_ids(ids, count, 1)
    run.batch:target_ids(classes, 0, 1)
    run.workspace:forward(run.model, run.batch)
end

-- Returns the mean loss, the norm of the gradient, and Omega.
local function update_of(run)
    local gradient = srnn.floats(run.model:parameter_count())
    local ids, classes = draw(run.random, BATCH)
    show(run, ids, classes, BATCH)
    local loss, weight = run.workspace:loss(run.model, run.batch, 1 / BATCH)
    run.workspace:backward(run.model, run.regularizer, gradient)
    local omega = run.regularizer:apply(run.model, gradient)
    run.clipper:tell(loss / BATCH, run.optimizer:get(srnn.OPTIMIZER_RATE), STEPS)
    local norm = run.clipper:apply(run.model, gradient)
    run.optimizer:step(run.model.parameters, gradient)
    return loss / weight, norm, omega
end

-- The list of parts that saves a run, and restores one into the objects of another.
local function checkpoint_of(run)
    local checkpoint = srnn.checkpoint(allocator, #PARTS + 1)
    for _, name in ipairs(PARTS) do
        checkpoint:add(name, run[name])
    end
    checkpoint:add_text("classes", "00 10 01 11")
    return checkpoint
end

local function save(run)
    local checkpoint = checkpoint_of(run)
    local archive = checkpoint:save()
    checkpoint:close()
    return archive
end

-- Returns a run of new objects that goes on where the file was saved, with the same bits.
local function resume(archive)
    local run = new_run()
    local checkpoint = checkpoint_of(run)
    checkpoint:open(archive)
    checkpoint:restore()
    print(string.format("restored: %d parts at update %d, classes %s", #checkpoint:parts(),
        run.optimizer:get(srnn.OPTIMIZER_UPDATES), checkpoint:text("classes")))
    checkpoint:close()
    return run
end

-- Loads the model of a file, shows it a sequence step by step, and compares it with forward.
local function stream(archive, run)
    local model = srnn.load_model(allocator, archive)
    local ids, classes = draw(run.random, 1)
    local state, after, logits = srnn.floats(HIDDEN), srnn.floats(HIDDEN), srnn.floats(4)
    model:initial_state(state)
    for i = 0, STEPS - 1 do
        model:step_id(ids[i], state, after, logits)
        state, after = after, state
    end
    model:close()
    show(run, ids, classes, 1)
    local whole, class = srnn.floats(HIDDEN), 0
    run.workspace:get_state(whole)
    for i = 1, 3 do
        class = logits[i] > logits[class] and i or class
    end
    local same = hash_of(state, HIDDEN) == hash_of(whole, HIDDEN)
    print(string.format("streamed: class %d for %d, the state is %s of forward", class, classes[0],
        same and "that" or "NOT THAT"))
    return same
end

local run = new_run()
local taken = string.format("%d blocks, %d bytes", blocks, bytes)
local wrong
for update = 1, UPDATES do
    local loss, norm, omega = update_of(run)
    if update % 500 == 0 then
        local ids, classes = draw(run.random, TEST)
        show(run, ids, classes, TEST)
        wrong = run.workspace:count_errors(run.model, run.batch)
        print(string.format("update %5d  loss %.3f  norm %.3f  Omega %.4f  wrong %4d of %d",
                            update, loss, norm, omega, wrong, TEST))
        if wrong == 0 then
            break
        end
    end
    if update == INTERRUPTION then
        local archive = save(run)
        close(run)
        run = resume(archive)
    end
end
print("hash " .. hash_of(run.model.parameters, run.model:parameter_count()))
local same = stream(run.model:save(), run)
close(run)
print(string.format("allocator: %s; left: %d blocks, %d bytes", taken, blocks, bytes))
os.exit(wrong == 0 and same and 0 or 1)
