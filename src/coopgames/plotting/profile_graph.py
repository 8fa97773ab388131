r"""Who invades whom where every role is of one mind: rare mutations in an institution's game.

A node is a profile, one plan per role, named by who cooperates. A mutant in role r takes over with
probability rho; an arrow stands where rho Z_r > 1, more than for a neutral one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from .._checks import count
from ..dynamics.processes.every import FiniteProcess
from ..dynamics.states.role_limit import profile_fixation, role_small_mutation_limit
from ..dynamics.states.roles import role_sizes
from ..errors import CoopgamesError
from ..games import Game, PolicyGames, RoleGame, policy_games
from .invasion_graph import draw_invasions
from .style import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_profile_graph"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def plot_profile_graph(
    game: Game,
    process: FiniteProcess,
    *,
    plans: Literal["act2", "act3", "exit3"] = "act2",
    event: int | None = None,
    shown: int = 8,
    ax: Axes | None = None,
) -> Axes:
    """Draw the most frequent profiles where mutations are rare, and return the axes.

    Nodes have the stationary probability of `coopgames.small_mutation_limit`, by area and number,
    and the names of the roles that cooperate. Arrows lead to profiles in which one role follows
    another plan, where its mutant takes over more often than a neutral one; their width is the
    fixation probability times Z_r, the individuals of that role. Dashed: neutral.

    Parameters
    ----------
    game : Game
    process : Fermi, Moran, WrightFisher or BestOfSample
        With at least two individuals in each role.
    plans : {'act2', 'act3', 'exit3'}
        What states choose from, as in `coopgames.games.policy_games`.
    event : int, optional
        Which of the population games of `coopgames.games.policy_games`, one for each mandate event
        that differs; the most likely one by default.
    shown : int
        How many profiles, at least 2.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If there is no such event, a role has one individual, or plans may coexist for ever.
    BudgetError
        If there are too many profiles.

    References
    ----------
    Fudenberg & Imhof (2006) J. Econ. Theory 131:251. doi:10.1016/j.jet.2005.04.006

    Examples
    --------
    >>> import coopgames as cg
    >>> ax = plot_profile_graph(cg.game("anarchy", "climate"), cg.Fermi(population_size=50))
    >>> len(ax.collections[0].get_offsets())
    8
    """
    policies = policy_games(game, plans)
    number = len(policies.games)
    at = int(np.argmax(policies.probability)) if event is None else count("event", event, 0)
    if at >= number:
        raise CoopgamesError(f"event must be below {number}; got {event}")
    one = policies.games[at]
    outcome = role_small_mutation_limit(one, process)
    profiles, logs = profile_fixation(one, process)
    most = count("shown", shown, 2)
    chosen = np.sort(np.argsort(-outcome.law, kind="stable")[:most])
    gain, largest = _gains(profiles, logs, chosen, one.sizes, role_sizes(one, process))
    law = outcome.law[chosen]
    names = [_name(one, profile) for profile in profiles[chosen]]
    ax = canvas(ax, (6.4, 5.6))
    alike = len(set(role_sizes(one, process))) == 1
    size = role_sizes(one, process)[0]
    times = f"{size}" if alike else "$Z_r$"
    title = f"rare mutations; edges: fixation probability × {times}"
    if number > 1:
        title += f"\n{_said(policies, at)} ({policies.probability[at]:.3f} of the time)"
    if chosen.size < profiles.shape[0]:
        title += (
            f"\nthe {chosen.size} most frequent of {profiles.shape[0]} profiles, "
            f"{law.sum():.3f} of the time"
        )
    keys = [1, np.sqrt(size), size] if alike else []
    draw_invasions(ax, names, law, gain=gain, most=largest, title=title, keys=keys, width=24)
    return ax


def _gains(
    profiles: Integers,
    logs: Sequence[Floats],
    chosen: Integers,
    strategies: Sequence[int],
    sizes: Sequence[int],
) -> tuple[Floats, Floats]:
    """Return ln(rho Z) from row to column, -inf unless they differ in one role, and ln Z."""
    gain = np.full((chosen.size, chosen.size), -np.inf)
    largest = np.ones_like(gain)
    for row, k in enumerate(chosen):
        for column, i in enumerate(chosen):
            (roles,) = np.nonzero(profiles[k] != profiles[i])
            if roles.size == 1:
                r = int(roles[0])
                on = (profiles[i, r] - profiles[k, r]) % strategies[r]
                largest[row, column] = np.log(sizes[r])
                gain[row, column] = logs[r][k, on] + largest[row, column]
    return gain, largest


def _name(game: RoleGame, profile: Integers) -> str:
    """Return who cooperates, and who follows a third plan."""
    short = _short(game.roles)
    plan = [names[k] for names, k in zip(game.strategies, profile.tolist(), strict=True)]
    parts = [_those(short, [p == "cooperate" for p in plan])]
    for other, word in (("conditional", "if adopted"), ("leave", "out")):
        if other in plan:
            parts.append(f"{word}: {_those(short, [p == other for p in plan])}")
    return "; ".join(parts)


def _those(roles: Sequence[str], which: Sequence[bool]) -> str:
    number = sum(which)
    if number in (0, len(roles)):
        return "nobody" if not number else "everybody"
    few = 2 * number <= len(roles)
    listed = ", ".join(role for role, chosen in zip(roles, which, strict=True) if chosen == few)
    return listed if few else f"all but {listed}"


def _short(roles: Sequence[str]) -> list[str]:
    """Return the roles without what stands in brackets, where that does not tell them apart."""
    heads = [role.partition(" (")[0] for role in roles]
    return [
        head if heads.count(head) == 1 else role for head, role in zip(heads, roles, strict=True)
    ]


def _said(policies: PolicyGames, at: int) -> str:
    """Say which mandate event a population game belongs to."""
    rows = np.flatnonzero(policies.game_of_row == at)
    adopted = policies.game.events.adopted[rows].any(axis=1)
    if not adopted.any():
        return "where nothing is adopted"
    if adopted.all() and (policies.game_of_row[rows] == at).all():
        others = np.flatnonzero(policies.game_of_row != at)
        if not policies.game.events.adopted[others].any():
            return "where a mandate is adopted"
    return "in the most likely mandate event"
