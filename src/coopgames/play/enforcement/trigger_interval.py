r"""Between which discount factors the threat of a fall deters one deviation, in closed form.

Let u be a state's payoff on the path, u + g the payoff of its deviation, u - l its payoff after the
fall. The fall begins with probability c after its deviation, with probability a (false alarms)
without. The value V of the path and the value P of the fall satisfy

    V = u + d [(1 - a) V + a P],        P = (u - l)(1 - d^T) / (1 - d) + d^T V,

so that V - P = l (1 - d^T) / (1 - d + d a (1 - d^T)). No gain by deviating, g <= d (c - a) (V - P),
becomes linear in S(d) = d + d^2 + ... + d^T:

    g <= S(d) [(c - a) l - a g].

S grows from 0 to T, so the discount factors at which a state goes along are an interval. With a = 0
and T infinite its lower end is g / (g + c l), the formula of model D9c. With false alarms states
may prefer the fall, and more patience hurts.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..._checks import count
from ...errors import CoopgamesError

__all__ = ["trigger_interval"]

Floats = npt.NDArray[np.float64]

#: Halvings of [0, 1] that reach double precision.
HALVINGS = 60


def trigger_interval(
    gain: npt.ArrayLike,
    loss: npt.ArrayLike,
    *,
    caught: npt.ArrayLike = 1.0,
    alarm: npt.ArrayLike = 0.0,
    periods: int | None = None,
) -> tuple[Floats, Floats]:
    """Return between which discount factors a deviation does not pay.

    Parameters
    ----------
    gain : array_like
        What deviating brings at once, g. [payoff]
    loss : array_like
        What a round of punishment costs against a round of cooperation, l. [payoff]
    caught, alarm : array_like
        Probability that punishment begins after a deviation, c, and without one, a; in [0, 1].
    periods : int, optional
        Rounds of punishment, T; for ever by default.

    Returns
    -------
    lowest, highest : array
        NaN where there is none below 1; ``highest`` is 1 where patience never hurts.

    Raises
    ------
    CoopgamesError
        If a probability or ``periods`` is out of bounds.

    References
    ----------
    Friedman (1971) Rev. Econ. Stud. 38:1-12, doi:10.2307/2296617, without false alarms; Green &
    Porter (1984) Econometrica 52:87-100, doi:10.2307/1911462, for punishment that false alarms
    begin.

    Examples
    --------
    The prisoner's dilemma with payoffs 5, 3, 1, 0, every breach seen, or every other one:

    >>> trigger_interval(5 - 3, 3 - 1, caught=[1.0, 0.5])[0].round(4)
    array([0.5   , 0.6667])
    """
    g, cost, c, a = (
        np.asarray(part, dtype=float) for part in np.broadcast_arrays(gain, loss, caught, alarm)
    )
    for name, part in (("caught", c), ("alarm", a)):
        if not ((part >= 0) & (part <= 1)).all():
            raise CoopgamesError(f"{name} must lie in [0, 1]; got {part.min()} to {part.max()}")
    longest = np.inf if periods is None else float(count("periods", periods))
    slope = (c - a) * cost - a * g
    pays = g > 0
    ratio = np.divide(g, slope, out=np.full(g.shape, np.inf), where=slope != 0)
    low = np.where(pays, np.where(slope > 0, ratio, np.inf), 0.0)
    high = np.where(slope < 0, np.where(pays, -np.inf, ratio), np.inf)
    never = (low >= longest) | (high < low)
    lowest = np.where(never, np.nan, _discount(np.where(never, 0.0, low), longest))
    open_end = high >= longest
    ends = _discount(np.where(never | open_end, 0.0, high), longest)
    return lowest, np.where(never, np.nan, np.where(open_end, 1.0, ends))


def _discount(total: Floats, longest: float) -> Floats:
    """Return d with d + ... + d^T = total."""
    forever = total / (1.0 + total)
    if not np.isfinite(longest):
        return np.asarray(forever)
    low, high = np.zeros_like(total), np.ones_like(total)
    for _ in range(HALVINGS):
        d = 0.5 * (low + high)
        below = d * (1.0 - d**longest) / (1.0 - d) < total
        low, high = np.where(below, d, low), np.where(below, high, d)
    return np.where(total == 0.0, 0.0, high)
