"""Print tests/archive/pytorch_vectors.h: weights, inputs and what real PyTorch makes of them.

    PATH=$(getconf PATH) python3 tests/pytorch/make_vectors.py build/srnn \
        > tests/archive/pytorch_vectors.h

Two networks are PyTorch's own and one was trained by srnn and converted.
"""
import json
import os
import subprocess
import sys
import tempfile

import torch

import weights_file

STEPS = 10


def floats(values):
    """Rows of constants with the nine digits that distinguish every float."""
    texts = ["%.9g" % value for value in values]
    texts = [text + ("f" if "." in text or "e" in text else ".0f") for text in texts]
    return ",\n".join("    " + ", ".join(texts[i:i + 4]) for i in range(0, len(texts), 4))


def describe(name, comment, network, nonlinearity, vectors):
    tensors = network.state_dict()
    header, data = {}, []
    for key, tensor in tensors.items():
        begin = 4 * len(data)
        data += tensor.flatten().tolist()
        header[key] = {"dtype": "F32", "shape": list(tensor.shape),
                       "data_offsets": [begin, 4 * len(data)]}
    x = torch.randn(STEPS, network.rnn.input_size)
    with torch.no_grad():
        logits = network(x)
    lines = json.dumps(header, separators=(",", ":")).replace("},", "},\n").split("\n")
    text = "\n".join("    " + json.dumps(line) for line in lines)
    print(f"/* {comment} */")
    print(f"static const char {name}_header[] =\n{text};")
    for kind, values in (("data", data), ("x", x.flatten().tolist()),
                         ("logits", logits.flatten().tolist())):
        print(f"static const float {name}_{kind}[] = {{\n{floats(values)}}};")
    print()
    vectors.append(f"    {{\"{name}\", SRNN_{nonlinearity.upper()}, {x.shape[1]}, "
                   f"{logits.shape[1]}, {name}_header, {name}_data, {len(data)}, {name}_x, "
                   f"{name}_logits}},")


def trained(srnn):
    """A network that srnn trained, in PyTorch's hands."""
    with tempfile.TemporaryDirectory() as folder:
        model, weights = os.path.join(folder, "model"), os.path.join(folder, "weights")
        subprocess.run([srnn, "train", "temporal-order", "--length", "10", "--hidden", "5",
                        "--updates", "500", "--rate", "0.1", "--evaluate-sequences", "10",
                        "--quiet", "--save", model], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([srnn, "convert", model, "--to", "pytorch", "--output", weights],
                       check=True, stdout=subprocess.DEVNULL)
        return weights_file.network_of(weights_file.load(weights)[0], "tanh")


def main():
    torch.manual_seed(1)
    vectors = []
    print(f"""/* pytorch_vectors.h - weights, inputs and what PyTorch {torch.__version__} made of them
 *
 * Made by tests/pytorch/make_vectors.py; nothing here is written by hand. `data` has the
 * tensors of `header` in PyTorch's own order, `x` [steps x inputs], `logits` [steps x outputs]. */
#ifndef PYTORCH_VECTORS_H
#define PYTORCH_VECTORS_H

#include "srnn.h"

#define VECTOR_STEPS {STEPS}

/* clang-format off */
""")
    describe("torch_tanh", "PyTorch's own first weights.",
             weights_file.Network(3, 4, 2, "tanh"), "tanh", vectors)
    describe("torch_relu", "PyTorch's own, without biases in the layer.",
             weights_file.Network(2, 5, 3, "relu", bias=False), "relu", vectors)
    describe("srnn_trained", "Trained by srnn on temporal order, and converted.",
             trained(sys.argv[1]), "tanh", vectors)
    print("""static const struct {
    const char *name;
    uint32_t activation;
    uint32_t inputs;
    uint32_t outputs;
    const char *header;
    const float *data;
    size_t count;
    const float *x;
    const float *logits;
} vectors[] = {""")
    print("\n".join(vectors))
    print("};\n\n#endif")


main()
