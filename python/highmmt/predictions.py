"""Predictions of new samples by the command-line tool."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from safetensors.numpy import save_file

from . import modalities, tables
from .columns import Columns, listed
from .errors import RunError
from .records import Record
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


def predict(run: Run, samples: Any, task: str | None = None, *, stage: str | None = None, batch: int = 64,
            device: str = "cpu", masks: Mapping[str, Any] | None = None, present: Mapping[str, Any] | None = None
            ) -> Answer:
    """Predicts samples: arrays by modality, a table, or a file."""
    record = run.model_record(stage)
    task, of_task = _task(run, record, task)
    arguments = ["--task", task, "--batch", str(batch), "--device", device]
    arguments += [] if stage is None else ["--stage", stage]
    is_file = isinstance(samples, (str, PathLike))
    if (masks or present) and not isinstance(samples, Mapping):
        raise RunError("masks and present go with arrays by modality, not with a table or a file")
    index: pd.Index[Any] | None = None
    with tempfile.TemporaryDirectory(prefix="highmmt-") as folder:
        if is_file:
            file = Path(samples)
        elif isinstance(samples, pd.DataFrame):
            encoding = tables.encoding(run, of_task)
            if encoding is None:
                raise RunError(
                    f"{run.path}: its dataset was written from arrays, not imported from a table; pass modality → "
                    "array")
            file, index = Path(folder) / "samples.jsonl", samples.index
            tables.write_table(samples, encoding, file)
        elif isinstance(samples, Mapping):
            file = Path(folder) / "samples.safetensors"
            tensors, index = _tensors(of_task, task, samples, masks or {}, present or {})
            save_file(tensors, file)
        else:
            raise RunError(f"samples: {type(samples).__name__}, expected modality → array, a frame or a file")
        lines = run_tool("predict", run.path.resolve(), file.resolve(), *arguments).splitlines()
    return _answer(task, of_task, [json.loads(line) for line in lines if line.strip()], index)


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


def _task(run: Run, record: Record, task: str | None) -> tuple[str, Record]:
    tasks = record.records("records")
    if task is None and len(tasks) == 1:
        task = next(iter(tasks))
    if task is None or task not in tasks:
        reason = "says no task" if task is None else f"has no task '{task}'"
        raise RunError(f"{run.path}: {'the call ' if task is None else ''}{reason}; the run has {listed(tasks)}")
    return task, tasks[task]


def _tensors(of_task: Record, task: str, samples: Mapping[str, Any], masks: Mapping[str, Any],
             present: Mapping[str, Any]) -> tuple[dict[str, npt.NDArray[Any]], pd.Index[Any] | None]:
    axes = of_task.get("axes")
    for what, names in (("samples", samples), ("masks", masks), ("present", present)):
        if unknown := [name for name in names if name not in axes]:
            raise RunError(f"{what}: task '{task}' has no modality '{unknown[0]}'; it has {listed(axes)}")
    columns = Columns(None)
    tensors: dict[str, npt.NDArray[Any]] = {}
    index: pd.Index[Any] | None = None
    for name, values in samples.items():
        gathered = columns.gather(values, f"modality '{name}'")
        if index is None and isinstance(gathered, (pd.DataFrame, pd.Series)):
            index = gathered.index
        modality = modalities.read(
            name, gathered, mask=masks.get(name), present=present.get(name), axes=axes[name])
        if list(modality.values.shape[1:-1]) != axes[name]:
            raise RunError(f"modality '{name}': axes {list(modality.values.shape[1:-1])}, expected {axes[name]}")
        tensors |= modality.tensors(np.arange(columns.count or 0))
    if not columns.count:
        raise RunError("samples: there are none")
    return tensors, index


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
    return Answer(task, kind, pd.DataFrame(numbers, index=index, columns=names))


def _outputs(line: dict[str, Any], classes: list[str] | None) -> list[float]:
    if line.get("probabilities") and classes:
        return [line["probabilities"][name] for name in classes]
    return list(line.get("values") or [])
