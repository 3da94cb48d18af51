"""Embeddings of samples, compared with the model in PyTorch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import highmmt
import numpy as np
import pytest
from conftest import toy
from safetensors.numpy import load_file


def test_embeddings_are_those_of_the_model_in_pytorch(robust: highmmt.Run, data: Path) -> None:
    torch = pytest.importorskip("torch")
    found = robust.embed(data / "gaps" / "test.safetensors", "kind", batch=7)
    stored = {name: torch.from_numpy(values) for name, values in load_file(data / "gaps" / "test.safetensors").items()}
    model = robust.torch()
    captured = []
    model.head["kind"].register_forward_pre_hook(lambda _, arguments: captured.append(arguments[0].numpy()))
    names = ("series", "values", "image")
    with torch.no_grad():
        model("kind", *({name: stored[f"{role}{name}"] for name in names if f"{role}{name}" in stored}
                        for role in ("", "mask/", "present/")))
    np.testing.assert_allclose(found["task"], captured[0], rtol=1e-4, atol=1e-4)
    for slot, (query, context) in enumerate(model.pairs("kind")):
        np.testing.assert_array_equal(found[f"pairs/{query}/{context}"], found["task"][:, 16 * slot:16 * (slot + 1)])
    for name in names:
        here = found[f"present/{name}"]
        np.testing.assert_array_equal(here, stored[f"present/{name}"].numpy().astype(bool))
        assert np.isnan(found[f"latents/{name}"][~here]).all() and np.isfinite(found[f"latents/{name}"][here]).all()


def test_arrays_and_files_agree(published: highmmt.Run, data: Path) -> None:
    of_file = published.embed(data / "toy" / "test.safetensors", "kind")
    samples = toy()["modalities"]
    of_arrays = published.embed(
        {"series": samples["series"][:5], "values": samples["values"].head(5), "image": samples["image"][:5]}, "kind")
    assert sorted(of_file) == sorted(of_arrays) == list(of_file)
    assert of_file["latents/image"].shape == (30, 4, 16) and of_arrays["latents/image"].shape == (5, 4, 16)


def test_values_far_outside_the_training_range_are_a_warning(published: highmmt.Run) -> None:
    samples: dict[str, Any] = {name: values[:4] for name, values in toy()["modalities"].items()}
    samples["series"] = [1000 * each for each in samples["series"]]
    for method in (published.predict, published.embed):
        with pytest.warns(UserWarning, match="far outside the training range: series in 4 of 4 samples"):
            method(samples, "kind")
