r"""Intervals for a mean that hold at every sample size at once.

For independent x_1, x_2, ... in [0, 1] of mean mu, and weights w_i that depend on x_1..x_{i-1} only,

    exp( sum_i w_i (x_i - mu) - (x_i - m_{i-1})^2 (-log(1 - w_i) - w_i) )

is a supermartingale whatever the law of x. It exceeds 2 / alpha ever with probability alpha / 2 at
most (Ville), and the same holds for its mirror image. Hence, with probability 1 - alpha, for all t,

    | sum w_i x_i / sum w_i - mu | <= (log(2 / alpha) + sum (x_i - m_{i-1})^2 psi(w_i)) / sum w_i.

Weights follow the variance seen so far, as Waudby-Smith & Ramdas (2024) propose:
w_i = min(1/2, sqrt(2 log(2 / alpha) / (s_{i-1}^2 i log(1 + i)))), with m and s^2 begun at 1/2 and
1/4.
"""

from __future__ import annotations

from math import log

import numpy as np
import numpy.typing as npt

from ..._checks import number
from ...errors import CoopgamesError

__all__ = ["ConfidenceSequence"]

Floats = npt.NDArray[np.float64]

#: Largest weight, as proposed there.
_LARGEST = 0.5


class ConfidenceSequence:
    """An empirical-Bernstein interval for the mean of independent values in [-1, 1].

    ``lower`` and ``upper`` are the tightest bounds so far. With probability ``1 - error`` they
    hold after every extension, so that it does not matter when one looks, or why one stops.

    Parameters
    ----------
    error : float
        Probability that the interval ever leaves the mean out, in (0, 1).

    References
    ----------
    Waudby-Smith & Ramdas (2024) J. R. Stat. Soc. B 86:1, doi:10.1093/jrsssb/qkad009. Howard,
    Ramdas, McAuliffe & Sekhon (2021) Ann. Stat. 49:1055, doi:10.1214/20-AOS1991.

    Examples
    --------
    >>> sequence = ConfidenceSequence(0.05)
    >>> sequence.extend(np.tile([0.0, 1.0], 512))
    >>> bool(sequence.lower < 0.5 < sequence.upper), sequence.size
    (True, 1024)
    """

    __slots__ = ("_error", "_deviations", "_penalty", "_sum", "_weighted", "_weights", "lower",
                 "size", "upper")

    def __init__(self, error: float) -> None:
        if not 0.0 < number("error", error) < 1.0:
            raise CoopgamesError(f"error must lie in (0, 1); got {error!r}")
        self._error = float(error)
        self._sum = self._deviations = self._weighted = self._weights = self._penalty = 0.0
        self.size = 0
        self.lower, self.upper = -1.0, 1.0

    def extend(self, values: Floats) -> None:
        """Take in values in [-1, 1], shape (n,), in the order they were drawn."""
        if values.size == 0:
            return
        x = (np.asarray(values, dtype=float) + 1.0) / 2.0
        at = self.size + np.arange(1, x.size + 1)
        sums = self._sum + np.cumsum(x)
        before = (0.5 + np.concatenate([[self._sum], sums[:-1]])) / at
        after = (0.5 + sums) / (at + 1)
        deviations = self._deviations + np.cumsum((x - after) ** 2)
        variance = (0.25 + np.concatenate([[self._deviations], deviations[:-1]])) / at
        bet = np.sqrt(2.0 * log(2.0 / self._error) / (variance * at * np.log1p(at)))
        weight = np.minimum(bet, _LARGEST)
        self._weights += float(weight.sum())
        self._weighted += float((weight * x).sum())
        self._penalty += float(((x - before) ** 2 * (-np.log1p(-weight) - weight)).sum())
        self._sum, self._deviations = float(sums[-1]), float(deviations[-1])
        self.size += x.size
        centre = self._weighted / self._weights
        radius = (log(2.0 / self._error) + self._penalty) / self._weights
        self.lower = max(self.lower, 2.0 * (centre - radius) - 1.0)
        self.upper = min(self.upper, 2.0 * (centre + radius) - 1.0)
