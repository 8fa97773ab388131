r"""Ecological tournaments: shares of a field grow with their score against the field as it is.

Nothing new appears; what does badly dwindles. With shares x, payoffs A and scores
:math:`f = A x`, the next generation is either

.. math:: x_i' = x_i \frac{B + f_i}{B + x \cdot f} \qquad \text{or} \qquad
          x_i' = x_i \frac{e^{\eta f_i}}{\sum_j x_j e^{\eta f_j}} .

The first is the rule of Axelrod's tournaments (background B = 0) and the discrete replicator of
Taylor & Jonker; it needs payoffs above zero. The second, multiplicative weights, takes any. Both
rest where all strategies present score alike, as the replicator does, of which the first is an
Euler step of length 1 / (B + x f), and the second approximates one of length eta. Mixtures that are
stable under the flow need not be so under long steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, count, number, one_of
from ...errors import CoopgamesError
from .tournament_record import PayoffTable, payoff_table

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["EcologicalTournament", "ecological_tournament"]

Floats = npt.NDArray[np.float64]

#: Shares below are gone when survivors are named; our assumption.
GONE = 1e-3
#: Numbers of a trajectory that are held.
LARGEST_TRAJECTORY = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EcologicalTournament:
    """How shares of strategies change as success breeds.

    Attributes
    ----------
    names : tuple of str, n of them
    payoffs : array, shape (n, n)
        Paid to the row's strategy. [payoff]
    cooperation_rates : array, shape (n, n), or None
    shares : array, shape (generations + 1, n)
        Rows sum to one; the first is the start.
    rule : {'proportional', 'exponential'}
    background : float
        B, added to all payoffs under the proportional rule. [payoff]
    intensity : float
        eta of the exponential rule. [1/payoff]
    converged : bool
        Whether the last generation changed no share by more than the tolerance.
    change : float
        The largest change of a share in the last generation.
    regret : float
        What the best strategy, present or not, scores more than the mean in the last generation. It
        is 0 in an equilibrium; above 0 where shares rest although a strategy that is gone, or was
        never there, would do better. [payoff]
    """

    names: tuple[str, ...]
    payoffs: Floats
    cooperation_rates: Floats | None
    shares: Floats
    rule: Literal["proportional", "exponential"]
    background: float
    intensity: float
    converged: bool
    change: float
    regret: float

    @property
    def generations(self) -> int:
        """How many generations were followed."""
        return len(self.shares) - 1

    @property
    def final(self) -> dict[str, float]:
        """Return the shares of the last generation by name."""
        return dict(zip(self.names, self.shares[-1].tolist(), strict=True))

    @property
    def survivors(self) -> tuple[str, ...]:
        """Names with a last share of at least 0.001 (our assumption), the largest first."""
        last = self.shares[-1]
        return tuple(self.names[i] for i in np.argsort(-last, kind="stable") if last[i] >= GONE)

    @property
    def mean_payoffs(self) -> Floats:
        """Mean payoff in each generation, shape (generations + 1,)."""
        return _means(self.shares, self.payoffs)

    @property
    def cooperation(self) -> Floats | None:
        """How often anybody cooperates in each generation, shape (generations + 1,)."""
        rates = self.cooperation_rates
        return None if rates is None else _means(self.shares, rates)

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat record per generation and strategy."""
        return [
            {"generation": t, "strategy": name, "share": share}
            for t, row in enumerate(self.shares.tolist())
            for name, share in zip(self.names, row, strict=True)
        ]

    def to_pandas(self) -> DataFrame:
        """Return shares as a frame, a row per generation and a column per strategy."""
        import pandas as pd

        frame = pd.DataFrame(self.shares, columns=pd.Index(self.names))
        frame.index.name = "generation"
        return frame

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        rates = self.cooperation
        return {
            "strategies": list(self.names),
            "rule": self.rule,
            "background": self.background,
            "intensity": self.intensity,
            "generations": self.generations,
            "converged": self.converged,
            "change": self.change,
            "regret": self.regret,
            "shares": self.shares.tolist(),
            "mean_payoffs": self.mean_payoffs.tolist(),
            "cooperation": None if rates is None else rates.tolist(),
        }


def ecological_tournament(
    played: npt.ArrayLike | PayoffTable,
    names: Sequence[str] | None = None,
    *,
    shares: npt.ArrayLike | None = None,
    generations: int = 1000,
    rule: Literal["proportional", "exponential"] = "proportional",
    background: float | None = None,
    intensity: float = 1.0,
    tolerance: float = 1e-10,
) -> EcologicalTournament:
    """Return how the shares of a field change as they grow with their score.

    Parameters
    ----------
    played : array_like, shape (n, n), or PayoffTable
        Paid to the row's strategy against the column's; a Tournament, a PairPlay, or anything with
        ``names`` and ``payoffs``. [payoff]
    names : sequence of str, optional
    shares : array_like, shape (n,), optional
        The start, at least 0, scaled to sum to one; equal shares by default.
    generations : int
        At least 1; fewer if nothing moves any more. 1000 as in Axelrod (1984).
    rule : {'proportional', 'exponential'}
    background : float, optional
        Of the proportional rule, added to all payoffs so that they are above 0. By default 0 where
        they are, and else what makes the highest payoff twice the lowest (our assumption).
        It changes how fast shares move, not where they rest. [payoff]
    intensity : float
        eta of the exponential rule, above 0; 1 is our assumption. [1/payoff]
    tolerance : float
        Stop once no share changes by more, at least 0; our assumption.

    Returns
    -------
    EcologicalTournament

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds, or payoffs with their background are not above 0.

    References
    ----------
    Axelrod & Hamilton (1981) Science 211:1390, doi:10.1126/science.7466396; Axelrod (1984) The
    Evolution of Cooperation, Basic Books; Taylor & Jonker (1978) Math. Biosci. 40:145,
    doi:10.1016/0025-5564(78)90077-9.

    Examples
    --------
    Three rounds with tit for tat, or always defect:

    >>> found = ecological_tournament([[9, 2], [7, 3]], ["tit for tat", "always defect"])
    >>> found.survivors, found.converged, round(found.regret, 6)
    (('tit for tat',), True, 0.0)
    """
    labels, table, rates = payoff_table(played, names)
    n = len(labels)
    count("generations", generations)
    at_least("tolerance", tolerance, 0)
    one_of("rule", rule, ("proportional", "exponential"))
    if number("intensity", intensity) <= 0:
        raise CoopgamesError(f"intensity must be > 0; got {intensity!r}")
    if (generations + 1) * n > LARGEST_TRAJECTORY:
        raise CoopgamesError(
            f"generations must be <= {LARGEST_TRAJECTORY // n - 1:,} with {n} strategies; "
            f"got {generations:,}"
        )
    added = _background(table, background) if rule == "proportional" else 0.0
    path = [_start(shares, n)]
    change = np.inf
    while len(path) <= generations and change > tolerance:
        now = path[-1]
        scores = table @ now
        if rule == "proportional":
            growth = added + scores
        else:
            growth = np.exp(intensity * (scores - scores[now > 0].max()))
        grown = np.where(now > 0, now * growth, 0.0)
        path.append(grown / grown.sum())
        change = float(np.abs(path[-1] - now).max())
    course = np.array(path)
    scores = table @ course[-1]
    for array in (course, table, rates):
        if array is not None:
            array.setflags(write=False)
    return EcologicalTournament(
        names=labels,
        payoffs=table,
        cooperation_rates=rates,
        shares=course,
        rule="exponential" if rule == "exponential" else "proportional",
        background=added,
        intensity=float(intensity),
        converged=change <= tolerance,
        change=change,
        regret=float(scores.max() - course[-1] @ scores),
    )


def _background(table: Floats, given: float | None) -> float:
    """Return what is added to all payoffs."""
    low, high = float(table.min()), float(table.max())
    if given is None:
        # One payoff everywhere: any background will do.
        return 0.0 if low > 0 else (high - 2 * low if high > low else 1.0 - low)
    added = number("background", given)
    if low + added <= 0:
        raise CoopgamesError(
            f"background must be > {0 - low:g} for payoffs above 0; got {given!r}; or take "
            "rule='exponential'"
        )
    return added


def _start(shares: npt.ArrayLike | None, n: int) -> Floats:
    start = np.ones(n) if shares is None else np.array(shares, dtype=float)
    good = start.shape == (n,) and np.isfinite(start).all() and (start >= 0).all()
    if not good or start.sum() == 0:
        raise CoopgamesError(f"shares must be {n} numbers, at least 0 and not all 0; got {start!r}")
    return np.asarray(start / start.sum())


def _means(shares: Floats, table: Floats) -> Floats:
    return np.asarray(np.einsum("ti,ij,tj->t", shares, table, shares, optimize=True))
