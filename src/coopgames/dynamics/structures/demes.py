"""Demes: regions in which everybody meets everybody, with some imitation across."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import count, one_of
from ...errors import BudgetError, CoopgamesError
from ...games import SymmetricGame
from ...kernels.lockstep.links import Links, links_between
from ...kernels.lockstep.structured_payoffs import GroupPayoffs, StructuredPayoffs
from ...kernels.simplex import compositions, number_of_compositions
from .group_tables import GameOnStructure

__all__ = ["Demes"]

#: Pairs of individuals up to which replacement is stored.
LARGEST_LINKS = 20_000_000
#: Compositions of a deme up to which payoffs are tabulated.
LARGEST_TABLE = 200_000


class Demes:
    r"""Regions of given sizes; imitation is mostly inside, play inside or with everybody.

    Nobody moves: strategies do. With probability ``migration[d, e]`` the individual that revises in
    deme d finds its role model (or the parents that compete for its place) in deme e, and under
    birth-death offspring born in deme d lands in deme e; there everybody is met alike, but nobody
    itself. Under death-birth and imitation, where candidates compete by fitness, these
    probabilities are the weights of demes before fitness counts.

    Parameters
    ----------
    sizes : sequence of int
        Individuals of each deme, at least 1 each.
    migration : float or array_like, shape (demes, demes)
        Probability of another deme, each alike (the island model), in [0, 1]; or a matrix whose
        rows sum to one.
    play : {'deme', 'everybody'}
        Whether groups form inside a deme or in the whole population; they are drawn without
        replacement, and payoffs are those expected.

    Attributes
    ----------
    size : int
        Number of individuals.
    labels : tuple of int
        0, 1, ...; deme by deme.
    regions : int array, shape (size,)
        Deme of each individual.

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds, or a deme of one is to find a role model inside.
    BudgetError
        If there are too many pairs of individuals.

    References
    ----------
    Hauert & Imhof (2012) J. Theor. Biol. 299:106, for offspring that leaves its deme; imitation
    across demes is the pairwise comparison of Traulsen, Nowak & Pacheco (2006) Phys. Rev. E
    74:011909, doi:10.1103/PhysRevE.74.011909, with that probability.

    Examples
    --------
    >>> islands = Demes([10, 10, 5], migration=0.1)
    >>> islands.size, islands.migration.tolist()[0]
    (25, [0.9, 0.05, 0.05])
    """

    __slots__ = ("labels", "migration", "play", "regions", "size", "sizes")

    def __init__(
        self,
        sizes: Sequence[int],
        migration: float | npt.ArrayLike,
        *,
        play: Literal["deme", "everybody"] = "deme",
    ) -> None:
        self.sizes = tuple(count("sizes", size) for size in sizes)
        self.play = one_of("play", play, ("deme", "everybody"))
        self.size = sum(self.sizes)
        if self.size < 2:
            raise CoopgamesError(f"sizes must sum to at least 2; got {self.size}")
        if self.size**2 > LARGEST_LINKS:
            raise BudgetError(
                f"sizes sum to {self.size}, which makes {self.size**2:.3g} pairs, more than "
                f"{LARGEST_LINKS:.3g}; take smaller demes"
            )
        self.migration = _migration(migration, self.sizes)
        self.labels = tuple(range(self.size))
        self.regions = np.repeat(np.arange(len(self.sizes)), self.sizes)

    def __repr__(self) -> str:
        return f"Demes({list(self.sizes)}, {self.migration.tolist()}, play={self.play!r})"

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""
        return {
            "structure": "demes",
            "sizes": list(self.sizes),
            "migration": self.migration.tolist(),
            "play": self.play,
        }

    def replacement_under(self, rule: str) -> Links:
        """Return who may take up from whom; row i of the matrix is for what i uses."""
        same = self.regions[:, None] == self.regions
        met = np.array(self.sizes)[self.regions] - same  # how many i meets in k's deme
        weights = self.migration[np.ix_(self.regions, self.regions)] / np.maximum(met, 1)
        np.fill_diagonal(weights, 0.0)
        if rule != "birth-death":  # rows were those of the learner
            weights = weights.T
        begins, ends = np.nonzero(weights)
        return links_between(begins, ends, weights[begins, ends], self.size)

    def payoffs(self, game: GameOnStructure, *, mean: bool) -> StructuredPayoffs:
        """Return what keeps payoffs, expected over groups of the deme or of everybody.

        Raises
        ------
        CoopgamesError
            If the game is not one for a given number of players, or a deme is too small for it.
        BudgetError
            If payoffs would need too large a table.
        """
        if not isinstance(game, SymmetricGame):
            raise CoopgamesError("game must be a SymmetricGame on demes, where groups are drawn")
        if not mean and game.players > 2:
            raise CoopgamesError(
                "payoff must be 'mean' for groups drawn in a deme; got 'sum', which is for pairs"
            )
        sizes = self.sizes if self.play == "deme" else (self.size,)
        if min(sizes) < game.players:
            raise CoopgamesError(
                f"sizes must be at least players = {game.players}; got {min(sizes)}"
            )
        different, kind = np.unique(sizes, return_inverse=True)
        tables = []
        for size in different.tolist():
            if number_of_compositions(size, game.size) > LARGEST_TABLE:
                raise BudgetError(
                    f"{game.size} strategies among {size} make more than the {LARGEST_TABLE:,} "
                    "compositions that are tabulated; take smaller demes"
                )
            table = game.payoffs_in_population(compositions(size, game.size))
            tables.append(table if mean else table * (size - 1))
        where = self.regions if self.play == "deme" else np.zeros(self.size, dtype=np.int64)
        groups = links_between(np.arange(self.size), where, np.ones(self.size), self.size)
        return GroupPayoffs(groups, tables, kind.reshape(-1), mean=False)


def _migration(given: float | npt.ArrayLike, sizes: tuple[int, ...]) -> npt.NDArray[np.float64]:
    demes, matrix = len(sizes), np.asarray(given, dtype=float)
    if matrix.ndim == 0:
        leave = float(matrix)
        stay = 1.0 - leave if demes > 1 else 1.0
        matrix = np.full((demes, demes), leave / max(demes - 1, 1))
        np.fill_diagonal(matrix, stay)
    rows = matrix.sum(axis=1) if matrix.shape == (demes, demes) else np.zeros(1)
    if not ((matrix >= 0).all() and np.allclose(rows, 1.0, rtol=0, atol=1e-12)):
        raise CoopgamesError(
            f"migration must be a probability, or a matrix of shape ({demes}, {demes}) whose rows "
            f"sum to one; got {given!r}"
        )
    lonely = [d for d in range(demes) if sizes[d] == 1 and matrix[d, d] > 0]
    if lonely:
        raise CoopgamesError(
            f"migration[{lonely[0]}, {lonely[0]}] must be 0, as deme {lonely[0]} has nobody else; "
            f"got {matrix[lonely[0], lonely[0]]:g}"
        )
    return matrix
