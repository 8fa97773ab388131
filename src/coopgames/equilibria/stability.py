r"""Evolutionary stability: against named mutants, and against all.

Against a named mutant the levels of `coopgames.equilibria.invasion` decide. Against all mutants of
a symmetric game of n players, x an equilibrium:

- *strict*: everybody loses by any other strategy. Then x is evolutionarily stable (ESS).
- *two strategies*: x is an ESS iff the payoff gap, a polynomial, points to x from both sides. This
  decides always.
- *else*: let F_ij be what i earns against one j while all other co-players play x. If
  -z·F z > 0 for all z != 0 of zero sum, supported in the best replies to x and nonnegative outside
  the support of x, then x is an ESS; if it is negative for one of them, x + z invades. With two
  players x is an ESS iff the form is positive, and neutrally stable (NSS) iff it is nowhere
  negative (Haigh 1975, Abakuks 1980; Bomze & Weibull 1995). With more, a least value of zero
  leaves it open, unless a pure mutant decides.

In games of several roles with one player in each, only strict equilibria are evolutionarily stable
(Selten 1980). Where a role has more players, a mutant meets its like: strict equilibria are
stable, an equilibrium that a mutant of one role can enter is not, and the rest stays open.

References
----------
Maynard Smith & Price (1973) Nature 246:15-18. doi:10.1038/246015a0. Haigh (1975) Adv. Appl. Prob.
7:8-11. Selten (1980) J. Theor. Biol. 84:93-101.
doi:10.1016/S0022-5193(80)81038-1. Bomze & Weibull (1995) Games Econ. Behav. 11:173-192.
doi:10.1006/game.1995.1048. Broom, Cannings & Vickers (1997) Bull. Math. Biol. 59:931-952.
doi:10.1016/S0092-8240(97)00041-4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .._checks import at_least
from ..errors import CoopgamesError
from ..games import RoleGame, SymmetricGame
from .accepted_games import as_roles
from .copositive import least_on_cone
from .gap_roots import gap_roots, payoff_gap
from .invasion import Invasion, invasion, law_of_one
from .record import Equilibrium, role_regrets

__all__ = ["Stability", "stability"]

Floats = npt.NDArray[np.float64]

#: Shares closer than this are those of one root of the payoff gap.
NEAR = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stability:
    """Whether mutants can enter.

    Attributes
    ----------
    game : RoleGame
    mixed : array, shape (sum of s_r,)
        What residents do.
    nash : bool
        Whether nobody gains by leaving.
    strict : bool
        Whether everybody would lose by any other strategy.
    ess, nss : bool or None
        Whether all mutants are repelled, whether none invades; relative to ``mutants`` if these
        were given. None: not decided.
    relative_to : tuple of str
        Names of the mutants; empty where all are meant.
    witness : Invasion or None
        One mutant that invades, or that drifts where none was seen to invade.
    barrier : float or None
        The least barrier of the mutants tried: those given, or all pure ones. 0 if one is not
        repelled.
    method : str
        What decided, or why nothing did.
    """

    game: RoleGame
    mixed: Floats
    nash: bool
    strict: bool
    ess: bool | None
    nss: bool | None
    relative_to: tuple[str, ...]
    witness: Invasion | None
    barrier: float | None
    method: str


def stability(
    game: RoleGame | SymmetricGame,
    mixed: Equilibrium | npt.ArrayLike,
    mutants: Sequence[str | npt.ArrayLike] | None = None,
    *,
    tolerance: float = 1e-9,
) -> Stability:
    """Return whether a profile in which every role mixes alike is evolutionarily stable.

    Parameters
    ----------
    game : RoleGame or SymmetricGame
    mixed : Equilibrium or array_like, shape (sum of s_r,)
        Probabilities, role after role.
    mutants : sequence, optional
        Names among ``game.labels``, or, of a game of one role, mixtures of shape (s,). All mutants
        by default.
    tolerance : float
        Payoffs that differ by no more than this share of the largest difference of payoffs are
        equal; at least 0.

    Returns
    -------
    Stability

    Raises
    ------
    CoopgamesError
        If probabilities don't sum to one, or a mutant is unknown, or is the resident.
    BudgetError
        If more than 16 best replies are out of use.

    Examples
    --------
    Tit for tat is neutrally stable, but not stable: those who always cooperate drift in.

    >>> from coopgames.games import matrix_game
    >>> game = matrix_game(
    ...     [[15, 15, 4], [15, 15, 0], [9, 25, 5]], ("tit for tat", "cooperate", "defect")
    ... )
    >>> found = stability(game, [1, 0, 0])
    >>> found.ess, found.nss, found.witness.mutant
    (False, True, array([0., 1., 0.]))
    >>> stability(game, [1, 0, 0], ["defect"]).ess
    True
    """
    roles = as_roles(game)
    given = np.concatenate(mixed.mixed) if isinstance(mixed, Equilibrium) else mixed
    x = _profile(roles, given)
    paid = roles.payoffs_at(x)
    spread = sum(
        s.probability * max(float(np.ptp(table)) for table in s.payoffs) for s in roles.scenarios
    )
    slack = at_least("tolerance", tolerance, 0) * spread
    nash = bool(role_regrets(roles, x)[1].max() <= slack)
    strict = all(
        bool((x[b] == 1.0).any()) and int((paid[b] >= paid[b].max() - slack).sum()) == 1
        for b in roles.blocks()
    )
    strict = strict and nash
    named = _mutants(roles, x, mutants)
    tried = [invasion(roles, x, role, mutant, slack) for role, mutant in named]
    worst = _worst(tried)
    barrier = min((one.barrier for one in tried), default=None)
    if mutants is not None:
        names = tuple(m if isinstance(m, str) else str(np.asarray(m).tolist()) for m in mutants)
        ess: bool | None = all(one.verdict == "repelled" for one in tried)
        nss: bool | None = all(one.verdict != "invades" for one in tried)
        method = "levels, mutant by mutant; it says nothing about others"
    else:
        names = ()
        ess, nss, found, method = _against_all(roles, x, worst, slack, nash=nash, strict=strict)
        worst = found or worst
        if found is not None and barrier is not None:
            barrier = min(barrier, found.barrier)
    return Stability(
        game=roles,
        mixed=x,
        nash=nash,
        strict=strict,
        ess=ess,
        nss=nss,
        relative_to=names,
        witness=worst,
        barrier=barrier,
        method=method,
    )


Verdict = tuple[bool | None, bool | None, Invasion | None, str]


def _against_all(
    game: RoleGame,
    x: Floats,
    worst: Invasion | None,
    slack: float,
    *,
    nash: bool,
    strict: bool,
) -> Verdict:
    if not nash:
        return False, False, worst, "not an equilibrium"
    if strict:
        return True, True, None, "strict"
    if len(game.roles) > 1 or game.players == (1,):
        return _of_roles(game, worst)
    if game.sizes == (2,):
        return _of_two_strategies(game, x, slack)
    return _of_one_role(game, x, worst, slack)


def _of_roles(game: RoleGame, worst: Invasion | None) -> Verdict:
    invades = worst is not None and worst.verdict == "invades"
    if all(n == 1 for n in game.players):
        # Alone in its role a mutant that is a best reply earns as much whatever its share.
        return False, None, worst, "not strict, with one player in each role (Selten 1980)"
    if worst is not None:
        return False, False if invades else None, worst, "a mutant of one role is not repelled"
    return None, None, None, "not strict, and pure mutants of single roles are repelled: undecided"


def _of_two_strategies(game: RoleGame, x: Floats, slack: float) -> Verdict:
    method = "signs of the payoff gap beside it"
    gap = payoff_gap(game)
    roots = gap_roots(gap)
    if roots.identically_zero:
        drift = np.array([1.0, 0.0]) if x[0] < 1.0 else np.array([0.0, 1.0])
        return False, True, invasion(game, x, 0, drift, slack), method
    near = np.abs(roots.points - x[0])
    at = float(x[0])
    before, after = 1, -1
    if near.size and near.min() <= NEAR:
        before, after = roots.signs[int(near.argmin())].tolist()
    elif 0.0 < at < 1.0:
        return None, None, None, f"no root of the payoff gap within {NEAR:g}"
    elif at == 0.0:
        after = int(np.sign(gap[0]))
    else:
        before = int(np.sign(gap[-1]))
    # Mutants to the right are more of the first strategy, those to the left less.
    if at < 1.0 and after > 0:
        return False, False, _entering(game, x, 0), method
    if at > 0.0 and before < 0:
        return False, False, _entering(game, x, 1), method
    return True, True, None, method


def _entering(game: RoleGame, x: Floats, strategy: int) -> Invasion:
    """Return the record of a pure mutant that the signs of the gap let in."""
    mutant = np.eye(2)[strategy]
    gains = invasion(game, x, 0, mutant, 0.0)
    return Invasion(role=0, mutant=mutant, level=gains.level, barrier=0.0, verdict="invades")


def _of_one_role(game: RoleGame, x: Floats, worst: Invasion | None, slack: float) -> Verdict:
    n = game.players[0]
    paid = game.payoffs_at(x)
    spare = np.flatnonzero((paid >= paid.max() - slack) & (x == 0.0))
    form = -_pairs(game, x)
    least, direction = least_on_cone(form, np.flatnonzero(x > 0), spare)
    # A double root of the gaps is known to the root of the tolerance only, and so is the form
    # there; with two players the form is the same everywhere.
    small = slack * x.size if n == 2 else float(np.sqrt(slack * np.abs(form).max()))
    method = "the form of pairs of mutants on the best replies"
    if least > small or direction is None:
        return True, True, None, method
    mutant = _mutant_along(x, direction)
    if least < -small:
        invader = Invasion(role=0, mutant=mutant, level=1, barrier=0.0, verdict="invades")
        return False, False, invader, method
    along = invasion(game, x, 0, mutant, slack)
    if n == 2:
        return False, True, worst or along, method
    for one in (worst, along):
        if one is not None and one.verdict != "repelled":
            return False, False if one.verdict == "invades" else None, one, "a mutant, by levels"
    return None, None, None, f"{method} is zero for some, and higher levels were not searched"


def _pairs(game: RoleGame, x: Floats) -> Floats:
    """Return what each strategy earns against one co-player of each and all others as in x."""
    (size,), (n,) = game.sizes, game.players
    out = np.zeros((size, size))
    for scenario in game.scenarios:
        adds, table = scenario.adds[0], scenario.payoffs[0]
        one, law = law_of_one(x, adds), np.ones(1)
        for _ in range(n - 2):
            law = np.convolve(law, one)
        for j in range(size):
            total = np.arange(law.size) + adds[j]
            inside = total < table.shape[1]
            out[:, j] += scenario.probability * (table[:, total[inside]] @ law[inside])
    return out


def _mutant_along(x: Floats, direction: Floats) -> Floats:
    """Return the mixture furthest from x along a direction of zero sum."""
    falls = direction < 0
    room = float((x[falls] / -direction[falls]).min())
    mutant = np.maximum(x + room * direction, 0.0)
    return np.asarray(mutant / mutant.sum())


def _worst(tried: Sequence[Invasion]) -> Invasion | None:
    for verdict in ("invades", "neutral"):
        for one in tried:
            if one.verdict == verdict:
                return one
    return None


def _profile(game: RoleGame, given: npt.ArrayLike) -> Floats:
    x = np.array([float(value) for value in np.ravel(np.asarray(given))])
    width = sum(game.sizes)
    if (
        x.size != width
        or (x < 0).any()
        or any(abs(float(x[block].sum()) - 1.0) > 1e-9 for block in game.blocks())
    ):
        raise CoopgamesError(
            f"mixed must be {width} probabilities, each role's with sum 1; got {x.tolist()}"
        )
    return x


def _mutants(
    game: RoleGame, x: Floats, mutants: Sequence[str | npt.ArrayLike] | None
) -> list[tuple[int, Floats]]:
    labels = list(game.labels)
    owner = np.repeat(np.arange(len(game.sizes)), game.sizes).tolist()
    if mutants is None:
        places = [place for place in range(x.size) if x[place] < 1.0]
        return [_pure(game, owner[place], place) for place in places]
    out = []
    for mutant in mutants:
        if isinstance(mutant, str):
            if mutant not in labels:
                raise CoopgamesError(
                    f"mutants must be among {', '.join(labels)}, or mixtures; got {mutant!r}"
                )
            place = labels.index(mutant)
            role, y = _pure(game, owner[place], place)
        else:
            if len(game.roles) > 1:
                raise CoopgamesError(
                    "mutants of a game of several roles must be names of strategies, "
                    f"{', '.join(labels)}; got {mutant!r}"
                )
            role, y = 0, _profile(game, mutant)
        if np.abs(y - x[game.blocks()[role]]).max() <= 0.0:
            raise CoopgamesError(f"mutants must differ from the resident; got {mutant!r}")
        out.append((role, y))
    return out


def _pure(game: RoleGame, role: int, place: int) -> tuple[int, Floats]:
    return role, np.eye(game.sizes[role])[place - game.blocks()[role].start]
