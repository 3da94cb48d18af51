"""The report in headless Chromium: nothing is cut, overlaps or is faint, and no script fails.

Skipped where Chromium is missing. CHROMIUM names another browser than the first on the path.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import highmmt
import numpy as np
import pytest
from browser import Browser, program
from conftest import MODEL, toy

LOOKS = {
    "1280-light": {"width": 1280}, "1280-dark": {"width": 1280, "dark": True}, "400-light": {"width": 400},
    "400-dark": {"width": 400, "dark": True}, "print": {"width": 720, "printed": True}}
PAGES = ["whole-method", "missing-modalities", "one-modality", "wide", "comparison"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = program()
    if path is None:
        pytest.skip("Chromium is not there; install it or set CHROMIUM")
    with Browser(path) as browser:
        yield browser


def copied(run: highmmt.Run, folder: Path, *measurements: str) -> Path:
    """The report of a copy of a run, with measurements beside the scores."""
    shutil.copytree(run.path, folder)
    for measurement in measurements:
        highmmt.run_tool("evaluate", folder, measurement)
    highmmt.run_tool("report", folder)
    return folder / "report.html"


def one_modality(folder: Path) -> Path:
    samples = toy()
    highmmt.write_dataset(
        folder / "one", {"series": samples["modalities"]["series"]}, {"kind": samples["targets"]["kind"]},
        groups={"person": np.arange(len(samples["targets"]["kind"])) % 50}, disjoint=False)
    suite = highmmt.write_suite(
        folder / "suite.yaml", [folder / "one"], model=MODEL, training={"recipe": "published", "epochs": 2, "batch": 16})
    highmmt.run_tool("train", suite, "--run", folder / "run", "--threads", "1")
    highmmt.run_tool("report", folder / "run")
    return folder / "run" / "report.html"


def matrix(names: list[str]) -> dict[str, Any]:
    random = np.random.default_rng(7)
    transfers = random.normal(0.1, 0.3, (len(names), len(names)))
    np.fill_diagonal(transfers, 0)
    values = np.maximum(transfers, 0) + np.maximum(transfers.T, 0)
    errors = np.full_like(values, 0.1)
    return {"names": names, "values": values.tolist(), "standard_errors": errors.tolist(),
            "transfers": transfers.tolist(), "transfer_standard_errors": errors.tolist(), "unknown": names[3:5],
            "explained": random.random(len(names)).tolist()}


def wide(folder: Path) -> Path:
    """A run of 15 tasks, 33 streams with long names and 506 pairs, as far as its report reads it."""
    random = np.random.default_rng(8)
    tasks = [f"task-of-many-{number}" for number in range(15)]
    streams = [f"{task}/{name}" for task in tasks for name in ("accelerometer+gyroscope", "skin", "speech")][:33]
    pairs = [f"{streams[i]}+{streams[j].split('/')[1]}" for i in range(33) for j in range(i)][:506]
    scores = {name: {"metrics": ["accuracy"], "chance": {"accuracy": 0.1},
                     "scores": {"samples": 12345, "loss": 1, "metrics": {"accuracy": float(random.random())}}}
              for name in tasks}
    classes = [f"class number {number}" for number in range(14)]
    details = {"tasks": {
        tasks[0]: {"classes": classes, "confusion": random.integers(0, 99999, (14, 14)).tolist(),
                   "reliability": [{"count": 9, "confidence": 0.7, "accuracy": 0.6}], "calibration_error": 0.2,
                   "modalities": {"accelerometer+gyroscope": 1.5, "skin": -0.4},
                   "groups": {"participant": [
                       {"member": member, "samples": 1000, "score": float(random.random())} for member in range(120)]}},
        tasks[1]: {"regression": (random.normal(0, 1, (200, 2)) * 1e7).tolist()},
        tasks[2]: {"classes": ["drama", "comedy"], "labels": [[1, 2, 3], [0, 0, 4]], "groups": {
            "film": [{"member": 0, "samples": 5, "score": None}, {"member": 1, "samples": 5, "score": -12.5}]}}}}
    epochs = [{"epoch": epoch, "stage": "stage1", "is_best": epoch == 3, "training_loss": dict.fromkeys(tasks, 1 / epoch),
               "validation": {name: {"loss": 1.5 / epoch} for name in tasks}} for epoch in range(1, 8)]
    curves = [{"kind": kind, "tasks": {name: [0.9, 0.7, 0.5, 0.3, -0.2] for name in tasks}, "score": [0.8, 0.6, 0.4, 0.2, 0]}
              for kind in ("gaussian", "salt-and-pepper", "dropped-tokens", "dropped-modalities")]
    files: dict[str, Any] = {
        "result.json": {"suite": "wide", "seed": 1, "split": "test", "parameters": 123456789, "score": 0.5, "tasks": scores,
                        "version": "0.1.0", "libtorch": "2.13.0", "notes": ["a " + "very-long-word-" * 12]},
        "details.json": details, "heterogeneity/modalities.json": matrix(streams),
        "heterogeneity/interactions.json": matrix(pairs),
        "groups.json": {"encoders": [streams[:20], streams[20:]], "crossmodal": [pairs], "method": "test"},
        "robustness.json": {"metrics": dict.fromkeys(tasks, "accuracy"), "severities": [0, 0.25, 0.5, 0.75, 1],
                            "curves": curves}}
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(content))
    (folder / "metrics.jsonl").write_text("".join(json.dumps(epoch) + "\n" for epoch in epochs))
    (folder / "commands.txt").write_text("highmmt train " + "a-long-argument=1 " * 20 + "\n")
    highmmt.run_tool("report", folder)
    return folder / "report.html"


@pytest.fixture(scope="module")
def pages(published: highmmt.Run, robust: highmmt.Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    (folder / "wide").mkdir()
    one = one_modality(folder)
    highmmt.run_tool("report", published.path, robust.path, "--output", folder / "comparison.html")
    return {
        "whole-method": copied(published, folder / "published", "--robustness"),
        "missing-modalities": copied(robust, folder / "robust", "--robustness", "--each-without"),
        "one-modality": one, "wide": wide(folder / "wide"), "comparison": folder / "comparison.html"}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("page", PAGES)
def test_the_layout(browser: Browser, pages: dict[str, Path], page: str, look: str) -> None:
    browser.problems.clear()
    browser.open(pages[page], **LOOKS[look])  # type: ignore[arg-type]
    assert browser.facts() == {"wide": [], "clipped": [], "overlapping": [], "faint": [], "unreachable": []}
    assert browser.problems == []


def test_a_broken_layout_is_found(browser: Browser, tmp_path: Path) -> None:
    """The facts say what is wrong with a page on which everything is."""
    page = tmp_path / "page.html"
    page.write_text("""<!DOCTYPE html><html><body style="margin:0"><main>
        <p style="color:#999">faint</p><p style="width:2000px">wide</p>
        <p style="width:9px;overflow:hidden;white-space:nowrap">cut at the edge</p>
        <div style="width:50px;overflow-x:auto"><p style="width:99px">not reachable</p></div>
        <svg width="60" height="20" aria-label="drawing"><text x="40" y="15">beyond</text></svg>
        <p style="position:absolute;top:100px">one text</p><p style="position:absolute;top:105px">another text</p>
        </main><script>missing()</script></body></html>""")
    browser.problems.clear()
    browser.open(page)
    facts = browser.facts()
    assert all(facts.values()), facts
    assert "2.85: faint" in facts["faint"] and "drawing: beyond" in facts["clipped"]
    assert any("missing is not defined" in problem for problem in browser.problems)
    browser.problems.clear()


def test_cells_can_be_read_with_the_keyboard(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["wide"])
    read = "document.querySelector('figure.map output').textContent"
    assert "arrow keys" in browser.evaluate(read)
    browser.evaluate("document.querySelector('figure.map svg').focus()")
    first = browser.evaluate(read)
    assert first.startswith("task-of-many-0/accelerometer+gyroscope and task-of-many-0/skin: ")
    browser.press("ArrowDown")
    browser.press("ArrowRight")
    assert browser.evaluate(read).startswith("task-of-many-0/skin and task-of-many-0/speech: ")


def test_looks_differ_and_repeat(browser: Browser, pages: dict[str, Path]) -> None:
    def shot(look: str) -> bytes:
        browser.open(pages["one-modality"], **LOOKS[look])  # type: ignore[arg-type]
        return browser.screenshot()

    shots = {look: shot(look) for look in LOOKS}
    assert len(set(shots.values())) == len(LOOKS)
    assert shots == {look: shot(look) for look in LOOKS}


@pytest.mark.parametrize("name", ["scores", "modalities", "confusion"])
def test_a_plot_alone_is_that_of_the_report(
        browser: Browser, pages: dict[str, Path], tmp_path: Path, name: str) -> None:
    """`highmmt plot --png` draws what the report shows, at twice its size."""
    image = pytest.importorskip("PIL.Image")
    run = pages["whole-method"].parent
    names = highmmt.run_tool("plot", run).split()
    name = next(known for known in names if known.startswith(name))
    highmmt.run_tool("plot", run, name, "--png", "--output", tmp_path / "alone.png")
    alone = np.asarray(image.open(tmp_path / "alone.png").convert("L"), dtype=float)
    svg = highmmt.run_tool("plot", run, name, "--output", tmp_path / "alone.svg") and (tmp_path / "alone.svg").read_text()
    label = svg.split("<title>")[1].split("</title>")[0]
    browser.open(pages["whole-method"])
    box = browser.evaluate(f"""(() => {{const box = document.querySelector('svg[aria-label="{label}"]').getBoundingClientRect();
        return {{x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height}}}})()""")
    shown = np.asarray(image.open(io.BytesIO(browser.cut(box, scale=2))).convert("L"), dtype=float)
    assert abs(alone.shape[0] - shown.shape[0]) <= 2 and abs(alone.shape[1] - shown.shape[1]) <= 2
    height, width = (min(sizes) // 8 * 8 for sizes in zip(alone.shape, shown.shape, strict=True))

    def blurred(pixels: Any) -> Any:
        """Means of 8 × 8 pixels, since programs place and smooth letters differently."""
        return pixels[:height, :width].reshape(height // 8, 8, width // 8, 8).mean(axis=(1, 3))

    assert alone.std() > 10
    assert np.corrcoef(blurred(alone).ravel(), blurred(shown).ravel())[0, 1] > 0.9
