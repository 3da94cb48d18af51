"""The scores in the files of a run, as rows of frames."""

from __future__ import annotations

from typing import Any

import numpy as np

from .records import Record

SCORES = ["stage", "split", "task", "metric", "value", "chance", "samples"]
CURVES = ["stage", "epoch", "split", "task", "metric", "value", "is_best"]


def validation_rows(record: Record) -> list[list[Any]]:
    """Returns the validation scores of an epoch."""
    return [row for task, scores in record.records("validation").items()
            for row in _score_rows(record.get("stage"), "valid", task, scores, {})]


def result_rows(stage: str, record: Record) -> list[list[Any]]:
    """Returns the scores of a result file."""
    return [row for task, result in record.records("tasks").items()
            for row in _score_rows(stage, record.get("split"), task, result.record("scores"), result.get("chance"))]


def _score_rows(stage: str, split: str, task: str, scores: Record, chance: dict[str, float]) -> list[list[Any]]:
    values = {"loss": scores.get("loss"), **scores.get("metrics")}
    return [[stage, split, task, metric, np.nan if value is None else value, chance.get(metric, np.nan),
             scores.get("samples")] for metric, value in values.items()]


def curve_rows(record: Record) -> list[list[Any]]:
    """Returns the losses and scores of an epoch."""
    head, is_best = [record.get("stage"), record.get("epoch")], record.get("is_best")
    losses = record.get("training_loss").items()
    trained = [[*head, "train", task, "loss", value, is_best] for task, value in losses]
    return trained + [[*head, "valid", task, metric, value, is_best]
                      for _, _, task, metric, value, _, _ in validation_rows(record)]
