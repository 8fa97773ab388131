r"""Zero-determinant strategies of two players as they are printed, in exact numbers.

Press & Dyson (2012) and Stewart & Plotkin (2012) write s_X - k = chi (s_Y - k), X the player: with
r = (1, 1, 0, 0) for own cooperation and payoffs by CC, CD, DC, DD,

    p - r = phi [(s_X - k) - chi (s_Y - k)],      k = P: extortion, k = R: generosity.

Equalizers are given by p1 and p4 (their equations 8 and 9): p - r = psi (s - s_Y) with
psi = (1 - p1 + p4) / (R - P) pins the other's payoff at s = P + p4 / psi. `zero_determinant` has
the same by slope 1 / chi and scale phi chi, for more players and with discounting.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy.typing as npt

from ..errors import CoopgamesError
from ..games import SymmetricGame
from ..kernels.rationals import rational, rational_share
from .exact_dilemma import Dilemma, exact_dilemma

__all__ = ["exact_line", "press_dyson_equalizer", "press_dyson_strategy"]

Given = float | str | Fraction
Game = SymmetricGame | npt.ArrayLike | Dilemma
Response = tuple[Fraction, Fraction, Fraction, Fraction]


def press_dyson_strategy(game: Game, *, factor: Given, baseline: Given, scale: Given) -> Response:
    """Return the response that enforces own - baseline = factor * (other's - baseline).

    Parameters
    ----------
    game : SymmetricGame of two players, or array_like, shape (2, 2)
        Cooperation first. [payoff]
    factor : number or "a/b"
        chi.
    baseline : number or "a/b"
        k, where both get the same. [payoff]
    scale : number or "a/b"
        phi, not 0. [1/payoff]

    Returns
    -------
    tuple of four Fractions
        Probability of cooperating after CC, CD, DC, DD, own act first.

    Raises
    ------
    CoopgamesError
        If one is no probability; says which.

    References
    ----------
    Press & Dyson (2012) PNAS 109:10409, doi:10.1073/pnas.1206569109; Stewart & Plotkin (2012) PNAS
    109:10134, doi:10.1073/pnas.1208087109.

    Examples
    --------
    >>> found = press_dyson_strategy([[3, 0], [5, 1]], factor=3, baseline=1, scale="1/26")
    >>> [str(p) for p in found]
    ['11/13', '1/2', '7/26', '0']
    """
    own, others = _rounds(game)
    chi, k, phi = (
        rational(name, value)
        for name, value in (("factor", factor), ("baseline", baseline), ("scale", scale))
    )
    if phi == 0:
        raise CoopgamesError("scale must not be 0: the last act would be repeated for ever")
    step = [phi * ((x - k) - chi * (y - k)) for x, y in zip(own, others, strict=True)]
    return _response(step)


def press_dyson_equalizer(game: Game, first: Given, last: Given) -> tuple[Response, Fraction]:
    """Return the response with given probabilities after CC and DD that pins the other's payoff.

    Parameters
    ----------
    game : SymmetricGame of two players, or array_like, shape (2, 2)
        Cooperation first. [payoff]
    first, last : number or "a/b", in [0, 1]
        Probability of cooperating after CC, p1, and after DD, p4.

    Returns
    -------
    response : tuple of four Fractions
    score : Fraction
        What the other gets, whatever it does. [payoff]

    Raises
    ------
    CoopgamesError
        If no equalizer has them.

    References
    ----------
    Press & Dyson (2012) PNAS 109:10409, doi:10.1073/pnas.1206569109, equations 8 and 9.

    Examples
    --------
    >>> response, score = press_dyson_equalizer([[3, 0], [5, 1]], "2/3", "1/3")
    >>> [str(p) for p in response], score
    (['2/3', '0', '2/3', '1/3'], Fraction(2, 1))
    """
    p1, p4 = rational_share("first", first), rational_share("last", last)
    dilemma = exact_dilemma(game, players=2)
    _, others = _rounds(dilemma)
    if dilemma.reward == dilemma.punishment or p1 - p4 == 1:
        raise CoopgamesError(
            "first and last must not be 1 and 0, and mutual cooperation must not pay the same as "
            f"mutual defection; got {first!r}, {last!r}"
        )
    scale = (1 - p1 + p4) / (dilemma.reward - dilemma.punishment)
    score = dilemma.punishment + p4 / scale
    return _response([scale * (score - y) for y in others]), score


def exact_line(response: Sequence[Any], game: Game) -> tuple[Fraction, Fraction, Fraction] | None:
    """Return (alpha, beta, gamma) with alpha own + beta other's + gamma = 0, where it is enforced.

    Parameters
    ----------
    response : sequence of four numbers or "a/b"
        Probability of cooperating after CC, CD, DC, DD.
    game : SymmetricGame of two players, or array_like, shape (2, 2)
        With S and T different, and not R, S, T, P on one line. [payoff]

    Returns
    -------
    tuple of Fractions, or None
        For limits of means; None where no line is enforced.

    Raises
    ------
    CoopgamesError
        If a value is no probability or the payoffs don't determine a line.

    Examples
    --------
    Tit for tat enforces equal payoffs, win-stay lose-shift no line:

    >>> exact_line([1, 0, 1, 0], [[3, 0], [5, 1]])
    (Fraction(1, 5), Fraction(-1, 5), Fraction(0, 1))
    >>> exact_line([1, 0, 0, 1], [[3, 0], [5, 1]]) is None
    True
    """
    if len(response) != 4:
        raise CoopgamesError(f"response must hold four probabilities; got {len(response)}")
    p = [rational_share("response", value) for value in response]
    r, s, t, q = exact_dilemma(game, players=2)
    if s == t or r == q:
        raise CoopgamesError("game must have S and T, and R and P, that differ")
    step = [p[0] - 1, p[1] - 1, p[2], p[3]]
    # The differences of CD and DC, and of CC and DD, are (alpha - beta)(S - T) and
    # (alpha + beta)(R - P).
    apart = (step[1] - step[2]) / (s - t)
    along = (step[0] - step[3]) / (r - q)
    alpha, beta = (along + apart) / 2, (along - apart) / 2
    gamma = step[3] - along * q
    if alpha * s + beta * t + gamma != step[1] or alpha == beta == 0:
        return None
    return alpha, beta, gamma


def _rounds(game: Game) -> tuple[list[Fraction], list[Fraction]]:
    """Return own and the other's payoffs after CC, CD, DC, DD."""
    r, s, t, p = exact_dilemma(game, players=2)
    return [r, s, t, p], [r, t, s, p]


def _response(step: Sequence[Fraction]) -> Response:
    p = [base + part for base, part in zip((1, 1, 0, 0), step, strict=True)]
    for name, value in zip(("CC", "CD", "DC", "DD"), p, strict=True):
        if not 0 <= value <= 1:
            raise CoopgamesError(
                f"no strategy enforces this: the probability of cooperating after {name} would be "
                f"{value}; another scale, factor or baseline may help"
            )
    return p[0], p[1], p[2], p[3]
