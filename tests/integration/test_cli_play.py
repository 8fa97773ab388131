"""``coopgames play`` as a user has it."""

import csv
import io
import json

import pytest
from tests.names import INSTITUTIONS, PROBLEMS

import coopgames as cg
from coopgames.cli import main


def answer(capsys, *arguments):
    assert main(["play", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("institution", INSTITUTIONS)
def test_every_institution_and_problem(capsys, institution):
    for problem in PROBLEMS:
        text = answer(
            capsys, institution, "--problem", problem, "--strategies", "tit for tat,rescuer",
            "--error", "0.05", "--format", "json",
        )  # fmt: skip
        found = json.loads(text)
        lost = found["free_riding"] + found["exclusion"] + found["gridlock"]
        assert abs(1 - found["act_rate"] - lost) < 1e-12
        assert [row["strategy"] for row in found["strategies"]] == ["tit for tat", "rescuer"]
        assert found["certificate"]["exact"]


def test_formats(capsys, tmp_path):
    options = ["charter", "--strategies", "tit for tat,always defect", "--error", "0.1"]
    game = cg.game("charter", "climate")
    exact = cg.play_states(game, ["tit for tat", "always defect"], implementation_error=0.1)
    rows = list(csv.DictReader(io.StringIO(answer(capsys, *options, "--format", "csv"))))
    assert [row["strategy"] for row in rows] == ["tit for tat", "always defect"]
    assert float(rows[0]["payoff"]) == pytest.approx(exact.by_strategy["tit for tat"][1])
    table = answer(capsys, *options)
    assert "chain of the public record" in table
    assert f"{exact.success_rate:.4f}" in table
    assert answer(capsys, *options, "--format", "md").count("|") > 20
    assert not answer(capsys, *options, "--output", str(tmp_path / "play.txt"))
    assert "act rate" in (tmp_path / "play.txt").read_text()


def test_routes(capsys):
    quick = ["--rounds", "20", "--replicates", "8", "--seed", "1", "--format", "json"]
    learned = json.loads(answer(capsys, "club", "--season", "5", *quick))
    assert learned["certificate"]["method"] == "simulated rounds"
    assert learned["provenance"]["entropy"] == 1
    # Some states of a class opt in and others do not: the exact route passes on.
    text = answer(capsys, "coalition", "--unbound", "always defect", *quick)
    assert json.loads(text)["certificate"]["method"] == "simulated rounds"
    spelled = answer(capsys, "club", "--strategies", "tit_for_tat,always_defect")
    assert spelled == answer(capsys, "club", "--strategies", "tit for tat,always defect")
    plans = json.loads(answer(capsys, "club", "--plans", "steward,rescuer", "--format", "json"))
    assert plans["certificate"]["method"] == "two-state chain of plans"
    by_role = answer(
        capsys, "charter", "--strategies",
        "hegemon=grim,rival=always defect,ally=grim,ally_permanent=grim,"
        "large_nonaligned=grim,other=grim,other=tit for tat", "--error", "0.01",
    )  # fmt: skip
    assert "always defect" in by_role


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["charter", "--strategies", "tit for tatt"], "tit for tatt"),
        (["charter", "--strategies", ","], "at least one name"),
        (["charter", "--strategies", "hegemon=grim,grim"], "not both"),
        (["charter", "--plans", "steward", "--season", "3"], "--season"),
        (["charter", "--plans", "shirker"], "plan"),
        (["charter", "--tremble", "0.1"], "--tremble"),
        (["charter", "--season", "3", "--route", "exact"], "--season"),
        (["charter", "--season", "3", "--discount", "0.9"], "--discount"),
        (["charter", "--error", "2"], "implementation_error must lie in [0, 1]"),
        (["coalition", "--unbound", "grim", "--route", "exact"], "use simulate_states"),
    ],
)
def test_one_line_for_wrong_input(capsys, arguments, message):
    assert main(["play", *arguments]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
