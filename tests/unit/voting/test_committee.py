"""Committees as records: what is refused, in what words, and what survives a file."""

import msgspec
import numpy as np
import pytest

import coopgames as cg
from coopgames import (
    AnyOf,
    Bloc,
    Committee,
    Dual,
    Quorum,
    Quota,
    SomeOf,
    Veto,
    Voters,
    casting_vote,
    chance,
    dictator,
    rule_in_words,
    silence,
    unanimity,
    weighted_committee,
)

AB = (Voters(id="a", count=3), Voters(id="b", count=2, weights={"votes": 2}))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"voters": (), "rule": Quota(votes=1)}, "at least one group"),
        ({"rule": Quota(votes=6)}, r"quota can't be met: 6 of heads .* have 5"),
        ({"rule": Quota(share=1.0, strict=True)}, "quota can't be met: more than 5"),
        ({"rule": Quota(votes=0)}, "met by nobody's Yes"),
        ({"rule": Quota(votes=5, weight="votes")}, "quota can't be met: 5 of votes"),
        ({"rule": Quota(votes=1, of="c")}, "unknown group 'c'; groups are a, b"),
        ({"rule": Veto(by=("a", "a")) & Quota(votes=1)}, "'a' occurs twice"),
        ({"rule": Quota(votes=1, weight="gold")}, "no voter carries 'gold'; weights are heads"),
        ({"rule": Veto(by="b", needed=3) & Quota(votes=1)}, "number of holders"),
        ({"rule": Quota(votes=1) | Veto(used=0.0)}, "passes even if everybody says No"),
        ({"rule": Quorum(votes=9)}, "quorum can't be met"),
        ({"voters": (*AB, Voters(id="a")), "rule": Quota(votes=1)}, "'a' occurs twice"),
        (
            {"rule": Quota(votes=1), "blocs": (Bloc(id="x", seats=("c",), rule=Quota(votes=1)),)},
            "unknown group 'c'",
        ),
        (
            {
                "rule": Quota(votes=1),
                "blocs": (
                    Bloc(id="x", seats=("a",), rule=dictator("b")),
                    Bloc(id="y", seats=("a",), rule=dictator("b")),
                ),
            },
            "'a' occurs twice",
        ),
    ],
)
def test_bad_committees_are_refused_in_one_line(fields, message) -> None:
    with pytest.raises(cg.SpecificationError, match=message):
        Committee(**{"voters": AB, **fields})


def test_contradictory_rules_are_refused() -> None:
    """A bloc that votes against itself: its Yes needs the others' No."""
    never = Bloc(id="x", seats=("a", "b"), rule=Quota(votes=5))
    assert Committee(voters=AB, rule=Quota(votes=1), blocs=(never,)).size == 5
    with pytest.raises(cg.SpecificationError, match="quota can't be met"):
        Committee(voters=AB, rule=Quota(votes=3, of="a") & Quota(votes=3, of="b"))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Quota, "exactly one of votes and share"),
        (lambda: Quota(votes=1, share=0.5), "exactly one of votes and share"),
        (lambda: Quota(votes=3, base="voting"), "a number of votes has no base"),
        (lambda: Quota(share="3/2"), r"must lie in \[0, 1\]"),
        (lambda: SomeOf(rules=(Quota(votes=1),), needed=2), "at most the number of rules"),
        (lambda: AnyOf(rules=()), "needs at least one rule"),
        (lambda: Voters(id="a", weights={"heads": 2}), "is 1 for everybody"),
        (lambda: Voters(id="a", weights={"votes": -1}), "weights"),
        (lambda: Voters(id="a", count=0), "count"),
        (lambda: weighted_committee(1, {"a": -1}), "weights"),
        (lambda: weighted_committee(1, []), "at least one group"),
    ],
)
def test_bad_parts_are_refused(make, message) -> None:
    with pytest.raises(cg.SpecificationError, match=message):
        make()


def test_rules_combine_flat() -> None:
    a, b, c = Quota(votes=1), Veto(by="a"), Quota(votes=2)
    assert len((a & b & c).rules) == 3
    assert len((a | (b | c)).rules) == 3
    assert len((a & b | c).rules) == 2


def test_chance_by_hand() -> None:
    committee = Committee(voters=AB, rule=Quota(votes=3, weight="votes") & Veto(by="a", needed=2))
    assert chance(committee, [[3, 2], [2, 2], [1, 2], [3, 1]]).tolist() == [1, 1, 0, 0]
    assert chance(committee, np.array([3, 2])).shape == ()
    for wrong in ([4, 0], [-1, 0], [1, 1, 1]):
        with pytest.raises(cg.CoopgamesError, match="yes must hold"):
            chance(committee, wrong)


def test_vice_president_breaks_the_tie() -> None:
    committee = Committee(
        voters=(Voters(id="senators", count=4), Voters(id="chair")),
        rule=casting_vote("chair", of="senators"),
    )
    assert chance(committee, [[2, 1], [2, 0], [3, 0], [1, 1]]).tolist() == [1, 0, 1, 0]


def test_words() -> None:
    assert rule_in_words(silence()) == "no veto of anybody"
    assert rule_in_words(unanimity()) == "everybody's Yes"
    assert rule_in_words(dictator("king")) == "Yes of all of king"
    both = Quota(share="2/3", base="voting") & Veto(by=("a", "b"), needed=2, used=0.8)
    assert rule_in_words(both) == (
        "Yes of at least 2/3 of the voters voting and fewer than 2 vetoes of a, b, a No being "
        "used as one with probability 0.8"
    )
    some = SomeOf(rules=(Quota(votes=1), Dual(rule=Quota(votes=2, weight="gold"))), needed=1)
    assert rule_in_words(some) == (
        "at least 1 of: at least 1 Yes; "
        "what its opponents cannot undo by (Yes of at least 2 of gold)"
    )
    assert rule_in_words(Quorum(share=0.5, strict=True, of="a")) == (
        "a quorum of more than 0.5 of the voters of a"
    )


def test_files_keep_committees() -> None:
    rule = (Quota(share="2/3", base="voting") & Veto(by="a", used=0.25)) | SomeOf(
        rules=(Quorum(votes=2), Dual(rule=Quota(votes="7/2", weight="votes"))), needed=2
    )
    committee = Committee(
        id="both", voters=AB, rule=rule, blocs=(Bloc(id="x", seats=("b",), rule=dictator("b")),)
    )
    text = cg.dump(committee)
    assert cg.catalogue.parse("committees", text) == committee
    again = msgspec.json.decode(msgspec.json.encode(committee), type=Committee)
    assert again == committee


def test_numpy_weights_are_numbers() -> None:
    assert weighted_committee(3, np.array([1, 2, 3])).size == 3
