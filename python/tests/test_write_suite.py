"""Suites that the command-line tool reads."""

from __future__ import annotations

from pathlib import Path

import highmmt
import numpy as np
import pytest
import yaml


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    targets = {"first": {"kind": ["a", "b"] * 20, "size": [0.5, 1.5] * 20}, "second": {"kind": ["c", "d"] * 20}}
    for name in targets:
        highmmt.write_dataset(tmp_path / "data" / name, {"row": range(40)}, targets[name])
    return tmp_path


def test_every_target_is_a_task(folders: Path) -> None:
    path = highmmt.write_suite(
        folders / "suites" / "mine.yaml", [folders / "data" / "first", folders / "data" / "second"],
        training={"epochs": 3})
    assert yaml.safe_load(path.read_text()) == {
        "name": "mine", "datasets": {"first": {"path": "../data/first"}, "second": {"path": "../data/second"}},
        "tasks": {
            "first-kind": {"dataset": "first", "target": "kind"}, "size": {"dataset": "first", "target": "size"},
            "second-kind": {"dataset": "second", "target": "kind"}},
        "training": {"epochs": 3}}


def test_settings_of_other_types_become_plain(folders: Path) -> None:
    path = highmmt.write_suite(
        folders / "mine.yaml", {np.str_("x"): folders / "data" / "first"}, seed=np.int64(3),
        training={"learning_rate": np.float64(0.5), "epochs": np.int32(2)},
        modalities={"row": {"patch": (np.int64(1),)}})
    suite = yaml.safe_load(path.read_text())
    assert suite["seed"] == 3 and suite["training"] == {"learning_rate": 0.5, "epochs": 2}
    assert suite["modalities"] == {"row": {"patch": [1]}}
    with pytest.raises(highmmt.DatasetError, match="suite.training.epochs: object, expected a number"):
        highmmt.write_suite(folders / "other.yaml", {"x": folders / "data" / "first"}, training={"epochs": object()})


def test_the_tool_reads_it(folders: Path, tool: str) -> None:
    suite = highmmt.write_suite(folders / "mine.yaml", {"x": folders / "data" / "first"})
    highmmt.run_tool("train", suite, "training.epochs=1", "model.width=8", "model.latents=2", "--run", folders / "run")
    assert highmmt.Run(folders / "run").tasks == ["kind", "size"]


def test_what_cannot_be_written_is_refused(folders: Path) -> None:
    file, dataset = folders / "mine.yaml", {"x": folders / "data" / "first"}
    with pytest.raises(highmmt.DatasetError, match="is not a dataset"):
        highmmt.write_suite(file, {"x": folders})
    with pytest.raises(highmmt.DatasetError, match="task 'y': dataset 'x' has no target 'age'; it has kind, size"):
        highmmt.write_suite(file, dataset, {"y": {"dataset": "x", "target": "age"}})
    with pytest.raises(highmmt.DatasetError, match="task 'y': there is no dataset 'z'; there are x"):
        highmmt.write_suite(file, dataset, {"y": {"dataset": "z", "target": "kind"}})
    assert not file.exists()
    highmmt.write_suite(file, dataset)
    with pytest.raises(highmmt.DatasetError, match="pass replace=True"):
        highmmt.write_suite(file, dataset)


def test_folders_of_one_name_need_names(folders: Path) -> None:
    (folders / "other").mkdir()
    (folders / "data" / "first").rename(folders / "other" / "second")
    both = [folders / "data" / "second", folders / "other" / "second"]
    with pytest.raises(highmmt.DatasetError, match="several folders have the same name"):
        highmmt.write_suite(folders / "mine.yaml", both)
    highmmt.write_suite(folders / "mine.yaml", {"a": both[0], "b": both[1]})
