r"""The population games that an institution makes of its states' plans (model D6, D8).

Every class of states is a role, its plans are the strategies, and the total is the leverage that is
set in motion. Three sets of plans:

- ``act2``: cooperate or defect. Under a standing mandate each mandate event is a game of its own;
  under an expected one there is one game.
- ``act3``: also *conditional*, which cooperates where some body has adopted. Plans are chosen
  before the mandate is known, so there is one game, of two scenarios: adopted, or not.
- ``exit3``: ``act2`` and *leave*: out of every body that can be left, without acting. A leaver is
  not bound by these bodies, or only as an outsider, is shut out of what they can exclude from, and
  pays the highest of their exit costs. What is adopted does not change with it (our assumption).

Payoffs are those of model D5 without decision costs, in units of a state's own stake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from .._checks import one_of
from .events import after_exit
from .game import Game
from .role_game import RoleGame, Scenario

__all__ = ["PLANS", "PolicyGames", "policy_games"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: The sets of plans by name.
PLANS = ("act2", "act3", "exit3")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PolicyGames:
    """Population games of an institution, and what their solutions say about it.

    Attributes
    ----------
    game : Game
    plans : {'act2', 'act3', 'exit3'}
    games : tuple of RoleGame
        One for each mandate event that differs, or one in all.
    probability : array, shape (games,)
        How likely each of them is played; sums to one.
    game_of_row, scenario_of_row : int arrays, shape (events or 1,)
        Which game and scenario each event belongs to; one row if there is one game for all.
    role_of_group : tuple of int arrays, shape (groups,)
        Per game, the role of each group of states; -1 where the group is empty.
    acts : tuple of tuples of tuples of int arrays, shape (s_r,)
        Per game, scenario and role, whether a plan acts.
    """

    game: Game
    plans: str
    games: tuple[RoleGame, ...]
    probability: Floats
    game_of_row: Integers
    scenario_of_row: Integers
    role_of_group: tuple[Integers, ...]
    acts: tuple[tuple[tuple[Integers, ...], ...], ...]

    def outcome_arrays(
        self, totals: Sequence[Sequence[Floats]], shares: Sequence[Floats]
    ) -> tuple[Floats, Floats]:
        """Return (law of X, act rates) as `coopgames.outcomes.ExactOutcome` takes them.

        Parameters
        ----------
        totals : sequence of sequences of arrays, shape (grid,)
            Per game and scenario the law of the total.
        shares : sequence of arrays, shape (sum of s_r,)
            Per game the mean share of each strategy in its role.

        Returns
        -------
        tuple of arrays, shapes (events or 1, grid) and (events or 1, groups)
        """
        rows = self.game_of_row.size
        groups = self.game.events.class_of_group.size
        law = np.zeros((rows, self.game.stakes.potential.size))
        acts = np.zeros((rows, groups))
        for row, (g, s) in enumerate(zip(self.game_of_row, self.scenario_of_row, strict=True)):
            found = totals[g][s]
            law[row, : found.size] = found
            blocks = self.games[g].blocks()
            for group, role in enumerate(self.role_of_group[g]):
                if role >= 0:
                    acts[row, group] = shares[g][blocks[role]] @ self.acts[g][s][role]
        return law, acts


def policy_games(game: Game, plans: Literal["act2", "act3", "exit3"] = "act2") -> PolicyGames:
    """Return the population games of an institution's game.

    Parameters
    ----------
    game : Game
    plans : {'act2', 'act3', 'exit3'}
        The plans that states choose from.

    Returns
    -------
    PolicyGames

    Raises
    ------
    CoopgamesError
        If ``plans`` is unknown.

    Examples
    --------
    >>> from coopgames.catalogue import load
    >>> from coopgames.games import compile_game
    >>> charter = compile_game(
    ...     load("institutions", "charter"), load("problems", "climate"), load("worlds", "w20")
    ... )
    >>> len(policy_games(charter).games), len(policy_games(charter, "act3").games)
    (2, 1)
    """
    one_of("plans", plans, PLANS)
    if plans == "act3":
        return _conditional(game)
    return _unconditional(game, leave=plans == "exit3")


# --- payoffs ---------------------------------------------------------------------------------


def _tables(
    game: Game, leverage: int, access: float, taste: float, sanction: float
) -> tuple[Floats, Floats]:
    """Return what one who defects and one who cooperates get, by the others' total."""
    idle = game.stakes.idle
    acting = idle.copy()  # others' totals from which it cannot add its own do not occur
    acting[: idle.size - leverage] = game.stakes.acting(leverage)[leverage:]
    return access * idle - sanction, access * acting + taste


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """One situation by group: sizes, access, sanction on a breach, what complying costs."""

    counts: Integers
    access: Floats
    sanction: Floats
    taste: Floats
    left_access: Floats
    left_sanction: Floats

    def key(self) -> bytes:
        there = self.counts > 0
        parts = (self.access, self.sanction, self.taste, self.left_access, self.left_sanction)
        return self.counts.tobytes() + b"".join(np.where(there, a, 0.0).tobytes() for a in parts)


def _unconditional(game: Game, *, leave: bool) -> PolicyGames:
    events = game.events
    classes = events.class_of_group
    sanction = game.sanction_factor * events.sanction
    taste = game.taste[classes] + events.relief
    left_access, left_sanction = events.access, sanction
    can_leave = np.zeros(classes.size, dtype=bool)
    if leave:
        pairwise = game.problem.kernel in ("dyadic", "coordination")
        left = after_exit(
            game.electorate,
            events,
            punishment=game.punishment,
            outsider_compliance=game.outsider_compliance,
            excludability=0.0 if pairwise else game.problem.excludability,
        )
        can_leave, left_access = left.possible, left.access
        left_sanction = game.sanction_factor * left.sanction + left.cost
    arrays = (events.access, sanction, taste, left_access, left_sanction)
    if game.mandate == "standing":
        of_group = classes
        rows = [
            _Row(events.counts[e], *(array[e] for array in arrays))
            for e in range(events.probability.size)
        ]
        weights = events.probability
    else:
        size = game.classes.size
        of_group = np.arange(size)
        means = [events.mean_by_class(array, size) for array in arrays]
        rows, weights = [_Row(game.classes.counts, *means)], np.ones(1)
        member = np.zeros(size, dtype=bool)
        np.logical_or.at(member, classes, can_leave)
        can_leave = member
    different: dict[bytes, int] = {}
    made: list[RoleGame] = []
    roles: list[Integers] = []
    acts: list[tuple[tuple[Integers, ...], ...]] = []
    chances: list[float] = []
    game_of_row = np.empty(len(rows), dtype=np.int64)
    for number, (row, weight) in enumerate(zip(rows, weights, strict=True)):
        key = row.key()
        if key not in different:
            different[key] = len(made)
            one, role_of_group, act = _one_game(game, row, of_group, can_leave)
            made.append(one)
            roles.append(role_of_group)
            acts.append((act,))
            chances.append(0.0)
        game_of_row[number] = different[key]
        chances[different[key]] += float(weight)
    if game.mandate == "expected":
        roles = [part[classes] for part in roles]
    return PolicyGames(
        game=game,
        plans="exit3" if leave else "act2",
        games=tuple(made),
        probability=np.array(chances),
        game_of_row=game_of_row,
        scenario_of_row=np.zeros(len(rows), dtype=np.int64),
        role_of_group=tuple(roles),
        acts=tuple(acts),
    )


def _one_game(
    game: Game, row: _Row, class_of_group: Integers, can_leave: npt.NDArray[np.bool_]
) -> tuple[RoleGame, Integers, tuple[Integers, ...]]:
    present = np.flatnonzero(row.counts)
    role_of_group = np.full(row.counts.size, -1)
    role_of_group[present] = np.arange(present.size)
    names, adds, payoffs = [], [], []
    for group in present:
        step = int(game.leverage[class_of_group[group]])
        defect, cooperate = _tables(
            game, step, row.access[group], row.taste[group], row.sanction[group]
        )
        options, amounts, tables = ["cooperate", "defect"], [step, 0], [cooperate, defect]
        if can_leave[group]:
            left, _ = _tables(game, step, row.left_access[group], 0.0, row.left_sanction[group])
            options, amounts, tables = [*options, "leave"], [*amounts, 0], [*tables, left]
        names.append(tuple(options))
        adds.append(np.array(amounts))
        payoffs.append(np.stack(tables))
    made = RoleGame(
        roles=_labels(game, class_of_group[present]),
        players=tuple(row.counts[present].tolist()),
        strategies=tuple(names),
        scenarios=(Scenario(probability=1.0, adds=tuple(adds), payoffs=tuple(payoffs)),),
    )
    acts = tuple(
        np.array([name == "cooperate" for name in of_role], dtype=int) for of_role in names
    )
    return made, role_of_group, acts


def _labels(game: Game, classes: Integers) -> tuple[str, ...]:
    """Name groups by class; groups that split one class by their answers are numbered."""
    names = [game.classes.labels[c] for c in classes.tolist()]
    out = []
    for position, name in enumerate(names):
        same = names.count(name)
        out.append(name if same == 1 else f"{name} ({names[: position + 1].count(name)})")
    return tuple(out)


def _conditional(game: Game) -> PolicyGames:
    events, size = game.events, game.classes.size
    adopted = events.adopted.any(axis=1)
    ways = [way for way in (True, False) if events.probability[adopted == way].sum() > 0]
    steps = game.leverage.tolist()
    taste = game.taste[events.class_of_group] + events.relief
    parts = (events.access, taste, game.sanction_factor * events.sanction)
    scenarios, acts = [], []
    for way in ways:
        given = [events.mean_by_class(part, size, adopted == way) for part in parts]
        adds, payoffs = [], []
        for c in range(size):
            defect, cooperate = _tables(game, steps[c], *(float(part[c]) for part in given))
            conditional = cooperate if way else defect
            adds.append(np.array([steps[c], 0, steps[c] * way]))
            payoffs.append(np.stack([cooperate, defect, conditional]))
        scenarios.append(
            Scenario(
                probability=float(events.probability[adopted == way].sum()),
                adds=tuple(adds),
                payoffs=tuple(payoffs),
            )
        )
        acts.append(tuple(np.array([1, 0, int(way)]) for _ in range(size)))
    made = RoleGame(
        roles=_labels(game, np.arange(size)),
        players=tuple(game.classes.counts.tolist()),
        strategies=(("cooperate", "defect", "conditional"),) * size,
        scenarios=tuple(scenarios),
    )
    return PolicyGames(
        game=game,
        plans="act3",
        games=(made,),
        probability=np.ones(1),
        game_of_row=np.zeros(adopted.size, dtype=np.int64),
        scenario_of_row=np.array([ways.index(bool(way)) for way in adopted.ravel()]),
        role_of_group=(events.class_of_group,),
        acts=(tuple(acts),),
    )
