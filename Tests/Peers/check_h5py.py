"""Checks with h5py that a Descent file is laid out as its format says.

Lists the weights, the optimizer's variables and the history, and fails unless
- the superblock is version 0 with offsets and lengths of 8 bytes,
- every dataset is contiguous, without filters, and every number in a weight is finite,
- `/model_weights` holds hard links to the very datasets of `/layers`, all of them, once each,
- the optimizer has an iteration, a learning rate and slots of the shapes of the weights,
- the per-epoch series of `/history` all have one length, and no link is soft or external.

    python check_h5py.py model.h5
    python check_h5py.py model.h5 --epochs 3      # and exactly three epochs are recorded
"""

import argparse
import json
import sys

import h5py
import numpy as np

SIGNATURE = b"\x89HDF\r\n\x1a\n"


class CheckFailure(Exception):
    """A file that is not what the format promises."""


def require(condition, message):
    """Raises CheckFailure with the message unless the condition holds."""
    if not condition:
        raise CheckFailure(message)


def text(value):
    """Returns an HDF5 string, fixed or variable-length, as str."""
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def identity(dataset):
    """Returns what is equal for two links exactly when they lead to the same object."""
    information = h5py.h5o.get_info(dataset.id)
    return information.fileno, information.addr


def check_superblock(path):
    """Checks the first bytes of the file without any HDF5 library."""
    with open(path, "rb") as file:
        start = file.read(16)
    require(start[:8] == SIGNATURE, "the file does not begin with HDF5's signature")
    require(start[8] == 0, f"superblock version {start[8]}, expected 0")
    require(
        start[13:15] == b"\x08\x08", f"sizes of offsets and lengths {list(start[13:15])}, not 8, 8"
    )


def check_links(group):
    """Checks that every link below a group is a hard link."""
    for name in group:
        link = group.get(name, getlink=True)
        kind = type(link).__name__
        require(
            isinstance(link, h5py.HardLink), f"{group.name}/{name} is a {kind}, not a hard link"
        )
        if isinstance(group[name], h5py.Group):
            check_links(group[name])


def check_storage(file):
    """Checks the storage layout of every dataset; returns how many there are."""
    datasets = []
    file.visititems(
        lambda name, item: datasets.append(item) if isinstance(item, h5py.Dataset) else None
    )
    require(datasets, "the file holds no dataset")
    for dataset in datasets:
        creation = dataset.id.get_create_plist()
        layout = creation.get_layout()
        require(
            layout == h5py.h5d.CONTIGUOUS, f"{dataset.name} is not contiguous (layout {layout})"
        )
        require(creation.get_nfilters() == 0, f"{dataset.name} has filters")
        require(dataset.id.get_type().get_size() > 0, f"{dataset.name} has a type of size 0")
    return len(datasets)


def variables(group):
    """Returns the datasets 0, 1, 2, ... of a `vars` group in numeric order."""
    names = sorted(group, key=int)
    require(
        names == [str(k) for k in range(len(names))], f"{group.name} holds {names}, not 0, 1, ..."
    )
    return [group[name] for name in names]


def check_layers(file):
    """Checks the weights; returns their datasets by identity."""
    require("layers" in file, "there is no group /layers")
    known = {}
    for name, layer in file["layers"].items():
        require("vars" in layer, f"/layers/{name} has no group vars")
        for dataset in variables(layer["vars"]):
            values = dataset[()]
            require(np.isfinite(values).all(), f"{dataset.name} has values that are not finite")
            require(identity(dataset) not in known, f"{dataset.name} is linked twice in /layers")
            known[identity(dataset)] = dataset
            print(f"  {dataset.name:40} {str(dataset.shape):16} {dataset.dtype}")
    require(known, "no layer has a weight")
    return known


def attribute_list(group, name):
    """Returns a list of strings kept in one attribute, or split over name0, name1, ..."""
    if name in group.attrs:
        return [text(value) for value in np.asarray(group.attrs[name]).ravel()]
    parts = []
    while f"{name}{len(parts)}" in group.attrs:
        parts.append([text(value) for value in group.attrs[f"{name}{len(parts)}"]])
    require(parts, f"{group.name} has no attribute {name}")
    return [value for part in parts for value in part]


def check_model_weights(file, known):
    """Checks that /model_weights links to the datasets of /layers, all of them, once each."""
    require("model_weights" in file, "there is no group /model_weights")
    root = file["model_weights"]
    seen = set()
    for layer in attribute_list(root, "layer_names"):
        require(layer in root, f"layer_names has {layer!r}, but /model_weights has no such group")
        for name in attribute_list(root[layer], "weight_names"):
            require(name in root[layer], f"/model_weights/{layer} has no {name!r}")
            dataset = root[layer][name]
            key = identity(dataset)
            require(
                key in known, f"{dataset.name} is a copy, not a hard link to a dataset of /layers"
            )
            require(key not in seen, f"{dataset.name} is linked twice in /model_weights")
            seen.add(key)
    missing = [known[key].name for key in known.keys() - seen]
    require(not missing, f"/model_weights does not link to {missing}")


def check_optimizer(file, known):
    """Checks the optimizer's iteration, learning rate and slots, shaped like weights."""
    require(
        "optimizer" in file and "vars" in file["optimizer"], "there is no group /optimizer/vars"
    )
    found = variables(file["optimizer/vars"])
    require(len(found) >= 2, "/optimizer/vars has no iteration and learning rate")
    iteration, rate, *slots = found
    require(iteration.shape == () and iteration.dtype.kind == "i", "vars/0 is not a scalar integer")
    require(iteration[()] >= 0, f"the iteration is {iteration[()]}")
    require(rate.shape == () and rate.dtype.kind == "f", "vars/1 is not a scalar float")
    require(np.isfinite(rate[()]) and rate[()] >= 0, f"the learning rate is {rate[()]}")
    shapes = {dataset.shape for dataset in known.values()}
    for slot in slots:
        require(slot.shape in shapes, f"{slot.name} has shape {slot.shape}, which no weight has")
        require(np.isfinite(slot[()]).all(), f"{slot.name} has values that are not finite")
    print(f"  /optimizer/vars: iteration {iteration[()]}, rate {rate[()]:g}, {len(slots)} slots")


def check_history(file, epochs):
    """Checks that all per-epoch series have one length, and it is `epochs` where that is given."""
    require("history" in file, "there is no group /history")
    series = {k: v for k, v in file["history"].items() if isinstance(v, h5py.Dataset)}
    for name in ("epoch", "cost", "learning_rate", "seconds", "samples_per_second"):
        require(name in series, f"there is no /history/{name}")
    for name, dataset in series.items():
        require(dataset.ndim == 1, f"/history/{name} has shape {dataset.shape}, expected one axis")
        print(f"  {dataset.name:40} {str(dataset.shape):16} {dataset.dtype}")
    lengths = {name: len(dataset) for name, dataset in series.items()}
    require(len(set(lengths.values())) == 1, f"the series of /history differ in length: {lengths}")
    if epochs is not None:
        require(
            lengths["epoch"] == epochs, f"{lengths['epoch']} epochs recorded, expected {epochs}"
        )
    require(np.isfinite(series["cost"][()]).all(), "/history/cost has values that are not finite")
    require("steps/cost" in file["history"], "there is no /history/steps/cost")
    steps = file["history/steps/cost"]
    require(
        steps.ndim == 1 and steps.dtype == np.float32, "/history/steps/cost is not a float32 vector"
    )
    iteration = int(file["optimizer/vars/0"][()])
    require(len(steps) == iteration, f"{len(steps)} step costs for iteration {iteration}")


def check_attributes(file):
    """Checks the root attributes that Descent's and Keras' readers need."""
    for name in ("descent_format", "descent_version", "keras_version", "backend", "model_config"):
        require(name in file.attrs, f"the root has no attribute {name}")
    for name in ("model_config", "training_config"):
        if name in file.attrs:
            try:
                json.loads(text(file.attrs[name]))
            except ValueError as error:
                raise CheckFailure(f"the attribute {name} is not JSON: {error}") from error


def main():
    """Runs every check on one file; leaves with 1 and a message at the first failure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--epochs", type=int, metavar="N", help="epochs that must be recorded")
    arguments = parser.parse_args()
    try:
        check_superblock(arguments.file)
        with h5py.File(arguments.file, "r") as file:
            check_links(file)
            count = check_storage(file)
            check_attributes(file)
            known = check_layers(file)
            check_model_weights(file, known)
            check_optimizer(file, known)
            check_history(file, arguments.epochs)
    except (CheckFailure, OSError, KeyError, ValueError) as error:
        sys.exit(f"{arguments.file}: {error}")
    print(
        f"{arguments.file}: {count} datasets, {len(known)} weights, as the format says"
        f" (h5py {h5py.__version__})"
    )


if __name__ == "__main__":
    main()
