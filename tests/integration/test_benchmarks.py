"""The benchmarks run; what they measure is the machine's affair."""

import json

import pytest
from benchmarks import scaling


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
