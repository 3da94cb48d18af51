"""The assignment of rows to the training, validation and test split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .columns import SPLITS, array, listed, series
from .errors import DatasetError

SHARES = (0.7, 0.1, 0.2)
_ALIASES = {"training": "train", "val": "valid", "validation": "valid", "dev": "valid", "testing": "test"}

Rows = dict[str, npt.NDArray[np.int64]]
Codes = npt.NDArray[np.int64]


def assigned(split: Any, count: int) -> Rows | None:
    """Returns the rows per split that `split` states; `None` when it states shares.

    It is one name per row, or a dict of row numbers or Boolean masks.
    """
    if isinstance(split, Mapping):
        if all(isinstance(share, (int, float)) for share in split.values()):
            return None
        return _of_dict(split, count)
    if isinstance(split, (tuple, list)) and len(split) == 3 and all(isinstance(share, (int, float)) for share in split):
        return None
    names = series(split, "split").astype(object)
    if len(names) != count:
        raise DatasetError(f"split: {len(names)} rows, expected {count}")
    known = names.map(lambda name: _ALIASES.get(str(name).lower(), str(name).lower()))
    wrong = np.flatnonzero(~known.isin(SPLITS).to_numpy())
    if wrong.size:
        raise DatasetError(
            f"split: '{names.iloc[int(wrong[0])]}' in row {wrong[0]}, expected {', '.join(SPLITS[:2])} or {SPLITS[2]}")
    return checked({name: np.flatnonzero((known == name).to_numpy()).astype(np.int64) for name in SPLITS})


def _of_dict(split: Mapping[str, Any], count: int) -> Rows:
    result: Rows = {}
    for key, rows in split.items():
        name = _ALIASES.get(str(key).lower(), str(key).lower())
        if name not in SPLITS or name in result:
            raise DatasetError(f"split: '{key}', expected the keys train, valid and test")
        numbers = array(rows, f"split '{key}'")
        if numbers.dtype == np.bool_:
            if numbers.shape != (count,):
                raise DatasetError(f"split '{key}': {numbers.shape} flags, expected {count}")
            numbers = np.flatnonzero(numbers)
        if numbers.dtype.kind not in "iu" or numbers.ndim != 1:
            raise DatasetError(f"split '{key}': expected row numbers or Boolean flags")
        lowest, highest = (numbers.min(), numbers.max()) if numbers.size else (0, 0)
        if lowest < 0 or highest >= count:
            raise DatasetError(f"split '{key}': row numbers {lowest} to {highest}, expected 0 to {count - 1}")
        result[name] = numbers.astype(np.int64)
    numbers, uses = np.unique(np.concatenate(list(result.values())), return_counts=True)
    if (uses > 1).any():
        raise DatasetError(f"split: row {numbers[uses > 1][0]} is used {uses.max()} times")
    return checked({name: result.get(name, np.empty(0, np.int64)) for name in SPLITS})


def by_sizes(sizes: Mapping[str, int]) -> Rows:
    """Returns consecutive rows, for values that were given per split."""
    ends = np.cumsum([sizes.get(name, 0) for name in SPLITS])
    return checked({
        name: np.arange(end - sizes.get(name, 0), end, dtype=np.int64)
        for name, end in zip(SPLITS, ends, strict=True)})


def drawn(split: Any, count: int, *, strata: Codes | None, members: Sequence[Codes], seed: int) -> Rows:
    """Draws the splits at random by shares.

    Rows of the same stratum, such as a class, are dealt out evenly. Rows with a member in common,
    such as a person, stay together.
    """
    shares = _shares(split)
    units = _units(members, count)
    sizes = np.bincount(units)
    stratum = np.zeros(len(sizes), np.int64)
    if strata is not None:
        for unit, row in zip(units[::-1], range(count - 1, -1, -1), strict=True):
            stratum[unit] = strata[row]
    order = np.random.default_rng(seed).permutation(len(sizes))
    # Large units first within a stratum: the small ones then even the shares out.
    order = order[np.lexsort((-sizes[order], stratum[order]))]
    dealt = np.zeros(len(SPLITS))
    chosen = np.zeros(len(sizes), np.int64)
    seen: set[int] = set()
    for unit in order:
        lack = shares * (dealt.sum() + sizes[unit]) - dealt
        # Every class is trained on, even one that occurs once.
        is_new = strata is not None and int(stratum[unit]) not in seen
        chosen[unit] = 0 if is_new else int(np.argmax(lack))
        seen.add(int(stratum[unit]))
        dealt[chosen[unit]] += sizes[unit]
    return checked({
        name: np.flatnonzero(chosen[units] == place).astype(np.int64) for place, name in enumerate(SPLITS)})


def _shares(split: Any) -> npt.NDArray[np.float64]:
    values = [split.get(name, 0) for name in SPLITS] if isinstance(split, Mapping) else list(split)
    if isinstance(split, Mapping) and (unknown := [key for key in split if key not in SPLITS]):
        raise DatasetError(f"split: '{unknown[0]}', expected the keys train, valid and test")
    shares = np.asarray(values, np.float64)
    if not (shares > 0).all() or not np.isclose(shares.sum(), 1):
        raise DatasetError(f"split: shares {listed(values)}, expected three positive numbers with the sum 1")
    return shares


def _units(members: Sequence[Codes], count: int) -> Codes:
    """Returns a number per row, equal for rows that are connected through common members."""
    units = np.arange(count, dtype=np.int64)
    changed = bool(members)
    while changed:
        before = units
        for codes in members:
            lowest = np.full(int(codes.max()) + 1, count, np.int64)
            np.minimum.at(lowest, codes, units)
            units = lowest[codes]
        changed = not np.array_equal(before, units)
    return np.unique(units, return_inverse=True)[1].astype(np.int64)


def checked(rows: Rows) -> Rows:
    """Returns the rows if every split has at least one."""
    empty = [name for name in SPLITS if not len(rows[name])]
    if empty:
        raise DatasetError(f"split: {' and '.join(empty)} would have no rows; every split needs some")
    return rows
