"""Finite automata of the literature, and one door to all strategies with names.

In groups "the others cooperated" means that at least ``threshold`` of them were seen to, all by
default, as for tit for tat (boyd1988); a literature of their own have only 'all-or-none' and
'limited retaliation'.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import product

from .._checks import count, one_of
from ..errors import CoopgamesError
from .automata import Automaton, minimal_automaton
from .memory_one import STRATEGY_NAMES, MemoryOne, named_strategy

__all__ = ["AUTOMATON_NAMES", "find_strategy", "named_automaton"]

#: Cooperation in each state, and the next state by own act (0 to cooperate) and other cooperators.
_Table = tuple[Sequence[float], Sequence[Sequence[Sequence[int]]]]
#: From players, threshold and rounds.
_Builder = Callable[[int, int, int], _Table]


def named_automaton(
    name: str, *, players: int = 2, threshold: int | None = None, rounds: int | None = None
) -> Automaton:
    """Return a finite automaton of the literature by its name.

    Parameters
    ----------
    name : str
        One of `AUTOMATON_NAMES`.
    players : int
        n, at least 2. 'contrite tit for tat' and 'handshake' are of two players.
    threshold : int, in 1 .. n - 1, optional
        How many others must have cooperated for a round to count as cooperation; all, by default.
        Of strategies that react to the others alone.
    rounds : int, at least 1, optional
        Of 'limited retaliation': how many rounds of defection follow a round in which not all
        cooperated. Of 'all-or-none': its memory K. 2 by default, our assumption.

    Returns
    -------
    Automaton
        Its smallest form; the start is state 0.

    Raises
    ------
    CoopgamesError
        If the name is unknown, or a parameter is given that it doesn't take.

    Notes
    -----
    ============================  ==============================================================
    name                          rule
    ============================  ==============================================================
    all-or-none                   cooperates iff in each of the last K rounds all players or none
                                  cooperated; with K = 1 win-stay lose-shift (hilbe2017)
    alternator                    C, D, C, D, whatever the others do
    anti tit for tat              C, then the opposite of what the other did (hilbe2013)
    contrite tit for tat          defects iff in good standing and the other is not. Who
                                  cooperates is in good standing; who defects stays in it only if
                                  that is what the rule says (sugden1986, boyd1989)
    handshake                     C, D; from then on C with who opened the same way, D with others
                                  (robson1990; this opening is our assumption)
    hard tit for tat              defects iff the other did in one of the last three rounds
                                  (stewart2012)
    hard tit for two tats         defects iff the other did twice running in the last three rounds
                                  (stewart2012)
    limited retaliation           cooperates until a round in which not all did, itself included,
                                  defects for some rounds, begins anew (green1984)
    rescuer                       cooperates only after the other's defection, tit for tat
                                  turned round (nachbar1992)
    tit for two tats              defects iff the other did in both of the last two rounds
                                  (axelrod1980)
    two tits for tat              defects iff the other did in one of the last two rounds
                                  (axelrod1984)
    ============================  ==============================================================

    References
    ----------
    Axelrod (1980) J. Confl. Resolut. 24:3, doi:10.1177/002200278002400101; Boyd (1989) J. Theor.
    Biol. 136:47, doi:10.1016/S0022-5193(89)80188-2; Hilbe, Martinez-Vaquero, Chatterjee & Nowak
    (2017) PNAS 114:4715, doi:10.1073/pnas.1621239114.

    Examples
    --------
    >>> named_automaton("tit for two tats").cooperate
    (1.0, 1.0, 0.0)
    >>> named_automaton("all-or-none", rounds=3, players=5).size
    4
    """
    one_of("name", name, AUTOMATON_NAMES)
    n = count("players", players, 2)
    entry = _CATALOGUE[name]
    if n > 2 and not entry.groups:
        raise CoopgamesError(f"players must be 2 for {name!r}; got {players}")
    if threshold is not None and not entry.threshold:
        raise CoopgamesError(f"threshold is none of {name!r}; got {threshold!r}")
    if rounds is not None and entry.rounds is None:
        raise CoopgamesError(f"rounds is none of {name!r}; got {rounds!r}")
    needed = n - 1 if threshold is None else count("threshold", threshold, 1)
    if needed > n - 1:
        raise CoopgamesError(f"threshold must be <= {n - 1}, players - 1; got {threshold!r}")
    length = count("rounds", entry.rounds or 1 if rounds is None else rounds, 1)
    cooperate, moves = entry.build(n, needed, length)
    return minimal_automaton(
        Automaton(
            name=name,
            cooperate=tuple(map(float, cooperate)),
            moves=tuple((tuple(own), tuple(other)) for own, other in moves),
            source=entry.source,
        )
    )


def find_strategy(name: str, players: int = 2) -> MemoryOne | Automaton:
    """Return the strategy of a name, of memory one or a finite automaton.

    Parameters
    ----------
    name : str
        One of `STRATEGY_NAMES` or `AUTOMATON_NAMES`; with '_' for spaces, too.
    players : int
        n, at least 2.

    Raises
    ------
    CoopgamesError
        If the name is unknown; lists those that are near.

    Examples
    --------
    >>> find_strategy("grim").response, find_strategy("alternator").size
    ((1.0, 0.0, 0.0, 0.0), 2)
    """
    spelled = str(name).replace("_", " ")
    if spelled in STRATEGY_NAMES:
        return named_strategy(spelled, players=players)
    if spelled in AUTOMATON_NAMES:
        return named_automaton(spelled, players=players)
    known = sorted((*STRATEGY_NAMES, *AUTOMATON_NAMES))
    near = get_close_matches(spelled.lower(), known, 5, 0.5) or known
    raise CoopgamesError(f"name must be that of a strategy: {', '.join(near)}; got {name!r}")


# --- tables ------------------------------------------------------------------------------------


def _window(
    length: int, cooperates: Callable[[Sequence[bool]], bool], before: bool = True
) -> _Builder:
    """Return a strategy that reacts to whether the others cooperated in each of the last rounds.

    ``before`` is what it takes rounds before the first for.
    """

    def build(n: int, needed: int, _rounds: int) -> _Table:
        windows = list(product((before, not before), repeat=length))
        moves = []
        for window in windows:
            row = [windows.index((*window[1:], k >= needed)) for k in range(n)]
            moves.append((row, row))
        return [float(cooperates(window)) for window in windows], moves

    return build


def _all_or_none(n: int, _needed: int, rounds: int) -> _Table:
    # The state is how many more rounds of consensus are needed.
    moves = []
    for left in range(rounds + 1):
        then = max(left - 1, 0)
        moves.append(([rounds] * (n - 1) + [then], [then] + [rounds] * (n - 1)))
    return [1.0] + [0.0] * rounds, moves


def _limited_retaliation(n: int, _needed: int, rounds: int) -> _Table:
    moves = [([1] * (n - 1) + [0], [1] * n)]
    for state in range(1, rounds + 1):
        row = [(state + 1) % (rounds + 1)] * n
        moves.append((row, row))
    return [1.0] + [0.0] * rounds, moves


def _alternator(n: int, _needed: int, _rounds: int) -> _Table:
    return [1.0, 0.0], [([1] * n, [1] * n), ([0] * n, [0] * n)]


def _contrite(_n: int, _needed: int, _rounds: int) -> _Table:
    # Own standing and the other's; a player in good standing may punish one who is not.
    states = list(product((True, False), repeat=2))
    moves = []
    for own, other in states:
        rows: list[list[int]] = []
        for act in (True, False):
            mine = act or (own and not other)
            row = [states.index((mine, seen or (other and not own))) for seen in (False, True)]
            rows.append(row)
        moves.append(rows)
    return [float(not own or other) for own, other in states], moves


def _handshake(_n: int, _needed: int, _rounds: int) -> _Table:
    # 0 opens with C; 1 and 2 go on with D, so far greeted or not; 3 is friend and 4 is foe.
    friend, foe = ([3, 3], [3, 3]), ([4, 4], [4, 4])
    return [1, 0, 0, 1, 0], [([2, 1], [2, 1]), ([3, 4], [3, 4]), foe, friend, foe]


@dataclass(frozen=True, slots=True)
class _Entry:
    build: _Builder
    source: str
    groups: bool = True
    threshold: bool = False
    rounds: int | None = None


_CATALOGUE = {
    "all-or-none": _Entry(_all_or_none, "hilbe2017", rounds=2),
    "alternator": _Entry(_alternator, ""),
    "anti tit for tat": _Entry(
        _window(1, lambda w: not w[0], before=False), "hilbe2013", threshold=True
    ),
    "contrite tit for tat": _Entry(_contrite, "sugden1986, boyd1989", groups=False),
    "handshake": _Entry(_handshake, "robson1990", groups=False),
    "hard tit for tat": _Entry(_window(3, all), "stewart2012", threshold=True),
    "hard tit for two tats": _Entry(
        _window(3, lambda w: (w[0] or w[1]) and (w[1] or w[2])), "stewart2012", threshold=True
    ),
    "limited retaliation": _Entry(_limited_retaliation, "green1984", rounds=2),
    "rescuer": _Entry(_window(1, lambda w: not w[0]), "nachbar1992", threshold=True),
    "tit for two tats": _Entry(_window(2, any), "axelrod1980", threshold=True),
    "two tits for tat": _Entry(_window(2, all), "axelrod1984", threshold=True),
}

#: What `named_automaton` knows.
AUTOMATON_NAMES = tuple(sorted(_CATALOGUE))
