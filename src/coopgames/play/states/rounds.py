"""One block of worlds in lockstep: acts, signals, payoffs, and learning between seasons.

Arrays have one row per world of the block and one column per state, in world order. All random
numbers are drawn for the whole block, so that a world is the same whatever else is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..._random import BLOCK
from ...games import Game, after_exit
from ...strategies import Automaton, MemoryOne, as_automaton

__all__ = ["Learning", "Setting", "WorldBlock", "machine_tables", "play_block"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """How states change their strategies at the end of each season.

    Attributes
    ----------
    season : int
        Rounds of a season; 0 where nobody learns.
    rate : float
        How likely a state revises.
    selection_intensity : float
        Of the Fermi rule by which it copies another state, [1/stake].
    mutation_probability : float
        How likely it tries something at random instead.
    membership : bool
        Whether it copies, or tries, to be in or out of what can be left as well.
    """

    season: int
    rate: float
    selection_intensity: float
    mutation_probability: float
    membership: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """What all blocks of a run share.

    Attributes
    ----------
    strategies : tuple of MemoryOne or Automaton
        The last one is that of unbound states if ``free`` is true.
    free : bool
    of_state : int array, shape (states,), or None
        Each state's strategy; drawn at random for every world if None.
    by_record : bool
        Whether signals are the record, or how many others acted.
    error, missed, false : float
    rounds, burn_in, samples : int
    learning : Learning
    """

    game: Game
    strategies: tuple[MemoryOne | Automaton, ...]
    free: bool
    of_state: Integers | None
    by_record: bool
    error: float
    missed: float
    false: float
    rounds: int
    burn_in: int
    samples: int
    learning: Learning


@dataclass(slots=True, kw_only=True, eq=False)
class WorldBlock:
    """What a block of worlds leaves; sums are over rounds after the burn-in.

    Attributes
    ----------
    event : int array, shape (worlds,)
    acting : int array, shape (worlds, samples, groups)
    contribution : int array, shape (worlds, samples)
    held, achieved, acts : array, shape (worlds,)
        Rounds with success, sum of ETA, sum of shares of acting states.
    halves : array, shape (worlds, 2)
        Rounds with success in the first and the second half.
    lost : int array, shape (worlds,)
    outside : array, shape (worlds,)
        Sum of shares of states outside.
    following, paid, cooperated : array, shape (worlds, strategies)
        State-rounds of each strategy, sum of payoffs [stake], and state-rounds in which it acted.
    """

    event: Integers
    acting: npt.NDArray[np.int32]
    contribution: Integers
    held: Floats
    achieved: Floats
    acts: Floats
    halves: Floats
    lost: Integers
    outside: Floats
    following: Floats
    paid: Floats
    cooperated: Floats


def machine_tables(
    strategies: tuple[MemoryOne | Automaton, ...], *, by_record: bool
) -> tuple[Floats, Integers, Integers]:
    """Return strategies as tables of one size.

    Returns
    -------
    act : array, shape (S, m)
    moves : int array, shape (S, m, 2, signals)
        Own act 0 for acting; signals are a recorded success and failure, or how many others acted.
    start : int array, shape (S,)
    """
    machines = [as_automaton(one) for one in strategies]
    size, signals = max(one.size for one in machines), machines[0].players
    act = np.zeros((len(machines), size))
    moves = np.zeros((len(machines), size, 2, signals), dtype=np.int64)
    for s, one in enumerate(machines):
        chances, goes = one.table()
        act[s, : one.size] = chances
        moves[s, : one.size] = goes[:, :, ::-1] if by_record else goes
    return act, moves, np.array([one.start for one in machines], dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _Terms:
    """Payoff terms of every state, inside and outside: shape (2, worlds, states)."""

    access: Floats
    sanction: Floats
    taste: Floats
    can_leave: Mask


def play_block(setting: Setting, generator: np.random.Generator, worlds: int) -> WorldBlock:
    """Play the first ``worlds`` worlds of a block."""
    game, learning = setting.game, setting.learning
    event = _events(game, generator)[:worlds]
    group = _groups(game, event, generator.random((BLOCK, game.size))[:worlds])
    terms = _terms(game, event, group)
    bound = game.events.bound[event[:, None], group]
    act, moves, start = machine_tables(setting.strategies, by_record=setting.by_record)
    choices = act.shape[0] - setting.free
    act = (1 - setting.error) * act + setting.error * (1 - act)
    own = generator.integers(0, choices, (BLOCK, game.size))[:worlds]
    if setting.of_state is not None:
        own = np.repeat(setting.of_state[None, :], worlds, axis=0)
    outside = np.zeros((worlds, game.size), dtype=bool)
    if learning.membership:
        outside = (generator.random((BLOCK, game.size))[:worlds] < 0.5) & terms.can_leave
    strategy = np.where(bound & ~outside, own, choices) if setting.free else own
    machine = start[strategy]
    leverage = game.leverage[game.classes.of_state]
    benefit = np.stack([game.stakes.acting(int(k)) for k in game.leverage])
    row = event if game.success.shape[0] > 1 else np.zeros_like(event)
    season = np.zeros((worlds, game.size))
    out = _empty(setting, event, choices)
    kept = _kept(setting)
    last = np.zeros(worlds, dtype=bool)
    here = np.arange(worlds)
    for number in range(setting.burn_in + setting.rounds):
        acts = generator.random((BLOCK, game.size))[:worlds] < act[strategy, machine]
        x = acts @ leverage
        draws = generator.random((2, BLOCK))[:, :worlds]
        success = draws[0] < game.success[row, x]
        if setting.by_record:
            seen = np.where(success, draws[1] >= setting.missed, draws[1] < setting.false)
            signal = np.repeat((~seen)[:, None], game.size, axis=1).astype(np.int64)
        else:
            signal = acts.sum(axis=1)[:, None] - acts
        machine = moves[strategy, machine, (~acts).astype(np.int64), signal]
        side = outside.astype(np.int64)
        access = np.take_along_axis(terms.access, side[None], axis=0)[0]
        good = benefit[game.classes.of_state[None, :], x[:, None]]
        rest = np.take_along_axis(terms.sanction, side[None], axis=0)[0]
        paid = np.where(
            acts,
            access * good + terms.taste,
            access * game.stakes.idle[x][:, None] - rest,
        )
        place = number - setting.burn_in
        if place >= 0:
            out.held += success
            out.achieved += game.achievement[row, x]
            out.acts += acts.mean(axis=1)
            out.outside += outside.mean(axis=1)
            out.halves[:, int(2 * place >= setting.rounds)] += success
            _count(out, own, acts=acts, paid=paid)
            out.lost += last & ~success if place else 0
            for sample in kept.get(place, ()):
                out.contribution[:, sample] = x
                np.add.at(out.acting[:, sample], (here[:, None], group), acts)
        last = success
        if not learning.season:
            continue
        season += paid
        if (number + 1) % learning.season == 0:
            mean = season / learning.season
            own, outside = _revised(learning, generator, own, outside, payoff=mean, choices=choices)
            outside = outside & terms.can_leave
            before = strategy
            strategy = np.where(bound & ~outside, own, choices) if setting.free else own
            machine = np.where(strategy != before, start[strategy], machine)
            season = np.zeros_like(season)
    return out


def _events(game: Game, generator: np.random.Generator) -> Integers:
    chance = game.events.probability
    return generator.choice(chance.size, size=BLOCK, p=chance / chance.sum())


def _groups(game: Game, event: Integers, keys: Floats) -> Integers:
    """Return each state's group; who of a class answers how is drawn for each world."""
    classes, counts = game.classes, game.events.counts
    number = counts.shape[1]
    order = np.argsort(classes.of_state + keys, axis=1)  # by class, at random inside
    different, back = np.unique(event, return_inverse=True)
    by_place = np.stack([np.repeat(np.arange(number), counts[e]) for e in different])
    out = np.empty_like(order)
    np.put_along_axis(out, order, by_place[back.ravel()], axis=1)
    return out


def _terms(game: Game, event: Integers, group: Integers) -> _Terms:
    events = game.events
    sanction = game.sanction_factor * events.sanction
    pairwise = game.problem.kernel in ("dyadic", "coordination")
    left = after_exit(
        game.electorate,
        events,
        punishment=game.punishment,
        outsider_compliance=game.outsider_compliance,
        excludability=0.0 if pairwise else game.problem.excludability,
    )
    left_sanction = game.sanction_factor * left.sanction + left.cost
    access = np.stack([events.access, left.access])
    charges = np.stack([sanction, left_sanction])
    relief = events.relief
    if game.mandate == "expected":
        size, of_group = game.classes.size, events.class_of_group

        def mean(values: Floats) -> Floats:
            by_class = events.mean_by_class(values, size)
            return np.broadcast_to(by_class[of_group], values.shape)

        access, charges = (np.stack([mean(part) for part in both]) for both in (access, charges))
        relief = mean(relief)
    where = event[:, None], group
    return _Terms(
        access=access[:, *where],
        sanction=charges[:, *where],
        taste=game.taste[events.class_of_group[group]] + relief[where],
        can_leave=left.possible[group],
    )


def _empty(setting: Setting, event: Integers, choices: int) -> WorldBlock:
    worlds, groups = event.size, setting.game.events.class_of_group.size
    zero = np.zeros(worlds)
    by_strategy = np.zeros((worlds, choices))
    return WorldBlock(
        event=event,
        acting=np.zeros((worlds, setting.samples, groups), dtype=np.int32),
        contribution=np.zeros((worlds, setting.samples), dtype=np.int64),
        held=zero.copy(),
        achieved=zero.copy(),
        acts=zero.copy(),
        halves=np.zeros((worlds, 2)),
        lost=np.zeros(worlds, dtype=np.int64),
        outside=zero.copy(),
        following=by_strategy.copy(),
        paid=by_strategy.copy(),
        cooperated=by_strategy.copy(),
    )


def _kept(setting: Setting) -> dict[int, list[int]]:
    """Return which rounds after the burn-in are samples, and which ones."""
    places = (np.arange(setting.samples) * setting.rounds) // setting.samples
    out: dict[int, list[int]] = {}
    for sample, place in enumerate(places.tolist()):
        out.setdefault(place, []).append(sample)
    return out


def _count(out: WorldBlock, own: Integers, *, acts: Mask, paid: Floats) -> None:
    """Add up by strategy."""
    worlds, choices = out.following.shape
    cell = (own + choices * np.arange(worlds)[:, None]).ravel()
    for total, weights in ((out.following, None), (out.paid, paid), (out.cooperated, acts)):
        given = None if weights is None else weights.ravel()
        total += np.bincount(cell, given, worlds * choices).reshape(worlds, choices)


def _revised(
    learning: Learning,
    generator: np.random.Generator,
    own: Integers,
    outside: Mask,
    *,
    payoff: Floats,
    choices: int,
) -> tuple[Integers, Mask]:
    """Return strategies and sides after some states copied another, or tried something new."""
    worlds, states = own.shape
    draws = generator.random((4, BLOCK, states))[:, :worlds]
    tried = generator.integers(0, choices, (BLOCK, states))[:worlds]
    apart = 1 + (draws[1] * (states - 1)).astype(np.int64)
    model = (np.arange(states) + apart) % states
    gain = np.take_along_axis(payoff, model, axis=1) - payoff
    with np.errstate(over="ignore"):
        chance = 1.0 / (1.0 + np.exp(-learning.selection_intensity * gain))
    revises = draws[0] < learning.rate
    mutates = revises & (draws[2] < learning.mutation_probability)
    copies = revises & ~mutates & (draws[3] < chance)
    new = np.where(copies, np.take_along_axis(own, model, axis=1), own)
    new = np.where(mutates, tried, new)
    if not learning.membership:
        return new, outside
    side = np.where(copies, np.take_along_axis(outside, model, axis=1), outside)
    return new, np.where(mutates, draws[3] < 0.5, side)
