r"""Legitimacy of a rule: coverage of the affected and equality of voting power (model B2, D22.8).

Power is phi_i proportional to the integral over p in [0, 1] of dA/dp_i at equal p, the
Shapley-Shubik index where blocking is 0 or 1, and its extension to fractional blocking.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..kernels.inequality import normalised_gini

__all__ = ["Legitimacy", "legitimacy", "swing_power"]

Array = npt.NDArray[np.float64]

#: Power below this is rounding error of probabilities that sum to one.
NO_POWER = 1e-12


class Legitimacy(NamedTuple):
    """Headline L, coverage and equality of power; equality is NaN where nobody ever swings."""

    value: float
    coverage: float
    equality: float


def swing_power(
    passage: Callable[[Array, int], tuple[Array, Array]], voters: int, classes: Sequence[int]
) -> Array:
    """Return one voter's power in each class, normalised over all voters by the caller.

    Parameters
    ----------
    passage : callable
        ``passage(p, c)`` returns the passage probabilities (one voter of class c certain to say
        Yes, certain to say No) when everybody else says Yes with probability p, shape (nodes,).
    voters : int
        How many there are; the integrand is a polynomial of lower degree.
    classes : sequence of int
        The classes asked for.

    Returns
    -------
    array, shape (classes,)
        The integral, by Gauss-Legendre quadrature of exact degree.
    """
    nodes, quadrature = np.polynomial.legendre.leggauss(voters // 2 + 1)
    p = (nodes + 1.0) / 2.0
    power = np.empty(len(classes))
    for position, c in enumerate(classes):
        yes, no = passage(p, int(c))
        power[position] = float(((yes - no) * quadrature).sum() / 2.0)
    # Whoever never swings has exactly none; what is left of it is rounding.
    return np.where(power > NO_POWER, power, 0.0)


def legitimacy(power: npt.ArrayLike, seated: npt.ArrayLike) -> Legitimacy:
    """Return L from each affected state's power and whether it has a vote.

    Examples
    --------
    >>> tuple(round(part, 4) for part in legitimacy([1/6] * 6 + [0] * 14, [1] * 6 + [0] * 14))
    (0.2816, 0.3, 0.2632)
    """
    coverage = float(np.mean(np.asarray(seated, dtype=bool)))
    equality = 1.0 - normalised_gini(power)
    value = coverage if np.isnan(equality) else (coverage + equality) / 2.0
    return Legitimacy(value, coverage, equality)
