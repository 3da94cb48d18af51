"""Writes datasets for the command-line tool."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from safetensors.numpy import save_file

from . import modalities as modality_rows
from . import splits as split_rows
from . import targets as target_rows
from .columns import SPLITS, Columns, Values, listed
from .errors import DatasetError
from .folders import complete_folder
from .groups import check_disjoint, members
from .written import WrittenDataset, summary

_DESCRIPTION = "dataset.json"
_FILES = [f"{split}.safetensors" for split in SPLITS]
_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")


def write_dataset(
        path: str | PathLike[str],
        modalities: Mapping[str, Values],
        targets: Mapping[str, Values],
        *,
        data: pd.DataFrame | Mapping[str, pd.DataFrame] | None = None,
        split: Any = None,
        groups: Mapping[str, Values] | None = None,
        disjoint: bool | Iterable[str] = True,
        masks: Mapping[str, Values] | None = None,
        present: Mapping[str, Values] | None = None,
        kinds: Mapping[str, str] | None = None,
        classes: Mapping[str, Sequence[str]] | None = None,
        stratify: str | None = "auto",
        seed: int = 0,
        name: str | None = None,
        source: str | None = None,
        licence: str | None = None,
        citation: str | None = None,
        replace: bool = False) -> WrittenDataset:
    """Writes a dataset that `highmmt train` reads.

    All values have one entry per row. Each may be an array, a pandas object, a list of arrays of
    different lengths, the name of a column of `data` or a list of such names, or a dict
    train/valid/test → values. The memory order and the type of numbers do not matter.

    Parameters
    ----------
    path : folder of the dataset. It appears only when it is complete.
    modalities : name → values. A frame or `[rows, fields]` is a table, `[rows, steps, channels]` a
        time series, `[rows, height, width, channels]` an image, with a further axis a video.
        Missing values become invalid tokens, rows without any value lack the modality.
    targets : name → values. Texts, categories, Booleans and up to 20 different integers are
        classes; several columns of zeros and ones are labels; floats are regression targets.
        Rows with a missing value have no target.
    data : frame whose columns the other arguments may name.
    split : one of train, valid and test per row; or a dict of row numbers or Boolean masks; or
        three shares, by default 0.7, 0.1 and 0.2, drawn with `seed`.
    groups : name → values, such as the person that a row was recorded from. Drawn splits keep the
        rows of a member together.
    disjoint : whether no member of a group may be in two splits; or the names of the groups for
        which that is so.
    masks : modality → flags per token, true for valid tokens.
    present : modality → flags per row, true for rows that have it.
    kinds : modality → its kind, where the usual one for its shape is wrong; target →
        classification, multilabel or regression, where the type of its values does not tell.
    classes : target → names of its classes or labels, in order.
    stratify : target whose classes are dealt out evenly over drawn splits; by default the first
        target with classes; `None` for none.
    replace : true to replace a dataset that exists at this path.

    Returns
    -------
    What was written: rows per split, and missing values.

    Raises
    ------
    DatasetError : names the argument and the row at fault. Nothing is written then.
    """
    columns = Columns(data)
    masks, present, kinds, classes = masks or {}, present or {}, kinds or {}, classes or {}
    for what, names, known in (
            ("masks", masks, modalities), ("present", present, modalities),
            ("kinds", kinds, {**modalities, **targets}), ("classes", classes, targets)):
        if unknown := [each for each in names if each not in known]:
            raise DatasetError(f"{what}: '{unknown[0]}' is not there; there are {listed(known)}")
    inputs = [
        modality_rows.read(
            _checked(each), columns.gather(values, f"modality '{each}'"),
            kind=kinds.get(each) if each not in targets or kinds.get(each) not in target_rows.KINDS else None,
            mask=None if each not in masks else columns.gather(masks[each], f"masks['{each}']"),
            present=None if each not in present else columns.gather(present[each], f"present['{each}']"))
        for each, values in modalities.items()]
    outputs = [
        target_rows.read(
            _checked(each), columns.gather(values, f"target '{each}'"), classes=classes.get(each),
            kind=kinds.get(each) if each not in modalities or kinds.get(each) in target_rows.KINDS else None)
        for each, values in targets.items()]
    if not inputs or not outputs:
        raise DatasetError(f"{path}: expected at least one modality and one target")
    if lost := [each.name for each in inputs if each.present is not None and not each.present.any()]:
        raise DatasetError(f"modality '{lost[0]}': no row has a value")
    read = {
        _checked(each): members(columns.gather(values, f"group '{each}'"), each)
        for each, values in (groups or {}).items()}
    numbered = {each: codes for each, (codes, _) in read.items()}
    apart = {each for each in numbered if disjoint is True} if isinstance(disjoint, bool) else set(disjoint)
    if unknown := sorted(apart - set(numbered)):
        raise DatasetError(f"disjoint: there is no group '{unknown[0]}'")
    rows = _rows(columns, split, [numbered[each] for each in sorted(apart)], _strata(outputs, stratify), seed)
    for each in sorted(apart):
        check_disjoint(each, numbered[each], rows)

    description: dict[str, Any] = {
        "format": 1, "name": name or Path(path).resolve().name,
        "modalities": {each.name: each.description for each in inputs},
        "targets": {each.name: each.description for each in outputs},
        "splits": {each: len(numbers) for each, numbers in rows.items()}}
    if numbered:
        description["groups"] = {each: {"disjoint": each in apart, "members": names} for each, (_, names) in read.items()}
    said = {"source": source, "licence": licence, "citation": citation}
    description |= {key: text for key, text in said.items() if text is not None}
    with complete_folder(Path(path), marker=_DESCRIPTION, owned=_FILES, replace=replace) as folder:
        for each, numbers in rows.items():
            tensors: dict[str, npt.NDArray[Any]] = {}
            for modality in inputs:
                tensors |= modality.tensors(numbers)
            for target in outputs:
                tensors |= target.tensors(numbers)
            tensors |= {f"group/{group}": np.ascontiguousarray(codes[numbers]) for group, codes in numbered.items()}
            save_file(tensors, folder / f"{each}.safetensors")
        text = json.dumps(description, indent=2, sort_keys=True, ensure_ascii=False)
        (folder / _DESCRIPTION).write_text(text + "\n", encoding="utf-8")
    return summary(Path(path), rows, inputs, outputs, columns.count or 0)


def _checked(name: str) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise DatasetError(f"name '{name}': expected letters, digits, '-' and '_'")
    return name


def _strata(targets: list[target_rows.Target], stratify: str | None) -> npt.NDArray[np.int64] | None:
    with_classes = {target.name: target for target in targets if target.kind == "classification"}
    if stratify is None or stratify == "auto" and not with_classes:
        return None
    chosen = next(iter(with_classes)) if stratify == "auto" else stratify
    if chosen not in with_classes:
        raise DatasetError(f"stratify: '{chosen}' is not a target with classes")
    target = with_classes[chosen]
    return target.values if target.labelled is None else np.where(target.labelled, target.values, -1)


def _rows(columns: Columns, split: Any, apart: list[npt.NDArray[np.int64]], strata: npt.NDArray[np.int64] | None,
          seed: int) -> split_rows.Rows:
    count = columns.count or 0
    if columns.sizes is not None:
        if split is not None:
            raise DatasetError("split: the values are given per split already")
        return split_rows.by_sizes(columns.sizes)
    if isinstance(split, str):
        split = columns.gather(split, "split")
    split = split_rows.SHARES if split is None else split
    stated = split_rows.assigned(split, count)
    return stated or split_rows.drawn(split, count, strata=strata, members=apart, seed=seed)
