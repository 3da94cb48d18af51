"""What is stored, read back from the bytes of the files rather than by the library that wrote them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import highmmt
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

Write = Callable[..., highmmt.WrittenDataset]
_DTYPES = {"F32": "<f4", "I64": "<i8", "U8": "u1", "BOOL": "?"}


def stored(folder: Path, split: str) -> dict[str, npt.NDArray[Any]]:
    content = (folder / f"{split}.safetensors").read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(content[start + entry["data_offsets"][0]:start + entry["data_offsets"][1]],
                            _DTYPES[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()}


def described(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "dataset.json").read_text())
    return content


SPLIT = ["train", "valid", "test", "train", "train", "test"]
KIND = ["b", "a", "b", "a", "b", "a"]
SIGNAL = np.arange(6 * 4 * 3, dtype=float).reshape(6, 4, 3) / 7


@pytest.mark.parametrize("array", [
    SIGNAL,
    np.asfortranarray(SIGNAL),
    np.ascontiguousarray(SIGNAL.transpose(1, 2, 0)).transpose(2, 0, 1),
    np.repeat(SIGNAL, 2, axis=1)[:, ::2],
    SIGNAL[::-1][::-1],
    SIGNAL.astype(">f8"),
    SIGNAL.astype("float32"),
    SIGNAL.tolist(),
], ids=["c", "fortran", "transposed", "strided", "reversed", "big-endian", "float32", "lists"])
def test_the_memory_order_and_type_do_not_matter(write: Write, array: Any) -> None:
    folder = write({"signal": array}, {"kind": KIND}, split=SPLIT).path
    for split, rows in {"train": [0, 3, 4], "valid": [1], "test": [2, 5]}.items():
        tensors = stored(folder, split)
        assert tensors.keys() == {"signal", "target/kind"}
        np.testing.assert_array_equal(tensors["signal"], SIGNAL[rows].astype("float32"))
        np.testing.assert_array_equal(tensors["target/kind"], [KIND[row] == "b" for row in rows])


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64", "float16", "float64", "bool"])
def test_numbers_of_all_types_become_float32(write: Write, dtype: str) -> None:
    values = (np.arange(6 * 2 * 2).reshape(6, 2, 2) % 5).astype(dtype)
    folder = write({"signal": values}, {"kind": KIND}, split=SPLIT).path
    np.testing.assert_array_equal(stored(folder, "test")["signal"], values[[2, 5]].astype("float32"))


@pytest.mark.parametrize("values", [
    np.array([[1, None, 2.5]] * 6, dtype=object),
    np.ma.masked_equal(np.array([[1, -9, 2.5]] * 6), -9),
    pd.DataFrame({"a": pd.array([1] * 6, "Int8"), "b": [None] * 6, "c": np.full(6, 2.5, dtype=object)}),
    pd.DataFrame({"a": np.array([True] * 6, object), "b": [np.nan] * 6, "c": pd.array([2.5] * 6, "Float32")}),
    [[1, np.nan, 2.5]] * 6,
], ids=["objects", "masked", "nullable", "Booleans", "lists"])
def test_gaps_in_numbers_of_all_types(write: Write, values: Any) -> None:
    folder = write({"row": values}, {"kind": KIND}, split=SPLIT).path
    np.testing.assert_array_equal(stored(folder, "test")["row"][..., 0], [[1, 0, 2.5]] * 2)
    np.testing.assert_array_equal(stored(folder, "test")["mask/row"], [[1, 0, 1]] * 2)


def test_the_description(write: Write, tmp_path: Path) -> None:
    folder = write(
        {"signal": SIGNAL, "photo": np.zeros((6, 4, 5, 3), "uint8"), "clip": np.zeros((6, 2, 3, 4, 1)),
         "row": np.zeros((6, 7)), "words": np.zeros((6, 9, 8))},
        {"kind": KIND, "size": np.arange(6) / 2, "place": np.ones((6, 2)), "tags": np.eye(6, 3, dtype=int)},
        split=SPLIT, groups={"person": list("abcadc")}, kinds={"words": "text"}, disjoint=False, name="mine",
        source="a sensor", licence="MIT", citation="nobody").path
    assert described(folder) == {
        "format": 1, "name": "mine", "source": "a sensor", "licence": "MIT", "citation": "nobody",
        "modalities": {
            "signal": {"kind": "time-series", "axes": [4], "channels": 3},
            "photo": {"kind": "image", "axes": [4, 5], "channels": 3},
            "clip": {"kind": "video", "axes": [2, 3, 4], "channels": 1},
            "row": {"kind": "table", "axes": [7], "channels": 1},
            "words": {"kind": "text", "axes": [9], "channels": 8}},
        "targets": {
            "kind": {"kind": "classification", "classes": ["a", "b"]}, "size": {"kind": "regression", "width": 1},
            "place": {"kind": "regression", "width": 2}, "tags": {"kind": "multilabel", "classes": ["0", "1", "2"]}},
        "groups": {"person": {"disjoint": False, "members": list("abcd")}}, "splits": {"train": 3, "valid": 1, "test": 2}}
    tensors = stored(folder, "train")
    np.testing.assert_array_equal(tensors["group/person"], [0, 0, 3])
    assert {name: tensor.dtype.str for name, tensor in tensors.items() if name.startswith("target/")} == {
        "target/kind": "<i8", "target/size": "<f4", "target/place": "<f4", "target/tags": "|u1"}
    assert {path.name for path in folder.iterdir()} == {
        "dataset.json", "train.safetensors", "valid.safetensors", "test.safetensors"}
    assert [path.name for path in tmp_path.iterdir()] == ["dataset"]


def test_columns_of_a_frame(write: Write) -> None:
    frame = pd.DataFrame({
        "age": [30, 40, 50, 60, 70, 80], "pulse": pd.array([60, None, 80, None, 100, 110], "Int64"),
        "smokes": [True, False] * 3, "ill": pd.Categorical(["no", "yes"] * 3, ["yes", "no", "unknown"]),
        "set": SPLIT, "person": list("uvwuux")}, index=list("klmnop"))
    result = write({"vitals": ["age", "pulse", "smokes"]}, {"ill": "ill"}, data=frame, split="set",
                   groups={"person": "person"})
    assert described(result.path)["targets"]["ill"]["classes"] == ["yes", "no", "unknown"]
    tensors = stored(result.path, "train")
    np.testing.assert_array_equal(tensors["vitals"][..., 0], [[30, 60, 1], [60, 0, 0], [70, 100, 1]])
    np.testing.assert_array_equal(tensors["mask/vitals"], [[1, 1, 1], [1, 0, 1], [1, 1, 1]])
    np.testing.assert_array_equal(tensors["target/ill"], [1, 0, 1])
    assert result.masked_tokens == {"vitals": 2} and result.missing_rows == {}


def test_a_frame_and_arrays_per_split(write: Write) -> None:
    parts = {"train": [0, 3, 4], "valid": [1], "test": [2, 5]}
    frame = pd.DataFrame({"x": np.arange(6.0), "kind": KIND})
    folder = write(
        {"row": ["x"], "signal": {name: SIGNAL[rows] for name, rows in parts.items()}}, {"kind": "kind"},
        data={name: frame.iloc[rows] for name, rows in parts.items()}).path
    for name, rows in parts.items():
        np.testing.assert_array_equal(stored(folder, name)["row"][:, 0, 0], rows)
        np.testing.assert_array_equal(stored(folder, name)["signal"], SIGNAL[rows].astype("float32"))


def test_sequences_of_different_lengths_are_padded(write: Write) -> None:
    series = [np.full((length, 2), length) for length in (3, 1, 2, 4, 1, 2)]
    series[4] = None  # type: ignore[call-overload]
    result = write({"walk": series}, {"kind": KIND}, split=SPLIT)
    tensors = stored(result.path, "train")
    assert tensors["walk"].shape == (3, 4, 2)
    np.testing.assert_array_equal(tensors["walk"][..., 0], [[3, 3, 3, 0], [4, 4, 4, 4], [0, 0, 0, 0]])
    np.testing.assert_array_equal(tensors["mask/walk"], [[1, 1, 1, 0], [1, 1, 1, 1], [0, 0, 0, 0]])
    np.testing.assert_array_equal(tensors["present/walk"], [1, 1, 0])
    assert result.missing_rows == {"walk": 1}
    assert result.masked_tokens == {"walk": 1 + 3 + 2 + 0 + 2}


def test_missing_values_become_masks_and_missing_rows(write: Write) -> None:
    values = SIGNAL.copy()
    values[0, 1] = np.nan
    values[2] = np.nan
    result = write({"signal": values, "row": np.ones((6, 2))}, {"kind": KIND}, split=SPLIT,
                   present={"row": [1, 1, 0, 1, 1, 1]})
    train, test = stored(result.path, "train"), stored(result.path, "test")
    np.testing.assert_array_equal(train["mask/signal"][0], [1, 0, 1, 1])
    np.testing.assert_array_equal(train["signal"][0, 1], [0, 0, 0])
    np.testing.assert_array_equal(test["present/signal"], [0, 1])
    np.testing.assert_array_equal(test["present/row"], [0, 1])
    np.testing.assert_array_equal(test["row"][..., 0], [[0, 0], [1, 1]])
    assert result.missing_rows == {"signal": 1, "row": 1}


def test_a_token_without_some_of_its_channels_is_invalid_and_counted(write: Write) -> None:
    values = SIGNAL.copy()
    values[3, 2, 1] = values[0, 0, 2] = np.nan
    with pytest.warns(UserWarning, match="'signal': 2 tokens lack some of their channels"):
        folder = write({"signal": values}, {"kind": KIND}, split=SPLIT).path
    np.testing.assert_array_equal(stored(folder, "train")["mask/signal"], [[0, 1, 1, 1], [1, 1, 0, 1], [1] * 4])


def test_masks_and_presence_hide_any_value(write: Write) -> None:
    values = SIGNAL.copy()
    values[0, 1], values[4] = np.inf, 1e300
    mask = np.ones((6, 4), int)
    mask[0, 1] = 0
    folder = write({"signal": values}, {"kind": KIND}, split=SPLIT, masks={"signal": mask},
                   present={"signal": [True] * 4 + [False, True]}).path
    expected = SIGNAL[[0, 3, 4]].astype("float32")
    expected[0, 1], expected[2] = 0, 0
    np.testing.assert_array_equal(stored(folder, "train")["signal"], expected)


@pytest.mark.parametrize(("values", "options", "kind", "classes", "numbers"), [
    (["calm", "busy", None, "busy", "calm", "calm"], {}, "classification", ["busy", "calm"], [1, 0, 0, 0, 1, 1]),
    ([3, 1, 1, 7, 3, 1], {}, "classification", ["1", "3", "7"], [1, 0, 0, 2, 1, 0]),
    ([True, False] * 3, {}, "classification", ["False", "True"], [1, 0] * 3),
    ([1, 0, 1, 2, 1, 0], {"classes": {"y": ["x", "y", "z"]}}, "classification", ["x", "y", "z"], [1, 0, 1, 2, 1, 0]),
    (["lo", "hi"] * 3, {"classes": {"y": ["lo", "mid", "hi"]}}, "classification", ["lo", "mid", "hi"], [0, 2] * 3),
    ([1, 0, np.nan, 0, 1, 1], {"kinds": {"y": "classification"}}, "classification", ["0", "1"], [1, 0, 0, 0, 1, 1]),
    ([1, 0, 2, 0, 1, 1], {"kinds": {"y": "regression"}}, "regression", None, [1, 0, 2, 0, 1, 1]),
    ([1.5, 2, np.nan, 3, 4, 5], {}, "regression", None, [1.5, 2, 0, 3, 4, 5]),
    ([1.0, 2, 3, 3, 4, 5], {}, "regression", None, [1, 2, 3, 3, 4, 5]),
])
def test_targets(write: Write, values: list[Any], options: Any, kind: str, classes: Any, numbers: list[float]) -> None:
    rows = {"train": [0, 1, 2, 3], "valid": [4], "test": [5]}
    folder = write({"signal": SIGNAL}, {"y": values}, split=rows, **options).path
    assert described(folder)["targets"]["y"] == (
        {"kind": kind, "classes": classes} if classes else {"kind": kind, "width": 1})
    train = stored(folder, "train")
    np.testing.assert_array_equal(train["target/y"], numbers[:4])
    if pd.isna(values[2]):
        np.testing.assert_array_equal(train["present/target/y"], [1, 1, 0, 1])
    else:
        assert "present/target/y" not in train


def test_labels_are_named_by_columns(write: Write) -> None:
    labels = pd.DataFrame({"warm": [True, False] * 3, "late": pd.array([1, 0, None, 1, 1, 0], "Int64")})
    folder = write({"signal": SIGNAL}, {"tags": labels}, split=SPLIT, kinds={"tags": "multilabel"}).path
    assert described(folder)["targets"]["tags"] == {"kind": "multilabel", "classes": ["warm", "late"]}
    # The third row lacks one of its labels.
    np.testing.assert_array_equal(stored(folder, "test")["target/tags"], [[1, 0], [0, 0]])
    np.testing.assert_array_equal(stored(folder, "test")["present/target/tags"], [[1, 0], [1, 1]])
    np.testing.assert_array_equal(stored(folder, "train")["target/tags"], [[1, 1], [0, 1], [1, 1]])


def test_rows_without_any_label_have_one_flag(write: Write) -> None:
    places = np.arange(12, dtype=float).reshape(6, 2)
    places[2] = np.nan
    result = write({"signal": SIGNAL}, {"place": places}, split=SPLIT)
    np.testing.assert_array_equal(stored(result.path, "test")["present/target/place"], [0, 1])
    assert result.missing_rows == {"place": 1}
    places[5, 1] = np.nan
    result = write({"signal": SIGNAL}, {"place": places}, split=SPLIT, replace=True)
    np.testing.assert_array_equal(stored(result.path, "test")["present/target/place"], [[0, 0], [1, 0]])
    np.testing.assert_array_equal(stored(result.path, "test")["target/place"], [[0, 0], [10, 0]])
    assert result.missing_rows == {"place": 2}


def test_an_error_leaves_the_folder_as_it_was(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write({"signal": SIGNAL}, {"kind": KIND}, split=SPLIT).path
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    save, calls = highmmt.datasets.save_file, []

    def failing(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")
        save(*arguments)

    monkeypatch.setattr(highmmt.datasets, "save_file", failing)
    with pytest.raises(OSError, match="No space left"):
        highmmt.write_dataset(folder, {"signal": SIGNAL * 2}, {"kind": KIND}, split=SPLIT, replace=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["dataset"]
    with pytest.raises(OSError, match="No space left"):
        calls.clear()
        highmmt.write_dataset(tmp_path / "other", {"signal": SIGNAL}, {"kind": KIND}, split=SPLIT)
    assert [path.name for path in tmp_path.iterdir()] == ["dataset"]


def test_only_a_dataset_is_replaced_and_only_on_request(write: Write, tmp_path: Path) -> None:
    folder = write({"signal": SIGNAL}, {"kind": KIND}, split=SPLIT).path
    again = ({"signal": SIGNAL + 1}, {"kind": KIND})
    with pytest.raises(highmmt.DatasetError, match="exists; pass replace=True"):
        write(*again, split=SPLIT)
    assert stored(folder, "valid")["signal"][0, 0, 0] == np.float32(SIGNAL[1, 0, 0])
    write(*again, split=SPLIT, replace=True)
    assert stored(folder, "valid")["signal"][0, 0, 0] == np.float32(SIGNAL[1, 0, 0] + 1)
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(highmmt.DatasetError, match="also holds notes.txt"):
        write(*again, split=SPLIT, replace=True)
    assert (folder / "notes.txt").read_text() == "mine"
    (folder / "notes.txt").unlink()
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("mine")
    with pytest.raises(highmmt.DatasetError, match=r"has no dataset\.json"):
        write(*again, split=SPLIT, path=tmp_path / "thesis", replace=True)
    assert (tmp_path / "thesis" / "chapter.tex").read_text() == "mine"
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    write(*again, split=SPLIT, path=tmp_path / "link", replace=True)
    assert (tmp_path / "link").is_symlink() and sorted(each.name for each in tmp_path.iterdir()) == [
        "dataset", "link", "thesis"]


class Refused:
    """Arguments that are refused, and what the message says."""

    frame = pd.DataFrame({"x": range(6), "colour": ["red", "blue"] * 3})
    with_inf = np.where(np.arange(72).reshape(6, 4, 3) == 31, np.inf, 1.0)
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "length": ({"targets": {"kind": KIND[:5]}}, "target 'kind': 5 rows, but modality 'signal' has 6"),
        "infinite": ({"modalities": {"signal": with_inf}},
                     "modality 'signal': inf in row 2, token 2, channel 1; expected finite numbers within"),
        "too large": ({"modalities": {"signal": np.full((6, 2, 2), 1e39)}}, "1e[+]39 in row 0, token 0, channel 0"),
        "complex": ({"modalities": {"signal": SIGNAL * 1j}}, "complex128 values, expected numbers"),
        "text": ({"modalities": {"row": frame}}, "column 'colour' holds string, expected numbers; pandas.get_dummies"),
        "kind": ({"kinds": {"signal": "sound"}}, "kind 'sound', expected one of image, audio"),
        "scalar rows": ({"modalities": {"signal": 3}}, "int, expected one value per row"),
        "no data": ({"modalities": {"row": "x"}}, "'x' names a column, but there is no data="),
        "no column": ({"modalities": {"row": ["x", "z"]}, "data": frame}, "data has no column 'z'; it has x, colour"),
        "name": ({"modalities": {"a/b": SIGNAL}}, "name 'a/b': expected letters, digits"),
        "mask": ({"masks": {"signal": np.ones((6, 3))}}, r"masks\['signal'\]: shape \(6, 3\), expected \(6, 4\)"),
        "mask of": ({"masks": {"sound": np.ones((6, 3))}}, "masks: 'sound' is not there; there are signal"),
        "flags": ({"present": {"signal": [2] * 6}}, "expected True and False or 1 and 0"),
        "absent": ({"present": {"signal": [0] * 6}}, "modality 'signal': no row has a value"),
        "one class": ({"targets": {"kind": ["a"] * 6}}, "1 class, expected at least 2"),
        "no label": ({"targets": {"kind": [None] * 6}}, "target 'kind': "),
        "class": ({"classes": {"kind": ["a", "c"]}}, "'b' is not one of the classes a, c"),
        "gaps": ({"targets": {"y": [0, 1, np.nan, 1, 0, 1]}}, "whole numbers with gaps.*kinds={'y': 'classification'}"),
        "infinite target": ({"targets": {"y": [0.5, np.inf, 1, 2, 3, 4]}}, "target 'y': inf in row 1"),
        "split": ({"split": ["train", "valid", "tst"] * 2}, "split: 'tst' in row 2, expected train, valid or test"),
        "split length": ({"split": ["train"] * 5}, "split: 5 rows, expected 6"),
        "empty split": ({"split": ["train"] * 5 + ["test"]}, "valid would have no rows"),
        "twice": ({"split": {"train": [0, 1], "valid": [2], "test": [1, 3]}}, "row 1 is used 2 times"),
        "row": ({"split": {"train": [0, 1], "valid": [2], "test": [6]}}, "row numbers 6 to 6, expected 0 to 5"),
        "shares": ({"split": (0.5, 0.2, 0.2)}, "expected three positive numbers with the sum 1"),
        "too few": ({"split": (0.98, 0.01, 0.01), "stratify": None}, "would have no rows"),
        "overlap": ({"groups": {"person": list("abcabb")}},
                    r"group 'person': 1 of its members are in train and in valid \(such as that of row 1\)"),
        "no member": ({"groups": {"person": [1, 2, None, 4, 5, 6]}}, "group 'person': missing in row 2"),
        "no group": ({"disjoint": ["person"]}, "disjoint: there is no group 'person'"),
        "no rows": ({"modalities": {"signal": SIGNAL[:0]}}, "modality 'signal': has no rows"),
        "nested": ({"modalities": {"all": {"signal": SIGNAL}}}, "a dict with the keys signal, expected train, valid"),
        "column twice": ({"data": pd.DataFrame(np.zeros((6, 2)), columns=["x", "x"])}, "column 'x' is there twice"),
        "ragged": ({"modalities": {"signal": [np.ones((2, 3))] * 5 + [np.ones((2, 4))]}},
                   r"rows of shapes \(3,\), \(4,\); only their lengths may differ"),
        "order": ({"modalities": {"row": frame[["x"]]},
                   "targets": {"kind": pd.Series(KIND, index=[5, 4, 3, 2, 1, 0])}},
                  "target 'kind': its rows are labelled differently from those of modality 'row'"),
    }


@pytest.mark.parametrize("case", Refused.cases)
def test_what_cannot_be_written_is_refused(tmp_path: Path, case: str) -> None:
    options, message = Refused.cases[case]
    arguments = {"modalities": {"signal": SIGNAL}, "targets": {"kind": KIND}, "split": SPLIT} | options
    with pytest.raises(highmmt.DatasetError, match=message):
        highmmt.write_dataset(tmp_path / "dataset", **arguments)
    assert not list(tmp_path.iterdir())


def test_many_integers_are_neither_classes_nor_numbers_without_a_word(tmp_path: Path) -> None:
    age = np.arange(30)
    with pytest.raises(highmmt.DatasetError, match="30 different integers; say kinds={'age'"):
        highmmt.write_dataset(tmp_path / "dataset", {"row": np.ones((30, 2))}, {"age": age})
    result = highmmt.write_dataset(
        tmp_path / "dataset", {"row": np.ones((30, 2))}, {"age": age}, kinds={"age": "regression"})
    assert result.rows == {"train": 21, "valid": 3, "test": 6}


def test_rows_in_no_split_are_counted(write: Write) -> None:
    result = write({"signal": SIGNAL}, {"kind": KIND}, split={"train": [0, 1], "val": [2], "test": [3]})
    assert result.unused_rows == 2
    assert str(result).endswith("2 rows are in no split")
