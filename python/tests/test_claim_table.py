"""The script that makes the tables of the paper's claims from the folders of studies."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPOSITORY


def claim_table(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(REPOSITORY / "scripts" / "claim-table"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "ablation": "arm,parameters,task,metric,seeds,score,score_se,change,change_se,change_p\n"
                    "full,200,suite,score,2,0.7125,0.01,,,\nfull,200,digits,accuracy,2,0.9,0.01,,,\n"
                    "without-encoders,90,suite,score,2,0.6125,0.02,-0.1,0.015,0.0004\n"
                    "without-encoders,90,digits,accuracy,2,0.8,0.02,-0.1,0.015,0.0004\n",
        "sharing": "sharing,parameters,width,seeds,score,score_se,ahead,ahead_se,ahead_p\n"
                   "all,90,20,5,0.5,0.01,0.012,0.004,0.04\nheterogeneity,91,16,5,0.512,0.01,,,\n"
                   "affinity,91,16,5,0.52,0.01,-0.008,0.01,0.5\n",
        "transfer": "task,labels,rows,sources,metric,score,score_se,gain,gain_se,gain_p\n"
                    "a,0.1,5,0,accuracy,0.5,0.1,,,\na,0.1,5,2,accuracy,0.6,0.1,0.1,0.02,0.03\n"
                    "b,0.1,5,0,accuracy,0.7,0.1,,,\nb,0.1,5,2,accuracy,0.75,0.1,0.05,0.02,0.2\n",
        "involvement": "part,tasks,share,share_se\nunimodal,0,0.1,0.01\nunimodal,1,0.2,0.02\nunimodal,2,0.7,0.03\n",
        "tradeoff": "model,method,parameters,score,score_se,training_seconds,inference_ms,on_front,below_floor\n"
                    "highmmt-64,highmmt,1000,0.61,0.01,81.6,0.5,1,\nlate-fusion-64,late-fusion,900,0.5,0.02,40,0.25,0,a b\n"
                    "ridge floor,,,,,,,,\n",
        "interference": "task,added,alone,alone_se,together,together_se,change,change_se,change_p\n"
                        "a,b,0.5,0.01,0.45,0.02,-0.05,0.01,0.01\n",
        "choices": "choice,labels,sources,gain,gain_se,ahead,ahead_se,ahead_p\n"
                   "heterogeneity,0.05,a<-b b<-a,0.02,0.004,-0.01,0.003,0.02\n"
                   "validation,0.05,a<-c b<-a,0.03,0.004,0.01,0.003,0.0002\n",
        "pairs": "choice,share,pairs,score,score_se,ahead_of_random,ahead_se,ahead_p,change,inference_ms\n"
                 "all,1.0,8,0.9,0.01,,,,,0.5\nrandom,0.25,2,0.8,0.01,,,,-0.1,0.25\n"
                 "gain,0.25,2,0.85,0.01,0.05,0.02,0.04,-0.05,0.25\n"}
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text)
    trend = {"steps": 4, "rising": 0.75, "slope": {"mean": 0.02, "standard_error": 0.005, "values": [0.01, 0.03]}}
    nothing = {"steps": 0, "rising": 0}
    (tmp_path / "scaling.json").write_text(json.dumps([
        {"axis": "modalities", "others": trend, "first": nothing, "own": trend | {"rising": 0.5}}]))
    return tmp_path


ROWS = {
    "ablation": ["| full | 200 | .713 ± .010 | | | 71.4 | |",
                 "| without-encoders | 90 | .613 ± .020 | −.100 ± .015 | < .001 | 60.6 | −10.8 |"],
    "sharing": ["| all | 90 | .500 ± .010 | +.012 ± .004 | .040 | +2.7 |",
                "| heterogeneity | 91 | .512 ± .010 | | | |",
                "| affinity | 91 | .520 ± .010 | −.008 ± .010 | .500 | – |"],
    # The mean gain of two tasks is .075, with a standard error of .025.
    "transfer": ["| a | 10 % | accuracy | .500 ± .100 | .600 ± .100 | +.100 ± .020 | .030 |",
                 "| b | 10 % | accuracy | .700 ± .100 | .750 ± .100 | +.050 ± .020 | .200 |",
                 "| mean over tasks | 10 % | | | | +.075 ± .025 | |"],
    "involvement": ["| unimodal | 10.0 ± 1.0 % | 20.0 ± 2.0 % | 70.0 ± 3.0 % |", "| unimodal, paper | | 2.8 % | 5.1 % |"],
    "tradeoff": ["| highmmt-64 | 1000 | .610 ± .010 | 82 | .500 | yes | |",
                 "| late-fusion-64 | 900 | .500 ± .020 | 40 | .250 | | a b |"],
    "interference": ["| a | b | .500 ± .010 | .450 ± .020 | −.050 ± .010 | .010 |"],
    "sources": ["| least transfer T | 5 % | +.020 ± .004 | −.010 ± .003 | .020 | a ← b, b ← a |",
                "| best on validation | 5 % | +.030 ± .004 | +.010 ± .003 | < .001 | a ← c, b ← a |"],
    "pairs": ["| all pairs | 8 | .900 ± .010 | | | .500 |", "| random | 2 | .800 ± .010 | | | .250 |",
              "| gain of fusion | 2 | .850 ± .010 | +.050 ± .020 | .040 | .250 |"],
    "scaling": ["| modalities | other tasks | 4 | 75 % | +.020 ± .005 |",
                "| modalities | the task itself | 4 | 50 % | +.020 ± .005 |"]}


@pytest.mark.parametrize("study", ROWS)
def test_rows(folder: Path, study: str) -> None:
    result = claim_table(study, folder)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[2:] == ROWS[study]
    assert len({line.count("|") for line in lines}) == 1


def test_a_table_of_a_page_is_replaced_and_the_rest_stays(folder: Path) -> None:
    page = folder / "page.md"
    paper = "## Paper\n\n| a |\n|---|\n| b |\n"
    page.write_text(f"# Claim\n\n## Open suite\n\nAbout it.\n\nNot measured yet: run it.\n\nWhat it says.\n\n{paper}")
    into = ["sharing", folder, "--into", page, "--under", "Open suite"]
    assert claim_table(*into).returncode == 0
    first = page.read_text()
    assert "Not measured yet" not in first and first.endswith(f"About it.\n\nWhat it says.\n\n{paper}")
    assert ROWS["sharing"][0] in first
    assert claim_table(*into).returncode == 0
    assert page.read_text() == first
    # The last section ends like the others, with a line break.
    page.write_text("# Claim\n\n## Open suite\n\nNot measured yet.\n")
    assert claim_table(*into).returncode == 0
    assert page.read_text() == "# Claim\n\n## Open suite\n\n" + "".join(line + "\n" for line in claim_lines(folder))
    assert "heading 'Nowhere'" in claim_table(*into[:-1], "Nowhere").stderr


def claim_lines(folder: Path) -> list[str]:
    return claim_table("sharing", folder).stdout.splitlines()


def test_a_folder_without_the_study(tmp_path: Path) -> None:
    result = claim_table("ablation", tmp_path)
    assert result.returncode == 1 and "ablation.csv" in result.stderr and not result.stdout


def test_every_page_has_the_headings_of_its_commands() -> None:
    pages = REPOSITORY / "Sources" / "Studies" / "Studies.docc"
    for page in [*pages.glob("*Claim.md"), pages / "WhereSharingShouldWin.md"]:
        text = page.read_text(encoding="utf-8")
        commands = text.replace("\\\n", "").splitlines()
        headings = [line.split('--under "')[1].rstrip('"') for line in commands
                    if line.startswith("scripts/claim-table")]
        assert headings and all(f"\n## {heading}\n" in text for heading in headings), page
