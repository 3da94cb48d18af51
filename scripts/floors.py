#!/usr/bin/env python3
"""Fits boosted trees and nearest neighbours for `highmmt study floors`.

    floors.py check
    floors.py fit DIR --kind KIND --outputs N --models trees,neighbours

`fit` reads DIR/samples.safetensors: features `train`, `valid` and `test` (samples, features), and `target`, of the training
samples alone: classes (samples), or labels or standardised numbers (samples, outputs). It writes DIR/outputs.safetensors: for
every model and setting `MODEL/INDEX/valid` and `MODEL/INDEX/test`, logits or numbers (samples, outputs), and, as metadata,
what setting `MODEL/INDEX` is. The caller scores them and chooses.

Exit status: 0 done, 1 failed, 2 wrong arguments, 3 no scikit-learn.
"""

import argparse
import json
import os
import struct
import sys

NO_SCIKIT_LEARN = 3
# Leaves per tree, samples per leaf, learning rate; after how many trees each is scored.
TREES = ((31, 20, 0.1), (8, 5, 0.1), (31, 5, 0.05))
STAGES = (25, 50, 100, 200)
# Many neighbours first: where validation scores are equal, the first setting is taken.
NEIGHBOURS = (50, 20, 10, 5, 3, 1)
SMALLEST_SHARE = 1e-6


def read(path):
    """The tensors of a safetensors file."""
    types = {"F32": "<f4", "F64": "<f8", "I64": "<i8", "U8": "u1", "BOOL": "?"}
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8:8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = np.frombuffer(content[start:end], types[entry["dtype"]]).reshape(entry["shape"])
    return tensors


def write(path, tensors, metadata):
    """A safetensors file of float32 tensors."""
    header, start = {"__metadata__": metadata}, 0
    for name, values in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [start, start + 4 * values.size]}
        start += 4 * values.size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for values in tensors.values():
            file.write(np.ascontiguousarray(values, "<f4").tobytes())


def logits(shares, kind):
    """Logits of shares: their logarithms for classes, log odds for labels."""
    shares = np.clip(shares, SMALLEST_SHARE, 1 - SMALLEST_SHARE)
    return np.log(shares) if kind == "classification" else np.log(shares / (1 - shares))


def boosted(known, target, others, leaves, smallest, rate, classes):
    """Predictions for `others` after each of the stages: lists of shares (samples, classes), or of numbers (samples)."""
    levels = np.unique(target)
    if classes and len(levels) == 1:
        constant = np.zeros(classes)
        constant[int(levels[0])] = 1
        return [[np.tile(constant, (len(samples), 1)) for samples in others] for _ in STAGES]
    kind = HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor
    model = kind(learning_rate=rate, max_iter=max(STAGES), max_leaf_nodes=leaves, min_samples_leaf=smallest,
                 early_stopping=False, random_state=0)
    model.fit(known, target)
    found = [[] for _ in STAGES]
    for samples in others:
        staged = model.staged_predict_proba(samples) if classes else model.staged_predict(samples)
        for count, predicted in enumerate(staged, start=1):
            if count not in STAGES:
                continue
            if classes:
                shares = np.zeros((len(samples), classes))
                shares[:, levels.astype(int)] = predicted
                predicted = shares
            found[STAGES.index(count)].append(predicted)
    return found


def trees(known, target, others, kind, outputs):
    """Settings of gradient-boosted trees, each with its outputs for `others`."""
    for leaves, smallest, rate in TREES:
        if kind == "classification":
            stages = boosted(known, target, others, leaves, smallest, rate, outputs)
        else:
            # One model for each label or number.
            parts = [boosted(known, target[:, column], others, leaves, smallest, rate, 2 if kind == "multilabel" else 0)
                     for column in range(outputs)]
            stages = []
            for stage in range(len(STAGES)):
                columns = [part[stage] for part in parts]
                if kind == "multilabel":
                    columns = [[shares[:, 1] for shares in column] for column in columns]
                stages.append([np.stack([column[place] for column in columns], axis=1) for place in range(len(others))])
        for count, predicted in zip(STAGES, stages):
            setting = f"{count} trees of {leaves} leaves, {smallest} samples per leaf, learning rate {rate}"
            yield setting, [logits(values, kind) if kind != "regression" else values for values in predicted]


def neighbours(known, target, others, kind, outputs):
    """Settings of nearest neighbours on standardised features, each with its outputs for `others`."""
    numbers = np.eye(outputs)[target] if kind == "classification" else target
    scaler = StandardScaler().fit(known)
    counts = [count for count in NEIGHBOURS if count <= len(known)]
    for weights in ("uniform", "distance"):
        for count in counts:
            # One neighbour weighs the same either way.
            if weights == "distance" and count == 1:
                continue
            model = KNeighborsRegressor(n_neighbors=count, weights=weights).fit(scaler.transform(known), numbers)
            predicted = [model.predict(scaler.transform(samples)).reshape(len(samples), outputs) for samples in others]
            yield (f"{count} {'neighbour' if count == 1 else 'neighbours'}, {weights} weights",
                   [logits(values, kind) if kind != "regression" else values for values in predicted])


def fit(arguments):
    samples = read(os.path.join(arguments.folder, "samples.safetensors"))
    known, others = samples["train"].astype("float64"), [samples[name].astype("float64") for name in ("valid", "test")]
    target = samples["target"]
    target = target.astype("int64") if arguments.kind == "classification" else target.astype("float64")
    tensors, metadata = {}, {}
    for name in arguments.models.split(","):
        fitted = {"trees": trees, "neighbours": neighbours}[name](known, target, others, arguments.kind, arguments.outputs)
        for index, (setting, (valid, test)) in enumerate(fitted):
            tensors[f"{name}/{index}/valid"], tensors[f"{name}/{index}/test"] = valid, test
            metadata[f"{name}/{index}"] = setting
    write(os.path.join(arguments.folder, "outputs.safetensors"), tensors, metadata)


def main():
    parser = argparse.ArgumentParser(description="Fits boosted trees and nearest neighbours for highmmt study floors.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="say whether scikit-learn is there")
    fitting = commands.add_parser("fit", help="fit models on samples of a folder")
    fitting.add_argument("folder")
    fitting.add_argument("--kind", choices=("classification", "multilabel", "regression"), required=True)
    fitting.add_argument("--outputs", type=int, required=True)
    fitting.add_argument("--models", required=True)
    arguments = parser.parse_args()
    if arguments.command == "fit":
        fit(arguments)


try:
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.preprocessing import StandardScaler
except ImportError as error:
    print(error, file=sys.stderr)
    sys.exit(NO_SCIKIT_LEARN)

if __name__ == "__main__":
    main()
