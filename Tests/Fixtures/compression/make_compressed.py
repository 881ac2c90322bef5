"""Writes the same table compressed by Python's bz2, lzma and zipfile and by the command zstd, beside this script.

    python3 make_compressed.py
"""

import bz2
import io
import lzma
import subprocess
import zipfile
from pathlib import Path


def main():
    """Writes the five files."""
    folder = Path(__file__).parent
    table = b"x,y\n" + b"".join(b"%d,%d\n" % (i, i * i % 7) for i in range(40))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(zipfile.ZipInfo("t.csv"), table, compress_type=zipfile.ZIP_DEFLATED)
    zstd = subprocess.run(["zstd", "-q", "-c"], input=table, stdout=subprocess.PIPE, check=True).stdout
    files = {"": table, ".bz2": bz2.compress(table), ".xz": lzma.compress(table), ".zst": zstd, ".zip": archive.getvalue()}
    for ending, content in files.items():
        (folder / f"table.csv{ending}").write_bytes(content)


if __name__ == "__main__":
    main()
