"""Writes small affect pickles in the layouts that people use, and the dataset's values by NumPy.

Run with: python3 generate.py (NumPy 1.26 or later)
"""

import json
import pickle

import numpy

random = numpy.random.default_rng(3)
STEPS, WIDTHS = 4, {"vision": 3, "audio": 2, "text": 5}


def parts(scored=True):
    """Returns three parts of three rows: the first row begins with a step of padding."""
    result = {}
    for part in ("train", "valid", "test"):
        arrays = {name: numpy.round(random.normal(size=(3, STEPS, width)), 2) for name, width in WIDTHS.items()}
        for array in arrays.values():
            array[0, 0] = 0
        labels = numpy.array([[-1.5], [0.5], [2.0]]) if scored else numpy.array([[1.0], [0.0], [1.0]])
        result[part] = {**arrays, "labels": labels, "id": ["a", "b", "c"]}
    return result


def dump(folder_name, content):
    with open(folder_name + ".pkl", "wb") as file:
        pickle.dump(content, file, protocol=4)


def standardised(array):
    values = numpy.where(numpy.isfinite(array), array, 0)
    return ((values - values.mean(0)) / values.std(0, ddof=1)).round(6).tolist()


plain = parts()
expected = {
    "vision": standardised(plain["train"]["vision"][0, 1:]), "text": standardised(plain["train"]["text"][0, 1:]),
    "labels": (plain["train"]["labels"][:, 0] > 0).astype(int).tolist()}
dump("plain", plain)
names = (*WIDTHS, "labels")
dump("fortran", {p: {k: numpy.asfortranarray(v) if k in names else v for k, v in d.items()} for p, d in plain.items()})
dump("lists", {p: {k: v.tolist() if k in names else v for k, v in d.items()} for p, d in plain.items()})
dump("list-of-arrays", {p: {k: list(v) if k in WIDTHS else v for k, v in d.items()} for p, d in plain.items()})
dump("objects", {
    p: {k: numpy.array([*v, None], dtype=object)[:-1] if k in WIDTHS else v for k, v in d.items()}
    for p, d in plain.items()})
dump("singles", {p: {k: v.astype("f4") if k in names else v for k, v in d.items()} for p, d in plain.items()})
dump("other-names", {
    p.replace("valid", "dev"): {
        {"vision": "visual", "audio": "acoustic", "text": "language", "labels": "regression_labels"}.get(k, k): v
        for k, v in d.items()} for p, d in plain.items()})
dump("one-hot", {
    p: {**d, "labels": numpy.eye(2)[(d["labels"][:, 0] > 0).astype(int)]} for p, d in plain.items()})
dump("two-columns", {p: {**d, "labels": numpy.repeat(d["labels"], 2, 1)} for p, d in plain.items()})
ragged = parts()
ragged["valid"]["audio"] = [row[: 4 - index] for index, row in enumerate(ragged["valid"]["audio"])]
dump("ragged", ragged)
unnamed = parts()
del unnamed["valid"]["audio"]
dump("unnamed", unnamed)

counted = parts()
counted["train"]["audio"][1, 1, 0] = -numpy.inf
counted["train"]["audio"][1, 2] = numpy.nan
counted["test"]["vision"][0, 3, 1] = numpy.inf
counted["train"]["text"][2] = 0
counted["valid"]["labels"][0] = numpy.nan
expected["audio-counted"] = standardised(counted["train"]["audio"][1])
dump("counted", counted)

classes = parts(scored=False)
dump("classes", classes)
signs = {p: {**d, "labels": (2 * d["labels"] - 1).astype("i4")} for p, d in classes.items()}
dump("signs", signs)
with open("expected.json", "w") as file:
    json.dump(expected, file)
