r"""What an institution makes of the game between two of its states, or two halves of the world.

Votes, mandates, sanctions and exclusion are folded into four payoffs a side: with access, sanction
and relief in expectation over mandate events, a state of class c that acts has

    access_c (idle(X - k_c) + V(X) - V(X - k_c)) + taste_c + relief_c

where all contribute X, and one that rests has ``access_c idle(X) - sanction_c`` (model D5). A side
may be a *bloc*: states that act together and count with the mean of their payoffs, weighted by
stake. By default the sides are two halves of the world, each with half of the leverage of every
class; then the game is symmetric and nobody is left over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .._checks import count, probability
from ..errors import CoopgamesError
from ..kernels.binomials import binomial_law
from .game import Game
from .symmetric import SymmetricGame, matrix_game

__all__ = ["BilateralGame", "bilateral_game"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Side = str | Mapping[str, int]

#: Payoffs closer than this are equal.
TIE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BilateralGame:
    """The stage game between two states, or blocs, under an institution.

    Attributes
    ----------
    institution, problem, world : str
        Their names.
    sides : tuple of two str
        Who plays.
    first, second : array, shape (2, 2)
        ``first[a, b]`` and ``second[a, b]`` are paid to the first and the second side where the
        first plays a and the second b; 0 is to cooperate, 1 to defect. [stake]
    others : float
        How likely each of the other states acts.
    """

    institution: str
    problem: str
    world: str
    sides: tuple[str, str]
    first: Floats
    second: Floats
    others: float

    @property
    def symmetric(self) -> bool:
        """Whether both sides have the same payoffs."""
        return bool(np.abs(self.first - self.second.T).max() <= TIE)

    @property
    def kinds(self) -> tuple[str, str]:
        """What game each side sees.

        "prisoner's dilemma", "deadlock", "stag hunt", "chicken", "harmony", or "tie" where it is
        indifferent.
        """
        return _kind(self.first), _kind(self.second.T)

    def as_symmetric(self) -> SymmetricGame:
        """Return the game for solvers of symmetric games.

        Raises
        ------
        CoopgamesError
            If the two sides have different payoffs.
        """
        if not self.symmetric:
            raise CoopgamesError(
                f"the sides must have the same payoffs; {self.sides[0]} and {self.sides[1]} do not"
            )
        return matrix_game(self.first, ("cooperate", "defect"))


def bilateral_game(
    game: Game,
    first: Side | None = None,
    second: Side | None = None,
    *,
    others: float = 0.5,
) -> BilateralGame:
    """Return the game between two states or blocs under an institution, all else folded in.

    Parameters
    ----------
    game : Game
        Payoffs are in expectation over its mandate events, whatever the reading of its mandate.
    first, second : str or mapping of str to int, optional
        A class of states, by label or by role: one state of it. Or how many states of each class
        act as a bloc. Without both, two halves of the world.
    others : float, in [0, 1]
        How likely each state outside the two sides acts, independently every round; 1/2 is our
        assumption. Of no importance to two halves.

    Returns
    -------
    BilateralGame

    Raises
    ------
    CoopgamesError
        If a side is unknown or empty, only one is given, or there are not enough states.

    References
    ----------
    Model D5.

    Examples
    --------
    >>> import coopgames as cg
    >>> two = bilateral_game(cg.game("anarchy", "climate"))
    >>> two.first.round(3), two.kinds[0]
    (array([[ 0.68 , -0.058],
           [ 0.062,  0.   ]]), 'stag hunt')
    >>> bilateral_game(cg.game("federation", "climate")).kinds[0]
    'harmony'
    """
    probability("others", others)
    if (first is None) != (second is None):
        raise CoopgamesError("first and second must be given together, or neither")
    means = _Means(game)
    if first is None or second is None:
        halves = game.classes.counts / 2
        law = np.ones(1)
        pair, names = (halves, halves), ("half of the world", "half of the world")
    else:
        blocs = _bloc(game, "first", first), _bloc(game, "second", second)
        left = game.classes.counts - blocs[0] - blocs[1]
        if (left < 0).any():
            short = game.classes.labels[int(left.argmin())]
            raise CoopgamesError(f"first and second must leave no class short; {short} has too few")
        law = _rest(game, left, others)
        pair, names = (
            (blocs[0].astype(float), blocs[1].astype(float)),
            (_name(first), _name(second)),
        )
    reach = [float(bloc @ game.leverage) for bloc in pair]
    paid = np.empty((2, 2, 2))
    for a in (0, 1):
        for b in (0, 1):
            total = (1 - a) * reach[0] + (1 - b) * reach[1]
            paid[0, a, b] = means.payoff(pair[0], law, total, acts=a == 0)
            paid[1, a, b] = means.payoff(pair[1], law, total, acts=b == 0)
    paid.setflags(write=False)
    return BilateralGame(
        institution=game.institution.id,
        problem=game.problem.id,
        world=game.world.id,
        sides=names,
        first=paid[0],
        second=paid[1],
        others=float(others),
    )


class _Means:
    """Expected access, sanction and taste by class."""

    def __init__(self, game: Game) -> None:
        events, size = game.events, game.classes.size
        self.game = game
        self.access = events.mean_by_class(events.access, size)
        self.sanction = events.mean_by_class(game.sanction_factor * events.sanction, size)
        self.taste = game.taste + events.mean_by_class(events.relief, size)

    def payoff(self, bloc: Floats, law: Floats, total: float, *, acts: bool) -> float:
        """Return a bloc's mean payoff, by stake, where both sides contribute ``total``."""
        game = self.game
        weight = bloc * game.leverage
        if weight.sum() == 0:
            weight = bloc
        rest = np.arange(law.size)
        paid = np.zeros(bloc.size)
        for c in np.flatnonzero(weight):
            # A half of an odd total lies between two points of the grid.
            values = [
                self._paid(int(c), rest + x, acts=acts)
                for x in (int(np.floor(total)), int(np.ceil(total)))
            ]
            paid[c] = law @ (values[0] + values[1]) / 2
        return float(weight @ paid / weight.sum())

    def _paid(self, c: int, x: Integers, *, acts: bool) -> Floats:
        stakes = self.game.stakes
        if not acts:
            return np.asarray(self.access[c] * stakes.idle[x] - self.sanction[c])
        # Half of the world may have less leverage than one of its states: then from nothing.
        leverage = int(self.game.leverage[c])
        alone = stakes.idle[0] + stakes.potential[x] - stakes.potential[0]
        benefit = np.where(x >= leverage, stakes.acting(leverage)[x], alone)
        return np.asarray(self.access[c] * benefit + self.taste[c])


def _bloc(game: Game, name: str, side: Side) -> Integers:
    """Return how many states of each class are on a side."""
    classes = game.classes
    roles = [classes.states.world.roles[int(r)].name for r in classes.role]
    wanted = {side: 1} if isinstance(side, str) else dict(side)
    out = np.zeros(classes.size, dtype=np.int64)
    for key, number in wanted.items():
        labelled = [c for c, label in enumerate(classes.labels) if key == label]
        places = labelled + [c for c, role in enumerate(roles) if key == role and c not in labelled]
        if not places:
            raise CoopgamesError(
                f"{name} must name classes of {', '.join(classes.labels)}; got {key!r}"
            )
        left = count(f"{name}[{key!r}]", number)
        for c in places:
            taken = min(left, int(classes.counts[c]))
            out[c] += taken
            left -= taken
        if left:
            raise CoopgamesError(
                f"{name} must not ask for more of {key!r} than there are; {side!r}"
            )
    if not out.any():
        raise CoopgamesError(f"{name} must name at least one state; got {side!r}")
    return out


def _rest(game: Game, left: Integers, others: float) -> Floats:
    """Return the law of what the other states contribute."""
    law = np.ones(1)
    for n, k in zip(left.tolist(), game.leverage.tolist(), strict=True):
        acting = np.zeros(n * k + 1)
        acting[:: max(k, 1)] = (
            binomial_law(n, np.array([others]), np.array([1 - others]))[:, 0] if k else 1.0
        )
        law = np.convolve(law, acting)
    return law


def _name(side: Side) -> str:
    if isinstance(side, str):
        return side
    return " + ".join(f"{number} {key}" for key, number in side.items())


def _kind(own: Floats) -> str:
    (reward, sucker), (temptation, punishment) = own.tolist()
    if min(abs(temptation - reward), abs(sucker - punishment)) <= TIE:
        return "tie"
    if temptation > reward:
        if sucker > punishment:
            return "chicken"
        return "prisoner's dilemma" if reward > punishment else "deadlock"
    return "harmony" if sucker > punishment else "stag hunt"
