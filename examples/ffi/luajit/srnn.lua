--[[ srnn.lua - libsrnn for LuaJIT, by its FFI

The declarations and constants are those of srnn.h itself, which is read when this module is
loaded: SRNN_HEADER names the file, if it is not /usr/local/include/srnn.h. What a function does,
its shapes and its errors stand there. A status that is not SRNN_OK is an error whose message is the
status's name and text.

srnn.X(allocator, ...) makes an object with the arguments of srnn_X_create after `user`; allocator
is nil for the C library's, or made by srnn.allocator. Objects end with the last reference to them,
or with :close(). Arrays are made by srnn.floats(n), srnn.ids(n) and srnn.bytes(n). They are never
copied: a batch keeps those that it views, and a workspace those of its last forward, which must not
be changed before backward. A file is a string of Lua's. ]]
local bit = require("bit")
local ffi = require("ffi")

local srnn = {}

local path = os.getenv("SRNN_HEADER") or "/usr/local/include/srnn.h"
local file = assert(io.open(path))
local header = file:read("*a"):gsub("/%*.-%*/", "")
file:close()
for name, value in header:gmatch("#define SRNN_([%w_]+) %(?(%-?%d+)u?%)?") do
    srnn[name] = tonumber(value)
end
-- cdef has no preprocessor: remove what is for C++, then all directives and their SRNN_API.
local declarations = header:gsub("#ifdef __cplusplus.-#endif", ""):gsub("\n#[^\n]*", "\n")
    :gsub("SRNN_API", "")
ffi.cdef(declarations)
local loaded = ffi.load("libsrnn.so.0.2")

local function check(status)
    if status ~= srnn.OK then
        error(ffi.string(loaded.srnn_status_name(status)) .. ": " ..
            ffi.string(loaded.srnn_status_text(status)), 0)
    end
end

-- Refuses a number with a fraction, and one that is not below the limit: the FFI would cut it.
local function check_whole(number, limit)
    local fits
    if limit == 2 ^ 64 and type(number) == "cdata" then
        fits = number >= 0 -- 5ULL, which compares with integers only
    else
        fits = number % 1 == 0 and number >= 0 and number < limit
    end
    if not fits then
        check(srnn.E_RANGE)
    end
end

-- Returns a function of C that checks its whole numbers.
local function with_whole_numbers(call, parameters)
    local limits, place = {}, 0
    for parameter in parameters:gmatch("[^,]+") do
        place = place + 1
        local kind = parameter:match("^%s*([us]%w+_t)%s+[%w_]+%s*$") -- uint32_t, size_t
        limits[place] = kind and 2 ^ (8 * ffi.sizeof(kind))
    end
    if next(limits) == nil then
        return call
    end
    local function checked(...)
        for at, limit in pairs(limits) do
            check_whole((select(at, ...)), limit)
        end
        return call(...)
    end
    jit.off(checked) -- compiled code may not call C that calls back, as some of them do
    return checked
end

local library = {}
for name, parameters in declarations:gmatch("(srnn_[%w_]+)(%b());") do
    library[name] = with_whole_numbers(loaded[name], parameters:sub(2, -2))
end

local double, uint32, uint64 = ffi.typeof("double[1]"), ffi.typeof("uint32_t[1]"),
    ffi.typeof("uint64_t[1]")
local c_string, size = ffi.typeof("const char *[1]"), ffi.typeof("size_t[1]")

-- Every option and statistic by its name, as the library describes it: key, handle ("clipper"),
-- minimum, maximum, preset, traits. The keys are in srnn too: srnn.CLIP_THRESHOLD.
srnn.options = {}
local index, key = 0, library.srnn_option_key(0)
while key ~= 0 do
    local handle, name, traits = c_string(), c_string(), uint32()
    local minimum, maximum, preset = double(), double(), double()
    check(library.srnn_option_info(key, handle, name, minimum, maximum, preset, traits))
    local word = ffi.string(name[0]):gsub("^SRNN_", "")
    srnn[word] = key
    srnn.options[word] = {key = key, handle = ffi.string(handle[0]), minimum = minimum[0],
        maximum = maximum[0], preset = preset[0], traits = traits[0]}
    index = index + 1
    key = library.srnn_option_key(index)
end

srnn.floats = ffi.typeof("float[?]")
srnn.ids = ffi.typeof("uint32_t[?]")
srnn.bytes = ffi.typeof("uint8_t[?]")

-- Returns the length of an array of such a type, at least `least`, which C could not check.
local function length(kind, array, least)
    if not ffi.istype(kind, array) then
        error("an array of " .. tostring(kind) .. " was expected", 0)
    end
    local count = ffi.sizeof(array) / (kind == srnn.bytes and 1 or 4)
    if count < (least or 0) then
        check(srnn.E_SHAPE)
    end
    return count
end

-- Returns the file that srnn_X_save makes: first its size, then its bytes.
local function saved(save, handle)
    local bytes = size()
    check(save(handle, nil, 0, bytes))
    local file = srnn.bytes(bytes[0])
    check(save(handle, file, bytes[0], bytes))
    return ffi.string(file, bytes[0])
end

-- An allocator: allocate(nil, 0, size) returns a pointer to `size` bytes, or nil when there is no
-- memory; allocate(block, size, 0) frees them. An error in it counts as nil. It is never
-- collected, since objects may be destroyed after everything else.
function srnn.allocator(allocate)
    return ffi.cast("srnn_allocate_fn", function(_, block, old_size, new_size)
        local fine, result = pcall(allocate, block ~= nil and block or nil, tonumber(old_size),
                                   tonumber(new_size))
        return fine and result or nil
    end)
end

-- The pointer that is passed to C for an object: NULL for nil. A closed one is refused, as some
-- functions take NULL for none.
local function handle_of(object)
    if object and not object.handle then
        check(srnn.E_ARGUMENT)
    end
    return object and object.handle
end

-- The class of a kind of handle: a table of methods.
local function class(kind)
    local create = library["srnn_" .. kind .. "_create"]
    local destroy = library["srnn_" .. kind .. "_destroy"]
    local slot = ffi.typeof("srnn_" .. kind .. " *[1]")
    local methods = {}
    methods.__index = methods

    srnn[kind] = function(allocator, ...)
        local result, count, arguments = slot(), select("#", ...), {...}
        if count > 0 and type(arguments[1]) == "table" then
            arguments[1] = handle_of(arguments[1])
        end
        arguments[count + 1] = result
        check(create(allocator, nil, unpack(arguments, 1, count + 1)))
        return setmetatable({handle = ffi.gc(result[0], destroy)}, methods)
    end
    function methods:close()
        if self.handle then
            destroy(ffi.gc(self.handle, nil))
            self.handle = nil
        end
    end
    -- Compiled code may not call C that calls back, as these do when there is an allocator.
    jit.off(srnn[kind])
    jit.off(methods.close)
    return methods
end

-- A class with options, whose keys are srnn.CLIP_THRESHOLD and the like.
local function class_with_options(kind)
    local methods = class(kind)
    local set, get = library["srnn_" .. kind .. "_set"], library["srnn_" .. kind .. "_get"]

    function methods:set(option, value)
        check(set(self.handle, option, value))
    end
    function methods:get(option)
        local value = double()
        check(get(self.handle, option, value))
        return value[0]
    end
    return methods
end

local random = class("random")
local model = class_with_options("model")
local batch = class("batch")
local workspace = class_with_options("workspace")
local regularizer = class_with_options("regularizer")
local clipper = class_with_options("clipper")
local optimizer = class_with_options("optimizer")
local checkpoint = class("checkpoint")

function random:below(bound)
    return library.srnn_random_below(self.handle, bound)
end

-- A model's parameters are the array passed to bind; until then its use is an error.
local create_model = srnn.model
function srnn.model(allocator, inputs, hidden, outputs, activation, output, flags)
    check_whole(flags or 0, 2 ^ 32)
    return create_model(allocator, inputs, hidden, outputs, activation, output,
        bit.bor(flags or 0, srnn.MODEL_EXTERNAL))
end

-- Returns the model of a file, with its parameters in a new array. The one that C makes owns its
-- parameters, which no array may outlive: they are copied.
function srnn.load_model(allocator, archive)
    local result = ffi.new("srnn_model *[1]")
    check(library.srnn_model_load_create(allocator, nil, archive, #archive, 0, result))
    local made = setmetatable({handle = ffi.gc(result[0], library.srnn_model_destroy)}, model)
    local loaded = srnn.model(allocator, made:inputs(), made:hidden(), made:outputs(),
        made:get(srnn.MODEL_ACTIVATION), made:get(srnn.MODEL_OUTPUT_KIND),
        made:get(srnn.MODEL_FLAGS))
    loaded:bind(srnn.floats(loaded:parameter_count()))
    check(library.srnn_model_copy(loaded.handle, made.handle))
    made:close()
    return loaded
end
jit.off(srnn.load_model) -- as create

-- Returns the model's file.
function model:save()
    return saved(library.srnn_model_save, self.handle)
end

function model:inputs()
    return library.srnn_model_inputs(self.handle)
end

function model:hidden()
    return library.srnn_model_hidden(self.handle)
end

function model:outputs()
    return library.srnn_model_outputs(self.handle)
end

function model:parameter_count()
    return tonumber(library.srnn_model_parameter_count(self.handle))
end

function model:bind(parameters)
    check(library.srnn_model_bind(self.handle, parameters, length(srnn.floats, parameters)))
    self.parameters = parameters
end

function model:initialize(kind, generator)
    check(library.srnn_model_initialize(self.handle, kind, handle_of(generator)))
end

-- Writes the state [hidden] that a stream starts from.
function model:initial_state(state)
    check(library.srnn_initial_state(self.handle, state, length(srnn.floats, state)))
end

local function check_step(self, state, next_state, logits)
    length(srnn.floats, state, self:hidden())
    length(srnn.floats, next_state, self:hidden())
    if logits then
        length(srnn.floats, logits, self:outputs())
    end
end

-- One step of a stream: values [inputs] and state [hidden] give next_state [hidden], another array,
-- and logits [outputs], which may be nil.
function model:step(values, state, next_state, logits)
    length(srnn.floats, values, self:inputs())
    check_step(self, state, next_state, logits)
    check(library.srnn_step(self.handle, values, state, next_state, logits))
end

-- A step with a one-hot input.
function model:step_id(id, state, next_state, logits)
    check_step(self, state, next_state, logits)
    check(library.srnn_step_id(self.handle, id, state, next_state, logits))
end

function batch:begin(steps, sequences)
    check(library.srnn_batch_begin(self.handle, steps, sequences))
    self.inputs, self.targets = nil, nil
end

-- Refuse an array that is shorter than the batch.
local function check_reach(self, ids, step_stride, sequence_stride)
    local steps = library.srnn_batch_steps(self.handle)
    local sequences = library.srnn_batch_sequences(self.handle)
    -- Integers of the FFI, 5ULL, would wrap around.
    local last = (steps - 1) * tonumber(step_stride) + (sequences - 1) * tonumber(sequence_stride)
    if not (last < length(srnn.ids, ids) and step_stride >= 0 and sequence_stride >= 0) then
        check(srnn.E_SHAPE)
    end
end

function batch:input_ids(ids, step_stride, sequence_stride)
    check_reach(self, ids, step_stride, sequence_stride)
    check(library.srnn_batch_input_ids(self.handle, ids, step_stride, sequence_stride))
    self.inputs = ids
end

function batch:target_ids(ids, step_stride, sequence_stride)
    check_reach(self, ids, step_stride, sequence_stride)
    check(library.srnn_batch_target_ids(self.handle, ids, step_stride, sequence_stride))
    self.targets = ids
end

-- Writes the state [sequences x hidden] after the last step of the last forward.
function workspace:get_state(state)
    local hidden = self:get(srnn.WORKSPACE_HIDDEN)
    local sequences = length(srnn.floats, state) / hidden
    if sequences % 1 ~= 0 then
        check(srnn.E_SHAPE)
    end
    check(library.srnn_workspace_get_state(self.handle, state, hidden, sequences))
end

function workspace:forward(net, sequences)
    check(library.srnn_forward(handle_of(net), self.handle, handle_of(sequences)))
    self.viewed = {sequences.inputs, sequences.targets} -- backward reads them again
end

-- Returns the sum of the losses, and the sum of their weights.
function workspace:loss(net, sequences, scale)
    local loss, weight = double(), double()
    check(library.srnn_loss(handle_of(net), self.handle, handle_of(sequences), scale, loss, weight))
    return loss[0], weight[0]
end

-- Returns the number of wrong sequences.
function workspace:count_errors(net, sequences, tolerance)
    local wrong = uint64()
    check(library.srnn_count_errors(handle_of(net), self.handle, handle_of(sequences),
                                    tolerance or 0, nil, nil, wrong, nil))
    return tonumber(wrong[0])
end

function workspace:backward(net, omega, gradient)
    check(library.srnn_backward(handle_of(net), self.handle, handle_of(omega), gradient,
                                length(srnn.floats, gradient)))
end

-- Returns Omega.
function regularizer:apply(net, gradient)
    local omega = double()
    check(library.srnn_regularizer_apply(self.handle, handle_of(net), gradient,
                                         length(srnn.floats, gradient), omega))
    return omega[0]
end

-- Says what the next gradient is of, for rules other than FIXED.
function clipper:tell(loss, rate, steps)
    check(library.srnn_clipper_tell(self.handle, loss, rate, steps))
end

-- Returns the norm of the gradient before clipping.
function clipper:apply(net, gradient)
    local norm = double()
    check(library.srnn_clipper_apply(self.handle, handle_of(net), gradient,
                                     length(srnn.floats, gradient), norm))
    return norm[0]
end

function optimizer:step(parameters, gradient)
    local count = length(srnn.floats, parameters)
    if length(srnn.floats, gradient) ~= count then
        check(srnn.E_SHAPE)
    end
    check(library.srnn_optimizer_step(self.handle, parameters, gradient, count))
end

-- Returns a string for C, which ends at its first zero.
local function terminated(text)
    if text:find("\0", 1, true) then
        check(srnn.E_RANGE)
    end
    return text
end

-- A checkpoint is a list of parts, which it keeps alive, and an open file: the same list saves a
-- run and restores it. srnn.checkpoint(allocator, n) makes a list of at most n parts.
local create_checkpoint = srnn.checkpoint
function srnn.checkpoint(allocator, parts)
    local made = create_checkpoint(allocator, parts)
    made.objects, made.kept = {}, {} -- C has their addresses
    return made
end

-- Adds a model, optimizer, clipper, regularizer, generator or workspace.
function checkpoint:add(name, part)
    check(library.srnn_checkpoint_add(self.handle, terminated(name), handle_of(part)))
    table.insert(self.objects, part)
end

-- Adds an array made by srnn.bytes, which restore writes to.
function checkpoint:add_bytes(name, data)
    check(library.srnn_checkpoint_add_bytes(self.handle, terminated(name), data,
        length(srnn.bytes, data)))
    table.insert(self.kept, data)
end

function checkpoint:add_text(name, text)
    check(library.srnn_checkpoint_add_text(self.handle, terminated(name), terminated(text)))
    table.insert(self.kept, text)
end

-- C has the address of every object in the list, also of those that are closed.
local function check_objects(self)
    for _, part in ipairs(self.objects) do
        if not part.handle then
            check(srnn.E_ARGUMENT)
        end
    end
end

-- Returns the file of all parts in the list.
function checkpoint:save()
    check_objects(self)
    return saved(library.srnn_checkpoint_save, self.handle)
end

-- Opens a file, a string, which C reads where it lies.
function checkpoint:open(archive)
    check(library.srnn_checkpoint_open(self.handle, archive, #archive))
    self.archive = archive
end

-- Gives all parts of the list what the open file has under their names, or changes none.
function checkpoint:restore()
    check_objects(self)
    check(library.srnn_checkpoint_restore(self.handle))
end

-- Returns the parts of the open file, {name = ..., kind = ...}; the kind of a later version's is 0.
function checkpoint:parts()
    local parts, kind, name = {}, uint32(), ffi.new("char[?]", srnn.PART_NAME_BYTES)
    while true do
        local status = library.srnn_checkpoint_part(self.handle, #parts, kind, name)
        if status == srnn.E_RANGE then
            return parts
        end
        check(status)
        table.insert(parts, {name = ffi.string(name), kind = kind[0]})
    end
end

-- Returns a number about a part of the open file: srnn.STORED_HIDDEN, srnn.STORED_BYTES.
function checkpoint:get(name, number)
    local value = double()
    check(library.srnn_checkpoint_get(self.handle, terminated(name), number, value))
    return value[0]
end

-- Returns the bytes of a part of the open file, a string.
function checkpoint:bytes(name)
    local data, bytes = ffi.new("const void *[1]"), size()
    check(library.srnn_checkpoint_bytes(self.handle, terminated(name), data, bytes))
    return ffi.string(data[0], bytes[0])
end

-- Returns a text of the open file.
function checkpoint:text(name)
    local count = size()
    check(library.srnn_checkpoint_text(self.handle, terminated(name), nil, 0, count))
    local text = ffi.new("char[?]", count[0] + 1)
    check(library.srnn_checkpoint_text(self.handle, terminated(name), text, count[0] + 1, count))
    return ffi.string(text, count[0])
end

return srnn
