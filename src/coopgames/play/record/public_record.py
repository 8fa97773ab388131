r"""Play that reacts to the public record of whether cooperation held in the last round.

Each state acts with one probability after a recorded success and with another after a recorded
failure (model D9c). Given the record acts are independent, so X is a sum of binomials on the
integer grid of leverage, and with P_h the probability that cooperation holds after record h,

    HOLD = P_F / (P_F + 1 - P_S),    SPELL = 1 / (1 - P_S),    ONSET = 1 / P_F.

A record that misses a success with probability u and reports one that was none with probability v
depends on the last round alone. Success itself is then still a chain on two states, with
(1 - u) P_S + u P_F in place of P_S, and v P_S + (1 - v) P_F in place of P_F.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import one_of
from ...errors import CoopgamesError
from ...games import Game
from ...kernels.weighted_binomials import weighted_binomial_law
from ...outcomes import Certificate
from ...provenance import provenance
from .reactions import Reactions, reactions_of

__all__ = ["PublicRecord", "public_record"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Renewal = Literal["standing", "each_round"]

#: Cells of one table of laws that is held at once.
CELLS = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PublicRecord:
    """Long-run play on the public record; every array has the shape of the cases.

    Attributes
    ----------
    success_rate : array
        HOLD, the long-run share of rounds in which cooperation holds, in [0, 1].
    spell, onset : array
        Mean rounds that success lasts, and that it takes to come back; infinite where it never
        ends, or comes. NaN where cooperation never holds, or always.
    act_rate, achievement : array
        Long-run share of states that act, and mean of ETA, in [0, 1].
    keeps, breaks, starts, first : array, shape (events or 1, ...)
        Probability that cooperation holds after a round in which it held, that it does not, that it
        holds after a round in which it did not, and that it holds in the first round. One row
        where nothing differs between mandate events, or they are redrawn each round.
    probability : array, shape (events or 1,)
        Of the rows.
    split : bool array
        Whether success, once there, never ends and never comes where it is not, under some
        mandate; the rate then depends on the first round.
    reasons : mapping of str to str
        Why there are NaN in a measure.
    certificate : Certificate
        ``residual`` is how far the laws of X are from summing to one.
    """

    success_rate: Floats
    spell: Floats
    onset: Floats
    act_rate: Floats
    achievement: Floats
    keeps: Floats
    breaks: Floats
    starts: Floats
    first: Floats
    probability: Floats
    split: npt.NDArray[np.bool_]
    reasons: Mapping[str, str]
    certificate: Certificate
    provenance: Mapping[str, Any]

    def success_at(self, rounds: npt.ArrayLike) -> Floats:
        """Return how likely cooperation holds in given rounds, counted from 0.

        Parameters
        ----------
        rounds : array_like of int, shape (t,)
            At least 0.

        Returns
        -------
        array, shape (t, ...)
        """
        t = np.atleast_1d(np.asarray(rounds))
        if t.size and t.min() < 0:
            raise CoopgamesError(f"rounds must be >= 0; got {t.min()}")
        level = _long_run(self.breaks, self.starts, self.first)
        lag = (self.keeps - self.starts)[None] ** t.reshape(-1, *(1,) * self.keeps.ndim)
        return _mean(level[None] + (self.first - level)[None] * lag, self.probability, axis=1)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, the rows of mandates left out; undefined values are None."""
        names = ("success_rate", "spell", "onset", "act_rate", "achievement")
        out: dict[str, Any] = {name: _plain(getattr(self, name)) for name in names}
        return out | {
            "split": np.asarray(self.split).tolist(),
            "reasons": dict(self.reasons),
            "certificate": self.certificate.as_dict(),
        }


def public_record(
    game: Game,
    on_success: npt.ArrayLike,
    on_failure: npt.ArrayLike,
    *,
    first: npt.ArrayLike | None = None,
    unbound: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    error: float = 0.0,
    missed_success: float = 0.0,
    false_success: float = 0.0,
    renewal: Renewal = "standing",
) -> PublicRecord:
    """Return how often cooperation holds, and for how long, among states that react to the record.

    Parameters
    ----------
    game : Game
        Its problem says when cooperation holds. Its ``mandate`` plays no role here.
    on_success, on_failure : array_like, shape (..., 1 or classes), or one number
        Probability of acting after a recorded success, or failure, in [0, 1]. The eight
        deterministic reactions are in `DETERMINISTIC_REACTIONS`.
    first : array_like, optional
        Probability of acting in the first round; ``on_success`` by default, our assumption. It
        matters to the long run only where both outcomes last for ever.
    unbound : pair of array_like, optional
        Reactions, after success and failure, of states that no standing mandate binds; by default
        they react like the others, and mandates make no difference. In the first round these
        states act as after a success.
    error : float
        Probability that an intended act turns into its opposite, in [0, 1/2].
    missed_success, false_success : float
        Probability that a success is recorded as a failure, and a failure as a success, in [0, 1].
    renewal : {'standing', 'each_round'}
        Whether the mandate event is drawn once (rates are means over events, a spell is their mean
        holding over their mean loss, D22.13) or independently every round.

    Returns
    -------
    PublicRecord
        Exact.

    Raises
    ------
    CoopgamesError
        If a probability is out of bounds, or shapes do not fit.

    References
    ----------
    Nowak & Sigmund (1990) Acta Appl. Math. 20:247-265, doi:10.1007/BF00049570, for reactive
    strategies. Model D9c.

    Examples
    --------
    >>> import coopgames as cg
    >>> found = public_record(cg.game("anarchy", "climate"), [[0.7], [0.8]], [[0.3], [0.4]])
    >>> found.success_rate.round(3)
    array([0.011, 0.142])
    """
    one_of("renewal", renewal, ("standing", "each_round"))
    given = reactions_of(
        game,
        on_success,
        on_failure,
        first=first,
        unbound=unbound,
        error=error,
        missed_success=missed_success,
        false_success=false_success,
    )
    events = game.events
    rows, of_event = _different(game, given)
    hits, misses, gains, acts, residual = _after(game, given, rows, of_event)
    chance: Floats = events.probability
    if not _own_verdicts(game):
        chance = np.zeros(rows.size)
        np.add.at(chance, of_event, events.probability)
    if renewal == "each_round":
        merged = [_mean(part, chance, axis=1)[:, None] for part in (hits, misses, gains, acts)]
        hits, misses, gains, acts = merged
        chance = np.ones(1)
    shape = (chance.size, *given.shape)
    u, v = given.missed, given.false
    keeps = (1 - u) * hits[1] + u * hits[2]
    breaks = (1 - u) * misses[1] + u * misses[2]
    starts = v * hits[1] + (1 - v) * hits[2]
    level = _long_run(breaks, starts, hits[0])
    recorded = level * (1 - u) + (1 - level) * v
    rate = _mean(level, chance)
    lost, gained = _mean(level * breaks, chance), _mean((1 - level) * starts, chance)
    spell, onset = _ratio(rate, lost), _ratio(_mean(1 - level, chance), gained)
    reasons = {}
    if np.isnan(spell).any():
        reasons["spell"] = "cooperation never holds in the long run"
    if np.isnan(onset).any():
        reasons["onset"] = "cooperation always holds in the long run"
    split = ((breaks == 0) & (starts == 0) & (hits[0] > 0) & (misses[0] > 0)).any(axis=0)
    specification = game.specification() | {"play": "public record", "renewal": renewal}
    act_rate, achievement = (
        _mean(recorded * part[1] + (1 - recorded) * part[2], chance) for part in (acts, gains)
    )
    return PublicRecord(
        success_rate=rate.reshape(given.shape),
        spell=spell.reshape(given.shape),
        onset=onset.reshape(given.shape),
        act_rate=act_rate.reshape(given.shape),
        achievement=achievement.reshape(given.shape),
        keeps=keeps.reshape(shape),
        breaks=breaks.reshape(shape),
        starts=starts.reshape(shape),
        first=hits[0].reshape(shape),
        probability=chance,
        split=split.reshape(given.shape),
        reasons=reasons,
        certificate=Certificate(
            method="two-state chain of the public record",
            exact=True,
            residual=residual,
            grid_error=game.stakes.grid_error,
            notes=("some cases depend on the first round",) if split.any() else (),
        ),
        provenance=provenance(specification),
    )


def _different(game: Game, given: Reactions) -> tuple[Integers, Integers]:
    """Return events in which different states are bound, and which one each event is like."""
    events = game.events
    if given.unbound is None:
        return np.zeros(1, dtype=np.int64), np.zeros(events.probability.size, dtype=np.int64)
    groups = np.where(events.bound, events.counts, 0)
    bound = np.zeros((groups.shape[0], game.classes.size), dtype=np.int64)
    np.add.at(bound.T, events.class_of_group, groups.T)
    _, rows, of_event = np.unique(bound, axis=0, return_index=True, return_inverse=True)
    return rows.astype(np.int64), of_event.ravel().astype(np.int64)


def _own_verdicts(game: Game) -> bool:
    """Whether success depends on the mandate event itself, not on acts alone."""
    return bool(game.success.shape[0] > 1)


def _after(
    game: Game, given: Reactions, rows: Integers, of_event: Integers
) -> tuple[Floats, Floats, Floats, Floats, float]:
    """Return success, failure, ETA and acting share after each record, (3, rows, cases).

    Rows are different events; all of them where success depends on the event itself.
    """
    cases = given.chances.shape[1]
    direct = _own_verdicts(game)
    success, eta = (np.atleast_2d(part) for part in (game.success, game.achievement))
    number = of_event.size if direct else rows.size
    hits, misses, gains, acts = np.zeros((4, 3, number, cases))
    residual = 0.0
    width = max(1, CELLS // (game.stakes.total + 1))
    for position, event in enumerate(rows):
        places = np.flatnonzero(of_event == position) if direct else np.array([position])
        tables = (success[places], eta[places]) if direct else (success[:1], eta[:1])
        counts, classes, bound = _groups(game, given, int(event))
        for record in (1, 2, 0):
            if record == 0 and given.same_first:
                for table in (hits, misses, gains, acts):
                    table[0][places] = table[1][places]
                continue
            chances = given.chances[record][:, classes]
            if given.unbound is not None:
                chances = np.where(bound, chances, given.unbound[record][:, classes])
            acts[record][places] = chances @ counts / game.size
            for start in range(0, cases, width):
                part = slice(start, start + width)
                law = weighted_binomial_law(
                    counts,
                    game.leverage[classes],
                    chances[part],
                    1.0 - chances[part],
                    game.stakes.total + 1,
                )
                residual = max(residual, float(np.abs(law.sum(axis=0) - 1).max()))
                hits[record][places, part] = tables[0] @ law
                misses[record][places, part] = (1.0 - tables[0]) @ law
                gains[record][places, part] = tables[1] @ law
    return hits, misses, gains, acts, residual


def _groups(
    game: Game, given: Reactions, event: int
) -> tuple[Integers, Integers, npt.NDArray[np.bool_]]:
    """Return sizes, classes and whether bound, of the groups that react alike."""
    if given.unbound is None:
        size = game.classes.size
        return game.classes.counts, np.arange(size), np.ones(size, dtype=bool)
    events = game.events
    there = events.counts[event] > 0
    return (
        events.counts[event, there],
        events.class_of_group[there],
        events.bound[event, there],
    )


def _long_run(breaks: Floats, starts: Floats, first: Floats) -> Floats:
    """Return the share of time in success; the first round decides where both outcomes last."""
    moves = breaks + starts
    return np.where(moves > 0, starts / np.where(moves > 0, moves, 1.0), first)


def _mean(values: Floats, chance: Floats, axis: int = 0) -> Floats:
    return np.asarray(np.tensordot(chance, values, axes=(0, axis)))


def _ratio(part: Floats, whole: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(part / whole)


def _plain(values: Floats) -> Any:
    table = np.asarray(values).astype(object)
    table[np.isnan(values)] = None
    return table.tolist()
