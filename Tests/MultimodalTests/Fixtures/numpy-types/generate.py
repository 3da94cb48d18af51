"""Writes a dataset in NumPy's default types with safetensors.

Run with: python3 generate.py (NumPy 1.26, safetensors 0.4 or later)
"""

import json

import numpy
from safetensors.numpy import save_file

random = numpy.random.default_rng(5)
description = {
    "name": "numpy-types",
    "modalities": {
        "table": {"kind": "table", "axes": [3], "channels": 1},
        "signal": {"kind": "time-series", "axes": [4], "channels": 2},
        "picture": {"kind": "image", "axes": [2, 2], "channels": 1},
    },
    "targets": {
        "kind": {"kind": "classification", "classes": 3}, "size": {"kind": "regression"},
        "tags": {"kind": "multilabel", "classes": 2},
    },
    "groups": {"person": {"disjoint": False}},
}
with open("dataset.json", "w") as file:
    json.dump(description, file, indent=2)
for part, rows in (("train", 5), ("valid", 3), ("test", 3)):
    tensors = {
        "table": random.normal(size=(rows, 3)),
        "signal": random.normal(size=(rows, 4, 2)).astype("f2"),
        "picture": random.integers(0, 256, (rows, 2, 2, 1), dtype="u1"),
        "mask/signal": (numpy.arange(4) < 3).astype("i8")[None].repeat(rows, 0),
        "present/table": (numpy.arange(rows) != 1).astype("f8"),
        "target/kind": (numpy.arange(rows, dtype="i4") % 3)[:, None],
        "target/size": numpy.arange(rows)[:, None] * 2,
        "target/tags": (numpy.arange(2 * rows).reshape(rows, 2) % 2).astype("i8"),
        "group/person": numpy.arange(rows, dtype="i4"),
        "id": numpy.arange(rows),
    }
    save_file(tensors, f"{part}.safetensors")
    if part == "train":
        with open("expected.json", "w") as file:
            numbers = {
                name: tensors[name].astype("f4").astype("f8").flatten().tolist() for name in tensors if "/" not in name}
            json.dump({**numbers, "target/kind": tensors["target/kind"].flatten().tolist()}, file)
