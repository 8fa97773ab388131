"""What a result says about where it came from."""

import json

import pytest

import coopgames as cg
from coopgames.provenance import VERSION, provenance, specification_hash


def test_the_hash_forgets_order_and_nothing_else() -> None:
    one = specification_hash({"a": 1, "b": [1, 2]})
    assert one == specification_hash({"b": [1, 2], "a": 1})
    assert len(one) == 16
    assert int(one, 16) >= 0
    for other in ({"a": 2, "b": [1, 2]}, {"a": 1, "b": [2, 1]}, {"a": 1}, {"a": "1", "b": [1, 2]}):
        assert specification_hash(other) != one


def test_the_record_is_plain_data() -> None:
    record = provenance({"a": 1}, entropy=7)
    assert json.loads(json.dumps(record)) == record
    assert record["coopgames"] == VERSION == cg.__version__
    assert record["entropy"] == 7
    assert record["specification"] == {"a": 1}


def outcome_hash(**options: object) -> str:
    precision = options.pop("precision", 15.0)
    game = cg.game("charter", "climate", **options)
    return str(cg.evolve(game, cg.Logit(precision=precision)).provenance["hash"])


@pytest.mark.parametrize(
    "options",
    [
        {"precision": 7.0},
        {"mandate": "expected"},
        {"punishment": "sum"},
        {"legitimacy_feedback": False},
        {"legitimacy_channel": "norm"},
    ],
)
def test_every_setting_enters_the_hash(options: dict[str, object]) -> None:
    assert outcome_hash(**options) != outcome_hash()


def test_a_changed_parameter_under_the_same_name_enters_the_hash() -> None:
    plain = cg.evolve(cg.game("charter")).provenance["hash"]
    changed = cg.variant(cg.load("institutions", "charter"), severity=0.1)
    assert cg.evolve(cg.game(changed)).provenance["hash"] != plain
    other = cg.load("problems", "climate").replace(cost=0.2)
    assert cg.evolve(cg.game("charter", other)).provenance["hash"] != plain
    world = cg.load("worlds", "w20").replace(polarisation=0.1)
    assert cg.evolve(cg.game("charter", world=world)).provenance["hash"] != plain


def test_equal_settings_have_equal_hashes() -> None:
    assert cg.Logit(precision=7) == cg.Logit(precision=7.0)
    assert outcome_hash(precision=7) == outcome_hash(precision=7.0)
