"""Measures convolutions by themselves on one core: Descent and PyTorch (channels last) in turn, beside the core's measured peak.

    python convolutions.py                      # all shapes of ConvolutionBenchmark
    python convolutions.py --only "3x3 32" --rounds 5
    python convolutions.py --avx2               # both without AVX-512, on a processor that has it

Each round measures every shape with each of the two, who is first changing from round to round; each figure of a round is the
fastest of its time. The table has medians over the rounds, in per cent of the peak: forward (ours with bias and rectifier,
PyTorch's without), input gradient, weight gradient (ours with the bias'). Where padding is passed over, more than 100 is
possible: operations are counted as though it were not.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

from measuring import PROGRAMS, environment, pin, processor, table, turns

PASSES = ("forward", "input gradient", "weight gradient")


def ours(arguments):
    """Returns name, peak and rates of each shape, by Descent."""
    command = [PROGRAMS / "ConvolutionBenchmark", "--json", "--only", arguments.only, "--batch", arguments.batch,
               "--seconds", arguments.seconds, *(["--kernels", "avx2"] if arguments.avx2 else [])]  # fmt: skip
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True,
                          env=environment(1), preexec_fn=lambda: pin(1))  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def fastest(function, seconds):
    """Returns the seconds of one call."""
    function()
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - start)
    return best


def torch_rates(shapes, arguments):
    """Prints what PyTorch comes to for shapes, as JSON."""
    import torch

    torch.set_num_threads(1)
    last = torch.channels_last
    for shape in shapes:
        side, channels, filters, size, stride, groups = (
            shape[key] for key in ("side", "channels", "filters", "size", "stride", "groups"))  # fmt: skip
        pad = size // 2
        x = torch.randn(arguments.batch, channels, side, side).contiguous(memory_format=last)
        w = torch.randn(filters, channels // groups, size, size).contiguous(memory_format=last)
        y = torch.nn.functional.conv2d(x, w, stride=stride, padding=pad, groups=groups)
        d = torch.randn_like(y).contiguous(memory_format=last)
        rest = (None, [stride] * 2, [pad] * 2, [1, 1], False, [0, 0], groups)
        with torch.no_grad():
            times = [
                fastest(lambda: torch.ops.aten.convolution(x, w, *rest), arguments.seconds),
                *(fastest(lambda m=mask: torch.ops.aten.convolution_backward(d, x, w, *rest, m), arguments.seconds)
                  for mask in ([True, False, False], [False, True, False])),
            ]  # fmt: skip
        operations = 2 * arguments.batch * y.shape[2] * y.shape[3] * size * size * channels // groups * filters
        print(json.dumps({"name": shape["name"], "rates": [operations / t / 1e9 for t in times]}), flush=True)


def theirs(shapes, arguments):
    """Returns name and rates of each shape, by PyTorch in a process of its own."""
    command = [sys.executable, __file__, "--torch", json.dumps(shapes), "--batch", str(arguments.batch),
               "--seconds", str(arguments.seconds)]  # fmt: skip
    instructions = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"} if arguments.avx2 else {}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**environment(1), **instructions},
                          preexec_fn=lambda: pin(1))  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="shapes whose name contains this")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.2, help="for each figure of a round")
    parser.add_argument("--avx2", action="store_true", help="without AVX-512")
    parser.add_argument("--torch", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.torch:
        torch_rates(json.loads(arguments.torch), arguments)
        return
    results, peak, shapes = {}, 0, None
    for number in range(arguments.rounds):
        for who in turns(["Descent", "PyTorch"], number if shapes else 0):
            lines = ours(arguments) if who == "Descent" else theirs(shapes, arguments)
            if who == "Descent":
                peak = max(peak, *(line["peak"] for line in lines))
                shapes = lines
            for line in lines:
                results.setdefault(line["name"], {}).setdefault(who, []).append(line["rates"])

    def per_cent(rounds, index):
        return 100 * statistics.median(rates[index] for rates in rounds) / peak

    rows = []
    for name, found in results.items():
        cells = [[round(per_cent(found[who], index)) for index in range(3)] for who in ("Descent", "PyTorch")]
        rows.append([name, *(" / ".join(map(str, cell)) for cell in cells)])
    print(f"{processor()}{', AVX2' if arguments.avx2 else ''}, one of {os.cpu_count()} cores, peak {peak:.0f} GFLOP/s; batch {arguments.batch}; % of the peak: "
          + " / ".join(PASSES))  # fmt: skip
    print(table(["convolution", "Descent", "PyTorch"], rows))


if __name__ == "__main__":
    main()
