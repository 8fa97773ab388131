"""Game trees: their parts, their strategic form by playing, institutions' by formula."""

from fractions import Fraction
from itertools import product
from math import comb, prod

import numpy as np
import pytest
from hypothesis import given
from tests.unit.interop.random_games import trees

from coopgames.catalogue import load
from coopgames.errors import BudgetError, CoopgamesError
from coopgames.games import (
    Game,
    classics,
    compile_game,
    matrix_game,
    policy_games,
    strategic_game,
    to_strategic,
)
from coopgames.interop import (
    GameTree,
    InformationSet,
    TreeNode,
    TreeOutcome,
    game_tree,
    read_efg,
    strategic_form,
    write_efg,
)
from coopgames.worlds import uniform_world

# --- strategic forms -------------------------------------------------------------------------


def played(tree: GameTree, actions: dict[int, int], node: int = 0) -> tuple[list, set[int]]:
    """Expected payoffs from a node on where players act so, and the sets that are reached."""
    here = tree.nodes[node]
    total = [0.0] * len(tree.players)
    reached: set[int] = set()
    if here.outcome is not None:
        total = [float(p) for p in tree.outcomes[here.outcome].payoffs]
    if here.information_set is None:
        return total, reached
    at = tree.information_sets[here.information_set]
    if at.player is None:
        ways = list(zip(at.probabilities, here.children))
    else:
        reached.add(here.information_set)
        ways = [(1, here.children[actions[here.information_set]])]
    for chance, child in ways:
        below, more = played(tree, actions, child)
        total = [a + float(chance) * b for a, b in zip(total, below)]
        reached |= more
    return total, reached


def moderate(tree: GameTree) -> GameTree:
    """The same tree with payoffs whose sums lose nothing to rounding."""
    paid = [
        TreeOutcome(payoffs=tuple(Fraction(7 * k + i, 3) for i in range(len(tree.players))))
        for k in range(len(tree.outcomes))
    ]
    return GameTree(
        players=tree.players,
        nodes=tree.nodes,
        information_sets=tree.information_sets,
        outcomes=tuple(paid),
    )


@given(trees())
def test_every_profile_is_paid_what_playing_it_pays(given_tree: GameTree) -> None:
    tree = moderate(given_tree)
    own = [
        [k for k, at in enumerate(tree.information_sets) if at.player == i]
        for i in range(len(tree.players))
    ]
    numbers = [
        list(product(*(range(len(tree.information_sets[k].actions)) for k in sets))) for sets in own
    ]
    if prod(map(len, numbers)) > 300:
        return
    full = strategic_form(tree, reduced=False)
    reduced = strategic_form(tree)
    assert full.sizes == tuple(map(len, numbers))
    # What one's own actions can still reach, whatever the others do: the reduced strategies.
    whole = list(product(*numbers))
    for i in range(len(tree.players)):
        kinds = set()
        for plan in numbers[i]:
            met: set[int] = set()
            for profile in whole:
                if profile[i] == plan:
                    actions = {k: a for s, p in zip(own, profile) for k, a in zip(s, p)}
                    met |= played(tree, actions)[1] & set(own[i])
            kinds.add(tuple((k, a) for k, a in zip(own[i], plan) if k in met))
        assert reduced.sizes[i] == len(kinds)
    paid = set()
    for profile in whole:
        actions = {k: a for sets, plan in zip(own, profile) for k, a in zip(sets, plan)}
        where = tuple(of.index(plan) for of, plan in zip(numbers, profile))
        wanted = played(tree, actions)[0]
        assert [float(x) for x in full.payoffs[(slice(None), *where)]] == pytest.approx(wanted)
        paid.add(tuple(full.payoffs[(slice(None), *where)]))
    flat = reduced.payoffs.reshape(len(tree.players), -1).T
    assert {tuple(row) for row in flat.tolist()} == paid


def test_strategies_say_what_each_set_does() -> None:
    tree = read_efg(
        """EFG 2 R "" { "p" "q" }
p "" 1 1 "" { "in" "out" } 0
p "" 2 1 "" { "l" "r" } 0
p "" 1 2 "" { "L" "R" } 0
t "" 1 "" { 1 1 }
t "" 2 "" { 2 2 }
t "" 3 "" { 3 3 }
t "" 4 "" { 4 4 }
"""
    )
    form = strategic_form(tree)
    assert form.strategies == (("in / L", "in / R", "out / *"), ("l", "r"))
    assert form.payoffs[0].tolist() == [[1, 3], [2, 3], [4, 4]]
    assert strategic_form(tree, reduced=False).strategies[0][2:] == ("out / L", "out / R")
    with pytest.raises(BudgetError, match="largest_table = 11"):
        strategic_form(tree, largest_table=11)
    assert strategic_form(tree, largest_table=12).sizes == (3, 2)


def test_one_who_forgets_that_it_has_moved_moves_alike() -> None:
    drive = read_efg(
        """EFG 2 R "Absent-minded driver" { "driver" }
p "" 1 1 "" { "exit" "on" } 0
t "" 1 "" { 0 }
p "" 1 1 "" { "exit" "on" } 0
t "" 2 "" { 4 }
t "" 3 "" { 1 }
"""
    )
    form = strategic_form(drive)
    assert (form.strategies, form.payoffs.tolist()) == ((("exit", "on"),), [[0, 1]])


def test_labels_of_strategies_stay_different() -> None:
    tree = GameTree(
        players=("p",),
        nodes=(
            TreeNode(information_set=0, children=(1, 4)),
            TreeNode(information_set=1, children=(2, 3)),
            TreeNode(),
            TreeNode(),
            TreeNode(information_set=1, children=(5, 6)),
            TreeNode(),
            TreeNode(),
        ),
        information_sets=(
            InformationSet(player=0, actions=("a", "a / b")),
            InformationSet(player=0, actions=("b / c", "c")),
        ),
    )
    assert strategic_form(tree).strategies == (
        ("a / b / c_1", "a / c", "a / b / b / c", "a / b / c_2"),
    )


# --- simultaneous moves ----------------------------------------------------------------------


def test_simultaneous_moves_come_back_as_the_same_game() -> None:
    rng = np.random.default_rng(4)
    game = strategic_game(list(rng.normal(size=(3, 2, 3, 2))), title="t", comment="c")
    tree = game_tree(game)
    assert [at.player for at in tree.information_sets] == [0, 1, 2]
    assert len(tree.nodes) == 1 + 2 + 6 + 12
    assert strategic_form(tree).equals(game)
    assert strategic_form(read_efg(write_efg(tree))).equals(game)
    thirds = to_strategic(matrix_game([[1, 2], [3, 4]]), exact=True)
    assert strategic_form(game_tree(thirds)).equals(thirds)


def test_trees_that_would_be_too_large_are_refused() -> None:
    with pytest.raises(BudgetError, match=r"1.31e\+05 nodes"):
        game_tree(classics.volunteers_dilemma(16, 1.0, 0.5), largest_tree=1000, title="t")


LEAF, MOVE = TreeNode(), InformationSet(player=0, actions=("a", "b"))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"players": ()}, "players must be different names"),
        ({"nodes": ()}, "nodes must make one tree"),
        ({"nodes": (LEAF, LEAF)}, "nodes must make one tree"),
        (
            {"nodes": (TreeNode(information_set=0, children=(1, 1)), LEAF)},
            "nodes must make one tree",
        ),
        (
            {"nodes": (TreeNode(information_set=0, children=(0, 1)), LEAF)},
            "nodes must make one tree",
        ),
        ({"nodes": (LEAF,)}, "all information sets"),
        (
            {"nodes": (TreeNode(information_set=0, children=(1,)), LEAF)},
            "one child per action, 2; got",
        ),
        ({"outcomes": (TreeOutcome(payoffs=(1,)),)}, "must have 2 payoffs; got 1"),
        ({"outcomes": (TreeOutcome(payoffs=(1, 2)),)}, "all outcomes"),
        ({"information_sets": (InformationSet(player=2, actions=("a", "b")),)}, "got player 2"),
        ({"information_sets": (InformationSet(player=0, actions=("a", "a")),)}, "different names"),
        (
            {
                "information_sets": (
                    InformationSet(player=None, actions=("a", "b"), probabilities=(0.5, 0.4)),
                )
            },
            "sum to 1",
        ),
    ],
)
def test_what_is_no_tree_is_refused(parts: dict, message: str) -> None:
    whole = dict(
        players=("p", "q"),
        nodes=(TreeNode(information_set=0, children=(1, 2)), LEAF, LEAF),
        information_sets=(MOVE,),
        outcomes=(),
    )
    assert GameTree(**whole).players == ("p", "q")
    with pytest.raises(CoopgamesError, match=message):
        GameTree(**(whole | parts))


# --- institutions ----------------------------------------------------------------------------


def compiled(name: str, size: int = 3, **options) -> Game:
    return compile_game(
        load("institutions", name), load("problems", "climate"), uniform_world(size), **options
    )


def leaves(tree: GameTree) -> list[tuple[float, dict[int, int], tuple]]:
    """(chance, actions by information set, payoffs) of every end."""
    return [
        (float(chance), dict(moves), tree.outcomes[tree.nodes[number].outcome].payoffs)
        for number, chance, moves in tree.walk()
        if tree.nodes[number].information_set is None
    ]


@pytest.mark.parametrize("name", ["anarchy", "charter_assembly", "coalition_open", "empire"])
@pytest.mark.parametrize("mandate", ["standing", "expected"])
def test_acting_gains_what_the_action_game_says(name: str, mandate: str) -> None:
    game = compiled(name, mandate=mandate)
    tree = game_tree(policy_games(game))
    class_of = [c for c, n in enumerate(game.classes.counts.tolist()) for _ in range(n)]
    leverage = [int(game.leverage[c]) for c in class_of]

    # In the tree: what acting adds, by state, the others' total and the event.
    chance_of, found = {}, {}
    for chance, moves, paid in leaves(tree):
        event = tree.information_sets[min(moves)].label
        chance_of[event] = chance
        acts = {tree.information_sets[k].player: a == 0 for k, a in moves.items()}
        for i in range(3):
            others = sum(leverage[j] for j in range(3) if j != i and acts[j])
            found.setdefault((i, others, event), {}).setdefault(acts[i], paid[i])
    in_tree = {}
    for (i, others, event), paid in found.items():
        key = (class_of[i], others, round(paid[True] - paid[False], 9))
        in_tree[key] = in_tree.get(key, 0.0) + chance_of[event]

    # By formula: access (P(Y + k) - P(Y)) + drive, in each row of the action game.
    rows, wanted = game.action_game(), {}
    for c, others in {key[:2] for key in in_tree}:
        for row, chance in enumerate(rows.probability.tolist()):
            classes = game.events.class_of_group if mandate == "standing" else range(len(class_of))
            for g in np.flatnonzero(rows.counts[row]).tolist():
                if classes[g] == c and chance > 0:
                    rise = rows.potential[others + rows.leverage[g]] - rows.potential[others]
                    gain = rows.access[row, g] * rise + rows.drive[row, g]
                    key = (c, others, round(float(gain), 9))
                    wanted[key] = wanted.get(key, 0.0) + chance * int(rows.counts[row, g])
    assert in_tree == pytest.approx(wanted)


@pytest.mark.parametrize("plans", ["act2", "act3", "exit3"])
@pytest.mark.parametrize("name", ["charter_assembly", "coalition_open", "empire"])
def test_acting_at_random_pays_what_the_roles_say(name: str, plans: str) -> None:
    policies = policy_games(compiled(name, mandate="standing"), plans)
    tree = game_tree(policies)
    total = np.zeros(3)
    for chance, moves, paid in leaves(tree):
        odds = prod(1 / len(tree.information_sets[k].actions) for k in moves)
        total += chance * odds * np.array(paid)
    wanted = 0.0
    for chance, game in zip(policies.probability, policies.games):
        shares = np.concatenate([np.full(size, 1 / size) for size in game.sizes])
        payoffs = game.payoffs_at(shares)
        for n, block in zip(game.players, game.blocks()):
            wanted += chance * n * payoffs[block].mean()
    assert total.sum() == pytest.approx(wanted, abs=1e-12)
    if len(policies.game.classes.labels) == 1:  # equal states are paid alike
        assert total == pytest.approx(np.full(3, total.mean()), abs=1e-12)


def test_a_standing_mandate_is_known_and_an_expected_one_is_not() -> None:
    standing = game_tree(policy_games(compiled("charter_assembly")))
    chance = standing.information_sets[0]
    assert chance.player is None
    assert set(chance.actions) == {"no mandate", "council"}
    assert sum(chance.probabilities) == pytest.approx(1)
    assert len(standing.information_sets) == 1 + 2 * 3
    conditional = game_tree(policy_games(compiled("charter_assembly"), "act3"))
    assert conditional.information_sets[0].actions == ("adopted", "not adopted")
    assert len(conditional.information_sets) == 1 + 3
    expected = game_tree(policy_games(compiled("charter_assembly", mandate="expected")))
    assert len(expected.information_sets) == 3
    assert expected.players == tuple(f"state (seat in council) {k}" for k in (1, 2, 3))
    assert expected.title == "charter_assembly, climate, uniform-3, expected mandate"


def test_who_joined_is_drawn_with_equal_chances() -> None:
    policies = policy_games(compiled("coalition_open"))
    tree = game_tree(policies)
    chance = tree.information_sets[0]
    wanted = []
    for p, game in zip(policies.probability, policies.games):
        ways = comb(3, game.players[0]) if len(game.roles) == 2 else 1
        wanted += [float(p) / ways] * ways
    assert len(wanted) == 1 + 3 + 3 + 1
    assert sorted(chance.probabilities) == pytest.approx(sorted(wanted))


def test_large_worlds_are_refused_before_the_work_starts() -> None:
    game = compile_game(
        load("institutions", "charter"), load("problems", "climate"), load("worlds", "un193")
    )
    with pytest.raises(BudgetError, match=r"nodes, more than largest_tree = 2e\+05"):
        game_tree(policy_games(game))
