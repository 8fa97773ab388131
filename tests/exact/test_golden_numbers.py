"""The model's golden numbers (D18, D9a, D12, D22) against closed forms found by another route.

Every expectation below is a formula in fractions, binomials or a sum over role counts; the printed
decimals are those of the model's table and only guard the formulas against slips.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import comb, exp, factorial, fsum, prod
from typing import Any

import numpy as np
import pytest

import coopgames as cg
from coopgames.institutions import Body, Institution
from coopgames.kernels.inequality import normalised_gini
from coopgames.problems import rescue_probability, waiting_probability
from coopgames.worlds import Role, Selector, World

HALF = Fraction(1, 2)
TENTHS = [Fraction(n, 10) for n in range(5, 10)]

#: w20 by role: states, capability, ideal point (D2).
W20 = {
    "hegemon": (1, Fraction("0.26"), 0.15),
    "ally_permanent": (2, Fraction("0.07"), 0.20),
    "ally": (3, Fraction("0.07"), 0.20),
    "rival": (2, Fraction("0.12"), 0.85),
    "large_nonaligned": (4, Fraction("0.025"), 0.50),
    "other": (8, Fraction("0.00625"), 0.55),
}
COUNTS = [count for count, _, _ in W20.values()]
POWERS = [capability for count, capability, _ in W20.values() for _ in range(count)]
POINTS = [point for count, _, point in W20.values() for _ in range(count)]
ROLES = [role for role, (count, _, _) in W20.items() for _ in range(count)]


# ------------------------------------------------------------------ routes of our own


def binomial_tail(n: int, p: Fraction, k: int) -> Fraction:
    """Pr(Bin(n, p) >= k)."""
    return sum((comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(k, n + 1)), Fraction(0))


def council(p: Fraction, elected: int, needed: int) -> Fraction:
    """Five vetoes, and ``needed`` more Yes among the elected."""
    return p**5 * binomial_tail(elected, p, needed)


def at_least_one(x: float, copies: int, common_cause: float) -> float:
    """X(x): one of J equal centres acts (D12)."""
    return common_cause * x + (1 - common_cause) * (1 - (1 - x) ** copies)


def gini(values: Sequence[Fraction]) -> Fraction:
    """Normalised Gini by mean differences."""
    differences = sum((abs(a - b) for a, b in combinations(values, 2)), Fraction(0))
    return differences / ((len(values) - 1) * sum(values))


def board_passage(p: Fraction, quota: Fraction, *, strict: bool) -> Fraction:
    """Passage of the capability-weighted board of w20, by counting Yes in each role."""
    total = Fraction(0)
    for yes in product(*(range(n + 1) for n in COUNTS)):
        weight = sum(k * w for k, (_, w, _) in zip(yes, W20.values()))
        if weight > quota or (weight == quota and not strict):
            ways = prod(comb(n, k) for n, k in zip(COUNTS, yes))
            total += ways * p ** sum(yes) * (1 - p) ** (20 - sum(yes))
    return total


def shapley_shubik(weights: Sequence[Fraction], quota: Fraction, *, strict: bool) -> list[Fraction]:
    """Shapley-Shubik index of a weighted rule, by counting coalitions by size and weight."""

    def swings(weight: Fraction) -> bool:
        return weight > quota if strict else weight >= quota

    n = len(weights)
    index = {}
    for own in set(weights):
        others = list(weights)
        others.remove(own)
        coalitions: dict[tuple[int, Fraction], int] = {(0, Fraction(0)): 1}
        for weight in others:
            more = defaultdict(int, coalitions)
            for (size, total), number in coalitions.items():
                more[size + 1, total + weight] += number
            coalitions = dict(more)
        index[own] = sum(
            Fraction(number * factorial(size) * factorial(n - size - 1), factorial(n))
            for (size, total), number in coalitions.items()
            if swings(total + own) and not swings(total)
        )
    return [index[weight] for weight in weights]


def poisson_binomial(chances: Iterable[float]) -> list[float]:
    """Law of the number of successes."""
    law = [1.0]
    for p in chances:
        law = [a * (1 - p) + b * p for a, b in zip([*law, 0.0], [0.0, *law])]
    return law


def support(point: float) -> float:
    """Sincere support with the hegemon as agenda setter (D3, D22.1, D22.20)."""
    return 0.95 * (1 - 0.6 * abs(point - 0.15))


def support_against(point: float, target: float) -> float:
    """Support for a sanction on ``target`` (D3)."""
    return support(point) * (1 - 0.3 * (1 - abs(point - target)))


def logistic(z: float) -> float:
    return 1 / (1 + exp(-z)) if z > 0 else exp(z) / (1 + exp(z))


# ------------------------------------------------------------------ the code under test, called


def alone(**fields: Any) -> Institution:
    """One body that votes once, by itself."""
    return Institution(id="alone", bodies=(Body(**{"id": "body", "rounds": 1, **fields}),))


def passage(institution: Institution, world: str | World, p: float | Fraction) -> float:
    """Probability that something is adopted when every state supports it with probability p."""
    shape = cg.game(institution, "containment", world).electorate.support.shape
    return cg.game(institution, "containment", world, support=np.full(shape, float(p))).adoption


def power(institution: Institution, world: str | World) -> tuple[list[float], list[str]]:
    """Normalised swing power of every state, before rotation, and the classes' labels."""
    game = cg.game(institution, "containment", world)
    raw = game.electorate._power()
    shares = raw / (raw * game.classes.counts).sum()
    return shares.tolist(), list(game.classes.labels)


def shipped_council(**fields: Any) -> Institution:
    body = cg.load("bodies", "security_council").replace(**{"rounds": 1, **fields})
    return Institution(id="council", bodies=(body,))


def charter_of_fifteen() -> Institution:
    return cg.load("institutions", "charter_fifteen")


def reduced_council() -> Institution:
    return cg.variant(cg.load("institutions", "charter"), rounds=1)


# ------------------------------------------------------------------ passage


@pytest.mark.parametrize("world", ["uniform-20", "uniform-193", "un193", "w20"])
def test_council_of_fifteen(world: str) -> None:
    printed = [0.025879, 0.073502, 0.166290, 0.327397, 0.590485]
    for p, decimal in zip(TENTHS, printed):
        expected = council(p, elected=10, needed=4)
        assert float(expected) == pytest.approx(decimal, abs=5e-7)
        for form in (shipped_council(), cg.variant(charter_of_fifteen(), rounds=1)):
            assert passage(form, world, p) == pytest.approx(float(expected), rel=1e-12)


def test_council_of_fifteen_in_three_rounds() -> None:
    once = council(Fraction(4, 5), elected=10, needed=4)
    thrice = passage(shipped_council(rounds=3), "un193", 0.8)
    assert thrice == pytest.approx(float(1 - (1 - once) ** 3), rel=1e-12)


def test_council_of_fifteen_has_848_winning_coalitions() -> None:
    winning = sum(comb(10, k) for k in range(4, 11))
    assert winning == 848
    assert passage(shipped_council(), "un193", 0.5) * 2**15 == pytest.approx(winning, rel=1e-12)


def test_council_of_fifteen_normalised_banzhaf() -> None:
    # Fifteen roles of one state each, so that one voter at a time can be made certain.
    world = World(
        id="fifteen", roles=tuple(Role(name=f"s{i}", count=1, capability=1.0) for i in range(15))
    )
    vetoes = tuple(cg.Assignment(role=f"s{i}", value=1.0) for i in range(5))
    institution = alone(quota="9/15", blocking=vetoes)

    def swing(voter: int) -> float:
        sides = []
        for vote in (1.0, 0.0):
            chances = np.full((15, 1), 0.5)
            chances[voter] = vote
            sides.append(cg.game(institution, "containment", world, support=chances).adoption)
        return (sides[0] - sides[1]) * 2**14

    permanent, elected = swing(0), swing(14)
    assert permanent == pytest.approx(848, rel=1e-12)
    assert elected == pytest.approx(comb(9, 3), rel=1e-12)
    share = permanent / (5 * permanent + 10 * elected)
    assert share == pytest.approx(848 / 5080, rel=1e-12)


@pytest.mark.parametrize("world", ["w20", "un193", "uniform-20"])
def test_reduced_council(world: str) -> None:
    for p, decimal in [(HALF, 0.030273), (Fraction(4, 5), 0.327575)]:
        expected = council(p, elected=5, needed=1)
        assert float(expected) == pytest.approx(decimal, abs=5e-7)
        assert passage(reduced_council(), world, p) == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize("world", ["un193", "uniform-193"])
def test_assembly_of_193(world: str) -> None:
    two_thirds, simple = (
        Institution(id=name, bodies=(cg.load("bodies", name).replace(rounds=1),))
        for name in ("general_assembly", "general_assembly_simple")
    )
    for p, decimal in [(Fraction(3, 5), 0.030007), (Fraction(7, 10), 0.849934)]:
        expected = binomial_tail(193, p, 129)
        assert float(expected) == pytest.approx(decimal, abs=5e-7)
        assert passage(two_thirds, world, p) == pytest.approx(float(expected), rel=1e-11)
    assert passage(simple, world, 0.5) == pytest.approx(0.5, abs=1e-13)
    assert passage(simple, world, 0.6) == pytest.approx(
        float(binomial_tail(193, Fraction(3, 5), 97)), rel=1e-11
    )


@pytest.mark.parametrize(("n", "p", "decimal"), [(30, 0.95, 0.214639), (7, 0.9, 0.478297)])
@pytest.mark.parametrize(
    "rule",
    [
        {"quota": 1.0, "blocking": 0.0},
        {"quota": 0.0, "blocking": 1.0},
        {"quota": 0.5, "blocking": 1.0},
    ],
    ids=["unanimity", "silence", "majority with vetoes"],
)
def test_consensus(n: int, p: float, decimal: float, rule: dict[str, float]) -> None:
    expected = Fraction(str(p)) ** n
    assert float(expected) == pytest.approx(decimal, abs=5e-7)
    members = (Selector(all=True, count=n),)
    found = passage(alone(members=members, **rule), "uniform-40", p)
    assert found == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize(
    ("p", "printed"),
    [
        (0.5, [1, 0.4488, 0.1780, 0.0467, 0.0156]),
        (0.7, [1, 0.6264, 0.3771, 0.1927, 0.1176]),
        (0.9, [1, 0.8591, 0.7351, 0.6064, 0.5314]),
    ],
)
def test_veto_ladder_of_six(p: float, printed: list[float]) -> None:
    for blocking, decimal in zip((0.0, 0.25, 0.5, 0.8, 1.0), printed):
        expected = (1 - Fraction(str(blocking)) * (1 - Fraction(str(p)))) ** 6
        assert float(expected) == pytest.approx(decimal, abs=5e-5)
        assert passage(alone(quota=0.0, blocking=blocking), "uniform-6", p) == pytest.approx(
            float(expected), rel=1e-12
        )


BOARD = [
    (HALF, True, "4/5", 0.96486),
    (Fraction(2, 3), False, "4/5", 0.81103),
    (Fraction(7, 10), False, "4/5", 0.77716),
    (Fraction(17, 20), False, "4/5", 0.43373),
    (Fraction(17, 20), False, "1/2", 0.01510),
]


@pytest.mark.parametrize(("quota", "strict", "p", "decimal"), BOARD)
def test_weighted_board(quota: Fraction, strict: bool, p: str, decimal: float) -> None:
    expected = board_passage(Fraction(p), quota, strict=strict)
    assert float(expected) == pytest.approx(decimal, abs=5e-6)
    institution = alone(weights="capability", quota=str(quota), strict=strict)
    assert passage(institution, "w20", Fraction(p)) == pytest.approx(float(expected), rel=1e-12)


# ------------------------------------------------------------------ power and legitimacy


@pytest.mark.parametrize("world", ["uniform-20", "un193"])
def test_power_in_the_council_of_fifteen(world: str) -> None:
    # An elected member swings with all five permanent and three of the other nine.
    elected = Fraction(comb(9, 3) * factorial(8) * factorial(6), factorial(15))
    permanent = (1 - 10 * elected) / 5
    assert (permanent, elected) == (Fraction(421, 2145), Fraction(4, 2145))
    shares, labels = power(shipped_council(), world)
    found = sorted({round(share, 12) for share in shares})
    assert found == pytest.approx([0.0, float(elected), float(permanent)], abs=1e-12)
    for share, label in zip(shares, labels):
        if label.startswith(("hegemon", "ally_permanent", "rival")):
            assert share == pytest.approx(float(permanent), rel=1e-12)


def test_power_in_the_reduced_council() -> None:
    elected = Fraction(factorial(5) * factorial(4), factorial(10))
    permanent = (1 - 5 * elected) / 5
    assert float(elected) == pytest.approx(0.00079365, abs=5e-9)
    assert float(permanent) == pytest.approx(0.199206, abs=5e-7)
    shares, _ = power(reduced_council(), "w20")
    assert max(shares) == pytest.approx(float(permanent), rel=1e-12)
    assert sorted(set(np.round(shares, 12)))[1] == pytest.approx(float(elected), abs=1e-12)


@pytest.mark.parametrize(
    ("quota", "strict", "hegemon", "plain_gini"),
    [(HALF, True, 0.3168, 0.6039), (Fraction(17, 20), False, 0.2311, 0.5463)],
)
def test_power_on_the_weighted_board(
    quota: Fraction, strict: bool, hegemon: float, plain_gini: float
) -> None:
    expected = shapley_shubik(POWERS, quota, strict=strict)
    assert float(expected[0]) == pytest.approx(hegemon, abs=5e-5)
    assert float(gini(expected) * 19 / 20) == pytest.approx(plain_gini, abs=5e-5)
    institution = alone(weights="capability", quota=str(quota), strict=strict)
    shares, labels = power(institution, "w20")
    by_role = {label.split(" (")[0]: share for label, share in zip(labels, shares)}
    for role, value in zip(ROLES, expected):
        assert by_role[role] == pytest.approx(float(value), rel=1e-10)
    legitimacy = cg.game(institution, "containment", "w20").electorate.legitimacy()
    assert legitimacy.equality == pytest.approx(float(1 - gini(expected)), rel=1e-10)


@pytest.mark.parametrize(
    ("name", "share"), [("club", "0.61"), ("concert", "0.665"), ("coalition", "0.95")]
)
def test_potential_capability_of_the_members(name: str, share: str) -> None:
    """CAP_pot of model B2: the share of world power that the shipped lists of members bring."""
    game = cg.game(name, "containment", "w20")
    member = game.electorate.bodies[0].member[game.classes.of_state]
    capability = game.classes.states.shares["capability"]
    assert sum(w for w, inside in zip(capability, member) if inside) == Fraction(share)


def test_gini_of_capability() -> None:
    assert gini(POWERS) * 19 / 20 == Fraction("0.5665")
    assert normalised_gini([float(w) for w in POWERS]) * 19 / 20 == pytest.approx(0.5665, rel=1e-12)


def test_equality_of_the_council_without_rotation() -> None:
    values = [Fraction(421, 2145)] * 5 + [Fraction(4, 2145)] * 10 + [Fraction(0)] * 178
    expected = 1 - gini(values)
    assert float(expected) == pytest.approx(0.02229, abs=5e-6)
    body = cg.load("bodies", "security_council")
    seats = tuple(item.replace(rotates=False) for item in body.seats)
    for world in ("un193", "uniform-193"):
        legitimacy = cg.game(shipped_council(seats=seats), "climate", world).electorate.legitimacy()
        assert legitimacy.equality == pytest.approx(float(expected), rel=1e-9)
        assert legitimacy.coverage == pytest.approx(15 / 193, rel=1e-12)


def test_equality_of_the_council_with_rotation() -> None:
    values = [Fraction(421, 2145)] * 5 + [Fraction(40, 2145 * 188)] * 188
    expected = 1 - gini(values)
    assert float(expected) == pytest.approx(0.03958, abs=5e-6)
    game = cg.game(shipped_council(), "climate", "uniform-193")
    assert game.electorate.legitimacy().equality == pytest.approx(float(expected), rel=1e-9)
    # In un193 seats pass round inside a role: 2 for 8 allies, 2 for 20, 6 for 160.
    pools = [Fraction(421, 2145)] * 5
    for seats, states in ((2, 8), (2, 20), (6, 160)):
        pools += [Fraction(4 * seats, 2145 * states)] * states
    game = cg.game(shipped_council(), "climate", "un193")
    assert game.electorate.legitimacy().equality == pytest.approx(float(1 - gini(pools)), rel=1e-9)


def test_legitimacy_of_the_concert() -> None:
    equality = 1 - gini([Fraction(1, 6)] * 6 + [Fraction(0)] * 14)
    assert equality == Fraction(5, 19)
    assert float(equality) == pytest.approx(0.26316, abs=5e-6)
    value = (Fraction(6, 20) + equality) / 2
    assert float(value) == pytest.approx(0.2816, abs=5e-5)
    game = cg.game("concert", "climate", "w20")
    found = game.electorate.legitimacy()
    assert found.coverage == pytest.approx(0.3, rel=1e-12)
    assert found.equality == pytest.approx(float(equality), rel=1e-10)
    assert found.value == pytest.approx(float(value), rel=1e-10)
    # Outsiders' compliance (D22.7): 3/10 + 7/10 of that, and one half without the feedback.
    compliance = Fraction(3, 10) + Fraction(7, 10) * value
    assert game.outsider_compliance == pytest.approx(float(compliance), rel=1e-10)
    assert cg.game("concert", legitimacy_feedback=False).outsider_compliance == 0.5
    large = cg.game("concert", "climate", "un193").electorate.legitimacy()
    assert large.coverage == pytest.approx(6 / 193, rel=1e-12)
    assert large.equality == pytest.approx(5 / 192, rel=1e-9)


def test_the_assembly_is_fully_legitimate() -> None:
    institution = Institution(id="assembly", bodies=(cg.load("bodies", "general_assembly"),))
    found = cg.game(institution, "climate", "un193").electorate.legitimacy()
    assert tuple(found) == pytest.approx((1.0, 1.0, 1.0), rel=1e-10)


def test_a_dictator_has_all_the_power() -> None:
    found = cg.game("empire").electorate.legitimacy()
    assert found.coverage == pytest.approx(1 / 20)
    assert found.equality == pytest.approx(0.0, abs=1e-12)


# ------------------------------------------------------------------ several centres, waiting


@pytest.mark.parametrize(("p", "once"), [(Fraction(4, 5), 0.327397), (Fraction(3, 10), 0.000851)])
def test_operating_points_of_decision_systems(p: Fraction, once: float) -> None:
    single = council(p, elected=10, needed=4)
    assert float(single) == pytest.approx(once, abs=5e-7)
    assert passage(shipped_council(), "un193", p) == pytest.approx(float(single), rel=1e-12)
    four = {"centres": 4, "common_cause": 0.0}
    dictator = alone(members=(Selector(all=True, count=1),), quota=1.0, **four)
    cases: list[tuple[Institution, str, Fraction, tuple[float, float]]] = [
        (shipped_council(**four), "un193", 1 - (1 - single) ** 4, (0.795339, 0.003401)),
        (dictator, "uniform-20", 1 - (1 - p) ** 4, (0.9984, 0.7599)),
        (alone(quota="11/20"), "uniform-20", binomial_tail(20, p, 11), (0.997405, 0.017145)),
        (alone(quota=0.7), "uniform-20", binomial_tail(20, p, 14), (0.913307, 0.000261)),
    ]
    for institution, world, expected, printed in cases:
        decimal = printed[0] if p > HALF else printed[1]
        assert float(expected) == pytest.approx(decimal, abs=5e-7)
        assert passage(institution, world, p) == pytest.approx(float(expected), rel=1e-11)


@pytest.mark.parametrize("common_cause", [0.0, 0.3, 1.0])
def test_four_bodies_written_out_are_four_centres(common_cause: float) -> None:
    names = [f"council-{i}" for i in range(4)]
    body = cg.load("bodies", "security_council").replace(rounds=1)
    written = Institution(
        id="four",
        bodies=tuple(body.replace(id=name) for name in names),
        composition=cg.Any(*names, common_cause=common_cause),
    )
    single = float(council(Fraction(4, 5), elected=10, needed=4))
    expected = at_least_one(single, 4, common_cause)
    assert passage(written, "un193", 0.8) == pytest.approx(expected, rel=1e-11)
    compact = shipped_council(centres=4, common_cause=common_cause)
    assert passage(compact, "un193", 0.8) == pytest.approx(expected, rel=1e-11)


def test_all_of_four_is_dual_to_any_of_four() -> None:
    names = [f"body-{i}" for i in range(4)]
    bodies = tuple(Body(id=name, quota=1.0, rounds=1) for name in names)
    for common_cause in (0.0, 0.4):
        written = Institution(
            id="all", bodies=bodies, composition=cg.All(*names, common_cause=common_cause)
        )
        x = 0.9**5
        expected = common_cause * x + (1 - common_cause) * x**4
        assert passage(written, "uniform-5", 0.9) == pytest.approx(expected, rel=1e-12)
        # The probability that not all fail is that of one of four whose chance is 1 - x.
        assert 1 - expected == pytest.approx(at_least_one(1 - x, 4, common_cause), rel=1e-12)


def test_waiting_to_volunteer() -> None:
    rules = cg.Volunteering(acting_cost=1.0, waiting_loss=0.5, waiting_discount=0.9)
    ratio = 1.0 / (0.5 + 0.9)
    for agents, decimal in zip(range(2, 6), [1.0417, 1.5232, 1.7663, 1.9126]):
        quiet = ratio ** (agents / (agents - 1))
        assert quiet / (1 - quiet) == pytest.approx(decimal, abs=5e-5)
        found = waiting_probability(agents, rules) ** agents
        assert found == pytest.approx(quiet, rel=1e-12)
        # The delay is the mean of a geometric law: summed as a series here.
        delay = fsum(1 - rescue_probability(agents, t, rules) for t in range(1, 400))
        assert delay == pytest.approx(quiet / (1 - quiet), rel=1e-9)


def test_rescue_in_w20() -> None:
    """Eight able states wait alone in anarchy; a charter adds one body that may be told to go."""

    def quiet(agents: int, rounds: int) -> float:
        return float((0.2 / (0.5 + 0.9 * 0.2)) ** (agents * rounds / (agents - 1)))

    anarchy = cg.cooperation(cg.evolve(cg.game("anarchy", "rescue")))
    assert anarchy.success_rate == pytest.approx(1 - quiet(8, 3), rel=1e-12)
    charter = cg.game("charter", "rescue")
    expected = charter.adoption * (1 - 0.9 * quiet(9, 3))
    expected += (1 - charter.adoption) * (1 - quiet(8, 3))
    assert cg.cooperation(cg.evolve(charter)).success_rate == pytest.approx(expected, rel=1e-12)
    third = cg.game("third_degree", "rescue")
    idle = 0.75**5  # five centres, five draws
    expected = third.adoption * (1 - idle * quiet(13, 3))
    expected += (1 - third.adoption) * (1 - quiet(8, 3))
    assert cg.cooperation(cg.evolve(third)).success_rate == pytest.approx(expected, rel=1e-12)


# ------------------------------------------------------------------ the action game


#: Climate: leverage of one state of each role (D4), in thousandths; threshold 700.
CLIMATE = (140, 30, 30, 175, 50, 20)


def climate_success(x: float) -> float:
    """The rescaled logistic of D4."""

    def raw(z: float) -> float:
        return logistic((z - 0.7) / 0.08)

    return (raw(x) - raw(0.0)) / (raw(1.0) - raw(0.0))


def test_climate_needs_eight_players() -> None:
    cheapest = min(
        (sum(counts), counts)
        for counts in product(*(range(n + 1) for n in COUNTS))
        if sum(k * c for k, c in zip(CLIMATE, counts)) >= 700
    )[0]
    assert cheapest == 8
    assert cheapest * Fraction("0.12") == Fraction("0.96")
    assert cheapest * Fraction("0.12") > Fraction("0.8")


@pytest.mark.parametrize("slope", [0.0, 0.08])
def test_nobody_acts_in_anarchy_on_climate_at_high_precision(slope: float) -> None:
    problem = cg.load("problems", "climate").replace(slope=slope)
    outcome = cg.evolve(cg.game("anarchy", problem), cg.Logit(precision=400))
    assert outcome.law[0, 0] > 1 - 1e-9
    assert cg.cooperation(outcome).success_rate < 1e-12


def test_eight_players_act_in_anarchy_where_together_they_cost_less_than_the_benefit() -> None:
    problem = cg.load("problems", "climate").replace(slope=0.0, cost=0.09)  # 8 * .09 = .72 < .8
    outcome = cg.evolve(cg.game("anarchy", problem), cg.Logit(precision=400))
    result = cg.cooperation(outcome)
    assert result.success_rate > 1 - 1e-6
    assert result.act_rate == pytest.approx(8 / 20, abs=1e-6)


def test_the_club_lets_two_rivals_and_two_others_suffice() -> None:
    # Deterred members pay nothing extra; R, R, M, M lift .29 to .74 for 4 * .12 = .48 < .8.
    members, rest = 140 + 5 * 30, {"rival": (175, 2), "large": (50, 4), "other": (20, 8)}
    cheapest = min(
        sum(counts)
        for counts in product(*(range(n + 1) for _, n in rest.values()))
        if members + sum(k * c for (k, _), c in zip(rest.values(), counts)) >= 700
    )
    assert cheapest == 4
    problem = cg.load("problems", "climate").replace(slope=0.0)
    game = cg.game("club", problem)
    outcome = cg.evolve(game, cg.Logit(precision=400))
    adopted = int(np.flatnonzero(game.events.adopted.any(axis=1))[0])
    in_club = np.array(["steering_committee" in label for label in game.classes.labels])
    assert (outcome.acts[adopted, in_club[game.events.class_of_group]] > 1 - 1e-6).all()
    held = float((outcome.law[adopted] * game.success[0]).sum())
    assert held > 1 - 1e-6
    acting = float((outcome.acts[adopted] * game.events.counts[adopted]).sum())
    assert acting == pytest.approx(6 + 4, abs=1e-6)


@pytest.mark.parametrize(("institution", "event"), [("anarchy", 0), ("charter", 1), ("club", 1)])
def test_stochastic_stability_selects_the_maximum_of_the_potential(
    institution: str, event: int
) -> None:
    game = cg.game(institution, "climate")
    sanctions = game.events.sanction[event]
    counts, leverage = game.classes.counts, [CLIMATE[int(r)] for r in game.classes.role]
    values = []
    for acting in product(*(range(n + 1) for n in counts)):
        x = sum(k * c for k, c in zip(leverage, acting)) / 1000
        drive = sum(c * (e - 0.12) for c, e in zip(acting, sanctions))
        values.append((0.8 * climate_success(x) + drive, x))
    best = max(values)
    gap = best[0] - max(v for v, x in values if abs(x - best[1]) > 1e-9)
    outcome = cg.evolve(game, cg.Logit(precision=60 / gap))
    total = game.stakes.total
    assert outcome.law[event, round(best[1] * total)] > 1 - 1e-9


def linear_law(leverage: Sequence[int], chances: Sequence[float]) -> dict[int, float]:
    law: dict[int, float] = {0: 1.0}
    for k, p in zip(leverage, chances):
        more: dict[int, float] = defaultdict(float)
        for x, mass in law.items():
            more[x + k] += p * mass
            more[x] += (1 - p) * mass
        law = more
    return law


def test_trade_in_anarchy_is_a_product() -> None:
    leverage = [int(w * 100_000) for w in POWERS]
    chances = [logistic(15 * (0.8 * float(w) - 0.12)) for w in POWERS]
    law = linear_law(leverage, chances)
    result = cg.cooperation(cg.evolve(cg.game("anarchy", "trade"), cg.Logit(precision=15)))
    assert result.act_rate == pytest.approx(fsum(chances) / 20, rel=1e-12)
    expected = fsum(p * float(w) for p, w in zip(chances, POWERS))
    assert result.achievement == pytest.approx(expected, rel=1e-12)
    success = fsum(mass for x, mass in law.items() if x >= 60_000)
    assert result.success_rate == pytest.approx(success, rel=1e-12)


def club_on_trade(mandate: str) -> tuple[float, float, float, float]:
    """Act rate, achievement, success and adoption by hand: consensus of six, three rounds."""
    inside = [role in ("hegemon", "ally_permanent", "ally") for role in ROLES]
    points = [point for point, member in zip(POINTS, inside) if member]
    adoption = 1 - (1 - prod(support(point) for point in points)) ** 3
    sanction = []
    for i, (point, member) in enumerate(zip(POINTS, inside)):
        if not member:
            sanction.append(0.0)
            continue
        peers = [POINTS[j] for j in range(20) if inside[j] and j != i]
        votes = poisson_binomial(support_against(peer, point) for peer in peers)
        sanction.append(0.9 * 0.4 * sum(votes[3:]))  # at least half of five is three
    leverage = [int(w * 100_000) for w in POWERS]

    def play(weight: float) -> tuple[float, float, float]:
        """The game when sanctions and exclusion (.8 of what is outside) count with ``weight``."""
        access = [1.0 if member else 1 - 0.8 * weight for member in inside]
        chances = [
            logistic(15 * (0.8 * a * float(w) - 0.12 + weight * e))
            for a, w, e in zip(access, POWERS, sanction)
        ]
        law = linear_law(leverage, chances)
        return (
            fsum(chances) / 20,
            fsum(p * float(w) for p, w in zip(chances, POWERS)),
            fsum(mass for x, mass in law.items() if x >= 60_000),
        )

    if mandate == "expected":
        return (*play(adoption), adoption)
    one, other = play(1.0), play(0.0)
    mixed = [adoption * a + (1 - adoption) * b for a, b in zip(one, other)]
    return mixed[0], mixed[1], mixed[2], adoption


@pytest.mark.parametrize("mandate", ["standing", "expected"])
def test_trade_under_the_club_by_hand(mandate: str) -> None:
    act_rate, achievement, success, adoption = club_on_trade(mandate)
    result = cg.cooperation(cg.evolve(cg.game("club", "trade", mandate=mandate)))
    assert result.adoption == pytest.approx(adoption, rel=1e-12)
    assert result.act_rate == pytest.approx(act_rate, rel=1e-12)
    assert result.achievement == pytest.approx(achievement, rel=1e-12)
    assert result.success_rate == pytest.approx(success, rel=1e-11)


def test_security_in_anarchy_counts_cooperators() -> None:
    # Gain against l of 19: l (R-T) + (19-l) (S-P) over 19, summed by Gauss.
    reward, sucker, temptation, punishment = 1.0, -0.5, 0.7, 0.2

    def potential(n: int) -> float:
        pairs = n * (n - 1) / 2
        return (pairs * (reward - temptation) + (19 * n - pairs) * (sucker - punishment)) / 19

    weights = [comb(20, n) * exp(15 * potential(n)) for n in range(21)]
    mass = [w / fsum(weights) for w in weights]
    result = cg.cooperation(cg.evolve(cg.game("anarchy", "security")))
    assert result.act_rate == pytest.approx(fsum(n * m for n, m in enumerate(mass)) / 20, rel=1e-11)
    pairs = [n * (n - 1) / 380 for n in range(21)]
    assert result.achievement == pytest.approx(fsum(a * m for a, m in zip(pairs, mass)), rel=1e-11)
    # Sixteen make 240 of 380 pairs (.63); fifteen make 210 (.55).
    assert next(n for n in range(21) if 10 * n * (n - 1) >= 6 * 380) == 16
    assert result.success_rate == pytest.approx(fsum(mass[16:]), rel=1e-9)


def test_security_under_the_global_state_by_role_counts() -> None:
    game = cg.game("global_state", "security")
    adopted = int(np.flatnonzero(game.events.adopted.any(axis=1))[0])
    sanctions = game.events.sanction[adopted]

    def weight(acting: Sequence[int]) -> float:
        n = sum(acting)
        pairs = n * (n - 1) / 2
        ways = prod(comb(int(c), k) for c, k in zip(game.classes.counts, acting))
        drive = sum(k * e for k, e in zip(acting, sanctions))
        return ways * exp(15 * ((0.3 * pairs - 0.7 * (19 * n - pairs)) / 19 + drive))

    profiles = list(product(*(range(int(n) + 1) for n in game.classes.counts)))
    weights = [weight(profile) for profile in profiles]
    success = fsum(w for w, a in zip(weights, profiles) if sum(a) >= 16) / fsum(weights)
    law = cg.evolve(game).law[adopted]
    assert float((law * game.success[0]).sum()) == pytest.approx(success, rel=1e-10)


def test_standards_among_equals_count_heads() -> None:
    # The sum of (2 l - (N-1)) over l < n is -n (N-n): matching is a symmetric double well.
    size, precision = 12, 4.0
    weights = [
        comb(size, n) * exp(-precision * n * (size - n) / (size - 1)) for n in range(size + 1)
    ]
    mass = [w / fsum(weights) for w in weights]
    outcome = cg.evolve(
        cg.game("anarchy", "standards", f"uniform-{size}"), cg.Logit(precision=precision)
    )
    assert outcome.law[0] == pytest.approx(mass, rel=1e-10)
    result = cg.cooperation(outcome)
    assert result.act_rate == pytest.approx(0.5, rel=1e-12)
    assert result.success_rate == pytest.approx(
        fsum(m for n, m in enumerate(mass) if 10 * n >= 6 * size), rel=1e-10
    )


def test_standards_in_w20_by_camps() -> None:
    # Six near the hegemon's standard, four indifferent, ten near the other; bonus .2.
    profiles = list(product(range(7), range(5), range(11)))
    weights = [
        comb(6, a)
        * comb(4, b)
        * comb(10, c)
        * exp(15 * (-(n := a + b + c) * (20 - n) / 19 + 0.2 * (a - c)))
        for a, b, c in profiles
    ]
    total = fsum(weights)
    result = cg.cooperation(cg.evolve(cg.game("anarchy", "standards")))
    mean = fsum(w * sum(p) for w, p in zip(weights, profiles)) / total / 20
    success = fsum(w for w, p in zip(weights, profiles) if sum(p) >= 12) / total
    assert result.act_rate == pytest.approx(mean, rel=1e-9)
    assert result.achievement == pytest.approx(mean, rel=1e-9)
    assert result.success_rate == pytest.approx(success, rel=1e-9)


# ------------------------------------------------------------------ points settled (D22)


def class_values(game: cg.Game, values: np.ndarray) -> dict[str, float]:
    return {label: float(value) for label, value in zip(game.classes.labels, values)}


def test_the_hegemon_sets_the_agenda() -> None:
    found = cg.game("charter").electorate.support[:, 0]
    by_role = {"hegemon": 0.95, "rival": 0.95 * (1 - 0.6 * 0.7), "other": 0.95 * (1 - 0.6 * 0.4)}
    game = cg.game("charter")
    for label, value in class_values(game, found).items():
        role = label.split(" (")[0]
        if role in by_role:
            assert value == pytest.approx(by_role[role], rel=1e-12)
    # The median of twenty is the tenth from below: six stand below .50, four at it.
    for setter in (0.5, "median"):
        shifted = cg.game(Institution(id="x", bodies=(Body(id="b", agenda_setter=setter),)))
        rival = class_values(shifted, shifted.electorate.support[:, 0])["rival (seat in b)"]
        assert rival == pytest.approx(0.95 * (1 - 0.6 * 0.35), rel=1e-12)


def test_a_problem_may_move_ideal_points_and_polarisation() -> None:
    problem = cg.load("problems", "climate").replace(ideal_points={"rival": 0.15}, polarisation=0.9)
    game = cg.game("charter", problem)
    found = class_values(game, game.electorate.support[:, 0])
    rival = next(value for label, value in found.items() if label.startswith("rival"))
    other = next(value for label, value in found.items() if label.startswith("other"))
    assert rival == pytest.approx(0.95, rel=1e-12)
    assert other == pytest.approx(0.95 * (1 - 0.9 * 0.4), rel=1e-12)


def two_sanctioners(severity: tuple[float, float]) -> Institution:
    """Two bodies that always adopt, never authorise, and sanction by delegation only."""
    never = {"quota": 0.0, "authorisation_quota": 1.0, "authorisation_strict": True}
    bodies = (
        Body(id="a", severity=severity[0], detection=0.5, delegation=0.5, **never),
        Body(id="b", severity=severity[1], detection=0.9, delegation=1.0, **never),
    )
    return Institution(id="two", bodies=bodies)


def test_a_breach_is_punished_once_by_the_most_severe() -> None:
    # U <= .5: both see it, the severe one acts half of the time; .5 < U <= .9: only the mild one.
    game = cg.game(two_sanctioners((0.6, 0.2)))
    assert game.events.sanction == pytest.approx(0.5 * (0.5 * 0.6 + 0.5 * 0.2) + 0.4 * 0.2)
    game = cg.game(two_sanctioners((0.6, 0.2)), punishment="sum")
    assert game.events.sanction == pytest.approx(0.5 * 0.5 * 0.6 + 0.9 * 0.2)
    game = cg.game(two_sanctioners((0.2, 0.6)))
    assert game.events.sanction == pytest.approx(0.9 * 0.6)


def test_sanction_of_one_body_is_a_product() -> None:
    """e = m [delta + (1 - delta) V] epsilon, V over the electorate without the target (D3)."""
    body = Body(
        id="b", quota=0.0, severity=0.5, detection=0.8, delegation=0.25, authorisation_quota="2/3"
    )
    game = cg.game(Institution(id="x", bodies=(body,)), "containment", "uniform-10")
    willing = 0.95 * (1 - 0.6 * 0.0) * (1 - 0.3)  # one point for all: full protection
    votes = float(binomial_tail(9, Fraction(str(round(willing, 6))), 6))
    assert game.events.sanction[0, 0] == pytest.approx(0.8 * (0.25 + 0.75 * votes) * 0.5, rel=1e-12)


def test_a_shield_stops_delegation_in_every_body() -> None:
    teeth = {"severity": 0.5, "detection": 1.0, "delegation": 1.0, "quota": 0.0}
    permanent = (Selector(role="rival"),)
    shielding = Body(
        id="shielding", seats=permanent, shield=True, blocking=1.0, severity=0.0, quota=0.5
    )
    other = Body(id="other", authorisation_quota=1.0, authorisation_strict=True, **teeth)
    game = cg.game(Institution(id="x", bodies=(shielding, other)))
    stands = game.events.adopted[:, 1]
    found = class_values(game, game.events.sanction[stands][0])
    for label, value in found.items():
        assert value == pytest.approx(0.0 if label.startswith("rival") else 0.5, abs=1e-15)


def test_permanent_members_are_never_sanctioned_under_the_charter() -> None:
    game = cg.game("charter")
    found = class_values(game, game.events.sanction.max(axis=0))
    for label, value in found.items():
        safe = label.startswith(("hegemon", "ally_permanent", "rival"))
        assert (value == 0.0) == safe


def test_first_degree_is_four_councils_with_a_common_cause() -> None:
    permanent = [0.15, 0.20, 0.20, 0.85, 0.85]
    elected = [0.20, 0.50, 0.55, 0.55, 0.55]
    once = prod(map(support, permanent)) * (1 - prod(1 - support(x) for x in elected))
    adoption = at_least_one(1 - (1 - once) ** 3, 4, 0.8)
    game = cg.game("first_degree")
    assert game.adoption == pytest.approx(adoption, rel=1e-12)
    # Without a seat: all ten vote, five permanent Yes and one more.
    target = 0.55
    vetoes = prod(support_against(x, target) for x in permanent)
    some = 1 - prod(1 - support_against(x, target) for x in elected)
    votes = at_least_one(vetoes * some, 4, 0.8)
    label = "other (in council)"
    adopted = int(np.flatnonzero(game.events.adopted.any(axis=1))[0])
    found = class_values(game, game.events.sanction[adopted])[label]
    assert found == pytest.approx(0.5 * (0.1 + 0.9 * votes) * 0.35, rel=1e-12)
    # With a seat: the target votes No, four elected members are left to give the sixth Yes.
    others = list(elected)
    others.remove(target)
    some = 1 - prod(1 - support_against(x, target) for x in others)
    votes = at_least_one(vetoes * some, 4, 0.8)
    found = class_values(game, game.events.sanction[adopted])["other (seat in council)"]
    assert found == pytest.approx(0.5 * (0.1 + 0.9 * votes) * 0.35, rel=1e-12)


#: Seats of the reduced council in w20: permanent, elected and none, by ideal point.
SEATING = [
    ("hegemon", 0.15, "veto", 1),
    ("ally_permanent", 0.20, "veto", 2),
    ("ally", 0.20, "seat", 1),
    ("ally", 0.20, "", 2),
    ("rival", 0.85, "veto", 2),
    ("large_nonaligned", 0.50, "seat", 1),
    ("large_nonaligned", 0.50, "", 3),
    ("other", 0.55, "seat", 3),
    ("other", 0.55, "", 5),
]


def council_or_assembly(voters: Sequence[tuple[float, str]], target_seat: str | None) -> float:
    """Pr(Council 6 of 10 with vetoes, or Assembly three quarters), by the joint law of the votes.

    ``voters`` are (probability of Yes, seat). A target keeps its council seat and votes No there;
    in the Assembly it is out.
    """
    states: dict[tuple[bool, int, int], float] = {(target_seat == "veto", 0, 0): 1.0}
    for p, seat in voters:
        more: dict[tuple[bool, int, int], float] = defaultdict(float)
        for (vetoed, inside, everywhere), mass in states.items():
            more[vetoed, inside + (seat != ""), everywhere + 1] += p * mass
            more[vetoed or seat == "veto", inside, everywhere] += (1 - p) * mass
        states = more
    needed = -(-len(voters) * 3 // 4)
    return fsum(
        mass
        for (vetoed, inside, everywhere), mass in states.items()
        if (not vetoed and inside >= 6) or everywhere >= needed
    )


def test_third_degree_in_compact_form() -> None:
    """A and V are X(.), J = 5 and rho = .3, of the exact joint of Council and Assembly (D22.4)."""
    everyone = [(point, seat) for _, point, seat, number in SEATING for _ in range(number)]
    once = council_or_assembly([(support(point), seat) for point, seat in everyone], None)
    game = cg.game("third_degree")
    assert game.adoption == pytest.approx(at_least_one(1 - (1 - once) ** 3, 5, 0.3), rel=1e-11)
    adopted = int(np.flatnonzero(game.events.adopted.any(axis=1))[0])
    expected = []
    for _, point, seat, _ in SEATING:
        others = list(everyone)
        others.remove((point, seat))
        votes = council_or_assembly([(support_against(x, point), s) for x, s in others], seat)
        votes = at_least_one(votes, 5, 0.3)
        delegation = 0.0 if seat == "veto" else 0.25
        expected.append(0.75 * (delegation + (1 - delegation) * votes) * 0.60)
    assert game.events.sanction[adopted] == pytest.approx(expected, rel=1e-11)


def test_yes_voters_authorise_each_other() -> None:
    """With everybody willing all twelve say Yes and six of the other eleven must support."""
    shape = cg.game("coalition").electorate.support.shape
    game = cg.game("coalition", support=np.ones(shape))
    assert game.adoption == 1.0
    invited = [i for i, role in enumerate(ROLES) if role != "other"]
    full = int(np.argmax(game.events.probability))
    assert game.events.probability[full] == pytest.approx(1.0)
    for g in np.flatnonzero(game.events.counts[full]):
        label = game.classes.labels[int(game.events.class_of_group[g])]
        role = label.split(" (")[0]
        if role == "other":
            assert not game.events.bound[full, g]
            continue
        i = ROLES.index(role)
        votes = poisson_binomial(
            1 - 0.3 * (1 - abs(POINTS[j] - POINTS[i])) for j in invited if j != i
        )
        assert game.events.sanction[full, g] == pytest.approx(
            0.5 * sum(votes[6:]) * 0.10, rel=1e-11
        )


def test_expected_sanction_of_the_coalition_is_p_times_that_given_yes() -> None:
    game = cg.game("coalition", mandate="expected")
    roles = [(r, n, x) for r, (n, _, x) in W20.items() if r != "other"]
    played = game.action_game()
    found = dict(zip([label.split(" (")[0] for label in game.classes.labels], played.drive[0]))
    for role, _, target in roles:
        others = [(n - (r == role), x) for r, n, x in roles]
        total = 0.0
        for yes in product(*(range(n + 1) for n, _ in others)):
            chance = prod(
                comb(n, k) * support(x) ** k * (1 - support(x)) ** (n - k)
                for k, (n, x) in zip(yes, others)
            )
            voters = [x for k, (_, x) in zip(yes, others) for _ in range(k)]
            votes = poisson_binomial(support_against(x, target) for x in voters)
            needed = -(-len(voters) // 2)
            total += chance * (sum(votes[needed:]) if voters else 0.0)
        expected = support(target) * 0.5 * total * 0.10
        assert found[role] + 0.12 == pytest.approx(expected, rel=1e-10)


def test_outsiders_of_the_concert_follow_as_far_as_it_is_legitimate() -> None:
    game = cg.game("concert")
    adopted = int(np.flatnonzero(game.events.adopted.any(axis=1))[0])
    found = class_values(game, game.events.sanction[adopted])
    members = [0.15, 0.20, 0.20, 0.85, 0.85, 0.50]

    def authorised(voters: Sequence[float], target: float, *, sits: bool) -> float:
        """At least four of six (.66), no No that blocks (.8 each); a target that sits says No."""
        law = {0: 0.2 if sits else 1.0}
        for x in voters:
            p = support_against(x, target)
            more: dict[int, float] = defaultdict(float)
            for yes, mass in law.items():
                more[yes + 1] += mass * p
                more[yes] += mass * (1 - p) * 0.2
            law = more
        return sum(mass for yes, mass in law.items() if yes >= 4)

    compliance = 0.3 + 0.7 * 107 / 380
    outside = 0.6 * authorised(members, 0.55, sits=False) * 0.5 * compliance
    assert found["other"] == pytest.approx(outside, rel=1e-10)
    peers = list(members)
    peers.remove(0.85)
    inside = 0.6 * authorised(peers, 0.85, sits=True) * 0.5
    assert found["rival (seat in directorate)"] == pytest.approx(inside, rel=1e-10)


def test_the_emperor_is_not_bound() -> None:
    game = cg.game("empire")
    adopted = game.events.adopted.any(axis=1)
    hegemon = np.array([label.startswith("hegemon") for label in game.classes.labels])
    groups = hegemon[game.events.class_of_group]
    assert not game.events.bound[:, groups].any()
    assert game.events.bound[adopted][:, ~groups].all()
    assert game.events.sanction[adopted][:, ~groups] == pytest.approx(0.8 * 0.8)
    assert game.adoption == pytest.approx(1 - 0.05**3, rel=1e-12)


def test_ties_pass_unless_strict() -> None:
    assert passage(alone(quota=0.5), "uniform-4", 0.5) == pytest.approx(11 / 16)
    assert passage(alone(quota=0.5, strict=True), "uniform-4", 0.5) == pytest.approx(5 / 16)
    # .6 of fifteen is nine exactly, whatever binary floating point makes of it.
    assert passage(alone(quota=0.6), "uniform-15", 0.5) == pytest.approx(
        float(binomial_tail(15, HALF, 9)), rel=1e-12
    )


def test_thresholds_are_met_exactly() -> None:
    game = cg.game("anarchy", "climate")
    total, holds = game.stakes.total, game.stakes.holds
    assert holds[7 * total // 10]
    assert not holds[7 * total // 10 - 1]
    assert game.stakes.grid_error == 0.0
    assert (game.classes.counts * game.leverage).sum() == total
    # Role shares (D22.16): 35 per cent for two rivals, in w20 and in un193 alike.
    for world in ("w20", "un193"):
        game = cg.game("anarchy", "climate", world)
        rival = [label.startswith("rival") for label in game.classes.labels].index(True)
        assert Fraction(int(game.leverage[rival]), game.stakes.total) == Fraction(35, 200)


def test_the_law_is_the_mixture_over_events() -> None:
    game = cg.game("charter")
    outcome = cg.evolve(game)
    given = (outcome.law * game.success).sum(axis=1)
    expected = fsum(p * s for p, s in zip(game.events.probability, given))
    assert cg.cooperation(outcome).success_rate == pytest.approx(expected, rel=1e-13)
    anarchy = cg.evolve(cg.game("anarchy"))
    idle = int(np.flatnonzero(~game.events.adopted.any(axis=1))[0])
    assert outcome.law[idle] == pytest.approx(anarchy.law[0], rel=1e-12)


def test_coverage_is_undefined_where_nothing_is_adopted() -> None:
    never = cg.variant(cg.load("institutions", "charter"), quota=1.0, strict=True)
    result = cg.cooperation(cg.evolve(cg.game(never)))
    assert result.adoption == 0.0
    assert np.isnan(result.coverage)
    assert np.isnan(result.compliance)
    assert set(result.reasons) == {"coverage", "compliance"}
    anarchy = cg.cooperation(cg.evolve(cg.game("anarchy")))
    assert result.act_rate == pytest.approx(anarchy.act_rate, rel=1e-12)


def test_value_against_the_printed_sensitivity() -> None:
    """The first degree on climate falls from about .2 at precision 5 to 0 at 40 (D16.3)."""
    levels = [
        cg.cooperation(
            cg.evolve(cg.game("first_degree", mandate="expected"), cg.Logit(precision=beta))
        ).achievement
        for beta in (5, 10, 20, 40)
    ]
    assert levels[0] == pytest.approx(0.2, abs=0.05)
    assert levels[-1] < 1e-3
    assert levels == sorted(levels, reverse=True)
