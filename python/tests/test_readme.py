"""The programs in the READMEs."""

from __future__ import annotations

import importlib.util
import re
import warnings
from pathlib import Path

import highmmt
import pandas as pd
import pytest
from conftest import REPOSITORY


def programs(readme: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", (REPOSITORY / readme).read_text(encoding="utf-8"), re.M | re.S)


def test_the_programs_run(tool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    first, second, third = programs("python/README.md")
    names: dict[str, object] = {}
    smaller = 'training={"epochs": 1}, model={"latents": 2, "width": 8}'
    exec(first.replace('training={"epochs": 5}', smaller), names)
    assert highmmt.Run("runs/mine").tasks == ["kind"]
    names |= {"tensor": torch.zeros(2, 50, 3), "other": torch.zeros(2, 2, 1)}
    exec(second, names)
    assert isinstance(names["shares"], torch.Tensor) and names["shares"].shape == (2, 2)
    highmmt.run_tool("export", "runs/mine", "--to", "mine")
    if importlib.util.find_spec("onnx") and importlib.util.find_spec("onnxscript"):
        with monkeypatch.context() as context, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            context.chdir(tmp_path / "mine")
            context.syspath_prepend(str(tmp_path / "mine"))
            exec(third, {})
            assert (tmp_path / "mine" / "kind.onnx").stat().st_size > 0

    of_project = programs("README.md")
    assert len(of_project) == 2
    (tmp_path / "data" / "mine").rename(tmp_path / "data" / "other")
    exec(of_project[0], names)
    assert "valid, 420 + 60 + 120 samples" in highmmt.run_tool("data", "validate", "data/mine")
    suite = highmmt.write_suite("other.yaml", ["data/mine"], model={"latents": 2, "width": 8}, training={"epochs": 1})
    (tmp_path / "runs" / "mine").rename(tmp_path / "runs" / "other")
    highmmt.run_tool("train", suite, "--run", "runs/mine")
    names["highmmt"] = highmmt
    with pytest.raises(KeyError, match="modalities"):
        exec(of_project[1], names)
    exec(of_project[1].replace('run.matrices["modalities"].values', "run.matrices"), names)
    assert isinstance(names["run"], highmmt.Run) and isinstance(names["run"].scores, pd.DataFrame)
