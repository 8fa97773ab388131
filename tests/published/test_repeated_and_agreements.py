"""Cases of repeated games and agreements: other parameters by editing the model, and the door."""

from fractions import Fraction

import pytest

import coopgames as cg
from coopgames.experiments.agreement_cases import AGREEMENT_MEASURES, AGREEMENTS
from coopgames.experiments.published import AgreementModel, RepeatedModel
from coopgames.experiments.repeated_cases import (
    REPEATED_GAMES,
    REPEATED_MEASURES,
    STRATEGY_KINDS,
)

PAY = (3, 0, 5, 1)


def repeated(measure, *, asked=None, **model):
    return REPEATED_MEASURES[measure](RepeatedModel(**model), **(asked or {}))


def agreement(measure, name, *, asked=None, **given):
    model = AgreementModel(name=name, arguments=given)
    return AGREEMENT_MEASURES[measure](model, **(asked or {}))


@pytest.mark.parametrize(
    ("model", "arguments", "expected"),
    [
        ({"name": "cournot", "arguments": {"firms": 3}}, {}, Fraction(16, 28)),
        ({"name": "bertrand", "arguments": {"firms": 4}}, {}, Fraction(3, 4)),
        (
            {"name": "public_goods", "arguments": {"players": 7, "multiplication_factor": "3"}},
            {},
            Fraction(4, 18),
        ),
        ({"pay": PAY}, {"detection": "1/4"}, Fraction(4, 5)),
        ({"pay": (2, -1, 3, 0)}, {"periods": 1}, Fraction(1, 2)),
    ],
)
def test_grim_in_other_games(model, arguments, expected) -> None:
    given = {"strategies": ["grim"], **arguments}
    found = repeated("critical_discount_factors", asked=given, **model)["grim"]
    assert found == expected


def test_what_no_patience_reaches_is_not_a_number(tmp_path, monkeypatch) -> None:
    """One round of punishment costs 2, no more than a breach brings."""
    folder = tmp_path / "published" / "doe1999_short"
    folder.mkdir(parents=True)
    (folder / "model.toml").write_text(
        'id = "doe1999_short"\ntitle = "t"\ncitation = []\nwords = "w"\n'
        "[repeated]\npay = [3, 0, 5, 1]\n"
    )
    (folder / "expected.toml").write_text(
        '[[expected]]\nmeasure = "critical_discount_factors"\nstatus = "recomputed"\n'
        'value = { grim = "none" }\narguments = { strategies = ["grim"], periods = 1 }\n'
    )
    monkeypatch.setenv("COOPGAMES_MODELS", str(tmp_path))
    (case,) = cg.replicate("doe1999_short")
    assert case.verdict == "matched"
    assert case.records[0]["difference"] == 0


def test_other_strategies_by_name_and_by_response() -> None:
    model = {"pay": (4, 0, 5, 1), "strategies": {"mine": (1, 0, 1, 0)}}
    found = repeated(
        "critical_discount_factors",
        asked={"strategies": ["mine", "tit for tat", "win-stay lose-shift"]},
        **model,
    )
    assert list(found.values()) == [Fraction(1, 4), Fraction(1, 4), Fraction(1, 3)]


def test_payoffs_with_discounting_and_misperception() -> None:
    pair = {"pairs": [["grim", "always defect"]]}
    model = {"name": "donation_game", "arguments": {"benefit": 3, "cost": 1}}
    # Once exploited, then nothing: -(1 - d) and 3 (1 - d).
    found = repeated("payoffs", asked=pair, discount_factor="3/4", **model)
    assert found[0] == pytest.approx([-0.25, 0.75])
    noisy = repeated(
        "payoffs", asked={"pairs": [["tit for tat"] * 2]}, perception_error=0.1, **model
    )
    assert noisy[0] == pytest.approx([1.0, 1.0])


def test_kinds_of_strategies() -> None:
    model = {
        "pay": PAY,
        "strategies": {
            "generous": {"kind": "generosity", "factor": 2, "phi": "1/8"},
            "equalizer": {"kind": "equalizer", "first": "3/4", "last": "1/5"},
            "half": {"kind": "named", "name": "generous tit for tat", "forgiveness": 0.5},
        },
    }
    assert set(STRATEGY_KINDS) == {"generosity", "extortion", "equalizer"}
    generous = repeated("response", asked={"strategy": "generous"}, **model)
    assert generous == [1, Fraction(1, 8), 1, Fraction(1, 4)]
    assert repeated("response", asked={"strategy": "half"}, **model) == [1, 0.5, 1, 0.5]
    # psi = (1 - 3/4 + 1/5) / 2 = 9/40, score 1 + (1/5)(40/9).
    pinned = repeated("others_pinned_at", asked={"strategy": "equalizer"}, **model)
    assert pinned == 1 + Fraction(8, 9)
    line = repeated("enforced_line", asked={"strategy": "generous"}, **model)
    assert line == {"factor": 2, "baseline": 3}
    fair = repeated("enforced_line", asked={"strategy": "tit for tat"}, **model)
    assert fair == {"factor": 1, "baseline": None}


def test_lines_and_fairness_among_more_players() -> None:
    model = {"name": "public_goods", "arguments": {"players": 3, "multiplication_factor": "2"}}
    who = {"strategy": "proportional tit for tat"}
    line = repeated("enforced_line", asked=who, **model)
    assert line["factor"] == pytest.approx(1)
    trials = {"trials": 5, "seed": 1}
    assert repeated("fair", asked={**who, **trials}, **model)
    assert not repeated("fair", asked={"strategy": "grim", **trials}, **model)


def test_forgiveness_with_discounting_and_scores() -> None:
    assert repeated("forgiveness_bound", pay=PAY, discount_factor="4/5") == Fraction(1, 6)
    assert repeated("score", scores=(1, 2.5)) == {"total": Fraction(7, 2), "mean": Fraction(7, 4)}


def test_agreements_with_other_numbers() -> None:
    assert agreement("deepest", "deepest_agreement", benefit="2", discount_factor="1/4") == 1
    found = agreement(
        "deepest", "deepest_agreement", benefit=1, discount_factor="1/2", detection="1/2"
    )
    assert found == Fraction(2, 3)
    costs = {"external": {"scale": 1, "exponent": 1}, "decision": {"scale": 0, "exponent": 1}}
    assert agreement("cheapest_majority", "cheapest_majority", members=4, **costs) == {
        "votes": [4],
        "cost": 0,
    }
    assert agreement("total_costs", "cheapest_majority", members=2, **costs) == [Fraction(1, 2), 0]
    least = agreement("disagreement", "least_disagreement", members=2)
    assert least == {"probability": [Fraction(1, 4)] * 2, "votes": [1, 2]}
    three = {"members": 3, "support": "3/5", "correlation": "1/2"}
    values = agreement("rule_values", "self_enforcing_rules", **three)
    # 9/25 and 27/125 by half, and 3/5 by half.
    assert values[1:] == [Fraction(12, 25), Fraction(51, 125)]
    critical = agreement("rule_critical_discount_factors", "self_enforcing_rules", **three)
    assert critical[1] == Fraction(25, 37)
    turns = {"discount_factors": ["2/3", "25/37"]}
    assert agreement("best_rules", "self_enforcing_rules", asked=turns, **three) == [3, 2]
    assert agreement("first_best_rule", "self_enforcing_rules", **three) == 2
    assert agreement("efficient_depth", "deepest_agreement", benefit=2, discount_factor=0) == 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: RepeatedModel(pay=(1, 2)), "R, S, T and P; got 2"),
        (RepeatedModel, "exactly one of pay, name and scores"),
        (lambda: RepeatedModel(pay=PAY, name="cournot"), "exactly one of pay, name and scores"),
        (lambda: repeated("forgiveness_bound", name="chess"), "repeated.name must be one of"),
        (lambda: repeated("forgiveness_bound", scores=(1,)), "repeated.name must be one of"),
        (
            lambda: repeated("forgiveness_bound", name="cournot", arguments={"firms": 2}),
            "has no two acts",
        ),
        (lambda: repeated("score", pay=PAY), "repeated.scores is missing"),
        (
            lambda: repeated("response", pay=PAY, asked={"strategy": "tit for tits"}),
            "strategies.tit for tits: name must be one of",
        ),
        (
            lambda: repeated(
                "response", pay=PAY, strategies={"x": {"kind": "kind"}}, asked={"strategy": "x"}
            ),
            "strategies.x: 'kind'",
        ),
        (
            lambda: repeated("enforced_line", pay=PAY, asked={"strategy": "grim"}),
            "'grim' enforces no line",
        ),
        (
            lambda: repeated("others_pinned_at", pay=PAY, asked={"strategy": "tit for tat"}),
            "does not pin",
        ),
        (
            lambda: repeated(
                "critical_discount_factors",
                pay=PAY,
                asked={"strategies": ["tit for tat"], "periods": 2},
            ),
            "only grim has one",
        ),
        (lambda: agreement("deepest", "treaty"), "agreement.name must be one of cheapest_majority"),
        (
            lambda: agreement("deepest", "least_disagreement", members=3),
            "'least_disagreement' has no such measure",
        ),
        (
            lambda: agreement("deepest", "deepest_agreement", benefit=1),
            "missing 1 required positional argument",
        ),
    ],
)
def test_wrong_models_are_told_apart(call, message) -> None:
    with pytest.raises(cg.SpecificationError, match=message):
        call()


def test_names_are_those_of_the_pages() -> None:
    assert set(REPEATED_GAMES) == {"donation_game", "public_goods", "cournot", "bertrand"}
    assert set(AGREEMENTS) == {
        "cheapest_majority",
        "least_disagreement",
        "self_enforcing_rules",
        "deepest_agreement",
    }
