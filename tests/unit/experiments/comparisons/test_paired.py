"""Paired differences: exact ones, intervals, what is common, and when that helps."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

import coopgames as cg
from coopgames.catalogue import compared
from coopgames.experiments.comparisons import (
    REPLICATE_MEASURES,
    PairedDifferences,
    paired_differences,
    replicate_values,
)
from coopgames.experiments.comparisons.contest import Contest, open_contest
from coopgames.experiments.comparisons.paired_statistics import holm, student_intervals
from coopgames.games import PLANS

ALL = [record.id for record in compared("institutions")]
PROBLEMS = [record.id for record in compared("problems")]
SHORT = {"samples": 16, "burn_in": 60}


def contest(institutions: list[str], problem: str = "climate", *, common: bool = True) -> Contest:
    return open_contest(
        institutions,
        problem,
        "w20",
        dynamic=None,
        measure="success_rate",
        common_random_numbers=common,
        rng=7,
        options=SHORT,
    )


# -- exact -----------------------------------------------------------------------------------


def test_there_are_eleven_institutions_and_eight_problems() -> None:
    assert (len(ALL), len(PROBLEMS)) == (11, 8)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_all_institutions_exactly_as_evolve(problem: str) -> None:
    found = paired_differences(ALL, problem, exact=True)
    value = {
        name: cg.cooperation(cg.evolve(cg.game(name, problem=problem))).success_rate for name in ALL
    }
    assert found.pairs == tuple(combinations(ALL, 2))
    assert found.means.tolist() == [value[name] for name in ALL]
    for (first, second), difference in zip(found.pairs, found.differences, strict=True):
        assert difference == value[first] - value[second]
    assert found.certificate.exact
    assert found.lower is found.upper is found.standard_errors is found.values is None
    assert list(found.to_pandas()) == ["first", "second", "difference"]


@pytest.mark.parametrize("measure", ["achievement", "compliance", "value_added"])
def test_exact_measures_are_those_of_a_comparison(measure: str) -> None:
    names = ["charter", "club", "coalition"]
    found = paired_differences(names, "trade", measure=measure, exact=True)
    table = {row["institution"]: row[measure] for row in cg.compare(names, "trade")}
    assert found.means == pytest.approx([table[name] for name in names], abs=1e-14)


def test_an_exact_value_may_be_undefined() -> None:
    found = paired_differences(["anarchy", "charter"], measure="compliance", exact=True)
    assert np.isnan(found.differences).all()
    (note,) = found.certificate.notes
    assert note == "anarchy: compliance is undefined: nobody is ever bound"


def test_exact_differences_of_processes_and_plans() -> None:
    fermi = cg.Fermi(selection_intensity=5.0, mutation_probability=0.05)
    found = paired_differences(["anarchy", "club"], "trade", dynamic=fermi, exact=True)
    value = [
        cg.cooperation(cg.evolve(cg.game(name, problem="trade"), fermi)).success_rate
        for name in ("anarchy", "club")
    ]
    assert found.differences[0] == value[0] - value[1]
    table = {"name": "fermi", "selection_intensity": 5.0, "mutation_probability": 0.05}
    same = paired_differences(["anarchy", "club"], "trade", dynamic=table, exact=True)
    assert same.differences[0] == found.differences[0]


# -- replicates ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["charter", "coalition", "anarchy"])
@pytest.mark.parametrize("plans", PLANS)
def test_replicates_have_the_mean_of_the_measure(name: str, plans: str) -> None:
    outcome = cg.simulate(cg.game(name), replicates=64, plans=plans, rng=3, **SHORT)  # type: ignore[arg-type]
    expected = cg.cooperation(outcome)
    for measure in REPLICATE_MEASURES:
        values = replicate_values(outcome, measure)
        assert values.shape == (64,)
        assert ((values >= 0) & (values <= 1)).all()
        assert values.mean() == pytest.approx(getattr(expected, measure), abs=1e-12)


def test_replicates_are_the_first_of_a_longer_run() -> None:
    few = paired_differences(["charter", "club"], replicates=100, rng=7, **SHORT)
    many = paired_differences(["charter", "club"], replicates=1100, rng=7, **SHORT)
    assert few.values is not None
    assert many.values is not None
    assert (many.values[:100] == few.values).all()
    assert not (many.values[1024:] == many.values[:76]).all()


def test_what_is_common() -> None:
    """States stand by role, and uniforms for events are the same ones."""
    games = [cg.game(name) for name in ALL]
    slots = [np.repeat(game.leverage, game.classes.counts) for game in games]
    assert all((one == slots[0]).all() for one in slots)
    # With one draw per replicate, adoption is nested: who adopts rarely adopts when others do.
    found = paired_differences(
        ["charter", "club", "first_degree"], measure="adoption", replicates=1024, rng=5, **SHORT
    )
    assert found.values is not None
    charter, club, first_degree = found.values.T.astype(bool)
    assert not (charter & ~first_degree).any()
    assert not (first_degree & ~club).any()
    apart = paired_differences(
        ["charter", "club", "first_degree"],
        measure="adoption",
        common_random_numbers=False,
        rng=5,
        **SHORT,
    )
    assert apart.values is not None
    charter, club, first_degree = apart.values.T.astype(bool)
    assert (charter & ~first_degree).any()


def test_an_institution_does_not_differ_from_its_copy() -> None:
    copy = cg.load("institutions", "charter").replace(id="copy")
    found = paired_differences(["charter", copy], replicates=256, rng=7, **SHORT)
    assert found.lower is not None
    assert found.upper is not None
    assert found.correlations is not None
    assert found.differences[0] == 0.0
    assert found.correlations[0] == pytest.approx(1.0)
    assert -0.02 < found.lower[0] < 0 < found.upper[0] < 0.02


def test_common_random_numbers_reduce_the_variance() -> None:
    """The reduction said of one run is that of the variances with and without.

    The ratio of two variances of 2,048 normal values has a standard error of some 6 %; success
    is within (0, 1), so its kurtosis is below, and a third is more than five of them.
    """
    names = ["charter", "second_degree"]
    common = paired_differences(names, "trade", replicates=2048, rng=7, **SHORT)
    apart = paired_differences(
        names, "trade", replicates=2048, common_random_numbers=False, rng=7, **SHORT
    )
    assert common.variance_reductions is not None
    assert apart.variance_reductions is not None
    assert common.standard_errors is not None
    assert apart.standard_errors is not None
    measured = (apart.standard_errors[0] / common.standard_errors[0]) ** 2
    assert common.variance_reductions[0] > 4
    assert measured == pytest.approx(common.variance_reductions[0], rel=1 / 3)
    assert apart.variance_reductions[0] == pytest.approx(1.0, abs=0.15)


def test_they_do_not_where_one_always_succeeds() -> None:
    found = paired_differences(["anarchy", "federation"], replicates=1024, rng=7, **SHORT)
    assert found.variance_reductions is not None
    assert found.variance_reductions[0] == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_simulated_differences_of_all_institutions(problem: str) -> None:
    """All 55 intervals together hold: a false alarm of 1e-4 per problem.

    Security and the standard have two outcomes that enforce themselves, between which no
    replicate passes. There intervals miss the long run, and notes say why.
    """
    exact = paired_differences(ALL, problem, exact=True)
    found = paired_differences(
        ALL, problem, replicates=1024, confidence=1 - 1e-4, rng=11, samples=8, burn_in=400
    )
    assert found.lower is not None
    assert found.upper is not None
    held = (found.lower <= exact.differences) & (exact.differences <= found.upper)
    unmixed = {
        note.partition(":")[0] for note in found.certificate.notes if ": no mixing: " in note
    }
    assert bool(unmixed) == (problem in ("security", "standards"))
    for pair, good in zip(found.pairs, held, strict=True):
        assert good or unmixed & set(pair)


# -- statistics ------------------------------------------------------------------------------


def test_intervals_are_student_s_with_two_replicates_added() -> None:
    rng = np.random.default_rng(1)
    apart = rng.uniform(-1, 1, (20, 1)) / 2
    error, lower, upper, p_value = student_intervals(apart, 0.9, 3)
    # Weights of one half are the same as everything twice, with the pairs counted once.
    twice = np.concatenate([apart, apart, [[1.0], [-1.0], [0.0], [0.0]]])
    mean = twice.mean()
    variance = ((twice - mean) ** 2).sum() / 2 / 21
    half = stats.t.ppf(1 - 0.1 / 6, 19) * np.sqrt(variance / 22)
    assert error[0] == pytest.approx(stats.sem(apart[:, 0]))
    assert (lower[0], upper[0]) == pytest.approx((mean - half, mean + half))
    expected = 2 * stats.t.sf(abs(mean) / np.sqrt(variance / 22), 19)
    assert p_value[0] == pytest.approx(expected)


def test_intervals_cover() -> None:
    """Of rare differences, where plain intervals cover too seldom.

    2,000 intervals of 95 % miss 100 +- 10 times; at most 145 is a false alarm below 1e-5.
    """
    rng = np.random.default_rng(2)
    runs, replicates, mean = 2000, 64, 0.02
    apart = rng.choice([-1.0, 0.0, 1.0], (replicates, runs), p=[0.01, 0.96, 0.03])
    _, lower, upper, _ = student_intervals(apart, 0.95, 1)
    assert ((mean < lower) | (mean > upper)).sum() <= 145
    plain = stats.t.ppf(0.975, replicates - 1) * apart.std(axis=0, ddof=1) / np.sqrt(replicates)
    assert (abs(apart.mean(axis=0) - mean) > plain).sum() > 300


def test_holm_against_its_definition() -> None:
    rng = np.random.default_rng(3)
    p_values = rng.uniform(size=8) ** 3
    adjusted = holm(p_values)
    for level in np.linspace(0.001, 0.999, 300):
        rejected = set()
        for step, at in enumerate(np.argsort(p_values)):
            if p_values[at] > level / (8 - step):
                break
            rejected.add(int(at))
        assert rejected == {int(at) for at in np.flatnonzero(adjusted <= level)}


def test_p_values_agree_with_intervals_of_two() -> None:
    found = paired_differences(["concert", "first_degree"], replicates=128, rng=7, **SHORT)
    assert found.p_values is not None
    at = 1.0 - float(found.p_values[0])
    edge = paired_differences(
        ["concert", "first_degree"], replicates=128, confidence=at, rng=7, **SHORT
    )
    assert edge.lower is not None
    assert edge.upper is not None
    assert min(abs(edge.lower[0]), abs(edge.upper[0])) < 1e-9


# -- results and errors ----------------------------------------------------------------------


def test_the_record_and_the_frame() -> None:
    found = paired_differences(
        ["charter", "club"], replicates=32, mandate="expected", plans="act3", rng=7, **SHORT
    )
    specification = found.provenance["specification"]
    assert found.provenance["entropy"] == 7
    assert specification["common_random_numbers"] is True
    assert specification["plans"] == "act3"
    assert [game["institution"] for game in specification["games"]] == ["charter", "club"]
    assert specification["games"][0]["mandate"] == "expected"
    frame = found.to_pandas()
    assert list(frame) == [
        *("first", "second", "difference", "standard_error", "lower", "upper"),
        *("p_value", "correlation", "variance_reduction"),
    ]


def test_notes_of_simulations_are_passed_on() -> None:
    found = paired_differences(
        ["charter", "club"], replicates=512, samples=32, burn_in=0, start="defect", rng=7
    )
    assert any(note.startswith("club: burn-in too short") for note in _notes(found))


def _notes(found: PairedDifferences) -> tuple[str, ...]:
    return found.certificate.notes


def test_blocks_of_a_contest_have_their_own_streams() -> None:
    one = contest(["charter", "club"])
    first, _ = one.block(0, 0, 64)
    assert (one.block(0, 0, 16)[0] == first[:16]).all()
    assert not (one.block(0, 1, 64)[0] == first).all()
    assert not (contest(["charter", "club"], common=False).block(0, 0, 64)[0] == first).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"institutions": ["charter"]}, "institutions must be two or more; got charter"),
        ({"institutions": "charter"}, "institutions must be two or more; got charter"),
        ({"institutions": ["charter", "charter"]}, r"got 'charter' twice.*replace\(id"),
        ({"institutions": ["charter", "clup"]}, "clup"),
        ({"measure": "coverage"}, "measure must be one of"),
        ({"measure": "failure", "exact": True}, "measure must be one of"),
        ({"confidence": 1.0}, r"confidence must lie in \(0, 1\); got 1.0"),
        ({"replicates": 1}, "replicates must be >= 2; got 1"),
        ({"burnin": 3}, "unknown option 'burnin'; did you mean burn_in"),
        ({"mandate": "sitting"}, "mandate"),
    ],
)
def test_errors(arguments: dict[str, object], message: str) -> None:
    given = {"institutions": ["charter", "club"], "rng": 1} | arguments
    with pytest.raises(cg.CoopgamesError, match=message):
        paired_differences(**given)  # type: ignore[arg-type]
