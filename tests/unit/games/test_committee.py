"""Bodies and institutions as committees: seated, ruled and powered as in the game form."""

import numpy as np
import pytest
from tests.names import INSTITUTIONS

import coopgames as cg
from coopgames import catalogue
from coopgames.games import committee_of, electorate, seat
from coopgames.worlds import states_of

OPT_IN = "opt-in"
WORLD = cg.load("worlds", "w20")


def every(kind: str) -> list[str]:
    return catalogue.models(kind)[kind]


@pytest.mark.parametrize("kind", ["bodies", "institutions"])
def test_every_body_has_power_and_passage_or_says_why_not(kind: str) -> None:
    answered = 0
    for name in every(kind):
        record = catalogue.load(kind, name)  # type: ignore[call-overload]
        try:
            committee = committee_of(record, WORLD)
        except cg.SpecificationError as problem:
            text = str(problem)
            assert OPT_IN in text or "no bodies" in text or "selecting by" in text, text
            continue
        shares = cg.shapley_shubik(committee, exact=False)
        whole = sum(group.count * shares[group.id] for group in committee.voters)
        # The integral of dA/dp: what unanimous support adds over unanimous rejection.
        counts = np.array([group.count for group in committee.voters])
        none, all_ = cg.chance(committee, np.stack([0 * counts, counts]))
        assert whole == pytest.approx(all_ - none, abs=1e-12), name
        passes = cg.passage(committee, 0.6, correlation=0.3).probability
        assert 0 <= passes <= 1
        assert cg.rule_in_words(committee.rule)
        answered += 1
    assert answered >= 25


@pytest.mark.parametrize("name", INSTITUTIONS)
def test_one_round_of_adoption_is_passage(name: str) -> None:
    """Bodies that decide alone, at equal support: layer 1's law against the committee's."""
    institution = cg.load("institutions", name)
    if len(institution.bodies) != 1 or institution.bodies[0].scope == "yes_voters":
        return
    (body,) = institution.bodies
    institution = institution.replace(bodies=(body.replace(rounds=1, centres=1),))
    classes, seated = seat(institution, states_of(WORLD))
    support = np.full((classes.size, 1), 0.7)
    voters = electorate(institution, classes, seated, cg.load("problems", "climate"), support)
    committee = committee_of(institution, WORLD)
    expected = cg.passage(committee, 0.7).probability
    assert voters.adoption_by_body()[0] == pytest.approx(float(expected), rel=1e-12)


def test_true_numbers_of_the_security_council() -> None:
    committee = committee_of(cg.load("bodies", "security_council"), cg.load("worlds", "un193"))
    found = cg.power(committee, ["shapley_shubik"]).values["shapley_shubik"]
    permanent = [g for g in found if found[g] > 0.1]
    assert {str(found[g]) for g in permanent} == {"421/2145"}
    assert {str(v) for g, v in found.items() if g not in permanent} == {"4/2145"}
    assert sum(g.count for g in committee.voters if g.id in permanent) == 5


def test_an_opt_in_body_has_a_rule_for_sanctions_only() -> None:
    coalition = cg.load("institutions", "coalition")
    with pytest.raises(cg.SpecificationError, match="authorisation=True"):
        committee_of(coalition, WORLD)
    assert committee_of(coalition, WORLD, authorisation=True).size >= 2


def test_strict_unanimity_adopts_nothing() -> None:
    """More than all of the votes: alone no committee, beside another body no difference."""
    never = cg.Body(id="never", quota=1.0, strict=True)
    with pytest.raises(cg.SpecificationError, match="nothing is ever adopted"):
        committee_of(never, WORLD)
    board = cg.Body(id="board", quota=0.5)
    both = cg.Institution(id="both", bodies=(board, never))
    assert committee_of(both, WORLD).rule == committee_of(board, WORLD).rule


def test_sanctions_authorised_elsewhere_are_refused_alone() -> None:
    with pytest.raises(cg.SpecificationError, match="authorised by another body"):
        committee_of(cg.load("bodies", "court_with_arrest"), WORLD, authorisation=True)


def test_names_find_committees_cases_bodies_and_institutions(tmp_path) -> None:
    assert cg.committee("uniting_for_peace").size == 193
    assert cg.committee("condorcet1785_jury").size == 9
    assert cg.committee("nato").groups == committee_of(cg.load("bodies", "nato"), WORLD).groups
    assert cg.committee("charter").id == "charter"
    own = tmp_path / "own.toml"
    own.write_text(cg.dump(cg.weighted_committee(2, {"a": 1, "b": 2})))
    assert cg.committee(own).size == 2
    body = tmp_path / "board.toml"
    body.write_text('id = "board"\nquota = 0.5\n')
    assert cg.committee(str(body)).size == 20
    with pytest.raises(cg.SpecificationError, match="did you mean nato"):
        cg.committee("natto")
    with pytest.raises(cg.SpecificationError, match="no such file"):
        cg.committee("nowhere.toml")
