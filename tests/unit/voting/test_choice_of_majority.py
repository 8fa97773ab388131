"""The choice of a majority: closed forms and enumeration of ballots."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from coopgames.errors import CoopgamesError
from coopgames.voting import Committee, Quota, Voters
from coopgames.voting.choice_of_majority import cheapest_majority, least_disagreement


def test_cheapest_majority_of_nine() -> None:
    found = cheapest_majority(
        9, external_cost=lambda s: 10 * (1 - s) ** 2, decision_cost=lambda s: 8 * s**3
    )
    by_hand = [Fraction(10 * 9 * (9 - k) ** 2 + 8 * k**3, 729) for k in range(1, 10)]
    assert list(found.total) == by_hand
    assert found.best == (4,)
    assert found.total[4] == Fraction(2440, 729)
    assert found.rules[4] == "5 of 9"


def test_costs_as_arrays_and_of_weights() -> None:
    found = cheapest_majority(
        [2, 1], external_cost=[3, "1/2", 0], decision_cost=np.array([0, 1, 2])
    )
    assert found.shares == (Fraction(1, 3), Fraction(2, 3), Fraction(1))
    assert found.total == (3, 1.5, 2)
    assert found.best == (1,)
    ties = cheapest_majority(2, external_cost=[1, 0], decision_cost=[0, 1])
    assert ties.best == (0, 1)


def test_free_decisions_need_unanimity_and_harmless_ones_nobody_else() -> None:
    none, rising = (lambda _: 0), (lambda s: s)
    assert cheapest_majority(7, external_cost=lambda s: 1 - s, decision_cost=none).best == (6,)
    assert cheapest_majority(7, external_cost=none, decision_cost=rising).best == (0,)


def by_ballots(weights, quota, p):
    """Probability of disagreement of each member, ballot by ballot."""
    out = [Fraction(0)] * len(weights)
    for ballot in product((True, False), repeat=len(weights)):
        chance = Fraction(1)
        for yes, share in zip(ballot, p, strict=True):
            chance *= share if yes else 1 - share
        passes = sum(w for w, yes in zip(weights, ballot, strict=True) if yes) >= quota
        for i, yes in enumerate(ballot):
            out[i] += chance * (passes != yes)
    return out


def test_five_with_even_odds() -> None:
    found = least_disagreement(5)
    assert found.disagreement == tuple(Fraction(n, 32) for n in (15, 12, 10, 12, 15))
    assert found.best == (2,)


@pytest.mark.parametrize("n", [2, 3, 6, 7])
@pytest.mark.parametrize("p", ["1/2", "3/10", "4/5"])
def test_disagreement_by_ballots(n, p) -> None:
    found = least_disagreement(n, p)
    expected = [by_ballots([1] * n, k, [Fraction(p)] * n)[0] for k in range(1, n + 1)]
    assert list(found.disagreement) == expected
    assert found.best == tuple(i for i, x in enumerate(expected) if x == min(expected))


def test_simple_majority_is_best_at_even_odds() -> None:
    """Taylor's theorem: with an even number, half of the votes does as well as one more."""
    for n in range(1, 12):
        middle = {(n + 1) // 2 - 1} if n % 2 else {n // 2 - 1, n // 2}
        assert set(least_disagreement(n).best) == middle


def test_weights_and_groups() -> None:
    weights, p = [3, 1, 1], [Fraction(1, 2), Fraction(1, 5), Fraction(9, 10)]
    names = ["v1", "v2", "v3"]
    found = least_disagreement(weights, dict(zip(names, p, strict=True)))
    for quota, own in zip((1, 2, 3, 4, 5), found.by_group, strict=True):
        expected = by_ballots(weights, quota, p)
        assert [own[name] for name in names] == expected
    group = Committee(voters=(Voters(id="a", count=2), Voters(id="b")), rule=Quota(votes=2))
    one = least_disagreement({"majority": group}, {"a": "1/2", "b": "1/3"})
    expected = by_ballots([1, 1, 1], 2, [Fraction(1, 2), Fraction(1, 2), Fraction(1, 3)])
    assert one.disagreement == (sum(expected) / 3,)


def test_one_draw_for_all_disagrees_with_nobody() -> None:
    assert set(least_disagreement(5, correlation=1).disagreement) == {0}


def test_the_door() -> None:
    with pytest.raises(CoopgamesError, match="one number for each of the 3 rules; got 2"):
        cheapest_majority(3, external_cost=[1, 2], decision_cost=[1, 2, 3])
    with pytest.raises(CoopgamesError, match="external_cost must be a number or 'a/b'; got 'x'"):
        cheapest_majority(1, external_cost=["x"], decision_cost=[0])
    with pytest.raises(CoopgamesError, match="decision_cost must be finite"):
        cheapest_majority(1, external_cost=[0], decision_cost=[float("nan")])
    body = Committee(voters=(Voters(id="a", count=2),), rule=Quota(votes=2))
    with pytest.raises(CoopgamesError, match="members must be a number or weights"):
        cheapest_majority(body, external_cost=[0], decision_cost=[0])
    with pytest.raises(CoopgamesError, match="members must be >= 1; got 0"):
        least_disagreement(0)
