"""Trains with `tensorboard` on, and reads the events with TensorBoard itself.

Values are compared with the run's history, histograms with the weights in its checkpoints. A run that was killed and
resumed has to look like one that never was, also to a reader that has been watching. Then a TensorBoard is started
on the runs, and asked over HTTP what it shows.

    python check_tensorboard.py path/to/descent work-folder
"""

import json
import logging
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import h5py
import numpy as np
from tensorboard import program
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator as PluginAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2

DIGITS = Path(__file__).resolve().parent.parent.parent / "models/digits.yaml"
EVERY, EPOCHS = 3, 4


def check(condition, what):
    """Leaves with a message unless a condition holds."""
    if not condition:
        sys.exit(f"check_tensorboard: {what}")


def train(descent, output, epochs, *settings):
    """Returns the command that trains the digits with events of all kinds, and every checkpoint kept."""
    shutil.rmtree(output, ignore_errors=True)
    command = [
        descent, "train", DIGITS, "--output", output, "--epochs", epochs, "--quiet", "--set",
        f"tensorboard={{ every_steps: {EVERY}, histograms: both }}", "--set", "checkpoint.keep=1000",
        "--set", "schedule=cosine", "--set", "data.validation=0.2", *settings,
    ]  # fmt: skip
    return [str(word) for word in command]


def accumulator(folder):
    """Returns a reader that keeps everything."""
    guidance = {"scalars": 0, "histograms": 0, "tensors": 0, "compressedHistograms": 0}
    return EventAccumulator(str(folder), size_guidance=guidance)


def scalars(reader, tag):
    """Returns the steps and the values of a tag."""
    events = reader.Scalars(tag)
    times = [event.wall_time for event in events]
    check(times == sorted(times), f"{tag}: the times are not in order")
    return [event.step for event in events], np.array([event.value for event in events], np.float32)


def check_scalars(run, training, validation):
    """Compares every scalar with the history in the run's file, to the bit of a 32-bit float."""
    with h5py.File(run / "last.h5") as file:
        history = file["history"]
        epochs = list(history["epoch"][()])
        steps = history["steps/cost"][()]
        rates = history["steps/learning_rate"][()]
        columns = {name: history[name][()] for name in history if name not in ("epoch", "steps")}
    points = [f"epoch/{name}" for name in columns if not name.startswith("validation_")]
    check(
        sorted(training.Tags()["scalars"]) == sorted([*points, "step/cost", "step/learning_rate"]),
        f"the tags are {training.Tags()['scalars']}",
    )
    for name, values in columns.items():
        reader = training
        if name.startswith("validation_"):
            reader, name = validation, name.removeprefix("validation_")
        found, numbers = scalars(reader, f"epoch/{name}")
        check(found == epochs, f"{name}: {len(found)} points of {len(epochs)} epochs")
        check(np.array_equal(numbers, values.astype(np.float32)), f"{name}: {numbers} instead of {values}")
    for name, values in (("cost", steps), ("learning_rate", rates)):
        found, numbers = scalars(training, f"step/{name}")
        check(found == list(range(EVERY, len(steps) + 1, EVERY)), f"steps {found} of {len(steps)}")
        check(np.array_equal(numbers, values[EVERY - 1 :: EVERY]), f"{name} of steps differs")
    return epochs


def tensors(path):
    """Returns a checkpoint's tensors by layer and name, as Keras names them."""
    found = {}
    with h5py.File(path) as file:
        file["model_weights"].visititems(
            lambda name, item: found.update({"/".join(name.split("/")[-2:]).split(":")[0]: item[()]})
            if isinstance(item, h5py.Dataset) else None)
    return found


def check_histogram(histogram, values, what):
    """Compares a histogram with the values that it is made from."""
    values = np.asarray(values, np.float64).ravel()
    check(histogram.num == len(values), f"{what}: {histogram.num} values of {len(values)}")
    check((histogram.min, histogram.max) == (values.min(), values.max()), f"{what}: limits")
    check(np.isclose(histogram.sum, values.sum(), rtol=1e-12, atol=1e-9), f"{what}: sum")
    check(np.isclose(histogram.sum_squares, (values**2).sum(), rtol=1e-12), f"{what}: sum of squares")
    limits = np.array(histogram.bucket_limit)
    check((np.diff(limits) > 0).all(), f"{what}: the edges do not ascend")
    # A bucket of negative values has its right edge, one of positive values its left.
    keys = np.where(values < 0, np.searchsorted(limits, values, "left"), np.searchsorted(limits, values, "right"))
    counts = np.bincount(keys, minlength=len(limits))
    check(list(counts) == list(histogram.bucket), f"{what}: {histogram.bucket} instead of {counts}")


def check_histograms(run, training, epochs, steps_per_epoch):
    """Compares the weights' histograms of every epoch with its checkpoint, where there is one."""
    tags = training.Tags()["histograms"]
    names = {tag.split("/", 1)[1] for tag in tags}
    check(
        sorted(tags) == sorted(f"{kind}/{name}" for kind in ("weights", "gradients") for name in names),
        f"the histograms are {tags}",
    )
    compared = 0
    for tag in tags:
        events = training.Histograms(tag)
        found = [event.step for event in events]
        check(found == list(epochs), f"{tag}: epochs {found} instead of {epochs}")
        for event in events:
            path = run / f"checkpoints/{event.step * steps_per_epoch}.h5"
            if tag.startswith("gradients/"):
                histogram = event.histogram_value
                check(sum(histogram.bucket) == histogram.num > 0, f"{tag}: {histogram}")
                check(histogram.sum_squares > 0, f"{tag}: it is all zero")
            elif path.exists():
                values = tensors(path)[tag.split("/", 1)[1]]
                check_histogram(event.histogram_value, values, f"{tag}, epoch {event.step}")
                compared += 1
    check(compared >= len(names), f"{compared} histograms had a checkpoint to be compared with")


def check_session(run, finished):
    """Compares the hyper-parameters and the config's text with the run's config."""
    reader = PluginAccumulator(str(run / "tensorboard"))
    reader.Reload()
    content = reader.SummaryMetadata("_hparams_/session_start_info").plugin_data.content
    start = plugin_data_pb2.HParamsPluginData.FromString(content).session_start_info
    values = start.hparams
    check(values["optimizer"].string_value == "adam", f"{values}")
    check(values["optimizer.learning_rate"].number_value > 0, f"{values}")
    check(values["schedule"].string_value == "cosine", f"{values}")
    check(values["batch_size"].number_value > 0 and values["seed"].HasField("number_value"), f"{values}")
    check("dense" in values["model"].string_value, f"{values}")
    check(not any(str(DIGITS.parent) in str(value) for value in values.values()), "a path is a parameter")
    text = reader.Tensors("config")[0].tensor_proto.string_val[0].decode()
    config = (run / "config.yaml").read_text(encoding="utf-8")
    check(text == f"```yaml\n{config}```\n", f"the config's text is {text}")
    ends = "_hparams_/session_end_info" in reader.Tags()["tensors"]
    check(ends == finished, f"whether the session has an end: {ends}")


def check_run(run, finished=True):
    """Compares all of a run's events with the rest of its folder."""
    training, validation = accumulator(run / "tensorboard/train"), accumulator(run / "tensorboard/validation")
    training.Reload()
    validation.Reload()
    check(training.FirstEventTimestamp() <= time.time(), "the events are of the future")
    epochs = check_scalars(run, training, validation)
    with h5py.File(run / "last.h5") as file:
        steps = len(file["history/steps/cost"])
    check_histograms(run, training, epochs, steps // len(epochs))
    check_session(run, finished)
    files = list(run.glob("tensorboard/**/*"))
    check(sum(path.is_file() and path.stat().st_size > 0 for path in files) == 3, f"the files are {files}")


def check_killed(descent, run):
    """Kills a run twice, resumes it, and lets readers that have been watching read on."""
    command = train(descent, run, 900)
    watching = server = None
    for attempt in range(3):
        process = subprocess.Popen(command)
        command = [str(descent), "resume", str(run), "--quiet"]
        if attempt == 2:
            check(process.wait() == 0, "the resumed run failed")
            break
        end = time.time() + 60
        while time.time() < end and process.poll() is None and not (run / "last.h5").exists():
            time.sleep(0.01)
        time.sleep(0.3)
        process.send_signal(signal.SIGKILL)
        check(process.wait() == -signal.SIGKILL, "the run was over before it could be killed")
        if watching is None:
            watching = accumulator(run / "tensorboard/train")
            server = Server(run.parent)
            server.wait_for({f"{run.name}/tensorboard/train"})
        watching.Reload()
        check(len(watching.Scalars("step/cost")) > 0, "there were no events when it was killed")
    check_run(run)
    watching.Reload()
    validation = accumulator(run / "tensorboard/validation")
    validation.Reload()
    check_scalars(run, watching, validation)
    server.check_curve(run)
    return server


def check_damaged(descent, run):
    """Damages the events of a run that is then resumed: the curves come from the history."""
    subprocess.run(train(descent, run, 2), check=True)
    (path,) = (run / "tensorboard/train").iterdir()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.write_bytes(content[:-5])
    subprocess.run([str(descent), "resume", str(run), "--quiet", "--epochs", "4"], check=True)
    training, validation = accumulator(run / "tensorboard/train"), accumulator(run / "tensorboard/validation")
    training.Reload()
    validation.Reload()
    check(check_scalars(run, training, validation) == [1, 2, 3, 4], "the epochs are incomplete")


class Server:
    """A TensorBoard on a folder of runs, which is asked over HTTP what it shows."""

    def __init__(self, folder):
        board = program.TensorBoard()
        board.configure(argv=[None, "--logdir", str(folder), "--port", "0", "--reload_interval", "1"])
        self.address = board.launch()

    def ask(self, path, body=None, **query):
        """Returns the answer, as JSON has it."""
        request = urllib.request.Request(
            f"{self.address}data/{path}?{urllib.parse.urlencode(query)}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def wait_for(self, runs):
        """Waits until it has seen runs."""
        end = time.time() + 60
        while not runs <= set(self.ask("runs")):
            check(time.time() < end, f"TensorBoard shows {self.ask('runs')}, not all of {runs}")
            time.sleep(0.2)

    def check_curve(self, run):
        """Compares the curve of an epoch's cost with the history; waits for its last point."""
        with h5py.File(run / "last.h5") as file:
            costs = file["history/cost"][()].astype(np.float32)
        end, points = time.time() + 60, []
        while not points or points[-1][1] != len(costs):
            check(time.time() < end, f"{run.name}: the last points are {points[-3:]}, of {len(costs)} epochs")
            time.sleep(0.2)
            points = self.ask("plugin/scalars/scalars", run=f"{run.name}/tensorboard/train", tag="epoch/cost")
        steps = [point[1] for point in points]
        check(steps == list(range(1, len(costs) + 1)), f"{run.name}: the epochs are {steps}")
        check(np.array_equal(np.array([point[2] for point in points], np.float32), costs), f"{run.name}: {points}")

    def check_plugins(self, runs):
        """Looks at the histograms, the config's text and the table of hyper-parameters of complete runs."""
        run = f"{runs[0].name}/tensorboard"
        tags = self.ask("plugin/histograms/tags")[f"{run}/train"]
        for tag in tags:
            found = self.ask("plugin/histograms/histograms", run=f"{run}/train", tag=tag)
            check(len(found) == EPOCHS, f"{tag}: {len(found)} histograms of {EPOCHS} epochs")
        text = self.ask("plugin/text/text", run=run, tag="config")
        check("optimizer" in text[0]["text"], f"the config is {text}")
        experiment = self.ask("plugin/hparams/experiment", body={"experimentName": ""})
        columns = {info["name"] for info in experiment["hparamInfos"]}
        check({"optimizer.learning_rate", "batch_size"} <= columns, f"the hyper-parameters are {columns}")
        names = [info["name"] for info in experiment["metricInfos"]]
        metrics = {(name["group"].strip("/"), name["tag"]) for name in names}
        check({("train", "epoch/cost"), ("validation", "epoch/accuracy")} <= metrics, f"the metrics are {metrics}")
        body = {
            "experimentName": "", "allowedStatuses": ["STATUS_SUCCESS"], "startIndex": 0, "sliceSize": 100,
            "colParams": [{"metric": name} for name in names],
        }  # fmt: skip
        groups = self.ask("plugin/hparams/session_groups", body=body)["sessionGroups"]
        check(len(groups) == len(runs), f"{len(groups)} of {len(runs)} runs are in the table of hyper-parameters")
        for group in groups:
            check(len(group["metricValues"]) == len(metrics), f"the metrics are {group['metricValues']}")


def main():
    """Runs all checks."""
    descent, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    whole, killed, damaged = (folder / name for name in ("whole", "killed", "damaged"))
    subprocess.run(train(descent, whole, EPOCHS, "--set", "optimizer.adam.learning_rate=0.003"), check=True)
    check_run(whole)
    check_damaged(descent, damaged)
    server = check_killed(descent, killed)
    server.check_curve(whole)
    server.check_plugins([whole, killed, damaged])
    print("TensorBoard shows what the history has")


if __name__ == "__main__":
    main()
