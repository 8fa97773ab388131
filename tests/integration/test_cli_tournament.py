"""``coopgames tournament``: formats, kinds, options and refusals."""

import argparse
import csv
import io
import json
from pathlib import Path

import pytest

from coopgames import CoopgamesError
from coopgames.cli import tournament
from coopgames.experiments.institution_tournament import (
    FIELD,
    compare_tournaments,
    institution_tournament,
)

SIDES = ("--sides", "hegemon,other")


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command prints, in this process."""
    parser = argparse.ArgumentParser()
    tournament.register(parser.add_subparsers())
    options = parser.parse_args(["tournament", *arguments])
    options.run(options)
    streams = capsys.readouterr()
    assert streams.err == ""
    return streams.out


def told(capsys: pytest.CaptureFixture[str], *arguments: str):
    return json.loads(answer(capsys, *arguments, "--format", "json"))


def test_the_command_and_the_library_agree(capsys) -> None:
    found = told(capsys, "charter", "--problem", "trade", *SIDES, "--discount", "0.9")
    same = institution_tournament(
        "charter",
        problem="trade",
        sides=("hegemon", "other"),
        discount_factor=0.9,
        implementation_error=0.01,
    )
    keys = "institution problem world sides kinds stage kind tournament grown"
    assert set(found) == set(keys.split())
    assert found["tournament"] == json.loads(json.dumps(same.tournament.to_dict()))
    assert found["kinds"] == ["harmony", "prisoner's dilemma"]
    assert found["stage"]["second"] == same.stage.second.tolist()
    assert found["grown"] is None


def test_text_markdown_and_csv(capsys) -> None:
    asked = ("charter", "--problem", "trade", *SIDES)
    text = answer(capsys, *asked)
    assert "hegemon (harmony) and other (prisoner's dilemma)" in text
    assert "discount factor 0.99, noise 0.01, private monitoring" in text
    for name in FIELD:
        assert name in text
    rows = list(csv.DictReader(io.StringIO(answer(capsys, *asked, "--format", "csv"))))
    assert f"{float(rows[0]['score']):.4f}" in text
    assert answer(capsys, *asked, "--format", "md").count("|") > 50


def test_ecological(capsys, tmp_path: Path) -> None:
    figure = tmp_path / "shares.svg"
    asked = ("charter", "--kind", "ecological", "--generations", "50", "--rule", "exponential")
    found = told(capsys, *asked, "--plot", str(figure))
    assert figure.stat().st_size > 1000
    assert found["grown"]["rule"] == "exponential"
    assert len(found["grown"]["shares"]) == 51
    text = answer(capsys, *asked)
    assert "After 50 generations shares still moved" in text


@pytest.mark.parametrize("kind", ["moran", "fermi", "wright-fisher"])
def test_evolutionary(capsys, tmp_path: Path, kind: str) -> None:
    asked = ("anarchy", "--kind", kind, "--strategies", "grim,always_defect,tit for tat")
    figure = tmp_path / "invasions.svg"
    found = told(capsys, *asked, "--population-size", "20", "--plot", str(figure))
    assert figure.stat().st_size > 1000
    rows = found["grown"]["rows"]
    assert sum(row["share"] for row in rows) == pytest.approx(1)
    assert sum(row["limit_share"] for row in rows) == pytest.approx(1)
    assert found["grown"]["process"]["selection_intensity"] == 5
    text = answer(capsys, *asked, "--population-size", "20")
    assert "rare mutations" in text
    large = answer(capsys, *asked, "--population-size", "600")
    assert "No stationary law: 3 strategies among 600" in large


def test_who_wins_where(capsys) -> None:
    records = told(capsys, *SIDES, "--discount", "0.9")
    same = compare_tournaments(
        sides=("hegemon", "other"), discount_factor=0.9, implementation_error=0.01
    )
    assert records == json.loads(json.dumps(list(same)))
    assert len(records) == 11
    text = answer(capsys, *SIDES, "--discount", "0.9")
    assert all(record["winners"][0] in text for record in records)
    several = answer(
        capsys, "anarchy", "club", "--problem", "trade", "climate", "--kind", "ecological"
    )
    assert "how often anybody cooperates" in several
    rows = csv.DictReader(io.StringIO(answer(capsys, "anarchy", "club", "--format", "csv")))
    assert [row["institution"] for row in rows] == ["anarchy", "club"]


def test_options_reach_the_tournament(capsys) -> None:
    asked = ("club", "--sides", "2 ally + hegemon, other", "--turns", "7", "--noise", "0")
    found = told(capsys, *asked, "--perception-error", "0.3,0.1", "--no-self", "--others", "0.2")
    assert found["sides"] == ["2 ally + 1 hegemon", "other"]
    settings = found["tournament"]["settings"]
    assert settings["turns"] == 7
    assert settings["implementation_error"] == 0
    assert settings["perception_error"] == [0.3, 0.1]
    assert found["tournament"]["self_interactions"] is False
    own = told(capsys, "club", "--monitoring", "institution", "--perception-error", "0")
    assert own["tournament"]["settings"]["monitoring"] == "public"
    assert own["tournament"]["settings"]["perception_error"][0] > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("anarchy", "--generations", "5"), "not used by --kind round-robin, but by ecological"),
        (("anarchy", "--kind", "ecological", "--population-size", "5"), "but by moran"),
        (("anarchy", "--turns", "5", "--discount", "0.5"), "--turns must stand without"),
        (("anarchy", "--sides", "hegemon"), "--sides must name two"),
        (("anarchy", "--sides", "hegemon,nobody"), "nobody"),
        (("anarchy", "--strategies", "grim,unheard"), "unheard"),
        (("anarchy", "--perception-error", "a"), "--perception-error must be"),
        (("anarchy", "--perception-error", "1,2,3"), "--perception-error must be"),
        (("anarchy", "--plot", "x.txt"), "--plot must end in"),
        (("anarchy", "club", "--plot", "x.svg"), "one institution on one problem"),
        (("anarchy", "--noise", "2"), "implementation_error must lie in"),
    ],
)
def test_bad_input_is_refused(capsys, arguments, message: str) -> None:
    with pytest.raises(CoopgamesError, match=message):
        answer(capsys, *arguments)
