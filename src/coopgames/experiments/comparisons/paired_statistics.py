"""Intervals and p-values of paired differences, and how much the pairing helped."""

from __future__ import annotations

from math import sqrt

import numpy as np
import numpy.typing as npt

__all__ = ["dependence", "holm", "student_intervals"]

Floats = npt.NDArray[np.float64]


def student_intervals(
    apart: Floats, confidence: float, comparisons: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return standard errors, simultaneous bounds and two-sided p-values of each column."""
    from scipy.stats import t as student

    replicates = apart.shape[0]
    added = replicates + 2
    centre = apart.sum(axis=0) / added
    # Half a replicate at +1 and half of one at -1 add 1 to the sum of squares.
    spread = ((apart**2).sum(axis=0) + 1.0 - added * centre**2) / (added - 1)
    padded = np.sqrt(spread / added)
    quantile = student.ppf(1.0 - (1.0 - confidence) / (2 * comparisons), replicates - 1)
    p_values = 2.0 * student.sf(np.abs(centre) / padded, replicates - 1)
    error = apart.std(axis=0, ddof=1) / sqrt(replicates)
    lower = np.maximum(centre - quantile * padded, -1.0)
    return error, lower, np.minimum(centre + quantile * padded, 1.0), np.asarray(p_values)


def holm(p_values: Floats) -> Floats:
    """Return p-values adjusted for all tests together, as Holm (1979) steps down.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).round(4).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    factors = np.arange(p_values.size, 0, -1)
    stepped = np.maximum.accumulate(np.minimum(factors * p_values[order], 1.0))
    adjusted = np.empty_like(stepped)
    adjusted[order] = stepped
    return adjusted


def dependence(
    sample: Floats, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Return correlations and variance reductions of pairs of columns; NaN where undefined."""
    centred = sample - sample.mean(axis=0)
    square = (centred**2).mean(axis=0)
    product = (centred[:, first] * centred[:, second]).mean(axis=0)
    apart = ((centred[:, first] - centred[:, second]) ** 2).mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = product / np.sqrt(square[first] * square[second])
        reduction = (square[first] + square[second]) / apart
    return correlation, reduction
