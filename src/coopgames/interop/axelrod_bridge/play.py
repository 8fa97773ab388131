"""Round robins of the axelrod library's strategies and ours under an institution.

Matches between strategies that were read as automata are expected values, found exactly; the others
are played by the library's engine, each pair with seeds of its own, so that a result depends on
neither the order nor the company.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any, Literal

import numpy as np

from ..._checks import at_least, count, one_of, probability
from ..._random import RandomLike, entropy_of
from ...dynamics.progress import progress_bar
from ...errors import BudgetError, CoopgamesError
from ...games.bilateral import BilateralGame
from ...provenance import specification_hash
from ...strategies import Automaton
from .exact import match_laws, round_weights
from .field import READINGS, Entrant, entrants
from .games import Floats, alike, library, own_game, two_sides
from .matches import Sample, play_matches
from .reading import TESTED_ROUNDS
from .record import AxelrodPlay

__all__ = ["axelrod_tournament"]

#: What a round of the library takes on the machines seen, from a half of it to twice it. [s]
ROUND_TIME = 2e-5
#: What a round takes in a pair of states of two automata. [s]
STATE_TIME = 5e-8
#: Longest histories on which what was read by asking is tested; our assumption.
LONGEST_TEST = 1000


def axelrod_tournament(
    game: Any,
    strategies: str | Sequence[Any] = "first tournament",
    *,
    turns: int = 200,
    prob_end: float | None = None,
    noise: float = 0.0,
    repetitions: int = 10,
    readings: Literal["asked", "table", "none"] = "asked",
    budget: float = 300.0,
    progress: bool = False,
    rng: RandomLike = None,
) -> AxelrodPlay:
    """Return what strategies of the axelrod library, and ours, earn against each other.

    Parameters
    ----------
    game : BilateralGame, SymmetricGame, RoleGame, or array_like of shape (2, 2) or (2, 2, 2)
        As in `to_axelrod_game`: an institution's game between two states or two halves of the
        world, or any other of two acts, cooperation first. [payoff]
    strategies : str or sequence
        One of `AXELROD_KINDS`, from which those that can't play the game are left out. Or
        strategies: names of ours (`STRATEGY_NAMES`, `AUTOMATON_NAMES`, written as there) or of the
        library's, classes or instances of ``axelrod.Player``, `MemoryOne` or `Automaton` records.
    turns : int
        Rounds of a match, which strategies may know. 200 as in Axelrod's first tournament.
    prob_end : float, in (0, 1], optional
        Probability that a match ends after a round; takes the place of ``turns``.
    noise : float, in [0, 1]
        Probability that an act is turned round, seen by both.
    repetitions : int
        Matches of a pair that is sampled, if anything in it is random; 10 is the library's default.
    readings : {'asked', 'table', 'none'}
        Which strategies of the library may be played exactly: those read in any way, those that
        hold their rule in a table, or none.
    budget : float
        Estimated time that may be spent on matches. [s]
    progress : bool
        Whether a bar on standard error shows sampled pairs.
    rng : int, Generator or SeedSequence, optional
        Each pair's matches depend on it and on the two names only.

    Returns
    -------
    AxelrodPlay
        Also if interrupted by Ctrl-C: entries that are missing are NaN.

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds, a strategy is unknown or, asked for by itself, can't play
        the game, names are not different, or axelrod is not installed.
    BudgetError
        If matches would take longer than ``budget``; says how long.

    Notes
    -----
    With ``prob_end`` payoffs are total payoffs over total rounds; the library's own tables average
    the means of matches, in which short ones count as much as long ones. Where the two sides have
    different payoffs every pair meets in both seatings, and a strategy that looks at the game sees
    it from its own side; the library's matches show everybody the first side's.

    References
    ----------
    Axelrod (1980) J. Confl. Resolut. 24:3, doi:10.1177/002200278002400101; Knight et al. (2016)
    J. Open Res. Softw. 4(1):e35, doi:10.5334/jors.125.

    Examples
    --------
    >>> names = ["TitForTat", "Defector", "Random"]
    >>> play = axelrod_tournament([[3, 0], [5, 1]], names, turns=100)  # doctest: +SKIP
    >>> play.exact, play.payoffs.round(3)  # doctest: +SKIP
    (True, array([[3.   , 0.99 , 2.242],
           [1.04 , 1.   , 3.   ],
           [2.268, 0.5  , 2.25 ]]))
    """
    count("turns", turns)
    count("repetitions", repetitions)
    probability("noise", noise)
    at_least("budget", budget, 0)
    one_of("readings", readings, READINGS)
    if prob_end is not None and probability("prob_end", prob_end) == 0:
        raise CoopgamesError(f"prob_end must lie in (0, 1]; got {prob_end!r}")
    first, second = two_sides(game)
    sides = game.sides if isinstance(game, BilateralGame) else ("first", "second")
    same = alike(first, second)
    owns = (first,) if same else (first, second.T)
    longest = turns if prob_end is None else ceil(5 / prob_end)
    rounds = min(LONGEST_TEST, max(TESTED_ROUNDS, longest))
    field, left_out = entrants(strategies, owns, readings=readings, rounds=rounds)
    n = len(field)
    pairs = [(i, j) for i in range(n) for j in range(n) if i <= j or not same]
    exact = [(i, j) for i, j in pairs if None not in (field[i].automata[0], field[j].automata[-1])]
    sampled = sorted(set(pairs) - set(exact))
    matches = _Matches(
        field, owns, turns=turns, prob_end=prob_end, noise=noise, entropy=entropy_of(rng)
    )
    repeated = {pair: repetitions if matches.random(*pair) else 1 for pair in sampled}
    weights = round_weights(turns, prob_end)
    states = sum(_size(field[i].automata[0]) * _size(field[j].automata[-1]) for i, j in exact)
    _affordable(
        sum(repeated.values()),
        turns if prob_end is None else 1 / prob_end,
        states * weights.size * STATE_TIME,
        budget,
    )
    table = _Table(n, first, second, same=same)
    laws = match_laws(
        [field[i].automata[0] for i, _ in exact],  # type: ignore[misc]
        [field[j].automata[-1] for _, j in exact],  # type: ignore[misc]
        weights,
        noise,
    )
    for pair, law in zip(exact, laws, strict=True):
        table.put(pair, Sample(counts=law[None, :]), "exact", random=False)
    bar = progress_bar(progress, len(sampled), "pair")
    try:
        for pair, times in repeated.items():
            found = matches.play(pair, times)
            table.put(pair, found, "axelrod", random=matches.random(*pair))
            if bar is not None:
                bar.update()
    except KeyboardInterrupt:
        pass
    finally:
        if bar is not None:
            bar.close()
    return AxelrodPlay(
        names=tuple(one.name for one in field),
        readings={one.name: one.reading for one in field},
        left_out=left_out,
        sides=() if same else (sides[0], sides[1]),
        turns=turns,
        prob_end=prob_end,
        noise=float(noise),
        repetitions=repetitions,
        entropy=matches.entropy,
        **table.fields(),
    )


def _size(automaton: Automaton | None) -> int:
    return 0 if automaton is None else automaton.size


def _affordable(matches: int, turns: float, exact: float, budget: float) -> None:
    needed = exact + matches * turns * ROUND_TIME
    if needed > budget:
        raise BudgetError(
            f"{matches:,} matches of {turns:g} rounds by the library, and the exact ones, take "
            f"about {needed / 60:,.0f} minutes, more than budget = {budget:g} s; raise it, or take "
            "fewer strategies, rounds or repetitions"
        )


class _Matches:
    """Plays pairs by the library's engine, with seeds by name."""

    def __init__(
        self,
        field: Sequence[Entrant],
        owns: Sequence[Floats],
        *,
        turns: int,
        prob_end: float | None,
        noise: float,
        entropy: int,
    ) -> None:
        self.field = field
        self.entropy = entropy
        self._games = [own_game(own) for own in owns]
        self._settings: dict[str, Any] = {"turns": turns, "prob_end": prob_end, "noise": noise}
        stochastic = library().Classifiers["stochastic"]
        self._stochastic = [bool(stochastic(one.player)) for one in field]

    def random(self, i: int, j: int) -> bool:
        """Return whether two matches of a pair may differ."""
        chance = self._settings["noise"] > 0 or self._settings["prob_end"] not in (None, 1)
        return chance or self._stochastic[i] or self._stochastic[j]

    def play(self, pair: tuple[int, int], repetitions: int) -> Sample:
        one, two = (self.field[k] for k in pair)
        # Where sides are alike the pair sits by name, whatever its order in the list.
        turned = len(self._games) == 1 and one.name > two.name
        if turned:
            one, two = two, one
        key = int(specification_hash({"first": one.name, "second": two.name}), 16)
        seeds = np.random.SeedSequence(self.entropy, spawn_key=(key,)).generate_state(repetitions)
        found = play_matches(
            (one.player, two.player),
            (self._games[0], self._games[-1]),
            seeds=[int(seed) for seed in seeds],
            **self._settings,
        )
        return Sample(counts=found.counts[:, [0, 2, 1, 3]]) if turned else found


class _Table:
    """Collects pairs; ``[side, i, j]`` is of i on that side against j."""

    def __init__(self, n: int, first: Floats, second: Floats, *, same: bool) -> None:
        self._paid = first.ravel(), second.ravel()
        self._same = same
        self._mean, self._error, self._rate = np.full((3, 2, n, n), np.nan)
        self._twin_error = np.zeros(n)
        self._route = np.full((2, n, n), "", dtype=object)

    def put(self, pair: tuple[int, int], found: Sample, route: str, *, random: bool) -> None:
        """Enter a match of i on the first side and j on the second."""
        acts = (np.array([1.0, 1, 0, 0]), np.array([1.0, 0, 1, 0]))
        paid = self._paid
        i, j = pair
        if i == j:
            both = (paid[0] + paid[1]) / 2
            self._twin_error[i] = found.mean(both)[1] if random else 0.0
            if self._same:
                paid, acts = (both, both), ((acts[0] + acts[1]) / 2,) * 2
        for side, (mine, yours) in enumerate([(i, j), (j, i)]):
            mean, error = found.mean(paid[side])
            self._mean[side, mine, yours] = mean
            self._error[side, mine, yours] = error if random else 0.0
            self._rate[side, mine, yours] = found.mean(acts[side])[0]
            self._route[side, mine, yours] = route

    def fields(self) -> dict[str, Any]:
        """Return what goes into the record."""
        if self._same:
            # Each pair was entered once, one of the two on each side.
            there = self._route[0] != ""
            mean, error, rate = (
                np.where(there, one[0], one[1]) for one in (self._mean, self._error, self._rate)
            )
            route = np.where(there, self._route[0], self._route[1])
        else:
            mean, rate = self._mean.mean(axis=0), self._rate.mean(axis=0)
            error = np.sqrt((self._error**2).sum(axis=0)) / 2
            np.fill_diagonal(error, self._twin_error)
            there = (self._route != "").all(axis=0)
            sampled = (self._route == "axelrod").any(axis=0)
            route = np.where(there, np.where(sampled, "axelrod", "exact"), "")
        for array in (mean, error, rate, self._mean):
            array.setflags(write=False)
        return {
            "payoffs": mean,
            "standard_errors": error,
            "cooperation_rates": rate,
            "side_payoffs": None if self._same else self._mean,
            "routes": tuple(tuple(row) for row in route.tolist()),
        }
