"""Outcomes of population games: a law over how many follow each strategy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError
from ...games import RoleGame, SymmetricGame
from ...outcomes import Certificate, Estimate

__all__ = ["PopulationOutcome", "RoleOutcome"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _CountLaw:
    """A law over how many follow each strategy, of one population or of several."""

    game: SymmetricGame | RoleGame
    states: Integers
    law: Floats
    certificate: Certificate
    provenance: Mapping[str, Any]

    @property
    def population_size(self) -> int:
        """Z, of all roles together."""
        return int(self.states[0].sum())

    def expect(self, values: npt.ArrayLike) -> Estimate:
        """Return the mean of a statistic.

        Parameters
        ----------
        values : array_like, shape (states,)
            The statistic at each state, in the order of ``states``.

        Raises
        ------
        CoopgamesError
            If there is not one value per state.
        """
        array = np.asarray(values, dtype=float)
        if array.shape != self.law.shape:
            raise CoopgamesError(
                f"values must have shape {self.law.shape}, one per state; got {array.shape}"
            )
        return Estimate(float(self.law @ array))

    def shares(self) -> dict[str, float]:
        """Return the mean share of each strategy in its role; each role's sum to one."""
        means = self.law @ self.states
        for block in self.game.blocks():
            means[block] /= self.states[0, block].sum()
        return dict(zip(self.game.labels, means.tolist(), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoleOutcome(_CountLaw):
    """The stationary law of several populations, one per role, over strategy counts.

    Attributes
    ----------
    game : RoleGame
        What is played.
    states : int array, shape (states, sum of s_r)
        How many follow each strategy; each role's sum to its Z_r.
    law : array, shape (states,)
        Sums to one.
    certificate : Certificate
        Method and residual.
    provenance : dict
        Versions, specification and its hash.
    """

    game: RoleGame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PopulationOutcome(_CountLaw):
    """The stationary law of a finite population over strategy counts.

    Attributes
    ----------
    game : SymmetricGame
        What is played.
    states : int array, shape (states, s)
        How many follow each strategy; rows sum to Z.
    law : array, shape (states,)
        Sums to one.
    certificate : Certificate
        Method and residual.
    provenance : dict
        Versions, specification and its hash.
    """

    game: SymmetricGame

    def group_success(self, succeeds: npt.ArrayLike) -> Estimate:
        """Return how likely a randomly formed group of the game's size succeeds.

        Parameters
        ----------
        succeeds : array_like, shape (compositions,)
            Whether a group succeeds (or how likely), by its composition into looks, all n players,
            in the order of `coopgames.kernels.simplex.compositions`.

        Returns
        -------
        Estimate
            In the collective-risk literature the group achievement eta_G.

        Raises
        ------
        CoopgamesError
            If there is not one entry per composition.
        """
        from ...kernels.group_sampling import hypergeometric_group_law
        from ...kernels.simplex import compositions

        groups = compositions(self.game.players, self.game.looks)
        wanted = np.asarray(succeeds, dtype=float)
        if wanted.shape != (groups.shape[0],):
            raise CoopgamesError(
                f"succeeds must have shape ({groups.shape[0]},), one per composition of "
                f"{self.game.players} players; got {wanted.shape}"
            )
        law = hypergeometric_group_law(self.game.seen(self.states), groups)
        return self.expect(law @ wanted)
