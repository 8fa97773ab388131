"""Compositions of bodies against a reading of their words, event by event."""

from itertools import product

import numpy as np
import pytest

import coopgames as cg
from coopgames.institutions import Body, Composition, Institution, composition_of, event_law

CHANCES = {"a": 0.3, "b": 0.5, "c": 0.8}
NAMES = tuple(CHANCES)


def institution(composition) -> Institution:
    bodies = tuple(Body(id=name) for name in NAMES)
    return Institution(id="x", bodies=bodies, composition=composition)


def pool(indices):
    """Independent bodies, over subsets of all three."""
    law = np.zeros(8)
    for acts in product((0, 1), repeat=len(indices)):
        mask = sum(act << j for j, act in zip(indices, acts))
        law[mask] += np.prod(
            [CHANCES[NAMES[j]] if act else 1 - CHANCES[NAMES[j]] for j, act in zip(indices, acts)]
        )
    return law


def reading(node, adopted: frozenset[str]) -> frozenset[str]:
    """The event by the words of the decision: union where enough children acted."""
    if isinstance(node, str):
        return adopted & {node}
    events = [reading(child, adopted) for child in node.children]
    if node.then:
        return next((event for event in events if event), frozenset())
    acted = sum(bool(event) for event in events)
    needed = len(events) if node.all else node.at_least or 1
    return frozenset().union(*events) if acted >= needed else frozenset()


@pytest.mark.parametrize(
    "composition",
    [
        None,
        cg.Any("a", "b", "c"),
        cg.All("a", "b", "c"),
        cg.AtLeast(2, "a", "b", "c"),
        cg.Then("a", "b", "c"),
        cg.Then("c", cg.Any("a", "b")),
        cg.Any(cg.All("a", "b"), "c"),
        cg.All(cg.Any("a", "b"), "c"),
        cg.AtLeast(1, cg.All("a", "c"), "b"),
        cg.All(cg.Then("a", "b"), "c"),
        cg.Then(cg.All("a", "b"), "c"),
    ],
    ids=str,
)
def test_event_law(composition) -> None:
    form = institution(composition)
    expected = np.zeros(8)
    for acts in product((0, 1), repeat=3):
        adopted = frozenset(name for name, act in zip(NAMES, acts) if act)
        chance = np.prod([p if act else 1 - p for p, act in zip(CHANCES.values(), acts)])
        event = reading(composition_of(form), adopted)
        expected[sum(1 << NAMES.index(name) for name in event)] += chance
    assert event_law(form, pool) == pytest.approx(expected, abs=1e-15)


def test_common_cause_of_bodies_uses_one_uniform() -> None:
    form = institution(cg.Any("a", "b", "c", common_cause=1.0))
    # U <= .3: all; .3 < U <= .5: b and c; .5 < U <= .8: c.
    expected = np.zeros(8)
    expected[[0b111, 0b110, 0b100, 0]] = 0.3, 0.2, 0.3, 0.2
    assert event_law(form, pool) == pytest.approx(expected, abs=1e-15)
    assert event_law(institution(cg.All("a", "b", "c", common_cause=1.0)), pool)[7] == 0.3


def test_common_cause_inside_and_outside() -> None:
    inner = cg.All("a", "b", common_cause=1.0)
    form = institution(cg.Any(inner, "c"))
    law = event_law(form, pool)
    # The pair stands with .3 as one; c is independent of it.
    assert law[[0b111, 0b011, 0b100, 0]] == pytest.approx([0.24, 0.06, 0.56, 0.14])


def test_operators_build_the_records() -> None:
    assert cg.Any("a", "b") == Composition(any=("a", "b"))
    assert cg.All("a", common_cause=0.2) == Composition(all=("a",), common_cause=0.2)
    assert cg.AtLeast(2, "a", "b") == Composition(at_least=2, of=("a", "b"))
    assert cg.Then("a", "b") == Composition(then=("a", "b"))
    assert cg.Then("a", "b").children == ("a", "b")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"any": ("a",), "all": ("b",)},
        {"of": ("a", "b")},
        {"any": ("a",), "at_least": 1},
        {"of": ("a", "b"), "at_least": 3},
        {"of": ("a", "b"), "at_least": 0},
        {"any": ("a",), "common_cause": 1.5},
    ],
)
def test_contradictions_are_refused(fields) -> None:
    with pytest.raises(cg.SpecificationError):
        Composition(**fields)


def test_every_body_is_named_once() -> None:
    for wrong in (cg.Any("a", "b"), cg.Any("a", "b", "c", "a"), cg.Any("a", "b", "c", "d")):
        with pytest.raises(cg.SpecificationError, match="must name each body once"):
            institution(wrong)
