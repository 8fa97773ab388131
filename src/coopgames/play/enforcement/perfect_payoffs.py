r"""All pure-strategy subgame-perfect payoffs of a repeated game of two players.

Perfect monitoring, a public random draw before every round, and payoffs as means,
:math:`(1 - d) \sum_t d^t g(a_t)`. The set V of equilibrium payoffs is the largest one that
generates itself: a point of V is a mixture of points :math:`(1-d) g(a) + d w` with w in V and no
gain from deviating once if the worst point of V for the deviator follows. It is convex, and its
least coordinates are the *worst credible punishments*. How it is found is in
`coopgames.kernels.self_generation`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, count, probability
from ...errors import CoopgamesError
from ...kernels.self_generation.bounds import PayoffBounds, payoff_bounds
from ...kernels.self_generation.operator import StagePairs, generate, stage_pairs
from ...kernels.self_generation.polygons import Polygon, contains, convex_hull
from ...records import exact as as_fraction
from .perfect_record import ROUNDING, GeneratedPayoff, SubgamePerfectPayoffs
from .two_player_games import StageMatrices, TwoPlayerGame, two_player_game

__all__ = ["subgame_perfect_payoffs"]

Array = npt.NDArray[Any]

#: Corners of a set known to within a gap are left out if they stick out by less than this many.
GAPS = 8


def subgame_perfect_payoffs(
    game_or_first: TwoPlayerGame,
    second: npt.ArrayLike | None = None,
    *,
    discount_factor: float | Fraction,
    exact: bool = False,
    tolerance: float = 1e-10,
    budget: int = 5000,
) -> SubgamePerfectPayoffs:
    """Return the pure-strategy subgame-perfect payoffs of a repeated game of two players.

    Monitoring is perfect and a public draw precedes every round. Deviators are punished by their
    worst equilibrium, so nothing that any punishment can sustain is left out.

    Parameters
    ----------
    game_or_first : BilateralGame, StrategicGame, RoleGame, SymmetricGame or array_like
        The stage game, or the first player's payoffs, shape (m, n); a square matrix alone is that
        of a symmetric game. [payoff]
    second : array_like, shape (m, n), optional
        The second player's payoffs. [payoff]
    discount_factor : float or Fraction
        In [0, 1).
    exact : bool
        Compute in Fractions; a double stands for the decimal it prints as.
    tolerance : float
        Gap between the bounds at which to stop, in units of the payoffs' ranges, above 0.
    budget : int
        Most steps; where they do not suffice ``complete`` is False and ``gap`` says how far the
        bounds are apart.

    Returns
    -------
    SubgamePerfectPayoffs

    Raises
    ------
    CoopgamesError
        If the game has not two players, or an argument is out of bounds.

    Notes
    -----
    Without ``exact`` the bounds hold up to rounding, 1e-14 of the payoffs' size; whether a
    constraint that holds with equality is met is decided in favour of the equilibrium.

    References
    ----------
    Abreu, D. & Sannikov, Y. (2014). An algorithm for two-player repeated games with perfect
    monitoring. Theoretical Economics 9, 313-338. doi:10.3982/TE1302
    Abreu, D., Pearce, D. & Stacchetti, E. (1990). Toward a theory of discounted repeated games with
    imperfect monitoring. Econometrica 58, 1041-1063. doi:10.2307/2938299
    Judd, K. L., Yeltekin, S. & Conklin, J. (2003). Computing supergame equilibria. Econometrica 71,
    1239-1254. doi:10.1111/1468-0262.t01-1-00445

    Examples
    --------
    In the prisoner's dilemma with payoffs 5, 3, 1, 0 players of discount factor 0.4 can take turns
    but not cooperate together:

    >>> found = subgame_perfect_payoffs([[3, 0], [5, 1]], discount_factor=0.4, exact=True)
    >>> print(*(f"({x}, {y})" for x, y in found.vertices))
    (1, 1) (4, 1) (1, 4)
    >>> found.complete, found.best_symmetric, found.contains((3, 3))
    (True, Fraction(5, 2), False)
    """
    game = two_player_game(game_or_first, second, exact=exact)
    d: Any = probability("discount_factor", discount_factor)
    d = as_fraction(discount_factor) if exact else d
    if not 0 <= d < 1:
        raise CoopgamesError(f"discount_factor must lie in [0, 1); got {discount_factor!r}")
    if at_least("tolerance", tolerance, 0.0) == 0:
        raise CoopgamesError("tolerance must be > 0; got 0. exact=True works in Fractions")
    count("budget", budget)
    frame = _Frame(game, exact)
    stage = frame.stage(d)
    found = _static(stage) if d == 0 else payoff_bounds(stage, tolerance, budget)
    return _record(game, frame, stage, found, exact=exact, d=d, tolerance=tolerance)


class _Frame:
    """Payoffs from 0 to about 1: origin and a power of two as unit, player by player."""

    def __init__(self, game: StageMatrices, exact: bool) -> None:
        self.origin = [min(part.ravel().tolist()) for part in (game.first, game.second)]
        spans = [
            float(max(part.ravel().tolist()) - least)
            for part, least in zip((game.first, game.second), self.origin, strict=True)
        ]
        if not np.isfinite(spans).all():
            raise CoopgamesError("payoffs must differ by less than 1e308; use another unit")
        powers = [int(np.frexp(span)[1]) if span else 0 for span in spans]
        units = [Fraction(2) ** power for power in powers]
        self.unit: list[Any] = units if exact else [float(unit) for unit in units]
        self.matrices = [
            [[(value - least) / unit for value in row] for row in part.tolist()]
            for part, least, unit in zip(
                (game.first, game.second), self.origin, self.unit, strict=True
            )
        ]
        sizes = [
            float(np.abs(part.astype(float)).max()) / float(unit)
            for part, unit in zip((game.first, game.second), self.unit, strict=True)
        ]
        self.slack: Any = 0 if exact else ROUNDING * max(1.0, *sizes)

    def stage(self, d: Any) -> StagePairs:
        return stage_pairs(self.matrices[0], self.matrices[1], d, self.slack)

    def back(self, point: tuple[Any, Any]) -> tuple[Any, Any]:
        """Return a point in the units of the game."""
        return (
            self.origin[0] + point[0] * self.unit[0],
            self.origin[1] + point[1] * self.unit[1],
        )

    def corners(self, polygon: Polygon, exact: bool) -> Array:
        out = np.empty((len(polygon), 2), dtype=object if exact else np.float64)
        for k, point in enumerate(polygon):
            out[k] = self.back(point)
        out.setflags(write=False)
        return out


def _static(stage: StagePairs) -> PayoffBounds:
    """Return the bounds at discount factor 0: mixtures of pure stage equilibria."""
    stable = [
        pair.payoffs
        for pair in stage.pairs
        if all(pair.payoffs[i] >= pair.best[i] - stage.slack for i in (0, 1))
    ]
    hull = convex_hull(stable, stage.slack)
    return PayoffBounds(
        outer=hull,
        inner=hull,
        threats=stage.minmax,
        points=(),
        iterations=0,
        residual=0.0,
        gap=0.0,
        finite=True,
    )


def _record(
    game: StageMatrices,
    frame: _Frame,
    stage: StagePairs,
    found: PayoffBounds,
    *,
    exact: bool,
    d: Any,
    tolerance: float,
) -> SubgamePerfectPayoffs:
    complete = found.gap <= tolerance
    chosen = found.inner if complete else found.outer
    if complete and not found.finite:
        chosen = convex_hull(chosen, GAPS * max(found.gap, float(stage.slack)))
    generators, pairs = _generators(game, frame, stage, chosen)
    bounds = np.full((2, 2), np.nan)
    for column, polygon in enumerate((found.outer, found.inner)):
        if polygon:
            least = frame.back((min(x for x, _ in polygon), min(y for _, y in polygon)))
            bounds[:, column] = [float(value) for value in least]
    worst: tuple[Any, Any] = (float("nan"), float("nan"))
    if chosen:
        worst = frame.back((min(x for x, _ in chosen), min(y for _, y in chosen)))
    return SubgamePerfectPayoffs(
        players=game.players,
        strategies=game.strategies,
        discount_factor=d,
        vertices=frame.corners(chosen, exact),
        feasible=frame.corners(
            convex_hull((pair.payoffs for pair in stage.pairs), stage.slack), exact
        ),
        outer=frame.corners(found.outer, exact),
        inner=frame.corners(found.inner, exact),
        threats=worst,
        threat_bounds=bounds,
        generators=generators,
        action_pairs=pairs,
        exact=exact,
        complete=complete,
        empty=not found.outer,
        proof=_proof(found, complete=complete, exact=exact),
        iterations=found.iterations,
        residual=found.residual,
        gap=found.gap,
    )


def _generators(
    game: StageMatrices, frame: _Frame, stage: StagePairs, polygon: Polygon
) -> tuple[tuple[GeneratedPayoff, ...], tuple[tuple[str, str], ...]]:
    """Return how each corner is generated, and all pairs with which an equilibrium can begin."""
    if not polygon:
        return (), ()

    def names(actions: tuple[int, int]) -> tuple[str, str]:
        return game.strategies[0][actions[0]], game.strategies[1][actions[1]]

    if stage.discount == 0:
        stable = [
            pair
            for pair in stage.pairs
            if contains(polygon, pair.payoffs, stage.slack)
            and all(pair.payoffs[i] >= pair.best[i] - stage.slack for i in (0, 1))
        ]
        points = [(pair.payoffs, pair, pair.payoffs) for pair in stable]
    else:
        threats = min(x for x, _ in polygon), min(y for _, y in polygon)
        made = generate(stage, polygon, threats)
        points = [(one.point, one.pair, one.continuation) for one in made]
    out = []
    for corner in polygon:
        _, pair, later = min(
            points,
            key=lambda one: max(abs(one[0][0] - corner[0]), abs(one[0][1] - corner[1])),
        )
        out.append(
            GeneratedPayoff(
                payoffs=frame.back(corner),
                actions=names(pair.actions),
                continuation=frame.back(later),
            )
        )
    found = dict.fromkeys(pair.actions for _, pair, _ in points)
    return tuple(out), tuple(names(actions) for actions in found)


def _proof(found: PayoffBounds, *, complete: bool, exact: bool) -> str:
    how = "in Fractions" if exact else "up to rounding"
    if not found.outer:
        return f"no pair of actions can be played, {how}: no equilibrium in pure strategies"
    if found.finite:
        return f"the set is its own image, {how}"
    if complete:
        return f"an inner set generates itself, {how}; an outer one is within {found.gap:.1e}"
    if found.inner:
        return (
            f"not decided within the budget: an inner set generates itself, {how}, and the gap to "
            f"the outer bound is {found.gap:.1e}"
        )
    return (
        f"not decided within the budget: the outer bound still moves by {found.residual:.1e}, and "
        "no inner set was found"
    )
