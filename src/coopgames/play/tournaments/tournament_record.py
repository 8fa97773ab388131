r"""Tables of tournaments: scores, ranks, wins, and how well strategies go together.

With payoffs :math:`\pi_{ij}` of i against j, and a field in which strategy j has weight
:math:`w_j`, strategy i scores

.. math:: s_i = \sum_j w_j \pi_{ij} \Big/ \sum_j w_j ,

over all j, or all but i. Any square table of payoffs makes a tournament, wherever it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError
from ...games import SymmetricGame, matrix_game

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["PayoffTable", "Tournament", "make_tournament", "payoff_table", "score_tournament"]

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

#: Of the range of payoffs, and of probabilities: differences below are ties.
TIE = 1e-9


class PayoffTable(Protocol):
    """Whatever has names and payoffs of all pairs, own strategy first."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the strategies."""
        ...

    @property
    def payoffs(self) -> Floats:
        """What each earns against each, shape (n, n)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tournament:
    """What n strategies earn in a round robin.

    Attributes
    ----------
    names : tuple of str, n of them
    payoffs : array, shape (n, n)
        ``payoffs[i, j]`` is paid to i against j per round, the mean of both sides. [payoff]
    cooperation_rates : array, shape (n, n), or None
        How often i cooperates against j, the mean of both sides; None where it isn't known.
    weights : array, shape (n,)
        Composition of the field; sums to one.
    self_interactions : bool
        Whether strategies meet themselves.
    sides : tuple of two str
        The two sides, where their payoffs differ; else empty.
    side_payoffs : array, shape (2, n, n), or None
        Paid on each side, own strategy first; None where both are alike. [payoff]
    start_decides : bool array, shape (n, n), or None
        Whether long-run payoffs of the pair depend on the first round; None where it isn't known,
        or rounds are discounted or counted, as then it always may.
    residual : float
        Of the laws of acts behind the payoffs; NaN where it isn't known.
    settings : mapping
        How long and with which errors was played; empty for a table from elsewhere.

    References
    ----------
    Knight et al. (2016) J. Open Res. Softw. 4:e35, doi:10.5334/jors.125, for `good_partner`.
    """

    names: tuple[str, ...]
    payoffs: Floats
    cooperation_rates: Floats | None
    weights: Floats
    self_interactions: bool
    sides: tuple[str, str] | tuple[()] = ()
    side_payoffs: Floats | None = None
    start_decides: Booleans | None = None
    residual: float = float("nan")
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def scores(self) -> Floats:
        """Mean payoff of each strategy over the field, shape (n,)."""
        return self._over_field(self.payoffs)

    @property
    def side_scores(self) -> Floats | None:
        """Mean payoff on each side, shape (2, n); None where both are alike."""
        paid = self.side_payoffs
        return None if paid is None else np.stack([self._over_field(side) for side in paid])

    @property
    def cooperation(self) -> Floats | None:
        """How often each strategy cooperates over the field, shape (n,)."""
        rates = self.cooperation_rates
        return None if rates is None else self._over_field(rates)

    @property
    def cooperation_rate(self) -> float | None:
        """How often anybody cooperates, strategies weighted as the field is."""
        each = self.cooperation
        return None if each is None else float(self.weights @ each)

    @property
    def ranks(self) -> npt.NDArray[np.int64]:
        """One more than the strategies that score more, shape (n,); equal scores share a rank."""
        scores = self.scores
        more = scores[None, :] > scores[:, None] + self._tie
        return np.asarray(1 + more.sum(axis=1), dtype=np.int64)

    @property
    def ranking(self) -> tuple[str, ...]:
        """Names, best first; in the order given where ranks are equal."""
        return tuple(self.names[i] for i in np.argsort(self.ranks, kind="stable"))

    @property
    def winners(self) -> tuple[str, ...]:
        """Names of all on rank 1."""
        return tuple(
            name for name, rank in zip(self.names, self.ranks.tolist(), strict=True) if rank == 1
        )

    @property
    def wins(self) -> npt.NDArray[np.int64]:
        """How many of the others get less than the strategy against it, shape (n,)."""
        return np.asarray((self.payoffs > self.payoffs.T + self._tie).sum(axis=1), dtype=np.int64)

    @property
    def margins(self) -> Floats:
        """Mean of own payoff less the opponent's, over the field, shape (n,)."""
        return self._over_field(self.payoffs - self.payoffs.T)

    @property
    def good_partner(self) -> Floats | None:
        """Share of the others with whom it cooperates at least as often as they, shape (n,).

        NaN of a single strategy. None where rates of cooperation aren't known.
        """
        rates = self.cooperation_rates
        if rates is None:
            return None
        n = len(self.names)
        good = (rates >= rates.T - TIE).sum(axis=1) - 1.0
        return np.asarray(good / (n - 1) if n > 1 else np.full(1, np.nan))

    def as_game(self) -> SymmetricGame:
        """Return the game in which strategies for all matches are chosen once."""
        return matrix_game(self.payoffs, self.names)

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat record for each strategy, best first; unknown values are None."""
        score, margin, rank, wins = self.scores, self.margins, self.ranks, self.wins
        cooperation, good, sides = self.cooperation, self.good_partner, self.side_scores
        out = []
        for i in np.argsort(rank, kind="stable").tolist():
            row = {
                "strategy": self.names[i],
                "rank": int(rank[i]),
                "score": float(score[i]),
                "wins": int(wins[i]),
                "margin": float(margin[i]),
                "cooperation": None if cooperation is None else float(cooperation[i]),
                "good_partner": None if good is None or np.isnan(good[i]) else float(good[i]),
            }
            if sides is not None:
                row |= {"first_score": float(sides[0, i]), "second_score": float(sides[1, i])}
            out.append(row)
        return out

    def to_pandas(self) -> DataFrame:
        """Return `rows` as a frame."""
        import pandas as pd

        return pd.DataFrame.from_records(self.rows())

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, tables included; strategies in the order given."""
        known = self.start_decides is not None
        return {
            "strategies": list(self.names),
            "payoffs": self.payoffs.tolist(),
            "cooperation_rates": _plain(self.cooperation_rates),
            "weights": self.weights.tolist(),
            "self_interactions": self.self_interactions,
            "sides": list(self.sides),
            "side_payoffs": _plain(self.side_payoffs),
            "start_decides": self.start_decides.tolist() if known else None,  # type: ignore[union-attr]
            "residual": None if np.isnan(self.residual) else self.residual,
            "settings": dict(self.settings),
            "winners": list(self.winners),
            "rows": self.rows(),
        }

    @property
    def _tie(self) -> float:
        return TIE * float(np.ptp(self.payoffs))

    def _over_field(self, table: Floats) -> Floats:
        """Return means over opponents, the last axis."""
        if self.self_interactions:
            return np.asarray(table @ self.weights)
        met = self.weights * (1 - np.eye(len(self.names)))
        return np.asarray((table * met).sum(axis=1) / met.sum(axis=1))


def score_tournament(
    payoffs: npt.ArrayLike | PayoffTable,
    names: Sequence[str] | None = None,
    *,
    cooperation_rates: npt.ArrayLike | None = None,
    self_interactions: bool = True,
    weights: npt.ArrayLike | None = None,
) -> Tournament:
    """Return the tournament that a table of payoffs makes, wherever it comes from.

    Parameters
    ----------
    payoffs : array_like, shape (n, n), or PayoffTable
        Paid to the row's strategy against the column's; or anything with ``names`` and
        ``payoffs``, and maybe ``cooperation_rates``. [payoff]
    names : sequence of str, optional
        "0", "1", ... by default.
    cooperation_rates : array_like, shape (n, n), optional
        How often the row's strategy cooperates against the column's, in [0, 1].
    self_interactions, weights
        As in `round_robin`.

    Raises
    ------
    CoopgamesError
        If shapes don't fit, or a rate is none.

    Examples
    --------
    >>> score_tournament([[2, 0], [3, 1]], ["C", "D"]).winners
    ('D',)
    """
    labels, table, rates = payoff_table(payoffs, names)
    if cooperation_rates is not None:
        rates = np.array(cooperation_rates, dtype=float)
    if rates is not None and (
        rates.shape != table.shape or not ((rates >= -TIE) & (rates <= 1 + TIE)).all()
    ):
        raise CoopgamesError(
            f"cooperation_rates must lie in [0, 1] and have shape {table.shape}; got {rates.shape}"
        )
    return make_tournament(labels, table, rates, weights, self_interactions)


def payoff_table(
    played: npt.ArrayLike | PayoffTable, names: Sequence[str] | None = None
) -> tuple[tuple[str, ...], Floats, Floats | None]:
    """Return names, payoffs and, if there are, rates of cooperation of all pairs.

    Of a `PairPlay` whose sides are paid differently payoffs are the means of both.

    Raises
    ------
    CoopgamesError
        If payoffs aren't square and finite, or names don't fit.
    """
    given = getattr(played, "names", None)
    table = np.array(getattr(played, "payoffs", played), dtype=float)
    rates = getattr(played, "cooperation_rates", None)
    column = getattr(played, "column_payoffs", None)
    if column is not None:
        table = (table + np.transpose(column)) / 2
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not table.size:
        raise CoopgamesError(f"payoffs must have shape (n, n); got {table.shape}")
    if not np.isfinite(table).all():
        raise CoopgamesError("payoffs must be finite")
    default = map(str, range(len(table))) if given is None else given
    labels = tuple(default if names is None else names)
    if len(labels) != len(table):
        raise CoopgamesError(f"names must be {len(table)}, one per row; got {len(labels)}")
    return labels, table, None if rates is None else np.array(rates, dtype=float)


def make_tournament(
    names: tuple[str, ...],
    payoffs: Floats,
    rates: Floats | None,
    weights: npt.ArrayLike | None,
    self_interactions: bool,
    **more: Any,
) -> Tournament:
    """Return a tournament with checked weights, whose arrays are read-only.

    Raises
    ------
    CoopgamesError
        If weights are none, or some strategy has no opponent.
    """
    n = len(names)
    field_weights = np.ones(n) if weights is None else np.array(weights, dtype=float)
    good = field_weights.shape == (n,) and (field_weights >= 0).all()
    if not good or not np.isfinite(field_weights).all() or field_weights.sum() == 0:
        raise CoopgamesError(
            f"weights must be {n} numbers, at least 0 and not all 0; got {field_weights!r}"
        )
    field_weights = field_weights / field_weights.sum()
    if not self_interactions and (n == 1 or (field_weights == 1).any()):
        raise CoopgamesError(
            "self_interactions must be True where some strategy has no other opponent of weight"
        )
    record = Tournament(
        names=names,
        payoffs=payoffs,
        cooperation_rates=rates,
        weights=field_weights,
        self_interactions=self_interactions,
        **more,
    )
    for array in (payoffs, rates, field_weights, record.side_payoffs, record.start_decides):
        if array is not None:
            array.setflags(write=False)
    return record


def _plain(array: Floats | None) -> list[Any] | None:
    return None if array is None else list(array.tolist())
