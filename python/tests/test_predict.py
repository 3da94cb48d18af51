"""Predictions of new samples, compared with the scores of `highmmt evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import highmmt
import numpy as np
import pandas as pd
import pytest
from conftest import toy
from safetensors.numpy import load_file


@pytest.fixture(scope="module")
def test_rows(data: Path) -> dict[str, Any]:
    """The test rows as they were before they were written, and their targets."""
    samples = toy()
    image = load_file(data / "toy" / "test.safetensors")["image"]
    rows = [int(np.flatnonzero((samples["modalities"]["image"] == each).all(axis=(1, 2, 3)))[0]) for each in image]
    series, values = samples["modalities"]["series"], samples["modalities"]["values"]
    return {
        "samples": {"series": [series[row] for row in rows], "values": values.iloc[rows],
                    "image": samples["modalities"]["image"][rows]},
        "kind": samples["targets"]["kind"][rows], "train": samples["targets"]["train"].iloc[rows],
        "amount": samples["targets"]["amount"][rows], "rows": rows}


def score(run: highmmt.Run, task: str, metric: str) -> float:
    scores = run.scores.set_index(["stage", "split", "task", "metric"])["value"]
    return float(scores[(run.latest_stage, "test", task, metric)])


def test_classes(published: highmmt.Run, test_rows: dict[str, Any]) -> None:
    kind = published.predict(test_rows["samples"], "kind")
    assert isinstance(kind, pd.Series) and kind.name == "kind" and kind.index.tolist() == test_rows["rows"]
    assert (kind == test_rows["kind"]).mean() == pytest.approx(score(published, "kind", "accuracy"), abs=1e-12)
    shares = published.predict_proba(test_rows["samples"], "kind")
    assert shares.columns.tolist() == ["busy", "calm", "odd"]
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-6)
    loss = -np.log([shares[name].iloc[row] for row, name in enumerate(test_rows["kind"])]).mean()
    assert loss == pytest.approx(score(published, "kind", "loss"), rel=1e-5)


def test_labels(published: highmmt.Run, test_rows: dict[str, Any]) -> None:
    labels = published.predict(test_rows["samples"], "train")
    shares = published.predict_proba(test_rows["samples"], "train")
    assert isinstance(labels, pd.DataFrame) and labels.columns.tolist() == ["warm", "late"]
    pd.testing.assert_frame_equal(labels, shares >= 0.5)
    truth = test_rows["train"].to_numpy()
    loss = -np.log(np.where(truth, shares, 1 - shares)).mean()
    assert loss == pytest.approx(score(published, "train", "loss"), rel=1e-5)


def test_numbers(published: highmmt.Run, test_rows: dict[str, Any]) -> None:
    amount = published.predict(test_rows["samples"], "amount")
    rmse = np.sqrt(np.mean((amount.to_numpy() - test_rows["amount"]) ** 2))
    assert rmse == pytest.approx(score(published, "amount", "rmse"), rel=1e-5)
    with pytest.raises(highmmt.RunError, match="is a regression, which has no probabilities"):
        published.predict_proba(test_rows["samples"], "amount")


def test_files_stages_and_batches(published: highmmt.Run, data: Path, test_rows: dict[str, Any]) -> None:
    file = data / "toy" / "test.safetensors"
    for stage in published.stages:
        of_file = published.predict_proba(file, "kind", stage=stage, batch=7)
        of_arrays = published.predict_proba(test_rows["samples"], "kind", stage=stage)
        np.testing.assert_allclose(of_file.to_numpy(), of_arrays.to_numpy(), rtol=1e-5)
    first = published.predict_proba(file, "kind", stage="stage1")
    assert not np.allclose(first, of_file)


def test_missing_modalities(robust: highmmt.Run, test_rows: dict[str, Any]) -> None:
    series = {"series": test_rows["samples"]["series"]}
    alone = robust.predict_proba(series, "kind")
    hidden = robust.predict_proba(
        test_rows["samples"], "kind", present={name: np.zeros(30, bool) for name in ("values", "image")})
    np.testing.assert_allclose(alone.to_numpy(), hidden.to_numpy(), rtol=1e-5)


@pytest.mark.parametrize(("samples", "task", "message"), [
    ({"image": np.zeros((1, 12, 10, 1))}, None, "says no task; the run has amount, kind, train"),
    ({"image": np.zeros((1, 12, 10, 1))}, "size", "has no task 'size'"),
    ({"sound": np.zeros((1, 3))}, "kind", "samples: task 'kind' has no modality 'sound'; it has"),
    ({"image": np.zeros((1, 10, 12, 1))}, "kind", r"modality 'image': axes \[10, 12\], expected \[12, 10\]"),
    (pd.DataFrame({"a": [1]}), "kind", "was written from arrays, not imported from a table"),
    (3, "kind", "samples: int, expected modality → array, a frame or a file"),
    ({}, "kind", "samples: there are none"),
])
def test_samples_that_do_not_fit(published: highmmt.Run, samples: Any, task: str | None, message: str) -> None:
    with pytest.raises(highmmt.RunError, match=message):
        published.predict(samples, task)


def test_the_tool_has_the_last_word(published: highmmt.Run) -> None:
    with pytest.raises(highmmt.ToolError, match="image") as caught:
        published.predict({"series": np.zeros((1, 20, 3))}, "kind")
    assert caught.value.status in (1, 2)


def test_a_missing_tool(published: highmmt.Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HIGHMMT", str(tmp_path / "highmmt"))
    with pytest.raises(highmmt.ToolError, match="is not a program"):
        published.predict({"series": np.zeros((1, 20, 3))}, "kind")
