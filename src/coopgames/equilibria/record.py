"""What solvers of equilibria return: profiles, each with its regret, and whether these are all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ..games import RoleGame

__all__ = ["Equilibria", "Equilibrium", "role_regrets"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Equilibrium:
    """One equilibrium of a game between roles.

    Attributes
    ----------
    mixed : tuple of arrays, shape (s_r,) each
        Probability of each strategy, per role; every player of a role mixes alike, unless
        ``counts`` is given. Of `fractions.Fraction` where the solver was exact.
    counts : int array, shape (sum of s_r,), or None
        Of a pure equilibrium in which players of a role may differ: how many follow each strategy.
        Then ``mixed`` are the shares.
    payoffs : tuple of floats
        Expected payoff of a player of each role, its mean where players differ. [payoff]
    regret : float
        What the player who could gain most by another strategy would gain; at most rounding.
        [payoff]
    index : int or None
        Of an isolated equilibrium; they add up to 1. None where it is not determined.
    labels : mapping of str to bool or str
        What else is known: 'ess', 'strict', 'payoff dominant', 'risk dominant', ...
    """

    mixed: tuple[npt.NDArray[Any], ...]
    counts: Integers | None = None
    payoffs: tuple[float, ...] = ()
    regret: float = 0.0
    index: int | None = None
    labels: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pure(self) -> bool:
        """Whether nobody mixes."""
        return self.counts is not None or all((part == 1).any() for part in self.mixed)

    @property
    def support(self) -> tuple[tuple[int, ...], ...]:
        """Strategies in use, per role."""
        return tuple(tuple(np.flatnonzero(part != 0).tolist()) for part in self.mixed)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Equilibria:
    """Equilibria of a game, and what is known about the others.

    Attributes
    ----------
    game : RoleGame
    profiles : tuple of Equilibrium
    method : str
        The algorithm.
    parameters : mapping
        Of the algorithm.
    complete : bool
        Whether it is proved that ``profiles`` are all of the kind asked for: all extreme ones where
        ``components`` are given.
    proof : str
        What proves it, or what is missing.
    degenerate : bool or None
        Whether some equilibrium is not isolated or not regular; None where it was not decided.
    components : tuple of tuples of int
        Positions in ``profiles`` of the extreme equilibria that span each connected component; one
        position where it is isolated. Empty where components were not looked for.
    budget : mapping
        What was allowed and what was used.
    notes : tuple of str
        What is special.
    """

    game: RoleGame
    profiles: tuple[Equilibrium, ...]
    method: str
    complete: bool
    proof: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    degenerate: bool | None = None
    components: tuple[tuple[int, ...], ...] = ()
    budget: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.profiles)

    def __iter__(self) -> Iterator[Equilibrium]:
        return iter(self.profiles)

    def __getitem__(self, position: int) -> Equilibrium:
        return self.profiles[position]

    @property
    def regret(self) -> float:
        """The largest regret of any profile [payoff]; 0 where there is none."""
        return max((float(profile.regret) for profile in self.profiles), default=0.0)


def role_regrets(game: RoleGame, mixed: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return (payoff, regret) of a player of each role where every role mixes alike.

    Parameters
    ----------
    game : RoleGame
    mixed : array_like, shape (..., sum of s_r)
        Probabilities; each role's sum to one.

    Returns
    -------
    tuple of arrays, shape (..., roles)
        The regret is the best payoff less that of the mixture. [payoff]

    Examples
    --------
    >>> from coopgames.games import bimatrix_game
    >>> dilemma = bimatrix_game([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> payoff, regret = role_regrets(dilemma, [1, 0, 1, 0])
    >>> regret
    array([2., 2.])
    """
    probabilities = np.asarray(mixed, dtype=float)
    paid = game.payoffs_at(probabilities)
    mean, best = [], []
    for block in game.blocks():
        mean.append((probabilities[..., block] * paid[..., block]).sum(axis=-1))
        best.append(paid[..., block].max(axis=-1))
    payoff = np.stack(mean, axis=-1)
    return payoff, np.asarray(np.maximum(np.stack(best, axis=-1) - payoff, 0.0))
