"""refusals.py - bad input to examples/ffi/python/srnn.py is an srnn.Error with the reason"""
import array
import copy
import ctypes
import gc
import pickle
import signal
import sys
import threading
import weakref

import srnn

try:
    import numpy
except ImportError:
    numpy = None

STEPS, COUNT = 4, 3


def floats(count, value=0.0):
    return array.array("f", [value] * count)


def ids(count, value=0):
    return array.array("I", [value] * count)


def refused(what, function, *arguments):
    try:
        function(*arguments)
    except srnn.Error as error:
        print(f"{what}: {error}")
        return error
    sys.exit(f"{what}: was not refused")


random = srnn.Random(1, 0)
model = srnn.Model(6, 5, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX)
n = model.parameter_count
model.bind(floats(n))
model.initialize(srnn.START_SMART_TANH, random)
workspace = srnn.Workspace(model, STEPS, COUNT, srnn.WORKSPACE_LAST_OUTPUT)
regularizer = srnn.Regularizer(model, srnn.OMEGA_PAPER)
clipper = srnn.Clipper(srnn.CLIP_NORM)
optimizer = srnn.Optimizer(srnn.OPTIMIZER_SGD, n)
batch = srnn.Batch()
# The options are the library's, and new objects have their presets, but what they are made with.
with_options = {"model": model, "workspace": workspace, "regularizer": regularizer,
                "clipper": clipper, "optimizer": optimizer}
made_with = {"MODEL_ACTIVATION": srnn.HIDDEN_TANH, "MODEL_OUTPUT_KIND": srnn.OUTPUT_SOFTMAX,
             "MODEL_FLAGS": srnn.MODEL_EXTERNAL, "WORKSPACE_MAX_STEPS": STEPS,
             "WORKSPACE_MAX_SEQUENCES": COUNT, "WORKSPACE_FLAGS": srnn.WORKSPACE_LAST_OUTPUT,
             "OMEGA_KIND": srnn.OMEGA_PAPER, "CLIP_KIND": srnn.CLIP_NORM,
             "OPTIMIZER_KIND": srnn.OPTIMIZER_SGD, "OPTIMIZER_COUNT": n,
             "WORKSPACE_HIDDEN": 5, "OMEGA_HIDDEN": 5}
for option in srnn.OPTIONS.values():
    expected = made_with.pop(option.name, option.preset)
    if with_options[option.handle].get(option.key) != expected:
        sys.exit(f"{option.name} is not {expected} at first")
    if getattr(srnn, option.name) != option.key:
        sys.exit(f"{option.name} is another key")
if made_with:
    sys.exit(f"the library does not list {made_with}")
if not srnn.OPTIONS["OPTIMIZER_UPDATES"].traits & srnn.OPTION_READ_ONLY:
    sys.exit("OPTIMIZER_UPDATES is not read only")
if (model.inputs, model.hidden, model.outputs) != (6, 5, 4):
    sys.exit("the model has other widths")


def show(symbol=0, category=0, steps=STEPS):
    batch.begin(steps, COUNT)
    batch.input_ids(ids(steps * COUNT, symbol), COUNT, 1)
    batch.target_ids(ids(COUNT, category), 0, 1)
    workspace.forward(model, batch)


def run_all(task, count):
    for index in range(count):
        task(index)


def train():
    show()
    workspace.loss(model, batch, 1 / COUNT)
    gradient = floats(n)
    workspace.backward(model, regularizer, gradient)
    regularizer.apply(model, gradient)
    clipper.apply(model, gradient)
    optimizer.step(model.parameters, gradient)


refused("a model without hidden units", srnn.Model, 6, 0, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX)
closed = srnn.Model(6, 5, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX)
closed.close()
closed.close()
refused("a handle that is closed", workspace.forward, closed, batch)
refused("a model that is closed", clipper.apply, closed, floats(n))
omega = srnn.Regularizer(model, srnn.OMEGA_PAPER)
omega.close()
refused("a regularizer that is closed", workspace.backward, model, omega, floats(n))
refused("no handle", workspace.forward, None, batch)
refused("a handle of another kind", workspace.forward, clipper, batch)
show()
refused("backward before loss", workspace.backward, model, regularizer, floats(n))
refused("ids before begin", srnn.Batch().input_ids, ids(1), 1, 1)
refused("a negative number of steps", batch.begin, -1, COUNT)
refused("a negative bound", random.below, -1)
refused("a negative length of a workspace", srnn.Workspace, model, -1, COUNT)
refused("a negative number of steps for a clipper", clipper.tell, 1.0, 0.01, -1)
refused("a negative number of parts", srnn.Checkpoint, -1)
refused("a parallel-for in fewer than 0 tasks", workspace.parallel, run_all, -1)
refused("parameters below zero", srnn.Optimizer, srnn.OPTIMIZER_SGD, -1)
refused("steps of more than 32 bits", batch.begin, 2**32 + 1, COUNT)
refused("a bound of more than 32 bits", random.below, 2**32 + 5)
refused("a width of more than 32 bits", srnn.Model, 2**32 + 6, 5, 4, srnn.HIDDEN_TANH,
        srnn.OUTPUT_SOFTMAX)
refused("flags of more than 32 bits", srnn.Model, 6, 5, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX,
        2**32 + srnn.MODEL_LEARNED_STATE)
refused("a workspace of more than 32 bits", srnn.Workspace, model, STEPS, 2**32 + COUNT)
refused("an id of more than 32 bits", model.step_id, 2**32 + 1, floats(5), floats(5))
refused("a clipper's steps of more than 32 bits", clipper.tell, 1.0, 0.01, 2**32 + 1)
refused("an option of more than 32 bits", clipper.set, 2**32 + srnn.CLIP_THRESHOLD, 1.0)
refused("a seed of more than 64 bits", srnn.Random, 2**64, 0)
refused("a fraction of a step", batch.begin, 2.5, COUNT)
refused("a fraction of a seed", srnn.Random, 1.5, 0)
refused("a fraction of a parameter", srnn.Optimizer, srnn.OPTIMIZER_SGD, n + 0.5)
refused("a fraction of a flag", srnn.Workspace, model, STEPS, COUNT, 0.5)
batch.begin(STEPS, COUNT)
refused("too few ids for the batch", batch.input_ids, ids(STEPS * COUNT - 1), COUNT, 1)
refused("too few classes for the batch", batch.target_ids, ids(COUNT - 1), 0, 1)
refused("strides beyond the ids", batch.input_ids, ids(STEPS * COUNT), COUNT, -1)
refused("a fraction of a stride", batch.input_ids, ids(STEPS * COUNT), 2.5, 1)
refused("an id beyond the inputs", show, 6)
show(0, 4)
refused("a class beyond the outputs", workspace.loss, model, batch, 1.0)
refused("more steps than the workspace has", show, 0, 0, STEPS + 1)
train()
other = srnn.Model(6, 7, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX)
other.bind(floats(other.parameter_count))
refused("a model of another shape", workspace.loss, other, batch, 1.0)
show()
workspace.loss(model, batch, 1.0)
refused("a gradient that is too short", workspace.backward, model, regularizer, floats(n - 1))
refused("a gradient that is not a number", clipper.apply, model, floats(n, float("nan")))
refused("a gradient and parameters of different lengths", optimizer.step, model.parameters,
        floats(n - 1))
refused("an option of another handle", clipper.set, srnn.OPTIMIZER_RATE, 1.0)
refused("a threshold that is not a number", clipper.set, srnn.CLIP_THRESHOLD, float("nan"))
refused("a loss below zero", clipper.tell, -1.0, 0.01, 10)
ruled = srnn.Clipper(srnn.CLIP_NORM)
ruled.set(srnn.CLIP_RULE, srnn.CLIP_RULE_POLYAK)
ruled.tell(1.0, 0.01, 10)
ruled.apply(model, floats(n))
refused("a rule that was told nothing", ruled.apply, model, floats(n))
ruled.close()


def fail(_task, _count):
    raise KeyError("my own")


workspace.parallel(fail, 2)
error = refused("a parallel-for that fails", show)
if not isinstance(error.__cause__, KeyError):
    sys.exit("the exception of the parallel-for is lost")
workspace.parallel(lambda task, count: task(0), 2)
refused("a parallel-for that leaves out a task", show)
workspace.parallel(lambda task, count: [task(0) for _ in range(count)], 2)
refused("a parallel-for that runs a task twice", show)
workspace.parallel(lambda task, count: [task(index) for index in range(count + 1)], 2)
refused("a parallel-for that runs a task too many", show)
workspace.parallel(run_all, 2)
train()


def refuse_loss():
    """With fewer than these 32 sequences the loss is one task, which C runs without the parallel-for."""
    many = 32
    wide, big = srnn.Workspace(model, 1, many), srnn.Batch()
    failing = []

    def fail_later(task, count):
        if failing:
            raise KeyError("my own")
        run_all(task, count)

    wide.parallel(fail_later, 2)
    big.begin(1, many)
    big.input_ids(ids(many), many, 1)
    big.target_ids(ids(many), many, 1)
    wide.forward(model, big)
    failing.append(True)
    error = refused("a parallel-for that fails in the loss", wide.loss, model, big, 1.0)
    if not isinstance(error.__cause__, KeyError):
        sys.exit("the exception of the parallel-for is lost in the loss")
    error = refused("a parallel-for that failed in an earlier call", wide.forward, other, big)
    if error.__cause__ is not None:
        sys.exit("an error has the cause of an earlier one")


refuse_loss()


def leave_tasks():
    """A parallel-for that leaves its tasks to other threads, which C must not be without."""
    wide = srnn.Model(6, 200, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX)
    wide.bind(floats(wide.parameter_count))
    long, threads = srnn.Batch(), []
    long.begin(20, COUNT)
    long.input_ids(ids(20 * COUNT), COUNT, 1)

    def run(task, index):
        try:
            task(index)
        except srnn.Error as error:
            if error.status != srnn.E_RANGE:
                raise

    def leave(task, count):
        for index in range(count):
            threads.append(threading.Thread(target=run, args=(task, index)))
            threads[-1].start()
        raise KeyError("my own")

    for _ in range(20):
        left = srnn.Workspace(wide, 20, COUNT)
        left.parallel(leave, 2)
        try:
            left.forward(wide, long)
        except srnn.Error as error:
            if not isinstance(error.__cause__, KeyError):
                raise
        left.close()
    for thread in threads:
        thread.join()


leave_tasks()


class Interrupt(Exception):
    """What a signal raises, as Ctrl-C does."""


def interrupt(times):
    """A pass that a signal interrupts is an error, or it is whole. The signal may come when C calls
    the parallel-for, or in a task, and no pass waits for ever."""
    def raise_interrupt(_number, _frame):
        raise Interrupt

    wide, shown, state = srnn.Model(6, 40, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX), [], floats(800)
    wide.bind(floats(wide.parameter_count))
    wide.initialize(srnn.START_SMART_TANH, srnn.Random(1, 2))
    many = srnn.Workspace(wide, 20, 20)
    for symbol in 1, 2:
        batch = srnn.Batch()
        batch.begin(20, 20)
        batch.input_ids(ids(400, symbol), 20, 1)
        many.forward(wide, batch)
        many.get_state(state)
        shown.append((batch, bytes(state)))
    many.parallel(run_all, 2)
    signal.signal(signal.SIGALRM, raise_interrupt)
    for i in range(times):
        batch, expected = shown[i % 2]
        try:
            signal.setitimer(signal.ITIMER_REAL, (i % 100 + 1) * 4e-6)
            many.forward(wide, batch)
            signal.setitimer(signal.ITIMER_REAL, 0)
        except (Interrupt, srnn.Error, ctypes.ArgumentError):
            continue
        many.get_state(state)
        if bytes(state) != expected:
            sys.exit("a pass that was interrupted ended well, without its tasks")


interrupt(3000)


def refuse_streams():
    state, after, logits = floats(5), floats(5), floats(4)
    model.initial_state(state)
    refused("a state that is too short", model.step_id, 1, floats(4), after, logits)
    refused("a next state that is too short", model.step_id, 1, state, floats(4), logits)
    refused("logits that are too short", model.step_id, 1, state, after, floats(3))
    refused("an input that is too short", model.step, floats(5), state, after)
    refused("a step into the state that it reads", model.step_id, 1, state, state)
    refused("an id beyond the inputs in a stream", model.step_id, 6, state, after)
    one_hot = array.array("f", [0, 1, 0, 0, 0, 0])
    for _ in range(STEPS):
        model.step(one_hot, state, after, logits)
        state, after = after, state
    show(1)
    refused("states of another number of sequences", workspace.get_state, floats(5))
    states = floats(5 * COUNT)
    workspace.get_state(states)
    if states != state * COUNT:
        sys.exit("a stream ends in another state than forward")


refuse_streams()
refused("an option that is read only", optimizer.set, srnn.OPTIMIZER_UPDATES, 1)


def refuse_files():
    archive = model.save()
    refused("a file that ends too early", srnn.Model.load, archive[:-1])
    refused("an empty file", srnn.Model.load, b"")
    refused("a damaged file", srnn.Model.load, archive[:-1] + bytes([archive[-1] ^ 1]))
    loaded = srnn.Model.load(archive)
    if loaded.save() != archive or loaded.parameters != model.parameters:
        sys.exit("a model comes back otherwise than it was saved")

    notes = bytearray(b"to be\0kept")
    saved = srnn.Checkpoint(4)
    saved.add("model", model)
    refused("a name with a space", saved.add, "my model", optimizer)
    saved.add("optimizer", optimizer)
    saved.add_bytes("notes", notes)
    refused("a text with a zero in it", saved.add_text, "labels", "cat\0dog")
    refused("a text that is not UTF-8", saved.add_text, "labels", "\ud83d dog")
    saved.add_text("labels", "\u732b dog")
    refused("a part too many", saved.add, "clipper", clipper)
    refused("a batch in a checkpoint", srnn.Checkpoint(1).add, "batch", batch)
    refused("parts before a file is open", saved.parts)
    archive = saved.save()

    opened = srnn.Checkpoint(2)
    opened.open(archive)
    if opened.parts() != {"model": srnn.PART_MODEL, "optimizer": srnn.PART_OPTIMIZER,
                          "notes": srnn.PART_BYTES, "labels": srnn.PART_TEXT}:
        sys.exit(f"the file has other parts: {opened.parts()}")
    if (opened.get("model", srnn.STORED_HIDDEN), opened.text("labels"), opened.bytes("notes")) != (
            5, "\u732b dog", notes):
        sys.exit("the file has something else in its parts")
    opened.add("clipper", clipper)
    refused("a part that the file lacks", opened.restore)

    # All parts are restored, or none.
    fresh = srnn.Model(6, 5, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX)
    fresh.bind(floats(n))
    wrong = srnn.Checkpoint(2)
    wrong.open(archive)
    wrong.add("model", fresh)
    wrong.add("optimizer", srnn.Optimizer(srnn.OPTIMIZER_SGD, n + 1))
    gc.collect()  # the list has the only reference to the optimizer
    refused("a part of another shape", wrong.restore)
    short = srnn.Checkpoint(2)
    short.open(archive)
    short.add("model", fresh)
    short.add_bytes("notes", bytearray(3))
    refused("bytes of another length", short.restore)
    refused("bytes that are read as a text", short.text, "notes")
    if fresh.parameters != floats(n):
        sys.exit("a restore that failed has changed a part")
    kept = notes[:]
    notes[:] = bytes(len(notes))
    right = srnn.Checkpoint(2)
    right.open(bytearray(archive))
    right.add("model", fresh)
    right.add_bytes("notes", notes)
    right.restore()
    if fresh.parameters != model.parameters or notes != kept:
        sys.exit("a part comes back otherwise than it was saved")
    fresh.close()
    _other = srnn.Model(6, 5, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX)  # it may lie there now
    _other.bind(floats(n))
    refused("a part that is closed", right.save)


refuse_files()


def keep_parts():
    """What a checkpoint was given, and nobody else refers to."""
    kept, opened = srnn.Checkpoint(2), srnn.Checkpoint(0)
    kept.add_text("text", "cat" * 10000)
    kept.add_bytes("bytes", bytearray(b"\7" * 30000))
    others = [bytes([i]) * 30000 for i in range(20)]
    opened.open(kept.save())
    others += [bytes([i]) * len(others) for i in range(20)]
    if opened.text("text") != "cat" * 10000 or opened.bytes("bytes") != b"\7" * 30000:
        sys.exit("a checkpoint has not kept its parts, or its file")


keep_parts()
bound = floats(n)
closed = srnn.Model(6, 5, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX)
closed.bind(bound)
try:
    bound.append(0.0)
    sys.exit("parameters may move while a model has them")
except BufferError:
    closed.close()

# A file that the library opens and does not write: two parts of one name, an escape in a text.
forged = srnn.Checkpoint(0)
with open("tests/ffi/forged.srnn", "rb") as file:
    forged.open(file.read())
if forged.parts() != dict.fromkeys(("__proto__", "ab", "cd"), srnn.PART_TEXT):
    sys.exit(f"the forged file has other parts: {forged.parts()}")
if forged.text("cd") != "a\u00e9b":
    sys.exit("the text has another character")

# Other elements, and gaps between them, which ctypes would have let through; one that is read only.
for bad in (array.array("d", [0.0] * n), array.array("i", [0] * n), memoryview(floats(2 * n))[::2],
            memoryview(bytes(4 * n)).cast("f")):
    try:
        clipper.apply(model, bad)
    except TypeError:
        continue
    sys.exit(f"an array of '{memoryview(bad).format}' was taken")

for duplicate in copy.copy, copy.deepcopy, pickle.dumps:
    try:
        duplicate(model)
    except TypeError:
        continue
    sys.exit(f"{duplicate} has made two owners of one object")


class Derived(srnn.Clipper):
    """A class of the caller's, whose name the library does not know."""


if Derived(srnn.CLIP_NORM).get(srnn.CLIP_KIND) != srnn.CLIP_NORM:
    sys.exit("a derived class has another object")

# What ctypes would take for an address, such as the weight of Omega.
for bad in 4, True, "model", floats(n):
    for attempt in (lambda: workspace.forward(bad, batch), lambda: clipper.apply(bad, floats(n)),
                    lambda: workspace.backward(model, bad, floats(n)),
                    lambda: srnn.Workspace(bad, STEPS, COUNT)):
        try:
            attempt()
        except ctypes.ArgumentError:
            continue
        sys.exit(f"{bad!r} was taken for a handle")

# Strides that wrap around in the types of numpy's.
if numpy:
    strided = srnn.Batch()
    strided.begin(5, COUNT)
    for stride in numpy.uint8(64), numpy.int64(2**62):
        try:
            strided.input_ids(ids(5 * COUNT), stride, 1)
        except srnn.Error as error:
            if error.status == srnn.E_SHAPE:
                continue
        sys.exit(f"a stride of {stride} was taken")

gc.disable()


def used(run):
    made = srnn.Workspace(model, STEPS, COUNT)
    made.parallel(run, 2)
    try:
        made.forward(model, batch)
    except srnn.Error:
        if run is not fail:
            raise
    return made


# A workspace ends with the last reference to it, whatever it was given to call.
for run in run_all, fail:
    watch = weakref.ref(used(run))
    if watch() is not None:
        sys.exit(f"a workspace whose parallel-for is {run} outlives its last reference")

# The batch's arrays live as long as backward may read them, and no longer.
inputs = ids(STEPS * COUNT)
watch = weakref.ref(inputs)
batch.begin(STEPS, COUNT)
batch.input_ids(inputs, COUNT, 1)
batch.target_ids(ids(COUNT), 0, 1)
del inputs
workspace.forward(model, batch)
workspace.loss(model, batch, 1.0)
batch.begin(1, 1)
batch.close()
if watch() is None:
    sys.exit("the ids of the last forward are gone before backward")
workspace.backward(model, regularizer, floats(n))
batch = srnn.Batch()
train()
if watch() is not None:
    sys.exit("the ids of an earlier forward are still kept")
