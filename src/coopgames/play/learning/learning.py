r"""Populations whose members play repeated games and learn from who fares better.

Each of Z individuals has a strategy for the repeated game. In each step either one individual
compares itself with another and takes up its strategy with probability
:math:`1 / (1 + e^{-\beta (\pi_m - \pi_f)})` (Fermi), or the child of an individual drawn in
proportion to :math:`e^{\beta \pi}` replaces one of all (Moran). Payoffs are expected ones, of
everybody against everybody, or those of matches that are played, with all their luck.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, count, one_of, probability
from ..._random import BLOCK, RandomLike, blocks, entropy_of
from ...errors import CoopgamesError
from ...games import SymmetricGame
from ...kernels.misperception import error_rates
from ...outcomes import Certificate, Estimate
from ...provenance import provenance
from ...strategies import Automaton, MemoryOne, as_automaton, find_strategy
from ...strategies.zero_determinant import as_dilemma
from ..matches.match_samples import Length, match_length, student_interval
from .learning_blocks import LearningPlan
from .meetings import meetings

__all__ = ["SimulatedLearning", "simulate_learning"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Most strategies: they are held as bytes.
MOST_STRATEGIES = 127
#: The halves of a record that differ by more standard errors than this are called different.
DRIFT = 4.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedLearning:
    """What replicates of a population that learns did, after the burn-in.

    Attributes
    ----------
    names : tuple of str, s of them
    shares : dict of str to Estimate
        Mean share of each strategy over time and replicates, with its standard error over
        replicates, whose number is the effective size.
    cooperation_rate : Estimate
        Mean probability that an act is a cooperation.
    payoff : Estimate
        Mean payoff per round. [payoff]
    by_replicate : array, shape (replicates, s)
        Mean shares over time.
    final : int array, shape (replicates, s)
        Counts at the end.
    population_size, generations : int
    certificate : Certificate
        Not exact; notes say where shares still moved and where a run was interrupted.
    provenance : dict
        With the entropy of the run.
    """

    names: tuple[str, ...]
    shares: Mapping[str, Estimate]
    cooperation_rate: Estimate
    payoff: Estimate
    by_replicate: Floats
    final: Integers
    population_size: int
    generations: int
    certificate: Certificate
    provenance: Mapping[str, Any]

    def interval(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Return Student's confidence interval of each share, cut off at 0 and 1.

        Parameters
        ----------
        level : float
            Chance to cover the mean, in (0, 1).
        """
        each = list(self.shares.values())
        low, high = student_interval(
            np.array([one.value for one in each]),
            np.array([one.standard_error for one in each]),
            self.by_replicate.shape[0],
            level,
        )
        ends = zip(np.maximum(low, 0.0).tolist(), np.minimum(high, 1.0).tolist(), strict=True)
        return dict(zip(self.shares, ends, strict=True))


def simulate_learning(
    strategies: Sequence[MemoryOne | Automaton | str],
    game: SymmetricGame | npt.ArrayLike,
    *,
    population_size: int,
    selection_intensity: float,
    mutation_probability: float,
    rule: Literal["fermi", "moran"] = "fermi",
    payoffs: Literal["expected", "realised"] = "expected",
    matches: int = 1,
    turns: int | None = None,
    discount_factor: float = 1.0,
    implementation_error: float = 0.0,
    perception_error: float | tuple[float, float] = 0.0,
    monitoring: Literal["private", "public"] = "private",
    generations: int = 1000,
    burn_in: int = 200,
    replicates: int = BLOCK,
    start: npt.ArrayLike | None = None,
    rng: RandomLike = None,
) -> SimulatedLearning:
    """Return what populations do whose members play repeated games and learn.

    Where payoffs are expected ones an exact law exists as well: `coopgames.evolve` of
    ``play_pairs(...).as_game()`` or, among more than two players, of `repeated_group_game`. What it
    can't do are the payoffs of matches that are really played.

    Parameters
    ----------
    strategies : sequence of MemoryOne, Automaton or str, s of them
        For the number of players of the game; 2 to 127, with different names.
    game : SymmetricGame of n players and two acts, or array_like, shape (2, 2)
        Cooperation first. [payoff]
    population_size : int
        Z, at least n.
    selection_intensity : float
        beta, at least 0. [1/payoff]
    mutation_probability : float
        mu, in [0, 1], per step: whoever would learn, or the child, takes any other strategy alike.
    rule : {'fermi', 'moran'}
        One of Z compares itself with one of Z; or a parent drawn by fitness exp(beta payoff) has a
        child that replaces one of Z.
    payoffs : {'expected', 'realised'}
        Expected: means over all groups without replacement and all that can happen in them.
        Realised: in each step those whose payoffs matter play matches in which only they are paid,
        each with co-players drawn anew from the others.
    matches : int
        Whose payoffs are averaged, at least 1; of realised payoffs.
    turns : int, at least 1, optional
        Rounds of a match.
    discount_factor : float, in [0, 1]
        In place of ``turns``: the probability of another round. Payoffs are totals over the mean
        number of rounds. 1, the limit of means, has expected payoffs only.
    implementation_error, perception_error, monitoring
        As in `simulate_pairs` and `simulate_group`.
    generations : int
        Recorded time, at least 2; a generation is Z steps.
    burn_in : int
        Generations before that, at least 0.
    replicates : int, at least 2
        Drawn in blocks of 1,024, so fewer save no time.
    start : array_like of int, shape (s,), optional
        Counts at the start; by default every individual has a random strategy.
    rng : int, Generator or SeedSequence, optional
        Replicates draw from streams of their own block, so that replicate 5 does the same however
        many are asked for.

    Returns
    -------
    SimulatedLearning
        Rates of cooperation and payoffs are those expected at the counts recorded; in groups of
        more than two with realised payoffs, those of one group per generation that is played. After
        Ctrl-C, of the blocks that were finished; a note says so.

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds, or expected payoffs aren't known.
    BudgetError
        If there are too many strategies, states or groups.
    KeyboardInterrupt
        If interrupted before the first block is finished.

    References
    ----------
    Traulsen, Nowak & Pacheco (2006) Phys. Rev. E 74:011909, doi:10.1103/PhysRevE.74.011909, Fermi;
    Moran (1958) Math. Proc. Camb. Phil. Soc. 54:60, doi:10.1017/S0305004100033193; Imhof, Fudenberg
    & Nowak (2005) PNAS 102:10797, doi:10.1073/pnas.0502589102, for learning in repeated games.

    Examples
    --------
    >>> found = simulate_learning(
    ...     ["always defect", "win-stay lose-shift"],
    ...     [[3, 0], [4, 1]],
    ...     population_size=10,
    ...     selection_intensity=1.0,
    ...     mutation_probability=0.05,
    ...     implementation_error=0.01,
    ...     generations=50,
    ...     burn_in=50,
    ...     rng=1,
    ... )
    >>> low, high = found.interval()["win-stay lose-shift"]
    >>> 0 < low < found.shares["win-stay lose-shift"].value < high < 1
    True
    """
    dilemma = as_dilemma(game)
    chosen = _strategies(strategies, dilemma.players)
    size = count("population_size", population_size, dilemma.players)
    wanted, kept = count("replicates", replicates, 2), count("generations", generations, 2)
    realised = one_of("payoffs", payoffs, ("expected", "realised")) == "realised"
    if realised or turns is not None:
        length = match_length(turns, discount_factor)
    else:
        length = Length(None, probability("discount_factor", discount_factor))
    meet = meetings(
        chosen,
        dilemma,
        length,
        implementation_error=implementation_error,
        perception_error=perception_error,
        monitoring=monitoring,
        exact=not realised,
    )
    if not realised and meet.expected is None:
        raise CoopgamesError(
            "payoffs must be 'realised' in groups with turns or public monitoring; got 'expected'"
        )
    plan = LearningPlan(
        meet=meet,
        strategies=len(chosen),
        players=dilemma.players,
        size=size,
        beta=at_least("selection_intensity", selection_intensity, 0),
        mu=probability("mutation_probability", mutation_probability),
        moran=one_of("rule", rule, ("fermi", "moran")) == "moran",
        matches=count("matches", matches) if realised else 0,
        halves=(kept // 2, kept - kept // 2),
        burn_in=count("burn_in", burn_in, 0),
        start=_start(start, len(chosen), size),
    )
    cell = {
        "play": "learning",
        "strategies": [[one.cooperate, one.moves, one.start] for one in map(as_automaton, chosen)],
        "game": dilemma.table.tolist(),
        "population_size": size,
        "selection_intensity": plan.beta,
        "mutation_probability": plan.mu,
        "rule": rule,
        "matches": plan.matches,
        "turns": length.turns,
        "discount_factor": length.discount_factor,
        "implementation_error": float(implementation_error),
        "perception_error": error_rates(perception_error),
        "monitoring": monitoring,
    }
    entropy = entropy_of(rng)
    halves, final, notes = plan.run(blocks(entropy, cell, wanted), wanted)
    means = (halves * np.array(plan.halves)[:, None, None]).sum(axis=0) / sum(plan.halves)
    done = means.shape[0]
    error = means.std(axis=0, ddof=1) / np.sqrt(done)
    *shares, cooperation, paid = (
        Estimate(value, spread, float(done))
        for value, spread in zip(means.mean(axis=0).tolist(), error.tolist(), strict=True)
    )
    names = tuple(one.name for one in chosen)
    return SimulatedLearning(
        names=names,
        shares=dict(zip(names, shares, strict=True)),
        cooperation_rate=cooperation,
        payoff=paid,
        by_replicate=means[:, : len(names)],
        final=final,
        population_size=size,
        generations=sum(plan.halves),
        certificate=Certificate(
            method="simulated learning",
            exact=False,
            notes=(*notes, *_still_moving(names, halves[:, :, : len(names)])),
        ),
        provenance=provenance(
            cell
            | {
                "generations": kept,
                "burn_in": plan.burn_in,
                "replicates": wanted,
                "start": None if plan.start is None else plan.start.tolist(),
            },
            entropy=entropy,
        ),
    )


def _strategies(
    strategies: Sequence[MemoryOne | Automaton | str], players: int
) -> list[MemoryOne | Automaton]:
    chosen = [find_strategy(one, players) if isinstance(one, str) else one for one in strategies]
    if not 2 <= len(chosen) <= MOST_STRATEGIES:
        raise CoopgamesError(f"strategies must be 2 to {MOST_STRATEGIES}; got {len(chosen)}")
    for one in chosen:
        if one.players != players:
            raise CoopgamesError(
                f"strategies must be of {players} players, as the game; got {one.name!r} of "
                f"{one.players}"
            )
    names = [one.name for one in chosen]
    if len(set(names)) < len(names):
        raise CoopgamesError(f"strategies must have different names; got {', '.join(names)}")
    return chosen


def _start(given: npt.ArrayLike | None, strategies: int, size: int) -> Integers | None:
    if given is None:
        return None
    counts = np.asarray(given)
    whole = counts.shape == (strategies,) and bool((counts == np.round(counts)).all())
    if not whole or counts.min() < 0 or counts.sum() != size:
        raise CoopgamesError(
            f"start must be {strategies} whole numbers, at least 0, with sum {size}; got {given!r}"
        )
    return counts.astype(np.int64)


def _still_moving(names: Sequence[str], halves: Floats) -> list[str]:
    """Say where the second half of a record differs from the first by more than chance."""
    gap = halves[1] - halves[0]
    spread = gap.std(axis=0, ddof=1) / np.sqrt(gap.shape[0])
    moved = np.abs(gap.mean(axis=0)) > DRIFT * spread + 1e-12
    if not moved.any():
        return []
    which = ", ".join(name for name, far in zip(names, moved, strict=True) if far)
    return [f"the share of {which} still moved: take a longer burn_in"]
