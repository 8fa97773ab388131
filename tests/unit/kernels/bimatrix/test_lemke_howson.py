"""Ends of Lemke-Howson paths are among all equilibria, with index 1."""

import numpy as np
import pytest
from tests.unit.kernels.bimatrix_games import degenerate, generic

from coopgames.errors import CoopgamesError
from coopgames.kernels.bimatrix.components import components
from coopgames.kernels.bimatrix.enumeration import extreme_equilibria
from coopgames.kernels.bimatrix.lemke_howson import lemke_howson


@pytest.mark.parametrize("make", [generic, degenerate])
@pytest.mark.parametrize("seed", range(24))
def test_every_label_leads_to_an_equilibrium(make, seed: int) -> None:
    first, second = make(seed, 6)
    found = extreme_equilibria(first, second, exact=True)
    parts = components(found.pairs, found.indices)
    known = {
        (tuple(found.first[i]), tuple(found.second[j])): parts.indices[part]
        for (i, j), part in zip(found.pairs, parts.component)
    }
    for label in range(len(first) + len(first[0])):
        path = lemke_howson(first, second, label=label)
        assert path.first is not None
        assert path.second is not None
        index = known[tuple(path.first), tuple(path.second)]
        assert found.degenerate or index == 1


def test_larger_games_by_payoffs() -> None:
    rng = np.random.default_rng(4)
    for size in (10, 15):
        first, second = rng.integers(0, 100, size=(2, size, size)).astype(object)
        for label in range(0, 2 * size, 7):
            path = lemke_howson(first, second, label=label)
            x, y = path.first, path.second
            assert x.sum() == y.sum() == 1
            assert min(x.min(), y.min()) >= 0
            assert (first @ y).max() == x @ first @ y
            assert (x @ second).max() == x @ second @ y


def test_the_unique_equilibrium_of_rock_paper_scissors() -> None:
    first = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    for label in range(6):
        path = lemke_howson(first, -first, label=label)
        assert [str(value) for value in path.first] == ["1/3"] * 3
        assert [str(value) for value in path.second] == ["1/3"] * 3


def test_a_spent_budget_gives_nothing() -> None:
    path = lemke_howson([[0, 1], [1, 0]], [[1, 0], [0, 1]], label=0, budget=1)
    assert path == (None, None, 1)


@pytest.mark.parametrize("label", [-1, 4])
def test_labels_out_of_range(label: int) -> None:
    with pytest.raises(CoopgamesError, match="label must be"):
        lemke_howson(np.eye(2), np.eye(2), label=label)
