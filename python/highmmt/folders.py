"""Folders that are either complete or unchanged."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import DatasetError


@contextmanager
def complete_folder(path: Path, *, marker: str, owned: Iterable[str], replace: bool) -> Iterator[Path]:
    """Gives a working folder that gets its final name when the block ends without an error.

    An existing folder is replaced only on request, and only if it holds the marker and nothing but
    owned files.
    """
    owned = {marker, *owned}
    path = path.resolve()
    _check(path, marker, owned, replace)
    path.parent.mkdir(parents=True, exist_ok=True)
    work = path.parent / f".{path.name}-{uuid.uuid4().hex}.partial"
    work.mkdir()
    try:
        yield work
        _check(path, marker, owned, replace)
        _commit(work, path, owned)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _check(path: Path, marker: str, owned: set[str], replace: bool) -> None:
    if not path.exists():
        return
    if not path.is_dir():
        raise DatasetError(f"{path}: exists and is not a folder")
    names = {entry.name for entry in path.iterdir()}
    if not names:
        return
    if not replace:
        raise DatasetError(f"{path}: exists; pass replace=True to replace it")
    if marker not in names:
        raise DatasetError(f"{path}: exists and has no {marker}; it is not replaced")
    if others := sorted(names - owned):
        raise DatasetError(
            f"{path}: is not replaced, because it also holds {', '.join(others[:3])}{', …' if others[3:] else ''}")


def _commit(work: Path, path: Path, owned: set[str]) -> None:
    old = work.with_suffix(".old")
    replaces = path.exists()
    if replaces:
        os.rename(path, old)
    try:
        os.rename(work, path)
    except OSError:
        if replaces:
            os.rename(old, path)
        raise
    if replaces:
        for name in owned:
            (old / name).unlink(missing_ok=True)
        old.rmdir()
