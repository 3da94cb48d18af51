"""The account of a dataset that was written."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .modalities import Modality
from .splits import Rows
from .targets import Target


@dataclass(frozen=True)
class WrittenDataset:
    """What was written, and what was missing in it."""

    path: Path
    """The folder of the dataset."""
    rows: dict[str, int]
    """Split → number of rows."""
    kinds: dict[str, str]
    """Modality or target → its kind."""
    missing_rows: dict[str, int] = field(default_factory=dict)
    """Modality or target → number of rows without it."""
    masked_tokens: dict[str, int] = field(default_factory=dict)
    """Modality → number of invalid tokens in rows that have it."""
    unused_rows: int = 0
    """The number of rows that are in no split."""

    def __str__(self) -> str:
        lines = [f"{self.path}: " + ", ".join(f"{split} {count}" for split, count in self.rows.items())]
        for name, kind in self.kinds.items():
            gaps = [f"{self.missing_rows[name]} rows missing"] if name in self.missing_rows else []
            gaps += [f"{self.masked_tokens[name]} tokens masked"] if name in self.masked_tokens else []
            lines.append(f"  {name}: {', '.join([kind, *gaps])}")
        if self.unused_rows:
            lines.append(f"  {self.unused_rows} rows are in no split")
        return "\n".join(lines)


def summary(path: Path, rows: Rows, inputs: list[Modality], outputs: list[Target], count: int) -> WrittenDataset:
    """Counts what is missing in the rows of all splits; `count` is the number of rows given."""
    used = np.concatenate(list(rows.values()))
    missing: dict[str, int] = {}
    masked: dict[str, int] = {}
    for modality in inputs:
        here = slice(None) if modality.present is None else modality.present[used]
        if modality.present is not None:
            missing[modality.name] = int((~modality.present[used]).sum())
        if modality.mask is not None:
            masked[modality.name] = int((~modality.mask[used][here]).sum())
    for target in outputs:
        if target.labelled is not None:
            # Rows that lack the target, or some of its labels or components.
            missing[target.name] = int((~target.labelled[used]).reshape(len(used), -1).any(axis=1).sum())
    return WrittenDataset(
        path, {split: len(numbers) for split, numbers in rows.items()},
        {modality.name: modality.kind for modality in inputs} | {target.name: target.kind for target in outputs},
        missing, masked, count - len(used))
