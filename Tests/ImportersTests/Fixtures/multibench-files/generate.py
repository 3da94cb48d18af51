"""Writes tiny files in the layouts of MultiBench. Needs numpy, h5py and pillow. case.json holds the expected values."""

import json
import os
import pickle
import random

import h5py
import numpy as np
from PIL import Image

generator = np.random.default_rng(0)
expected = {}


def folder(*parts):
    path = os.path.join(*parts)
    os.makedirs(path, exist_ok=True)
    return path


def dump(path, value):
    with open(path, "wb") as file:
        pickle.dump(value, file, protocol=2)


# Python's shuffles, which the published splits depend on.
for seed in (10, 42, 2**31 + 7):
    numbers = list(range(1000))
    random.Random(seed).shuffle(numbers)
    expected[f"shuffle-{seed}"] = numbers[:40]
few = list(range(5))
random.Random(42).shuffle(few)
expected["shuffle-five"] = few

# The affect pickles: padding before the words, a row without words, and infinity in audio.
for name, vision, audio, steps, scored in (
    ("mosei_senti_data", 35, 74, 6, True), ("humor", 371, 81, 24, False),
):
    parts = {}
    for part, count in (("train", 3), ("valid", 2), ("test", 2)):
        arrays = {
            key: np.round(generator.normal(size=(count, steps, width)), 1).astype("f8" if key == "audio" and scored else "f4")
            for key, width in (("vision", vision), ("audio", audio), ("text", 300))
        }
        for row in range(count):
            for array in arrays.values():
                array[row, : row + 1] = 0
        arrays["audio"][1, -1, 0] = -np.inf
        if part == "train":
            arrays["text"][2] = 0
        if scored:
            labels = np.array([[[-1.5]], [[0.0]], [[2.0]]])[:count]
        else:
            labels = np.array([[1], [0], [1]])[:count]
        parts[part] = {**arrays, "labels": labels, "id": [f"video[{row}]" for row in range(count)]}
    dump(f"{folder('affect')}/{name}.pkl", parts)
    if name == "mosei_senti_data":
        row = parts["train"]["vision"][1][2:].astype("f8")
        first = (row - row.mean(0)) / row.std(0, ddof=1)
        expected["mosei-vision-row-1"] = first[:3, :4].ravel().tolist()

# MIMIC-III
count = 30
labels = np.zeros((count, 8))
labels[:, 0] = 1
labels[np.arange(0, count, 3), 2] = 1
series = generator.integers(0, 9, (count, 24, 4)).astype("f8")
series[3, 0, 0], series[4, 1, 1] = np.inf, np.nan
dump(
    f"{folder('mimic')}/im.pk",
    {
        "ep_tdata": series,
        "adm_features_all": generator.integers(0, 9, (count, 5)).astype("f8"),
        "adm_labels_all": labels,
        "y_icd9": (np.arange(count * 20).reshape(count, 20) % 3 == 0).astype("i8"),
    },
)
rows = list(range(count))
random.seed(10)
random.shuffle(rows)
expected["mimic-valid"], expected["mimic-test"] = rows[:3], rows[3:6]

# AV-MNIST
for part, count in (("train", 4), ("test", 2)):
    for modality, shape in (("image", (784,)), ("audio", (112, 112))):
        array = np.arange(count * np.prod(shape)).reshape(count, *shape).astype("u1")
        np.save(f"{folder('avmnist', modality)}/{part}_data.npy", array)
    np.save(f"{folder('avmnist')}/{part}_labels.npy", np.arange(count) + 3)

# ENRICO: numbered screens, two of them damaged.
enrico = folder("enrico")
screens = [100, 50105, 101, 102, 103, 50109, 104, 105, 106, 107, 108, 109]
topics = ["login", "list", "menu"]
lines = ["screen_id,topic"] + [f"{screen},{topics[index % 3]}" for index, screen in enumerate(screens)]
open(f"{enrico}/design_topics.csv", "w").write("\n".join(lines) + "\n")
for index, screen in enumerate(screens):
    if screen in (50105, 50109):
        continue
    picture = np.full((192, 108, 3), index * 20, "u1")
    Image.fromarray(picture).save(f"{folder(enrico, 'screenshots')}/{screen}.jpg", quality=90)
    wire = np.full((192, 108, 4), 255, "u1")
    wire[::2] = index * 10
    wire[:, :, 3] = 255
    Image.fromarray(wire).save(f"{folder(enrico, 'wireframes')}/{screen}.png", optimize=True)
    tree = {
        "bounds": [0, 0, 1440, 2560], "class": "Frame",
        "children": [
            {"bounds": [0, 0, 720, 256], "componentLabel": "Text", "children": []},
            {"bounds": [720, 1280, 1440, 2560], "componentLabel": "Icon"},
        ][: index % 3],
    }
    json.dump(tree, open(f"{folder(enrico, 'hierarchies')}/{screen}.json", "w"))
order = list(range(10))
random.Random(42).shuffle(order)
kept = [screen for screen in screens if screen not in (50105, 50109)]
expected["enrico-test"] = [sorted(topics).index(topics[screens.index(kept[row]) % 3]) for row in order[8:]]

# MuJoCo Push: trajectories of 24 steps, one of them too short for the second window.
push = folder("push")
for size, lengths in ((1000, [24, 20] + [24] * 9), (10, [24]), (300, [24, 24])):
    with h5py.File(f"{push}/gentle_push_{size}.hdf5", "w") as file:
        for index, steps in enumerate(lengths):
            group = file.create_group(f"trajectory{index}")
            times = np.arange(steps)[:, None]
            group["eef_pos"] = times + np.array([0, 0.25, 0.5]) + index
            group["Cylinder0_pos"] = times * np.array([1, 2, 3]) + index
            group["force"] = np.tile(times, (1, 6)).astype("f4")
            group["contact"] = (np.arange(steps) % 2).astype("f4")
            group["object-state"] = np.zeros((steps, 4))
            image = np.zeros((steps, 32, 32), "f4")
            image[:, 0, 0] = np.arange(steps)
            group.create_dataset("image", data=image, compression="lzf")

# Vision & Touch: episodes of 4 steps.
touch = folder("vision-touch")
for episode in range(5):
    with h5py.File(f"{touch}/episode_{episode}_1000.h5", "w") as file:
        steps = 4
        image = np.zeros((steps, 128, 128, 3), "u1")
        image[:, 0, 0, 1] = 51 * np.arange(steps)
        file.create_dataset("image", data=image, compression="gzip")
        file.create_dataset("depth_data", data=np.full((steps, 128, 128, 1), episode, "f4"), compression="gzip")
        file["proprio"] = np.tile(np.arange(steps)[:, None], (1, 10)).astype("f4")
        file["ee_forces_continuous"] = np.tile(np.arange(40)[None, :, None] / 40, (steps, 1, 6)).astype("f4")
        file["action"] = np.tile(np.arange(steps)[:, None] + 10, (1, 4)).astype("f4")
        file["contact"] = (np.arange(steps) % 2 == 1)[:, None].astype("f4")

# MM-IMDb, of twelve films.
with h5py.File(f"{folder('mm-imdb')}/multimodal_imdb.hdf5", "w") as file:
    file["features"] = np.tile(np.arange(12)[:, None], (1, 300)).astype("f4")
    images = np.zeros((12, 3, 32, 16), "u1")
    images[:, 0, 0, 0], images[:, 1, 0, 0], images[:, 2, 0, 1] = 255, 102, 51
    file.create_dataset("images", data=images, compression="gzip", chunks=(4, 3, 32, 16))
    file.create_dataset("vgg_features", data=np.zeros((12, 4096), "f4"), compression="gzip")
    file["genres"] = (np.arange(12 * 23).reshape(12, 23) % 5 == 0).astype("i4")
json.dump(expected, open("case.json", "w"), indent=1)
