r"""How deep an agreement goes that its parties must enforce themselves.

Each of n players chooses a depth x_i >= 0 of its own concessions and has

    b sum_{j != i} x_j - c(x_i),      c convex, c(0) = 0:

others' concessions are worth b each, one's own cost c. Under an agreement on depth x a player that
gives nothing saves c(x). Its breach is noticed with probability m, and all give nothing for T
rounds, for ever by default. It complies iff

    c(x) <= m S(d) [(n - 1) b x - c(x)],      S(d) = d + ... + d^T,

that is, iff c(x) / x <= w (n - 1) b with w = m S / (1 + m S). For c = a x^2 / 2 the deepest
agreement is 2 w (n - 1) b / a: with m = 1 and T infinite 2 d (n - 1) b / a. All together would
choose (n - 1) b / a. So where w < 1/2 an agreement is shallow not because its members want no more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from ..._checks import count, number
from ...errors import CoopgamesError
from ...kernels.annuity import rounds_worth
from ...kernels.rationals import like_given, rational, rational_share

__all__ = ["AgreementDepth", "deepest_agreement"]

Number = Fraction | float
Given = float | str | Fraction

#: Halvings of an interval that reach double precision, and doublings in search of its end.
STEPS = 200
#: Depth beyond which a cost is taken to grow too slowly to bound an agreement.
DEEPEST = 1e12


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDepth:
    """What an agreement can ask for, and what would be best.

    Attributes
    ----------
    deepest : Fraction or float
        Largest depth with which all comply. [depth]
    efficient : Fraction or float
        Depth that all together would choose. [depth]
    agreed : Fraction or float
        The lesser of both: the best depth that enforces itself. [depth]
    payoff : Fraction or float
        Of each player per round at ``agreed``. [payoff]
    """

    deepest: Number
    efficient: Number
    agreed: Number
    payoff: Number

    @property
    def limited(self) -> bool:
        """Whether enforcement, not what the members want, limits the agreement."""
        return bool(self.deepest < self.efficient)


def deepest_agreement(
    benefit: Given,
    discount_factor: Given,
    *,
    cost: Given | Callable[[float], float] = 1,
    detection: Given = 1,
    players: int = 2,
    periods: int | None = None,
) -> AgreementDepth:
    """Return the deepest agreement that enforces itself.

    Parameters
    ----------
    benefit : number or "a/b"
        b, what a unit of another's depth is worth, positive. [payoff/depth]
    discount_factor : number or "a/b", in [0, 1)
    cost : number or "a/b", or callable
        a of the cost a x^2 / 2 of own depth x, positive, 1 by default, which fixes the unit of
        depth; or a convex function that is 0 at 0 and in the end steeper than any benefit.
        ``efficient`` is then found to about seven digits.
    detection : number or "a/b", in [0, 1]
        Probability that a breach is noticed.
    players : int
        n, at least 2.
    periods : int, optional
        Rounds of punishment; for ever by default.

    Returns
    -------
    AgreementDepth
        Exact fractions if no argument is a float or callable.

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds, or a cost is not 0 at 0 or bounds nothing.

    References
    ----------
    Downs, Rocke & Barsoom (1996) Int. Organ. 50:379, doi:10.1017/S0020818300033427, for the idea;
    the model is a small one of ours.

    Examples
    --------
    >>> found = deepest_agreement(1, "3/10")
    >>> found.deepest, found.efficient, found.limited
    (Fraction(3, 5), Fraction(1, 1), True)
    >>> round(deepest_agreement(1, 0.3, cost=lambda x: x**3).deepest, 6)
    0.547723
    """
    b = rational("benefit", benefit)
    if b <= 0:
        raise CoopgamesError(f"benefit must be > 0; got {benefit!r}")
    d = rational_share("discount_factor", discount_factor, below_one=True)
    m = rational_share("detection", detection)
    rounds = None if periods is None else count("periods", periods)
    threat = m * rounds_worth(d, rounds)
    steepest = (count("players", players, 2) - 1) * b
    mean_cost = threat / (1 + threat) * steepest
    if callable(cost):
        return _any_cost(cost, float(mean_cost), float(steepest))
    a = rational("cost", cost)
    if a <= 0:
        raise CoopgamesError(f"cost must be > 0; got {cost!r}")
    deepest, efficient = 2 * mean_cost / a, steepest / a
    agreed = min(deepest, efficient)
    convert = like_given(benefit, discount_factor, cost, detection)
    return AgreementDepth(
        deepest=convert(deepest),
        efficient=convert(efficient),
        agreed=convert(agreed),
        payoff=convert(steepest * agreed - a * agreed**2 / 2),
    )


def _any_cost(cost: Callable[[float], float], mean_cost: float, steepest: float) -> AgreementDepth:
    """Return the depths for a convex cost, by bisection."""
    if abs(number("cost(0)", cost(0.0))) > 1e-12:
        raise CoopgamesError(f"cost must be 0 at 0; got {cost(0.0)!r}")
    # c(x) / x and the slope of c grow with x; slopes are compared over a small step.
    deepest = _largest(lambda x: cost(x) <= mean_cost * x)
    efficient = _largest(lambda x: cost(x) - cost(x * (1 - 1e-7)) <= steepest * x * 1e-7)
    agreed = min(deepest, efficient)
    return AgreementDepth(
        deepest=deepest,
        efficient=efficient,
        agreed=agreed,
        payoff=steepest * agreed - number("cost", cost(agreed)),
    )


def _largest(holds: Callable[[float], bool]) -> float:
    """Return the end of an interval [0, x] on which a condition holds."""
    high = 1.0
    while holds(high):
        high *= 2
        if high > DEEPEST:
            raise CoopgamesError(
                f"cost must in the end be steeper than the benefit; it isn't up to {DEEPEST:g}"
            )
    low = 0.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
