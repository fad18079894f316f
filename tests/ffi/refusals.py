"""refusals.py - bad input to examples/ffi/python/srnn.py is an srnn.Error with the reason"""
import array
import gc
import sys
import weakref

import srnn

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
# The options are the library's, and new objects have their presets.
with_options = {"workspace": workspace, "regularizer": regularizer, "clipper": clipper,
                "optimizer": optimizer}
for option in srnn.OPTIONS.values():
    if with_options[option.handle].get(option.key) != option.preset:
        sys.exit(f"{option.name} does not begin with its preset")
    if getattr(srnn, option.name) != option.key:
        sys.exit(f"{option.name} is another key")
for name, key in ("WORKSPACE_ERROR_LIMIT", 100), ("OMEGA_WEIGHT", 200), ("CLIP_RULE", 303), ("OPTIMIZER_UPDATES", 450):
    if srnn.OPTIONS[name].key != key:
        sys.exit(f"{name} is not {key}")
if not srnn.OPTIONS["OPTIMIZER_UPDATES"].traits & srnn.OPTION_READ_ONLY:
    sys.exit("OPTIMIZER_UPDATES is not read only")


def show(symbol=0, category=0, steps=STEPS):
    batch.begin(steps, COUNT)
    batch.input_ids(ids(steps * COUNT, symbol), COUNT, 1)
    batch.target_ids(ids(COUNT, category), 0, 1)
    workspace.forward(model, batch)


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
refused("no handle", workspace.forward, None, batch)
refused("a handle of another kind", workspace.forward, clipper, batch)
show()
refused("backward before loss", workspace.backward, model, regularizer, floats(n))
refused("ids before begin", srnn.Batch().input_ids, ids(1), 1, 1)
refused("a negative number of steps", batch.begin, -1, COUNT)
batch.begin(STEPS, COUNT)
refused("too few ids for the batch", batch.input_ids, ids(STEPS * COUNT - 1), COUNT, 1)
refused("strides beyond the ids", batch.input_ids, ids(STEPS * COUNT), COUNT, -1)
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
workspace.parallel(lambda task, count: [task(i) for i in range(count)], 2)
train()

# What ctypes would have let through: other elements, gaps between them.
for bad in array.array("d", [0.0] * n), array.array("i", [0] * n), memoryview(floats(2 * n))[::2]:
    try:
        clipper.apply(model, bad)
    except TypeError:
        continue
    sys.exit(f"an array of '{memoryview(bad).format}' was taken")

# The batch's arrays live as long as backward may read them, and no longer.
gc.disable()
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
