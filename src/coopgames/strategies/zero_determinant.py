r"""Strategies that enforce a linear relation between payoffs.

Let g be what the player gets, h what the others get on average, and r = 1 after an own cooperation,
0 after an own defection, each by the state of the last round. If with discount factor d a
memory-one strategy p that starts with p_0 satisfies

.. math:: d p - r + (1 - d) p_0 = \alpha g + \beta h + \gamma

in all 2 n states then the long-run payoffs satisfy :math:`\alpha \pi + \beta \pi' + \gamma = 0`
whatever the others do (Press & Dyson 2012; with discounting and n players Hilbe, Traulsen & Sigmund
2015). Written with a slope s, a baseline payoff l and a scale,

.. math:: \pi' = s \pi + (1 - s) l, \qquad
          \alpha = \phi s, \quad \beta = -\phi, \quad \gamma = \phi (1 - s) l .

The slope is 0 for equalizers and 1 for fair strategies; extortionate ones have l = payoff of mutual
defection, generous ones l = payoff of mutual cooperation, with 0 < s < 1.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .._checks import at_least, number, probability
from ..errors import CoopgamesError
from ..games import SymmetricGame, matrix_game
from .memory_one import MemoryOne, memory_one

__all__ = [
    "as_dilemma",
    "equalizer",
    "extortion",
    "generosity",
    "round_payoffs",
    "zero_determinant",
]

Floats = npt.NDArray[np.float64]


def as_dilemma(game: SymmetricGame | npt.ArrayLike) -> SymmetricGame:
    """Return the game, of a payoff matrix if one is given; cooperation is the first act.

    Raises
    ------
    CoopgamesError
        If the game doesn't have two acts that are told apart, or the matrix isn't 2 by 2.
    """
    if not isinstance(game, SymmetricGame):
        matrix = np.asarray(game, dtype=float)
        if matrix.shape != (2, 2):
            raise CoopgamesError(f"game must be a matrix of shape (2, 2); got {matrix.shape}")
        game = matrix_game(matrix, ("cooperate", "defect"))
    if game.size != 2 or game.looks != 2:
        raise CoopgamesError(
            "game must have two acts that others tell apart, cooperation first; "
            f"got {', '.join(game.strategies)}"
        )
    return game if game.seen_as == (0, 1) else game.restricted([0, 1])


def round_payoffs(game: SymmetricGame | npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return what a player and, on average, the others get in a round, by its state.

    Parameters
    ----------
    game : SymmetricGame of two acts, or array_like, shape (2, 2)
        Cooperation first.

    Returns
    -------
    own, others : arrays, shape (2 n,)
        States (C, n-1), ..., (C, 0), (D, n-1), ..., (D, 0): own act, others who cooperate.
        [payoff]

    Examples
    --------
    >>> round_payoffs([[3, 0], [5, 1]])
    (array([3., 0., 5., 1.]), array([3., 5., 0., 1.]))
    """
    dilemma = as_dilemma(game)
    n = dilemma.players
    # Co-players' compositions run from no cooperators among n - 1 to all.
    table = dilemma.table
    k = np.arange(n - 1, -1, -1)
    others = []
    for own in (1, 0):
        cooperator = table[0, np.clip(k - 1 + own, 0, n - 1)]
        defector = table[1, np.clip(k + own, 0, n - 1)]
        others.append((k * cooperator + (n - 1 - k) * defector) / (n - 1))
    return np.concatenate([table[0, k], table[1, k]]), np.concatenate(others)


def zero_determinant(
    game: SymmetricGame | npt.ArrayLike,
    *,
    slope: float,
    baseline: float,
    scale: float | None = None,
    discount_factor: float = 1.0,
    start: float = 1.0,
    name: str = "",
) -> MemoryOne:
    r"""Return the strategy that enforces others = slope * own + (1 - slope) * baseline.

    Parameters
    ----------
    game : SymmetricGame of two acts, or array_like, shape (2, 2)
        Cooperation first.
    slope : float
        What the others, on average, gain when the player gains 1.
    baseline : float
        Payoff at which all get the same. [payoff]
    scale : float, optional
        :math:`\phi`; how strongly it reacts. By default the middle of the feasible interval, as in
        the example of Press & Dyson (2012). [1/payoff]
    discount_factor : float, in (0, 1]
    start : float, in [0, 1]
    name : str

    Raises
    ------
    CoopgamesError
        If no strategy enforces the relation, or not at this scale; says what interval does.

    References
    ----------
    Press & Dyson (2012) PNAS 109:10409, doi:10.1073/pnas.1206569109; Hilbe, Wu, Traulsen & Nowak
    (2014) PNAS 111:16425, doi:10.1073/pnas.1407887111; Hilbe, Traulsen & Sigmund (2015) Games
    Econ. Behav. 92:41, doi:10.1016/j.geb.2015.05.005; Pan, Hao, Rong & Zhou (2015) Sci. Rep.
    5:13096, doi:10.1038/srep13096.

    Examples
    --------
    >>> zero_determinant([[3, 0], [5, 1]], slope=0, baseline=2, scale=1 / 3).response
    (0.6666666666666667, 0.0, 0.6666666666666666, 0.3333333333333333)
    """
    own, others = round_payoffs(game)
    s, level = number("slope", slope), number("baseline", baseline)
    d, p0 = probability("discount_factor", discount_factor), probability("start", start)
    if d == 0:
        raise CoopgamesError("discount_factor must be > 0; got 0")
    direction = s * own - others + (1 - s) * level
    repeat = np.repeat([1.0, 0.0], own.size // 2) - (1 - d) * p0
    low, high = _interval(direction, repeat, d)
    if not low <= high or high <= 0:
        raise CoopgamesError(
            f"no strategy enforces slope {slope!r} and baseline {baseline!r} in this game with "
            f"discount factor {discount_factor!r}; a baseline between the payoffs of mutual "
            "defection and mutual cooperation, another slope or start, or more patience may help"
        )
    phi = (low + high) / 2 if scale is None else number("scale", scale)
    slack = 1e-12 * high
    if not low - slack <= phi <= high + slack or phi <= 0:
        raise CoopgamesError(f"scale must lie in [{low:.6g}, {high:.6g}] and be > 0; got {scale!r}")
    response = np.clip((repeat + phi * direction) / d, 0.0, 1.0)
    label = name or f"zero-determinant (slope {s:g}, baseline {level:g})"
    return memory_one(
        [float(p) for p in response], start=p0, name=label, source="press2012, hilbe2015"
    )


def _interval(direction: Floats, repeat: Floats, discount_factor: float) -> tuple[float, float]:
    """Return the scales >= 0 at which 0 <= repeat + scale * direction <= d in every state."""
    low, high = 0.0, np.inf
    # A step of rounding isn't a direction.
    tiny = 1e-12 * max(1.0, float(np.abs(direction).max()))
    for step, base in zip(direction, repeat, strict=True):
        if abs(step) <= tiny:
            if not -1e-12 <= base <= discount_factor + 1e-12:
                return np.inf, 0.0
            continue
        ends = sorted([(0.0 - base) / step, (discount_factor - base) / step])
        low, high = max(low, float(ends[0])), min(high, float(ends[1]))
    return (low, high) if np.isfinite(high) else (np.inf, 0.0)


def extortion(
    game: SymmetricGame | npt.ArrayLike,
    factor: float,
    *,
    scale: float | None = None,
    discount_factor: float = 1.0,
    start: float = 0.0,
) -> MemoryOne:
    """Return the strategy whose surplus over mutual defection is ``factor`` times the others'.

    Parameters
    ----------
    game : SymmetricGame of two acts, or array_like, shape (2, 2)
    factor : float, at least 1
        1 / slope.
    scale : float, optional
        See `zero_determinant`. Press & Dyson's phi for two players is this divided by ``factor``.
    discount_factor : float, in (0, 1]
    start : float
        0 by default: with discounting no other start is feasible.

    References
    ----------
    Press & Dyson (2012) PNAS 109:10409, doi:10.1073/pnas.1206569109.

    Examples
    --------
    The example of Press & Dyson, (11/13, 1/2, 7/26, 0):

    >>> extortion([[3, 0], [5, 1]], 3).response
    (0.8461538461538461, 0.5, 0.2692307692307692, 0.0)
    """
    dilemma = as_dilemma(game)
    slope, label = _slope("extortion", factor)
    return zero_determinant(
        dilemma,
        slope=slope,
        baseline=float(dilemma.table[1, 0]),
        scale=scale,
        discount_factor=discount_factor,
        start=start,
        name=label,
    )


def generosity(
    game: SymmetricGame | npt.ArrayLike,
    factor: float,
    *,
    scale: float | None = None,
    discount_factor: float = 1.0,
    start: float = 1.0,
) -> MemoryOne:
    """Return the strategy whose loss against mutual cooperation is ``factor`` times the others'.

    Parameters
    ----------
    game : SymmetricGame of two acts, or array_like, shape (2, 2)
    factor : float, at least 1
        1 / slope.
    scale : float, optional
        See `zero_determinant`.
    discount_factor : float, in (0, 1]
    start : float
        1 by default: with discounting no other start is feasible.

    References
    ----------
    Stewart & Plotkin (2013) PNAS 110:15348, doi:10.1073/pnas.1306246110.

    Examples
    --------
    >>> generosity([[3, 0], [5, 1]], 2, scale=1 / 4).response
    (1.0, 0.125, 1.0, 0.25)
    """
    dilemma = as_dilemma(game)
    slope, label = _slope("generous", factor)
    return zero_determinant(
        dilemma,
        slope=slope,
        baseline=float(dilemma.table[0, -1]),
        scale=scale,
        discount_factor=discount_factor,
        start=start,
        name=label,
    )


def _slope(kind: str, factor: float) -> tuple[float, str]:
    """Return the slope of a factor, and a name."""
    chi = at_least("factor", factor, 1)
    return 1 / chi, f"{kind} {chi:g}"


def equalizer(
    game: SymmetricGame | npt.ArrayLike,
    score: float,
    *,
    scale: float | None = None,
    discount_factor: float = 1.0,
    start: float = 1.0,
) -> MemoryOne:
    """Return the strategy that pins what the others get on average.

    Parameters
    ----------
    game : SymmetricGame of two acts, or array_like, shape (2, 2)
    score : float
        What they get. [payoff]
    scale : float, optional
        See `zero_determinant`.
    discount_factor : float, in (0, 1]
    start : float, in [0, 1]

    References
    ----------
    Boerlijst, Nowak & Sigmund (1997) Am. Math. Mon. 104:303, doi:10.2307/2974578; Press & Dyson
    (2012) PNAS 109:10409, doi:10.1073/pnas.1206569109.

    Examples
    --------
    >>> equalizer([[3, 0], [5, 1]], 2).name
    'equalizer 2'
    """
    return zero_determinant(
        game,
        slope=0.0,
        baseline=score,
        scale=scale,
        discount_factor=discount_factor,
        start=start,
        name=f"equalizer {number('score', score):g}",
    )
