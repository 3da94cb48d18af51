"""Writes tiny files in the layouts of the field suite's publishers.

Needs numpy, pillow and soundfile.
"""

import gzip
import io
import json
import os
import struct
import tarfile

import numpy as np
import soundfile
from PIL import Image

random = np.random.default_rng(0)


def folder(*parts):
    path = os.path.join(*parts)
    os.makedirs(path, exist_ok=True)
    return path


def tar(path, members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, text in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    open(path, "wb").write(gzip.compress(buffer.getvalue(), 9, mtime=0))


def idx(path, array):
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    open(path, "wb").write(gzip.compress(header + array.astype("u1").tobytes(), 9, mtime=0))


# mnist and fsdd: the digit is encoded as the position of a bar and as the pitch of a tone.
mnist = folder("multimedia", "mnist")
for name, count in (("train", 30), ("t10k", 10)):
    labels = np.arange(count) % 10
    images = np.zeros((count, 28, 28), "u1")
    for digit in range(10):
        images[labels == digit, :, 2 * digit + 4] = 200
    images[:, 0, 0] = np.arange(count) % 7
    idx(f"{mnist}/{name}-images-idx3-ubyte.gz", images)
    idx(f"{mnist}/{name}-labels-idx1-ubyte.gz", labels)
fsdd = folder("multimedia", "fsdd")
for digit in range(10):
    for speaker in ("george", "theo"):
        for take in (0, 5, 10):
            steps = np.arange(400 + 80 * take)
            tone = np.sin(2 * np.pi * (200 + 100 * digit) * steps / 8000) * (0.2 if speaker == "theo" else 0.6)
            soundfile.write(f"{fsdd}/{digit}_{speaker}_{take}.wav", tone, 8000, subtype="PCM_16")

# grid-s1
grid = folder("grid-s1")
commands = ["bin", "lay", "place", "set"]
digits = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
sentences = [f"{c} blue at f {d} now" for c in commands for d in digits]
video = np.zeros((40, 25, 24, 48), "u1")
audio = np.zeros((40, 24000), "i2")
for row in range(40):
    video[row] += np.uint8(row)
    # Every other line moves.
    video[row, :, ::2] += np.arange(25, dtype="u1")[:, None, None]
    audio[row, ::100] = row * 50
np.savez_compressed(
    f"{grid}/grid_s1_mouth25x24x48_audio8k.npz", video=video, audio=audio, sentence=np.array(sentences),
    name=np.array(sentences), align=np.array(sentences),
)

# mosi-utterance: rows sorted by label, with the label in the last column; the transcripts are sorted by film.
for part, count in (("train", 32), ("test", 8)):
    labels = (np.arange(count) < count // 2).astype(int)
    for modality, width in (("text", 100), ("audio", 73), ("video", 100)):
        rows = random.integers(-9, 9, (count, width)) / 4
        text = "\n".join(",".join([f'"{v}"' for v in row] + [f'"{label}"']) for row, label in zip(rows, labels))
        open(f"{folder('mosi-utterance', modality)}/{modality}_{part}0.csv", "w").write(text + "\n")

lines = [f'"film{f}_{u}","WORDS, AND MORE","{f}","{int(u < 2)}"' for f in (*range(1, 9), 63, 64) for u in range(4)]
open("mosi-utterance/transcripts.csv", "w").write("\n".join(lines) + "\n")

# mustard: the folds refer to file order, which is not that of the sorted keys.
mustard = folder("mustard")
entries = {
    f"1_{900 - 7 * index}": {
        "utterance": f"Oh, that's {'so very' if index % 2 else 'quite'} great \"thing\" {index}!",
        "speaker": "A",
        "context": ["Well.", "Number %d, you know?" % index][: index % 3],
        "context_speakers": ["B", "C"],
        "show": "X",
        "sarcasm": index % 2 == 1,
    }
    for index in range(24)
}
json.dump(entries, open(f"{mustard}/sarcasm_data.json", "w"), indent=1)
fold = [[index for index in range(24) if index % 4 != 3 or index > 20], [3, 7, 11, 15, 19]]
json.dump([fold, fold], open(f"{mustard}/split_indices.json", "w"))

# stress-predict-e4: 80 seconds of five participants and one without labels; columns as the wristband writes them.
stress = folder("stress-predict-e4")
members = {"Raw_data/Readme": "text\n"}
rows = ["Participant,HR,respr,Time(sec),Label"]
for person in range(1, 7):
    start = 1644220000 + 1000 * person
    for sensor, rate, columns in (("ACC", 32, 3), ("BVP", 64, 1), ("EDA", 4, 1), ("TEMP", 4, 1), ("HR", 1, 1)):
        begin = start + (10 if sensor == "HR" else 0)
        lines = [", ".join([f"{begin}.000000"] * columns), ", ".join([f"{rate}.000000"] * columns)]
        lines += [",".join([str(step % 9 + person)] * columns) for step in range(rate * 80)]
        members[f"Raw_data/S{person:02}/{sensor}.csv"] = "\n".join(lines) + "\n"
    members[f"Raw_data/S{person:02}/info.txt"] = "text\n"
    if person < 6:
        rows += [f"{person},60,12.5,{start + second},{person % 2}" for second in range(80)]
tar(f"{stress}/Raw_data.tar.gz", members)
open(f"{folder(stress, 'Processed_data')}/Improved_All_Combined_hr_rsp_binary.csv", "w").write("\n".join(rows) + "\n")

# physionet2012
physionet = folder("physionet2012")
for part, count in (("a", 40), ("b", 12)):
    outcomes = ["RecordID,SAPS-I,SOFA,Length_of_stay,Survival,In-hospital_death"]
    members = {}
    for index in range(count):
        record = (132500 if part == "a" else 142500) + 3 * index
        stay = [2, 5, 10, 30][index % 4] if index != 5 else -1
        outcomes.append(f"{record},6,1,{stay},-1,{int(index % 8 == 0)}")
        lines = ["Time,Parameter,Value", f"00:00,RecordID,{record}", f"00:00,Age,{30 + index}", "00:00,Gender,1"]
        lines += [f"00:00,Height,{-1 if index % 3 else 170}", f"00:00,ICUType,{index % 4 + 1}", "00:00,Weight,-1"]
        for step in range(index % 20):
            lines += [f"{2 * step:02}:{step:02},HR,{70 + step}", f"{2 * step:02}:{step:02},Temp,{36 + step / 10}"]
        if index == 2:
            lines += ["07:11,,5", "47:59,pH,7.4"]
        members[f"set-{part}/{record}.txt"] = "\n".join(lines) + "\n"
    open(f"{physionet}/Outcomes-{part}.txt", "w").write("\n".join(outcomes) + "\n")
    tar(f"{physionet}/set-{part}.tar.gz", members)

# biotac-slide and sign-language
trials = np.array([1, 15, 35, 45] * 2, "i2")
ramp = (np.arange(8 * 100) % 17).reshape(8, 100, 1).astype("f4")
columns = {"bio": 44, "cp": 7, "cv": 3, "cw": 6, "jp": 7, "jt": 7, "jv": 7}
np.savez_compressed(
    f"{folder('biotac-slide')}/biotac_slide_resampled100.npz", label=np.repeat(np.array([0, 19], "i2"), 4), trial=trials,
    duration_s=np.ones(8, "f4"), **{name: ramp + np.arange(width, dtype="f4") for name, width in columns.items()},
)
wave = (np.arange(20 * 400) % 23 - 11).reshape(20, 400, 1)
np.savez_compressed(
    f"{folder('sign-language-emg-imu')}/lis_emg_imu.npz", emg=(wave + np.arange(8)).astype("i2"),
    imu=(wave + np.arange(10)).astype("f4"), label=np.repeat(np.array([3, 25]), 10),
)

# robot-failures
robot = folder("robot-failures")
for part, classes in (("lp1", ["normal", "collision"]), ("lp4", ["normal", "obstruction"]), ("lp5", ["normal", "lost"])):
    text = ""
    for index in range(20):
        text += classes[index % 2] + "\n"
        text += "".join("\t" + "\t".join(str(step + c - index) for c in range(6)) + "\n" for step in range(15)) + "\n\n"
    open(f"{robot}/{part}.data", "w").write(text)

# website-aesthetics
pages = folder("website-aesthetics")
for name, group, count in (("train_means_list", "english_resized", 10), ("test_list", "foreign_resized", 3)):
    lines = ["image,mean_score"]
    for index in range(count):
        picture = np.zeros((192, 256, 3), "u1")
        picture[:, :, index % 3] = 20 * index
        Image.fromarray(picture).save(f"{folder(pages, 'resized', group)}/{index}.png", optimize=True)
        lines.append(f"/{group}/{index}.png,{3 + index / 7}")
    open(f"{pages}/{name}.csv", "w").write("\n".join(lines) + "\n")
