"""train.py - examples/train.c in Python: the temporal order problem

The arrays are numpy's where numpy is there, else plain ones. The work of each pass is shared out
to two threads of Python's, which run it at the same time: ctypes lets go of the interpreter's lock
while C runs. Ends in the same bits as the C program.

    LD_LIBRARY_PATH=build python3 examples/ffi/python/train.py
"""
import array
import struct
from concurrent.futures import ThreadPoolExecutor

import srnn

try:
    import numpy
except ImportError:
    numpy = None

STEPS, BATCH, TEST, HIDDEN, UPDATES = 20, 20, 1000, 50, 20000


def zeros(kind, count):
    """`count` zeros: floats ("f") or ids ("I")."""
    if numpy:
        return numpy.zeros(count, kind)
    return array.array(kind, bytes(4 * count))


def draw(random, count):
    """ids [STEPS x count] and classes [count]: symbols 0 and 1 matter, one in the second tenth and
    one just after the middle; 2 to 5 distract."""
    ids, classes = zeros("I", STEPS * count), zeros("I", count)
    tenth = STEPS // 10
    for i in range(STEPS * count):
        ids[i] = 2 + random.below(4)
    for s in range(count):
        first, second = random.below(2), random.below(2)
        ids[(tenth + random.below(tenth)) * count + s] = first
        ids[(STEPS // 2 + random.below(tenth)) * count + s] = second
        classes[s] = first + 2 * second
    return ids, classes


def hash_of(values):
    """FNV-1a of 64 bits over the values as 32-bit words, least significant byte first."""
    value = 0xCBF29CE484222325
    for byte in struct.pack(f"<{len(values)}f", *values):
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def main():
    random = srnn.Random(1, 0)
    model = srnn.Model(6, HIDDEN, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX)
    model.bind(zeros("f", model.parameter_count))
    model.initialize(srnn.START_SMART_TANH, random)
    batch = srnn.Batch()
    workspace = srnn.Workspace(model, STEPS, TEST, srnn.WORKSPACE_LAST_OUTPUT)
    regularizer = srnn.Regularizer(model, srnn.OMEGA_PAPER)
    clipper = srnn.Clipper(srnn.CLIP_NORM)
    optimizer = srnn.Optimizer(srnn.OPTIMIZER_SGD, model.parameter_count)

    def show(ids, classes):
        """Run the network forward on a batch of sequences."""
        count = len(classes)
        batch.begin(STEPS, count)
        batch.input_ids(ids, count, 1)
        batch.target_ids(classes, 0, 1)
        workspace.forward(model, batch)

    def run(task, count):
        for _ in pool.map(task, range(count)):
            pass

    with ThreadPoolExecutor(2) as pool:
        workspace.parallel(run, 2)
        for update in range(1, UPDATES + 1):
            gradient = zeros("f", model.parameter_count)
            show(*draw(random, BATCH))
            loss, weight = workspace.loss(model, batch, 1 / BATCH)
            workspace.backward(model, regularizer, gradient)
            omega = regularizer.apply(model, gradient)
            norm = clipper.apply(model, gradient)
            optimizer.step(model.parameters, gradient)
            if update % 500 == 0:
                show(*draw(random, TEST))
                wrong = workspace.count_errors(model, batch)
                print(f"update {update:5}  loss {loss / weight:.3f}  norm {norm:.3f}  "
                      f"Omega {omega:.4f}  wrong {wrong:4} of {TEST}")
                if wrong == 0:
                    break
    print(f"hash {hash_of(model.parameters):016x}")
    print(f"arrays of {'numpy' if numpy else 'array'}, two threads")
    return 0 if wrong == 0 else 1


if __name__ == "__main__":
    raise SystemExit(main())
