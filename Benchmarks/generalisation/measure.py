#!/usr/bin/env python3
"""Makes the table of the protocol in README.md: trains on every dataset of a list, fits the baselines, and says whether
the claim holds. Stopped, it goes on where it was when it is called again.

    python3 measure.py --list generalisation --data ../../data/generalisation --runs ../../runs/generalisation
"""

import argparse
import json
import os
import statistics
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = ("ridge", "trees", "neighbours")


def run(tool, arguments):
    """What a command prints as JSON; its messages go to standard error."""
    return json.loads(subprocess.run([tool, *arguments, "--json"], check=True, stdout=subprocess.PIPE).stdout)


def kept(path, make):
    """A result from its file, made and written down where there is none."""
    if not os.path.exists(path):
        result = make()
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + ".part", "w", encoding="utf-8") as file:
            json.dump(result, file, indent=2, sort_keys=True)
        os.replace(path + ".part", path)
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def measured(arguments, name):
    """One row of the table."""
    suite = os.path.join(HERE, "suites", arguments.list, f"{name}.yaml")
    folder, results = os.path.join(arguments.runs, name), os.path.join(arguments.results or arguments.runs, name)
    (floor,) = kept(f"{results}/floors.json", lambda: run(
        arguments.tool, ["study", "floors", suite, "--data", arguments.data]))
    if floor["skipped"]:
        raise SystemExit(f"{name}: {floor['skipped']}")
    metric, scores = floor["metric"], []
    for seed in arguments.seeds:
        place = f"{folder}/seed-{seed}"

        def train():
            return run(arguments.tool, ["train", suite, "--data", arguments.data, "--run", place, "--seed", str(seed),
                                        "--threads", str(arguments.threads)])

        result = kept(f"{results}/seed-{seed}.json", train)
        scores.append(result["tasks"][floor["task"]]["scores"]["metrics"][metric])
    others = {model: floor["models"][model]["test"].get(metric) for model in MODELS}
    error = statistics.stdev(scores) / len(scores) ** 0.5 if len(scores) > 1 else 0
    return {"name": name, "metric": metric, "score": statistics.fmean(scores), "error": error, **others,
            "chance": floor["chance"].get(metric)}


def main():
    parser = argparse.ArgumentParser(description="Makes the table of the protocol in README.md.")
    parser.add_argument("--list", choices=("development", "generalisation", "fresh"), required=True)
    parser.add_argument("--data", required=True, metavar="DIR", help="folder of the list's datasets")
    parser.add_argument("--runs", required=True, metavar="DIR", help="folder of runs and results")
    parser.add_argument("--results", metavar="DIR", help="folder of results alone, which are small; that of the runs unless said")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="1 2 3 unless said, as the protocol has it")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", action="append", metavar="NAME", help="this dataset alone; may be repeated; no verdict")
    parser.add_argument("--tool", default=os.path.join(HERE, "../../highmmt"), help="the command-line tool")
    arguments = parser.parse_args()
    names = sorted(name[:-5] for name in os.listdir(os.path.join(HERE, "suites", arguments.list)) if name.endswith(".yaml"))
    rows = [measured(arguments, name) for name in names if not arguments.only or name in arguments.only]

    def number(value):
        return "-" if value is None else f"{value:.3f}"

    print("| dataset | metric | HighMMT | ridge | trees | neighbours | chance | behind the best |")
    print("|---|---|---|---|---|---|---|---|")
    gaps = []
    for row in rows:
        gaps.append(max(row[model] for model in MODELS if row[model] is not None) - row["score"])
        cells = [number(row[model]) for model in (*MODELS, "chance")]
        print(f"| `{row['name']}` | {row['metric']} | {row['score']:.3f} ± {row['error']:.3f} | {' | '.join(cells)} | "
              f"{gaps[-1]:+.3f} |")
    below = [row["name"] for row in rows if row["score"] < row["ridge"]]
    print(f"\nBehind the best on average: {statistics.fmean(gaps):+.3f} (at most 0.020 wanted).")
    print(f"Below ridge regression: {', '.join(below) or 'none'} (none wanted).")
    if not arguments.only:
        print(f"The claim {'holds' if not below and statistics.fmean(gaps) <= 0.02 else 'does not hold'}.")


if __name__ == "__main__":
    main()
