"""What kind of simple game a rule is: who is needed, who is not, what can be told by weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import BudgetError, SpecificationError
from ..kernels.votes.halves import combinations
from .chance import chance
from .committee import Committee
from .minimal import minimal_winning
from .power import PATIENCE
from .swings import verdicts
from .tally import Tally, tally

__all__ = ["Structure", "structure"]

#: Count vectors up to which weights are looked for.
LARGEST_LISTING = 20_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Structure:
    """A committee as a simple game.

    Attributes
    ----------
    winning, losing : int
        Coalitions that pass a motion, and that don't; they sum to 2**n.
    minimal_winning, minimal_blocking : int or None
        Coalitions that win, or block, but lose that with any one member gone; None where counting
        them would take long.
    swings : dict of str to int
        Coalitions in which one given voter of the group decides.
    veto_players, dummies : tuple of str
        Groups without any one of whose voters nothing passes; groups that never decide.
    dictator : str or None
        The voter who decides alone.
    proper, strong : bool
        No two disjoint coalitions both win; of a coalition and its complement one wins.
    weighted : bool or None
        Whether weights and a quota tell winning from losing; None where ``reason`` says why that
        was not found out.
    weights, quota : dict of str to int, int; or None
        Such weights per voter, verified on every coalition.
    trade : tuple of two lists of dict, or None
        Where there are no weights, the proof: winning and losing coalitions, as many of either,
        as numbers of voters by group; every kind of voter is in the losing ones at least as often
        as in the winning ones.
    reason : str
        Why weights or minimal coalitions are unknown; else empty.
    """

    winning: int
    losing: int
    minimal_winning: int | None
    minimal_blocking: int | None
    swings: Mapping[str, int]
    veto_players: tuple[str, ...]
    dummies: tuple[str, ...]
    dictator: str | None
    proper: bool
    strong: bool
    weighted: bool | None
    weights: Mapping[str, int] | None
    quota: int | None
    trade: tuple[list[dict[str, int]], list[dict[str, int]]] | None
    reason: str


def structure(committee: Committee) -> Structure:
    """Return the structure of a committee's rule.

    Parameters
    ----------
    committee : Committee
        Voters and rule, without de facto vetoes.

    Returns
    -------
    Structure

    Raises
    ------
    SpecificationError
        If a veto is de facto: the rule is then no simple game.
    BudgetError
        If there are too many coalitions of too many kinds; says how many.

    References
    ----------
    Taylor & Zwicker (1999) Simple Games, chapters 1 and 2.

    Examples
    --------
    >>> from coopgames.voting import weighted_committee
    >>> found = structure(weighted_committee(12, [4, 4, 4, 2, 2, 1]))
    >>> found.winning, found.minimal_winning, found.dummies, found.proper, found.strong
    (14, 4, ('v6',), True, False)
    """
    tallied = tally(committee)
    if not tallied.deterministic:
        raise SpecificationError(
            "rule: with de facto vetoes (used between 0 and 1) it is no simple game; set used to "
            "0 or 1, or ask for power or passage"
        )
    counts = [group.count for group in committee.voters]
    n = sum(counts)
    ones = [{"yes": 1, "no": 1}] * len(counts)
    found = verdicts(tallied, ones, exact=True, counts=counts)
    winning = found.adoption
    both = tally(committee, against="both")
    disjoint = verdicts(both, ones, exact=True, counts=counts).adoption
    swings = dict(zip(committee.groups, found.deciding, strict=True))
    told = _weights(committee, tallied)
    reason = told.reason
    minimal: list[int | None] = []
    for item in (tallied, tally(committee, against="dual")):
        try:
            minimal.append(minimal_winning(item, len(counts), longest=PATIENCE).number)
        except BudgetError as problem:
            minimal.append(None)
            reason = "; ".join(filter(None, (reason, str(problem))))
    return Structure(
        winning=winning,
        losing=2**n - winning,
        minimal_winning=minimal[0],
        minimal_blocking=minimal[1],
        swings=swings,
        veto_players=_needed(committee),
        dummies=tuple(group for group, eta in swings.items() if eta == 0),
        dictator=next((group for group, eta in swings.items() if eta == 2 ** (n - 1)), None),
        proper=disjoint == winning,
        strong=disjoint == 2**n - winning,
        weighted=told.weighted,
        weights=told.weights,
        quota=told.quota,
        trade=told.trade,
        reason=reason,
    )


def _needed(committee: Committee) -> tuple[str, ...]:
    counts = np.array([group.count for group in committee.voters])
    without = counts - np.eye(counts.size, dtype=np.int64)
    return tuple(
        group
        for group, passes in zip(committee.groups, chance(committee, without), strict=True)
        if passes == 0
    )


# --- weights ---------------------------------------------------------------------------------


class _Weights(NamedTuple):
    """What is known of weights: see `Structure`."""

    weighted: bool | None
    weights: dict[str, int] | None = None
    quota: int | None = None
    trade: tuple[list[dict[str, int]], list[dict[str, int]]] | None = None
    reason: str = ""


def _weights(committee: Committee, tallied: Tally) -> _Weights:
    """Find weights for the kinds, or a trade that shows there are none; both are verified."""
    block = tallied.blocks[0]
    if len(tallied.blocks) == 1 and len(block.thresholds) == 1:
        quota = block.thresholds[0][int(np.argmax(tallied.table)) - 1]
        own = {kind: block.kinds[kind].of("yes")[0].steps[0] for kind in range(len(block.kinds))}
        by_group = {
            group: 0 if seat is None else own[seat[1]]
            for group, seat in zip(committee.groups, tallied.place, strict=True)
        }
        return _Weights(True, by_group, quota)
    kinds = [kind for item in tallied.blocks for kind in item.kinds]
    counts = [kind.count for kind in kinds]
    if combinations(counts) > LARGEST_LISTING:
        reason = (
            f"{combinations(counts):.3g} count vectors of {len(kinds)} kinds of voters are more "
            f"than the {LARGEST_LISTING:,} that are searched for weights"
        )
        return _Weights(None, reason=reason)
    vectors = np.array(list(product(*(range(count + 1) for count in counts))), dtype=np.int64)
    members = np.zeros((vectors.shape[0], len(committee.voters)), dtype=np.int64)
    for kind, item in enumerate(kinds):
        rest = vectors[:, kind].copy()
        for g in item.groups:
            members[:, g] = np.minimum(rest, committee.voters[g].count)
            rest -= members[:, g]
    wins = chance(committee, members) > 0
    table = wins.reshape([count + 1 for count in counts])
    least, most = _extreme(table)
    solution = _linear_programme(vectors[least], vectors[most])
    if solution is not None:
        weights, quota = solution
        if np.array_equal((vectors @ weights) >= quota, wins):
            by_kind = {g: int(weights[k]) for k, item in enumerate(kinds) for g in item.groups}
            named = {group: by_kind.get(g, 0) for g, group in enumerate(committee.groups)}
            return _Weights(True, named, int(quota))
        return _Weights(None, reason="the weights found do not tell winning from losing")
    trade = _trade(vectors[least], vectors[most])
    if trade is None:
        return _Weights(None, reason="no weights were found, and no trade that excludes them")
    sides = tuple(
        [
            {group: int(k) for group, k in zip(committee.groups, row, strict=True) if k}
            for row, times in zip(rows, multiples, strict=True)
            for _ in range(times)
        ]
        for rows, multiples in zip((members[least], members[most]), trade, strict=True)
    )
    return _Weights(False, trade=(sides[0], sides[1]))


def _extreme(wins: npt.NDArray[np.bool_]) -> tuple[Any, Any]:
    """Return which count vectors are minimal winning and which are maximal losing."""
    least, most = wins.copy(), ~wins
    for axis in range(wins.ndim):
        moved = np.moveaxis(wins, axis, 0)
        none, every = np.zeros_like(moved[:1]), np.ones_like(moved[:1])
        least &= ~np.moveaxis(np.concatenate([none, moved[:-1]]), 0, axis)
        most &= np.moveaxis(np.concatenate([moved[1:], every]), 0, axis)
    return least.reshape(-1), most.reshape(-1)


def _whole_multiples(values: Any) -> list[int]:
    """Return the least whole numbers in the ratio of values that are fractions but for rounding."""
    scale = 1
    for value in values:
        scale *= Fraction(value * scale).limit_denominator(1000).denominator
    return [round(value * scale) for value in values]


def _linear_programme(winning: Any, losing: Any) -> tuple[Any, int] | None:
    """Return whole weights with every winning vector above every losing one, if there are any."""
    from scipy.optimize import linprog

    kinds = winning.shape[1]
    rows = np.concatenate(
        [
            np.concatenate([-winning, np.ones((winning.shape[0], 1))], axis=1),
            np.concatenate([losing, -np.ones((losing.shape[0], 1))], axis=1),
        ]
    )
    limits = np.concatenate([np.zeros(winning.shape[0]), -np.ones(losing.shape[0])])
    bounds = [(0, None)] * (kinds + 1)
    found = linprog(np.ones(kinds + 1), A_ub=rows, b_ub=limits, bounds=bounds, method="highs")
    if not found.success or found.x is None:
        return None
    weights = np.array(_whole_multiples(found.x)[:-1], dtype=np.int64)
    return weights, int((winning @ weights).min())


def _trade(winning: Any, losing: Any) -> tuple[list[int], list[int]] | None:
    """Return multiples of winning and losing vectors with equal numbers and equal sums."""
    from scipy.optimize import linprog

    sides = np.concatenate([winning, -losing]).T
    number = np.concatenate([np.ones(winning.shape[0]), -np.ones(losing.shape[0])])
    # Losing coalitions may hold more: what they hold in excess can be taken away.
    found = linprog(
        np.ones(sides.shape[1]),
        A_ub=sides,
        b_ub=np.zeros(sides.shape[0]),
        A_eq=np.stack([number, np.concatenate([np.ones(winning.shape[0]), 0 * losing[:, 0]])]),
        b_eq=[0.0, 1.0],
        bounds=[(0, None)] * sides.shape[1],
        method="highs",
    )
    if not found.success or found.x is None:
        return None
    multiples = _whole_multiples(found.x)
    ours, theirs = multiples[: winning.shape[0]], multiples[winning.shape[0] :]
    fair = sum(ours) == sum(theirs) > 0
    if not fair or (np.array(ours) @ winning > np.array(theirs) @ losing).any():
        return None
    return ours, theirs
