"""Runs as frames, compared with what the command-line tool says of them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import highmmt
import numpy as np
import pandas as pd
import pytest


def test_the_scores_are_those_of_evaluate(published: highmmt.Run) -> None:
    scores = published.scores
    assert list(scores.columns) == ["stage", "split", "task", "metric", "value", "chance", "samples"]
    assert scores["stage"].unique().tolist() == published.stages == ["stage1", "stage2", "pruned"]
    for stage in published.stages:
        said = json.loads(highmmt.run_tool("evaluate", published.path, "--stage", stage, "--json"))
        tested = scores[(scores["stage"] == stage) & (scores["split"] == "test")].set_index(["task", "metric"])
        assert len(tested) == sum(1 + len(task["scores"]["metrics"]) for task in said["tasks"].values())
        for name, task in said["tasks"].items():
            for metric, value in {"loss": task["scores"]["loss"], **task["scores"]["metrics"]}.items():
                row = tested.loc[(name, metric)]
                assert row["value"] == pytest.approx(value, rel=1e-6) and row["samples"] == 30
                assert metric == "loss" or row["chance"] == task["chance"][metric]


def test_the_validation_scores_are_those_of_the_kept_epoch(published: highmmt.Run) -> None:
    curves, scores = published.curves, published.scores
    for stage, epochs in {"stage1": 2, "stage2": 1, "pruned": 1}.items():
        own = curves[curves["stage"] == stage]
        assert own["epoch"].max() == epochs
        best = own[own["is_best"] & (own["split"] == "valid")]
        best = best[best["epoch"] == best["epoch"].max()]
        valid = scores[(scores["stage"] == stage) & (scores["split"] == "valid")]
        assert best["value"].tolist() == valid["value"].tolist()
    assert set(curves["split"]) == {"train", "valid"}
    assert set(curves[curves["split"] == "train"]["metric"]) == {"loss"}


def test_noise_and_missing_modalities(robust: highmmt.Run, tmp_path: Path) -> None:
    run = highmmt.Run(shutil.copytree(robust.path, tmp_path / "run"))
    assert run.robustness is None and run.modality_costs is None
    curves = json.loads(highmmt.run_tool("evaluate", run.path, "--robustness", "--json"))
    costs = json.loads(highmmt.run_tool("evaluate", run.path, "--each-without", "--json"))
    found = run.robustness
    assert found is not None and set(found["severity"]) == {0, 0.25, 0.5, 0.75, 1}
    for curve in curves["curves"]:
        for task, values in curve["tasks"].items():
            rows = found[(found["kind"] == curve["kind"]) & (found["task"] == task)]
            np.testing.assert_array_equal(rows["value"], np.array(values, dtype=float))
            assert set(rows["metric"]) == {curves["metrics"][task]}
    rows = run.modality_costs
    assert rows is not None and rows["without"].tolist() == [row["without"] for row in costs["rows"]]
    assert list(zip(rows["task"], rows["modality"], strict=True)) == [(row["task"], row["modality"]) for row in costs["rows"]]


def test_the_matrices(published: highmmt.Run) -> None:
    assert published.matrices.keys() == {"modalities", "interactions"}
    for kind, matrix in published.matrices.items():
        stored = json.loads((published.path / "heterogeneity" / f"{kind}.json").read_text())
        assert matrix.values.index.tolist() == matrix.values.columns.tolist() == stored["names"]
        for key in ("values", "standard_errors", "transfers", "transfer_standard_errors"):
            expected = pd.DataFrame(stored[key], dtype=float).to_numpy()
            np.testing.assert_array_equal(getattr(matrix, key).to_numpy(), expected)
        np.testing.assert_array_equal(matrix.values, matrix.values.T)
        assert np.isnan(np.diag(matrix.transfers)).all() and matrix.units == stored["units"]
    one = published.matrices["modalities"].transfers.loc["kind/series", "kind/image"]
    stored = json.loads((published.path / "heterogeneity" / "modalities.json").read_text())
    assert one == stored["transfers"][stored["names"].index("kind/series")][stored["names"].index("kind/image")]


def test_the_groups(published: highmmt.Run) -> None:
    groups = published.groups
    assert groups is not None
    assert groups[groups["kind"] == "encoder"]["group"].nunique() == 3
    assert groups[groups["kind"] == "crossmodal"]["group"].nunique() == 2
    assert groups["name"].is_unique and len(groups) == 9 + 9
    kept = set(json.loads((published.path / "pruned" / "groups.json").read_text())["kept_pairs"])
    pairs = groups[groups["kind"] == "crossmodal"]
    assert set(pairs[pairs["is_kept"]]["name"]) == kept
    assert groups[groups["kind"] == "encoder"]["is_kept"].all()


def test_the_suite(published: highmmt.Run) -> None:
    config = published.config
    assert config["training"]["learning_rate"] == 0.001 and config["training"]["stage2"]["learning_rate"] == 0.0001
    assert config["model"]["latents"] == 4 and config["training"]["balance"] == "none"
    assert config["tasks"]["train"]["weight"] == 1.0


def _camel_case(value: Any) -> Any:
    """Returns JSON with the keys of the program in camelCase, as versions before 0.2 wrote it."""
    if isinstance(value, dict):
        return {re.sub(r"_(\w)", lambda found: found[1].upper(), key): _camel_case(each) for key, each in value.items()}
    return [_camel_case(each) for each in value] if isinstance(value, list) else value


def test_runs_of_older_versions_are_read(published: highmmt.Run, tmp_path: Path) -> None:
    shutil.copytree(published.path, tmp_path / "old", ignore=shutil.ignore_patterns("entries"))
    old = highmmt.Run(tmp_path / "old")
    for path in [path for path in old.path.rglob("*.json")] + [old.path / "metrics.jsonl"]:
        lines = path.read_text().splitlines() if path.suffix == ".jsonl" else [path.read_text()]
        path.write_text("".join(json.dumps(_camel_case(json.loads(line))) + "\n" for line in lines))
    assert "trainingLoss" in (old.path / "metrics.jsonl").read_text()
    pd.testing.assert_frame_equal(old.scores, published.scores)
    pd.testing.assert_frame_equal(old.curves, published.curves)
    assert old.groups is not None and published.groups is not None
    pd.testing.assert_frame_equal(old.groups, published.groups)
    for kind, matrix in published.matrices.items():
        pd.testing.assert_frame_equal(old.matrices[kind].transfer_standard_errors, matrix.transfer_standard_errors)


def test_a_run_in_progress(published: highmmt.Run, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    shutil.copy(published.path / "suite.yaml", folder)
    run = highmmt.Run(folder)
    assert run.stages == [] and run.scores.empty and run.curves.empty and run.matrices == {} and run.groups is None
    lines = (published.path / "metrics.jsonl").read_text().splitlines(keepends=True)
    (folder / "metrics.jsonl").write_text(lines[0] + lines[1][:50])
    assert run.curves["epoch"].unique().tolist() == [1]
    with pytest.raises(highmmt.RunError, match="has no trained parameters yet"):
        run.predict({"series": np.zeros((1, 20, 3))}, "kind")


def test_what_is_no_run_is_refused(published: highmmt.Run, tmp_path: Path) -> None:
    with pytest.raises(highmmt.RunError, match=r"has no suite\.yaml, expected the folder of a run"):
        highmmt.Run(tmp_path)
    shutil.copy(published.path / "suite.yaml", tmp_path)
    (tmp_path / "metrics.jsonl").write_text("{}\nnot json\n")
    with pytest.raises(highmmt.RunError, match="line 2 is not JSON"):
        _ = highmmt.Run(tmp_path).curves
    (tmp_path / "metrics.jsonl").write_text('{"epoch": 1}\n')
    with pytest.raises(highmmt.RunError, match="metrics.jsonl: has no 'stage'"):
        _ = highmmt.Run(tmp_path).curves
