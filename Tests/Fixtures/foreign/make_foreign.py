"""Makes data files in forms of HDF5 that are read by a process of its own, and some that it has to refuse.

    python make_foreign.py
"""

import struct
from pathlib import Path

import h5py
import numpy as np

HERE = Path(__file__).resolve().parent
ROWS = 60


def table(name, **options):
    """A table that a small network learns, whose arrays are stored with options of h5py's."""
    x = np.array([[row * 7 % 20, row * 13 % 17] for row in range(ROWS)], "f4")
    with h5py.File(HERE / f"{name}.h5", "w", **options.pop("file", {})) as file:
        file.create_dataset("features", data=x, **options)
        file.create_dataset("labels", data=(x[:, 0] > x[:, 1]).astype("i4"), **options)
    return HERE / f"{name}.h5"


def main():
    """Makes all."""
    table("gzip", chunks=True, compression="gzip", shuffle=True, fletcher32=True)
    table("newest", file={"libver": "latest"})
    with h5py.File(table("soft-link"), "r+") as file:
        file["x"] = h5py.SoftLink("/features")
        del file["features"]
    with h5py.File(table("external-link", file={"libver": "latest"}), "r+") as file:
        del file["features"]
        file["features"] = h5py.ExternalLink("gzip.h5", "/features")
    with h5py.File(HERE / "external-storage.h5", "w") as file:
        file.create_dataset("features", (4, 2), "f4", external=[("/etc/passwd", 0, 32)])
    with h5py.File(HERE / "virtual.h5", "w") as file:
        layout = h5py.VirtualLayout((ROWS, 2), "f4")
        layout[:] = h5py.VirtualSource("gzip.h5", "features", (ROWS, 2))
        file.create_virtual_dataset("features", layout)
    with h5py.File(HERE / "bomb.h5", "w") as file:
        file.create_dataset("features", (1 << 40, 8), "f4", chunks=(1 << 10, 8))
    with h5py.File(HERE / "cycle.h5", "w", libver="latest") as file:
        file.create_group("a")["b"] = file["/"]
    path = table("unknown-filter", chunks=True, compression="gzip")
    content = bytearray(path.read_bytes())
    # The pipeline message of version 1 with one filter, deflate (1), of a name of 8 bytes.
    place = content.index(struct.pack("<HHH", 1, 8, 1) + struct.pack("<H", 1) + b"deflate\0")
    struct.pack_into("<HHH", content, place, 30000, 8, 0)
    path.write_bytes(content)
    path = HERE / "chunk-of-0.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("features", data=np.ones((ROWS, 2), "f4"), chunks=(8, 2))
    content = bytearray(path.read_bytes())
    place = content.index(struct.pack("<III", 8, 2, 4))
    struct.pack_into("<I", content, place, 0)
    path.write_bytes(content)


if __name__ == "__main__":
    main()
