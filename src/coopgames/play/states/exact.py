"""All states of a world in repeated play under an institution, exactly (model D9c)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..._checks import one_of, probability
from ...errors import CoopgamesError
from ...games import Game
from ...outcomes import Certificate, ExactOutcome
from ...provenance import provenance
from ...strategies import Automaton, MemoryOne
from .chains import Lumps, Machine, RowPlay, counted_play, public_play
from .payoffs import round_terms, tables
from .profile import Assigned, Profile, ReactsTo, Strategy, profile_of
from .spells import spell_and_onset

__all__ = ["StatesPlay", "play_states"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StatesPlay:
    """Repeated play of all states of a world.

    Attributes
    ----------
    outcome : ExactOutcome
        What `coopgames.cooperation` takes apart.
    classes, strategies : tuple of str
        Labels and names.
    counts : int array, shape (classes, strategies)
        How many states of each class follow each strategy.
    payoffs : array, shape (classes, strategies)
        Per round and unit of own stake; NaN where nobody follows the strategy. [stake]
    act_rates : array, shape (classes, strategies)
        How often such a state acts; NaN where there is none.
    success_rate : float
        HOLD, the share of rounds in which cooperation holds.
    spell, onset : float
        Mean rounds that success lasts, and that it takes to come back; infinite where it never
        ends, or comes, NaN where cooperation never holds, or always, and with discounting.
    recurrent_classes : int
        Of the chain, the most under any mandate; where it is above 1 the first round decides.
    discount_factor : float
    """

    outcome: ExactOutcome
    classes: tuple[str, ...]
    strategies: tuple[str, ...]
    counts: Integers
    payoffs: Floats
    act_rates: Floats
    success_rate: float
    spell: float
    onset: float
    recurrent_classes: int
    discount_factor: float

    @property
    def by_strategy(self) -> dict[str, tuple[int, float, float]]:
        """States, mean payoff per stake [stake] and act rate of each strategy."""
        out = {}
        for s, name in enumerate(self.strategies):
            n = self.counts[:, s]
            there = n > 0
            weight = n[there] / n.sum()
            payoff, rate = (
                float(weight @ values[there, s]) for values in (self.payoffs, self.act_rates)
            )
            out[name] = (int(n.sum()), payoff, rate)
        return out


def play_states(
    game: Game,
    strategies: Assigned,
    *,
    reacts_to: ReactsTo = "record",
    unbound: Strategy | None = None,
    discount_factor: float = 1.0,
    implementation_error: float = 0.0,
    missed_success: float = 0.0,
    false_success: float = 0.0,
) -> StatesPlay:
    """Return how often cooperation holds where all states of a world follow strategies, exactly.

    Parameters
    ----------
    game : Game
        A mandate is drawn once and stands in every round.
    strategies : strategy, sequence of strategies, or mapping of str to these
        One for all states; several, dealt in turn to the states in the order of the world; or
        either by role, or by class label. Records or names.
    reacts_to : {'record', 'others'}
        The public record of success, which strategies of two players read as whether the other
        cooperated; or how many other states acted, for strategies of N players.
    unbound : strategy, optional
        What states follow whom no standing mandate binds; by default the same as the others.
    discount_factor : float, in [0, 1]
        1, the default, stands for the limit of means from the strategies' starts.
    implementation_error : float, in [0, 1]
        Probability that an act is the opposite of what was meant.
    missed_success, false_success : float, in [0, 1]
        Probability that a success is recorded as a failure, and a failure as a success.

    Returns
    -------
    StatesPlay

    Raises
    ------
    CoopgamesError
        If a name or probability is wrong; if an automaton moves with its own act or with the
        number of others (`simulate_states` takes it); or if ``unbound`` is given and classes are
        split by their answers to a body.
    BudgetError
        If a chain is too long; `simulate_states` is the way out.

    Notes
    -----
    Strategies that move with the record alone take a chain of their own states, whatever the
    number of states of the world. Memory-one strategies that look at their own act, or at others,
    take the chain of acting states by role and strategy, at most 5,000 states.

    References
    ----------
    Nowak & Sigmund (1990) Acta Appl. Math. 20:247-265, doi:10.1007/BF00049570. Model D9c.

    Examples
    --------
    >>> import coopgames as cg
    >>> found = play_states(
    ...     cg.game("charter", "climate"), ["tit for tat", "rescuer"], implementation_error=0.05
    ... )
    >>> found.strategies, found.recurrent_classes
    (('tit for tat', 'rescuer'), 1)
    >>> round(found.success_rate, 3), round(found.outcome.flow().value, 3)
    (0.003, 0.003)
    """
    one_of("reacts_to", reacts_to, ("record", "others"))
    profile = profile_of(game, strategies, reacts_to)
    free = None if unbound is None else profile_of(game, unbound, reacts_to).strategies[0]
    error = probability("implementation_error", implementation_error)
    d = probability("discount_factor", discount_factor)
    setting = _Setting(
        game=game,
        profile=profile,
        free=free,
        error=error,
        missed=probability("missed_success", missed_success),
        false=probability("false_success", false_success),
        by_record=reacts_to == "record",
        discount_factor=d,
    )
    return setting.play()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Setting:
    game: Game
    profile: Profile
    free: MemoryOne | Automaton | None
    error: float
    missed: float
    false: float
    by_record: bool
    discount_factor: float

    @property
    def strategies(self) -> tuple[MemoryOne | Automaton, ...]:
        """Those of the profile and, if there is one, that of the unbound."""
        extra = () if self.free is None else (self.free,)
        return (*self.profile.strategies, *extra)

    def play(self) -> StatesPlay:
        game, events = self.game, self.game.events
        bound = None if self.free is None else self._bound()
        different, row_of = self._rows(bound)
        plays = [self._row(int(e), None if bound is None else bound[e]) for e in different]
        rows = np.arange(events.probability.size) if len(plays) > 1 else np.zeros(1, dtype=np.int64)
        law = np.stack([play.law for play, _ in plays])[row_of[rows]]
        acts = np.stack([self._group_rates(rates) for _, rates in plays])[row_of[rows]]
        chance = np.bincount(row_of, events.probability, len(plays))
        losses = float(sum(p * play.losses for p, (play, _) in zip(chance, plays, strict=True)))
        undiscounted = self.discount_factor == 1
        recurrent = max(play.recurrent for play, _ in plays)
        outcome = ExactOutcome(
            game=game,
            law=law,
            acts=acts,
            certificate=Certificate(
                method="chain of the public record" if self._public else "chain of acting states",
                exact=True,
                residual=max(play.residual for play, _ in plays),
                grid_error=game.stakes.grid_error,
                notes=("the first round decides",) if recurrent > 1 else (),
            ),
            provenance=provenance(game.specification() | self._specification()),
            flow_rate=(lambda: losses) if undiscounted else None,
        )
        held = sum(
            float(p) * float(game.success[event if game.success.shape[0] > 1 else 0] @ play.law)
            for p, event, (play, _) in zip(chance, different, plays, strict=True)
        )
        payoffs, rates = self._payoffs(plays, row_of)
        spell = onset = float("nan")
        if undiscounted:
            spell, onset = spell_and_onset(held, losses)
        return StatesPlay(
            outcome=outcome,
            classes=game.classes.labels,
            strategies=self.profile.names,
            counts=self.profile.counts,
            payoffs=payoffs,
            act_rates=rates,
            success_rate=held,
            spell=spell,
            onset=onset,
            recurrent_classes=recurrent,
            discount_factor=self.discount_factor,
        )

    # -- rows ----------------------------------------------------------------------------

    def _rows(self, bound: Mask | None) -> tuple[Integers, Integers]:
        """Return events that are played differently, and which one each event is like."""
        events = self.game.events
        if self.game.success.shape[0] > 1:
            number = np.arange(events.probability.size)
            return number, number
        if bound is None:
            return np.zeros(1, dtype=np.int64), np.zeros(events.probability.size, dtype=np.int64)
        _, first, back = np.unique(bound, axis=0, return_index=True, return_inverse=True)
        return first.astype(np.int64), back.ravel().astype(np.int64)

    def _bound(self) -> Mask:
        """Return which classes each event binds, shape (events, classes)."""
        events, size = self.game.events, self.game.classes.size
        there = events.counts > 0
        some = np.zeros((events.probability.size, size), dtype=bool)
        every = np.ones_like(some)
        for g, c in enumerate(events.class_of_group):
            some[:, c] |= there[:, g] & events.bound[:, g]
            every[:, c] &= ~there[:, g] | events.bound[:, g]
        if (some != every).any():
            raise CoopgamesError(
                "unbound must be left out where bodies bind some states of a class and not others; "
                "use simulate_states"
            )
        return some

    def _row(self, event: int, bound: Mask | None) -> tuple[RowPlay, Floats]:
        """Return play under a mandate, and act tables by class and strategy, (C, S, grid)."""
        game, counts = self.game, self.profile.counts
        follows = np.broadcast_to(np.arange(counts.shape[1]), counts.shape).copy()
        if bound is not None:
            follows[~bound] = counts.shape[1]
        keys: dict[tuple[int, int], int] = {}
        sizes: list[int] = []
        lump = np.full(counts.shape, -1)
        for c, s in zip(*np.nonzero(counts), strict=True):
            key = int(game.leverage[c]), int(follows[c, s])
            if key not in keys:
                keys[key] = len(sizes)
                sizes.append(0)
            lump[c, s] = keys[key]
            sizes[keys[key]] += int(counts[c, s])
        leverage, strategy = np.array(list(keys), dtype=np.int64).T
        lumps = Lumps(
            sizes=np.array(sizes, dtype=np.int64),
            leverage=leverage,
            strategy=strategy,
            missed=self.missed,
            false=self.false,
        )
        success = game.success[event if game.success.shape[0] > 1 else 0]
        if self._public:
            machines = [_machine(one, self.error) for one in self.strategies]
            play = public_play(lumps, machines, success, self.discount_factor)
        else:
            start, response = self._responses()
            play = counted_play(
                lumps, start, response, success, self.discount_factor, by_record=self.by_record
            )
        acting = np.where((lump >= 0)[..., None], play.acting[lump], np.nan)
        return play, acting

    @property
    def _public(self) -> bool:
        return self.by_record and all(map(_moves_with_record, self.strategies))

    def _responses(self) -> tuple[Floats, Floats]:
        """Return starts, shape (2, S), and responses, shape (2, S, 2, signals), with errors."""
        for one in self.strategies:
            if isinstance(one, Automaton):
                raise CoopgamesError(
                    f"strategies that look at their own act or at others must be of memory one to "
                    f"be solved exactly; {one.name!r} is an automaton: use simulate_states"
                )
        chosen = [one for one in self.strategies if isinstance(one, MemoryOne)]
        start = np.array([one.start for one in chosen])
        response = np.stack([one.by_cooperators() for one in chosen])
        if self.by_record:
            response = response[:, :, ::-1]  # success first
        return _with_error(start, self.error), _with_error(response, self.error)

    # -- results ---------------------------------------------------------------------------

    def _group_rates(self, acting: Floats) -> Floats:
        """Return how often a state of each group acts, shape (groups,)."""
        counts = self.profile.counts
        rates = np.where(counts > 0, acting.sum(axis=2), 0.0)
        by_class = (counts * rates).sum(axis=1) / counts.sum(axis=1)
        return np.asarray(by_class[self.game.events.class_of_group])

    def _payoffs(
        self, plays: list[tuple[RowPlay, Floats]], row_of: Integers
    ) -> tuple[Floats, Floats]:
        """Return payoffs and act rates by class and strategy."""
        game, counts = self.game, self.profile.counts
        payoffs, rates = np.zeros((2, *counts.shape))
        for row, (play, acting) in enumerate(plays):
            among = row_of == row
            chance = float(game.events.probability[among].sum())
            if chance == 0:
                continue
            terms = round_terms(game, among)
            for c in range(game.classes.size):
                acts, rests = tables(game, int(game.leverage[c]), *(float(t[c]) for t in terms))
                payoffs[c] += chance * (acting[c] @ acts + (play.law - acting[c]) @ rests)
                rates[c] += chance * acting[c].sum(axis=1)
        return payoffs, rates

    def _specification(self) -> dict[str, Any]:
        return {
            "play": "all states",
            "strategies": list(self.profile.names),
            "counts": self.profile.counts.tolist(),
            "reacts_to": "record" if self.by_record else "others",
            "unbound": None if self.free is None else self.free.name,
            "discount_factor": self.discount_factor,
            "implementation_error": self.error,
            "missed_success": self.missed,
            "false_success": self.false,
        }


def _moves_with_record(strategy: MemoryOne | Automaton) -> bool:
    """Whether a strategy's own act makes no difference to what it does next."""
    if isinstance(strategy, MemoryOne):
        after_acting, after_resting = strategy.by_cooperators()
        return bool((after_acting == after_resting).all())
    _, moves = strategy.table()
    return bool((moves[:, 0] == moves[:, 1]).all())


def _machine(strategy: MemoryOne | Automaton, error: float) -> Machine:
    """Return a strategy that moves with the record; a success is that the other cooperated."""
    if isinstance(strategy, MemoryOne):
        after = strategy.by_cooperators()[0]
        chances = np.array([strategy.start, after[1], after[0]])
        return Machine(_with_error(chances, error), np.array([[1, 2]] * 3), 0)
    chances, moves = strategy.table()
    return Machine(_with_error(chances, error), moves[:, 0, ::-1], strategy.start)


def _with_error(chances: Floats, error: float) -> Floats:
    """Return probabilities and complements, some acts turned round, on a new first axis."""
    return (1 - error) * np.stack([chances, 1 - chances]) + error * np.stack([1 - chances, chances])
