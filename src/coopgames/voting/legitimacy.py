r"""Legitimacy of a rule: coverage of the affected and equality of voting power (model B2, D22.8).

Power is phi_i proportional to the integral over p in [0, 1] of dA/dp_i at equal p, the
Shapley-Shubik index where blocking is 0 or 1, and its extension to fractional blocking.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .._checks import count
from ..kernels.inequality import normalised_gini
from .committee import Committee
from .power import shapley_shubik

__all__ = ["Legitimacy", "legitimacy", "legitimacy_of_rule"]


class Legitimacy(NamedTuple):
    """Headline L, coverage and equality of power; equality is NaN where nobody ever swings."""

    value: float
    coverage: float
    equality: float


def legitimacy(power: npt.ArrayLike, seated: npt.ArrayLike) -> Legitimacy:
    """Return L from each affected state's power and whether it has a vote.

    Examples
    --------
    >>> tuple(round(part, 4) for part in legitimacy([1/6] * 6 + [0] * 14, [1] * 6 + [0] * 14))
    (0.2816, 0.3, 0.2632)
    """
    coverage = float(np.mean(np.asarray(seated, dtype=bool)))
    equality = 1.0 - normalised_gini(power)
    value = coverage if np.isnan(equality) else (coverage + equality) / 2.0
    return Legitimacy(value, coverage, equality)


def legitimacy_of_rule(committee: Committee, *, affected: int | None = None) -> Legitimacy:
    """Return the legitimacy of a committee's rule.

    Parameters
    ----------
    committee : Committee
        Voters and rule.
    affected : int, optional
        How many it decides for, voters included; outsiders have no vote. The voters by default.

    Returns
    -------
    Legitimacy
        Each part in [0, 1].

    Raises
    ------
    CoopgamesError
        If fewer are affected than vote.

    Examples
    --------
    A council of six among twenty states:

    >>> from coopgames.voting import Voters, silence
    >>> six = Committee(voters=(Voters(id="member", count=6),), rule=silence())
    >>> round(legitimacy_of_rule(six, affected=20).value, 4)
    0.2816
    """
    everybody = committee.size if affected is None else count("affected", affected, committee.size)
    shares = shapley_shubik(committee)
    power = [float(shares[group.id]) for group in committee.voters for _ in range(group.count)]
    outside = everybody - committee.size
    return legitimacy(power + [0.0] * outside, [1] * committee.size + [0] * outside)
