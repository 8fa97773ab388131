"""``coopgames plot`` as a user has it: from a store or NetCDF to a picture."""

import argparse

import pytest

from coopgames.cli import plot
from coopgames.errors import CoopgamesError
from coopgames.experiments.sweeps import Experiment, open_results, sweep


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("plots")
    experiment = Experiment(
        axes={
            "institution": ["charter", "club"],
            "problem.threshold": [0.4, 0.5, 0.6],
            "institution.bodies.*.severity": [0, 0.5],
        },
        measures=("success_rate", "failure"),
    )
    sweep(experiment, store=path / "store")
    open_results(path / "store").to_netcdf(path / "results.nc")
    return path


def draw(*arguments):
    parser = argparse.ArgumentParser()
    plot.register(parser.add_subparsers())
    options = parser.parse_args(["plot", *map(str, arguments)])
    options.run(options)


@pytest.mark.parametrize("source", ["store", "results.nc"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["--at", "institution=club", "--level", "0.5", "--level", "0.9"],
        ["--measure", "failure", "--x", "threshold", "--y", "institution", "--at", "severity=.5"],
        ["--kind", "band", "--x", "threshold", "--at", "severity=0"],
        ["--kind", "band", "--x", "threshold", "--by", "severity"],
        ["--kind", "winners", "--x", "severity", "--tie", "0.05"],
    ],
)
def test_every_kind_from_every_source(folder, tmp_path, source, arguments):
    draw(folder / source, "--output", tmp_path / "figure.png", *arguments)
    assert (tmp_path / "figure.png").read_bytes()[:4] == b"\x89PNG"


def test_other_formats(folder, tmp_path):
    common = ["--at", "institution=club"]
    draw(folder / "store", "--output", tmp_path / "figure.svg", *common)
    assert (tmp_path / "figure.svg").read_text().rstrip().endswith("</svg>")
    draw(folder / "store", "--output", tmp_path / "figure.pdf", *common)
    assert (tmp_path / "figure.pdf").read_bytes()[:4] == b"%PDF"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--output", "a.gif"], "--output must end in .png, .svg, .pdf; got 'a.gif'"),
        (["--output", "nowhere/a.png"], "--output: no such folder: nowhere"),
        (["--kind", "band", "--y", "severity"], "--y goes with --kind phase or winners"),
        (["--by", "severity"], "--by goes with --kind band or winners"),
        (["--kind", "band", "--level", "1"], "--level goes with --kind phase"),
        (["--tie", "1"], "--tie goes with --kind winners"),
        (["--at", "severity"], "--at must be NAME=VALUE; got 'severity'"),
        (["--at", "severity=0", "--at", "severity=0.5"], "--at: severity is given twice"),
        (["--at", "severity=0.3"], "at: severity has no value 0.3; it takes 0, 0.5"),
        (["--at", "severity=high"], "at: severity has no value high"),
        ([], "at: choose a value of severity; it takes 0, 0.5"),
        (["--measure", "succes_rate"], "did you mean success_rate"),
    ],
)
def test_what_is_wrong_is_said(folder, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    output = [] if "--output" in arguments else ["--output", "figure.png"]
    with pytest.raises(CoopgamesError) as caught:
        draw(folder / "store", *output, *arguments)
    assert message in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_what_is_no_result_is_said(tmp_path):
    (tmp_path / "table.csv").write_text("x\n1\n")
    (tmp_path / "empty").mkdir()
    for name, message in (
        ("table.csv", "neither a store nor .nc"),
        ("nothing", "no such file or folder"),
        ("empty", "empty"),
    ):
        with pytest.raises(CoopgamesError, match=message):
            draw(tmp_path / name, "--output", tmp_path / "figure.png")
