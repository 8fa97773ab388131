r"""How likely one individual of a population goes from one strategy to another in a step.

The probabilities of one-step processes, at any number of states at once. A population of counts n
has Z = sum n_i individuals; mu is the probability of a mutation and Q the law of mutants, rows
sum to one.

Pairwise comparison, pi_i the payoff of strategy i and M = Z or, among the others, Z - 1:

    T(i -> j) = n_i / Z [ mu Q_ij + (1 - mu) n_j / M / (1 + exp(-beta (pi_j - pi_i))) ].

Best of a sample of k, N_<= and N_< and N_= the number of those who earn at most, less than and as
much as j, and o = M - Z + 1 of them left out, 1 or 0, where pi_j > pi_i:

    T(i -> j) = n_i / Z [ mu Q_ij
                + (1 - mu) (((N_<= - o) / M)^k - ((N_< - o) / M)^k) n_j / N_= ].

Moran, phi_i > 0 fitness and p_k = n_k phi_k / sum_l n_l phi_l:

    T(i -> j) = n_i / Z sum_k p_k [ (1 - mu) 1(k = j) + mu Q_kj ].

**A population of one** has nobody to imitate. It compares its strategy with another one, drawn
uniformly, and what it would earn with that: n_j / M is 1 / (s - 1), the better of the two is taken
in the place of the best of a sample, and p_j = phi_j / (phi_i + phi_j) / (s - 1). This is our
assumption.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError

__all__ = [
    "Moves",
    "all_moves",
    "best_of_sample_moves",
    "births",
    "fermi_moves",
    "moran_moves",
    "payoff_ranks",
    "relevant",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

#: ``move(i, j)``, i and j different: probability of one move from i to j, shape (...).
Moves: TypeAlias = Callable[[int, int], Floats]

#: Payoffs no further apart, relative to the largest where that is above 1, are tied.
TIE_TOLERANCE = 1e-12


def relevant(counts: Integers) -> Mask:
    """Return whose payoffs matter: those present, and all to an individual that is alone.

    Examples
    --------
    >>> relevant(np.array([[2, 0], [1, 0]]))
    array([[ True, False],
           [ True,  True]])
    """
    return _population(counts)[2]


def all_moves(move: Moves, strategies: int) -> Floats:
    """Return all moves as one array, shape (..., s, s), 0 on the diagonal."""
    pairs = [(i, j) for i in range(strategies) for j in range(strategies) if i != j]
    first = move(*pairs[0])
    out = np.zeros((*first.shape, strategies, strategies))
    out[..., 0, 1] = first
    for i, j in pairs[1:]:
        out[..., i, j] = move(i, j)
    return out


def fermi_moves(
    counts: Integers,
    payoffs: Floats,
    *,
    selection_intensity: float,
    mutation_probability: float | Floats,
    mutation: Floats,
    role_model: Literal["anyone", "others"] = "anyone",
) -> Moves:
    """Return the moves of pairwise comparison by the Fermi rule.

    Parameters
    ----------
    counts : int array, shape (..., s)
        Sums at least 1.
    payoffs : array, shape (..., s)
        Finite where `relevant`, else not used. [payoff]
    selection_intensity : float
        beta, finite. [1/payoff]
    mutation_probability : float or array, shape (...)
        mu.
    mutation : array, shape (s, s)
        Q.
    role_model : {'anyone', 'others'}

    Examples
    --------
    Of two, each meets the other in half of the cases and imitates it in half of those:

    >>> counts, uniform = np.array([1, 1]), np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> move = fermi_moves(
    ...     counts, np.zeros(2), selection_intensity=1, mutation_probability=0.0, mutation=uniform
    ... )
    >>> float(move(0, 1))
    0.125
    """
    size, lone, there = _population(counts)
    payoff = np.where(there, payoffs, 0.0)
    mu = np.asarray(mutation_probability)
    pool = size if role_model == "anyone" else np.maximum(size - 1, 1)
    met = counts * ((1.0 - mu) / pool)[..., None]
    if lone is not None:
        met = np.where(lone[..., None], _with_each_other(mu, counts), met)
    drawn = counts / size[..., None]
    fall = selection_intensity * payoff

    def move(i: int, j: int) -> Floats:
        with np.errstate(over="ignore"):
            copies = met[..., j] / (1.0 + np.exp(fall[..., i] - fall[..., j]))
        return np.asarray(drawn[..., i] * (mu * mutation[i, j] + copies))

    return move


def best_of_sample_moves(
    counts: Integers,
    payoffs: Floats,
    *,
    sample: int,
    mutation_probability: float | Floats,
    mutation: Floats,
    role_model: Literal["anyone", "others"] = "anyone",
) -> Moves:
    """Return the moves where the best paid of a sample is imitated.

    Parameters
    ----------
    counts, payoffs, mutation_probability, mutation, role_model
        As in `fermi_moves`.
    sample : int
        k, drawn with replacement.

    Examples
    --------
    >>> counts, uniform = np.array([1, 3]), np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> move = best_of_sample_moves(
    ...     counts, np.array([2.0, 1.0]), sample=1, mutation_probability=0.0, mutation=uniform
    ... )
    >>> float(move(1, 0)), float(move(0, 1))
    (0.1875, 0.0)
    """
    size, lone, there = _population(counts)
    rank = payoff_ranks(payoffs, there)
    mu = np.asarray(mutation_probability)
    left_out = 0 if role_model == "anyone" else 1
    pool = np.maximum(size - left_out, 1)[..., None]
    at_most, tied = np.zeros((2, *counts.shape), dtype=np.int64)
    for k in range(counts.shape[-1]):
        own, number = rank[..., k, None], counts[..., k, None]
        at_most += number * (own <= rank)
        tied += number * (own == rank)
    # What is left out earns less than j, or else i does not take up j.
    reach = np.maximum(at_most - left_out, 0) / pool
    below = np.maximum(at_most - tied - left_out, 0) / pool
    taken = (reach**sample - below**sample) * counts / np.maximum(tied, 1)
    taken = taken * (1.0 - mu)[..., None]
    if lone is not None:
        taken = np.where(lone[..., None], _with_each_other(mu, counts), taken)
    drawn = counts / size[..., None]

    def move(i: int, j: int) -> Floats:
        copies = np.where(rank[..., j] > rank[..., i], taken[..., j], 0.0)
        return np.asarray(drawn[..., i] * (mu * mutation[i, j] + copies))

    return move


def moran_moves(
    counts: Integers,
    fitness: Floats,
    *,
    mutation_probability: float | Floats,
    mutation: Floats,
) -> Moves:
    """Return the moves of the Moran process.

    Parameters
    ----------
    counts, mutation_probability, mutation
        As in `fermi_moves`.
    fitness : array, shape (..., s)
        Above 0 where `relevant`, else not used.

    Examples
    --------
    >>> counts, uniform = np.array([1, 1]), np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> move = moran_moves(
    ...     counts, np.array([3.0, 1.0]), mutation_probability=0.0, mutation=uniform
    ... )
    >>> float(move(1, 0)), float(move(0, 1))
    (0.375, 0.125)
    """
    born = births(counts, fitness, mutation_probability=mutation_probability, mutation=mutation)
    replaced = counts / counts.sum(axis=-1, keepdims=True)
    return lambda i, j: np.asarray(replaced[..., i] * born[..., j])


def births(
    counts: Integers,
    fitness: Floats,
    *,
    mutation_probability: float | Floats,
    mutation: Floats,
) -> Floats:
    """Return the law of the strategy of a child whose parent is drawn by fitness.

    Parameters
    ----------
    counts, fitness, mutation_probability, mutation
        As in `moran_moves`.

    Returns
    -------
    array, shape (..., s)
        Sums to one.

    Raises
    ------
    CoopgamesError
        If fitness is not above 0 where it matters.

    Examples
    --------
    >>> births(
    ...     np.array([1, 1]), np.array([3.0, 1.0]), mutation_probability=0.2, mutation=np.eye(2)
    ... )
    array([0.75, 0.25])
    """
    _, lone, there = _population(counts)
    strength = np.where(there, fitness, 0.0)
    if not ((strength > 0) == there).all():
        raise CoopgamesError(
            f"fitness must be > 0 wherever a strategy is present; got {strength[there].min()}"
        )
    parent = counts * strength
    own = np.asarray(sum(np.moveaxis(parent, -1, 0)))[..., None]
    parent = parent / own
    if lone is not None:
        other = strength / (strength + own) * (counts == 0) / _others(counts)
        alone = other + counts * (1.0 - other.sum(axis=-1, keepdims=True))
        parent = np.where(lone[..., None], alone, parent)
    mu = np.asarray(mutation_probability)[..., None]
    return np.asarray((1.0 - mu) * parent + mu * (parent @ mutation))


def payoff_ranks(payoffs: Floats, there: Mask) -> Integers:
    """Return the places of the strategies by payoff, equal where payoffs are tied.

    Payoffs are tied where no gap between neighbours exceeds 1e-12 times the larger of 1 and the
    largest payoff, so that rounding decides nothing.

    Parameters
    ----------
    payoffs : array, shape (..., s)
    there : bool array, shape (..., s)
        Those that are not come first.

    Examples
    --------
    >>> payoff_ranks(np.array([0.3, 0.1 + 0.2, -1.0, 7.0]), np.array([True, True, True, False]))
    array([2, 2, 1, 0])
    """
    values = np.where(there, payoffs, -np.inf)
    scale = np.abs(np.where(there, payoffs, 0.0)).max(axis=-1, keepdims=True)
    order = np.argsort(values, axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=-1)
    with np.errstate(invalid="ignore"):
        apart = np.diff(ordered, axis=-1) > TIE_TOLERANCE * np.maximum(scale, 1.0)
    # Two that are not there differ by NaN: not apart.
    out = np.zeros(values.shape, dtype=np.int64)
    np.put_along_axis(out, order[..., 1:], np.cumsum(apart, axis=-1), axis=-1)
    return out


def _population(counts: Integers) -> tuple[Integers, Mask | None, Mask]:
    """Return sizes, where there is only one individual (None if nowhere), and whose payoffs matter.

    A row per strategy sums faster than a short last axis.
    """
    size = np.asarray(sum(np.moveaxis(counts, -1, 0)))
    lone, there = size == 1, counts > 0
    if not lone.any():
        return size, None, there
    return size, lone, there | lone[..., None]


def _others(counts: Integers) -> int:
    return max(int(counts.shape[-1]) - 1, 1)


def _with_each_other(mu: npt.NDArray[Any], counts: Integers) -> Floats:
    """Return how likely an individual that is alone compares itself with each other strategy."""
    return np.broadcast_to(((1.0 - mu) / _others(counts))[..., None], counts.shape)
