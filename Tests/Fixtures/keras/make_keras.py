"""Makes the files of this folder with Keras, and beside each what Keras predicts from it and how it trains on.

With Keras 3 (3.15.1, JAX backend) it makes the files of Keras 3, with Keras 2 (TensorFlow 2.15.1) those of Keras 2:

    pip install keras==3.15.1 'jax[cpu]'     and     python make_keras.py
    pip install tensorflow-cpu==2.15.1       and     python make_keras.py

`<name>.json` holds the input rows, the targets, the predictions, and the losses of the full-batch steps that follow.
"""

import json
import os
import zipfile
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

try:
    import keras
except ImportError:
    from tensorflow import keras
import h5py
import numpy as np

HERE = Path(__file__).resolve().parent
IS_3 = keras.__version__.startswith("3.")
layers = keras.layers
generator = np.random.default_rng(11)
X = generator.normal(size=(20, 4)).astype(np.float32)
Y = generator.integers(0, 3, 20)


def listed(values):
    """Returns numbers as JSON has them."""
    return np.asarray(values, np.float64).round(9).tolist()


def make(name, model, kinds, x=X, y=Y):
    """Trains a compiled model a little, saves it in every kind, and records what it predicts and goes on to."""
    model.fit(x, y, batch_size=len(x), epochs=3, shuffle=False, verbose=0)
    for kind in kinds:
        path = HERE / f"{name}.{kind}"
        if kind == "weights.h5":
            model.save_weights(path)
        elif kind == "json":
            (HERE / f"{name}.config.json").write_text(model.to_json())
        else:
            model.save(path)
    predictions = model.predict(x, verbose=0)
    losses = model.fit(x, y, batch_size=len(x), epochs=4, shuffle=False, verbose=0).history["loss"]
    facts = {"keras": keras.__version__, "x": listed(x), "y": listed(y), "predictions": listed(predictions),
             "losses": listed(losses)}  # fmt: skip
    (HERE / f"{name}.json").write_text(json.dumps(facts) + "\n")


def sequential():
    """Returns a model of many kinds of layers."""
    normalization = layers.Normalization()
    normalization.adapt(X)
    return keras.Sequential([
        keras.Input((4,)), normalization,
        layers.Dense(6, "tanh", kernel_regularizer="l2", kernel_constraint=keras.constraints.MaxNorm(2)),
        layers.BatchNormalization(), layers.Dropout(0.0), layers.Dense(6, "gelu", use_bias=False),
        layers.LayerNormalization(), layers.PReLU(), layers.ReLU(), layers.ELU(0.7), layers.Dense(3),
        layers.Softmax(),
    ])  # fmt: skip


def residual():
    """Returns a model whose layers are no chain."""
    inputs = keras.Input((4,))
    hidden = layers.Dense(6, "relu")(inputs)
    past = layers.Dense(5, use_bias=False)(hidden)
    inner = layers.Dense(5, "tanh")(hidden)
    inner = layers.Add()([layers.Dense(5)(inner), inner])
    return keras.Model(inputs, layers.Dense(3, "softmax")(layers.Add()([past, inner])))


def penalised():
    """Returns a model that penalises what layers of several kinds put out."""
    return keras.Sequential([
        keras.Input((4,)), layers.Dense(6, "tanh", activity_regularizer=keras.regularizers.L2(0.02)),
        layers.Activation("relu", activity_regularizer="l1"), layers.ActivityRegularization(l1=0.01, l2=0.03),
        layers.Dense(3, "softmax", activity_regularizer=keras.regularizers.L1L2(0.01, 0.02)),
    ])  # fmt: skip


def penalised_residual():
    """Returns a residual model whose block penalises what its layer puts out."""
    inputs = keras.Input((4,))
    hidden = layers.Dense(4, "relu", activity_regularizer="l1")(inputs)
    hidden = layers.Add()([inputs, layers.Dense(4, activity_regularizer="l2")(hidden)])
    return keras.Model(inputs, layers.Dense(3, "softmax")(hidden))


def maps():
    """Returns a model of layers over feature maps, and of layers over lines of them."""
    return keras.Sequential([
        keras.Input((4,)), layers.Dense(40, "tanh"), layers.Reshape((5, 4, 2)),
        layers.ZeroPadding2D(((0, 1), (2, 0))), layers.MaxPooling2D((3, 2), strides=2, padding="same"),
        layers.UpSampling2D((2, 3), interpolation="bilinear"), layers.SpatialDropout2D(0.0),
        layers.AveragePooling2D(3, strides=2), layers.Cropping2D((0, (1, 0))), layers.Reshape((-1, 2)),
        layers.UpSampling1D(3), layers.MaxPooling1D(2), layers.ZeroPadding1D((2, 1)), layers.SpatialDropout1D(0.0),
        layers.AveragePooling1D(3, padding="same"), layers.Cropping1D(1),
        layers.GlobalAveragePooling1D(), layers.Dense(3, "softmax"),
    ])  # fmt: skip


def halves():
    """Saves a model whose first layer has its variables in bfloat16, and what it predicts."""
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(5, "relu", dtype="bfloat16"), layers.Dense(3, "softmax", dtype="float32")])
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    model.fit(X, Y, batch_size=len(X), epochs=3, shuffle=False, verbose=0)
    for kind in ("keras", "h5"):
        model.save(HERE / f"bfloat16-dense.{kind}")
    facts = {"keras": keras.__version__, "x": listed(X), "y": listed(Y), "losses": [],
             "predictions": listed(model.predict(X, verbose=0))}  # fmt: skip
    (HERE / "bfloat16-dense.json").write_text(json.dumps(facts) + "\n")


def small(units=3, activation="softmax"):
    """Returns a model of two layers."""
    return keras.Sequential([keras.Input((4,)), layers.Dense(5, "relu"), layers.Dense(units, activation)])


def refused():
    """Saves models that Descent has no layers for, or that hold code."""
    stacks = {
        "lstm": [layers.Reshape((2, 2)), layers.LSTM(3), layers.Dense(3)],
        "lambda": [layers.Lambda(lambda x: x * 2), layers.Dense(3)],
        "channels-first": [layers.Reshape((1, 2, 2)), layers.MaxPooling2D(2, data_format="channels_first", name="pool"), layers.Flatten(),
                           layers.Dense(3)],
    }  # fmt: skip
    for name, stack in stacks.items():
        model = keras.Sequential([keras.Input((4,)), *stack])
        model.save(HERE / f"refused-{name}.{'keras' if IS_3 else 'h5'}")


def newest():
    """Stores the sequential model once more, in a newer form of HDF5 and compressed."""
    with h5py.File(HERE / "sequential.h5") as old, h5py.File(HERE / "newest-sequential.h5", "w", libver=("v108", "v110")) as new:

        def store(name, item):
            if isinstance(item, h5py.Group):
                copy = new.require_group(name)
            else:
                copy = new.create_dataset(name, data=item[()], compression="gzip" if item.shape else None)
            for key, value in item.attrs.items():
                copy.attrs[key] = value

        old.visititems(store)
        for key, value in old.attrs.items():
            new.attrs[key] = value
    with zipfile.ZipFile(HERE / "newest-sequential.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", (HERE / "sequential.config.json").read_text())
        repacked = HERE / "newest.weights.h5"
        with h5py.File(HERE / "sequential.weights.h5") as old, h5py.File(repacked, "w", libver=("v108", "v110")) as new:
            for name in old:
                old.copy(name, new)
        archive.write(repacked, "model.weights.h5")
        repacked.unlink()


def main():
    """Makes all files of this version of Keras."""
    keras.utils.set_random_seed(7)
    optimizers = keras.optimizers
    sparse = "sparse_categorical_crossentropy"
    if IS_3:
        model = sequential()
        model.compile(optimizers.Adam(0.01), sparse, metrics=["accuracy"])
        make("sequential", model, ["keras", "weights.h5", "json", "h5"])
        model = residual()
        model.compile(optimizers.RMSprop(0.01, momentum=0.5, centered=True), sparse)
        make("residual", model, ["keras", "h5"])
        chosen = {
            "nadam": optimizers.Nadam(0.01), "ftrl": optimizers.Ftrl(0.05), "lion": optimizers.Lion(0.01),
            "adamw": optimizers.AdamW(0.01, amsgrad=True), "sgd": optimizers.SGD(0.05, momentum=0.9, nesterov=True),
            "adagrad": optimizers.Adagrad(0.05), "adadelta": optimizers.Adadelta(1.0), "adamax": optimizers.Adamax(0.01),
            "accumulated": optimizers.Adam(0.01, gradient_accumulation_steps=2, clipnorm=0.5),
        }  # fmt: skip
        for name, optimizer in chosen.items():
            model = small()
            model.compile(optimizer, sparse)
            make(f"optimizer-{name}", model, ["keras"])
        model = small(1, "linear")
        model.compile(optimizers.Adam(optimizers.schedules.ExponentialDecay(0.01, 10, 0.9)), keras.losses.Huber(0.5))
        make("huber-schedule", model, ["keras"], y=X[:, :1] * 2)
        model = penalised()
        model.compile(optimizers.Adam(0.01), sparse)
        make("penalised", model, ["keras", "h5"])
        model = penalised_residual()
        model.compile(optimizers.SGD(0.05), sparse)
        make("penalised-residual", model, ["keras"])
        model = maps()
        model.compile(optimizers.Adam(0.01), sparse)
        make("maps", model, ["keras", "h5"])
        halves()
        refused()
        newest()
    else:
        model = sequential()
        model.compile(optimizers.Adam(0.01), sparse, metrics=["accuracy"])
        make("keras2-sequential", model, ["h5", "keras"])
        model = residual()
        model.compile(optimizers.RMSprop(0.01, momentum=0.5, centered=True), sparse)
        make("keras2-residual", model, ["h5"])
        model = small()
        model.compile(optimizers.legacy.Adam(0.01), sparse)
        make("keras2-legacy-adam", model, ["h5"])


if __name__ == "__main__":
    main()
