"""Random games: a world, a problem and an institution that fit, compiled."""

from __future__ import annotations

from hypothesis import strategies as st

from ..games import Game, compile_game
from ..institutions import Institution
from ..problems import Problem
from ..worlds import World
from .institution import institutions
from .problem import problems
from .world import worlds

__all__ = ["games"]


@st.composite
def _parts(
    draw: st.DrawFn, max_size: int, max_bodies: int, allow_opt_in: bool
) -> tuple[Institution, Problem, World]:
    world = draw(worlds(max_size=max_size))
    problem = draw(problems(world))
    form = draw(institutions(world, max_bodies=max_bodies, allow_opt_in=allow_opt_in))
    return form, problem, world


def games(
    *, max_size: int = 4, max_bodies: int = 2, allow_opt_in: bool = True
) -> st.SearchStrategy[Game]:
    """Return compiled games, small enough to be solved exactly in milliseconds.

    Parameters
    ----------
    max_size : int
        Most states, at least 2.
    max_bodies : int
        Most bodies of the institution.
    allow_opt_in : bool
        Whether bodies may bind Yes-voters only.

    Returns
    -------
    SearchStrategy of Game
        Both mandates and both punishments occur.

    Examples
    --------
    >>> from hypothesis import find
    >>> game = find(games(), lambda game: game.adoption > 0)
    >>> game.size, len(game.institution.bodies)
    (2, 1)
    """
    return st.builds(
        lambda parts, mandate, punishment: compile_game(
            *parts, mandate=mandate, punishment=punishment
        ),
        _parts(max_size, max_bodies, allow_opt_in),
        st.sampled_from(("standing", "expected")),
        st.sampled_from(("max", "sum")),
    )
