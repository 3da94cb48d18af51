"""Frames as tables that the command-line tool reads like the one that a dataset was imported from."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from . import records
from .columns import listed
from .errors import RunError
from .records import Record

if TYPE_CHECKING:
    from .runs import Run

_OUTPUTS = ("target", "classification", "regression", "labels", "split", "group", "ignore")
_FILES = ("image", "sound", "array", "video", "observations")


def encoding(run: Run, of_task: Record) -> Record | None:
    """Returns the way from raw columns to tensors that a run keeps; `None` for other datasets."""
    path = run.path / "datasets" / f"{of_task.get('dataset', None)}.json"
    if not path.is_file():
        return None
    description = records.read(path)
    return description.record("encoding") if "encoding" in description else None


def write_table(frame: pd.DataFrame, encoding: Record, file: Path) -> None:
    """Writes the columns that the encoding reads as JSON Lines, with missing cells as null.

    Relative paths in columns of files refer to the working folder.
    """
    used = {name: column for name, column in encoding.records("columns").items() if column.get("as") not in _OUTPUTS}
    series = {stem for modality in encoding.records("modalities").values() for stem in modality.get("series", None) or []}
    used |= {str(column): Record({"as": "number"}, file) for column in frame.columns if _stem(column) in series}
    columns = [column for column in frame.columns if column in used]
    if not columns:
        raise RunError(f"samples: no column of {listed(frame.columns)} was imported; expected {listed(used)}")
    cells = {column: [_cell(value, used[column]) for value in frame[column]] for column in columns}
    with file.open("w", encoding="utf-8") as lines:
        for row in range(len(frame)):
            record = {str(column): values[row] for column, values in cells.items()}
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")


def _stem(column: Any) -> str | None:
    """Returns the name of the series of a column such as `t0`; `None` for others."""
    found = re.fullmatch(r"(.*[^0-9])[0-9]{1,6}", str(column))
    return found[1] if found else None


def _cell(value: Any, column: Record) -> Any:
    """Returns a cell as JSON."""
    if value is None or value is pd.NA or value is pd.NaT or isinstance(value, float) and np.isnan(value):
        return None
    if isinstance(value, (bool, np.bool_)):
        if column.get("as") == "number":
            return int(value)
        # pandas reads texts such as TRUE as Booleans; the categories tell how they were written.
        written = [name for name in column.get("categories", None) or [] if name.lower() == str(value).lower()]
        return written[0] if written else str(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return None if np.isnan(value) else float(value) if np.isfinite(value) else str(float(value))
    if column.get("as") in _FILES:
        # An empty cell stands for no file.
        return value if not str(value).strip() or str(value).startswith("file://") else os.path.abspath(value)
    return value if isinstance(value, str) else str(value)
