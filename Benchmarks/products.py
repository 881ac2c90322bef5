"""Measures products of matrices on one core: Descent, MKL and OpenBLAS in turn, beside the core's measured peak.

    python products.py                      # 1024³, and the shapes of the training cells
    python products.py --only "1024 ×"      # one of them
    python products.py --library name=libfile.so

One process calls all of them on the same operands, in rounds in which each is the first in turn, on one core and
with one thread each. MKL is looked for as PyPI's package `mkl` brings it, OpenBLAS as NumPy does, and as the system
has it; each chooses its kernels by the processor. The table has medians over the rounds, in GFLOP/s; the peak is what the core does in multiply-adds between
registers, the best of all rounds.
"""

import argparse
import ctypes
import ctypes.util
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from measuring import PROGRAMS, environment, pin, processor, table

VERSIONS = ("openblas_get_config", "openblas_get_config64_", "scipy_openblas_get_config64_", "scipy_openblas_get_config")


def found_libraries():
    """Returns the libraries on this machine, by name."""
    found = {}
    for place in sorted(Path(sys.prefix).glob("lib*/libmkl_rt.so.*")):
        found["MKL"] = str(place)
    try:
        import numpy

        bundled = Path(numpy.__file__).parent.parent.glob("numpy.libs/*openblas*.so")
        found.update({"OpenBLAS": str(place) for place in bundled})
    except ImportError:
        pass
    system = ctypes.util.find_library("openblas")
    if system:
        found["OpenBLAS (system)"] = system
    return found


def version(path):
    """Returns what a library says of its version, of which only MKL and OpenBLAS are asked."""
    library = ctypes.CDLL(path)
    if hasattr(library, "MKL_Get_Version_String"):
        text = ctypes.create_string_buffer(200)
        library.MKL_Get_Version_String(text, len(text))
        words = text.value.decode().split()
        return next((word for word in words if word[0].isdigit()), "?")
    for name in VERSIONS:
        if hasattr(library, name):
            function = getattr(library, name)
            function.restype = ctypes.c_char_p
            words = function().decode().split()
            return f"{words[1]} ({words[-2] if words[-1].startswith('MAX_THREADS') else words[-1]} kernels)"
    return "?"


def main():
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.05, help="of each measurement")
    parser.add_argument("--only", default="", help="shapes whose name contains this")
    parser.add_argument("--library", action="append", default=[], metavar="NAME=FILE", help="instead of those found")
    parser.add_argument("--json", type=Path, metavar="FILE", help="every measurement, a line each")
    arguments = parser.parse_args()
    settings = {**environment(1), "MKL_THREADING_LAYER": "SEQUENTIAL"}
    # For this process too, before it loads them to ask for their versions.
    os.environ.clear()
    os.environ.update(settings)
    given = dict(library.split("=", 1) for library in arguments.library)
    libraries = given or found_libraries()
    command = [PROGRAMS / "ProductBenchmark", "--rounds", str(arguments.rounds), "--seconds", str(arguments.seconds),
               "--only", arguments.only]  # fmt: skip
    for name, path in libraries.items():
        command += ["--blas", f"{name}={path}"]
    try:
        done = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, text=True, preexec_fn=lambda: pin(1))
    except FileNotFoundError:
        sys.exit("build the benchmarks first: swift build -c release, in Benchmarks")
    except subprocess.CalledProcessError:
        sys.exit(1)
    products = [json.loads(line) for line in done.stdout.splitlines()]
    if arguments.json:
        arguments.json.write_text(done.stdout)
    names = ["Descent", *libraries]
    peak = max(max(product["peak"]) for product in products)
    rows = []
    for product in products:
        rates = {name: statistics.median(product["rates"][name]) for name in names}
        rows.append([
            product["shape"], product["product"], *(f"{rates[name]:.0f}" for name in names),
            f"{100 * rates['Descent'] / peak:.0f} %",
            *(f"{rates['Descent'] / rates[name]:.2f}" for name in libraries),
        ])  # fmt: skip
    versions = [f"Descent {products[0]['version']}"]
    versions += [f"{name} {version(path)}" for name, path in libraries.items()]
    print(f"GFLOP/s, medians of {arguments.rounds} rounds, one core of {processor()}, peak {peak:.0f} GFLOP/s;",
          ", ".join(versions) + ".\n")  # fmt: skip
    headings = ["shape", "product", *names, "of peak", *(f"Descent ÷ {name}" for name in libraries)]
    print(table(headings, rows, texts=2))


if __name__ == "__main__":
    main()
