"""Measures how training's samples per second depend on batch size, width and number of shards, and plots them.

    python scaling.py                                        # measures all, writes scaling.json and scaling.svg
    python scaling.py --resume Benchmarks/.build/scaling.json   # goes on with a run that was interrupted
    python scaling.py --draw                                 # draws what scaling.json says once more

Fashion-MNIST with Adam, by the path that `descent train` takes. Points are measured in rounds, each once a round, in
another order in each. What is plotted is the fastest of the rounds: measurements are short and many, and whatever else
takes a core meanwhile only makes one slower. All of them are in scaling.json.
"""

import argparse
import json
import random
from pathlib import Path

from chart import Line, Panel, draw
from measuring import PROGRAMS, ROOT, Progress, cores, measured, processor

NETWORKS = ["128", "512-512", "2048-2048"]
BATCHES = [8, 16, 32, 64, 128, 256, 512, 1024, 2048]
WIDTHS = [32, 64, 128, 256, 512, 1024, 2048, 4096]
SHARDS = [1, 2, 4, 8, 16]
CATALOGUE = ROOT / "Sources/Descent/Descent.docc"


def points(thread_counts):
    """Returns what is measured: the plot, where it is in it, and the cell."""
    for threads in thread_counts:
        for network in NETWORKS:
            for batch in BATCHES:
                yield {"plot": "batch", "x": batch, "network": network, "batch": batch, "shards": 0, "threads": threads}
            for shards in SHARDS:
                yield {"plot": "shards", "x": shards, "network": network, "batch": 512, "shards": shards,
                       "threads": threads}  # fmt: skip
        for width in WIDTHS:
            yield {"plot": "width", "x": width, "network": f"{width}-{width}", "batch": 128, "shards": 0,
                   "threads": threads}  # fmt: skip


def measure(rounds, seconds, thread_counts, progress):
    """Measures what is not in the progress yet."""
    for number in range(rounds):
        order = list(points(thread_counts))
        random.Random(number).shuffle(order)
        for point in order:
            flags = ["--network", point["network"], "--batch", point["batch"], "--threads", point["threads"],
                     "--seconds", seconds]  # fmt: skip
            if point["shards"]:
                flags += ["--shards", point["shards"]]
            command = [PROGRAMS / "TrainingBenchmark", *flags]
            progress.measure({"round": number, **point}, lambda: measured(command, point["threads"]))  # noqa: B023


def fastest(thread_counts, progress):
    """Returns each point with its fastest rate, and all that was measured."""
    results = []
    for point in points(thread_counts):
        rates = [entry["samples_per_second"] for entry in progress.find(**point)]
        if rates:
            results.append({**point, "samples_per_second": round(max(rates)),
                            "measured": [round(rate) for rate in rates]})  # fmt: skip
    return results


def panel(results, plot, title, axis, thread_counts):
    """Returns the chart of one plot: a colour for each network, one thread dashed."""
    chosen = [result for result in results if result["plot"] == plot]
    lines = []
    for threads in thread_counts:
        here = [result for result in chosen if result["threads"] == threads]
        names = ["two equal layers"] if plot == "width" else NETWORKS
        for index, name in enumerate(names):
            found = [(result["x"], result["samples_per_second"])
                     for result in here if plot == "width" or result["network"] == name]  # fmt: skip
            if len(found) > 1:
                is_dashed = threads < max(thread_counts)
                lines.append(Line(sorted(found), 3 if plot == "width" else index, name, is_dashed))
    return Panel(title, axis, lines)


def draw_all(folder, source):
    """Draws the three plots of scaling.json."""
    about = json.loads((source / "scaling.json").read_text(encoding="utf-8"))
    results = about["points"]
    thread_counts = sorted({result["threads"] for result in results})
    note = f"Training with Adam on {max(thread_counts)} cores (dashed: one) of {about['processor']}; Descent "
    note += f"{about['descent']}, fastest of {about['rounds']} rounds"
    panels = [
        panel(results, "batch", "Samples/s by batch size", "rows in a batch", thread_counts),
        panel(results, "width", "Samples/s by width, batches of 128", "units in each hidden layer", thread_counts),
        panel(results, "shards", "Samples/s by shards, batches of 512", "shards of a batch", thread_counts),
    ]
    (folder / "scaling.svg").write_text(draw(panels, note), encoding="utf-8")


def main():
    """Measures, and writes the figures and the plots."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.5, help="of each measurement")
    parser.add_argument("--thread-counts", default=f"1,{len(cores())}")
    parser.add_argument("--save", type=Path, default=PROGRAMS.parent / "scaling.json", metavar="FILE",
                        help="every measurement, as it is made")  # fmt: skip
    parser.add_argument("--resume", type=Path, metavar="FILE", help="what --save has written")
    parser.add_argument("--output", type=Path, default=CATALOGUE, metavar="FOLDER", help="of scaling.json and .svg")
    parser.add_argument("--draw", action="store_true", help="measure nothing, draw the documentation's scaling.json")
    arguments = parser.parse_args()
    if arguments.draw:
        draw_all(arguments.output, CATALOGUE)
        return
    thread_counts = sorted({int(count) for count in arguments.thread_counts.split(",")})
    settings = {"seconds": arguments.seconds, "processor": processor()}
    progress = Progress.load(arguments.resume) if arguments.resume else Progress(arguments.save, settings)
    if progress.settings != settings:
        parser.error(f"{arguments.resume} was measured with {progress.settings}")
    measure(arguments.rounds, arguments.seconds, thread_counts, progress)
    about = {"processor": processor(), "descent": progress.entries[0]["version"], "rounds": arguments.rounds,
             "seconds": arguments.seconds}  # fmt: skip
    lines = ",\n".join(json.dumps(result) for result in fastest(thread_counts, progress))
    (arguments.output / "scaling.json").write_text(
        json.dumps(about)[:-1] + f', "points": [\n{lines}\n]}}\n', encoding="utf-8")
    draw_all(arguments.output, arguments.output)


if __name__ == "__main__":
    main()
