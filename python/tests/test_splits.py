"""Splits drawn at random: even over classes, apart for groups, the same for the same seed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import highmmt
import numpy as np
import numpy.typing as npt
import pytest
from safetensors.numpy import load_file


def drawn(folder: Path, targets: dict[str, Any], **options: Any) -> dict[str, npt.NDArray[np.int64]]:
    """Writes row numbers as the modality, and returns those of each split."""
    count = len(next(iter(targets.values())))
    highmmt.write_dataset(folder, {"row": np.arange(count)}, targets, replace=True, **options)
    return {split: load_file(folder / f"{split}.safetensors")["row"].astype(int).ravel()
            for split in ("train", "valid", "test")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "dataset"


@pytest.mark.parametrize("shares", [(0.7, 0.1, 0.2), (0.5, 0.25, 0.25), {"train": 0.8, "valid": 0.1, "test": 0.1}])
def test_shares_hold_within_every_class(folder: Path, shares: Any) -> None:
    kind = np.repeat(["a", "b", "c", "d"], [400, 60, 23, 7])
    np.random.default_rng(0).shuffle(kind)
    rows = drawn(folder, {"kind": kind}, split=shares)
    assert sorted(np.concatenate(list(rows.values()))) == list(range(490))
    numbers = shares.values() if isinstance(shares, dict) else shares
    expected = dict(zip(("train", "valid", "test"), numbers, strict=True))
    for split, share in expected.items():
        for each in "abcd":
            count = (kind == each).sum()
            assert abs((kind[rows[split]] == each).sum() - share * count) <= 1.5, (split, each)
        assert abs(len(rows[split]) - share * 490) <= 1


def test_the_seed_decides(folder: Path) -> None:
    targets = {"kind": ["a", "b"] * 50}
    first, again, other = (drawn(folder, targets, seed=seed)["test"].tolist() for seed in (3, 3, 4))
    assert first == again != other


def test_a_class_that_occurs_once_is_trained_on(folder: Path) -> None:
    kind = np.array(["a"] * 60 + ["rare"])
    assert 60 in drawn(folder, {"kind": kind})["train"]


def test_members_of_a_group_stay_together(folder: Path) -> None:
    random = np.random.default_rng(1)
    person, room = random.integers(0, 40, 400), random.integers(0, 400, 400) // 10 + 1000
    room = person // 2 * 10 + room % 3
    rows = drawn(folder, {"kind": person % 3}, groups={"person": person, "room": room})
    for group in (person, room):
        members = [set(group[rows[split]]) for split in rows]
        assert not members[0] & members[1] and not members[0] & members[2] and not members[1] & members[2]
    assert abs(len(rows["train"]) - 280) < 40 and abs(len(rows["test"]) - 80) < 40


def test_groups_that_may_overlap_are_not_kept_together(folder: Path) -> None:
    person = np.arange(200) % 5
    rows = drawn(folder, {"kind": ["a", "b"] * 100}, groups={"person": person}, disjoint=False)
    assert set(person[rows["train"]]) == set(person[rows["test"]]) == set(range(5))


def test_regression_targets_are_drawn_at_random(folder: Path) -> None:
    rows = drawn(folder, {"size": np.linspace(0, 1, 100)})
    assert {split: len(numbers) for split, numbers in rows.items()} == {"train": 70, "valid": 10, "test": 20}
    assert rows["train"].max() > 90
