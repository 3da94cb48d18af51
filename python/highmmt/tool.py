"""The command-line tool, which trains and predicts."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import warnings
from collections.abc import Sequence
from pathlib import Path

from .errors import ToolError

VARIABLE = "HIGHMMT"
_LOG = logging.getLogger("highmmt")


def find_tool() -> Path:
    """Returns the path of the command-line tool.

    It is the value of the environment variable HIGHMMT, else `highmmt` on the search path, else
    the launcher of the repository that the working folder or this package is in.
    """
    if stated := os.environ.get(VARIABLE):
        if not os.access(stated, os.X_OK) or os.path.isdir(stated):
            raise ToolError(f"{VARIABLE}={stated}: is not a program")
        return Path(stated).resolve()
    if found := shutil.which("highmmt"):
        return Path(found).resolve()
    for folder in [Path.cwd(), *Path.cwd().parents, *Path(__file__).resolve().parents]:
        launcher = folder / "highmmt"
        if (folder / "Package.swift").is_file() and launcher.is_file() and os.access(launcher, os.X_OK):
            return launcher
    raise ToolError(f"the command-line tool is not there; set {VARIABLE} to the path of the launcher 'highmmt' in the "
                    "repository, or put it on the search path")


def run_tool(*arguments: str | os.PathLike[str], cwd: str | os.PathLike[str] | None = None,
             warned: str | None = None) -> str:
    """Runs the tool and returns its standard output.

    Its notes go to the logger `highmmt`; those that contain the words `warned` are warnings.
    Raises `ToolError` with its own message when it fails.
    """
    command: Sequence[str] = [str(find_tool()), *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        errors = [line for line in said if line.startswith(("Error:", "error:"))]
        message = "\n".join(errors or said[-5:]) or f"highmmt {arguments[0]} failed"
        raise ToolError(message, done.returncode)
    for line in done.stderr.splitlines():
        if not line.startswith("note: "):
            continue
        note = line.removeprefix("note: ")
        if warned is not None and warned in note:
            warnings.warn(note, stacklevel=5)
        else:
            _LOG.info(note)
    return done.stdout
