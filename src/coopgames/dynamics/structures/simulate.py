r"""Simulation of structured populations: who imitates whom is given by a network or by demes.

One step is one individual that may change; a generation is as many steps as there are individuals.
Replicates stand side by side in lanes, as many as fit into memory; their number depends on the
structure alone, and each set of lanes has a stream of its own, so that replicate 5 does the same
however many are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import count
from ..._random import BLOCK, RandomLike, blocks, entropy_of
from ...errors import CoopgamesError
from ...games import SymmetricGame
from ...outcomes import Certificate, Estimate
from ...provenance import provenance
from ..populations.record import still_moving
from .demes import Demes
from .group_tables import GameOnStructure
from .local_update import LocalUpdate, checked_update, structured_kernel
from .network import Network

__all__ = ["SimulatedStructure", "game_at", "lanes_of", "simulate_structured"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Cells (lane, node, strategy) up to which lanes stand side by side.
LARGEST_LANES = 1 << 21
#: Fewest lanes side by side.
FEWEST_LANES = 16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedStructure:
    """What replicates of a structured population did, after the burn-in.

    Attributes
    ----------
    strategies : tuple of str
        s of them.
    structure : Network or Demes
    shares : dict of str to Estimate
        Mean share of each strategy over time and replicates, with its standard error from the
        spread between replicates.
    by_replicate : array, shape (replicates, s)
        Mean shares over time.
    by_region : array, shape (replicates, regions, s)
        Mean shares over time within each deme; a network is one region.
    final : int array, shape (replicates, s)
        Counts at the end.
    nodes : int array, shape (replicates, nodes), or None
        Who used what at the end, if asked for.
    certificate : Certificate
        Not exact; notes a burn-in after which shares still moved, and an interrupted run.
    provenance : dict
        With the entropy of the run.
    """

    strategies: tuple[str, ...]
    structure: Network | Demes
    shares: Mapping[str, Estimate]
    by_replicate: Floats
    by_region: Floats
    final: Integers
    nodes: npt.NDArray[np.int8] | None
    certificate: Certificate
    provenance: Mapping[str, Any]

    def region_shares(self) -> list[dict[str, Estimate]]:
        """Return the mean shares within each deme, with standard errors."""
        return [
            _estimates(self.strategies, self.by_region[:, region])
            for region in range(self.by_region.shape[1])
        ]


def simulate_structured(
    game: GameOnStructure,
    process: LocalUpdate,
    structure: Network | Demes,
    *,
    generations: int = 1000,
    burn_in: int = 200,
    replicates: int = BLOCK,
    payoff: Literal["mean", "sum"] = "mean",
    start: npt.ArrayLike | Mapping[str, int] | None = None,
    keep_nodes: bool = False,
    rng: RandomLike = None,
) -> SimulatedStructure:
    """Return what replicates of a structured population do in the long run.

    Parameters
    ----------
    game : SymmetricGame or callable
        Of two players: played with every neighbour. Of n: played in every closed neighbourhood (a
        node and its neighbours), which must have n members each; a callable ``game(n)`` returns the
        game of n players, for neighbourhoods of several sizes. On demes groups of n are drawn.
    process : LocalUpdate
    structure : Network or Demes
    generations : int
        Recorded time, at least 2; a generation is as many steps as there are individuals, and
        strategies are counted after each.
    burn_in : int
        Generations before that, at least 0.
    replicates : int
        At least 2.
    payoff : {'mean', 'sum'}
        Whether a node's payoffs are averaged over its games, by weight, or added up.
    start : mapping of str to int, or array_like of int, shape (nodes,), optional
        How many follow each strategy, placed at random; or who follows which. By default everybody
        follows a random strategy.
    keep_nodes : bool
        Whether to return who used what at the end.
    rng : int, Generator or SeedSequence, optional

    Returns
    -------
    SimulatedStructure
        After Ctrl-C, of the replicates that were finished; a note says so.

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds, or game, process and structure do not fit.
    BudgetError
        If payoffs would need too large a table.

    References
    ----------
    Szabó & Fáth (2007) Phys. Rep. 446:97, doi:10.1016/j.physrep.2007.04.004, a review; Santos,
    Santos & Pacheco (2008) Nature 454:213, doi:10.1038/nature06940, for closed neighbourhoods.

    Examples
    --------
    >>> from coopgames.games.classics import donation_game
    >>> ring = Network.from_edges([(i, (i + 1) % 20) for i in range(20)])
    >>> update = LocalUpdate(rule="death-birth", mutation_probability=0.05)
    >>> found = simulate_structured(
    ...     donation_game(5, 1), update, ring, generations=50, burn_in=50, rng=1
    ... )
    >>> found.shares["cooperate"].value > 0.5
    True
    """
    update, names = checked_update(process), game_at(game, structure).strategies
    kept, before = count("generations", generations, 2), count("burn_in", burn_in, 0)
    wanted = count("replicates", replicates, 2)
    first = _checked_start(start, names, structure.size)
    entropy, size = entropy_of(rng), structure.size
    cell = update.parameters() | structure.parameters()
    cell |= {"payoff": payoff, "strategies": list(names)}
    kernel_of = structured_kernel(
        game, update, structure, mutation=update.mutation(size), payoff=payoff
    )
    halves, nodes = [], []
    notes = []
    try:
        for generator, lanes, number in lanes_of(entropy, cell, wanted, size * len(names)):
            kernel = kernel_of(_placed(first, lanes, len(names), size, generator))
            kernel.run(before * size, generator)
            sums = np.zeros((2, lanes, structure.regions.max() + 1, len(names)))
            for generation in range(kept):
                kernel.run(size, generator)
                sums[int(generation >= kept // 2)] += _counts(
                    kernel.strategies, structure, len(names)
                )
            halves.append(sums[:, :number])
            nodes.append(kernel.strategies[:number])
    except KeyboardInterrupt:
        if not nodes:
            raise
        notes.append(f"interrupted after {sum(map(len, nodes))} of {wanted} replicates")
    people, final = np.bincount(structure.regions), np.concatenate(nodes)
    sums = np.concatenate(halves, axis=1)
    records = np.array([kept // 2, kept - kept // 2])[:, None, None]
    notes += still_moving(names, sums.sum(axis=2) / (records * size))
    total = sums.sum(axis=0)
    by_replicate = total.sum(axis=1) / (kept * size)
    return SimulatedStructure(
        strategies=names,
        structure=structure,
        shares=_estimates(names, by_replicate),
        by_replicate=by_replicate,
        by_region=total / (kept * people[:, None]),
        final=np.stack([(final == k).sum(axis=1) for k in range(len(names))], axis=1),
        nodes=final if keep_nodes else None,
        certificate=Certificate(method="simulation", exact=False, notes=tuple(notes)),
        provenance=provenance(
            cell | {"generations": kept, "burn_in": before, "replicates": wanted},
            entropy=entropy,
        ),
    )


def game_at(game: GameOnStructure, structure: Network | Demes) -> SymmetricGame:
    """Return the game, or for a callable the one of some neighbourhood, for its strategies."""
    if not isinstance(structure, Network | Demes):
        raise CoopgamesError(f"structure must be a Network or Demes; got {structure!r}")
    if isinstance(game, SymmetricGame):
        return game
    if not callable(game):
        raise CoopgamesError(f"game must be a SymmetricGame or a function of n; got {game!r}")
    if isinstance(structure, Demes):
        raise CoopgamesError("game must be a SymmetricGame on demes, where groups are drawn")
    one = game(int(structure.interaction.degrees.max()) + 1)
    if not isinstance(one, SymmetricGame):
        raise CoopgamesError(f"game must return a SymmetricGame; got {one!r}")
    return one


def lanes_of(
    entropy: int, cell: Mapping[str, Any], wanted: int, cells: int
) -> Iterator[tuple[np.random.Generator, int, int]]:
    """Yield (generator, lanes, replicates wanted), with as many lanes as fit for ``cells`` each."""
    fits = LARGEST_LANES // cells
    lanes = min(BLOCK, max(FEWEST_LANES, 1 << max(fits.bit_length() - 1, 0)))
    for generator, number in blocks(entropy, cell, wanted):
        for part, stream in enumerate(generator.spawn(BLOCK // lanes)):
            left = number - part * lanes
            if left > 0:
                yield stream, lanes, min(lanes, left)


def _checked_start(
    start: npt.ArrayLike | Mapping[str, int] | None, names: tuple[str, ...], size: int
) -> tuple[Integers, bool] | None:
    """Return (strategies by node, whether to shuffle them)."""
    if start is None:
        return None
    if isinstance(start, Mapping):
        unknown = [name for name in start if name not in names]
        if unknown:
            raise CoopgamesError(f"start must name strategies {names}; got {unknown[0]!r}")
        counts = [count(f"start[{name!r}]", start.get(name, 0), 0) for name in names]
        if sum(counts) != size:
            raise CoopgamesError(f"start must sum to the {size} individuals; got {sum(counts)}")
        return np.repeat(np.arange(len(names)), counts), True
    given = np.asarray(start)
    if given.shape != (size,) or given.dtype.kind not in "iu":
        raise CoopgamesError(
            f"start must be counts by name, or a whole number for each of {size} individuals; got "
            f"{start!r}"
        )
    if given.min() < 0 or given.max() >= len(names):
        raise CoopgamesError(f"start must lie in 0 .. {len(names) - 1}; got {given.max()}")
    return given.astype(np.int64), False


def _placed(
    first: tuple[Integers, bool] | None,
    lanes: int,
    strategies: int,
    size: int,
    generator: np.random.Generator,
) -> Integers:
    if first is None:
        return generator.integers(strategies, size=(lanes, size))
    rows = np.tile(first[0], (lanes, 1))
    return generator.permuted(rows, axis=1) if first[1] else rows


def _counts(states: npt.NDArray[np.int8], structure: Network | Demes, strategies: int) -> Integers:
    """Return how many use each strategy, shape (lanes, regions, strategies)."""
    regions = int(structure.regions.max()) + 1
    cells = regions * strategies
    code = structure.regions * strategies + states + np.arange(len(states))[:, None] * cells
    seen = np.bincount(code.ravel(), minlength=len(states) * cells)
    return seen.reshape(len(states), regions, strategies)


def _estimates(names: tuple[str, ...], by_replicate: Floats) -> dict[str, Estimate]:
    number = by_replicate.shape[0]
    error = by_replicate.std(axis=0, ddof=1) / np.sqrt(number)
    return {
        name: Estimate(float(value), float(spread), float(number))
        for name, value, spread in zip(names, by_replicate.mean(axis=0), error, strict=True)
    }
