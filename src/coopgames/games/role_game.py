r"""Role-symmetric games: roles of interchangeable players, payoffs by counts.

Role r has n_r players, who choose among its own s_r strategies. What a player gets depends on its
role, its own strategy, and on *one whole number*: the total of what its co-players add, of their
own role and of the others. A leverage that is set in motion is such a total; so is, written in
mixed radix, the full table of counts, so that nothing is lost in generality. A round may go several
ways (a mandate is adopted or not); each way is a `Scenario` with amounts and payoffs of its own,
and payoffs are averaged over them.

The law of a total is a convolution over roles, so work grows with roles times grid, never with the
number of profiles. Arrays over strategies put all roles one after the other, in the order of
`RoleGame.sizes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from .._checks import count, probability
from ..errors import CoopgamesError
from ..kernels.drawn_totals import (
    Transform,
    convolved,
    drawn_law,
    with_replacement,
    without_replacement,
)
from ..kernels.hypergeometric import hypergeometric_table

__all__ = ["RoleGame", "Scenario"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Cells of a law over totals that are computed at a time.
CHUNK_CELLS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenario:
    """One way a round may go.

    Attributes
    ----------
    probability : float
        Of this way, in [0, 1].
    adds : tuple of int arrays, shape (s_r,) each
        What a player of each role adds to the total by each strategy, at least 0.
    payoffs : tuple of arrays, shape (s_r, grid) each
        ``payoffs[r][i, t]`` is paid for strategy i where the co-players' total is t. [payoff]
    """

    probability: float
    adds: tuple[Integers, ...]
    payoffs: tuple[Floats, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoleGame:
    """A game between roles of interchangeable players, by counts.

    Attributes
    ----------
    roles : tuple of str
        Their names.
    players : tuple of int
        n_r, at least 1 each.
    strategies : tuple of tuple of str
        Names of each role's strategies.
    scenarios : tuple of Scenario
        Probabilities sum to one.

    See Also
    --------
    role_symmetric_game : makes one from a function of counts.
    bimatrix_game : makes one from two matrices.
    """

    roles: tuple[str, ...]
    players: tuple[int, ...]
    strategies: tuple[tuple[str, ...], ...]
    scenarios: tuple[Scenario, ...]

    def __post_init__(self) -> None:
        number = len(self.roles)
        if not number or len(self.players) != number or len(self.strategies) != number:
            raise CoopgamesError(
                f"roles, players and strategies must have one entry per role, at least one; got "
                f"{number}, {len(self.players)} and {len(self.strategies)}"
            )
        if len(set(self.roles)) < number:
            raise CoopgamesError(f"roles must have different names; got {', '.join(self.roles)}")
        for role, n, names in zip(self.roles, self.players, self.strategies, strict=True):
            count(f"players of {role!r}", n, 1)
            if not names or len(set(names)) < len(names):
                raise CoopgamesError(
                    f"strategies of {role!r} must be different names, at least one; got {names!r}"
                )
        total = sum(probability("scenario probability", s.probability) for s in self.scenarios)
        if abs(total - 1.0) > 1e-9:
            raise CoopgamesError(f"scenario probabilities must sum to 1; got {total!r}")
        for scenario in self.scenarios:
            self._check(scenario)

    def _check(self, scenario: Scenario) -> None:
        most = sum(
            n * int(adds.max())
            for n, adds in zip(self.players, scenario.adds, strict=True)
            if adds.size
        )
        for role, n, size, adds, payoffs in zip(
            self.roles, self.players, self.sizes, scenario.adds, scenario.payoffs, strict=True
        ):
            if adds.shape != (size,) or adds.dtype.kind not in "iu" or (adds < 0).any():
                raise CoopgamesError(
                    f"adds of {role!r} must be {size} whole numbers >= 0; got {adds!r}"
                )
            grid = most - int(adds.max()) + 1 if n else most + 1
            if payoffs.ndim != 2 or payoffs.shape[0] != size or payoffs.shape[1] < grid:
                raise CoopgamesError(
                    f"payoffs of {role!r} must have shape ({size}, {grid}) or wider, as co-players "
                    f"add up to {grid - 1}; got {payoffs.shape}"
                )
            if not np.isfinite(payoffs[:, :grid]).all():
                raise CoopgamesError(f"payoffs of {role!r} must be finite")
            payoffs.setflags(write=False)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of strategies of each role."""
        return tuple(len(names) for names in self.strategies)

    @property
    def labels(self) -> tuple[str, ...]:
        """One name per strategy of each role; with the role's where there are several."""
        if len(self.roles) == 1:
            return self.strategies[0]
        return tuple(
            f"{role}: {name}"
            for role, names in zip(self.roles, self.strategies, strict=True)
            for name in names
        )

    def blocks(self) -> list[slice]:
        """Return where each role's strategies stand on the last axis."""
        edges = np.cumsum([0, *self.sizes]).tolist()
        return [slice(a, b) for a, b in pairwise(edges)]

    # -- payoffs -------------------------------------------------------------------------

    def payoffs_in_populations(self, counts: npt.ArrayLike) -> Floats:
        """Return the expected payoffs in finite populations, one per role.

        Games are formed by drawing n_r from the Z_r of each role, without replacement.

        Parameters
        ----------
        counts : array_like of int, shape (..., sum of s_r)
            How many of each role follow each strategy; each role sums to Z_r >= n_r.

        Returns
        -------
        array, shape (..., sum of s_r)
            Of a strategy that nobody follows: 0, but where the role has a single player what that
            player would get. [payoff]

        Raises
        ------
        CoopgamesError
            If a count is negative or a role has fewer individuals than players.

        Examples
        --------
        >>> from coopgames.games import bimatrix_game
        >>> game = bimatrix_game([[3, 0], [5, 1]], [[3, 5], [0, 1]])
        >>> game.payoffs_in_populations([1, 1, 2, 0])
        array([3. , 5. , 1.5, 3. ])
        """
        flat, shape = self._rows(counts)
        rows = flat.astype(np.int64)
        sums = [rows[:, block].sum(axis=1) for block in self.blocks()]
        for role, n, total in zip(self.roles, self.players, sums, strict=True):
            if (total < n).any():
                raise CoopgamesError(
                    f"counts of {role!r} must sum to at least players = {n}; got {total.min()}"
                )
        if all((total == n).all() for n, total in zip(self.players, sums, strict=True)):
            out = self._everybody_plays(rows)
        else:
            out = self._expected(rows, without_replacement)
        for block, n in zip(self.blocks(), self.players, strict=True):
            if n > 1:
                out[:, block][rows[:, block] == 0] = 0.0
        return out.reshape(shape)

    def payoffs_of_revising(self, counts: npt.ArrayLike) -> list[Floats]:
        """Return what a player would get by each strategy, given the one it follows now.

        The populations are the players themselves, and the others stay as they are.

        Parameters
        ----------
        counts : array_like of int, shape (..., sum of s_r)
            How many players of each role follow each strategy; each role sums to n_r.

        Returns
        -------
        list of arrays, shape (..., s_r, s_r)
            ``[i, j]`` is what one of role r that follows i would get by j; anything where nobody
            follows i. [payoff]

        Raises
        ------
        CoopgamesError
            If a role does not sum to its players.

        Examples
        --------
        >>> from coopgames.games import bimatrix_game
        >>> game = bimatrix_game([[3, 0], [5, 1]], [[3, 5], [0, 1]])
        >>> game.payoffs_of_revising([1, 0, 0, 1])[0][0]
        array([0., 1.])
        """
        flat, shape = self._rows(counts)
        rows = flat.astype(np.int64)
        for role, n, block in zip(self.roles, self.players, self.blocks(), strict=True):
            if (rows[:, block].sum(axis=1) != n).any():
                raise CoopgamesError(f"counts of {role!r} must sum to players = {n}")
        out = [np.zeros((rows.shape[0], size, size)) for size in self.sizes]
        for scenario in self.scenarios:
            total = rows @ np.concatenate(scenario.adds)
            for part, adds, table in zip(out, scenario.adds, scenario.payoffs, strict=True):
                # Out of the table is only what nobody follows now.
                others = np.clip(total[:, None] - adds, 0, table.shape[1] - 1)
                paid = table[np.arange(adds.size), others[:, :, None]]
                part += scenario.probability * paid
        return [part.reshape(*shape[:-1], *part.shape[1:]) for part in out]

    def payoffs_at(self, shares: npt.ArrayLike) -> Floats:
        """Return the expected payoffs in infinite populations, one per role.

        Parameters
        ----------
        shares : array_like, shape (..., sum of s_r)
            Shares of the strategies; each role sums to one.

        Returns
        -------
        array, shape (..., sum of s_r)
            [payoff]

        Examples
        --------
        >>> from coopgames.games import bimatrix_game
        >>> game = bimatrix_game([[3, 0], [5, 1]], [[3, 5], [0, 1]])
        >>> game.payoffs_at([1, 0, 0.5, 0.5])
        array([1.5, 3. , 3. , 5. ])
        """
        flat, shape = self._rows(shares)
        return self._expected(flat.astype(float), with_replacement).reshape(shape)

    def payoffs_of_two(
        self, role: int, first: int, second: int, elsewhere: Integers, population_size: int
    ) -> tuple[Floats, Floats]:
        """Return payoffs in a role that follows two strategies, the others being certain.

        Parameters
        ----------
        role, first, second : int
            Positions of a role and of two of its strategies.
        elsewhere : int array, shape (cases, scenarios)
            What the players of the other roles add.
        population_size : int
            Z of the role, at least 2 and at least its players.

        Returns
        -------
        tuple of arrays, shape (cases, Z - 1)
            Payoffs of both where 1 .. Z - 1 follow the first, without replacement. [payoff]

        Examples
        --------
        >>> from coopgames.games import matrix_game, one_role
        >>> game = one_role(matrix_game([[3, 0], [5, 1]]))
        >>> game.payoffs_of_two(0, 0, 1, np.array([[0]]), 3)
        (array([[0. , 1.5]]), array([[3., 5.]]))
        """
        n = self.players[role]
        drawn = hypergeometric_table(population_size - 1, n - 1)
        marked = np.arange(n)
        both = np.zeros((2, elsewhere.shape[0], population_size - 1))
        for c, scenario in enumerate(self.scenarios):
            adds, table = scenario.adds[role], scenario.payoffs[role]
            total = elsewhere[:, c, None] + marked * adds[first] + (n - 1 - marked) * adds[second]
            both[0] += scenario.probability * (table[first][total] @ drawn[:-1].T)
            both[1] += scenario.probability * (table[second][total] @ drawn[1:].T)
        return both[0], both[1]

    def totals_in_populations(self, counts: npt.ArrayLike) -> list[Floats]:
        """Return the law of the total of all players, per scenario; shape (..., grid) each.

        Parameters
        ----------
        counts : array_like of int, shape (..., sum of s_r)
            As in `payoffs_in_populations`.
        """
        flat, shape = self._rows(counts)
        return self._totals(flat.astype(np.int64), shape)

    def totals_at(self, shares: npt.ArrayLike) -> list[Floats]:
        """Return the law of the total of all players, per scenario; shape (..., grid) each.

        Parameters
        ----------
        shares : array_like, shape (..., sum of s_r)
            As in `payoffs_at`.
        """
        flat, shape = self._rows(shares)
        return self._totals(flat.astype(float), shape)

    def _rows(self, given: npt.ArrayLike) -> tuple[npt.NDArray[Any], tuple[int, ...]]:
        array = np.asarray(given)
        width = sum(self.sizes)
        if array.shape[-1:] != (width,) or (array < 0).any():
            raise CoopgamesError(
                f"counts or shares must be non-negative, {width} on the last axis; got shape "
                f"{array.shape}"
            )
        return array.reshape(-1, width), array.shape

    def _grid(self, scenario: Scenario) -> int:
        return 1 + sum(
            n * int(adds.max()) for n, adds in zip(self.players, scenario.adds, strict=True)
        )

    def _everybody_plays(self, counts: Integers) -> Floats:
        """Payoffs where the populations are the players, so that totals are certain."""
        out = np.zeros(counts.shape)
        for scenario in self.scenarios:
            total = counts @ np.concatenate(scenario.adds)
            for block, n, adds, table in zip(
                self.blocks(), self.players, scenario.adds, scenario.payoffs, strict=True
            ):
                if n == 1:
                    others = (total - counts[:, block] @ adds)[:, None]
                else:
                    others = np.clip(total[:, None] - adds, 0, table.shape[1] - 1)
                paid = table[np.arange(adds.size), others]
                out[:, block] += scenario.probability * paid
        return out

    def _expected(self, rows: npt.NDArray[Any], transform: Transform) -> Floats:
        out = np.zeros(rows.shape)
        for scenario in self.scenarios:
            grid = self._grid(scenario)
            chunk = max(1, CHUNK_CELLS // grid)
            for start in range(0, rows.shape[0], chunk):
                part = rows[start : start + chunk]
                out[start : start + chunk] += scenario.probability * self._of_scenario(
                    scenario, part, grid, transform
                )
        return out

    def _of_scenario(
        self, scenario: Scenario, rows: npt.NDArray[Any], grid: int, transform: Transform
    ) -> Floats:
        """Expected payoffs from the Fourier transforms of what each role adds.

        The law of a sum has the product of the transforms, and a mean over it is a scalar product
        of transforms, so that nothing is transformed back.
        """
        blocks = self.blocks()
        frequencies = np.zeros(grid // 2 + 1, dtype=complex)
        frequencies.imag = -2.0 * np.pi / grid * np.arange(frequencies.size)
        drawn = [
            transform(rows[:, block], n, adds, None, frequencies)
            for block, n, adds in zip(blocks, self.players, scenario.adds, strict=True)
        ]
        after = [np.ones((1, frequencies.size), dtype=complex)]
        for one in drawn[:0:-1]:
            after.append(after[-1] * one)
        # Both halves of the spectrum of a real function are conjugates: count the inner part twice.
        twice = np.full(frequencies.size, 2.0 / grid)
        twice[0] = 1.0 / grid
        if grid % 2 == 0:
            twice[-1] = 1.0 / grid
        out = np.empty(rows.shape)
        before = np.ones((rows.shape[0], frequencies.size), dtype=complex)
        for r, block in enumerate(blocks):
            others = before * after[-1 - r]
            tables = np.zeros((self.sizes[r], grid))
            width = min(grid, scenario.payoffs[r].shape[1])
            tables[:, :width] = scenario.payoffs[r][:, :width]
            wanted = (np.conj(np.fft.rfft(tables)) * twice).T
            mates = self.players[r] - 1, scenario.adds[r]
            if transform is with_replacement:  # one individual more or less changes nothing
                law = others * transform(rows[:, block], *mates, None, frequencies)
                out[:, block] = (law @ wanted).real
            else:
                for i in range(self.sizes[r]):
                    law = others * transform(rows[:, block], *mates, i, frequencies)
                    out[:, block.start + i] = (law @ wanted[:, i]).real
            before = before * drawn[r]
        return out

    def _totals(self, rows: npt.NDArray[Any], shape: tuple[int, ...]) -> list[Floats]:
        out = []
        for scenario in self.scenarios:
            law = np.zeros((rows.shape[0], self._grid(scenario)))
            law[:, 0] = 1.0
            for block, n, adds in zip(self.blocks(), self.players, scenario.adds, strict=True):
                law = convolved(law, drawn_law(rows[:, block], n, adds))
            out.append(law.reshape(*shape[:-1], law.shape[1]))
        return out
