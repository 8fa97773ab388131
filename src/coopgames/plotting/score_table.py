"""Tables of tournaments as heat maps: who earns how much against whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from .._checks import one_of
from ..errors import CoopgamesError
from ..play.tournaments.tournament_record import Tournament
from .style import canvas, readable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_score_table"]

#: Strategies up to which the numbers stand in the cells.
_NUMBERS = 14


def plot_score_table(
    tournament: Tournament,
    *,
    value: Literal["payoffs", "cooperation_rates"] = "payoffs",
    ax: Axes | None = None,
) -> Axes:
    """Draw what strategies earn against each other, best first, and return the axes.

    Parameters
    ----------
    tournament : Tournament
        From `coopgames.round_robin` or `coopgames.score_tournament`. Beside a row's name stands its
        score, or how often it cooperates over the field.
    value : {'payoffs', 'cooperation_rates'}
        Of the row's strategy against the column's.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes

    Raises
    ------
    CoopgamesError
        If rates of cooperation are asked for and not known.

    Examples
    --------
    >>> from coopgames import round_robin
    >>> found = round_robin(["always defect", "tit for tat"], [[3, 0], [5, 1]])
    >>> ax = plot_score_table(found)
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['tit for tat  2.00', 'always defect  1.00']
    """
    one_of("value", value, ("payoffs", "cooperation_rates"))
    table = tournament.payoffs if value == "payoffs" else tournament.cooperation_rates
    each = tournament.scores if value == "payoffs" else tournament.cooperation
    if table is None or each is None:
        raise CoopgamesError("tournament has no rates of cooperation; take value='payoffs'")
    order = np.argsort(tournament.ranks, kind="stable")
    shown = table[np.ix_(order, order)]
    names = [tournament.names[i] for i in order]
    size = len(names)
    ax = canvas(ax, (3.2 + 0.55 * size, 1.9 + 0.45 * size))
    low, high = (0.0, 1.0) if value == "cooperation_rates" else (shown.min(), shown.max())
    image = ax.imshow(shown, vmin=low, vmax=high, cmap="cividis", aspect="auto")
    if size <= _NUMBERS:
        middle = low + 0.55 * (high - low)
        for (row, column), number in np.ndenumerate(shown):
            ax.text(
                column,
                row,
                f"{number:.2f}",
                ha="center",
                va="center",
                fontsize=7,
                color="black" if number > middle else "white",
            )
    ax.set_xticks(range(size), [readable(name, 40) for name in names], rotation=40, ha="right")
    scored = [f"{readable(name, 40)}  {each[i]:.2f}" for name, i in zip(names, order, strict=True)]
    ax.set_yticks(range(size), scored)
    ax.set_xlabel("opponent")
    bar = ax.get_figure(root=True).colorbar(image, ax=ax, shrink=0.8)  # type: ignore[union-attr]
    bar.set_label("payoff per round" if value == "payoffs" else "rate of cooperation")
    return ax
