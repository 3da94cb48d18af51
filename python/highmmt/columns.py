"""What users pass as values: arrays, frames, columns of a frame, or one of these per split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .errors import DatasetError

SPLITS = ("train", "valid", "test")

Values = Any
"""Anything with one row per sample, or a dict train/valid/test → such values."""


class Columns:
    """Collects values and makes sure that all of them have the same rows in the same order."""

    def __init__(self, data: pd.DataFrame | Mapping[str, pd.DataFrame] | None) -> None:
        self.count: int | None = None
        """The number of rows; `None` before the first values."""
        self.sizes: dict[str, int] | None = None
        """Split → rows, when values were given per split."""
        self._first = ""
        self._index: tuple[str, pd.Index[Any]] | None = None
        self._data: pd.DataFrame | None = None
        if data is not None:
            frame = self.gather(data, "data")
            if not isinstance(frame, pd.DataFrame):
                raise DatasetError(f"data: {type(frame).__name__}, expected a pandas DataFrame")
            if not frame.columns.is_unique:
                raise DatasetError(f"data: column '{frame.columns[frame.columns.duplicated()][0]}' is there twice")
            self._data = frame

    def gather(self, values: Values, what: str) -> Any:
        """Returns the values of all rows: names are looked up in the frame, splits are joined."""
        if isinstance(values, Mapping):
            if not is_per_split(values):
                raise DatasetError(f"{what}: a dict with the keys {listed(values)}, expected train, valid and test")
            sizes = {name: rows_of(values[name], f"{what}, {name}") for name in SPLITS if name in values}
            if self.sizes is not None and self.sizes != sizes:
                raise DatasetError(f"{what}: rows per split {sizes}, expected {self.sizes}")
            self.sizes = sizes
            values = join([values[name] for name in sizes], what)
        elif self._data is not None and is_name(values):
            values = self._column(values, what)
        elif isinstance(values, str):
            raise DatasetError(f"{what}: '{values}' names a column, but there is no data=")
        self._check(values, what)
        return values

    def _column(self, name: Any, what: str) -> Any:
        assert self._data is not None
        names = [name] if isinstance(name, str) else list(name)
        if missing := [each for each in names if each not in self._data.columns]:
            raise DatasetError(f"{what}: data has no column '{missing[0]}'; it has {listed(self._data.columns)}")
        return self._data[name if isinstance(name, str) else names]

    def _check(self, values: Any, what: str) -> None:
        count = rows_of(values, what)
        if count == 0:
            raise DatasetError(f"{what}: has no rows")
        if self.count is None:
            self.count, self._first = count, what
        elif count != self.count:
            raise DatasetError(f"{what}: {count} rows, but {self._first} has {self.count}")
        if not isinstance(values, (pd.DataFrame, pd.Series)):
            return
        if self._index is None:
            self._index = (what, values.index)
        elif not values.index.equals(self._index[1]):
            raise DatasetError(
                f"{what}: its rows are labelled differently from those of {self._index[0]}; "
                "bring them into one order with .loc, or drop the labels with .reset_index(drop=True)")


def is_per_split(values: Mapping[Any, Any]) -> bool:
    """True for a dict whose keys are names of splits."""
    return bool(values) and all(key in SPLITS for key in values)


def is_name(values: Any) -> bool:
    """True for the name of a column or a list of such names."""
    return isinstance(values, str) or (
        isinstance(values, list) and bool(values) and all(isinstance(value, str) for value in values))


def rows_of(values: Any, what: str) -> int:
    """Returns the number of rows."""
    try:
        count = len(values)
    except TypeError:
        raise DatasetError(f"{what}: {type(values).__name__}, expected one value per row") from None
    return count


def join(parts: Sequence[Any], what: str) -> Any:
    """Joins the rows of several splits."""
    if all(isinstance(part, pd.DataFrame) for part in parts):
        first = list(parts[0].columns)
        for part in parts[1:]:
            if sorted(map(str, part.columns)) != sorted(map(str, first)):
                raise DatasetError(f"{what}: the splits have different columns")
        return pd.concat(parts, ignore_index=True)
    if all(isinstance(part, pd.Series) for part in parts):
        return pd.concat(parts, ignore_index=True)
    if any(isinstance(part, (list, tuple)) for part in parts):
        return [row for part in parts for row in part]
    arrays = [array(part, what) for part in parts]
    shapes = {part.shape[1:] for part in arrays}
    if len(shapes) > 1:
        raise DatasetError(f"{what}: the splits have rows of different shapes: {sorted(shapes)}")
    return np.concatenate(arrays)


def array(values: Any, what: str) -> npt.NDArray[Any]:
    """Returns values as an array; masked ones become NaN."""
    try:
        if isinstance(values, np.ma.MaskedArray):
            return np.where(np.ma.getmaskarray(values), np.nan, np.ma.getdata(values))
        return np.asarray(values)
    except (RuntimeError, TypeError, ValueError) as error:
        raise DatasetError(f"{what}: is not an array: {error}") from None


def series(values: Any, what: str) -> pd.Series[Any]:
    """Returns one value per row."""
    if isinstance(values, pd.DataFrame) and values.shape[1] == 1:
        values = values.iloc[:, 0]
    if not isinstance(values, (pd.Series, pd.api.extensions.ExtensionArray)):
        rows = array(values, what)
        rows = rows[:, 0] if rows.ndim == 2 and rows.shape[1] == 1 else rows
        if rows.ndim != 1:
            raise DatasetError(f"{what}: shape {rows.shape}, expected one value per row")
        values = values if isinstance(values, list) and rows.dtype.kind in "USO" else rows
    return pd.Series(values).reset_index(drop=True)


def flags(values: Any, shape: tuple[int, ...], what: str) -> npt.NDArray[np.bool_]:
    """Returns a Boolean array of a shape; zeros and ones are taken as well."""
    given = array(values, what)
    if given.shape != shape:
        raise DatasetError(f"{what}: shape {given.shape}, expected {shape}")
    if given.dtype != np.bool_ and (given.dtype.kind not in "iuf" or not np.isin(given, (0, 1)).all()):
        raise DatasetError(f"{what}: {given.dtype} values, expected True and False or 1 and 0")
    return np.asarray(given, dtype=np.bool_)


def listed(names: Any, most: int = 10) -> str:
    """Returns the first names, and the number of the others."""
    texts = [str(name) for name in names]
    rest = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + rest
