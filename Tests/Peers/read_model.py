"""Reads a Descent file and predicts with it: sixty lines, written from the file format's page alone.

    python read_model.py model.h5 rows.npy predictions.npy
"""

import json
import struct
import sys

import h5py
import numpy as np

ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "elu": lambda x, alpha=1: np.where(x > 0, x, alpha * np.expm1(x)),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "softmax": lambda x: (e := np.exp(x - x.max(-1, keepdims=True))) / e.sum(-1, keepdims=True),
}


def crc32c(data):
    """The CRC of RFC 3720."""
    register, table = 0xFFFFFFFF, np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = table >> 1 ^ np.uint32(0x82F63B78) * (table & 1)
    for byte in data:
        register = int(table[(register ^ byte) & 0xFF]) ^ register >> 8
    return register ^ 0xFFFFFFFF


def check_bytes(data):
    """Section "Bytes": the superblock, and the trailer where there is one."""
    if data[:9] != b"\x89HDF\r\n\x1a\n\0" or data[13:15] != b"\x08\x08":
        raise ValueError("not a file that Descent writes")
    end = struct.unpack_from("<Q", data, 40)[0]
    head = b"DSCNTRLR" + struct.pack("<IIQ", 1, crc32c(data[:end]), end) + bytes(36)
    if len(data) != end and data[end:] != head + struct.pack("<I", crc32c(head)):
        raise ValueError("the trailer does not match")


def component(value):
    """A component: a name, or an object of one name and its options, which may be one value alone."""
    name, options = next(iter(value.items())) if isinstance(value, dict) else (value, {})
    return name, options if isinstance(options, dict) else {"function": options}


def predict(file, x):
    """Sections "Root", "/descent" and "/layers"."""
    if file.attrs["descent_format"] != 1:
        raise ValueError("its format is unknown")
    x, counts = x.reshape(len(x), -1).astype(np.float32), {}
    for layer in json.loads(file["descent"].attrs["network"])["layers"]:
        kind, options = component(layer)  # no class among these has two capitals together: its snake case is its kind
        number = counts[kind] = counts.get(kind, -1) + 1
        group = file.get(f"layers/{kind}" + (f"_{number}" if number else "") + "/vars", ())
        variables = [group[str(k)][()] for k in range(len(group))]
        if kind == "dense":
            x = x @ variables[0] + (variables[1] if options.get("use_bias", True) else 0)
        elif kind == "normalization":
            x = (x - variables[0]) / np.maximum(np.sqrt(variables[1]), 1e-7)
        elif kind == "batch_normalization":
            gamma, beta, mean, variance = variables
            x = (x - mean) / np.sqrt(variance + options["epsilon"]) * gamma + beta
        elif kind == "rescaling":
            x = x * options["scale"] + options["offset"]
        elif kind not in ("activation", "dropout", "flatten"):
            raise ValueError(f"the layer {kind} is not known to this reader")
        if kind in ("dense", "activation"):
            name, parameters = component(options.get("activation", options.get("function", "linear")))
            x = ACTIVATIONS[name](x, **parameters)
    return x.astype(np.float32)


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as model:
        check_bytes(model.read())
    with h5py.File(sys.argv[1]) as model:
        np.save(sys.argv[3], predict(model, np.load(sys.argv[2])))
