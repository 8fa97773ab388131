"""Many games at once: the same answers as one at a time, and their certificates."""

import numpy as np
import pytest

from coopgames.errors import CoopgamesError
from coopgames.kernels.bimatrix.batch import equilibria_of_many
from coopgames.kernels.bimatrix.enumeration import extreme_equilibria


def check(first: np.ndarray, second: np.ndarray, *, some: int) -> None:
    """Compare the first few games with exact answers, and check the regrets of all."""
    found = equilibria_of_many(first, second)
    games, m, n = first.shape
    assert (np.diff(found.game) >= 0).all()
    assert found.first.shape == (found.game.size, m)
    assert found.second.shape == (found.game.size, n)
    assert found.complete.all()
    assert (np.bincount(found.game, found.indices, minlength=games) == 1).all()
    for own in (found.first, found.second):
        assert own.min() >= 0
        np.testing.assert_allclose(own.sum(axis=1), 1, atol=1e-14)
    rows = np.einsum("gij,gj->gi", first[found.game], found.second)
    columns = np.einsum("gij,gi->gj", second[found.game], found.first)
    gains = [
        rows.max(axis=1) - (rows * found.first).sum(axis=1),
        columns.max(axis=1) - (columns * found.second).sum(axis=1),
    ]
    assert np.max(gains) < 1e-9
    for game in range(some):
        exact = extreme_equilibria(first[game], second[game], exact=True)
        assert found.degenerate[game] == exact.degenerate
        here = found.game == game
        ours = sorted(
            zip(
                np.round(found.first[here], 9).tolist(),
                np.round(found.second[here], 9).tolist(),
                found.indices[here].tolist(),
            )
        )
        theirs = sorted(
            (
                np.round(exact.first[i].astype(float), 9).tolist(),
                np.round(exact.second[j].astype(float), 9).tolist(),
                index,
            )
            for (i, j), index in zip(exact.pairs, exact.indices.tolist())
        )
        if exact.degenerate:  # the share of an index in that of a component is not unique
            ours, theirs = [pair[:2] for pair in ours], [pair[:2] for pair in theirs]
        assert ours == theirs


SHAPES = [(2, 2), (2, 3), (3, 3), (4, 2), (4, 4), (1, 3)]


@pytest.mark.parametrize("shape", SHAPES)
def test_random_games(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(sum(shape))
    first, second = rng.normal(size=(2, 2000, *shape))
    check(first, second, some=60)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("largest", [2, 10])
def test_small_integers_many_of_them_degenerate(shape: tuple[int, int], largest: int) -> None:
    rng = np.random.default_rng([*shape, largest])
    first, second = rng.integers(0, largest, size=(2, 400, *shape))
    check(first, second, some=60)


def test_larger_games_go_along_edges() -> None:
    rng = np.random.default_rng(8)
    first, second = rng.normal(size=(2, 6, 8, 8))
    second[2, :, 3] = second[2, :, 4]
    second[4] = np.round(second[4])
    check(first, second, some=6)
    assert equilibria_of_many(first, second).by_integers.tolist() == [0, 0, 1, 0, 1, 0]


def test_games_do_not_mix() -> None:
    """One degenerate, one huge and one constant game among others change nothing about them."""
    rng = np.random.default_rng(9)
    first, second = rng.normal(size=(2, 30, 3, 3))
    alone = equilibria_of_many(first, second)
    crowd = first.copy()
    crowd[7], crowd[11], crowd[13] = 0.0, 1e300 * crowd[11], np.eye(3)
    among = equilibria_of_many(crowd, second)
    kept = ~np.isin(alone.game, (7, 11, 13))
    still = ~np.isin(among.game, (7, 11, 13))
    np.testing.assert_array_equal(alone.game[kept], among.game[still])
    np.testing.assert_array_equal(alone.first[kept], among.first[still])
    assert among.by_integers.nonzero()[0].tolist() in ([7, 11], [7, 11, 13])


@pytest.mark.parametrize("shape", [(0, 2, 2), (0, 8, 8), (0, 8, 9)])
def test_no_games(shape: tuple[int, int, int]) -> None:
    found = equilibria_of_many(np.zeros(shape), np.zeros(shape))
    assert found.game.size == 0
    assert found.complete.size == 0


def test_a_spent_budget() -> None:
    rng = np.random.default_rng(2)
    first, second = rng.normal(size=(2, 4, 8, 8))
    found = equilibria_of_many(first, second, budget=150)
    everything = equilibria_of_many(first, second)
    assert not found.complete.all()
    assert found.game.size < everything.game.size
    assert found.regret.max() < 1e-12


def test_errors() -> None:
    with pytest.raises(CoopgamesError, match="first must be an array with 3 axes"):
        equilibria_of_many([[1]], [[1]])
    with pytest.raises(CoopgamesError, match="at most 44 strategies in all"):
        equilibria_of_many(np.zeros((1, 30, 20)), np.zeros((1, 30, 20)))
    with pytest.raises(CoopgamesError, match=r"second must be finite; got nan at \(0, 0, 1\)"):
        equilibria_of_many([[[1, 2]]], [[[1, np.nan]]])
