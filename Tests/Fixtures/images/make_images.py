#!/usr/bin/env python3
"""Makes the image files beside it, and `expected.txt`, which says what Pillow makes of them.

Needs Pillow (13.0.0 made what is here). Every file is small, and each is of another kind: what cameras, drawing programs and
damage leave.
"""
import math
import os
import struct
import zlib

from PIL import Image, ImageOps

here = os.path.dirname(os.path.abspath(__file__))


def path(name):
    return os.path.join(here, name)


def picture(width, height, mode="RGB"):
    """Waves of different lengths in each channel, so that no two places look alike."""
    image = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            image.putpixel((x, y), tuple(
                int(127.5 + 127.5 * math.sin((x * (3 + c) + y * (5 - 2 * c)) / (4 + c) + c)) for c in range(3)))
    return image.convert(mode)


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width, height, bits, kind, rows, *more, interlace=0):
    """A PNG file from its parts: rows of bytes, each led by its filter."""
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, interlace))
            + b"".join(more) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def write(name, content):
    with open(path(name), "wb") as file:
        file.write(content)


# What is read.
colour = picture(24, 17)
grey = picture(24, 17, "L")
colour.save(path("colour.png"))
grey.save(path("grey.png"))
colour.save(path("colour.jpg"), quality=90)
grey.save(path("grey.jpg"), quality=90)
picture(37, 50).save(path("progressive.jpg"), quality=80, progressive=True, subsampling="4:2:0")
colour.quantize(20, dither=Image.Dither.NONE).save(path("palette.png"))
grey.point(lambda v: 255 if v > 127 else 0).convert("1").save(path("one-bit.png"))
colour.convert("CMYK").save(path("cmyk.jpg"), quality=95)
colour.save(path("jpeg-called.png"), format="JPEG", quality=90)

see_through = colour.copy()
see_through.putalpha(Image.linear_gradient("L").resize((24, 17)))
see_through.save(path("alpha.png"))
colour.copy().save(path("transparent-colour.png"), transparency=colour.getpixel((3, 4)))
opaque = colour.copy()
opaque.putalpha(255)
opaque.save(path("opaque.png"))

# Sixteen bits a channel, and Adam7.
samples = [(y * 3001 + x * 1777) % 65536 for y in range(17) for x in range(24)]
write("sixteen-bits.png", png(
    24, 17, 16, 0, b"".join(b"\0" + struct.pack(">24H", *samples[24 * y:24 * y + 24]) for y in range(17))))

# The passes of Adam7: first column, first row, and their distances.
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
rows = b"".join(
    b"\0" + bytes(grey.getpixel((x, y)) for x in range(left, 24, across))
    for left, top, across, down in ADAM7 for y in range(top, 17, down))
write("interlaced.png", png(24, 17, 8, 0, rows, interlace=1))
write("two-bits.png", png(24, 17, 2, 0, b"".join(
    b"\0" + bytes(sum(((x + k) * (y + 1) // 5 % 4) << (6 - 2 * k) for k in range(4)) for x in range(0, 24, 4))
    for y in range(17))))
half = grey.copy().convert("LA")
half.putalpha(Image.linear_gradient("L").resize((24, 17)))
half.save(path("grey-alpha.png"))
colour.quantize(20, dither=Image.Dither.NONE).save(path("palette-transparent.png"), transparency=bytes([0, 90, 200]))
# What cameras' values are to the power of: sRGB's, of which nothing comes, and none.
rows = b"".join(b"\0" + colour.tobytes()[72 * y:72 * y + 72] for y in range(17))
write("gamma-srgb.png", png(24, 17, 8, 2, rows, chunk(b"gAMA", struct.pack(">I", 45455))))
write("gamma-linear.png", png(24, 17, 8, 2, rows, chunk(b"gAMA", struct.pack(">I", 100000))))

# Orientations of EXIF: the same picture, stored turned, so that each is seen upright.
UNTURNED = {
    1: [], 2: [Image.Transpose.FLIP_LEFT_RIGHT], 3: [Image.Transpose.ROTATE_180], 4: [Image.Transpose.FLIP_TOP_BOTTOM],
    5: [Image.Transpose.TRANSPOSE], 6: [Image.Transpose.ROTATE_90], 7: [Image.Transpose.TRANSVERSE],
    8: [Image.Transpose.ROTATE_270],
}
for number, turns in UNTURNED.items():
    image = colour
    for turn in turns:
        image = image.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = number
    image.save(path(f"turned-{number}.png"), exif=exif)
exif = Image.Exif()
exif[0x0112] = 6
colour.transpose(Image.Transpose.ROTATE_90).save(path("turned-6.jpg"), quality=90, exif=exif)

# A byte too many before the end: harmless.
content = open(path("colour.jpg"), "rb").read()
write("extraneous.jpg", content[:-2] + b"\x00\x11\x22" + content[-2:])

# What is refused.
write("empty.png", b"")
write("text.png", b"no image\n")
write("gif.png", b"GIF89a" + bytes(20))
content = open(path("colour.png"), "rb").read()
write("cut-off.png", content[:len(content) // 2])
write("damaged.png", content[:200] + bytes([content[200] ^ 0x55]) + content[201:])
content = open(path("colour.jpg"), "rb").read()
write("cut-off.jpg", content[:len(content) * 3 // 4])
write("headless.jpg", content[:20])
# Sizes of which nothing is there: 1.6 GB and 12.9 GB, and more than there can be.
write("bomb.png", png(20000, 20000, 8, 6, bytes(80001)))
write("endless.png", png(2**31 - 1, 2**31 - 1, 8, 6, bytes(100)))
place = content.index(b"\xff\xc0")
write("bomb.jpg", content[:place + 5] + struct.pack(">HH", 65500, 65500) + content[place + 9:])
write("sizeless.png", png(0, 5, 8, 2, b"\0"))

# What Pillow makes of each: height, width, channels, and the CRC-32 of the bytes.
FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC,
           "area": Image.Resampling.BOX, "nearest": Image.Resampling.NEAREST}
SIZES = [(24, 17), (8, 8), (5, 30), (61, 40), (1, 1), (17, 9)]


def opened(name):
    image = Image.open(path(name))
    if image.mode == "I;16":
        values = [(v * 255 + 32895) >> 16 for v in image.get_flattened_data()]
        image = Image.new("L", image.size)
        image.putdata(values)
    if name == "gamma-linear.png":
        image = image.point([round(255 * (v / 255) ** 0.45455) for v in range(256)] * 3)
    image = ImageOps.exif_transpose(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
    return image


def on_white(image):
    """As Descent mixes colours: rounded to the nearest."""
    mixed = Image.new("RGB", image.size)
    mixed.putdata([tuple((c * a + 255 * (255 - a) + 127) // 255 for c in (r, g, b))
                   for r, g, b, a in image.get_flattened_data()])
    return mixed


def line(*words):
    *head, content = words
    lines.append(" ".join(str(word) for word in head) + f" {zlib.crc32(content)}")


lines = []
for name in ["colour.png", "grey.png", "colour.jpg", "grey.jpg", "progressive.jpg", "palette.png", "one-bit.png",
             "cmyk.jpg", "jpeg-called.png", "alpha.png", "transparent-colour.png", "opaque.png", "sixteen-bits.png",
             "turned-6.jpg", "interlaced.png", "two-bits.png", "grey-alpha.png", "palette-transparent.png",
             "gamma-srgb.png", "gamma-linear.png"] + [f"turned-{n}.png" for n in range(1, 9)]:
    image = opened(name)
    if image.mode == "RGBA":
        image = on_white(image)
    for channels, mode in ((1, "L"), (3, "RGB")):
        line("decode", name, image.height, image.width, channels, image.convert(mode).tobytes())


def resize(image, size, method, box=None):
    """Along rows first and then along columns, as every Pillow before 13 does, and later ones where it costs them less."""
    if method == Image.Resampling.NEAREST:
        return image.resize(size, method, box)
    left, top, right, bottom = box or (0, 0, image.width, image.height)
    image = image.resize((size[0], image.height), method, (left, 0, right, image.height))
    return image.resize(size, method, (0, top, size[0], bottom))


def fit(image, size, method):
    """`ImageOps.fit`."""
    ratio = size[0] / size[1]
    width, height = image.size
    if width / height >= ratio:
        width = ratio * height
    else:
        height = width / ratio
    left, top = (image.width - width) * 0.5, (image.height - height) * 0.5
    return resize(image, size, method, (left, top, left + width, top + height))


def pad(image, size, method):
    """`ImageOps.pad`."""
    inner = ImageOps.contain(image, size, Image.Resampling.NEAREST).size
    padded = Image.new(image.mode, size)
    padded.paste(resize(image, inner, method), (round((size[0] - inner[0]) * 0.5), round((size[1] - inner[1]) * 0.5)))
    return padded


for name in ["colour.png", "grey.png"]:
    for filter, method in FILTERS.items():
        for height, width in SIZES:
            image = opened(name)
            channels = len(image.getbands())
            for kind, function in (("stretch", resize), ("crop", fit), ("pad", pad)):
                line(kind, name, filter, height, width, channels, function(image, (width, height), method).tobytes())
with open(path("expected.txt"), "w") as file:
    file.write("\n".join(lines) + "\n")
