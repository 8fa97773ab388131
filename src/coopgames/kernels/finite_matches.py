"""Matches of a fixed number of rounds, or with given weights of rounds, by propagating laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .joint_automata import JointChains

__all__ = ["mean_acts"]

Floats = npt.NDArray[np.float64]


def mean_acts(chains: JointChains, weights: npt.ArrayLike) -> Floats:
    """Return how often pairs of automata do CC, CD, DC and DD, shape (pairs, 4).

    Parameters
    ----------
    chains : JointChains
    weights : array_like, shape (rounds,)
        Of each round in the mean.

    Notes
    -----
    O(rounds x pairs x states x outcomes).

    Examples
    --------
    >>> from .joint_automata import Automata, joint_chains
    >>> both = Automata(
    ...     np.array([[1.0, 0.0], [0.0, 0.0]]),
    ...     np.array([[[[1, 0], [1, 0]]] * 2, [[[0, 0], [0, 0]]] * 2]),
    ...     np.array([0, 0]),
    ... )
    >>> mean_acts(joint_chains(both, [0], [1]), [0.5, 0.5])  # tit for tat against a defector
    array([[0. , 0.5, 0. , 0.5]])
    """
    pairs, rows, outcomes = chains.chance.shape
    size = pairs * rows
    chance = chains.chance.reshape(size, outcomes)
    target = (chains.target + rows * np.arange(pairs)[:, None, None]).ravel()
    law: Any = np.zeros(size)
    law[::rows] = 1.0
    mean = np.zeros(size)
    for weight in np.asarray(weights, dtype=float).tolist():
        mean += weight * law
        law = np.bincount(target, weights=(chance * law[:, None]).ravel(), minlength=size)
    kinds = np.concatenate([chains.acts, 1 - chains.acts.sum(axis=1, keepdims=True)], axis=1)
    by_outcome = (chance * mean[:, None]).reshape(pairs, rows, outcomes).sum(axis=1)
    return np.asarray(by_outcome @ kinds)
