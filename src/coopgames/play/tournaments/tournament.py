"""Round-robin tournaments: every strategy plays every other, exactly.

Where the sides of a game have different payoffs every pair meets twice, once in each seating, and
counts with the mean of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import one_of, probability
from ...errors import CoopgamesError
from ...games.bilateral import BilateralGame
from ...kernels.misperception import ErrorRates, error_rates
from ...strategies import Automaton, MemoryOne, find_strategy
from ..matches.finite_rounds import finite_rounds_law
from ..matches.pairs import play_pairs
from ..matches.stage import Stage, alike, stage_payoffs
from .tournament_record import Tournament, make_tournament, score_tournament

__all__ = ["Strategy", "Tournament", "round_robin", "score_tournament"]

Strategy = MemoryOne | Automaton | str


def round_robin(
    strategies: Sequence[Strategy],
    game: Stage,
    *,
    discount_factor: float = 1.0,
    turns: int | None = None,
    implementation_error: float = 0.0,
    perception_error: ErrorRates = 0.0,
    monitoring: Literal["private", "public"] = "private",
    self_interactions: bool = True,
    weights: npt.ArrayLike | None = None,
) -> Tournament:
    """Return the tournament in which every strategy plays every other, exactly.

    Parameters
    ----------
    strategies : sequence of MemoryOne, Automaton or str
        Of two players, or names.
    game : BilateralGame, SymmetricGame, or array_like
        Payoffs of a round: of shape (2, 2), own act first, cooperation before defection; or, for
        two sides with payoffs of their own, a BilateralGame or a pair of such matrices, both with
        the first side's act first. [payoff]
    discount_factor : float, in [0, 1]
        Also the probability that there is another round. 1, the default, stands for the limit of
        means from the strategies' starts.
    turns : int, at least 1, optional
        A fixed number of rounds, whose payoffs are averaged; in place of ``discount_factor``.
    implementation_error, perception_error, monitoring
        As in `coopgames.play_pairs`; two perception errors are the probabilities that a defection
        is missed, and that a cooperation gives a false alarm.
    self_interactions : bool
        Whether strategies meet themselves.
    weights : array_like, shape (n,), optional
        Composition of the field, at least 0; each is met equally often by default.

    Returns
    -------
    Tournament

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds, or some strategy has no opponent.

    Notes
    -----
    Axelrod's tournaments had 200 turns, with self-interactions and without errors.

    References
    ----------
    Axelrod (1980) J. Confl. Resolut. 24:3. doi:10.1177/002200278002400101

    Examples
    --------
    >>> names = ["always cooperate", "always defect", "tit for tat", "grim"]
    >>> found = round_robin(names, [[3, 0], [5, 1]], turns=200)
    >>> found.ranking
    ('tit for tat', 'grim', 'always cooperate', 'always defect')
    >>> found.scores.round(4), found.wins
    (array([2.25  , 2.01  , 2.4988, 2.4988]), array([0, 3, 0, 0]))
    """
    if turns is not None and discount_factor != 1:
        raise CoopgamesError(
            f"turns must stand without discount_factor; got {turns!r} and {discount_factor!r}"
        )
    if isinstance(strategies, str) or not len(strategies):
        raise CoopgamesError(f"strategies must be a sequence, not empty; got {strategies!r}")
    chosen = [find_strategy(one) if isinstance(one, str) else one for one in strategies]
    for one in chosen:
        if getattr(one, "players", None) != 2:
            raise CoopgamesError(f"strategies must be of two players, or names; got {one!r}")
    settings: dict[str, Any] = {
        "implementation_error": probability("implementation_error", implementation_error),
        "perception_error": error_rates(perception_error),
        "monitoring": one_of("monitoring", monitoring, ("private", "public")),
    }
    first, second = stage_payoffs(game)
    stage = np.stack([first, second]).reshape(2, 2, 2)
    decides = None
    if turns is None:
        play = play_pairs(chosen, stage, discount_factor=discount_factor, **settings)
        law, residual = play.law, play.residual
        decides = None if play.recurrent_classes is None else play.recurrent_classes > 1
        settings["discount_factor"] = float(discount_factor)
    else:
        law = finite_rounds_law(chosen, turns, **settings)
        residual = float(np.abs(law.sum(axis=0) - 1).max())
        settings["turns"] = turns
    # The second side's table with its own strategy first.
    paid = np.stack([np.tensordot(first, law, 1), np.tensordot(second, law, 1).T])
    same = alike(first, second)
    sides = game.sides if isinstance(game, BilateralGame) else ("first", "second")
    return make_tournament(
        tuple(one.name for one in chosen),
        paid[0] if same else paid.mean(axis=0),
        law[0] + law[1],
        weights,
        self_interactions,
        sides=() if same else sides,
        side_payoffs=None if same else paid,
        start_decides=decides,
        residual=residual,
        settings=settings,
    )
