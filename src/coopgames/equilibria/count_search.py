r"""Which counts are equilibria: searched by the totals that payoffs depend on.

What a player that follows i could gain by j depends on the total T of everybody alone: its
co-players add T - a_i. So the strategies from which nobody gains by leaving are a set S(T), and
counts k are an equilibrium iff all strategies in use belong to S(T(k)). S is computed once per
total. Then either all counts are gone through, their totals and sets of strategies in use being
sums over roles; or, where these are too many, each total is divided over the players in all ways
that use S(T) only, led by how many ways are left to the roles that follow.

With several scenarios the total is the row of their totals, written as one number. Sets are bits of
whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

from ..errors import BudgetError
from ..games import RoleGame
from ..kernels.markov.product_chain import number_of_states
from ..kernels.simplex import compositions, number_of_compositions
from .gap_roots import payoffs_of_two

__all__ = [
    "Found",
    "Totals",
    "payoff_scales",
    "search_counts",
    "search_totals",
    "search_two",
    "totals_of",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Sets = Callable[[Integers], Integers]

#: Strategies whose use is noted in one whole number.
WORD = 62
#: Counts, or totals, that are looked at together.
CHUNK = 2**20
#: Totals for which sets of strategies are laid out beforehand.
LARGEST_GRID = 2_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has found.

    Attributes
    ----------
    counts : int array, shape (listed, sum of s_r)
        In lexicographic order.
    number : int
        How many there are among those examined.
    examined : int
        How many counts were decided.
    """

    counts: Integers
    number: int
    examined: int


@dataclass(frozen=True, slots=True)
class Totals:
    """How the totals of all scenarios are written as one number.

    Attributes
    ----------
    grids : tuple of int
        One more than the largest total of each scenario.
    adds : int array, shape (sum of s_r,)
        What one who follows a strategy adds to the number.
    """

    grids: tuple[int, ...]
    adds: Integers

    @property
    def size(self) -> int:
        """Number of totals, whether or not they can occur."""
        return prod(self.grids)

    def split(self, code: Integers) -> list[Integers]:
        """Return the totals of each scenario."""
        out = []
        for grid in reversed(self.grids):
            out.append(code % grid)
            code = code // grid
        return out[::-1]


def totals_of(game: RoleGame) -> Totals:
    """Return how the totals of a game's scenarios are written as one number.

    Raises
    ------
    BudgetError
        If that takes more than 64 bits.
    """
    grids: list[int] = []
    joint = np.zeros(sum(game.sizes), dtype=np.int64)
    for scenario in game.scenarios:
        grid = 1 + sum(
            n * int(adds.max()) for n, adds in zip(game.players, scenario.adds, strict=True)
        )
        grids.append(grid)
        joint = joint * grid + np.concatenate(scenario.adds)
    out = Totals(tuple(grids), joint)
    if out.size >= 2**62:
        raise BudgetError(
            f"the totals of {len(grids)} scenarios make {out.size:.3g} combinations, more than 64 "
            "bits can number; write the game with fewer scenarios"
        )
    return out


def payoff_scales(game: RoleGame) -> Floats:
    """Return the largest absolute payoff of each role, its mean over scenarios, as a payoff."""
    return np.array(
        [
            sum(
                s.probability * float(np.abs(s.payoffs[r]).max(initial=0.0)) for s in game.scenarios
            )
            for r in range(len(game.roles))
        ]
    )


def _sets(game: RoleGame, totals: Totals, slack: Floats) -> Sets:
    """Return the function from totals to the sets S(T), shape (words, totals)."""

    def sets(code: Integers) -> Integers:
        parts = totals.split(code)
        out = np.zeros((_words(game), code.size), dtype=np.int64)
        for r, block in enumerate(game.blocks()):
            for i in range(game.sizes[r]):
                paid = np.zeros((game.sizes[r], code.size))
                possible = np.ones(code.size, dtype=bool)
                for scenario, total in zip(game.scenarios, parts, strict=True):
                    table = scenario.payoffs[r]
                    others = total - scenario.adds[r][i]
                    possible &= (others >= 0) & (others < table.shape[1])
                    paid += scenario.probability * table[:, others.clip(0, table.shape[1] - 1)]
                stays = possible & (paid.max(axis=0) - paid[i] <= slack[r])
                place = block.start + i
                out[place // WORD] |= stays.astype(np.int64) << (place % WORD)
        return out

    if totals.size > LARGEST_GRID:
        return sets
    chunks = [
        sets(np.arange(start, min(start + CHUNK, totals.size)))
        for start in range(0, totals.size, CHUNK)
    ]
    table = np.concatenate(chunks, axis=1)
    return lambda code: np.asarray(table[:, code])


def _words(game: RoleGame) -> int:
    return -(-sum(game.sizes) // WORD)


def _used(game: RoleGame, block: slice, own: Integers) -> Integers:
    """Return the strategies in use in compositions of one role, shape (words, compositions)."""
    out = np.zeros((_words(game), own.shape[0]), dtype=np.int64)
    for i in range(own.shape[1]):
        place = block.start + i
        out[place // WORD] |= (own[:, i] > 0).astype(np.int64) << (place % WORD)
    return out


def _crossed(first: Integers, second: Integers) -> Integers:
    """Return all sums of one from each, the second running faster."""
    return np.asarray((first[..., :, None] + second[..., None, :]).reshape(*first.shape[:-1], -1))


def search_counts(game: RoleGame, slack: Floats, budget: int, most: int) -> Found:
    """Go through all counts, at most ``budget``, and list at most ``most`` equilibria.

    Parameters
    ----------
    game : RoleGame
    slack : array, shape (roles,)
        What nobody leaves for. [payoff]
    budget, most : int

    Examples
    --------
    >>> from coopgames.games import bimatrix_game
    >>> hunt = bimatrix_game([[4, 0], [3, 2]], [[4, 3], [0, 2]])
    >>> search_counts(hunt, np.zeros(2), 100, 100).counts
    array([[0, 1, 0, 1],
           [1, 0, 1, 0]])
    """
    totals = totals_of(game)
    numbers = [number_of_compositions(n, s) for n, s in zip(game.players, game.sizes, strict=True)]
    if max(numbers) > budget:
        return Found(np.zeros((0, sum(game.sizes)), dtype=np.int64), 0, 0)
    # Roles with few compositions are looped over, those with many are crossed beforehand.
    order = sorted(range(len(numbers)), key=lambda r: -numbers[r])
    blocks = game.blocks()
    own = [compositions(n, s) for n, s in zip(game.players, game.sizes, strict=True)]
    adds = [rows @ totals.adds[block] for rows, block in zip(own, blocks, strict=True)]
    used = [_used(game, block, rows) for rows, block in zip(own, blocks, strict=True)]
    inner_total = np.zeros(1, dtype=np.int64)
    inner_used = np.zeros((_words(game), 1), dtype=np.int64)
    inner: list[int] = []
    while order and (not inner or inner_total.size * numbers[order[0]] <= CHUNK):
        r = order.pop(0)
        inner_total, inner_used = _crossed(inner_total, adds[r]), _crossed(inner_used, used[r])
        inner.append(r)
    if inner_total.size >= number_of_states(game.players, game.sizes):
        order = []
    sets = _sets(game, totals, slack)
    listed: list[Integers] = []
    number = examined = 0
    for choice in _choices([numbers[r] for r in order]):
        if examined + inner_total.size > budget:
            break
        examined += inner_total.size
        total = inner_total + sum(int(adds[r][c]) for r, c in zip(order, choice, strict=True))
        wrong = np.zeros(inner_total.size, dtype=np.int64)
        for word, allowed in enumerate(_looked_up(sets, total, totals)):
            outer = sum(int(used[r][word, c]) for r, c in zip(order, choice, strict=True))
            wrong |= (inner_used[word] | outer) & ~allowed
        hits = np.flatnonzero(wrong == 0)
        number += hits.size
        if len(hits) and sum(map(len, listed)) < most:
            digits = np.unravel_index(hits, [numbers[r] for r in inner])
            counts = np.empty((hits.size, sum(game.sizes)), dtype=np.int64)
            for r, digit in zip(inner, digits, strict=True):
                counts[:, blocks[r]] = own[r][digit]
            for r, c in zip(order, choice, strict=True):
                counts[:, blocks[r]] = own[r][c]
            listed.append(counts)
    return Found(_in_order(listed, sum(game.sizes))[:most], number, examined)


def search_two(game: RoleGame, slack: Floats, most: int) -> Found:
    """Go through all counts of a game of one role with two strategies.

    Parameters
    ----------
    game : RoleGame
    slack : array, shape (1,)
        What nobody leaves for. [payoff]
    most : int

    Examples
    --------
    >>> from coopgames.games import matrix_game, one_role
    >>> search_two(one_role(matrix_game([[4, 0], [3, 2]])), np.zeros(1), 100).counts
    array([[0, 2],
           [2, 0]])
    """
    n = game.players[0]
    first, second = payoffs_of_two(game)
    gap = first - second
    stays = np.ones(n + 1, dtype=bool)
    stays[1:] = gap >= -slack[0]
    stays[:-1] &= gap <= slack[0]
    hits = np.flatnonzero(stays)
    return Found(np.column_stack((hits, n - hits))[:most], hits.size, n + 1)


def _choices(numbers: list[int]) -> Iterator[tuple[int, ...]]:
    return iter(np.ndindex(*numbers))


def _looked_up(sets: Sets, total: Integers, totals: Totals) -> Integers:
    if totals.size <= LARGEST_GRID:
        return sets(total)
    different, place = np.unique(total, return_inverse=True)
    return sets(different)[:, place.reshape(-1)]


def _in_order(parts: list[Integers], width: int) -> Integers:
    rows = np.concatenate([np.zeros((0, width), dtype=np.int64), *parts])
    return np.asarray(rows[np.lexsort(rows.T[::-1])])


# --- by totals -------------------------------------------------------------------------------


def search_totals(game: RoleGame, slack: Floats, budget: int, most: int) -> Found | None:
    """Divide each total over the players, in all ways that are equilibria; list at most ``most``.

    Parameters
    ----------
    game : RoleGame
    slack : array, shape (roles,)
        What nobody leaves for. [payoff]
    budget : int
        Steps are at most 200 times as many.
    most : int

    Returns
    -------
    Found or None
        None where the work would go beyond the budget. All counts are decided otherwise.

    Examples
    --------
    >>> from coopgames.games import bimatrix_game
    >>> hunt = bimatrix_game([[4, 0], [3, 2]], [[4, 3], [0, 2]])
    >>> search_totals(hunt, np.zeros(2), 100, 100).counts
    array([[0, 1, 0, 1],
           [1, 0, 1, 0]])
    """
    totals = totals_of(game)
    states = number_of_states(game.players, game.sizes)
    per_role = max(
        number_of_compositions(n, s) for n, s in zip(game.players, game.sizes, strict=True)
    )
    if totals.size > min(LARGEST_GRID, 20 * budget) or per_role > budget:
        return None
    blocks = game.blocks()
    own = [compositions(n, s) for n, s in zip(game.players, game.sizes, strict=True)]
    adds = [rows @ totals.adds[block] for rows, block in zip(own, blocks, strict=True)]
    used = [_used(game, block, rows) for rows, block in zip(own, blocks, strict=True)]
    sets = _sets(game, totals, slack)(np.arange(totals.size))
    some = _each_role_has_one(game, sets)
    patterns, which = np.unique(sets[:, some], axis=1, return_inverse=True)
    which = which.reshape(-1)
    kind = np.int64 if states < 2**62 else object
    left = 200 * budget
    listed: list[Integers] = []
    number = 0
    for p in range(patterns.shape[1]):
        goals = np.flatnonzero(some)[which == p]
        grid = int(goals.max()) + 1
        free = [
            np.flatnonzero(((used[r] & ~patterns[:, p, None]) == 0).all(axis=0))
            for r in range(len(own))
        ]
        left -= grid * sum(options.size for options in free)
        if left < 0:
            return None
        ways = [np.zeros(grid, dtype=kind)]
        ways[0][0] = 1
        for r in range(len(own) - 1, 0, -1):
            ways.append(_one_role_more(ways[-1], adds[r][free[r]]))
        ways.reverse()
        room = most - sum(map(len, listed))
        counts = _divided(goals, [adds[r][free[r]] for r in range(len(own))], ways, room)
        number += int(_one_role_more(ways[0], adds[0][free[0]])[goals].sum())
        if counts.shape[0]:
            parts = [own[r][free[r][counts[:, r]]] for r in range(len(own))]
            listed.append(np.concatenate(parts, axis=1))
    return Found(_in_order(listed, sum(game.sizes)), number, states)


def _each_role_has_one(game: RoleGame, sets: Integers) -> npt.NDArray[np.bool_]:
    out = np.ones(sets.shape[1], dtype=bool)
    for size, block in zip(game.sizes, game.blocks(), strict=True):
        all_of_role = _used(game, block, np.ones((1, size), dtype=np.int64))
        out &= ((sets & all_of_role) != 0).any(axis=0)
    return out


def _one_role_more(ways: npt.NDArray[np.int64], adds: Integers) -> npt.NDArray[np.int64]:
    """Return in how many ways each total comes about if one more role adds one of ``adds``."""
    out = np.zeros_like(ways)
    for amount, times in zip(*np.unique(adds, return_counts=True), strict=True):
        if amount < ways.size:
            out[amount:] += int(times) * ways[: ways.size - amount]
    return out


def _divided(
    goals: Integers, adds: list[Integers], ways: list[npt.NDArray[np.int64]], room: int
) -> Integers:
    """Return divisions of each goal over roles, as places in ``adds``, shape (rows, roles)."""
    left, chosen = goals, np.zeros((goals.size, 0), dtype=np.int64)
    for r, amounts in enumerate(adds):
        rows: list[Integers] = []
        number = 0
        for start in range(0, left.size, max(1, CHUNK // max(amounts.size, 1))):
            stop = start + max(1, CHUNK // max(amounts.size, 1))
            after = left[start:stop, None] - amounts
            # Whatever goes on reaches the goal, so that no more than there is room for is kept.
            row, option = np.nonzero((after >= 0) & (ways[r][np.maximum(after, 0)] > 0))
            rows.append(np.column_stack((start + row, option))[: max(room - number, 0)])
            number += rows[-1].shape[0]
        pairs = np.concatenate([np.zeros((0, 2), dtype=np.int64), *rows])
        left = left[pairs[:, 0]] - amounts[pairs[:, 1]]
        chosen = np.column_stack((chosen[pairs[:, 0]], pairs[:, 1]))
    return np.asarray(chosen)
