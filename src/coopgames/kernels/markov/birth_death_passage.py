r"""First passage and quasi-stationarity of birth-death chains, for any set of states.

With p(i) and q(i) the chances of a step up and down from i, and a set A at which the chain stops,
what is asked solves, over the states outside A,

    (p(i) + q(i)) t(i) - q(i) t(i - 1) - p(i) t(i + 1) = b(i),

b = 1 for mean times, b the chance of stepping into the target for probabilities. Elimination from
below leaves p(i) + c(i) on the diagonal, where

    c(i) = q(i) c(i - 1) / (p(i - 1) + c(i - 1)),    c = q next to A,

is the chance of being lost downwards before i + 1 is reached. Only positive numbers are added,
multiplied and divided, so each entry is good to some Z times the machine precision, however small
the chance of getting out (Grassmann, Taksar & Heyman 1985). The cost is linear in Z.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ...errors import BudgetError, CoopgamesError
from .absorption import CHANGE, LARGEST_NUMBER_OF_SOLVES, RESIDUAL, QuasiStationary
from .state_sets import as_mask, can_reach, surely_reaches

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = [
    "birth_death_hitting_probabilities",
    "birth_death_hitting_times",
    "birth_death_quasi_stationary",
    "birth_death_rows",
]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def birth_death_hitting_times(
    up: npt.ArrayLike, down: npt.ArrayLike, targets: npt.ArrayLike
) -> Floats:
    """Return the expected number of steps until a set is entered, by starting state.

    Parameters
    ----------
    up : array_like, shape (Z,)
        ``up[j]`` is the probability of a step from j to j + 1, j = 0 .. Z - 1, at least 0.
    down : array_like, shape (Z,)
        ``down[j]`` is that from j + 1 to j, at least 0.
    targets : bool or int array_like, shape (Z + 1,) or (k,)
        A mask, or the states' indices; not empty.

    Returns
    -------
    array, shape (Z + 1,)
        0 on the set, infinite where the chain may never enter it, and where the time is beyond
        double precision. [steps]

    Raises
    ------
    CoopgamesError
        If a probability is not finite or below 0, or the set is empty or names a state that there
        isn't.

    References
    ----------
    Grassmann, Taksar & Heyman (1985) Oper. Res. 33:1107, doi:10.1287/opre.33.5.1107.

    Examples
    --------
    >>> birth_death_hitting_times([1.0, 0.5, 0.5], [0.5, 0.5, 1.0], [3])
    array([9., 8., 5., 0.])
    """
    rise, fall = birth_death_rows(up, down)
    inside = as_mask(rise.size, targets)
    sure = surely_reaches(_moves(rise, fall), inside)
    ask = sure & ~inside
    out = np.where(sure, 0.0, np.inf)
    out[ask] = _Elimination(rise, fall, ~ask).solve(np.ones(rise.size))[ask]
    return out


def birth_death_hitting_probabilities(
    up: npt.ArrayLike, down: npt.ArrayLike, targets: npt.ArrayLike, before: npt.ArrayLike
) -> Floats:
    """Return the probability that one set is entered, and before another, by starting state.

    Parameters
    ----------
    up, down : array_like, shape (Z,)
        As in `birth_death_hitting_times`.
    targets, before : bool or int array_like, shape (Z + 1,) or (k,)
        Two sets without a common state, as masks or indices; not empty.

    Returns
    -------
    array, shape (Z + 1,)
        1 on ``targets``, and exactly 0 on ``before`` and where there is no way to ``targets``.

    Raises
    ------
    CoopgamesError
        As `birth_death_hitting_times` does, and if the sets have a common state.

    Examples
    --------
    >>> birth_death_hitting_probabilities([0.5] * 4, [0.5] * 4, [4], [0])
    array([0.  , 0.25, 0.5 , 0.75, 1.  ])
    """
    rise, fall = birth_death_rows(up, down)
    inside, lost = as_mask(rise.size, targets), as_mask(rise.size, before)
    if (inside & lost).any():
        raise CoopgamesError("targets and before must have no common state")
    moves = _moves(np.where(lost, 0.0, rise), np.where(lost, 0.0, fall))
    ask = can_reach(moves, inside) & ~inside
    into = np.zeros(rise.size)
    into[:-1] += rise[:-1] * inside[1:]
    into[1:] += fall[1:] * inside[:-1]
    out = inside.astype(float)
    out[ask] = np.minimum(_Elimination(rise, fall, ~ask).solve(into)[ask], 1.0)
    return out


def birth_death_quasi_stationary(
    up: npt.ArrayLike, down: npt.ArrayLike, states: npt.ArrayLike
) -> QuasiStationary:
    """Return the law of a chain that has long not left a set, and the rate at which it leaves.

    Parameters
    ----------
    up, down : array_like, shape (Z,)
        As in `birth_death_hitting_times`.
    states : bool or int array_like, shape (Z + 1,) or (k,)
        The set, as a mask or as indices.

    Returns
    -------
    QuasiStationary
        The rate is good to rounding even where it is far below the machine precision.

    Raises
    ------
    CoopgamesError
        If the set is empty, cannot be left, or its states don't all lead to each other within it:
        the law wouldn't be unique.
    BudgetError
        If the residual stays above 1e-9.

    Notes
    -----
    Inverse iteration, as in `coopgames.kernels.markov.absorption.quasi_stationary_law`.

    Examples
    --------
    >>> law, decay_rate, _ = birth_death_quasi_stationary([0, 0.4], [0.1, 0.5], [1, 2])
    >>> law.round(3), round(decay_rate, 4)
    (array([0.   , 0.528, 0.472]), 0.0528)
    """
    rise, fall = birth_death_rows(up, down)
    inside = as_mask(rise.size, states)
    within = np.flatnonzero(inside)
    low, high = int(within[0]), int(within[-1])
    among_up, among_down = rise[low:high], fall[low + 1 : high + 1]
    joined = inside[low : high + 1].all() and (among_up > 0).all() and (among_down > 0).all()
    if not joined:
        raise CoopgamesError(
            "states must all lead to each other within the set; got a set that falls apart, "
            "whose law depends on the start"
        )
    out = np.zeros(rise.size)
    out[low] += fall[low]
    out[high] += rise[high]
    if not out.any():
        raise CoopgamesError("states must be a set the chain can leave; got a closed one")
    factors = _Elimination(rise, fall, ~inside)
    law = inside / within.size
    rate = np.nan
    for _ in range(LARGEST_NUMBER_OF_SOLVES):
        new = factors.solve_transposed(law)
        # A set that is rarely left makes huge solutions; only their shape matters.
        new /= new.max()
        new /= new.sum()
        change, before, rate = np.abs(new - law).max(), rate, float(new @ out)
        law = new
        if change <= CHANGE * law.max() and abs(rate - before) <= 8 * CHANGE * rate:
            break
    balance = law * (rise + fall) - rate * law
    balance[1:] -= law[:-1] * rise[:-1]
    balance[:-1] -= law[1:] * fall[1:]
    residual = float(np.abs(balance[inside]).max())
    if not residual <= RESIDUAL:
        raise BudgetError(
            f"the quasi-stationary law of {within.size} states was found only to a residual of "
            f"{residual:.1e}, above {RESIDUAL:.0e}; take a set without several traps of its own"
        )
    return QuasiStationary(law, rate, residual)


def birth_death_rows(up: npt.ArrayLike, down: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the chances of a step up and down by state, shape (Z + 1,) each.

    Parameters
    ----------
    up, down : array_like, shape (Z,)
        As in `birth_death_hitting_times`.

    Raises
    ------
    CoopgamesError
        If shapes differ, or a probability is not finite or below 0.

    Examples
    --------
    >>> birth_death_rows([0.5, 0.25], [0.1, 0.2])
    (array([0.5 , 0.25, 0.  ]), array([0. , 0.1, 0.2]))
    """
    rise, fall = np.asarray(up, dtype=float), np.asarray(down, dtype=float)
    if rise.ndim != 1 or rise.shape != fall.shape or rise.size == 0:
        raise CoopgamesError(
            f"up and down must have the same shape (Z,), Z >= 1; got {rise.shape}, {fall.shape}"
        )
    for name, rates in (("up", rise), ("down", fall)):
        if not (np.isfinite(rates).all() and (rates >= 0).all()):
            raise CoopgamesError(f"{name} must be finite and >= 0 everywhere; got {rates.min()}")
    return np.append(rise, 0.0), np.append(0.0, fall)


def _moves(rise: Floats, fall: Floats) -> csr_matrix:
    """Return the chances of going from one state to another one."""
    from scipy.sparse import csr_matrix

    j = np.arange(rise.size)
    where = np.concatenate([j[:-1], j[1:]]), np.concatenate([j[1:], j[:-1]])
    moves = csr_matrix((np.concatenate([rise[:-1], fall[1:]]), where), shape=(rise.size,) * 2)
    moves.eliminate_zeros()
    return moves


class _Elimination:
    """The equations outside a set at which the chain stops, eliminated from below.

    There must be a way into the set from everywhere. Solutions are 0 on the set.
    """

    def __init__(self, rise: Floats, fall: Floats, stopped: Mask) -> None:
        self._rise = np.where(stopped, 0.0, rise).tolist()
        fall_left = np.where(stopped, 0.0, fall).tolist()
        # Pivots p + c, and q(i) / pivot(i - 1), by which a row is taken from the next.
        self._pivot: list[float] = []
        self._factor: list[float] = []
        ratio, pivot = 1.0, 1.0
        for p, q, stop in zip(self._rise, fall_left, stopped.tolist(), strict=True):
            self._factor.append(_over(q, pivot))
            if stop:
                ratio, pivot = 1.0, 1.0
            else:
                lost = q * ratio
                pivot = p + lost
                ratio = _over(lost, pivot)
            self._pivot.append(pivot)
        self._stopped = stopped

    def solve(self, right: Floats) -> Floats:
        """Return t with the equations above and b = ``right``."""
        carried: list[float] = []
        value = 0.0
        rights = np.where(self._stopped, 0.0, right).tolist()
        for b, factor in zip(rights, self._factor, strict=True):
            value = b + _times(factor, value)
            carried.append(value)
        out, value = [0.0] * len(carried), 0.0
        for i in range(len(carried) - 1, -1, -1):
            value = _over(carried[i] + _times(self._rise[i], value), self._pivot[i])
            out[i] = value
        return np.array(out)

    def solve_transposed(self, right: Floats) -> Floats:
        """Return x with the transposed equations."""
        middle: list[float] = []
        value, p = 0.0, 0.0
        rights = np.where(self._stopped, 0.0, right).tolist()
        for b, rise, pivot in zip(rights, self._rise, self._pivot, strict=True):
            value = _over(b + _times(p, value), pivot)
            middle.append(value)
            p = rise
        factors = [*self._factor[1:], 0.0]
        out, value = middle, 0.0
        for i in range(len(out) - 1, -1, -1):
            value = out[i] + _times(factors[i], value)
            out[i] = value
        return np.where(self._stopped, 0.0, out)


def _times(a: float, b: float) -> float:
    """Return the product, 0 where a factor is: infinity stands for what is beyond a double."""
    return a * b if a and b else 0.0


def _over(a: float, b: float) -> float:
    if not a:
        return 0.0
    return a / b if b else np.inf
