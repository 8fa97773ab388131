"""Random institutions: up to a few bodies and how they combine."""

from __future__ import annotations

from hypothesis import strategies as st

from .._checks import count
from ..institutions import Body, Institution
from ..worlds import World
from .body import bodies
from .composition import compositions as compositions_of
from .values import shares

__all__ = ["institutions"]

#: Opt-in bodies in one institution; each doubles the groups of states that an event tells apart.
_MOST_OPT_IN = 2


@st.composite
def _institutions(
    draw: st.DrawFn, world: World | None, number: range, *, allow_opt_in: bool, compositions: bool
) -> Institution:
    made: list[Body] = []
    for position in range(draw(st.sampled_from(number))):
        taken = sum(body.scope == "yes_voters" for body in made)
        allowed = allow_opt_in and taken < _MOST_OPT_IN
        made.append(draw(bodies(world, id="abcdefgh"[position], allow_opt_in=allowed)))
    voting = [body.id for body in made if body.scope != "yes_voters"]
    if len(voting) > 1 and draw(st.booleans()):
        borrower, lender = draw(st.permutations(voting))[:2]
        made = [
            body.replace(authorised_by=lender) if body.id == borrower else body for body in made
        ]
    composition = None
    if compositions and made and draw(st.booleans()):
        composition = draw(compositions_of([body.id for body in made]))
    return Institution(
        id="institution",
        bodies=tuple(made),
        composition=composition,
        legitimacy_floor=draw(shares()),
    )


def institutions(
    world: World | None = None,
    *,
    min_bodies: int = 0,
    max_bodies: int = 3,
    allow_opt_in: bool = True,
    compositions: bool = True,
) -> st.SearchStrategy[Institution]:
    """Return institutions of every kind the game form knows; no bodies is anarchy.

    Parameters
    ----------
    world : World, optional
        The world they must fit, whose roles they may name; any world by default.
    min_bodies, max_bodies : int
        How many bodies, at most 8; their ids are a, b, c, ...
    allow_opt_in : bool
        Whether bodies may bind Yes-voters only (at most two of them do).
    compositions : bool
        Whether bodies may combine in other ways than all standing side by side.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(institutions(), lambda i: len(i.bodies) == 2).bodies[1].id
    'b'
    """
    least = count("min_bodies", min_bodies, 0)
    most = min(8, count("max_bodies", max_bodies, least))
    return _institutions(
        world,
        range(least, most + 1),
        allow_opt_in=allow_opt_in,
        compositions=compositions,
    )
