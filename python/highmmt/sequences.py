"""Sequences of different lengths."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .columns import array, listed
from .errors import DatasetError


def is_ragged(values: Any, axes: list[int] | None) -> bool:
    """True for rows that are arrays of their own and have to be padded, or that may be None."""
    if isinstance(values, np.ndarray) and values.dtype != object or not isinstance(values, (list, tuple, np.ndarray)):
        return False
    rows = [row for row in values if row is not None]
    if not rows or not all(np.ndim(row) > 0 if hasattr(row, "__array__") else isinstance(row, (list, tuple))
                           for row in rows):
        return False
    return axes is not None or len(rows) < len(values) or len({getattr(row, "shape", len(row)) for row in rows}) > 1


def pad(rows: list[Any], what: str, axes: list[int] | None) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """Pads rows of different lengths at the end; also returns which tokens are not padding."""
    given = [array(row, f"{what}, row {number}") if row is not None and len(row) else None
             for number, row in enumerate(rows)]
    sequences = {row: each.reshape(len(each), 1) if each.ndim == 1 else each
                 for row, each in enumerate(given) if each is not None}
    if not sequences:
        raise DatasetError(f"{what}: every row is empty")
    inner = {each.shape[1:] for each in sequences.values()}
    if len(inner) > 1:
        raise DatasetError(f"{what}: rows of shapes {listed(sorted(inner))}; only their lengths may differ")
    dtype = np.result_type(*sequences.values())
    if dtype.kind not in "biuf":
        raise DatasetError(f"{what}: {dtype} values, expected numbers")
    length = max([len(each) for each in sequences.values()] + (axes or [])[:1])
    padded = np.zeros((len(rows), length, *inner.pop()), dtype)
    valid = np.zeros(padded.shape[:-1], bool)
    for row, each in sequences.items():
        padded[row, :len(each)] = each
        valid[row, :len(each)] = True
    return padded, valid
