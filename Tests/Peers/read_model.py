"""Reads a Descent file and predicts with it: eighty lines, written from the file format's page alone.

    python read_model.py model.h5 rows.npy predictions.npy
    python read_model.py model.h5 rows.npy predictions.npy --compare other-predictions.npy
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
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "softmax": lambda x: (e := np.exp(x - x.max(-1, keepdims=True))) / e.sum(-1, keepdims=True),
}


def crc32c(data):
    """The CRC of RFC 3720."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = table >> 1 ^ np.uint32(0x82F63B78) * (table & 1)
    table, register = table.tolist(), 0xFFFFFFFF
    for byte in data:
        register = table[(register ^ byte) & 0xFF] ^ register >> 8
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
    """A component: a name, or an object of one name and its options."""
    return (value, {}) if isinstance(value, str) else next(iter(value.items()))


def predict(file, rows):
    """Sections "/descent" and "/layers"."""
    if file.attrs["descent_format"] != 1:
        raise ValueError(f"format {file.attrs['descent_format']} is unknown")
    text = file["descent"].attrs["network"]
    x, counts = rows.reshape(len(rows), -1).astype(np.float32), {}
    for layer in json.loads(text)["layers"]:
        kind, options = component(layer)
        # No class among these has capitals together, so that its snake case is its kind.
        number = counts[kind] = counts.get(kind, -1) + 1
        group = f"layers/{kind}" + (f"_{number}" if number else "") + "/vars"
        variables = [file[group][str(k)][()] for k in range(len(file[group]))] if group in file else []
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
        if isinstance(options, str):  # { activation: relu }, in short
            options = {"function": options}
        if not isinstance(options, dict):  # { dropout: 0.2 }
            options = {}
        name, _ = component(options.get("function", options.get("activation", "linear")))
        x = ACTIVATIONS[name](x)
    return x.astype(np.float32)


def main():
    """Reads, predicts, and compares where that is asked for."""
    path, rows, output = sys.argv[1:4]
    with open(path, "rb") as file:
        check_bytes(file.read())
    with h5py.File(path, "r") as file:
        predictions = predict(file, np.load(rows))
    np.save(output, predictions)
    if sys.argv[4:5] == ["--compare"]:
        gap = np.abs(predictions - np.load(sys.argv[5]).reshape(predictions.shape)).max()
        print(f"{path}: {len(predictions)} rows, largest difference {gap:.2g}")
        if not gap <= 1e-5:
            sys.exit(f"{path}: predictions differ by {gap}")


if __name__ == "__main__":
    main()
