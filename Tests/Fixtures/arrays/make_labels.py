"""Writes the files beside this script whose labels or features are more than plain numbers: x, 12 × 2 of k / 4, and y.

    python make_labels.py
"""

from pathlib import Path

import h5py
import numpy as np

folder = Path(__file__).parent
x = (np.arange(24, dtype=np.float32) / 4).reshape(12, 2)
truth = np.arange(12) % 3 == 0
words = np.where(truth, "yes", "né")


def write(name, y, x=x, **options):
    with h5py.File(folder / name, "w", **options) as file:
        file["x"] = x
        file["y"] = y


write("bool.h5", truth)
write("fixed-text.h5", np.char.encode(words, "utf-8"))
write("text.h5", words.astype(object))
write("half.h5", truth.astype("i1"), x.astype("f2"))
write("big-endian.h5", truth.astype(">i2"), x.astype(">f8"))
write("enumeration.h5", truth.astype("i2").astype(h5py.enum_dtype({"no": 0, "yes": 1}, basetype="i2")))
write("fields.h5", truth, np.array([(1, 2.0)] * 12, dtype=[("a", "i4"), ("b", "f4")]))
with h5py.File(folder / "compressed.h5", "w") as file:
    file.create_dataset("x", data=x, compression="gzip")
    file.create_dataset("y", data=words.astype(object), dtype=h5py.string_dtype(), compression="gzip")
# As save(…, '-v7.3') does it: 512 bytes of its own, and the axes the other way round.
path = folder / "matlab.mat"
with h5py.File(path, "w", userblock_size=512) as file:
    file.create_dataset("X", data=x.T.astype("f8")).attrs["MATLAB_class"] = np.bytes_("double")
    file.create_dataset("y", data=(truth + 1.0).reshape(1, -1)).attrs["MATLAB_class"] = np.bytes_("double")
    file.create_dataset("name", data=np.array([[104, 105]], "u2")).attrs["MATLAB_class"] = np.bytes_("char")
with open(path, "r+b") as file:
    file.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(116) + b"\0" * 8 + b"\0\2IM")
np.savez(folder / "only-y.npz", y=truth)
np.savez(folder / "nameless.npz", x, truth)
np.savez(folder / "text.npz", x=np.asfortranarray(x.astype(">f8")), y=words)
