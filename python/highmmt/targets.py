"""Targets of a dataset: classes, labels or numbers, and the rows that have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .columns import array, listed, series
from .errors import DatasetError

KINDS = ("classification", "multilabel", "regression")
MOST_INTEGER_CLASSES = 20
"""The number of distinct integers up to which they are taken as classes without a question."""
_REAL = ("floating", "mixed-integer-float")


@dataclass
class Target:
    """The rows of a target."""

    name: str
    kind: str
    values: npt.NDArray[Any]
    """int64 `[rows]`, uint8 `[rows, labels]` or float32 `[rows]` or `[rows, width]`."""
    classes: list[str] | None = None
    labelled: npt.NDArray[np.bool_] | None = None
    """True where rows have the target, `[rows]`, or each of its labels or components, `[rows, width]`; `None` when all
    have it."""

    @property
    def description(self) -> dict[str, Any]:
        """The entry of the target in `dataset.json`."""
        if self.classes is not None:
            return {"kind": self.kind, "classes": self.classes}
        return {"kind": self.kind, "width": 1 if self.values.ndim == 1 else self.values.shape[1]}

    def tensors(self, rows: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[Any]]:
        """Returns the contiguous tensors of some rows."""
        result = {f"target/{self.name}": np.ascontiguousarray(self.values[rows])}
        if self.labelled is not None:
            result[f"present/target/{self.name}"] = np.ascontiguousarray(self.labelled[rows])
        return result


def read(name: str, values: Any, *, kind: str | None = None, classes: Sequence[str] | None = None) -> Target:
    """Reads the rows of a target; missing values mark rows without the target.

    Without a kind, one column of texts, categories or Booleans, or of few distinct integers, holds
    classes. Several columns of Booleans, or of zeros and ones, hold labels. Floats are regression
    targets.
    """
    what = f"target '{name}'"
    if kind is not None and kind not in KINDS:
        raise DatasetError(f"{what}: kind '{kind}', expected one of {', '.join(KINDS)}")
    if kind == "regression" and classes is not None:
        raise DatasetError(f"{what}: a regression target has no classes")
    names = [str(column) for column in values.columns] if isinstance(values, pd.DataFrame) else None
    rows = None if isinstance(values, (pd.Series, pd.api.extensions.ExtensionArray)) else array(values, what)
    if rows is not None and rows.ndim == 2 and rows.shape[1] > 1:
        target = _several(name, rows, names, kind, classes, what)
    else:
        target = _one(name, series(values, what), kind, classes, what)
    if target.classes is not None:
        if target.kind == "classification" and len(target.classes) < 2:
            raise DatasetError(f"{what}: {len(target.classes)} class, expected at least 2")
        if len(set(target.classes)) < len(target.classes):
            raise DatasetError(f"{what}: classes {listed(target.classes)}; expected different names")
    if target.labelled is not None:
        if target.labelled.all():
            target.labelled = None
        elif not target.labelled.any():
            raise DatasetError(f"{what}: every value is missing")
    return target


def _one(name: str, rows: pd.Series[Any], kind: str | None, classes: Sequence[str] | None, what: str) -> Target:
    if kind == "multilabel":
        raise DatasetError(f"{what}: one column, expected several for labels")
    contents = pd.api.types.infer_dtype(rows, skipna=True)
    if contents in _REAL or kind == "regression":
        if contents not in (*_REAL, "integer", "boolean") or isinstance(rows.dtype, pd.CategoricalDtype):
            raise DatasetError(f"{what}: {contents} values, expected numbers for regression")
        numbers = rows.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
        known = numbers[~np.isnan(numbers)]
        is_whole = bool((known == np.round(known)).all()) and np.unique(known).size <= MOST_INTEGER_CLASSES
        if kind is None and classes is None and is_whole and len(known) < len(numbers):
            raise DatasetError(
                f"{what}: whole numbers with gaps, which pandas stores as floats; say "
                f"kinds={{'{name}': 'classification'}} or 'regression'")
        if kind != "classification" and not (classes is not None and is_whole):
            return _numbers(name, numbers, what)
        if not is_whole:
            raise DatasetError(f"{what}: real numbers, expected classes")
        rows, contents = pd.Series(numbers).astype("Int64"), "integer"
    missing = rows.isna().to_numpy(dtype=bool)
    if isinstance(rows.dtype, pd.CategoricalDtype):
        codes = rows.cat.codes.to_numpy()
        found = [str(category) for category in rows.cat.categories]
        return _coded(name, codes, _renamed(found, classes, what), missing)
    if contents not in ("string", "boolean", "integer"):
        raise DatasetError(f"{what}: {contents} values, expected texts, categories, Booleans or numbers")
    distinct = sorted(set(rows[~missing]))
    if contents == "integer":
        if classes is not None:
            codes = rows.mask(missing, 0).to_numpy(dtype=np.int64)
            wrong = np.flatnonzero((codes < 0) | (codes >= len(classes)))
            if wrong.size:
                raise DatasetError(
                    f"{what}: {codes[wrong[0]]} in row {wrong[0]}, expected 0 to {len(classes) - 1}, one per class")
            return _coded(name, codes, [str(each) for each in classes], missing)
        if kind is None and len(distinct) > MOST_INTEGER_CLASSES:
            raise DatasetError(
                f"{what}: {len(distinct)} different integers; say kinds={{'{name}': 'classification'}} or 'regression'")
    if classes is not None and contents == "string":
        unknown = [each for each in distinct if each not in classes]
        if unknown:
            raise DatasetError(f"{what}: '{unknown[0]}' is not one of the classes {listed(classes)}")
        distinct = list(classes)
        classes = None
    places = {each: place for place, each in enumerate(distinct)}
    codes = np.array([0 if gap else places[each] for each, gap in zip(rows, missing, strict=True)], np.int64)
    return _coded(name, codes, _renamed([str(each) for each in distinct], classes, what), missing)


def _renamed(found: list[str], classes: Sequence[str] | None, what: str) -> list[str]:
    if classes is None:
        return found
    if len(classes) != len(found):
        raise DatasetError(f"{what}: {len(classes)} names for {len(found)} classes ({listed(found)})")
    return [str(each) for each in classes]


def _coded(name: str, codes: npt.NDArray[Any], classes: list[str], missing: npt.NDArray[np.bool_]) -> Target:
    return Target(name, "classification", np.where(missing, 0, codes).astype(np.int64), classes, ~missing)


def _numbers(name: str, numbers: npt.NDArray[Any], what: str) -> Target:
    missing = np.asarray(np.isnan(numbers), np.bool_)
    with np.errstate(over="ignore"):
        stored = np.nan_to_num(numbers, nan=0, posinf=np.inf, neginf=-np.inf).astype(np.float32)
    wrong = np.argwhere(~np.isfinite(stored))
    if wrong.size:
        row = int(wrong[0][0])
        raise DatasetError(f"{what}: {numbers[tuple(wrong[0])]} in row {row}, expected finite float32 numbers")
    stored[missing] = 0
    return Target(name, "regression", stored, labelled=_known(missing))


def _known(missing: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Returns the rows that have a target; each of their components where a row may have some of them."""
    if missing.ndim == 1:
        return ~missing
    rows = missing.any(axis=1)
    return np.asarray(~missing if (rows & ~missing.all(axis=1)).any() else ~rows, np.bool_)


def _several(name: str, rows: npt.NDArray[Any], names: list[str] | None, kind: str | None,
             classes: Sequence[str] | None, what: str) -> Target:
    if kind == "classification":
        raise DatasetError(f"{what}: {rows.shape[1]} columns, expected one for classes")
    frame = pd.DataFrame(rows).infer_objects()
    contents = {pd.api.types.infer_dtype(frame[column], skipna=True) for column in frame.columns}
    if not contents <= {"boolean", "integer", *_REAL}:
        raise DatasetError(f"{what}: {', '.join(sorted(contents))} values in several columns, expected numbers")
    numbers = frame.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    missing = np.asarray(np.isnan(numbers), np.bool_)
    is_binary = bool(np.isin(numbers[~missing], (0, 1)).all())
    is_real = bool(contents & {*_REAL})
    if kind is None and classes is None and is_real and is_binary and missing.any():
        raise DatasetError(
            f"{what}: zeros and ones with gaps, which are stored as floats; say kinds={{'{name}': 'multilabel'}} "
            "or 'regression'")
    if kind == "regression" or kind is None and classes is None and (is_real or not is_binary):
        return _numbers(name, numbers, what)
    if not is_binary:
        raise DatasetError(f"{what}: expected zeros and ones for labels")
    labels = names or [str(column) for column in range(rows.shape[1])]
    values = np.where(missing, 0, numbers).astype(np.uint8)
    return Target(name, "multilabel", values, _renamed(labels, classes, what), _known(missing))
