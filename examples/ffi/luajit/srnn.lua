--[[ srnn.lua - libsrnn for LuaJIT, by its FFI

The declarations and constants are those of srnn.h itself, which is read when this module is
loaded: SRNN_HEADER names the file, if it is not /usr/local/include/srnn.h. What a function does,
its shapes and its errors stand there. A status that is not SRNN_OK is an error whose message is the
status's name and text.

srnn.X(allocator, ...) makes an object with the arguments of srnn_X_create after `user`; allocator
is nil for the C library's, or made by srnn.allocator. Objects end with the last reference to them,
or with :close(). Arrays are made by srnn.floats(n) and srnn.ids(n). They are never copied: a batch
keeps those that it views, and a workspace those of its last forward, which must not be changed
before backward. ]]
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
ffi.cdef((header:gsub("#ifdef __cplusplus.-#endif", ""):gsub("\n#[^\n]*", "\n")
    :gsub("SRNN_API", "")))
local library = ffi.load("libsrnn.so.0")

local function check(status)
    if status ~= srnn.OK then
        error(ffi.string(library.srnn_status_name(status)) .. ": " ..
            ffi.string(library.srnn_status_text(status)), 0)
    end
end

srnn.floats = ffi.typeof("float[?]")
srnn.ids = ffi.typeof("uint32_t[?]")

-- Returns the length of an array of such a type, which C could not check.
local function length(kind, array)
    if not ffi.istype(kind, array) then
        error("an array made by srnn." .. (kind == srnn.ids and "ids" or "floats") ..
            " was expected", 0)
    end
    return ffi.sizeof(array) / 4
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

-- The pointer that is passed to C for an object: NULL, which every function refuses, for nil or a
-- closed object.
local function handle_of(object)
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

local random = class("random")
local model = class("model")
local batch = class("batch")
local workspace = class("workspace")
local regularizer = class("regularizer")
local clipper = class("clipper")
local optimizer = class("optimizer")

function random:below(bound)
    return library.srnn_random_below(self.handle, bound)
end

-- A model's parameters are the array passed to bind: create it with the flag srnn.MODEL_EXTERNAL.
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

function batch:begin(steps, sequences)
    if not (steps >= 0 and steps < 2 ^ 32 and sequences >= 0 and sequences < 2 ^ 32) then
        check(srnn.E_RANGE)
    end
    check(library.srnn_batch_begin(self.handle, steps, sequences))
    self.inputs, self.targets = nil, nil
end

-- Refuse an array that is shorter than the batch.
local function check_reach(self, ids, step_stride, sequence_stride)
    local steps = library.srnn_batch_steps(self.handle)
    local sequences = library.srnn_batch_sequences(self.handle)
    local last = (steps - 1) * step_stride + (sequences - 1) * sequence_stride
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

function workspace:forward(net, sequences)
    check(library.srnn_forward(handle_of(net), self.handle, handle_of(sequences)))
    self.viewed = {sequences.inputs, sequences.targets} -- backward reads them again
end

local double, uint64 = ffi.typeof("double[1]"), ffi.typeof("uint64_t[1]")

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

function clipper:set(key, value)
    check(library.srnn_clipper_set(self.handle, key, value))
end

function optimizer:step(parameters, gradient)
    local count = length(srnn.floats, parameters)
    if length(srnn.floats, gradient) ~= count then
        check(srnn.E_SHAPE)
    end
    check(library.srnn_optimizer_step(self.handle, parameters, gradient, count))
end

return srnn
