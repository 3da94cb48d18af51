"""One dataset in the making: modalities and targets for all rows, then a split and the files of the format."""

import json
import os
import zlib

import numpy as np
import pandas as pd
from safetensors.numpy import save_file

SEED = 14
SPLITS = ("train", "valid", "test")


class Draft:
    """Rows of one dataset, in raw units."""

    def __init__(self, rows):
        self.rows = rows
        self.tensors = {}
        self.modalities = {}
        self.targets = {}
        self.groups = {}
        self.strata = None
        self.people = None

    # Inputs

    def array(self, name, kind, values, description, valid=None, present=None):
        """A modality `[rows, axes…, channels]`; `valid` says which tokens are there, `present` which rows have it."""
        values = np.asarray(values, dtype="float32")
        assert len(values) == self.rows and values.ndim >= 3, (name, values.shape)
        if valid is not None:
            assert valid.shape == values.shape[:-1], (name, valid.shape, values.shape)
            has = valid.reshape(self.rows, -1).any(axis=1)
            present = has if present is None else present & has
            valid = valid & present.reshape([-1] + [1] * (valid.ndim - 1))
            values = np.where(valid[..., None], values, 0)
            if not valid.all():
                self.tensors[f"mask/{name}"] = valid
        if present is not None and not present.all():
            self.tensors[f"present/{name}"] = present
            values = np.where(present.reshape([-1] + [1] * (values.ndim - 1)), values, 0)
        assert np.isfinite(values).all(), name
        self.tensors[name] = values.astype("float32")
        self.modalities[name] = {
            "kind": kind, "axes": list(values.shape[1:-1]), "channels": values.shape[-1], "description": description,
        }

    def table(self, name, frame, columns, description):
        """One token of one channel per column. Two levels become 0 and 1; a missing value is 0 and masked."""
        fields, meanings = [], []
        for column in columns:
            values = frame[column]
            if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
                fields.append(values.astype("float64").to_numpy())
                meanings.append(str(column))
            else:
                levels = sorted(values.dropna().astype(str).unique())
                assert len(levels) == 2, (name, column, levels)
                codes = values.map(lambda value: np.nan if pd.isna(value) else float(levels.index(str(value))))
                fields.append(codes.astype("float64").to_numpy())
                meanings.append(f"{column} = {levels[1]}")
        values = np.stack(fields, axis=1)[..., None]
        valid = np.isfinite(values[..., 0])
        self.array(name, "table", np.nan_to_num(values), f"{description}: {', '.join(meanings)}", valid=valid)

    def categories(self, name, frame, columns, description):
        """One token per column whose channels are one-hot over its levels; a missing value is 0 and masked."""
        levels = [sorted(frame[column].dropna().astype(str).unique()) for column in columns]
        values = np.zeros((self.rows, len(columns), max(map(len, levels))), dtype="float32")
        valid = np.zeros(values.shape[:2], dtype=bool)
        for place, column in enumerate(columns):
            for row, value in enumerate(frame[column]):
                if pd.isna(value):
                    continue
                values[row, place, levels[place].index(str(value))] = 1
                valid[row, place] = True
        counts = ", ".join(f"{column} ({len(known)} levels)" for column, known in zip(columns, levels))
        self.array(name, "table", values, f"{description}, one-hot in alphabetical order of levels: {counts}", valid=valid)

    # What is predicted, and whose rows they are

    def classes(self, name, values, description):
        """A target of one class per row; classes are named in alphabetical order."""
        texts = pd.Series(values).astype(str).to_numpy()
        names = sorted(set(texts))
        self.tensors[f"target/{name}"] = np.array([names.index(text) for text in texts], dtype="int64")
        self.targets[name] = {"kind": "classification", "classes": names, "description": description}
        self.strata = self.tensors[f"target/{name}"]

    def number(self, name, values, description):
        """A target of one number per row."""
        values = np.asarray(values, dtype="float64")
        assert np.isfinite(values).all(), name
        self.tensors[f"target/{name}"] = values.astype("float32")
        self.targets[name] = {"kind": "regression", "width": 1, "description": description}
        self.strata = np.digitize(values, np.quantile(values, np.linspace(0.1, 0.9, 9)))

    def belonging(self, name, values, description):
        """Whom rows belong to; nobody is in two splits."""
        codes = pd.factorize(pd.Series(values), sort=True)[0].astype("int64")
        self.tensors[f"group/{name}"] = codes
        self.groups[name] = {"description": description, "disjoint": True}
        self.people = codes

    # Files

    def split(self, name):
        """Row numbers of each split: 60, 20, 20 % below 1000 rows, else 70, 10, 20 %; stratified by the target. Where
        rows belong to somebody, whole groups are divided, stratified by their most frequent stratum."""
        random = np.random.default_rng([SEED, zlib.crc32(name.encode())])
        shares = {"test": 0.2, "valid": 0.2 if self.rows < 1000 else 0.1}
        if self.people is None:
            units, strata = np.arange(self.rows), self.strata
        else:
            units = np.unique(self.people)
            strata = np.array([np.bincount(self.strata[self.people == unit]).argmax() for unit in units])
        chosen = {split: [] for split in SPLITS}
        for stratum in np.unique(strata):
            members = random.permutation(units[strata == stratum])
            tested = round(shares["test"] * len(members))
            validated = round(shares["valid"] * len(members))
            chosen["test"].append(members[:tested])
            chosen["valid"].append(members[tested:tested + validated])
            chosen["train"].append(members[tested + validated:])
        rows = {split: np.concatenate(parts) for split, parts in chosen.items()}
        if self.people is not None:
            rows = {split: np.flatnonzero(np.isin(self.people, members)) for split, members in rows.items()}
        return {split: random.permutation(rows[split]) for split in SPLITS}

    def write(self, recipe, folder):
        """Writes dataset.json and the three splits, the description last."""
        os.makedirs(folder, exist_ok=True)
        rows = self.split(recipe.name)
        for split, members in rows.items():
            part = {name: np.ascontiguousarray(values[members]) for name, values in self.tensors.items()}
            save_file(part, os.path.join(folder, f"{split}.safetensors"))
        description = {
            "format": 1, "name": recipe.name, "source": recipe.source, "licence": recipe.licence,
            "citation": recipe.citation, "modalities": self.modalities, "targets": self.targets,
            "splits": {split: len(members) for split, members in rows.items()},
        }
        if self.groups:
            description["groups"] = self.groups
        with open(os.path.join(folder, "dataset.json"), "w", encoding="utf-8") as file:
            json.dump(description, file, indent=2, sort_keys=True, ensure_ascii=False)
            file.write("\n")
        return {split: len(members) for split, members in rows.items()}
