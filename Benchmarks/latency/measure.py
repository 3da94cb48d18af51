#!/usr/bin/env python3
"""Measures the latency of single predictions: four tasks, nine modalities, one sample each.

    measure.py --ours ../../.build/release/highmmt --peer "../.venv/bin/python ../peers/highmmt_peer.py"

All programs stay loaded and take turns of many requests each. The table gives quantiles over all
requests, the first of each turn included. Afterwards the whole life of a new process with one prediction is compared with one that
only starts: the difference is what the first prediction takes.
"""

import argparse
import json
import shlex
import statistics
import subprocess
import time


class Program:
    """A program that answers commands, one line of JSON each."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        # The first line says that the program is ready.
        self.process.stdout.readline()

    def milliseconds(self):
        self.process.stdin.write("infer 1\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())["ms"]

    def quit(self):
        self.process.stdin.write("quit\n")
        self.process.stdin.flush()
        self.process.wait()


def seconds(command):
    """The wall time of a process."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ours", required=True, help="the command-line tool")
    parser.add_argument("--peer", help="the command of the public implementation")
    parser.add_argument("--before", help="an earlier build of the tool")
    parser.add_argument("--threads", default="2")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--turn", type=int, default=100, help="requests of a turn")
    parser.add_argument("--starts", type=int, default=9)
    options = parser.parse_args()
    commands = {"ours": [options.ours, "benchmark", "serve", "--threads", options.threads]}
    if options.peer:
        commands["public"] = shlex.split(options.peer) + ["--threads", options.threads]
    if options.before:
        commands["before"] = [options.before, *commands["ours"][1:]]
    programs = {name: Program(command) for name, command in commands.items()}
    times = {name: [] for name in programs}
    for program in programs.values():
        for _ in range(20):
            program.milliseconds()
    for _ in range(0, options.requests, options.turn):
        for name, program in programs.items():
            times[name] += [program.milliseconds() for _ in range(options.turn)]
    print("| program | requests | p50, ms | p90, ms | p99, ms |")
    print("|---|---|---|---|---|")
    for name, own in times.items():
        cuts = statistics.quantiles(own, n=100)
        print(f"| {name} | {len(own)} | {cuts[49]:.2f} | {cuts[89]:.2f} | {cuts[98]:.2f} |")
        programs[name].quit()
    first = [options.ours, "benchmark", "inference", "--batch", "1", "--repetitions", "1", "--threads",
             options.threads]
    alone, whole = [], []
    for _ in range(options.starts):
        alone.append(seconds([options.ours, "--version"]))
        whole.append(seconds(first))
    print(f"\nStart of the program: {statistics.median(alone):.3f} s. With a model, its inputs and four predictions: "
          f"{statistics.median(whole):.3f} s.")


if __name__ == "__main__":
    main()
