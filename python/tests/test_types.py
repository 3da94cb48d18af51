"""The package passes `mypy --strict`."""

import subprocess
import sys
from pathlib import Path

import pytest


def test_types() -> None:
    pytest.importorskip("mypy")
    pytest.importorskip("torch")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "highmmt"], cwd=Path(__file__).parents[1], capture_output=True,
        text=True, check=False)
    assert done.returncode == 0, done.stdout
