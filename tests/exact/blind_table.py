"""A second implementation of the headline table, written from the specification alone.

Nothing is imported from the package. World, problems and institutions are written out by hand,
and the method is enumeration: of yes counts per class of exchangeable states for the votes
(layer 1), of acting counts per class for the action game (layer 2). Classes are roles split by
membership and seat. Leverages, weights and thresholds are exact fractions.
"""

from fractions import Fraction
from math import comb, exp, log

import numpy as np

# --- World W20: role -> (number, power each, ideal point, population share each) ---------------

W20 = {
    "H": (1, Fraction("0.26"), Fraction("0.15"), Fraction("0.04")),
    "P": (2, Fraction("0.07"), Fraction("0.20"), Fraction("0.01")),
    "A": (3, Fraction("0.07"), Fraction("0.20"), Fraction("0.02")),
    "R": (2, Fraction("0.12"), Fraction("0.85"), Fraction("0.10")),
    "M": (4, Fraction("0.025"), Fraction("0.50"), Fraction("0.08")),
    "O": (8, Fraction("0.00625"), Fraction("0.55"), Fraction("0.045")),
}
N = 20
POWER = {role: row[1] for role, row in W20.items()}
IDEAL = {role: row[2] for role, row in W20.items()}
POPULATION = {role: row[3] for role, row in W20.items()}

WILLINGNESS, POLARISATION, PROTECTION = 0.95, 0.6, 0.3
AGENDA = Fraction("0.15")  # the hegemon's ideal point, for every body
BETA = 15.0

# --- Problems ----------------------------------------------------------------------------------

EQUAL = dict.fromkeys(W20, Fraction(1, 20))
CLIMATE = {
    "H": Fraction("0.14"),
    "P": Fraction("0.03"),
    "A": Fraction("0.03"),
    "R": Fraction("0.175"),
    "M": Fraction("0.05"),
    "O": Fraction("0.02"),
}
WEAPONS = {
    "H": Fraction("0.09"),
    "P": Fraction("0.045"),
    "A": Fraction("0.045"),
    "R": Fraction("0.135"),
    "M": Fraction("0.07"),
    "O": Fraction("0.016875"),
}

# k leverage each, T threshold for holding, h width, r benefit, cost, excludability
PROBLEMS = {
    "climate": dict(kind="threshold", k=CLIMATE, T=Fraction("0.7"), h=0.08, r=0.8, cost=0.12),
    "containment": dict(kind="threshold", k=EQUAL, T=Fraction("0.9"), h=0.03, r=0.8, cost=0.12),
    "research": dict(kind="threshold", k=POWER, T=Fraction("0.2"), h=0.02, r=0.8, cost=0.12),
    "nonproliferation": dict(
        kind="threshold", k=WEAPONS, T=Fraction("0.9"), h=0.03, r=0.8, cost=0.20
    ),
    "trade": dict(kind="linear", k=POWER, T=Fraction("0.6"), r=0.8, cost=0.12, excludability=0.8),
    "security": dict(
        kind="dyadic", k=EQUAL, T=Fraction("0.6"), R=1.0, S=-0.5, P=0.2, temptation=0.7
    ),
    "standards": dict(kind="coordination", k=EQUAL, T=Fraction("0.6"), r=1.0, bonus=0.2),
    "rescue": dict(kind="rescue", k=POWER, T=Fraction("0.07"), r=0.5, cost=0.10),
}
# Rescue: able states alone are agents; each mixes between acting and waiting.
ABLE, WAITING_LOSS, DISCOUNT, COST_OVER_BENEFIT, ROUNDS = Fraction("0.07"), 0.5, 0.9, 0.2, 3
# J compact centres count as J bodies, and delegation draws each of them independently.

# --- Institutions ------------------------------------------------------------------------------
# A class is (role, number, tags); tags name the electorates it votes in and its veto.

EVERYONE = [(role, row[0], {"member"}) for role, row in W20.items()]
COUNCIL = [
    ("H", 1, {"member", "seat", "permanent"}),
    ("P", 2, {"member", "seat", "permanent"}),
    ("A", 1, {"member", "seat"}),
    ("A", 2, {"member"}),
    ("R", 2, {"member", "seat", "permanent"}),
    ("M", 1, {"member", "seat"}),
    ("M", 3, {"member"}),
    ("O", 3, {"member", "seat"}),
    ("O", 5, {"member"}),
]
CLUB = [
    ("H", 1, {"member"}),
    ("P", 2, {"member"}),
    ("A", 3, {"member"}),
    ("R", 2, set()),
    ("M", 4, set()),
    ("O", 8, set()),
]
CONCERT = [
    ("H", 1, {"member"}),
    ("P", 1, {"member"}),
    ("P", 1, set()),
    ("A", 1, {"member"}),
    ("A", 2, set()),
    ("R", 2, {"member"}),
    ("M", 1, {"member"}),
    ("M", 3, set()),
    ("O", 8, set()),
]
EMITTERS = [
    ("H", 1, {"member"}),
    ("P", 2, {"member"}),
    ("A", 3, {"member"}),
    ("R", 2, {"member"}),
    ("M", 4, {"member"}),
    ("O", 8, set()),
]

# m detection, eps severity, delta delegation, J centres, rho common cause; three rounds each.
INSTITUTIONS = {
    "global_state": dict(classes=EVERYONE, m=0.95, eps=0.95, delta=0.90, J=1, rho=1.0),
    "empire": dict(classes=EVERYONE, m=0.80, eps=0.80, delta=1.00, J=1, rho=1.0),
    "federation": dict(classes=EVERYONE, m=0.85, eps=0.85, delta=0.50, J=1, rho=1.0),
    "third_degree": dict(classes=COUNCIL, m=0.75, eps=0.60, delta=0.25, J=5, rho=0.3),
    "second_degree": dict(classes=COUNCIL, m=0.70, eps=0.35, delta=0.15, J=4, rho=0.6),
    "first_degree": dict(classes=COUNCIL, m=0.50, eps=0.35, delta=0.10, J=4, rho=0.8),
    "anarchy": dict(classes=EVERYONE, m=0.0, eps=0.0, delta=0.0, J=0, rho=0.0),
    "charter": dict(classes=COUNCIL, m=0.60, eps=0.60, delta=0.10, J=1, rho=1.0),
    "club": dict(classes=CLUB, m=0.90, eps=0.40, delta=0.0, J=1, rho=1.0, exclusion=1.0),
    "concert": dict(classes=CONCERT, m=0.60, eps=0.50, delta=0.0, J=1, rho=1.0),
    "coalition": dict(classes=EMITTERS, m=0.50, eps=0.10, delta=0.0, J=1, rho=1.0, exclusion=1.0),
}
MEASURES = (
    "success_rate",
    "achievement",
    "act_rate",
    "coverage",
    "adoption",
    "compliance",
    "unilateral",
    "free_riding",
    "exclusion",
    "gridlock",
)


# --- Layer 1: votes ----------------------------------------------------------------------------


def support(role):
    """Return the probability that a state of this role says Yes to the mandate."""
    return WILLINGNESS * (1 - POLARISATION * float(abs(IDEAL[role] - AGENDA)))


def support_against(role, target):
    """Return the probability that `role` supports a sanction on a state of role `target`."""
    distance = float(abs(IDEAL[role] - IDEAL[target]))
    return support(role) * (1 - PROTECTION * (1 - distance))


def counts_grid(sizes):
    """Return every vector of counts, one row each, with 0..n_c in column c."""
    axes = np.meshgrid(*[np.arange(n + 1) for n in sizes], indexing="ij")
    return np.stack([axis.ravel() for axis in axes], axis=1)


def binomial_product(sizes, probabilities):
    """Return all count vectors and their probabilities, classes independent."""
    grid = counts_grid(sizes)
    weight = np.ones(len(grid))
    for column, (n, p) in enumerate(zip(sizes, probabilities)):
        law = np.array([comb(n, c) * p**c * (1 - p) ** (n - c) for c in range(n + 1)])
        weight *= law[grid[:, column]]
    return grid, weight


def weighted_pass(grid, sizes, weights, quota):
    """Return where the weight of the Yes is at least `quota` of the electorate's (ties pass)."""
    denominator = np.lcm.reduce([w.denominator for w in weights])
    units = np.array([int(w * int(denominator)) for w in weights], dtype=np.int64)
    total = int(units @ np.array(sizes))
    yes = grid @ units
    return yes * quota.denominator >= quota.numerator * total


def without_one(classes, index):
    """Return the sizes of the classes once one state of class `index` is taken out."""
    return [n - (c == index) for c, (_, n, _) in enumerate(classes)]


def vote(name, classes, probability, target=None):
    """Return the probability that one ballot passes in institution `name`.

    `probability` is a role's support; with a `target` (class index) the vote is on sanctioning it.
    """
    roles = [role for role, _, _ in classes]
    tags = [tag for _, _, tag in classes]
    sizes = [n for _, n, _ in classes] if target is None else without_one(classes, target)
    grid, weight = binomial_product(sizes, [probability(role) for role in roles])
    if name in ("global_state", "federation"):  # no shield: the target leaves the electorate
        table = POPULATION if name == "global_state" else POWER
        passed = weighted_pass(grid, sizes, [table[role] for role in roles], Fraction(1, 2))
        return float(weight[passed].sum())
    if name in ("third_degree", "second_degree", "first_degree", "charter"):
        # Council of ten, six needed, each permanent seat can block; a seated target says No.
        seat = np.array(["seat" in tag for tag in tags])
        permanent = np.array(["permanent" in tag for tag in tags])
        needed = sum(n for n, s in zip(sizes, permanent) if s)
        council = (grid[:, seat].sum(axis=1) >= 6) & (grid[:, permanent].sum(axis=1) == needed)
        if target is not None and permanent[target]:
            council[:] = False
        if name != "third_degree":
            return float(weight[council].sum())
        # Assembly: three quarters of everybody else, no shield, on the same ballot.
        assembly = 4 * grid.sum(axis=1) >= 3 * sum(sizes)
        return float(weight[council | assembly].sum())
    member = np.array(["member" in tag for tag in tags])
    sizes = np.array(sizes)
    yes = grid[:, member].sum(axis=1)
    electorate = int(sizes[member].sum())
    if name == "club":
        if target is None:  # consensus
            return float(weight[yes == electorate].sum())
        return float(weight[2 * yes >= electorate].sum())
    if name == "concert":  # .66 of six; each No blocks with .8; a seated target says No
        passed = 100 * yes >= 66 * 6
        return float((weight * passed * 0.2 ** (6 - yes)).sum())
    raise ValueError(name)


def several(x, J, rho):
    """Return the probability that at least one of J equal centres acts, common cause rho."""
    return rho * x + (1 - rho) * (1 - (1 - x) ** J)


def adoption_probability(name):
    """Return the probability that the institution adopts within its rounds."""
    spec = INSTITUTIONS[name]
    if name == "anarchy":
        return 0.0
    once = support("H") if name == "empire" else vote(name, spec["classes"], support)
    return several(1 - (1 - once) ** ROUNDS, spec["J"], spec["rho"])


def outsiders_factor():
    """Return the concert's rho0: L from six equal seats among twenty, floor .3."""
    share = [0.0] * 14 + [1 / 6] * 6
    gini = sum((2 * i - N - 1) * x for i, x in enumerate(share, start=1)) / ((N - 1) * sum(share))
    legitimacy = (6 / N + (1 - gini)) / 2
    return 0.3 + 0.7 * legitimacy


def sanctions(name):
    """Return, per class, the expected sanction on a breach once the institution has adopted."""
    spec = INSTITUTIONS[name]
    result = []
    for index, (role, _, tag) in enumerate(spec["classes"]):
        if name == "anarchy" or (name == "empire" and role == "H"):
            result.append(0.0)
            continue
        if name == "club" and "member" not in tag:
            result.append(0.0)
            continue
        delta = 0.0 if "permanent" in tag else spec["delta"]
        authorised = 0.0
        if name != "empire":
            # A class outside the body's electorate is only looked at, not taken out of it.
            authorised = vote(
                name,
                spec["classes"],
                lambda voter, role=role: support_against(voter, role),
                index,
            )
            authorised = several(authorised, spec["J"], spec["rho"])
        e = spec["m"] * (delta + (1 - delta) * authorised) * spec["eps"]
        if name == "concert" and "member" not in tag:
            e *= outsiders_factor()
        result.append(e)
    return result


# --- Mandate events ----------------------------------------------------------------------------
# An event is (probability, adopted, groups); a group is (role, number, bound, sanction, access,
# name of the group in the mean over events).


def simple_events(name, excludability):
    """Return the events of every institution but the coalition: adopted, or nothing."""
    spec = INSTITUTIONS[name]
    A = adoption_probability(name)
    teeth = sanctions(name)
    adopted, nothing = [], []
    for index, (role, n, tag) in enumerate(spec["classes"]):
        bound = "member" in tag or name == "concert"
        if name == "empire" and role == "H":
            bound = False
        outside = "member" not in tag
        access = 1 - excludability * spec.get("exclusion", 0.0) * outside
        adopted.append((role, n, bound, teeth[index], access, index))
        nothing.append((role, n, False, 0.0, 1.0, index))
    events = []
    if A > 0:
        events.append((A, True, adopted))
    if A < 1:
        events.append((1 - A, False, nothing))
    return events


def yes_voters_authorise(yes, target):
    """Return the probability that at least half of the other Yes-voters support the sanction."""
    roles = list(yes)
    sizes = [yes[role] - (role == target) for role in roles]
    electorate = sum(sizes)
    if electorate == 0:
        return 0.0
    grid, weight = binomial_product(sizes, [support_against(role, target) for role in roles])
    return float(weight[2 * grid.sum(axis=1) >= electorate].sum())


def coalition_events(excludability):
    """Return the 360 events of the coalition, one per vector of Yes counts."""
    spec = INSTITUTIONS["coalition"]
    members = [(role, n) for role, n, tag in spec["classes"] if "member" in tag]
    sizes = [n for _, n in members]
    grid, weight = binomial_product(sizes, [support(role) for role, _ in members])
    events = []
    for row, probability in zip(grid, weight):
        yes = {role: int(y) for (role, _), y in zip(members, row)}
        groups = []
        for role, n in members:
            if yes[role]:
                e = spec["m"] * yes_voters_authorise(yes, role) * spec["eps"]
                groups.append((role, yes[role], True, e, 1.0, role))
            if n > yes[role]:
                groups.append((role, n - yes[role], False, 0.0, 1.0, role))
        groups.append(("O", 8, False, 0.0, 1 - excludability * spec["exclusion"], "O"))
        events.append((float(probability), True, groups))
    return events


def mandate_events(name, excludability):
    """Return the law of mandate events."""
    if name == "coalition":
        return coalition_events(excludability)
    return simple_events(name, excludability)


# --- Layer 2: acts -----------------------------------------------------------------------------


def logistic(z):
    """Return 1 / (1 + exp(-z)) without overflow."""
    return 1 / (1 + exp(-z)) if z >= 0 else exp(z) / (1 + exp(z))


def leverage_units(k):
    """Return integer leverage per role and the common denominator."""
    denominator = int(np.lcm.reduce([share.denominator for share in k.values()]))
    return {role: int(share * denominator) for role, share in k.items()}, denominator


def threshold_success(problem, denominator):
    """Return G(x) for x = 0, 1/denominator, ..., 1."""
    T, h = float(problem["T"]), problem["h"]
    low, high = logistic(-T / h), logistic((1 - T) / h)
    return np.array(
        [(logistic((u / denominator - T) / h) - low) / (high - low) for u in range(denominator + 1)]
    )


def act_law(problem, groups):
    """Return (success rate, achievement, mean number acting per group) for one action game."""
    sizes = [group[1] for group in groups]
    grid = counts_grid(sizes)
    units, denominator = leverage_units(problem["k"])
    x = grid @ np.array([units[group[0]] for group in groups], dtype=np.int64)
    acting = grid.sum(axis=1)
    T = problem["T"]
    kind = problem["kind"]
    private = [group[3] - problem.get("cost", 0.0) for group in groups]
    if kind == "threshold":
        success = threshold_success(problem, denominator)[x]
        common = problem["r"] * success
        holds = x * T.denominator >= T.numerator * denominator
    elif kind == "rescue":
        success = (x * T.denominator >= T.numerator * denominator).astype(float)
        common = problem["r"] * success
        holds = success > 0
    elif kind == "linear":
        success = x / denominator
        common = np.zeros(len(grid))
        private = [
            e + problem["r"] * group[4] * units[group[0]] / denominator
            for e, group in zip(private, groups)
        ]
        holds = x * T.denominator >= T.numerator * denominator
    elif kind == "dyadic":
        # Joining j cooperators among 19 partners gains (R - temptation) j/19 + (S - P)(1 - j/19).
        with_partner = problem["R"] - problem["temptation"]
        against_partner = problem["S"] - problem["P"]
        gain = [(with_partner * j + against_partner * (19 - j)) / 19 for j in range(20)]
        common = np.concatenate([[0.0], np.cumsum(gain)])[acting]
        success = acting * (acting - 1) / (N * (N - 1))
        holds = acting * (acting - 1) * T.denominator >= T.numerator * N * (N - 1)
    elif kind == "coordination":
        # Adopting the option at 0 (nearer the agenda) matches j partners instead of 19 - j.
        gain = [problem["r"] * (j - (19 - j)) / 19 for j in range(20)]
        common = np.concatenate([[0.0], np.cumsum(gain)])[acting]
        taste = {
            role: problem["bonus"] * ((ideal < Fraction(1, 2)) - (ideal > Fraction(1, 2)))
            for role, ideal in IDEAL.items()
        }
        private = [e + taste[group[0]] for e, group in zip(private, groups)]
        success = acting / N
        holds = acting * T.denominator >= T.numerator * N
    if kind == "linear":  # no interaction: a product of binomials
        _, law = binomial_product(sizes, [logistic(BETA * gain) for gain in private])
    else:
        energy = BETA * (common + grid @ np.array(private))
        for column, n in enumerate(sizes):
            ways = np.array([log(comb(n, c)) for c in range(n + 1)])
            energy = energy + ways[grid[:, column]]
        law = np.exp(energy - energy.max())
        law /= law.sum()
    return float(law @ holds), float(law @ success), law @ grid


def rescue_in_time(name, adopted):
    """Return the probability that somebody comes to the rescue within the rounds."""
    spec = INSTITUTIONS[name]
    agents = sum(n for n, power, _, _ in W20.values() if power >= ABLE)
    nobody_drawn = 1.0
    if adopted:
        agents += spec["J"]
        nobody_drawn = (1 - spec["delta"]) ** spec["J"]
    others_wait = COST_OVER_BENEFIT / (WAITING_LOSS + DISCOUNT * COST_OVER_BENEFIT)
    nobody = (others_wait ** (agents / (agents - 1))) ** ROUNDS
    return 1 - nobody_drawn * nobody


def mean_groups(events):
    """Return one group per class at its mean sanction and access over the events."""
    mean = {}
    for probability, _, groups in events:
        for role, n, _, e, access, label in groups:
            row = mean.setdefault(label, dict(role=role, n=0.0, e=0.0, access=0.0))
            row["n"] += probability * n
            row["e"] += probability * n * e
            row["access"] += probability * n * access
    merged = []
    for label, row in mean.items():
        n = round(row["n"])
        merged.append((row["role"], n, None, row["e"] / n, row["access"] / n, label))
    return merged


def cell(name, problem_name, mandate):
    """Return the measures of one institution on one problem."""
    problem = PROBLEMS[problem_name]
    events = mandate_events(name, problem.get("excludability", 0.0))
    success = achievement = acts = bound_total = bound_acts = A = 0.0
    excluded = gridlock = 0.0
    if mandate == "expected":
        merged = mean_groups(events)
        success, achievement, number = act_law(problem, merged)
        rate = {group[5]: a / group[1] for group, a in zip(merged, number)}
    in_time = 0.0
    for probability, adopted, groups in events:
        if mandate == "standing":
            held, reached, number = act_law(problem, groups)
            success += probability * held
            achievement += probability * reached
        else:
            number = [group[1] * rate[group[5]] for group in groups]
        in_time += probability * rescue_in_time(name, adopted)
        A += probability * adopted
        for (_, n, bound, _, _, _), a in zip(groups, number):
            acts += probability * a
            if bound:
                bound_total += probability * n
                bound_acts += probability * a
            elif adopted:
                excluded += probability * (n - a)
            else:
                gridlock += probability * (n - a)
    if problem_name == "rescue":
        success = achievement = in_time
    nan = float("nan")
    values = (
        success,
        achievement,
        acts / N,
        bound_total / (N * A) if A > 0 else nan,
        A,
        bound_acts / bound_total if bound_total > 0 else nan,
        (acts - bound_acts) / N,
        (bound_total - bound_acts) / N,
        excluded / N,
        gridlock / N,
    )
    return {measure: float(value) for measure, value in zip(MEASURES, values)}


def table(mandate):
    """Return the measures of all 88 cells, keyed by (institution, problem)."""
    if mandate not in ("standing", "expected"):
        raise ValueError(mandate)
    return {
        (name, problem): cell(name, problem, mandate)
        for name in INSTITUTIONS
        for problem in PROBLEMS
    }
