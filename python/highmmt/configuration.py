"""The resolved suite of a run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from .errors import RunError


class _Loader(yaml.SafeLoader):
    """A loader for YAML 1.2, in which `1e-3` is a number and `on` and `no` are texts."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in (
        "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"),
    list("-+.0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def read(path: Path) -> dict[str, Any]:
    """Reads a suite."""
    try:
        suite = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except (OSError, yaml.YAMLError) as error:
        raise RunError(f"{path}: cannot be read: {error}") from None
    if not isinstance(suite, dict):
        raise RunError(f"{path}: is not a suite")
    return suite
