"""Makes images of all kinds with NumPy, zlib and Pillow, and the pixels that Pillow shows of them.

Run with: python3 generate.py (Pillow 12 or later)
"""

import io
import json
import struct
import zlib

import numpy
from PIL import Image

SIZE = 8
random = numpy.random.default_rng(1)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(depth, colour, rows, *extra):
    """Returns a PNG file without filters, with additional chunks before the pixels."""
    header = struct.pack(">IIBBBBB", SIZE, len(rows), depth, colour, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(extra) + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))


def levels(channels, dtype):
    largest = numpy.iinfo(dtype).max
    return random.integers(0, largest + 1, (SIZE, SIZE, channels)).astype(dtype)


def rows(values):
    return [row.tobytes() for row in values.astype(values.dtype.newbyteorder(">"))]


palette = chunk(b"PLTE", bytes(random.integers(0, 256, 48, dtype=numpy.uint8)))
gamma = chunk(b"gAMA", struct.pack(">I", 100_000))
transparent = chunk(b"tRNS", bytes([0, 128, 255, 7]))
# A colour profile that libpng warns about.
profile = chunk(b"iCCP", b"broken\0\0" + zlib.compress(b"not a profile"))
ramp = numpy.linspace(0, 65535, SIZE * SIZE).round().astype(numpy.uint16).reshape(SIZE, SIZE, 1)
gray, rgb = levels(1, numpy.uint8), levels(3, numpy.uint8)

files = {
    "rgb16.png": png(16, 2, rows(numpy.repeat(ramp, 3, 2))),
    "gray16.png": png(16, 0, rows(ramp)),
    "rgba16.png": png(16, 6, rows(levels(4, numpy.uint16))),
    "gray-alpha16.png": png(16, 4, rows(levels(2, numpy.uint16))),
    "rgba.png": png(8, 6, rows(levels(4, numpy.uint8))),
    "gray-alpha.png": png(8, 4, rows(levels(2, numpy.uint8))),
    "gamma.png": png(8, 2, rows(rgb), gamma),
    "gray-gamma.png": png(8, 0, rows(gray), gamma),
    "profile.png": png(8, 2, rows(rgb), profile),
    "palette.png": png(8, 3, rows(levels(1, numpy.uint8) % 16), palette),
    "palette-alpha.png": png(8, 3, rows(levels(1, numpy.uint8) % 16), palette, transparent),
    "palette4.png": png(4, 3, rows(levels(1, numpy.uint8)[:, :4]), palette),
    "gray1.png": png(1, 0, rows(levels(1, numpy.uint8)[:, :1])),
    "gray2.png": png(2, 0, rows(levels(1, numpy.uint8)[:, :2])),
    "gray4.png": png(4, 0, rows(levels(1, numpy.uint8)[:, :4])),
    "gray-transparent.png": png(8, 0, rows(gray), chunk(b"tRNS", struct.pack(">H", int(gray[0, 0, 0])))),
    "damaged-text.png": png(8, 2, rows(rgb), chunk(b"tEXt", b"Comment\0text")[:-1] + b"?"),
}
smooth = numpy.add.outer(numpy.arange(16), numpy.arange(16)).astype(numpy.uint8)[:, :, None] * 4
for name, mode, channels in [("rgb.jpg", "RGB", 3), ("gray.jpg", "L", 1), ("cmyk.jpg", "CMYK", 4)]:
    values = numpy.concatenate([smooth + 20 * channel for channel in range(channels)], 2)
    memory = io.BytesIO()
    Image.fromarray(values.squeeze().astype(numpy.uint8), mode).save(memory, "JPEG", quality=95, subsampling=0)
    files[name] = memory.getvalue()
# Bytes before the end marker, which libjpeg-turbo warns about and skips.
files["extra-bytes.jpg"] = files["rgb.jpg"][:-2] + b"\0\0\0" + files["rgb.jpg"][-2:]

expected = {}
for name, content in files.items():
    with open(name, "wb") as file:
        file.write(content)
    # Pillow refuses a damaged text, which has nothing to do with the pixels.
    image = Image.open(io.BytesIO(files["profile.png"] if name == "damaged-text.png" else content))
    if image.mode == "I;16":
        # Pillow clips gray of 16 bits at 255 in place of scaling it. Its 16-bit colours are scaled.
        shown = numpy.repeat((numpy.asarray(image) >> 8)[:, :, None], 3, 2)
    else:
        shown = numpy.asarray(image.convert("RGB"))
    luma = numpy.asarray(Image.fromarray(shown.astype(numpy.uint8)).convert("L"))
    expected[name] = {"rgb": shown.flatten().tolist(), "gray": luma.flatten().tolist()}
with open("expected.json", "w") as file:
    json.dump(expected, file, separators=(",", ":"), sort_keys=True)
