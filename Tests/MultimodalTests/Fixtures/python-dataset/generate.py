"""Writes the dataset in this folder as a Python user would. Requires numpy and safetensors."""

import json
import pathlib

import numpy as np
from safetensors.numpy import save_file

folder = pathlib.Path(__file__).parent
rng = np.random.default_rng(0)
counts = {"train": 6, "valid": 3, "test": 4}
for split, n in counts.items():
    mask = np.arange(5)[None, :] < rng.integers(2, 6, n)[:, None]
    save_file(
        {
            "picture": rng.normal(size=(n, 2, 3, 4)).astype(np.float32),
            "walk": np.where(mask[:, :, None], rng.normal(size=(n, 5, 2)), np.nan).astype(np.float32),
            "mask/walk": mask,
            "present/picture": np.arange(n) != 1,
            "target/animal": rng.integers(0, 3, n),
            "target/tags": rng.integers(0, 2, (n, 4)).astype(np.uint8),
            "target/weight": rng.normal(size=n).astype(np.float32),
        },
        folder / f"{split}.safetensors",
    )
description = {
    "name": "python-dataset",
    "modalities": {
        "picture": {"kind": "image", "axes": [2, 3], "channels": 4},
        "walk": {"kind": "time-series", "axes": [5], "channels": 2, "description": "größe \U0001f600"},
    },
    "targets": {
        "animal": {"kind": "classification", "classes": ["cat", "dog", "owl"]},
        "tags": {"kind": "multilabel", "classes": 4},
        "weight": {"kind": "regression"},
    },
}
(folder / "dataset.json").write_text(json.dumps(description) + "\n")
