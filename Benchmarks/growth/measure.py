#!/usr/bin/env python3
"""Measures how the time and the memory of a training step grow with tokens, modalities and tasks.

    measure.py --ours ../../.build/release/highmmt --peer "../.venv/bin/python ../peers/highmmt_peer.py"

Every point runs in fresh processes, ours and the public implementation, which take turns. The table
gives the median time of a step, the peak memory of the process above that of the smallest point of
its series, and at the end of each series the exponent of the growth: the slope of log time over log
size through the upper half of the points. Modalities grow the number of pairs with their square, so
their series is repeated with pruned pairs, of which every modality has two.

Points whose step takes the public implementation longer than --limit seconds are left out for it.
"""

import argparse
import json
import math
import shlex
import statistics
import subprocess
import sys

TOKENS = [50, 200, 800, 3200, 12800, 50000]
MODALITIES = [2, 3, 4, 6, 8, 12]
TASKS = [1, 4, 16, 64]


def workload(tasks=1, modalities=2, tokens=50, pruned=False):
    """Streams of `tokens` tokens of 32 numbers; the sizes of the model are the paper's large setting."""
    names = [f"m{index:02}" for index in range(modalities)]
    task = {"modalities": {name: [tokens, 32] for name in names}, "outputs": 2, "weight": 1.0, "loss": "cross entropy"}
    if pruned:
        # A ring: every modality is paired with its neighbours.
        ring = [sorted([names[i], names[(i + 1) % modalities]]) for i in range(modalities)]
        task["kept_pairs"] = sorted({"+".join(pair) for pair in ring})
    return {
        "modalities": [{"name": name, "channels": 32, "axes": 1, "frequency_bands": 3, "max_frequency": 1.0,
                        "frequency_base": 2.0} for name in names],
        "modality_embedding": "learned 10-wide",
        "tasks": {f"t{index:02}": task for index in range(tasks)},
        "config": {"depth": 1, "num_latents": 20, "latent_dim": 64, "cross_heads": 1, "latent_heads": 6,
                   "cross_dim_head": 64, "latent_dim_head": 64, "cross_depth": 1, "crossmodal_cross_heads": 4},
    }


class Program:
    """A program that answers commands, one line of JSON each."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        # The first line says that the program is ready.
        self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit("a program has ended early")
        answer = json.loads(line)
        if "error" in answer:
            sys.exit(answer["error"])
        return answer

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.answer()

    def quit(self):
        self.process.stdin.write("quit\n")
        self.process.stdin.flush()
        self.process.wait()


def measure(commands, described, batch, repetitions):
    """Returns for each program the median milliseconds of a step and the peak memory in MB."""
    programs = [Program(command) for command in commands]
    times = [[] for _ in programs]
    for program in programs:
        program.ask(f"define w {json.dumps(described)}")
        program.ask(f"step {batch} w")
    # A turn is long enough for the first step, which finds the caches full of the other program's
    # data, to be left out.
    turn = 2 + min(20, int(100 / programs[0].ask(f"step {batch} w")["ms"]))
    for _ in range(repetitions):
        for program, own in zip(programs, times):
            own += [program.ask(f"step {batch} w")["ms"] for _ in range(turn)][1:]
    results = [(statistics.median(own), program.ask("peak")["bytes"] / 1e6) for program, own in zip(programs, times)]
    for program in programs:
        program.quit()
    return results


def exponent(sizes, values):
    """The least-squares slope of log value over log size through the upper half of the points."""
    points = [(math.log(size), math.log(value)) for size, value in zip(sizes, values)]
    points = points[len(points) // 2 - (len(points) < 4):]
    mean_x = statistics.mean(x for x, _ in points)
    mean_y = statistics.mean(y for _, y in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


def series(name, sizes, describe, commands, options, public=True):
    """Prints the rows of one series."""
    used = commands if public else commands[:1]
    found = []
    for size in sizes:
        results = measure(used, describe(size), options.batch, options.repetitions)
        found.append((size, results))
        ours, peer = results[0], results[1] if len(results) > 1 else None
        cells = [f"{ours[0]:.1f}", f"{peer[0]:.1f}" if peer else "–", f"{peer[0] / ours[0]:.1f}×" if peer else "–",
                 f"{ours[1]:.0f}", f"{peer[1]:.0f}" if peer else "–"]
        print(f"| {size} {name} | " + " | ".join(cells) + " |", flush=True)
        if peer and peer[0] > options.limit * 1e3:
            used = commands[:1]
    cells = []
    for index in range(2):
        points = [(size, results[index]) for size, results in found if len(results) > index]
        base = [memory for _, (_, memory) in points]
        fits = len(points) > 2
        cells.append((f"{exponent([p[0] for p in points], [p[1][0] for p in points]):.2f}" if fits else "–",
                      f"+{base[-1] - base[0]:.0f}" if fits else "–"))
    print(f"| **exponent, growth of memory** | {cells[0][0]} | {cells[1][0]} | | {cells[0][1]} | {cells[1][1]} |",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ours", required=True, help="the command-line tool")
    parser.add_argument("--peer", required=True, help="the command of the public implementation")
    parser.add_argument("--threads", default="2")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--limit", type=float, default=20, help="seconds; no larger points for the peer beyond it")
    parser.add_argument("--only", default="", help="tokens, modalities, pruned or tasks")
    options = parser.parse_args()
    commands = [[options.ours, "benchmark", "serve", "--threads", options.threads],
                shlex.split(options.peer) + ["--threads", options.threads]]
    print("| size | ours, ms | public, ms | ratio | ours, MB | public, MB |")
    print("|---|---|---|---|---|---|")
    every = {
        "tokens": ("tokens per stream", TOKENS, lambda size: workload(tokens=size), True),
        "modalities": ("modalities per task", MODALITIES, lambda size: workload(modalities=size), True),
        "pruned": ("modalities per task, pruned", MODALITIES, lambda size: workload(modalities=size, pruned=True),
                   False),
        "tasks": ("tasks", TASKS, lambda size: workload(tasks=size), True),
    }
    for key, (name, sizes, describe, public) in every.items():
        if options.only in ("", key):
            series(name, sizes, describe, commands, options, public)


if __name__ == "__main__":
    main()
