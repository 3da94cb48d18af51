#!/usr/bin/env python3
"""Trains on data that fit into memory and on data that do not, and compares the speed.

    measure.py --tool ../../.build/release/highmmt --folder SCRATCH [--copies 32] [--limit 1024]

Makes a dataset of 4096 training rows of 32 kB in SCRATCH, and one with as many copies of these rows as asked for. Both
are trained in turns for a few epochs of 128 steps. With --limit, every training is in a memory control group of that
many MB (Linux with cgroup v1, root), so that the large dataset exceeds the memory for programs and cached files
together. The table has the medians of all epochs but the first of each training, and the peak of the resident memory.

Needs the Python package of this repository and 33 MB × copies of free disk space.
"""

import argparse
import json
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from highmmt import write_dataset

ROWS = {"train": 4096, "valid": 512, "test": 32}
GROUP = Path("/sys/fs/cgroup/memory/highmmt-memory")


def make(folder):
    """Writes the dataset that fits into memory."""
    random = np.random.default_rng(0)
    total = sum(ROWS.values())
    kinds = random.integers(0, 4, total)
    walk = random.standard_normal((total, 512, 16), dtype=np.float32) + 0.1 * kinds[:, None, None].astype(np.float32)
    bounds = np.cumsum([0, *ROWS.values()])
    split = {name: np.arange(bounds[index], bounds[index + 1]) for index, name in enumerate(ROWS)}
    write_dataset(folder, {"walk": walk}, {"kind": np.array(["a", "b", "c", "d"])[kinds]}, split=split)


def repeat(small, large, copies):
    """Writes a dataset whose training rows are those of another one, several times."""
    shutil.copytree(small, large, ignore=shutil.ignore_patterns("train.safetensors"))
    description = json.loads((small / "dataset.json").read_text())
    description["splits"]["train"] *= copies
    (large / "dataset.json").write_text(json.dumps(description, indent=2))
    with open(small / "train.safetensors", "rb") as source, open(large / "train.safetensors", "wb") as target:
        length = struct.unpack("<Q", source.read(8))[0]
        header = json.loads(source.read(length))
        start, offset, repeated = 8 + length, 0, {}
        names = sorted((name for name in header if name != "__metadata__"), key=lambda name: header[name]["data_offsets"])
        for name in names:
            entry = header[name]
            size = (entry["data_offsets"][1] - entry["data_offsets"][0]) * copies
            repeated[name] = entry | {
                "shape": [entry["shape"][0] * copies, *entry["shape"][1:]], "data_offsets": [offset, offset + size]}
            offset += size
        text = json.dumps(repeated).encode()
        text += b" " * (-len(text) % 8)
        target.write(struct.pack("<Q", len(text)) + text)
        for name in names:
            first, last = header[name]["data_offsets"]
            source.seek(start + first)
            data = source.read(last - first)
            for _ in range(copies):
                target.write(data)


def forget(folder):
    """Removes the files of a dataset from the page cache, which other processes have filled outside of the limit."""
    for path in folder.iterdir():
        with open(path, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def train(tool, folder, epochs, threads, limit):
    """Returns the seconds of the epochs and the peak memory in bytes."""
    def enter():
        if limit:
            (GROUP / "cgroup.procs").write_text(str(os.getpid()))
    if limit:
        forget(folder)
    with tempfile.TemporaryDirectory() as run:
        process = subprocess.Popen(
            [tool, "train", folder, f"training.epochs={epochs}", "training.batch=32",
             "training.epoch_batches=128", "training.summary=none", "--no-test", "--threads",
             threads, "--run", f"{run}/run"], preexec_fn=enter, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit(errors[-800:])
        seconds = json.loads(Path(f"{run}/run/timing.json").read_text())["stages"]["stage1"]["seconds"]
    return [value for epoch, value in seconds.items() if int(epoch) > 1], usage.ru_maxrss * 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True, help="the command-line tool")
    parser.add_argument("--folder", type=Path, required=True, help="folder for the datasets")
    parser.add_argument("--copies", type=int, default=32)
    parser.add_argument("--limit", type=int, help="MB of memory, files in the page cache included")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--threads", default="2")
    options = parser.parse_args()
    small, large = options.folder / "small", options.folder / f"large-{options.copies}"
    options.folder.mkdir(parents=True, exist_ok=True)
    if not small.exists():
        make(small)
    if not large.exists():
        repeat(small, large, options.copies)
    if options.limit:
        GROUP.mkdir(exist_ok=True)
        (GROUP / "memory.limit_in_bytes").write_text(str(options.limit << 20))
    seconds, peaks = {small: [], large: []}, {small: [], large: []}
    for _ in range(options.turns):
        for folder in (small, large):
            epochs, peak = train(options.tool, folder, options.epochs, options.threads, options.limit)
            seconds[folder] += epochs
            peaks[folder].append(peak)
    print("| data | memory for programs and files | peak of the process | epoch |\n|---|---|---|---|")
    for folder in (small, large):
        size = (folder / "train.safetensors").stat().st_size
        print(f"| {size / 1e6:.0f} MB | {f'{options.limit << 20:,} bytes' if options.limit else 'all'} | "
              f"{max(peaks[folder]) / 1e6:.0f} MB | {statistics.median(seconds[folder]):.2f} s |")
    if options.limit:
        GROUP.rmdir()


main()
