"""Predictions of new samples by the command-line tool."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .columns import listed
from .records import Record
from .samples import WARNED, prepared
from .tool import run_tool

if TYPE_CHECKING:
    from .runs import Run


@dataclass(frozen=True)
class Answer:
    """The output of the tool for a task."""

    task: str
    kind: str
    values: pd.DataFrame
    """Probabilities of classes or labels, or numbers; one row per sample."""


def predict(run: Run, samples: Any, task: str | None = None, **options: Any) -> Answer:
    """Predicts samples: arrays by modality, a table, or a file."""
    with prepared(run, samples, task, **options) as call:
        lines = run_tool("predict", *call.arguments, warned=WARNED).splitlines()
    return _answer(call.task, call.of_task, [json.loads(line) for line in lines if line.strip()], call.index)


def decided(answer: Answer) -> pd.DataFrame | pd.Series[Any]:
    """Returns the most probable class, the labels with a probability of at least 0.5, or numbers."""
    if answer.kind == "multilabel":
        labels = answer.values >= 0.5
        gaps = answer.values.isna()
        return labels.astype("boolean").mask(gaps) if gaps.to_numpy().any() else labels
    if answer.kind == "classification":
        known = answer.values.notna().all(axis=1)
        return answer.values[known].idxmax(axis=1).reindex(answer.values.index).rename(answer.task)
    return answer.values if answer.values.shape[1] > 1 else answer.values.iloc[:, 0].rename(answer.task)


def _answer(task: str, of_task: Record, lines: list[dict[str, Any]], index: pd.Index[Any] | None) -> Answer:
    kind = str(of_task.record("objective").get("kind"))
    classes = of_task.get("classes", None)
    rows = [_outputs(line, classes) for line in lines]
    width = max((len(row) for row in rows), default=0)
    names = classes if classes is not None and len(classes) == width else list(range(width))
    # A sample that the tool could not predict has no outputs; its line says why.
    problems = [f"row {line['row']} {line['problem']}" for line in lines if line.get("problem")]
    if problems:
        warnings.warn(f"no prediction for {len(problems)} rows: {listed(problems, 3)}", stacklevel=4)
    numbers = np.array([row or [np.nan] * width for row in rows], np.float64).reshape(len(rows), width)
    # In a table with several rows per sample, ids name the samples.
    if index is not None and len(index) != len(lines):
        index = pd.Index([line.get("id") for line in lines], name="id")
    return Answer(task, kind, pd.DataFrame(numbers, index=index, columns=names))


def _outputs(line: dict[str, Any], classes: list[str] | None) -> list[float]:
    if line.get("probabilities") and classes:
        return [line["probabilities"][name] for name in classes]
    return list(line.get("values") or [])
