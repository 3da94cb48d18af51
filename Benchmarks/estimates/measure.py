#!/usr/bin/env python3
"""Compares what `highmmt info` expects of a suite with a training of it.

    measure.py --tool ../../.build/release/highmmt --data DATA --suite SUITE [--data DATA --suite SUITE]...

Each suite is estimated and then trained for four epochs in a fresh folder. The table gives parameters, the peak of the
resident memory, and the median duration of an epoch, expected and measured.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path


def run(command):
    """Returns the standard output of a command and its peak memory in bytes."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.PIPE, text=True)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit(f"{' '.join(command)}\n{errors[-500:]}")
        output.seek(0)
        return output.read(), usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def compare(tool, suite, data, epochs, threads):
    """Returns a row of the table."""
    common = [suite, f"training.epochs={epochs}", "--data", data, "--threads", threads]
    expected = json.loads(run([tool, "info", *common, "--json"])[0])
    with tempfile.TemporaryDirectory() as folder:
        _, peak = run([tool, "train", *common, "--no-test", "--run", f"{folder}/run"])
        stage = json.loads(Path(f"{folder}/run/timing.json").read_text())["stages"]["stage1"]
    seconds = statistics.median(value for epoch, value in stage["seconds"].items() if epoch != "0")
    return (f"| {Path(suite).stem} | {expected['parameters']:,} | {expected['memory'] / 1e6:.0f} MB | {peak / 1e6:.0f} MB "
            f"({expected['memory'] / peak - 1:+.0%}) | {expected['seconds_per_epoch']:.2f} s | {seconds:.2f} s "
            f"({expected['seconds_per_epoch'] / seconds - 1:+.0%}) |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True, help="the command-line tool")
    parser.add_argument("--data", action="append", required=True, help="folder of datasets, with --suite for each")
    parser.add_argument("--suite", action="append", required=True, help="suites of the data given as often")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--threads", default="2")
    options = parser.parse_args()
    if len(options.data) not in (1, len(options.suite)):
        sys.exit("expected one --data, or one for every --suite")
    folders = options.data * (len(options.suite) if len(options.data) == 1 else 1)
    print("| suite | parameters | memory, expected | measured | epoch, expected | measured |")
    print("|---|---|---|---|---|---|")
    for suite, data in zip(options.suite, folders):
        print(compare(options.tool, suite, data, options.epochs, options.threads), flush=True)


if __name__ == "__main__":
    main()
