"""Safetensors files as torch tensors under names, and back.

The format is small enough to be written a second time: the length of the header, the header
in JSON, the tensors' elements.
"""
import json
import struct

import torch


def save(path, tensors, metadata=None):
    """Write a dict of float32 tensors, each contiguous in its own shape."""
    header, blob = {}, b""
    if metadata is not None:
        header["__metadata__"] = metadata
    for name, tensor in tensors.items():
        values = tensor.detach().contiguous().flatten().tolist()
        elements = struct.pack("<%df" % len(values), *values)
        header[name] = {"dtype": "F32", "shape": list(tensor.shape),
                        "data_offsets": [len(blob), len(blob) + len(elements)]}
        blob += elements
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + blob)


def load(path):
    """Read a file: a dict of float32 tensors, and its metadata."""
    with open(path, "rb") as file:
        content = file.read()
    length, = struct.unpack_from("<Q", content)
    header = json.loads(content[8:8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32", name
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        values = struct.unpack("<%df" % ((end - begin) // 4), content[begin:end])
        tensors[name] = torch.tensor(values).reshape(entry["shape"])
    return tensors, metadata


class Network(torch.nn.Module):
    """The module whose state `srnn convert --to pytorch` writes."""

    def __init__(self, inputs, hidden, outputs, nonlinearity, bias=True, head_bias=True):
        super().__init__()
        self.rnn = torch.nn.RNN(inputs, hidden, nonlinearity=nonlinearity, bias=bias)
        self.head = torch.nn.Linear(hidden, outputs, bias=head_bias)

    def forward(self, x, state=None):
        """Logits [steps x outputs] of one sequence x [steps x inputs]."""
        states, _ = self.rnn(x.unsqueeze(1), state)
        return self.head(states).squeeze(1)


def network_of(tensors, nonlinearity):
    """The network of a state that uses the names of Network; strictly those."""
    hidden, inputs = tensors["rnn.weight_ih_l0"].shape
    network = Network(inputs, hidden, tensors["head.weight"].shape[0], nonlinearity,
                      "rnn.bias_ih_l0" in tensors, "head.bias" in tensors)
    network.load_state_dict(tensors)
    return network
