"""The shipped institutions: order restrictions (D15), differences of form, equal teeth, contracts.

The contract at the end runs every institution on every problem with every solver, and asks of every
measure what the decisions promise: parts that add up, values in range, a reason for each NaN.
"""

import json
import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache, partial
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from tests.names import INSTITUTIONS, PROBLEMS

import coopgames as cg
from coopgames.institutions import Body, Institution
from coopgames.outcomes import ActStatistic, ContributionStatistic, Outcome

MANDATES = ("standing", "expected")
MEASURES = ("act_rate", "coverage", "critical_sanction_factor")
DIFFERENT = 1e-6
ALL_INSTITUTIONS = cg.models("institutions")["institutions"]
ALL_BODIES = cg.models("bodies")["bodies"]

PARTS = ("free_riding", "exclusion", "gridlock")
RATES = (
    "act_rate",
    "coverage",
    "adoption",
    "compliance",
    "unilateral",
    *PARTS,
    "success_rate",
    "achievement",
)


def institution(name: str) -> Institution:
    return cg.load("institutions", name)


def the_body(name: str) -> Body | None:
    """The one body of a shipped institution; None in anarchy."""
    bodies = institution(name).bodies
    assert len(bodies) <= 1
    return bodies[0] if bodies else None


@cache
def records(mandate: str) -> dict[tuple[str, str], dict[str, Any]]:
    table = cg.compare(mandate=mandate)
    return {(record["institution"], record["problem"]): record for record in table}


# ------------------------------------------------------------------ order restrictions (D15)


def ordered(values: dict[str, float], text: str) -> None:
    """Check a chain such as ``a = b < c <= d`` of named values."""
    words = text.split()
    for (left, sign), right in zip(pairwise(words), words[2:]):
        if sign in {"=", "<", "<="}:
            a, b = values[left], values[right]
            assert {"=": a == b, "<": a < b, "<=": a <= b}[sign], (left, a, sign, right, b)


def test_the_chain_reader_reads_every_link() -> None:
    values = {"a": 1.0, "b": 1.0, "c": 2.0}
    ordered(values, "a = b < c")
    ordered(values, "a <= b <= c")
    for wrong in ("a < b < c", "a = b = c", "c < a"):
        with pytest.raises(AssertionError):
            ordered(values, wrong)


def body_values(field: str) -> dict[str, float]:
    return {
        name: 0.0 if (body := the_body(name)) is None else float(getattr(body, field))
        for name in INSTITUTIONS
    }


def test_order_of_severity() -> None:
    ordered(
        body_values("severity"),
        "anarchy < coalition < first_degree = second_degree <= club < concert < charter "
        "= third_degree < empire < federation < global_state",
    )
    assert body_values("severity")["anarchy"] == 0.0


def test_order_of_delegation() -> None:
    values = body_values("delegation")
    ordered(
        values,
        "anarchy = club = concert = coalition < charter = first_degree < second_degree "
        "< third_degree < federation < global_state",
    )
    assert values["anarchy"] == 0.0


def test_order_of_effective_centres() -> None:
    """N_eff = J / (1 + (J - 1) rho): how many independent centres J correlated ones are worth."""
    values = {}
    for name in INSTITUTIONS:
        body = the_body(name)
        if body is not None:
            cause = Fraction(str(body.common_cause))
            values[name] = float(Fraction(body.centres) / (1 + (body.centres - 1) * cause))
    ordered(
        values,
        "global_state = empire = federation = charter = club = concert < first_degree "
        "< second_degree < third_degree",
    )
    assert values["charter"] == 1.0


def test_order_of_suppression() -> None:
    values = {name: institution(name).social.suppression for name in INSTITUTIONS}
    ordered(values, "third_degree <= empire < federation < global_state")


# ------------------------------------------------------------------ no two are the same form


def witness(a: str, b: str) -> tuple[float, str, str]:
    """The problem and measure on which two institutions differ most, and by how much."""
    table = records("standing")
    differences = []
    for problem in PROBLEMS:
        for measure in MEASURES:
            x, y = table[a, problem][measure], table[b, problem][measure]
            if x is not None and y is not None:
                differences.append((abs(x - y), problem, measure))
    return max(differences)


def test_every_pair_differs_in_its_game_form() -> None:
    print()
    for a, b in combinations(INSTITUTIONS, 2):
        difference, problem, measure = witness(a, b)
        print(f"{a:>14} {b:<14} {problem:>17} {measure:<25} {difference:.6f}")
        assert difference > DIFFERENT, f"{a} and {b} differ in nothing but their labels"


def test_every_pair_differs_in_act_rate_somewhere() -> None:
    table = records("standing")
    for a, b in combinations(INSTITUTIONS, 2):
        gaps = [abs(table[a, p]["act_rate"] - table[b, p]["act_rate"]) for p in PROBLEMS]
        assert max(gaps) > DIFFERENT, (a, b)


def test_a_label_changes_nothing() -> None:
    """Renaming an institution, its bodies and its title leaves every number as it was."""
    plain = institution("charter")
    body = plain.bodies[0].replace(id="another-name", title="Another name")
    renamed = plain.replace(id="renamed", title="Renamed", family="user", bodies=(body,))
    one, other = (
        cg.cooperation(cg.evolve(cg.game(form, "climate"))).as_dict() for form in (plain, renamed)
    )
    assert one == other


# ------------------------------------------------------------------ equal teeth


def test_equal_teeth_leave_only_membership_and_voting() -> None:
    for name in ALL_INSTITUTIONS:
        form = institution(name)
        equal = cg.equal_teeth(form)
        for before, after in zip(form.bodies, equal.bodies, strict=True):
            assert (after.severity, after.detection, after.delegation) == (0.6, 0.7, 0.0)
            kept = after.replace(
                severity=before.severity, detection=before.detection, delegation=before.delegation
            )
            assert kept == before
        assert equal.composition == form.composition
        assert len(equal.bodies) == len(form.bodies)


@pytest.mark.parametrize("mandate", MANDATES)
def test_the_equal_teeth_column_is_the_success_rate_of_equal_teeth(mandate: str) -> None:
    for name in ("federation", "charter", "coalition"):
        for problem in ("climate", "trade", "security"):
            game = cg.game(cg.equal_teeth(institution(name)), problem, mandate=mandate)
            expected = cg.cooperation(cg.evolve(game)).success_rate
            found = records(mandate)[name, problem]["equal_teeth_success_rate"]
            assert found == pytest.approx(expected, rel=1e-10, abs=1e-14)


def test_equal_teeth_make_equal_constitutions_equal_but_for_their_common_cause() -> None:
    """First and second degree share one constitution; J and rho stay as they are (D22.23)."""
    first, second = (cg.equal_teeth(institution(n)) for n in ("first_degree", "second_degree"))
    aligned = cg.variant(second, common_cause=first.bodies[0].common_cause)
    one, other, bare = (
        cg.cooperation(cg.evolve(cg.game(form, "climate"))).as_dict()
        for form in (first, aligned, second)
    )
    assert one == other
    assert one["adoption"] < bare["adoption"]


def test_equal_teeth_keep_the_hegemon_exempt_and_authorising_alone() -> None:
    game = cg.game(cg.equal_teeth(institution("empire")))
    adopted = game.events.adopted.any(axis=1)
    labels = [game.classes.labels[int(c)] for c in game.events.class_of_group]
    for label, value in zip(labels, game.events.sanction[adopted][0], strict=True):
        role = label.split(" (")[0]
        point = {"ally_permanent": 0.2, "ally": 0.2, "rival": 0.85, "large_nonaligned": 0.5}
        if role == "hegemon":
            assert value == 0.0
        elif role in point:
            vote = 0.95 * (1 - 0.3 * (1 - abs(point[role] - 0.15)))
            assert value == pytest.approx(0.7 * vote * 0.6, rel=1e-12)


# ------------------------------------------------------------------ the default comparison


def close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-10)


@pytest.mark.parametrize("mandate", MANDATES)
def test_both_readings_give_valid_records(mandate: str) -> None:
    table = records(mandate)
    assert len(table) == len(INSTITUTIONS) * len(PROBLEMS) == 88
    for (name, problem), record in table.items():
        assert record["mandate"] == mandate
        undefined = {key for key, value in record.items() if value is None}
        assert undefined == set(record["reasons"]), (name, problem)
        assert all(record["reasons"].values())
        json.dumps(record, allow_nan=False)
        for key in RATES:
            if record[key] is not None:
                assert -1e-12 <= record[key] <= 1 + 1e-12, (name, problem, key)
        product = 0.0
        if record["coverage"] and record["compliance"]:
            product = record["coverage"] * record["adoption"] * record["compliance"]
        assert close(record["act_rate"], product + record["unilateral"]), (name, problem)
        assert close(1 - record["act_rate"], sum(record[part] for part in PARTS)), (name, problem)
        largest = max(("gridlock", "exclusion", "free_riding"), key=lambda part: record[part])
        expected = "none" if record["success_rate"] >= 0.9 else largest
        if name == "anarchy" and expected != "none":
            expected = "no_body"
        assert record["failure"] == expected


@pytest.mark.parametrize("mandate", MANDATES)
def test_value_added_is_measured_from_anarchy(mandate: str) -> None:
    table = records(mandate)
    for (name, problem), record in table.items():
        base = table["anarchy", problem]["achievement"]
        expected = (record["achievement"] - base) / (1 - base)
        assert close(record["value_added"], expected), (name, problem)
    assert all(table["anarchy", problem]["value_added"] == 0.0 for problem in PROBLEMS)


def test_readings_agree_where_the_mandate_is_certain() -> None:
    for problem in PROBLEMS:
        standing, expected = (records(m)["anarchy", problem] for m in MANDATES)
        for key in ("act_rate", "success_rate", "achievement"):
            assert standing[key] == pytest.approx(expected[key], rel=1e-12)


# ------------------------------------------------------------------ everything shipped compiles


def meant_for(record: Institution | Body) -> str:
    """w20, unless the description speaks of un193 alone."""
    text = record.description
    return "un193" if "un193" in text and "w20" not in text else "w20"


@pytest.mark.parametrize("name", ALL_INSTITUTIONS)
def test_every_institution_compiles_in_w20(name: str) -> None:
    form = institution(name)
    check_events(cg.game(form, "climate", meant_for(form)))


@pytest.mark.parametrize("name", ALL_BODIES)
def test_every_body_compiles_in_w20(name: str) -> None:
    body = cg.load("bodies", name)
    bodies = [body]
    if body.authorised_by is not None:  # it leans on another body, which comes along
        assert body.authorised_by in ALL_BODIES
        assert body.authorised_by in body.description or body.sources
        bodies.append(cg.load("bodies", body.authorised_by))
    form = Institution(id=f"{name}-alone", bodies=tuple(bodies))
    check_events(cg.game(form, "climate", meant_for(body)))


@pytest.mark.parametrize("name", INSTITUTIONS)
@pytest.mark.parametrize("world", ["un193", "uniform-20"])
def test_the_eleven_compile_in_other_worlds(name: str, world: str) -> None:
    check_events(cg.game(name, "containment", world))


def check_events(game: cg.Game) -> None:
    events = game.events
    assert events.probability.sum() == pytest.approx(1.0, abs=1e-9)
    assert (events.probability >= 0).all()
    assert (events.counts.sum(axis=1) == game.size).all()
    assert (events.sanction >= 0).all()
    assert ((events.access >= 0) & (events.access <= 1)).all()
    worst = sum(body.severity for body in game.institution.bodies)
    assert events.sanction.max(initial=0.0) <= worst + 1e-12
    assert not (events.outsider & ~events.bound).any()
    assert (events.sanction[~events.bound] == 0).all()
    assert 0.0 <= game.adoption <= 1 + 1e-12


# ------------------------------------------------------------------ the contract


Solver = Callable[[cg.Game], Outcome]

#: Every solver there is. A simulation is short here, as the contract is about form, not level.
SOLVERS: dict[str, Solver] = {
    "logit": lambda game: cg.evolve(game, cg.Logit()),
    "logit at precision 0": lambda game: cg.evolve(game, cg.Logit(precision=0)),
    "rare mutations": lambda game: cg.small_mutation_limit(
        game, cg.Fermi(population_size=50, selection_intensity=5.0)
    ),
    "simulated logit": lambda game: cg.simulate(
        game, cg.Logit(), replicates=32, samples=4, burn_in=3, rng=20000501
    ),
}
_SHORT = {"replicates": 16, "samples": 3, "burn_in": 3, "rng": 20000501}
#: All other dynamics, by short simulations: each cell takes its turn at a few of them.
DYNAMICS: dict[str, Solver] = {
    f"{type(dynamic).__name__}, {plans}": partial(
        cg.simulate, dynamic=dynamic, plans=plans, **_SHORT
    )
    for plans, dynamics in {
        "act2": [
            cg.Fermi(selection_intensity=5.0),
            cg.Moran(selection_intensity=5.0),
            cg.WrightFisher(selection_intensity=5.0),
            cg.BestOfSample(sample=2),
            cg.Replicator(),
            cg.ReplicatorMutator(baseline=2.0),
            cg.LogitFlow(),
            cg.Smith(),
            cg.BrownVonNeumannNash(),
            cg.BestResponseFlow(),
        ],
        "act3": [cg.Logit(), cg.Fermi(selection_intensity=5.0)],
        "exit3": [cg.Logit(), cg.WrightFisher(selection_intensity=5.0), cg.Smith()],
    }.items()
    for dynamic in dynamics
}
#: How many of them a cell takes; 4 and 15 share no factor, so all meet all in some cell.
TURNS = 4
#: Solvers by a chain on counts: dearer, so on one problem and a few institutions.
CHAIN_SOLVERS: dict[str, Solver] = {
    "logit with trembles": lambda game: cg.evolve(game, cg.Logit(tremble=0.05)),
    "logit with new mandates": lambda game: cg.evolve(game, cg.Logit(renewal_rate=0.01)),
}


def check_outcome(game: cg.Game, outcome: Outcome, label: str) -> None:
    assert outcome.game is game
    certificate = outcome.certificate
    assert certificate.method
    assert certificate.residual < 1e-8
    json.dumps(certificate.as_dict())
    assert outcome.provenance["specification"]["institution"] == game.institution.id
    one = np.ones((1, game.stakes.total + 1))
    assert outcome.expect(ContributionStatistic(one)).value == pytest.approx(1.0, abs=1e-9)
    # Two statistics for one quantity: mean contribution from X, and from the acts.
    x = np.arange(game.stakes.total + 1)[None, :] / game.stakes.total
    by_group = game.leverage[game.events.class_of_group][None, :] / game.stakes.total
    from_x = outcome.expect(ContributionStatistic(x))
    from_acts = outcome.expect(ActStatistic(by_group))
    assert from_x.value == pytest.approx(from_acts.value, abs=1e-9), label
    if certificate.exact:
        assert from_x.standard_error == 0.0
        assert from_x.effective_size == math.inf


def check_measures(outcome: Outcome, label: str) -> None:
    for weights in ("states", "leverage"):
        result = cg.cooperation(outcome, weights=weights)
        parts = [getattr(result, part) for part in PARTS]
        assert close(1 - result.act_rate, sum(parts)), label
        product = (
            0.0
            if math.isnan(result.compliance)
            else (result.coverage * result.adoption * result.compliance)
        )
        assert close(result.act_rate, product + result.unilateral), label
        for name in RATES:
            value = getattr(result, name)
            assert math.isnan(value) == (name in result.reasons), (label, name)
            if not math.isnan(value):
                assert -1e-9 <= value <= 1 + 1e-9, (label, name)
        assert bool(result.standard_errors) == (not outcome.certificate.exact)


def check_persistence(outcome: Outcome, label: str) -> None:
    for measure in (cg.spell, cg.onset):
        value, reason = measure(outcome)
        assert math.isnan(value) == bool(reason), (label, measure.__name__)
        assert reason or value > 0


#: Flows and rare mutations are solved event by event; a thousand take seconds to minutes.
FEW_EVENTS = 100
SLOW_WITH_EVENTS = ("rare mutations",)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("name", INSTITUTIONS)
def test_contract(name: str, problem: str) -> None:
    for mandate in MANDATES:
        game = cg.game(name, problem, mandate=mandate)
        few = mandate == "expected" or game.events.probability.size <= FEW_EVENTS
        for solver, solve in SOLVERS.items():
            if few or solver not in SLOW_WITH_EVENTS:
                check_contract(game, solver, solve)
        if mandate == "standing":
            first = INSTITUTIONS.index(name) * len(PROBLEMS) + PROBLEMS.index(problem)
            for turn in range(TURNS):
                dynamic = list(DYNAMICS)[(first * TURNS + turn) % len(DYNAMICS)]
                check_contract(game, dynamic, DYNAMICS[dynamic])
        factor, reason = cg.critical_sanction_factor(game, cg.Logit().success_rate)
        assert math.isnan(factor) == bool(reason)
        assert reason or factor >= 0


def check_contract(game: cg.Game, solver: str, solve: Solver) -> None:
    label = f"{game.institution.id}, {game.problem.id}, {game.mandate}, {solver}"
    outcome = solve(game)
    check_outcome(game, outcome, label)
    check_measures(outcome, label)
    if game.events.probability.size <= FEW_EVENTS:
        check_persistence(outcome, label)


@pytest.mark.slow
@pytest.mark.parametrize("dynamic", DYNAMICS)
@pytest.mark.parametrize("name", INSTITUTIONS)
def test_contract_of_every_dynamic(name: str, dynamic: str) -> None:
    for problem in PROBLEMS:
        for mandate in MANDATES:
            game = cg.game(name, problem, mandate=mandate)
            check_contract(game, dynamic, DYNAMICS[dynamic])


@pytest.mark.parametrize("name", ["anarchy", "empire"])
def test_contract_of_chains(name: str) -> None:
    for mandate in MANDATES:
        game = cg.game(name, "containment", mandate=mandate)
        for solver, solve in CHAIN_SOLVERS.items():
            check_contract(game, solver, solve)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["charter", "club", "concert"])
def test_contract_of_chains_with_split_roles(name: str) -> None:
    test_contract_of_chains(name)


@pytest.mark.slow
@pytest.mark.parametrize("problem", PROBLEMS)
def test_contract_of_persistence_with_many_events(problem: str) -> None:
    game = cg.game("coalition", problem)
    assert game.events.probability.size > FEW_EVENTS
    check_persistence(cg.evolve(game), f"coalition, {problem}")
