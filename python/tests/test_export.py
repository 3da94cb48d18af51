"""What `highmmt export` writes: the same predictions from PyTorch alone, from `torch.export` and from ONNX Runtime."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import highmmt
import numpy as np
import numpy.typing as npt
import pytest
from safetensors.numpy import load_file, save_file
from test_model import TOLERANCE, compare, logits, stored

torch = pytest.importorskip("torch")

ALONE = """
import sys
sys.path[:0] = [sys.argv[1]]
import numpy as np, torch
from model import HighMMT
from safetensors.torch import load_file
def part(prefix):
    return {name.removeprefix(prefix): values for name, values in tensors.items()
            if name.startswith(prefix) and "/" not in name.removeprefix(prefix)}
tensors = load_file(sys.argv[2])
model = HighMMT.from_folder(sys.argv[1])
with torch.no_grad():
    logits = {task: model(task, part(""), part("mask/"), part("present/")).numpy() for task in model.tasks}
np.savez(sys.argv[3], **logits)
assert not {"highmmt", "pandas", "yaml"} & set(sys.modules)
"""


def exported(run: highmmt.Run, folder: Path, stage: str) -> Path:
    highmmt.run_tool("export", run.path, "--stage", stage, "--to", folder)
    assert sorted(path.name for path in folder.iterdir() if path.name != "README.md") == [
        "config.json", "model.py", "model.safetensors"]
    return folder


@pytest.mark.parametrize("stage", ["stage1", "stage2", "pruned"])
def test_a_folder_with_nothing_else(published: highmmt.Run, data: Path, tmp_path: Path, stage: str) -> None:
    """Copied elsewhere and read without this package, it gives what `run.torch()` gives."""
    folder = exported(published, tmp_path / "export", stage)
    samples = {name: values for name, values in stored(data, "toy").items() if "target" not in name}
    save_file(samples, tmp_path / "samples.safetensors")
    done = subprocess.run(
        [sys.executable, "-c", ALONE, folder, tmp_path / "samples.safetensors", tmp_path / "logits.npz"],
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    model = published.torch(stage)
    with np.load(tmp_path / "logits.npz") as alone:
        assert sorted(alone) == sorted(published.tasks)
        for task in alone:
            np.testing.assert_array_equal(alone[task], logits(model, task, samples))
    compare(published, stage, samples, tmp_path)


def test_what_is_there_is_kept(published: highmmt.Run, tmp_path: Path) -> None:
    folder = exported(published, tmp_path / "export", "stage1")
    exported(published, folder, "stage2")
    assert json.loads((folder / "config.json").read_text())["sharing"]["encoders"]
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(highmmt.ToolError, match="also holds notes.txt"):
        exported(published, folder, "stage1")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "chapter.tex").write_text("mine")
    with pytest.raises(highmmt.ToolError, match="has no config.json"):
        exported(published, tmp_path / "other", "stage1")
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["chapter.tex"]


Arguments = dict[str, dict[str, Any]]


def arguments(part: Any, tensors: dict[str, npt.NDArray[Any]]) -> tuple[list[str], Arguments]:
    """The masked modalities, and the arguments of a task from the tensors of a split's file."""
    masked = [name for name in part.shapes if f"mask/{name}" in tensors]
    values = part.samples(masked, len(next(iter(tensors.values()))))
    for prefix, kind in (("", "inputs"), ("mask/", "masks"), ("present/", "present")):
        for name in values[kind]:
            if prefix + name in tensors:
                values[kind][name] = torch.from_numpy(tensors[prefix + name].copy())
    return masked, values


def check_programs(
        run: highmmt.Run, stage: str, tensors: dict[str, npt.NDArray[Any]], folder: Path, *,
        tasks: Sequence[str] | None = None) -> None:
    """Exports every task, or some, with two samples, and compares with the module on a whole split."""
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    from highmmt.model import HighMMT, TaskModel
    model = HighMMT.from_folder(exported(run, folder / "export", stage))
    for task in tasks or model.tasks:
        part = TaskModel(model, task)
        masked, values = arguments(part, tensors)
        expected = logits(model, task, tensors)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            shapes = part.dynamic_shapes(masked)
            program = torch.export.export(part, (), part.samples(masked), dynamic_shapes=shapes)
            path = folder / f"{task}.onnx"
            torch.onnx.export(program, (), path, kwargs=part.samples(masked), verbose=False)
        with torch.no_grad():
            np.testing.assert_allclose(program.module()(**values), expected, atol=TOLERANCE, rtol=0)
        session = onnxruntime.InferenceSession(path)
        flat = [tensor.numpy() for kind in ("inputs", "masks", "present") for tensor in values[kind].values()]
        feed = {node.name: tensor for node, tensor in zip(session.get_inputs(), flat, strict=True)}
        found, = session.run(None, feed)
        np.testing.assert_allclose(found, expected, atol=TOLERANCE, rtol=0)


@pytest.mark.parametrize(("stage", "tasks"), [("stage2", None), ("pruned", ["kind"])])
def test_programs_of_groups(
        published: highmmt.Run, data: Path, tmp_path: Path, stage: str, tasks: list[str] | None) -> None:
    check_programs(published, stage, stored(data, "toy"), tmp_path, tasks=tasks)


def test_programs_with_missing_modalities(robust: highmmt.Run, data: Path, tmp_path: Path) -> None:
    """Placeholders, encodings, the summary path and the calibration factors of the robust recipe."""
    tensors = stored(data, "gaps")
    assert all(not tensors[f"present/{name}"].all() for name in ("series", "values", "image"))
    check_programs(robust, "stage1", tensors, tmp_path)


def test_programs_of_tied_layers(deep: highmmt.Run, data: Path, tmp_path: Path) -> None:
    """Of one task: its kind has nothing to do with layers, and a program of this depth takes long."""
    check_programs(deep, "stage1", stored(data, "gaps"), tmp_path, tasks=["kind"])


REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference"
CASES = {"fixture": Path(__file__).parents[2] / "Tests" / "TrainingTests" / "Fixtures" / "reference-case"} | {
    name: REFERENCE / name for name in ("large", "unimodal", "tied-depth-2")}
HEADS = ["mimic=static:5,timeseries:24x12", "avmnist=colorlessimage:7x7,audiospec:7x7",
         "mosei=feature1:50,feature2:50,feature3:50", "humor=feature3:20,feature4:20,feature5:20"]


def reference_logits(folder: Path, task: str) -> tuple[dict[str, Any], npt.NDArray[Any]]:
    inputs, outputs = (load_file(folder / f"{name}.safetensors") for name in ("inputs", "outputs"))
    return ({name.removeprefix(f"{task}/"): torch.from_numpy(values) for name, values in inputs.items()
             if name.startswith(f"{task}/")}, outputs[f"{task}/logits"])


@pytest.mark.parametrize("case", [*CASES, "published"])
def test_models_of_the_public_implementation(tool: str, tmp_path: Path, case: str) -> None:
    folder = CASES.get(case, REFERENCE / "published")
    if not folder.exists():
        pytest.skip("needs ../shared/reference")
    source = [folder] if case in CASES else [
        folder / "fhundricmic30.pt", *(word for head in HEADS for word in ("--task", head))]
    highmmt.run_tool("import-checkpoint", *source, "--run", tmp_path / "run")
    run = highmmt.Run(tmp_path / "run")
    model = run.torch()
    assert run.tasks
    for task in run.tasks:
        inputs, expected = reference_logits(folder, task)
        with torch.no_grad():
            np.testing.assert_allclose(model(task, inputs), expected, atol=TOLERANCE, rtol=0)
        save_file({name: values.numpy() for name, values in inputs.items()}, tmp_path / "samples.safetensors")
        said = highmmt.predictions.predict(run, tmp_path / "samples.safetensors", task)
        if said.kind == "classification":
            shifted = expected - np.log(np.exp(expected.astype("float64")).sum(axis=1, keepdims=True))
            np.testing.assert_allclose(np.log(said.values.to_numpy()), shifted, atol=TOLERANCE, rtol=0)
    check_reference_programs(model, folder, tmp_path)


def check_reference_programs(model: Any, folder: Path, workspace: Path) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    from highmmt.model import TaskModel
    for task in model.tasks:
        part = TaskModel(model, task)
        inputs, expected = reference_logits(folder, task)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(part, (), workspace / "task.onnx", kwargs=part.samples(),
                              dynamic_shapes=part.dynamic_shapes(), verbose=False)
        session = onnxruntime.InferenceSession(workspace / "task.onnx")
        feed = {node.name: inputs[name].numpy() for node, name in zip(session.get_inputs(), part.shapes, strict=True)}
        np.testing.assert_allclose(session.run(None, feed)[0], expected, atol=TOLERANCE, rtol=0)


def test_checkpoints_that_do_not_fit(tool: str, tmp_path: Path) -> None:
    checkpoint = REFERENCE / "published" / "fhundricmic30.pt"
    if not checkpoint.exists():
        pytest.skip("needs ../shared/reference")
    run = tmp_path / "run"
    for heads, message in [
            ([], "no --task"),
            (["mimic=static:5,timeseries:24"], "modality 'timeseries' has 2 axes"),
            (["mimic=static:5,series:24"], "has no modality 'series' for task 'mimic'"),
            (["mimic=static:5"], "head 1 reads 64 numbers, but 'mimic' with 1 modalities has 512")]:
        with pytest.raises(highmmt.ToolError, match=message):
            highmmt.run_tool("import-checkpoint", checkpoint, "--run", run,
                             *(word for head in heads for word in ("--task", head)))
        assert not run.exists()
    damaged = tmp_path / "damaged.pt"
    damaged.write_bytes(checkpoint.read_bytes()[:300_000])
    with pytest.raises(highmmt.ToolError, match="damaged.pt"):
        highmmt.run_tool("import-checkpoint", damaged, "--task", HEADS[0], "--run", run)
    assert not run.exists()
