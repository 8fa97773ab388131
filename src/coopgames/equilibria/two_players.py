r"""Equilibria of two players: all of them, or those that a named algorithm finds, certified.

All equilibria of a two-player game are made of finitely many extreme ones. ``method='complete'``
returns these, and how they hang together. Any other method is held against it: each pair it
returns gets its regret from us, and what it missed is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from .._checks import at_least, count, one_of
from ..errors import CoopgamesError
from ..games import RoleGame, StrategicGame, SymmetricGame
from ..kernels.bimatrix.components import Components, components
from ..kernels.bimatrix.enumeration import ExtremeEquilibria, extreme_equilibria
from ..kernels.bimatrix.routes import BUDGET
from .bimatrix_players import TwoPlayers, binary_fractions, two_players
from .named_algorithms import METHODS, named
from .record import Equilibria, Equilibrium

__all__ = ["bimatrix_equilibria"]

Array = npt.NDArray[Any]
#: Methods that can answer in Fractions.
EXACT = ("complete", "lemke-howson", "pure")


def bimatrix_equilibria(
    game_or_first: RoleGame | SymmetricGame | StrategicGame | npt.ArrayLike,
    second: npt.ArrayLike | None = None,
    *,
    method: str = "complete",
    exact: bool = False,
    completed: bool = False,
    tolerance: float = 1e-9,
    options: Mapping[str, Any] | None = None,
    budget: int = BUDGET,
    rng: np.random.Generator | int | None = None,
) -> Equilibria:
    """Return equilibria of a game of two players.

    Parameters
    ----------
    game_or_first : RoleGame, SymmetricGame, StrategicGame or array_like, shape (m, n)
        Two roles of one player, one role of two players, or the row player's payoffs: any finite
        doubles, integers or Fractions; at most 62 strategies in all. [payoff]
    second : array_like, shape (m, n), optional
        The column player's payoffs. [payoff]
    method : str
        'complete' : all extreme equilibria, of degenerate games too.
        'pure' : all pure ones.
        'lemke-howson' : where the paths from all labels end, in integers.
        Nashpy's, which is loaded then: 'support enumeration', 'vertex enumeration', 'nashpy
        lemke-howson', 'fictitious play', 'stochastic fictitious play', 'replicator dynamics',
        'asymmetric replicator' and 'regret minimization'; of those that move, where they are at
        the end.
    exact : bool
        Return Fractions instead of doubles; by the first three methods. Doubles stand for their
        binary values: give 1/10 as ``Fraction(1, 10)``.
    completed : bool
        Whether to add the extreme equilibria that a named algorithm misses.
    tolerance : float
        Candidates of a named algorithm with a larger regret, in units of the range of the player's
        payoffs, are left out with a note. The default is our choice, and that profiles are the same
        that differ by no more than 1e-6 in every probability.
    options : mapping, optional
        What nashpy's function takes, such as ``iterations``, 1000 by our assumption.
    budget : int
        Most bases per player met by a search along edges; where it would be exceeded the search
        stops with what it has found, and ``complete`` is False.
    rng : numpy.random.Generator or int, optional
        For the two kinds of fictitious play.

    Returns
    -------
    Equilibria
        ``index`` of isolated equilibria. ``parameters`` holds ``component_indices``, the index of
        each component, and ``nash_subsets``, positions of the extreme equilibria that span each
        maximal Nash subset: the equilibria are the union of their convex hulls. ``labels`` tell
        what is 'strict', and what 'regular': isolated, with no best reply out of use. Of a named
        algorithm ``complete`` says whether what it found is just the set of extreme equilibria, and
        ``parameters["missed"]`` has the positions of those missed among those of 'complete'.

    Raises
    ------
    CoopgamesError
        If the game isn't one of two players with finite payoffs, or the method is unknown.

    References
    ----------
    Avis, D., Rosenberg, G. D., Savani, R. & von Stengel, B. (2010). Enumeration of Nash equilibria
    for two-player games. Economic Theory 42, 9-37. doi:10.1007/s00199-009-0449-x
    Lemke, C. E. & Howson, J. T. (1964). Equilibrium points of bimatrix games. Journal of the
    Society for Industrial and Applied Mathematics 12, 413-423. doi:10.1137/0112033
    Jansen, M. J. M. (1981). Regularity and stability of equilibrium points of bimatrix games.
    Mathematics of Operations Research 6, 530-550. doi:10.1287/moor.6.4.530

    Examples
    --------
    The battle of the sexes:

    >>> found = bimatrix_equilibria([[2, 0], [0, 1]], [[1, 0], [0, 2]], exact=True)
    >>> for equilibrium in found:
    ...     x, y = equilibrium.mixed
    ...     print(*x, "|", *y, "|", *equilibrium.payoffs, "| index", equilibrium.index)
    1 0 | 1 0 | 2 1 | index 1
    2/3 1/3 | 1/3 2/3 | 2/3 2/3 | index -1
    0 1 | 0 1 | 1 2 | index 1
    >>> found.complete, found.degenerate
    (True, False)
    """
    one_of("method", method, ("complete", "pure", *METHODS))
    if exact and method not in EXACT:
        raise CoopgamesError(
            f"exact must be False for method {method!r}, which answers in doubles; {EXACT} can "
            "answer in Fractions"
        )
    players = two_players(game_or_first, second)
    if method == "pure":
        return _pure(players, exact)
    ours = _complete(players, exact, count("budget", budget))
    if method == "complete":
        return ours
    return named(
        players,
        ours,
        method=method,
        exact=exact,
        completed=completed,
        tolerance=at_least("tolerance", tolerance, 0.0),
        options=dict(options or {}),
        rng=np.random.default_rng(rng),
    )


def _complete(players: TwoPlayers, exact: bool, budget: int) -> Equilibria:
    found = extreme_equilibria(players.first, players.second, exact=exact, budget=budget)
    quasi_strict = np.ones(len(found.pairs), dtype=bool)
    if found.degenerate:
        if not exact:  # ties of best replies are decided in rational numbers
            found = extreme_equilibria(players.first, players.second, exact=True, budget=budget)
        quasi_strict = _quasi_strict(players, found)
    joined = components(found.pairs, found.indices)
    whole = found.complete and int(found.indices.sum()) == 1
    groups = [np.flatnonzero(joined.component == c) for c in range(len(joined.indices))]
    isolated = np.array([groups[c].size == 1 for c in joined.component], dtype=bool)
    profiles = []
    for at, (i, j) in enumerate(found.pairs):
        x, y = found.first[i], found.second[j]
        profiles.append(
            players.equilibrium(
                x if exact else x.astype(np.float64),
                y if exact else y.astype(np.float64),
                index=int(found.indices[at]) if whole and isolated[at] else None,
                strict=bool(_is_pure(x) and _is_pure(y) and quasi_strict[at]),
                **({"regular": bool(isolated[at] and quasi_strict[at])} if whole else {}),
            )
        )
    irregular = not (quasi_strict & isolated).all()
    parameters: dict[str, Any] = {"exact": exact}
    notes = list(players.notes)
    if whole:
        parameters |= {
            "component_indices": tuple(joined.indices.tolist()),
            "nash_subsets": _subsets(found, joined),
        }
        notes += [
            f"component {c} is spanned by {group.size} extreme equilibria and has index {index}"
            for c, (group, index) in enumerate(zip(groups, joined.indices, strict=True))
            if group.size > 1
        ]
    if not joined.complete:
        notes.append("there are more maximal Nash subsets than were listed")
    return Equilibria(
        game=players.game,
        profiles=tuple(profiles),
        method="complete",
        parameters=parameters,
        complete=whole,
        proof=_proof(found),
        degenerate=irregular if whole or irregular else None,
        components=tuple(tuple(group.tolist()) for group in groups) if whole else (),
        budget={"bases": budget},
        notes=tuple(notes),
    )


def _proof(found: ExtremeEquilibria) -> str:
    if not found.complete:
        return "none: the budget of bases was spent before the search ended"
    total = int(found.indices.sum())
    if total != 1:
        return f"none: indices sum to {total} instead of 1"
    where = "in integers" if found.by_integers else "in doubles with error bounds"
    return f"all extreme equilibria were looked for {where}; as they must, indices sum to 1"


def _is_pure(strategy: Array) -> bool:
    return int((strategy != 0).sum()) == 1


def _quasi_strict(players: TwoPlayers, found: ExtremeEquilibria) -> npt.NDArray[np.bool_]:
    """Return for each extreme equilibrium whether all best replies are in use."""
    first, second = players.fractions
    to_first = [_best(x @ second) for x in found.first]
    to_second = [_best(first @ y) for y in found.second]
    return np.array(
        [
            np.array_equal(to_first[i], found.second[j] != 0)
            and np.array_equal(to_second[j], found.first[i] != 0)
            for i, j in found.pairs
        ],
        dtype=bool,
    )


def _best(payoffs: Array) -> npt.NDArray[np.bool_]:
    return np.asarray(payoffs == payoffs.max(), dtype=bool)


def _subsets(found: ExtremeEquilibria, joined: Components) -> tuple[tuple[int, ...], ...]:
    """Return the positions of the extreme equilibria of each maximal Nash subset."""
    position = {(int(i), int(j)): at for at, (i, j) in enumerate(found.pairs)}
    return tuple(
        tuple(sorted(position[i, j] for i in rows for j in columns))
        for rows, columns in joined.subsets
    )


def _pure(players: TwoPlayers, exact: bool) -> Equilibria:
    first, second = players.first, players.second
    best = (first == first.max(axis=0)) & (second == second.max(axis=1)[:, None])
    profiles: list[Equilibrium] = []
    units = [np.eye(size) for size in first.shape]
    rows, columns = [binary_fractions(unit) for unit in units] if exact else units
    for i, j in np.argwhere(best):
        x, y = rows[i], columns[j]
        alone = (first[:, j] == first[i, j]).sum() == (second[i] == second[i, j]).sum() == 1
        profiles.append(players.equilibrium(x, y, index=1 if alone else None, strict=bool(alone)))
    return Equilibria(
        game=players.game,
        profiles=tuple(profiles),
        method="pure",
        parameters={"exact": exact},
        complete=True,
        proof="every pure profile was looked at; of pure equilibria only",
        notes=players.notes,
    )
