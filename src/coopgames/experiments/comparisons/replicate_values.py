r"""What each replicate of a simulation says of a measure, in [0, 1].

The mean over replicates is the part of `coopgames.cooperation` of the same name. Ratios of two
means, such as coverage and compliance, have no value per replicate and are left out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ..._checks import one_of
from ...outcomes import ActStatistic, ContributionStatistic, SampledOutcome

__all__ = ["REPLICATE_MEASURES", "replicate_values"]

Floats = npt.NDArray[np.float64]


def _acts(outcome: SampledOutcome, mask: npt.NDArray[np.bool_]) -> Floats:
    """Return the share of all states that act and are in a mask over (events, groups)."""
    return outcome.per_replicate(ActStatistic(mask / outcome.game.size))


def _missing(outcome: SampledOutcome, mask: npt.NDArray[np.bool_]) -> Floats:
    """Return the share of all states that are in a mask and do not act."""
    events = outcome.game.events
    share = (events.counts * mask).sum(axis=1) / outcome.game.size
    return np.asarray(np.maximum(share[outcome.event] - _acts(outcome, mask), 0.0))


def _adopted(outcome: SampledOutcome) -> npt.NDArray[np.bool_]:
    """Return whether anything is adopted, by event."""
    events = outcome.game.events
    return np.array([bool(row.any()) for row in events.adopted], dtype=bool)


def _anything(outcome: SampledOutcome) -> npt.NDArray[np.bool_]:
    bound = outcome.game.events.bound
    return np.asarray(np.broadcast_to(_adopted(outcome)[:, np.newaxis], bound.shape))


REPLICATE_MEASURES: dict[str, Callable[[SampledOutcome], Floats]] = {
    "success_rate": lambda outcome: outcome.success,
    "achievement": lambda outcome: outcome.per_replicate(
        ContributionStatistic(outcome.game.achievement)
    ),
    "act_rate": lambda outcome: _acts(outcome, np.ones_like(outcome.game.events.bound)),
    "adoption": lambda outcome: _adopted(outcome)[outcome.event].astype(float),
    "unilateral": lambda outcome: _acts(outcome, ~outcome.game.events.bound),
    "free_riding": lambda outcome: _missing(outcome, outcome.game.events.bound),
    "exclusion": lambda outcome: _missing(outcome, _anything(outcome) & ~outcome.game.events.bound),
    "gridlock": lambda outcome: _missing(outcome, ~_anything(outcome)),
}


def replicate_values(outcome: SampledOutcome, measure: str) -> Floats:
    """Return each replicate's value of a measure, in [0, 1].

    Parameters
    ----------
    outcome : SampledOutcome
    measure : {'success_rate', 'achievement', 'act_rate', 'adoption', 'unilateral', \
'free_riding', 'exclusion', 'gridlock'}

    Returns
    -------
    array, shape (replicates,)

    Raises
    ------
    CoopgamesError
        If a measure has no value per replicate.

    Examples
    --------
    >>> from coopgames.dynamics import simulate
    >>> from coopgames.experiments.resolve import game
    >>> outcome = simulate(game("charter"), replicates=8, samples=4, burn_in=5, rng=7)
    >>> replicate_values(outcome, "adoption").tolist()
    [0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0]
    """
    return REPLICATE_MEASURES[one_of("measure", measure, REPLICATE_MEASURES)](outcome)
