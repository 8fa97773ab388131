"""What a named algorithm finds, certified and held against the complete set.

An algorithm proposes pairs of strategies. Those that aren't strategies, or from which a player
gains by leaving, are left out; those found twice are merged; the rest is compared with all extreme
equilibria. Nothing that was left out or missed goes without a note.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..kernels.bimatrix.lemke_howson import lemke_howson
from .bimatrix_players import TwoPlayers
from .nashpy_algorithms import NASHPY_ALGORITHMS, nashpy_candidates
from .record import Equilibria, Equilibrium

__all__ = ["METHODS", "named"]

Array = npt.NDArray[Any]
Pair = tuple[Array, Array]

#: Names of algorithms other than the complete one.
METHODS = ("lemke-howson", *NASHPY_ALGORITHMS)
#: Pairs that differ by no more in every probability are the same.
SAME = 1e-6
#: Smaller probabilities in doubles are 0.
ROUNDING = 1e-12


def named(
    players: TwoPlayers,
    ours: Equilibria,
    *,
    method: str,
    exact: bool,
    completed: bool,
    tolerance: float,
    options: Mapping[str, Any],
    rng: np.random.Generator,
) -> Equilibria:
    """Return what an algorithm finds, held against all extreme equilibria.

    Parameters
    ----------
    players : TwoPlayers
    ours : Equilibria
        All extreme equilibria.
    method, exact, completed, tolerance, options, rng
        As in `two_players.bimatrix_equilibria`.
    """
    if method == "lemke-howson":
        candidates, notes = _paths(players, exact)
    else:
        candidates, notes = nashpy_candidates(method, *players.doubles, options, rng)
    kept, said = _certified(players, candidates, tolerance)
    notes += said
    found: list[Equilibrium] = []
    place: dict[int, int] = {}
    extras: list[Equilibrium] = []
    for equilibrium in kept:
        at = _nearest(equilibrium, ours)
        if at is None:
            extras.append(equilibrium)
        elif at not in place:
            place[at] = len(found)
            own = ours[at]
            found.append(replace(equilibrium, index=own.index, labels=own.labels))
    missed = tuple(k for k in range(len(ours)) if k not in place)
    if missed:
        notes.append(
            f"{method} misses {len(missed)} of {len(ours)} extreme equilibria: "
            f"{', '.join(map(str, missed))} in the order of method 'complete'"
        )
    if extras:
        notes.append(f"profiles found that are no extreme equilibria: {len(extras)}")
    equal = ours.complete and not missed and not extras
    if equal:
        proof = "equals the set of all extreme equilibria, found by 'complete'"
        components = tuple(tuple(sorted(place[k] for k in part)) for part in ours.components)
    elif completed:
        found = [
            replace(own, labels={**own.labels, "found": k in place}) for k, own in enumerate(ours)
        ]
        extras = [replace(e, labels={**e.labels, "found": True}) for e in extras]
        components, equal = ours.components, ours.complete
        proof = f"completed by ours: {ours.proof}"
    else:
        components, proof = (), "none: not the set of all extreme equilibria, see notes"
    return Equilibria(
        game=players.game,
        profiles=(*found, *extras),
        method=method,
        parameters={"tolerance": tolerance, "missed": missed, **options},
        complete=equal,
        proof=proof,
        degenerate=ours.degenerate,
        components=components,
        budget=ours.budget,
        notes=(*players.notes, *notes),
    )


def _paths(players: TwoPlayers, exact: bool) -> tuple[list[Pair], list[str]]:
    """Return where the Lemke-Howson paths of all labels end."""
    found: list[Pair] = []
    notes: list[str] = []
    for label in range(sum(players.first.shape)):
        path = lemke_howson(players.first, players.second, label=label)
        if path.first is None or path.second is None:
            notes.append(f"the path of label {label} was left after {path.pivots} pivots")
        elif exact:
            found.append((path.first, path.second))
        else:
            found.append((path.first.astype(np.float64), path.second.astype(np.float64)))
    return found, notes


def _certified(
    players: TwoPlayers, candidates: list[Pair], tolerance: float
) -> tuple[list[Equilibrium], list[str]]:
    """Return the different candidates that are equilibria, and notes on the others."""
    kept: list[Equilibrium] = []
    invalid, repeated = 0, 0
    left_out: list[float] = []
    sizes = players.first.shape
    for x, y in candidates:
        if not (_is_strategy(x, sizes[0]) and _is_strategy(y, sizes[1])):
            invalid += 1
            continue
        x, y = _tidy(x), _tidy(y)
        equilibrium = players.equilibrium(x, y, index=None)
        _, gains = players.worth(x, y)
        share = max(gain / span for gain, span in zip(gains, players.ranges, strict=True))
        if share > tolerance:
            left_out.append(share)
        elif _nearest(equilibrium, kept) is not None:
            repeated += 1
        else:
            kept.append(equilibrium)
    notes = []
    if invalid:
        notes.append(f"profiles dropped that are no strategies (NaN or wrong sums): {invalid}")
    if left_out:
        notes.append(
            f"profiles dropped that are no equilibria within the tolerance: {len(left_out)}, with "
            f"a regret of at least {min(left_out):.2g} of the range of payoffs"
        )
    if repeated:
        notes.append(f"profiles returned more than once: {repeated}")
    return kept, notes


def _is_strategy(strategy: Array, size: int) -> bool:
    if strategy.shape != (size,):
        return False
    doubles = strategy.astype(np.float64)
    return bool((doubles >= -SAME).all() and abs(doubles.sum() - 1.0) <= SAME)


def _tidy(strategy: Array) -> Array:
    """Return a strategy in doubles without what is but rounding."""
    if strategy.dtype == object:
        return strategy
    rounded = np.where(abs(strategy) < ROUNDING, 0.0, strategy)
    return np.asarray(rounded / rounded.sum())


def _nearest(one: Equilibrium, others: Iterable[Equilibrium]) -> int | None:
    """Return the position of the nearest that is the same; None if none is."""
    here = np.concatenate(one.mixed).astype(np.float64)
    apart = [abs(here - np.concatenate(e.mixed).astype(np.float64)).max() for e in others]
    if not apart or min(apart) > SAME:
        return None
    return int(np.argmin(apart))
