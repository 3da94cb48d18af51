"""The errors of the package. Each message names the culprit and the expectation."""


class HighMMTError(Exception):
    """The base of all errors of this package."""


class DatasetError(HighMMTError, ValueError):
    """Rows, targets, splits or a suite that cannot be written as they are."""


class RunError(HighMMTError, ValueError):
    """A run that cannot be read, or samples that do not fit its model."""


class ToolError(HighMMTError, RuntimeError):
    """The command-line tool is missing or failed; the message is its own."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        """The exit status of the tool; `None` when it did not start."""
