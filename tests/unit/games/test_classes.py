"""States in classes: what membership, seats and vetoes tell apart, and nothing else."""

import numpy as np
import pytest

import coopgames as cg
from coopgames.games import seat
from coopgames.institutions import Body, Chamber, Institution
from coopgames.worlds import Assignment, Selector, states_of


def seated(*bodies: Body, world: str = "w20"):
    return seat(Institution(id="x", bodies=bodies), states_of(cg.load("worlds", world)))


def test_without_bodies_classes_are_roles() -> None:
    classes, bodies = seated()
    assert classes.counts.tolist() == [1, 2, 3, 2, 4, 8]
    assert bodies == ()
    assert classes.labels == tuple(role.name for role in cg.load("worlds", "w20").roles)


def test_a_seat_splits_a_role() -> None:
    classes, (body,) = seated(Body(id="b", seats=(Selector(role="other", count=3),)))
    assert classes.counts.tolist() == [1, 2, 3, 2, 4, 3, 5]
    assert classes.labels[-2:] == ("other (seat in b)", "other (in b)")
    assert body.chambers[0].seated.tolist() == [False] * 5 + [True, False]
    assert body.member.all()


def test_a_veto_an_exemption_and_a_weight_split_too() -> None:
    for fields in (
        {"blocking": (Assignment(role="other", count=3, value=1.0),)},
        {"exempt": (Selector(role="other", count=3),)},
        {
            "weights": (
                Assignment(all=True, value=1.0),
                Assignment(role="other", count=3, value=2.0),
            )
        },
    ):
        classes, _ = seated(Body(id="b", **fields))
        assert classes.counts.tolist() == [1, 2, 3, 2, 4, 3, 5], fields


def test_every_state_is_in_its_class() -> None:
    classes, _ = seated(
        Body(id="b", seats=(Selector(tag="permanent"), Selector(role="ally", count=1)))
    )
    assert np.bincount(classes.of_state).tolist() == classes.counts.tolist()
    assert classes.counts.sum() == classes.states.size == 20
    roles = np.array(classes.first(classes.states.role))
    assert (roles == classes.role).all()
    assert (classes.role[classes.of_state] == classes.states.role).all()
    assert (classes.ideal_point[classes.of_state] == classes.states.ideal_point).all()


def test_weights_are_whole_numbers_in_ratio() -> None:
    classes, (body,) = seated(Body(id="b", weights="capability"))
    weights = dict(zip(classes.labels, body.chambers[0].weights))
    assert weights["hegemon (seat in b)"] * 700 == weights["ally (seat in b)"] * 2600
    assert weights["other (seat in b)"] * 260_000 == weights["hegemon (seat in b)"] * 6250
    _, (body,) = seated(Body(id="b", seats=(Selector(role="hegemon"),), weights="capability"))
    assert body.chambers[0].weights.tolist() == [1, 0, 0, 0, 0, 0]


def test_authorisation_rules_default_to_adoption_rules() -> None:
    _, (plain, own) = seated(
        Body(id="a", quota="2/3", strict=True, blocking=0.8),
        Body(
            id="b",
            quota="2/3",
            authorisation_quota=0.5,
            authorisation_strict=True,
            authorisation_blocking=0.1,
        ),
    )
    first, second = plain.chambers[0], own.chambers[0]
    assert (first.authorisation_quota, first.authorisation_strict) == (first.quota, True)
    assert (first.authorisation_blocking == first.blocking).all()
    assert float(second.authorisation_quota) == 0.5
    assert second.authorisation_strict
    assert (second.authorisation_blocking == 0.1).all()
    assert (second.blocking == 0).all()


def test_agenda_setters() -> None:
    classes, bodies = seated(
        Body(id="a"),
        Body(id="b", agenda_setter="median"),
        Body(id="c", agenda_setter=0.42),
        Body(id="d", agenda_setter="median", members=(Selector(role="rival"),)),
    )
    # Twenty points: six below .5, four at it, eight at .55, two at .85; the tenth is .5.
    assert [body.agenda for body in bodies] == [0.15, 0.5, 0.42, 0.85]
    assert classes.size == 6


def test_chambers_share_members_and_have_their_own_seats() -> None:
    _, (body,) = seated(
        Body(
            id="b",
            members=(Selector(role="ally"), Selector(role="rival")),
            chambers=(Chamber(), Chamber(seats=(Selector(role="rival"),), shield=True)),
        )
    )
    lower, upper = body.chambers
    assert lower.seated.tolist() == body.member.tolist() == [False, False, True, True, False, False]
    assert upper.seated.tolist() == [False, False, False, True, False, False]
    assert (upper.shield, lower.shield) == (True, False)


def test_a_veto_needs_a_seat() -> None:
    with pytest.raises(cg.SpecificationError, match="more vetoes than seats: 3 of 5"):
        seated(
            Body(
                id="b",
                seats=(Selector(role="rival"),),
                blocking=(Assignment(tag="permanent", value=1.0),),
            )
        )
    _, (body,) = seated(Body(id="b", seats=(Selector(role="rival"),), blocking=1.0))
    assert body.chambers[0].blocking.tolist() == [0, 0, 0, 1, 0, 0]
