"""Selectors against a plain reading of their words, state by state."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import coopgames as cg
from coopgames.worlds import Assignment, Role, Selector, World, select, states_of, values_of
from coopgames.worlds.states import rotating_seats

WORLD = World(
    id="seven",
    hegemon="big",
    roles=(
        Role(name="big", count=1, capability=0.5, ideal_point=0.1, population=1, tags=("seat",)),
        Role(
            name="middle", count=2, capability=0.15, ideal_point=0.3, population=5, tags=("seat",)
        ),
        Role(name="small", count=4, capability=0.05, ideal_point=0.8, population=2),
    ),
)


def found(*selectors: Selector, world: World = WORLD, leverage=None) -> list[int]:
    states = states_of(world)
    if leverage is not None:
        states = replace(states, shares={**states.shares, "leverage": leverage})
    return np.flatnonzero(select(states, selectors, "members")).tolist()


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (Selector(all=True), [0, 1, 2, 3, 4, 5, 6]),
        (Selector(role="middle"), [1, 2]),
        (Selector(tag="seat"), [0, 1, 2]),
        (Selector(role="small", count=2), [3, 4]),
        (Selector(role="small", skip=1, count=2), [4, 5]),
        (Selector(role="small", skip=1), [4, 5, 6]),
        (Selector(role="small", share=0.5), [3, 4]),
        (Selector(role="small", share=0.6), [3, 4]),
        (Selector(top=3), [0, 1, 2]),
        (Selector(top=3, by="population"), [1, 2, 3]),
        (Selector(at_least=0.15), [0, 1, 2]),
        (Selector(at_least=0.25, by="population"), [1, 2]),
        (Selector(within=0.2), [0, 1, 2]),
        (Selector(within=0.1, of=0.75), [3, 4, 5, 6]),
        (Selector(role="small", count=0), []),
        (Selector(role="nowhere", count=2, fallback="next"), [0, 1]),
    ],
)
def test_one_selector(selector: Selector, expected: list[int]) -> None:
    assert found(selector) == expected


def test_a_list_is_a_union() -> None:
    assert found(Selector(role="big"), Selector(role="small", count=1)) == [0, 3]
    assert found(Selector(role="big"), Selector(all=True, count=2)) == [0, 1]


def test_fallback_takes_the_next_states_not_yet_taken() -> None:
    first, second = (Selector(role=name, count=2, fallback="next") for name in ("king", "queen"))
    assert found(first, second) == [0, 1, 2, 3]
    assert found(Selector(role="middle"), first) == [0, 1, 2, 3]


def test_shares_are_exact() -> None:
    """A tenth is a tenth, whatever sum of binary tenths the world adds up to."""
    world = World(id="ten", roles=(Role(name="a", count=10, capability=0.1),))
    assert len(found(Selector(at_least=0.1), world=world)) == 10
    states = states_of(WORLD)
    assert states.shares["capability"][0] == Fraction(1, 2)
    assert sum(states.shares["population"]) == 1


def test_leverage_needs_a_problem() -> None:
    with pytest.raises(cg.SpecificationError, match="needs a problem that gives it"):
        found(Selector(top=1, by="leverage"))
    leverage = tuple(Fraction(i, 21) for i in range(7))
    assert found(Selector(top=2, by="leverage"), leverage=leverage) == [5, 6]


def test_asking_for_too_many_names_both_numbers() -> None:
    with pytest.raises(cg.SpecificationError, match=r"members\[0\].*asks for 5 .* 'seven' has 4"):
        found(Selector(role="small", count=5))
    with pytest.raises(cg.SpecificationError, match=r"asks for 2 .* has 1"):
        found(Selector(role="middle", skip=1, count=2))


def test_finding_nobody_is_an_error() -> None:
    for selector in (
        Selector(role="nowhere"),
        Selector(tag="nowhere"),
        Selector(within=0.0, of=0.55),
        Selector(role="small", skip=4),
    ):
        with pytest.raises(cg.SpecificationError, match="finds nobody"):
            found(selector)


def test_later_assignments_override() -> None:
    states = states_of(WORLD)
    values = values_of(
        states,
        (Assignment(all=True, value=1.0), Assignment(role="small", count=1, value=0.3)),
        "weights",
    )
    assert values == (1, 1, 1, Fraction(3, 10), 1, 1, 1)
    assert values_of(states, (Assignment(role="big", value=2.0),), "weights")[1:] == (0,) * 6


def test_rotating_seats_are_those_whose_selector_says_so() -> None:
    states = states_of(WORLD)
    rotating = rotating_seats(
        states,
        (Selector(role="big"), Selector(role="small", count=2, rotates=True)),
        "seats",
    )
    assert np.flatnonzero(rotating).tolist() == [3, 4]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"role": "big", "tag": "seat"},
        {"role": "big", "count": 1, "share": 0.5},
        {"role": "big", "fallback": "next"},
        {"top": 0},
        {"within": 1.5},
    ],
)
def test_contradictions_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(cg.SpecificationError):
        Selector(**fields)
