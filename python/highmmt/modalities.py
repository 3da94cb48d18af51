"""Modalities of a dataset: values become float32 [rows, axes…, channels], gaps become masks."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .columns import array, flags
from .errors import DatasetError
from .sequences import is_ragged, pad

KINDS = ("image", "audio", "speech", "video", "text", "table", "time-series", "set", "sensors", "force",
         "proprioception")
_KIND_OF_AXES = {1: "time-series", 2: "image", 3: "video"}
# The largest number that the tool trains on; fill values are often larger.
_LARGEST = 1e18
_ROWS_AT_ONCE = 1024

Flags = npt.NDArray[np.bool_]


@dataclass
class Modality:
    """The rows of a modality as they were given, and what of them is there."""

    name: str
    kind: str
    values: npt.NDArray[Any]
    """Numbers of any type, `[rows, axes…, channels]`."""
    mask: Flags | None = None
    """True for valid tokens, `[rows, axes…]`; `None` when all are valid."""
    present: Flags | None = None
    """True for rows that have the modality, `[rows]`; `None` when all have it."""

    @property
    def description(self) -> dict[str, Any]:
        """The entry of the modality in `dataset.json`."""
        shape = self.values.shape
        return {"kind": self.kind, "axes": list(shape[1:-1]), "channels": shape[-1]}

    def tensors(self, rows: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[Any]]:
        """Returns the contiguous tensors of some rows, with zeros wherever nothing is valid."""
        # Numbers in invalid tokens may be too large for float32; they are replaced below.
        with np.errstate(over="ignore", invalid="ignore"):
            values = np.array(self.values[rows], dtype=np.float32, order="C")
        result: dict[str, npt.NDArray[Any]] = {self.name: values}
        if self.mask is not None:
            mask = np.ascontiguousarray(self.mask[rows])
            values[~mask] = 0
            result[f"mask/{self.name}"] = mask
        if self.present is not None:
            present = np.ascontiguousarray(self.present[rows])
            values[~present] = 0
            result[f"present/{self.name}"] = present
        return result


def read(name: str, values: Any, *, kind: str | None = None, mask: Any = None, present: Any = None,
         axes: list[int] | None = None) -> Modality:
    """Reads the rows of a modality.

    Missing values (NaN, None, NA) make their token invalid. A row without a valid token lacks the
    modality. `axes` are sizes that are known already: shorter sequences are padded to them.
    """
    what = f"modality '{name}'"
    if kind is not None and kind not in KINDS:
        raise DatasetError(f"{what}: kind '{kind}', expected one of {', '.join(KINDS)}")
    padded: Flags | None = None
    if isinstance(values, (pd.DataFrame, pd.Series)):
        frame = values.to_frame() if isinstance(values, pd.Series) else values
        if isinstance(values, pd.Series) and is_ragged(list(values), axes):
            rows, padded = pad(list(values), what, axes)
        else:
            rows, kind = _numbers(frame, what), kind or "table"
    elif is_ragged(values, axes):
        rows, padded = pad(list(values), what, axes)
    else:
        rows = _array(values, what)
    if rows.dtype.kind not in "biuf":
        raise DatasetError(f"{what}: {rows.dtype} values, expected numbers")
    if rows.ndim < 3:
        kind = kind or "table"
        rows = rows.reshape(len(rows), -1, 1)
    if not 3 <= rows.ndim <= 10 or 0 in rows.shape[1:]:
        raise DatasetError(f"{what}: shape {rows.shape}, expected [rows, axes…, channels] with 1 to 8 axes")
    kind = kind or _KIND_OF_AXES.get(rows.ndim - 2)
    if kind is None:
        raise DatasetError(f"{what}: shape {rows.shape} has no usual kind; say it with kinds={{'{name}': …}}")
    here = None if present is None else flags(present, rows.shape[:1], f"present['{name}']")
    valid = padded if mask is None else flags(
        _like(mask, rows, f"masks['{name}']"), rows.shape[:-1], f"masks['{name}']")
    if padded is not None and valid is not None:
        valid = valid & padded
    return _without_gaps(Modality(name, kind, rows, valid, here))


def _without_gaps(modality: Modality) -> Modality:
    """Finds missing values and marks their tokens as invalid."""
    values, what = modality.values, f"modality '{modality.name}'"
    partial = 0
    if values.dtype.kind == "f":
        for start in range(0, len(values), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            numbers = np.asarray(values[part])
            valid = np.ones(numbers.shape[:-1], bool) if modality.mask is None else modality.mask[part]
            if modality.present is not None:
                valid = valid & modality.present[part].reshape(-1, *[1] * (valid.ndim - 1))
            missing = np.isnan(numbers)
            with np.errstate(invalid="ignore"):
                too_large = (np.abs(numbers.astype(np.float64, copy=False)) > _LARGEST) & valid[..., None]
            if too_large.any():
                row, *token, channel = (int(place) for place in np.argwhere(too_large)[0])
                raise DatasetError(
                    f"{what}: {numbers[(row, *token, channel)]} in row {start + row}, token "
                    f"{', '.join(map(str, token))}, channel {channel}; expected finite numbers within "
                    "±1e18 (NaN marks a missing value)")
            gaps = missing.any(axis=-1) & valid
            if gaps.any():
                partial += int((gaps & ~missing.all(axis=-1)).sum())
                if modality.mask is None:
                    modality.mask = np.ones(values.shape[:-1], bool)
                modality.mask[part] &= ~gaps
    if partial:
        warnings.warn(
            f"{what}: {partial} tokens lack some of their channels; they are marked as invalid as a whole",
            stacklevel=4)
    if modality.mask is not None:
        empty = np.asarray(~modality.mask.reshape(len(values), -1).any(axis=1), np.bool_)
        if empty.any():
            modality.present = ~empty if modality.present is None else modality.present & ~empty
        if modality.mask[slice(None) if modality.present is None else modality.present].all():
            modality.mask = None
    if modality.present is not None and modality.present.all():
        modality.present = None
    return modality


def _numbers(frame: pd.DataFrame, what: str) -> npt.NDArray[Any]:
    """Returns a table of numbers as float64, missing cells as NaN."""
    for position, (column, dtype) in enumerate(zip(frame.columns, frame.dtypes, strict=True)):
        cells = frame.iloc[:, position]
        contents = pd.api.types.infer_dtype(cells, skipna=True)
        is_number = pd.api.types.is_numeric_dtype(dtype) or contents in (
            "integer", "floating", "mixed-integer-float", "boolean", "empty")
        if isinstance(dtype, pd.CategoricalDtype) or not is_number or pd.api.types.is_complex_dtype(dtype):
            raise DatasetError(
                f"{what}: column '{column}' holds {contents}, expected numbers; pandas.get_dummies turns "
                "categories into numbers")
    return np.column_stack([
        frame.iloc[:, position].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
        for position in range(frame.shape[1])]) if frame.shape[1] else np.empty((len(frame), 0))


def _array(values: Any, what: str) -> npt.NDArray[Any]:
    given = array(values, what)
    return _numbers(pd.DataFrame(given).infer_objects(), what) if given.dtype == object and given.ndim == 2 else given


def _like(mask: Any, rows: npt.NDArray[Any], what: str) -> Any:
    """Returns a mask with the axes of the values, when both have the same number of tokens."""
    flat = array(mask, what)
    return flat.reshape(rows.shape[:-1]) if flat.size == int(np.prod(rows.shape[:-1])) else flat
