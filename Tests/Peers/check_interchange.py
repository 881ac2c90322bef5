"""Carries models between Descent and Keras, ONNX and safetensors, both ways, and goes on training on the other side.

For every network of cases.py: Keras opens the file as it is and predicts the same; so do the exported `.keras` and
`.onnx` files; the exported `.safetensors` file holds the same tensors. That needs the NumPy backend alone. With one that
trains: for every optimizer with state training goes on in Keras, from the file as it is, and in Descent, from Keras'
files, with the losses that the first program has.

    KERAS_BACKEND=jax python check_interchange.py path/to/descent work-folder
"""

import argparse
import json
import os
import shutil
import sys
import warnings

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import onnx  # noqa: E402
import onnxruntime  # noqa: E402
import safetensors.numpy  # noqa: E402

import cases  # noqa: E402
from descent import Descent  # noqa: E402

EPOCHS = 3
CAN_TRAIN = keras.backend.backend() != "numpy"


def agree(what, found, expected, relative, absolute=0.0):
    """Leaves with a message unless two arrays agree."""
    found, expected = np.asarray(found, np.float64), np.asarray(expected, np.float64)
    if found.shape != expected.shape:
        sys.exit(f"{what}: shape {found.shape}, expected {expected.shape}")
    if not np.isfinite(expected).all():
        sys.exit(f"{what}: what is expected is not finite")
    gap = np.abs(found - expected)
    # Written so that a NaN fails as well.
    if not (gap <= absolute + relative * np.abs(expected)).all():
        sys.exit(f"{what}: {found.ravel()[:6]}, expected {expected.ravel()[:6]}; largest difference {gap.max():.3g}")
    return gap.max()


def predictions(model, x):
    """Returns a Keras model's predictions."""
    return np.asarray(model.predict(x, verbose=0))


def go_on(model, x, y, epochs=EPOCHS):
    """Trains full batches in Keras; returns the losses."""
    return model.fit(x, y, batch_size=len(x), epochs=epochs, shuffle=False, verbose=0).history["loss"]


def load_with_state(path, descent):
    """Loads a Descent file as `.h5`, then its state as `.weights.h5`; a warning is a failure."""
    model = keras.models.load_model(path)
    model.optimizer.build(model.trainable_variables)
    copy = descent.path("copy.weights.h5")
    shutil.copyfile(path, copy)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.load_weights(copy)
    return model


def check_exports(name, file, descent, expected):
    """Exports to every format; each has to predict the same, or hold the same tensors."""
    output = descent.path("model.keras")
    descent.run("export", file, output)
    agree(f"{name}.keras", predictions(keras.models.load_model(output), descent.x), expected, 1e-5, 1e-6)
    output = descent.path("model.onnx")
    descent.run("export", file, output)
    graph = onnx.load(output)
    onnx.checker.check_model(graph, full_check=True)
    session = onnxruntime.InferenceSession(output)
    agree(f"{name}.onnx", session.run(None, {"input": descent.x})[0], expected, 1e-5, 1e-6)
    one = session.run(["output"], {"input": descent.x[:1]})[0]
    agree(f"{name}.onnx, one row", one, expected[:1], 1e-5, 1e-6)
    output = descent.path("model.safetensors")
    descent.run("export", file, output)
    tensors = safetensors.numpy.load_file(output)
    model = keras.models.load_model(file, compile=False)
    theirs = [w for w in model.weights if not w.path.endswith("/count")]
    if len(theirs) != len(tensors):
        sys.exit(f"{name}.safetensors has {len(tensors)} tensors, the model {len(theirs)}")
    own = in_file_order(output, tensors)
    # An ensemble's layers stand member by member here, and by their distance from the output in Keras.
    places = {key.replace(".", "/"): place for place, (key, _) in enumerate(own)}
    if all(weight.path in places for weight in theirs):
        theirs.sort(key=lambda weight: places[weight.path])
    for weight, (key, tensor) in zip(theirs, own):
        agree(f"{name}.safetensors: {key}", tensor, np.asarray(weight), 0)


def in_file_order(path, tensors):
    """Returns the tensors as they lie in a safetensors file."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    keys = sorted(tensors, key=lambda key: header[key]["data_offsets"])
    return [(key, tensors[key]) for key in keys]


def check_networks(descent):
    """Descent to Keras and the rest, for every network; where the backend trains, those that Keras trains on."""
    for name, layers in cases.NETWORKS.items():
        if CAN_TRAIN and name not in cases.TRAINED:
            continue
        run = descent.train(name, layers, {"adam": {"learning_rate": 0.01}}, EPOCHS)
        file = run / "last.h5"
        expected = descent.predict(file)
        gap = agree(name, predictions(keras.models.load_model(file, compile=False), descent.x), expected, 1e-5, 1e-6)
        if not CAN_TRAIN:
            check_exports(name, file, descent, expected)
        else:
            model = load_with_state(file, descent)
            agree(f"{name}, trained on", go_on(model, descent.x, descent.classes),
                  descent.resumed_costs(run, 2 * EPOCHS), 2e-5)  # fmt: skip
        print(f"{name}: largest difference {gap:.2g}", flush=True)


def check_optimizers(descent):
    """State from Descent to Keras, and from Keras back, for every optimizer."""
    layers = cases.NETWORKS["plain"]
    for name, optimizer in cases.OPTIMIZERS.items():
        run = descent.train(f"optimizer-{name}", layers, optimizer, EPOCHS)
        exported = descent.path("exported.keras")
        descent.run("export", run / "last.h5", exported)
        model = load_with_state(run / "last.h5", descent)
        twin = keras.models.load_model(exported)
        expected = descent.resumed_costs(run, 2 * EPOCHS)
        agree(f"{name} in Keras", go_on(model, descent.x, descent.classes), expected, 2e-5)
        agree(f"{name} in Keras, exported", go_on(twin, descent.x, descent.classes), expected, 2e-5)
        check_import(f"{name} back", model, descent)
        print(f"{name}: training goes on", flush=True)


def check_import(name, model, descent, kinds=("keras", "weights.h5", "h5"), target="class", y=None):
    """Saves a compiled Keras model, imports it, predicts, and goes on in Descent with Keras' own losses."""
    y = descent.classes if y is None else y
    # First of all: once Keras has saved an .h5 file, the model's config lacks the optimizer.
    config = descent.path("saved.json")
    config.write_text(model.to_json())
    files = {}
    for kind in kinds:
        files[kind] = descent.path(f"saved.{kind}")
        model.save_weights(files[kind]) if kind == "weights.h5" else model.save(files[kind])
    expected = predictions(model, descent.x)
    losses = go_on(model, descent.x, y)
    for kind, file in files.items():
        imported = descent.path("imported.h5")
        more = ["--config", config] if kind == "weights.h5" else []
        summary = json.loads(descent.run("import", file, "--output", imported, "--json", *more))
        if kind == "keras" and summary["notes"]:
            sys.exit(f"{name}: the import leaves out {summary['notes']}")
        agree(f"{name}: {kind} imported", descent.predict(imported), expected, 1e-5, 1e-6)
        run = descent.path("imported")
        table = descent.folder / "table.csv"
        features = json.dumps([f"f{k}" for k in range(cases.FEATURES)])
        descent.run(
            "resume", imported, "--data", table, "--target", target, "--set", f"data.features={features}",
            "--set", "batch_size=all", "--epochs", len(losses), "--output", run, "--quiet",
        )  # fmt: skip
        agree(f"{name}: {kind} trained on", descent.costs(run / "last.h5"), losses, 2e-5)


def keras_models():
    """Returns models made in Keras, compiled, by name."""
    layers = keras.layers
    shape = (cases.FEATURES,)
    x, _, _ = cases.rows()
    normalization = layers.Normalization()
    normalization.adapt(x)
    mixed = keras.Sequential([
        keras.Input(shape), normalization,
        layers.Dense(8, kernel_regularizer="l2", kernel_constraint=keras.constraints.MaxNorm(2)),
        layers.BatchNormalization(), layers.ReLU(max_value=6), layers.Dense(7, "gelu", use_bias=False),
        layers.LeakyReLU(negative_slope=0.1), layers.LayerNormalization(), layers.PReLU(), layers.ELU(0.7),
        layers.Reshape((7, 1)), layers.Flatten(), layers.Dense(cases.CLASSES), layers.Softmax(),
    ])  # fmt: skip
    inputs = keras.Input(shape)
    hidden = layers.Dense(8, "relu")(inputs)
    # The way past the layers is made before them, and comes first in the addition.
    past = layers.Dense(5, use_bias=False)(hidden)
    inner = layers.Dense(5, "tanh")(hidden)
    inner = layers.Add()([layers.Dense(5)(layers.LayerNormalization()(inner)), inner])
    outputs = layers.Dense(cases.CLASSES, "softmax")(layers.Add()([past, inner]))
    functional = keras.Model(inputs, outputs)
    head = layers.Dense(cases.CLASSES, "softmax", name="0")
    # Groups are made in the order of names, which is not that of the layers.
    names = keras.Sequential([
        keras.Input(shape), layers.Dense(7, "tanh", name="z"), layers.Dense(5, "tanh", name="schön"),
        layers.Dense(5, "tanh", name="a b"), layers.Dense(3, use_bias=False, name="dense_1"), head,
    ])  # fmt: skip
    ten = keras.Sequential([keras.Input(shape), *[layers.Dense(4, "tanh") for _ in range(12)],
                            layers.Dense(cases.CLASSES, "softmax")])  # fmt: skip
    models = {"sequential": mixed, "functional": functional, "names": names, "ten-layers": ten}
    for model in models.values():
        model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return models


def check_keras_predictions(descent):
    """Keras to Descent, for what is not trained on there: layers that draw numbers, and 64 KB of names."""
    layers = keras.layers
    stacks = {
        "every kind": [
            layers.Rescaling(0.5, offset=-0.25), layers.GaussianNoise(0.1), layers.Dense(8), layers.GaussianDropout(0.1),
            layers.ActivityRegularization(l2=0.01), layers.Activation("silu"), layers.BatchNormalization(),
            layers.AlphaDropout(0.1), layers.Dropout(0.1), layers.LeakyReLU(), layers.ELU(), layers.PReLU(),
            layers.LayerNormalization(), layers.ReLU(max_value=6), layers.Reshape((2, 4)), layers.Flatten(),
            layers.Dense(cases.CLASSES), layers.Softmax(),
        ],
        "long names": [layers.LayerNormalization(name=f"{'n' * 240}_{number}") for number in range(300)]
        + [layers.Dense(cases.CLASSES, "softmax")],
    }  # fmt: skip
    for name, stack in stacks.items():
        model = keras.Sequential([keras.Input((cases.FEATURES,)), *stack])
        expected = predictions(model, descent.x)
        config = descent.path("saved.json")
        config.write_text(model.to_json())
        for kind in ("keras", "weights.h5", "h5"):
            saved, imported = descent.path(f"saved.{kind}"), descent.path("imported.h5")
            model.save_weights(saved) if kind == "weights.h5" else model.save(saved)
            more = ["--config", config] if kind == "weights.h5" else []
            descent.run("import", saved, "--output", imported, *more)
            agree(f"{name}: {kind} imported", descent.predict(imported), expected, 1e-5, 1e-6)
        print(f"{name}: imported", flush=True)


def check_new_rows(descent):
    """A model of Keras' goes on with rows that it has not seen: by resume with its optimizer, by train --from without."""
    layers = cases.NETWORKS["plain"]
    model = keras.Sequential([
        keras.Input((cases.FEATURES,)), keras.layers.Dense(8, "tanh"), keras.layers.Dense(cases.CLASSES, "softmax"),
    ])  # fmt: skip
    loss = "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.Adam(0.01), loss)
    untrained = descent.path("untrained.keras")
    model.save(untrained)
    summary = json.loads(descent.run("import", untrained, "--output", descent.path("untrained.h5"), "--json"))
    if summary["notes"]:
        sys.exit(f"a model that was never trained: the import leaves out {summary['notes']}")
    go_on(model, descent.x, descent.classes)
    saved, imported = descent.path("saved.keras"), descent.path("imported.h5")
    model.save(saved)
    descent.run("import", saved, "--output", imported)
    x, classes, values = cases.rows(seed=6)
    table = descent.write_table("new.csv", x, classes, values)
    features = json.dumps([f"f{k}" for k in range(cases.FEATURES)])
    run = descent.path("resumed")
    descent.run("resume", imported, "--data", table, "--target", "class", "--set", f"data.features={features}", "--set",
                "batch_size=all", "--epochs", EPOCHS, "--output", run, "--quiet")  # fmt: skip
    tuned = descent.train("tuned", layers, {"momentum": {"learning_rate": 0.05}}, EPOCHS, table="new.csv", begin=imported)
    agree("resume on new rows", descent.costs(run / "last.h5"), go_on(model, x, classes), 2e-5)
    model = keras.models.load_model(saved)
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9), loss)
    agree("train --from on new rows", descent.costs(tuned / "last.h5"), go_on(model, x, classes), 2e-5)
    print("new rows: resume, and train --from", flush=True)


def check_keras_models(descent):
    """Keras to Descent: its own models, and every loss of values."""
    for name, model in keras_models().items():
        go_on(model, descent.x, descent.classes)
        check_import(name, model, descent)
        print(f"{name}: imported, and training goes on", flush=True)
    for loss, activation in cases.COSTS.items():
        model = keras.Sequential([keras.Input((cases.FEATURES,)), keras.layers.Dense(5, "tanh"),
                                  keras.layers.Dense(2, activation)])  # fmt: skip
        model.compile(keras.optimizers.RMSprop(0.01), loss, metrics=["mae"])
        go_on(model, descent.x, descent.values)
        check_import(loss, model, descent, ["keras"], "first,second", descent.values)
    print(f"{len(cases.COSTS)} losses: imported, and training goes on", flush=True)


def check_average(descent):
    """With use_ema Keras gets the average, which predicts; its state comes back."""
    run = descent.train("ema", cases.NETWORKS["plain"], {"adam": {"use_ema": True, "ema_momentum": 0.9}}, EPOCHS)
    expected = descent.predict(run / "last.h5")
    model = load_with_state(run / "last.h5", descent) if CAN_TRAIN else keras.models.load_model(run / "last.h5")
    agree("use_ema", predictions(model, descent.x), expected, 1e-5, 1e-6)


def check_embedding(descent):
    """An embedding, whose rows are whole numbers, to Keras and ONNX and back."""
    numbers = np.random.default_rng(1).integers(0, 9, (cases.ROWS, 4)).astype(np.float32)
    np.save(descent.folder / "numbers.npy", numbers)
    np.save(descent.folder / "labels.npy", descent.classes.astype(np.int64))
    model = keras.Sequential([
        keras.Input((4,)), keras.layers.Embedding(9, 3), keras.layers.Flatten(),
        keras.layers.Dense(cases.CLASSES, "softmax"),
    ])  # fmt: skip
    model.compile("adam" if CAN_TRAIN else None, "sparse_categorical_crossentropy")
    saved, imported = descent.path("saved.keras"), descent.path("imported.h5")
    model.save(saved)
    descent.run("import", saved, "--output", imported)
    expected = descent.predict(imported, "numbers.npy")
    agree("embedding", expected, predictions(model, numbers), 1e-5, 1e-6)
    agree("embedding, back", predictions(keras.models.load_model(imported, compile=False), numbers), expected, 1e-5, 1e-6)
    output = descent.path("model.onnx")
    descent.run("export", imported, output)
    onnx.checker.check_model(onnx.load(output), full_check=True)
    agree("embedding.onnx", onnxruntime.InferenceSession(output).run(None, {"input": numbers})[0], expected, 1e-5, 1e-6)
    run = descent.path("embedded")
    descent.run("resume", imported, "--data", descent.folder / "numbers.npy", "--labels",
                descent.folder / "labels.npy", "--epochs", 1, "--output", run, "--quiet")  # fmt: skip
    config = descent.path("columns.yaml")
    columns = [{"position": 1, "input_dim": 9, "output_dim": 3}, {"position": 2, "input_dim": 9, "output_dim": 2}]
    folder = descent.folder.resolve()
    config.write_text(json.dumps({
        "data": {"train": {"features": str(folder / "numbers.npy"), "labels": str(folder / "labels.npy")}},
        "model": [{"column_embedding": {"columns": columns}}, {"dense": {}}], "epochs": 2,
    }))  # fmt: skip
    run = descent.path("columns")
    descent.run("train", config, "--output", run, "--quiet")
    expected = descent.predict(run / "last.h5", "numbers.npy")
    found = predictions(keras.models.load_model(run / "last.h5", compile=False), numbers)
    agree("embedded columns", found, expected, 1e-5, 1e-6)
    saved, imported = descent.path("columns.keras"), descent.path("columns.h5")
    descent.run("export", run / "last.h5", saved)
    descent.run("import", saved, "--output", imported)
    agree("embedded columns, back", descent.predict(imported, "numbers.npy"), expected, 1e-5, 1e-6)
    output = descent.path("columns.onnx")
    descent.run("export", run / "last.h5", output)
    onnx.checker.check_model(onnx.load(output), full_check=True)
    agree("columns.onnx", onnxruntime.InferenceSession(output).run(None, {"input": numbers})[0], expected, 1e-5, 1e-6)
    print("embedding: both ways; embedded columns: both ways, everywhere")


def check_scaled_target(descent):
    """A target that was scaled: the last layer undoes it, in Keras and in ONNX."""
    layers = [cases.NETWORKS["plain"][0], {"dense": {}}]
    run = descent.train("scaled", layers, {"adam": {}}, EPOCHS, target="first")
    config = json.loads((descent.folder / "scaled.yaml").read_text())
    config["data"].update(scale="standard", scale_target="standard")
    (descent.folder / "scaled.yaml").write_text(json.dumps(config))
    descent.run("train", descent.folder / "scaled.yaml", "--output", run, "--force", "--quiet")
    expected = descent.predict(run / "last.h5")
    check_exports("scaled target", run / "last.h5", descent, expected)
    # Columns and a target beyond what a variance in single precision holds.
    x = descent.x * np.float32(1e-20)
    table = descent.write_table("extremes.csv", x, descent.classes, descent.values * 1e25)
    config["data"]["train"] = str(table)
    (descent.folder / "scaled.yaml").write_text(json.dumps(config))
    descent.run("train", descent.folder / "scaled.yaml", "--output", run, "--force", "--quiet")
    np.save(descent.folder / "extremes.npy", x)
    expected = descent.predict(run / "last.h5", "extremes.npy") / 1e25
    model = keras.models.load_model(run / "last.h5", compile=False)
    agree("extremes in Keras", predictions(model, x) / 1e25, expected, 1e-5, 1e-6)
    output = descent.path("model.onnx")
    descent.run("export", run / "last.h5", output)
    session = onnxruntime.InferenceSession(output)
    agree("extremes.onnx", session.run(None, {"input": x})[0] / 1e25, expected, 1e-5, 1e-6)
    print("scaled target: everywhere")


def check_refusals(descent):
    """What is refused is named, with its position; no code is run."""
    layers = keras.layers
    cases_of = {
        "layer 2 (lstm)": [layers.Reshape((2, 3)), layers.LSTM(4, name="lstm"), layers.Dense(3)],
        "layer 1 (code)": [layers.Lambda(lambda x: x * 2, name="code"), layers.Dense(3)],
        "layer 2 (wide)": [layers.Reshape((2, 3)), layers.Dense(3, name="wide")],
    }
    for message, stack in cases_of.items():
        model = keras.Sequential([keras.Input((cases.FEATURES,)), *stack])
        saved = descent.path("saved.keras")
        model.save(saved)
        text = descent.run("import", saved, "--output", descent.path("imported.h5"), fails=65)
        if message not in text:
            sys.exit(f"{message} is not named: {text}")
    print("refused: " + ", ".join(cases_of))


def main():
    """Runs every check that the backend can."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("descent", metavar="DESCENT")
    parser.add_argument("folder", metavar="FOLDER")
    arguments = parser.parse_args()
    descent = Descent(arguments.descent, arguments.folder)
    print(f"Keras {keras.__version__}, {keras.backend.backend()} backend, ONNX Runtime {onnxruntime.__version__}")
    check_networks(descent)
    check_average(descent)
    if CAN_TRAIN:
        check_optimizers(descent)
        check_keras_models(descent)
        check_new_rows(descent)
    else:
        check_keras_predictions(descent)
        check_embedding(descent)
        check_scaled_target(descent)
        check_refusals(descent)


if __name__ == "__main__":
    main()
