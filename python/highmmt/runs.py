"""Runs of the command-line tool as frames."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy.typing as npt
import pandas as pd

from . import configuration, embeddings, predictions
from .errors import RunError
from .matrices import KINDS, Matrix, matrix
from .measurements import COSTS, ROBUSTNESS, cost_rows, robustness_rows
from .records import Record, read, read_lines
from .scores import CURVES, SCORES, curve_rows, result_rows, validation_rows

if TYPE_CHECKING:
    from .model import HighMMT

STAGES = ("stage1", "stage2", "pruned")


class Run:
    """The folder of a run, read from its files alone.

    Every property reads the files again, so that a run can be followed while it is trained.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = Path(path)
        if not (self.path / "suite.yaml").is_file():
            raise RunError(f"{self.path}: has no suite.yaml, expected the folder of a run")

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    @property
    def config(self) -> dict[str, Any]:
        """The resolved suite."""
        return configuration.read(self.path / "suite.yaml")

    @property
    def stages(self) -> list[str]:
        """The stages that have trained parameters, in the order of training."""
        return [stage for stage in STAGES if (self.path / stage / "best.safetensors").is_file()]

    @property
    def latest_stage(self) -> str:
        """The stage that represents the run: stage2 if it is trained, else stage1."""
        of_method = [stage for stage in self.stages if stage != "pruned"]
        if not of_method:
            raise RunError(f"{self.path}: has no trained parameters yet")
        return of_method[-1]

    @property
    def tasks(self) -> list[str]:
        """The names of the tasks that the latest stage predicts."""
        return list(self.model_record().records("records"))

    @property
    def scores(self) -> pd.DataFrame:
        """The scores of every stage, one row per split, task and metric.

        `test` scores are those of `result.json`, `valid` scores those of the kept epoch. The
        metric `loss` is in nats for classes and labels. `chance` is the score of a constant
        prediction. An undefined metric is NaN.
        """
        rows = [row for record in self._best_epochs() for row in validation_rows(record)]
        for stage in STAGES:
            path = self.path / ("result.json" if stage == "stage1" else f"{stage}/result.json")
            if path.is_file():
                rows += result_rows(stage, read(path))
        order = {stage: place for place, stage in enumerate(STAGES)}
        frame = pd.DataFrame(rows, columns=SCORES)
        return frame.sort_values("stage", key=lambda column: column.map(order), kind="stable", ignore_index=True)

    @property
    def robustness(self) -> pd.DataFrame | None:
        """The scores on corrupted test splits, one row per stage, kind, severity and task.

        They are the first metric of each task; `None` before `highmmt evaluate RUN --robustness`.
        """
        rows = [row for stage, record in self._measured("robustness") for row in robustness_rows(stage, record)]
        return pd.DataFrame(rows, columns=ROBUSTNESS) if rows else None

    @property
    def modality_costs(self) -> pd.DataFrame | None:
        """The scores without each modality and with it alone, one row per stage, task and modality.

        `None` before `highmmt evaluate RUN --each-without`.
        """
        rows = [row for stage, record in self._measured("modality_costs") for row in cost_rows(stage, record)]
        return pd.DataFrame(rows, columns=COSTS) if rows else None

    @property
    def curves(self) -> pd.DataFrame:
        """The losses and scores of every epoch, one row per split, task and metric."""
        rows = [row for record in self._epochs() for row in curve_rows(record)]
        return pd.DataFrame(rows, columns=CURVES)

    @property
    def matrices(self) -> dict[str, Matrix]:
        """The heterogeneity matrices: `modalities` and `interactions`, as far as measured."""
        paths = {kind: self.path / "heterogeneity" / f"{kind}.json" for kind in KINDS}
        return {kind: matrix(path) for kind, path in paths.items() if path.is_file()}

    @property
    def groups(self) -> pd.DataFrame | None:
        """The groups of stage 2: a row per stream and per pair; `None` before they are chosen.

        `kind` is `encoder` for streams and `crossmodal` for pairs, and `is_kept` is false for pairs
        that the pruned model leaves out.
        """
        path = self.path / "groups.json"
        if not path.is_file():
            return None
        record, pruned = read(path), self.path / "pruned" / "groups.json"
        kept = read(pruned).get("kept_pairs", None) if pruned.is_file() else None
        rows = [
            (kind, name, group, kind == "encoder" or kept is None or name in kept)
            for kind, key in (("encoder", "encoders"), ("crossmodal", "crossmodal"))
            for group, names in enumerate(record.get(key)) for name in names]
        return pd.DataFrame(rows, columns=["kind", "name", "group", "is_kept"])

    def model_record(self, stage: str | None = None) -> Record:
        """Returns the contents of a stage's `model.json`; by default of the latest stage."""
        stage = self._known(stage)
        return read(self.path / ("model.json" if stage == "stage1" else f"{stage}/model.json"))

    def predict(self, samples: Any, task: str | None = None, **options: Any) -> pd.DataFrame | pd.Series[Any]:
        """Predicts new samples with the command-line tool.

        Parameters
        ----------
        samples : modality → values with one row per sample, as in `write_dataset`; or the path of
            a file that `highmmt predict` reads; or a frame with the columns of the table that the
            dataset was imported from.
        task : the task; may be left out when the run has only one.
        options : `stage`, `batch`, `device`; `masks` and `present` as in `write_dataset`.

        Returns
        -------
        A series of class names or numbers, or a frame with a column per label or number.
        """
        return predictions.decided(predictions.predict(self, samples, task, **options))

    def predict_proba(self, samples: Any, task: str | None = None, **options: Any) -> pd.DataFrame:
        """Returns the probability of every class or label; parameters as in `predict`."""
        answer = predictions.predict(self, samples, task, **options)
        if answer.kind == "regression":
            raise RunError(f"{self.path}: task '{answer.task}' is a regression, which has no probabilities")
        return answer.values

    def embed(self, samples: Any, task: str | None = None, **options: Any) -> dict[str, npt.NDArray[Any]]:
        """Returns the representations of new samples, computed by the command-line tool.

        Parameters as in `predict`. With n latents of width d, the arrays are:

        - `latents/MODALITY`, `[samples, n, d]`: the latents after the encoder; NaN in samples
          without the modality.
        - `pairs/QUERY/CONTEXT`, `[samples, d]`: the result of an ordered pair of modalities.
        - `task`, `[samples, features]`: the input of the task's head before normalisation.
        - `present/MODALITY`, `[samples]`: false in samples without the modality.
        """
        return embeddings.embed(self, samples, task, **options)

    def torch(self, stage: str | None = None) -> HighMMT:
        """Returns the model as a `torch.nn.Module` with the kept parameters of a stage.

        Needs PyTorch: `pip install 'highmmt[torch]'`.
        """
        try:
            from .model import HighMMT
        except ModuleNotFoundError as error:
            if error.name != "torch":
                raise
            raise RunError("run.torch() needs PyTorch; install it with: pip install torch") from None
        return HighMMT.from_run(self.path, self._known(stage))

    def _known(self, stage: str | None) -> str:
        if stage is None:
            return self.latest_stage
        if stage not in self.stages:
            raise RunError(f"{self.path}: has no trained parameters of '{stage}'; it has {', '.join(self.stages)}")
        return stage

    def _measured(self, name: str) -> list[tuple[str, Record]]:
        """The files of a measurement, by stage."""
        paths = [(stage, self.path / (f"{name}.json" if stage == "stage1" else f"{stage}/{name}.json")) for stage in STAGES]
        return [(stage, read(path)) for stage, path in paths if path.is_file()]

    def _epochs(self) -> list[Record]:
        path = self.path / "metrics.jsonl"
        return read_lines(path) if path.is_file() else []

    def _best_epochs(self) -> list[Record]:
        best = {record.get("stage"): record for record in self._epochs() if record.get("is_best")}
        return list(best.values())
