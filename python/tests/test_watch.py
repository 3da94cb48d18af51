"""The page that `highmmt watch` serves."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def served(tool: str, tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A run that has just begun, and the port at which it is watched."""
    (tmp_path / "suite.yaml").write_text("name: mine\n")
    process = subprocess.Popen([tool, "watch", tmp_path, "--every", "3"], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    line = process.stderr.readline()
    found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
    assert found, line
    yield tmp_path, int(found.group(1))
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0
    process.stderr.close()


def ask(port: int, method: str = "GET", path: str = "/", host: str | None = None) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, headers={"Host": host} if host else {})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, dict(response.getheaders()), text


def test_the_page_follows_the_run(served: tuple[Path, int]) -> None:
    run, port = served
    before = sorted(run.iterdir())
    status, headers, text = ask(port)
    assert status == 503 and "nothing to report" in text and headers["Refresh"] == "3"
    epoch = {"epoch": 1, "stage": "stage1", "training_loss": {"kind": 1.5}, "validation": {"kind": {"loss": 1.25}}}
    (run / "metrics.jsonl").write_text(json.dumps(epoch) + "\n" + json.dumps(epoch | {"epoch": 2}) + "\n")
    status, headers, text = ask(port)
    assert status == 200 and "losses of kind by epoch" in text
    assert headers["Content-Type"].startswith("text/html") and "default-src 'none'" in headers["Content-Security-Policy"]
    assert sorted(run.iterdir()) == sorted([*before, run / "metrics.jsonl"])


def test_nothing_else_is_served(served: tuple[Path, int]) -> None:
    port = served[1]
    assert ask(port, path="/suite.yaml")[0] == 404
    assert ask(port, path="/../etc/passwd")[0] == 404
    assert ask(port, method="POST")[0] == 405
    assert ask(port, host="evil.example")[0] == 403
    assert ask(port, host=f"localhost:{port}")[0] == 503
    assert ask(port, method="HEAD")[2] == ""
