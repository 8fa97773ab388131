"""Outcomes: what every solver returns and every measure reads (decision 0001).

An outcome is a law over (mandate event, acts per group, contribution X). Two kinds of statistic
cover the measures: one of (event, X), and one linear in the acts of groups.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from .games import Game

__all__ = [
    "ActStatistic",
    "Certificate",
    "ContributionStatistic",
    "Estimate",
    "ExactOutcome",
    "Outcome",
    "SampledOutcome",
    "Statistic",
    "UndefinedError",
]

Floats = npt.NDArray[np.float64]


class UndefinedError(Exception):
    """A measure that has no value here; the text says why. Measures turn it into NaN and reason."""


class Estimate(NamedTuple):
    """A value with its standard error (0 where exact) and effective sample size (inf)."""

    value: float
    standard_error: float = 0.0
    effective_size: float = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What proves an answer.

    ``method`` names the route; ``residual`` bounds |pi P - pi| (0 where the law is closed form);
    ``exact``
    says whether sampling was involved; ``grid_error`` is the rounding of leverage; ``notes`` say
    what is special.
    """

    method: str
    exact: bool
    residual: float = 0.0
    grid_error: float = 0.0
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "method": self.method,
            "exact": self.exact,
            "residual": self.residual,
            "grid_error": self.grid_error,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True, eq=False)
class ContributionStatistic:
    """A function of event and X: ``values`` of shape (events or 1, grid)."""

    values: Floats


@dataclass(frozen=True, slots=True, eq=False)
class ActStatistic:
    """Weighted number of acting states: ``weights`` of shape (events or 1, groups)."""

    weights: Floats


Statistic = ContributionStatistic | ActStatistic


class Outcome(Protocol):
    """What measures rely on."""

    @property
    def game(self) -> Game:
        """The game this is an outcome of."""
        ...

    @property
    def certificate(self) -> Certificate:
        """What proves the answer."""
        ...

    @property
    def provenance(self) -> Mapping[str, Any]:
        """What produced it."""
        ...

    def expect(self, statistic: Statistic) -> Estimate:
        """Return the expectation of a statistic."""
        ...

    def flow(self) -> Estimate:
        """Return the rate per revision of leaving success; `UndefinedError` if there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExactOutcome:
    """The law of X and the act rate of each group, given each event.

    Attributes
    ----------
    law : array, shape (events or 1, grid)
        Rows sum to one.
    acts : array, shape (events or 1, groups)
        Probability that a state of the group acts; anything where the group is empty.
    """

    game: Game
    law: Floats
    acts: Floats
    certificate: Certificate
    provenance: Mapping[str, Any]
    flow_rate: Callable[[], float] | None = None

    def expect(self, statistic: Statistic) -> Estimate:
        """Return the exact expectation over events, acts and X."""
        events = self.game.events
        if isinstance(statistic, ContributionStatistic):
            given = (self.law * statistic.values).sum(axis=1)
        else:
            given = (self.acts * events.counts * statistic.weights).sum(axis=1)
        return Estimate(float((events.probability * given).sum()))

    def flow(self) -> Estimate:
        """Return the stationary rate per revision at which success is lost."""
        if self.flow_rate is None:
            raise UndefinedError("this law comes without a rate at which success is lost")
        return Estimate(self.flow_rate())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampledOutcome:
    """Replicates of a simulation: event drawn, then acts and X at sampled times.

    Attributes
    ----------
    event : int array, shape (replicates,)
    acting : int array, shape (replicates, samples, groups)
        Acting states per group.
    contribution : int array, shape (replicates, samples)
    losses : int array, shape (replicates,)
        Revisions that lost success between the first and the last sample, out of ``revisions``.
    """

    game: Game
    event: npt.NDArray[np.int64]
    acting: npt.NDArray[np.int32]
    contribution: npt.NDArray[np.int64]
    losses: npt.NDArray[np.int64]
    revisions: int
    certificate: Certificate
    provenance: Mapping[str, Any]

    def _rows(self, table: Floats) -> npt.NDArray[np.int64]:
        """Each replicate's row of a table over (events or 1, ...)."""
        return self.event if table.shape[0] > 1 else np.zeros_like(self.event)

    def per_replicate(self, statistic: Statistic) -> Floats:
        """Return each replicate's time average, shape (replicates,)."""
        if isinstance(statistic, ContributionStatistic):
            table = statistic.values
            return np.asarray(table[self._rows(table)[:, None], self.contribution].mean(axis=1))
        weights = statistic.weights[self._rows(statistic.weights)]
        return np.asarray(np.einsum("rtg,rg->r", self.acting, weights) / self.acting.shape[1])

    def expect(self, statistic: Statistic) -> Estimate:
        """Return the mean over replicates with its standard error."""
        return _estimate(self.per_replicate(statistic))

    def flow(self) -> Estimate:
        """Return the rate per revision at which success was lost."""
        if self.game.problem.volunteering is not None:
            raise UndefinedError("in the waiting game success does not depend on acts")
        if self.revisions == 0:
            raise UndefinedError(
                "no revision was followed: take several samples, of states that revise themselves"
            )
        return _estimate(self.losses / self.revisions)

    @property
    def success(self) -> Floats:
        """Each replicate's share of time in success, shape (replicates,)."""
        return self.per_replicate(ContributionStatistic(self.game.success))


def _estimate(values: Floats) -> Estimate:
    n = values.size
    if n < 2:
        return Estimate(float(values.mean()), float("nan"), float(n))
    return Estimate(float(values.mean()), float(values.std(ddof=1) / np.sqrt(n)), float(n))
