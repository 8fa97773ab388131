r"""The value of a zero-sum game and optimal strategies, with what proves them.

The row player can secure :math:`\min_j (x^T A)_j`, the column player can hold it down to
:math:`\max_i (A y)_i`. The value lies between; where both bounds meet, it is found and both
strategies are optimal (von Neumann 1928).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import CoopgamesError
from ..kernels.bimatrix.lemke_howson import lemke_howson
from .bimatrix_players import LARGEST_PAYOFF, binary_fractions

__all__ = ["ZeroSumValue", "value_of"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ZeroSumValue:
    """Value of a zero-sum game.

    Attributes
    ----------
    value : float or Fraction
        What the row player gets under optimal play; in doubles the middle of the bounds. [payoff]
    first, second : array, shape (m,) and (n,)
        Optimal strategies; there may be others.
    lower, upper : float or Fraction
        What ``first`` secures and what ``second`` allows: the value lies between. [payoff]
    method : str
        The algorithm.
    """

    value: Any
    first: npt.NDArray[Any]
    second: npt.NDArray[Any]
    lower: Any
    upper: Any
    method: str

    @property
    def gap(self) -> float:
        """Upper less lower bound [payoff]; 0, or rounding."""
        return float(self.upper - self.lower)


def value_of(matrix: npt.ArrayLike, *, exact: bool = False, budget: int = 10_000) -> ZeroSumValue:
    """Return the value of a zero-sum game with optimal strategies.

    Parameters
    ----------
    matrix : array_like, shape (m, n)
        What the row player gets and the column player pays: finite numbers. [payoff]
    exact : bool
        Return Fractions, by a Lemke-Howson path in integers; at most 62 strategies in all then.
        Doubles stand for their binary values. Else a linear program is solved.
    budget : int
        Most pivots of the path.

    Returns
    -------
    ZeroSumValue

    Raises
    ------
    CoopgamesError
        If payoffs are no matrix of finite numbers, the linear program fails or the budget is spent.

    References
    ----------
    von Neumann, J. (1928). Zur Theorie der Gesellschaftsspiele. Mathematische Annalen 100, 295-320.
    doi:10.1007/BF01448847

    Examples
    --------
    Odd or even with two fingers: the first player gains.

    >>> odd = value_of([[-2, 3], [3, -4]], exact=True)
    >>> print(odd.value, "|", *odd.first, "|", *odd.second)
    1/12 | 7/12 5/12 | 7/12 5/12
    >>> round(value_of([[-2, 3], [3, -4]]).value, 12)
    0.083333333333
    """
    given = np.asarray(matrix)
    if given.ndim != 2 or not given.size:
        raise CoopgamesError(f"matrix must have two axes and an entry; got shape {given.shape}")
    if exact:
        return _by_path(given, budget)
    try:
        payoffs = given.astype(np.float64)
    except (OverflowError, TypeError, ValueError):
        raise CoopgamesError("matrix must hold numbers, and doubles unless exact=True") from None
    if not (abs(payoffs) <= LARGEST_PAYOFF).all():
        raise CoopgamesError(
            f"matrix must hold finite numbers, at most {LARGEST_PAYOFF:g} in size; got "
            f"{payoffs.min():g} to {payoffs.max():g}"
        )
    return _by_program(payoffs)


def _by_path(given: npt.NDArray[Any], budget: int) -> ZeroSumValue:
    payoffs = binary_fractions(given) if given.dtype.kind in "biufO" else given
    path = lemke_howson(payoffs, -payoffs, label=0, budget=budget)
    if path.first is None or path.second is None:
        raise CoopgamesError(
            f"budget must allow for the path's pivots; {budget} were not enough. Leave exact False "
            "for a linear program"
        )
    fractions = np.array([[Fraction(value) for value in row] for row in payoffs], dtype=object)
    lower, upper = min(path.first @ fractions), max(fractions @ path.second)
    return ZeroSumValue(
        value=lower,
        first=path.first,
        second=path.second,
        lower=lower,
        upper=upper,
        method="lemke-howson in integers",
    )


def _by_program(payoffs: npt.NDArray[np.float64]) -> ZeroSumValue:
    from scipy.optimize import linprog

    m, n = payoffs.shape
    span = float(np.ptp(payoffs)) or 1.0
    scaled = (payoffs - payoffs.min()) / span
    # Unknowns: x and the value v, which is to be large; v <= (x A)_j.
    found = linprog(
        np.append(np.zeros(m), -1.0),
        A_ub=np.hstack([-scaled.T, np.ones((n, 1))]),
        b_ub=np.zeros(n),
        A_eq=np.append(np.ones(m), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0.0, None)] * m + [(None, None)],
        method="highs",
    )
    if found.x is None:
        raise CoopgamesError(f"the linear program failed: {found.message}; try exact=True")
    x = _strategy(found.x[:m])
    y = _strategy(-found.ineqlin.marginals)
    lower, upper = float((x @ payoffs).min()), float((payoffs @ y).max())
    return ZeroSumValue(
        value=(lower + upper) / 2,
        first=x,
        second=y,
        lower=lower,
        upper=upper,
        method="linear program (HiGHS)",
    )


def _strategy(weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    clipped = np.maximum(weights, 0.0)
    return np.asarray(clipped / clipped.sum())
