"""The benchmarks run; what they measure is the machine's affair."""

import json

import numpy as np
import pytest
from benchmarks import (
    __main__ as whole,
)
from benchmarks import (
    equilibria,
    equilibria_many,
    imports,
    peers,
    play_suite,
    population_peers,
    population_tasks,
    populations,
    scaling,
    suite,
    timing,
    voting,
)
from benchmarks.suite import Answer, Line, Settings, Suite


@pytest.fixture
def no_peers(monkeypatch) -> None:
    """No other package is installed."""
    monkeypatch.setattr(peers, "is_installed", lambda name: False)
    monkeypatch.setattr(whole, "is_installed", lambda name: False)
    monkeypatch.setattr(imports, "is_installed", lambda name: False)


def test_scaling_prints_a_table_and_writes_its_rows(capsys, tmp_path) -> None:
    path = tmp_path / "scaling.json"
    names = ["anarchy", "charter", "coalition"]
    arguments = ["--sizes", "20", "35", "--institutions", *names, "--repeats", "1"]
    assert scaling.main([*arguments, "--output", str(path)]) == 0
    text = capsys.readouterr().out
    report = json.loads(path.read_text(encoding="utf-8"))
    assert len(report["rows"]) == 2 * 2 * 3
    for row in report["rows"]:
        assert row["world"] in text
        assert row["compile_ms"] > 0
        assert row["solve_ms"] > 0
        assert 0 <= row["success_rate"] <= 1


def test_work_beyond_the_limit_is_skipped_and_says_so(capsys) -> None:
    arguments = ["--sizes", "20", "--families", "roles", "--institutions", "coalition"]
    assert scaling.main([*arguments, "--repeats", "1", "--largest-work", "1e5"]) == 0
    assert "skipped" in capsys.readouterr().out


@pytest.mark.parametrize("size", [20, 50, 193, 1000])
def test_role_worlds_keep_the_shares_of_roles(size: int) -> None:
    base, world = scaling.role_world(20), scaling.role_world(size)
    assert world.size == size
    total = sum(role.count * role.capability for role in world.roles)
    for before, after in zip(base.roles, world.roles, strict=True):
        assert after.count >= before.count
        share = after.count * after.capability / total
        assert share == pytest.approx(before.count * before.capability, rel=1e-3)


def test_populations_prints_a_table_with_or_without_peers(capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(populations, "PEERS", {})
    path = tmp_path / "populations.json"
    names = ["pd", "one-pd", "law-3-50", "rare-8"]
    assert populations.main(["--quick", "--only", *names, "--output", str(path)]) == 0
    text = capsys.readouterr().out
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    assert [row["task"]["name"] for row in rows] == names
    for row in rows:
        assert row["task"]["name"] in text
        assert min(row.get("verb", row.get("kernel"))) > 0
        assert row["floor"] > 0
        assert row["met"] == ""
    assert rows[2]["residual"] < 1e-12
    # Means of simulations lie by the exact law; the bound is meant for errors known better.
    assert rows[0]["exact"] < 8


def test_an_absent_peer_is_named(capsys, monkeypatch) -> None:
    absent = peers.Package("no_such_module", "nobody", "1.0")
    monkeypatch.setitem(peers.PACKAGES, "nobody", absent)
    asked = {"rare": population_peers.egttools_rare}
    monkeypatch.setattr(populations, "PEERS", {"nobody": asked})
    assert populations.main(["--quick", "--only", "rare-8"]) == 0
    text = capsys.readouterr().out
    assert "nobody is left out: not installed (pip install nobody==1.0)" in text
    assert text.count("not installed") == 2


def test_an_answer_that_differs_is_wrong() -> None:
    right, wrong = np.array([0.25, 0.75]), np.array([0.26, 0.74])
    assert populations.disagreement("law", right, right) == 0
    assert populations.disagreement("law", wrong, right) > 1
    mean = {"mean": [0.5, 0.5], "error": [0.01, 0.01]}
    far = {"mean": [0.6, 0.4], "error": [0.01, 0.01]}
    assert populations.disagreement("simulation", mean, mean) == 0
    assert populations.disagreement("simulation", far, mean) > 1


def test_the_repeated_game_by_hand() -> None:
    """All give 2 in ten rounds and reach 120; alone among free-riders 4 a round are lost."""
    assert population_tasks._played([0, 6, 0, 0, 0])[1] == 20
    assert population_tasks._played([5, 0, 1, 0, 0])[0] == pytest.approx(4)
    assert population_tasks._played([5, 0, 1, 0, 0])[2] == 0


# --- what all share --------------------------------------------------------------------------


def test_time_stops_after_repeats_or_one_long_run_or_a_total() -> None:
    assert len(timing.timed(lambda: None, 3)[0]) == 3
    assert len(timing.timed(lambda: None, 3, each=0.0)[0]) == 1
    assert len(timing.timed(lambda: None, 3, total=0.0)[0]) == 1
    (time,), answer = timing.timed(lambda: 7, 1, 1e-9)
    assert time < 1e-6
    assert answer == 7


def test_alone_returns_gives_up_and_notices_death() -> None:
    assert timing.alone(None, divmod_of, first=7, second=2) == (3, 1)
    assert timing.alone(0.0, sleep) is None
    with pytest.raises(EOFError):
        timing.alone(None, die)


def divmod_of(first: int, second: int) -> tuple[int, int]:
    return divmod(first, second)


def sleep() -> None:
    import time

    time.sleep(60)


def die() -> None:
    import os

    os._exit(1)


def test_ratios_and_targets() -> None:
    late = Answer(longer_than=5.0)
    line = Line(name="a", seconds=0.1, peers={"x": Answer(seconds=1.0), "y": late, "z": Answer()})
    assert line.ratio("x") == pytest.approx(10)
    assert line.ratio("y") == pytest.approx(50)
    assert line.ratio("z") is None
    assert line.ratio("not asked") is None
    met = [line.at_least(peer, 20).met for peer in ("x", "y", "z", "not asked")]
    assert met == ["NO", "yes", "unknown", "unknown"]
    assert line.at_least("y", 100).met == "unknown"
    text = suite.table([line.aiming({"x": 20, "y": 20})], ("x", "y", "z"))
    assert "1 s (10x)" in text
    assert "> 5 s (> 50x)" in text
    assert ">= 20x x; >= 20x y" in text
    assert "NO; yes" in text
    assert "peak" not in text


@pytest.mark.usefixtures("no_peers")
@pytest.mark.parametrize(
    ("module", "arguments", "names"),
    [
        (voting, ["--workloads", "security-council"], ["security-council"]),
        (voting, ["--only", "fifty"], ["fifty", "fifty"]),
        (equilibria, ["--tasks", "random-2", "exact-4"], ["random-2", "exact-4"]),
        (equilibria_many, ["--tasks", "pure-5"], ["pure-5"]),
    ],
)
def test_commands_of_modules(module, arguments, names, capsys, tmp_path) -> None:
    path = tmp_path / "rows.json"
    assert module.main([*arguments, "--repeats", "1", "--output", str(path)]) == 0
    text = capsys.readouterr().out
    report = json.loads(path.read_text(encoding="utf-8"))
    assert "is left out: not installed (pip install " in text
    assert [row["name"] for row in report["rows"]] == names
    for row in report["rows"]:
        assert row["seconds"] > 0
        assert row["mark"] == ""
        assert row["peers"] == {}
        assert row["title"] in text
    assert report["numpy"] == np.__version__


# --- the whole -------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_peers")
def test_the_whole_prints_the_machine_and_every_suite(capsys, tmp_path) -> None:
    path = tmp_path / "all.json"
    names = {
        "voting": "security-council",
        "populations": "rare-8",
        "equilibria": "random-6",
        "equilibria_many": "pure-9",
        "play": "group-20",
        "verbs": "play-states",
        "scaling": "uniform-20",
        "imports": "coopgames",
    }
    only = [f"{name}/{work}" for name, work in names.items()]
    assert whole.main(["--quick", "--only", *only, "--json", str(path)]) == 0
    text = capsys.readouterr().out
    report = json.loads(path.read_text(encoding="utf-8"))
    for word in ("processor", "cores", "numpy", "OMP_NUM_THREADS=1", "peers"):
        assert word in text
    assert [(row["suite"], row["name"]) for row in report["rows"]] == list(names.items())
    for row in report["rows"]:
        assert row["mark"] == ""
        assert row["seconds"] > 0
    targets = {row["suite"]: row["targets"] for row in report["rows"]}
    assert [target["met"] for target in targets["equilibria"]] == ["unknown"]
    assert targets["imports"]
    assert report["machine"]["numpy"] == np.__version__
    assert set(report["machine"]["peers"]) == set(peers.PACKAGES)
    assert not report["interrupted"]


def failing(name, *_) -> list[Line]:
    if name == "bad":
        raise ZeroDivisionError("no such luck")
    if name == "stop":
        raise KeyboardInterrupt
    return [Line(name=name, seconds=1.0)]


def test_what_fails_is_data_and_an_interrupt_keeps_the_rest(capsys, monkeypatch, tmp_path) -> None:
    names = ("good", "bad", "better", "stop", "never")
    suites = {"odd": Suite("Odd", names, names, (), failing), "later": None}
    monkeypatch.setattr(whole, "MODULES", dict.fromkeys((*suites, "missing")))
    monkeypatch.setattr(whole, "suite_of", suites.__getitem__)
    path = tmp_path / "odd.json"
    assert whole.main(["--json", str(path)]) == 130
    text = capsys.readouterr().out
    report = json.loads(path.read_text(encoding="utf-8"))
    assert [row["name"] for row in report["rows"]] == ["good", "bad", "better"]
    assert [row["mark"] for row in report["rows"]] == ["", "failed", ""]
    assert "ZeroDivisionError: no such luck" in text
    assert "interrupted" in text
    assert report["interrupted"]
    # A suite that cannot be loaded fails, and the others go on.
    assert whole.main(["--only", "missing", "odd/good"]) == 0
    text = capsys.readouterr().out
    assert "KeyError" in text
    assert "failed: missing/missing" in text
    assert "1 s" in text


def test_the_list_names_every_workload_and_the_command_that_installs_peers(capsys) -> None:
    assert whole.main(["--list"]) == 0
    text = capsys.readouterr().out
    assert "voting/security-council *" in text
    assert "populations/law-4-80\n" in text
    assert "pip install axelrod==" in text
    assert "cannot be loaded" not in text
    for name in whole.MODULES:
        found = whole.suite_of(name)
        assert set(found.quick) <= set(found.names)
        assert set(found.peers) <= set(peers.PACKAGES)


@pytest.mark.parametrize("only", ["votes", "voting/nobody"])
def test_an_unknown_name_is_refused_with_those_there_are(only: str, capsys) -> None:
    with pytest.raises(SystemExit):
        whole.main(["--only", only])
    error = capsys.readouterr().err
    assert "there are" in error
    assert "voting" in error


def test_axelrod_is_asked_once_for_the_same_strategies(monkeypatch) -> None:
    asked = []

    def answer(names, **_):
        asked.extend(names)
        return {("machines", 20, 3): {"us": 10.0, "mean": 0.0, "error": 1e-9}}

    monkeypatch.setattr(play_suite, "ask_axelrod", answer)
    play_suite.asked_once.cache_clear()
    (first,), (second,) = (
        play_suite.lines(name, ["axelrod"], Settings(1))
        for name in ("exact-machines-20", "simulate-machines-20")
    )
    play_suite.asked_once.cache_clear()
    assert len(asked) == 1
    assert first.peers["axelrod"].seconds == pytest.approx(10e-6 * 2000)
    assert second.peers["axelrod"].seconds == pytest.approx(10e-6)
    assert first.peers["axelrod"].mark == "WRONG"
