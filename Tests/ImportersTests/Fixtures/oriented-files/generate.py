"""Makes images whose Exif metadata turn them, and the pixels that Pillow's `ImageOps.exif_transpose` shows.

Run with: python3 generate.py (Pillow 12 or later)
"""

import io
import json

import numpy
from PIL import Image, ImageOps

smooth = 6 * numpy.arange(16)[None, :] + 12 * numpy.arange(8)[:, None]
pixels = numpy.stack([smooth, 255 - smooth, smooth // 2 + 60], 2).astype(numpy.uint8)
image = Image.fromarray(pixels)
expected = {}
for orientation in range(1, 9):
    exif = Image.Exif()
    # A name of a camera before the orientation, as cameras write it.
    exif[0x010F] = "camera"
    exif[0x0112] = orientation
    for ending in ["jpg", "png"] if orientation == 6 else ["jpg"]:
        memory = io.BytesIO()
        options = {"quality": 95, "subsampling": 0} if ending == "jpg" else {}
        image.save(memory, {"jpg": "JPEG", "png": "PNG"}[ending], exif=exif, **options)
        name = f"{orientation}.{ending}"
        with open(name, "wb") as file:
            file.write(memory.getvalue())
        shown = ImageOps.exif_transpose(Image.open(io.BytesIO(memory.getvalue())).convert("RGB"))
        expected[name] = {"width": shown.width, "rgb": numpy.asarray(shown).flatten().tolist()}
with open("expected.json", "w") as file:
    json.dump(expected, file, separators=(",", ":"), sort_keys=True)
