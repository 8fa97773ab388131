"""Trigger strategies against the definition: values of states, and every single deviation.

The brute force below knows payoffs from model D5 and the repeated game as an automaton; it shares
no formula with the code under test.
"""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from tests.names import INSTITUTIONS, PROBLEMS

import coopgames as cg
from coopgames.play import critical_discount_factor, trigger_interval

ROLES = (
    cg.Role(name="large", count=2, capability=0.26, ideal_point=0.2),
    cg.Role(name="small", count=3, capability=0.16, ideal_point=0.7),
)
SMALL = cg.World(id="small", title="two roles", roles=ROLES, sources={"": "our assumption"})


def trade() -> cg.Problem:
    return cg.load("problems", "trade").replace(leverage="equal", excludability=0.0)


def body(**fields) -> cg.Institution:
    return cg.Institution(id="body", bodies=(cg.Body(id="body", **fields),))


# --- golden numbers and published cases -------------------------------------------------------


@pytest.mark.parametrize(
    ("sanction", "caught", "expected"),
    [
        (0.0, 1.0, (0.1327, 0.1053, 0.0116)),
        (0.0, 0.5, (0.2342, 0.1905, 0.0230)),
        (0.05, 1.0, (0.0736, 0.0423, 0.0)),
    ],
)
def test_golden_numbers(sanction: float, caught: float, expected) -> None:
    """r = .8, cost .12, punishment pays 0."""
    gain = 0.12 - sanction - 0.8 * np.array([0.02, 0.05, 0.14])
    lowest, highest = trigger_interval(gain, 0.68, caught=caught)
    assert lowest == pytest.approx(expected, abs=5e-5)
    assert highest.tolist() == [1, 1, 1]


@pytest.mark.parametrize(("size", "expected"), [(50, 0.1327), (20, 0.1053)])
def test_golden_numbers_as_games(size: int, expected: float) -> None:
    game = cg.game("anarchy", trade(), cg.uniform_world(size))
    found = critical_discount_factor(game, monitoring=1.0)
    assert found.value == pytest.approx(expected, abs=5e-5)
    assert (found.binding, found.deviation, found.reason) == ("state", "stops acting", "")


def test_golden_number_with_a_sanction_that_ends_with_cooperation() -> None:
    teeth = body(quota=0.5, detection=1.0, delegation=1.0, severity=0.05, rounds=1000)
    game = cg.game(teeth, trade(), cg.uniform_world(20), mandate="expected")
    assert game.action_game().drive == pytest.approx(-0.07)
    lifted = critical_discount_factor(game, monitoring=1.0, sanctions_in_punishment=False)
    assert lifted.value == pytest.approx(0.0423, abs=5e-5)
    kept = critical_discount_factor(game, monitoring=1.0)
    assert kept.value == pytest.approx(0.03 / (0.03 + 0.68 + 0.05), abs=1e-12)


def test_grim_in_the_prisoners_dilemma() -> None:
    """F4-01; F4-08 with every other breach seen."""
    assert trigger_interval(5 - 3, 3 - 1)[0] == 0.5
    assert trigger_interval(5 - 3, 3 - 1, caught=0.5)[0] == pytest.approx(2 / 3, abs=1e-15)


def test_public_goods_of_five() -> None:
    """F4-03: (N - r) / ((N - 1) r)."""
    n, r = 5, Fraction(3)
    gain, loss = 1 - r / n, r - 1
    assert trigger_interval(float(gain), float(loss))[0] == pytest.approx(1 / 6, abs=1e-15)


def test_cournot_duopoly() -> None:
    """F4-06: profits 1/8 each in collusion, 1/9 in equilibrium, 9/64 from the best deviation."""
    found = trigger_interval(9 / 64 - 1 / 8, 1 / 8 - 1 / 9)[0]
    assert found == pytest.approx(9 / 17, abs=1e-14)


# --- intervals --------------------------------------------------------------------------------


def worth_it(gain, loss, caught, *, alarm, periods, d) -> bool:
    """Whether a deviation pays, from the values of the automaton's states by linear equations.

    State 0 is the path, paying 0; states 1 .. T are punishment, paying -loss.
    """
    states = 1 + (periods or 1)
    move = np.zeros((states, states))
    move[0, 0], move[0, 1] = 1 - alarm, alarm
    for s in range(1, states):
        move[s, s if periods is None else (s + 1) % states] = 1.0
    pay = np.array([0.0] + [-loss] * (states - 1))
    value = np.linalg.solve(np.eye(states) - d * move, pay)
    return bool(gain + d * ((1 - caught) * value[0] + caught * value[1]) > value[0] + 1e-12)


@pytest.mark.parametrize("periods", [None, 1, 2, 7])
def test_intervals_against_values_of_states(periods) -> None:
    rng = np.random.default_rng(3)
    for _ in range(150):
        gain, loss = rng.uniform(-1, 1), rng.uniform(-1, 3)
        caught, alarm = rng.random(), rng.random() * rng.integers(0, 2)
        low, high = trigger_interval(gain, loss, caught=caught, alarm=alarm, periods=periods)
        for d in np.linspace(0.01, 0.99, 50):
            if min(abs(d - low), abs(d - high)) < 1e-6:
                continue
            inside = bool(low <= d <= high)
            assert inside != worth_it(gain, loss, caught, alarm=alarm, periods=periods, d=d), (
                gain,
                loss,
                d,
            )


def test_one_round_of_punishment_and_very_many() -> None:
    assert trigger_interval(0.5, 1.0, periods=1)[0] == pytest.approx(0.5)
    assert np.isnan(trigger_interval(1.5, 1.0, periods=1)[0])
    many, ever = (trigger_interval(1.5, 1.0, periods=t)[0] for t in (500, None))
    assert many == pytest.approx(ever, abs=1e-9)
    lows = [float(trigger_interval(0.7, 1.0, periods=t)[0]) for t in (1, 2, 3, 10, 50)]
    assert lows == sorted(lows, reverse=True)


def test_false_alarms_ask_for_patience_and_then_forbid_it() -> None:
    lows = trigger_interval(0.2, 1.0, caught=0.9, alarm=np.linspace(0, 0.8, 9))[0]
    known = lows[~np.isnan(lows)]
    assert (np.diff(known) > 0).all()
    assert np.isnan(lows[-1])
    low, high = trigger_interval(-0.1, -1.0, caught=0.5)
    assert (low, high) == (0, pytest.approx(0.1 / (0.1 + 0.5)))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"caught": 1.2}, "caught must lie in"),
        ({"alarm": -0.1}, "alarm must lie in"),
        ({"periods": 0}, "periods must be >= 1"),
    ],
)
def test_refusals_of_the_interval(options, said) -> None:
    with pytest.raises(cg.CoopgamesError, match=said):
        trigger_interval(1, 1, **options)


# --- games ------------------------------------------------------------------------------------


class Brute:
    """One mandate of a game, state by state."""

    def __init__(self, game: cg.Game, row: int) -> None:
        self.game = game
        group = np.repeat(np.arange(game.events.counts.shape[1]), game.events.counts[row])
        self.group = group
        self.k = game.leverage[game.events.class_of_group[group]]
        self.sanction = game.events.sanction[row, group]
        self.access = game.events.access[row, group]
        self.states = range(group.size)

    def payoffs(self, acts) -> np.ndarray:
        """Model D5: benefit less cost less sanction."""
        a = np.array(acts)
        if self.game.problem.kernel == "dyadic":
            return self._meetings(a) - self.sanction * (1 - a)
        x = Fraction(int((a * self.k).sum()), int(self.k.sum()))
        problem = self.game.problem
        if problem.kernel == "linear":
            good = float(x)
        else:
            h, t = problem.slope, problem.threshold
            good = self._smooth(float(x), t, h)
        benefit = problem.benefit * good * self.access
        return benefit - problem.cost * a - self.sanction * (1 - a)

    def _meetings(self, a: np.ndarray) -> np.ndarray:
        """Mean payoff of meeting everybody else once."""
        reward, sucker, temptation, punishment = self.game.problem.dyad
        table = np.array([[punishment, temptation], [sucker, reward]])
        pays = table[a[:, None], a[None, :]]
        return (pays.sum(axis=1) - np.diag(pays)) / (a.size - 1)

    @staticmethod
    def _smooth(x: float, t: float, h: float) -> float:
        def s(y: float) -> float:
            return 1 / (1 + np.exp(-(y - t) / h))

        return (s(x) - s(0)) / (s(1) - s(0))

    def flipped(self, acts, i: int) -> tuple[int, ...]:
        return tuple(1 - b if j == i else b for j, b in enumerate(acts))

    def equilibria(self) -> list[tuple[int, ...]]:
        return [
            acts
            for acts in product((0, 1), repeat=self.group.size)
            if all(
                self.payoffs(self.flipped(acts, i))[i] <= self.payoffs(acts)[i] + 1e-10
                for i in self.states
            )
        ]

    def sustained(self, path, fall, *, watch, periods, d) -> bool:
        """Whether nobody gains by one deviation in any state of the automaton."""
        seen, flagged = watch
        states = 1 + (periods or 1)
        for i in self.states:

            def falls(deviates: bool, i=i) -> float:
                quiet = 1.0
                for j in self.states:
                    if path[j]:
                        quiet *= 1 - (seen[j] if deviates and j == i else flagged[j])
                return 1 - quiet

            move = np.zeros((states, states))
            move[0, 0], move[0, 1] = 1 - falls(False), falls(False)
            for s in range(1, states):
                move[s, s if periods is None else (s + 1) % states] = 1.0
            pay = np.full(states, self.payoffs(fall)[i])
            pay[0] = self.payoffs(path)[i]
            value = np.linalg.solve(np.eye(states) - d * move, pay)
            once = falls(True) if path[i] else falls(False)
            best = self.payoffs(self.flipped(path, i))[i]
            best += d * ((1 - once) * value[0] + once * value[1])
            if best > value[0] + 1e-11:
                return False
        return True


def profile(brute: Brute, acting) -> tuple[int, ...]:
    """The first so many states of each group act."""
    left = np.array(acting).copy()
    out = []
    for g in brute.group:
        out.append(int(left[g] > 0))
        left[g] -= 1
    return tuple(out)


#: A body's fields, the problem, its cost, options, and what the likeliest mandate should give.
SETTINGS = [
    ({"severity": 0.02, "detection": 0.6}, "trade", 0.3, {}, "interior"),
    ({"severity": 0.02, "detection": 0.6}, "trade", 0.18, {}, "interior"),
    ({"severity": 0.05, "detection": 0.9, "false_alarm": 0.05}, "trade", 0.3, {}, "interior"),
    ({"severity": 0.05, "detection": 0.9, "false_alarm": 0.15}, "trade", 0.4, {}, "interior"),
    ({"severity": 0.05, "detection": 0.9, "false_alarm": 0.4}, "trade", 0.4, {}, "none"),
    (
        {"severity": 0.05, "detection": 0.9, "false_alarm": 0.02},
        "trade",
        0.3,
        {"periods": 3},
        "interior",
    ),
    ({"severity": 0.05, "detection": 0.5}, "trade", 0.4, {"periods": 1}, "none"),
    ({"severity": 0.02, "detection": 0.6}, "containment", 0.3, {}, "stage"),
    ({"severity": 0.02, "detection": 0.6}, "climate", 0.2, {}, "interior"),
    ({"severity": 0.05, "detection": 0.6}, "climate", 0.2, {"cooperators": "small"}, "none"),
    ({"severity": 0.02, "detection": 0.9}, "trade", 0.25, {"cooperators": "large"}, "interior"),
    (
        {"severity": 0.05, "detection": 0.6, "exclusion": 1.0},
        "trade",
        0.3,
        {"cooperators": ["small"]},
        "interior",
    ),
    ({"severity": 0.5, "detection": 0.6}, "climate", 0.2, {}, "stage"),
    ({"severity": 0.05, "detection": 0.6}, "security", 0.4, {}, "interior"),
    ({"severity": 0.05, "detection": 0.6, "false_alarm": 0.1}, "security", 0.4, {}, "interior"),
]


@pytest.mark.parametrize(("fields", "problem", "cost", "options", "kind"), SETTINGS)
def test_games_against_single_deviations(fields, problem, cost, options, kind) -> None:
    of_world = cg.load("problems", problem).replace(leverage="capability", cost=cost)
    if problem == "security":  # a prisoner's dilemma in place of a stag hunt
        of_world = of_world.replace(dyad=(1.0, -0.5, 1.0 + cost, 0.2))
    game = cg.game(body(quota=1.0, delegation=0.5, **fields), of_world, SMALL)
    found = critical_discount_factor(game, **options)
    assert sum(event.probability for event in found.events) == pytest.approx(1)
    likely = max(found.events, key=lambda event: event.probability).lowest
    assert {"none": np.isnan(likely), "stage": likely == 0, "interior": 0 < likely < 1}[kind]
    names = options.get("cooperators", ("large", "small"))
    names = (names,) if isinstance(names, str) else names
    detection, alarm = fields["detection"], fields.get("false_alarm", 0.0)
    for row, probability in enumerate(game.events.probability):
        brute = Brute(game, row)
        (event,) = (e for e in found.events if e.probability == pytest.approx(probability))
        roles = [
            ROLES[int(game.classes.role[game.events.class_of_group[g]])].name for g in brute.group
        ]
        path = tuple(int(role in names) for role in roles)
        bound = game.events.bound[row, brute.group]
        seen, flagged = np.where(bound, detection, 0.0), np.where(bound, alarm, 0.0)
        stable = brute.equilibria()
        stakes = brute.k / brute.k.sum()
        welfare = [float(stakes @ brute.payoffs(acts)) for acts in stable]
        if not np.isnan(event.loss).any():
            fall = profile(brute, event.punishment)
            assert fall in stable
            assert float(stakes @ brute.payoffs(fall)) == pytest.approx(min(welfare), abs=1e-9)
        else:
            fall = stable[int(np.argmin(welfare))]
        for d in np.linspace(0.01, 0.99, 40):
            if np.isfinite(event.lowest) and abs(d - event.lowest) < 1e-6:
                continue
            inside = bool(event.lowest <= d <= event.highest)
            periods = options.get("periods")
            truth = brute.sustained(path, fall, watch=(seen, flagged), periods=periods, d=d)
            assert inside == truth, (row, d, event)


def test_more_eyes_less_patience_more_alarms_more_patience() -> None:
    game = cg.game("charter", "climate", mandate="expected")
    seen = [critical_discount_factor(game, monitoring=m).value for m in (0.2, 0.4, 0.7, 1.0)]
    assert seen == sorted(seen, reverse=True)
    alarmed = [
        critical_discount_factor(game, monitoring=0.9, false_alarm=f).value
        for f in (0.0, 0.005, 0.02)
    ]
    assert alarmed == sorted(alarmed)
    short = [critical_discount_factor(game, periods=t).value for t in (1, 2, 5, 1000, None)]
    assert short == sorted(short, reverse=True)
    assert short[-2] == pytest.approx(short[-1], abs=1e-9)


@pytest.mark.parametrize("size", [4, 9, 40, 150])
def test_size_in_closed_form(size: int) -> None:
    """Equal leverage 1/n: (cost - r/n) / (cost - r/n + r - cost), or 0 if acting pays anyway."""
    found = critical_discount_factor(
        cg.game("anarchy", trade(), cg.uniform_world(size)), monitoring=1.0
    )
    gain = max(0.0, 0.12 - 0.8 / size)
    assert found.value == pytest.approx(gain / (gain + 0.68) if gain else 0.0, abs=1e-12)


@pytest.mark.parametrize("mandate", ["standing", "expected"])
@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_institution_has_a_value_or_a_reason(problem: str, mandate) -> None:
    for institution in INSTITUTIONS:
        found = critical_discount_factor(cg.game(institution, problem, mandate=mandate))
        assert np.isnan(found.value) == bool(found.reason)
        if not np.isnan(found.value):
            assert 0 <= found.value < 1
            assert found.sustained(found.value) >= found.level - 1e-12
            just_below = max(found.value - 1e-9, 0)
            assert found.value == 0 or found.sustained(just_below) < found.level


def test_reasons_and_binding_states() -> None:
    unseen = critical_discount_factor(cg.game("anarchy", "climate"))
    assert np.isnan(unseen.value)
    assert "nobody sees" in unseen.reason
    assert unseen.to_dict()["critical_discount_factor"] is None
    blurred = critical_discount_factor(cg.game("charter", "trade"), monitoring=0.2, false_alarm=0.2)
    assert "no more often than false alarms" in blurred.reason
    helper = critical_discount_factor(
        cg.game("global_state", "trade", mandate="expected"), cooperators="hegemon"
    )
    assert "not among those who should" in helper.reason
    assert helper.deviation == "acts"
    mixed = critical_discount_factor(cg.game("charter", "climate"), level=1.0)
    assert "under mandates of probability" in mixed.reason
    assert mixed.sustained(0.99) == pytest.approx(cg.game("charter", "climate").adoption)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"level": 0}, "level must lie in"),
        ({"monitoring": 2}, "monitoring must lie in"),
        ({"false_alarm": -1}, "false_alarm must lie in"),
        ({"cooperators": "nobody"}, "cooperators must be among the roles"),
        ({"cooperators": np.zeros(3, dtype=bool)}, "cooperators must have shape"),
        ({"cooperators": ()}, "cooperators must name somebody"),
        ({"periods": 0}, "periods must be >= 1"),
    ],
)
def test_refusals(options, said) -> None:
    with pytest.raises(cg.CoopgamesError, match=said):
        critical_discount_factor(cg.game("charter", "climate"), **options)


def test_yes_voters_beside_others() -> None:
    """Who said Yes to the opt-in body is watched by it, whoever else stands beside."""
    everybody = cg.Body(id="everybody", quota=0.0, severity=0.05, detection=0.3, rounds=1)
    volunteers = cg.Body(
        id="volunteers", scope="yes_voters", severity=0.05, detection=0.9, false_alarm=0.2
    )
    both = cg.Institution(id="both", bodies=(everybody, volunteers))
    game = cg.game(both, trade().replace(cost=0.3), SMALL)
    found = critical_discount_factor(game)
    stood = game.events.adopted
    assert stood[:, 0].all()
    # Groups come in the order of the answers: those who said Yes first.
    answers = game.events.binding[:, 1]
    assert answers.any()
    assert not answers.all()
    for row, probability in enumerate(game.events.probability):
        group = game.events.counts[row] > 0
        flags = np.where(answers & stood[row, 1], 0.2, 0.0)
        alarm = 1 - np.prod((1 - flags) ** game.events.counts[row])
        eyes = np.where(answers & stood[row, 1], 0.9, 0.3)
        silence = (1 - alarm) / np.where(group, 1 - flags, 1.0)
        caught = np.where(group, 1 - (1 - eyes) * silence, 0.0)
        matches = [
            one
            for one in found.events
            if np.allclose(one.caught, caught) and np.isclose(one.alarm, alarm)
        ]
        assert matches, (row, probability)
    regimes = critical_discount_factor(cg.game("regime_complex", "climate"))
    assert np.isnan(regimes.value) == bool(regimes.reason)
