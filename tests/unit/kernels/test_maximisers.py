"""The largest potential against a list of all profiles of individuals."""

from itertools import product

import numpy as np
import pytest

import coopgames as cg
from coopgames.errors import CoopgamesError
from coopgames.kernels.maximisers import maximisers


@pytest.mark.parametrize("seed", range(40))
def test_all_profiles_are_weighed(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts, leverage = rng.integers(0, 4, 3), rng.integers(0, 4, 3)
    # Quarters tie often, and are exact.
    drive = rng.integers(-3, 3, 3) / 4
    potential = rng.integers(0, 5, int(counts @ leverage) + 2) / 4
    group = np.repeat(np.arange(3), counts)
    best, law, acts = -np.inf, np.zeros(potential.size), np.zeros(3)
    for profile in product((0, 1), repeat=group.size):
        act = np.array(profile, dtype=int)
        x = int(leverage[group] @ act)
        value = potential[x] + drive[group] @ act
        if value > best:
            best, law, acts = value, np.zeros(potential.size), np.zeros(3)
        if value == best:
            law[x] += 1
            np.add.at(acts, group, act)
    found = maximisers(counts, leverage, drive, potential)
    assert found.potential == best
    assert found.law == pytest.approx(law / law.sum(), abs=1e-12)
    want = np.where(counts > 0, acts / law.sum() / np.maximum(counts, 1), 0)
    assert found.acts == pytest.approx(want, abs=1e-12)
    assert found.gap > 0


@pytest.mark.parametrize("institution", ["anarchy", "charter", "club", "coalition", "federation"])
@pytest.mark.parametrize("problem", ["climate", "trade", "security", "standards"])
@pytest.mark.parametrize("mandate", ["standing", "expected"])
def test_it_is_the_limit_of_the_gibbs_law(institution: str, problem: str, mandate: str) -> None:
    game = cg.game(institution, problem, mandate=mandate)
    limit = cg.evolve(game, cg.Logit(precision=float("inf")))
    near = cg.evolve(game, cg.Logit(precision=20_000.0))
    assert limit.law == pytest.approx(near.law, abs=1e-6)
    present = game.events.counts[: limit.acts.shape[0]] > 0
    assert limit.acts[present] == pytest.approx(near.acts[present], abs=1e-6)


def test_six_deterred_members_leave_the_rest_to_pay() -> None:
    """Model D9a: under the club's mandate two rivals and two large states are the cheapest rest."""
    game = cg.game("club", "climate")
    stable = cg.evolve(game, cg.Logit(precision=float("inf")))
    adopted = int(np.flatnonzero(game.events.adopted.any(axis=1))[0])
    labels = [game.classes.labels[c] for c in game.events.class_of_group]
    acting = dict(zip(labels, stable.acts[adopted] * game.events.counts[adopted], strict=True))
    assert acting["rival"] == pytest.approx(2)
    assert sum(acting.values()) == pytest.approx(10)


def test_where_there_is_no_limit_to_give() -> None:
    game = cg.game("anarchy", "climate")
    with pytest.raises(CoopgamesError, match="tremble must be 0"):
        cg.Logit(precision=float("inf"), tremble=0.1)
    with pytest.raises(CoopgamesError, match="precision must be finite here"):
        cg.simulate(game, cg.Logit(precision=float("inf")), replicates=2)
    small = cg.game("anarchy", "climate", "uniform-5")
    with pytest.raises(CoopgamesError, match="precision must be finite here"):
        cg.evolve(small, cg.Logit(precision=float("inf")), plans="act3")
