"""Makes spatial.json: what Keras makes of feature maps, layer by layer, and of a gradient on its way back.

With Keras 3.15.1 on JAX 0.10.2; PyTorch 2.15 is asked as well where its functions define the same. (On PyTorch, Keras
averages over padding where that is longer behind than before.)

    pip install keras==3.15.1 jax==0.10.2 torch==2.15.0     and     python make_spatial.py

Each case has `layer` (as Descent's configs have it), `shape` of a map, rows `x`, `y` = layer(x), a gradient `dy` and
`dx` = Σ dy·∂y/∂x. Numbers are float32, x and dy rounded so that few digits say them; x of pooling has ties.
"""

import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"

import jax  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as functional  # noqa: E402

HERE = Path(__file__).resolve().parent
ROWS = 2
SNAKE = keras.src.utils.naming.to_snake_case
generator = np.random.default_rng(3)


def listed(values):
    """Returns numbers as JSON has them: as few digits as say the float32."""
    return [float(str(np.float32(value))) for value in np.ravel(values)]


def check_torch(layer, x, y, dy, dx):
    """Leaves with a message where PyTorch's own function makes something else of maps; where it has none does nothing."""
    pooling = isinstance(layer, (keras.layers.MaxPooling2D, keras.layers.AveragePooling2D))
    if not pooling or layer.padding != "valid":
        return
    function = functional.max_pool2d if isinstance(layer, keras.layers.MaxPooling2D) else functional.avg_pool2d
    given = torch.tensor(x, requires_grad=True)
    theirs = function(given.movedim(-1, 1), layer.pool_size, layer.strides).movedim(1, -1)
    theirs.backward(torch.tensor(dy))
    for found, expected in ((theirs.detach(), y), (given.grad, dx)):
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-6, atol=1e-6, err_msg=layer.name)


def run(layer, x):
    """Returns y, dy and dx."""
    y, backward = jax.vjp(layer, x)
    y = np.asarray(y)
    dy = generator.normal(size=y.shape).astype(np.float32).round(2)
    dx = np.asarray(backward(dy)[0])
    check_torch(layer, x, y, dy, dx)
    return y, dy, dx


def case(shape, make, distinct=False, **options):
    """Returns a case: a layer of Keras' over maps of a shape."""
    layer = make(**options)
    size = (ROWS, *shape)
    if distinct:
        # No two values of a map are the same: what Keras does about those is not what is asked.
        x = generator.permutation(int(np.prod(size))).reshape(size).astype(np.float32) / 8
    else:
        x = generator.normal(size=size).astype(np.float32).round(1)
    y, dy, dx = run(layer, x)
    kind = SNAKE(make.__name__)
    return {"layer": {kind: options}, "shape": list(shape), "x": listed(x), "y": listed(y),
            "output": list(y.shape[1:]), "dy": listed(dy), "dx": listed(dx)}  # fmt: skip


def pooling():
    """Returns the cases of pooling: odd sizes, strides that do not divide, windows apart and overlapping."""
    layers = keras.layers
    windows = [
        ((6, 8, 2), {"pool_size": 2}), ((7, 5, 3), {"pool_size": 2}), ((7, 5, 3), {"pool_size": 2, "padding": "same"}),
        ((7, 6, 17), {"pool_size": 3, "strides": 2}),
        ((7, 6, 2), {"pool_size": 3, "strides": 2, "padding": "same"}),
        ((5, 5, 16), {"pool_size": 3, "strides": 1, "padding": "same"}),
        ((9, 8, 3), {"pool_size": [2, 3], "strides": [3, 4]}),
        ((6, 9, 1), {"pool_size": [4, 2], "strides": [3, 5], "padding": "same"}),
        ((4, 5, 2), {"pool_size": [4, 5]}),
    ]
    for make in (layers.MaxPooling2D, layers.AveragePooling2D):
        for shape, options in windows:
            yield case(shape, make, **options)
    lines = [
        ((9, 3), {"pool_size": 2}), ((9, 3), {"pool_size": 2, "padding": "same"}), ((11, 17), {"pool_size": 3, "strides": 2}),
        ((10, 2), {"pool_size": 4, "strides": 3, "padding": "same"}), ((7, 2), {"pool_size": 2, "strides": 3}),
    ]
    for make in (layers.MaxPooling1D, layers.AveragePooling1D):
        for shape, options in lines:
            yield case(shape, make, **options)
    for make in (layers.GlobalMaxPooling2D, layers.GlobalAveragePooling2D):
        for options in ({}, {"keepdims": True}):
            yield case((5, 3, 17), make, distinct=True, **options)
    for make in (layers.GlobalMaxPooling1D, layers.GlobalAveragePooling1D):
        for options in ({}, {"keepdims": True}):
            yield case((7, 3), make, distinct=True, **options)


def resizing():
    """Returns the cases of padding, cropping and enlarging."""
    layers = keras.layers
    for make, shape, options in [
        (layers.ZeroPadding2D, (3, 4, 3), {}),
        (layers.ZeroPadding2D, (3, 4, 17), {"padding": [[0, 2], [1, 0]]}),
        (layers.ZeroPadding1D, (5, 3), {"padding": [2, 1]}),
        (layers.Cropping2D, (6, 7, 3), {"cropping": [1, 2]}),
        (layers.Cropping2D, (5, 4, 17), {"cropping": [[0, 2], [1, 0]]}),
        (layers.Cropping1D, (7, 3), {}),
        (layers.UpSampling2D, (3, 4, 3), {"size": [2, 3]}),
        (layers.UpSampling2D, (3, 4, 17), {"interpolation": "bilinear"}),
        (layers.UpSampling2D, (1, 5, 2), {"size": [4, 3], "interpolation": "bilinear"}),
        (layers.UpSampling1D, (5, 3), {"size": 3}),
    ]:  # fmt: skip
        yield case(shape, make, **options)


def main():
    """Writes the file."""
    cases = [*pooling(), *resizing()]
    versions = {"keras": keras.__version__, "jax": jax.__version__, "torch": torch.__version__}
    lines = ",\n".join(json.dumps(case) for case in cases)
    text = f'{{"versions": {json.dumps(versions)}, "cases": [\n{lines}\n]}}\n'
    (HERE / "spatial.json").write_text(text)


if __name__ == "__main__":
    main()
