r"""The patience that a path needs where deviators meet their worst credible punishment.

A pair of actions a is an equilibrium path for ever iff no player gains by deviating once,

.. math:: d \ge D_i(P_i(d)), \qquad D_i(P) = \frac{h_i(a) - g_i(a)}{h_i(a) - P},

with P_i(d) the worst subgame-perfect payoff at d. With a public draw before every round the set of
equilibrium payoffs grows with d (Abreu, Pearce & Stacchetti 1990, theorem 6), so that P_i falls and
there is one critical discount factor; without draws it need not grow. Two facts close the bracket:
what the inner bound sustains is sustained, and D_i at a lower bound on P_i(u) is a lower bound on
all critical values up to u. Where P_i does not change near by, both meet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, count, number, probability
from ...errors import CoopgamesError
from .perfect_payoffs import subgame_perfect_payoffs
from .perfect_record import SubgamePerfectPayoffs
from .trigger_interval import trigger_interval
from .two_player_games import StageMatrices, TwoPlayerGame, two_player_game

__all__ = ["PerfectCriticalDiscount", "perfect_critical_discount"]

Floats = npt.NDArray[np.float64]

#: Payoffs count as reached within this share of the range of payoffs.
MARGIN = 1e-9
#: Most discount factors tried in a search.
MOST_TRIALS = 200


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PerfectCriticalDiscount:
    """The lowest discount factor at which a target is a subgame-perfect outcome.

    Attributes
    ----------
    value : float
        ``upper``; NaN where none up to ``highest`` was found.
    lower, upper : float
        It is not sustained below ``lower`` and is at ``upper``; ``upper`` is NaN with ``value``.
    reason : str
        Why the value is NaN.
    binding, deviation : str
        The player who needs most patience, and the action it would deviate to; empty where the
        target is one of payoffs, or actions are a stage equilibrium.
    punishment : array, shape (2,)
        Each player's worst equilibrium payoff at ``value``. [payoff]
    grim : float
        The same discount factor if deviators meet the best-suited pure stage equilibrium for ever,
        never lower; NaN where none deters, or the target is one of payoffs.
    highest : float
        Largest discount factor tried.
    """

    value: float
    lower: float
    upper: float
    reason: str
    binding: str
    deviation: str
    punishment: Floats
    grim: float
    highest: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; undefined values are None."""

        def plain(value: float) -> float | None:
            return None if np.isnan(value) else float(value)

        return {
            "critical_discount_factor": plain(self.value),
            "lower": plain(self.lower),
            "upper": plain(self.upper),
            "binding": self.binding,
            "deviation": self.deviation,
            "punishment": [plain(value) for value in self.punishment.tolist()],
            "grim": plain(self.grim),
            "reason": self.reason,
        }


def perfect_critical_discount(
    game_or_first: TwoPlayerGame,
    second: npt.ArrayLike | None = None,
    *,
    actions: tuple[int | str, int | str] = (0, 0),
    payoffs: tuple[float, float] | None = None,
    width: float = 1e-9,
    highest: float = 0.999,
    tolerance: float = 1e-10,
    budget: int = 5000,
) -> PerfectCriticalDiscount:
    """Return the lowest discount factor at which a target is a subgame-perfect outcome.

    Parameters
    ----------
    game_or_first, second
        As in `subgame_perfect_payoffs`.
    actions : pair of str or int
        What is played for ever, by name or position; by default the first action of both.
    payoffs : pair of float, optional
        Mean payoffs to be reached to within 1e-9 of the range of payoffs, in place of actions.
        [payoff]
    width : float
        Width of the bracket at which to stop, above 0.
    highest : float
        Largest discount factor tried, in [0, 1).
    tolerance, budget
        As in `subgame_perfect_payoffs`, for each discount factor.

    Returns
    -------
    PerfectCriticalDiscount

    Raises
    ------
    CoopgamesError
        If the game has not two players, or an argument is out of bounds.

    References
    ----------
    Abreu, D. (1988). On the theory of infinitely repeated games with discounting. Econometrica 56,
    383-396. doi:10.2307/1912721
    Abreu, D., Pearce, D. & Stacchetti, E. (1990). Toward a theory of discounted repeated games with
    imperfect monitoring. Econometrica 58, 1041-1063. doi:10.2307/2938299

    Examples
    --------
    Taking turns in the prisoner's dilemma needs less patience than cooperating together:

    >>> dilemma = [[3, 0], [5, 1]]
    >>> perfect_critical_discount(dilemma).value
    0.5
    >>> round(perfect_critical_discount(dilemma, payoffs=(2.5, 2.5)).value, 6)
    0.25
    """
    game = two_player_game(game_or_first, second)
    if at_least("width", width, 0.0) == 0:
        raise CoopgamesError("width must be > 0; got 0")
    if probability("highest", highest) == 1.0:
        raise CoopgamesError("highest must lie in [0, 1); got 1")
    options = {"tolerance": tolerance, "budget": count("budget", budget)}
    if payoffs is not None:
        if len(payoffs) != 2:
            raise CoopgamesError(f"payoffs must be two numbers; got {payoffs!r}")
        point = number("payoffs", payoffs[0]), number("payoffs", payoffs[1])
        target: _Path | _Payoffs = _Payoffs(game, point)
    else:
        target = _Path(game, game.position(actions))
    return _search(game, target, width=width, highest=highest, options=options)


class _Payoffs:
    """Whether mean payoffs are those of an equilibrium."""

    grim = float("nan")

    def __init__(self, game: StageMatrices, point: tuple[float, float]) -> None:
        self.point = point
        self.margin = MARGIN * max(float(np.ptp(game.first)), float(np.ptp(game.second)))

    def reached(self, found: SubgamePerfectPayoffs) -> bool | None:
        if found.distance(self.point, "inner") <= self.margin:
            return True
        return False if found.distance(self.point, "outer") > self.margin else None

    def bound(self, _: SubgamePerfectPayoffs) -> float:
        """Return a discount factor below which it is not reached, if it is at that found."""
        return 0.0

    def named(self, _: SubgamePerfectPayoffs) -> tuple[str, str]:
        return "", ""

    def refusal(self) -> str:
        return ""


class _Path:
    """Whether a pair of actions for ever is an equilibrium path."""

    def __init__(self, game: StageMatrices, actions: tuple[int, int]) -> None:
        self.game = game
        a, b = actions
        columns = game.first[:, b], game.second[a]
        self.paid = np.array([game.first[a, b], game.second[a, b]], dtype=float)
        self.best = np.array([columns[0].max(), columns[1].max()], dtype=float)
        self.reply = int(columns[0].argmax()), int(columns[1].argmax())
        sizes = float(max(np.abs(game.first).max(), np.abs(game.second).max()))
        self.gain = np.where(self.best - self.paid > 1e-14 * sizes, self.best - self.paid, 0.0)
        self.minmax = np.array([game.first.max(axis=0).min(), game.second.max(axis=1).min()])
        self.grim = self._grim()

    def _grim(self) -> float:
        first, second = self.game.first, self.game.second
        stable = (first >= first.max(axis=0)) & (second >= second.max(axis=1)[:, None])
        values = [0.0] if not self.gain.any() else []
        for a, b in np.argwhere(stable):
            loss = self.paid - [first[a, b], second[a, b]]
            values.append(float(trigger_interval(self.gain, loss)[0].max()))
        return min((value for value in values if not np.isnan(value)), default=float("nan"))

    def needed(self, threats: Floats) -> Floats:
        """Return D_i; infinite where no patience would do."""
        reach = self.best - threats
        out = np.where(self.gain > 0, np.inf, 0.0)
        return np.divide(self.gain, reach, out=out, where=(self.gain > 0) & (reach > self.gain))

    def reached(self, found: SubgamePerfectPayoffs) -> bool | None:
        d = float(found.discount_factor)
        if not self.gain.any():
            return True
        outer, inner = found.threat_bounds.T
        if not np.isnan(inner).any() and (self.needed(inner) <= d + 1e-14).all():
            return True
        if found.empty or not (self.needed(outer) <= d + 1e-14).all():
            return False
        return None

    def bound(self, found: SubgamePerfectPayoffs) -> float:
        return float(self.needed(found.threat_bounds[:, 0]).max())

    def named(self, found: SubgamePerfectPayoffs) -> tuple[str, str]:
        if not self.gain.any():
            return "", ""
        threats = np.array([float(value) for value in found.threats])
        threats = self.minmax if np.isnan(threats).any() else threats
        needed = self.needed(threats)
        worst = int(needed.argmax())
        return self.game.players[worst], self.game.strategies[worst][self.reply[worst]]

    def refusal(self) -> str:
        """Return why no patience would do, if the payoffs tell at once."""
        for i in (0, 1):
            if self.gain[i] > 0 and self.paid[i] <= self.minmax[i]:
                return (
                    f"{self.game.players[i]} has {self.paid[i]:.4g} on the path, and no less than "
                    f"{self.minmax[i]:.4g} whatever punishes it"
                )
        return ""


def _search(
    game: StageMatrices,
    target: _Path | _Payoffs,
    *,
    width: float,
    highest: float,
    options: dict[str, Any],
) -> PerfectCriticalDiscount:
    def solved(d: float) -> SubgamePerfectPayoffs:
        matrices = game.first, game.second
        return subgame_perfect_payoffs(matrices, discount_factor=d, **options)

    def answer(found: SubgamePerfectPayoffs, lower: float, reason: str) -> PerfectCriticalDiscount:
        upper = float("nan") if reason else float(found.discount_factor)
        binding, deviation = target.named(found)
        return PerfectCriticalDiscount(
            value=upper,
            lower=lower,
            upper=upper,
            reason=reason,
            binding=binding,
            deviation=deviation,
            punishment=np.array([float(value) for value in found.threats]),
            grim=target.grim,
            highest=highest,
        )

    found = solved(0.0)
    if target.reached(found):
        return answer(found, 0.0, "")
    start = solved(min(target.grim if target.grim < 1 else 1.0, highest))
    if target.refusal() or not target.reached(start):
        start = solved(highest)
    reached = None if target.refusal() else target.reached(start)
    if not reached:
        why = target.refusal() or (
            f"not an outcome of any equilibrium up to discount factor {highest:g}"
            if reached is False
            else f"not decided at discount factor {highest:g}: {start.proof}"
        )
        certain = bool(target.refusal())
        return answer(start, 1.0 if certain else highest if reached is False else 0.0, why)
    best, lower = _bracket(solved, target, start, width)
    return answer(best, lower, "")


def _bracket(
    solved: Callable[[float], SubgamePerfectPayoffs],
    target: _Path | _Payoffs,
    best: SubgamePerfectPayoffs,
    width: float,
) -> tuple[SubgamePerfectPayoffs, float]:
    """Return the set at the least discount factor that reaches the target, and a lower bound."""
    low = lower = 0.0  # what is not decided counts as too low, but only for the next trial
    tried = {0.0}
    for _ in range(MOST_TRIALS):
        upper = float(best.discount_factor)
        closed = min(target.bound(best), upper)
        low, lower = max(low, closed), max(lower, closed)
        if upper - low <= width:
            break
        trial = closed if low == closed and closed not in tried else 0.5 * (low + upper)
        tried.add(trial)
        found = solved(trial)
        reached = target.reached(found)
        if reached:
            best = found
        else:
            low = trial
            lower = lower if reached is None else trial
    return best, lower
