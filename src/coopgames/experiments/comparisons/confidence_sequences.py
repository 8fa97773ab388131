r"""Intervals for a mean that hold at every sample size at once.

For independent x_1, x_2, ... in [0, 1] of mean mu, and weights w_i that depend on what came before,

    exp( sum_i w_i (x_i - mu) - (x_i - m_{i-1})^2 (-log(1 - w_i) - w_i) )

is a supermartingale whatever the law of x. With error e, it ever exceeds 2 / e with probability
e / 2 at most (Ville), and so does its mirror image. Hence, with probability 1 - e, for all t,

    | sum w_i x_i / sum w_i - mu |
        <= (log(2 / e) + sum (x_i - m_{i-1})^2 (-log(1 - w_i) - w_i)) / sum w_i.

The weights w_i = min(1/2, sqrt(2 log(2 / e) / (s_{i-1}^2 n))), s^2 being the variance seen so far,
make this tight about the sample size n. We intersect such sequences for several n, four times
apart, and give each the same part of the error.
"""

from __future__ import annotations

from math import ceil, log

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, number
from ..._random import BLOCK
from ...errors import CoopgamesError

__all__ = ["ConfidenceSequence"]

Floats = npt.NDArray[np.float64]

#: Largest weight, as Waudby-Smith & Ramdas propose.
_LARGEST = 0.5


class ConfidenceSequence:
    """An empirical-Bernstein interval for the mean of independent values in [-1, 1].

    ``lower`` and ``upper`` are the tightest bounds so far. With probability ``1 - error`` they
    hold after every extension, so that it does not matter when one looks, or why one stops.

    Parameters
    ----------
    error : float
        Probability that the interval ever leaves the mean out, in (0, 1).
    horizon : float
        The interval is tight from 1,024 values up to about this many, at least 1.

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

    __slots__ = (
        "_bound",
        "_deviations",
        "_horizons",
        "_penalty",
        "_sum",
        "_weighted",
        "_weights",
        "lower",
        "size",
        "upper",
    )

    def __init__(self, error: float, horizon: float = 65_536) -> None:
        if not 0.0 < number("error", error) < 1.0:
            raise CoopgamesError(f"error must lie in (0, 1); got {error!r}")
        steps = max(0, ceil(log(at_least("horizon", horizon, 1.0) / BLOCK, 4) - 1e-9))
        self._horizons = (BLOCK * 4.0 ** np.arange(steps + 1))[:, None]
        self._bound = log(2.0 * self._horizons.size / error)
        self._weights, self._weighted, self._penalty = np.zeros((3, self._horizons.size))
        self._sum = self._deviations = 0.0
        self.size = 0
        self.lower, self.upper = -1.0, 1.0

    def extend(self, values: Floats) -> None:
        """Take in values in [-1, 1], shape (n,), in the order they were drawn."""
        if values.size == 0:
            return
        x = (np.asarray(values, dtype=float) + 1.0) / 2.0
        at = self.size + np.arange(1, x.size + 1)
        # The mean begins with one value at 1/2, the variance with one of 1/4.
        sums = self._sum + np.cumsum(x)
        before = (0.5 + np.concatenate([[self._sum], sums[:-1]])) / at
        deviations = self._deviations + np.cumsum((x - (0.5 + sums) / (at + 1)) ** 2)
        variance = (0.25 + np.concatenate([[self._deviations], deviations[:-1]])) / at
        weight = np.minimum(np.sqrt(2.0 * self._bound / (variance * self._horizons)), _LARGEST)
        self._weights += weight.sum(axis=1)
        self._weighted += (weight * x).sum(axis=1)
        self._penalty += ((x - before) ** 2 * (-np.log1p(-weight) - weight)).sum(axis=1)
        self._sum, self._deviations = float(sums[-1]), float(deviations[-1])
        self.size += x.size
        centre = self._weighted / self._weights
        radius = (self._bound + self._penalty) / self._weights
        self.lower = max(self.lower, float(2.0 * (centre - radius).max() - 1.0))
        self.upper = min(self.upper, float(2.0 * (centre + radius).min() - 1.0))
