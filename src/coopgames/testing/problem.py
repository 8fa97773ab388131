"""Random problems of every kernel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from .._checks import one_of
from ..problems import Problem, Volunteering
from ..worlds import World
from .values import shares

__all__ = ["problems"]

_KERNELS = ("threshold", "linear", "dyadic", "coordination")
#: Stag hunt, prisoners' dilemma, chicken, harmony: reward, sucker, temptation, punishment.
_DYADS = ((1.0, -0.5, 0.7, 0.2), (0.6, 0.0, 1.0, 0.2), (0.6, 0.3, 1.0, 0.0), (1.0, 0.5, 0.5, 0.0))


@st.composite
def _problems(
    draw: st.DrawFn, world: World | None, kernels: tuple[str, ...], volunteering: bool
) -> Problem:
    kernel = draw(st.sampled_from(kernels))
    fields: dict[str, Any] = {
        "kernel": kernel,
        "benefit": draw(st.sampled_from((1.0, 0.5, 0.8, 0.0))),
        "cost": draw(st.sampled_from((0.1, 0.0, 0.25, 0.5))),
        "excludability": draw(shares()),
        "polarisation": draw(st.one_of(st.none(), shares())),
    }
    bars = st.sampled_from((0.5, 1.0, 0.25, 0.6, 0.7, 0.9))
    if kernel == "threshold":
        fields |= {"threshold": draw(bars), "slope": draw(st.sampled_from((0.0, 0.1, 0.05)))}
        fields["holds_at"] = draw(st.one_of(st.none(), bars))
    else:
        fields["holds_at"] = draw(bars)
    if kernel == "dyadic":
        fields["dyad"] = draw(st.sampled_from(_DYADS))
    if kernel == "coordination":
        fields["preference_bonus"] = draw(st.sampled_from((0.0, 0.25, 0.5)))
    fields["leverage"] = draw(st.sampled_from(("equal", "capability")))
    if world is not None:
        fields |= draw(_by_role(world))
    if volunteering and draw(st.booleans()):
        fields["volunteering"] = Volunteering(
            able_capability=draw(st.sampled_from((0.25, 0.1, 0.5, 1.0))),
            waiting_loss=draw(st.sampled_from((0.5, 0.1, 1.0))),
            waiting_discount=draw(shares()),
            acting_cost=draw(st.sampled_from((0.25, 1.0, 2.0))),
            rounds=draw(st.integers(1, 3)),
        )
    return Problem(id="problem", **fields)


@st.composite
def _by_role(draw: st.DrawFn, world: World) -> dict[str, Any]:
    """Sometimes leverage and ideal points role by role."""
    out: dict[str, Any] = {}
    names = [role.name for role in world.roles]
    if draw(st.booleans()):
        rest = {name: draw(st.sampled_from((1.0, 2.0, 3.0, 0.0))) for name in names[1:]}
        out["leverage"] = {names[0]: draw(st.sampled_from((1.0, 2.0, 3.0))), **rest}
    if draw(st.booleans()):
        out["ideal_points"] = {draw(st.sampled_from(names)): draw(shares())}
    return out


def problems(
    world: World | None = None,
    *,
    kernels: Sequence[str] = _KERNELS,
    volunteering: bool = True,
) -> st.SearchStrategy[Problem]:
    """Return problems of the given kernels.

    Parameters
    ----------
    world : World, optional
        The world whose roles leverage and ideal points may name; none by default.
    kernels : sequence of {'threshold', 'linear', 'dyadic', 'coordination'}
        Shrinks towards the first.
    volunteering : bool
        Whether some problems are solved by the waiting game.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(problems(kernels=["linear"]), lambda p: p.benefit < 1).benefit
    0.5
    """
    chosen = tuple(one_of("kernels", kernel, _KERNELS) for kernel in kernels)
    return _problems(world, chosen, volunteering)
