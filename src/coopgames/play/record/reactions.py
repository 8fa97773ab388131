"""Reactions to the public record, checked, with implementation errors worked in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..._checks import probability
from ...errors import CoopgamesError
from ...games import Game

__all__ = ["DETERMINISTIC_REACTIONS", "Reactions", "reactions_of"]

Floats = npt.NDArray[np.float64]

#: The eight deterministic reactions by name: act at first, after a success, after a failure.
DETERMINISTIC_REACTIONS: Mapping[str, tuple[float, float, float]] = {
    f"{code:03b}": (float(code >> 2 & 1), float(code >> 1 & 1), float(code & 1))
    for code in range(8)
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reactions:
    """Checked reactions: probabilities of acting at first, after a success, after a failure.

    Attributes
    ----------
    chances : array, shape (3, cases, classes)
        Of states that a standing mandate binds; rows are first, after a success, after a failure.
    unbound : array, shape (3, 1 or cases, classes), or None
        Of states that none binds, where they differ.
    shape : tuple of int
        Of the cases.
    missed, false : float
        How likely a success is recorded as a failure, and a failure as a success.
    same_first : bool
        Whether states act in the first round as after a success.
    """

    chances: Floats
    unbound: Floats | None
    shape: tuple[int, ...]
    missed: float
    false: float
    same_first: bool


def reactions_of(
    game: Game,
    on_success: npt.ArrayLike,
    on_failure: npt.ArrayLike,
    *,
    first: npt.ArrayLike | None,
    unbound: tuple[npt.ArrayLike, npt.ArrayLike] | None,
    error: float,
    missed_success: float,
    false_success: float,
) -> Reactions:
    """Return checked reactions, implementation errors worked in. See `public_record`."""
    slip = probability("error", error)
    if slip > 0.5:
        raise CoopgamesError(f"error must lie in [0, 1/2]; got {error!r}")
    size = game.classes.size
    after = [
        _chances("on_success", on_success, size),
        _chances("on_failure", on_failure, size),
    ]
    own = [after[0] if first is None else _chances("first", first, size), *after]
    others: list[Floats] = []
    if unbound is not None:
        if len(unbound) != 2:
            raise CoopgamesError("unbound must be a pair: after a success, after a failure")
        free = [_chances("unbound", value, size) for value in unbound]
        others = [free[0], *free]
    try:
        together = np.broadcast_arrays(*own, *others)
    except ValueError:
        shapes = ", ".join(str(part.shape[:-1]) for part in own + others)
        raise CoopgamesError(
            f"on_success, on_failure, first and unbound must have cases of one shape; got {shapes}"
        ) from None
    shape = together[0].shape[:-1]
    table = np.stack(together).reshape(len(together), -1, size)
    table = (1 - 2 * slip) * table + slip
    return Reactions(
        same_first=first is None,
        chances=table[:3],
        unbound=table[3:] if others else None,
        shape=shape,
        missed=probability("missed_success", missed_success),
        false=probability("false_success", false_success),
    )


def _chances(name: str, value: npt.ArrayLike, classes: int) -> Floats:
    try:
        array = np.atleast_1d(np.asarray(value, dtype=float))
    except (TypeError, ValueError):
        raise CoopgamesError(f"{name} must hold numbers; got {value!r}") from None
    if array.shape[-1] not in (1, classes):
        raise CoopgamesError(
            f"{name} must have 1 or {classes} entries, one for each class, in its last axis; got "
            f"shape {array.shape}"
        )
    if not ((array >= 0) & (array <= 1)).all():
        raise CoopgamesError(f"{name} must lie in [0, 1]; got {array.min()} to {array.max()}")
    return np.broadcast_to(array, (*array.shape[:-1], classes))
