"""Variants, amalgams, hybrids, paths and equal teeth: what changes, and that nothing else does."""

from itertools import combinations
from math import prod

import numpy as np
import pytest
from tests.names import INSTITUTIONS

import coopgames as cg
from coopgames.institutions import PARAMETER_GROUPS, Body, Chamber, Composition, Institution
from coopgames.institutions.edit import equal_severity
from coopgames.worlds import Selector


def shipped(name: str) -> Institution:
    return cg.load("institutions", name)


def same_game(a: Institution, b: Institution, problem: str = "climate") -> None:
    """Two institutions give every measure the same value: they are one game form."""
    first, second = (cg.game(form, problem) for form in (a, b))
    one, other = (cg.cooperation(cg.evolve(game)).as_dict() for game in (first, second))
    one.pop("failure"), other.pop("failure")  # anarchy has a word of its own
    assert one.keys() == other.keys()
    for key, value in one.items():
        if isinstance(value, float):
            assert other[key] == pytest.approx(value, rel=1e-10, abs=1e-13, nan_ok=True), key
    for game in (first, second):
        assert game.events.probability.sum() == pytest.approx(1.0)
    per_state = []
    for game in (first, second):
        mean = game.events.mean_by_class(game.events.sanction, game.classes.size)
        per_state.append(mean[game.classes.of_state])
    assert per_state[0] == pytest.approx(per_state[1], rel=1e-10, abs=1e-13)


# ------------------------------------------------------------------ variant


def test_variant_changes_every_body_or_one() -> None:
    form = Institution(id="x", bodies=(Body(id="a", severity=0.1), Body(id="b", severity=0.2)))
    both = cg.variant(form, severity=0.5)
    assert [body.severity for body in both.bodies] == [0.5, 0.5]
    one = cg.variant(form, body="b", severity=0.5)
    assert [body.severity for body in one.bodies] == [0.1, 0.5]
    assert form.bodies[0].severity == 0.1
    assert one.bodies[0] is form.bodies[0]


def test_variant_reaches_chambers() -> None:
    form = Institution(
        id="x", bodies=(Body(id="a", chambers=(Chamber(quota=0.5), Chamber(quota=0.75))),)
    )
    changed = cg.variant(form, quota=0.6, severity=0.3)
    assert [chamber.quota for chamber in changed.bodies[0].chambers] == [0.6, 0.6]
    assert changed.bodies[0].severity == 0.3


def test_variant_changes_the_institution_s_own_fields() -> None:
    form = cg.variant(shipped("concert"), legitimacy_floor=0.9, id="grand-concert", severity=0.7)
    assert (form.id, form.legitimacy_floor) == ("grand-concert", 0.9)
    assert form.bodies[0].severity == 0.7
    assert cg.variant(shipped("anarchy"), severity=0.5) == shipped("anarchy")


def test_variant_refuses_what_it_does_not_know() -> None:
    with pytest.raises(cg.CoopgamesError, match=r"body must be one of council; got 'court'"):
        cg.variant(shipped("charter"), body="court", severity=0.5)
    with pytest.raises(cg.CoopgamesError, match="no field 'sevrity'"):
        cg.variant(shipped("charter"), sevrity=0.5)
    with pytest.raises(cg.CoopgamesError, match="severity"):
        cg.variant(shipped("charter"), severity=-1)
    with pytest.raises(cg.CoopgamesError, match="anarchy has no bodies"):
        cg.variant(shipped("anarchy"), body="council", severity=0.5)


# ------------------------------------------------------------------ amalgam


def test_amalgam_votes_with_one_ballot() -> None:
    """Charter and club share eight voters: A by inclusion and exclusion, three rounds."""
    p = {point: 0.95 * (1 - 0.6 * abs(point - 0.15)) for point in (0.15, 0.2, 0.5, 0.55, 0.85)}
    permanent = [p[0.15], p[0.2], p[0.2], p[0.85], p[0.85]]
    elected = [p[0.2], p[0.5], p[0.55], p[0.55], p[0.55]]
    council = prod(permanent) * (1 - prod(1 - x for x in elected))
    club = p[0.15] * p[0.2] ** 5
    both = club * p[0.85] ** 2  # an ally sits in the council: the sixth Yes is there already
    once = council + club - both
    game = cg.game(cg.amalgam(shipped("charter"), shipped("club")))
    assert game.adoption == pytest.approx(1 - (1 - once) ** 3, rel=1e-12)
    either = game.events.adopted @ np.array([1, 2])
    alone = float(game.events.probability[(either & 1) > 0].sum())
    assert alone == pytest.approx(1 - (1 - council) ** 3, rel=1e-12)


def test_amalgam_with_anarchy_changes_nothing() -> None:
    for name in ("charter", "club", "third_degree"):
        same_game(cg.amalgam(shipped(name), shipped("anarchy")), shipped(name))


def test_amalgam_renames_where_it_must() -> None:
    first = Institution(
        id="a",
        bodies=(Body(id="board"), Body(id="court", authorised_by="board")),
        composition=cg.All("board", "court"),
    )
    second = Institution(id="b", bodies=(Body(id="board"),))
    merged = cg.amalgam(first, second, id="both")
    assert merged.id == "both"
    assert [body.id for body in merged.bodies] == ["a-board", "court", "b-board"]
    assert merged.bodies[1].authorised_by == "a-board"
    assert merged.composition == Composition(
        any=(cg.All("a-board", "court"), Composition(any=("b-board",)))
    )


def test_amalgam_of_nothing_is_anarchy() -> None:
    assert cg.amalgam().bodies == ()
    same_game(cg.amalgam(), shipped("anarchy"))


# ------------------------------------------------------------------ hybrid


def test_groups_partition_what_the_game_form_reads() -> None:
    """Every parameter of a body is in one group, but for names and what only play reads."""
    grouped = [name for names in PARAMETER_GROUPS.values() for name in names]
    assert len(grouped) == len(set(grouped))
    apart = {"id", "title", "description", "sources", "seats", "chambers", "hub_hazard"}
    assert set(grouped) | apart == set(Body.__struct_fields__)


@pytest.mark.parametrize(("a", "b"), list(combinations(INSTITUTIONS, 2)))
def test_hybrid_ends_are_the_institutions_themselves(a: str, b: str) -> None:
    same_game(cg.hybrid(shipped(a), shipped(b), ()), shipped(a))
    same_game(cg.hybrid(shipped(a), shipped(b), tuple(PARAMETER_GROUPS)), shipped(b))


def test_hybrid_takes_only_the_named_group() -> None:
    charter, club = shipped("charter"), shipped("club")
    teeth = cg.hybrid(charter, club, ("teeth",)).bodies[0]
    assert (teeth.severity, teeth.delegation) == (0.40, 0.0)
    assert teeth.detection == charter.bodies[0].detection
    assert teeth.members == charter.bodies[0].members
    eyes = cg.hybrid(charter, club, ("information",)).bodies[0]
    assert (eyes.detection, eyes.severity) == (0.90, charter.bodies[0].severity)
    votes = cg.hybrid(charter, club, ("voting",)).bodies[0]
    assert (votes.quota, votes.blocking) == (1.0, 1.0)
    assert votes.seats == charter.bodies[0].seats
    seats = cg.hybrid(charter, club, ("membership",)).bodies[0]
    assert seats.members == club.bodies[0].members
    assert seats.quota == charter.bodies[0].quota


def test_hybrid_of_other_voting_and_membership_compiles_for_every_pair() -> None:
    for a, b in combinations(INSTITUTIONS, 2):
        for groups in (("membership",), ("voting",), ("voting", "teeth")):
            game = cg.game(cg.hybrid(shipped(a), shipped(b), groups))
            assert 0 <= game.adoption <= 1 + 1e-12


def test_hybrid_refuses_unknown_groups() -> None:
    with pytest.raises(cg.CoopgamesError, match=r"groups must be among .*'muscle'"):
        cg.hybrid(shipped("charter"), shipped("club"), ("muscle",))


# ------------------------------------------------------------------ path


@pytest.mark.parametrize("steps", [2, 3, 6])
def test_path_ends_are_the_institutions_themselves(steps: int) -> None:
    charter, club = shipped("charter"), shipped("club")
    between = cg.path(charter, club, steps)
    assert len(between) == steps
    same_game(between[0], charter)
    same_game(between[-1], club)
    assert len({item.id for item in between}) == steps


def test_path_moves_numbers_linearly_and_switches_the_rest_half_way() -> None:
    between = cg.path(shipped("charter"), shipped("club"), 5)
    severities = [item.bodies[0].severity for item in between]
    assert severities == pytest.approx([0.6, 0.55, 0.5, 0.45, 0.4])
    detections = [item.bodies[0].detection for item in between]
    assert detections == pytest.approx([0.6, 0.675, 0.75, 0.825, 0.9])
    charter, club = shipped("charter").bodies[0].members, shipped("club").bodies[0].members
    assert [item.bodies[0].members for item in between] == [charter] * 2 + [club] * 3


def test_every_step_of_every_path_between_the_one_body_forms_compiles() -> None:
    forms = [shipped(name) for name in INSTITUTIONS if shipped(name).bodies]
    for start, end in combinations(forms, 2):
        for form in cg.path(start, end, 3):
            assert 0 <= cg.game(form).adoption <= 1 + 1e-12


def test_path_needs_as_many_bodies_and_two_steps() -> None:
    with pytest.raises(cg.CoopgamesError, match=r"same number of bodies; got 1 and 0"):
        cg.path(shipped("charter"), shipped("anarchy"), 3)
    with pytest.raises(cg.CoopgamesError, match=r"steps must be >= 2; got 1"):
        cg.path(shipped("charter"), shipped("club"), 1)


# ------------------------------------------------------------------ equal teeth


def test_equal_teeth_takes_other_numbers_and_checks_them() -> None:
    form = cg.equal_teeth(shipped("charter"), severity=0.1, detection=0.2, delegation=0.3)
    body = form.bodies[0]
    assert (body.severity, body.detection, body.delegation) == (0.1, 0.2, 0.3)
    for wrong in ({"severity": -1}, {"detection": 1.1}, {"delegation": float("nan")}):
        name = next(iter(wrong))
        with pytest.raises(cg.CoopgamesError, match=name):
            cg.equal_teeth(shipped("charter"), **wrong)


def test_equal_severity_changes_nothing_else() -> None:
    before = shipped("club").bodies[0]
    after = equal_severity(shipped("club")).bodies[0]
    assert after == before.replace(severity=0.6)


def test_bodies_that_never_adopt_are_dummies() -> None:
    """Adding a body without members, eyes or teeth changes no number (D19.2)."""
    silent = Body(
        id="silent", members=(Selector(all=True, count=0),), scope="none", quota=1.0, strict=True
    )
    charter = shipped("charter")
    wider = charter.replace(bodies=(*charter.bodies, silent), composition=None)
    same_game(wider, charter)
