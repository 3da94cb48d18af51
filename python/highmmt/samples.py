"""New samples as a file that the command-line tool reads."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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

if TYPE_CHECKING:
    from .runs import Run

WARNED = "far outside the training range"
"""Notes of the tool with these words become warnings."""


@dataclass(frozen=True)
class Call:
    """The arguments of a command on new samples."""

    arguments: list[str | PathLike[str]]
    task: str
    of_task: Record
    index: pd.Index[Any] | None
    """The index of the samples; `None` for files and plain arrays."""


@contextmanager
def prepared(run: Run, samples: Any, task: str | None = None, *, stage: str | None = None, batch: int = 64,
             device: str = "cpu", masks: Mapping[str, Any] | None = None, present: Mapping[str, Any] | None = None
             ) -> Iterator[Call]:
    """Yields the arguments for samples, whose temporary file is there until the context ends."""
    record = run.model_record(stage)
    task, of_task = _task(run, record, task)
    options = ["--task", task, "--batch", str(batch), "--device", device]
    options += [] if stage is None else ["--stage", stage]
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
        yield Call([run.path.resolve(), file.resolve(), *options], task, of_task, index)


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
