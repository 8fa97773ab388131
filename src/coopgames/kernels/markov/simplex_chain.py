r"""Imitation on the simplex: one-step processes of Z individuals over s strategies as a matrix.

A state is n = (n_1, ..., n_s), sum n_i = Z, in the order of `coopgames.kernels.simplex`. In one
step at most one individual changes its strategy, from i to j, with the probabilities of
`coopgames.kernels.markov.switching`: pairwise comparison (Traulsen, Nowak & Pacheco 2006), the best
of a sample, and the Moran process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, count, one_of, probability
from ...errors import CoopgamesError
from ..simplex import compositions, number_of_compositions, rank_steps
from .switching import Moves, best_of_sample_moves, fermi_moves, moran_moves

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["best_of_sample_chain", "moran_chain", "pairwise_comparison_chain"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: How far a row of a mutation matrix may be from summing to one.
ROW_TOLERANCE = 1e-12


def pairwise_comparison_chain(
    payoffs: npt.ArrayLike,
    *,
    population_size: int,
    selection_intensity: float,
    mutation_probability: float,
    mutation_matrix: npt.ArrayLike | None = None,
    role_model: Literal["anyone", "others"] = "anyone",
) -> csr_matrix:
    """Return the transition matrix of the Fermi pairwise comparison with mutation.

    One individual is drawn. With ``mutation_probability`` it mutates; else it meets a role model
    and imitates it with the logistic of ``selection_intensity`` times the payoff difference.

    Parameters
    ----------
    payoffs : array_like, shape (states, strategies)
        Expected payoff of each strategy at each state, in the order of
        `coopgames.kernels.simplex.compositions`; finite where the strategy is present, ignored
        (NaN allowed) where it is absent. [payoff]
    population_size : int
        Z, at least 2.
    selection_intensity : float
        beta, at least 0. [1/payoff]
    mutation_probability : float
        mu, in [0, 1].
    mutation_matrix : array_like, shape (strategies, strategies), optional
        Q: rows are laws over strategies; uniform over the other strategies if left out.
    role_model : {'anyone', 'others'}
        Whether the role model is drawn from all Z individuals or from the other Z - 1.

    Returns
    -------
    csr_matrix, shape (states, states)
        Rows sum to one; every diagonal entry is stored, zeros elsewhere are not.

    Raises
    ------
    CoopgamesError
        If a bound is broken, a shape doesn't fit, or a payoff of a present strategy isn't finite.

    References
    ----------
    Traulsen, Nowak & Pacheco (2006) Phys. Rev. E 74:011909, doi:10.1103/PhysRevE.74.011909;
    Vasconcelos, Santos, Pacheco & Levin (2014) PNAS 111:2212, doi:10.1073/pnas.1323479111.

    Examples
    --------
    >>> chain = pairwise_comparison_chain(
    ...     np.zeros((3, 2)), population_size=2, selection_intensity=1, mutation_probability=0
    ... )
    >>> chain.toarray()
    array([[1.   , 0.   , 0.   ],
           [0.125, 0.75 , 0.125],
           [0.   , 0.   , 1.   ]])
    """
    counts, payoff = _at_states("payoffs", payoffs, population_size)
    beta = at_least("selection_intensity", selection_intensity, 0)
    mu = probability("mutation_probability", mutation_probability)
    one_of("role_model", role_model, ("anyone", "others"))
    move = fermi_moves(
        counts,
        payoff,
        selection_intensity=beta,
        mutation_probability=mu,
        mutation=_mutation(mutation_matrix, counts.shape[1]),
        role_model=role_model,
    )
    return _assemble(counts, move)


def best_of_sample_chain(
    payoffs: npt.ArrayLike,
    *,
    population_size: int,
    sample: int,
    mutation_probability: float,
    mutation_matrix: npt.ArrayLike | None = None,
    role_model: Literal["anyone", "others"] = "anyone",
) -> csr_matrix:
    """Return the transition matrix of the imitation of the best in a sample, with mutation.

    One individual is drawn. With ``mutation_probability`` it mutates; else it takes up the best
    paid strategy among its own and those of ``sample`` role models, drawn with replacement: its own
    where that is among the best, else the first drawn.

    Parameters
    ----------
    payoffs, population_size, mutation_probability, mutation_matrix, role_model
        As in `pairwise_comparison_chain`.
    sample : int
        k, at least 1.

    Returns
    -------
    csr_matrix, shape (states, states)
        As from `pairwise_comparison_chain`.

    Raises
    ------
    CoopgamesError
        As `pairwise_comparison_chain`.

    Examples
    --------
    >>> best_of_sample_chain(
    ...     [[0, 1], [2, 1], [2, 0]], population_size=2, sample=1, mutation_probability=0
    ... ).toarray()
    array([[1.  , 0.  , 0.  ],
           [0.  , 0.75, 0.25],
           [0.  , 0.  , 1.  ]])
    """
    counts, payoff = _at_states("payoffs", payoffs, population_size)
    k = count("sample", sample)
    mu = probability("mutation_probability", mutation_probability)
    one_of("role_model", role_model, ("anyone", "others"))
    move = best_of_sample_moves(
        counts,
        payoff,
        sample=k,
        mutation_probability=mu,
        mutation=_mutation(mutation_matrix, counts.shape[1]),
        role_model=role_model,
    )
    return _assemble(counts, move)


def moran_chain(
    fitness: npt.ArrayLike,
    *,
    population_size: int,
    mutation_probability: float,
    mutation_matrix: npt.ArrayLike | None = None,
) -> csr_matrix:
    """Return the transition matrix of the frequency-dependent Moran process with mutation.

    An individual reproduces with a chance proportional to its fitness; its offspring mutates with
    ``mutation_probability`` and replaces an individual drawn from all, the parent included.

    Parameters
    ----------
    fitness : array_like, shape (states, strategies)
        Fitness of each strategy at each state, in the order of
        `coopgames.kernels.simplex.compositions`; finite and above 0 where the strategy is
        present, ignored (NaN allowed) where it is absent.
    population_size : int
        Z, at least 2.
    mutation_probability : float
        mu, in [0, 1].
    mutation_matrix : array_like, shape (strategies, strategies), optional
        Q, from parent to offspring: rows are laws over strategies; uniform over the other
        strategies if left out.

    Returns
    -------
    csr_matrix, shape (states, states)
        Rows sum to one; every diagonal entry is stored, zeros elsewhere are not.

    Raises
    ------
    CoopgamesError
        If a bound is broken, a shape doesn't fit, or a present strategy's fitness isn't above 0.

    References
    ----------
    Nowak, Sasaki, Taylor & Fudenberg (2004) Nature 428:646, doi:10.1038/nature02414.

    Examples
    --------
    >>> moran_chain(np.ones((3, 2)), population_size=2, mutation_probability=0).toarray()
    array([[1.  , 0.  , 0.  ],
           [0.25, 0.5 , 0.25],
           [0.  , 0.  , 1.  ]])
    """
    counts, strength = _at_states("fitness", fitness, population_size)
    mu = probability("mutation_probability", mutation_probability)
    mutation = _mutation(mutation_matrix, counts.shape[1])
    move = moran_moves(counts, strength, mutation_probability=mu, mutation=mutation)
    return _assemble(counts, move)


def _at_states(name: str, values: npt.ArrayLike, population_size: int) -> tuple[Integers, Floats]:
    """Return the states and the checked values there, 0 for absent strategies."""
    size = count("population_size", population_size, 2)
    given = np.asarray(values, dtype=float)
    if given.ndim != 2 or given.shape[1] < 2:
        raise CoopgamesError(
            f"{name} must have shape (states, strategies) with at least 2 strategies; got shape "
            f"{given.shape}"
        )
    states = number_of_compositions(size, given.shape[1])
    if given.shape[0] != states:
        raise CoopgamesError(
            f"{name} must have one row for each of the {states} states of {size} individuals over "
            f"{given.shape[1]} strategies; got {given.shape[0]}"
        )
    counts = compositions(size, given.shape[1])
    present = np.where(counts > 0, given, 0.0)
    if not np.isfinite(present).all():
        raise CoopgamesError(f"{name} must be finite wherever a strategy is present")
    return counts, present


def _mutation(matrix: npt.ArrayLike | None, strategies: int) -> Floats:
    """Return the checked mutation matrix, or the uniform one."""
    if matrix is None:
        return (1.0 - np.eye(strategies)) / (strategies - 1)
    given = np.asarray(matrix, dtype=float)
    if given.shape != (strategies, strategies):
        raise CoopgamesError(
            f"mutation_matrix must have shape {(strategies, strategies)}; got {given.shape}"
        )
    sums = given.sum(axis=1)
    if not ((given >= 0).all() and (np.abs(sums - 1.0) <= ROW_TOLERANCE).all()):
        raise CoopgamesError(
            "mutation_matrix must have entries >= 0 and rows that sum to 1; got "
            f"smallest entry {given.min()}, row sums {sums.tolist()}"
        )
    return given


def _assemble(counts: Integers, move: Moves) -> csr_matrix:
    """Return the matrix with the given probability of one move from strategy i to j."""
    from scipy.sparse import csr_matrix

    states, strategies = counts.shape
    # Moves in the order of where they lead: that order is the same at every state, because it is
    # that of the differences, so columns come out sorted. The middle one is to stay.
    pairs = [(i, j) for i in range(strategies) for j in range(strategies) if i != j]
    pairs.sort(key=lambda pair: [(k == pair[1]) - (k == pair[0]) for k in range(strategies)])
    stay = len(pairs) // 2
    pairs.insert(stay, (0, 0))
    fall, rise = rank_steps(counts)
    here = np.arange(states)
    column = np.empty((states, len(pairs)), dtype=np.int32)
    value = np.zeros((states, len(pairs)))
    for position, (i, j) in enumerate(pairs):
        column[:, position] = here - (fall[j] - fall[i]) if i <= j else here + (rise[i] - rise[j])
        if position != stay:
            value[:, position] = move(i, j)
    value[:, stay] = 1.0 - value.sum(axis=1)
    stored = value > 0.0
    stored[:, stay] = True
    start = np.zeros(states + 1, dtype=np.int32)
    np.cumsum(np.count_nonzero(stored, axis=1), out=start[1:])
    return csr_matrix((value[stored], column[stored], start), shape=(states, states))
