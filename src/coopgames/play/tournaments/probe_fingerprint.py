r"""Fingerprints of Ashlock & Kim: scores against a family of probes, exactly.

The Joss-Ann transforms of a probe cooperate with probability x and defect with y, whatever the
probe would do. If the probe cooperates with probability p, its transform does with

.. math:: x + (1 - x - y) \, p ,

which for x + y > 1 is the transform with (1 - y, 1 - x) of the probe's *dual*, who does the
opposite of the probe in every state: one formula covers the whole square. The probe's states must
follow from the acts of the other alone, so that what it was made to do doesn't matter to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..._checks import count, probability
from ...errors import CoopgamesError
from ...strategies import Automaton, MemoryOne, as_automaton, find_strategy
from ..matches.stage import Stage
from .fingerprint import probability_grid
from .tournament import Strategy, round_robin

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["ProbeFingerprint", "joss_ann", "probe_fingerprint"]

Floats = npt.NDArray[np.float64]

#: Probes that meet the strategy, and one another, in one table of memory-one strategies.
BLOCK = 64
#: Payoffs of the prisoner's dilemma that Ashlock & Kim (2008) take: R, S / T, P.
DILEMMA = ((3.0, 0.0), (5.0, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProbeFingerprint:
    """The double fingerprint of a strategy against Joss-Ann transforms of a probe.

    Attributes
    ----------
    strategy, probe : str
    x, y : array, shape (a,) and (b,)
        How likely the probe is made to cooperate, and to defect.
    scores, cooperation_rates : array, shape (a, b)
        Of the strategy, per round. [payoff], and in [0, 1]
    residual : float
    """

    strategy: str
    probe: str
    x: Floats
    y: Floats
    scores: Floats
    cooperation_rates: Floats
    residual: float

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat record for each point."""
        return [
            {
                "strategy": self.strategy,
                "probe": self.probe,
                "x": float(x),
                "y": float(y),
                "score": float(self.scores[i, j]),
                "cooperation": float(self.cooperation_rates[i, j]),
            }
            for i, x in enumerate(self.x)
            for j, y in enumerate(self.y)
        ]

    def to_pandas(self) -> DataFrame:
        """Return `rows` as a frame."""
        import pandas as pd

        return pd.DataFrame.from_records(self.rows())


def joss_ann(probe: Strategy, x: float, y: float) -> MemoryOne | Automaton:
    """Return the Joss-Ann transform of a probe; for x + y > 1 that of its dual.

    Parameters
    ----------
    probe : MemoryOne, Automaton or str
        Of two players; its reactions must depend on the other's acts alone.
    x, y : float, in [0, 1]
        How likely it cooperates, and defects, whatever the probe would do.

    Raises
    ------
    CoopgamesError
        If the probe reacts to its own acts, or a probability is none.

    References
    ----------
    Ashlock & Kim (2008) IEEE Trans. Evol. Comput. 12:647. doi:10.1109/TEVC.2008.920675

    Examples
    --------
    >>> joss_ann("tit for tat", 0.25, 0.25).response
    (0.75, 0.25, 0.75, 0.25)
    >>> joss_ann("tit for tat", 1, 1).response  # the opposite of tit for tat
    (0.0, 1.0, 0.0, 1.0)
    """
    base = find_strategy(probe) if isinstance(probe, str) else probe
    x, y = probability("x", x), probability("y", y)
    if getattr(base, "players", None) != 2:
        raise CoopgamesError(f"probe must be a strategy of two players, or a name; got {probe!r}")
    name = f"JA({base.name}, {x:g}, {y:g})"

    def made(p: float) -> float:
        return min(max(x + (1 - x - y) * p, 0.0), 1.0)

    if isinstance(base, MemoryOne) and base.response[:2] == base.response[2:]:
        response = tuple(made(p) for p in base.response)
        return MemoryOne(name=name, start=made(base.start), response=response)
    machine = as_automaton(base)
    if any(own != other for own, other in machine.moves):
        raise CoopgamesError(
            f"probe must react to the other's acts alone; {base.name!r} reacts to its own too"
        )
    return Automaton(
        name=name,
        cooperate=tuple(made(p) for p in machine.cooperate),
        moves=machine.moves,
        start=machine.start,
    )


def probe_fingerprint(
    strategy: Strategy,
    game: Stage = DILEMMA,
    *,
    probe: Strategy = "tit for tat",
    x: npt.ArrayLike | None = None,
    y: npt.ArrayLike | None = None,
    points: int = 21,
    discount_factor: float = 1.0,
    turns: int | None = None,
    implementation_error: float = 0.0,
) -> ProbeFingerprint:
    """Return what a strategy scores against the Joss-Ann transforms of a probe, exactly.

    Parameters
    ----------
    strategy : MemoryOne, Automaton or str
    game : BilateralGame, SymmetricGame, or array_like
        As in `coopgames.round_robin`; by default the payoffs 3, 0, 5, 1 of Ashlock & Kim (2008).
        [payoff]
    probe : MemoryOne, Automaton or str
        Its reactions must depend on the other's acts alone; tit for tat is the usual one.
    x, y : array_like, in [0, 1], optional
        Probabilities at which the probe is made to cooperate, and to defect; by default evenly
        spaced.
    points : int
        How many, where x or y is not given; at least 2.
    discount_factor, turns, implementation_error
        As in `coopgames.round_robin`; Ashlock & Kim have the limit of means, the default.

    Returns
    -------
    ProbeFingerprint

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds, or the probe reacts to its own acts.

    Notes
    -----
    In the interior of the square the play of tit for tat's transforms does not depend on the start.
    On the edges and in the corners it may, and values are from the start.

    References
    ----------
    Ashlock & Kim (2008) IEEE Trans. Evol. Comput. 12:647. doi:10.1109/TEVC.2008.920675

    Examples
    --------
    Of tit for tat: (3 x^2 + 5 x y + y^2) / (x + y)^2.

    >>> probe_fingerprint("tit for tat", x=[0.5], y=[0.25, 0.5]).scores
    array([[2.55555556, 2.25      ]])
    """
    across = probability_grid(
        "x", np.linspace(0, 1, count("points", points, 2)) if x is None else x
    )
    up = probability_grid("y", np.linspace(0, 1, count("points", points, 2)) if y is None else y)
    probes = [joss_ann(probe, a, b) for a in across.tolist() for b in up.tolist()]
    own = find_strategy(strategy) if isinstance(strategy, str) else strategy
    # All pairs of a table are played: many small ones where a pair is a large chain.
    simple = turns is None and all(isinstance(one, MemoryOne) for one in (own, probes[0]))
    block = BLOCK if simple else 1
    scores, rates, residual = [], [], 0.0
    for first in range(0, len(probes), block):
        found = round_robin(
            [own, *probes[first : first + block]],
            game,
            discount_factor=discount_factor,
            turns=turns,
            implementation_error=implementation_error,
        )
        scores.append(found.payoffs[0, 1:])
        rates.append(np.asarray(found.cooperation_rates)[0, 1:])
        residual = max(residual, found.residual)
    shape = (across.size, up.size)
    base = find_strategy(probe) if isinstance(probe, str) else probe
    return ProbeFingerprint(
        strategy=own.name,
        probe=base.name,
        x=across,
        y=up,
        scores=np.concatenate(scores).reshape(shape),
        cooperation_rates=np.concatenate(rates).reshape(shape),
        residual=residual,
    )
