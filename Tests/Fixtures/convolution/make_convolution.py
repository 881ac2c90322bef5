"""Makes convolution.json: what Keras and PyTorch make of feature maps with weights, and of a gradient on its way back.

With Keras 3.15.1 on JAX 0.10.2 and PyTorch 2.15, both in double precision; the script fails where the two differ.

    pip install keras==3.15.1 jax==0.10.2 torch==2.15.0     and     python make_convolution.py

Each case has `layer` (as Descent's configs have it), `shape` of a map, rows `x`, `weights` in Keras' order, `y` = layer(x), a
gradient `dy`, and what it comes to: `dx` and `dweights`. x, weights and dy are rounded so that few digits say them.
"""

import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"

import jax  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as functional  # noqa: E402

HERE = Path(__file__).resolve().parent
ROWS = 2
SNAKE = {
    "Conv2D": "conv2d", "Conv1D": "conv1d", "DepthwiseConv2D": "depthwise_conv2d",
    "SeparableConv2D": "separable_conv2d", "Conv2DTranspose": "conv2d_transpose",
}  # fmt: skip
generator = np.random.default_rng(5)


def rounded(shape, digits):
    """Returns random numbers of few digits."""
    return generator.normal(size=shape).round(digits)


def listed(values):
    """Returns numbers as JSON has them: as few digits as say the float32."""
    return [float(str(np.float32(value))) for value in np.ravel(values)]


def same(size, window, stride, dilation):
    """Returns the zeros before and behind that `same` means."""
    total = max(0, (-(-size // stride) - 1) * stride + (window - 1) * dilation + 1 - size)
    return total // 2, total - total // 2


def convolved(layer, maps, tensors):
    """Returns what PyTorch's convolutions make of maps, channels first, with the layer's weights in Keras' order."""
    kind, *kernels = type(layer).__name__, *tensors
    bias = kernels.pop() if layer.use_bias else None
    axes = maps.ndim - 2
    options = (layer.strides, 0, layer.dilation_rate)
    if kind in ("Conv2D", "Conv1D"):
        function = functional.conv2d if axes == 2 else functional.conv1d
        return function(maps, kernels[0].permute(axes + 1, axes, *range(axes)), bias, *options, layer.groups)
    if kind == "Conv2DTranspose":
        return functional.conv_transpose2d(
            maps, kernels[0].permute(3, 2, 0, 1), bias, layer.strides, dilation=layer.dilation_rate)  # fmt: skip
    depthwise = kernels[0].permute(2, 3, 0, 1).flatten(0, 1).unsqueeze(1)
    channels = maps.shape[1]
    if kind == "DepthwiseConv2D":
        return functional.conv2d(maps, depthwise, bias, *options, channels)
    between = functional.conv2d(maps, depthwise, None, *options, channels)
    return functional.conv2d(between, kernels[1].permute(3, 2, 0, 1), bias)


def by_torch(layer, x, weights, dy):
    """Returns y and the gradients that PyTorch finds."""
    tensors = [torch.tensor(value, requires_grad=True) for value in (x, *weights)]
    maps = tensors[0].movedim(-1, 1)
    windows = list(zip(layer.kernel_size, layer.strides, layer.dilation_rate))
    transposed = "Transpose" in type(layer).__name__
    if layer.padding == "same" and not transposed:
        sides = [same(n, *rest) for n, rest in zip(x.shape[1:-1], windows)]
        maps = functional.pad(maps, [side for pair in reversed(sides) for side in pair])
    y = convolved(layer, maps, tensors[1:])
    if transposed:
        # The output is cut out of what all windows reach, or has zeros behind it; the bias comes to both.
        bias = tensors[-1][:, None, None] if layer.use_bias else 0
        y = y - bias
        for axis, (size, stride, dilation) in enumerate(windows):
            before = max(0, (size - 1) * dilation + 1 - stride) // 2 if layer.padding == "same" else 0
            length = dy.shape[1 + axis]
            y = y.narrow(2 + axis, before, min(length, y.shape[2 + axis] - before))
            y = functional.pad(y, [0, 0] * (1 - axis) + [0, length - y.shape[2 + axis]])
        y = y + bias
    y = y.movedim(1, -1)
    y.backward(torch.tensor(dy))
    return y.detach().numpy(), [tensor.grad.numpy() for tensor in tensors]


def case(shape, make, **options):
    """Returns a case: a layer of Keras' over maps of a shape."""
    layer = make(**options, dtype="float64")
    x = rounded((ROWS, *shape), 1)
    layer.build((None, *shape))
    weights = [rounded(variable.shape, 2) for variable in layer.weights]

    def outputs(x, weights):
        return layer.stateless_call(weights, [], x)[0]

    y, backward = jax.vjp(outputs, x, weights)
    dy = rounded(y.shape, 2)
    dx, dweights = backward(dy)
    theirs, gradients = by_torch(layer, x, weights, dy)
    for found, expected in zip((theirs, *gradients), (y, dx, *dweights), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10, err_msg=str(options))
    return {"layer": {SNAKE[make.__name__]: options}, "shape": list(shape), "x": listed(x),
            "weights": [listed(value) for value in weights], "y": listed(y), "output": list(y.shape[1:]),
            "dy": listed(dy), "dx": listed(dx), "dweights": [listed(value) for value in dweights]}  # fmt: skip


def cases():
    """Returns cases of odd sizes, strides that do not divide, dilations and groups."""
    maps = [
        ((5, 6, 1), {"filters": 3, "kernel_size": 3}),
        ((7, 7, 16), {"filters": 17, "kernel_size": 3, "padding": "same"}),
        ((6, 5, 3), {"filters": 5, "kernel_size": [2, 3], "padding": "same", "use_bias": False}),
        ((8, 9, 4), {"filters": 6, "kernel_size": 3, "strides": 2, "padding": "same"}),
        ((9, 8, 3), {"filters": 4, "kernel_size": 3, "strides": 2}),
        ((7, 10, 2), {"filters": 4, "kernel_size": [4, 1], "strides": [3, 2]}),
        ((10, 7, 2), {"filters": 4, "kernel_size": 2, "strides": 3, "padding": "same"}),
        ((9, 9, 3), {"filters": 4, "kernel_size": 3, "padding": "same", "dilation_rate": 2}),
        ((8, 9, 2), {"filters": 3, "kernel_size": [3, 2], "dilation_rate": [2, 3]}),
        ((6, 6, 4), {"filters": 6, "kernel_size": 3, "padding": "same", "groups": 2}),
        ((5, 5, 6), {"filters": 12, "kernel_size": 3, "strides": 2, "groups": 3}),
        ((4, 17, 5), {"filters": 2, "kernel_size": 1}),
        ((6, 6, 2), {"filters": 4, "kernel_size": 1, "strides": 2, "padding": "same"}),
    ]
    for shape, options in maps:
        yield case(shape, keras.layers.Conv2D, **options)
    lines = [
        ((9, 4), {"filters": 5, "kernel_size": 3, "strides": 2, "padding": "same"}),
        ((12, 3), {"filters": 2, "kernel_size": 4, "dilation_rate": 2}),
    ]
    for shape, options in lines:
        yield case(shape, keras.layers.Conv1D, **options)
    depthwise = [
        ((5, 6, 1), {"kernel_size": 3}),
        ((7, 8, 17), {"kernel_size": 3, "padding": "same"}),
        ((6, 5, 3), {"kernel_size": [2, 5], "padding": "same", "use_bias": False}),
        ((9, 8, 5), {"kernel_size": 3, "strides": 2, "padding": "same", "depth_multiplier": 3}),
        ((10, 7, 2), {"kernel_size": 2, "strides": 3, "padding": "same"}),
        ((9, 11, 4), {"kernel_size": [3, 2], "dilation_rate": [2, 3], "depth_multiplier": 2}),
        ((8, 20, 16), {"kernel_size": [1, 7], "padding": "same", "dilation_rate": 2}),
        ((7, 7, 6), {"kernel_size": 1, "strides": 2}),
        ((2, 2, 18), {"kernel_size": 5, "padding": "same"}),
    ]
    for shape, options in depthwise:
        yield case(shape, keras.layers.DepthwiseConv2D, **options)
    separable = [
        ((6, 7, 3), {"filters": 5, "kernel_size": 3, "padding": "same"}),
        ((9, 8, 4), {"filters": 3, "kernel_size": [3, 2], "strides": 2, "depth_multiplier": 2}),
        ((8, 8, 2), {"filters": 17, "kernel_size": 3, "padding": "same", "dilation_rate": 2, "use_bias": False}),
    ]
    for shape, options in separable:
        yield case(shape, keras.layers.SeparableConv2D, **options)
    transposed = [
        ((4, 5, 3), {"filters": 5, "kernel_size": 3}),
        ((3, 4, 17), {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}),
        ((3, 3, 2), {"filters": 16, "kernel_size": [4, 5], "strides": [2, 3], "padding": "same"}),
        ((4, 3, 2), {"filters": 3, "kernel_size": 2, "strides": 3}),
        ((3, 4, 2), {"filters": 3, "kernel_size": 2, "strides": 3, "padding": "same", "use_bias": False}),
        ((5, 4, 3), {"filters": 2, "kernel_size": 3, "padding": "same", "dilation_rate": 2}),
        ((4, 4, 3), {"filters": 2, "kernel_size": [3, 2], "dilation_rate": [2, 3]}),
    ]
    for shape, options in transposed:
        yield case(shape, keras.layers.Conv2DTranspose, **options)


def main():
    """Writes the file."""
    versions = {"keras": keras.__version__, "jax": jax.__version__, "torch": torch.__version__}
    lines = ",\n".join(json.dumps(case) for case in cases())
    (HERE / "convolution.json").write_text(f'{{"versions": {json.dumps(versions)}, "cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
