r"""What plans pay in a round of an institution's game, by counts (model D5, D22.9).

Acts follow from the plan and the last outcome alone, so that X is certain and a state of class c
that follows plan p expects, where the others contribute Y,

    acting:   acc (idle(Y) + V(Y + k) - V(Y)) + taste + relief - exit cost
    not:      acc idle(Y) - sanction - exit cost

with access, sanction and relief in expectation over the mandate events that the votes bring about
(`strategic_votes`). Plans of a class that differ in nothing that has an effect are one, and are
named together.

A profile costs one law of mandate events for each division of the classes into *stances* that
has not been met; acts are table look-ups, for all profiles at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .._checks import one_of
from ..games import Game
from .plans import NAMED9, Plan, plan_named
from .strategic_votes import TREMBLE, StrategicVotes

__all__ = ["OUTCOMES", "Last", "PlanGame", "plan_game"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Last = Literal["success", "failure"]

#: What the last outcome may be, in the order of all arrays over it.
OUTCOMES: tuple[Last, ...] = ("success", "failure")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanGame:
    """An institution's game between plans, after the given last outcomes.

    *Options* are the plans of each class, those of the same effect taken together, one class after
    the other; arrays over options have that order. A profile says how many states of each class
    take each option.

    Attributes
    ----------
    game : Game
        Its support is not used.
    outcomes : tuple of str
        The last outcomes that count, of 'success' and 'failure'.
    names : tuple of tuples of tuple of str
        Per class and option, the plans that are the same there.
    class_of : int array, shape (options,)
    acts : bool array, shape (outcomes, options)
    stance_of : int array, shape (options,)
        Positions in the stances of ``votes``.
    votes : StrategicVotes
        Layer 1, with every law computed so far.
    """

    game: Game
    outcomes: tuple[Last, ...]
    names: tuple[tuple[tuple[str, ...], ...], ...]
    class_of: Integers
    acts: npt.NDArray[np.bool_]
    stance_of: Integers
    votes: StrategicVotes

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of options of each class."""
        return tuple(len(names) for names in self.names)

    def stance_counts(self, profiles: Integers) -> Integers:
        """Return how many states take each stance, shape (profiles, stances)."""
        out = np.zeros((profiles.shape[0], len(self.votes.stances)), dtype=np.int64)
        for option, stance in enumerate(self.stance_of):
            out[:, stance] += profiles[:, option]
        return out

    def payoffs(self, profiles: Integers, option: int) -> Floats:
        """Return what one that takes an option gets, shape (profiles, outcomes).

        Parameters
        ----------
        profiles : int array, shape (profiles, options)
            Somebody takes the option in each.
        option : int

        Returns
        -------
        array
            Expected, per unit of its own stake, without decision costs. [stake]
        """
        game, stance = self.game, int(self.stance_of[option])
        c = int(self.class_of[option])
        sanction, access, relief = self._terms(profiles, stance)
        step = int(game.leverage[c])
        acts = self.acts[:, option]
        others = self.contributions(profiles) - np.where(acts, step, 0)
        idle = game.stakes.idle
        rests = access[:, None] * idle[others] - sanction[:, None]
        benefit = game.stakes.acting(step)[np.minimum(others + step, idle.size - 1)]
        helps = access[:, None] * benefit + game.taste[c] + relief[:, None]
        return np.asarray(np.where(acts, helps, rests) - self.votes.exit_cost[stance])

    def contributions(self, profiles: Integers) -> Integers:
        """Return X, shape (profiles, outcomes)."""
        return np.asarray(profiles @ (self.acts * self.game.leverage[self.class_of]).T)

    def deviations(self, profiles: Integers, option: int, other: int) -> Floats:
        """Return what one that takes an option would get by another, shape (profiles, outcomes)."""
        moved = profiles.copy()
        moved[:, option] -= 1
        moved[:, other] += 1
        return self.payoffs(moved, other)

    def regrets(self, profiles: Integers) -> Floats:
        """Return the most that anybody would gain by another plan, shape (profiles,).

        After the last outcome where that is most. [stake]
        """
        out = np.zeros(profiles.shape[0])
        for option, c in enumerate(self.class_of):
            rows = np.flatnonzero(profiles[:, option])
            if not rows.size:
                continue
            here = profiles[rows]
            now = self.payoffs(here, option)
            for other in np.flatnonzero(self.class_of == c):
                if other != option:
                    gain = self.deviations(here, option, int(other)) - now
                    out[rows] = np.maximum(out[rows], gain.max(axis=1))
        return out

    def adoption(self, profile: Integers) -> float:
        """Return the probability that anything is adopted."""
        return self.votes.law(self.stance_counts(profile[None])[0]).adoption

    def success(self, profile: Integers) -> tuple[float, ...]:
        """Return how likely cooperation holds, after each last outcome."""
        law = self.votes.law(self.stance_counts(profile[None])[0])
        return tuple(float(law.success[x]) for x in self.contributions(profile[None])[0])

    def uniform(self, name: str) -> Integers:
        """Return the profile in which everybody follows the plan of that name."""
        wanted = plan_named(name).name
        options = [group for names in self.names for group in names]
        follows = np.array([wanted in group for group in options])
        return np.where(follows, self.game.classes.counts[self.class_of], 0)

    def _terms(self, profiles: Integers, stance: int) -> tuple[Floats, Floats, Floats]:
        """Sanction, access and relief of a stance by profile; each law is looked up once."""
        different, back = np.unique(self.stance_counts(profiles), axis=0, return_inverse=True)
        laws = [self.votes.law(row) for row in different]
        terms = [(one.sanction[stance], one.access[stance], one.relief[stance]) for one in laws]
        sanction, access, relief = np.array(terms)[back.ravel()].T
        return sanction, access, relief


def plan_game(
    game: Game,
    *,
    last: Literal["success", "failure", "both"] = "both",
    tremble: float = TREMBLE,
    merge: bool = True,
    plans: tuple[Plan, ...] = NAMED9,
) -> PlanGame:
    """Return an institution's game between the named plans.

    Parameters
    ----------
    game : Game
        The reading of its mandate makes no difference: acts do not depend on what was adopted.
    last : {'success', 'failure', 'both'}
        After which last outcomes.
    tremble : float
        Probability of voting against one's plan, in [0, 1/2]; 0.01 is our assumption.
    merge : bool
        Whether plans of the same effect are one option.
    plans : tuple of Plan

    Returns
    -------
    PlanGame

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds.

    Examples
    --------
    >>> import coopgames as cg
    >>> made = plan_game(cg.game("anarchy", "climate", "uniform-3"))
    >>> made.names[0][0]
    ('steward', 'complier', 'outsider_aligned', 'hub')
    >>> made.sizes  # to act, to defect, and to do either after a success
    (4,)
    """
    one_of("last", last, (*OUTCOMES, "both"))
    outcomes = OUTCOMES if last == "both" else (last,)
    votes = StrategicVotes(game, plans, tremble)
    names, class_of, acts, stance_of = [], [], [], []
    for c in range(game.classes.size):
        groups: dict[tuple[Any, ...], list[str]] = {}
        for i, plan in enumerate(plans):
            does = tuple(plan.acts(one) for one in outcomes)
            key = (int(votes.position[c, i]), does, None if merge else plan.name)
            groups.setdefault(key, []).append(plan.name)
        names.append(tuple(tuple(group) for group in groups.values()))
        for stance, does, _ in groups:
            class_of.append(c)
            acts.append(does)
            stance_of.append(stance)
    return PlanGame(
        game=game,
        outcomes=outcomes,
        names=tuple(names),
        class_of=np.array(class_of, dtype=np.int64),
        acts=np.array(acts, dtype=bool).T,
        stance_of=np.array(stance_of, dtype=np.int64),
        votes=votes,
    )
