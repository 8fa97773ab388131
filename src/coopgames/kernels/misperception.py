"""Imperfect monitoring with two rates: missed defections and false alarms.

A defection is seen as a cooperation with probability *missed*, a cooperation as a defection with
probability *false alarm*. One number stands for both.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .._checks import probability
from ..errors import CoopgamesError

__all__ = ["ErrorRates", "error_rates", "perceived", "sum_of_binomials"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
#: One rate for both errors, or (missed defection, false alarm).
ErrorRates = float | tuple[float, float]


def error_rates(perception_error: Any) -> tuple[float, float]:
    """Return the probabilities of a missed defection and of a false alarm.

    Parameters
    ----------
    perception_error : float or two floats, in [0, 1]
        One number stands for both.

    Raises
    ------
    CoopgamesError
        If there are more than two numbers, or one is no probability.

    Examples
    --------
    >>> error_rates(0.1), error_rates((0.4, 0.05))
    ((0.1, 0.1), (0.4, 0.05))
    """
    if isinstance(perception_error, (tuple, list, np.ndarray)) and np.ndim(perception_error) == 1:
        if len(perception_error) != 2:
            raise CoopgamesError(
                "perception_error must be one probability or two, (missed defection, false "
                f"alarm); got {perception_error!r}"
            )
        missed, alarm = (
            probability(f"perception_error[{i}]", value) for i, value in enumerate(perception_error)
        )
        return missed, alarm
    both = probability("perception_error", perception_error)
    return both, both


def perceived(rates: tuple[float, float]) -> Floats:
    """Return the probability of each perception of each act, shape (2, 2); 0 is cooperation.

    Examples
    --------
    >>> perceived((0.4, 0.05))  # a defection is missed with probability 0.4
    array([[0.95, 0.05],
           [0.4 , 0.6 ]])
    """
    missed, alarm = rates
    return np.array([[1.0 - alarm, alarm], [missed, 1.0 - missed]])


def sum_of_binomials(trials: Integers, p: Floats, others: Integers, q: Floats) -> Floats:
    """Return the laws of Bin(trials, p) + Bin(others, q), shape (rows, trials + others + 1).

    Parameters
    ----------
    trials, others : int arrays, shape (rows,)
        Their sum is the same in every row.
    p, q : arrays, shape (2, rows) or (2, 1)
        Probabilities with their complements: trial by trial, products and sums of positive numbers
        only.

    Examples
    --------
    >>> half, sure = np.full((2, 1), 0.5), np.array([[1.0], [0.0]])
    >>> sum_of_binomials(np.array([2, 1]), half, np.array([0, 1]), sure)
    array([[0.25, 0.5 , 0.25],
           [0.  , 0.5 , 0.5 ]])
    """
    size = int(trials[0] + others[0])
    law = np.zeros((trials.size, size + 1))
    law[:, 0] = 1.0
    for trial in range(size):
        hit, miss = np.where(trial < trials, p, q)[..., None]
        law[:, 1:] = law[:, 1:] * miss + law[:, :-1] * hit
        law[:, :1] *= miss
    return law
