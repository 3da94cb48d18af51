"""The scores on corrupted inputs and without modalities, as rows of frames."""

from __future__ import annotations

from typing import Any

import numpy as np

from .records import Record

ROBUSTNESS = ["stage", "kind", "severity", "task", "metric", "value"]
COSTS = ["stage", "task", "modality", "metric", "all", "without", "cost", "only", "chance"]


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def robustness_rows(stage: str, record: Record) -> list[list[Any]]:
    """Returns the scores of every kind of corruption at every severity."""
    metrics, curves = record.get("metrics"), [Record(curve, record.path) for curve in record.get("curves")]
    return [[stage, curve.get("kind"), severity, task, metrics[task], _number(value)]
            for curve in curves for task, values in curve.get("tasks").items()
            for severity, value in zip(record.get("severities"), values, strict=True)]


def cost_rows(stage: str, record: Record) -> list[list[Any]]:
    """Returns the scores of every modality of every task."""
    rows = [Record(row, record.path) for row in record.get("rows")]
    return [[stage, *(row.get(key) for key in COSTS[1:4]), *(_number(row.get(key, None)) for key in COSTS[4:])] for row in rows]
