r"""Equilibria of an institution's stage game: acts given the mandate, for any number of states.

Given a mandate event acts matter through one weighted sum X, so all pure equilibria are found by X.
An event has several; what cooperation can be hoped for lies between the worst and the best of them.

Welfare is the sum of payoffs, each state counting by its stake, in proportion to leverage (model
D5); sanctions are lost to all. The optimum is taken given the mandate, over acts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from .._checks import one_of
from ..games import ActionGame, Game
from ..kernels.equilibrium_totals import EquilibriumTotals, Knapsack, equilibrium_totals
from ..outcomes import Certificate, ExactOutcome
from ..provenance import provenance

__all__ = ["EventEquilibria", "StageEquilibria", "stage_equilibria"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventEquilibria:
    """All pure equilibria of one mandate event.

    Attributes
    ----------
    probability : float
        Of the event.
    contributions : int array, shape (k,)
        X at which there are equilibria.
    log_number : array, shape (k,)
        Logarithm of how many profiles of individual states are equilibria there.
    success : array, shape (k,)
        How likely cooperation holds at each X.
    welfare : array, shape (k, 2)
        Lowest and highest sum of payoffs of the equilibria at each X. [stakes]
    acting : int array, shape (k, 2, groups)
        How many states of each group act in equilibria of that welfare.
    optimum : float
        The highest sum of payoffs of any acts under this mandate. [stakes]
    everybody, nobody : bool
        Whether it is an equilibrium that all act, or that none does.
    tied : bool
        Whether somebody is indifferent in some equilibrium.
    """

    probability: float
    contributions: Integers
    log_number: Floats
    success: Floats
    welfare: Floats
    acting: Integers
    optimum: float
    everybody: bool
    nobody: bool
    tied: bool

    def position(self, which: Literal["best", "worst"]) -> tuple[int, int]:
        """Return the position of an equilibrium and of its welfare: success first, then welfare."""
        sign = 1.0 if which == "best" else -1.0
        column = int(which == "best")
        order = np.lexsort((sign * self.welfare[:, column], sign * self.success))
        return int(order[-1]), column


@dataclass(frozen=True, kw_only=True, eq=False)
class StageEquilibria:
    """Pure equilibria of an institution's stage game, in every mandate event.

    Attributes
    ----------
    game : Game
    events : tuple of EventEquilibria
        One for each event played.
    """

    game: Game
    events: tuple[EventEquilibria, ...]

    def success_rate(self, which: Literal["best", "worst"]) -> float:
        """Return how likely cooperation holds in the best, or the worst, equilibria of events."""
        return sum(
            event.probability * float(event.success[event.position(which)[0]])
            for event in self.events
        )

    @cached_property
    def possible(self) -> float:
        """Probability of a mandate under which cooperation holds in some equilibrium."""
        return self._share(lambda event: bool((event.success >= 0.5).any()))

    @cached_property
    def certain(self) -> float:
        """Probability of a mandate under which cooperation holds in every equilibrium."""
        return self._share(lambda event: bool((event.success >= 0.5).all()))

    @cached_property
    def everybody(self) -> float:
        """Probability of a mandate under which it is an equilibrium that all act."""
        return self._share(lambda event: event.everybody)

    def _share(self, holds: Callable[[EventEquilibria], bool]) -> float:
        return sum(event.probability for event in self.events if holds(event))

    def price(self, which: Literal["anarchy", "stability"]) -> tuple[float, str]:
        """Return the expected optimum over the expected welfare of the worst or best equilibria.

        NaN, with a reason, where that welfare is not above 0.
        """
        one_of("which", which, ("anarchy", "stability"))
        optimum = sum(event.probability * event.optimum for event in self.events)
        column = int(which == "stability")
        reached = sum(
            event.probability
            * float(event.welfare[:, column].max() if column else event.welfare[:, 0].min())
            for event in self.events
        )
        if reached <= 0:
            name = "best" if column else "worst"
            return float("nan"), f"welfare in the {name} equilibria is {reached:.3g}, not above 0"
        return optimum / reached, ""

    def outcome(self, which: Literal["best", "worst"] = "best") -> ExactOutcome:
        """Return the best or worst equilibria as an outcome, so that measures apply.

        Of several equilibria with the same success the one of highest, or lowest, welfare counts.
        """
        one_of("which", which, ("best", "worst"))
        game = self.game
        groups = game.events.class_of_group.size
        law = np.zeros((len(self.events), game.stakes.total + 1))
        acts = np.zeros((len(self.events), groups))
        of_group = np.arange(groups)
        if game.mandate == "expected":
            of_group = game.events.class_of_group
        for row, event in enumerate(self.events):
            place, column = event.position(which)
            law[row, event.contributions[place]] = 1.0
            counts = _counts(game, row)
            acts[row] = (event.acting[place, column] / np.maximum(counts, 1))[of_group]
        tied = sum(event.tied for event in self.events)
        notes = (f"somebody is indifferent in {tied} mandate events",) if tied else ()
        return ExactOutcome(
            game=game,
            law=law,
            acts=acts,
            certificate=Certificate(
                method=f"{which} pure equilibria",
                exact=True,
                grid_error=game.stakes.grid_error,
                notes=notes,
            ),
            provenance=provenance(game.specification() | {"solver": "equilibria", "which": which}),
        )


def stage_equilibria(game: Game) -> StageEquilibria:
    """Return all pure equilibria of an institution's stage game, under every mandate event.

    Parameters
    ----------
    game : Game
        States choose between acting and not (``act2``). Under ``mandate = "expected"`` there is one
        event, at mean sanctions.

    Returns
    -------
    StageEquilibria
        Complete: every profile of acts in which nobody gains by the other act is among them.

    References
    ----------
    Monderer & Shapley (1996) Games Econ. Behav. 14:124, doi:10.1006/game.1996.0044; Koutsoupias &
    Papadimitriou (1999) for the price of anarchy. Model D5, D9a.

    Examples
    --------
    >>> import coopgames as cg
    >>> found = stage_equilibria(cg.game("charter", "climate"))
    >>> found.success_rate("worst"), round(found.success_rate("best"), 3)
    (0.0, 0.569)
    """
    played = game.action_game()
    taste, success = _given_events(game)
    different: dict[bytes, tuple[EquilibriumTotals, Floats, Integers, float]] = {}
    events = []
    for row, probability in enumerate(played.probability):
        key = _key(played, taste, row)
        if key not in different:
            different[key] = _solved(game, played, taste[row], row)
        totals, welfare, acting, optimum = different[key]
        at = np.flatnonzero(np.isfinite(totals.log_number))
        events.append(
            EventEquilibria(
                probability=float(probability),
                contributions=at,
                log_number=totals.log_number[at],
                success=success[row, at],
                welfare=welfare,
                acting=acting,
                optimum=optimum,
                everybody=bool(at.size and at[-1] == game.stakes.total),
                nobody=bool(at.size and at[0] == 0),
                tied=bool(totals.tied.any()),
            )
        )
    return StageEquilibria(game=game, events=tuple(events))


def _given_events(game: Game) -> tuple[Floats, Floats]:
    """Return (what acting costs, success by X), for every event played."""
    events = game.events
    every = (events.probability.size, game.stakes.total + 1)
    success = np.broadcast_to(game.success, every)
    taste = game.taste[events.class_of_group] + events.relief
    if game.mandate == "standing":
        return taste, success
    mean = events.mean_by_class(taste, game.classes.size)
    return mean[None, :], (events.probability @ success)[None, :]


def _counts(game: Game, row: int) -> Integers:
    return game.classes.counts if game.mandate == "expected" else game.events.counts[row]


def _key(played: ActionGame, taste: Floats, row: int) -> bytes:
    there = played.counts[row] > 0
    parts = (played.drive[row], played.access[row], taste[row])
    rows = [played.counts[row].astype(float), *(np.where(there, part, 0.0) for part in parts)]
    return bytes(np.stack(rows).tobytes())


def _solved(
    game: Game, played: ActionGame, taste: Floats, row: int
) -> tuple[EquilibriumTotals, Floats, Integers, float]:
    """Return equilibria by X, their welfare and acting states, and the optimum."""
    counts, leverage = played.counts[row], played.leverage
    totals = equilibrium_totals(
        counts, leverage, played.drive[row], played.access[row], played.potential
    )
    base, gain = _welfare(game, played, taste, row)
    none = np.zeros(counts.size, dtype=np.int64)
    at = np.flatnonzero(np.isfinite(totals.log_number))
    welfare = np.zeros((at.size, 2))
    acting = np.zeros((at.size, 2, counts.size), dtype=np.int64)
    sacks: dict[tuple[bytes, int], Knapsack] = {}

    def sack(bounds: tuple[Integers, Integers], x: int, sign: int) -> Knapsack:
        weights = sign * gain[x]
        key = (bounds[0].tobytes() + bounds[1].tobytes() + weights.tobytes(), sign)
        if key not in sacks:
            sacks[key] = Knapsack(leverage, bounds, weights, played.potential.size)
        return sacks[key]

    for place, x in enumerate(at.tolist()):
        bounds = totals.lowest[x], totals.highest[x]
        for column, sign in enumerate((-1, 1)):
            best = sack(bounds, x, sign)
            welfare[place, column] = base[x] + sign * best.best[x]
            acting[place, column] = best.acting(x)
    optimum = max(
        base[x] + sack((none, counts), x, 1).best[x] for x in range(played.potential.size)
    )
    return totals, welfare, acting, float(optimum)


def _welfare(game: Game, played: ActionGame, taste: Floats, row: int) -> tuple[Floats, Floats]:
    """Return, by X, the welfare if none of those that add up acted, and what each acting one adds.

    Shapes (grid,) and (grid, groups).
    """
    counts, leverage = played.counts[row], played.leverage
    idle, potential = game.stakes.idle, played.potential
    x = np.arange(potential.size)
    sanction = played.drive[row] - taste
    base, gain = np.zeros(x.size), np.zeros((x.size, counts.size))
    for g in np.flatnonzero(counts):
        stake = leverage[g] / game.stakes.total
        others = np.maximum(x - int(leverage[g]), 0)
        acts = played.access[row, g] * (idle[others] + potential - potential[others]) + taste[g]
        rests = played.access[row, g] * idle - sanction[g]
        base += stake * counts[g] * rests
        gain[:, g] = stake * (acts - rests)
    # The same gains at every X up to rounding are the same gains: one knapsack serves all.
    flat = np.ptp(gain, axis=0) < 1e-12
    gain[:, flat] = gain[-1, flat]
    return base, gain
