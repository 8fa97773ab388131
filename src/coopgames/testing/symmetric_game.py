"""Random symmetric games by counts, with ties, equal rows and payoffs of several orders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from .._checks import at_least, count
from ..errors import CoopgamesError
from ..games import SymmetricGame
from ..kernels.simplex import number_of_compositions

__all__ = ["matrix_games", "symmetric_games"]

_NAMES = "abcdefghijklmnopqrstuvwxyz"
#: Whole numbers and halves are exact in floating point; tenths and thirds tie only up to rounding.
_FRACTIONS = (0.5, -0.5, 0.25, 0.1, 0.2, 0.3, -0.1, 1 / 3)
_SCALES = (1.0, 1e-3, 1e3)


def _payoffs() -> st.SearchStrategy[float]:
    return st.integers(-3, 3).map(float) | st.sampled_from(_FRACTIONS)


@st.composite
def _tables(
    draw: st.DrawFn, rows: int, columns: int, payoffs: st.SearchStrategy[float]
) -> list[list[float]]:
    """Rows that are free, constant, or the same as the row before."""
    out: list[list[float]] = []
    for _ in range(rows):
        kind = draw(st.sampled_from(("free", "free", "constant", "repeated")))
        if kind == "repeated" and out:
            out.append(list(out[-1]))
        elif kind == "constant":
            out.append([draw(payoffs)] * columns)
        else:
            out.append(draw(st.lists(payoffs, min_size=columns, max_size=columns)))
    return out


@st.composite
def _looks(draw: st.DrawFn, strategies: int) -> tuple[int, ...]:
    """Numbers 0, 1, ... in the order in which they first occur, shrinking towards all apart."""
    out: list[int] = []
    for _ in range(strategies):
        new = max(out, default=-1) + 1
        out.append(new - draw(st.integers(0, new)))
    return tuple(out)


@st.composite
def _games(
    draw: st.DrawFn,
    *,
    players: tuple[int, int],
    strategies: tuple[int, int],
    payoffs: st.SearchStrategy[float],
    scales: tuple[float, ...],
    alike: bool,
) -> SymmetricGame:
    n, s = draw(st.integers(*players)), draw(st.integers(*strategies))
    seen_as = draw(_looks(s)) if alike and draw(st.booleans()) else tuple(range(s))
    columns = number_of_compositions(n - 1, max(seen_as) + 1)
    table = np.array(draw(_tables(s, columns, payoffs)), dtype=float)
    return SymmetricGame(
        players=n,
        strategies=tuple(_NAMES[:s]),
        table=table * draw(st.sampled_from(scales)),
        seen_as=seen_as,
    )


def _between(name: str, least: int, most: int, bound: int) -> tuple[int, int]:
    low = count(f"min_{name}", least, bound)
    return low, count(f"max_{name}", most, low)


def symmetric_games(
    *,
    min_players: int = 2,
    max_players: int = 6,
    min_strategies: int = 1,
    max_strategies: int = 4,
    payoffs: st.SearchStrategy[float] | None = None,
    scales: Sequence[float] = _SCALES,
    look_alikes: bool = True,
) -> st.SearchStrategy[SymmetricGame]:
    """Return symmetric games of n players with strategies named a, b, c, ...

    Parameters
    ----------
    min_players, max_players : int
        At least 2.
    min_strategies, max_strategies : int
        From 1 to 26. Tables have as many columns as there are compositions of co-players: 56 with
        six players and four strategies.
    payoffs : SearchStrategy of float, optional
        Before scaling; by default whole numbers from -3 to 3 and a few fractions. [payoff]
    scales : sequence of float
        All payoffs of a game are multiplied by one of these, finite and above 0. Shrinks towards
        the first.
    look_alikes : bool
        Whether co-players may be unable to tell strategies apart (``seen_as``).

    Returns
    -------
    SearchStrategy of SymmetricGame
        Degenerate ones included: rows that are constant or equal, ties, one look for all. Shrinks
        towards payoffs of 0.

    Raises
    ------
    CoopgamesError
        If a bound is violated.

    Examples
    --------
    >>> from hypothesis import find
    >>> game = find(symmetric_games(), lambda game: game.size == 2 and game.table.max() > 0)
    >>> game.players, game.strategies, game.table.max().tolist()
    (2, ('a', 'b'), 1.0)
    """
    players = _between("players", min_players, max_players, 2)
    strategies = _between("strategies", min_strategies, max_strategies, 1)
    if strategies[1] > len(_NAMES):
        raise CoopgamesError(f"max_strategies must be <= {len(_NAMES)}; got {max_strategies!r}")
    factors = tuple(at_least("scales", scale, 0) for scale in scales)
    if not factors or min(factors) == 0:
        raise CoopgamesError(f"scales must be numbers above 0, at least one; got {scales!r}")
    values = _payoffs() if payoffs is None else payoffs
    return _games(
        players=players,
        strategies=strategies,
        payoffs=values,
        scales=factors,
        alike=look_alikes,
    )


def matrix_games(
    *,
    min_strategies: int = 1,
    max_strategies: int = 4,
    payoffs: st.SearchStrategy[float] | None = None,
    scales: Sequence[float] = _SCALES,
) -> st.SearchStrategy[SymmetricGame]:
    """Return symmetric games of two players, all strategies told apart.

    Parameters as in `symmetric_games`.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(matrix_games(), lambda game: game.size == 2 and game.matrix()[1, 0] > 0).matrix()
    array([[0., 0.],
           [1., 0.]])
    """
    return symmetric_games(
        max_players=2,
        min_strategies=min_strategies,
        max_strategies=max_strategies,
        payoffs=payoffs,
        scales=scales,
        look_alikes=False,
    )
