"""Writes suites for the command-line tool."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from .columns import listed
from .errors import DatasetError


def write_suite(
        path: str | PathLike[str],
        datasets: Sequence[str | PathLike[str]] | Mapping[str, str | PathLike[str]],
        tasks: Mapping[str, Mapping[str, Any]] | None = None,
        *,
        name: str | None = None,
        replace: bool = False,
        **sections: Any) -> Path:
    """Writes a suite: what to learn from which datasets.

    Parameters
    ----------
    path : the YAML file, such as `mine.yaml`.
    datasets : folders of datasets, or name → folder. They are stored relative to the file.
    tasks : name → settings, at least `dataset` and `target`. By default each target of each dataset
        is a task, named after the target, or `DATASET-TARGET` where two targets have the same name.
    name : name of the suite, by default that of the file.
    replace : true to replace an existing file.
    sections : further sections of the suite, such as `training={"epochs": 20, "recipe": "robust"}`.
    """
    file = Path(path)
    if file.exists() and not replace:
        raise DatasetError(f"{file}: exists; pass replace=True to replace it")
    if not isinstance(datasets, Mapping):
        named = [(re.sub(r"[^A-Za-z0-9_-]", "-", Path(folder).name), folder) for folder in datasets]
        datasets = dict(named)
        if len(datasets) < len(named):
            raise DatasetError(
                f"datasets: several folders have the same name among {listed(each for each, _ in named)}; "
                "expected name → folder")
    targets = {each: _targets(Path(folder)) for each, folder in datasets.items()}
    if tasks is None:
        names = [target for found in targets.values() for target in found]
        tasks = {
            target if names.count(target) == 1 else f"{each}-{target}": {"dataset": each, "target": target}
            for each, found in targets.items() for target in found}
    for task, settings in tasks.items():
        dataset, target = settings.get("dataset"), settings.get("target")
        if dataset not in targets:
            raise DatasetError(f"task '{task}': there is no dataset '{dataset}'; there are {listed(targets)}")
        if target not in targets[dataset]:
            raise DatasetError(
                f"task '{task}': dataset '{dataset}' has no target '{target}'; it has {listed(targets[dataset])}")
    folders = {each: {"path": _relative(Path(folder), file)} for each, folder in datasets.items()}
    suite = {"name": name or file.stem, "datasets": folders, "tasks": {each: dict(tasks[each]) for each in tasks}}
    text = yaml.safe_dump(_plain(suite | sections, "suite"), sort_keys=False, allow_unicode=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.partial")
    part.write_text(text, encoding="utf-8")
    os.replace(part, file)
    return file


def _targets(folder: Path) -> list[str]:
    try:
        return list(json.loads((folder / "dataset.json").read_text(encoding="utf-8"))["targets"])
    except (OSError, ValueError, KeyError) as error:
        raise DatasetError(f"{folder}: is not a dataset: {error}") from None


def _plain(value: Any, key: str) -> Any:
    """Returns settings as types that YAML has; NumPy's numbers and texts become Python's."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each, f"{key}.{name}") for name, each in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(each, key) for each in value]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (str, PathLike)):
        return str(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    raise DatasetError(f"{key}: {type(value).__name__}, expected a number, a text, a list or a dict")


def _relative(folder: Path, file: Path) -> str:
    relative = os.path.relpath(folder.resolve(), file.resolve().parent)
    return relative if relative.startswith("..") else f"./{relative}"
