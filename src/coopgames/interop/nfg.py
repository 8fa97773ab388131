"""Gambit's files of strategic games (.nfg), read and written.

After title, players and their strategies comes one entry per profile, the first player's strategy
running fastest. In the *payoff version* an entry is a payoff for every player; in the *outcome
version* it is the number of an outcome from a list of labelled payoff vectors, 0 for the outcome
that pays nobody anything.

References
----------
Gambit's file formats: https://gambitproject.readthedocs.io/en/stable/formats.html
"""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from ..games import RoleGame, StrategicGame, SymmetricGame, to_strategic
from ..games.strategic import LARGEST_STRATEGIC_TABLE, check_strategic_size
from .gambit_text import in_braces, number_text, quoted, source_of, written
from .gambit_words import Words

__all__ = ["read_nfg", "write_nfg"]


def read_nfg(
    path_or_text: str | Path,
    *,
    exact: bool = False,
    relabel: bool = False,
    largest_table: int = LARGEST_STRATEGIC_TABLE,
) -> StrategicGame:
    r"""Return the strategic game in a Gambit .nfg file.

    Parameters
    ----------
    path_or_text : str or Path
        A file, or its text: a string of several lines or one that begins with ``NFG``.
    exact : bool
        Whether payoffs are kept as the fractions that are written there; else they are floats.
    relabel : bool
        Whether labels that repeat among players, or among one's strategies, get numbers; else they
        are refused.
    largest_table : int
        Most payoffs that are read.

    Returns
    -------
    StrategicGame
        Strategies are called "1", "2", ... where the file gives only how many there are. Labels of
        outcomes are not kept.

    Raises
    ------
    SpecificationError
        If the file breaks the format; names the line.
    BudgetError
        If there are more payoffs than ``largest_table``, or more than 31 players.

    Examples
    --------
    >>> game = read_nfg('NFG 1 R "Chicken" { "Ann" "Bob" } { 2 2 }\n 0 0  1/3 -1  -1 1  -9 -9')
    >>> game.payoffs[0]
    array([[ 0.        , -1.        ],
           [ 0.33333333, -9.        ]])
    """
    words = Words(*source_of(path_or_text, "NFG"))
    title, players = words.head("NFG", "1", relabel=relabel)
    strategies = _strategies(words, players, relabel=relabel)
    comment = words.comment()
    sizes = tuple(len(names) for names in strategies)
    profiles = prod(sizes)
    check_strategic_size(sizes, largest_table)
    flat = np.empty((profiles, len(players)), dtype=object if exact else float)
    if words.next.text == "{" and words.next.kind == "symbol":
        outcomes = _outcomes(words, len(players), exact=exact)
        for row in range(profiles):
            line = words.next.line
            number = words.count(f"the outcome of profile {row + 1} of {profiles}", 0)
            if number >= len(outcomes):
                words.refuse(line, f"there are {len(outcomes) - 1} outcomes; got number {number}")
            flat[row] = outcomes[number]
    else:
        for row in range(profiles):
            for i, player in enumerate(players):
                what = f"payoff of {player!r} in profile {row + 1} of {profiles}"
                flat[row, i] = words.number(what, exact=exact)
    words.expect_end(f"{profiles} profiles")
    return StrategicGame(
        players=players,
        strategies=strategies,
        payoffs=flat.T.reshape((len(players), *sizes[::-1])).transpose(
            0, *range(len(sizes), 0, -1)
        ),
        title=title,
        comment=comment,
    )


def _strategies(
    words: Words, players: tuple[str, ...], *, relabel: bool
) -> tuple[tuple[str, ...], ...]:
    words.expect("{")
    found: list[tuple[str, ...]] = []
    named = words.next.kind == "symbol" and words.next.text == "{"
    for player in players:
        if named:
            found.append(words.labels(f"strategies of {player!r}", relabel=relabel))
        else:
            number = words.count(f"number of strategies of {player!r}", 1)
            if number > LARGEST_STRATEGIC_TABLE:
                words.refuse(words.next.line, f"{number} strategies of {player!r} are too many")
            found.append(tuple(str(k + 1) for k in range(number)))
    words.expect("}")
    return tuple(found)


def _outcomes(words: Words, players: int, *, exact: bool) -> list[tuple[Any, ...]]:
    """Return payoffs by number of the outcome; number 0 pays nothing."""
    words.expect("{")
    found: list[tuple[Any, ...]] = [(0,) * players]
    while not words.take_if("}"):
        words.expect("{")
        label = words.label("an outcome's label")
        found.append(words.numbers(players, f"payoff in outcome {label!r}", exact=exact))
    return found


def write_nfg(
    game: StrategicGame | RoleGame | SymmetricGame,
    path: str | Path | None = None,
    *,
    outcomes: bool = False,
) -> str:
    """Return the text of a Gambit .nfg file, and write it if a path is given.

    Parameters
    ----------
    game : StrategicGame, RoleGame or SymmetricGame
        A game by counts is written player by player.
    path : str or Path, optional
        Where to write it, in UTF-8.
    outcomes : bool
        Whether to write the outcome version: every payoff vector once, profiles by number.

    Returns
    -------
    str
        `read_nfg` reads the same game from it. Fractions are written exactly, floats by the
        shortest decimal that gives them back.

    Raises
    ------
    BudgetError
        If the game is too large for a strategic form.

    Examples
    --------
    >>> from coopgames.games import classics
    >>> print(write_nfg(classics.stag_hunt()))
    NFG 1 R "" { "player 1" "player 2" }
    { { "stag" "hare" }
      { "stag" "hare" } }
    ""
    <BLANKLINE>
    4 4
    3 0
    0 3
    2 2
    <BLANKLINE>
    """
    form = to_strategic(game)
    names = [in_braces(map(quoted, of_player)) for of_player in form.strategies]
    head = [
        f"NFG 1 R {quoted(form.title)} {in_braces(map(quoted, form.players))}",
        "{ " + "\n  ".join(names) + " }",
        quoted(form.comment),
        "",
    ]
    n = len(form.players)
    rows = form.payoffs.transpose(0, *range(n, 0, -1)).reshape(n, -1).T
    entries = [[number_text(value) for value in row] for row in rows]
    if not outcomes:
        body = [" ".join(entry) for entry in entries]
    else:
        number: dict[tuple[str, ...], int] = {}
        chosen = [number.setdefault(tuple(entry), len(number) + 1) for entry in entries]
        listed = [in_braces((quoted(str(k)), ", ".join(entry))) for entry, k in number.items()]
        body = ["{", *listed, "}", " ".join(map(str, chosen))]
    return written("\n".join([*head, *body]) + "\n", path)
