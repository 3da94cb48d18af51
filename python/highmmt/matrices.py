"""Heterogeneity matrices as frames."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .errors import RunError
from .records import Record, read

KINDS = ("modalities", "interactions")


@dataclass(frozen=True)
class Matrix:
    """A heterogeneity matrix. Rows and columns are streams, or pairs of streams."""

    values: pd.DataFrame
    """Symmetric heterogeneities; NaN where they were not measured."""
    standard_errors: pd.DataFrame
    """The standard errors of the values; NaN where they are unknown."""
    transfers: pd.DataFrame
    """Directed transfers: the row is the source, the column the target; NaN on the diagonal."""
    transfer_standard_errors: pd.DataFrame
    """The standard errors of the transfers."""
    units: str
    """The units of all numbers, such as `normalised` or `nats`."""


def matrix(path: Path) -> Matrix:
    """Reads a matrix."""
    record = read(path)
    names = [str(name) for name in record.get("names")]
    return Matrix(
        values=_frame(record, "values", names), standard_errors=_frame(record, "standard_errors", names),
        transfers=_frame(record, "transfers", names),
        transfer_standard_errors=_frame(record, "transfer_standard_errors", names),
        units=str(record.get("units", "nats")))


def _frame(record: Record, key: str, names: list[str]) -> pd.DataFrame:
    rows: Any = record.get(key, None)
    numbers = np.full((len(names), len(names)), np.nan) if rows is None else np.array(
        [[np.nan if value is None else value for value in row] for row in rows], np.float64)
    if numbers.shape != (len(names), len(names)):
        raise RunError(f"{record.path}: '{key}' has shape {numbers.shape}, expected one row and column per name")
    return pd.DataFrame(numbers, index=names, columns=names)
