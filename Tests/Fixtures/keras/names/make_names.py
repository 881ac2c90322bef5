"""Makes Keras files whose lists of names are wrong or made to do harm, each from ../keras2-legacy-adam.h5.

    python make_names.py

What must be said of each stands in Tests/DescentTests/Interchange/KerasNamesTests.swift. The files are gzipped.
"""

import gzip
import json
import tempfile
from pathlib import Path

import h5py
import numpy as np

HERE = Path(__file__).resolve().parent
BASE = HERE.parent / "keras2-legacy-adam.h5"
LAYERS, OPTIMIZER = "model_weights", "optimizer_weights"


def save(name, edit):
    """Saves a copy of the model in which `edit` has changed something; the same whenever it is made."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.h5"
        path.write_bytes(BASE.read_bytes())
        with h5py.File(path, "r+") as file:
            edit(file)
        with open(HERE / f"{name}.h5.gz", "wb") as file:
            with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
                packed.write(path.read_bytes())


def listed(file, group, attribute):
    """Returns a list of names."""
    return [text.decode() if isinstance(text, bytes) else text for text in file[group].attrs[attribute]]


def listing(name, group, attribute, change):
    """Saves a copy in which `change` has been made to a list of names."""

    def edit(file):
        attributes = file[group].attrs
        changed = change(listed(file, group, attribute))
        del attributes[attribute]
        if changed is not None:
            attributes[attribute] = changed

    save(name, edit)


def first(value):
    """Returns a change of the first name."""
    return lambda names: [value] + names[1:]


def not_utf8(names):
    """Bytes of a fixed length, of which one begins no character."""
    return np.array([b"\xff" + name.encode() for name in names])


def with_layers(count):
    """Describes the model with so many layers more."""

    def edit(file):
        config = json.loads(file.attrs["model_config"])
        layers = config["config"]["layers"]
        more = [{"class_name": "Activation", "config": {"name": f"more_{k}", "activation": "relu"}} for k in range(count)]
        config["config"]["layers"] = layers + more
        file.attrs["model_config"] = json.dumps(config)

    return edit


def main():
    """Makes all files."""
    with h5py.File(BASE) as file:
        layer = listed(file, LAYERS, "layer_names")[0]
        weight = f"{LAYERS}/{layer}"
        kernel = listed(file, weight, "weight_names")[0]
        slot = listed(file, OPTIMIZER, "weight_names")[0]
    for kind, group, attribute, right in (
        ("layer", LAYERS, "layer_names", layer), ("weight", weight, "weight_names", kernel),
        ("optimizer", OPTIMIZER, "weight_names", slot),
    ):  # fmt: skip
        for name, change in {
            "absolute": first(f"/{group}/{right}"), "above": first(f"../{Path(group).name}/{right}"), "dot": first("."),
            "empty": first(""), "long": first("n" * 65536), "missing": first("other"), "not-utf8": not_utf8,
            "twice": lambda names: [names[0]] + names[:-1], "numbers": lambda names: list(range(len(names))),
            "one-less": lambda names: names[:-1], "in-reverse": lambda names: names[::-1], "absent": lambda names: None,
            "doubled-slash": first(f"{right}//x"), "many": lambda names: [f"n{k}" for k in range(3000)],
        }.items():  # fmt: skip
            listing(f"{kind}-{name}", group, attribute, change)
    listing("layer-is-a-dataset", LAYERS, "layer_names", first(f"{layer}/{kernel}"))
    listing("weight-is-a-group", weight, "weight_names", first(kernel.split("/")[0]))
    save("too-many-layers", with_layers(20_000))


if __name__ == "__main__":
    main()
