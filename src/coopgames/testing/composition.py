"""Random compositions over given bodies, nested, with and without common causes."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from ..errors import CoopgamesError
from ..institutions import Composition
from .values import shares

__all__ = ["compositions"]


@st.composite
def _compositions(draw: st.DrawFn, ids: tuple[str, ...], nested: bool) -> Composition:
    children: list[Composition | str] = list(ids)
    if nested and len(ids) > 2 and draw(st.booleans()):
        cut = draw(st.integers(1, len(ids) - 1))
        inner = draw(_compositions(ids[:cut], True))
        children = [inner, *ids[cut:]]
        if draw(st.booleans()):
            children.reverse()
    kind = draw(st.sampled_from(("any", "all", "of", "then")))
    cause = draw(st.one_of(st.none(), shares()))
    least = draw(st.integers(1, len(children))) if kind == "of" else None
    return Composition(**{kind: tuple(children)}, at_least=least, common_cause=cause)


def compositions(ids: Sequence[str], *, nested: bool = True) -> st.SearchStrategy[Composition]:
    """Return compositions that name every one of ``ids`` once.

    Parameters
    ----------
    ids : sequence of str
        At least one body id.
    nested : bool
        Whether compositions may hold compositions.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(compositions(["a", "b"]), lambda node: node.all).all
    ('a', 'b')
    """
    if not ids:
        raise CoopgamesError("ids must name at least one body; got none")
    return _compositions(tuple(ids), nested)
