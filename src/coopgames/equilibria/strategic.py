r"""Equilibria in named plans, votes included (model D6, D22.9).

A profile is an equilibrium if no state gains by another of the nine plans while all others keep
theirs. After one last outcome that is the one-shot stage game; after both it is Markov: nobody
gains, whichever the last outcome was, payoffs being those of the round.

Three ways, by the size of the world:

- ``counts``: every division of every class over the plans; complete.
- ``one_plan``: every profile in which all states of a class follow one plan, against deviations of
  single states; complete among these.
- ``search``: from every profile in which the whole world follows one plan, classes turn in order
  to the plan that pays one of them most, until none gains; not complete.

The comparison with sincere voting is a field of its own: modes of voting share no table.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .._checks import count, one_of
from ..errors import BudgetError
from ..games import Game, compile_game
from ..institutions import Institution
from ..kernels.simplex import compositions, number_of_compositions
from ..problems import Problem
from ..strategies import NAMED9, PlanGame, plan_game
from ..strategies.strategic_votes import TREMBLE
from ..worlds import World
from .stage import stage_equilibria
from .strategic_record import Kind, SincereVoting, StrategicEquilibria, StrategicProfile

__all__ = ["strategic_equilibria"]

Integers = npt.NDArray[np.int64]

#: A gain up to this is a tie: payoffs are sums of a few dozen terms of the order of a stake.
TIE = 1e-12
#: Profiles that are laid out at a time.
LARGEST_PROFILE_COUNT = 300_000
#: Laws of mandate events that may be computed by default: under a minute for one body.
LAWS = 5_000

#: The ways, widest first.
KINDS: tuple[Kind, ...] = ("counts", "one_plan", "search")


def strategic_equilibria(
    institution: Institution,
    problem: Problem,
    world: World,
    *,
    last: Literal["success", "failure", "both"] = "both",
    tremble: float = TREMBLE,
    kind: Kind | None = None,
    budget: int = LAWS,
    **options: Any,
) -> StrategicEquilibria:
    """Return pure equilibria in the nine named plans, with votes that follow from the plans.

    Parameters
    ----------
    institution, problem, world : Institution, Problem, World
        Records.
    last : {'success', 'failure', 'both'}
        The last outcome; after both, nobody gains whichever it was.
    tremble : float
        Probability of voting against one's plan, in [0, 1/2]; 0.01 is our assumption.
    kind : {'counts', 'one_plan', 'search'}, optional
        Which profiles to examine; by default the first of these that the budget allows.
    budget : int
        Laws of mandate events that may be computed, at least 1. A search stops there.
    **options
        ``punishment``, ``legitimacy_feedback`` and ``legitimacy_channel`` of
        `coopgames.compile_game`.

    Returns
    -------
    StrategicEquilibria
        Work: one law for each division of the classes into stances, of which there are at most
        six, and look-ups for profiles and deviations.

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds.
    BudgetError
        If ``kind`` needs more than the budget; says how much.

    See Also
    --------
    stage_equilibria : equilibria of acts under sincere votes, mandate by mandate.

    References
    ----------
    Model D6, D22.9; the nine plans are our assumption.

    Examples
    --------
    >>> import coopgames as cg
    >>> where = cg.load("problems", "climate"), cg.uniform_world(3)
    >>> found = strategic_equilibria(cg.load("institutions", "anarchy"), *where)
    >>> found.complete, [profile.success for profile in found]
    (True, [(0.0, 1.0), (1.0, 0.0), (0.0, 0.0), (1.0, 1.0)])
    >>> found[1].plans  # they go on acting, as long as it succeeds
    (('state', ((('reciprocator',), 3),)),)
    """
    allowed = count("budget", budget, 1)
    game = compile_game(institution, problem, world, mandate="expected", **options)
    plans = plan_game(game, last=last, tremble=tremble)
    if kind is not None:
        one_of("kind", kind, KINDS)
    fitting = [one for one in KINDS if _fits(_needs(plans, one), allowed)]
    way: Kind = fitting[0] if kind is None else kind
    notes: list[str] = []
    if way == "search":
        found, complete, proof = _search(plans, allowed, notes)
    else:
        profiles, laws = _needs(plans, way)
        if not _fits((profiles, laws), allowed):
            raise BudgetError(
                f"kind = {way!r} has {profiles:.3g} profiles and needs up to {laws:.3g} laws of "
                f"mandate events, more than {LARGEST_PROFILE_COUNT} or budget = {allowed}; raise "
                "the budget, use kind = 'search', or a world with fewer states or roles"
            )
        every = _every_division(plans) if way == "counts" else _every_plan(plans)
        found = every[plans.regrets(every) <= TIE]
        complete = True
        proof = f"no deviation of a single state gains; all {every.shape[0]} profiles examined"
        if way == "one_plan":
            proof += " in which states of a class do the same"
    return StrategicEquilibria(
        game=game,
        options=plans.names,
        outcomes=plans.outcomes,
        profiles=tuple(_record(plans, row) for row in found),
        kind=way,
        complete=complete,
        proof=proof,
        sincere=_sincere(game),
        parameters={"last": last, "tremble": plans.votes.tremble, "tie": TIE},
        budget={"laws": allowed, "used": plans.votes.computed},
        notes=tuple(notes),
    )


def _sincere(game: Game) -> SincereVoting:
    stage = stage_equilibria(game)
    worst, best = stage.success_rate("worst"), stage.success_rate("best")
    return SincereVoting(adoption=game.adoption, worst=worst, best=best)


# --- which profiles --------------------------------------------------------------------------


def _needs(plans: PlanGame, kind: Kind) -> tuple[int, int]:
    """Profiles, and the most laws that they and their deviations need; a search needs none."""
    if kind == "search":
        return 0, 0
    counts = plans.game.classes.counts.tolist()
    stances = [int(n) for n in np.bincount(plans.votes.class_of)]
    if kind == "counts":
        pairs = zip(counts, plans.sizes, strict=True)
        profiles = prod(number_of_compositions(n, s) for n, s in pairs)
        laws = prod(number_of_compositions(n, s) for n, s in zip(counts, stances, strict=True))
        return profiles, laws
    profiles = prod(plans.sizes)
    alone = sum(s - 1 for n, s in zip(counts, stances, strict=True) if n > 1)
    return profiles, prod(stances) * (1 + alone)


def _fits(needs: tuple[int, int], allowed: int) -> bool:
    return needs[0] <= LARGEST_PROFILE_COUNT and needs[1] <= allowed


def _every_division(plans: PlanGame) -> Integers:
    parts = [
        compositions(int(n), s) for n, s in zip(plans.game.classes.counts, plans.sizes, strict=True)
    ]
    index = np.meshgrid(*(np.arange(part.shape[0]) for part in parts), indexing="ij")
    return np.hstack([part[i.ravel()] for part, i in zip(parts, index, strict=True)])


def _every_plan(plans: PlanGame) -> Integers:
    counts = plans.game.classes.counts
    rows = [
        np.concatenate(
            [n * (np.arange(s) == i) for n, s, i in zip(counts, plans.sizes, chosen, strict=True)]
        )
        for chosen in product(*(range(s) for s in plans.sizes))
    ]
    return np.array(rows, dtype=np.int64)


def _search(plans: PlanGame, allowed: int, notes: list[str]) -> tuple[Integers, bool, str]:
    """Follow best replies of classes from every uniform profile."""
    found: dict[bytes, Integers] = {}
    cycles = 0
    starts = list(dict.fromkeys(plans.uniform(plan.name).tobytes() for plan in NAMED9))
    for number, start in enumerate(starts):
        profile = np.frombuffer(start, dtype=np.int64).copy()
        seen: set[bytes] = set()
        while profile.tobytes() not in seen:
            seen.add(profile.tobytes())
            before = profile.copy()
            for c in range(plans.game.classes.size):
                profile = _best_reply(plans, profile, c)
                if plans.votes.computed > allowed:
                    notes.append(f"the budget was spent at start {number + 1} of {len(starts)}")
                    return _rows(found, plans), False, "the budget was spent"
            if (profile == before).all():
                break
        if plans.regrets(profile[None])[0] <= TIE:
            found[profile.tobytes()] = profile
        else:
            cycles += 1
    if cycles:
        notes.append(f"best replies from {cycles} of {len(starts)} starts do not settle")
    proof = "no deviation of a single state gains in what was found; other equilibria may exist"
    return _rows(found, plans), False, proof


def _best_reply(plans: PlanGame, profile: Integers, c: int) -> Integers:
    """Turn a class to the option that pays one of its states most, if it gains."""
    own = np.flatnonzero(plans.class_of == c)
    now = int(own[np.flatnonzero(profile[own])[0]])
    value = {now: float(plans.payoffs(profile[None], now).sum())}
    for other in own.tolist():
        if other != now:
            value[other] = float(plans.deviations(profile[None], now, other).sum())
    best = max(value, key=lambda option: (value[option], option == now))
    if value[best] <= value[now] + TIE:
        return profile
    moved = profile.copy()
    moved[best], moved[now] = profile[now], 0
    return moved


def _rows(found: dict[bytes, Integers], plans: PlanGame) -> Integers:
    rows = np.array(list(found.values()), dtype=np.int64)
    return rows.reshape(len(found), plans.class_of.size)


def _record(plans: PlanGame, row: Integers) -> StrategicProfile:
    there = np.flatnonzero(row)
    payoffs = np.full((len(plans.outcomes), row.size), np.nan)
    for option in there.tolist():
        payoffs[:, option] = plans.payoffs(row[None], option)[0]
    followed: list[tuple[str, tuple[tuple[tuple[str, ...], int], ...]]] = []
    names = [group for groups in plans.names for group in groups]
    for c, label in enumerate(plans.game.classes.labels):
        own = [option for option in there.tolist() if plans.class_of[option] == c]
        followed.append((label, tuple((names[option], int(row[option])) for option in own)))
    return StrategicProfile(
        plans=tuple(followed),
        counts=row,
        payoffs=payoffs,
        adoption=plans.adoption(row),
        success=plans.success(row),
        regret=float(plans.regrets(row[None])[0]),
    )
