"""The benchmarks run; what they measure is the machine's affair."""

import json

import numpy as np
import pytest
from benchmarks import population_peers, population_tasks, populations, scaling


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
    absent = population_peers.Peer(
        "no_such_module", "1.0", {"rare": population_peers.egttools_rare}
    )
    monkeypatch.setattr(populations, "PEERS", {"nobody": absent})
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
