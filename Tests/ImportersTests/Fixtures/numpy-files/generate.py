"""Writes the .npy files and pickles of this folder. Needs numpy."""

import collections
import os
import pathlib
import pickle

import numpy as np

folder = pathlib.Path(__file__).parent
values = np.arange(6).reshape(2, 3)
for name, array in {
    "float32": values.astype("<f4") / 2,
    "float64-columns": np.asfortranarray(values / 4),
    "float16": (values / 8).astype("<f2"),
    "int16-big": values.astype(">i2") - 3,
    "uint8": values.astype("u1"),
    "bool": values % 2 == 0,
    "text": np.array([["a", "bé"], ["", "😀d"]]),
    "bytes": np.array([b"ab", b"c"]),
    "scalar": np.array(2.5),
    "cube-columns": np.asfortranarray(np.arange(24, dtype="<i4").reshape(2, 3, 4)),
    "complex": values.astype("c8"),
    "structured": np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]),
}.items():
    np.save(folder / f"{name}.npy", array)

series = [np.arange(n * 2, dtype=float).reshape(n, 2) for n in (3, 5)]
watch = {"X": series, "y": np.array([1, 0]), "labels": ["walk", "run"], "side": np.array([1.0, 0.0])}
np.save(folder / "objects.npy", np.array(watch, dtype=object), allow_pickle=True)
np.save(folder / "object-list.npy", np.array([series[0], None, "x"], dtype=object), allow_pickle=True)

table = collections.OrderedDict(b=2, a=1)
default = collections.defaultdict(list, k=[1])
everything = {
    "none": None,
    "flags": (True, False),
    "whole": [0, 255, 65535, -1, 2**40, -(2**40)],
    "fractions": [0.5, -1e300],
    "text": "größe\n'quoted' \\",
    "bytes": bytes(range(256)),
    "set": {7},
    "ordered": table,
    "default": default,
    "array": np.asfortranarray(values / 2),
    "objects": np.array([1, "x"], dtype=object),
    "scalars": [np.float64(1.5), np.int32(-3), np.bool_(True)],
    "shared": [table, table],
}
for protocol in range(6):
    (folder / f"protocol{protocol}.pickle").write_bytes(pickle.dumps(everything, protocol))


class Hostile:
    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


class Plain:
    pass


(folder / "system.pickle").write_bytes(pickle.dumps({"x": Hostile(os.system, "true")}, 2))
(folder / "eval.pickle").write_bytes(pickle.dumps([Hostile(eval, "1+1")], 4))
(folder / "object.pickle").write_bytes(pickle.dumps(Plain(), 2))
np.save(folder / "hostile.npy", np.array(Hostile(os.system, "true"), dtype=object), allow_pickle=True)
loop = []
loop.append(loop)
(folder / "loop.pickle").write_bytes(pickle.dumps(loop))
