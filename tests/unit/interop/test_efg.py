"""Files of game trees against texts written by hand, and there and back."""

from fractions import Fraction

import pytest
from hypothesis import given
from tests.unit.interop.random_games import trees

from coopgames.errors import CoopgamesError, SpecificationError
from coopgames.games import classics
from coopgames.interop import (
    GameTree,
    InformationSet,
    TreeNode,
    game_tree,
    read_efg,
    strategic_form,
    write_efg,
)

# A buyer who knows a good's quality only by what the seller says; the second and later mentions
# of an information set or an outcome come with and without their description.
SIGNAL = r"""EFG 2 R "Say \"good\"" { "seller" "buyer" }
"A comment"

c "nature" 1 "quality" { "good" 1/4 "bad" 0.75 } 0
p "" 1 1 "good" { "say" "hush" } 1 "talk" { -1/2, 0 }
p "heard" 2 1 "heard" { "buy" "leave" } 0
t "" 2 "sold" { 3, 1 }
t "" 3 "" { 0 0 }
t "" 3
p "" 1 2 "bad" { "say" "hush" } 1
p "heard" 2 1 0
t "" 4 "cheated" { 3, -2 }
t "" 3 "" { 0, 0 }
t "" 0
"""


def test_a_tree_word_by_word() -> None:
    tree = read_efg(SIGNAL, exact=True)
    assert tree.title == 'Say "good"'
    assert tree.comment == "A comment"
    assert tree.players == ("seller", "buyer")
    assert [at.player for at in tree.information_sets] == [None, 0, 1, 0]
    assert tree.information_sets[0].probabilities == (Fraction(1, 4), Fraction(3, 4))
    assert [node.information_set for node in tree.nodes] == [0, 1, 2, None, None, None] + [
        3,
        2,
        None,
        None,
        None,
    ]
    assert [node.children for node in tree.nodes[:3]] == [(1, 6), (2, 5), (3, 4)]
    assert [node.outcome for node in tree.nodes] == [None, 0, None, 1, 2, 2, 0, None, 3, 2, None]
    assert [o.label for o in tree.outcomes] == ["talk", "sold", "", "cheated"]
    assert tree.outcomes[0].payoffs == (Fraction(-1, 2), 0)
    assert read_efg(SIGNAL).information_sets[0].probabilities == (0.25, 0.75)


def test_its_strategic_form_by_hand() -> None:
    form = strategic_form(read_efg(SIGNAL, exact=True))
    assert form.strategies == (
        ("say / say", "say / hush", "hush / say", "hush / hush"),
        ("buy", "leave"),
    )
    quarter = Fraction(1, 4)
    talk = Fraction(-1, 2)
    # The outcome of talk is paid wherever the seller moves, whatever it does.
    assert form.payoffs[0].tolist() == [
        [3 + talk, talk],
        [3 * quarter + talk, talk],
        [9 * quarter + talk, talk],
        [talk, talk],
    ]
    assert form.payoffs[1].tolist() == [
        [quarter - 6 * quarter, 0],
        [quarter, 0],
        [-6 * quarter, 0],
        [0, 0],
    ]


@given(trees())
def test_there_and_back(tree: GameTree) -> None:
    back = read_efg(write_efg(tree), exact=True)
    if tree.exact:
        assert back == tree
    else:
        inexact = read_efg(write_efg(tree))
        assert inexact.nodes == tree.nodes
        assert inexact.outcomes == tree.outcomes


def test_probabilities_are_written_so_that_they_sum_to_one() -> None:
    tree = GameTree(
        players=("p",),
        nodes=(TreeNode(information_set=0, children=(1, 2, 3)), TreeNode(), TreeNode(), TreeNode()),
        information_sets=(
            InformationSet(player=None, actions=("a", "b", "c"), probabilities=(1 / 3,) * 3),
        ),
    )
    assert '{ "a" 1/3 "b" 1/3 "c" 1/3 }' in write_efg(tree)
    assert read_efg(write_efg(tree)) == tree


HEAD = 'EFG 2 R "t"\n{ "P" "Q" }\n'
MOVE = HEAD + 'p "" 1 1 "" { "a" "b" } 0\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('NFG 1 R "t" { "P" }\n', "line 1: the file must begin with EFG 2 R or EFG 2 D; got NFG 1"),
        (HEAD, "line 3: a node c, p or t must stand here; got the end of the file"),
        (HEAD + 'x "" 0', "line 3: a node c, p or t must stand here; got 'x'"),
        (HEAD + "t 0", "line 3: a node's label in quotation marks must stand here; got '0'"),
        (HEAD + 't "" 1', "line 3: outcome 1 is not described yet"),
        (HEAD + 't "" 0 "" { 1 2 }', "line 3: outcome 0 pays nothing"),
        (HEAD + 't "" 1 "" { 1 }', "line 3: payoff in outcome 1, a number, must stand here"),
        (HEAD + 't "" 1 "" { 1 2 3 }', "line 3: '}' must stand here; got '3'"),
        (HEAD + 't "" 0\nt "" 0', "line 4: the file must end after the last node"),
        (HEAD + 'p "" 3 1 "" { "a" } 0', "line 3: there are 2 players; got number 3"),
        (HEAD + 'p "" 1 1 0', "line 3: information set 1 of 'P' is not described yet"),
        (
            HEAD + 'p "" 1 1 "" { } 0',
            "line 3: actions at information set 1 of 'P' must be at least",
        ),
        (HEAD + 'p "" 1 1 "" { "a" "a" } 0', "line 3: actions at .* must be different labels"),
        (HEAD + 'c "" 1 "" { "a" 1 "b" } 0', "line 3: its probability, a number, must stand"),
        (HEAD + 'c "" 1 "" { "a" 1/2 "b" 1/3 } 0', "line 3: probabilities .* sum to 0.8333"),
        (HEAD + 'c "" 1 "" { "a" 2 "b" -1 } 0', "line 3: probabilities at .* must be >= 0"),
        (MOVE + 't "" 0', "line 4: a node c, p or t must stand here; got the end"),
        (MOVE + 'p "" 1 1 "" { "a" "c" } 0', "line 4: information set 1 of 'P' was described diff"),
        (MOVE + 't "" 1 "" { 1 2 }\nt "" 1 "" { 1 3 }', "line 5: outcome 1 was described differ"),
    ],
)
def test_errors_name_the_line(text: str, message: str) -> None:
    with pytest.raises(SpecificationError, match=message):
        read_efg(text)


def test_actions_that_repeat_get_numbers_where_asked() -> None:
    tree = read_efg(HEAD + 'p "" 1 1 "" { "" "" } 0 t "" 0 t "" 0', relabel=True)
    assert tree.information_sets[0].actions == ("_1", "_2")


def test_deep_trees_need_no_deep_stack() -> None:
    depth = 5000
    steps = "".join(f'p "" 1 {k + 1} "" {{ "on" "out" }} 0\n' for k in range(depth))
    tree = read_efg(HEAD + steps + 't "" 0\n' * (depth + 1))
    assert len(tree.nodes) == 2 * depth + 1
    assert read_efg(write_efg(tree)) == tree


def test_only_trees_are_written() -> None:
    with pytest.raises(CoopgamesError, match="game_tree makes one"):
        write_efg(classics.stag_hunt())  # type: ignore[arg-type]
    assert read_efg(write_efg(game_tree(classics.stag_hunt()))) == game_tree(classics.stag_hunt())
