"""Groups of rows, such as the person that they were recorded from."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .columns import SPLITS, series
from .errors import DatasetError
from .splits import Rows


def members(values: Any, name: str) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Returns the number of the member of each row, from 0, and the names of the members."""
    rows = series(values, f"group '{name}'")
    if rows.isna().any():
        raise DatasetError(f"group '{name}': missing in row {int(np.flatnonzero(rows.isna())[0])}")
    try:
        codes, names = pd.factorize(rows, sort=True)
        return np.asarray(codes, dtype=np.int64), [str(each) for each in names]
    except TypeError as error:
        raise DatasetError(f"group '{name}': expected numbers or texts: {error}") from None


def check_disjoint(name: str, codes: npt.NDArray[np.int64], rows: Rows) -> None:
    """Refuses splits that have a member in common."""
    for later, split in enumerate(SPLITS):
        for earlier in SPLITS[:later]:
            common = np.intersect1d(codes[rows[split]], codes[rows[earlier]])
            if common.size:
                row = int(rows[split][np.isin(codes[rows[split]], common)][0])
                raise DatasetError(
                    f"group '{name}': {common.size} of its members are in {earlier} and in {split} (such as that of "
                    f"row {row}); give a split without overlap, or disjoint=False if it does not matter")
