"""Payoff tables for papers and notebooks: LaTeX and HTML, best replies underlined.

Two players make a table of pairs, the row player's payoff first; the row player's best replies are
the largest first payoffs of each column, the column player's the largest second ones of each row. A
symmetric game of more players makes a table of a player's own strategy against the counts of its
co-players; its best replies are the largest of each column.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from .._checks import count
from ..errors import BudgetError, CoopgamesError
from ..games import (
    RoleGame,
    StrategicGame,
    SymmetricGame,
    as_symmetric,
    to_role_game,
    to_strategic,
)

__all__ = ["to_html", "to_latex"]

#: Payoffs closer than this to the best, relative to the largest payoff in size, are best replies.
TIE = 1e-9
#: Cells of a table that anybody would read.
LARGEST_PRINTED_TABLE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Table:
    """Heads as plain words; ``payoffs`` and ``best`` of shape (rows, columns, payoffs per cell)."""

    title: str
    of_rows: str
    of_columns: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    payoffs: npt.NDArray[Any]
    best: npt.NDArray[np.bool_]


def to_latex(game: StrategicGame | RoleGame | SymmetricGame, *, digits: int = 4) -> str:
    r"""Return the payoff table of a game as a LaTeX tabular, best replies underlined.

    Parameters
    ----------
    game : StrategicGame, RoleGame or SymmetricGame
        Of two players, or of more who are all interchangeable.
    digits : int
        Significant digits of floats, at least 1; fractions are written as such.

    Returns
    -------
    str
        Needs no package.

    Raises
    ------
    CoopgamesError
        If more than two players are not interchangeable.
    BudgetError
        If the table has more than 10,000 cells.

    Examples
    --------
    >>> from coopgames.games import classics
    >>> print(to_latex(classics.stag_hunt()))
    \begin{tabular}{l|cc}
     & \multicolumn{2}{c}{player 2} \\
    player 1 & stag & hare \\ \hline
    stag & $\underline{4},\; \underline{4}$ & $0,\; 3$ \\
    hare & $3,\; 0$ & $\underline{2},\; \underline{2}$ \\
    \end{tabular}
    """
    table, digits = _table(game), count("digits", digits, 1)

    def cell(payoffs: Any, best: Any) -> str:
        texts = [_latex_number(_number(value, digits)) for value in payoffs]
        marked = [
            rf"\underline{{{text}}}" if is_best else text
            for text, is_best in zip(texts, best, strict=True)
        ]
        return "$" + r",\; ".join(marked) + "$"

    width = len(table.columns)
    lines = [
        rf"\begin{{tabular}}{{l|{'c' * width}}}",
        rf" & \multicolumn{{{width}}}{{c}}{{{_latex(table.of_columns)}}} \\",
        rf"{' & '.join(map(_latex, (table.of_rows, *table.columns)))} \\ \hline",
    ]
    for name, payoffs, best in zip(table.rows, table.payoffs, table.best, strict=True):
        cells = [cell(p, b) for p, b in zip(payoffs, best, strict=True)]
        lines.append(rf"{' & '.join([_latex(name), *cells])} \\")
    return "\n".join([*lines, r"\end{tabular}"])


def to_html(
    game: StrategicGame | RoleGame | SymmetricGame, *, digits: int = 4, caption: str | None = None
) -> str:
    """Return the payoff table of a game in HTML, best replies underlined.

    Parameters
    ----------
    game, digits
        As in `to_latex`.
    caption : str, optional
        Above the table; the game's title by default.

    Returns
    -------
    str
        One ``<table>`` element, without styles.

    Raises
    ------
    CoopgamesError, BudgetError
        As in `to_latex`.

    Examples
    --------
    >>> from coopgames.games import classics
    >>> "<td><u>4</u>, <u>4</u></td><td>0, 3</td>" in to_html(classics.stag_hunt())
    True
    """
    table, digits = _table(game), count("digits", digits, 1)

    def cell(payoffs: Any, best: Any) -> str:
        texts = [_number(value, digits).replace("-", "−") for value in payoffs]
        marked = [f"<u>{t}</u>" if b else t for t, b in zip(texts, best, strict=True)]
        return f"<td>{', '.join(marked)}</td>"

    said = table.title if caption is None else caption
    heads = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in table.columns)
    above = f'<th scope="colgroup" colspan="{len(table.columns)}">{html.escape(table.of_columns)}'
    lines = ["<table>"]
    if said:
        lines.append(f"<caption>{html.escape(said)}</caption>")
    lines += [
        "<thead>",
        f"<tr><td></td>{above}</th></tr>",
        f'<tr><th scope="col">{html.escape(table.of_rows)}</th>{heads}</tr>',
        "</thead>",
        "<tbody>",
    ]
    for name, payoffs, best in zip(table.rows, table.payoffs, table.best, strict=True):
        cells = "".join(cell(p, b) for p, b in zip(payoffs, best, strict=True))
        lines.append(f'<tr><th scope="row">{html.escape(name)}</th>{cells}</tr>')
    return "\n".join([*lines, "</tbody>", "</table>"])


# --- what stands in the table ----------------------------------------------------------------


def _table(game: StrategicGame | RoleGame | SymmetricGame) -> _Table:
    if _players(game) == 2:
        table = _of_two(to_strategic(game))
    else:
        table = _of_counts(_symmetric(game), getattr(game, "title", ""))
    if table.best.size > LARGEST_PRINTED_TABLE:
        raise BudgetError(
            f"the table has {table.best.size} payoffs, more than {LARGEST_PRINTED_TABLE}"
        )
    return table


def _players(game: StrategicGame | RoleGame | SymmetricGame) -> int:
    if isinstance(game, StrategicGame):
        return len(game.players)
    return game.players if isinstance(game, SymmetricGame) else sum(game.players)


def _symmetric(game: StrategicGame | RoleGame | SymmetricGame) -> SymmetricGame:
    if isinstance(game, SymmetricGame):
        return game
    roles = to_role_game(game) if isinstance(game, StrategicGame) else game
    if len(roles.roles) > 1 or roles.players[0] < 2:
        raise CoopgamesError(
            "game must have two players, or more who are all interchangeable, to be a table; this "
            f"one has roles {', '.join(roles.roles)} of {', '.join(map(str, roles.players))} "
            "(write_nfg takes any game)"
        )
    return as_symmetric(roles)


def _of_two(game: StrategicGame) -> _Table:
    tie = _tie(game.payoffs)
    first, second = game.payoffs
    return _Table(
        title=game.title,
        of_rows=game.players[0],
        of_columns=game.players[1],
        rows=game.strategies[0],
        columns=game.strategies[1],
        payoffs=np.stack([first, second], axis=-1),
        best=np.stack(
            [
                (first >= first.max(axis=0, keepdims=True) - tie).astype(bool),
                (second >= second.max(axis=1, keepdims=True) - tie).astype(bool),
            ],
            axis=-1,
        ),
    )


def _of_counts(game: SymmetricGame, title: str) -> _Table:
    looks = [
        " or ".join(
            name for name, seen in zip(game.strategies, game.seen_as, strict=True) if seen == k
        )
        for k in range(game.looks)
    ]
    groups = game.co_players().tolist()
    if game.looks == 2:  # the number of the second look follows
        said, columns = f"co-players who play {looks[0]}", tuple(str(own) for own, _ in groups)
    else:
        said = f"co-players who play {', '.join(looks)}"
        columns = tuple(", ".join(map(str, group)) for group in groups)
    return _Table(
        title=title,
        of_rows="own strategy",
        of_columns=said,
        rows=game.strategies,
        columns=columns,
        payoffs=game.table[:, :, None],
        best=(game.table >= game.table.max(axis=0) - _tie(game.table))[:, :, None],
    )


def _tie(payoffs: npt.NDArray[Any]) -> Any:
    return 0 if payoffs.dtype == object else TIE * float(np.abs(payoffs).max())


# --- words -----------------------------------------------------------------------------------


def _number(value: Any, digits: int) -> str:
    if isinstance(value, Fraction):
        return str(value)
    text = f"{float(value):.{digits}g}"
    return "0" if text == "-0" else text


def _latex_number(text: str) -> str:
    mantissa, e, exponent = text.partition("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if e else text


_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "\n": " ",
    "\r": " ",
    **{special: "\\" + special for special in "&%$#_{}"},
}
#: Brackets and stars after a line's end would be read as options of it.
_LATEX |= {"[": "{[}", "]": "{]}", "*": "{*}"}


def _latex(label: str) -> str:
    return "".join(_LATEX.get(character, character) for character in label)
