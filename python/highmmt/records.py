"""The JSON files of a run."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from .errors import RunError

_MISSING = object()


class Record:
    """A JSON object of a run. Keys that older versions wrote in camelCase are found as well."""

    def __init__(self, members: Any, path: Path) -> None:
        if not isinstance(members, dict):
            raise RunError(f"{path}: {type(members).__name__}, expected an object")
        self.members: dict[str, Any] = members
        self.path = path

    def __contains__(self, key: str) -> bool:
        return key in self.members or _camel_case(key) in self.members

    def get(self, key: str, default: Any = _MISSING) -> Any:
        """Returns the value of a key in snake_case."""
        for name in (key, _camel_case(key)):
            if name in self.members:
                return self.members[name]
        if default is _MISSING:
            raise RunError(f"{self.path}: has no '{key}'; it was written by another version, or is not complete")
        return default

    def record(self, key: str) -> Record:
        """Returns the object at a key."""
        return Record(self.get(key), self.path)

    def records(self, key: str) -> dict[str, Record]:
        """Returns name → object, for a key whose members are named by the user."""
        return {name: Record(value, self.path) for name, value in self.record(key).members.items()}


def read(path: Path) -> Record:
    """Reads a JSON object."""
    try:
        return Record(json.loads(path.read_text(encoding="utf-8")), path)
    except OSError as error:
        raise RunError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise RunError(f"{path}: is not JSON: {error}") from None


def read_lines(path: Path) -> list[Record]:
    """Reads a file with an object per line. A last line that is not complete yet is left out."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise RunError(f"{path}: cannot be read: {error.strerror}") from None
    result = []
    for number, line in enumerate(lines[:-1], start=1):
        try:
            result.append(Record(json.loads(line), path))
        except ValueError as error:
            raise RunError(f"{path}: line {number} is not JSON: {error}") from None
    return result


def _camel_case(key: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), key)
