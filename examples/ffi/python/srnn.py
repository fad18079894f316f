"""srnn.py - libsrnn for Python, by ctypes

A class for each handle of srnn.h, with the functions of that handle as methods; what a function
does, its shapes and its errors stand in srnn.h. A status that is not SRNN_OK is raised as Error.

Arrays are anything writable that has the buffer protocol and holds 32-bit floats or unsigned 32-bit
ids in one piece: numpy arrays, array.array, memoryview. ctypes takes no others, also not as inputs:
bytes and read-only arrays are a TypeError. They are never copied. A batch only views them, so it
keeps them alive, and the workspace keeps those of its last forward: do not change them between
forward and backward. Handles end with the last reference to them, or with close().
"""
import array
import contextlib
import ctypes
import itertools
import sys
import threading
import weakref
from ctypes import byref, c_double, c_float, c_int32, c_size_t, c_uint32, c_uint64, c_void_p

from srnn_sys import *
from srnn_sys import FUNCTIONS, ParallelFunction

_library = ctypes.CDLL("libsrnn.so.0.2")


class Error(Exception):
    """A status that is not SRNN_OK: its number and name, with its text in the message."""

    def __init__(self, status):
        self.status, self.name = status, _library.srnn_status_name(status).decode()
        super().__init__(f"{self.name}: {_library.srnn_status_text(status).decode()}")


def _check(status, _function, _arguments):
    if status != 0:
        raise Error(status)


def _with_whole_numbers(function):
    """Returns a function of C that refuses a number which is not whole, and one that its type
    cannot hold, which ctypes would cut."""
    limits = [(place, 256 ** ctypes.sizeof(kind)) for place, kind in enumerate(function.argtypes)
              if kind in (c_uint32, c_uint64, c_size_t)]

    def call(*arguments):
        for place, limit in limits:
            if arguments[place] % 1 != 0 or not 0 <= arguments[place] < limit:
                raise Error(E_RANGE)
        return function(*arguments)

    return call if limits else function


class _Pointer(c_void_p):
    """A void pointer that is not made of a number, which ctypes would take for an address."""

    @classmethod
    def from_param(cls, value):
        if isinstance(value, (int, str)):
            raise TypeError(f"{value!r} is no handle")
        return c_void_p.from_param(value)


for _name, (_result, *_arguments) in FUNCTIONS.items():
    _function = getattr(_library, "srnn_" + _name)
    _function.restype = _result
    _function.argtypes = [_Pointer if kind is c_void_p else kind for kind in _arguments]
    if _result is c_int32:
        _function.errcheck = _check
    setattr(_library, "srnn_" + _name, _with_whole_numbers(_function))


class Option:
    """An option or a statistic, as the library describes it: key, handle ("clipper"), name,
    minimum, maximum, preset and traits."""

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


def _given(handle):
    """Returns a handle that C may do without, None or one that is open: C would take the NULL of a
    closed one for none."""
    if isinstance(handle, _Handle) and handle._as_parameter_ is None:
        raise Error(E_ARGUMENT)
    return handle


def _saved(save, handle):
    """Returns the file that srnn_X_save makes: first its size, then its bytes."""
    size = c_size_t()
    save(handle, None, 0, byref(size))
    buffer = ctypes.create_string_buffer(size.value)
    save(handle, buffer, size.value, byref(size))
    return buffer.raw


class _Handle:
    """An object of the library, created with the arguments of srnn_X_create after `user`. It is
    destroyed with the last reference to it, or by close(), and then passed as NULL and refused."""

    def __init__(self, *arguments):
        self._make("create", *arguments)

    def _make(self, function, *arguments):
        handle = c_void_p()
        self._function(function)(None, None, *arguments, byref(handle))
        self._as_parameter_ = handle  # what ctypes passes for the object
        self._end = weakref.finalize(self, self._function("destroy"), handle)

    def _function(self, name):
        return getattr(_library, f"srnn_{self._kind}_{name}")

    def _call(self, name, *arguments):
        self._function(name)(self, *arguments)

    def close(self):
        self._as_parameter_ = None
        self._end()

    def __reduce__(self):
        """Refuses copy and pickle: a copy would have the same object of C, which ends with either."""
        raise TypeError(f"{type(self).__name__} cannot be copied")


class _HandleWithOptions(_Handle):
    def set(self, key, value):
        self._call("set", key, value)

    def get(self, key):
        value = c_double()
        self._call("get", key, byref(value))
        return value.value


class Random(_Handle):
    _kind = "random"

    def below(self, bound):
        return _library.srnn_random_below(self, bound)


class Model(_HandleWithOptions):
    """Its parameters are the array passed to bind(); until then its use is an Error."""

    _kind = "model"

    def __init__(self, inputs, hidden, outputs, activation, output, flags=0):
        super().__init__(inputs, hidden, outputs, activation, output, flags | MODEL_EXTERNAL)

    inputs = property(_library.srnn_model_inputs)
    hidden = property(_library.srnn_model_hidden)
    outputs = property(_library.srnn_model_outputs)
    parameter_count = property(_library.srnn_model_parameter_count)

    def bind(self, parameters):
        borrowed = _borrow(parameters, "f")
        self._call("bind", borrowed, len(borrowed))
        self.parameters, self._borrowed = parameters, borrowed

    def initialize(self, kind, random):
        self._call("initialize", kind, random)

    def save(self):
        """Returns the model's file."""
        return _saved(_library.srnn_model_save, self)

    @classmethod
    def load(cls, archive):
        """Returns the model of a file, with its parameters in a new array.array. The one that C
        makes owns its parameters, which no array of Python's may outlive: they are copied."""
        archive, made = bytes(archive), cls.__new__(cls)
        made._make("load_create", archive, len(archive), 0)
        kinds = MODEL_ACTIVATION, MODEL_OUTPUT_KIND, MODEL_FLAGS
        model = cls(made.inputs, made.hidden, made.outputs, *(int(made.get(key)) for key in kinds))
        model.bind(array.array("f", bytes(4 * model.parameter_count)))
        model._call("copy", made)
        made.close()
        return model

    def initial_state(self, state):
        """Write the state [hidden] that a stream starts from."""
        borrowed = _borrow(state, "f")
        _library.srnn_initial_state(self, borrowed, len(borrowed))

    def step(self, values, state, next_state, logits=None):
        """One step of a stream: `values` [inputs] and `state` [hidden] give `next_state` [hidden],
        another array, and `logits` [outputs]."""
        values = _borrow(values, "f", self.inputs)
        _library.srnn_step(self, values, *self._streams(state, next_state, logits))

    def step_id(self, id, state, next_state, logits=None):
        """step() with a one-hot input."""
        _library.srnn_step_id(self, id, *self._streams(state, next_state, logits))

    def _streams(self, state, next_state, logits):
        return (_borrow(state, "f", self.hidden), _borrow(next_state, "f", self.hidden),
                None if logits is None else _borrow(logits, "f", self.outputs))


class Batch(_Handle):
    _kind = "batch"

    steps = property(_library.srnn_batch_steps)
    sequences = property(_library.srnn_batch_sequences)

    def begin(self, steps, sequences):
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
        # Numbers of numpy's would wrap around.
        last = (self.steps - 1) * int(step_stride) + (self.sequences - 1) * int(sequence_stride)
        return _borrow(ids, "I", last + 1)


class _Stage:
    """The tasks of one call of a parallel-for: each runs once, and none when the call has ended."""

    def __init__(self, run, count):
        self._run, self._count, self._left = run, count, set(range(count))
        self._running, self._done = {}, 0  # the thread of each task that runs
        self._changed = threading.Condition()

    def task(self, index):
        with self._changed:
            if index not in self._left:
                raise Error(E_RANGE)
            self._left.remove(index)
            self._running[index] = threading.get_ident()
        try:
            self._run(index)
            with self._changed:
                self._done += 1
        finally:
            with self._changed:
                del self._running[index]
                self._changed.notify_all()

    def end(self):
        """Let no further task begin, wait for those that have, and return whether all are done.
        None runs on this thread now, but an interrupt may have left one in _running."""
        own = threading.get_ident()
        with self._changed:
            self._left.clear()
            self._changed.wait_for(lambda: all(it == own for it in self._running.values()))
            return self._done == self._count


@contextlib.contextmanager
def _noting_dropped(failures):
    """Adds to `failures` what ctypes drops in a pass: an interrupt that comes when C calls a
    parallel-for, before its first line. ctypes then returns 0, which C takes for success. For the
    main thread, which alone has interrupts. The text below is that of CPython 3.11."""
    hook = sys.unraisablehook

    def note(dropped):
        if "ctypes callback" in (dropped.err_msg or ""):
            failures.append(dropped.exc_value)
        else:
            hook(dropped)

    sys.unraisablehook = note
    try:
        yield
    finally:
        sys.unraisablehook = hook


class Workspace(_HandleWithOptions):
    _kind = "workspace"

    def __init__(self, model, max_steps, max_sequences, flags=0):
        super().__init__(model, max_steps, max_sequences, flags)
        self._callback = None  # of the parallel-for
        self._failures = []  # what it raised in the pass that runs

    def get_state(self, state):
        """Write the state [sequences x hidden] after the last step of the last forward."""
        hidden = int(self.get(WORKSPACE_HIDDEN))
        sequences, rest = divmod(len(_borrow(state, "f")), hidden)
        if rest:
            raise Error(E_SHAPE)
        self._call("get_state", _borrow(state, "f"), hidden, sequences)

    def parallel(self, run, tasks):
        """Let run(task, count) run the tasks: it calls task(i) for every i below count, on any
        threads, and returns when all have ended. What it raises is the cause of the Error. The pass
        waits for tasks that have begun; task(i) raises when i has begun before, and after that."""
        failures = self._failures  # with self in it, call would keep the workspace alive

        def call(_user, task_function, task, count):
            stage = _Stage(lambda index: task_function(task, index), count)
            try:
                run(stage.task, count)
            except BaseException as failure:  # nothing may be thrown through C
                failures.append(failure)
            while True:
                try:
                    return 0 if stage.end() and not failures else 1
                except BaseException as failure:  # an interrupt: tasks may still run
                    failures.append(failure)

        callback = ParallelFunction(call)
        _library.srnn_workspace_parallel(self, callback, None, tasks)
        self._callback = callback  # C has only its address

    def _run(self, function, *arguments):
        is_main = threading.current_thread() is threading.main_thread()
        notes = self._callback is not None and is_main
        try:
            with _noting_dropped(self._failures) if notes else contextlib.nullcontext():
                function(*arguments)
            if self._failures:
                raise Error(E_PARALLEL)
        except Error as error:
            raise error from (self._failures[0] if self._failures else None)
        finally:
            self._failures.clear()

    def forward(self, model, batch):
        self._run(_library.srnn_forward, model, self, batch)
        self._viewed = batch.inputs, batch.targets  # backward reads them again

    def loss(self, model, batch, scale):
        """Returns the sum of the losses, and the sum of their weights."""
        loss, weight = c_double(), c_double()
        self._run(_library.srnn_loss, model, self, batch, scale, byref(loss), byref(weight))
        return loss.value, weight.value

    def count_errors(self, model, batch, tolerance=0.0):
        """Returns the number of wrong sequences."""
        wrong = c_uint64()
        _library.srnn_count_errors(model, self, batch, tolerance, None, None, byref(wrong), None)
        return wrong.value

    def backward(self, model, regularizer, gradient):
        borrowed = _borrow(gradient, "f")
        self._run(_library.srnn_backward, model, self, _given(regularizer), borrowed,
                  len(borrowed))


class Regularizer(_HandleWithOptions):
    _kind = "regularizer"

    def apply(self, model, gradient):
        """Returns Omega."""
        borrowed, omega = _borrow(gradient, "f"), c_double()
        _library.srnn_regularizer_apply(self, model, borrowed, len(borrowed), byref(omega))
        return omega.value


class Clipper(_HandleWithOptions):
    _kind = "clipper"

    def tell(self, loss, rate, steps):
        """Says what the next gradient is of, for rules other than FIXED."""
        _library.srnn_clipper_tell(self, loss, rate, steps)

    def apply(self, model, gradient):
        """Returns the norm of the gradient before clipping."""
        borrowed, norm = _borrow(gradient, "f"), c_double()
        _library.srnn_clipper_apply(self, _given(model), borrowed, len(borrowed), byref(norm))
        return norm.value


class Optimizer(_HandleWithOptions):
    _kind = "optimizer"

    def step(self, parameters, gradient):
        weights, borrowed = _borrow(parameters, "f"), _borrow(gradient, "f")
        if len(weights) != len(borrowed):
            raise Error(E_SHAPE)
        _library.srnn_optimizer_step(self, weights, borrowed, len(weights))


def _terminated(text):
    """A string for C, which ends at its first zero. Half of a surrogate pair is none."""
    if "\0" in text:
        raise Error(E_RANGE)
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Error(E_RANGE) from None


class Checkpoint(_Handle):
    """A list of at most `parts` parts, which it keeps alive, and an open file."""

    _kind = "checkpoint"

    def __init__(self, parts):
        super().__init__(parts)
        self._objects, self._kept, self._archive = [], [], None

    def add(self, name, part):
        """Add a model, optimizer, clipper, regularizer, generator or workspace."""
        if not isinstance(part, _Handle):
            raise TypeError("a handle was expected")
        self._call("add", _terminated(name), part)
        self._objects.append(part)

    def add_bytes(self, name, data):
        """Add a writable buffer in one piece, such as a bytearray, which restore() writes to."""
        borrowed = (ctypes.c_char * memoryview(data).nbytes).from_buffer(data)
        self._call("add_bytes", _terminated(name), borrowed, len(borrowed))
        self._kept.append(borrowed)

    def add_text(self, name, text):
        text = _terminated(text)
        self._call("add_text", _terminated(name), text)
        self._kept.append(text)

    def _check_objects(self):
        """C has the address of every object in the list, also of those that are gone."""
        if any(part._as_parameter_ is None for part in self._objects):
            raise Error(E_ARGUMENT)

    def save(self):
        """Returns the file of all parts in the list."""
        self._check_objects()
        return _saved(_library.srnn_checkpoint_save, self)

    def open(self, archive):
        archive = bytes(archive)  # C reads it where it lies, and Python cannot change it
        self._call("open", archive, len(archive))
        self._archive = archive

    def restore(self):
        """Give all parts of the list what the open file has under their names, or change none."""
        self._check_objects()
        self._call("restore")

    def parts(self):
        """Returns the kind of each part of the open file by its name; 0 for a later kind."""
        found, kind, name = {}, c_uint32(), ctypes.create_string_buffer(PART_NAME_BYTES)
        try:
            for index in itertools.count():
                self._call("part", index, byref(kind), name)
                found[name.value.decode()] = kind.value
        except Error as error:
            if error.status != E_RANGE:
                raise
        return found

    def get(self, name, key):
        """Returns a number about a part of the open file: STORED_HIDDEN, STORED_BYTES."""
        value = c_double()
        self._call("get", _terminated(name), key, byref(value))
        return value.value

    def bytes(self, name):
        data, size = c_void_p(), c_size_t()
        self._call("bytes", _terminated(name), byref(data), byref(size))
        return ctypes.string_at(data, size.value)

    def text(self, name):
        length = c_size_t()
        self._call("text", _terminated(name), None, 0, byref(length))
        text = ctypes.create_string_buffer(length.value + 1)
        self._call("text", _terminated(name), text, len(text), byref(length))
        return text.raw[:length.value].decode()
