"""Makes augmentation.json: images turned and zoomed about their middle, with values between pixels taken bilinearly.

With scipy 1.17.1 in doubles; PyTorch 2.15's grid_sample is asked as well where it has the same rule for what lies outside.

    pip install scipy==1.17.1 torch==2.15.0     and     python make_augmentation.py

Each case has `shape` ([height, width, channels]), `degrees` (counter-clockwise), `zoom`, `fill`, `value`, an image `x` and what
becomes of it, `y`.
"""

import json
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage

HERE = Path(__file__).resolve().parent
MODES = {"constant": "grid-constant", "edge": "nearest", "reflect": "reflect"}
generator = np.random.default_rng(11)


def listed(values):
    """Returns numbers as JSON has them: as few digits as say the float32."""
    return [float(str(np.float32(value))) for value in np.ravel(values)]


def seen(image, degrees, zoom, fill, value):
    """Returns the image turned counter-clockwise and then zoomed, about its middle."""
    turned = np.stack(
        [
            ndimage.rotate(plane, degrees, reshape=False, order=1, mode=MODES[fill], cval=value)
            for plane in np.moveaxis(image, 2, 0)
        ],
        axis=2,
    )
    middle = (np.array(image.shape[:2]) - 1) / 2
    return np.stack(
        [
            ndimage.affine_transform(
                plane, np.eye(2) / zoom, middle - middle / zoom, order=1, mode=MODES[fill], cval=value
            )
            for plane in np.moveaxis(turned, 2, 0)
        ],
        axis=2,
    )


def check_torch(image, degrees, zoom, fill, value, y):
    """Leaves with a message where PyTorch makes something else of an image that is only turned or only zoomed."""
    padding = {"edge": "border", "reflect": "reflection"}.get(fill, "zeros" if value == 0 else None)
    if padding is None or (degrees != 0 and zoom != 1):
        return
    height, width = image.shape[:2]
    angle = np.deg2rad(degrees)
    across, down = np.meshgrid(np.arange(width) - (width - 1) / 2, np.arange(height) - (height - 1) / 2)
    across, down = across / zoom, down / zoom
    x = np.cos(angle) * across - np.sin(angle) * down
    y0 = np.sin(angle) * across + np.cos(angle) * down
    # With align_corners=False the image reaches from -1 to 1, half a pixel beyond its pixels' middles.
    grid = torch.from_numpy(np.stack([x * 2 / width, y0 * 2 / height], axis=2))[None]
    planes = torch.from_numpy(np.moveaxis(image, 2, 0).copy())[None]
    found = torch.nn.functional.grid_sample(planes, grid, padding_mode=padding, align_corners=False)
    found = np.moveaxis(found[0].numpy(), 0, 2)
    if np.abs(found - y).max() > 1e-9:
        raise SystemExit(f"PyTorch differs by {np.abs(found - y).max()}: {degrees} {zoom} {fill}")


cases = []
for shape in [(6, 5, 1), (5, 8, 3)]:
    for degrees, zoom in [(10, 1), (-37.5, 1), (90, 1), (0, 1.3), (0, 0.6)]:
        for fill, value in [("constant", 0), ("constant", -2.5), ("edge", 0), ("reflect", 0)]:
            image = np.round(generator.uniform(0, 255, shape))
            y = seen(image, degrees, zoom, fill, value)
            check_torch(image, degrees, zoom, fill, value, y)
            cases.append(
                {
                    "shape": list(shape),
                    "degrees": degrees,
                    "zoom": zoom,
                    "fill": fill,
                    "value": value,
                    "x": listed(image),
                    "y": listed(y),
                }
            )
text = ",\n".join("  " + json.dumps(case) for case in cases)
(HERE / "augmentation.json").write_text('{"cases": [\n' + text + "\n]}\n")
