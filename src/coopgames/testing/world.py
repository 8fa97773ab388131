"""Random worlds: a handful of states in a few roles."""

from __future__ import annotations

from hypothesis import strategies as st

from .._checks import count
from ..errors import CoopgamesError
from ..worlds import Role, World
from .values import shares

__all__ = ["worlds"]

_NAMES = "abcdefghijklmnopqrstuvwxyz"


@st.composite
def _worlds(draw: st.DrawFn, max_size: int, roles: int) -> World:
    number = draw(st.integers(1, min(roles, max_size)))
    made = []
    left = max_size
    for position in range(number):
        rest = number - 1 - position
        least = 2 if number == 1 else 1
        size = draw(st.integers(least, left - rest))
        left -= size
        # Somebody must be capable of something.
        capabilities = (1.0, 2.0, 3.0, 0.5) if position == 0 else (1.0, 2.0, 3.0, 0.5, 0.0)
        made.append(
            Role(
                name=_NAMES[position],
                count=size,
                capability=draw(st.sampled_from(capabilities)),
                ideal_point=draw(st.sampled_from((0.5, 0.0, 1.0, 0.25, 0.75, 0.15, 0.85))),
                population=draw(st.sampled_from((1.0, 2.0, 0.5))),
                tags=draw(st.sampled_from(((), ("x",)))),
            )
        )
    return World(
        id="world",
        roles=tuple(made),
        hegemon=draw(st.sampled_from((None, *_NAMES[:number]))),
        base_support=draw(st.sampled_from((0.5, 1.0, 0.75, 0.25, 0.95, 0.0))),
        polarisation=draw(shares()),
        in_group_protection=draw(shares()),
    )


def worlds(*, max_size: int = 5, roles: int = 3) -> st.SearchStrategy[World]:
    """Return worlds of 2 to ``max_size`` states in at most ``roles`` roles named a, b, c, ...

    Parameters
    ----------
    max_size : int
        Most states, at least 2.
    roles : int
        Most roles, 1 to 26.

    Returns
    -------
    SearchStrategy of World
        Ideal points, capabilities (some 0), populations and dispositions vary; some roles carry
        the tag ``x``; sometimes a role is named hegemon.

    Examples
    --------
    >>> from hypothesis import find
    >>> world = find(worlds(), lambda w: len(w.roles) == 2)
    >>> [(role.name, role.count) for role in world.roles]
    [('a', 1), ('b', 1)]
    """
    count("max_size", max_size, 2)
    if count("roles", roles) > len(_NAMES):
        raise CoopgamesError(f"roles must be <= {len(_NAMES)}; got {roles!r}")
    return _worlds(max_size, roles)
