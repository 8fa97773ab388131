r"""What weak selection favours, in matrix games; exact where the payoffs are.

Two strategies A, B with payoffs [[a, b], [c, d]]. As selection vanishes one A mutant among N has a
fixation probability above 1 / N iff

    a (N - 2) + b (2 N - 1) > c (N + 1) + d (2 N - 4),

for large N iff a + 2 b > c + 2 d: it wins where a third play A. Among n strategies and rare
mutations a strategy k is more frequent than 1 / n iff L_k > 0,

    L_k = (1 / n) sum_i (a_kk + a_ki - a_ik - a_ii).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..._checks import count
from ...errors import CoopgamesError

__all__ = ["low_mutation_scores", "pair_conditions"]

Matrix = Sequence[Sequence[Any]]


def pair_conditions(payoffs: Matrix, *, population_size: int | None = None) -> dict[str, Any]:
    """Return by how much the first of two strategies meets each condition.

    Parameters
    ----------
    payoffs : 2 x 2 nested sequence of numbers
        Own strategy first; fractions stay exact. [payoff]
    population_size : int, optional
        N, at least 2, for ``favoured``; infinite by default.

    Returns
    -------
    dict of str to number
        Met where positive: ``ess`` (a - c), ``risk_dominant`` (a + b - c - d), ``advantageous``
        (a + 2b - c - 2d), ``favoured`` (the condition at N).

    Raises
    ------
    CoopgamesError
        If the matrix is not 2 x 2.

    References
    ----------
    Nowak, Sasaki, Taylor & Fudenberg (2004) Nature 428:646; Nowak (2006) Science 314:1560, Table 1.

    Examples
    --------
    >>> pair_conditions([[30, 9], [14, 10]])["advantageous"]
    14
    """
    if [len(row) for row in payoffs] != [2, 2]:
        raise CoopgamesError("payoffs must be a 2 x 2 matrix")
    (a, b), (c, d) = payoffs
    third = a + 2 * b - c - 2 * d
    favoured = third
    if population_size is not None:
        n = count("population_size", population_size, 2)
        favoured = a * (n - 2) + b * (2 * n - 1) - c * (n + 1) - d * (2 * n - 4)
    return {
        "ess": a - c,
        "risk_dominant": a + b - c - d,
        "advantageous": third,
        "favoured": favoured,
    }


def low_mutation_scores(payoffs: Matrix) -> list[Any]:
    """Return L_k of every strategy: favoured by weak selection and rare mutations iff positive.

    Parameters
    ----------
    payoffs : square nested sequence of numbers
        Own strategy first. [payoff]

    Returns
    -------
    list of number
        They sum to zero.

    Raises
    ------
    CoopgamesError
        If the matrix is not square.

    References
    ----------
    Antal, Traulsen, Ohtsuki, Tarnita & Nowak (2009) J. Theor. Biol. 258:614.
    doi:10.1016/j.jtbi.2009.02.010

    Examples
    --------
    >>> low_mutation_scores([[3, 0], [5, 1]])
    [-1.5, 1.5]
    """
    n = len(payoffs)
    if n == 0 or any(len(row) != n for row in payoffs):
        raise CoopgamesError("payoffs must be a square matrix")
    return [
        sum(payoffs[k][k] + payoffs[k][i] - payoffs[i][k] - payoffs[i][i] for i in range(n)) / n
        for k in range(n)
    ]
