"""Fixtures: the command-line tool, datasets that it validates, and small runs that it trains."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import highmmt
import numpy as np
import pandas as pd
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def _tool() -> str | None:
    """The tool, but not a launcher that would first have to build it."""
    stated = os.environ.get("HIGHMMT") or shutil.which("highmmt")
    built = REPOSITORY / ".build" / "release" / "highmmt"
    return stated or (str(built) if built.is_file() else None)


TOOL = _tool()


def pytest_report_header() -> str:
    return f"highmmt: {TOOL or 'not found; datasets are not validated, and tests that train are skipped'}"


@pytest.fixture(scope="session")
def tool() -> str:
    if TOOL is None:
        pytest.skip("the command-line tool is not there; set HIGHMMT")
    os.environ["HIGHMMT"] = TOOL
    return TOOL


@pytest.fixture
def write(tmp_path: Path) -> Iterator[Callable[..., highmmt.WrittenDataset]]:
    """Writes a dataset to a folder of the test; the tool validates it when the test ends."""
    written: list[Path] = []

    def call(*arguments: Any, path: Path | None = None, **options: Any) -> highmmt.WrittenDataset:
        result = highmmt.write_dataset(path or tmp_path / "dataset", *arguments, **options)
        written.append(result.path)
        return result

    yield call
    if TOOL is not None:
        os.environ["HIGHMMT"] = TOOL
        for path in written:
            assert "valid," in highmmt.run_tool("data", "validate", path)


def toy(rows: int = 150) -> dict[str, Any]:
    """Samples with sequences of different lengths, a table with gaps, images, and three targets."""
    random = np.random.default_rng(5)
    kind = np.arange(rows) % 3
    lengths = random.integers(4, 21, rows)
    series = [random.normal(kind[row], 1, (lengths[row], 3)) for row in range(rows)]
    table = pd.DataFrame(random.normal(kind[:, None], 0.5, (rows, 5)), columns=list("abcde"))
    table = table.mask(random.random((rows, 5)) < 0.1)
    image = (80 * kind[:, None, None, None] + random.integers(0, 80, (rows, 12, 10, 1))).astype(np.uint8)
    amount = np.stack([100 + 10 * kind + random.normal(0, 1, rows), random.normal(-2, 3, rows)], axis=1)
    return {
        "modalities": {"series": series, "values": table, "image": image},
        "targets": {
            "kind": np.array(["calm", "busy", "odd"])[kind],
            "train": pd.DataFrame({"warm": kind > 0, "late": random.random(rows) < 0.5}), "amount": amount}}


MODEL = {"latents": 4, "width": 16, "head_width": 8, "encoder": {"cross_heads": 2, "self_heads": 2},
         "crossmodal": {"cross_heads": 2, "self_heads": 2}}


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy dataset without gaps between modalities, and one in which modalities are missing."""
    folder = tmp_path_factory.mktemp("data")
    samples = toy()
    highmmt.write_dataset(folder / "toy", **samples)
    # Enough rows for piecewise-linear features in summary paths.
    rows = 240
    samples = toy(rows)
    random = np.random.default_rng(6)
    present = {name: random.random(rows) < 0.7 for name in samples["modalities"]}
    present["image"] |= ~present["series"] & ~present["values"]
    highmmt.write_dataset(folder / "gaps", **samples, present=present)
    return folder


def trained(folder: Path, dataset: Path, *, model: dict[str, Any] | None = None, **training: Any) -> highmmt.Run:
    suite = highmmt.write_suite(
        folder / "suite.yaml", {"toy": dataset}, model=MODEL | (model or {}),
        training={"recipe": "published", "epochs": 1, "batch": 16} | training)
    highmmt.run_tool("train", suite, "--run", folder / "run", "--threads", "1")
    return highmmt.Run(folder / "run")


@pytest.fixture(scope="session")
def published(tool: str, data: Path, tmp_path_factory: pytest.TempPathFactory) -> highmmt.Run:
    """The whole method, with stage 2 and a pruned model. Every modality tells the class, so that no pair adds much."""
    folder = tmp_path_factory.mktemp("published")
    suite = highmmt.write_suite(
        folder / "suite.yaml", {"toy": data / "toy"}, model=MODEL,
        modalities={name: {"standardise": "channel"} for name in ("series", "values", "image")}, training={
            "recipe": "published", "epochs": 2, "batch": 16, "learning_rate": 1e-3, "stage2": {"epochs": 1}})
    highmmt.run_tool(
        "run", suite, "--run", folder / "run", "--threads", "1", "--workers", "1", "--epochs", "10", "--seeds", "2",
        "--samples", "100", "--estimator", "probe", "--encoder-groups", "3", "--crossmodal-groups", "2", "--prune-pairs")
    return highmmt.Run(folder / "run")


@pytest.fixture(scope="session")
def robust(tool: str, data: Path, tmp_path_factory: pytest.TempPathFactory) -> highmmt.Run:
    """The robust recipe on data with missing modalities: encodings, summary path, calibration."""
    return trained(tmp_path_factory.mktemp("robust"), data / "gaps", recipe="robust")


@pytest.fixture(scope="session")
def deep(tool: str, data: Path, tmp_path_factory: pytest.TempPathFactory) -> highmmt.Run:
    """Three tied layers and one-hot identities, on data with missing modalities."""
    model = {"depth": 3, "crossmodal": {"depth": 3, "cross_heads": 2, "self_heads": 2}, "identity": "one-hot"}
    return trained(tmp_path_factory.mktemp("deep"), data / "gaps", model=model)
