"""Files of strategic games against texts written by hand, and there and back."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.interop.random_games import strategic_games

from coopgames.errors import BudgetError, CoopgamesError, SpecificationError
from coopgames.games import StrategicGame, classics, strategic_game, to_strategic
from coopgames.interop import read_nfg, write_nfg

PAYOFFS = r"""NFG 1 R "Two by \"three\"" { "Ann" "Bob" }
{ { "up" "down" }
  { "a\\b" "c\d" "\"e\"" } }
"A comment,
on two lines"

1 -1  1/3 0.5
.5 2.  1e-3 -1E+2
7 8  9 10
"""

OUTCOMES = """
NFG 1 D "Selten (IJGT, 75), Figure 2, normal form" { "Player 1" "Player 2" } { 2 2 }

{
{ "" 1, 1 }
{ "one" 0 2 }
{ "two" 1/4, -2 }
}
1 0 3
2
"""


def test_the_payoff_version_word_by_word() -> None:
    game = read_nfg(PAYOFFS, exact=True)
    assert game.title == 'Two by "three"'
    assert game.comment == "A comment,\non two lines"
    assert game.players == ("Ann", "Bob")
    assert game.strategies == (("up", "down"), ("a\\b", "c\\d", '"e"'))
    # The first player's strategy runs fastest.
    assert game.payoffs[:, 0, 0].tolist() == [1, -1]
    assert game.payoffs[:, 1, 0].tolist() == [Fraction(1, 3), Fraction(1, 2)]
    assert game.payoffs[:, 0, 1].tolist() == [Fraction(1, 2), 2]
    assert game.payoffs[:, 1, 1].tolist() == [Fraction(1, 1000), -100]
    assert game.payoffs[:, 0, 2].tolist() == [7, 8]
    assert game.payoffs[:, 1, 2].tolist() == [9, 10]
    inexact = read_nfg(PAYOFFS)
    assert not inexact.exact
    assert np.array_equal(inexact.payoffs, game.payoffs.astype(float))


def test_the_outcome_version_word_by_word() -> None:
    game = read_nfg(OUTCOMES)
    assert game.strategies == (("1", "2"), ("1", "2"))
    assert game.payoffs[0].tolist() == [[1, 0.25], [0, 0]]  # outcome 0 pays nothing
    assert game.payoffs[1].tolist() == [[1, -2], [0, 2]]
    assert read_nfg(OUTCOMES, exact=True).payoffs[0, 0, 1] == Fraction(1, 4)


def test_three_players_run_in_order() -> None:
    text = 'NFG 1 R "" { "a" "b" "c" } { 2 2 2 } ' + " ".join(
        f"{100 * i + 10 * j + k} 0 {k}" for k in (1, 2) for j in (1, 2) for i in (1, 2)
    )
    game = read_nfg(text)
    for i in (1, 2):
        for j in (1, 2):
            for k in (1, 2):
                assert game.payoffs[:, i - 1, j - 1, k - 1].tolist() == [
                    100 * i + 10 * j + k,
                    0,
                    k,
                ]


@given(strategic_games(), st.booleans())
def test_there_and_back(game: StrategicGame, outcomes: bool) -> None:
    assert read_nfg(write_nfg(game, outcomes=outcomes), exact=game.exact).equals(game)


def test_through_a_file(tmp_path: Path) -> None:
    game = strategic_game([[[1, 2]], [[3, 4]]], [("é",), ("line\r\nend", "b")], title="t")
    path = tmp_path / "game.nfg"
    text = write_nfg(game, path)
    assert path.read_bytes().decode() == text
    assert read_nfg(path).equals(game)
    assert read_nfg(str(path)).equals(game)
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())  # a byte order mark of some editors
    assert read_nfg(path).equals(game)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (r"a\b", r"a\b"),  # as Gambit reads and writes it
        (r"a\\b", r"a\\\\b"),
        ("a\\", r"a\\"),
        (r"\"", r"\\\""),
        ('"', r"\""),
    ],
)
def test_backslashes_are_doubled_where_they_would_be_mistaken(label: str, text: str) -> None:
    game = strategic_game([[0, 1]], [(label, "other")])
    written = write_nfg(game)
    assert f'{{ "{text}" "other" }}' in written
    assert read_nfg(written).equals(game)


def test_games_by_counts_are_written_player_by_player() -> None:
    game = classics.public_goods(3, 2)
    assert read_nfg(write_nfg(game)).equals(to_strategic(game))


def test_the_outcome_version_lists_each_payoff_vector_once() -> None:
    pennies = strategic_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], players=("p", "q"))
    assert write_nfg(pennies, outcomes=True) == (
        'NFG 1 R "" { "p" "q" }\n{ { "1" "2" }\n  { "1" "2" } }\n""\n\n'
        '{\n{ "1" 1, -1 }\n{ "2" -1, 1 }\n}\n1 2 2 1\n'
    )


HEAD = 'NFG 1 R "t"\n{ "P" "Q" }\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('EFG 2 R "t" { "P" }\n', "line 1: the file must begin with NFG 1 R or NFG 1 D; got EFG 2"),
        ('NFG 2 R "t" { "P" }\n', "line 1: the file must begin with NFG 1"),
        ("\n\nNFG 1 R title\n", "line 3: a title in quotation marks must stand here; got 'title'"),
        ('NFG 1 R "t"\n{ }\n', "line 2: players must be at least one label"),
        ('NFG 1 R "t"\n{ "P" "P" }\n', 'line 2: players must be different labels; "P" stands'),
        ('NFG 1 R "t"\n{ "P" \n"Q }\n', "line 3: a label is not closed"),
        (HEAD + "{ 2 }\n", "line 3: number of strategies of 'Q', a whole number >= 1"),
        (HEAD + "{ 2 0 }\n", "line 3: number of strategies of 'Q' must be >= 1; got 0"),
        (HEAD + "{ 2 2 2 }\n", "line 3: '}' must stand here; got '2'"),
        (HEAD + '{ { "a" "a" } { "b" } }\n', "line 3: strategies of 'P' must be different labels"),
        (HEAD + "{ 1 1 }\n1", "line 4: payoff of 'Q' in profile 1 of 1, a number, must stand here"),
        (HEAD + "{ 1 1 }\n1\n2\n3", "line 6: the file must end after 1 profiles; got '3'"),
        (HEAD + "{ 1 1 }\n1, 2", "line 4: payoff of 'Q' in profile 1 of 1, a number"),
        (HEAD + "{ 1 1 }\n1\n1/0", "line 5: payoff of 'Q' in profile 1 of 1 must be a finite"),
        (HEAD + "{ 1 1 }\n1\n1e999", "line 5: payoff of 'Q' in profile 1 of 1 must be within"),
        (HEAD + "{ 1 1 }\n1\n1e999999999999", "line 5: .* must be within a float's range"),
        (HEAD + "{ 1 1 }\n1\n1e309", "line 5: .* must be within a float's range"),
        (HEAD + "{ 1 1 }\n1\nnan", "line 5: payoff of 'Q' in profile 1 of 1, a number"),
        (HEAD + "{ 1 1 }\n1\n0x1", "line 5: '0x1' is no number, label, brace or keyword"),
        (HEAD + "{ 1 1 }\n1\n1.5/2", "line 5: '1.5/2' is no number"),
        (HEAD + "{ 1 1 }\n1\n1_000", "line 5: '1_000' is no number"),
        (HEAD + '{ 1 1 }\n{\n{ "o" 1, 2 }\n}\n2', "line 7: there are 1 outcomes; got number 2"),
        (HEAD + '{ 1 1 }\n{\n{ "o" 1 }\n}\n1', "line 5: payoff in outcome 'o', a number"),
        (HEAD + '{ 1 1 }\n{\n{ "o" 1, 2 }\n}\n-1', "line 7: the outcome of profile 1 of 1"),
        (HEAD + '{ 1 1 }\n{\n{ "o" 1, 2 }\n}\n1 1', "line 7: the file must end after 1 profiles"),
    ],
)
def test_errors_name_the_line(text: str, message: str) -> None:
    with pytest.raises(SpecificationError, match=message):
        read_nfg(text)


def test_exact_numbers_are_bounded_too() -> None:
    with pytest.raises(SpecificationError, match="float's range"):
        read_nfg(HEAD + "{ 1 1 }\n1 1e-999999", exact=True)


def test_labels_that_repeat_get_numbers_where_asked() -> None:
    game = read_nfg('NFG 1 R "" { "P" "P" } { { "" "" "_1" } { "b" } } 1 2 3 4 5 6', relabel=True)
    assert game.players == ("P_1", "P_2")
    assert game.strategies == (("_2", "_3", "_1"), ("b",))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match=r"no such file: nowhere\.nfg"):
        read_nfg("nowhere.nfg")
    (tmp_path / "latin.nfg").write_bytes(b'NFG 1 R "\xe9"')
    with pytest.raises(SpecificationError, match="must be UTF-8"):
        read_nfg(tmp_path / "latin.nfg")


def test_large_games_are_refused() -> None:
    with pytest.raises(BudgetError, match="largest_table"):
        read_nfg('NFG 1 R "" { "P" "Q" } { 2000 2000 } 1 2')
    with pytest.raises(CoopgamesError):
        write_nfg(classics.volunteers_dilemma(40, 1.0, 0.5))
