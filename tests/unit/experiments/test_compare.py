"""The comparison's own work: order, baseline, nulls, marks, frames."""

import json

import pytest
from tests.names import INSTITUTIONS, PROBLEMS

import coopgames as cg


def test_defaults_are_the_eleven_and_the_eight() -> None:
    assert len(INSTITUTIONS) == 11
    assert len(PROBLEMS) == 8
    catalogue = cg.models()
    assert set(INSTITUTIONS) <= set(catalogue["institutions"])
    assert set(PROBLEMS) == set(catalogue["problems"])


def test_records_stand_in_the_order_asked_for() -> None:
    table = cg.compare(["club", "anarchy", "charter"], ["trade", "climate"])
    assert len(table) == 6
    assert [(r["institution"], r["problem"]) for r in table] == [
        (name, problem)
        for name in ("club", "anarchy", "charter")
        for problem in ("trade", "climate")
    ]


def test_nulls_have_reasons_and_records_are_plain_json() -> None:
    for record in cg.compare(["anarchy", "coalition"], ["climate", "rescue"]):
        undefined = {key for key, value in record.items() if value is None}
        assert undefined == set(record["reasons"])
        assert json.loads(json.dumps(record, allow_nan=False)) == record


def test_a_frame_has_one_row_per_record() -> None:
    frame = cg.compare(["anarchy", "charter"], ["climate"]).to_pandas()
    assert frame.shape[0] == 2
    assert frame["institution"].tolist() == ["anarchy", "charter"]
    assert frame["coverage"].isna().tolist() == [True, False]


def test_progress_wraps_the_cells() -> None:
    seen = []

    def count(cells):
        for cell in cells:
            seen.append(cell)
            yield cell

    cg.compare(["anarchy", "charter"], ["climate", "trade"], progress=count)
    assert len(seen) == 4


def test_records_instead_of_names(tmp_path) -> None:
    world = cg.uniform_world(4)
    problem = cg.load("problems", "climate").replace(id="mine", leverage="equal")
    path = tmp_path / "mine.toml"
    path.write_text('id = "mine"\n[[bodies]]\nid = "council"\nseverity = 0.3\n', encoding="utf-8")
    table = list(cg.compare([path, cg.Institution(id="nothing")], [problem], world=world))
    assert [record["institution"] for record in table] == ["mine", "nothing"]
    assert {record["world"] for record in table} == {"uniform-4"}


def test_settings_are_in_the_record() -> None:
    [record] = cg.compare(
        ["concert"],
        ["climate"],
        precision=7,
        mandate="expected",
        punishment="sum",
        legitimacy_feedback=False,
    )
    assert record["precision"] == 7
    assert record["mandate"] == "expected"
    assert record["parameters"]["punishment"] == "sum"
    assert record["parameters"]["outsider_compliance"] == 0.5
    assert set(record["parameters"]["bodies"]) == {"directorate"}


def test_a_lead_by_severity_alone_is_marked() -> None:
    """Two councils that differ in severity only: the stronger's lead goes once it is equal."""
    weak = cg.variant(cg.load("institutions", "global_state"), id="weak", severity=0.05)
    strong = cg.variant(weak, id="strong", severity=0.9)
    marks = {
        r["institution"]: r["severity_explained"] for r in cg.compare([weak, strong], ["climate"])
    }
    assert marks == {"weak": True, "strong": True}


def test_a_lead_by_rules_is_not_marked() -> None:
    base = cg.variant(cg.load("institutions", "global_state"), id="base", severity=0.6)
    idle = cg.variant(base, id="idle", quota=1.0, strict=True)
    marks = {
        r["institution"]: r["severity_explained"] for r in cg.compare([base, idle], ["climate"])
    }
    assert marks == {"base": False, "idle": False}


def test_value_added_is_undefined_where_anarchy_achieves_everything() -> None:
    problem = cg.load("problems", "trade").replace(id="easy", cost=0.0, benefit=1e4)
    [record] = cg.compare(["charter"], [problem])
    assert record["value_added"] is None
    assert "anarchy" in record["reasons"]["value_added"]


def test_bad_settings_are_refused_before_the_work() -> None:
    for options in ({"precision": -1}, {"precision": float("nan")}, {"mandate": "maybe"}):
        with pytest.raises(cg.CoopgamesError, match=next(iter(options))):
            cg.compare(["charter"], ["climate"], **options)
    with pytest.raises(cg.SpecificationError, match="unknown institution 'chart'"):
        cg.compare(["chart"], ["climate"])
