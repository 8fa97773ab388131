r"""How often cooperation holds, in parts that add up.

With B_i = 1[some standing mandate binds i], A = Pr(anything adopted) and acts a_i:

    act_rate = coverage * adoption * compliance + unilateral
    1 - act_rate = free_riding + exclusion + gridlock

exactly, for every institution (model D22). Weights are 1/N, or leverage k_i on request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..games import Game
from ..outcomes import ActStatistic, ContributionStatistic, Estimate, Outcome

__all__ = ["Cooperation", "cooperation"]

Floats = npt.NDArray[np.float64]

#: From this success rate on nothing is called a failure (model D22).
HOLDS_FROM = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooperation:
    """How often cooperation holds, and why not.

    All rates lie in [0, 1]. An undefined one is NaN with an entry in ``reasons``.
    ``standard_errors`` holds those of sampled outcomes and is empty for exact ones.
    """

    act_rate: float
    coverage: float
    adoption: float
    compliance: float
    unilateral: float
    free_riding: float
    exclusion: float
    gridlock: float
    success_rate: float
    achievement: float
    failure: str
    reasons: Mapping[str, str] = field(default_factory=dict)
    standard_errors: Mapping[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)

    def __str__(self) -> str:
        head = ("success_rate", "achievement", "act_rate", "coverage", "adoption", "compliance")
        rest = ("unilateral", "free_riding", "exclusion", "gridlock")
        lines = [f"{name:>14}  {getattr(self, name):.4f}" for name in (*head, *rest)]
        return "\n".join([*lines, f"{'failure':>14}  {self.failure}"])


def _weights(game: Game, by: str) -> Floats:
    """One state's weight by group; they sum to one over the states."""
    if by == "states":
        return np.full(game.events.class_of_group.size, 1.0 / game.size)
    total = float((game.leverage * game.classes.counts).sum())
    return np.asarray(game.leverage[game.events.class_of_group] / total)


def cooperation(
    outcome: Outcome, *, weights: Literal["states", "leverage"] = "states"
) -> Cooperation:
    """Return how often cooperation holds in an outcome, and why not where it fails.

    Parameters
    ----------
    outcome : Outcome
        Of any solver.
    weights : {'states', 'leverage'}
        Whether the parts count states, or the share of x they stand for.

    Returns
    -------
    Cooperation
        Its two decompositions add up exactly.

    References
    ----------
    Model B4 and D22, last part.

    Examples
    --------
    >>> import coopgames as cg
    >>> result = cg.cooperation(cg.evolve(cg.game("anarchy", problem="climate")))
    >>> result.failure, result.adoption
    ('no_body', 0.0)
    """
    game = outcome.game
    events = game.events
    one = _weights(game, weights)
    anything = np.any(events.adopted, axis=1, keepdims=True)
    bound = events.bound
    law = events.probability[:, None] * events.counts * one
    bound_mass = float((law * bound).sum())
    excluded_mass = float((law * (anything & ~bound)).sum())
    idle_mass = float((law * ~anything).sum())
    adoption = game.adoption

    acts = {
        name: outcome.expect(ActStatistic(mask * one))
        for name, mask in (
            ("bound", bound),
            ("excluded", anything & ~bound),
            ("idle", np.broadcast_to(~anything, bound.shape)),
        )
    }
    sampled = not outcome.certificate.exact
    if sampled:
        # The share of bound states in the replicates drawn, so that parts add up exactly.
        bound_mass, excluded_mass, idle_mass, adoption = _drawn(outcome, one)
    act_rate = sum(estimate.value for estimate in acts.values())
    reasons: dict[str, str] = {}
    coverage = min(1.0, bound_mass / adoption) if adoption > 0 else float("nan")
    if adoption <= 0:
        reasons["coverage"] = "nothing is ever adopted"
    compliance = acts["bound"].value / bound_mass if bound_mass > 0 else float("nan")
    if bound_mass <= 0:
        reasons["compliance"] = "nobody is ever bound"
    success = outcome.expect(ContributionStatistic(game.success))
    achievement = outcome.expect(ContributionStatistic(game.achievement))
    parts = {
        "free_riding": max(0.0, bound_mass - acts["bound"].value),
        "exclusion": max(0.0, excluded_mass - acts["excluded"].value),
        "gridlock": max(0.0, idle_mass - acts["idle"].value),
    }
    return Cooperation(
        act_rate=act_rate,
        coverage=coverage,
        adoption=adoption,
        compliance=compliance,
        unilateral=acts["excluded"].value + acts["idle"].value,
        **parts,
        success_rate=success.value,
        achievement=achievement.value,
        failure=_failure(game, success.value, parts),
        reasons=reasons,
        standard_errors=_errors(acts, success, achievement) if sampled else {},
    )


def _drawn(outcome: Outcome, one: Floats) -> tuple[float, float, float, float]:
    """Bound, excluded and idle mass and adoption in the events that a sample drew."""
    game = outcome.game
    events = game.events
    counts = events.counts * one
    anything = np.any(events.adopted, axis=1, keepdims=True)
    grid = game.stakes.total + 1

    def mean(per_event: Floats) -> float:
        table = np.broadcast_to(per_event[:, None], (per_event.size, grid))
        return outcome.expect(ContributionStatistic(table)).value

    bound = mean((counts * events.bound).sum(axis=1))
    excluded = mean((counts * (anything & ~events.bound)).sum(axis=1))
    idle = mean((counts * ~anything).sum(axis=1))
    return bound, excluded, idle, mean(anything[:, 0].astype(float))


def _failure(game: Game, success: float, parts: Mapping[str, float]) -> str:
    if success >= HOLDS_FROM:
        return "none"
    if not game.institution.bodies:
        return "no_body"
    return max(("gridlock", "exclusion", "free_riding"), key=lambda name: parts[name])


def _errors(
    acts: Mapping[str, Estimate], success: Estimate, achievement: Estimate
) -> dict[str, float]:
    return {
        "success_rate": success.standard_error,
        "achievement": achievement.standard_error,
        **{f"acts_{name}": estimate.standard_error for name, estimate in acts.items()},
    }
