r"""How forgiving tit for tat may be without being exploited.

Generous tit for tat cooperates after a cooperation of the other, and after a defection with
probability q. Among two of them one defection gains T - R at once and, forgiven or not, costs
d (1 - q)(R - S) by the next round; defecting for ever gets q T + (1 - q) P from then on. Neither
pays, and with them no deviation does, iff

.. math:: q \le \min \Bigl\{ 1 - \frac{T - R}{d (R - S)}, \; 1 - \frac{T - R}{d (T - P)} \Bigr\},

for the limit of means, d = 1, the bound of Molander (1985) and Nowak & Sigmund (1992).
"""

from __future__ import annotations

from fractions import Fraction

import numpy.typing as npt

from ..errors import CoopgamesError
from ..games import SymmetricGame
from ..kernels.rationals import like_given, rational_share
from .exact_dilemma import Dilemma, exact_dilemma

__all__ = ["forgiveness_bound"]


def forgiveness_bound(
    game: SymmetricGame | npt.ArrayLike | Dilemma, *, discount_factor: float | str | Fraction = 1
) -> Fraction | float:
    """Return the largest forgiveness with which generous tit for tat is not exploited.

    Parameters
    ----------
    game : SymmetricGame of two players, or array_like, shape (2, 2)
        A prisoner's dilemma, T > R > P > S, cooperation first. [payoff]
    discount_factor : number or "a/b", in (0, 1]
        1, the default, stands for the limit of means.

    Returns
    -------
    Fraction or float
        A probability; NaN where even tit for tat itself, which never forgives, is exploited. A
        Fraction unless the discount factor is a float; payoffs stand for their shortest decimals.

    Raises
    ------
    CoopgamesError
        If the game is another one or the discount factor is out of bounds.

    References
    ----------
    Molander (1985) J. Conflict Resolut. 29:611, doi:10.1177/0022002785029004004; Nowak & Sigmund
    (1992) Nature 355:250, doi:10.1038/355250a0.

    Examples
    --------
    >>> dilemma = [[3, 0], [5, 1]]
    >>> forgiveness_bound(dilemma), forgiveness_bound(dilemma, discount_factor=0.8)
    (Fraction(1, 3), 0.16666666666666666)
    """
    r, s, t, p = exact_dilemma(game, players=2)
    if not t > r > p > s:
        raise CoopgamesError(
            f"game must be a prisoner's dilemma, T > R > P > S; got R, S, T, P = {r}, {s}, {t}, {p}"
        )
    d = rational_share("discount_factor", discount_factor)
    if d == 0:
        raise CoopgamesError("discount_factor must be > 0; got 0")
    bound = 1 - (t - r) / (d * min(r - s, t - p))
    if bound < 0:
        return float("nan")
    result: Fraction | float = like_given(discount_factor)(bound)
    return result
