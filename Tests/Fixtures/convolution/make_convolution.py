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
SNAKE = {"Conv2D": "conv2d", "Conv1D": "conv1d"}
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


def by_torch(layer, x, weights, dy):
    """Returns y and the gradients that PyTorch finds."""
    axes = x.ndim - 2
    tensors = [torch.tensor(value, requires_grad=True) for value in (x, *weights)]
    maps = tensors[0].movedim(-1, 1)
    if layer.padding == "same":
        sides = [same(n, *rest) for n, *rest in zip(x.shape[1:-1], layer.kernel_size, layer.strides, layer.dilation_rate)]
        maps = functional.pad(maps, [side for pair in reversed(sides) for side in pair])
    kernel = tensors[1].permute(axes + 1, axes, *range(axes))
    function = functional.conv2d if axes == 2 else functional.conv1d
    y = function(maps, kernel, tensors[2] if layer.use_bias else None, layer.strides, 0, layer.dilation_rate, layer.groups)
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


def main():
    """Writes the file."""
    versions = {"keras": keras.__version__, "jax": jax.__version__, "torch": torch.__version__}
    lines = ",\n".join(json.dumps(case) for case in cases())
    (HERE / "convolution.json").write_text(f'{{"versions": {json.dumps(versions)}, "cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
