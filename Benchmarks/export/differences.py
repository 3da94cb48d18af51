#!/usr/bin/env python3
"""Prints the largest differences of logits between this program, its exported PyTorch module, and ONNX Runtime.

    differences.py case FOLDER                     a reference case, or a published checkpoint with heads as --task
    differences.py run RUN DATA                    a run with its datasets below DATA, on their test splits

Logits of this program are taken from its predictions: log-probabilities of classes, logits of labels, standardised
numbers. Those of PyTorch and ONNX are normalised in the same way. For a reference case, the column "public" compares the
PyTorch module with the logits of the public implementation. Needs PyTorch, onnx, onnxscript and onnxruntime, the Python
package of this repository, and the command-line tool, which HIGHMMT names.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import highmmt
import numpy as np
import onnxruntime
import torch
from highmmt.model import HighMMT, TaskModel
from safetensors.numpy import load_file, save_file


def said(run: highmmt.Run, samples: Path, task: str) -> tuple[str, np.ndarray]:
    """The kind of a task, and what this program predicts of samples, as normalised logits."""
    answer = highmmt.predictions.predict(run, samples, task)
    values = answer.values.to_numpy().astype("float64")
    with np.errstate(divide="ignore"):
        if answer.kind == "classification":
            return answer.kind, np.log(values)
        if answer.kind == "multilabel":
            return answer.kind, np.log(values) - np.log1p(-values)
    objective = run.torch().record["records"][task]["objective"]
    return answer.kind, (values - objective["mean"]) / objective["deviation"]


def normalised(logits: np.ndarray, kind: str) -> np.ndarray:
    logits = logits.astype("float64")
    if kind != "classification":
        return logits
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def largest(first: np.ndarray, second: np.ndarray) -> float:
    """The largest difference; probabilities that were rounded to 0 or 1 have no logits."""
    known = np.isfinite(first) & np.isfinite(second)
    return float(np.abs(first - second)[known].max())


def measure(run: highmmt.Run, model: HighMMT, task: str, tensors: dict[str, np.ndarray], folder: Path,
            public: np.ndarray | None = None) -> None:
    def part(prefix: str) -> dict[str, torch.Tensor]:
        return {name.removeprefix(prefix): torch.from_numpy(values.copy()) for name, values in tensors.items()
                if name.startswith(prefix) and "/" not in name.removeprefix(prefix)}

    inputs, masks, present = part(""), part("mask/"), part("present/")
    with torch.no_grad():
        own = model(task, inputs, masks, present).numpy()
    program = TaskModel(model, task)
    masked = [name for name in program.shapes if name in masks]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(program, (), folder / "task.onnx", kwargs=program.samples(masked),
                          dynamic_shapes=program.dynamic_shapes(masked), verbose=False)
    values = program.samples(masked, len(own))
    for kind, given in (("inputs", inputs), ("masks", masks), ("present", present)):
        values[kind].update({name: given[name] for name in values[kind] if name in given})
    session = onnxruntime.InferenceSession(folder / "task.onnx")
    flat = [tensor.numpy() for kind in ("inputs", "masks", "present") for tensor in values[kind].values()]
    found, = session.run(None, {node.name: tensor for node, tensor in zip(session.get_inputs(), flat, strict=True)})
    save_file(tensors, folder / "samples.safetensors")
    kind, predicted = said(run, folder / "samples.safetensors", task)
    numbers = [largest(predicted, normalised(own, kind)), largest(own, found), largest(predicted, normalised(found, kind))]
    numbers += [] if public is None else [largest(own, public)]
    print(f"{task:<24}{len(own):>8}{np.abs(own).max():>10.3f}" + "".join(f"{number:>16.1e}" for number in numbers), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["case", "run"])
    parser.add_argument("path", type=Path)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--task", action="append", default=[])
    arguments = parser.parse_args()
    print(f"{'task':<24}{'samples':>8}{'largest':>10}{'Swift–PyTorch':>16}{'PyTorch–ONNX':>16}{'Swift–ONNX':>16}"
          + (f"{'PyTorch–public':>16}" if arguments.what == "case" else ""))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if arguments.what == "case":
            checkpoints = list(arguments.path.glob("*.pt"))
            heads = [word for head in arguments.task for word in ("--task", head)]
            highmmt.run_tool("import-checkpoint", *(checkpoints or [arguments.path]), *heads, "--run", folder / "run")
            run = highmmt.Run(folder / "run")
        else:
            run = highmmt.Run(arguments.path)
        highmmt.run_tool("export", run.path, "--to", folder / "exported")
        model = HighMMT.from_folder(folder / "exported")
        for task in run.tasks:
            if arguments.what == "case":
                inputs, outputs = (load_file(arguments.path / f"{name}.safetensors") for name in ("inputs", "outputs"))
                tensors = {key.removeprefix(f"{task}/"): values for key, values in inputs.items() if key.startswith(f"{task}/")}
                measure(run, model, task, tensors, folder, outputs[f"{task}/logits"])
            else:
                if arguments.data is None:
                    sys.exit("error: a run needs the folder of its data")
                path = run.config["datasets"][run.config["tasks"][task]["dataset"]]["path"]
                tensors = {key: values for key, values in load_file(arguments.data / path / "test.safetensors").items()
                           if "target" not in key and not key.startswith("group/")}
                used = set(TaskModel(model, task).shapes)
                measure(run, model, task, {key: values for key, values in tensors.items() if key.split("/")[-1] in used}, folder)


if __name__ == "__main__":
    main()
