"""Points of a map judged: first and second, whether that is decided, who is not dominated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..sweeps import Axis, SweepResult
from ..sweeps.quantities import error_name

__all__ = [
    "DECISIONS",
    "TIED",
    "UNDECIDED",
    "UNDEFINED",
    "WON",
    "axis_weights",
    "first_and_second",
    "half_widths",
    "judged",
    "not_dominated",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Codes of a point's decision: positions in this tuple.
DECISIONS = ("won", "tie", "undecided", "undefined")
WON, TIED, UNDECIDED, UNDEFINED = range(len(DECISIONS))


def first_and_second(worth: Floats) -> tuple[Integers, Integers, Floats]:
    """Return the best, the next best, and the margin between them, along the first axis.

    The earlier one is first where values are equal. Where fewer than two values are defined, both
    are -1 and the margin is NaN.

    Examples
    --------
    >>> first, second, margin = first_and_second(np.array([[0.5, 1.0], [0.5, 2.0]]))
    >>> first.tolist(), second.tolist(), margin.tolist()
    ([0, 1], [1, 0], [0.0, 1.0])
    """
    # Stable, so that equal ones keep their order; undefined ones come last.
    order = np.argsort(-worth, axis=0, kind="stable")
    enough = (~np.isnan(worth)).sum(axis=0) >= 2
    best = np.take_along_axis(worth, order[:1], axis=0)[0]
    next_best = np.take_along_axis(worth, order[1:2], axis=0)[0]
    with np.errstate(invalid="ignore"):
        margin = np.where(best == next_best, 0.0, best - next_best)
    return (
        np.where(enough, order[0], -1),
        np.where(enough, order[1], -1),
        np.where(enough, margin, np.nan),
    )


def judged(
    worth: Floats, tie: float, half: Floats | None
) -> tuple[Integers, Integers, Floats, Integers]:
    """Return first, second, margin and decision at each point."""
    first, second, margin = first_and_second(worth)
    decision = np.full(first.shape, UNDEFINED)
    if half is None:
        there = first >= 0
        decision[there] = np.where(margin[there] > tie, WON, TIED)
        return first, second, margin, decision
    best = np.take_along_axis(worth, np.maximum(first, 0)[None], axis=0)[0]
    for point in zip(*np.nonzero(first >= 0), strict=True):
        others = np.arange(worth.shape[0]) != first[point]
        lead = best[point] - worth[:, *point][others]
        width = half[first[point], :, *point][others]
        if (lead - width > tie).all():
            decision[point] = WON
        else:
            decision[point] = TIED if (lead + width <= tie).any() else UNDECIDED
    return first, second, margin, decision


def half_widths(result: SweepResult, measures: tuple[str, ...], confidence: float) -> Floats:
    """Return half widths of intervals of differences, shape (measures, one, other, ...)."""
    from scipy.stats import norm

    experiment = result.plan.experiment
    runs = experiment.simulation.replicates
    size = result.plan.shape[0]
    quantile = norm.ppf(1.0 - (1.0 - confidence) / (size * (size - 1)))
    out = []
    for name in measures:
        mean, error = result[name], np.nan_to_num(result[error_name(name)])
        # Two successes and two failures beside the replicates.
        squares = error**2 * runs * (runs - 1) + runs * mean**2 + 2.0
        centre = (runs * mean + 2.0) / (runs + 4)
        padded = np.sqrt((squares / (runs + 4) - centre**2) / (runs + 3))
        if experiment.common_random_numbers:
            together = padded[:, None] + padded[None, :]
        else:
            together = np.hypot(padded[:, None], padded[None, :])
        out.append(quantile * together)
    return np.stack(out)


def not_dominated(worth: Floats, tie: float) -> npt.NDArray[np.bool_]:
    """Return who is not dominated; shape (institutions, ...) from (measures, institutions, ...)."""
    kept: npt.NDArray[np.bool_] = np.asarray(~np.isnan(worth).any(axis=0))
    for one in range(worth.shape[1]):
        with np.errstate(invalid="ignore"):
            as_good = (worth >= worth[:, one : one + 1]).all(axis=0)
            better = (worth > worth[:, one : one + 1] + tie).any(axis=0)
        kept[one] &= ~(as_good & better).any(axis=0)
    return kept


def axis_weights(axis: Axis, values: Sequence[Any]) -> Floats:
    """Return the part of an axis's range that is nearest to each of its values.

    Examples
    --------
    >>> axis_weights(Axis(values=(0.0, 0.5, 1.0)), (0.0, 0.5, 1.0)).tolist()
    [0.25, 0.5, 0.25]
    """
    if len(values) == 1 or all(isinstance(value, int) for value in values):
        return np.full(len(values), 1.0 / len(values))
    at = np.log(values) if axis.scale == "log" else np.asarray(values, dtype=float)
    order = np.argsort(at)
    inner = (at[order][1:] + at[order][:-1]) / 2
    bounds = np.concatenate([[at.min()], inner, [at.max()]])
    weights = np.empty(at.size)
    weights[order] = np.diff(bounds) / (bounds[-1] - bounds[0])
    return weights
