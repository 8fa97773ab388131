"""Payoffs of an institution's stage game, and the equilibrium all fall back to.

A state that rests where the others contribute Y has the benefit of Y less its expected sanction;
one that acts has the benefit of its own contribution besides, less the cost.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...games import Game
from ...kernels.equilibrium_totals import TIE, Knapsack, equilibrium_totals

__all__ = ["StageGame"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class StageGame:
    """The stage game of an institution, by mandate event (row) and group of states.

    Parameters
    ----------
    game : Game

    Attributes
    ----------
    played : ActionGame
    of_group : int array, shape (groups,)
        The class each group is part of.
    taste : array, shape (rows, groups)
        What acting brings by itself, before sanctions. [stake]
    """

    def __init__(self, game: Game) -> None:
        self.game = game
        self.played = game.action_game()
        events = game.events
        taste = game.taste[events.class_of_group] + events.relief
        self.of_group = events.class_of_group
        if game.mandate == "expected":
            taste = events.mean_by_class(taste, game.classes.size)[None, :]
            self.of_group = np.arange(game.classes.size)
        self.taste = taste

    def key(self, row: int, eyes: Floats, alarms: Floats) -> bytes:
        """Return what tells mandates with different answers apart."""
        played = self.played
        there = played.counts[row] > 0
        parts = (played.drive[row], played.access[row], self.taste[row], eyes, alarms)
        rows = [played.counts[row].astype(float), *(np.where(there, part, 0.0) for part in parts)]
        return bytes(np.stack(rows).tobytes())

    def acting(self, row: int, x: int) -> Floats:
        """Return the payoff of acting where X = x with it, shape (groups,)."""
        idle, potential = self.game.stakes.idle, self.played.potential
        others = np.maximum(x - self.played.leverage, 0)
        good = idle[others] + potential[x] - potential[others]
        return np.asarray(self.played.access[row] * good + self.taste[row])

    def resting(self, row: int, x: int, sanctions: bool = True) -> Floats:
        """Return the payoff of resting where X = x without it, shape (groups,)."""
        out = self.played.access[row] * self.game.stakes.idle[x]
        return np.asarray(out - (self.sanction(row) if sanctions else 0.0))

    def sanction(self, row: int) -> Floats:
        """Return the expected sanction on a breach, shape (groups,)."""
        return np.asarray(self.played.drive[row] - self.taste[row])

    def fall(self, row: int, sanctions: bool) -> tuple[Integers, Floats]:
        """Return the equilibrium of least welfare: who acts, and the best payoff in each group.

        In an equilibrium at X each state has at least what resting gives where the others
        contribute X, or X less its own: a bound on welfare by which X are tried in turn.
        """
        counts, leverage = self.played.counts[row], self.played.leverage
        access, potential = self.played.access[row], self.played.potential
        drive = self.played.drive[row] if sanctions else self.taste[row]
        stake = leverage / self.game.stakes.total
        none = np.zeros_like(counts)
        bounds = self._bounds(row, sanctions)
        joining = access * (potential[np.minimum(leverage, potential.size - 1)] - potential[0])
        if (joining + drive <= TIE)[counts > 0].all() and bounds[0] <= bounds.min():
            return none, np.where(counts > 0, self.resting(row, 0, sanctions), 0.0)
        totals = equilibrium_totals(counts, leverage, drive, access, potential)
        least, chosen = np.inf, (none, np.zeros(counts.size))
        sacks: dict[bytes, Knapsack] = {}
        at = np.flatnonzero(np.isfinite(totals.log_number))
        for x in at[np.argsort(bounds[at], kind="stable")].tolist():
            if bounds[x] >= least:
                break
            act, rest = self.acting(row, x), self.resting(row, x, sanctions)
            acting = totals.lowest[x]
            if x and (acting != totals.highest[x]).any():
                weights = np.round(stake * (rest - act), 12)
                limits = totals.lowest[x], totals.highest[x]
                key = b"".join(part.tobytes() for part in (*limits, weights))
                if key not in sacks:
                    sacks[key] = Knapsack(leverage, limits, weights, potential.size)
                acting = sacks[key].acting(x)
            welfare = float((stake * (acting * act + (counts - acting) * rest)).sum())
            if welfare < least - TIE:
                best = np.where(acting > 0, act, -np.inf)
                best = np.maximum(best, np.where(acting < counts, rest, -np.inf))
                least, chosen = welfare, (acting, np.where(counts > 0, best, 0.0))
        return chosen

    def _bounds(self, row: int, sanctions: bool) -> Floats:
        """Return what welfare is at least in an equilibrium at each X, shape (grid,)."""
        counts, leverage = self.played.counts[row], self.played.leverage
        idle = self.game.stakes.idle
        x = np.arange(self.played.potential.size)
        out = np.zeros(x.size)
        sanction = self.sanction(row) if sanctions else np.zeros(counts.size)
        for g in np.flatnonzero(counts):
            k = int(leverage[g])
            good = self.played.access[row, g] * np.minimum(idle[x], idle[np.maximum(x - k, 0)])
            out += counts[g] * k / self.game.stakes.total * (good - sanction[g])
        return out
