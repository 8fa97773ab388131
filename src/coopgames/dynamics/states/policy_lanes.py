r"""Finite processes among the plans of states, many replicates side by side.

A replicate is one world: a population game, and how many of each role follow each plan. Roles are
padded to the largest number of plans, so that replicates of different mandate events go together.
Where the populations are the players payoffs are looked up at the total; where they are larger they
are tabulated over all states of the game, if these are few enough.

Axes: replicate, role, plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import BudgetError
from ...games import RoleGame
from ...kernels.markov.product_chain import number_of_states, product_states
from ...kernels.simplex import composition_index, number_of_compositions
from .roles import role_sizes

__all__ = ["PolicyLanes"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Cells of the payoff tables of one block of replicates.
LARGEST_TABLE = 60_000_000


class PolicyLanes:
    """Replicates of a process in population games.

    Parameters
    ----------
    games : sequence of RoleGame
        With one number of scenarios.
    process : Fermi, Moran, BestOfSample, WrightFisher or Logit
    lane : int array, shape (replicates,)
        Which game each replicate plays.
    """

    def __init__(self, games: Sequence[RoleGame], process: Any, lane: Integers) -> None:
        self._process = process
        self._lane = lane
        self._here = np.arange(lane.size)
        roles = max(len(game.roles) for game in games)
        plans = max(max(game.sizes) for game in games)
        sizes = [role_sizes(game, process) for game in games]
        shape = (len(games), roles)
        #: Individuals, players and plans of each role; 0 where a game has fewer roles.
        self.sizes, self.players, self.plans = np.zeros((3, *shape), dtype=np.int64)
        scenarios = len(games[0].scenarios)
        self._adds = np.zeros((scenarios, *shape, plans), dtype=np.int64)
        self._chances = np.array([[s.probability for s in game.scenarios] for game in games])
        for g, game in enumerate(games):
            number = len(game.roles)
            self.sizes[g, :number], self.players[g, :number] = sizes[g], game.players
            self.plans[g, :number] = game.sizes
            for c, scenario in enumerate(game.scenarios):
                for r, adds in enumerate(scenario.adds):
                    self._adds[c, g, r, : adds.size] = adds
        #: Whether the populations are the players themselves.
        self.whole = bool((self.sizes == self.players).all())
        self._until = np.cumsum(self.sizes, axis=1)
        if self.whole:
            self._tables = self._by_total(games, roles, plans)
        else:
            self._tables, self._strides = self._by_state(games, sizes, roles, plans)
        self.counts = np.zeros((lane.size, roles, plans), dtype=np.int64)
        #: What all individuals together add, by scenario.
        self.totals = np.zeros((scenarios, lane.size), dtype=np.int64)

    @property
    def steps(self) -> int:
        """Steps of a sweep that move the world itself; 0 where it is only drawn from policies."""
        if not self.whole or hasattr(self._process, "offspring"):
            return 0
        return int(self._until[:, -1].max())

    # -- tables --------------------------------------------------------------------------

    def _by_total(self, games: Sequence[RoleGame], roles: int, plans: int) -> Floats:
        grid = max(t.shape[1] for game in games for s in game.scenarios for t in s.payoffs)
        shape = (self._adds.shape[0], len(games), roles, plans, grid)
        _within(np.prod(shape, dtype=float), len(games))
        out = np.zeros(shape)
        for g, game in enumerate(games):
            for c, scenario in enumerate(game.scenarios):
                for r, table in enumerate(scenario.payoffs):
                    out[c, g, r, : table.shape[0], : table.shape[1]] = table
        return out

    def _by_state(
        self, games: Sequence[RoleGame], sizes: list[tuple[int, ...]], roles: int, plans: int
    ) -> tuple[Floats, Integers]:
        states = [number_of_states(z, game.sizes) for z, game in zip(sizes, games, strict=True)]
        _within(float(max(states)) * len(games) * roles * plans, len(games))
        out = np.zeros((len(games), roles, plans, max(states)))
        strides = np.zeros((len(games), roles), dtype=np.int64)
        for g, (game, z) in enumerate(zip(games, sizes, strict=True)):
            payoffs = game.payoffs_in_populations(product_states(z, game.sizes))
            stride = states[g]
            for r, block in enumerate(game.blocks()):
                stride //= number_of_compositions(z[r], game.sizes[r])
                strides[g, r] = stride
                out[g, r, : game.sizes[r], : states[g]] = payoffs[:, block].T
        return out, strides

    # -- state ---------------------------------------------------------------------------

    def start(self, how: str, rng: np.random.Generator) -> None:
        """Let everybody follow a random plan, or the first plan ('cooperate'), or the second."""
        for g in np.unique(self._lane):
            rows = np.flatnonzero(self._lane == g)
            for r in np.flatnonzero(self.sizes[g]):
                plans, size = int(self.plans[g, r]), int(self.sizes[g, r])
                if how == "random":
                    even = np.full(plans, 1.0 / plans)
                    self.counts[rows, r, :plans] = rng.multinomial(size, even, size=rows.size)
                else:
                    self.counts[rows, r, int(how == "defect")] = size
        self._add_up()

    def _add_up(self) -> None:
        self.totals = (self._adds[:, self._lane] * self.counts).sum(axis=(2, 3))

    def worlds(self, rng: np.random.Generator) -> Integers:
        """Return the plans of the players, drawn from the populations; shaped as ``counts``."""
        if self.whole:
            return self.counts.copy()
        out = np.zeros_like(self.counts)
        wanted = self.players[self._lane]
        for plan in range(self.counts.shape[2]):
            good = self.counts[:, :, plan]
            bad = self.counts[:, :, plan + 1 :].sum(axis=2)
            out[:, :, plan] = rng.hypergeometric(good, bad, wanted)
            wanted = wanted - out[:, :, plan]
        return out

    # -- steps ---------------------------------------------------------------------------

    def sweep(self, rng: np.random.Generator, after_step: Any = None) -> None:
        """Let as many individuals revise as there are, or pass one generation.

        ``after_step``, if given, is called after every step.
        """
        if hasattr(self._process, "offspring"):
            self._generation(rng)
            return
        longest = int(self._until[:, -1].max())
        # Worlds are of one size: those of a world's states, or of populations of the same roles.
        for uniforms in rng.random((longest, 2, self._lane.size)):
            self._step(uniforms)
            if after_step is not None:
                after_step()

    def _step(self, uniforms: Floats) -> None:
        until = self._until[self._lane]
        role = (uniforms[0, :, None] * until[:, -1:] >= until).sum(axis=1)
        plans = self.plans[self._lane, role]
        for number in np.unique(plans):
            rows = np.flatnonzero(plans == number)
            self._revise(rows, role[rows], int(number), uniforms[1, rows])

    def _revise(self, rows: Integers, role: Integers, plans: int, uniform: Floats) -> None:
        own = self.counts[rows, role, :plans]
        if hasattr(self._process, "choice"):
            drawn = own / own.sum(axis=1, keepdims=True)
            chance = drawn[:, :, None] * self._process.choice(self._would(rows, role, plans))
        else:
            chance = self._process.switching(own, self._payoffs(rows, role, plans))
        chance[:, np.arange(plans), np.arange(plans)] = 0.0
        until = chance.reshape(rows.size, -1).cumsum(axis=1)
        move = (uniform[:, None] >= until).sum(axis=1)
        moved = np.flatnonzero(move < plans * plans)
        gone, come = np.divmod(move[moved], plans)
        self.counts[rows[moved], role[moved], gone] -= 1
        self.counts[rows[moved], role[moved], come] += 1
        adds = self._adds[:, self._lane[rows[moved]], role[moved]]
        step = np.arange(moved.size)
        self.totals[:, rows[moved]] += adds[:, step, come] - adds[:, step, gone]

    def _generation(self, rng: np.random.Generator) -> None:
        after = self.counts.copy()
        for r in range(self.counts.shape[1]):
            role = np.full(self._lane.size, r)
            plans = self.plans[self._lane, r]
            for number in np.unique(plans[plans > 0]):
                rows = np.flatnonzero(plans == number)
                own = self.counts[rows, r, :number]
                paid = self._payoffs(rows, role[rows], int(number))
                law = self._process.offspring(own, paid)
                after[rows, r, :number] = rng.multinomial(own.sum(axis=1), law)
        self.counts = after
        self._add_up()

    def _payoffs(self, rows: Integers, role: Integers, plans: int) -> Floats:
        """Payoffs of all plans to members of one role, shape (rows, plans)."""
        lane = self._lane[rows]
        if not self.whole:
            index = np.zeros(rows.size, dtype=np.int64)
            for r in range(self.counts.shape[1]):
                wide = self.plans[lane, r]
                for number in np.unique(wide[wide > 0]):
                    part = np.flatnonzero(wide == number)
                    place = composition_index(self.counts[rows[part], r, :number])
                    index[part] += self._strides[lane[part], r] * place
            own = np.arange(plans)
            return np.asarray(self._tables[lane[:, None], role[:, None], own, index[:, None]])
        alone = self.players[lane, role] == 1
        out = np.zeros((rows.size, plans))
        for c, total in enumerate(self.totals[:, rows]):
            adds = self._adds[c, lane, role, :plans]
            mine = (self.counts[rows, role, :plans] * adds).sum(axis=1, keepdims=True)
            others = np.maximum(total[:, None] - np.where(alone[:, None], mine, adds), 0)
            out += self._chances[lane, c, None] * self._at(c, lane, role, others)
        return out

    def _would(self, rows: Integers, role: Integers, plans: int) -> Floats:
        """What each plan would pay to one that follows each, shape (rows, plans, plans)."""
        lane = self._lane[rows]
        out = np.zeros((rows.size, plans, plans))
        for c, total in enumerate(self.totals[:, rows]):
            others = np.maximum(total[:, None] - self._adds[c, lane, role, :plans], 0)
            for now in range(plans):
                same = np.repeat(others[:, now, None], plans, axis=1)
                out[:, now] += self._chances[lane, c, None] * self._at(c, lane, role, same)
        return out

    def _at(self, scenario: int, lane: Integers, role: Integers, others: Integers) -> Floats:
        plans = np.arange(others.shape[1])
        return np.asarray(self._tables[scenario][lane[:, None], role[:, None], plans, others])


def _within(cells: float, games: int) -> None:
    if cells > LARGEST_TABLE:
        raise BudgetError(
            f"payoffs of {games} different mandate events need {cells:.3g} cells, more than "
            f"{LARGEST_TABLE:.3g}: take population_size=None (the states themselves), a game with "
            "mandate='expected', or fewer replicates"
        )
