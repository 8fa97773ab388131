r"""Three ways to all equilibria of games of one shape, and how they hand over to each other.

Small games go through all minors (`bimatrix_minors`), larger ones along the edges of their
best-response polytopes (`bimatrix_vertices`), both in doubles and many at a time. Games that
doubles can't decide for certain are done in integers, in which doubles stand for their binary
values. Either way the answer is that for the payoffs as given: none is missing and none is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .matching import match
from .minors import LARGEST_TOTAL, isolated_equilibria
from .payoffs import exact_minors, float_rows, integer_rows
from .strategies import (
    normalised,
    regrets,
    share_errors,
    strategies,
    strategy_errors,
)
from .vertices import Vertices, certified_of_both, integer_vertices

__all__ = ["BUDGET", "Solved", "solved"]

#: Most bases per player and game unless told otherwise: more than any 12 x 12 game has (24,752).
BUDGET = 100_000
#: Strategies in doubles that gain more from a deviation, in units of the range of payoffs, are
#: found again in integers.
LARGEST_REGRET = 1e-12
#: So are those whose probabilities may be off by more.
LARGEST_ERROR = 1e-9

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Solved(NamedTuple):
    """Extreme equilibria of games, one per row, in the order of games."""

    #: Game of each equilibrium, (equilibria,).
    game: npt.NDArray[np.int64]
    #: Numbers that tell both players' strategies apart within a game, (equilibria, 2).
    vertices: npt.NDArray[np.int64]
    #: Strategies, (equilibria, m) and (equilibria, n), in doubles or Fractions.
    first: npt.NDArray[Any]
    second: npt.NDArray[Any]
    #: Index of an isolated equilibrium; the sum over a component of connected ones is its index.
    indices: npt.NDArray[np.int64]
    #: The larger gain of both players from a deviation, in units of the ranges of their payoffs.
    regret: Floats
    #: Per game: whether a vertex was met with more labels than dimensions.
    degenerate: Bools
    #: Per game: whether these are all; False if the budget was spent.
    complete: Bools
    #: Per game: whether integers decided.
    by_integers: Bools


def solved(
    first: npt.NDArray[Any], second: npt.NDArray[Any], *, exact: bool, budget: int
) -> Solved:
    """Return all extreme equilibria of games.

    Parameters
    ----------
    first, second : array of float64 or Fractions, shape (games, m, n)
        As `bimatrix_payoffs.checked_pair` returns them.
    exact : bool
        Return Fractions instead of doubles.
    budget : int
        Most bases per player and game met in a search along edges; where it would be exceeded the
        search stops with what it has found, each of it an equilibrium.

    Returns
    -------
    Solved
    """
    if exact or first.dtype == object:
        return _by_integers(first, second, exact=exact, budget=budget)
    small = sum(first.shape[1:]) <= LARGEST_TOTAL
    found, left = _by_minors(first, second) if small else _by_edges(first, second, budget)
    left[found.game[~(found.regret <= LARGEST_REGRET)]] = True
    if not left.any():
        return found
    chosen = np.flatnonzero(left)
    others = _by_integers(first[chosen], second[chosen], exact=False, budget=budget)
    keep = ~left[found.game]
    rows = [
        np.concatenate((ours[keep], theirs))
        for ours, theirs in zip(found[:6], (chosen[others.game], *others[1:6]), strict=True)
    ]
    order = np.argsort(rows[0], kind="stable")
    games = [flags.copy() for flags in found[6:]]
    for flags, theirs in zip(games, others[6:], strict=True):
        flags[chosen] = theirs
    return Solved(*(row[order] for row in rows), *games)


def _by_minors(first: Floats, second: Floats) -> tuple[Solved, Bools]:
    """Return equilibria of the games decided by signs of minors, and which are left."""
    columns = first.swapaxes(1, 2)
    one, weights, good = float_rows(second)
    two, weights_two, good_two = float_rows(columns)
    trusted = exact_minors(second) & exact_minors(columns)
    found = isolated_equilibria(one, two, trusted)
    left = ~(found.decided & good & good_two)
    order = np.argsort(found.game, kind="stable")
    game, indices = found.game[order], found.indices[order]
    profiles = []
    for multiples, factors in ((found.first, weights[game]), (found.second, weights_two[game])):
        points = multiples[order] * factors
        totals = points.sum(axis=1)
        bounds = share_errors(found.errors[order], factors, totals)
        left[game[~(bounds <= LARGEST_ERROR)]] = True
        profiles.append(points / totals[:, None])
    x, y = profiles
    vertices = np.repeat(np.arange(game.size), 2).reshape(-1, 2)
    gains = regrets(normalised(first), normalised(second), game, x, y)
    no = np.zeros(left.size, dtype=bool)
    return Solved(game, vertices, x, y, indices, gains, no, ~no, no), left


def _by_edges(first: Floats, second: Floats, budget: int) -> tuple[Solved, Bools]:
    """Return equilibria of the games decided by certified vertices, and which are left."""
    one, weights, good = float_rows(second)
    two, weights_two, good_two = float_rows(first.swapaxes(1, 2))
    sides = certified_of_both(one, two, budget=budget)
    left = ~(sides[0].decided & good & good_two)
    found = _assembled(first, second, sides, (weights, weights_two), exact=False)
    for side, rows, factors in zip(sides, found.vertices.T, (weights, weights_two), strict=True):
        bounds = strategy_errors(side, rows, factors)
        left[found.game[~(bounds <= LARGEST_ERROR)]] = True
    return found, left


def _by_integers(
    first: npt.NDArray[Any], second: npt.NDArray[Any], *, exact: bool, budget: int
) -> Solved:
    rows = [integer_rows(replies) for replies in (second, first.swapaxes(1, 2))]
    sides = [integer_vertices(matrices, budget=budget) for matrices, _ in rows]
    return _assembled(first, second, sides, [weights for _, weights in rows], exact=exact)


def _assembled(
    first: npt.NDArray[Any],
    second: npt.NDArray[Any],
    sides: Sequence[Vertices],
    weights: Sequence[npt.NDArray[Any]],
    *,
    exact: bool,
) -> Solved:
    """Match vertices and turn them into strategies."""
    found = match(sides[0], sides[1], first.shape[1:])
    x = strategies(sides[0], found.first, weights[0], exact=exact)
    y = strategies(sides[1], found.second, weights[1], exact=exact)
    doubles = x.astype(np.float64), y.astype(np.float64)
    return Solved(
        found.game,
        np.stack((found.first, found.second), axis=1),
        x,
        y,
        found.indices,
        regrets(normalised(first), normalised(second), found.game, *doubles),
        found.degenerate,
        sides[0].complete & sides[1].complete,
        np.full(first.shape[0], sides[0].values.dtype != np.float64),
    )
