"""PyTorch's side of `make bench-peers`: a training step of nn.RNN and nn.Linear.

    step_pytorch.py INPUTS HIDDEN OUTPUTS STEPS BATCH last|every THREADS FILE

FILE is what step_srnn wrote. A step is that of libsrnn: forward, loss, backward, clipping the
gradient's norm, SGD; eager, as PyTorch is used by default. nn.RNN has a second bias, which is 0.
Speaks as step_srnn does, without the peak, after a line "difference" like step_onednn's, of all
parameters and the loss.
"""
import array
import sys
import time

import torch

sizes = [int(word) for word in sys.argv[1:6]]
inputs, hidden, outputs, steps, batch = sizes
last = sys.argv[6] == "last"
torch.set_num_threads(int(sys.argv[7]))


def tensor_of(kind, file, *shape):
    """The next array of the file."""
    values = array.array(kind)
    values.fromfile(file, torch.Size(shape).numel())
    dtype = torch.float32 if kind == "f" else torch.int32
    return torch.frombuffer(values, dtype=dtype).reshape(shape).clone()


def parameters_of(file):
    """w_in, w_rec, b_rec, w_out, b_out, with the weights in PyTorch's order."""
    shapes = [(inputs, hidden), (hidden, hidden), (hidden,), (hidden, outputs), (outputs,)]
    return [tensor_of("f", file, *shape).t().contiguous() for shape in shapes]


with open(sys.argv[8], "rb") as data:
    parameters = parameters_of(data)
    gradient = parameters_of(data)
    loss_wanted = tensor_of("f", data, 1)
    x = tensor_of("f", data, steps, batch, inputs)
    targets = tensor_of("I", data, 1 if last else steps, batch).long().reshape(-1)

rnn = torch.nn.RNN(inputs, hidden, nonlinearity="tanh")
head = torch.nn.Linear(hidden, outputs)
ours = [rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0, head.weight, head.bias]
with torch.no_grad():
    rnn.bias_hh_l0.zero_()
    for parameter, value in zip(ours, parameters):
        parameter.copy_(value)
everything = [*rnn.parameters(), *head.parameters()]
optimizer = torch.optim.SGD(everything, lr=0.01)


def backward():
    """Forward, loss and backward. Returns the loss: its sum over all targets / sequences."""
    optimizer.zero_grad(set_to_none=True)
    states, _ = rnn(x)
    logits = head(states[-1] if last else states)
    loss = torch.nn.functional.cross_entropy(logits.reshape(-1, outputs), targets, reduction="sum")
    loss = loss / batch
    loss.backward()
    return loss


def step():
    backward()
    torch.nn.utils.clip_grad_norm_(everything, 1.0)
    optimizer.step()


def difference():
    loss = backward()
    apart = sum(((p.grad - g) ** 2).sum() for p, g in zip(ours, gradient))
    length = sum((g ** 2).sum() for g in gradient)
    return max((apart / length).sqrt().item(), (loss * batch / loss_wanted - 1).abs().item())


def run(seconds, least, most):
    """The milliseconds of steps for so many seconds, between `least` and `most` of them."""
    times = []
    end = time.perf_counter() + seconds
    while len(times) < most and (len(times) < least or time.perf_counter() < end):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def blas():
    """The file of the library that computes its products, where it is one of its own."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        files = {line.split()[-1] for line in maps if "blas" in line or "mkl" in line}
    return " ".join(sorted(file.rsplit("/", 1)[-1] for file in files)) or "its own"


print("difference", difference())
print(f"ready PyTorch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}"
      if hasattr(torch.backends, "cpu") else f"ready PyTorch {torch.__version__}",
      f"BLAS {blas()}", sep=", ", flush=True)
for line in sys.stdin:
    run(float(line), 1, 3)
    seen = sorted(run(float(line), 3, 100000))
    print(seen[0], seen[len(seen) // 2], seen[-1], flush=True)
