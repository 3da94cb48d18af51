"""The model in PyTorch, compared with the predictions of the Swift program."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

import highmmt
import numpy as np
import numpy.typing as npt
import pytest
from conftest import trained
from safetensors.numpy import load_file, save_file

torch = pytest.importorskip("torch")
TOLERANCE = 1e-5


def stored(data: Path, dataset: str) -> dict[str, npt.NDArray[Any]]:
    tensors: dict[str, npt.NDArray[Any]] = load_file(data / dataset / "valid.safetensors")
    return tensors


def logits(model: Any, task: str, tensors: dict[str, npt.NDArray[Any]], method: str = "forward") -> npt.NDArray[Any]:
    """Calls the module with the tensors of a split's file."""
    def part(prefix: str) -> dict[str, Any]:
        return {name.removeprefix(prefix): torch.from_numpy(values.copy()) for name, values in tensors.items()
                if name.startswith(prefix) and "/" not in name.removeprefix(prefix)}
    with torch.no_grad():
        return np.asarray(getattr(model, method)(task, part(""), part("mask/"), part("present/")))


def compare(run: highmmt.Run, stage: str, tensors: dict[str, npt.NDArray[Any]], folder: Path) -> None:
    """Compares log-probabilities, the logits of labels, and standardised numbers."""
    model = run.torch(stage)
    tensors = {name: values for name, values in tensors.items() if "target" not in name}
    save_file(tensors, folder / "samples.safetensors")
    for task in run.tasks:
        answer = highmmt.predictions.predict(run, folder / "samples.safetensors", task, stage=stage)
        said = answer.values.to_numpy()
        own = logits(model, task, tensors).astype("float64")
        assert own.shape == said.shape and np.ptp(own) > 1e-3
        if answer.kind == "classification":
            own, said = own - np.log(np.exp(own).sum(axis=1, keepdims=True)), np.log(said)
        elif answer.kind == "multilabel":
            said = np.log(said) - np.log1p(-said)
        else:
            objective = model.record["records"][task]["objective"]
            said = (said - objective["mean"]) / objective["deviation"]
        np.testing.assert_allclose(own, said, atol=TOLERANCE, rtol=0, err_msg=task)
        in_units = logits(model, task, tensors, "predict")
        np.testing.assert_allclose(in_units, answer.values.to_numpy(), atol=1e-4, rtol=1e-5)


CONFIGURATIONS = Path(__file__).resolve().parents[2] / "Tests" / "TrainingTests" / "Fixtures" / "configurations"


@pytest.mark.parametrize("name", sorted(folder.name for folder in CONFIGURATIONS.iterdir()))
def test_every_configuration_of_the_public_implementation(tool: str, tmp_path: Path, name: str) -> None:
    case = CONFIGURATIONS / name
    highmmt.run_tool("import-checkpoint", case, "--run", tmp_path / "run")
    model = highmmt.Run(tmp_path / "run").torch()
    inputs, outputs = load_file(case / "inputs.safetensors"), load_file(case / "outputs.safetensors")
    for task in model.tasks:
        own = {key.removeprefix(f"{task}/"): torch.from_numpy(values) for key, values in inputs.items()
               if key.startswith(f"{task}/")}
        with torch.no_grad():
            np.testing.assert_allclose(model(task, own).numpy(), outputs[f"{task}/logits"], atol=TOLERANCE, rtol=0)


@pytest.mark.parametrize("stage", ["stage1", "stage2", "pruned"])
def test_the_published_recipe(published: highmmt.Run, data: Path, tmp_path: Path, stage: str) -> None:
    compare(published, stage, stored(data, "toy"), tmp_path)


def test_stage_2_has_groups_of_its_own(published: highmmt.Run, data: Path) -> None:
    model = published.torch()
    assert sorted(name.split(".")[1] for name, _ in model.encoder.named_parameters(prefix="encoder")
                  if name.endswith(".latents")) == ["0", "1", "2"]
    first = logits(published.torch("stage1"), "kind", stored(data, "toy"))
    assert np.abs(first - logits(model, "kind", stored(data, "toy"))).max() > 1e-3


def test_the_robust_recipe(robust: highmmt.Run, data: Path, tmp_path: Path) -> None:
    record = json.loads((robust.path / "model.json").read_text())
    encodings = record["records"]["kind"]["encodings"]
    assert encodings["values"]["patch"] == [5] and encodings["values"]["has_flags"] and encodings["series"]["mean"]
    tensors = stored(data, "gaps")
    assert any(not tensors[f"present/{name}"].all() for name in ("series", "values", "image"))
    assert robust.torch().get_parameter("summary.kind.bias").abs().max() > 0
    assert robust.torch().get_parameter("summary.kind.values.bounds").diff(dim=1).max() > 0
    compare(robust, "stage1", tensors, tmp_path)


def test_tied_layers_and_one_hot_identities(deep: highmmt.Run, data: Path, tmp_path: Path) -> None:
    layer = deep.torch().encoder["0"].layer
    assert layer[2].cross_attention is layer[1].cross_attention is not layer[0].cross_attention
    compare(deep, "stage1", stored(data, "gaps"), tmp_path)


@pytest.mark.parametrize("model", [
    {"identity": "none"}, {"depth": 0}, {"crossmodal": {"depth": 0}},
    {"identity": "none", "depth": 0, "crossmodal": {"depth": 0}, "pool_latents": True}])
def test_models_without_a_part(tool: str, data: Path, tmp_path: Path, model: dict[str, Any]) -> None:
    compare(trained(tmp_path, data / "gaps", model=model), "stage1", stored(data, "gaps"), tmp_path)


@pytest.mark.parametrize("absent", [("values", "image"), ("series", "values"), ("series", "image")])
def test_modalities_that_are_missing_everywhere(
        robust: highmmt.Run, data: Path, tmp_path: Path, absent: tuple[str, ...]) -> None:
    tensors = stored(data, "gaps")
    rest = {name: values for name, values in tensors.items() if not name.endswith(absent)}
    name, = {"series", "values", "image"} - set(absent)
    rest.pop(f"present/{name}", None)
    if f"mask/{name}" in rest:
        rest[f"mask/{name}"] = rest[f"mask/{name}"].copy()
        rest[f"mask/{name}"][:, 0] = True
    compare(robust, "stage1", rest, tmp_path)


def test_hidden_values_are_not_read(robust: highmmt.Run, data: Path) -> None:
    tensors = stored(data, "gaps")
    before = logits(robust.torch(), "kind", tensors)
    tensors["series"] = np.where(tensors["mask/series"][..., None], tensors["series"], np.nan)
    tensors["image"] = np.where(tensors["present/image"][:, None, None, None], tensors["image"], np.inf)
    np.testing.assert_array_equal(logits(robust.torch(), "kind", tensors), before)


@pytest.mark.parametrize("patch", [[3, 4], [5, 3]])
def test_patches(tool: str, data: Path, tmp_path: Path, patch: list[int]) -> None:
    """Patches, also such as do not divide the axes, and standardised pixels."""
    suite = highmmt.write_suite(
        tmp_path / "suite.yaml", {"toy": data / "toy"}, {"kind": {"dataset": "toy", "target": "kind"}},
        model={"latents": 4, "width": 16}, training={"epochs": 1, "summary": "linear", "calibration": True},
        modalities={"image": {"patch": patch, "standardise": "element"},
                    "series": {"patch": [3], "standardise": "channel"}})
    highmmt.run_tool("train", suite, "--run", tmp_path / "run", "--threads", "1")
    compare(highmmt.Run(tmp_path / "run"), "stage1", stored(data, "toy"), tmp_path)


def test_one_modality(tool: str, data: Path, tmp_path: Path) -> None:
    suite = highmmt.write_suite(
        tmp_path / "suite.yaml", {"toy": data / "gaps"},
        {"kind": {"dataset": "toy", "target": "kind", "modalities": ["series"]}},
        model={"latents": 4, "width": 16}, training={"epochs": 1})
    highmmt.run_tool("train", suite, "--run", tmp_path / "run", "--threads", "1")
    tensors = {name: values for name, values in stored(data, "gaps").items() if "series" in name}
    # The tool predicts nothing for samples without any modality.
    here = tensors["present/series"]
    tensors = {name: values[here] for name, values in tensors.items() if name != "present/series"}
    compare(highmmt.Run(tmp_path / "run"), "stage1", tensors, tmp_path)


def test_it_can_be_trained_further(published: highmmt.Run, data: Path) -> None:
    model = published.torch()
    tensors = load_file(data / "toy" / "train.safetensors")
    inputs = {name: torch.from_numpy(tensors[name]) for name in ("series", "values", "image")}
    masks = {name: torch.from_numpy(tensors[f"mask/{name}"]) for name in ("series", "values")}
    target = torch.from_numpy(tensors["target/kind"])
    losses = []
    for _ in range(5):
        loss = torch.nn.functional.cross_entropy(model("kind", inputs, masks), target)
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.grad is not None:
                    parameter -= 0.05 * parameter.grad
        losses.append(loss.item())
    assert losses[-1] < losses[0] - 0.01


def test_what_does_not_fit_is_refused(published: highmmt.Run, robust: highmmt.Run, tmp_path: Path) -> None:
    model = published.torch()
    image = {"image": torch.zeros(2, 12, 10, 1)}
    for task, inputs, message in [
            ("size", image, "the model has no task 'size'; it has amount, kind, train"),
            ("kind", image | {"sound": torch.zeros(2, 3)}, "task 'kind' has no modality 'sound'"),
            ("kind", image, "a sample lacks modality 'series', which no training sample lacked"),
            ("kind", {"image": torch.zeros(2, 10, 12, 1)}, r"shape \[2, 10, 12, 1\], expected \[2, 12, 10, 1\]"),
            ("kind", {"image": torch.full((2, 12, 10, 1), torch.nan)}, "expected finite numbers"),
            ("kind", {}, "expected at least one of image, series, values")]:
        with pytest.raises(ValueError, match=message):
            model(task, inputs)
    with pytest.raises(ValueError, match="is not in both, the file and the model"):
        type(model).from_files(published.path / "model.json", robust.path / "stage1" / "best.safetensors")
    (tmp_path / "model.json").write_text(json.dumps({"format": 1, "configuration": {"learnsPlaceholders": True}}))
    with pytest.raises(ValueError, match="has another format"):
        type(model).from_files(tmp_path / "model.json", robust.path / "stage1" / "best.safetensors")


def test_damaged_weights_are_refused(published: highmmt.Run, tmp_path: Path) -> None:
    original = (published.path / "stage1" / "best.safetensors").read_bytes()
    record, damaged = published.path / "model.json", tmp_path / "damaged.safetensors"
    model = type(published.torch())
    damaged.write_bytes(original)
    model.from_files(record, damaged)
    damaged.write_bytes(original[:-3] + bytes([original[-3] ^ 1]) + original[-2:])
    with pytest.raises(ValueError, match="damaged.safetensors is damaged: its checksum is crc32:"):
        model.from_files(record, damaged)


def test_the_file_depends_on_torch_and_safetensors_alone() -> None:
    source = (Path(highmmt.__file__).parent / "model.py").read_text()
    modules = {name.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import) for name in node.names}
    modules |= {node.module or "." for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)}
    tops = {module.split(".")[0] for module in modules}
    assert tops - sys.stdlib_module_names == {"torch", "safetensors"}


def test_a_missing_torch_is_named(published: highmmt.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "highmmt.model", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(highmmt.RunError, match="needs PyTorch; install it with: pip install torch"):
        published.torch()
