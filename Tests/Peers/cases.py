"""The networks and optimizers that are carried between Descent and Keras: every kind there is.

NETWORKS are configs of Descent's, by name: the layers, and what differs from the defaults. OPTIMIZERS are Descent's
optimizers with state, each with the options that change what the state is.
"""

import numpy as np

FEATURES, CLASSES, ROWS = 6, 3, 48

ACTIVATIONS = [
    "linear", "relu", "sigmoid", "tanh", {"leaky_relu": 0.1}, "leaky_relu", {"elu": 0.5}, "elu", "selu", "gelu",
    "silu", "mish", "softplus", "softsign", "hard_sigmoid", "hard_tanh", "relu6", "exponential", "log_softmax",
    "softmax", "hard_silu", {"gelu": True},
]  # fmt: skip


def dense(units, activation="linear", **options):
    """Returns a dense layer."""
    return {"dense": {"units": units, "activation": activation, **options}}


HEAD = dense(CLASSES, "softmax")

NETWORKS = {
    "plain": [dense(8, "tanh"), HEAD],
    "no-bias": [dense(8, "relu", use_bias=False), dense(CLASSES, "softmax", use_bias=False)],
    "normalized": [
        {"normalization": {}}, dense(8, "gelu"), {"batch_normalization": {"momentum": 0.9}},
        {"layer_normalization": {"epsilon": 1e-5}}, "prelu", HEAD,
    ],
    "bins": [
        {"normalization": {}}, {"piecewise_linear": {"bins": [4, 4, 0, 8, 0, 1], "name": "bins"}}, dense(8, "gelu"), HEAD],
    "robust": [{"normalization": {"robust": True}}, {"smooth_clip": {"limit": 2}}, dense(8, "tanh"), {"smooth_clip": {}}, HEAD],
    "bins-and-inputs": [{"piecewise_linear": {"bins": [3, 3, 0, 0, 2, 5], "include_input": True}}, HEAD],
    "bins-first": [{"piecewise_linear": {"bins": 5}}, HEAD],
    "periodic": [
        {"normalization": {}}, {"periodic": {"columns": [0, 1, 4], "frequencies": 5, "units": 3, "stddev": 0.5}}, dense(8, "gelu"), HEAD],
    "periodic-and-inputs": [{"periodic": {"frequencies": 4, "units": 2, "include_input": True, "name": "waves"}}, HEAD],
    "noise": [
        {"gaussian_noise": 0.1}, dense(8, "selu"), {"alpha_dropout": 0.1}, {"dropout": 0.1},
        {"gaussian_dropout": 0.1}, HEAD,
    ],
    "shapes": [{"rescaling": {"scale": 0.5, "offset": -0.25}}, {"reshape": [2, 3]}, "flatten", {"activation": "silu"}, HEAD],
    "pooling": [
        dense(70, "tanh"), {"reshape": [7, 5, 2]}, {"max_pooling2d": {"pool_size": [2, 3], "strides": 2, "padding": "same"}},
        {"average_pooling2d": {"pool_size": 2, "strides": 1}}, {"max_pooling2d": {"pool_size": 2}}, HEAD,
    ],
    "averaging": [
        dense(90, "tanh"), {"reshape": [6, 5, 3]}, {"average_pooling2d": {"pool_size": 3, "strides": 2, "padding": "same"}},
        "global_average_pooling2d", HEAD,
    ],
    "pooled-lines": [
        dense(48, "tanh"), {"reshape": [12, 4]}, {"max_pooling1d": {"pool_size": 3, "strides": 2, "padding": "same"}},
        {"average_pooling1d": 2}, {"global_max_pooling1d": {"keepdims": True}}, {"global_average_pooling1d": {}}, HEAD,
    ],
    "whole-maps": [
        dense(24, "tanh"), {"reshape": [3, 2, 4]}, {"global_max_pooling2d": {"keepdims": True}}, dense(5, "relu"), HEAD,
    ],
    "resized": [
        dense(60, "tanh"), {"reshape": [5, 4, 3]}, {"zero_padding2d": [[0, 1], [2, 1]]}, {"spatial_dropout2d": 0.0},
        {"cropping2d": [1, [0, 2]]}, {"up_sampling2d": [2, 3]}, {"max_pooling2d": 3},
        {"up_sampling2d": {"size": 2, "interpolation": "bilinear"}}, "global_average_pooling2d", HEAD,
    ],
    "resized-lines": [
        dense(24, "tanh"), {"reshape": [8, 3]}, {"zero_padding1d": [2, 1]}, {"cropping1d": [0, 3]},
        {"spatial_dropout1d": 0.0}, {"up_sampling1d": 3}, {"max_pooling1d": {"pool_size": 4, "strides": 3}}, HEAD,
    ],
    "convolution": [
        dense(70, "tanh"), {"reshape": [7, 5, 2]},
        {"conv2d": {"filters": 6, "kernel_size": 3, "padding": "same", "activation": "relu", "kernel_constraint": {"max_norm": 1.5}}},
        {"batch_normalization": {}}, {"conv2d": {"filters": 4, "kernel_size": [3, 2], "strides": 2, "padding": "same", "groups": 2, "use_bias": False}},
        {"activation": "gelu"}, {"conv2d": {"filters": 5, "kernel_size": 2, "dilation_rate": [2, 1], "activation": "silu"}},
        HEAD,
    ],
    "residual-maps": [
        dense(70, "tanh"), {"reshape": [7, 5, 2]},
        {"residual": {"projection": True, "layers": [
            {"conv2d": {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same", "use_bias": False}},
            {"batch_normalization": {}}, {"activation": "relu"},
            {"conv2d": {"filters": 4, "kernel_size": 3, "padding": "same"}}]}},
        {"residual": {"layers": [{"conv2d": {"filters": 4, "kernel_size": 3, "padding": "same", "activation": "relu"}}]}},
        {"activation": "relu"}, "global_average_pooling2d", HEAD,
    ],
    "stochastic-depth": [
        dense(24, "tanh"), {"reshape": [3, 2, 4]}, {"conv2d": {"filters": 4, "kernel_size": 1, "activation": "tanh"}},
        {"residual": {"drop_path": 0.2, "layers": [{"conv2d": {"filters": 4, "kernel_size": 3, "padding": "same"}}]}},
        "global_average_pooling2d", {"residual": {"drop_path": 0.1, "layers": [dense(4, "relu")]}}, HEAD,
    ],
    "convolved-lines": [
        dense(48, "tanh"), {"reshape": [12, 4]},
        {"conv1d": {"filters": 5, "kernel_size": 3, "dilation_rate": 2, "activation": "relu"}},
        {"conv1d": {"filters": 6, "kernel_size": 4, "strides": 3, "padding": "same", "kernel_regularizer": {"l2": 0.01}}},
        "global_average_pooling1d", HEAD,
    ],
    "depthwise": [
        dense(140, "tanh"), {"reshape": [7, 5, 4]},
        {"depthwise_conv2d": {"kernel_size": 3, "padding": "same", "activation": "relu", "depthwise_constraint": {"max_norm": 1.5}}},
        {"depthwise_conv2d": {"kernel_size": [3, 2], "strides": 2, "padding": "same", "depth_multiplier": 2, "use_bias": False}},
        {"depthwise_conv2d": {"kernel_size": 2, "dilation_rate": [2, 1], "activation": "silu", "depthwise_regularizer": {"l2": 0.01}}},
        HEAD,
    ],
    "separable": [
        dense(70, "tanh"), {"reshape": [7, 5, 2]},
        {"separable_conv2d": {"filters": 6, "kernel_size": 3, "padding": "same", "activation": "relu", "depth_multiplier": 2,
                              "pointwise_constraint": {"max_norm": 1.5}}},
        {"separable_conv2d": {"filters": 4, "kernel_size": 2, "strides": 2, "use_bias": False,
                              "pointwise_regularizer": {"l2": 0.01}}}, "global_average_pooling2d", HEAD,
    ],
    "transposed": [
        dense(24, "tanh"), {"reshape": [3, 2, 4]},
        {"conv2d_transpose": {"filters": 5, "kernel_size": 3, "strides": 2, "padding": "same", "activation": "relu"}},
        {"conv2d_transpose": {"filters": 3, "kernel_size": [1, 2], "strides": [2, 3], "use_bias": False}},
        {"conv2d_transpose": {"filters": 2, "kernel_size": [2, 4], "padding": "same", "dilation_rate": 2, "activation": "gelu"}},
        "global_average_pooling2d", HEAD,
    ],
    "normalized-maps": [
        dense(70, "tanh"), {"reshape": [7, 5, 2]}, {"conv2d": {"filters": 5, "kernel_size": 3, "strides": 2, "padding": "same"}},
        {"layer_normalization": {"epsilon": 1e-5}}, {"prelu": {"alpha_initializer": {"constant": 0.3}}},
        {"conv2d": {"filters": 4, "kernel_size": 2}}, "prelu", "layer_normalization", "global_average_pooling2d",
        "layer_normalization", "prelu", HEAD,
    ],
    "normalized-lines": [
        dense(48, "tanh"), {"reshape": [12, 4]}, {"conv1d": {"filters": 5, "kernel_size": 3}}, "layer_normalization",
        {"prelu": {"alpha_initializer": {"constant": 0.3}}}, HEAD,
    ],
    "repeated": [
        dense(8, "tanh"),
        {"repeat": {"times": 2, "layers": [{"residual": {"layers": [dense(8, "relu"), dense(8)]}}, dense(8, "tanh")]}}, HEAD,
    ],
    "raw-maps": [
        {"reshape": [3, 2, 1]}, "batch_normalization", {"prelu": {"alpha_initializer": {"constant": 0.3}}}, "layer_normalization",
        dense(24, "tanh"), {"reshape": [3, 2, 4]}, {"batch_normalization": {}}, {"activation": "relu"},
        {"reshape": [6, 4]}, {"residual": {"layers": [{"conv1d": {"filters": 4, "kernel_size": 3, "padding": "same"}}]}}, HEAD,
    ],
    "gates": [
        dense(70, "tanh"), {"reshape": [7, 5, 2]}, {"gate": {"layers": [{"conv2d": {"filters": 2, "kernel_size": 3, "padding": "same", "activation": "sigmoid"}}]}},
        {"conv2d": {"filters": 8, "kernel_size": 3, "activation": "relu"}},
        {"residual": {"layers": [{"conv2d": {"filters": 8, "kernel_size": 3, "padding": "same"}}, {"squeeze_excitation": 4}]}},
        {"gate": {"layers": [{"global_average_pooling2d": {"keepdims": True}}, {"conv2d": {"filters": 2, "kernel_size": 1, "activation": "silu"}},
                             {"conv2d": {"filters": 8, "kernel_size": 1, "activation": "hard_sigmoid"}}]}},
        {"reshape": [15, 8]}, {"squeeze_excitation": {"ratio": 2}}, "global_average_pooling1d",
        {"gate": {"layers": [dense(3, "relu"), dense(8, "sigmoid")]}}, HEAD,
    ],
    "activities": [
        {"activity_regularization": {"l2": 0.01}},
        dense(8, "tanh", activity_regularizer={"l1": 0.01}), HEAD,
    ],
    "residual": [
        dense(8, "relu"),
        {"residual": {"layers": [dense(8, "tanh"), dense(8)]}},
        {"residual": {"projection": True, "layers": [
            dense(5, "relu"), {"residual": {"layers": [{"layer_normalization": {}}, dense(5, "silu")]}}, dense(7)]}},
        HEAD,
    ],
    "frozen": [
        dense(8, "tanh", trainable=False), {"batch_normalization": {"trainable": False}}, dense(5, "tanh"), HEAD],
    "regularized": [
        dense(8, "tanh", kernel_regularizer={"l2": 0.01}, bias_regularizer={"l1": 0.02},
              kernel_initializer="he_normal", bias_initializer={"constant": 0.1}),
        dense(8, "tanh", kernel_regularizer={"l1_l2": {"l1": 0.01, "l2": 0.02}}, kernel_constraint={"max_norm": 1.5},
              kernel_initializer={"truncated_normal": {"stddev": 0.3}}),
        dense(8, "relu", kernel_constraint="unit_norm", kernel_initializer={"orthogonal": 0.8}),
        dense(8, "softplus", kernel_constraint={"min_max_norm": {"min_value": 0.5, "max_value": 2, "rate": 0.7}},
              kernel_initializer={"random_uniform": {"minval": -0.2, "maxval": 0.3}}),
        dense(CLASSES, "softmax", kernel_constraint="non_neg", kernel_initializer="lecun_uniform"),
    ],
    "ensemble": [
        {"ensemble": {"members": [
            [dense(8, "relu"), {"batch_normalization": {}}, dense(5, "tanh"), dense(CLASSES)],
            [{"residual": {"projection": True, "layers": [dense(6, "silu")]}}, dense(CLASSES)],
            [dense(7, "tanh"), dense(CLASSES)]]}},
        {"rescaling": {"scale": 0.8}}, {"activation": "softmax"},
    ],
    "ten-layers": [dense(4, "tanh") for _ in range(12)] + [HEAD],
    "names": [
        dense(5, "tanh", name="block/dense"), dense(5, "tanh", name="block_dense"), dense(5, "tanh", name="schön"),
        dense(5, "tanh", name="input"), dense(5, "tanh", name="top_level_model_weights"),
        dense(CLASSES, "softmax", name="0"),
    ],
    "long-names": [
        {"layer_normalization": {"name": f"{'n' * 240}_{number}"}} for number in range(300)
    ] + [HEAD],
}  # fmt: skip
for number, activation in enumerate(ACTIVATIONS):
    NETWORKS[f"activation-{number}"] = [dense(8, activation), {"activation": {"function": activation}}, HEAD]

# Which networks Keras goes on training: dropout and noise are random, and a kernel of 300 layers is slow to compile.
TRAINED = [
    "plain", "no-bias", "normalized", "shapes", "activities", "residual", "frozen", "regularized", "ten-layers", "names",
    "pooling", "averaging", "pooled-lines", "whole-maps", "resized", "resized-lines", "convolution", "convolved-lines", "residual-maps",
    "depthwise", "separable", "transposed", "normalized-maps", "normalized-lines",
    "repeated", "ensemble", "bins", "bins-first", "bins-and-inputs", "robust", "raw-maps", "gates",
]  # fmt: skip

OPTIMIZERS = {
    "sgd": {"sgd": {"learning_rate": 0.05}},
    "momentum": {"momentum": {"learning_rate": 0.05, "nesterov": True}},
    "adam": {"adam": {"learning_rate": 0.01}},
    "amsgrad": {"adam": {"learning_rate": 0.01, "amsgrad": True, "clip_norm": 0.5}},
    "adamw": {"adamw": {"learning_rate": 0.01, "weight_decay": 0.05, "global_clip_norm": 0.5}},
    "nadam": {"nadam": {"learning_rate": 0.01}},
    "adamax": {"adamax": {"learning_rate": 0.01, "clip_value": 0.02}},
    "rmsprop": {"rmsprop": {"learning_rate": 0.01}},
    "rmsprop-centered": {"rmsprop": {"learning_rate": 0.01, "momentum": 0.5, "centered": True}},
    "adagrad": {"adagrad": {"learning_rate": 0.05}},
    "adadelta": {"adadelta": {"learning_rate": 1.0}},
    "lion": {"lion": {"learning_rate": 0.005}},
    "ftrl": {"ftrl": {"learning_rate": 0.05, "l1_regularization_strength": 0.01, "l2_regularization_strength": 0.02}},
    "accumulated": {"adam": {"learning_rate": 0.01, "accumulate_steps": 2}},
}  # fmt: skip

COSTS = {
    "mean_squared_error": "linear", "mean_absolute_error": "linear", "mean_squared_logarithmic_error": "softplus",
    "mean_absolute_percentage_error": "linear", "log_cosh": "linear", "poisson": "exponential", "huber": "linear",
}  # fmt: skip


def rows(seed=5):
    """Returns rows, their classes and their values: the same in every run."""
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(ROWS, FEATURES)).astype(np.float32)
    classes = (x[:, 0] + x[:, 1] ** 2 > 0.5).astype(int) + (x[:, 2] > 0.3).astype(int)
    values = (np.abs(x[:, :2]) + 0.5).astype(np.float32)
    return x, classes, values
