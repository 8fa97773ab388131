r"""The nine plans in repeated play: votes of their own, acts by the last outcome (model D6, D22.9).

Everybody votes by its plan in every round, so that mandates are drawn anew each time. Acts follow
from the last recorded outcome, and X from these: the outcome is a chain of two states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..._checks import probability
from ...games import Game
from ...outcomes import Certificate, ExactOutcome
from ...provenance import provenance
from ...strategies import NAMED9, START, plan_game, plan_named
from ...strategies.strategic_votes import TREMBLE
from .profile import dealt
from .spells import spell_and_onset

__all__ = ["PlansPlay", "play_plans"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlansPlay:
    """Repeated play of plans.

    Attributes
    ----------
    outcome : ExactOutcome
        What `coopgames.cooperation` takes apart. The classes of its game are finer: states that
        vote alike.
    classes, plans : tuple of str
        Labels and names.
    counts : int array, shape (classes, plans)
    payoffs, act_rates : array, shape (classes, plans)
        Per round and unit of own stake [stake], and how often such a state acts; NaN where nobody
        follows the plan.
    adoption : float
        Probability that anything is adopted.
    success_rate, spell, onset : float
        As in `StatesPlay`.
    recurrent_classes : int
        2 where both outcomes last for ever; then the first round decides.
    """

    outcome: ExactOutcome
    classes: tuple[str, ...]
    plans: tuple[str, ...]
    counts: Integers
    payoffs: Floats
    act_rates: Floats
    adoption: float
    success_rate: float
    spell: float
    onset: float
    recurrent_classes: int


def play_plans(
    game: Game,
    plans: str | Sequence[str] | Mapping[str, str | Sequence[str]],
    *,
    missed_success: float = 0.0,
    false_success: float = 0.0,
    tremble: float = TREMBLE,
) -> PlansPlay:
    """Return how often cooperation holds where all states follow plans, exactly.

    Parameters
    ----------
    game : Game
        Its reading of the mandate makes no difference.
    plans : str, sequence of str, or mapping of str to these
        One for all states; several, dealt in turn to the states in the order of the world; or
        either by role, or by class label. Names of `NAMED9`.
    missed_success, false_success : float, in [0, 1]
        Probability that a success is recorded as a failure, and a failure as a success.
    tremble : float, in [0, 1/2]
        Probability of voting against one's plan; 0.01 is our assumption.

    Returns
    -------
    PlansPlay
        Before the first round the last outcome counts as a success, our assumption.

    Raises
    ------
    CoopgamesError
        If a plan or a role is unknown, or a probability is none.
    BudgetError
        If opt-in bodies give too many mandate events.

    Examples
    --------
    >>> import coopgames as cg
    >>> game = cg.game("charter", "climate")
    >>> play_plans(game, ["reciprocator", "steward"]).success_rate
    1.0
    >>> found = play_plans(game, ["rescuer", "steward"])
    >>> found.success_rate, found.spell  # rescuers rest after each success
    (0.5, 1.0)
    """
    u = probability("missed_success", missed_success)
    v = probability("false_success", false_success)
    made = plan_game(game, tremble=tremble, merge=False)
    names = tuple(plan.name for plan in NAMED9)
    of_state = dealt(game, plans, lambda one: names.index(plan_named(one).name))
    size, number = game.classes.size, len(names)
    counts = np.zeros((size, number), dtype=np.int64)
    np.add.at(counts, (game.classes.of_state, of_state), 1)
    profile = counts.reshape(1, -1)
    reached = made.contributions(profile)[0]
    stances = made.stance_counts(profile)[0]
    voted = made.votes.game_of(stances)
    chance = made.success(profile[0])  # after a success, after a failure
    failure = [1.0 - p for p in chance]
    recorded = [(1 - u) * p + v * q for p, q in zip(chance, failure, strict=True)]
    missed = [u * p + (1 - v) * q for p, q in zip(chance, failure, strict=True)]
    moves = missed[0] + recorded[1]
    first = 1.0 if START == "success" else 0.0
    share = recorded[1] / moves if moves > 0 else first
    weights = np.array([share, 1.0 - share])
    held = float(weights @ chance)
    losses = held * ((1 - u) * failure[0] + u * failure[1])
    law = np.zeros((1, voted.stakes.total + 1))
    np.add.at(law[0], reached, weights)
    acting = weights @ made.acts  # by class and plan
    there = counts > 0
    rates = np.where(there, acting.reshape(size, number), np.nan)
    payoffs = np.full(counts.shape, np.nan)
    for c, i in zip(*np.nonzero(there), strict=True):
        payoffs[c, i] = made.payoffs(profile, int(c) * number + int(i))[0] @ weights
    spell, onset = spell_and_onset(held, losses)
    return PlansPlay(
        outcome=ExactOutcome(
            game=voted,
            law=law,
            acts=_group_rates(voted, made.stance_of, stances, profile[0] * acting),
            certificate=Certificate(
                method="two-state chain of plans",
                exact=True,
                grid_error=game.stakes.grid_error,
                notes=("the first round decides",) if moves == 0 else (),
            ),
            provenance=provenance(
                game.specification()
                | {
                    "play": "plans",
                    "plans": counts.tolist(),
                    "tremble": tremble,
                    "missed_success": u,
                    "false_success": v,
                }
            ),
            flow_rate=lambda: losses,
        ),
        classes=game.classes.labels,
        plans=names,
        counts=counts,
        payoffs=payoffs,
        act_rates=rates,
        adoption=voted.adoption,
        success_rate=held,
        spell=spell,
        onset=onset,
        recurrent_classes=2 if moves == 0 else 1,
    )


def _group_rates(game: Game, stance_of: Integers, stances: Integers, acting: Floats) -> Floats:
    """Return how often a state of each group acts, shape (1, groups)."""
    total = np.bincount(stance_of, acting, stances.size)
    rates = total[stances > 0] / stances[stances > 0]
    return np.asarray(rates[game.events.class_of_group][None, :])
