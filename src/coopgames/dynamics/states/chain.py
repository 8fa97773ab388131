"""The Markov chain on counts: logit revision where no Gibbs law exists.

A state of the chain is, per event, how many states of each group act. With a renewal rate the
mandate event is redrawn between revisions and the chain runs on (event, counts); otherwise each
event has a chain of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from ...errors import BudgetError, CoopgamesError
from ...games import ActionGame, Game
from ...kernels.markov.chains import LARGEST_CHAIN, stationary_law

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["ChainSolution", "solve_chain"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class ChainSolution(NamedTuple):
    """Law of X and act rates per event, rate of losing success per revision, and residual."""

    law: Floats
    acts: Floats
    flow: float
    residual: float


@dataclass(frozen=True, slots=True, eq=False)
class _Lattice:
    """One event's chain: acting counts and X per state, and its transitions."""

    acting: Integers
    x: Integers
    start: Integers
    end: Integers
    rate: Floats

    def matrix(self) -> csr_matrix:
        from scipy.sparse import csr_matrix

        total = self.x.size
        stay = 1.0 - np.bincount(self.start, weights=self.rate, minlength=total)
        here = np.arange(total)
        rows = np.append(self.start, here)
        columns = np.append(self.end, here)
        return csr_matrix((np.append(self.rate, stay), (rows, columns)), shape=(total, total))


def _lattice(played: ActionGame, row: int, response: Callable[[Floats], Floats]) -> _Lattice:
    counts = played.counts[row]
    radix = counts + 1
    total = int(np.prod(radix))
    acting = np.stack(np.unravel_index(np.arange(total), tuple(radix)), axis=1)
    x = acting @ played.leverage
    start, end, rate = [], [], []
    for g in np.flatnonzero(counts):
        low = np.flatnonzero(acting[:, g] < counts[g])
        high = low + int(np.prod(radix[g + 1 :]))
        jump = played.potential[x[low] + played.leverage[g]] - played.potential[x[low]]
        gain = played.access[row, g] * jump + played.drive[row, g]
        here = acting[low, g]
        start += [low, high]
        end += [high, low]
        rate += [
            (counts[g] - here) / counts.sum() * response(gain),
            (here + 1) / counts.sum() * response(-gain),
        ]
    return _Lattice(
        acting=acting,
        x=x,
        start=np.concatenate(start),
        end=np.concatenate(end),
        rate=np.concatenate(rate),
    )


def solve_chain(
    game: Game,
    played: ActionGame,
    response: Callable[[Floats], Floats],
    *,
    renewal_rate: float = 0.0,
) -> ChainSolution:
    """Return the stationary law of revision on counts.

    Parameters
    ----------
    game : Game
    played : ActionGame
        Its action game.
    response : callable
        From the gain of an act [stake] to the probability of choosing it at a revision.
    renewal_rate : float
        Probability per revision, in [0, 1), that the mandate event is drawn anew.

    Raises
    ------
    BudgetError
        If the chain is too large; says how large.
    CoopgamesError
        If mandates are to be renewed and groups change size with the event.
    """
    sizes = np.prod(played.counts + 1.0, axis=1)
    if sizes.sum() > LARGEST_CHAIN:
        raise BudgetError(
            f"the chain on counts needs {sizes.sum():.3g} states over all events, more than "
            f"{LARGEST_CHAIN:,}; use simulate(game, ...), mandate='expected', or a game with a "
            "Gibbs law (no tremble, no renewal, excludability only on linear problems)"
        )
    lattices = [_lattice(played, row, response) for row in range(sizes.size)]
    renews = renewal_rate > 0.0 and sizes.size > 1
    if renews:
        weights, residual = _renewed(played, lattices, renewal_rate)
    else:
        solved = [stationary_law(lattice.matrix()) for lattice in lattices]
        weights = [pi for pi, _ in solved]
        residual = max(error for _, error in solved)
    law = np.zeros((sizes.size, played.potential.size))
    acts = np.zeros((sizes.size, played.leverage.size))
    flow = 0.0
    holds = game.stakes.holds
    for row, (lattice, pi) in enumerate(zip(lattices, weights, strict=True)):
        np.add.at(law[row], lattice.x, pi)
        acts[row] = (pi @ lattice.acting) / np.maximum(played.counts[row], 1)
        lost = holds[lattice.x[lattice.start]] & ~holds[lattice.x[lattice.end]]
        rate = (pi[lattice.start] * lattice.rate * lost).sum()
        flow += float(played.probability[row] * rate)
    return ChainSolution(law, acts, flow * (1.0 - renewal_rate if renews else 1.0), residual)


def _renewed(
    played: ActionGame, lattices: list[_Lattice], renewal_rate: float
) -> tuple[list[Floats], float]:
    """Laws given the event when a fresh event is drawn with ``renewal_rate`` per revision."""
    from scipy.sparse import block_diag, csr_matrix, eye, kron

    if not (played.counts == played.counts[0]).all():
        raise CoopgamesError(
            "renewal_rate must be 0 for opt-in institutions, whose groups change with the event; "
            f"got {renewal_rate!r}; compare mandate='standing' and mandate='expected' instead"
        )
    events = len(lattices)
    inside = block_diag([lattice.matrix() for lattice in lattices], format="csr")
    fresh = csr_matrix(np.tile(played.probability, (events, 1)))
    redraw = kron(fresh, eye(lattices[0].x.size), format="csr")
    pi, residual = stationary_law(csr_matrix((1.0 - renewal_rate) * inside + renewal_rate * redraw))
    parts = np.split(pi, events)
    # Events are redrawn from their law whatever the counts, so each keeps its probability.
    return [part / part.sum() for part in parts], residual
