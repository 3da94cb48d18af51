"""Predictions for frames with the raw columns of a table that the dataset was imported from."""

from __future__ import annotations

from pathlib import Path

import highmmt
import numpy as np
import pandas as pd
import pytest


def visits(rows: int = 120) -> pd.DataFrame:
    random = np.random.default_rng(2)
    ill = random.random(rows) < 0.5
    frame = pd.DataFrame({
        "id": [f"v{row}" for row in range(rows)], "age": random.integers(20, 80, rows) + 10 * ill,
        "weight": random.normal(70, 9, rows), "ward": random.choice(["north", "south", "east"], rows),
        "smokes": random.random(rows) < 0.3, "outcome": np.where(ill, "ill", "well")})
    frame["weight"] = frame["weight"].mask(random.random(rows) < 0.1)
    frame["split"] = np.array(["train", "train", "train", "valid", "test"])[np.arange(rows) % 5]
    return frame


@pytest.fixture(scope="module")
def run(tool: str, tmp_path_factory: pytest.TempPathFactory) -> highmmt.Run:
    folder = tmp_path_factory.mktemp("visits")
    visits().to_csv(folder / "visits.csv", index=False)
    if "--target" not in highmmt.run_tool("data", "import", "table", "--help"):
        pytest.skip("this version of the tool does not import tables")
    highmmt.run_tool("data", "import", "table", folder / "visits.csv", "--target", "outcome", "--to", folder / "visits")
    suite = highmmt.write_suite(
        folder / "suite.yaml", [folder / "visits"], model={"latents": 4, "width": 16}, training={"epochs": 2})
    highmmt.run_tool("train", suite, "--run", folder / "run", "--threads", "1")
    return highmmt.Run(folder / "run")


def test_a_frame_is_predicted_like_the_rows_of_the_dataset(run: highmmt.Run) -> None:
    frame = visits()
    tested = frame[frame["split"] == "test"]
    outcome = run.predict(tested.drop(columns=["outcome", "split"]))
    assert isinstance(outcome, pd.Series) and outcome.index.equals(tested.index)
    shares = run.predict_proba(tested)
    stored = run.predict_proba(run.path.parent / "visits" / "test.safetensors")
    np.testing.assert_allclose(shares.to_numpy(), stored.to_numpy(), rtol=1e-6)
    scores = run.scores.set_index(["split", "metric"])["value"] if (run.path / "result.json").is_file() else None
    if scores is not None:
        assert (outcome == tested["outcome"]).mean() == pytest.approx(scores[("test", "accuracy")], abs=1e-12)


def test_files_of_tables(run: highmmt.Run, tmp_path: Path) -> None:
    frame = visits().head(9)
    frame.to_csv(tmp_path / "new.csv", index=False)
    np.testing.assert_allclose(run.predict_proba(tmp_path / "new.csv").to_numpy(), run.predict_proba(frame).to_numpy())


def test_frames_that_do_not_fit(run: highmmt.Run) -> None:
    with pytest.raises(highmmt.RunError, match="no column of height was imported; expected "):
        run.predict(pd.DataFrame({"height": [1.8]}))
    with pytest.raises(highmmt.ToolError, match="ward"):
        run.predict(visits().drop(columns="ward"))


def test_rows_without_a_prediction_are_named(run: highmmt.Run) -> None:
    frame = visits().head(4).astype({"smokes": object})
    frame.loc[2, ["ward", "age", "weight", "smokes"]] = None
    with pytest.warns(UserWarning, match="no prediction for 1 rows: row 2 "):
        outcome = run.predict(frame)
    assert outcome.notna().tolist() == [True, True, False, True]


def test_series_in_columns_and_files(tool: str, tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    kind = np.arange(60) % 2
    frame = pd.DataFrame({f"t{step}": random.normal(kind, 1) for step in range(10)})
    for row in range(60):
        np.save(tmp_path / f"a{row}.npy", random.normal(kind[row], 1, (4, 2)))
    frame["track"] = [f"a{row}.npy" if row % 6 else "" for row in range(60)]
    frame["kind"] = np.where(kind, "high", "low")
    frame.to_csv(tmp_path / "t.csv", index=False)
    highmmt.run_tool("data", "import", "table", tmp_path / "t.csv", "--target", "kind", "--to", tmp_path / "t")
    suite = highmmt.write_suite(
        tmp_path / "suite.yaml", [tmp_path / "t"], model={"latents": 4, "width": 16}, training={"epochs": 1})
    highmmt.run_tool("train", suite, "--run", tmp_path / "run", "--threads", "1")
    trained = highmmt.Run(tmp_path / "run")
    of_file = trained.predict_proba(tmp_path / "t.csv")
    frame["track"] = [str(tmp_path / name) if name else "" for name in frame["track"]]
    np.testing.assert_allclose(trained.predict_proba(frame).to_numpy(), of_file.to_numpy())
    frame["track"] = frame["track"].where(frame["track"] == "", "file://" + frame["track"])
    np.testing.assert_allclose(trained.predict_proba(frame).to_numpy(), of_file.to_numpy())
