"""Compare srnn's outputs with those of torch.nn.RNN: python3 check_pytorch.py SRNN"""
import os
import subprocess
import sys
import tempfile

import torch

import weights_file

TOLERANCE = 1e-5
STEPS = 200

srnn = os.path.abspath(sys.argv[1])
results = {True: 0, False: 0}


def run(*arguments, text=None):
    done = subprocess.run([srnn, *map(str, arguments)], input=text, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise RuntimeError(f"srnn {' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


def predict(model, x):
    """What srnn makes of one sequence x [steps x inputs]."""
    lines = "".join(" ".join("%.9g" % value for value in row) + "\n" for row in x.tolist())
    outputs = run("predict", model, text=lines)
    return torch.tensor([[float(word) for word in line.split()] for line in outputs.splitlines()])


OUTPUTS = {"linear": lambda z: z, "sigmoid": torch.sigmoid, "softmax": lambda z: z.softmax(-1)}


def compare(what, model, network, output_kind, state=None):
    """The outputs of both on a fresh sequence must agree."""
    x = torch.randn(STEPS, network.rnn.input_size)
    with torch.no_grad():
        theirs = OUTPUTS[output_kind](network(x, state))
    ours = predict(model, x)
    difference = (ours - theirs).abs().max().item() if ours.shape == theirs.shape else float("nan")
    spread = theirs.std(0).max().item()
    good = difference <= TOLERANCE and spread > 100 * TOLERANCE
    results[good] += 1
    print(f"{'ok' if good else 'FAILED':8}{what:58} {difference:.1e}", flush=True)


def from_srnn():
    """Models that srnn trains go to PyTorch; one is trained on there and comes back."""
    with open("notes", "w", encoding="ascii") as file:
        file.write("60,64;62 65;60 67;59\n".replace(",", " ") * 4)
    with open("text", "w", encoding="ascii") as file:
        file.write("a text that is short, and written again and again. " * 30)
    short = ["--evaluate-sequences", 10]
    cases = [
        ("temporal-order, 50 tanh units, trained", "softmax",
         ["temporal-order", "--length", 20, "--hidden", 50, "--updates", 1000, *short]),
        ("addition, relu", "linear",
         ["addition", "--length", 20, "--hidden", 40, "--activation", "relu", "--init", "orthogonal",
          "--updates", 200, *short]),
        ("memorization, 300 units, no biases", "softmax",
         ["memorization", "--length", 20, "--hidden", 300, "--no-biases", "--init", "orthogonal",
          "--updates", 5, *short]),
        ("music, sigmoid outputs", "sigmoid", ["music", "notes", "--hidden", 30, "--epochs", 30, "--hold-out", 0.25]),
        ("text, relu", "softmax", ["text", "text", "--hidden", 30, "--updates", 100]),
    ]
    for what, output_kind, arguments in cases:
        run("train", *arguments, "--quiet", "--save", "model")
        run("convert", "model", "--to", "pytorch", "--output", "weights")
        tensors, metadata = weights_file.load("weights")
        network = weights_file.network_of(tensors, metadata["srnn.activation"])
        assert metadata["srnn.output"] == output_kind and metadata["format"] == "pt"
        compare(f"from srnn: {what}", "model", network, output_kind)
        adapt(network)
        weights_file.save("weights", network.state_dict(), metadata)
        run("convert", "weights", "--to", "srnn", "--output", "model")
        compare(f"... and back, trained on: {what}", "model", network, output_kind)


def adapt(network):
    """A few updates in PyTorch, after which both of its biases are something."""
    optimizer = torch.optim.Adam(network.parameters(), 0.01)
    for _ in range(10):
        x = torch.randn(20, network.rnn.input_size)
        loss = (network(x) - 1).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def renamed(tensors, rnn, head):
    return {name.replace("rnn.", rnn).replace("head.", head): tensor
            for name, tensor in tensors.items()}


def from_pytorch():
    """Networks as PyTorch makes them, under several names."""
    names = [("rnn.", "head."), ("", "fc."), ("model.rnn.", "model.out."), ("", "")]
    case = 0
    for nonlinearity in ("tanh", "relu"):
        for bias in (True, False):
            for head_bias in (True, False):
                rnn, head = names[case % 4]
                output_kind = list(OUTPUTS)[case % 3]
                network = weights_file.Network(7, 13 + 50 * (case % 3), 5, nonlinearity, bias,
                                               head_bias)
                weights_file.save("weights", renamed(network.state_dict(), rnn, head),
                                  None if case % 2 else {"format": "pt"})
                run("convert", "weights", "--to", "srnn", "--output", "model", "--activation",
                    nonlinearity, "--output-kind", output_kind)
                compare(f"from PyTorch: {nonlinearity}, biases {bias:d} {head_bias:d}, "
                        f"'{rnn}' '{head}'", "model", network, output_kind)
                case += 1
    network = weights_file.Network(3, 8, 2, "tanh")
    state = torch.randn(1, 1, 8)
    weights_file.save("weights", {**network.state_dict(), "h0": state})
    run("convert", "weights", "--to", "srnn", "--output", "model", "--activation", "tanh",
        "--output-kind", "linear")
    compare("from PyTorch: with a learned first state", "model", network, "linear", state)
    run("convert", "model", "--to", "pytorch", "--output", "again")
    tensors, _ = weights_file.load("again")
    state = tensors.pop("h0").reshape(1, 1, -1)
    compare("... and back", "model", weights_file.network_of(tensors, "tanh"), "linear", state)


def refused():
    """Other modules of PyTorch's are not taken for an nn.RNN; the message says what they are."""
    others = {"of a torch.nn.LSTM": torch.nn.LSTM(3, 4), "of a torch.nn.GRU": torch.nn.GRU(3, 4),
              "of a second layer": torch.nn.RNN(3, 4, num_layers=2),
              "of a second direction": torch.nn.RNN(3, 4, bidirectional=True)}
    for what, module in others.items():
        head = torch.nn.Linear(4, 2)
        tensors = {"rnn." + name: tensor for name, tensor in module.state_dict().items()}
        tensors.update({"head." + name: tensor for name, tensor in head.state_dict().items()})
        weights_file.save("weights", tensors)
        try:
            run("convert", "weights", "--to", "srnn", "--output", "none", "--activation", "tanh",
                "--output-kind", "linear")
            good = False
        except RuntimeError as error:
            good = what in str(error)
        results[good] += 1
        print(f"{'ok' if good else 'FAILED':8}refused: {what}")


def main():
    torch.manual_seed(1)
    print(f"PyTorch {torch.__version__}, largest difference of an output over {STEPS} steps:")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        from_srnn()
        from_pytorch()
        refused()
        os.chdir("/")
    print(f"{results[True]} passed, {results[False]} failed, 0 skipped")
    return 1 if results[False] else 0


sys.exit(main())
