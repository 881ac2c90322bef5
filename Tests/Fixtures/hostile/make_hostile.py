"""Makes model files that are damaged or made to do harm, each from ../format-1/dense-adam.h5.

    python make_hostile.py

Every file has one fault. What must be said of it stands in Tests/DescentTests/ModelFile/HostileFileTests.swift.
The files are gzipped; none has a trailer, for anybody can make one. `make_bytes.py` does the rest: faults
below what h5py can write.
"""

import gzip
import json
import struct
import tempfile
from pathlib import Path

import h5py
import numpy as np

HERE = Path(__file__).resolve().parent
BASE = HERE.parent / "format-1/dense-adam.h5"
KERNEL = "layers/dense/vars/0"


def save(name, content):
    """Writes a gzipped file that is the same whenever it is made."""
    with open(HERE / f"{name}.h5.gz", "wb") as file:
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
            packed.write(content)


def edited(name, edit, **options):
    """Saves a copy of the model in which `edit` has changed something."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.h5"
        path.write_bytes(BASE.read_bytes())
        with h5py.File(path, "r+", **options) as file:
            edit(file)
        save(name, path.read_bytes())


def replaced(name, make):
    """Saves a copy in which something else has the first kernel's name."""

    def edit(file):
        values = file[KERNEL][()]
        del file[KERNEL]
        make(file, values)

    edited(name, edit)


def described(name, change):
    """Saves a copy with another description of the network, or none."""

    def edit(file):
        attributes = file["descent"].attrs
        text = change(json.loads(attributes["network"]))
        del attributes["network"]
        if text is not None:
            attributes["network"] = text if not isinstance(text, dict) else json.dumps(text)

    edited(name, edit)


def with_units(units):
    """Returns a change of the first layer's units to a JSON number, as text."""

    def change(network):
        text = json.dumps(network)
        found = json.dumps(network["layers"][1]["dense"]["units"])
        return text.replace(f'"units": {found}', f'"units": {units}', 1)

    return change


def links_and_storage():
    """Data that is elsewhere, or nowhere."""
    replaced("external-link", lambda f, v: f.__setitem__(KERNEL, h5py.ExternalLink("/etc/passwd", "/x")))
    replaced("soft-link", lambda f, v: f.__setitem__(KERNEL, h5py.SoftLink("/layers/dense_1/vars/0")))
    replaced(
        "external-storage",
        lambda f, v: f.create_dataset(
            KERNEL, v.shape, "<f4", external=[("/etc/passwd", 0, v.nbytes)]
        ),
    )

    def virtual(file, values):
        layout = h5py.VirtualLayout(values.shape, "<f4")
        layout[:] = h5py.VirtualSource("other.h5", "x", values.shape)
        file.create_virtual_dataset(KERNEL, layout)

    replaced("virtual-dataset", virtual)
    replaced("shape-bomb", lambda f, v: f.create_dataset(KERNEL, (1 << 20, 1 << 20), "<f4"))
    replaced("shape-bomb-of-4-gib", lambda f, v: f.create_dataset(KERNEL, (32768, 32600), "<f4"))
    replaced("never-written", lambda f, v: f.create_dataset(KERNEL, v.shape, "<f4"))
    replaced("chunks", lambda f, v: f.create_dataset(KERNEL, data=v, chunks=True))
    replaced("deflate", lambda f, v: f.create_dataset(KERNEL, data=v, compression="gzip"))
    replaced(
        "deflate-bomb",
        lambda f, v: f.create_dataset(
            KERNEL, data=np.zeros((1 << 11, 1 << 11), "f4"), chunks=(1 << 11, 1 << 11),
            compression="gzip", compression_opts=9,
        ),
    )

    def cycle(file):
        file["layers/dense/again"] = file["layers"]

    edited("group-cycle", cycle)
    edited("newest-links", lambda f: f.create_group("more", track_order=True))


def tensors():
    """Tensors that are not what the network wants."""
    replaced("transposed", lambda f, v: f.__setitem__(KERNEL, v.T.copy()))
    replaced("flattened", lambda f, v: f.__setitem__(KERNEL, v.ravel()))
    for name, value in (("nan", np.nan), ("infinite", np.inf)):

        def edit(file, value=value):
            values = file[KERNEL][()]
            values[1, 1] = value
            file[KERNEL][...] = values

        edited(f"{name}-weight", edit)
    replaced("integers", lambda f, v: f.__setitem__(KERNEL, v.astype("i4")))
    replaced("booleans", lambda f, v: f.__setitem__(KERNEL, v > 0))
    replaced("strings", lambda f, v: f.__setitem__(KERNEL, v.astype("S8")))
    replaced(
        "strings-of-varying-length",
        lambda f, v: f.create_dataset(KERNEL, data=v.astype("S8").astype(object), dtype=h5py.string_dtype()),
    )
    replaced("compound", lambda f, v: f.__setitem__(KERNEL, v.view([("a", "<f2"), ("b", "<f2")])))
    replaced(
        "sequences",
        lambda f, v: f.create_dataset(KERNEL, v.shape, h5py.vlen_dtype(np.dtype("f4"))),
    )
    replaced("group-for-dataset", lambda f, v: f.create_group(KERNEL))
    replaced("missing-weight", lambda f, v: None)

    def dataset_for_group(file):
        del file["layers/dense/vars"]
        file["layers/dense/vars"] = np.zeros(3, "f4")

    edited("dataset-for-group", dataset_for_group)

    def slot(file):
        del file["optimizer/vars/3"]
        file["optimizer/vars/3"] = np.zeros((7, 7), "f4")

    edited("slot-of-another-shape", slot)


def descriptions():
    """Networks that are described wrongly."""
    described("no-network", lambda network: None)
    described("network-is-a-number", lambda network: 7)
    described("network-is-no-json", lambda network: '{"input": [3], "layers"')
    described("network-is-no-utf8", lambda network: np.bytes_(b'{"input": [3], "\xff\xfe'))
    described("network-of-200000-brackets", lambda network: "[" * 200_000 + "]" * 200_000)
    for name, units in (
        ("a-billion-units", 10**9), ("2-31-units", 2**31 - 1), ("10-12-units", 10**12),
        ("negative-units", -3), ("no-units", 0), ("1e999-units", "1e999"), ("half-a-unit", 1.5),
    ):
        described(name, with_units(units))

    def layers(change):
        def apply(network):
            change(network["layers"])
            return network

        return apply

    described("unknown-layer", layers(lambda found: found.append("lambda")))
    described("one-layer-more", layers(lambda found: found.append({"dense": {"units": 3}})))
    described("one-layer-less", layers(lambda found: found.pop()))
    described("no-layers", layers(lambda found: found.clear()))
    described("unknown-key", lambda network: network | {"code": "import os"})
    described("the-same-name-twice", layers(lambda found: [
        entry["dense"].__setitem__("name", "twice") for entry in found if "dense" in entry
    ]))
    described(
        "huge-product",
        layers(lambda found: found.__setitem__(slice(1, None), [{"dense": {"units": 2**31 - 1}}] * 8)),
    )


def runs():
    """A state that no run comes to."""

    def attribute(group, name, value):
        def edit(file):
            file[group].attrs[name] = value

        return edit

    edited("format-0", attribute("/", "descent_format", np.int32(0)))
    edited("format-2", attribute("/", "descent_format", np.int32(2)))
    edited("format-is-text", attribute("/", "descent_format", "1"))
    edited("negative-step", attribute("descent/state", "step", np.int64(-1)))
    edited("step-of-2-62", attribute("descent/state", "step", np.int64(1 << 62)))
    edited("another-number-of-epochs", attribute("descent/state", "epoch", np.int64(9)))
    edited("epoch-is-text", attribute("descent/state", "epoch", "three"))

    def history(file):
        del file["history/cost"]
        file["history/cost"] = np.zeros(2)

    edited("history-of-two-lengths", history)


def containers():
    """Other kinds of file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.h5"
        with h5py.File(path, "w", libver="latest") as file:
            file["x"] = np.zeros(3)
        save("newest-form", path.read_bytes())
        with h5py.File(path, "w", userblock_size=512) as file:
            file["x"] = np.zeros(3)
        save("user-block", path.read_bytes())
        properties = h5py.h5p.create(h5py.h5p.FILE_CREATE)
        properties.set_sizes(4, 4)
        h5py.h5f.create(str(path).encode(), h5py.h5f.ACC_TRUNC, fcpl=properties).close()
        save("addresses-of-4-bytes", path.read_bytes())
        with h5py.File(path, "w") as file:
            file["x"] = np.zeros(3)
        save("not-descent", path.read_bytes())
    whole = BASE.read_bytes()
    end = struct.unpack_from("<Q", whole, 40)[0]
    flipped = bytearray(whole)
    flipped[end // 2] ^= 1
    save("one-bit-flipped", bytes(flipped))
    save("trailer-of-another-version", whole[:end] + trailer(whole[:end], version=2))
    save("trailer-of-zeros", whole[:end] + bytes(64))
    save("half-a-trailer", whole[: end + 32])
    save("one-byte-short", whole[: end - 1])
    save("half", whole[: end // 2])
    save("eight-bytes", whole[:8])
    save("empty", b"")
    save("no-hdf5", b"units: 3\n" * 100)


def trailer(data, version):
    """Returns a trailer as the file format has it."""
    head = b"DSCNTRLR" + struct.pack("<IIQ", version, crc32c(data), len(data)) + bytes(36)
    return head + struct.pack("<I", crc32c(head))


def crc32c(data):
    """Returns the CRC of RFC 3720."""
    register = 0xFFFFFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0x82F63B78 if register & 1 else 0)
    return register ^ 0xFFFFFFFF


if __name__ == "__main__":
    links_and_storage()
    tensors()
    descriptions()
    runs()
    containers()
