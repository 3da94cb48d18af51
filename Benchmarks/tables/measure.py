#!/usr/bin/env python3
"""Imports, trains and predicts every set of make_tables.py with defaults, and prints a row of a table for each.

    python3 measure.py --tables ../../data/tables --to ../../runs/tables

The score that the predictions of new.csv have is computed here, from test.csv, and compared with that of `evaluate`. The
predictions themselves are compared with those of the dataset's test split, as text. Stopped, it goes on where it was.
"""

import argparse
import csv
import json
import os
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def call(tool, *arguments):
    """Runs a command and returns its standard output and the seconds that it took."""
    start = time.monotonic()
    done = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"highmmt {' '.join(arguments)}: {done.stderr}")
    return done.stdout, time.monotonic() - start


def score(metric, predictions, truths):
    """The accuracy or the coefficient of determination of the predictions."""
    if metric == "accuracy":
        return sum(line["prediction"] == truth for line, truth in zip(predictions, truths)) / len(truths)
    values, truths = [line["values"][0] for line in predictions], [float(truth) for truth in truths]
    mean = sum(truths) / len(truths)
    return 1 - sum((a - b) ** 2 for a, b in zip(values, truths)) / sum((mean - b) ** 2 for b in truths)


def first_rows(rows):
    """The rows of samples, each of which may have several with the same id."""
    return list({row.get("id") or row.get("clip"): row for row in reversed(rows)}.values())[::-1]


def measured(name, arguments):
    """One row of the table."""
    source = os.path.join(arguments.tables, name)
    data, run = os.path.join(arguments.to, name, "data"), os.path.join(arguments.to, name, "run")
    with open(f"{source}/targets.json", encoding="utf-8") as file:
        (target,) = json.load(file)
    out, import_seconds = call(
        arguments.tool, "data", "import", "table", f"{source}/table.csv", "--target", target, "--to", data, "--json")
    imported = json.loads(out)
    start = time.monotonic()
    if not os.path.exists(f"{run}/result.json"):
        call(arguments.tool, "train", data, "--run", run, "--threads", str(arguments.threads))
    train_seconds = time.monotonic() - start
    (task,) = json.loads(call(arguments.tool, "evaluate", run, "--json")[0])["tasks"].values()
    metric = task["metrics"][0]
    (floor,) = json.loads(call(arguments.tool, "study", "floors", data, "--only", "ridge", "--json")[0])
    raw, predict_seconds = call(arguments.tool, "predict", run, f"{source}/new.csv")
    stored, _ = call(arguments.tool, "predict", run, f"{data}/test.safetensors")
    raw, stored = ([json.loads(line) for line in text.splitlines()] for text in (raw, stored))
    for line in raw:
        line.pop("id", None)
    with open(f"{source}/test.csv", encoding="utf-8", newline="") as file:
        truths = [row[target] for row in first_rows(list(csv.DictReader(file)))]
    told = task["scores"]["metrics"][metric]
    own = score(metric, raw, truths)
    is_equal = raw == stored and abs(own - told) < (1e-12 if metric == "accuracy" else 1e-5)
    chance, ridge = task["chance"][metric], floor["models"]["ridge"]["test"][metric]
    return [name, sum(imported["rows"].values()), ", ".join(imported["modalities"]), f"{import_seconds:.1f}",
            f"{train_seconds:.0f}", f"{predict_seconds:.1f}", metric, f"{told:.4f}", f"{own:.4f}",
            "yes" if is_equal else "NO", f"{ridge:.4f}", f"{chance:.4f}"]


def main():
    parser = argparse.ArgumentParser(description="Imports, trains and predicts every set of make_tables.py.")
    parser.add_argument("--tables", required=True, metavar="DIR", help="what make_tables.py wrote")
    parser.add_argument("--to", required=True, metavar="DIR", help="folder of datasets and runs")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", action="append", metavar="NAME", help="this set alone; may be repeated")
    parser.add_argument("--tool", default=os.path.join(HERE, "../../highmmt"), help="the command-line tool")
    arguments = parser.parse_args()
    print("| set | rows | modalities | import s | train s | predict s | metric | `evaluate` | `predict` | same digits | "
          "ridge | chance |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for name in sorted(os.listdir(arguments.tables)):
        if arguments.only and name not in arguments.only:
            continue
        print(f"| {' | '.join(map(str, measured(name, arguments)))} |", flush=True)


if __name__ == "__main__":
    main()
