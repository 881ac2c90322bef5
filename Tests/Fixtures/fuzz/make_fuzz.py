"""Makes the file that `fuzz-files` damages beside those of Descent and Keras: something of all that h5py
writes by default and the validator accepts.

    python make_fuzz.py
"""

from pathlib import Path

import h5py
import numpy as np


def main():
    """Makes h5py.h5."""
    with h5py.File(Path(__file__).resolve().parent / "h5py.h5", "w") as file:
        file.attrs.update(
            text="größe", list=["a", "", "long string " * 10], number=3, float=1.5, flag=True,
            array=np.arange(5.0), bytes=np.bytes_(b"abc"), empty=h5py.Empty("f"), none=np.zeros(0),
        )
        file["features"] = np.arange(24.0).reshape(6, 4)
        file["labels"] = np.arange(6, dtype="i1")
        file["half"] = np.ones(3, "f2")
        file["big-endian"] = np.ones(3, ">f4")
        file["scalar"] = 1.0
        file["strings"] = np.array([b"ab", b"c"])
        file["varying"] = ["x", "yy"]
        file["booleans"] = np.array([True, False])
        file.create_dataset("no-rows", (0, 3), "f4")
        file.create_dataset("unwritten", (5,), "f4")
        file.create_dataset("filled", (3,), "f4", fillvalue=7.0)
        file.create_dataset("timed", data=np.arange(3), track_times=True)
        many = file.create_group("many")
        for number in range(20):
            many.create_group(f"group-{number}").attrs["number"] = number
        # What deletions and hard links leave.
        del many["group-3"]
        del file.attrs["number"]
        file["alias"] = file["features"]
        for number in range(12):
            file["features"].attrs[f"attribute-{number}"] = number


if __name__ == "__main__":
    main()
