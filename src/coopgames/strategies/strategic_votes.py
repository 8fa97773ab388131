r"""Layer 1 where votes follow from plans: the law of mandate events by stances (model D22.9).

Of a plan, layer 1 sees the *stance*: where the state is inside, how it votes, and how it votes on
sanctions. With tremble mu a state that means Yes says Yes with probability 1 - mu, any other with
mu; this holds for motions and for sanctions on others. Support by ideal points plays no part. Who
says No blocks with the probability of its seat, but never on a sanction it abstains from.

All else is the package's layer 1 on finer classes, a class of states being split by stance: one
ballot for all bodies, chambers, rounds, composition, common causes, shields, delegation, detection,
scope, legitimacy, access. Our assumptions, where the model is silent:

- A body can be left where its ``exit`` is not 'none'; else everybody is inside. Who stays outside
  has no seat there, its seat stays vacant, and quotas are taken of the weight that remains. It pays
  the highest exit cost of the bodies it stays out of, is bound only as an outsider, and is shut out
  of what they exclude outsiders from.
- An opt-in body cannot be left. A state opts in that joins and says Yes; one that stays outside
  says No, and remains one of the invited.
- The agenda, and the standard that it prefers, are those of the body with all its members.
- Legitimacy is that of the rule among those inside.
- Trembles are independent, but for the correlation of votes that a body has anyway.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from .._checks import probability
from ..errors import CoopgamesError
from ..games import Classes, Electorate, Game, SeatedBody, SeatedChamber, mandate_events
from ..games.compile import outsiders, verdicts
from .plans import Plan

__all__ = ["TREMBLE", "Stance", "StrategicVotes", "VoteLaw", "trembling"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

#: Probability of voting against one's plan, our assumption.
TREMBLE = 0.01


def trembling(tremble: float) -> float:
    """Return the tremble as a probability of at most one half."""
    mu = probability("tremble", tremble)
    if mu > 0.5:
        raise CoopgamesError(f"tremble must lie in [0, 1/2]; got {tremble!r}")
    return mu


@dataclass(frozen=True, slots=True)
class Stance:
    """What layer 1 sees of a plan in a class; entries without effect are put in one form.

    Attributes
    ----------
    inside, yes : tuple of bool
        Per body, whether it is inside, and whether it means to say Yes.
    on_sanctions : {'support', 'abstain', 'oppose'}
    """

    inside: tuple[bool, ...]
    yes: tuple[bool, ...]
    on_sanctions: Literal["support", "abstain", "oppose"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VoteLaw:
    """What layer 1 leaves of a profile of stances.

    Attributes
    ----------
    adoption : float
        Probability that anything is adopted.
    sanction, access : arrays, shape (stances,)
        Expected over mandate events; NaN for a stance that nobody takes. [stake], share
    relief : array, shape (stances,)
        Taken off the cost of acting. [stake]
    success : array, shape (grid,)
        How likely cooperation holds, by X.
    """

    adoption: float
    sanction: Floats
    access: Floats
    relief: Floats
    success: Floats


class StrategicVotes:
    """Layer 1 of an institution's game by stances, each law computed once.

    Parameters
    ----------
    game : Game
        What is played; its support is not used.
    plans : sequence of Plan
        Whose stances may occur.
    tremble : float
        mu, in [0, 1/2].

    Attributes
    ----------
    stances : tuple of Stance
        Those of each class, one class after the other.
    class_of : int array, shape (stances,)
    position : int array, shape (classes, plans)
        Where the stance of a plan stands.
    exit_cost : array, shape (stances,)
        Paid for staying outside. [stake]
    """

    def __init__(self, game: Game, plans: tuple[Plan, ...], tremble: float = TREMBLE) -> None:
        self.game = game
        self.tremble = trembling(tremble)
        found: list[tuple[int, Stance]] = []
        position = np.empty((game.classes.size, len(plans)), dtype=np.int64)
        for c in range(game.classes.size):
            for i, plan in enumerate(plans):
                key = c, self._stance(c, plan)
                if key not in found:
                    found.append(key)
                position[c, i] = found.index(key)
        self.stances = tuple(stance for _, stance in found)
        self.class_of = np.array([c for c, _ in found], dtype=np.int64)
        self.position = position
        self.exit_cost = np.array([self._exit_cost(c, stance) for c, stance in found])
        self._laws: dict[bytes, VoteLaw] = {}
        self._outsiders: dict[tuple[tuple[int, tuple[bool, ...], int], ...], tuple[float, float]]
        self._outsiders = {}

    @property
    def computed(self) -> int:
        """How many laws have been computed."""
        return len(self._laws)

    def law(self, counts: npt.ArrayLike) -> VoteLaw:
        """Return what layer 1 leaves where so many states take each stance.

        Parameters
        ----------
        counts : array_like of int, shape (stances,)
            The stances of a class sum to its states.

        Raises
        ------
        CoopgamesError
            If they do not.
        BudgetError
            If opt-in bodies give too many mandate events.
        """
        given = np.ascontiguousarray(counts, dtype=np.int64)
        key = given.tobytes()
        if key not in self._laws:
            sums = np.bincount(self.class_of, given, self.game.classes.size)
            if (given < 0).any() or (sums != self.game.classes.counts).any():
                raise CoopgamesError(
                    f"counts must be at least 0 and sum to {self.game.classes.counts} by class; "
                    f"got {sums}"
                )
            self._laws[key] = self._law(given)
        return self._laws[key]

    # -- stances -------------------------------------------------------------------------

    def _stance(self, c: int, plan: Plan) -> Stance:
        inside, yes = [], []
        authorises = blocks = False
        for body, seated in zip(
            self.game.institution.bodies, self.game.electorate.bodies, strict=True
        ):
            opt_in = body.scope == "yes_voters"
            chambers = [chamber for chamber in seated.chambers if chamber.seated[c]]
            there = bool(seated.member[c] or chambers)
            there = there and (plan.joins or opt_in or body.exit == "none")
            votes = any(chamber.weights[c] > 0 or chamber.blocking[c] > 0 for chamber in chambers)
            if opt_in:
                votes = bool(seated.member[c])
            inside.append(there)
            yes.append(there and votes and plan.says_yes and (plan.joins or not opt_in))
            if there and body.authorised_by is None:
                seat_blocks = any(chamber.authorisation_blocking[c] > 0 for chamber in chambers)
                blocks |= seat_blocks and not opt_in
                authorises |= opt_in or seat_blocks or any(ch.weights[c] > 0 for ch in chambers)
        on_sanctions = plan.on_sanctions if authorises else "abstain"
        if on_sanctions == "oppose" and not blocks:
            on_sanctions = "abstain"
        return Stance(tuple(inside), tuple(yes), on_sanctions)

    def _exit_cost(self, c: int, stance: Stance) -> float:
        cost = 0.0
        bodies = zip(self.game.institution.bodies, self.game.electorate.bodies, strict=True)
        for (body, seated), inside in zip(bodies, stance.inside, strict=True):
            if seated.member[c] and not inside:
                cost = max(cost, body.exit_cost)
        return cost

    # -- laws ----------------------------------------------------------------------------

    def _law(self, counts: Integers) -> VoteLaw:
        there = np.flatnonzero(counts)
        game = self.game_of(counts)
        events, table = game.events, game.success
        parts = []
        for values in (game.sanction_factor * events.sanction, events.access, events.relief):
            part = np.full(counts.size, np.nan)
            part[there] = events.mean_by_class(values, there.size)
            parts.append(part)
        success = table[0] if table.shape[0] == 1 else events.probability @ table
        return VoteLaw(
            adoption=min(events.adoption, 1.0),
            sanction=parts[0],
            access=parts[1],
            relief=parts[2],
            success=success,
        )

    def game_of(self, counts: Integers) -> Game:
        """Return the game that the votes of so many stances make.

        Parameters
        ----------
        counts : int array, shape (stances,)
            The stances of a class sum to its states.

        Returns
        -------
        Game
            Its classes are the stances that somebody takes, in order.
        """
        game = self.game
        there = np.flatnonzero(counts)
        voters = self._electorate(there, counts[there])
        compliance, relief = self._outsider_terms(voters, there, counts[there])
        pairwise = game.problem.kernel in ("dyadic", "coordination")
        events = mandate_events(
            voters,
            punishment=game.punishment,
            outsider_compliance=compliance,
            excludability=0.0 if pairwise else game.problem.excludability,
            norm_relief=relief,
        )
        success, achievement = verdicts(game.problem, voters, events, game.stakes)
        whose = self.class_of[there]
        return replace(
            game,
            outsider_compliance=compliance,
            electorate=voters,
            classes=voters.classes,
            events=events,
            leverage=game.leverage[whose],
            taste=game.taste[whose],
            success=success,
            achievement=achievement,
        )

    def _electorate(self, there: Integers, counts: Integers) -> Electorate:
        classes = self._classes(there, counts)
        whose = self.class_of[there]
        stances = [self.stances[s] for s in there]
        number = len(self.game.institution.bodies)
        inside = np.array([s.inside for s in stances], dtype=bool).reshape(there.size, number)
        yes = np.array([s.yes for s in stances], dtype=bool).reshape(there.size, number)
        supports = np.array([s.on_sanctions == "support" for s in stances])
        mu = self.tremble
        return replace(
            self.game.electorate,
            classes=classes,
            bodies=tuple(
                _seated(body, whose, inside[:, j])
                for j, body in enumerate(self.game.electorate.bodies)
            ),
            support=np.where(yes, 1.0 - mu, mu),
            protection=np.ones((there.size, there.size)),
            enforcement_support=np.repeat(np.where(supports, 1.0 - mu, mu)[:, None], number, 1),
            abstaining=np.array([s.on_sanctions == "abstain" for s in stances]),
        )

    def _classes(self, there: Integers, counts: Integers) -> Classes:
        """Split classes by stance; the states of a class are taken in world order."""
        whole = self.game.classes
        of_state = np.empty_like(whole.of_state)
        whose = self.class_of[there]
        for c in range(whole.size):
            own = np.flatnonzero(whose == c)
            of_state[whole.of_state == c] = np.repeat(own, counts[own])
        return Classes(
            states=whole.states,
            of_state=of_state,
            counts=counts,
            role=whole.role[whose],
            ideal_point=whole.ideal_point[whose],
            labels=tuple(whole.labels[c] for c in whose),
        )

    def _outsider_terms(
        self, voters: Electorate, there: Integers, counts: Integers
    ) -> tuple[float, float]:
        """Return rho0 and relief; they depend on who is inside alone."""
        sizes: dict[tuple[int, tuple[bool, ...]], int] = {}
        for s, n in zip(there.tolist(), counts.tolist(), strict=True):
            where = int(self.class_of[s]), self.stances[s].inside
            sizes[where] = sizes.get(where, 0) + n
        key = tuple(sorted((c, inside, n) for (c, inside), n in sizes.items()))
        if key not in self._outsiders:
            game = self.game
            self._outsiders[key] = outsiders(
                voters, game.problem, game.legitimacy_feedback, game.legitimacy_channel
            )
        return self._outsiders[key]


def _seated(body: SeatedBody, whose: Integers, inside: Mask) -> SeatedBody:
    """Seat a body by stance: who is outside has neither seat nor membership."""
    return replace(
        body,
        member=body.member[whose] & inside,
        exempt=body.exempt[whose],
        chambers=tuple(_chamber(chamber, whose, inside) for chamber in body.chambers),
    )


def _chamber(chamber: SeatedChamber, whose: Integers, inside: Mask) -> SeatedChamber:
    return replace(
        chamber,
        seated=chamber.seated[whose] & inside,
        rotates=chamber.rotates[whose] & inside,
        weights=np.where(inside, chamber.weights[whose], 0),
        blocking=np.where(inside, chamber.blocking[whose], 0.0),
        authorisation_blocking=np.where(inside, chamber.authorisation_blocking[whose], 0.0),
    )
