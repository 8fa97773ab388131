"""Simulated play on the public record, state by state: the second route to `public_record`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..._checks import count, one_of
from ...errors import CoopgamesError
from ...games import Game
from ...outcomes import Certificate, Estimate
from ...provenance import provenance
from .public_record import Renewal
from .reactions import Reactions, reactions_of

__all__ = ["SimulatedPublicRecord", "simulate_public_record"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedPublicRecord:
    """Estimates with standard errors, over replicates.

    Attributes
    ----------
    success_rate, act_rate, achievement : Estimate
        As in `PublicRecord`.
    spell : Estimate
        Rounds in success over losses of it; infinite where none was lost, NaN without success. Its
        standard error is of first order in the replicates.
    """

    success_rate: Estimate
    act_rate: Estimate
    achievement: Estimate
    spell: Estimate
    certificate: Certificate
    provenance: Mapping[str, Any]


def simulate_public_record(
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
    replicates: int = 256,
    rounds: int = 1000,
    burn_in: int = 100,
    rng: np.random.Generator | int | None = None,
) -> SimulatedPublicRecord:
    """Play the public record, every state drawing its act in every round.

    Parameters
    ----------
    game, on_success, on_failure, first, unbound, error, missed_success, false_success, renewal
        As in `public_record`, for one case: reactions have shape (1 or classes,).
    replicates : int
        Independent worlds, each with its own mandate event, at least 2.
    rounds, burn_in : int
        Rounds that count, at least 2, and rounds before them.
    rng : Generator, int or None
        Source of randomness.

    Returns
    -------
    SimulatedPublicRecord

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds, or reactions are given for several cases.

    Examples
    --------
    >>> import coopgames as cg
    >>> game = cg.game("anarchy", "climate")
    >>> found = simulate_public_record(game, 0.8, 0.4, replicates=32, rounds=200, rng=3)
    >>> 0.2 < found.act_rate.value < 0.8
    True
    """
    one_of("renewal", renewal, ("standing", "each_round"))
    worlds, length = count("replicates", replicates, 2), count("rounds", rounds, 2)
    before = count("burn_in", burn_in, 0)
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
    if given.shape:
        raise CoopgamesError(
            f"on_success must be one case, of shape (1 or classes,); got cases {given.shape}"
        )
    random = np.random.default_rng(rng)
    held, acted, eta, lost, last = np.zeros((5, worlds))
    event = _draw(game, worlds, random)
    table = _chance_table(game, given)
    leverage = _leverage(game, event)
    chances = table[event]
    record = np.zeros(worlds, dtype=np.int64)
    own = game.success.shape[0] > 1
    for number in range(before + length):
        if renewal == "each_round" and number:
            event = _draw(game, worlds, random)
            leverage, chances = _leverage(game, event), table[event]
        acts = random.random((worlds, game.size)) < chances[np.arange(worlds), record]
        x = (acts * leverage).sum(axis=1)
        row = event if own else np.zeros_like(event)
        success = random.random(worlds) < game.success[row, x]
        noise = random.random(worlds)
        seen = np.where(success, noise >= given.missed, noise < given.false)
        record = np.where(seen, 1, 2)
        if number >= before:
            held += success
            acted += acts.mean(axis=1)
            eta += game.achievement[row, x]
            lost += (last > 0) & ~success & (number > before)
            last = success.astype(float)
    at_risk = held - last
    specification = game.specification() | {
        "play": "public record, simulated",
        "renewal": renewal,
        "replicates": worlds,
        "rounds": length,
        "burn_in": before,
    }
    return SimulatedPublicRecord(
        success_rate=_estimate(held / length),
        act_rate=_estimate(acted / length),
        achievement=_estimate(eta / length),
        spell=_ratio(at_risk, lost),
        certificate=Certificate(method="simulated rounds", exact=False),
        provenance=provenance(specification),
    )


def _draw(game: Game, worlds: int, random: np.random.Generator) -> Integers:
    chance = game.events.probability
    return random.choice(chance.size, size=worlds, p=chance / chance.sum())


def _group_of_state(game: Game, event: int) -> Integers:
    counts = game.events.counts[event]
    return np.repeat(np.arange(counts.size), counts)


def _leverage(game: Game, event: Integers) -> Integers:
    of_group = game.leverage[game.events.class_of_group]
    different, back = np.unique(event, return_inverse=True)
    rows = np.stack([of_group[_group_of_state(game, int(one))] for one in different])
    return np.asarray(rows[back.ravel()])


def _chance_table(game: Game, given: Reactions) -> Floats:
    """Return each state's probability of acting, shape (events, record, states)."""
    events = game.events
    out = np.empty((events.probability.size, 3, game.size))
    for event in range(events.probability.size):
        group = _group_of_state(game, event)
        classes = events.class_of_group[group]
        own = given.chances[:, 0, classes]
        if given.unbound is not None:
            own = np.where(events.bound[event, group], own, given.unbound[:, 0, classes])
        out[event] = own
    return out


def _estimate(values: Floats) -> Estimate:
    n = values.size
    return Estimate(float(values.mean()), float(values.std(ddof=1) / np.sqrt(n)), float(n))


def _ratio(part: Floats, whole: Floats) -> Estimate:
    """Ratio of means over replicates, with its first-order standard error."""
    n = part.size
    if whole.sum() == 0:
        return Estimate(float("inf") if part.sum() else float("nan"), float("nan"), float(n))
    value = float(part.sum() / whole.sum())
    rest = (part - value * whole) / whole.mean()
    return Estimate(value, float(rest.std(ddof=1) / np.sqrt(n)), float(n))
