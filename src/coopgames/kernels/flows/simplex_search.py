r"""Newton's method inside products of simplices: starts, differences and damped steps.

On the simplex shares sum to one, so that only directions of zero sum in each population count:
e_i - e_r, with r the largest share of i's population. Starts are quasi-random. Each answer is
certified by its residual; that none is missing is not.

References
----------
Sobol (1967) USSR Comput. Math. Math. Phys. 7:86-112.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, count
from ...errors import CoopgamesError
from .fields import Payoffs, population_totals

__all__ = ["descend", "differences", "equal_payoff_points", "simplex_points", "tangent_basis"]

Floats = npt.NDArray[np.float64]
Field = Callable[[Floats], Floats]

#: States that Newton's method finds no farther apart than this are one.
APART = 1e-6
#: A Newton step is halved at most so often.
HALVINGS = 8
#: Fourth-order first differences: central, and forward.
CENTRAL = ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))
FORWARD = ((0, -25 / 12), (1, 4.0), (2, -3.0), (3, 4 / 3), (4, -1 / 4))


def simplex_points(
    exponent: int, *, strategies: Sequence[int], shift: npt.ArrayLike | None = None
) -> Floats:
    """Return 2**exponent quasi-random states, uniform on the product of simplices.

    Parameters
    ----------
    exponent : int
        At least 0.
    strategies : sequence of int
        s_1, ..., s_P, each at least 1.
    shift : array_like, shape (n - P,), optional
        Added to Sobol's points modulo 1; by default half of their spacing, which takes none to a
        face.

    Returns
    -------
    array, shape (2**exponent, n)
        A share is a part of what the strategies before it have left, so that the volume is kept.

    References
    ----------
    Sobol (1967). Cranley & Patterson (1976) SIAM J. Numer. Anal. 13:904-914 (the shift).

    Examples
    --------
    >>> simplex_points(1, strategies=[2])
    array([[0.25, 0.75],
           [0.75, 0.25]])
    """
    from scipy.stats.qmc import Sobol

    number = 2 ** count("exponent", exponent, 0)
    dimension = sum(strategies) - len(strategies)
    if dimension == 0:
        return np.ones((number, sum(strategies)))
    base = Sobol(dimension, scramble=False).random_base2(count("exponent", exponent, 0))
    moved = 0.5 / number if shift is None else np.asarray(shift, dtype=float)
    cube = (base + moved) % 1.0
    out = np.empty((number, sum(strategies)))
    place = column = 0
    for size in strategies:
        left = np.ones(number)
        for rest in range(size - 1, 0, -1):
            keep = (1.0 - cube[:, column]) ** (1.0 / rest)
            out[:, place] = left * (1.0 - keep)
            left = left * keep
            place, column = place + 1, column + 1
        out[:, place] = left
        place += 1
    return out


def tangent_basis(
    x: Floats, sizes: Sequence[int], support: Sequence[int] | None = None
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return (columns e_i - e_r, the places i), within the support if one is given."""
    allowed = set(range(x.size) if support is None else support)
    columns, kept, start = [], [], 0
    for size in sizes:
        place = start + int(np.argmax(x[start : start + size]))
        for i in range(start, start + size):
            if i != place and i in allowed:
                column = np.zeros(x.size)
                column[i], column[place] = 1.0, -1.0
                columns.append(column)
                kept.append(i)
        start += size
    matrix = np.array(columns).T if columns else np.zeros((x.size, 0))
    return matrix, np.array(kept, dtype=np.int64)


def differences(
    function: Field, x: Floats, moves: Floats, kept: npt.NDArray[np.int64], step: float
) -> Floats:
    """Return the derivatives of a function along the columns of ``moves``, shape (n, d)."""
    h = at_least("step", step, 0)
    if not 0.0 < h <= 1.0 / (8.0 * x.size):
        raise CoopgamesError(f"step must lie in (0, {1.0 / (8.0 * x.size):g}]; got {step!r}")
    out = np.zeros((x.size, moves.shape[1]))
    if moves.shape[1] == 0:
        return out
    states, weights, owner = [], [], []
    for column, i in enumerate(kept):
        for times, weight in CENTRAL if x[i] >= 2 * h else FORWARD:
            states.append(x + times * h * moves[:, column])
            weights.append(weight / h)
            owner.append(column)
    values = np.asarray(function(np.array(states)), dtype=float)
    np.add.at(out.T, np.array(owner), values * np.array(weights)[:, None])
    return out


def equal_payoff_points(
    payoffs: Payoffs,
    starts: Floats,
    sizes: Sequence[int],
    support: tuple[int, ...],
    *,
    small: float,
    slack: float,
    step: float,
) -> list[Floats]:
    """Return the distinct states inside an open face at which those in use earn the same."""

    def gaps(states: Floats) -> Floats:
        f = np.asarray(payoffs(states), dtype=float)
        used = np.zeros(states.shape[-1])
        used[list(support)] = 1.0
        means = population_totals(f * used, sizes) / population_totals(used, sizes)
        return np.asarray((f - means) * used)

    found: list[Floats] = []
    for start in starts:
        x = descend(gaps, start, sizes, support, step=step, enough=1e-3 * slack)
        if np.abs(gaps(x[None])).max() > slack or (x[list(support)] <= small).any():
            continue
        if all(np.abs(x - other).max() > APART for other in found):
            found.append(x)
    return sorted(found, key=tuple)


def descend(
    residual: Field,
    start: Floats,
    sizes: Sequence[int],
    support: Sequence[int] | None,
    *,
    step: float,
    enough: float,
    steps: int = 50,
) -> Floats:
    """Return where damped Newton steps within the simplex lead: the caller checks the residual."""
    x = start
    value = residual(x[None])[0]
    for _ in range(steps):
        size = float(np.abs(value).max())
        if size <= enough:
            break
        moves, kept = tangent_basis(x, sizes, support)
        if kept.size == 0:
            break
        slope = differences(residual, x, moves, kept, step)
        turn = moves @ np.linalg.lstsq(slope, -value, rcond=1e-13)[0]
        away = turn < 0
        room = float((-x[away] / turn[away]).min(initial=np.inf))
        length = min(1.0, 0.95 * room) if room < 1.0 else 1.0
        for _ in range(HALVINGS):
            trial = np.maximum(x + length * turn, 0.0)
            trial /= population_totals(trial, sizes)
            new = residual(trial[None])[0]
            if float(np.abs(new).max()) < size:
                break
            length *= 0.5
        else:
            return x  # rounding, or a stall
        x, value = trial, new
    return x
