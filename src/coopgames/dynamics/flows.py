"""Deterministic dynamics of large populations, one or one per role: flows on simplices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from .._checks import at_least, number, probability
from ..errors import CoopgamesError
from ..games import RoleGame, SymmetricGame
from ..kernels.flows import fields as flows
from ..kernels.flows.rest_point import RestPoints
from ..kernels.flows.rest_points import (
    field_rest_points,
    matrix_rest_points,
    payoff_rest_points,
    two_strategy_rest_points,
)
from ..kernels.flows.trajectories import (
    BasinShares,
    basin_shares,
    trajectories,
    two_strategy_basin_shares,
)

__all__ = [
    "BestResponseFlow",
    "BrownVonNeumannNash",
    "LogitFlow",
    "Replicator",
    "ReplicatorMutator",
    "Smith",
    "basins",
    "rest_points",
    "trajectory",
]

Floats = npt.NDArray[np.float64]
#: From states to payoffs of the same shape.
Payoffs = Callable[[Floats], Floats]
#: Numbers of strategies of several populations; None is one population.
Sizes = Sequence[int] | None


class Flow(Protocol):
    """What a flow must offer: velocities of states, given payoffs at states."""

    def velocity(self, shares: Floats, payoffs: Payoffs, strategies: Sizes = None) -> Floats:
        """Return velocities, shape (..., s), zero in sum; one population, or one per size."""
        ...


@dataclass(frozen=True, slots=True)
class Replicator:
    """x_i' = x_i (f_i - fbar): imitation of the more successful (Taylor & Jonker 1978)."""

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""
        return {"dynamic": "replicator"}

    def velocity(self, shares: Floats, payoffs: Payoffs, strategies: Sizes = None) -> Floats:
        """Return velocities."""
        return flows.replicator(shares, payoffs, strategies=strategies)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicatorMutator:
    """The replicator with offspring that follow another strategy, uniformly.

    Parameters
    ----------
    mutation_probability : float
        In [0, 1]. Default 0.01, our assumption.
    baseline : float
        Added to all payoffs to make them fitness, which must be at least 0. [payoff]
    """

    mutation_probability: float = 0.01
    baseline: float = 0.0

    def __post_init__(self) -> None:
        probability("mutation_probability", self.mutation_probability)
        number("baseline", self.baseline)

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""
        return {
            "dynamic": "replicator-mutator",
            "mutation_probability": self.mutation_probability,
            "baseline": self.baseline,
        }

    def velocity(self, shares: Floats, payoffs: Payoffs, strategies: Sizes = None) -> Floats:
        """Return velocities."""
        sizes = flows.population_sizes(strategies, shares.shape[-1])
        matrix = np.zeros((sum(sizes), sum(sizes)))
        first = 0
        for size in sizes:
            block = slice(first, first + size)
            matrix[block, block] = self.mutation_probability / max(size - 1, 1)
            first += size
        # Whoever has no other strategy stays with its own.
        alone = np.repeat(np.array(sizes) == 1, sizes)
        np.fill_diagonal(matrix, np.where(alone, 1.0, 1.0 - self.mutation_probability))

        def fitness(at: Floats) -> Floats:
            return payoffs(at) + self.baseline

        return flows.replicator_mutator(shares, fitness, mutation=matrix, strategies=strategies)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogitFlow:
    """Perturbed best replies minus the state (Fudenberg & Levine 1998).

    Parameters
    ----------
    precision : float
        Inverse temperature, at least 0. [1/payoff]
    """

    precision: float = 15.0

    def __post_init__(self) -> None:
        at_least("precision", self.precision, 0)

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""
        return {"dynamic": "logit-flow", "precision": self.precision}

    def velocity(self, shares: Floats, payoffs: Payoffs, strategies: Sizes = None) -> Floats:
        """Return velocities."""
        return flows.logit(shares, payoffs, precision=self.precision, strategies=strategies)


@dataclass(frozen=True, slots=True)
class Smith:
    """Switching to better strategies at the rate of the gain (Smith 1984)."""

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""
        return {"dynamic": "smith"}

    def velocity(self, shares: Floats, payoffs: Payoffs, strategies: Sizes = None) -> Floats:
        """Return velocities."""
        return flows.smith(shares, payoffs, strategies=strategies)


@dataclass(frozen=True, slots=True)
class BrownVonNeumannNash:
    """Growth of strategies better than the mean (Brown & von Neumann 1950)."""

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""
        return {"dynamic": "brown-von-neumann-nash"}

    def velocity(self, shares: Floats, payoffs: Payoffs, strategies: Sizes = None) -> Floats:
        """Return velocities."""
        return flows.bnn(shares, payoffs, strategies=strategies)


@dataclass(frozen=True, slots=True)
class BestResponseFlow:
    """Best replies minus the state (Gilboa & Matsui 1991); discontinuous where replies tie."""

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""
        return {"dynamic": "best-response"}

    def velocity(self, shares: Floats, payoffs: Payoffs, strategies: Sizes = None) -> Floats:
        """Return velocities."""
        return flows.best_response(shares, payoffs, strategies=strategies)


def _sizes(game: SymmetricGame | RoleGame) -> tuple[int, ...]:
    return game.sizes if isinstance(game, RoleGame) else (game.size,)


def _field(game: SymmetricGame | RoleGame, rule: Flow) -> Payoffs:
    sizes = _sizes(game)
    return lambda shares: rule.velocity(shares, game.payoffs_at, sizes)


def _coefficients(game: SymmetricGame | RoleGame) -> Floats | None:
    """Return the payoff gap of two strategies in Bernstein form, if they are told apart."""
    if isinstance(game, RoleGame) or game.size != 2 or game.looks != 2:
        return None
    # Compositions in lexicographic order: column k has k co-players of the first look.
    gap = game.table[0] - game.table[1]
    return np.asarray(gap if game.seen_as[0] == 0 else gap[::-1])


def rest_points(game: SymmetricGame | RoleGame) -> RestPoints:
    """Return the rest points of the replicator equation.

    Two strategies: all, in groups of any size, from the Bernstein form of the payoff gap. Two
    players: all, by supports. Otherwise Newton's method on every face from quasi-random starts,
    each point certified by its residual, the list without a proof that none is missing.

    Parameters
    ----------
    game : SymmetricGame or RoleGame

    Returns
    -------
    RestPoints
        ``points`` with eigenvalues, kind, Nash and evolutionary stability; ``continua``; and
        whether the list is ``complete``.

    Raises
    ------
    BudgetError
        If there are too many supports.

    References
    ----------
    Hofbauer & Sigmund (1998) Evolutionary Games and Population Dynamics, chapters 6 and 7.

    Examples
    --------
    >>> from coopgames.games.classics import collective_risk
    >>> found = rest_points(collective_risk(6, 3, risk=1, cost=0.1))
    >>> [(round(float(p.point[0]), 4), p.kind) for p in found.points if len(p.support) == 2]
    [(0.1214, 'source'), (0.7356, 'sink')]
    """
    coefficients = _coefficients(game)
    if coefficients is not None:
        return two_strategy_rest_points(coefficients)
    if isinstance(game, SymmetricGame) and game.players == 2:
        return matrix_rest_points(game.matrix())
    return payoff_rest_points(game.payoffs_at, strategies=_sizes(game))


def trajectory(
    game: SymmetricGame | RoleGame,
    start: npt.ArrayLike,
    times: npt.ArrayLike,
    flow: Flow | None = None,
    *,
    relative_tolerance: float = 1e-12,
) -> Floats:
    """Return the shares of the strategies at given times.

    Parameters
    ----------
    game : SymmetricGame or RoleGame
    start : array_like, shape (..., s)
        Shares at the first time, of a role game role after role; many starts are integrated
        together.
    times : array_like, shape (t,)
        Not decreasing. [time]
    flow : Flow, optional
        `Replicator` by default.
    relative_tolerance : float
        Of one step of the integration, above 0.

    Returns
    -------
    array, shape (t, ..., s)
        Each role's sum to one.

    Raises
    ------
    CoopgamesError
        If the start is not on the simplex, or the integration fails.

    Examples
    --------
    >>> from coopgames.games.classics import donation_game
    >>> path = trajectory(donation_game(2, 1), [0.9, 0.1], [0, 2])
    >>> round(float(path[-1, 0]), 6)
    0.549147
    """
    rule = Replicator() if flow is None else flow
    return trajectories(
        _field(game, rule),
        start,
        times=times,
        strategies=_sizes(game),
        rtol=relative_tolerance,
        atol=1e-2 * relative_tolerance,
    )


def basins(
    game: SymmetricGame | RoleGame,
    flow: Flow | None = None,
    *,
    horizon: float = 200.0,
    rng: int | np.random.Generator | np.random.SeedSequence | None = None,
) -> BasinShares:
    """Return what part of the simplex ends at each attractor.

    Parameters
    ----------
    game : SymmetricGame or RoleGame
    flow : Flow, optional
        `Replicator` by default.
    horizon : float
        How long is waited where it is not exact. [time]
    rng : int, Generator or SeedSequence, optional
        Moves the quasi-random starts.

    Returns
    -------
    BasinShares
        Exact for two strategies under the replicator; else with intervals, and the part from which
        no sink was reached. Sinks are those of the replicator, or, with noise or mutation, the
        flow's own.

    Raises
    ------
    CoopgamesError
        If there is no sink to end at.

    Examples
    --------
    >>> from coopgames.games.classics import stag_hunt
    >>> basins(stag_hunt()).shares.round(6)
    array([0.666667, 0.333333])
    """
    rule = Replicator() if flow is None else flow
    coefficients = _coefficients(game)
    if coefficients is not None and isinstance(rule, Replicator):
        return two_strategy_basin_shares(coefficients)
    field = _field(game, rule)
    found = rest_points(game)
    if isinstance(rule, LogitFlow | ReplicatorMutator):
        # Noise and mutation move the rest points away from those of the replicator.
        near = np.array([p.point for p in found.points])
        found = field_rest_points(
            field, strategies=_sizes(game), payoffs=game.payoffs_at, near=near
        )
    sinks = [p.point for p in found.points if p.kind == "sink"]
    if not sinks:
        raise CoopgamesError("game has no isolated sink under the flow: nothing to end at")
    return basin_shares(
        field,
        np.array(sinks),
        strategies=_sizes(game),
        horizon=horizon,
        rng=rng,
    )
