"""Groups of every composition against pairs, and rounds of deterministic groups played out."""

from itertools import combinations_with_replacement

import numpy as np
import pytest

import coopgames as cg
from coopgames import classics
from coopgames.kernels.simplex import composition_index
from coopgames.play.groups.group_compositions import play_compositions, repeated_group_game

NAMES = ["tit for tat", "grim", "win-stay lose-shift", "always defect"]


def test_groups_of_two_are_pairs() -> None:
    how = {"discount_factor": 0.9, "implementation_error": 0.02, "perception_error": 0.1}
    donation = classics.donation_game(3, 1)
    game = repeated_group_game(NAMES, donation, **how)
    pairs = cg.play_pairs(NAMES, donation, **how)
    assert game.matrix() == pytest.approx(pairs.payoffs, abs=1e-12)


def played_out(strategies: tuple[str, ...], game, discount: float) -> np.ndarray:
    """Return discounted mean payoffs of players without errors, round by round."""
    n = len(strategies)
    rules = [cg.named_strategy(name, players=n) for name in strategies]
    acts = [rule.start == 1 for rule in rules]
    paid, weight = np.zeros(n), 1 - discount
    for _ in range(400):
        total = sum(acts)
        for player, act in enumerate(acts):
            others = total - act
            paid[player] += weight * game.table[0 if act else 1, others]
        weight *= discount
        acts = [
            rule.by_cooperators()[0 if act else 1, total - act] == 1
            for rule, act in zip(rules, acts, strict=True)
        ]
    return paid


def test_groups_against_rounds_played_out() -> None:
    n, discount = 3, 0.8
    game = classics.public_goods(n, 2)
    found = play_compositions(NAMES, game, discount_factor=discount)
    for group in combinations_with_replacement(range(4), n):
        paid = played_out(tuple(NAMES[i] for i in group), game, discount)
        for player, i in enumerate(group):
            others = np.bincount(group[:player] + group[player + 1 :], minlength=4)
            assert found.payoffs[i, composition_index(others)] == pytest.approx(
                paid[player], abs=1e-10
            )
    assert found.start_decides is None
    assert found.residual < 1e-12


def test_one_defector_ends_cooperation_after_a_round() -> None:
    n, r, discount = 5, 3.0, 0.75
    game = repeated_group_game(
        ["tit for tat", "always defect"], classics.public_goods(n, r), discount_factor=discount
    )
    beside = np.arange(n)  # of tit for tat
    once = (1 - discount) * (r * (beside + 1) / n - 1)
    assert game.table[0, :-1] == pytest.approx(once[:-1])
    assert game.table[0, -1] == pytest.approx(r - 1)
    assert game.table[1] == pytest.approx((1 - discount) * r * beside / n)


def test_the_start_decides_without_errors() -> None:
    pair = ["tit for tat", "always defect"]
    found = play_compositions(pair, classics.public_goods(3, 2))
    assert found.start_decides == 1  # of 4 groups: where all follow tit for tat
    noisy = play_compositions(pair, classics.public_goods(3, 2), implementation_error=0.1)
    assert noisy.start_decides == 0
    assert noisy.cooperation_game().table.shape == (2, 3)


def test_bad_input_is_refused() -> None:
    game = classics.public_goods(4, 2)
    with pytest.raises(cg.CoopgamesError, match="different names"):
        play_compositions(["grim", "grim"], game)
    with pytest.raises(cg.CoopgamesError, match="at least one"):
        play_compositions([], game)
    many = [cg.memory_one([0.5] * 16, name=str(k)) for k in range(20)]
    with pytest.raises(cg.BudgetError, match="groups, more than"):
        play_compositions(many, classics.public_goods(8, 2))
