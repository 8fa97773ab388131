"""Criteria that choose among equilibria, and dominance, against the definitions."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.names import PROBLEMS
from tests.oracle.individual_profiles import dominated_strategies, equilibria_by_counts
from tests.unit.equilibria.test_pure import random_game

import coopgames as cg
from coopgames.equilibria.dominance import strictly_dominated, weakly_dominated
from coopgames.equilibria.pure import pure_equilibria
from coopgames.equilibria.risk_dominance import binary_dominance, risk_dominance
from coopgames.equilibria.selection import select
from coopgames.equilibria.symmetric import symmetric_equilibria
from coopgames.errors import CoopgamesError
from coopgames.games import bimatrix_game, matrix_game, symmetric_game
from coopgames.games.classics import stag_hunt, volunteers_dilemma


def places(game, names):
    labels = list(game.labels)
    owner = np.repeat(np.arange(len(game.sizes)), game.sizes)
    out = set()
    for name in names:
        place = labels.index(name)
        out.add((int(owner[place]), place - game.blocks()[owner[place]].start))
    return out


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 2))
def test_dominance_against_all_profiles(seed, scenarios):
    game = random_game(np.random.default_rng(seed), scenarios=scenarios, most_players=5)
    weak, strict = weakly_dominated(game), strictly_dominated(game, iterated=False)
    assert places(game, weak.dominated) == dominated_strategies(game, strict=False)
    assert places(game, strict.dominated) == dominated_strategies(game, strict=True)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_iterated_deletion_keeps_equilibria(seed):
    """All of them if strict; at least none is added if weak."""
    game = random_game(np.random.default_rng(seed), most_players=5)
    everywhere = {tuple(e.counts.tolist()) for e in pure_equilibria(game)}
    for deleted, exact in (
        (strictly_dominated(game), True),
        (weakly_dominated(game, iterated=True), False),
    ):
        left = np.concatenate(
            [
                block.start + np.array(kept)
                for block, kept in zip(game.blocks(), deleted.survivors, strict=True)
            ]
        )
        inside = set()
        for counts in equilibria_by_counts(deleted.reduced()):
            full = np.zeros(sum(game.sizes), dtype=int)
            full[left] = counts
            inside.add(tuple(full.tolist()))
        assert inside == everywhere if exact else inside <= everywhere


def test_guessing_half_of_the_average_takes_many_rounds():
    """Two players name 0 .. 4; the one closer to half the mean wins."""
    size = 5

    def pays(i, j):
        aim = (i + j) / 4
        return float(abs(i - aim) < abs(j - aim)) + 0.5 * (abs(i - aim) == abs(j - aim))

    game = matrix_game([[pays(i, j) for j in range(size)] for i in range(size)])
    assert weakly_dominated(game).survivors == ((0,),)
    beauty = symmetric_game(
        3, "01234", lambda i, others: -np.abs(i - (others @ np.arange(5) + i) / 6)
    )
    found = weakly_dominated(beauty, iterated=True)
    assert found.survivors == ((0,),)
    assert len(found.rounds) > 1


def test_risk_dominance_of_the_stag_hunt():
    """Harsanyi & Selten (1988): products 1 and 4, hare risk dominates."""
    found = risk_dominance([[4, 0], [3, 2]])
    assert (found.products, found.index) == ((1, 4), 1)
    both = risk_dominance([[4, 0], [3, 2]], [[4, 3], [0, 2]])
    assert both == found
    half = Fraction(1, 2)
    exact = risk_dominance([[half, 0], [0, half]])
    assert exact.products == (Fraction(1, 4), Fraction(1, 4))
    assert exact.index is None
    crossed = risk_dominance([[0, 2], [1, 0]], [[0, 1], [3, 0]])
    assert crossed.equilibria == ((0, 1), (1, 0))
    assert crossed.products == (2, 3)
    with pytest.raises(CoopgamesError, match="strict"):
        risk_dominance([[3, 0], [5, 1]])
    with pytest.raises(CoopgamesError, match="two by two"):
        risk_dominance(np.eye(3))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-20, 20), min_size=4, max_size=4))
def test_two_players_by_products_and_by_beliefs(entries):
    a = np.array(entries, dtype=float).reshape(2, 2)
    if not (a[0, 0] > a[1, 0] and a[1, 1] > a[0, 1]):
        return
    both = binary_dominance(matrix_game(a))
    assert both.index("laplacian") == both.index("half") == risk_dominance(a).index
    # p-dominance of a strict equilibrium is where the mixed one lies (Morris, Rob & Shin 1995).
    x = (a[1, 1] - a[0, 1]) / (a[0, 0] - a[1, 0] + a[1, 1] - a[0, 1])
    assert both.p_dominance == pytest.approx((x, 1 - x), abs=1e-12)
    assert both.supermodular


@pytest.mark.parametrize(("threshold", "chosen"), [(2, 0), (7, 1)])
def test_groups_by_laplacian_beliefs(threshold, chosen):
    """Give iff benefit times the share of k that reach the threshold exceeds the cost."""
    n = 8
    game = symmetric_game(
        n,
        ("join", "stay"),
        lambda i, others: (others[:, 0] + 1 >= threshold) * 1.0 - 0.45 if i == 0 else 0.0,
    )
    both = binary_dominance(game)
    assert both.laplacian == pytest.approx((n - threshold + 1) / n - 0.45)
    law = sum(comb(n - 1, k) for k in range(threshold - 1, n)) / 2 ** (n - 1)
    assert both.half == pytest.approx(law - 0.45)
    assert both.supermodular
    picked = select(symmetric_equilibria(game), "risk_dominance")
    assert [e.support for e in picked] == [((chosen,),)]
    with pytest.raises(CoopgamesError, match="belief"):
        select(symmetric_equilibria(game), "risk_dominance", belief="other")


def test_criteria_on_the_stag_hunt():
    found = pure_equilibria(stag_hunt())
    (stag,) = select(found, "payoff_dominance")
    assert stag.counts.tolist() == [2, 0]
    assert stag.labels["payoff dominant"]
    (hare,) = select(found, "risk_dominance")
    assert hare.counts.tolist() == [0, 2]
    (most,) = select(found, "cooperation", strategy="stag")
    assert most.counts.tolist() == [2, 0]
    assert most.labels["cooperation"] == 1.0
    (likely,) = select(found, "law", law=[0.9, 0.1])
    assert likely.counts.tolist() == [0, 2]
    (same,) = select(found, "law", law=lambda e: float(e.counts[1]))
    assert same.counts.tolist() == [0, 2]
    assert len(select(found, "undominated")) == 2
    roles = pure_equilibria(bimatrix_game([[4, 0], [3, 2]], [[4, 3], [0, 2]]))
    assert [e.counts.tolist() for e in select(roles, "risk_dominance")] == [[0, 1, 0, 1]]


def test_undominated_excludes_the_rash():
    found = pure_equilibria(matrix_game([[1, 0], [0, 0]], ("up", "down")))
    assert [e.counts.tolist() for e in found] == [[0, 2], [2, 0]]
    (left,) = select(found, "undominated")
    assert left.counts.tolist() == [2, 0]
    assert "down" in select(found, "undominated").notes[-1]


@pytest.mark.parametrize("problem", PROBLEMS)
def test_payoff_dominance_is_pareto(problem):
    game = cg.policy_games(cg.game("anarchy", problem, "w20")).games[0]
    found = pure_equilibria(game)
    kept = select(found, "payoff_dominance")
    assert kept.complete == found.complete
    paid = [np.array(e.payoffs) for e in found]
    for e in found:
        mine = np.array(e.payoffs)
        beaten = any((p >= mine - 1e-9).all() and (p > mine + 1e-6).any() for p in paid)
        inside = any((k.counts == e.counts).all() for k in kept)
        if beaten:
            assert not inside
        if inside:
            assert not beaten


def test_an_undecided_criterion_chooses_nothing():
    none = select(pure_equilibria(matrix_game(np.eye(2))), "risk_dominance")
    assert len(none) == 0
    assert "undecided" in none.notes[-1]


@pytest.mark.parametrize(
    ("criterion", "options", "words"),
    [
        ("best", {}, "criterion"),
        ("cooperation", {}, "strategy must name"),
        ("cooperation", {"strategy": "nobody"}, "nobody"),
        ("law", {}, "law must give"),
        ("law", {"law": [1.0, 2.0]}, "one weight per"),
        ("risk_dominance", {}, "one of them is not"),
    ],
)
def test_what_does_not_apply_is_refused(criterion, options, words):
    with pytest.raises(CoopgamesError, match=words):
        select(pure_equilibria(volunteers_dilemma(3, 2, 1)), criterion, **options)
