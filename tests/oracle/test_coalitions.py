"""The enumerating oracle of votes against published values, and against drawing every veto."""

from fractions import Fraction
from itertools import product
from math import comb

import pytest

from coopgames.voting import (
    AllOf,
    AnyOf,
    Bloc,
    Committee,
    Dual,
    Quorum,
    Quota,
    SomeOf,
    Veto,
    Voters,
    casting_vote,
    dictator,
    weighted_committee,
)

from .coalitions import ABSENT, ABSTAIN, NO, YES, Game, adoption_chance, passage


def six_1958():
    """[12; 4, 4, 4, 2, 2, 1]: the Council of the European Communities, 1958."""
    return Game(weighted_committee(12, [4, 4, 4, 2, 2, 1]))


def test_council_of_1958():
    # Felsenthal & Machover (1998), tables 5.3.3-5.3.9: Luxembourg is a dummy.
    game = six_1958()
    big, small, none = "v1", "v4", "v6"
    assert game.total == 14
    assert [game.swings[v] for v in (big, small, none)] == [10, 6, 0]
    assert game.banzhaf()[big] == Fraction(5, 21)
    assert game.banzhaf()[small] == Fraction(1, 7)
    assert game.shapley_shubik() == {
        **dict.fromkeys(("v1", "v2", "v3"), Fraction(14, 60)),
        **dict.fromkeys(("v4", "v5"), Fraction(9, 60)),
        none: 0,
    }
    assert game.coleman_act() == Fraction(14, 64)
    assert game.coleman_prevent()[big] == Fraction(5, 7)
    assert game.coleman_initiate()[big] == Fraction(1, 5)
    assert game.dummies == (none,)
    assert game.veto_players == ()
    # Minimal: the three big ones, and any two of them with both of the middle.
    assert len(game.minimal_winning) == 4
    assert game.holler_packel()[big] == Fraction(3, 15)
    assert game.deegan_packel()[big] == (Fraction(1, 3) + Fraction(2, 4)) / 4


def test_security_council():
    # Shapley & Shubik (1954) for the council of 11: [7 of 11, five vetoes]; here 5 + 6 members.
    council = Committee(
        voters=(Voters(id="permanent", count=5), Voters(id="elected", count=6)),
        rule=Quota(votes=7) & Veto(by="permanent"),
    )
    game = Game(council)
    assert game.total == sum(comb(6, k) for k in range(2, 7))
    assert game.veto_players == ("permanent",)
    assert float(5 * game.shapley_shubik()["permanent"]) == pytest.approx(0.987, abs=5e-4)
    assert len(game.minimal_winning) == comb(6, 2)
    assert len(game.minimal_blocking) == 5 + comb(6, 5)
    assert game.proper
    assert not game.strong


def test_johnston():
    # Johnston (1978) by hand for [3; 2, 1, 1]: {1,2} and {1,3} need both, {1,2,3} needs 1 alone.
    game = Game(weighted_committee(3, [2, 1, 1]))
    assert game.johnston() == {"v1": Fraction(2, 3), "v2": Fraction(1, 6), "v3": Fraction(1, 6)}
    assert game.represented(3, {"v1": 2, "v2": 1, "v3": 1})
    assert not game.represented(2, {"v1": 2, "v2": 1, "v3": 1})


def test_dictator():
    assert Game(weighted_committee(3, [3, 1, 1])).dictator == "v1"
    assert six_1958().dictator is None


def test_every_veto_drawn():
    """Chances of a nested de facto veto are sums over explicit draws of every No."""
    used = Fraction(1, 4)
    veto = Veto(by="a", needed=2, used=0.25)
    council = Committee(
        voters=(Voters(id="a", count=3), Voters(id="b")),
        rule=SomeOf(rules=(veto, Dual(rule=veto), Quota(votes=3)), needed=2),
    )
    for ballots in product((YES, NO, ABSTAIN, ABSENT), repeat=4):
        expected = Fraction(0)
        for draws in product((0, 1), repeat=6):
            weight = used ** sum(draws) * (1 - used) ** (6 - sum(draws))
            blocked = sum(d for d, ballot in zip(draws[:3], ballots) if ballot == NO) >= 2
            carried = sum(d for d, ballot in zip(draws[3:], ballots) if ballot == YES) >= 2
            expected += weight * ((not blocked) + carried + (ballots.count(YES) >= 3) >= 2)
        assert adoption_chance(council, ballots) == expected


def chance(rule, ballots, weights=(1, 1, 1)):
    """Adoption among single voters a, b, c; under a rule that may always pass or never."""
    voters = tuple(Voters(id=v, weights={"w": w}) for v, w in zip("abc", weights))
    anyhow = Committee(voters=voters, rule=AnyOf(rules=(AllOf(rules=(rule, rule)),)))
    return adoption_chance(anyhow, ballots)


def test_bases():
    ballots = (YES, ABSTAIN, ABSENT)
    half = Quota(share=0.5)
    assert [chance(half.replace(base=b), ballots) for b in ("members", "present", "voting")] == [
        0, 1, 1,
    ]  # fmt: skip
    more = half.replace(strict=True)
    assert [chance(more.replace(base=b), ballots) for b in ("members", "present", "voting")] == [
        0, 0, 1,
    ]  # fmt: skip
    # Who weighs nothing is nobody.
    light = Quota(share=0.5, weight="w", base="voting")
    assert chance(light, (YES, ABSTAIN, ABSTAIN), (0, 1, 1)) == 0
    assert chance(half.replace(base="voting"), (ABSENT,) * 3) == 0
    assert chance(Dual(rule=half.replace(base="voting")), (ABSENT,) * 3) == 1


def test_veto_quorum_and_casting_vote():
    silence = Veto() & Quorum(votes=2) & Quota(votes=1)
    assert chance(silence, (YES, ABSTAIN, ABSENT)) == 1
    assert chance(silence, (YES, NO, ABSENT)) == 0
    assert chance(silence, (YES, ABSENT, ABSENT)) == 0
    senate = casting_vote("c", of=("a", "b"))
    assert chance(senate, (YES, NO, YES)) == 1
    assert chance(senate, (YES, NO, NO)) == 0
    assert chance(senate, (YES, YES, NO)) == 1


def test_blocs_read_personal_ballots():
    voters = tuple(Voters(id=v) for v in "abc")
    blocs = (
        Bloc(id="x", seats=("a",), rule=dictator("b")),
        Bloc(id="y", seats=("b",), rule=dictator("a")),
    )
    council = Committee(voters=voters, rule=Quota(votes=2), blocs=blocs)
    # a and b exchange their votes; absent seats in a bloc are counted as No.
    assert adoption_chance(council, (YES, NO, YES)) == 1
    swapped = council.replace(rule=Quota(share=1.0, of="a"))
    assert adoption_chance(swapped, (YES, NO, YES)) == 0
    assert adoption_chance(swapped, (NO, YES, NO)) == 1
    quiet = council.replace(rule=Quota(share=1.0, base="present"))
    assert adoption_chance(quiet, (YES, ABSENT, YES)) == 0
    assert adoption_chance(quiet, (YES, YES, ABSENT)) == 1


def test_passage_of_two():
    both = Committee(voters=(Voters(id="a"), Voters(id="b")), rule=Quota(share=1.0, base="voting"))
    support = {"a": Fraction(1, 2), "b": Fraction(1, 4)}
    # It passes where nobody says No and not both abstain.
    yes, quiet = {"a": Fraction(1, 4), "b": Fraction(1, 8)}, Fraction(1, 2)
    expected = (yes["a"] + quiet) * (yes["b"] + quiet) - quiet**2
    probability, deciding, stopping = passage(both, support, abstention=quiet)
    assert probability == expected
    # a's Yes passes unless b says No; a's No never passes.
    assert deciding["a"] == yes["b"] + quiet
    assert stopping["a"] == Fraction(1, 4) * deciding["a"]
    # With one number for both: U <= 1/8 both Yes, and a Yes, b silent up to 1/4; from 5/8 on b
    # says No; from 1/4 to 5/8 both are silent.
    probability, deciding, stopping = passage(both, support, quiet, correlation=Fraction(1))
    assert probability == Fraction(1, 4)
    assert deciding["a"] == Fraction(5, 8)
    assert stopping["a"] == 0
    assert stopping["b"] == Fraction(3, 8) - Fraction(1, 4)
