"""srnn.py - libsrnn for Python, by ctypes

A class for each handle of srnn.h, with the functions of that handle as methods; what a function
does, its shapes and its errors stand in srnn.h. A status that is not SRNN_OK is raised as Error.

Arrays are anything that has the buffer protocol and holds 32-bit floats or unsigned 32-bit ids in
one piece: numpy arrays, array.array, memoryview. They are never copied. A batch only views them,
so it keeps them alive, and the workspace keeps those of its last forward: do not change them
between forward and backward. Handles end with the last reference to them, or with close().
"""
import ctypes
import weakref
from ctypes import POINTER, byref, c_double, c_float, c_int32, c_size_t, c_uint32, c_uint64
from ctypes import c_void_p

HIDDEN_TANH, OUTPUT_SOFTMAX = 11, 23  # a model's activation and output
MODEL_EXTERNAL = 2048  # a model's flag
START_SMART_TANH = 33  # an initialiser
WORKSPACE_LAST_OUTPUT = 4096  # a workspace's flag
OMEGA_PAPER = 61  # a regularizer
CLIP_NORM, CLIP_RULE_POLYAK = 71, 194  # a clipper, and a value of its option CLIP_RULE
OPTIMIZER_SGD = 81  # an optimizer
OPTION_READ_ONLY = 131072  # a trait of a key
E_RANGE, E_SHAPE = -2, -3

TaskFunction = ctypes.CFUNCTYPE(None, c_void_p, c_uint32)
ParallelFunction = ctypes.CFUNCTYPE(c_int32, c_void_p, TaskFunction, c_void_p, c_uint32)

# Result and arguments of the functions that are used here. Handles and the allocator, which is
# always the C library's, are void pointers.
_new = c_int32, c_void_p, c_void_p
_id, _float, _handle = POINTER(c_uint32), POINTER(c_float), POINTER(c_void_p)
_uint64, _double, _text = POINTER(c_uint64), POINTER(c_double), POINTER(ctypes.c_char_p)
FUNCTIONS = {
    "status_name": (ctypes.c_char_p, c_int32),
    "status_text": (ctypes.c_char_p, c_int32),
    "option_key": (c_uint32, c_uint32),
    "option_info": (c_int32, c_uint32, _text, _text, _double, _double, _double, _id),
    "random_create": (*_new, c_uint64, c_uint64, _handle),
    "random_destroy": (None, c_void_p),
    "random_below": (c_uint32, c_void_p, c_uint32),
    "model_create": (*_new, c_uint32, c_uint32, c_uint32, c_uint32, c_uint32, c_uint32, _handle),
    "model_destroy": (None, c_void_p),
    "model_parameter_count": (c_size_t, c_void_p),
    "model_bind": (c_int32, c_void_p, _float, c_size_t),
    "model_initialize": (c_int32, c_void_p, c_uint32, c_void_p),
    "batch_create": (*_new, _handle),
    "batch_destroy": (None, c_void_p),
    "batch_begin": (c_int32, c_void_p, c_uint32, c_uint32),
    "batch_steps": (c_uint32, c_void_p),
    "batch_sequences": (c_uint32, c_void_p),
    "batch_input_ids": (c_int32, c_void_p, _id, c_size_t, c_size_t),
    "batch_target_ids": (c_int32, c_void_p, _id, c_size_t, c_size_t),
    "workspace_create": (*_new, c_void_p, c_uint32, c_uint32, c_uint32, _handle),
    "workspace_destroy": (None, c_void_p),
    "workspace_set": (c_int32, c_void_p, c_uint32, c_double),
    "workspace_get": (c_int32, c_void_p, c_uint32, _double),
    "workspace_parallel": (c_int32, c_void_p, ParallelFunction, c_void_p, c_uint32),
    "forward": (c_int32, c_void_p, c_void_p, c_void_p),
    "loss": (c_int32, c_void_p, c_void_p, c_void_p, c_double, _double, _double),
    "count_errors": (c_int32, c_void_p, c_void_p, c_void_p, c_double, *4 * (_uint64,)),
    "backward": (c_int32, c_void_p, c_void_p, c_void_p, _float, c_size_t),
    "regularizer_create": (*_new, c_void_p, c_uint32, _handle),
    "regularizer_destroy": (None, c_void_p),
    "regularizer_set": (c_int32, c_void_p, c_uint32, c_double),
    "regularizer_get": (c_int32, c_void_p, c_uint32, _double),
    "regularizer_apply": (c_int32, c_void_p, c_void_p, _float, c_size_t, _double),
    "clipper_create": (*_new, c_uint32, _handle),
    "clipper_destroy": (None, c_void_p),
    "clipper_set": (c_int32, c_void_p, c_uint32, c_double),
    "clipper_get": (c_int32, c_void_p, c_uint32, _double),
    "clipper_tell": (c_int32, c_void_p, c_double, c_double, c_uint32),
    "clipper_apply": (c_int32, c_void_p, c_void_p, _float, c_size_t, _double),
    "optimizer_create": (*_new, c_uint32, c_size_t, _handle),
    "optimizer_destroy": (None, c_void_p),
    "optimizer_set": (c_int32, c_void_p, c_uint32, c_double),
    "optimizer_get": (c_int32, c_void_p, c_uint32, _double),
    "optimizer_step": (c_int32, c_void_p, _float, _float, c_size_t),
}


_library = ctypes.CDLL("libsrnn.so.0")


class Error(Exception):
    """A status that is not SRNN_OK: its number, and its name and text as the message."""

    def __init__(self, status):
        self.status = status
        name, text = _library.srnn_status_name(status), _library.srnn_status_text(status)
        super().__init__(f"{name.decode()}: {text.decode()}")


def _check(status, _function, _arguments):
    if status != 0:
        raise Error(status)


for _name, (_result, *_arguments) in FUNCTIONS.items():
    _function = getattr(_library, "srnn_" + _name)
    _function.restype, _function.argtypes = _result, _arguments
    if _result is c_int32:
        _function.errcheck = _check


class Option:
    """An option or a statistic, as the library describes it: key, handle ("clipper"), name, minimum,
    maximum, preset and traits."""

    def __init__(self, key):
        handle, name, traits = ctypes.c_char_p(), ctypes.c_char_p(), c_uint32()
        numbers = [c_double() for _ in range(3)]
        _library.srnn_option_info(key, byref(handle), byref(name), *map(byref, numbers),
                                  byref(traits))
        self.key, self.traits = key, traits.value
        self.handle, self.name = handle.value.decode(), name.value.decode().removeprefix("SRNN_")
        self.minimum, self.maximum, self.preset = (number.value for number in numbers)


# Every option by its name. The keys are names of this module: CLIP_THRESHOLD, OPTIMIZER_RATE.
OPTIONS = {}
while _key := _library.srnn_option_key(len(OPTIONS)):
    _option = Option(_key)
    OPTIONS[_option.name] = _option
    globals()[_option.name] = _key


def _borrow(array, kind, least=0):
    """Returns `array` as a C array of its elements, which keeps it alive and in its place. It must
    be of `kind` "f" or "I" and have at least `least` elements: C could not check its length."""
    view = memoryview(array)
    if view.format != kind or view.itemsize != 4 or not view.c_contiguous:
        raise TypeError(f"an array of 32-bit elements '{kind}' in one piece was expected")
    if view.nbytes < 4 * least:
        raise Error(E_SHAPE)
    return ((c_float if kind == "f" else c_uint32) * (view.nbytes // 4)).from_buffer(array)


class _Handle:
    """An object of the library, created with the arguments of srnn_X_create after `user`. It is
    destroyed with the last reference to it, or by close(), and then passed as NULL and refused."""

    def __init__(self, *arguments):
        kind, handle = type(self).__name__.lower(), c_void_p()
        getattr(_library, f"srnn_{kind}_create")(None, None, *arguments, byref(handle))
        self._as_parameter_ = handle  # what ctypes passes for the object
        self._end = weakref.finalize(self, getattr(_library, f"srnn_{kind}_destroy"), handle)

    def close(self):
        self._as_parameter_ = None
        self._end()


class _HandleWithOptions(_Handle):
    def _call(self, function, *arguments):
        kind = type(self).__name__.lower()
        getattr(_library, f"srnn_{kind}_{function}")(self, *arguments)

    def set(self, key, value):
        self._call("set", key, value)

    def get(self, key):
        value = c_double()
        self._call("get", key, byref(value))
        return value.value


class Random(_Handle):
    def below(self, bound):
        return _library.srnn_random_below(self, bound)


class Model(_Handle):
    """Its parameters are the array passed to bind(); until then its use is an Error."""

    def __init__(self, inputs, hidden, outputs, activation, output, flags=0):
        super().__init__(inputs, hidden, outputs, activation, output, flags | MODEL_EXTERNAL)
        self.parameter_count = _library.srnn_model_parameter_count(self)

    def bind(self, parameters):
        borrowed = _borrow(parameters, "f")
        _library.srnn_model_bind(self, borrowed, len(borrowed))
        self.parameters, self._borrowed = parameters, borrowed

    def initialize(self, kind, random):
        _library.srnn_model_initialize(self, kind, random)


class Batch(_Handle):
    steps = property(_library.srnn_batch_steps)
    sequences = property(_library.srnn_batch_sequences)

    def begin(self, steps, sequences):
        if not (0 <= steps < 2**32 and 0 <= sequences < 2**32):  # ctypes would cut them
            raise Error(E_RANGE)
        _library.srnn_batch_begin(self, steps, sequences)
        self.inputs, self.targets = None, None

    def input_ids(self, ids, step_stride, sequence_stride):
        borrowed = self._borrow(ids, step_stride, sequence_stride)
        _library.srnn_batch_input_ids(self, borrowed, step_stride, sequence_stride)
        self.inputs = borrowed

    def target_ids(self, ids, step_stride, sequence_stride):
        borrowed = self._borrow(ids, step_stride, sequence_stride)
        _library.srnn_batch_target_ids(self, borrowed, step_stride, sequence_stride)
        self.targets = borrowed

    def _borrow(self, ids, step_stride, sequence_stride):
        if step_stride < 0 or sequence_stride < 0:
            raise Error(E_SHAPE)
        last = (self.steps - 1) * step_stride + (self.sequences - 1) * sequence_stride
        return _borrow(ids, "I", last + 1)


class Workspace(_HandleWithOptions):
    def parallel(self, run, tasks):
        """Let run(task, count) run the tasks: it calls task(i) for every i below count, on any
        threads, and returns when all have ended. What it raises is the cause of the Error."""

        def call(_user, task_function, task, count):
            done = []
            try:
                run(lambda index: done.append(task_function(task, index)), count)
                return 0 if len(done) == count else 1
            except BaseException as failure:  # nothing may be thrown through C
                self._failure = failure
                return 1

        callback = ParallelFunction(call)
        _library.srnn_workspace_parallel(self, callback, None, tasks)
        self._callback = callback  # C has only its address

    def _run(self, function, *arguments):
        self._failure = None
        try:
            function(*arguments)
        except Error as error:
            raise error from self._failure

    def forward(self, model, batch):
        self._run(_library.srnn_forward, model, self, batch)
        self._viewed = batch.inputs, batch.targets  # backward reads them again

    def loss(self, model, batch, scale):
        """Returns the sum of the losses, and the sum of their weights."""
        loss, weight = c_double(), c_double()
        _library.srnn_loss(model, self, batch, scale, byref(loss), byref(weight))
        return loss.value, weight.value

    def count_errors(self, model, batch, tolerance=0.0):
        """Returns the number of wrong sequences."""
        wrong = c_uint64()
        _library.srnn_count_errors(model, self, batch, tolerance, None, None, byref(wrong), None)
        return wrong.value

    def backward(self, model, regularizer, gradient):
        borrowed = _borrow(gradient, "f")
        self._run(_library.srnn_backward, model, self, regularizer, borrowed, len(borrowed))


class Regularizer(_HandleWithOptions):
    def apply(self, model, gradient):
        """Returns Omega."""
        borrowed, omega = _borrow(gradient, "f"), c_double()
        _library.srnn_regularizer_apply(self, model, borrowed, len(borrowed), byref(omega))
        return omega.value


class Clipper(_HandleWithOptions):
    def tell(self, loss, rate, steps):
        """Says what the next gradient is of, for rules other than FIXED."""
        _library.srnn_clipper_tell(self, loss, rate, steps)

    def apply(self, model, gradient):
        """Returns the norm of the gradient before clipping."""
        borrowed, norm = _borrow(gradient, "f"), c_double()
        _library.srnn_clipper_apply(self, model, borrowed, len(borrowed), byref(norm))
        return norm.value


class Optimizer(_HandleWithOptions):
    def step(self, parameters, gradient):
        weights, borrowed = _borrow(parameters, "f"), _borrow(gradient, "f")
        if len(weights) != len(borrowed):
            raise Error(E_SHAPE)
        _library.srnn_optimizer_step(self, weights, borrowed, len(weights))
