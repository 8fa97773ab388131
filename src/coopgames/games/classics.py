"""The field's standard games, so that published results can be reproduced.

Each returns a `SymmetricGame`; strategies are named in full, parameters after the sources.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .._checks import count, number
from .symmetric import SymmetricGame, matrix_game, symmetric_game

__all__ = [
    "collective_risk",
    "donation_game",
    "hawk_dove",
    "optional_public_goods",
    "pool_punishment",
    "public_goods",
    "repeated_donation_matrix",
    "stag_hunt",
    "threshold_public_goods",
    "tit_for_tat_matrix",
    "volunteers_dilemma",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def donation_game(benefit: float, cost: float) -> SymmetricGame:
    """Return the donation game: a cooperator pays the cost and its partner gets the benefit.

    Examples
    --------
    >>> donation_game(2, 1).matrix()
    array([[ 1., -1.],
           [ 2.,  0.]])
    """
    b, c = number("benefit", benefit), number("cost", cost)
    return matrix_game([[b - c, -c], [b, 0.0]], ("cooperate", "defect"))


def hawk_dove(value: float, cost: float) -> SymmetricGame:
    """Return Hawk-Dove (Maynard Smith & Price 1973, Nature 246:15).

    Examples
    --------
    >>> hawk_dove(2, 5).matrix()
    array([[-1.5,  2. ],
           [ 0. ,  1. ]])
    """
    v, c = number("value", value), number("cost", cost)
    return matrix_game([[(v - c) / 2, v], [0.0, v / 2]], ("hawk", "dove"))


def public_goods(players: int, multiplication_factor: float, cost: float = 1.0) -> SymmetricGame:
    """Return the linear public goods game: contributions are multiplied and shared by all.

    Examples
    --------
    >>> public_goods(5, 3).payoffs_at([1.0, 0.0])
    array([2. , 2.4])
    """
    n, r = count("players", players, 2), number("multiplication_factor", multiplication_factor)
    c = number("cost", cost)

    def payoff(strategy: int, others: Integers) -> Floats:
        own = int(strategy == 0)
        return np.asarray(r * c * (others[:, 0] + own) / n - c * own)

    return symmetric_game(n, ("cooperate", "defect"), payoff)


def threshold_public_goods(
    players: int, threshold: int, factor: float, cost: float = 1.0
) -> SymmetricGame:
    """Return the n-person stag hunt: k contributions pay ``factor * k * cost / players`` to all.

    Only if at least ``threshold`` contribute (Pacheco, Santos, Souza & Skyrms 2009, Proc. R. Soc.
    B 276:315).

    Examples
    --------
    >>> threshold_public_goods(2, 2, 4).matrix()
    array([[ 3., -1.],
           [ 0.,  0.]])
    """
    n, m = count("players", players, 2), count("threshold", threshold, 0)
    f, c = number("factor", factor), number("cost", cost)

    def payoff(strategy: int, others: Integers) -> Floats:
        own = int(strategy == 0)
        k = others[:, 0] + own
        return np.asarray(np.where(k >= m, f * k * c / n, 0.0) - c * own)

    return symmetric_game(n, ("cooperate", "defect"), payoff)


def tit_for_tat_matrix(
    rounds: Any, *, temptation: Any = 5, reward: Any = 3, punishment: Any = 1, sucker: Any = 0
) -> list[list[Any]]:
    """Return payoffs of TFT and ALLD over a number of rounds of the prisoner's dilemma.

    Any numbers with arithmetic; fractions stay exact. Own strategy first, TFT before ALLD.

    Examples
    --------
    >>> tit_for_tat_matrix(10)
    [[30, 9], [14, 10]]
    """
    return [
        [rounds * reward, sucker + (rounds - 1) * punishment],
        [temptation + (rounds - 1) * punishment, rounds * punishment],
    ]


def repeated_donation_matrix(
    benefit: Any, *, cost: Any, continuation_probability: Any
) -> list[list[Any]]:
    """Return total payoffs of ALLC, TFT and ALLD in the repeated donation game.

    Any numbers with arithmetic; fractions stay exact. 1 / (1 - w) rounds are expected.

    Examples
    --------
    >>> repeated_donation_matrix(3, cost=1, continuation_probability=0.5)
    [[4.0, 4.0, -2.0], [4.0, 4.0, -1], [6.0, 3, 0]]
    """
    rounds = 1 / (1 - continuation_probability)
    mutual = (benefit - cost) * rounds
    return [
        [mutual, mutual, -cost * rounds],
        [mutual, mutual, -cost],
        [benefit * rounds, benefit, 0],
    ]


def pool_punishment(
    players: int,
    multiplication_factor: float,
    loner_payoff: float,
    cost: float = 1.0,
    *,
    pool_cost: float,
    fine: float,
    second_order: bool = True,
) -> SymmetricGame:
    """Return the optional public goods game with a punishment pool.

    Pool punishers pay ``pool_cost`` up front and contribute; every free-rider is fined ``fine`` per
    pool punisher in its group, and with ``second_order`` every contributor who does not pay into
    the pool. A lone participant gets what loners get and pays into no pool (Sigmund, De Silva,
    Traulsen & Hauert 2010, Nature 466:861).

    Examples
    --------
    >>> pool_punishment(5, 3, 1, pool_cost=0.7, fine=0.7).strategies
    ('contribute', 'free-ride', 'loner', 'pool')
    """
    n, r = count("players", players, 2), number("multiplication_factor", multiplication_factor)
    sigma, c = number("loner_payoff", loner_payoff), number("cost", cost)
    price, penalty = number("pool_cost", pool_cost), number("fine", fine)

    def payoff(strategy: int, others: Integers) -> Floats:
        if strategy == 2:
            return np.full(others.shape[0], sigma)
        gives = strategy in (0, 3)
        contributors = others[:, 0] + others[:, 3] + gives
        participants = contributors + others[:, 1] + (strategy == 1)
        out = r * c * contributors / participants - c * gives
        if strategy == 3:
            out = out - price
        if strategy == 1 or (strategy == 0 and second_order):
            out = out - penalty * others[:, 3]
        return np.asarray(np.where(participants == 1, sigma, out))

    return symmetric_game(n, ("contribute", "free-ride", "loner", "pool"), payoff)


def stag_hunt(stag: float = 4, hare: float = 2, alone: float = 0, safe: float = 3) -> SymmetricGame:
    """Return the stag hunt of two; ``safe`` is what hare gets against stag.

    Examples
    --------
    >>> stag_hunt().matrix()
    array([[4., 0.],
           [3., 2.]])
    """
    return matrix_game([[stag, alone], [safe, hare]], ("stag", "hare"))


def collective_risk(
    players: int, threshold: int, risk: float, cost: float, benefit: float = 1.0
) -> SymmetricGame:
    """Return the collective-risk dilemma (Santos & Pacheco 2011, PNAS 108:10421).

    Everybody holds ``benefit``; contributors give the share ``cost`` of it; where fewer than
    ``threshold`` contribute all lose what is left with probability ``risk``.

    Examples
    --------
    >>> game = collective_risk(6, 3, risk=1.0, cost=0.1)
    >>> game.payoffs_at([0.5, 0.5]).round(3)
    array([0.712, 0.5  ])
    """
    n, m = count("players", players, 2), count("threshold", threshold, 0)
    r, c, b = number("risk", risk), number("cost", cost), number("benefit", benefit)

    def payoff(strategy: int, others: Integers) -> Floats:
        own = int(strategy == 0)
        kept = np.where(others[:, 0] + own >= m, b, (1.0 - r) * b)
        return np.asarray(kept - c * b * own)

    return symmetric_game(n, ("cooperate", "defect"), payoff)


def volunteers_dilemma(players: int, benefit: float, cost: float) -> SymmetricGame:
    """Return the volunteer's dilemma: one volunteer is enough (Diekmann 1985).

    Examples
    --------
    >>> volunteers_dilemma(2, 2, 1).matrix()
    array([[1., 1.],
           [2., 0.]])
    """
    n = count("players", players, 2)
    b, c = number("benefit", benefit), number("cost", cost)

    def payoff(strategy: int, others: Integers) -> Floats:
        if strategy == 0:
            return np.full(others.shape[0], b - c)
        return np.asarray(np.where(others[:, 0] > 0, b, 0.0))

    return symmetric_game(n, ("volunteer", "defect"), payoff)


def optional_public_goods(
    players: int,
    multiplication_factor: float,
    loner_payoff: float,
    cost: float = 1.0,
    *,
    fine: float | None = None,
    fine_cost: float = 0.0,
) -> SymmetricGame:
    """Return the public goods game that one may leave (Hauert, De Monte, Hofbauer & Sigmund 2002).

    Participants share the pot; a lone participant gets what loners get. With a ``fine`` there are
    peer punishers too, who contribute and fine each defector of their group at ``fine_cost`` each
    (Hauert, Traulsen, Brandt, Nowak & Sigmund 2007, Science 316:1905).

    Examples
    --------
    >>> optional_public_goods(5, 3, 1).strategies
    ('cooperate', 'defect', 'loner')
    """
    n, r = count("players", players, 2), number("multiplication_factor", multiplication_factor)
    sigma, c = number("loner_payoff", loner_payoff), number("cost", cost)
    names = ["cooperate", "defect", "loner"]
    if fine is not None:
        names.append("punish")

    def payoff(strategy: int, others: Integers) -> Floats:
        punishers = others[:, 3] if fine is not None else 0 * others[:, 0]
        if strategy == 2:
            return np.full(others.shape[0], sigma)
        gives = strategy in (0, 3)
        contributors = others[:, 0] + punishers + gives
        participants = contributors + others[:, 1] + (strategy == 1)
        out = r * c * contributors / participants - c * gives
        if fine is not None and strategy == 1:
            out = out - fine * punishers
        if strategy == 3:
            out = out - fine_cost * others[:, 1]
        return np.asarray(np.where(participants == 1, sigma, out))

    return symmetric_game(n, tuple(names), payoff)
