r"""Voting power: how often a member decides, or is indispensable.

With eta_i the coalitions in which i decides, omega the winning ones, n members (2**n coalitions):

    Penrose-Banzhaf, absolute   eta_i / 2**(n-1)     normalised   eta_i / sum eta
    Coleman, to act             omega / 2**n
    Coleman, to prevent         eta_i / omega        to initiate  eta_i / (2**n - omega)
    Shapley-Shubik              integral over p in [0, 1] of dA/dp_i at equal p
    Johnston                    vulnerable coalitions shared among their critical members
    Deegan-Packel               minimal winning coalitions shared among their members
    Holler-Packel               memberships in minimal winning coalitions

Each is per voter. With de facto vetoes eta and omega are expected numbers, the Shapley-Shubik
index is the same integral (model D22.8, there normalised), and the last three are undefined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import factorial, prod
from operator import mul, truediv
from typing import Any

import numpy as np
import numpy.typing as npt

from .._checks import one_of
from ..errors import BudgetError
from .blocks import LONGEST
from .committee import Committee
from .minimal import critical_members, minimal_winning
from .swings import scale_of, verdicts
from .tally import Tally, tally

__all__ = ["INDICES", "Power", "banzhaf", "power", "shapley_shubik"]

Number = Fraction | float
ByGroup = dict[str, Any]
Floats = npt.NDArray[np.float64]

#: Names of the indices, in the order of the table.
INDICES = (
    "shapley_shubik",
    "banzhaf",
    "banzhaf_absolute",
    "coleman_prevent",
    "coleman_initiate",
    "johnston",
    "deegan_packel",
    "holler_packel",
)
_MINIMAL = ("johnston", "deegan_packel", "holler_packel")
#: Estimated seconds above which an index nobody asked for by name is left out.
PATIENCE = 5.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Power:
    """Power indices of a committee.

    Attributes
    ----------
    committee : Committee
        Whose.
    values : dict of str to dict of str to Fraction, float or None
        Index by name, then per group the index of one of its voters; None where it is undefined.
    coleman_act : Fraction or float
        Share of coalitions that win: the power of the collectivity to act.
    exact : bool
        Whether the numbers are rationals; else see ``error``.
    error : float
        Estimate, to first order, of the largest absolute rounding error of a value, 0 if exact;
        it grows where an index divides by a small number.
    reasons : dict of str to str
        Why an index is undefined.
    """

    committee: Committee
    values: Mapping[str, ByGroup]
    coleman_act: Number
    exact: bool
    error: float
    reasons: Mapping[str, str]

    def to_records(self) -> list[dict[str, Any]]:
        """Return one row per group: its name, number of voters and indices, as floats.

        Examples
        --------
        >>> from coopgames.voting import weighted_committee
        >>> power(weighted_committee(3, [2, 1, 1]), ["shapley_shubik"]).to_records()[0]
        {'group': 'v1', 'voters': 1, 'shapley_shubik': 0.6666666666666666}
        """
        return [
            {
                "group": group.id,
                "voters": group.count,
                **{
                    name: None if row[group.id] is None else float(row[group.id])
                    for name, row in self.values.items()
                },
            }
            for group in self.committee.voters
        ]

    def to_pandas(self) -> Any:
        """Return the rows as a data frame."""
        import pandas as pd

        return pd.DataFrame(self.to_records())


def power(
    committee: Committee, indices: Sequence[str] | None = None, *, exact: bool = True
) -> Power:
    """Return the power indices of a committee's voters.

    Parameters
    ----------
    committee : Committee
        Voters and rule.
    indices : sequence of str, optional
        Some of ``shapley_shubik, banzhaf, banzhaf_absolute, coleman_prevent, coleman_initiate,
        johnston, deegan_packel, holler_packel``. All by default; those that would take long are
        then left undefined, with the reason.
    exact : bool
        Rational numbers; else floating point, many times faster for the Shapley-Shubik index of
        large weighted committees. Indices of minimal coalitions are counted exactly either way.

    Returns
    -------
    Power
        Over all voters the normalised Banzhaf index and the last three sum to one, and so does
        the Shapley-Shubik index, or to 1 - v(nobody) where de facto vetoes let a motion pass that
        everybody rejects.

    Raises
    ------
    BudgetError
        If it would take too long or too much room; says how long and how much.
    CoopgamesError
        If an index is unknown.

    References
    ----------
    Felsenthal & Machover (1998) The Measurement of Voting Power, chapters 3, 6 and 7.

    Examples
    --------
    The Security Council:

    >>> from coopgames.voting import Quota, Veto, Voters
    >>> council = Committee(
    ...     voters=(Voters(id="permanent", count=5), Voters(id="elected", count=10)),
    ...     rule=Quota(votes=9) & Veto(by="permanent"),
    ... )
    >>> power(council).values["shapley_shubik"]
    {'permanent': Fraction(421, 2145), 'elected': Fraction(4, 2145)}
    """
    longest = PATIENCE if indices is None else LONGEST
    names = INDICES if indices is None else tuple(one_of("indices", i, INDICES) for i in indices)
    tallied = tally(committee)
    reasons: dict[str, str] = {}
    error = 0.0
    act: Number
    if exact:
        found, act = _exact(committee, tallied, names)
    else:
        found, act, error = _floating(committee, tallied, names)
    minimal = [name for name in names if name in _MINIMAL]
    if minimal and not tallied.deterministic:
        nothing = dict.fromkeys(committee.groups)
        found |= dict.fromkeys(minimal, nothing)
        reasons = dict.fromkeys(minimal, "with de facto vetoes no coalition is minimal winning")
    for name in minimal if tallied.deterministic else ():
        try:
            found |= _minimal(committee, tallied, name, longest)
        except BudgetError as problem:
            if indices is not None:
                raise
            found[name] = dict.fromkeys(committee.groups)
            reasons[name] = f"{problem}; ask for it by name to have it take longer"
    values = {
        name: {
            group: value if exact or value is None else float(value)
            for group, value in found[name].items()
        }
        for name in names
    }
    return Power(
        committee=committee,
        values=values,
        coleman_act=act,
        exact=exact,
        error=error,
        reasons=reasons,
    )


def shapley_shubik(committee: Committee, *, exact: bool = True) -> ByGroup:
    """Return the Shapley-Shubik index of one voter of each group.

    Parameters and errors as in `power`.

    References
    ----------
    Shapley & Shubik (1954) Am. Polit. Sci. Rev. 48:787. doi:10.2307/1951053

    Examples
    --------
    >>> from coopgames.voting import weighted_committee
    >>> shapley_shubik(weighted_committee(3, {"a": 2, "b": 1, "c": 1}))["a"]
    Fraction(2, 3)
    """
    return dict(power(committee, ["shapley_shubik"], exact=exact).values["shapley_shubik"])


def banzhaf(committee: Committee, *, exact: bool = True) -> ByGroup:
    """Return the normalised Penrose-Banzhaf index of one voter of each group.

    Parameters and errors as in `power`.

    References
    ----------
    Penrose (1946) J. R. Stat. Soc. 109:53; Banzhaf (1965) Rutgers Law Rev. 19:317.

    Examples
    --------
    >>> from coopgames.voting import weighted_committee
    >>> banzhaf(weighted_committee(3, {"a": 2, "b": 1, "c": 1}))["a"]
    Fraction(3, 5)
    """
    return dict(power(committee, ["banzhaf"], exact=exact).values["banzhaf"])


def _counts(committee: Committee) -> list[int]:
    return [group.count for group in committee.voters]


def _exact(
    committee: Committee, tallied: Tally, names: Sequence[str]
) -> tuple[dict[str, ByGroup], Fraction]:
    """Count coalitions, by size too where asked: a Yes then has mass Y, one slot per size."""
    counts = _counts(committee)
    n = sum(counts)
    sized = "shapley_shubik" in names
    # Chances of de facto vetoes make whole numbers once multiplied by this.
    scale = 1
    if not tallied.deterministic:
        scale = prod(scale_of(tallied, g) ** count for g, count in enumerate(counts))
    slot = n + scale.bit_length() + 1 if sized else 0
    masses = [{"yes": 1 << slot, "no": 1}] * len(counts)
    result = verdicts(tallied, masses, exact=True, counts=counts)

    def by_size(packed: int) -> list[int]:
        if not sized:
            return [packed]
        return [(packed >> (k * slot)) & ((1 << slot) - 1) for k in range(n + 1)]

    sizes = {packed: by_size(packed) for packed in set(result.deciding)}
    swings = [sum(sizes[packed]) for packed in result.deciding]
    winning = sum(by_size(result.adoption))
    found = _over(committee, swings, winning, 2 ** (n - 1) * scale, names)
    if sized:
        orders = [factorial(k) * factorial(n - 1 - k) for k in range(n)]
        shares = {
            packed: Fraction(sum(map(mul, row, orders)), scale * factorial(n))
            for packed, row in sizes.items()
        }
        found["shapley_shubik"] = {
            group: shares[packed]
            for group, packed in zip(committee.groups, result.deciding, strict=True)
        }
    return found, Fraction(winning, 2**n * scale)


def _over(
    committee: Committee, swings: Sequence[Any], winning: Any, half: Any, names: Sequence[str]
) -> dict[str, ByGroup]:
    """Return the indices that are swings over something; None where that is nothing.

    ``half`` is the number of coalitions of the others, in the unit of swings and winning ones.
    """
    divisors = {
        "banzhaf": sum(map(mul, _counts(committee), swings)),
        "banzhaf_absolute": half,
        "coleman_prevent": winning,
        "coleman_initiate": 2 * half - winning,
    }
    found = {}
    for name in divisors.keys() & set(names):
        whole = divisors[name]
        ratio = Fraction if isinstance(whole, int) else truediv
        value = {eta: ratio(eta, whole) if whole else None for eta in set(swings)}
        found[name] = {g: value[eta] for g, eta in zip(committee.groups, swings, strict=True)}
    return found


@lru_cache(maxsize=8)
def _quadrature(nodes: int) -> tuple[Floats, Floats]:
    """Return Gauss-Legendre nodes and weights on [0, 1]."""
    points, weights = np.polynomial.legendre.leggauss(nodes)
    return (points + 1.0) / 2.0, weights / 2.0


def _floating(
    committee: Committee, tallied: Tally, names: Sequence[str]
) -> tuple[dict[str, ByGroup], float, float]:
    """Probabilities at one half, and the integral by Gauss-Legendre nodes of exact degree."""
    counts = _counts(committee)
    n = sum(counts)
    nodes, weights = np.array([]), np.array([])
    if "shapley_shubik" in names:
        nodes, weights = _quadrature(n // 2 + 1)
    support = np.append(nodes, 0.5)
    masses = [{"yes": support, "no": 1.0 - support}] * len(counts)
    result = verdicts(tallied, masses, exact=False, batch=support.size, counts=counts)
    # No Yes ever does harm; a negative number is rounding.
    deciding = np.maximum(np.array(result.deciding), 0.0)
    act = float(result.adoption[-1])
    # In units of 2**(n-1) coalitions, so that large committees don't overflow.
    half = deciding[:, -1].tolist()
    found = _over(committee, half, 2.0 * act, 1.0, names)
    if "shapley_shubik" in names:
        values = (deciding[:, :-1] * weights).sum(axis=1)
        found["shapley_shubik"] = dict(zip(committee.groups, values.tolist(), strict=True))
    reach = max((block.caps[0] for block in tallied.blocks), default=1)
    rounding = float(np.finfo(float).eps * (3 * n + np.sqrt(reach)) * 4)
    divisors = [1.0, sum(map(mul, counts, half)), 2.0 * act, 2.0 - 2.0 * act]
    return found, act, rounding / min(value for value in divisors if value > 0)


def _minimal(committee: Committee, tallied: Tally, name: str, longest: float) -> dict[str, ByGroup]:
    """Return the Johnston index, or both indices of minimal winning coalitions."""
    found: dict[str, ByGroup] = {}
    counts = _counts(committee)
    groups = committee.groups
    if name == "johnston":
        critical = critical_members(tallied, len(counts), longest=longest)
        raw = [
            sum((Fraction(number, c) for c, number in enumerate(row) if number), Fraction(0))
            for row in critical
        ]
        shares = sum((value * count for value, count in zip(raw, counts, strict=True)), Fraction(0))
        found["johnston"] = {g: value / shares for g, value in zip(groups, raw, strict=True)}
    else:
        minimal = minimal_winning(tallied, len(counts), longest=longest)
        shared = [
            sum((Fraction(number, k) for k, number in enumerate(row) if number), Fraction(0))
            for row in minimal.with_voter
        ]
        members = [sum(row) for row in minimal.with_voter]
        whole = sum(value * count for value, count in zip(members, counts, strict=True))
        found["deegan_packel"] = {
            g: value / minimal.number for g, value in zip(groups, shared, strict=True)
        }
        found["holler_packel"] = {
            g: Fraction(value, whole) for g, value in zip(groups, members, strict=True)
        }
    return found
