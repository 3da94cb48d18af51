"""Datasets, runs and predictions of the HighMMT command-line tool, and its models in PyTorch."""

from .datasets import write_dataset
from .errors import DatasetError, HighMMTError, RunError, ToolError
from .runs import Run
from .suites import write_suite
from .tool import find_tool, run_tool
from .written import WrittenDataset

__version__ = "0.1.0"

__all__ = [
    "DatasetError", "HighMMTError", "Run", "RunError", "ToolError", "WrittenDataset", "find_tool", "run_tool",
    "write_dataset", "write_suite",
]
