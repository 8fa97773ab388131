"""The split of a difference over four groups: parts add up, and ends are the institutions."""

from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.names import INSTITUTIONS

import coopgames as cg
from coopgames.experiments.attribute import shapley_split
from coopgames.institutions import PARAMETER_GROUPS

GROUPS = tuple(PARAMETER_GROUPS)


@given(st.lists(st.floats(-1, 1), min_size=16, max_size=16))
def test_the_split_is_the_mean_over_orders(levels) -> None:
    table = dict(zip((frozenset(c) for n in range(5) for c in combinations(GROUPS, n)), levels))
    found = shapley_split(table.__getitem__, GROUPS)
    assert tuple(found) == GROUPS
    orders = list(permutations(GROUPS))
    for group in GROUPS:
        marginal = 0.0
        for order in orders:
            before = frozenset(order[: order.index(group)])
            marginal += table[before | {group}] - table[before]
        assert found[group] == pytest.approx(marginal / len(orders), abs=1e-12)
    assert sum(found.values()) == pytest.approx(table[frozenset(GROUPS)] - table[frozenset()])


@pytest.mark.parametrize(("start", "end"), list(combinations(INSTITUTIONS, 2)))
def test_parts_add_up_for_every_pair_on_climate(start: str, end: str) -> None:
    split = cg.attribute(start, end, "climate", measure="act_rate")
    assert tuple(split.parts) == GROUPS
    assert sum(split.parts.values()) == pytest.approx(split.difference, abs=1e-12)
    for name, level in ((start, split.start), (end, split.end)):
        direct = cg.cooperation(cg.evolve(cg.game(name, "climate"))).act_rate
        assert level == pytest.approx(direct, rel=1e-10, abs=1e-13)


@pytest.mark.parametrize("measure", ["success_rate", "achievement", "act_rate", "adoption"])
def test_every_measure_and_the_way_back(measure: str) -> None:
    there = cg.attribute("charter", "club", "trade", measure=measure, mandate="expected")
    back = cg.attribute("club", "charter", "trade", measure=measure, mandate="expected")
    assert there.difference == pytest.approx(-back.difference, abs=1e-13)
    for group in GROUPS:
        assert there.parts[group] == pytest.approx(-back.parts[group], abs=1e-11)


def test_an_institution_does_not_differ_from_itself() -> None:
    split = cg.attribute("charter", "charter")
    assert split.difference == 0.0
    assert all(abs(part) < 1e-15 for part in split.parts.values())


def test_a_difference_in_one_group_is_that_group_s() -> None:
    charter = cg.load("institutions", "charter")
    for group, change in (
        ("teeth", {"severity": 0.1}),
        ("information", {"detection": 0.1}),
        ("voting", {"rounds": 1}),
        ("membership", {"scope": "none"}),
    ):
        split = cg.attribute(charter, cg.variant(charter, **change), measure="act_rate")
        assert abs(split.difference) > 1e-6
        assert split.parts[group] == pytest.approx(split.difference, abs=1e-13)


def test_adoption_does_not_depend_on_teeth_or_eyes() -> None:
    split = cg.attribute("charter", "third_degree", measure="adoption")
    assert split.parts["teeth"] == pytest.approx(0.0, abs=1e-13)
    assert split.parts["information"] == pytest.approx(0.0, abs=1e-13)


def test_unknown_measures_are_refused() -> None:
    with pytest.raises(cg.CoopgamesError, match=r"measure must be one of .*'happiness'"):
        cg.attribute("charter", "club", measure="happiness")
