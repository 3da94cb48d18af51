"""Writes a table in the dialects that pandas writes, the files that it names, and the tensors expected of it.

Run in this folder; needs numpy, pandas, pillow and soundfile.
"""

import json
import os

import numpy as np
import pandas as pd
import soundfile
from PIL import Image

random = np.random.default_rng(5)
rows = 24
os.makedirs("files", exist_ok=True)

frame = pd.DataFrame({"visit": [f"v{i}" for i in range(rows)]})
frame["person"] = [f"p{i // 3}" for i in range(rows)]
frame["age"] = random.normal(50, 10, rows).round(1)
frame["pulse"] = random.integers(50, 120, rows).astype(float)
frame["city"] = [["Oslo", "Rome", "Bern"][i % 3] for i in range(rows)]
frame["note"] = [
    ["feels well, no fever", "a \"strong\" cough\nsince Monday, and much more of it", "tired; slept badly"][i % 3]
    + f" on day {i}" for i in range(rows)]
frame["photo"] = [f"files/photo{i % 4}.png" for i in range(rows)]
frame["voice"] = [f"files/voice{i % 3}.{['wav', 'flac', 'WAV'][i % 3]}" for i in range(rows)]
frame["track"] = [f"files/track{i % 4}.npy" for i in range(rows)]
walks = random.normal(0, 1, (rows, 9)).cumsum(1)
for step in range(9):
    frame[f"ecg{step}"] = walks[:, step].round(3)
frame["outcome"] = [["calm", "busy"][i % 2] for i in range(rows)]
frame["cost"] = random.normal(300, 50, rows).round(2)
frame["split"] = [["train", "train", "train", "val", "test", "train"][i % 6] for i in range(rows)]

train, test = frame.index[frame.split == "train"], frame.index[frame.split == "test"]
frame.loc[[train[0], test[0]], "age"] = np.nan
frame.loc[test[1], ["age", "pulse"]] = np.nan
frame.loc[train[2], "city"] = "Lima"           # shown once: rare
frame.loc[[train[3], test[2]], "city"] = np.nan
frame.loc[[train[1], test[1]], ["note", "photo"]] = np.nan
frame.loc[[train[4], test[3]], ["ecg3", "ecg4"]] = np.nan
frame.loc[train[5], "outcome"] = np.nan
frame.loc[test[0], "track"] = np.nan

frame.to_csv("visits.csv", index=False)
frame.to_csv("semicolon.csv", index=False, sep=";", decimal=",", encoding="utf-8-sig", lineterminator="\r\n", na_rep="NA")
frame.to_csv("visits.tsv", index=False, sep="\t", na_rep="NaN", quoting=2)
frame.to_json("visits.jsonl", orient="records", lines=True)

photos = []
for i in range(4):
    pixels = random.integers(0, 256, (12, 16, 3) if i < 3 else (24, 32, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(f"files/photo{i}.png")
    small = pixels if i < 3 else np.asarray(pixels, float).reshape(12, 2, 16, 2, 3).mean((1, 3))
    # Patches of 4 x 4 pixels: rows, columns, then the pixels of a patch row by row.
    photos.append((np.asarray(small, float) / 255).reshape(3, 4, 4, 4, 3).transpose(0, 2, 1, 3, 4).reshape(3, 4, 48))
for i, (rate, ending) in enumerate([(8000, "wav"), (8000, "flac"), (16000, "WAV")]):
    time = np.arange(rate // 5) / rate
    soundfile.write(f"files/voice{i}.{ending}", 0.3 * np.sin(2 * np.pi * 440 * time), rate, format="FLAC" if i == 1 else "WAV")
tracks = [random.normal(0, 1, (length, 2)).astype("float32" if i else "float64") for i, length in enumerate([5, 7, 6, 7])]
for i, track in enumerate(tracks):
    np.save(f"files/track{i}.npy", np.asfortranarray(track) if i == 2 else track)

part = frame.loc[test]
numbers = part[["age", "pulse"]].to_numpy()
cities = np.stack([part.city == name for name in ["Bern", "Oslo", "Rome"]] + [np.zeros(len(part))], 1)
ecg = part[[f"ecg{i}" for i in range(9)]].to_numpy()
padded, lengths = [], []
for name in part.track:
    track = np.zeros((0, 2)) if isinstance(name, float) else tracks[int(name[11])]
    padded.append(np.concatenate([track, np.zeros((7 - len(track), 2))]))
    lengths.append(len(track))
missing = np.isnan(ecg)
# A step without a number is not valid.
expected = {
    "numbers": np.nan_to_num(numbers)[..., None],
    "mask/numbers": ~np.isnan(numbers),
    "present/numbers": ~np.isnan(numbers).all(1),
    "categories": cities[..., None],
    "present/categories": part.city.notna(),
    "ecg": np.where(missing, 0, ecg)[..., None],
    "mask/ecg": ~missing,
    "track": np.array(padded),
    "mask/track": np.arange(7) < np.array(lengths)[:, None],
    "present/track": part.track.notna(),
    "photo": [np.zeros((3, 4, 48)) if isinstance(name, float) else photos[int(name[11])] for name in part.photo],
    "present/photo": part.photo.notna(),
    "present/note": part.note.notna(),
    "target/outcome": part.outcome == "calm",
    "target/cost": part.cost,
}
json.dump(
    {name: np.asarray(value, float).round(7).ravel().tolist() for name, value in expected.items()},
    open("expected.json", "w"))

# Several rows per sample, out of order, with gaps.
long = pd.DataFrame([
    {"patient": p, "time": f"2024-01-0{1 + t // 2} {12 * (t % 2):02d}:00", "pulse": 60 + p + t, "heat": 36 + t / 10,
     "age": 20 + p, "outcome": ["calm", "busy"][p % 2], "split": ["train", "train", "valid", "test"][p % 4]}
    for p in range(12) for t in range(2 + p % 3)])
long.loc[long.patient.eq(3) & long.pulse.eq(64), "heat"] = np.nan
long.loc[long.patient.eq(0) & long.pulse.eq(60), "heat"] = np.nan
long.sample(frac=1, random_state=1).to_csv("long.csv", index=False)
