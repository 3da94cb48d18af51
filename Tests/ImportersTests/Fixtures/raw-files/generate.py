"""Writes the files of this folder. Needs numpy, pillow (JPEG) and soundfile (WAV)."""

import gzip
import io
import struct
import tarfile
import zipfile

import numpy as np
import soundfile
from PIL import Image

cube = np.arange(24, dtype="u1").reshape(2, 3, 4)
idx = bytes([0, 0, 8, 3]) + struct.pack(">3I", 2, 3, 4) + cube.tobytes()
open("cube.idx", "wb").write(idx)
open("cube.idx.gz", "wb").write(gzip.compress(idx, mtime=0))
short = np.array([-2, 300], dtype=">i2")
open("short.idx", "wb").write(bytes([0, 0, 0x0B, 1]) + struct.pack(">I", 2) + short.tobytes())

tone = np.sin(2 * np.pi * 50 * np.arange(160) / 800) * 0.5
for subtype in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT"):
    soundfile.write(f"tone-{subtype.lower()}.wav", tone, 800, subtype=subtype)
soundfile.write("stereo.wav", np.stack([tone, -tone], 1), 800, subtype="PCM_16")

pixels = np.zeros((4, 6, 3), dtype="u1")
pixels[:, :, 0] = np.arange(6) * 40
pixels[:, :, 1] = np.arange(4)[:, None] * 60
pixels[0, 0] = 255
Image.fromarray(pixels).save("colours.png")
Image.fromarray(pixels[:, :, 0]).save("gray.png")
smooth = (np.add.outer(np.arange(32), np.arange(48)) * 3).astype("u1")
Image.fromarray(np.stack([smooth] * 3, 2)).save("smooth.jpg", quality=95)

members = {"set/one.txt": b"first\n" * 40, "set/two.txt": b"second\n" * 30}
with zipfile.ZipFile("two.zip", "w") as archive:
    for name, data in members.items():
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if "one" in name else zipfile.ZIP_STORED
        archive.writestr(info, data)
buffer = io.BytesIO()
with tarfile.open(fileobj=buffer, mode="w") as archive:
    folder = tarfile.TarInfo("./set")
    folder.type = tarfile.DIRTYPE
    archive.addfile(folder)
    for name, data in members.items():
        info = tarfile.TarInfo("./" + name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
open("two.tar.gz", "wb").write(gzip.compress(buffer.getvalue(), mtime=0))

np.savez_compressed("packed.npz", a=np.arange(6, dtype="f4").reshape(2, 3), b=np.array([1, 2], dtype="i8"))
np.savez("stored.npz", a=np.arange(6, dtype="f4").reshape(2, 3), o=np.array([{"x": 1}], dtype=object))
bomb = io.BytesIO()
np.save(bomb, np.zeros(4_000_000, dtype="u1"))
with zipfile.ZipFile("bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
    info = zipfile.ZipInfo("zeros.npy")
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, bomb.getvalue())
