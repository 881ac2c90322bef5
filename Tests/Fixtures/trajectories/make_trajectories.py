"""Writes golden training trajectories, one JSON file per case, beside this script.

Each case is a tiny network trained by Keras 3 (JAX backend) for 20 steps on fixed rows in fixed
order, in float32. A file holds everything a second implementation needs to repeat the run (network,
cost, optimizer, rows, initial weights) and everything it must then find (cost and learning rate per
step, final weights, optimizer variables, predictions). README.md beside this script names every
key.

Every case is trained a second time in float64; `float64_difference` is the largest absolute
difference between the two runs. It measures how far float32 rounding alone moves this very
trajectory, so a test can derive its tolerance from the data instead of choosing one that passes.

    python make_trajectories.py                 # all cases
    python make_trajectories.py --only adam     # the cases whose name contains "adam"
"""

import argparse
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"

import jax  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras.src.backend.common import dtypes  # noqa: E402

INPUTS = 5
HIDDEN = 7
CLASSES = 3
ROWS = 24
STEPS = 20
BATCH = 8


def dense(units, activation="linear", **options):
    """Describes a fully connected layer."""
    return {"kind": "dense", "units": units, "activation": activation, **options}


def classifier(hidden="relu", output="softmax", **options):
    """Describes the usual two-layer classifier of three classes."""
    return [dense(HIDDEN, hidden, **options), dense(CLASSES, output, **options)]


def cost(kind, **options):
    """Describes a cost function."""
    return {"kind": kind, **options}


def sgd(learning_rate=0.1, momentum=0.0, nesterov=False, **options):
    """Describes stochastic gradient descent."""
    return {
        "kind": "sgd",
        "learning_rate": learning_rate,
        "momentum": momentum,
        "nesterov": nesterov,
        **options,
    }


def adam(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **options):
    """Describes Adam."""
    return {
        "kind": options.pop("kind", "adam"),
        "learning_rate": learning_rate,
        "beta_1": beta_1,
        "beta_2": beta_2,
        "epsilon": epsilon,
        **options,
    }


def rate_of(kind, learning_rate, **options):
    """Describes an optimizer of any other kind."""
    return {"kind": kind, "learning_rate": learning_rate, **options}


def batch_normalised(use_bias):
    """Describes a network that looks across samples, with Keras' defaults."""
    return [
        dense(HIDDEN, use_bias=use_bias),
        {"kind": "batch_normalization", "momentum": 0.99, "epsilon": 1e-3},
        {"kind": "activation", "activation": "relu"},
        dense(CLASSES, "softmax"),
    ]


SPARSE = cost("categorical_crossentropy", from_logits=False)
SPARSE_LOGITS = cost("categorical_crossentropy", from_logits=True)
BINARY = cost("binary_crossentropy", from_logits=False)
BINARY_LOGITS = cost("binary_crossentropy", from_logits=True)
COSINE = {"kind": "cosine", "initial_learning_rate": 0.1, "decay_steps": 16, "alpha": 0.1}
KERAS_NAMES = {
    "clip_norm": "clipnorm",
    "global_clip_norm": "global_clipnorm",
    "clip_value": "clipvalue",
    "accumulate_steps": "gradient_accumulation_steps",
}
REGRESSION = [dense(HIDDEN, "tanh"), dense(2)]


def case(layers=None, cost=SPARSE, optimizer=None, targets="classes", **options):
    """Puts one case together; `targets` is classes, one_hot, distribution, values, flags or counts."""
    return {
        "layers": layers or classifier(),
        "cost": cost,
        "optimizer": optimizer or sgd(),
        "target_kind": targets,
        "batch_size": BATCH,
        **options,
    }


def cases():
    """Returns every case by its name, which is also its file's name."""
    table = {
        # Optimizers.
        "sgd": case(),
        "sgd-momentum": case(optimizer=sgd(0.05, 0.9)),
        "sgd-nesterov": case(optimizer=sgd(0.05, 0.9, True)),
        "adam": case(optimizer=adam()),
        "adam-other-betas": case(optimizer=adam(0.01, 0.8, 0.95, 1e-3)),
        "adamw": case(optimizer=adam(0.01, kind="adamw", weight_decay=0.05)),
        "rmsprop": case(
            optimizer={
                "kind": "rmsprop",
                "learning_rate": 0.005,
                "rho": 0.9,
                "momentum": 0.0,
                "epsilon": 1e-7,
                "centered": False,
            }
        ),
        "adagrad": case(
            optimizer={
                "kind": "adagrad",
                "learning_rate": 0.05,
                "initial_accumulator_value": 0.1,
                "epsilon": 1e-7,
            }
        ),
        "rmsprop-momentum-centered": case(
            optimizer=rate_of("rmsprop", 0.005, rho=0.8, momentum=0.5, epsilon=1e-5, centered=True)
        ),
        "adadelta": case(optimizer=rate_of("adadelta", 1.0, rho=0.9, epsilon=1e-6)),
        "amsgrad": case(optimizer=adam(0.01, 0.9, 0.9, amsgrad=True)),
        "nadam": case(optimizer=adam(0.01, kind="nadam")),
        "adamax": case(optimizer=adam(0.01, kind="adamax")),
        "lion": case(optimizer=rate_of("lion", 0.003, beta_1=0.9, beta_2=0.99)),
        "ftrl": case(
            optimizer=rate_of(
                "ftrl",
                0.1,
                initial_accumulator_value=0.1,
                l1_regularization_strength=0.01,
                l2_regularization_strength=0.02,
                l2_shrinkage_regularization_strength=0.03,
                beta=0.1,
            )
        ),
        "sgd-clip-value": case(optimizer=sgd(0.1, 0.9, clip_value=0.02)),
        "sgd-weight-decay": case(optimizer=sgd(0.1, weight_decay=0.1, decay_exclude=["bias"])),
        "adam-ema": case(optimizer=adam(0.01, use_ema=True, ema_momentum=0.8)),
        "amsgrad-ema-overwrite": case(
            optimizer=adam(
                0.01, amsgrad=True, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=7
            )
        ),
        "adam-accumulate": case(
            optimizer=adam(0.01, accumulate_steps=3, global_clip_norm=0.3, weight_decay=0.05)
        ),
        "sgd-clip-norm": case(optimizer=sgd(0.1, 0.9, clip_norm=0.05)),
        "sgd-global-clip-norm": case(optimizer=sgd(0.1, 0.9, global_clip_norm=0.1)),
        # Costs.
        "mean-squared-error": case(REGRESSION, cost("mean_squared_error"), targets="values"),
        "mean-squared-error-adam": case(
            REGRESSION, cost("mean_squared_error"), adam(0.01), "values"
        ),
        "mean-absolute-error": case(REGRESSION, cost("mean_absolute_error"), sgd(0.05), "values"),
        "huber": case(REGRESSION, cost("huber", delta=1.0), targets="values"),
        "mean-absolute-percentage-error": case(
            REGRESSION, cost("mean_absolute_percentage_error"), sgd(0.0005), "values"
        ),
        "mean-squared-logarithmic-error": case(
            [dense(HIDDEN, "tanh"), dense(2, "relu")],
            cost("mean_squared_logarithmic_error"),
            targets="counts",
        ),
        "huber-small-delta": case(REGRESSION, cost("huber", delta=0.25), targets="values"),
        "log-cosh": case(REGRESSION, cost("log_cosh"), targets="values"),
        "poisson": case(
            [dense(HIDDEN, "tanh"), dense(2, "sigmoid")], cost("poisson"), targets="counts"
        ),
        "hinge": case([dense(HIDDEN, "tanh"), dense(2)], cost("hinge"), targets="flags"),
        "squared-hinge": case(
            [dense(HIDDEN, "tanh"), dense(2)], cost("squared_hinge"), sgd(0.05), targets="flags"
        ),
        "categorical-hinge": case(
            classifier("tanh", "linear"), cost("categorical_hinge"), sgd(0.05), "one_hot"
        ),
        "kl-divergence": case(cost=cost("kl_divergence"), targets="distribution"),
        "binary-focal-crossentropy": case(
            classifier(output="sigmoid"),
            cost("binary_focal_crossentropy", gamma=2.0, from_logits=False),
            targets="flags",
        ),
        "binary-focal-crossentropy-balanced": case(
            [dense(HIDDEN, "relu"), dense(1)],
            cost(
                "binary_focal_crossentropy",
                apply_class_balancing=True,
                alpha=0.3,
                gamma=1.5,
                label_smoothing=0.1,
                from_logits=True,
            ),
            targets="flags",
        ),
        "categorical-focal-crossentropy": case(
            cost=cost("categorical_focal_crossentropy", alpha=0.25, gamma=2.0), targets="one_hot"
        ),
        "categorical-focal-crossentropy-from-logits": case(
            classifier(output="linear"),
            cost(
                "categorical_focal_crossentropy",
                alpha=0.5,
                gamma=1.5,
                label_smoothing=0.1,
                from_logits=True,
            ),
            targets="one_hot",
        ),
        "binary-crossentropy-label-smoothing": case(
            classifier(output="sigmoid"),
            cost("binary_crossentropy", from_logits=False, label_smoothing=0.2),
            targets="flags",
        ),
        "categorical-crossentropy-label-smoothing": case(
            cost=cost("categorical_crossentropy", from_logits=False, label_smoothing=0.2),
            targets="one_hot",
        ),
        "categorical-crossentropy-soft-targets": case(targets="distribution"),
        "binary-crossentropy-one-output": case(
            [dense(HIDDEN, "relu"), dense(1, "sigmoid")], BINARY, targets="flags"
        ),
        "binary-crossentropy-three-outputs": case(
            classifier(output="sigmoid"), BINARY, targets="flags"
        ),
        "binary-crossentropy-from-logits": case(
            [dense(HIDDEN, "relu"), dense(1)], BINARY_LOGITS, targets="flags"
        ),
        "binary-crossentropy-from-logits-three-outputs": case(
            classifier(output="linear"), BINARY_LOGITS, adam(0.01), "flags"
        ),
        "categorical-crossentropy-sparse": case(optimizer=adam(0.01)),
        "categorical-crossentropy-one-hot": case(optimizer=adam(0.01), targets="one_hot"),
        "categorical-crossentropy-from-logits": case(
            classifier(output="linear"), SPARSE_LOGITS, adam(0.01)
        ),
        "categorical-crossentropy-from-logits-one-hot": case(
            classifier(output="linear"), SPARSE_LOGITS, adam(0.01), "one_hot"
        ),
        # Class weights, penalties, a last batch that is smaller.
        "class-weights": case(class_weights=[0.5, 1.0, 2.5]),
        "sample-weights": case(sample_weights=True, batch_size=10),
        "sample-weights-regression": case(
            REGRESSION, cost("mean_squared_error"), targets="values", sample_weights=True
        ),
        "l2-penalty": case(classifier(kernel_l2=0.02)),
        "l1-l2-penalty": case(
            classifier(kernel_l1=0.01, kernel_l2=0.02, bias_l2=0.03), optimizer=adam(0.01)
        ),
        "penalty-accumulate": case(
            classifier(kernel_l2=0.02), optimizer=sgd(0.1, 0.9, accumulate_steps=2)
        ),
        "max-norm": case(
            classifier(kernel_max_norm=0.6), optimizer=sgd(0.1, 0.9, use_ema=True, ema_momentum=0.7)
        ),
        "ragged-batches": case(optimizer=sgd(0.05, 0.9), batch_size=10),
        # Networks.
        "three-layers": case(
            [dense(HIDDEN, "relu"), dense(6, "tanh"), dense(CLASSES, "softmax")],
            optimizer=adam(0.01),
        ),
        "batch-normalization": case(batch_normalised(True), optimizer=sgd(0.05, 0.9)),
        # Without the bias: its gradient is zero but for rounding, which Adam would blow up to
        # a full step.
        "batch-normalization-adam": case(batch_normalised(False), optimizer=adam(0.01)),
        # Schedules.
        "cosine": case(optimizer=sgd(), schedule=COSINE),
        "cosine-momentum": case(optimizer=sgd(0.1, 0.9), schedule=COSINE),
        "cosine-warmup": case(
            optimizer=adam(0.0),
            schedule={
                "kind": "cosine",
                "initial_learning_rate": 0.0,
                "warmup_target": 0.02,
                "warmup_steps": 4,
                "decay_steps": 14,
                "alpha": 0.0,
            },
        ),
    }
    # Layers that take the rows' own numbers, change their shape or branch.
    block = [dense(HIDDEN, "gelu"), {"kind": "layer_normalization", "epsilon": 1e-3}]
    table |= {
        "embedding": case(
            [{"kind": "embedding", "input_dim": 4, "output_dim": 3}, *classifier()],
            optimizer=adam(0.01),
            numbers=[4] * INPUTS,
        ),
        "column-embedding": case(
            [
                {"kind": "normalization", "keeps": [1, 3]},
                {
                    "kind": "column_embedding",
                    "columns": [
                        {"position": 1, "input_dim": 4, "output_dim": 3},
                        {"position": 3, "input_dim": 2, "output_dim": 1},
                    ],
                },
                *classifier(),
            ],
            optimizer=adam(0.01),
            numbers=[None, 4, None, 2, None],
        ),
        "residual": case(
            [
                dense(HIDDEN, "tanh"),
                {"kind": "residual", "projection": False, "layers": block},
                dense(CLASSES, "softmax"),
            ],
            optimizer=sgd(0.05, 0.9),
        ),
        "residual-projection": case(
            [
                {"kind": "residual", "projection": True, "layers": block},
                dense(CLASSES, "softmax"),
            ],
            optimizer=sgd(0.05, 0.9),
        ),
        "gate-rows": case(
            [dense(HIDDEN, "tanh"), {"kind": "gate", "layers": [dense(HIDDEN, "sigmoid")]}, dense(CLASSES, "softmax")],
        ),
        "gate-maps": case(
            [
                dense(24, "tanh"),
                {"kind": "reshape", "target_shape": [3, 2, 4]},
                {"kind": "prelu", "shared_axes": [1, 2]},
                {
                    "kind": "gate",
                    "layers": [{"kind": "global_average_pooling2d"}, dense(2, "relu"), dense(4, "sigmoid")],
                },
                dense(CLASSES, "softmax"),
            ],
            optimizer=sgd(0.05, 0.9),
        ),
        "normalization": case([{"kind": "normalization"}, *classifier()]),
        "rescaling": case([{"kind": "rescaling", "scale": -0.5, "offset": 0.25}, *classifier()]),
        "reshape-flatten": case(
            [
                dense(6, "tanh"),
                {"kind": "reshape", "target_shape": [2, -1]},
                {"kind": "flatten"},
                dense(CLASSES, "softmax"),
            ]
        ),
        "activity-regularization": case(
            [
                dense(HIDDEN, "sigmoid", activity_l1=0.02, activity_l2=0.01, kernel_l2=0.01),
                dense(HIDDEN, "tanh"),
                {"kind": "activity_regularization", "l1": 0.01, "l2": 0.03},
                dense(CLASSES, "softmax"),
            ],
            optimizer=adam(0.01),
        ),
        "activation-gelu-approximate": case(
            [
                dense(HIDDEN, "gelu", approximate=True),
                dense(HIDDEN, "gelu", approximate=True),
                dense(CLASSES, "softmax"),
            ]
        ),
    }
    activations = [
        "relu",
        "tanh",
        "sigmoid",
        "elu",
        "gelu",
        "leaky_relu",
        "selu",
        "silu",
        "softplus",
        "softsign",
        "hard_sigmoid",
        "hard_tanh",
        "hard_silu",
        "relu6",
        "mish",
        "log_softmax",
    ]
    for name in activations:
        table[f"activation-{name.replace('_', '-')}"] = case(
            [dense(HIDDEN, name), dense(HIDDEN, name), dense(CLASSES, "softmax")]
        )
    # Other layers, and layers that are not trained.
    for name, layer in {
        "layer-normalization": {"kind": "layer_normalization", "epsilon": 1e-3},
        "prelu": {"kind": "prelu"},
        "frozen-batch-normalization": {
            "kind": "batch_normalization",
            "momentum": 0.9,
            "epsilon": 1e-3,
            "trainable": False,
        },
        "frozen-dense": dense(HIDDEN, "gelu", trainable=False),
    }.items():
        table[name] = case(
            [dense(HIDDEN, "tanh"), layer, dense(CLASSES, "softmax")], optimizer=sgd(0.05, 0.9)
        )
    # Exponentials of exponentials would drive probabilities below Keras' clipping at 1e-7.
    table["activation-exponential"] = case(
        [dense(HIDDEN, "exponential"), dense(HIDDEN, "tanh"), dense(CLASSES, "softmax")]
    )
    return table


def rows_for(spec, random):
    """Draws inputs and targets that a network can partly learn; returns two float32 arrays."""
    inputs = random.normal(size=(ROWS, INPUTS)).astype(np.float32)
    for column, count in enumerate(spec.get("numbers", [])):
        if count:
            inputs[:, column] = np.floor(inputs[:, column] * 5) % count
    width = spec["layers"][-1]["units"]
    scores = inputs @ random.normal(size=(INPUTS, width)) + 0.3 * random.normal(size=(ROWS, width))
    kind = spec["target_kind"]
    if kind == "values":
        targets = np.tanh(scores)
    elif kind == "flags":
        targets = scores > 0
    elif kind == "counts":
        targets = np.floor(np.exp(0.7 * scores))
    elif kind == "distribution":
        targets = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    elif kind == "one_hot":
        targets = np.eye(width)[scores.argmax(1)]
    else:
        targets = scores.argmax(1)[:, None]
    return inputs, targets.astype(np.float32)


def build_layer(description):
    """Turns one layer's description into a Keras layer."""
    options = {key: value for key, value in description.items() if key != "kind"}
    kind = description["kind"]
    if kind == "dense":
        for part in ("kernel", "activity"):
            penalties = options.pop(f"{part}_l1", 0.0), options.pop(f"{part}_l2", 0.0)
            if any(penalties):
                options[f"{part}_regularizer"] = keras.regularizers.L1L2(*penalties)
        if "bias_l2" in options:
            options["bias_regularizer"] = keras.regularizers.L2(options.pop("bias_l2"))
        if "kernel_max_norm" in options:
            options["kernel_constraint"] = keras.constraints.MaxNorm(options.pop("kernel_max_norm"))
        if options.pop("approximate", False):
            options["activation"] = lambda z: keras.activations.gelu(z, approximate=True)
        return keras.layers.Dense(**options)
    table = {
        "batch_normalization": keras.layers.BatchNormalization,
        "layer_normalization": keras.layers.LayerNormalization,
        "prelu": keras.layers.PReLU,
        "activation": keras.layers.Activation,
        "embedding": keras.layers.Embedding,
        "rescaling": keras.layers.Rescaling,
        "reshape": keras.layers.Reshape,
        "flatten": keras.layers.Flatten,
        "global_average_pooling2d": keras.layers.GlobalAveragePooling2D,
        "activity_regularization": keras.layers.ActivityRegularization,
    }
    return table[kind](**options)


def connect(description, values, inputs):
    """Puts a described layer behind a tensor; returns its output."""
    kind = description["kind"]
    if kind == "dense" and len(values.shape) > 2:
        values = keras.layers.Flatten()(values)
    if kind == "residual":
        skipped, through = values, values
        for layer in description["layers"]:
            through = connect(layer, through, inputs)
        if description["projection"]:
            skipped = keras.layers.Dense(through.shape[-1], use_bias=False)(values)
        return keras.layers.Add()([through, skipped])
    if kind == "gate":
        factors = values
        for layer in description["layers"]:
            factors = connect(layer, factors, inputs)
        return keras.layers.Multiply()([values, factors])
    if kind == "column_embedding":
        return embed_columns(description["columns"], values)
    if kind == "normalization":
        layer = keras.layers.Normalization()
        layer.adapt(inputs)
        for column in description.get("keeps", []):
            mean, variance, count = layer.get_weights()
            mean[column], variance[column] = 0, 1
            layer.set_weights([mean, variance, count])
            layer.finalize_state()
        return layer(values)
    return build_layer(description)(values)


def embed_columns(columns, values):
    """Replaces some columns of a row by vectors, the others stay between them."""
    parts, first = [], 0
    for column in columns:
        position = column["position"]
        if position > first:
            parts.append(values[:, first:position])
        layer = keras.layers.Embedding(column["input_dim"], column["output_dim"])
        parts.append(keras.layers.Flatten()(layer(values[:, position : position + 1])))
        first = position + 1
    if first < values.shape[-1]:
        parts.append(values[:, first:])
    return keras.layers.Concatenate()(parts)


def weighted(model):
    """The layers whose weights are recorded, and of each the weights that are: numbers, no counts."""
    for layer in model.layers:
        yield layer, [v for v in layer.weights if "float" in str(v.dtype)]


def build_cost(spec):
    """Turns a cost's description into a Keras loss."""
    options = {key: value for key, value in spec["cost"].items() if key != "kind"}
    kind = spec["cost"]["kind"]
    if kind == "categorical_crossentropy":
        if spec["target_kind"] == "classes":
            return keras.losses.SparseCategoricalCrossentropy(**options)
        return keras.losses.CategoricalCrossentropy(**options)
    table = {
        "binary_crossentropy": keras.losses.BinaryCrossentropy,
        "mean_squared_error": keras.losses.MeanSquaredError,
        "mean_absolute_error": keras.losses.MeanAbsoluteError,
        "huber": keras.losses.Huber,
        "mean_absolute_percentage_error": keras.losses.MeanAbsolutePercentageError,
        "mean_squared_logarithmic_error": keras.losses.MeanSquaredLogarithmicError,
        "log_cosh": keras.losses.LogCosh,
        "poisson": keras.losses.Poisson,
        "hinge": keras.losses.Hinge,
        "squared_hinge": keras.losses.SquaredHinge,
        "categorical_hinge": keras.losses.CategoricalHinge,
        "kl_divergence": keras.losses.KLDivergence,
        "binary_focal_crossentropy": keras.losses.BinaryFocalCrossentropy,
        "categorical_focal_crossentropy": keras.losses.CategoricalFocalCrossentropy,
    }
    return table[kind](**options)


def build_optimizer(spec):
    """Turns the descriptions of optimizer and schedule (if any) into a Keras optimizer."""
    options = {key: value for key, value in spec["optimizer"].items() if key != "kind"}
    spared = options.pop("decay_exclude", None)
    for ours, theirs in KERAS_NAMES.items():
        if ours in options:
            options[theirs] = options.pop(ours)
    if "schedule" in spec:
        schedule = {key: value for key, value in spec["schedule"].items() if key != "kind"}
        options["learning_rate"] = keras.optimizers.schedules.CosineDecay(**schedule)
    table = {
        "sgd": keras.optimizers.SGD,
        "adam": keras.optimizers.Adam,
        "adamw": keras.optimizers.AdamW,
        "rmsprop": keras.optimizers.RMSprop,
        "adagrad": keras.optimizers.Adagrad,
        "adadelta": keras.optimizers.Adadelta,
        "nadam": keras.optimizers.Nadam,
        "adamax": keras.optimizers.Adamax,
        "lion": keras.optimizers.Lion,
        "ftrl": keras.optimizers.Ftrl,
    }
    optimizer = table[spec["optimizer"]["kind"]](**options)
    if spared:
        optimizer.exclude_from_weight_decay(var_names=spared)
    return optimizer


def initial_weights(model, random):
    """Draws every weight, so that no bias, scale or moving statistic starts at a mere 0 or 1."""
    drawn = []
    for layer, variables in weighted(model):
        tensors = []
        for variable in variables:
            values = random.normal(size=variable.shape) * 0.4
            if variable.name in ("gamma", "moving_variance"):
                values = 1 + 0.5 * np.tanh(values)
            if isinstance(layer, keras.layers.Normalization):
                values = np.asarray(variable.value)
            tensors.append(values.astype(np.float32))
        drawn.append(tensors)
    return drawn


def train(spec, name, floatx):
    """Trains one case in the given precision and returns everything worth recording, as arrays."""
    keras.backend.clear_session()
    keras.config.set_floatx(floatx)
    random = np.random.default_rng([7, *name.encode()])
    inputs, targets = rows_for(spec, random)
    rows = keras.Input((INPUTS,))
    values = rows
    for layer in spec["layers"]:
        values = connect(layer, values, inputs.astype(floatx))
    model = keras.Model(rows, values)
    start = initial_weights(model, random)
    # Drawn last, so that the cases without any keep their rows and weights.
    row_weights = None
    if spec.get("sample_weights"):
        row_weights = random.choice([0.0, 0.5, 1.0, 1.75], ROWS).astype(np.float32)
    for (layer, variables), tensors in zip(weighted(model), start, strict=True):
        if isinstance(layer, keras.layers.Normalization):
            continue
        for variable, values in zip(variables, tensors, strict=True):
            variable.assign(values)
    optimizer = build_optimizer(spec)
    model.compile(optimizer, build_cost(spec))
    optimizer.build(model.trainable_variables)

    class_weight = dict(enumerate(spec["class_weights"])) if "class_weights" in spec else None
    x, y = inputs.astype(floatx), targets.astype(floatx)
    if spec["target_kind"] == "classes":
        y = y[:, 0].astype("int32")
    costs, penalties, rates = [], [], []
    batches = [
        slice(first, first + spec["batch_size"]) for first in range(0, ROWS, spec["batch_size"])
    ]
    for step in range(STEPS):
        batch = batches[step % len(batches)]
        rates.append(np.asarray(optimizer.learning_rate))
        if "activity" in name:
            # What activities cost is that of the last call, and none but this one is outside a step.
            model(x[batch], training=True)
        penalties.append(np.asarray(sum(model.losses)))
        model.reset_metrics()
        costs.append(
            np.asarray(
                model.train_on_batch(
                    x[batch],
                    y[batch],
                    sample_weight=None if row_weights is None else row_weights[batch],
                    class_weight=class_weight,
                )
            )
        )
    return {
        "inputs": inputs,
        "targets": targets,
        "row_weights": row_weights,
        "initial_weights": start,
        "costs": np.array(costs),
        "penalties": np.array(penalties),
        "learning_rates": np.array(rates),
        "final_weights": [[np.asarray(v.value) for v in held] for _, held in weighted(model)],
        "optimizer_variables": [(v.path, np.asarray(v.value)) for v in optimizer.variables],
        "predictions": np.asarray(model(x, training=False)),
    }


def plain(array):
    """Returns an array as nested lists whose decimals, read as float32, give the same bits."""
    array = np.asarray(array)
    if array.ndim:
        return [plain(item) for item in array]
    if np.issubdtype(array.dtype, np.integer):
        return int(array)
    value = np.float32(array)
    shortest = float(str(value))
    if np.float32(shortest) != value:
        raise ValueError(f"{value!r} does not survive its decimal form")
    return shortest


def tensor(array):
    """Describes one tensor: its shape and its values in row-major order."""
    return {"shape": list(array.shape), "values": plain(np.asarray(array).ravel())}


def difference(single, double):
    """Returns the largest absolute difference between two lists of arrays."""
    pairs = zip(single, double, strict=True)
    return max(float(np.abs(np.float64(a) - np.float64(b)).max(initial=0)) for a, b in pairs)


def flat(weights):
    """Lists the tensors of all layers."""
    return [values for layer in weights for values in layer]


def document(name, spec, single, double):
    """Puts the JSON document of one case together."""
    content = {
        "name": name,
        "versions": {"keras": keras.__version__, "jax": jax.__version__, "numpy": np.__version__},
        "input": [INPUTS],
        **spec,
        "steps": STEPS,
        "inputs": plain(single["inputs"]),
        "targets": plain(single["targets"]),
        "initial_weights": [[tensor(v) for v in layer] for layer in single["initial_weights"]],
        "costs": plain(single["costs"]),
        "learning_rates": plain(single["learning_rates"]),
        "final_weights": [[tensor(v) for v in layer] for layer in single["final_weights"]],
        "optimizer_variables": [
            {"name": path, **tensor(value)} for path, value in single["optimizer_variables"]
        ],
        "predictions": plain(single["predictions"]),
        "float64_difference": {
            "costs": difference(single["costs"], double["costs"]),
            "weights": difference(flat(single["final_weights"]), flat(double["final_weights"])),
            "optimizer_variables": difference(
                [value for _, value in single["optimizer_variables"]],
                [value for _, value in double["optimizer_variables"]],
            ),
            "predictions": difference([single["predictions"]], [double["predictions"]]),
        },
    }
    if single["row_weights"] is not None:
        content["sample_weights"] = plain(single["row_weights"])
    if single["penalties"].any():
        content["penalties"] = plain(single["penalties"])
    return content


def trained_in_float64(only):
    """Trains the cases in float64 in a process of its own; returns what `train` returns, by name.

    Keras decides when it is imported whether JAX keeps 64 bits, and the float32 runs must be those
    that any user of JAX gets.
    """
    command = [sys.executable, __file__, "--only", only, "--float64"]
    environment = {**os.environ, "JAX_ENABLE_X64": "1"}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return pickle.loads(done.stdout)


def main():
    """Trains the chosen cases in both precisions and writes their files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", metavar="TEXT", help="cases whose name has TEXT")
    parser.add_argument("--float64", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--output", type=Path, default=Path(__file__).parent, metavar="FOLDER")
    arguments = parser.parse_args()
    chosen = {name: spec for name, spec in cases().items() if arguments.only in name}
    if not chosen:
        parser.error(f"no case is called anything like {arguments.only!r}")
    if arguments.float64:
        # Keras rounds to float32 inside some operations, tanh among them, unless told otherwise.
        dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"
        pickle.dump(
            {name: train(spec, name, "float64") for name, spec in chosen.items()}, sys.stdout.buffer
        )
        return
    single = {name: train(spec, name, "float32") for name, spec in chosen.items()}
    double = trained_in_float64(arguments.only)
    for name, spec in chosen.items():
        content = document(name, spec, single[name], double[name])
        text = json.dumps(content, separators=(",", ":"), allow_nan=False)
        (arguments.output / f"{name}.json").write_text(text + "\n")
        gaps = content["float64_difference"]
        print(f"{name:48} cost {content['costs'][0]:.4f} -> {content['costs'][-1]:.4f}", end="")
        print("".join(f"  {key} {gap:.1e}" for key, gap in gaps.items()))


if __name__ == "__main__":
    main()
