r"""From which discount factor on a strategy that all follow is an equilibrium, exactly.

n players follow the same deterministic automaton. One of them faces the others, who all stay in the
same state, as a deterministic decision problem: its state is theirs, its choice an act. The best
deviation therefore runs into a cycle without visiting a state twice, and there are finitely many
such ways. Along each, payoffs u_0, u_1, ... are worth

    sum_t d^t u_t = A(d) + d^h C(d) / (1 - d^L),

with h rounds before a cycle of L, so that 'no better than to conform' is that a polynomial in d
with rational coefficients is >= 0. The discount factors at which it is one for all deviations are
intervals, and their ends roots.

A strategy that only watches in part has a closed form: grim, which begins T rounds of punishment
with probability m after a breach, needs T - R <= m S(d) (R - P), S(d) = d + ... + d^T.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import comb
from typing import NamedTuple

import numpy.typing as npt

from ..._checks import count
from ...errors import BudgetError, CoopgamesError
from ...games import SymmetricGame
from ...kernels.annuity import discount_factor_for
from ...kernels.bernstein import unit_roots
from ...kernels.rationals import like_given, rational, rational_share
from ...strategies import Automaton, MemoryOne, as_automaton, find_strategy
from ...strategies.exact_dilemma import Dilemma, exact_dilemma

__all__ = ["SustainingDiscount", "grim_discount_factor", "sustaining_discount_factor"]

Number = Fraction | float
Given = float | str | Fraction
Polynomial = list[Fraction]

#: Ways of deviating that are still gone through.
LARGEST_NUMBER_OF_DEVIATIONS = 20_000
#: Denominators among which an exact root is looked for.
LARGEST_DENOMINATOR = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class SustainingDiscount:
    """Discount factors at which nobody gains by leaving a strategy that all others follow.

    Attributes
    ----------
    strategy : str
    value : Fraction or float
        The lowest from which on up to 1 nobody does; NaN where there is none below 1.
    intervals : tuple of (low, high)
        All discount factors in [0, 1) with that property; ``high`` is 1 for the last, if ``value``
        is a number. Fractions where the ends are rational with denominators up to a million.
    deviation : str
        What pays just below ``value``, or near 1 where there is none: the acts before the cycle,
        and the cycle in brackets. Empty where nothing ever pays.
    deviations : int
        How many ways of deviating have been compared.
    """

    strategy: str
    value: Number
    intervals: tuple[tuple[Number, Number], ...]
    deviation: str
    deviations: int


def grim_discount_factor(
    reward: Given,
    temptation: Given,
    punishment: Given,
    *,
    detection: Given = 1,
    periods: int | None = None,
) -> Number:
    """Return the lowest discount factor at which the threat of punishment upholds cooperation.

    Parameters
    ----------
    reward, temptation, punishment : number or "a/b"
        R where all cooperate, T of a breach, P in each round of punishment. [payoff]
    detection : number or "a/b", in [0, 1]
        Probability that a breach begins the punishment; one that goes unnoticed can be repeated.
    periods : int, optional
        Rounds of punishment; for ever by default.

    Returns
    -------
    Fraction or float
        Exact if no argument is a float and the punishment lasts one round or for ever. 0 where a
        breach brings nothing, NaN where no discount factor below 1 is enough.

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds.

    References
    ----------
    Friedman (1971) Rev. Econ. Stud. 38:1, doi:10.2307/2296617.

    Examples
    --------
    >>> grim_discount_factor(3, 5, 1), grim_discount_factor(3, 5, 1, detection="1/2")
    (Fraction(1, 2), Fraction(2, 3))
    """
    r, t, p = (
        rational(name, value)
        for name, value in (
            ("reward", reward),
            ("temptation", temptation),
            ("punishment", punishment),
        )
    )
    m = rational_share("detection", detection)
    rounds = None if periods is None else count("periods", periods)
    if t <= r:
        return Fraction(0)
    if m == 0 or r <= p:
        return float("nan")
    found = discount_factor_for((t - r) / (m * (r - p)), rounds)
    convert = like_given(reward, temptation, punishment, detection)
    return float("nan") if found is None else convert(found)


def sustaining_discount_factor(
    strategy: MemoryOne | Automaton | str,
    game: SymmetricGame | npt.ArrayLike | Dilemma,
    *,
    players: int | None = None,
) -> SustainingDiscount:
    """Return the discount factors at which a strategy is a Nash equilibrium with itself.

    Parameters
    ----------
    strategy : MemoryOne, Automaton or str
        One that leaves nothing to chance, or its name.
    game : SymmetricGame of two acts, or array_like, shape (2, 2)
        Cooperation first; a matrix has the payoffs of one player beside others who all do the same.
        [payoff]
    players : int, optional
        n, for a matrix and a name; by default those of the game, or 2.

    Returns
    -------
    SustainingDiscount
        Against deviations of any memory. Whether threats would be carried out isn't asked.

    Raises
    ------
    CoopgamesError
        If the strategy draws lots, or its number of players is another.
    BudgetError
        If there are more than 20,000 ways of deviating.

    References
    ----------
    Axelrod & Hamilton (1981) Science 211:1390, doi:10.1126/science.7466396, for tit for tat.

    Examples
    --------
    >>> names = ["grim", "tit for tat", "win-stay lose-shift"]
    >>> found = [sustaining_discount_factor(name, [[3, 0], [5, 1]]) for name in names]
    >>> [(str(one.value), one.deviation) for one in found]
    [('1/2', 'D(D)'), ('2/3', '(DC)'), ('nan', '(DD)')]
    """
    n = count("players", players, 2) if players is not None else getattr(game, "players", 2)
    if isinstance(game, SymmetricGame) and game.players != n:
        raise CoopgamesError(f"players must be {game.players}, as the game has; got {players!r}")
    chosen = find_strategy(strategy, n) if isinstance(strategy, str) else strategy
    machine = as_automaton(chosen)
    if players is not None and machine.players != n:
        raise CoopgamesError(f"strategy must be one of {n} players; got one of {machine.players}")
    if any(value not in {0.0, 1.0} for value in machine.cooperate):
        raise CoopgamesError("strategy must leave nothing to chance: cooperate with 0 or 1")
    dilemma = exact_dilemma(game)
    conform, deviations = None, []
    for way in _ways(machine):
        if way.conforms:
            conform = way
        else:
            deviations.append(way)
    assert conform is not None
    gaps = [_gap(conform, way, dilemma) for way in deviations]
    marks = sorted({root for gap in gaps for root in _roots(gap)})
    edges: list[Number] = [Fraction(0), *marks, Fraction(1)]
    intervals: list[tuple[Number, Number]] = []
    worst = ""
    for low, high in pairwise(edges):
        middle = (Fraction(low) + Fraction(high)) / 2
        values = [_at(gap, middle) for gap in gaps]
        if not values or min(values) >= 0:
            joined = intervals and intervals[-1][1] == low
            start = intervals.pop()[0] if joined else low
            intervals.append((start, high))
        else:
            worst = deviations[values.index(min(values))].words
    return SustainingDiscount(
        strategy=machine.name,
        value=intervals[-1][0] if intervals and intervals[-1][1] == 1 else float("nan"),
        intervals=tuple(intervals),
        deviation=worst,
        deviations=len(deviations),
    )


class _Way(NamedTuple):
    """Acts of one player and of the others, True to cooperate, and where the cycle begins."""

    own: tuple[bool, ...]
    others: tuple[bool, ...]
    cycle: int

    @property
    def conforms(self) -> bool:
        return self.own == self.others

    @property
    def words(self) -> str:
        text = "".join("C" if act else "D" for act in self.own)
        return f"{text[: self.cycle]}({text[self.cycle :]})"


def _ways(machine: Automaton) -> Iterator[_Way]:
    """Go through all ways into a cycle that visit no state of the others twice."""
    n, found = machine.players, 0
    stack: list[tuple[tuple[int, ...], tuple[bool, ...]]] = [((machine.start,), ())]
    while stack:
        states, acts = stack.pop()
        others = machine.cooperate[states[-1]] == 1
        for own in (True, False):
            seen = (n - 2) * others + own
            target = machine.moves[states[-1]][0 if others else 1][seen]
            now = (*acts, own)
            if target in states:
                found += 1
                if found > LARGEST_NUMBER_OF_DEVIATIONS:
                    raise BudgetError(
                        f"strategy: more than {LARGEST_NUMBER_OF_DEVIATIONS} ways of deviating "
                        f"from an automaton of {machine.size} states; use one with fewer"
                    )
                cooperate = tuple(machine.cooperate[state] == 1 for state in states)
                yield _Way(now, cooperate, states.index(target))
            else:
                stack.append(((*states, target), now))


def _gap(conform: _Way, deviation: _Way, dilemma: Dilemma) -> Polynomial:
    """Return what conforming is worth more, times something positive, by powers of d."""
    one, cycle_one = _worth(conform, dilemma)
    two, cycle_two = _worth(deviation, dilemma)
    return _sum(_product(one, cycle_two), [-x for x in _product(two, cycle_one)])


def _worth(way: _Way, dilemma: Dilemma) -> tuple[Polynomial, Polynomial]:
    """Return the worth of a way times (1 - d) Q, and Q = 1 + ... + d^(L-1)."""
    r, s, t, p = dilemma
    paid = [
        (r if others else s) if own else (t if others else p)
        for own, others in zip(way.own, way.others, strict=True)
    ]
    ring = [Fraction(1)] * (len(paid) - way.cycle)
    before = _product(_product(paid[: way.cycle], [Fraction(1), Fraction(-1)]), ring)
    return _sum(before, [Fraction(0)] * way.cycle + paid[way.cycle :]), ring


def _sum(a: Polynomial, b: Polynomial) -> Polynomial:
    size = max(len(a), len(b))
    left, right = (x + [Fraction(0)] * (size - len(x)) for x in (a, b))
    return [x + y for x, y in zip(left, right, strict=True)]


def _product(a: Polynomial, b: Polynomial) -> Polynomial:
    out = [Fraction(0)] * max(len(a) + len(b) - 1, 0)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            out[i + j] += x * y
    return out


def _at(polynomial: Sequence[Fraction], d: Fraction) -> Fraction:
    total = Fraction(0)
    for coefficient in reversed(polynomial):
        total = total * d + coefficient
    return total


def _roots(polynomial: Polynomial) -> list[Number]:
    """Return the roots in (0, 1), exact where they are rational with a small denominator."""
    n = len(polynomial) - 1
    bernstein = [
        float(sum(Fraction(comb(k, i), comb(n, i)) * polynomial[i] for i in range(k + 1)))
        for k in range(n + 1)
    ]
    found: list[Number] = []
    for root in unit_roots(bernstein).points.tolist():
        guess = Fraction(root).limit_denominator(LARGEST_DENOMINATOR)
        value = guess if _at(polynomial, guess) == 0 else root
        if 0 < value < 1:
            found.append(value)
    return found
