r"""All roots in [0, 1] of a polynomial in Bernstein form, none missed.

    p(x) = sum_k b_k C(n, k) x^k (1 - x)^(n - k).

Among those who meet n - 1 others drawn from a large population with a share x of A-players, a
strategy's expected payoff has this form, of degree n - 1, with the payoff among k A-players as
b_k: the gap between two strategies needs no change of basis, and where it is zero the replicator
rests.

The number of roots in the open interval is at most the number v of sign changes in b_0 .. b_n, and
differs from it by an even number (variation diminishing; the counterpart of Descartes' rule): v = 0
means none, v = 1 exactly one. An interval with more is halved by de Casteljau's scheme. Doubles are
integers times a power of two, and so is each half: the subdivision is done in integers, exactly, so
that the counts are theorems about the polynomial with the given coefficients. An interval shorter
than ``resolution`` that still shows v >= 2 is reported as one root of multiplicity v, and so is a
point of halving beside which sign changes vanish while the value is zero up to rounding. A
single root in an interval is refined in floating point on the coefficients of that interval.

References
----------
Farouki (2012) Computer Aided Geometric Design 29:379-419. Lane & Riesenfeld (1981) BIT 21:112-117.
Mourrain, Rouillier & Roy (2005) in Combinatorial and Computational Geometry, MSRI 52:459-478. Peña,
Lehmann & Nöldeke (2014) J. Theor. Biol. 346:23-33 (games).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import comb

import numpy as np
import numpy.typing as npt

from .._checks import at_least, number
from ..errors import CoopgamesError

__all__ = [
    "UnitRoots",
    "bernstein_derivative",
    "bernstein_values",
    "group_payoffs",
    "payoff_gap_coefficients",
    "unit_roots",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Payoffs that differ by less than so many units in the last place are equal.
ROUNDING = 4 * float(np.finfo(float).eps)
#: No interval is halved more often.
DEEPEST = 1_000


@dataclass(frozen=True, slots=True)
class UnitRoots:
    """The roots of a polynomial in [0, 1].

    Attributes
    ----------
    points : array, shape (r,)
        Ascending.
    multiplicities : array of int, shape (r,)
        1: a simple root, proved. 2 or more: at 0 and 1 the exact multiplicity; elsewhere the sign
        changes left in an interval shorter than the resolution, which holds so many roots,
        counted with multiplicity, or an even number fewer. An even one may therefore be a near
        miss; its signs, the same on both sides, are right all the same.
    signs : array of int, shape (r, 2)
        Sign of the polynomial just left and just right; 0 on the outer side of 0 and of 1.
    brackets : array, shape (r, 2)
        Interval that was proved to hold the root.
    identically_zero : bool
        Whether the polynomial is zero everywhere; then no points are listed.
    """

    points: Floats
    multiplicities: Ints
    signs: Ints
    brackets: Floats
    identically_zero: bool


def payoff_gap_coefficients(
    first: npt.ArrayLike, second: npt.ArrayLike, *, rounding: float = ROUNDING
) -> Floats:
    """Return the Bernstein coefficients of the payoff gap of a symmetric game of two strategies.

    Parameters
    ----------
    first, second : array_like, shape (..., n)
        ``first[..., k]`` is the payoff of an A-player, ``second[..., k]`` that of a B-player, who
        faces k A-players among the n - 1 others, k = 0 .. n - 1. Finite. [payoff]
    rounding : float
        Differences not above this share of the larger payoff are taken as zero, at least 0.

    Returns
    -------
    array, shape (..., n)
        a_k - b_k, of degree n - 1 in the share of A-players.

    Raises
    ------
    CoopgamesError
        If an entry is not finite or the shapes do not fit.

    References
    ----------
    Peña, Lehmann & Nöldeke (2014) J. Theor. Biol. 346:23-33. doi:10.1016/j.jtbi.2013.12.016

    Examples
    --------
    >>> payoff_gap_coefficients([0.1 + 0.2, 1.0], [0.3, 2.0])
    array([ 0., -1.])
    """
    slack = at_least("rounding", rounding, 0)
    a, b = _table(first, second)
    gap = a - b
    return np.where(np.abs(gap) <= slack * np.maximum(np.abs(a), np.abs(b)), 0.0, gap)


def group_payoffs(first: npt.ArrayLike, second: npt.ArrayLike, shares: npt.ArrayLike) -> Floats:
    """Return the expected payoffs of two strategies in groups drawn at random.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        As in `payoff_gap_coefficients`.
    shares : array_like, shape (..., 2)
        Shares of A- and B-players.

    Returns
    -------
    array, shape (..., 2)

    Examples
    --------
    A volunteer's dilemma of three: benefit 2 if somebody pays 1.

    >>> group_payoffs([1.0, 1.0, 1.0], [0.0, 2.0, 2.0], [0.5, 0.5])
    array([1. , 1.5])
    """
    a, b = _table(first, second)
    x = np.asarray(shares, dtype=float)[..., 0]
    return np.stack((bernstein_values(a, x), bernstein_values(b, x)), axis=-1)


def _table(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[Floats, Floats]:
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if a.shape != b.shape or a.ndim == 0 or a.shape[-1] == 0:
        raise CoopgamesError(
            "first and second must have one entry for each number 0 .. n - 1 of A-players among "
            f"the others; got shapes {a.shape} and {b.shape}"
        )
    for name, table in (("first", a), ("second", b)):
        if not np.isfinite(table).all():
            raise CoopgamesError(f"{name} must be finite")
    return a, b


def bernstein_values(coefficients: npt.ArrayLike, x: npt.ArrayLike) -> Floats:
    """Return the values of a polynomial in Bernstein form, by de Casteljau's scheme.

    Parameters
    ----------
    coefficients : array_like, shape (n + 1,)
        b_0 .. b_n.
    x : array_like, any shape
        In [0, 1] the values are weighted means of the coefficients; beyond it they are right, and
        may be large.

    Returns
    -------
    array, shape of ``x``

    Examples
    --------
    >>> bernstein_values([1.0, 0.0, 0.0], [0.0, 0.5, 1.0])
    array([1.  , 0.25, 0.  ])
    """
    b = np.asarray(coefficients, dtype=float)
    at = np.asarray(x, dtype=float)
    level = np.broadcast_to(b, (*at.shape, b.shape[-1]))
    right, left = at[..., None], 1.0 - at[..., None]
    while level.shape[-1] > 1:
        level = left * level[..., :-1] + right * level[..., 1:]
    return np.array(level[..., 0])


def bernstein_derivative(coefficients: npt.ArrayLike) -> Floats:
    """Return the Bernstein coefficients of the derivative, n (b_{k+1} - b_k).

    Parameters
    ----------
    coefficients : array_like, shape (n + 1,)

    Returns
    -------
    array, shape (max(n, 1),)

    Examples
    --------
    >>> bernstein_derivative([0.0, 0.0, 1.0])
    array([0., 2.])
    """
    b = np.asarray(coefficients, dtype=float)
    if b.size == 1:
        return np.zeros(1)
    return np.asarray((b.size - 1) * np.diff(b))


def unit_roots(coefficients: npt.ArrayLike, *, resolution: float = 2.0**-24) -> UnitRoots:
    """Return all roots in [0, 1] of a polynomial given by its Bernstein coefficients.

    Parameters
    ----------
    coefficients : array_like, shape (n + 1,)
        b_0 .. b_n, finite; taken as exact.
    resolution : float
        Roots closer than this may be reported as one, of higher multiplicity; in (0, 1/4]. A
        double root whose coefficients were rounded splits by about 1e-8, or vanishes: the default,
        6e-8, keeps it.

    Returns
    -------
    UnitRoots

    Raises
    ------
    CoopgamesError
        If the coefficients are not one finite row.

    Notes
    -----
    Halving costs O(n**2) operations on integers; degree 200 takes a fraction of a second.

    Examples
    --------
    x (1 - 2 x)**2 touches zero at one half:

    >>> found = unit_roots([0, 1 / 3, -2 / 3, 1])
    >>> found.points, found.multiplicities
    (array([0. , 0.5]), array([1, 2]))
    >>> found.signs.tolist()
    [[0, 1], [1, 1]]
    """
    b = np.asarray(coefficients, dtype=float)
    if b.ndim != 1 or b.size == 0 or not np.isfinite(b).all():
        raise CoopgamesError(f"coefficients must be one row of finite numbers; got shape {b.shape}")
    width = number("resolution", resolution)
    if not 0.0 < width <= 0.25:
        raise CoopgamesError(f"resolution must lie in (0, 1/4]; got {resolution!r}")
    whole = _integers(b)
    if not any(whole):
        none = np.zeros(0)
        no_sign = np.zeros((0, 2), dtype=np.int64)
        return UnitRoots(none, np.zeros(0, dtype=np.int64), no_sign, np.zeros((0, 2)), True)
    found = _merged(sorted(_isolate(whole, b, width)), width)
    sign = _sign(next(value for value in whole if value))
    signs = []
    for point, times, _, _ in found:
        before = sign if point > 0.0 else 0
        if point > 0.0 and times % 2:
            sign = -sign
        signs.append((before, sign if point < 1.0 else 0))
    return UnitRoots(
        points=np.array([root[0] for root in found]),
        multiplicities=np.array([root[1] for root in found], dtype=np.int64),
        signs=np.array(signs, dtype=np.int64).reshape(-1, 2),
        brackets=np.array([root[2:] for root in found]).reshape(-1, 2),
        identically_zero=False,
    )


Root = tuple[float, int, float, float]


def _isolate(whole: list[int], b: Floats, resolution: float) -> list[Root]:
    """Return (point, multiplicity, low, high) of each root or cluster of [0, 1], in any order."""
    found: list[Root] = []
    # A double root at a point of halving, lifted by rounding, is seen from neither side of it.
    missed: list[tuple[float, int]] = []
    for at, row in ((0.0, whole), (1.0, whole[::-1])):
        times = _leading_zeros(row)
        if times:
            found.append((at, times, at, at))
    # (coefficients, depth, index): the interval [index, index + 1] / 2**depth.
    waiting = [(whole, 0, 0)]
    while waiting:
        row, depth, index = waiting.pop()
        changes = _sign_changes(row)
        if changes == 0:
            continue
        low, high = index / 2**depth, (index + 1) / 2**depth
        if changes == 1:
            inner = _refine(row)
            if inner is not None:
                found.append((low + (high - low) * inner, 1, low, high))
                continue
        if (high - low <= resolution and changes > 1) or depth >= DEEPEST:
            found.append((0.5 * (low + high), changes, low, high))
            continue
        left, right = _halves(row)
        times = _leading_zeros(right)
        middle = (2 * index + 1) / 2 ** (depth + 1)
        if times:
            found.append((middle, times, middle, middle))
        lost = changes - times - _sign_changes(left) - _sign_changes(right)
        if lost:
            missed += [(at, lost) for at in (low, middle, high) if _vanishes(b, at)]
        waiting += [(left, depth + 1, 2 * index), (right, depth + 1, 2 * index + 1)]
    for at, lost in missed:
        if 0.0 < at < 1.0 and all(abs(root[0] - at) > resolution for root in found):
            found.append((at, lost, at, at))
    return found


def _vanishes(b: Floats, at: float) -> bool:
    """Return whether the value is within the rounding of the coefficients and of its sum."""
    mean = float(bernstein_values(np.abs(b), at))
    return abs(float(bernstein_values(b, at))) <= ROUNDING * b.size * mean


def _merged(found: list[Root], resolution: float) -> list[Root]:
    """Unite roots closer than the resolution; those at 0 and 1 stay what they are."""
    out: list[Root] = []
    for point, times, low, high in found:
        if out and point - out[-1][0] <= resolution and out[-1][0] > 0.0 and point < 1.0:
            before, more, lowest, highest = out.pop()
            exact = [at for at, a, b in ((before, lowest, highest), (point, low, high)) if a == b]
            centre = exact[0] if exact else (more * before + times * point) / (more + times)
            out.append((centre, more + times, min(low, lowest), max(high, highest)))
        else:
            out.append((point, times, low, high))
    return out


def _integers(b: Floats) -> list[int]:
    """Return the coefficients times one power of two that makes them all integers."""
    ratios = [value.as_integer_ratio() for value in b.tolist()]
    common = max(below for _, below in ratios)
    return [above * (common // below) for above, below in ratios]


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


def _leading_zeros(row: list[int]) -> int:
    return next((k for k, value in enumerate(row) if value), len(row))


def _sign_changes(row: list[int]) -> int:
    signs = [value > 0 for value in row if value]
    return sum(a != b for a, b in pairwise(signs))


def _halves(row: list[int]) -> tuple[list[int], list[int]]:
    """Return the coefficients on the two halves, times a power of two: sums instead of means."""
    n = len(row) - 1
    level = np.array(row, dtype=object)
    left, right = [row[0] << n], [row[-1] << n]
    for step in range(1, n + 1):
        level = level[:-1] + level[1:]
        left.append(int(level[0]) << (n - step))
        right.append(int(level[-1]) << (n - step))
    right.reverse()
    return _reduced(left), _reduced(right)


def _reduced(row: list[int]) -> list[int]:
    """Return the row without its common power of two."""
    everything = 0
    for value in row:
        everything |= abs(value)
    shift = (everything & -everything).bit_length() - 1
    return [value >> shift for value in row] if shift > 0 else row


@lru_cache(maxsize=64)
def _ways(n: int) -> tuple[int, ...]:
    return tuple(comb(n, k) for k in range(n + 1))


def _refine(row: list[int]) -> float | None:
    """Return the only root in the open interval (0, 1), or None if doubles can't tell.

    Roots at the ends are divided out first: p = x^m (1 - x)^l q, with the coefficients of q in
    proportion to C(n, k) b_k / C(n - m - l, k - m).
    """
    from scipy.optimize import brentq

    n = len(row) - 1
    start, end = _leading_zeros(row), _leading_zeros(row[::-1])
    if start or end:
        core = n - start - end
        weighed = [
            (value * above, below)
            for value, above, below in zip(
                row[start : n + 1 - end], _ways(n)[start : n + 1 - end], _ways(core), strict=True
            )
        ]
        whole = max(abs(above) // below + 1 for above, below in weighed)
        scaled = [above / (below * whole) for above, below in weighed]
    else:
        largest = max(map(abs, row))
        scaled = [value / largest for value in row]
    q = np.array(scaled)
    if q[0] * q[-1] >= 0.0:  # an end underflowed
        return None
    answer = float(
        brentq(lambda x: float(bernstein_values(q, x)), 0.0, 1.0, xtol=1e-16, rtol=1e-15)
    )
    return answer if 0.0 < answer < 1.0 else None
