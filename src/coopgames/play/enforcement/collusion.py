r"""What a cartel pays its members, as a repeated game with a threat.

n firms with equal constant unit costs face the demand p = a - Q; in units in which a less the unit
cost is 1 they earn, each,

    collusion             R = 1 / (4 n)                 a share of the monopoly's profit,
    breach, in quantities T = ((n + 1) / (4 n))^2       the best reply to the others' shares,
    breach, in prices     T = 1 / 4                     the whole monopoly profit by undercutting,
    punishment            P = 1 / (n + 1)^2  or  0      the Cournot or the Bertrand equilibrium.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, NamedTuple

from ..._checks import count, one_of

__all__ = ["CollusionPayoffs", "collusion_payoffs"]


class CollusionPayoffs(NamedTuple):
    """Payoffs of one member: all collude, it alone breaches, all compete."""

    reward: Fraction
    temptation: Fraction
    punishment: Fraction


def collusion_payoffs(market: Literal["cournot", "bertrand"], firms: int) -> CollusionPayoffs:
    """Return what collusion, a breach and competition pay.

    Parameters
    ----------
    market : {'cournot', 'bertrand'}
        Firms choose quantities, or prices.
    firms : int
        At least 2.

    Raises
    ------
    CoopgamesError
        If the market is unknown or there are too few firms.

    References
    ----------
    Friedman (1971) Rev. Econ. Stud. 38:1, doi:10.2307/2296617.

    Examples
    --------
    >>> from coopgames.play.enforcement.critical import grim_discount_factor
    >>> grim_discount_factor(*collusion_payoffs("cournot", 2))
    Fraction(9, 17)
    """
    one_of("market", market, ("cournot", "bertrand"))
    n = count("firms", firms, 2)
    reward = Fraction(1, 4 * n)
    if market == "bertrand":
        return CollusionPayoffs(reward, Fraction(1, 4), Fraction(0))
    return CollusionPayoffs(reward, Fraction(n + 1, 4 * n) ** 2, Fraction(1, (n + 1) ** 2))
