"""Plans with strategic votes by enumeration, for a handful of individual states.

Written from the model (D3 to D6, D22) and the assumptions in `coopgames.strategies`, not from their
code. States are 0 .. n-1, a profile is a tuple of plan names. A body is a plain dict:

    members     set of states                   seats       {state: weight}
    quota       Fraction, strict bool           veto        {state: probability that a No blocks}
    a_quota     Fraction, a_strict bool         a_veto      the same for sanctions
    shield bool, delegation, detection, severity, scope, exempt set, exit, exit_cost, exclusion,
    rounds int

Every ballot, block, round, answer to an opt-in body, sight and delegation draw is written out.
"""

from fractions import Fraction
from itertools import product
from math import exp

#: (joins, says Yes, acts after success, acts after failure, on sanctions)
PLANS = {
    "steward": (True, True, 1, 1, "support"),
    "complier": (True, True, 1, 1, "abstain"),
    "pledger": (True, True, 0, 0, "oppose"),
    "blocker": (True, False, 0, 0, "oppose"),
    "reciprocator": (True, True, 1, 0, "support"),
    "rescuer": (True, True, 0, 1, "support"),
    "outsider_free": (False, False, 0, 0, "abstain"),
    "outsider_aligned": (False, True, 1, 1, "abstain"),
    "hub": (True, True, 1, 1, "support"),
}

DEFAULTS = {
    "quota": Fraction(1, 2), "strict": False, "veto": {}, "a_quota": None, "a_strict": None,
    "a_veto": None, "shield": False, "delegation": 0.0, "detection": 0.0, "severity": 0.0,
    "scope": "members", "exempt": set(), "exit": "free", "exit_cost": 0.0, "exclusion": 0.0,
    "rounds": 1,
}  # fmt: skip


def body(**given):
    """A body with its defaults; rules for sanctions are those of adoption unless given."""
    out = {**DEFAULTS, **given}
    for name in ("quota", "strict", "veto"):
        if out[f"a_{name}"] is None:
            out[f"a_{name}"] = out[name]
    return out


def coins(chances):
    """All outcomes of independent coins, {key: chance}, with their probability."""
    keys = list(chances)
    for heads in product((True, False), repeat=len(keys)):
        probability = 1.0
        for key, head in zip(keys, heads):
            probability *= chances[key] if head else 1 - chances[key]
        if probability > 0:
            yield {key for key, head in zip(keys, heads) if head}, probability


class Round:
    """One round of an institution among individual states.

    Parameters
    ----------
    bodies : list of dict
    leverage : list of Fraction
        Shares, summing to one.
    problem : dict
        benefit, cost, threshold, slope, excludability.
    tremble : float
    factor : float
        On sanctions of bound outsiders.
    """

    def __init__(self, bodies, leverage, problem, tremble, factor=0.5):
        self.bodies, self.leverage, self.problem = bodies, leverage, problem
        self.mu, self.factor, self.n = tremble, factor, len(leverage)
        self.seen = {}

    # -- who is where ---------------------------------------------------------------------

    def inside(self, b, i, plan):
        if i not in b["members"] and i not in b["seats"]:
            return False
        return b["scope"] == "yes_voters" or b["exit"] == "none" or PLANS[plan][0]

    def seats(self, b, profile):
        return {i: w for i, w in b["seats"].items() if self.inside(b, i, profile[i])}

    def member(self, b, i, profile):
        return i in b["members"] and self.inside(b, i, profile[i])

    def yes(self, meant):
        return 1 - self.mu if meant else self.mu

    # -- votes ----------------------------------------------------------------------------

    def passes(self, seats, yes, quota, strict):
        total = sum(seats.values(), Fraction(0))
        reached = sum((w for i, w in seats.items() if i in yes), Fraction(0))
        if not seats or (total == 0 and quota > 0):
            return False
        return reached > quota * total if strict else reached >= quota * total

    def one_round(self, profile, open_bodies):
        """Law of the set of voting bodies that adopt in one round, all on one ballot."""
        law = {}
        says = {i: self.yes(PLANS[profile[i]][1]) for i in range(self.n)}
        for yes, chance in coins(says):
            blocks = {
                (j, i): self.bodies[j]["veto"].get(i, 0.0)
                for j in open_bodies
                for i in self.seats(self.bodies[j], profile)
                if i not in yes and self.bodies[j]["veto"].get(i, 0.0) > 0
            }
            for blocked, more in coins(blocks):
                adopted = frozenset(
                    j
                    for j in open_bodies
                    if not any(key[0] == j for key in blocked)
                    and self.passes(
                        self.seats(self.bodies[j], profile),
                        yes,
                        self.bodies[j]["quota"],
                        self.bodies[j]["strict"],
                    )
                )
                law[adopted] = law.get(adopted, 0.0) + chance * more
        return law

    def events(self, profile):
        """Law of (adopted bodies, {opt-in body: Yes-sayers})."""
        voting = [j for j, b in enumerate(self.bodies) if b["scope"] != "yes_voters"]
        opt_in = [j for j, b in enumerate(self.bodies) if b["scope"] == "yes_voters"]
        law = {frozenset(): 1.0}
        for r in range(max((self.bodies[j]["rounds"] for j in voting), default=0)):
            one = self.one_round(profile, [j for j in voting if self.bodies[j]["rounds"] > r])
            new = {}
            for before, p in law.items():
                for now, q in one.items():
                    new[before | now] = new.get(before | now, 0.0) + p * q
            law = new
        asked = {
            (j, i): self.yes(PLANS[profile[i]][0] and PLANS[profile[i]][1])
            for j in opt_in
            for i in self.bodies[j]["members"]
        }
        for adopted, p in law.items():
            for answers, q in coins(asked):
                said = {j: {i for key, i in answers if key == j} for j in opt_in}
                yield adopted | set(opt_in), said, p * q

    def supports(self, i, profile):
        return self.yes(PLANS[profile[i]][4] == "support")

    def authorised(self, profile, target):
        """Law of the set of voting bodies that authorise a sanction on the target."""
        law = {}
        voting = [j for j, b in enumerate(self.bodies) if b["scope"] != "yes_voters"]
        others = {i: self.supports(i, profile) for i in range(self.n) if i != target}
        for yes, chance in coins(others):
            blocks = {}
            for j in voting:
                b = self.bodies[j]
                for i in self.seats(b, profile):
                    may = b["shield"] if i == target else PLANS[profile[i]][4] != "abstain"
                    if i not in yes and may and b["a_veto"].get(i, 0.0) > 0:
                        blocks[j, i] = b["a_veto"][i]
            for blocked, more in coins(blocks):
                agree = set()
                for j in voting:
                    b = self.bodies[j]
                    seats = self.seats(b, profile)
                    if not b["shield"]:
                        seats.pop(target, None)
                    enough = sum(seats.values(), Fraction(0)) > 0
                    enough = enough and self.passes(seats, yes, b["a_quota"], b["a_strict"])
                    if enough and not any(key[0] == j for key in blocked):
                        agree.add(j)
                agree = frozenset(agree)
                law[agree] = law.get(agree, 0.0) + chance * more
        return law

    def opt_in_authorised(self, j, profile, yes, target):
        voters = {i: self.supports(i, profile) for i in yes if i != target}
        rule = self.bodies[j]["a_quota"], self.bodies[j]["a_strict"]
        heads = dict.fromkeys(voters, Fraction(1))
        return sum(p for support, p in coins(voters) if self.passes(heads, support, *rule))

    # -- sanctions, access ----------------------------------------------------------------

    def severity(self, j, i, profile, said):
        b = self.bodies[j]
        if i in b["exempt"] or b["scope"] == "none":
            return 0.0
        member = self.member(b, i, profile)
        if b["scope"] == "yes_voters":
            return b["severity"] if i in said[j] else 0.0
        if b["scope"] == "members" and not member:
            return 0.0
        return b["severity"] * (1.0 if member else self.factor)

    def delegation(self, j, i, profile):
        for b in self.bodies:
            if b["shield"] and i in self.seats(b, profile) and b["a_veto"].get(i, 0.0) >= 1:
                return 0.0
        return self.bodies[j]["delegation"]

    def sanction(self, i, profile, adopted, said):
        """E max severity over the bodies that stand, bind, see and sanction."""
        edges = sorted({0.0, 1.0, *(b["detection"] for b in self.bodies)})
        total = 0.0
        votes = self.authorised(profile, i)
        for low, high in zip(edges, edges[1:]):
            seeing = [j for j in adopted if self.bodies[j]["detection"] >= high]
            alone = {
                ("opt", j): self.opt_in_authorised(j, profile, said[j], i)
                for j in seeing
                if j in said
            }
            drawn = {("draw", j): self.delegation(j, i, profile) for j in seeing}
            for agree, p in votes.items():
                for extra, q in coins({**alone, **drawn}):
                    acting = [
                        j
                        for j in seeing
                        if j in agree or ("opt", j) in extra or ("draw", j) in extra
                    ]
                    worst = max((self.severity(j, i, profile, said) for j in acting), default=0.0)
                    total += (high - low) * p * q * worst
        return total

    def access(self, i, profile, adopted):
        shut = [self.bodies[j]["exclusion"] for j in adopted
                if not self.member(self.bodies[j], i, profile)]  # fmt: skip
        return 1 - self.problem["excludability"] * max(shut, default=0.0)

    def layer_one(self, profile):
        """(adoption, [E sanction], [E access]); acts don't matter, so kept by stance."""
        key = tuple((PLANS[p][0], PLANS[p][1], PLANS[p][4]) for p in profile)
        if key not in self.seen:
            adoption, sanctions, accesses = 0.0, [0.0] * self.n, [0.0] * self.n
            for adopted, said, p in self.events(profile):
                adoption += p * bool(adopted)
                for i in range(self.n):
                    sanctions[i] += p * self.sanction(i, profile, adopted, said)
                    accesses[i] += p * self.access(i, profile, adopted)
            self.seen[key] = adoption, sanctions, accesses
        return self.seen[key]

    # -- payoffs --------------------------------------------------------------------------

    def benefit(self, x):
        def logistic(z):
            return 1 / (1 + exp(-(z - self.problem["threshold"]) / self.problem["slope"]))

        low, high = logistic(0.0), logistic(1.0)
        return self.problem["benefit"] * (logistic(float(x)) - low) / (high - low)

    def payoffs(self, profile, last):
        _, sanctions, accesses = self.layer_one(profile)
        acts = [PLANS[p][2 if last == "success" else 3] for p in profile]
        x = sum((k for k, a in zip(self.leverage, acts) if a), Fraction(0))
        out = []
        for i, plan in enumerate(profile):
            left = [b["exit_cost"] for b in self.bodies
                    if i in b["members"] and not self.inside(b, i, plan)]  # fmt: skip
            price = self.problem["cost"] * acts[i] + sanctions[i] * (1 - acts[i])
            out.append(accesses[i] * self.benefit(x) - price - max(left, default=0.0))
        return out

    def gain(self, profile, last):
        """The most that one state gains by another plan."""
        now = self.payoffs(profile, last)
        best = 0.0
        for i in range(self.n):
            for plan in PLANS:
                other = profile[:i] + (plan,) + profile[i + 1 :]
                best = max(best, self.payoffs(other, last)[i] - now[i])
        return best
