"""The verdict on given ballots: 1 or 0, or the chance of adoption where vetoes are de facto."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import CoopgamesError
from .committee import Committee
from .tally import Block, Tally, tally

__all__ = ["chance", "chance_of_ballots"]

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def chance(committee: Committee, yes: npt.ArrayLike) -> Floats:
    """Return the chance that a motion is adopted, given who says Yes; all others say No.

    Parameters
    ----------
    committee : Committee
        Voters and rule.
    yes : array_like of int, shape (..., groups)
        How many voters of each group say Yes.

    Returns
    -------
    array, shape (...)
        0 or 1 where no veto is de facto.

    Raises
    ------
    CoopgamesError
        If there are more Yes than voters.

    Examples
    --------
    >>> from coopgames.voting import Quota, Veto, Voters
    >>> council = Committee(
    ...     voters=(Voters(id="permanent", count=5), Voters(id="elected", count=10)),
    ...     rule=Quota(votes=9) & Veto(by="permanent"),
    ... )
    >>> chance(council, [[5, 4], [4, 10]])
    array([1., 0.])
    """
    given = np.asarray(yes)
    counts = np.array([group.count for group in committee.voters])
    numbers = given.dtype.kind in "biuf" and np.array_equal(given, np.floor(given))
    fits = numbers and given.shape[-1:] == counts.shape
    if not fits or (given < 0).any() or (given > counts).any():
        raise CoopgamesError(
            "yes must hold, along its last axis, a whole number between 0 and "
            f"{counts.tolist()} for each of the groups {', '.join(committee.groups)}; "
            f"got shape {given.shape}"
            + (f", {given.tolist()}" if given.size <= counts.size else "")
        )
    given = given.astype(np.int64)
    return chance_of_ballots(tally(committee), {"yes": given, "no": counts - given})


def chance_of_ballots(
    tallied: Tally, ballots: Mapping[str, Integers], *, exact: bool = False
) -> npt.NDArray[Any]:
    """Return the chance of adoption given the number of each ballot by group, (..., groups).

    Rational numbers where ``exact``.
    """
    shape = next(iter(ballots.values())).shape[:-1]
    dtype: Any = object if exact else float
    out = np.zeros(shape, dtype=dtype)
    laws = [_block_law(block, ballots, dtype) for block in tallied.blocks]
    for index in np.argwhere(tallied.table):
        term = np.ones(shape, dtype=dtype)
        for law, number in zip(laws, index, strict=True):
            term = term * law[..., number]
        out = out + term
    return out


def _block_law(block: Block, ballots: Mapping[str, Integers], dtype: Any) -> npt.NDArray[Any]:
    """Return the law of a block's class, (..., classes); one-hot without de facto vetoes."""
    shape = next(iter(ballots.values())).shape[:-1]
    laws = []
    for form, limits in enumerate(block.thresholds):
        largest = block.voters * max(
            option.steps[form] for kind in block.kinds for option in kind.options
        )
        value = np.zeros(shape, dtype=np.int64 if largest < 2**62 else object)
        drawn = np.zeros(shape, dtype=np.int64)
        used = Fraction(1)
        for kind in block.kinds:
            for ballot, counts in ballots.items():
                adding = [option for option in kind.of(ballot) if option.steps[form]]
                if not adding:
                    continue
                number = counts[..., list(kind.groups)].sum(axis=-1)
                drawing = sum((option.chance for option in adding), Fraction(0))
                if drawing == 1:
                    value = value + number * adding[0].steps[form]
                else:
                    drawn, used = drawn + number, drawing
        laws.append(_form_law(value, drawn, used, limits, dtype))
    out = np.zeros((*shape, block.classes), dtype=dtype)
    for number, classes in enumerate(product(*(range(radix) for radix in block.radices))):
        term = np.ones(shape, dtype=dtype)
        for law, c in zip(laws, classes, strict=True):
            term = term * law[..., c]
        out[..., number] = term
    return out


def _form_law(
    value: Any, drawn: Integers, used: Fraction, limits: tuple[int, ...], dtype: Any
) -> npt.NDArray[Any]:
    """Return the law of one form's class: a certain sum, or a binomial number of used vetoes."""
    if used == 1:
        reached = np.searchsorted(np.array(limits, dtype=value.dtype), value, side="right")
        return np.asarray(np.eye(len(limits) + 1, dtype=dtype)[reached])
    below = []
    for n in range(int(drawn.max(initial=0)) + 1):
        few = range(min(limits[0], n + 1))
        below.append(sum(comb(n, k) * used**k * (1 - used) ** (n - k) for k in few))
    law = np.array([[p, 1 - p] for p in below], dtype=dtype)
    return np.asarray(law[drawn])
