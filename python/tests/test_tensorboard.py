"""The events that trainings write, as the `tensorboard` package reads them."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import highmmt
import numpy as np
import pandas as pd
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    accumulators = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    from tensorboard.plugins.hparams import plugin_data_pb2


def events(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return accumulators.EventAccumulator(str(folder), {"scalars": 0, "images": 0, "tensors": 0}).Reload()


@pytest.mark.parametrize("stage", ["stage1", "stage2", "pruned"])
def test_every_epoch_is_there(published: highmmt.Run, stage: str) -> None:
    read = events(published.path / "tensorboard" / stage)
    curves = published.curves[published.curves["stage"] == stage]
    names = {("train", "loss"): "training_loss", ("valid", "loss"): "validation_loss"}
    compared = 0
    for (split, task, metric), rows in curves.dropna(subset="value").groupby(["split", "task", "metric"]):
        found = read.Scalars(f"{names.get((split, metric), metric)}/{task}")
        assert [event.step for event in found] == rows["epoch"].tolist()
        np.testing.assert_allclose([event.value for event in found], rows["value"], rtol=1e-6)
        compared += 1
    assert compared >= 9
    rate = 1e-3 if stage == "stage1" else published.config["training"]["stage2"]["learning_rate"]
    for tag, sound in [("optimiser/learning_rate", lambda value: abs(value - rate) < 1e-9),
                       ("optimiser/gradient_norm", lambda value: value > 0), ("seconds_per_step", lambda value: value > 0)]:
        found = [event for event in read.Scalars(tag)]
        assert [event.step for event in found] == sorted({*curves["epoch"]} - {0})
        assert all(sound(event.value) for event in found)


def test_hyperparameters_and_the_suite(published: highmmt.Run) -> None:
    read = events(published.path / "tensorboard" / "stage1")
    content = read.SummaryMetadata("_hparams_/session_start_info").plugin_data.content
    start = plugin_data_pb2.HParamsPluginData.FromString(content).session_start_info
    assert start.hparams["learning_rate"].number_value == 1e-3
    assert start.hparams["batch"].number_value == 16
    assert start.hparams["recipe"].string_value == "published"
    assert start.hparams["stage2.epochs"].number_value == 1
    assert start.hparams["model.latents"].number_value == 4
    assert start.hparams["counts_start"].HasField("bool_value") and "counts_start" in list(start.hparams)
    text = read.Tensors("suite")[0].tensor_proto.string_val[0].decode()
    assert "learning_rate: 0.001" in text or "learning_rate: 1e-3" in text


@pytest.mark.parametrize("kind", ["modalities", "interactions"])
def test_matrices_are_images(published: highmmt.Run, kind: str) -> None:
    read = events(published.path / "tensorboard" / "heterogeneity" / kind)
    image = pytest.importorskip("PIL.Image")
    event, = read.Images(f"heterogeneity/{kind}")
    pixels = np.asarray(image.open(io.BytesIO(event.encoded_image_string)).convert("RGB"), dtype=float)
    matrix = published.matrices[kind].values
    assert pixels.shape == (event.height, event.width, 3) and event.height % len(matrix) == 0
    cell = event.height // len(matrix)
    cells = pixels[cell // 2::cell, cell // 2::cell]
    strength = np.sqrt(np.asarray(matrix) / np.asarray(matrix).max())[..., None]
    np.testing.assert_allclose(cells, 255 + (np.array([217, 95, 2]) - 255) * strength, atol=0.51)


def test_csv(published: highmmt.Run) -> None:
    frame = pd.read_csv(io.StringIO(highmmt.run_tool("metrics", published.path)))
    curves = published.curves
    assert list(frame.columns) == list(curves.columns)
    order = ["stage", "epoch", "split", "task", "metric"]
    pd.testing.assert_frame_equal(
        frame.sort_values(order, ignore_index=True), curves.sort_values(order, ignore_index=True), check_dtype=False)
