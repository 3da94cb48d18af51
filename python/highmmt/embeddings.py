"""Representations of samples by the command-line tool."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from .samples import WARNED, prepared
from .tool import run_tool

if TYPE_CHECKING:
    from .runs import Run


def embed(run: Run, samples: Any, task: str | None = None, **options: Any) -> dict[str, npt.NDArray[Any]]:
    """Embeds samples: arrays by modality, a table, or a file."""
    with prepared(run, samples, task, **options) as call, tempfile.TemporaryDirectory(prefix="highmmt-") as folder:
        file = Path(folder) / "embeddings.safetensors"
        run_tool("embed", *call.arguments, "--to", file, warned=WARNED)
        tensors: dict[str, npt.NDArray[Any]] = load_file(file)
    return dict(sorted(tensors.items()))
