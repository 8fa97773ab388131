"""What kind of simple game a rule is, for rules whose answer the literature knows."""

from fractions import Fraction

import pytest

import coopgames as cg
from coopgames import Bloc, Committee, Dual, Quota, Veto, Voters, structure, weighted_committee


def council() -> Committee:
    return Committee(
        voters=(Voters(id="permanent", count=5), Voters(id="elected", count=10)),
        rule=Quota(votes=9) & Veto(by="permanent"),
    )


def test_security_council() -> None:
    """848 winning; minimal: the five with any four of ten; blocking: one of five, or seven."""
    found = structure(council())
    assert (found.winning, found.losing) == (848, 2**15 - 848)
    assert found.minimal_winning == 210
    assert found.minimal_blocking == 5 + 120
    assert found.veto_players == ("permanent",)
    assert found.dummies == ()
    assert (found.proper, found.strong, found.weighted) == (True, False, True)
    # Any weights that pass the check will do; the textbook has [39; 7, 1].
    assert found.weights is not None
    assert found.quota is not None
    for permanent in range(6):
        for elected in range(11):
            total = permanent * found.weights["permanent"] + elected * found.weights["elected"]
            assert (total >= found.quota) == (permanent == 5 and elected >= 4)


def test_two_chambers_are_not_weighted_and_a_trade_shows_it() -> None:
    """Taylor & Zwicker: two majorities of three can trade a member of each for one of the other."""
    committee = Committee(
        voters=(Voters(id="a", count=3), Voters(id="b", count=3)),
        rule=Quota(votes=2, of="a") & Quota(votes=2, of="b"),
    )
    found = structure(committee)
    assert found.weighted is False
    assert found.trade is not None
    winning, losing = found.trade
    assert len(winning) == len(losing) >= 1
    for coalition in winning:
        assert coalition["a"] >= 2
        assert coalition["b"] >= 2
    for coalition in losing:
        assert coalition["a"] < 2 or coalition["b"] < 2
    for group in ("a", "b"):
        assert sum(c[group] for c in losing) >= sum(c[group] for c in winning)


def test_a_trade_is_made_of_coalitions_that_there_are() -> None:
    """Alike voters in groups of their own: one needed of each pair."""
    voters = tuple(Voters(id=name) for name in ("a1", "a2", "b1", "b2"))
    rule = Quota(votes=1, of=("a1", "a2")) & Quota(votes=1, of=("b1", "b2"))
    committee = Committee(voters=voters, rule=rule)
    found = structure(committee)
    assert found.trade is not None
    for side, passes in zip(found.trade, (1.0, 0.0)):
        for coalition in side:
            yes = [coalition.get(group, 0) for group in committee.groups]
            assert cg.chance(committee, yes) == passes


@pytest.mark.parametrize(
    ("quota", "proper", "strong"), [(3, True, True), (2, False, True), (4, True, False)]
)
def test_proper_and_strong(quota: int, proper: bool, strong: bool) -> None:
    found = structure(weighted_committee(quota, [1] * 5))
    assert (found.proper, found.strong) == (proper, strong)


def test_dictator_and_dummies() -> None:
    found = structure(weighted_committee(5, {"king": 9, "peer": 2, "page": 1}))
    assert found.dictator == "king"
    assert found.dummies == ("peer", "page")
    assert found.veto_players == ("king",)
    assert found.minimal_winning == found.minimal_blocking == 1


def test_dual_swaps_winning_and_blocking() -> None:
    committee = council()
    other = committee.replace(rule=Dual(rule=committee.rule))
    ours, theirs = structure(committee), structure(other)
    assert theirs.winning == ours.losing
    assert theirs.minimal_winning == ours.minimal_blocking
    assert theirs.minimal_blocking == ours.minimal_winning
    assert (theirs.proper, theirs.strong) == (ours.strong, ours.proper)
    assert theirs.swings == ours.swings
    again = committee.replace(rule=Dual(rule=other.rule))
    assert structure(again).winning == ours.winning


def test_a_bloc_is_a_compound_game() -> None:
    """Three delegate to their majority: 3 x 3 votes of five needed, so two of the three decide."""
    committee = Committee(
        voters=(Voters(id="union", count=3), Voters(id="others", count=2)),
        rule=Quota(votes=3),
        blocs=(Bloc(id="bloc", seats=("union",), rule=Quota(votes=2, of="union")),),
    )
    found = structure(committee)
    assert found.dummies == ("others",)
    assert found.swings == {"union": 2 * 4, "others": 0}
    assert found.winning == 4 * 4


def test_minimal_coalitions_that_would_take_long_are_left_out_with_the_reason() -> None:
    council = cg.committee("treaty2007_council")
    found = structure(council)
    assert found.minimal_winning is None
    assert "count vectors" in found.reason
    assert found.winning == 17_713_055
    indices = cg.power(council)
    assert indices.values["johnston"]["malta"] is None
    assert "ask for it by name" in indices.reasons["johnston"]
    with pytest.raises(cg.BudgetError, match="count vectors"):
        cg.power(council, ["johnston"])


def test_weights_unsought_say_why() -> None:
    voters = tuple(Voters(id=f"s{i}", weights={"a": 1 + i, "b": 1 + i * i}) for i in range(15))
    rule = Quota(share=0.5, weight="a") & Quota(share=0.6, weight="b")
    found = structure(Committee(voters=voters, rule=rule))
    assert found.weighted is None
    assert "count vectors" in found.reason


def test_de_facto_vetoes_are_no_simple_game() -> None:
    committee = Committee(voters=(Voters(id="a", count=2),), rule=Quota(votes=1) & Veto(used=0.5))
    with pytest.raises(cg.SpecificationError, match="no simple game"):
        structure(committee)


def test_fractions_of_votes_are_exact() -> None:
    """Three halves of 0.1 and 0.2: as decimals, not as binary floats."""
    found = structure(weighted_committee("3/10", {"a": 0.1, "b": 0.2, "c": "1/10"}))
    assert found.winning == 3  # ab, bc, abc; ac has 0.2
    assert found.weights == {"a": 1, "b": 2, "c": 1}
    assert found.quota == 3
    assert Fraction(3, 10) == Fraction("0.3")
