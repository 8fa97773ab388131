"""Committees: power, structure and passage against enumeration, and what must not matter."""

import json
from fractions import Fraction
from itertools import product

import msgspec
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.oracle import coalitions
from tests.oracle.coalitions import ABSENT, ABSTAIN, NO, YES, Game

from coopgames.errors import SpecificationError
from coopgames.testing import committees
from coopgames.voting import (
    Bloc,
    Committee,
    Dual,
    Quorum,
    Quota,
    Veto,
    Voters,
    chance,
    passage,
    power,
    structure,
)
from coopgames.voting.rules import parts_of

from .transform import examples

ALWAYS = ("shapley_shubik", "banzhaf", "banzhaf_absolute", "coleman_prevent", "coleman_initiate")
DETERMINISTIC = ("johnston", "deegan_packel", "holler_packel")
SAME = {"rel": 0, "abs": 1e-12}
KINDS = [
    dict(zip(("de_facto", "blocs", "bases"), flags)) for flags in product((False, True), repeat=3)
]
CERTAIN = [kind for kind in KINDS if not kind["de_facto"]]
RATES = st.sampled_from((0, 0.1, 0.25, 0.5))


def named(kinds):
    """A test for each of the kinds; its examples are drawn from ``committees(..., **kind)``."""
    names = ["+".join(flag for flag, on in kind.items() if on) or "plain" for kind in kinds]
    return pytest.mark.parametrize("kind", kinds, ids=names)


def anything(max_voters):
    """Committees of every kind."""
    return st.one_of(committees(max_voters, **kind) for kind in KINDS)


def simple(max_voters):
    """Committees that leave nothing to chance."""
    return st.one_of(committees(max_voters, **kind) for kind in CERTAIN)


def rules_in(rule):
    yield rule
    for part in parts_of(rule):
        yield from rules_in(part)


def all_rules(committee):
    for rule in (committee.rule, *(bloc.rule for bloc in committee.blocs)):
        yield from rules_in(rule)


def has_doubtful_veto(committee):
    return any(isinstance(rule, Veto) and 0 < rule.used < 1 for rule in all_rules(committee))


def over_voters(committee, values):
    """Sum over single voters of values by group."""
    return sum(group.count * values[group.id] for group in committee.voters)


# --- against enumeration ---------------------------------------------------------------------


def same_power(committee):
    game, found = Game(committee), power(committee)
    expected = {
        "shapley_shubik": game.shapley_shubik(),
        "banzhaf": game.banzhaf(),
        "banzhaf_absolute": game.deciding(),
        "coleman_prevent": game.coleman_prevent(),
        "coleman_initiate": game.coleman_initiate(),
    }
    assert {index: found.values[index] for index in ALWAYS} == expected
    assert found.coleman_act == game.coleman_act()
    if has_doubtful_veto(committee):
        undefined = dict.fromkeys(committee.groups)
        assert {index: found.values[index] for index in DETERMINISTIC} == dict.fromkeys(
            DETERMINISTIC, undefined
        )
    else:
        expected |= {
            "johnston": game.johnston(),
            "deegan_packel": game.deegan_packel(),
            "holler_packel": game.holler_packel(),
        }
        assert {index: found.values[index] for index in expected} == expected
    for index in expected:
        assert all(isinstance(value, Fraction) for value in found.values[index].values())

    rounded = power(committee, exact=False)
    assert rounded.coleman_act == pytest.approx(float(found.coleman_act), **SAME)
    # What these divide by may be tiny (vetoes hardly ever used), and chances are good to 1e-15.
    divisors = {
        "banzhaf": over_voters(committee, found.values["banzhaf_absolute"]),
        "coleman_prevent": found.coleman_act,
        "coleman_initiate": 1 - found.coleman_act,
    }
    for index, values in expected.items():
        plain = {group: float(value) for group, value in values.items()}
        within = 1e-12 + (1e-15 / float(divisors[index]) if index in divisors else 0)
        assert rounded.values[index] == pytest.approx(plain, rel=0, abs=within)
        assert all(isinstance(value, float) for value in rounded.values[index].values())


@named(KINDS)
@examples(20)
@given(st.data())
def test_power(kind, data):
    same_power(data.draw(committees(7, **kind)))


@examples(10)
@given(anything(14))
def test_power_in_larger_committees(committee):
    same_power(committee)


def same_structure(committee):
    game, found = Game(committee), structure(committee)
    assert found.winning == game.total
    assert found.losing == 2**game.n - game.total
    assert found.minimal_winning == len(game.minimal_winning)
    assert found.minimal_blocking == len(game.minimal_blocking)
    assert found.swings == game.swings
    assert found.veto_players == game.veto_players
    assert found.dummies == game.dummies
    assert found.dictator == game.dictator
    assert found.proper == game.proper
    assert found.strong == game.strong
    if found.weights is not None:
        assert game.represented(found.quota, found.weights)


@named(CERTAIN)
@examples(30)
@given(st.data())
def test_structure(kind, data):
    same_structure(data.draw(committees(7, **kind)))


@examples(10)
@given(simple(14))
def test_structure_of_larger_committees(committee):
    same_structure(committee)


@examples(30)
@given(committees(6, de_facto=True))
def test_structure_needs_certainty(committee):
    if has_doubtful_veto(committee):
        with pytest.raises(SpecificationError):
            structure(committee)
    else:
        same_structure(committee)


@examples(60)
@given(anything(7))
def test_chance(committee):
    sizes = [group.count for group in committee.voters]
    counts = list(product(*(range(size + 1) for size in sizes)))
    expected = [
        coalitions.adoption_chance(
            committee,
            [ballot for m, k in zip(yes, sizes) for ballot in [YES] * m + [NO] * (k - m)],
        )
        for yes in counts
    ]
    np.testing.assert_allclose(
        chance(committee, np.array(counts)), np.array(expected, float), rtol=0, atol=1e-12
    )


def supports(groups):
    """Support as one number, or as a number or a fraction for each group."""
    numbers = st.sampled_from((0.5, 0.25, 0.9, 0, 1, "1/3"))
    return numbers | st.fixed_dictionaries(dict.fromkeys(groups, numbers))


def by_group(committee, support):
    given = support if isinstance(support, dict) else dict.fromkeys(committee.groups, support)
    return {group: Fraction(str(value)) for group, value in given.items()}


@named(KINDS)
@examples(20)
@given(RATES, RATES, st.sampled_from((0, 0.25, 1)), st.data())
def test_passage(kind, abstention, absence, correlation, data):
    committee = data.draw(committees(5, **kind))
    support = data.draw(supports(committee.groups))
    rates = {"abstention": abstention, "absence": absence, "correlation": correlation}
    probability, deciding, stopping = coalitions.passage(
        committee,
        by_group(committee, support),
        **{name: Fraction(str(value)) for name, value in rates.items()},
    )
    found = passage(committee, support, **rates, exact=True)
    assert found.probability == probability
    assert found.deciding == deciding
    assert found.stopping == stopping
    if probability:
        assert found.expected_rounds == 1 / probability
    assert isinstance(found.probability, Fraction)
    for values in (found.deciding, found.stopping):
        assert all(isinstance(value, Fraction) for value in values.values())

    rounded = passage(committee, support, **rates)
    assert rounded.probability == pytest.approx(float(probability), **SAME)
    for values, expected in ((rounded.deciding, deciding), (rounded.stopping, stopping)):
        plain = {group: float(value) for group, value in expected.items()}
        assert values == pytest.approx(plain, **SAME)


@examples(30)
@given(anything(6), st.sampled_from((None, ABSTAIN, ABSENT)), st.data())
def test_passage_of_certain_ballots(committee, quiet, data):
    """Where everybody's ballot is known, or everybody keeps quiet, nothing is left to chance."""
    votes = {group: data.draw(st.sampled_from((0, 1))) for group in committee.groups}
    rates = {ABSTAIN: {"abstention": 1}, ABSENT: {"absence": 1}}.get(quiet, {})
    spoken = {group: YES if yes else NO for group, yes in votes.items()}
    ballots = dict.fromkeys(votes, quiet) if rates else spoken
    every = [ballots[group.id] for group in committee.voters for _ in range(group.count)]
    found = passage(committee, votes, **rates, exact=True).probability
    assert found == coalitions.adoption_chance(committee, every)


# --- what must hold --------------------------------------------------------------------------


@examples(40)
@given(anything(8))
def test_indices_share_out_one(committee):
    found = power(committee)
    certain = not has_doubtful_veto(committee)
    for index in ("banzhaf", *(("shapley_shubik", *DETERMINISTIC) if certain else ())):
        assert over_voters(committee, found.values[index]) == 1


@examples(40)
@given(anything(8))
def test_shapley_shubik_shares_out_what_everybody_moves(committee):
    """The integral over p of dA/dp is the chance if all say Yes minus that if all say No."""
    sizes = np.array([group.count for group in committee.voters])
    none, every = chance(committee, np.stack([0 * sizes, sizes]))
    found = power(committee, exact=False).values["shapley_shubik"]
    assert over_voters(committee, found) == pytest.approx(every - none, **SAME)


@examples(40)
@given(anything(8), st.data())
def test_a_veto_never_helps(committee, data):
    free = set(committee.groups) - {seat for bloc in committee.blocs for seat in bloc.seats}
    holder = data.draw(st.sampled_from(committee.groups))
    used = data.draw(st.sampled_from((1.0, 0.5))) if holder in free else 1.0
    stricter = committee.replace(rule=committee.rule & Veto(by=holder, used=used))
    before, after = power(committee), power(stricter)
    assert after.coleman_act <= before.coleman_act


def renamed(rule, names):
    """The rule with every group replaced by the groups that stand for it."""

    def several(groups):
        groups = (groups,) if isinstance(groups, str) else groups
        return None if groups is None else tuple(new for old in groups for new in names[old])

    if isinstance(rule, Dual):
        return Dual(rule=renamed(rule.rule, names))
    if isinstance(rule, Veto):
        return rule.replace(by=several(rule.by))
    if isinstance(rule, (Quota, Quorum)):
        return rule.replace(of=several(rule.of))
    return rule.replace(rules=tuple(renamed(part, names) for part in rule.rules))


def rewritten(committee, voters, names):
    """The committee of these voters, under the old rules by their new names."""
    blocs = tuple(
        Bloc(
            id=bloc.id,
            seats=tuple(new for seat in bloc.seats for new in names[seat]),
            rule=renamed(bloc.rule, names),
        )
        for bloc in committee.blocs
    )
    return committee.replace(voters=voters, rule=renamed(committee.rule, names), blocs=blocs)


def same_by_name(committee, other, names):
    ours, theirs = power(committee), power(other)
    assert theirs.coleman_act == ours.coleman_act
    for index, values in ours.values.items():
        assert theirs.values[index] == {new: x for old, x in values.items() for new in names[old]}
    support = {group: (0.25, 0.5, 0.75)[i % 3] for i, group in enumerate(committee.groups)}
    spread = {new: p for old, p in support.items() for new in names[old]}
    rates = {"abstention": 0.25, "absence": 0.1, "correlation": 0.5, "exact": True}
    ours, theirs = passage(committee, support, **rates), passage(other, spread, **rates)
    assert theirs.probability == ours.probability
    for before, after in ((ours.deciding, theirs.deciding), (ours.stopping, theirs.stopping)):
        assert after == {new: x for old, x in before.items() for new in names[old]}


@examples(40)
@given(anything(6), st.data())
def test_how_groups_are_cut_does_not_matter(committee, data):
    large = [group for group in committee.voters if group.count > 1]
    assume(large)
    cut = data.draw(st.sampled_from(large))
    first = data.draw(st.integers(1, cut.count - 1))
    names = {group: (group,) for group in committee.groups} | {cut.id: (cut.id, "z")}
    voters = []
    for group in committee.voters:
        if group == cut:
            voters += [cut.replace(count=first), cut.replace(id="z", count=cut.count - first)]
        else:
            voters.append(group)
    same_by_name(committee, rewritten(committee, tuple(voters), names), names)


@examples(40)
@given(anything(6), st.data())
def test_names_and_order_do_not_matter(committee, data):
    names = {group: (f"z-{group}",) for group in committee.groups}
    order = data.draw(st.permutations(committee.voters))
    voters = tuple(group.replace(id=names[group.id][0]) for group in order)
    same_by_name(committee, rewritten(committee, voters, names), names)


def dual_of(committee):
    """The committee whose winning coalitions are those that block; blocs take their duals too."""
    blocs = tuple(bloc.replace(rule=Dual(rule=bloc.rule)) for bloc in committee.blocs)
    return committee.replace(rule=Dual(rule=committee.rule), blocs=blocs)


@examples(40)
@given(simple(8))
def test_dual(committee):
    dual = dual_of(committee)
    again = dual_of(dual)
    ours, theirs = structure(committee), structure(dual)
    assert theirs.winning == 2**committee.size - ours.winning
    assert (theirs.minimal_winning, theirs.minimal_blocking) == (
        ours.minimal_blocking,
        ours.minimal_winning,
    )
    assert theirs.swings == ours.swings
    assert (theirs.proper, theirs.strong) == (ours.strong, ours.proper)
    sizes = [range(group.count + 1) for group in committee.voters]
    counts = np.array(list(product(*sizes)))
    np.testing.assert_array_equal(chance(again, counts), chance(committee, counts))


@examples(60)
@given(anything(6), RATES, RATES, st.data())
def test_support_never_harms(committee, abstention, absence, data):
    """Together with a common draw only where nobody is absent.

    Who moves from No to absence, as a common draw does, may break a quorum.
    """
    correlation = 0 if absence else data.draw(st.sampled_from((0, 0.5, 1)))
    rates = {"abstention": abstention, "absence": absence, "correlation": correlation}
    low = {g: data.draw(st.sampled_from((0.25, 0.5, 0))) for g in committee.groups}
    high = {g: p + data.draw(st.sampled_from((0.25, 0, 0.5))) for g, p in low.items()}
    less = passage(committee, low, **rates, exact=True)
    more = passage(committee, high, **rates, exact=True)
    assert less.probability <= more.probability
    assert all(value >= 0 for value in less.deciding.values())


@examples(40)
@given(anything(8))
def test_passage_at_even_odds_is_the_share_of_coalitions(committee):
    found, power_of = passage(committee, 0.5, exact=True), power(committee)
    assert found.probability == passage(committee, "1/2", exact=True).probability
    assert found.probability == power_of.coleman_act
    assert found.deciding == power_of.values["banzhaf_absolute"]
    if not has_doubtful_veto(committee):
        assert found.probability == Fraction(structure(committee).winning, 2**committee.size)


# --- files -----------------------------------------------------------------------------------


def toml(value):
    """Plain data as an inline value of a TOML file; what is None is left out."""
    if isinstance(value, dict):
        items = (f"{key} = {toml(item)}" for key, item in value.items() if item is not None)
        return "{" + ", ".join(items) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


@examples(100)
@given(anything(8))
def test_files(committee):
    text = msgspec.json.encode(committee)
    assert msgspec.json.decode(text, type=Committee) == committee
    lines = (
        f"{key} = {toml(value)}\n" for key, value in json.loads(text).items() if value is not None
    )
    assert msgspec.toml.decode("".join(lines), type=Committee) == committee


def test_groups_that_no_rule_tells_apart():
    """What the property of cuts means for one example, by its numbers."""
    voters = (Voters(id="a", weights={"votes": 2}), Voters(id="b", weights={"votes": 2}))
    council = Committee(
        voters=(*voters, Voters(id="c", weights={"votes": 1})),
        rule=Quota(votes=3, weight="votes"),
    )
    found = power(council).values["shapley_shubik"]
    assert found == dict.fromkeys("abc", Fraction(1, 3))
