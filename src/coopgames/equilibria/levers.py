"""The smallest change of one rule that makes cooperation an equilibrium, or the only one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from .._checks import at_least, one_of
from ..errors import CoopgamesError
from ..games import Game, compile_game
from ..institutions import Body, Chamber, Institution, chambers_of
from ..records import exact
from .stage import stage_equilibria

__all__ = ["LEVERS", "WANTED", "Lever", "smallest_change"]

LeverName = Literal["detection", "severity", "delegation", "quota"]
Wanted = Literal["possible", "certain"]

#: The rules that can be moved, and where each leads at the end of the way.
LEVERS: tuple[LeverName, ...] = ("detection", "severity", "delegation", "quota")
#: That cooperation holds in some equilibrium, or in all.
WANTED: tuple[Wanted, ...] = ("possible", "certain")

#: Sanctions are not raised beyond so many stakes, our assumption. [stake]
HIGHEST_SEVERITY = 10.0
#: How closely the way is measured.
TOLERANCE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """How far one rule must move.

    Attributes
    ----------
    name : str
        'detection', 'severity', 'delegation' or 'quota'.
    wanted : str
        'possible', that cooperation holds in some equilibrium, or 'certain', that it does in all.
    way : float
        Share of the way from what is to the end, in [0, 1]; 0 where nothing must change, NaN where
        even the end is not enough.
    values : tuple of (body, value)
        The rule in each body at that point.
    reason : str
        Why there is none.
    """

    name: str
    wanted: str
    way: float
    values: tuple[tuple[str, float], ...]
    reason: str = ""


def smallest_change(
    game: Game,
    lever: LeverName,
    *,
    wanted: Wanted = "certain",
    level: float = 0.5,
) -> Lever:
    """Return how far a rule must move for cooperation to hold in equilibrium.

    All bodies move together, each the same share of its way: detection and delegation towards 1,
    severity towards 10 stakes (our assumption), quotas towards 0, in every chamber. The end is
    tried first, then the way is halved; where more of a rule can hurt, a smaller change may exist.

    Parameters
    ----------
    game : Game
    lever : {'detection', 'severity', 'delegation', 'quota'}
    wanted : {'possible', 'certain'}
        Whether cooperation should hold in some equilibrium or in all.
    level : float
        Under mandates of at least this probability, in (0, 1].

    Returns
    -------
    Lever

    Raises
    ------
    CoopgamesError
        If an argument is unknown or out of bounds.

    Examples
    --------
    >>> import coopgames as cg
    >>> found = smallest_change(cg.game("second_degree", "climate"), "severity")
    >>> 0 < found.way < 1
    True
    """
    one_of("lever", lever, LEVERS)
    one_of("wanted", wanted, WANTED)
    if not 0 < at_least("level", level, 0) <= 1:
        raise CoopgamesError(f"level must lie in (0, 1]; got {level!r}")

    def holds(way: float) -> bool:
        moved = game if way == 0 else _moved(game, lever, way)
        share: float = getattr(stage_equilibria(moved), wanted)
        return share >= level - 1e-12

    def found(way: float, reason: str = "") -> Lever:
        there = 0.0 if reason else way
        values = tuple(_values(_institution(game.institution, lever, there), lever))
        return Lever(name=lever, wanted=wanted, way=way, values=values, reason=reason)

    if holds(0.0):
        return found(0.0)
    if not game.institution.bodies:
        return found(float("nan"), "there is no body whose rules could change")
    if not holds(1.0):
        return found(float("nan"), "not even at the end of the way")
    return found(_bisect(holds))


def _bisect(holds: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0
    while high - low > TOLERANCE:
        middle = 0.5 * (low + high)
        if holds(middle):
            high = middle
        else:
            low = middle
    return high


def _moved(game: Game, lever: str, way: float) -> Game:
    return compile_game(
        _institution(game.institution, lever, way),
        game.problem,
        game.world,
        mandate=game.mandate,
        punishment=game.punishment,
        legitimacy_feedback=game.legitimacy_feedback,
        legitimacy_channel=game.legitimacy_channel,
    ).with_sanction_factor(game.sanction_factor)


def _institution(institution: Institution, lever: str, way: float) -> Institution:
    bodies = tuple(_body(body, lever, way) for body in institution.bodies)
    return institution.replace(bodies=bodies)


def _body(body: Body, lever: str, way: float) -> Body:
    if lever == "quota":
        if not body.chambers:
            return body.replace(**_quota(body, way))
        chambers = tuple(one.replace(**_quota(one, way)) for one in body.chambers)
        return body.replace(chambers=chambers)
    end = HIGHEST_SEVERITY if lever == "severity" else 1.0
    now = float(getattr(body, lever))
    change: dict[str, Any] = {lever: now + way * max(end - now, 0.0)}
    return body.replace(**change)


def _quota(chamber: Chamber, way: float) -> dict[str, Any]:
    return {
        "quota": float(exact(chamber.quota)) * (1.0 - way),
        "strict": chamber.strict and way == 0,
    }


def _values(institution: Institution, lever: str) -> list[tuple[str, float]]:
    if lever != "quota":
        return [(body.id, float(getattr(body, lever))) for body in institution.bodies]
    return [
        (body.id, max(float(exact(chamber.quota)) for chamber in chambers_of(body)))
        for body in institution.bodies
    ]
