"""Time a training step of libsrnn, of oneDNN's RNN layer and of PyTorch's nn.RNN, in turns.

    bench_peers.py        settings are variables of the environment, see README.md

Each library is a process of its own, step_srnn, step_onednn and step_pytorch.py, so that no pool of
threads disturbs another. A row of the table is a comparison with one peer: in each round first
libsrnn measures for TURN seconds, then the peer, while the other waits. Before that, the peer's
gradient must agree with libsrnn's.
"""
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.abspath(os.environ.get("BUILD", "build"))

# inputs, hidden units, outputs, steps, sequences, and where the loss is
SHAPE_SETS = {
    "standard": "6,50,4,200,20,last 6,100,4,100,20,last 88,200,88,100,20 50,500,50,150,10 "
                "50,500,50,150,64 64,1024,64,64,64",
    "threads": "88,200,88,100,20 50,500,50,150,64 64,1024,64,64,64 64,2048,64,32,64",
}
PEERS = ("onednn", "pytorch")

# Sums of thousands of floats in another order differ by less; another network by far more.
TOLERANCE = 1e-4
# What is left spinning of the threads of the last turn goes to sleep.
PAUSE = 0.02


def refuse(message):
    print(f"bench-peers: {message}", file=sys.stderr)
    sys.exit(2)


def whole(word, least, most):
    return word.isascii() and word.isdigit() and least <= int(word) <= most


def read_shapes(text):
    """SHAPES: the name of a set, or shapes with blanks between them."""
    shapes = []
    for word in SHAPE_SETS.get(text, text).split():
        *sizes, place = word.split(",") if word.endswith(",last") else [*word.split(","), "every"]
        if len(sizes) != 5 or not all(whole(size, 1, 1 << 24) for size in sizes):
            refuse(f"SHAPES: {word}: not a shape; it takes five whole numbers, such as "
                   "6,50,4,200,20 (inputs, hidden units, outputs, steps, sequences), then ',last' "
                   "for a loss at the last step only; or the name of a set: "
                   + " or ".join(SHAPE_SETS))
        shapes.append((*map(int, sizes), place))
    return shapes or refuse("SHAPES: there is no shape")


def read_threads(text):
    """THREADS: numbers with blanks or commas between them, or all: 1, 2, 4, ... processors."""
    processors = len(os.sched_getaffinity(0))
    if text == "all":
        powers = [1 << i for i in range(9) if 1 << i < processors]
        return [*powers, min(processors, 256)]
    words = text.replace(",", " ").split()
    if not words or not all(whole(word, 1, 256) for word in words):
        refuse(f"THREADS: {text}: it takes whole numbers from 1 to 256, or all")
    return [int(word) for word in words]


def read_rounds(text):
    return int(text) if whole(text, 1, 1000) else refuse(f"ROUNDS: {text}: it takes 1 to 1000")


def read_turn(text):
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    return value if 0.001 <= value <= 600 else refuse(f"TURN: {text}: it takes 0.001 to 600")


def read_peers(text):
    words = text.split()
    for word in words:
        if word not in (*PEERS, "none"):
            refuse(f"PEERS: {word}: no peer; it takes {' '.join(PEERS)}, or none")
    return [peer for peer in PEERS if peer in words]


class Failure(Exception):
    """A side that cannot be had, or did not answer."""


class Side:
    """A process that measures turns. `command` gets the shape, the threads and the file of data."""

    def __init__(self, command, shape, threads, data):
        self.process = subprocess.Popen([*command, *map(str, shape), str(threads), data], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env={**os.environ, "OMP_NUM_THREADS": str(threads)})
        self.difference = None
        words = self.answer()
        if words[0] == "difference":
            self.difference = float(words[1])
            words = self.answer()
        self.description = " ".join(words[1:])

    def answer(self):
        words = self.process.stdout.readline().split()
        if not words:
            raise Failure(f"{self.process.args[0]} ended with status {self.process.wait()}")
        return words

    def turn(self, seconds):
        """The least, median and most milliseconds of a step; of libsrnn also the peak."""
        time.sleep(PAUSE)
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        return [float(word) for word in self.answer()]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def operations(shape):
    """The multiply-adds of the equations, as `srnn bench` counts them, two operations each."""
    inputs, hidden, outputs, steps, batch, place = shape
    losses = batch if place == "last" else steps * batch
    layer = steps * batch * hidden * (2 * inputs + 3 * hidden)
    return 2.0 * (layer + 3 * losses * hidden * outputs)


def install(*wanted):
    """Whether everything that is wanted could be had: see tests/install_tool.sh."""
    tool = os.path.join(HERE, "..", "install_tool.sh")
    return subprocess.run([tool, *wanted], check=False).returncode == 0


def find_onednn():
    """The command of oneDNN's side, or None."""
    program = os.path.relpath(os.path.join(BUILD, "tests", "peers", "step_onednn"))
    make = [os.environ.get("MAKE") or "make", "-s", f"BUILD={os.path.relpath(BUILD)}", program]
    if (install("c++=g++", "/usr/include/oneapi/dnnl/dnnl.hpp=libdnnl-dev")
            and subprocess.run(make, check=False).returncode == 0):
        return [program]
    return None


def find_pytorch():
    """The command of PyTorch's side, or None. PYTHON is a Python that has PyTorch; without it, it
    is Debian's, with OpenBLAS: the reference BLAS would compute its products many times slower."""
    openblas = f"/usr/lib/{platform.machine()}-linux-gnu/openblas-openmp/libblas.so.3"
    python = os.environ.get("PYTHON")
    if not python and install("/usr/lib/python3/dist-packages/torch/__init__.py=python3-torch",
                              f"{openblas}=libopenblas0-openmp"):
        python = "/usr/bin/python3"
    if python and subprocess.run([python, "-c", "import torch"], check=False).returncode == 0:
        return [python, os.path.join(HERE, "step_pytorch.py")]
    return None


def cpu_field(name):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            field, _, value = line.partition(":")
            if field.strip() == name:
                return value.strip()
    return "unknown"


def print_machine(descriptions):
    """What was measured, and on what."""
    commit = subprocess.run(["git", "-C", HERE, "describe", "--always", "--dirty"], check=False,
                            text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    print(f"\nprocessor: {cpu_field('model name')}, family {cpu_field('cpu family')}, model "
          f"{cpu_field('model')}; {len(os.sched_getaffinity(0))} processors")
    for description in descriptions:
        print(description)
    print(f"commit {commit.strip() or 'unknown'}, {time.strftime('%d %B %Y')}")


HEAD = """\
milliseconds of a training step, measured in turns: {rounds} rounds of {seconds:g} s a side
libsrnn, PyTorch: forward, loss, backward, clipping, SGD; oneDNN: its layer alone, forward and
    backward, beside libsrnn's whole step with the loss at the last step
share: of the peak of a core, times the threads, by the median; ratio: peer / libsrnn, the median
    of all rounds (least to most); minima: the peer's least / libsrnn's least

          shape    T   B  loss threads  libsrnn share  peer          ms ratio              minima"""


def compare(shape, threads, name, command, settings, descriptions):
    """Measure and print a row, of libsrnn alone where `command` is None."""
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data")
        program = os.path.join(BUILD, "tests", "peers", "step_srnn")
        sides = [Side([program], shape, threads, data)]
        if command is not None:
            sides.append(Side(command, shape, threads, data))
            if not sides[1].difference <= TOLERANCE:
                raise Failure(f"{name}, {shape}: its gradient differs by {sides[1].difference}")
        rounds = [[side.turn(settings["TURN"]) for side in sides]
                  for _ in range(settings["ROUNDS"])]
        for side in sides:
            descriptions.setdefault(side.description)
            side.close()
    print_row(shape, threads, name, rounds)


def print_row(shape, threads, name, rounds):
    """`rounds` has for each round libsrnn's turn and, but for "none", the peer's."""
    ours = [times[0] for times in rounds]
    median = statistics.median(turn[1] for turn in ours)
    peak = statistics.median(turn[3] for turn in ours)
    share = operations(shape) / (median * 1e6 * peak * threads)
    sizes = "-".join(map(str, shape[:3]))
    row = (f"{sizes:>15} {shape[3]:4} {shape[4]:3} {shape[5]:>5} {threads:7} {median:8.3f} "
           f"{share:5.0%}  {name:7}")
    if len(rounds[0]) > 1:
        theirs = [times[1] for times in rounds]
        ratios = sorted(their[1] / our[1] for our, their in zip(ours, theirs))
        minima = min(turn[0] for turn in theirs) / min(turn[0] for turn in ours)
        row += (f" {statistics.median(turn[1] for turn in theirs):8.3f} "
                f"{statistics.median(ratios):5.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})".ljust(31)
                + f"{minima:6.2f}")
    print(row, flush=True)


def find_peers(names):
    """The commands of those that can be had; the others are told."""
    commands = {}
    for name in names:
        command = {"onednn": find_onednn, "pytorch": find_pytorch}[name]()
        if command is None:
            print(f"bench-peers: {name} cannot be had here: its rows are left out", file=sys.stderr)
        else:
            commands[name] = command
    return commands


def main():
    shapes = read_shapes(os.environ.get("SHAPES") or "standard")
    threads = read_threads(os.environ.get("THREADS") or "1")
    peers = read_peers(os.environ.get("PEERS") or " ".join(PEERS))
    settings = {"ROUNDS": read_rounds(os.environ.get("ROUNDS") or "7"),
                "TURN": read_turn(os.environ.get("TURN") or "0.2")}
    commands = find_peers(peers)
    descriptions = {}  # of the sides, in the order of their first rows
    print(HEAD.format(rounds=settings["ROUNDS"], seconds=settings["TURN"]))
    for shape in shapes:
        for count in threads:
            layer = (*shape[:5], "last")
            rows = [(layer, "oneDNN", commands.get("onednn")),
                    (shape, "PyTorch", commands.get("pytorch"))]
            for row in [row for row in rows if row[2]] or [(shape, "none", None)]:
                compare(row[0], count, row[1], row[2], settings, descriptions)
    print_machine(descriptions)


try:
    main()
except Failure as failure:
    print(f"bench-peers: {failure}", file=sys.stderr)
    sys.exit(1)
