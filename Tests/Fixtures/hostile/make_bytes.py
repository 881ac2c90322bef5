"""Makes HDF5 files with one fault in the bytes of their structures, which no HDF5 library writes.

    python make_bytes.py

Each begins as a small file of h5py's (`sound.h5.gz`, which is kept too) with a group of several links, attributes with
strings of varying length, and a dataset with a long header. What must be said of each stands in
Tests/DescentTests/ModelFile/HostileBytesTests.swift. Offsets are those of the HDF5 File Format Specification, version 3.
"""

import gzip
import struct
import tempfile
from pathlib import Path

import h5py
import numpy as np

HERE = Path(__file__).resolve().parent
UNDEFINED = (1 << 64) - 1


class Sound:
    """A file without a fault, and where its structures are."""

    def __init__(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sound.h5"
            with h5py.File(path, "w") as file:
                file.attrs["text"] = "a string of varying length"
                file["values"] = np.arange(6, dtype="<f4").reshape(2, 3)
                file["empty"] = np.zeros(0)
                group = file.create_group("group")
                for number in range(12):
                    group[f"x{number}"] = np.float32(number)
                for number in range(12):
                    file["values"].attrs[f"a{number}"] = number
            with h5py.File(path, "r+") as file:
                del file["group/x5"]
            with h5py.File(path, "r") as file:
                self.values = h5py.h5o.get_info(file["values"].id).addr
                self.empty = h5py.h5o.get_info(file["empty"].id).addr
                self.data = file["values"].id.get_offset()
                self.root = h5py.h5o.get_info(file.id).addr
            self.bytes = path.read_bytes()
        # The root's tables come first.
        self.tree = self.bytes.index(b"TREE")
        self.heap = self.bytes.index(b"HEAP")
        self.heap_data = struct.unpack_from("<Q", self.bytes, self.heap + 24)[0]
        self.node = self.bytes.index(b"SNOD")
        self.collection = self.bytes.index(b"GCOL")
        # The group's, which has lost a name.
        self.free_heap = next(
            place for place in self.places(b"HEAP")
            if struct.unpack_from("<Q", self.bytes, place + 16)[0] != 1
        )

    def places(self, signature):
        """Yields where a signature stands."""
        place = self.bytes.find(signature)
        while place >= 0:
            yield place
            place = self.bytes.find(signature, place + 1)

    def message(self, header, kind):
        """Returns where the body of the first message of a kind is, continuations included."""
        blocks = [(header + 16, struct.unpack_from("<I", self.bytes, header + 8)[0])]
        for start, size in blocks:
            place = start
            while place < start + size:
                found, length = struct.unpack_from("<HH", self.bytes, place)
                if found == kind:
                    return place + 8
                if found == 0x10:
                    blocks.append(struct.unpack_from("<QQ", self.bytes, place + 8))
                place += 8 + length
        raise LookupError(f"no message {kind:#x} in the header at {header}")


def sharing_strings():
    """Returns a file with 1,000 strings that all lead to the one long string of the heap."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sharing.h5"
        with h5py.File(path, "w") as file:
            file.attrs["strings"] = ["long " * 1000] + ["short"] * 999
        content = path.read_bytes()
    first = content.index(struct.pack("<IQ", 5000, content.index(b"GCOL")))
    return content[:first] + content[first:first + 16] * 1000 + content[first + 16000:]


def nested_type():
    """Returns a file with an attribute whose type is of strings of strings, 7,500 deep."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "nested.h5"
        with h5py.File(path, "w") as file:
            file.attrs["deep"] = np.bytes_(b"x" * 60000)
        content = bytearray(path.read_bytes())
    name = content.index(b"deep\0")
    struct.pack_into("<H", content, name - 4, 60000)
    return bytes(content[:name + 8]) + struct.pack("<I I", 0x0119, 16) * 7500 + bytes(content[name + 8 + 60000:])


def main():
    """Makes all."""
    sound = Sound()

    def save(name, content):
        with open(HERE / f"{name}.h5.gz", "wb") as file:
            with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
                packed.write(content)

    def patched(name, *patches):
        content = bytearray(sound.bytes)
        for place, form, value in patches:
            struct.pack_into("<" + form, content, place, value)
        assert content != sound.bytes, name
        save(name, bytes(content))

    save("sound", sound.bytes)
    size = len(sound.bytes)

    # Superblock (II.A).
    patched("bytes-end-beyond-file", (40, "Q", size + 1))
    patched("bytes-end-in-superblock", (40, "Q", 95))
    patched("bytes-lengths-of-4", (14, "B", 4))
    patched("bytes-base-address", (24, "Q", 512))
    patched("bytes-driver-information", (48, "Q", sound.root))
    patched("bytes-leaf-k-of-0", (16, "H", 0))
    patched("bytes-leaf-k-of-65535", (16, "H", 65535))
    patched("bytes-root-beyond-file", (64, "Q", size + 8))
    patched("bytes-root-undefined", (64, "Q", UNDEFINED))
    patched("bytes-root-is-a-dataset", (64, "Q", sound.values), (72, "I", 0))
    patched("bytes-root-has-another-table", (80, "Q", sound.heap))

    # B-tree (III.A.1): 24 bytes, then key, child, key, child, …, key.
    patched("bytes-tree-is-its-own-child", (sound.tree + 5, "B", 1), (sound.tree + 32, "Q", sound.tree))
    patched("bytes-tree-of-level-255", (sound.tree + 5, "B", 255))
    patched("bytes-tree-of-chunks", (sound.tree + 4, "B", 1))
    patched("bytes-tree-has-too-many-children", (sound.tree + 6, "H", 33))
    patched("bytes-tree-child-undefined", (sound.tree + 32, "Q", UNDEFINED))
    patched("bytes-tree-key-beyond-heap", (sound.tree + 24, "Q", 1 << 40))

    # Symbol node (III.B): 8 bytes, then entries of 40.
    patched("bytes-node-has-too-many-links", (sound.node + 6, "H", 9))
    patched("bytes-name-beyond-heap", (sound.node + 8, "Q", 1 << 20))
    patched("bytes-name-twice", (sound.node + 48, "Q", struct.unpack_from("<Q", sound.bytes, sound.node + 8)[0]))
    patched("bytes-name-with-a-slash", (sound.heap_data + 8, "B", ord("/")))
    patched("bytes-name-empty", (sound.heap_data + 8, "B", 0))
    patched("bytes-link-of-kind-9", (sound.node + 24, "I", 9))
    patched("bytes-link-to-data", (sound.node + 16, "Q", sound.data))

    # Local heap (III.D): sizes at 8, free list at 16, data at 24.
    patched("bytes-heap-of-2-62", (sound.heap + 8, "Q", 1 << 62))
    patched("bytes-heap-of-0", (sound.heap + 8, "Q", 0))
    patched("bytes-heap-data-beyond-file", (sound.heap + 24, "Q", size))
    patched("bytes-free-list-beyond-heap", (sound.heap + 16, "Q", 1 << 30))
    free, data = (struct.unpack_from("<Q", sound.bytes, sound.free_heap + at)[0] for at in (16, 24))
    patched("bytes-free-list-is-a-loop", (data + free, "Q", free))
    patched("bytes-free-block-too-long", (data + free + 8, "Q", 1 << 40))

    # Object header (IV.A.1.a): 16 bytes, then messages of 8 bytes and their bodies.
    header = sound.values
    patched("bytes-header-of-version-9", (header, "B", 9))
    patched("bytes-header-block-beyond-file", (header + 8, "I", 0xFFFFFFF8))
    patched("bytes-header-block-of-odd-size", (header + 8, "I", 253))
    patched("bytes-message-beyond-block", (header + 18, "H", 0xFFF8))
    patched("bytes-message-shared", (header + 20, "B", 2))
    patched("bytes-message-of-kind-99", (header + 16, "H", 99))
    continuation = sound.message(header, 0x10)
    patched("bytes-continuation-to-itself", (continuation, "Q", header + 16))
    patched("bytes-continuation-overlaps", (continuation, "Q", continuation))
    patched("bytes-continuation-beyond-file", (continuation, "Q", size))
    patched("bytes-continuation-of-2-63", (continuation + 8, "Q", 1 << 63))
    patched("bytes-continuation-of-0", (continuation + 8, "Q", 0))

    # Dataspace (IV.A.2.b): version, rank, flags, 5 reserved, extents.
    space = sound.message(header, 0x01)
    patched("bytes-33-axes", (space + 1, "B", 33))
    patched("bytes-32-axes", (space + 1, "B", 32))

    def shape(rows, columns):
        return [(space + 8 + 8 * axis, "Q", extent) for axis, extent in enumerate([rows, columns] * 2)]

    patched("bytes-extents-overflow", *shape(1 << 62, 4))
    patched("bytes-extents-wrap-to-the-size", *shape((1 << 63) + 3, 2))
    patched("bytes-shape-of-2-40", *shape(1 << 20, 1 << 20))
    patched("bytes-axis-longer-than-its-most", (space + 8, "Q", 2), (space + 24, "Q", 1))

    # Datatype (IV.A.2.d): class and version, 3 of flags, size, properties.
    kind = sound.message(header, 0x03)
    patched("bytes-type-of-0", (kind + 4, "I", 0))
    patched("bytes-type-of-2-32", (kind + 4, "I", 0xFFFFFFFF))
    patched("bytes-type-of-class-15", (kind, "B", 0x1F))
    patched("bytes-type-of-version-9", (kind, "B", 0x91))
    patched("bytes-compound", (kind, "B", 0x16))
    patched("bytes-mantissa-of-200-bits", (kind + 15, "B", 200))
    patched("bytes-precision-of-65535", (kind + 10, "H", 65535))

    # Fill value (IV.A.2.f) and layout (IV.A.2.i).
    fill = sound.message(header, 0x05)
    patched("bytes-fill-value-of-2-31", (fill + 3, "B", 1), (fill + 4, "I", 0x7FFFFFFF))
    layout = sound.message(header, 0x08)
    patched("bytes-data-beyond-file", (layout + 2, "Q", size - 8))
    patched("bytes-data-in-superblock", (layout + 2, "Q", 0))
    patched("bytes-data-in-header", (layout + 2, "Q", header))
    patched("bytes-data-undefined", (layout + 2, "Q", UNDEFINED))
    patched("bytes-data-of-another-size", (layout + 10, "Q", 25))
    patched("bytes-layout-chunked", (layout + 1, "B", 2))
    patched("bytes-layout-virtual", (layout + 1, "B", 3))
    patched("bytes-layout-of-version-4", (layout, "B", 4))

    # Attribute (IV.A.2.m) with a string: length, collection, number.
    text = sound.message(sound.root, 0x0C)
    patched("bytes-attribute-of-version-7", (text, "B", 7))
    patched("bytes-attribute-name-too-long", (text + 2, "H", 0xFFFF))
    patched("bytes-attribute-name-without-end", (text + 8 + 4, "B", ord("x")))
    patched("bytes-attribute-type-too-long", (text + 4, "H", 0xFFF8))
    string = sound.bytes.index(struct.pack("<IQ", 26, sound.collection))
    patched("bytes-string-longer-than-its-object", (string, "I", 1 << 20))
    patched("bytes-string-number-missing", (string + 12, "I", 77))
    patched("bytes-string-number-of-2-32", (string + 12, "I", 0xFFFFFFFF))
    patched("bytes-string-in-no-collection", (string + 4, "Q", sound.node))

    save("bytes-strings-share-an-object", sharing_strings())
    save("bytes-strings-of-strings", nested_type())

    # Global heap (III.E): 16 bytes, then objects of 16 bytes and their content.
    heap = sound.collection
    patched("bytes-collection-of-0", (heap + 8, "Q", 0))
    patched("bytes-collection-of-2-63", (heap + 8, "Q", 1 << 63))
    patched("bytes-object-of-2-63", (heap + 24, "Q", 1 << 63))
    patched("bytes-object-of-0", (heap + 24, "Q", 0))
    patched("bytes-free-object-of-0", (heap + 16, "H", 0), (heap + 24, "Q", 0))


if __name__ == "__main__":
    main()
