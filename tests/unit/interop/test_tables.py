"""Tables in LaTeX and HTML: word by word, best replies by hand, labels that need escaping."""

from fractions import Fraction
from html.parser import HTMLParser

import pytest

from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import (
    bimatrix_game,
    classics,
    matrix_game,
    role_symmetric_game,
    strategic_game,
    symmetric_game,
    to_strategic,
)
from coopgames.interop import to_html, to_latex


class Cells(HTMLParser):
    """Reads a table back: caption, rows of words, and which words were underlined."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.caption, self.rows, self.marked, self.open = "", [], [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, _) -> None:
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data) -> None:
        if "caption" in self.open:
            self.caption += data
        elif {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data
            if "u" in self.open:
                self.marked.append((len(self.rows) - 1, len(self.rows[-1]) - 1, data))


def test_two_players_in_latex_word_by_word() -> None:
    game = strategic_game(
        [[[Fraction(1, 3), -2]], [[0, 0]]],
        [("up",), ("left", "right")],
        players=("Ann", "Bob"),
        exact=True,
    )
    assert to_latex(game).splitlines() == [
        r"\begin{tabular}{l|cc}",
        r" & \multicolumn{2}{c}{Bob} \\",
        r"Ann & left & right \\ \hline",
        r"up & $\underline{1/3},\; \underline{0}$ & $\underline{-2},\; \underline{0}$ \\",
        r"\end{tabular}",
    ]


def test_best_replies_of_both_players_by_hand() -> None:
    # Rows: 3 and 4 are best in the columns; columns: 2 and 5 are best in the rows.
    game = bimatrix_game([[3, 1], [0, 4]], [[2, 1], [5, 5]], roles=("r", "c"))
    read = Cells(to_html(game, caption="A <game>"))
    assert read.caption == "A <game>"
    assert read.rows == [["", "c"], ["r", "0", "1"], ["0", "3, 2", "1, 1"], ["1", "0, 5", "4, 5"]]
    assert read.marked == [(2, 1, "3"), (2, 1, "2"), (3, 1, "5"), (3, 2, "4"), (3, 2, "5")]


def test_many_players_by_counts() -> None:
    game = symmetric_game(
        4, ("C", "D"), lambda i, others: 2.0 * (others[:, 0] + (i == 0) >= 2) - (i == 0)
    )
    read = Cells(to_html(game))
    assert read.rows == [
        ["", "co-players who play C"],
        ["own strategy", "0", "1", "2", "3"],
        ["C", "−1", "1", "1", "1"],
        ["D", "0", "0", "2", "2"],
    ]
    assert {(row, column) for row, column, _ in read.marked} == {(3, 1), (2, 2), (3, 3), (3, 4)}
    assert to_html(to_strategic(game)) == to_html(game)
    assert to_latex(game).splitlines()[3] == r"C & $-1$ & $\underline{1}$ & $1$ & $1$ \\"


def test_more_looks_are_listed_by_counts() -> None:
    game = symmetric_game(
        3, ("a", "b", "c", "d"), lambda i, others: others[:, 2], seen_as=(0, 1, 2, 0)
    )
    rows = Cells(to_html(game)).rows
    assert rows[0] == ["", "co-players who play a or d, b, c"]
    assert rows[1][1:] == ["0, 0, 2", "0, 1, 1", "0, 2, 0", "1, 0, 1", "1, 1, 0", "2, 0, 0"]
    assert rows[2][1:] == ["2", "1", "0", "1", "0", "0"]


def test_labels_are_escaped() -> None:
    game = matrix_game([[1e-7, 1], [-1e7, -0.0]], ("<b> & $_{x}", "100% #~^\\[2]*"))
    latex = to_latex(game).splitlines()
    assert latex[3].startswith(r"\textless{}b\textgreater{} \& \$\_\{x\} & ")
    assert latex[4].startswith(
        r"100\% \#\textasciitilde{}\textasciicircum{}\textbackslash{}{[}2{]}{*} & "
    )
    assert r"1 \times 10^{-7}" in latex[3]
    assert r"-1 \times 10^{7}" in latex[4]
    read = Cells(to_html(game))
    assert read.rows[2][0] == "<b> & $_{x}"
    assert "-0" not in read.rows[3][2].split(", ")


def test_ties_up_to_rounding_are_best_replies() -> None:
    game = matrix_game([[0.1 + 0.2], [0.3]][:1])
    assert r"\underline{0.3}" in to_latex(game)
    tied = bimatrix_game([[0.1 + 0.2], [0.3]], [[0], [0]])
    assert to_latex(tied).count(r"\underline{0.3}") == 2
    assert to_latex(bimatrix_game([[0.3 + 1e-6], [0.3]], [[0], [0]])).count("underline{0.3}") == 1


def test_games_that_are_no_table_are_refused() -> None:
    unequal = role_symmetric_game(
        [1, 2], [("a", "b")] * 2, lambda r, i, others: r * i, roles=("big", "small")
    )
    for game in (unequal, to_strategic(unequal)):
        with pytest.raises(CoopgamesError, match="roles big, small of 1, 2"):
            to_latex(game)
    with pytest.raises(CoopgamesError, match="digits must be >= 1"):
        to_html(classics.stag_hunt(), digits=0)
    with pytest.raises(BudgetError, match="more than 10000"):
        to_html(strategic_game([[[0] * 100] * 100] * 2))
