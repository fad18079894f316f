"""train.py - examples/train.c in Python: the temporal order problem

The arrays are numpy's where numpy is there, else plain ones. The work of each pass is shared out
to two threads of Python's, which run it at the same time: ctypes lets go of the interpreter's lock
while C runs. At update 1000 the run is saved and restored into new objects. It ends in the same
bits as the C program, which is not interrupted. In the end the trained model is saved, loaded and
shown a sequence step by step.

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
INTERRUPTION = 1000  # where the run is saved, and new objects go on


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


class Run:
    """What a run is made of. Its state, from the parameters to the generator, goes into a file."""

    PARTS = "model", "optimizer", "clipper", "regularizer", "workspace", "random"

    def __init__(self, parallel):
        self.random = srnn.Random(1, 0)
        self.model = srnn.Model(6, HIDDEN, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX)
        self.model.bind(zeros("f", self.model.parameter_count))
        self.model.initialize(srnn.START_SMART_TANH, self.random)
        self.batch = srnn.Batch()
        self.workspace = srnn.Workspace(self.model, STEPS, TEST, srnn.WORKSPACE_LAST_OUTPUT)
        self.workspace.parallel(parallel, 2)
        self.regularizer = srnn.Regularizer(self.model, srnn.OMEGA_PAPER)
        self.clipper = srnn.Clipper(srnn.CLIP_NORM)
        self.clipper.set(srnn.CLIP_RULE, srnn.CLIP_RULE_AUTO)
        self.optimizer = srnn.Optimizer(srnn.OPTIMIZER_SGD, self.model.parameter_count)

    def show(self, ids, classes):
        """Run the network forward on a batch of sequences."""
        count = len(classes)
        self.batch.begin(STEPS, count)
        self.batch.input_ids(ids, count, 1)
        self.batch.target_ids(classes, 0, 1)
        self.workspace.forward(self.model, self.batch)

    def update(self):
        """Returns the mean loss, the norm of the gradient, and Omega."""
        gradient = zeros("f", self.model.parameter_count)
        self.show(*draw(self.random, BATCH))
        loss, weight = self.workspace.loss(self.model, self.batch, 1 / BATCH)
        self.workspace.backward(self.model, self.regularizer, gradient)
        omega = self.regularizer.apply(self.model, gradient)
        self.clipper.tell(loss / BATCH, self.optimizer.get(srnn.OPTIMIZER_RATE), STEPS)
        norm = self.clipper.apply(self.model, gradient)
        self.optimizer.step(self.model.parameters, gradient)
        return loss / weight, norm, omega

    def checkpoint(self):
        """The list of parts that saves a run, and restores one into the objects of another."""
        checkpoint = srnn.Checkpoint(len(self.PARTS) + 1)
        for name in self.PARTS:
            checkpoint.add(name, getattr(self, name))
        checkpoint.add_text("classes", "00 10 01 11")
        return checkpoint


def resume(archive, parallel):
    """Returns a run of new objects that goes on where the file was saved, with the same bits."""
    run = Run(parallel)
    checkpoint = run.checkpoint()
    checkpoint.open(archive)
    checkpoint.restore()
    print(f"restored: {len(checkpoint.parts())} parts at update "
          f"{run.optimizer.get(srnn.OPTIMIZER_UPDATES):.0f}, classes {checkpoint.text('classes')}")
    return run


def stream(archive, run):
    """Load the model of a file, show it a sequence step by step, and compare it with forward."""
    model = srnn.Model.load(archive)
    ids, classes = draw(run.random, 1)
    state, after, logits = zeros("f", HIDDEN), zeros("f", HIDDEN), zeros("f", 4)
    model.initial_state(state)
    for symbol in ids:
        model.step_id(symbol, state, after, logits)
        state, after = after, state
    run.show(ids, classes)
    whole = zeros("f", HIDDEN)
    run.workspace.get_state(whole)
    same = bytes(state) == bytes(whole)
    print(f"streamed: class {max(range(4), key=logits.__getitem__)} for {classes[0]}, "
          f"the state is {'that' if same else 'NOT THAT'} of forward")
    return same


def main():
    def parallel(task, count):
        for _ in pool.map(task, range(count)):
            pass

    with ThreadPoolExecutor(2) as pool:
        run = Run(parallel)
        for update in range(1, UPDATES + 1):
            loss, norm, omega = run.update()
            if update % 500 == 0:
                run.show(*draw(run.random, TEST))
                wrong = run.workspace.count_errors(run.model, run.batch)
                print(f"update {update:5}  loss {loss:.3f}  norm {norm:.3f}  "
                      f"Omega {omega:.4f}  wrong {wrong:4} of {TEST}")
                if wrong == 0:
                    break
            if update == INTERRUPTION:
                run = resume(run.checkpoint().save(), parallel)
        print(f"hash {hash_of(run.model.parameters):016x}")
        same = stream(run.model.save(), run)
    print(f"arrays of {'numpy' if numpy else 'array'}, two threads")
    return 0 if wrong == 0 and same else 1


if __name__ == "__main__":
    raise SystemExit(main())
