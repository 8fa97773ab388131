r"""Fixation on a structure: how often one mutant takes over, counted over replicates.

Without mutation a structured population ends in one strategy where every node can be reached from
every other one along the links of replacement. Replicates that have not ended when time is up stay
undecided; the interval given holds whatever they would have become.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import count, one_of, probability
from ..._random import RandomLike, entropy_of
from ...errors import CoopgamesError
from ...games import SymmetricGame
from ...kernels.flows.trajectories import count_interval
from ...kernels.lockstep.networks import NetworkLockstep
from ...kernels.lockstep.reductions import HittingTimes
from ...kernels.lockstep.structures import StructuredLockstep
from ...outcomes import Certificate, Estimate
from ...provenance import provenance
from .demes import Demes
from .group_tables import GameOnStructure
from .local_update import LocalUpdate, checked_update, structured_kernel
from .network import Network
from .simulate import game_at, lanes_of

__all__ = ["SimulatedFixation", "simulate_fixation"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Kernel = NetworkLockstep | StructuredLockstep

#: Steps between two looks at which replicates have ended.
STEPS = 256


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedFixation:
    """How one mutant fared on a structure.

    Attributes
    ----------
    probability : float
        Share of the decided replicates in which the mutant took over; NaN if none is decided.
    interval : tuple of float
        Clopper & Pearson at ``confidence``, with undecided replicates lost for the lower end and
        won for the upper one.
    confidence : float
    fixed, lost, undecided : int
        Replicates by how they ended.
    time : Estimate
        Mean steps until the mutant was gone or had taken over, of the decided. [steps]
    conditional_time : Estimate
        Of those in which it took over; NaN if there are none. [steps]
    certificate : Certificate
        Not exact; notes undecided replicates and an interrupted run.
    provenance : dict
        With the entropy of the run.
    """

    probability: float
    interval: tuple[float, float]
    confidence: float
    fixed: int
    lost: int
    undecided: int
    time: Estimate
    conditional_time: Estimate
    certificate: Certificate
    provenance: Mapping[str, Any]

    @property
    def replicates(self) -> int:
        """How many were run."""
        return self.fixed + self.lost + self.undecided


def simulate_fixation(
    game: GameOnStructure,
    process: LocalUpdate,
    structure: Network | Demes,
    mutant: str | int,
    resident: str | int,
    *,
    replicates: int = 4096,
    generations: int = 10_000,
    placement: Literal["uniform", "temperature"] | int = "uniform",
    payoff: Literal["mean", "sum"] = "mean",
    confidence: float = 0.95,
    rng: RandomLike = None,
) -> SimulatedFixation:
    """Return how often one mutant among residents takes over a structure, without mutation.

    Parameters
    ----------
    game : SymmetricGame or callable
        As `simulate_structured` takes it.
    process : LocalUpdate
        Its mutation probability is not used.
    structure : Network or Demes
    mutant, resident : str or int
        Two different strategies, by name or position.
    replicates : int
        At least 1.
    generations : int
        Time after which a replicate counts as undecided, at least 1; a generation is as many steps
        as there are individuals.
    placement : {'uniform', 'temperature'} or int
        Where the mutant appears: anywhere alike; where offspring lands, that is in proportion to
        how often a node is replaced under birth-death without selection; or at one node.
    payoff : {'mean', 'sum'}
        As `simulate_structured` takes it.
    confidence : float
        Coverage of the interval, in [0, 1).
    rng : int, Generator or SeedSequence, optional

    Returns
    -------
    SimulatedFixation
        After Ctrl-C, of the replicates that were finished; a note says so.

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds, or game, process and structure do not fit.
    BudgetError
        If payoffs would need too large a table.

    See Also
    --------
    fixation : exact, where everybody meets everybody.

    References
    ----------
    Lieberman, Hauert & Nowak (2005) Nature 433:312, doi:10.1038/nature03204; Antal, Redner & Sood
    (2006) Phys. Rev. Lett. 96:188104, doi:10.1103/PhysRevLett.96.188104, for what degree does
    without selection; Clopper & Pearson (1934) Biometrika 26:404, doi:10.1093/biomet/26.4.404.

    Examples
    --------
    Of fitness 1.5 among nine of fitness 1, on a star, which amplifies selection: well-mixed it is
    0.339.

    >>> from coopgames.games import matrix_game
    >>> fitter = matrix_game([[1.5, 1.5], [1, 1]], ("fit", "plain"))
    >>> star = Network.from_edges([("hub", leaf) for leaf in range(9)])
    >>> update = LocalUpdate(rule="birth-death", fitness="linear")
    >>> found = simulate_fixation(fitter, update, star, "fit", "plain", rng=1)
    >>> found.interval[0] > 0.339, found.undecided
    (True, 0)
    """
    update, named = checked_update(process), game_at(game, structure)
    own, other = _position(named, mutant, "mutant"), _position(named, resident, "resident")
    if own == other:
        raise CoopgamesError(f"mutant and resident must differ; got {mutant!r} for both")
    wanted, longest = count("replicates", replicates), count("generations", generations)
    covered = probability("confidence", confidence)
    chances = _placement(placement, structure)
    entropy, size = entropy_of(rng), structure.size
    cell = update.parameters() | structure.parameters() | {"payoff": payoff}
    cell |= {"mutant": named.strategies[own], "resident": named.strategies[other]}
    cell |= {"placement": str(placement), "mutation_probability": 0.0}
    kernel_of = structured_kernel(
        _among(game, own, other), update, structure, mutation=0.0, payoff=payoff
    )
    ends: list[tuple[Integers, Floats]] = []
    notes = []
    try:
        for generator, lanes, number in lanes_of(entropy, cell, wanted, 2 * size):
            start = np.ones((lanes, size), dtype=np.int64)
            start[np.arange(lanes), generator.choice(size, size=lanes, p=chances)] = 0
            winner, times = _run(kernel_of, start, generator, longest * size)
            ends.append((winner[:number], times[:number]))
    except KeyboardInterrupt:
        if not ends:
            raise
        notes.append(f"interrupted after {sum(len(w) for w, _ in ends)} of {wanted} replicates")
    winner, times = (np.concatenate(part) for part in zip(*ends, strict=True))
    fixed, lost = int((winner == 0).sum()), int((winner == 1).sum())
    undecided = winner.size - fixed - lost
    if undecided:
        notes.append(
            f"{undecided} of {winner.size} replicates were undecided after {longest} generations; "
            "probability and times are those of the others"
        )
    low, high = (
        count_interval(hits, winner.size, confidence=covered)[end]
        for end, hits in enumerate((fixed, fixed + undecided))
    )
    return SimulatedFixation(
        probability=fixed / (fixed + lost) if fixed + lost else float("nan"),
        interval=(float(low), float(high)),
        confidence=covered,
        fixed=fixed,
        lost=lost,
        undecided=undecided,
        time=_mean(times[winner >= 0]),
        conditional_time=_mean(times[winner == 0]),
        certificate=Certificate(method="simulation", exact=False, notes=tuple(notes)),
        provenance=provenance(
            cell | {"generations": longest, "replicates": wanted}, entropy=entropy
        ),
    )


def _position(game: SymmetricGame, name: str | int, argument: str) -> int:
    if isinstance(name, int):
        if not 0 <= name < game.size:
            raise CoopgamesError(f"{argument} must lie in 0 .. {game.size - 1}; got {name}")
        return name
    one_of(argument, name, game.strategies)
    return game.strategies.index(name)


def _among(game: GameOnStructure, own: int, other: int) -> GameOnStructure:
    """Return the game of the mutant, now strategy 0, and the resident, now 1."""
    if isinstance(game, SymmetricGame):
        return game.restricted([own, other])
    return lambda players: game(players).restricted([own, other])


def _placement(placement: Any, structure: Network | Demes) -> Floats:
    """Return how likely the mutant appears at each node."""
    size = structure.size
    if isinstance(placement, str):
        if one_of("placement", placement, ("uniform", "temperature")) == "uniform":
            return np.full(size, 1.0 / size)
        links = structure.replacement_under("birth-death")
        if (links.degrees == 0).any():
            raise CoopgamesError(
                "placement must not be 'temperature' where some node has nobody to replace"
            )
        shares = links.weights / links.strengths[links.rows]
        return np.asarray(np.bincount(links.indices, weights=shares, minlength=size) / size)
    node = count("placement", placement, 0)
    if node >= size:
        raise CoopgamesError(f"placement must lie in 0 .. {size - 1}; got {placement!r}")
    return np.asarray(np.eye(size)[node])


def _run(
    kernel_of: Callable[[Integers], Kernel],
    start: Integers,
    generator: np.random.Generator,
    at_most: int,
) -> tuple[Integers, Floats]:
    """Return (winner, steps) of each lane, -1 and NaN where undecided.

    Where half of the lanes have ended the others go on by themselves.
    """
    winner, times = np.full(len(start), -1), np.full(len(start), np.nan)
    size, running, done = start.shape[1], np.arange(len(start)), 0
    kernel = kernel_of(start)
    ended = _waiting(kernel, size)
    while done < at_most:
        now = min(STEPS, at_most - done)
        kernel.run(now, generator, reductions=(ended,))
        done += now
        there = ~np.isnan(ended.times)
        if done < at_most and ended.waiting > len(running) // 2:
            continue
        times[running[there]] = done - kernel.step + ended.times[there]
        winner[running[there]] = kernel.states[there].argmax(axis=1)
        running = running[~there]
        if not running.size:
            break
        kernel = kernel_of(kernel.strategies[~there].astype(np.int64))
        ended = _waiting(kernel, size)
    return winner, times


def _waiting(kernel: Kernel, size: int) -> HittingTimes:
    return HittingTimes(len(kernel.states), lambda counts: (counts == size).any(axis=1))


def _mean(times: Floats) -> Estimate:
    if times.size < 2:
        mean = float(times[0]) if times.size else float("nan")
        return Estimate(mean, float("nan"), float(times.size))
    error = float(times.std(ddof=1) / np.sqrt(times.size))
    return Estimate(float(times.mean()), error, float(times.size))
