r"""What kind of strategy a memory-one strategy is, with a certificate for each property.

Payoffs are long-run averages, discounted or limits of means; R is that of mutual cooperation; "the
others" may follow strategies of any memory, and count with their mean payoff.

- **nice**: never the first to defect.
- **partner**: nice, and whenever it gets less than R so do the others (Hilbe, Traulsen & Sigmund
  2015; for two players Akin's "good" strategies). It is then no temptation to leave cooperation.
- **rival**: never gets less than the others (their "competitive").
- **zero-determinant**: enforces :math:`\alpha \pi + \beta \pi' + \gamma = 0`.

Partners and rivals are decided by `extreme_payoff`, the line by linear equations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .._checks import probability
from ..errors import CoopgamesError
from ..games import SymmetricGame
from .extreme_payoffs import extreme_payoff
from .memory_one import MemoryOne
from .zero_determinant import as_dilemma, round_payoffs

__all__ = ["StrategyClass", "classify_strategy"]

Floats = npt.NDArray[np.float64]

#: Of the range of payoffs: differences below count as rounding of the linear programme.
TOLERANCE = 1e-7
#: Of probabilities, for the equations of the enforced line.
LINE_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyClass:
    """The kind of a memory-one strategy in a game.

    Attributes
    ----------
    nice, partner, rival, zero_determinant : bool
    largest_others : float
        The most that the others can get on average. [payoff]
    least_beside_cooperation : float or None
        The least the player gets while the others get R or more; a partner's is R. None where they
        cannot get R. [payoff]
    smallest_advantage : float
        The least that the player gets more than the others; at least 0 for a rival. [payoff]
    line : (alpha, beta, gamma) or None
        alpha * own + beta * others + gamma = 0, where it is enforced.
    slope, baseline : float or None
        others = slope * own + (1 - slope) * baseline; no baseline where the slope is 1.
    line_residual : float
        Largest error of the equations of the best line. [probability]
    residual : float
        Largest violated equation or duality gap of the linear programmes.
    """

    nice: bool
    partner: bool
    rival: bool
    zero_determinant: bool
    largest_others: float
    least_beside_cooperation: float | None
    smallest_advantage: float
    line: tuple[float, float, float] | None
    slope: float | None
    baseline: float | None
    line_residual: float
    residual: float


def classify_strategy(
    strategy: MemoryOne, game: SymmetricGame | npt.ArrayLike, *, discount_factor: float = 1.0
) -> StrategyClass:
    """Return whether a strategy is nice, a partner, a rival, and which line it enforces.

    Parameters
    ----------
    strategy : MemoryOne
    game : SymmetricGame of two acts, or array_like, shape (2, 2)
        Cooperation first.
    discount_factor : float, in [0, 1]
        1 for the limit of means.

    Raises
    ------
    CoopgamesError
        If strategy and game differ in their number of players.

    References
    ----------
    Akin (2016) in Ergodic Theory, de Gruyter, 77; Hilbe, Traulsen & Sigmund (2015) Games Econ.
    Behav. 92:41, doi:10.1016/j.geb.2015.05.005.

    Examples
    --------
    >>> from coopgames.strategies.memory_one import named_strategy
    >>> kind = classify_strategy(named_strategy("tit for tat"), [[3, 0], [5, 1]])
    >>> kind.nice, kind.partner, kind.rival, kind.zero_determinant
    (True, True, True, True)
    """
    dilemma = as_dilemma(game)
    if strategy.players != dilemma.players:
        raise CoopgamesError(
            f"strategy must be one of {dilemma.players} players as the game is; "
            f"got one of {strategy.players}"
        )
    d = probability("discount_factor", discount_factor)
    own, others = round_payoffs(dilemma)
    mutual = float(own[0])
    tolerance = TOLERANCE * max(float(np.ptp(own)), float(np.ptp(others)))

    most = extreme_payoff(strategy, -others, discount_factor=d)
    apart = extreme_payoff(strategy, own - others, discount_factor=d)
    programmes = [most, apart]
    least = None
    if -most.value >= mutual - tolerance:
        bound = min(mutual, -most.value - 1e-9 * tolerance)
        beside = extreme_payoff(strategy, own, discount_factor=d, at_least=(others, bound))
        programmes.append(beside)
        least = beside.value
    nice = strategy.start == 1.0 and (strategy.response[0] == 1.0 or d == 0)
    line, error = _enforced_line(strategy, own, others, d)
    slope = baseline = None
    if line is not None:
        alpha, beta, gamma = line
        if abs(beta) > LINE_TOLERANCE:
            slope = -alpha / beta
            if abs(alpha + beta) > LINE_TOLERANCE:
                baseline = -gamma / (alpha + beta)
    return StrategyClass(
        nice=nice,
        partner=nice and (least is None or least >= mutual - tolerance),
        rival=apart.value >= -tolerance,
        zero_determinant=line is not None,
        largest_others=-most.value,
        least_beside_cooperation=least,
        smallest_advantage=apart.value,
        line=line,
        slope=slope,
        baseline=baseline,
        line_residual=error,
        residual=max(max(part.residual, part.gap) for part in programmes),
    )


def _enforced_line(
    strategy: MemoryOne, own: Floats, others: Floats, discount_factor: float
) -> tuple[tuple[float, float, float] | None, float]:
    """Return (alpha, beta, gamma) if the strategy enforces a line, and the equations' residual."""
    repeat = np.repeat([1.0, 0.0], own.size // 2)
    push = discount_factor * np.array(strategy.response) - repeat
    push += (1 - discount_factor) * strategy.start
    terms = np.column_stack([own, others, np.ones(own.size)])
    solution = np.linalg.lstsq(terms, push, rcond=None)[0]
    error = float(np.abs(terms @ solution - push).max())
    # One that repeats its last act for ever enforces nothing.
    if error > LINE_TOLERANCE or np.abs(solution[:2]).max() <= LINE_TOLERANCE:
        return None, error
    return (float(solution[0]), float(solution[1]), float(solution[2])), error
