"""The networks that Descent and its peers are measured with, described once and built for each of them.

A network is its hidden widths, such as 512-512, or a name: `cnn` is a small convolutional network (two convolutions of
3 × 3 with 32 and 64 filters, each rectified and pooled by 2 × 2, a dense layer of 128, and the output), `resnet` a
residual one (a convolution of 16 filters, three stages of two blocks with 16, 32 and 64, batch normalisation, pooling over
whole maps, and the output). Where maps become smaller, what goes past a block goes through a convolution of single pixels.
The padding is Keras' `same`, in PyTorch the same number of zeros. BenchmarkSupport has the same networks for Descent.
"""

import math
from dataclasses import dataclass

CLASSES = 10
SIDE = 28


@dataclass(frozen=True)
class Convolution:
    """A convolution of 3 × 3 and a rectifier; batch normalisation between them, in place of a bias, where it is told so."""

    filters: int
    stride: int = 1
    normalized: bool = False


@dataclass(frozen=True)
class Block:
    """Two normalised convolutions of 3 × 3 whose output is added to their input, and a rectifier."""

    filters: int
    stride: int = 1


@dataclass(frozen=True)
class Pool:
    """The largest of each 2 × 2 pixels."""


@dataclass(frozen=True)
class Mean:
    """The mean of each channel over its map."""


@dataclass(frozen=True)
class Dense:
    """A dense layer, rectified unless it is the last."""

    units: int
    is_last: bool = False


OUTPUT = Dense(CLASSES, is_last=True)
CONVOLUTIONAL = {
    "cnn": [Convolution(32), Pool(), Convolution(64), Pool(), Dense(128), OUTPUT],
    "resnet": [
        Convolution(16, normalized=True), Block(16), Block(16), Block(32, 2), Block(32), Block(64, 2), Block(64), Mean(),
        OUTPUT,
    ],
}  # fmt: skip


def is_convolutional(name):
    """Returns whether a network takes maps rather than rows."""
    return name in CONVOLUTIONAL


def is_network(name):
    """Returns whether there is such a network."""
    return is_convolutional(name) or all(part.isdigit() and int(part) > 0 for part in name.split("-"))


def layers_of(name):
    """Returns a network's layers."""
    return CONVOLUTIONAL.get(name) or [*(Dense(int(units)) for units in name.split("-")), OUTPUT]


def input_shape(name):
    """Returns the shape of one row of its input."""
    return (SIDE, SIDE, 1) if is_convolutional(name) else (SIDE * SIDE,)


def placed(name):
    """Yields each layer with the side and the channels of the maps that it takes; rows are maps of one pixel."""
    side, channels = (SIDE, 1) if is_convolutional(name) else (1, SIDE * SIDE)
    for layer in layers_of(name):
        yield layer, side, channels
        if isinstance(layer, Convolution | Block):
            side, channels = math.ceil(side / layer.stride), layer.filters
        elif isinstance(layer, Pool):
            side //= 2
        elif isinstance(layer, Mean):
            side = 1
        else:
            side, channels = 1, layer.units


def multiply_adds(name):
    """Returns those of each product of a forward pass for one row, padding counted as though it were multiplied."""
    products = []
    for layer, side, channels in placed(name):
        if isinstance(layer, Dense):
            products.append(side * side * channels * layer.units)
        elif isinstance(layer, Convolution | Block):
            positions = math.ceil(side / layer.stride) ** 2
            products.append(positions * 9 * channels * layer.filters)
            if isinstance(layer, Block):
                products.append(positions * 9 * layer.filters**2)
                products += [positions * channels * layer.filters] if channels != layer.filters else []
    return products


def operations(name):
    """Returns the multiplications and additions of a training step for one row: forward, and for all but the first layer
    twice as many backward; the first needs no gradient of its input."""
    products = multiply_adds(name)
    return 2 * (3 * sum(products) - products[0])


def torch_network(name):
    """Returns the network for PyTorch, its maps channels last."""
    import torch
    from torch import nn

    def convolution(inputs, filters, stride=1, size=3, bias=False):
        return nn.Conv2d(inputs, filters, size, stride, size // 2, bias=bias)

    class Residual(nn.Module):
        def __init__(self, inputs, filters, stride):
            super().__init__()
            self.path = nn.Sequential(
                convolution(inputs, filters, stride), nn.BatchNorm2d(filters), nn.ReLU(),
                convolution(filters, filters), nn.BatchNorm2d(filters),
            )  # fmt: skip
            self.past = nn.Identity() if inputs == filters else convolution(inputs, filters, stride, size=1)

        def forward(self, maps):
            return nn.functional.relu(self.path(maps) + self.past(maps))

    modules = []
    for layer, side, channels in placed(name):
        if isinstance(layer, Convolution):
            modules.append(convolution(channels, layer.filters, layer.stride, bias=not layer.normalized))
            modules += [nn.BatchNorm2d(layer.filters)] if layer.normalized else []
            modules.append(nn.ReLU())
        elif isinstance(layer, Block):
            modules.append(Residual(channels, layer.filters, layer.stride))
        elif isinstance(layer, Pool):
            modules.append(nn.MaxPool2d(2))
        elif isinstance(layer, Mean):
            modules.append(nn.AdaptiveAvgPool2d(1))
        else:
            modules += [nn.Flatten()] if is_convolutional(name) else []
            modules.append(nn.Linear(side * side * channels, layer.units))
            modules += [] if layer.is_last else [nn.ReLU()]
    return nn.Sequential(*modules).to(memory_format=torch.channels_last)


def keras_network(name):
    """Returns the network for Keras, without an activation at its end."""
    import keras

    kinds = keras.layers

    def normalized(values, filters, stride=1):
        return kinds.BatchNormalization()(
            kinds.Conv2D(filters, 3, stride, padding="same", use_bias=False)(values))

    values = inputs = keras.Input(input_shape(name))
    for layer in layers_of(name):
        if isinstance(layer, Convolution):
            if layer.normalized:
                values = kinds.ReLU()(normalized(values, layer.filters, layer.stride))
            else:
                values = kinds.Conv2D(layer.filters, 3, layer.stride, padding="same", activation="relu")(values)
        elif isinstance(layer, Block):
            path = normalized(values, layer.filters, layer.stride)
            path = normalized(kinds.ReLU()(path), layer.filters)
            if values.shape[-1] != layer.filters:
                values = kinds.Conv2D(layer.filters, 1, layer.stride, use_bias=False)(values)
            values = kinds.ReLU()(kinds.Add()([path, values]))
        elif isinstance(layer, Pool):
            values = kinds.MaxPooling2D(2)(values)
        elif isinstance(layer, Mean):
            values = kinds.GlobalAveragePooling2D()(values)
        else:
            values = kinds.Flatten()(values) if len(values.shape) > 2 else values
            values = kinds.Dense(layer.units, None if layer.is_last else "relu")(values)
    return keras.Model(inputs, values)


def jax_network(name):
    """Returns for JAX the parameters, the moving statistics, and a function of both and an input: scores and statistics."""
    import jax
    import jax.numpy as jnp
    import numpy as np

    random = np.random.default_rng(7)
    parameters, statistics, steps = [], [], []

    def kernel(*shape):
        values = random.normal(size=shape) * math.sqrt(2 / math.prod(shape[:-1]))
        parameters.append(jnp.asarray(values, jnp.float32))
        return len(parameters) - 1

    def vector(value, length):
        parameters.append(jnp.full(length, value, jnp.float32))
        return len(parameters) - 1

    def convolution(inputs, filters, stride=1, size=3):
        weights = kernel(size, size, inputs, filters)
        form = ("NHWC", "HWIO", "NHWC")

        def run(values, parameters, old, new):
            return jax.lax.conv_general_dilated(
                values, parameters[weights], (stride, stride), "SAME", dimension_numbers=form)

        return run

    def normalization(channels):
        gamma, beta, place = vector(1, channels), vector(0, channels), len(statistics)
        statistics.append((jnp.zeros(channels), jnp.ones(channels)))

        def run(values, parameters, old, new):
            mean = values.mean((0, 1, 2))
            variance = ((values - mean) ** 2).mean((0, 1, 2))
            new[place] = (0.9 * old[place][0] + 0.1 * mean, 0.9 * old[place][1] + 0.1 * variance)
            scale = jax.lax.rsqrt(variance + 1e-5) * parameters[gamma]
            return (values - mean) * scale + parameters[beta]

        return run

    def bias(length):
        place = vector(0, length)
        return lambda values, parameters, old, new: values + parameters[place]

    def rectifier(values, parameters, old, new):
        return jax.nn.relu(values)

    def pool(values, parameters, old, new):
        # By shape: reduce_window is half as fast on CPUs.
        rows, height, width, channels = values.shape
        return values.reshape(rows, height // 2, 2, width // 2, 2, channels).max((2, 4))

    def mean(values, parameters, old, new):
        return values.mean((1, 2))

    def dense(inputs, units):
        weights = kernel(inputs, units)
        return lambda values, parameters, old, new: values.reshape(len(values), -1) @ parameters[weights]

    def block(inputs, filters, stride):
        path = [convolution(inputs, filters, stride), normalization(filters), rectifier,
                convolution(filters, filters), normalization(filters)]  # fmt: skip
        past = [] if inputs == filters else [convolution(inputs, filters, stride, size=1)]
        return lambda values, *rest: jax.nn.relu(chain(path, values, *rest) + chain(past, values, *rest))

    def chain(steps, values, *rest):
        for step in steps:
            values = step(values, *rest)
        return values

    for layer, side, channels in placed(name):
        if isinstance(layer, Convolution):
            steps.append(convolution(channels, layer.filters, layer.stride))
            steps += [normalization(layer.filters) if layer.normalized else bias(layer.filters), rectifier]
        elif isinstance(layer, Block):
            steps.append(block(channels, layer.filters, layer.stride))
        elif isinstance(layer, Pool):
            steps.append(pool)
        elif isinstance(layer, Mean):
            steps.append(mean)
        else:
            steps += [dense(side * side * channels, layer.units), bias(layer.units)]
            steps += [] if layer.is_last else [rectifier]

    def run(parameters, statistics, values):
        new = list(statistics)
        return chain(steps, values, parameters, statistics, new), new

    return parameters, statistics, run
