"""The lowest discount factor at which trigger strategies sustain cooperation, in closed form.

Some states, all by default, are to act. They do as long as no breach was found; then everybody
falls back to a stage equilibrium, for ever or for T rounds. Fallen back nobody can gain, so the
strategies are a subgame-perfect public equilibrium iff no state gains by one deviation on the path:
the closed form is that of `trigger_interval`, state by state.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..._checks import probability
from ...errors import CoopgamesError
from ...games import Game
from ...kernels.equilibrium_totals import TIE
from ...outcomes import Certificate
from .stage_game import StageGame
from .trigger_interval import trigger_interval

__all__ = [
    "CriticalDiscount",
    "TriggerEvent",
    "critical_discount_factor",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TriggerEvent:
    """Trigger strategies under one mandate.

    Attributes
    ----------
    probability : float
        Of the mandate.
    lowest, highest : float
        Discount factors between which nobody deviates; NaN where there is none.
    binding : str
        Class of the state that needs most patience, or can't be held; empty where acting is a stage
        equilibrium.
    reason : str
        Why there is none.
    labels : tuple of str
        Of the groups of states, which share one payoff.
    gain, loss : array, shape (groups,)
        What a deviation brings at once, and a round of punishment costs; losses are NaN, and the
        fall not computed, where some breach that pays is never seen. [stake]
    caught : array, shape (groups,)
        Probability that punishment begins after a deviation.
    alarm : float
        Probability that it begins without.
    by_group : array, shape (groups,)
        Each group's own lowest discount factor; NaN where there is none.
    punishment : int array, shape (groups,)
        How many of each group act in the stage equilibrium all fall back to; 0 if not computed.
    """

    probability: float
    lowest: float
    highest: float
    binding: str
    reason: str
    labels: tuple[str, ...]
    gain: Floats
    loss: Floats
    caught: Floats
    alarm: float
    by_group: Floats
    punishment: Integers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CriticalDiscount:
    """The lowest discount factor that sustains cooperation.

    Attributes
    ----------
    value : float
        0 where acting is a stage equilibrium; NaN where no discount factor below 1 does.
    reason : str
        Why it is NaN.
    binding : str
        Class of the state that needs most patience at ``value``, or that can't be held.
    deviation : str
        What that state would do: 'stops acting', or 'acts' if it is not among those who should.
    level : float
        Probability of mandates under which cooperation is sustained, at least.
    events : tuple of TriggerEvent
        One for each different mandate.
    certificate : Certificate
    """

    value: float
    reason: str
    binding: str
    deviation: str
    level: float
    events: tuple[TriggerEvent, ...]
    certificate: Certificate

    def sustained(self, discount_factor: float) -> float:
        """Return the probability of a mandate under which cooperation is sustained."""
        d = probability("discount_factor", discount_factor)
        return sum(one.probability for one in self.events if one.lowest <= d <= one.highest)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; undefined values are None."""
        return {
            "critical_discount_factor": None if np.isnan(self.value) else self.value,
            "binding": self.binding,
            "deviation": self.deviation,
            "level": self.level,
            "reason": self.reason,
            "certificate": self.certificate.as_dict(),
        }


def critical_discount_factor(
    game: Game,
    *,
    cooperators: Collection[str] | npt.ArrayLike | None = None,
    monitoring: float | None = None,
    false_alarm: float | None = None,
    periods: int | None = None,
    sanctions_in_punishment: bool = True,
    level: float = 0.5,
) -> CriticalDiscount:
    """Return the lowest discount factor at which trigger strategies sustain cooperation.

    Everybody falls back to the pure stage equilibrium of least welfare (payoffs weighted by stake),
    the one without conditional cooperators; where it splits a class, the luckier half has to be
    deterred too.

    Under ``mandate = "expected"`` the stage game at mean sanctions, access and monitoring is
    repeated. Under ``"standing"`` the mandate is drawn once and stands in every round; each has its
    own critical discount factor, and ``value`` is the lowest at which mandates of probability
    ``level`` sustain cooperation.

    Parameters
    ----------
    game : Game
    cooperators : role names, or bool array of shape (classes,), optional
        Who is to act; all by default. The others must not gain by acting as well.
    monitoring : float, optional
        Probability that a breach comes to light, in [0, 1]. By default a state is watched by the
        most attentive standing body that binds it, and by nobody else.
    false_alarm : float, optional
        Probability, in [0, 1], that an acting state is flagged; independent across states, and one
        flag suffices. By default that of the most easily alarmed body that binds it.
    periods : int, optional
        Rounds of punishment; for ever by default.
    sanctions_in_punishment : bool
        Whether sanctions stay in force after the fall.
    level : float
        In (0, 1]; used under standing mandates.

    Returns
    -------
    CriticalDiscount

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds, or nobody is to act.

    References
    ----------
    Friedman (1971) Rev. Econ. Stud. 38:1-12, doi:10.2307/2296617; Green & Porter (1984)
    Econometrica 52:87-100, doi:10.2307/1911462. Model D9c.

    Examples
    --------
    >>> import coopgames as cg
    >>> found = critical_discount_factor(cg.game("anarchy", "trade"), monitoring=1.0)
    >>> round(found.value, 4), found.binding
    (0.1959, 'other')
    """
    if probability("level", level) == 0:
        raise CoopgamesError(f"level must lie in (0, 1]; got {level!r}")
    wanted = _wanted(game, cooperators)
    eyes, alarms = (
        _watched(game, monitoring, "detection"),
        _watched(game, false_alarm, "false_alarm"),
    )
    stage = StageGame(game)
    found: dict[bytes, int] = {}
    events: list[TriggerEvent] = []
    chances: list[float] = []
    for row, chance in enumerate(stage.played.probability):
        key = stage.key(row, eyes[row], alarms[row])
        if key in found:
            chances[found[key]] += float(chance)
            continue
        found[key] = len(events)
        chances.append(float(chance))
        events.append(
            _event(
                stage,
                row,
                wanted,
                (eyes[row], alarms[row]),
                periods=periods,
                sanctions=sanctions_in_punishment,
            )
        )
    pairs = zip(events, chances, strict=True)
    events = [replace(one, probability=chance) for one, chance in pairs]
    return _at_level(game, tuple(events), level, wanted)


def _at_level(
    game: Game, events: tuple[TriggerEvent, ...], level: float, wanted: Mask
) -> CriticalDiscount:
    value, binding, reason = float("nan"), "", ""
    possible = [event for event in events if not np.isnan(event.lowest)]
    for one in sorted(possible, key=lambda event: event.lowest):
        share = sum(e.probability for e in events if e.lowest <= one.lowest <= e.highest)
        if share >= level - 1e-12:
            value, binding = one.lowest, one.binding
            break
    else:
        worst = max((e for e in events if e.reason), key=lambda e: e.probability, default=None)
        if worst is None:
            reason = "no discount factor suits mandates of that probability at once"
        else:
            reason, binding = worst.reason, worst.binding
            if len(events) > 1:
                reason = f"under mandates of probability {worst.probability:.4g}: {reason}"
    acts = binding in {game.classes.labels[c] for c in np.flatnonzero(wanted)}
    return CriticalDiscount(
        value=value,
        reason=reason,
        binding=binding,
        deviation="" if not binding else "stops acting" if acts else "acts",
        level=level,
        events=events,
        certificate=Certificate(
            method="one-shot deviations from trigger strategies",
            exact=True,
            grid_error=game.stakes.grid_error,
        ),
    )


def _wanted(game: Game, cooperators: Collection[str] | npt.ArrayLike | None) -> Mask:
    """Return who is to act, shape (classes,)."""
    classes = game.classes
    if cooperators is None:
        return np.ones(classes.size, dtype=bool)
    if isinstance(cooperators, str):
        cooperators = [cooperators]
    given = np.asarray(list(cooperators) if isinstance(cooperators, Collection) else cooperators)
    if given.dtype == bool:
        if given.shape != (classes.size,):
            raise CoopgamesError(
                f"cooperators must have shape (classes,) = ({classes.size},); got {given.shape}"
            )
        wanted = given
    else:
        names = [role.name for role in game.world.roles]
        unknown = sorted(set(map(str, given.tolist())) - set(names))
        if unknown:
            raise CoopgamesError(
                f"cooperators must be among the roles {', '.join(names)}; got {', '.join(unknown)}"
            )
        wanted = np.isin([names[int(r)] for r in classes.role], given)
    if not wanted.any():
        raise CoopgamesError("cooperators must name somebody; got nobody")
    return np.asarray(wanted, dtype=bool)


def _watched(game: Game, given: float | None, field: str) -> Floats:
    """Return each group's probability of being seen or flagged, shape (events played, groups)."""
    name = "monitoring" if field == "detection" else field
    events = game.events
    if given is None:
        values = _by_bodies(game, field)
    else:
        values = np.full(events.bound.shape, probability(name, given))
    if game.mandate == "expected":
        return events.mean_by_class(values, game.classes.size)[None, :]
    return values


def _by_bodies(game: Game, field: str) -> Floats:
    """Return the largest value of a field among the standing bodies that bind a group."""
    events = game.events
    out = np.zeros(events.bound.shape)
    for j, body in enumerate(game.institution.bodies):
        bound = events.adopted[:, [j]] & events.binding[:, j]
        out = np.maximum(out, np.where(bound, float(getattr(body, field)), 0.0))
    return out


def _event(
    stage: StageGame,
    row: int,
    wanted: Mask,
    watch: tuple[Floats, Floats],
    *,
    periods: int | None,
    sanctions: bool,
) -> TriggerEvent:
    """Return between which discount factors the path is sustained under one mandate."""
    counts, leverage = stage.played.counts[row], stage.played.leverage
    there = counts > 0
    acts = there & wanted[stage.of_group]
    path = int((counts * leverage)[acts].sum())
    on_path = np.where(acts, stage.acting(row, path), stage.resting(row, path))
    gain = np.where(there, _deviating(stage, row, acts, path) - on_path, 0.0)
    gain[np.abs(gain) <= TIE] = 0.0
    caught, alarm = _begins(np.where(acts, counts, 0), *watch)
    unseen = acts & (gain > 0) & (caught <= alarm)
    loss, punishment = np.full(counts.size, np.nan), np.zeros_like(counts)
    lowest, highest = np.full((2, counts.size), np.nan)
    if not unseen.any():
        punishment, worst = stage.fall(row, sanctions)
        loss = np.where(there, on_path - worst, 0.0)
        lowest, highest = trigger_interval(gain, loss, caught=caught, alarm=alarm, periods=periods)
    # Acting is no breach: nothing holds back one that was to rest.
    lowest = np.where(acts, lowest, np.where(gain > 0, np.nan, 0.0))
    highest = np.where(acts, highest, 1.0)
    labels = tuple(stage.game.classes.labels[c] for c in stage.of_group)
    low, high, binding, reason = float("nan"), float("nan"), "", ""
    none = np.isnan(lowest)
    if none.any():
        g = int(np.where(unseen if unseen.any() else none, gain, -np.inf).argmax())
        binding = labels[g]
        reason = f"{binding} {_why(bool(acts[g]), float(caught[g]), alarm, float(loss[g]))}"
    elif lowest.max() > highest.min():
        binding = labels[int(lowest.argmax())]
        reason = "whoever is patient enough to cooperate makes another prefer the fall"
    else:
        low, high = float(lowest.max()), float(highest.min())
        binding = labels[int(lowest.argmax())] if low > 0 else ""
    return TriggerEvent(
        probability=float(stage.played.probability[row]),
        lowest=low,
        highest=high,
        binding=binding,
        reason=reason,
        labels=labels,
        gain=gain,
        loss=loss,
        caught=caught,
        alarm=alarm,
        by_group=np.where(acts, lowest, np.nan),
        punishment=punishment,
    )


def _deviating(stage: StageGame, row: int, acts: Mask, path: int) -> Floats:
    """Return what each group's state has if it alone departs from the path, shape (groups,)."""
    played = stage.played
    out = np.zeros(acts.size)
    for g in np.flatnonzero(played.counts[row]):
        k = int(played.leverage[g])
        if acts[g]:
            out[g] = stage.resting(row, path - k)[g]
        else:
            out[g] = stage.acting(row, path + k)[g]
    return out


def _why(acts: bool, caught: float, alarm: float, loss: float) -> str:
    if not acts:
        return "gains by acting though it is not among those who should"
    if caught == 0:
        return "gains by a breach that nobody sees"
    if caught <= alarm:
        return "gains by a breach that begins the fall no more often than false alarms do"
    if loss <= 0:
        return "loses nothing by the fall"
    return "gains more by a breach than any fall can cost"


def _begins(counts: Integers, eyes: Floats, alarms: Floats) -> tuple[Floats, float]:
    """Return how likely punishment begins after a state's deviation, and without one."""
    quiet = (1.0 - alarms) ** counts
    alarm = float(1.0 - quiet.prod())
    caught = np.zeros(counts.size)
    for g in np.flatnonzero(counts):
        fewer = counts.copy()
        fewer[g] -= 1
        caught[g] = 1.0 - (1.0 - eyes[g]) * float(((1.0 - alarms) ** fewer).prod())
    return caught, alarm
