"""Writes the files of this folder with h5py 3.16.0. Needs h5py and numpy."""

import h5py
import numpy as np

cube = np.arange(2 * 5 * 7, dtype="f4").reshape(2, 5, 7)
long = np.arange(23 * 3, dtype="f8").reshape(23, 3)


def fill(file):
    file["plain"] = cube
    file["big"] = cube.astype(">f8")
    file["scalar"] = np.int16(-5)
    file["empty"] = np.zeros((0, 3), "f4")
    file["flags"] = np.array([True, False, True])
    file["names"] = np.array([b"ab", b"c"])
    file["bytes"] = np.arange(6, dtype="u1").reshape(2, 3)
    group = file.create_group("group/inner")
    group["half"] = np.array([0.5, -2], "f2")


with h5py.File("default.h5", "w") as file:
    fill(file)
    chunks = file.create_group("chunks")
    chunks.create_dataset("gzip", data=long, chunks=(4, 2), compression="gzip")
    chunks.create_dataset("lzf", data=long, chunks=(5, 3), compression="lzf")
    chunks.create_dataset("all", data=long.astype("i4"), chunks=(10, 2), compression="gzip", shuffle=True, fletcher32=True)
    chunks.create_dataset("repeats", data=np.tile(np.arange(7, dtype="u1"), 300), chunks=(512,), compression="lzf")
    chunks.create_dataset("none", data=cube, chunks=(1, 2, 3))
    chunks.create_dataset("hollow", shape=(10, 2), chunks=(2, 2), dtype="f4")[0:2] = 1
    many = file.create_group("many")
    for index in range(40):
        many[f"trajectory{index}"] = np.full(2, index, "i8")
with h5py.File("latest.h5", "w", libver=("v110", "v110")) as file:
    fill(file)
    more = file.create_group("group/more")
    more.create_dataset("whole", data=long, chunks=long.shape, compression="gzip")
    more.create_dataset("parts", data=long, chunks=(4, 3))
    dense = file.create_group("group/dense")
    for index in range(20):
        dense[f"member{index}"] = index
with h5py.File("unsupported.h5", "w") as file:
    file["texts"] = "variable"
    file["compound"] = np.zeros(2, dtype=[("a", "f4"), ("b", "i4")])
    file["complex"] = np.zeros(2, "c8")
    file.create_dataset("scaled", data=np.arange(100), chunks=(10,), scaleoffset=0)
with h5py.File("user-block.h5", "w", userblock_size=512) as file:
    file["plain"] = cube
with h5py.File("small.h5", "w") as file:
    file["a/plain"] = cube
    file.create_dataset("a/gzip", data=long, chunks=(8, 3), compression="gzip", shuffle=True)
    file.create_dataset("a/lzf", data=long, chunks=(8, 3), compression="lzf")
