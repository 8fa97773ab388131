"""Memory-one strategies of a repeated dilemma of two or more players, and those with names.

A memory-one strategy reacts to its own last act and to how many of the n - 1 others cooperated. Its
probabilities of cooperating are listed as (C, n-1), ..., (C, 0), (D, n-1), ..., (D, 0): own act,
others who cooperated. For two players that is CC, CD, DC, DD, own act first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .._checks import count, one_of, probability
from ..errors import CoopgamesError

__all__ = ["STRATEGY_NAMES", "MemoryOne", "memory_one", "named_strategy"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryOne:
    """A memory-one strategy.

    Attributes
    ----------
    name : str
    start : float, in [0, 1]
        Probability of cooperating in the first round.
    response : tuple of floats, 2 n of them
        Probability of cooperating after (C, n-1), ..., (C, 0), (D, n-1), ..., (D, 0): own act,
        others who cooperated.
    source : str
        Where it is published, keys of the bibliography; empty for one's own.
    """

    name: str
    start: float
    response: tuple[float, ...]
    source: str = ""

    def __post_init__(self) -> None:
        probability("start", self.start)
        if len(self.response) < 4 or len(self.response) % 2:
            raise CoopgamesError(
                "response must hold 2 n probabilities, n >= 2 the number of players; "
                f"got {len(self.response)}"
            )
        for position, value in enumerate(self.response):
            probability(f"response[{position}]", value)

    @property
    def players(self) -> int:
        """Number of players, n."""
        return len(self.response) // 2

    def by_cooperators(self) -> Floats:
        """Return the response by own act and number of other cooperators, shape (2, n).

        Examples
        --------
        >>> named_strategy("tit for tat", players=3).by_cooperators()
        array([[0., 0., 1.],
               [0., 0., 1.]])
        """
        return np.array(self.response).reshape(2, self.players)[:, ::-1]


def memory_one(
    response: Sequence[float], *, start: float = 1.0, name: str = "", source: str = ""
) -> MemoryOne:
    """Return the memory-one strategy with given probabilities of cooperating.

    Parameters
    ----------
    response : sequence of floats, 2 n of them
        After (C, n-1), ..., (C, 0), (D, n-1), ..., (D, 0): own act, others who cooperated.
    start : float, in [0, 1]
        In the first round.
    name : str
        By default the probabilities.
    source : str

    Raises
    ------
    CoopgamesError
        If a value is no probability or their number is odd or below 4.

    Examples
    --------
    >>> memory_one([1, 0, 0, 1]).name
    '(1, 0, 0, 1)'
    """
    values = tuple(probability(f"response[{i}]", p) for i, p in enumerate(response))
    label = name or "(" + ", ".join(f"{value:g}" for value in values) + ")"
    return MemoryOne(name=label, start=probability("start", start), response=values, source=source)


def named_strategy(
    name: str,
    *,
    players: int = 2,
    threshold: int | None = None,
    forgiveness: float | None = None,
) -> MemoryOne:
    """Return a strategy of the literature by its name.

    Parameters
    ----------
    name : str
        One of `STRATEGY_NAMES`.
    players : int
        n, at least 2. 'firm but fair' is one of two players.
    threshold : int, in 1 .. n - 1, optional
        Of 'tit for tat' and its variants: how many others must have cooperated; all, by default.
    forgiveness : float, in [0, 1], optional
        Probability of cooperating where the strategy would defect. Of 'generous tit for tat':
        1/3 by default, the largest that isn't exploited with payoffs 5, 3, 1, 0
        (nowak1992generous). Of 'firm but fair', after mutual defection: 2/3 by default (frean1994).

    Raises
    ------
    CoopgamesError
        If the name is unknown, or a parameter is given that it doesn't take.

    Examples
    --------
    >>> named_strategy("win-stay lose-shift").response
    (1.0, 0.0, 0.0, 1.0)
    >>> named_strategy("tit for tat", players=4, threshold=2).response
    (1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0)
    """
    one_of("name", name, STRATEGY_NAMES)
    n = count("players", players, 2)
    entry = _CATALOGUE[name]
    if n > 2 and entry.group_source is None:
        raise CoopgamesError(f"players must be 2 for {name!r}; got {players}")
    if threshold is not None and not entry.threshold:
        raise CoopgamesError(f"threshold is none of {name!r}; got {threshold!r}")
    if forgiveness is not None and entry.forgiveness is None:
        raise CoopgamesError(f"forgiveness is none of {name!r}; got {forgiveness!r}")
    needed = n - 1 if threshold is None else count("threshold", threshold, 1)
    if needed > n - 1:
        raise CoopgamesError(f"threshold must be <= {n - 1}, players - 1; got {threshold!r}")
    given = entry.forgiveness if forgiveness is None else forgiveness
    q = probability("forgiveness", given or 0.0)
    response = [
        entry.rule(own, others, n - 1, needed, q)
        for own in (True, False)
        for others in range(n - 1, -1, -1)
    ]
    source = entry.source if n == 2 else str(entry.group_source)
    return memory_one(response, start=entry.start, name=name, source=source)


#: Probability of cooperating, from own act, others who cooperated, n - 1, threshold, forgiveness.
_Rule = Callable[[bool, int, int, int, float], float]


@dataclass(frozen=True, slots=True)
class _Entry:
    rule: _Rule
    source: str
    #: None where there is no version for more than two players.
    group_source: str | None
    start: float = 1.0
    threshold: bool = False
    forgiveness: float | None = None


def _firm_but_fair(own: bool, others: int, _all: int, _needed: int, q: float) -> float:
    if others:
        return 1.0
    return 0.0 if own else q


_TIT_FOR_TAT = "axelrod1981"
_GROUP_TIT_FOR_TAT = "boyd1988"
_CATALOGUE = {
    "always cooperate": _Entry(lambda *_: 1.0, "axelrod1981", "boyd1988"),
    "always defect": _Entry(lambda *_: 0.0, "axelrod1981", "boyd1988", start=0.0),
    "firm but fair": _Entry(_firm_but_fair, "frean1994", None, forgiveness=2 / 3),
    "generous tit for tat": _Entry(
        lambda own, k, most, needed, q: 1.0 if k >= needed else q,
        "molander1985, nowak1992generous",
        _GROUP_TIT_FOR_TAT,
        threshold=True,
        forgiveness=1 / 3,
    ),
    "grim": _Entry(
        lambda own, k, most, needed, q: float(own and k == most), "friedman1971", "friedman1971"
    ),
    "proportional tit for tat": _Entry(
        lambda own, k, most, needed, q: k / most, _TIT_FOR_TAT, "hilbe2014"
    ),
    "suspicious tit for tat": _Entry(
        lambda own, k, most, needed, q: float(k >= needed),
        "boyd1987",
        _GROUP_TIT_FOR_TAT,
        start=0.0,
        threshold=True,
    ),
    "tit for tat": _Entry(
        lambda own, k, most, needed, q: float(k >= needed),
        _TIT_FOR_TAT,
        _GROUP_TIT_FOR_TAT,
        threshold=True,
    ),
    "win-stay lose-shift": _Entry(
        lambda own, k, most, needed, q: float(k == (most if own else 0)),
        "nowak1993",
        "pinheiro2014",
    ),
}

#: What `named_strategy` knows.
STRATEGY_NAMES = tuple(sorted(_CATALOGUE))
