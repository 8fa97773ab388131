r"""Role-symmetric equilibria: every player of a role mixes alike.

They are the Nash equilibria among the rest points of the replicator, so three routes lead to them.

- One role, two strategies: the payoff gap g(x) is a polynomial in Bernstein form. Equilibria are
  its roots, x = 0 if g(0) <= 0 and x = 1 if g(1) >= 0: all of them, groups of any size.
- Two players, of one role or of two: one linear system per support; all, unless some support
  carries a continuum.
- Otherwise Newton's method from many starts on each face, after deletion of strictly dominated
  strategies. What it returns is certified by its regret; that none is missing is not.

The index of an equilibrium is that of the replicator's field turned round: half the fall of the
sign of g across x, or in general (-1)^m with m positive real eigenvalues. Indices of all equilibria
add up to one if none is degenerate; a search whose indices don't has missed some.

References
----------
Peña, Lehmann & Nöldeke (2014) J. Theor. Biol. 346:23-33. doi:10.1016/j.jtbi.2013.12.016 (gap).
Hofbauer & Sigmund (1998) Evolutionary Games and Population Dynamics, chapter 13 (index).
"""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np
import numpy.typing as npt

from .._checks import count
from ..errors import BudgetError
from ..games import RoleGame, SymmetricGame
from ..kernels.flows.rest_point import RestPoint
from ..kernels.flows.rest_points import matrix_rest_points, payoff_rest_points
from .accepted_games import as_roles
from .dominance import strictly_dominated
from .gap_roots import gap_roots, payoff_gap
from .record import Equilibria, Equilibrium, role_regrets

__all__ = ["symmetric_equilibria"]

Floats = npt.NDArray[np.float64]

#: What a search finds closer than this to an equilibrium of smaller support is taken for it: where
#: roots are multiple, Newton's method stops on the way.
MULTIPLE = 1e-4


def symmetric_equilibria(
    game: RoleGame | SymmetricGame, *, faces: int = 100, exponent: int = 3
) -> Equilibria:
    """Return the equilibria in which every player of a role mixes alike.

    Parameters
    ----------
    game : RoleGame or SymmetricGame
    faces : int
        Supports that a search goes through, at least 1. Where there are more, only equilibria
        without mixing are looked for, at most 65,536 profiles of strategies.
    exponent : int
        A search starts 2**exponent times on each face, at least 0.

    Returns
    -------
    Equilibria
        Complete for two strategies of one role (a continuum by its two ends, in ``components``),
        and for two players unless a support carries a continuum, of which one equilibrium is then
        shown, with the label ``continuum``. Else not complete, and ``proof`` says why. Labels
        of each: ``strict`` and, of two strategies, ``ess``. ``notes`` compare the sum of indices
        with one.

    Raises
    ------
    CoopgamesError
        If a bound is broken.

    Examples
    --------
    Volunteers of five, benefit 100 and cost 50, stay away with probability 0.5**(1/4).

    >>> from coopgames.games.classics import volunteers_dilemma
    >>> (only,) = symmetric_equilibria(volunteers_dilemma(5, 100, 50))
    >>> round(float(only.mixed[0][1]), 6), only.index, only.labels["ess"]
    (0.840896, 1, True)
    """
    roles = as_roles(game)
    most, starts = count("faces", faces), count("exponent", exponent, 0)
    if roles.sizes == (2,):
        return _of_two_strategies(roles)
    if sum(roles.players) == 2:
        return _of_two_players(roles)
    return _searched(roles, most, starts)


def _record(game: RoleGame, x: Floats, **known: object) -> Equilibrium:
    payoff, regret = role_regrets(game, x)
    return replace(
        Equilibrium(
            mixed=tuple(x[block].copy() for block in game.blocks()),
            payoffs=tuple(payoff.tolist()),
            regret=float(regret.max()),
        ),
        **known,  # type: ignore[arg-type]
    )


def _index_note(profiles: tuple[Equilibrium, ...], *, searched: bool) -> tuple[str, ...]:
    indices = [profile.index for profile in profiles]
    if any(index is None for index in indices):
        return ("some index is not determined by the linear part: parity says nothing",)
    total = sum(index for index in indices if index is not None)
    if total == 1:
        return (
            "indices add up to 1, as they must if none is missing; those missing might cancel"
            if searched
            else "indices add up to 1, as they must",
        )
    return (f"indices add up to {total} instead of 1: some equilibrium is missing",)


# --- one role, two strategies ----------------------------------------------------------------


def _of_two_strategies(game: RoleGame) -> Equilibria:
    gap = payoff_gap(game)
    roots = gap_roots(gap)
    if roots.identically_zero:
        ends = tuple(
            _record(game, np.array([x, 1.0 - x]), labels={"strict": False, "ess": False})
            for x in (0.0, 1.0)
        )
        return Equilibria(
            game=game,
            profiles=ends,
            method="bernstein",
            complete=True,
            proof="both strategies always pay the same: every mixture is an equilibrium",
            degenerate=True,
            components=((0, 1),),
        )
    across = dict(zip(roots.points.tolist(), roots.signs.tolist(), strict=True))
    across.setdefault(0.0, [0, int(np.sign(gap[0]))])
    across.setdefault(1.0, [int(np.sign(gap[-1])), 0])
    multiple = dict(zip(roots.points.tolist(), (roots.multiplicities > 1).tolist(), strict=True))
    profiles, regular = [], True
    for x in sorted(across):
        # Beyond the ends the field points inside.
        before, after = across[x][0] if x > 0 else 1, across[x][1] if x < 1 else -1
        if (x == 0.0 and gap[0] > 0) or (x == 1.0 and gap[-1] < 0):
            continue
        tied = multiple.get(x, False) or (x in (0.0, 1.0) and x in multiple)
        regular &= not tied
        profiles.append(
            _record(
                game,
                np.array([x, 1.0 - x]),
                index=(before - after) // 2,
                labels={
                    "strict": x in (0.0, 1.0) and x not in multiple,
                    "ess": before > 0 and after < 0,
                },
            )
        )
    found = tuple(profiles)
    notes = _index_note(found, searched=False)
    if any(multiple.values()):
        notes += ("a multiple root is proved up to the resolution of 6e-8",)
    return Equilibria(
        game=game,
        profiles=found,
        method="bernstein",
        complete=True,
        proof="all roots of the payoff gap in [0, 1], by its Bernstein coefficients",
        degenerate=not regular,
        components=tuple((k,) for k in range(len(found))),
        notes=notes,
    )


# --- rest points -----------------------------------------------------------------------------


def _of_rest_point(game: RoleGame, rest: RestPoint) -> Equilibrium:
    ahead = (np.abs(rest.eigenvalues.imag) == 0) & (rest.eigenvalues.real > 0)
    x = np.asarray(rest.point)
    return _record(
        game,
        x,
        index=None if rest.kind == "degenerate" else int((-1) ** ahead.sum()),
        labels={"strict": _strict(game, x)},
    )


def _strict(game: RoleGame, x: Floats) -> bool:
    """Return whether everybody is alike and would lose by any other strategy."""
    paid = game.payoffs_at(x)
    for block in game.blocks():
        best = np.flatnonzero(x[block] == 1.0)
        if not best.size:
            return False
        others = np.delete(paid[block], best[0])
        if (others >= paid[block][best[0]] - 1e-12 * np.abs(paid[block]).max()).any():
            return False
    return True


def _of_two_players(game: RoleGame) -> Equilibria:
    # Payoffs are linear in the others' shares, so that those at the corners are the matrix.
    corners = np.zeros((sum(game.sizes), sum(game.sizes)))
    if len(game.roles) == 1:
        np.fill_diagonal(corners, 1.0)
        matrix = game.payoffs_at(corners).T
    else:
        m, n = game.sizes
        corners[:m, :m], corners[m:, m:] = np.eye(m), np.eye(n)
        corners[:m, m], corners[m:, 0] = 1.0, 1.0
        paid = game.payoffs_at(corners)
        matrix = np.zeros_like(corners)
        matrix[m:, :m], matrix[:m, m:] = paid[:m, m:].T, paid[m:, :m].T
    found = matrix_rest_points(matrix, strategies=game.sizes)
    profiles = [_of_rest_point(game, rest) for rest in found.points if rest.nash]
    on_continua = [_nash_on_face(matrix, rest.support, game) for rest in found.continua]
    shown = [x for x in on_continua if x is not None]
    profiles += [_record(game, x, labels={"strict": False, "continuum": True}) for x in shown]
    equilibria = tuple(profiles)
    if shown:
        proof = f"{len(shown)} supports may carry a continuum, of which one equilibrium is shown"
    else:
        proof = "one linear system per support; where it lacks rank no equilibrium has that support"
    return Equilibria(
        game=game,
        profiles=equilibria,
        method="supports",
        complete=not shown,
        proof=proof,
        degenerate=any(profile.index is None for profile in equilibria),
        components=() if shown else tuple((k,) for k in range(len(equilibria))),
        notes=_index_note(equilibria, searched=False),
    )


def _nash_on_face(matrix: Floats, support: tuple[int, ...], game: RoleGame) -> Floats | None:
    """Return the equilibrium with a support whose least share is largest; None if there is none."""
    from scipy.optimize import linprog

    size, roles = sum(game.sizes), len(game.sizes)
    owner = np.repeat(np.arange(roles), game.sizes)
    used = np.isin(np.arange(size), support)
    # Unknowns: shares, the payoff of each role, the least share in use.
    earns = np.hstack((matrix, -(owner[:, None] == np.arange(roles)).astype(float)))
    earns = np.hstack((earns, np.zeros((size, 1))))
    sums = np.zeros((roles, size + roles + 1))
    sums[owner, np.arange(size)] = 1.0
    least = np.zeros((len(support), size + roles + 1))
    least[np.arange(len(support)), list(support)], least[:, -1] = -1.0, 1.0
    answer = linprog(
        -np.eye(size + roles + 1)[-1],
        A_ub=np.vstack((earns[~used], least)),
        b_ub=np.zeros(size),
        A_eq=np.vstack((earns[used], sums)),
        b_eq=np.concatenate((np.zeros(len(support)), np.ones(roles))),
        bounds=[(0.0, None if inside else 0.0) for inside in used] + [(None, None)] * (roles + 1),
    )
    if answer.x is None or answer.x[-1] <= 1e-9:
        return None
    x = np.where(used, answer.x[:size], 0.0)
    return np.asarray(x / np.bincount(owner, weights=x)[owner])


def _searched(game: RoleGame, faces: int, exponent: int) -> Equilibria:
    reduced, kept, notes = _undominated(game)
    number = prod(2**size - 1 for size in reduced.sizes)
    searched = number <= faces
    points = _by_newton(reduced, exponent) if searched else _corners(reduced)
    profiles = []
    for x, index in points:
        full = np.zeros(sum(game.sizes))
        full[kept] = x
        profiles.append(_record(game, full, index=index, labels={"strict": _strict(game, full)}))
    found = tuple(profiles)
    alone = number == 1
    if alone:
        proof = "all but one profile are excluded by strict dominance"
    elif searched:
        proof = "Newton's method from many starts on each face: nothing proves that none is missing"
        notes += _index_note(found, searched=True)
    else:
        proof = (
            f"{number} products of supports are more than faces = {faces}: only profiles without "
            "mixing were looked at; `pure_equilibria` also finds those where players differ"
        )
    return Equilibria(
        game=game,
        profiles=found,
        method="newton" if searched else "corners",
        parameters={"exponent": exponent} if searched else {},
        complete=alone,
        proof=proof,
        degenerate=False if alone else None,
        budget={"faces": faces, "supports": number},
        notes=tuple(notes),
    )


def _undominated(game: RoleGame) -> tuple[RoleGame, npt.NDArray[np.int64], list[str]]:
    """Return the game without strictly dominated strategies, those left, and what was done."""
    try:
        dominance = strictly_dominated(game)
    except BudgetError:
        note = "co-players' totals are too many to delete strictly dominated strategies first"
        return game, np.arange(sum(game.sizes)), [note]
    kept = np.concatenate(
        [
            block.start + np.array(of_role)
            for block, of_role in zip(game.blocks(), dominance.survivors, strict=True)
        ]
    )
    names = ", ".join(dominance.dominated)
    return dominance.reduced(), kept, [f"strictly dominated: {names}"] if names else []


def _by_newton(game: RoleGame, exponent: int) -> list[tuple[Floats, int | None]]:
    found = payoff_rest_points(game.payoffs_at, strategies=game.sizes, exponent=exponent)
    out: list[tuple[Floats, int | None]] = []
    for rest in found.points:  # those with small supports come first
        x = np.asarray(rest.point)
        if rest.nash and all(np.abs(x - other).max() > MULTIPLE for other, _ in out):
            out.append((x, _of_rest_point(game, rest).index))
    return out


def _corners(game: RoleGame) -> list[tuple[Floats, int | None]]:
    """Return the equilibria in which all players of each role are alike and nobody mixes."""
    if prod(game.sizes) > 2**16:
        return []
    choices = np.stack(np.unravel_index(np.arange(prod(game.sizes)), game.sizes), axis=1)
    starts = np.array([block.start for block in game.blocks()])
    counts = np.zeros((choices.shape[0], sum(game.sizes)), dtype=np.int64)
    np.put_along_axis(counts, choices + starts, np.array(game.players)[None, :], axis=1)
    stays = np.ones(choices.shape[0], dtype=bool)
    for r, paid in enumerate(game.payoffs_of_revising(counts)):
        own = paid[np.arange(choices.shape[0]), choices[:, r]]
        now = own[np.arange(choices.shape[0]), choices[:, r]]
        stays &= own.max(axis=1) - now <= 1e-12 * np.abs(paid).max()
    shares = counts / np.repeat(game.players, game.sizes)
    return [(x, 1 if _strict(game, x) else None) for x in shares[stays]]
