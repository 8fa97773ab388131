"""Repeated games of two between all pairs of strategies, match by match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import count, one_of, probability
from ..._random import BLOCK, RandomLike, blocks, entropy_of
from ...errors import CoopgamesError
from ...games import SymmetricGame, matrix_game
from ...kernels.joint_automata import Automata, joint_chains
from ...kernels.lockstep.matches import Matches
from ...kernels.misperception import error_rates, perceived
from ...outcomes import Certificate
from ...provenance import provenance, specification_hash
from ...strategies import Automaton, MemoryOne
from .match_samples import (
    CountMoments,
    Length,
    match_length,
    pair_automata,
    student_interval,
)
from .stage import Stage, stage_payoffs

__all__ = ["SimulatedPairs", "simulate_pairs"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Pairs whose matches are played together, and matches side by side: their arrays stay in the
#: cache. Joint states and outcomes of the pairs, before those out of reach are left out.
PAIRS, LANES, LARGEST_GROUP = 256, 8192, 1 << 22
#: Of the largest payoff: differences below are rounding.
ROUNDING = 1e-12
#: CC, CD, DC, DD as the other player sees them.
SWAP = [0, 2, 1, 3]
COOPERATES = np.array([1.0, 1.0, 0.0, 0.0])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedPairs:
    """What n strategies earned against each other in simulated matches.

    Attributes
    ----------
    names : tuple of str, n of them
    payoffs, payoff_errors : array, shape (n, n)
        ``payoffs[i, j]`` was paid to i, as the first side, against j per round, with its standard
        error. [payoff]
    column_payoffs, column_payoff_errors : array, shape (n, n)
        ``column_payoffs[i, j]`` was paid to j, as the second side, against i; in a symmetric game
        the transpose of ``payoffs``. [payoff]
    cooperation_rates, cooperation_errors : array, shape (n, n)
        How often i cooperated against j, with its standard error.
    law : array, shape (4, n, n)
        How often i and j played CC, CD, DC, DD, i's act first.
    replicates : int
        Matches of each pair.
    turns : int or None
        Rounds of a match; None where chance ended it.
    discount_factor : float
        Probability of another round where ``turns`` is None; else 1.
    implementation_error : float
    perception_error : tuple of two floats
        (Missed defection, false alarm).
    monitoring : {'private', 'public'}
    certificate : Certificate
        Not exact, unless chance has no part in any match; notes say where a run was interrupted.
    provenance : dict
        With the entropy of the run.
    """

    names: tuple[str, ...]
    payoffs: Floats
    payoff_errors: Floats
    column_payoffs: Floats
    column_payoff_errors: Floats
    cooperation_rates: Floats
    cooperation_errors: Floats
    law: Floats
    replicates: int
    turns: int | None
    discount_factor: float
    implementation_error: float
    perception_error: tuple[float, float]
    monitoring: Literal["private", "public"]
    certificate: Certificate
    provenance: Mapping[str, Any]

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Return the ends of the confidence intervals of the payoffs, shape (n, n) each.

        Parameters
        ----------
        level : float
            Chance to cover the mean, in (0, 1).

        Notes
        -----
        Student's intervals over replicates. One of no width, where all matches agree, proves
        nothing unless the certificate is exact: rare errors may not have happened.
        """
        return student_interval(self.payoffs, self.payoff_errors, self.replicates, level)

    def as_game(self) -> SymmetricGame:
        """Return the game in which strategies for all matches are chosen once.

        Raises
        ------
        CoopgamesError
            If the two sides are paid differently.
        """
        gap = np.abs(self.column_payoffs - self.payoffs.T).max()
        if gap > ROUNDING * np.abs(self.payoffs).max():
            raise CoopgamesError(
                "the two sides must be paid alike in a symmetric game; take "
                "bimatrix_game(payoffs, column_payoffs)"
            )
        return matrix_game(self.payoffs, self.names)


def simulate_pairs(
    strategies: Sequence[MemoryOne | Automaton | str] | npt.ArrayLike,
    game: Stage,
    *,
    turns: int | None = None,
    discount_factor: float = 1.0,
    replicates: int = BLOCK,
    implementation_error: float = 0.0,
    perception_error: float | tuple[float, float] = 0.0,
    monitoring: Literal["private", "public"] = "private",
    rng: RandomLike = None,
) -> SimulatedPairs:
    """Return what strategies earn against each other and themselves in simulated matches.

    The sampled twin of `coopgames.play_pairs` and, with ``turns``, of `coopgames.round_robin`,
    which are exact; for what they can't do, for how much single matches differ, and to check them.

    Parameters
    ----------
    strategies : sequence of MemoryOne, Automaton or str, or array_like of numbers, shape (n, 5)
        Of two players, or their names; or probabilities of cooperating at the start and after CC,
        CD, DC, DD, own act first.
    game : SymmetricGame of two players and two acts, BilateralGame, or array_like
        Payoffs of a round, cooperation first: of shape (2, 2), own act first, or a pair of such
        matrices for two sides with payoffs of their own, the first side's act first in both. Acts
        do not depend on it, so that the same ``rng`` plays the same matches. [payoff]
    turns : int, at least 1, optional
        Rounds of every match; means are over exactly these.
    discount_factor : float, in [0, 1), optional
        In place of ``turns``: the probability of another round. Means are over the rounds of all
        matches of a pair, and tend to the discounted mean.
    replicates : int, at least 2
        Matches of each pair.
    implementation_error : float, in [0, 1]
        Probability that an act is the opposite of what was meant.
    perception_error : float or two floats, in [0, 1]
        Probability that an act is seen as its opposite; or those that a defection is missed and
        that a cooperation gives a false alarm.
    monitoring : {'private', 'public'}
        Private: each player, for itself, may misread the other's last act, and knows its own.
        Public: both see the same signal of each act, and react to signals, of their own acts too.
    rng : int, Generator or SeedSequence, optional
        Replicates draw from streams of their own block and field of strategies, so that match 5 is
        the same however many are asked for.

    Returns
    -------
    SimulatedPairs
        After Ctrl-C, of the blocks of 1,024 replicates that were finished; a note says so.

    Raises
    ------
    CoopgamesError
        If a probability is none, or strategies or game are not of two players.
    BudgetError
        If an automaton has more than 1,000 states.
    KeyboardInterrupt
        If interrupted before the first block is finished.

    Notes
    -----
    Some three or four nanoseconds per match and round, three times as much with perception errors
    or random length, and 40 microseconds per pair. A pair without chance plays once. Probabilities
    are rounded to multiples of 2^-32; those of the outcomes of a round are wrong by 2^-29 at most.

    Examples
    --------
    >>> names = ["tit for tat", "win-stay lose-shift", "always defect"]
    >>> settings = {"turns": 200, "implementation_error": 0.01}
    >>> found = simulate_pairs(names, [[3, 0], [5, 1]], replicates=200, rng=1, **settings)
    >>> low, high = found.interval(0.999)
    >>> bool(low[1, 1] < 2.9517 < high[1, 1])
    True
    """
    labels, chosen, automata = pair_automata(strategies)
    first, second = stage_payoffs(game)
    length, wanted = match_length(turns, discount_factor), count("replicates", replicates, 2)
    error = probability("implementation_error", implementation_error)
    rates = error_rates(perception_error)
    public = one_of("monitoring", monitoring, ("private", "public")) == "public"
    field = {
        "play": "simulated pairs",
        "strategies": [[one.cooperate, one.moves, one.start] for one in chosen],
        "turns": length.turns,
        "discount_factor": length.discount_factor,
        "implementation_error": error,
        "perception_error": rates,
        "monitoring": monitoring,
    }
    entropy = entropy_of(rng)
    run = _Run(
        automata,
        length,
        {"implementation_error": error, "perceived": perceived(rates), "public": public},
        {"field": specification_hash(field)},
    )
    moments, done, notes = run.go(entropy, wanted)
    if min(x for x in (error, *rates, 1.0) if x > 0) < 2.0**-30:
        notes.append("errors less likely than 2^-30 are rounded: take the exact play_pairs")
    n = len(labels)

    def table(weights: Floats) -> tuple[Floats, Floats]:
        """Return means and errors of what i gets against j, (n, n) each, where i is first."""
        out = np.empty((2, n, n))
        out[:, run.second, run.first] = moments.per_round(weights[SWAP])
        out[:, run.first, run.second] = moments.per_round(weights)
        return out[0], out[1]

    law = np.empty((4, n, n))
    law[:, run.second, run.first] = moments.law().T[SWAP]
    law[:, run.first, run.second] = moments.law().T
    tables = {
        name: values
        for kind, weights in (
            ("payoff", first),
            ("column_payoff", second),
            ("cooperation", COOPERATES),
        )
        for name, values in zip(
            (f"{kind}_rates" if kind == "cooperation" else f"{kind}s", f"{kind}_errors"),
            table(weights),
            strict=True,
        )
    }
    for array in (law, *tables.values()):
        array.setflags(write=False)
    return SimulatedPairs(
        names=labels,
        law=law,
        replicates=done,
        turns=length.turns,
        discount_factor=length.discount_factor,
        implementation_error=error,
        perception_error=rates,
        monitoring=monitoring,
        certificate=Certificate(
            method="simulated matches", exact=run.sure == run.first.size, notes=tuple(notes)
        ),
        provenance=provenance(field | {"replicates": wanted}, entropy=entropy),
        **tables,
    )


class _Run:
    """Matches of all pairs, by blocks of replicates and groups of pairs.

    Attributes
    ----------
    first, second : int array, shape (pairs,)
        Every strategy with itself and with those after it.
    sure : int
        Pairs in which chance has no part.
    """

    def __init__(
        self,
        automata: Automata,
        length: Length,
        errors: dict[str, Any],
        cell: dict[str, Any],
    ) -> None:
        self.first, self.second = np.triu_indices(automata.start.size)
        self.sure = 0
        self._automata, self._length, self._errors, self._cell = automata, length, errors, cell
        joint = 16 * automata.cooperate.shape[1] ** 2
        #: Neither the replicates asked for nor the machine change who plays beside whom.
        self._size = min(PAIRS, max(1, LARGEST_GROUP // joint))

    def go(self, entropy: int, replicates: int) -> tuple[CountMoments, int, list[str]]:
        """Return what was counted, over how many replicates, and notes."""
        tops = range(0, self.first.size, self._size)
        streams = [blocks(entropy, self._cell | {"group": top}, replicates) for top in tops]
        kept, done = CountMoments(self.first.size), 0
        try:
            while done < replicates:
                fresh = deepcopy(kept)
                self.sure = 0
                for top, stream in zip(tops, streams, strict=True):
                    wanted = self._block(top, stream, fresh)
                kept, done = fresh, done + wanted
        except KeyboardInterrupt:
            if not done:
                raise
            return kept, done, [f"interrupted after {done:,} of {replicates:,} replicates"]
        return kept, done, []

    def _block(
        self, top: int, stream: Iterator[tuple[np.random.Generator, int]], kept: CountMoments
    ) -> int:
        """Play a block of replicates of a group of pairs; return how many were wanted."""
        rng, wanted = next(stream)
        group = slice(top, top + self._size)
        first, second = self.first[group], self.second[group]
        chains = joint_chains(self._automata, first, second, **self._errors)
        matches = Matches(chains)
        sure = chains.deterministic & (self._length.turns is not None)
        self.sure += int(sure.sum())
        once, often = np.flatnonzero(sure), np.flatnonzero(~sure)
        twins = first == second
        if once.size:
            counts = matches.play(once, self._length.draw(once.size, rng), rng)
            kept.add(top + once, _fair(counts[None], twins[once]), wanted)
        if often.size:
            across = min(BLOCK, max(1, LANES // often.size))
            # Matches of random length go by length, so that none can be left out.
            fixed = self._length.turns is not None
            for begin in range(0, wanted, across):
                left = min(across, wanted - begin)
                lanes = left if fixed else across
                turns = self._length.draw(lanes * often.size, rng)
                counts = matches.play(
                    np.tile(often, lanes), turns, rng, width=across * often.size if fixed else 0
                )
                counts = counts.reshape(lanes, often.size, 4)[:left]
                kept.add(top + often, _fair(counts, twins[often]), left)
        return wanted


def _fair(counts: Integers, twins: npt.NDArray[np.bool_]) -> Floats:
    """Return counts in which neither of two equal players is the first."""
    out = counts.astype(float)
    out[:, twins] = 0.5 * (out[:, twins] + out[:, twins][..., SWAP])
    return out
