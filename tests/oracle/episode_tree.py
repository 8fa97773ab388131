"""The episode tree: the model by enumeration, for a handful of states.

A slow reference for tests, written from the model (D2-D6, D9a, D12, D22) and the decisions
(0001-0003), not from the package. It knows individual states only, in the world's order 0..N-1:

    ballots  ->  law of mandate events  ->  sanctions, access  ->  acts  ->  averages
    (every one enumerated: every interval of every U_i, every round, every copy of a centre,
     every authorisation ballot, every detection and delegation draw, all 2^N act profiles)

Conventions: ``i``, ``k``, ``t`` are state indices, ``j`` and ``b`` body ids, ``U`` a uniform on
[0, 1]. A *law* is a dict from outcomes to probabilities. An *event* is a pair (bodies, yes): the
frozenset of bodies whose mandates stand, and a frozenset of (opt-in body, frozenset of the states
that said Yes). Weights, quotas, leverage, thresholds and shares are Fractions of the shortest
decimals; probabilities are floats.

Readings (where the text leaves a choice)
-----------------------------------------
Selectors
 R1  Ideal points everywhere, also in ``within`` and in the hegemon's point, are the problem's
     where it names the role, else the world's.
 R2  ``share`` is a share of the states found after ``skip``, rounded to the nearest (half to even).
 R3  A count above the number found after ``skip`` is an error, and so is finding nobody. Taking
     nobody of those found is none. ``fallback = "next"`` applies only where no state has the role
     or tag; ``skip`` and ``count`` then apply to those not selected yet.
 R4  Selectors of one list are independent but for the fallback; a state chosen twice counts once.
 R5  ``at_least`` on an attribute whose total is 0 finds nobody.
Votes
 R6  Quota 0 passes unless blocked; where strict it needs some Yes. In adoption a chamber
     without seats passes nothing; one with seats of total weight 0 has reached quota 0 alone. In
     authorisation a chamber of total weight 0 passes nothing.
 R7  A ballot is shared by all bodies below a node down to (not including) nodes with
     ``common_cause``, opt-in bodies and bodies with several centres; these are independent of the
     ballot around them.
 R8  ``vote_correlation`` acts in adoption and in authorisation votes and in the Yes or No of
     opt-in members, with a new U each round; blocks stay independent. It is not supported where
     another body of the same ballot shares a voter, and it is ignored in the power index.
 R9  An opt-in body votes once, whatever its ``rounds``. Its voters are its members that hold a
     seat. It always stands where it is a leaf; a composition may still keep it out of the event
     (``all``, ``then``), and then its Yes-voters are not part of the event.
Authorisation
 R10 Children of a ``common_cause`` node that are compositions 'act' in authorisation when at
     least one of their bodies authorises.
 R11 ``authorised_by = b``: the vote of b (its chambers, shields, agenda setter, centres) decides;
     one outcome serves b and all bodies that lean on it, whether or not b is in the event. It
     isn't followed further. A leaned-on opt-in body authorises by its Yes-voters of the event,
     and nothing when it isn't in the event.
 R12 The shield that sets delegation to 0 counts in every body, opt-in ones included.
 R13 The exempt are never bound, Yes-voters included; they still vote.
 R14 In the authorisation by Yes-voters the quota 0 passes as soon as there is one Yes-voter.
Legitimacy
 R15 A rotating seat: the power of all members of that body in the seat holder's role becomes
     their mean, chamber by chamber; holders of fixed seats in the chamber are left out. All of
     them are covered. A state sits by rotation if the first selector that found it rotates.
 R16 L = L_cov where nobody swings or N = 1.
Action
 R17 Access multiplies the benefit in the threshold and linear kernels only.
 R18 Dyadic and coordination kernels need N >= 2.
 R19 Body-level delegation in the waiting game isn't switched off by shields.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, product
from math import comb, exp, fsum

__all__ = ["solve"]

NOTHING = (frozenset(), frozenset())  # the empty event


def frac(value):
    """Exact rational of a number's shortest decimal, or of a string 'a/b'."""
    return value if isinstance(value, Fraction) else Fraction(str(value))


def subsets(items):
    """All subsets of ``items`` as tuples."""
    items = tuple(items)
    for size in range(len(items) + 1):
        yield from combinations(items, size)


def logistic(z):
    """1 / (1 + exp(-z)) without overflow."""
    return 1 / (1 + exp(-z)) if z >= 0 else exp(z) / (1 + exp(z))


def intervals(points):
    """Cut [0, 1] at ``points``: (length, upper end) of every interval of positive length.

    U in the interval with upper end h satisfies U <= p for exactly the points p >= h.
    """
    cuts = sorted({0.0, 1.0, *points})
    return [(high - low, high) for low, high in zip(cuts, cuts[1:])]


# ------------------------------------------------------------------ states and selectors


@dataclass(frozen=True)
class State:
    """One state; attributes are exact."""

    role: str
    tags: frozenset
    ideal: Fraction
    capability: Fraction
    population: Fraction
    endowment: Fraction
    leverage: Fraction


@dataclass(frozen=True)
class World:
    """The states in order, and the dispositions in force for the problem."""

    states: tuple
    hegemon_ideal: Fraction
    base_support: float
    polarisation: float
    protection: float

    @property
    def size(self):
        return len(self.states)

    def total(self, attribute):
        return sum(getattr(state, attribute) for state in self.states)


def leverages(roles, rule):
    """k_i, summing to one: 1/N, w_i / sum w, or role shares split equally inside the role.

    Roles that the world lacks are dropped and the shares rescaled (D22.16).
    """
    listed = [role for role in roles for _ in range(role["count"])]
    if rule == "equal":
        return [Fraction(1, len(listed))] * len(listed)
    if rule == "capability":
        raw = [frac(role["capability"]) for role in listed]
    else:
        raw = [frac(rule.get(role["name"], 0)) / role["count"] for role in listed]
    if sum(raw) == 0:
        raise ValueError("leverage names no role of this world")
    return [k / sum(raw) for k in raw]


def expand_world(world, problem):
    """Write the world out state by state, with the problem's points and polarisation (D22.1)."""
    roles = world["roles"]
    own_points = problem.get("ideal_points") or {}
    shares = iter(leverages(roles, problem.get("leverage", "equal")))
    states = []
    for role in roles:
        endowment = role.get("endowment")
        for _ in range(role["count"]):
            states.append(
                State(
                    role=role["name"],
                    tags=frozenset(role.get("tags", ())),
                    ideal=frac(own_points.get(role["name"], role.get("ideal_point", 0.5))),
                    capability=frac(role["capability"]),
                    population=frac(role.get("population", 1.0)),
                    endowment=frac(role["capability"] if endowment is None else endowment),
                    leverage=next(shares),
                )
            )
    if world.get("hegemon") is not None:
        hegemon = next(state for state in states if state.role == world["hegemon"])
    else:
        hegemon = max(states, key=lambda state: state.capability)  # max keeps the first on ties
    polarisation = problem.get("polarisation")
    if polarisation is None:
        polarisation = world.get("polarisation", 0.6)
    return World(
        states=tuple(states),
        hegemon_ideal=hegemon.ideal,
        base_support=world.get("base_support", 0.95),
        polarisation=polarisation,
        protection=world.get("in_group_protection", 0.3),
    )


def find(selector, world):
    """Indices of the states a selector finds, in world order, before skip and count."""
    states, everyone = world.states, range(world.size)
    by = selector.get("by", "capability")
    if selector.get("role") is not None:
        return [i for i in everyone if states[i].role == selector["role"]]
    if selector.get("tag") is not None:
        return [i for i in everyone if selector["tag"] in states[i].tags]
    if selector.get("all"):
        return list(everyone)
    if selector.get("top") is not None:
        ranking = sorted(everyone, key=lambda i: (-getattr(states[i], by), i))
        return sorted(ranking[: selector["top"]])
    if selector.get("at_least") is not None:
        total = world.total(by)
        if total == 0:
            return []
        bar = frac(selector["at_least"])
        return [i for i in everyone if getattr(states[i], by) / total >= bar]
    centre = selector.get("of", "hegemon")
    centre = world.hegemon_ideal if centre == "hegemon" else frac(centre)
    return [i for i in everyone if abs(states[i].ideal - centre) <= frac(selector["within"])]


def resolve(selectors, world):
    """Resolve a list of selectors: pairs (selector, indices taken), in list order."""
    taken, chosen = [], set()
    for selector in selectors:
        found = find(selector, world)
        count, share = selector.get("count"), selector.get("share")
        named = selector.get("role") is not None or selector.get("tag") is not None
        if not found and named and selector.get("fallback") == "next":
            found = [i for i in range(world.size) if i not in chosen]
        if not found:
            raise ValueError(f"selector finds nobody: {selector}")
        picks = found[selector.get("skip", 0) :]
        if share is not None:
            count = round(frac(share) * len(picks))
        if count is not None and count > len(picks):
            raise ValueError(f"selector asks for more than it finds: {selector}")
        picks = picks[:count]
        taken.append((selector, picks))
        chosen.update(picks)
    return taken


def chosen_states(selectors, world):
    """The set of states a list of selectors takes."""
    return frozenset(i for _, picks in resolve(selectors, world) for i in picks)


def assigned(rule, world):
    """Value per state of a list of assignments; later ones override, the unassigned get 0."""
    values = dict.fromkeys(range(world.size), Fraction(0))
    for assignment, picks in resolve(rule, world):
        values.update(dict.fromkeys(picks, frac(assignment["value"])))
    return values


# ------------------------------------------------------------------ the institution, resolved


@dataclass(frozen=True)
class Rule:
    """A quota, whether it is strict, and the blocking probability of each seat's No."""

    quota: Fraction
    strict: bool
    blocking: dict


@dataclass(frozen=True)
class Chamber:
    weights: dict  # state -> weight; its keys are the seats
    adoption: Rule
    authorisation: Rule
    shield: bool
    rotating: frozenset


@dataclass(frozen=True)
class Body:
    data: dict
    members: frozenset
    exempt: frozenset
    chambers: tuple
    support: tuple  # p_ij for every state i

    def __getitem__(self, name):
        return self.data.get(name, BODY_DEFAULTS[name])

    @property
    def opt_in(self):
        return self["scope"] == "yes_voters"

    @property
    def seats(self):
        return frozenset(i for chamber in self.chambers for i in chamber.weights)


BODY_DEFAULTS = {
    "passes": "all", "authorised_by": None, "delegation": 0.0, "detection": 0.0, "severity": 0.0,
    "scope": "members", "exclusion": 0.0, "rounds": 3, "agenda_setter": "hegemon",
    "vote_correlation": 0.0, "centres": 1, "common_cause": 0.0,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Node:
    """A composition: the union of the children's events where ``needed`` of them are non-empty.

    ``needed`` is None for 'then', the first non-empty child's event.
    """

    needed: int | None
    children: tuple
    common_cause: float | None


@dataclass
class Institution:
    world: World
    bodies: dict  # id -> Body, in order
    root: object  # Node, body id, or None without bodies
    floor: Fraction
    authorisation_laws: dict = field(default_factory=dict)


def build_chamber(data, members, world):
    """Seats, weights and both rules of a chamber; authorisation defaults to adoption."""
    selectors = data.get("seats")
    rotating, seats = set(), []
    if selectors is None:
        seats = sorted(members)
    else:
        for selector, picks in resolve(selectors, world):
            fresh = [i for i in picks if i not in seats]
            seats += fresh
            if selector.get("rotates"):
                rotating.update(fresh)
    scheme = data.get("weights", "equal")
    if scheme == "equal":
        weights = {i: Fraction(1) for i in seats}
    elif isinstance(scheme, str):
        weights = {i: getattr(world.states[i], scheme) for i in seats}
    else:
        values = assigned(scheme, world)
        weights = {i: values[i] for i in seats}

    def blocking_of(value):
        if isinstance(value, (list, tuple)):
            values = assigned(value, world)
            return {i: values[i] for i in seats}
        return {i: frac(value) for i in seats}

    def given(name, otherwise):
        value = data.get(name)
        return otherwise if value is None else value

    quota, strict = data.get("quota", 0.5), data.get("strict", False)
    blocking = data.get("blocking", 0.0)
    return Chamber(
        weights=weights,
        adoption=Rule(frac(quota), strict, blocking_of(blocking)),
        authorisation=Rule(
            frac(given("authorisation_quota", quota)),
            given("authorisation_strict", strict),
            blocking_of(given("authorisation_blocking", blocking)),
        ),
        shield=data.get("shield", False),
        rotating=frozenset(rotating),
    )


def agenda_point(setter, members, world):
    """theta*_j: the hegemon's ideal point, the lower median of the members', or a number."""
    if setter == "hegemon":
        return world.hegemon_ideal
    if setter == "median":
        points = sorted(world.states[i].ideal for i in members)
        return points[(len(points) - 1) // 2]
    return frac(setter)


def build_body(data, world):
    """Members, chambers and p_ij = base (1 - polarisation |theta_i - theta*_j|)."""
    members = chosen_states(data.get("members", [{"all": True}]), world)
    star = agenda_point(data.get("agenda_setter", "hegemon"), members, world)
    return Body(
        data=data,
        members=members,
        exempt=chosen_states(data.get("exempt", ()), world),
        chambers=tuple(
            build_chamber(chamber, members, world) for chamber in data.get("chambers") or [data]
        ),
        support=tuple(
            world.base_support * (1 - world.polarisation * float(abs(state.ideal - star)))
            for state in world.states
        ),
    )


def build_composition(data):
    """Turn a composition record into Nodes; body ids stay strings."""
    if isinstance(data, str):
        return data
    kind = next(name for name in ("any", "all", "of", "then") if data.get(name))
    children = tuple(build_composition(child) for child in data[kind])
    needed = {"any": 1, "all": len(children), "of": data.get("at_least"), "then": None}[kind]
    return Node(needed, children, data.get("common_cause"))


def build_institution(institution, world):
    """Resolve an institution in a world; no composition means 'any' over all bodies."""
    bodies = {data["id"]: build_body(data, world) for data in institution.get("bodies", ())}
    composition = institution.get("composition")
    if composition is not None:
        root = build_composition(composition)
    else:
        root = Node(1, tuple(bodies), None) if bodies else None
    floor = frac(institution.get("legitimacy_floor", 0.3))
    return Institution(world, bodies, root, floor)


# ------------------------------------------------------------------ one ballot


def chamber_passes(chamber, yes, target=None):
    """Probability that a chamber passes a motion, given who said Yes.

    ``target=None`` is adoption: 1[yes weight >= quota total] * prod over No of (1 - kappa_i).
    Otherwise authorisation against ``target``: with a shield it stays, voting No; without, it
    leaves, and the quota is of what remains (D22.5).
    """
    rule = chamber.adoption if target is None else chamber.authorisation
    electorate = [i for i in chamber.weights if i != target or chamber.shield]
    in_favour = {i for i in electorate if i in yes and i != target}
    total = sum(chamber.weights[i] for i in electorate)
    weight = sum(chamber.weights[i] for i in in_favour)
    if not electorate or (total == 0 and (target is not None or rule.quota > 0)):
        enough = False
    elif rule.strict:
        enough = weight > rule.quota * total
    else:
        enough = weight >= rule.quota * total
    if not enough:
        return Fraction(0)
    unblocked = Fraction(1)
    for i in electorate:
        if i not in in_favour:
            unblocked *= 1 - rule.blocking[i]
    return unblocked


def body_passes(body, yes, target=None):
    """Probability that enough chambers pass, given one ballot; blocks are drawn per chamber."""
    chances = [chamber_passes(chamber, yes, target) for chamber in body.chambers]
    needed = {"all": len(chances), "any": 1}.get(body["passes"], body["passes"])
    total = Fraction(0)
    for pattern in product((True, False), repeat=len(chances)):
        if sum(pattern) >= needed:
            probability = Fraction(1)
            for passed, chance in zip(pattern, chances):
                probability *= chance if passed else 1 - chance
            total += probability
    return total


def own_ballots(support):
    """Every ballot in which each state draws its own U: (probability, {body: Yes-sayers}).

    ``support[j][i]`` is the probability that i says Yes in j: Yes iff U_i <= support[j][i].
    """
    voters = sorted({i for p in support.values() for i in p})
    sides = []
    for i in voters:
        seats = {j: p[i] for j, p in support.items() if i in p}
        sides.append(
            [
                (length, {j for j, p_ij in seats.items() if p_ij >= high})
                for length, high in intervals(seats.values())
            ]
        )
    for ballot in product(*sides):
        probability = 1.0
        for length, _ in ballot:
            probability *= length
        yes = {
            j: frozenset(i for i, (_, said) in zip(voters, ballot) if j in said) for j in support
        }
        yield probability, yes


def common_ballots(support):
    """Every ballot in which one U serves all voters."""
    for length, high in intervals(p_ij for p in support.values() for p_ij in p.values()):
        yield (
            length,
            {j: frozenset(i for i, p_ij in p.items() if p_ij >= high) for j, p in support.items()},
        )


def support_for(body, world, target=None):
    """p_ij of the body's voters, or p^E_ij(t) = p_ij (1 - zeta (1 - |theta_i - theta_t|))."""
    p = {i: body.support[i] for i in sorted(body.seats) if i != target}
    if target is not None:
        point = world.states[target].ideal
        for i in p:
            distance = float(abs(world.states[i].ideal - point))
            p[i] *= 1 - world.protection * (1 - distance)
    return p


def one_vote(bodies, world, target=None):
    """Law of the set of bodies that pass in one ballot which all of ``bodies`` share."""
    support = {j: support_for(body, world, target) for j, body in bodies.items()}
    correlation = max(body["vote_correlation"] for body in bodies.values())
    if correlation and len(bodies) > 1:
        raise NotImplementedError("vote_correlation of a body that shares its ballot")
    modes = [(1 - correlation, own_ballots), (correlation, common_ballots)]
    chances, law = {}, defaultdict(float)
    for share, enumerate_ballots in modes:
        if share == 0:
            continue
        for probability, yes in enumerate_ballots(support):
            for j, body in bodies.items():
                if (j, yes[j]) not in chances:
                    chances[j, yes[j]] = float(body_passes(body, yes[j], target))
            for passed in subsets(bodies):
                joint = share * probability
                for j in bodies:
                    chance = chances[j, yes[j]]
                    joint *= chance if j in passed else 1 - chance
                if joint:
                    law[frozenset(passed)] += joint
    return dict(law)


def ballot_groups(bodies):
    """Split bodies into groups that share voters, directly or through one another."""
    groups = []
    for j, body in bodies.items():
        touching = [g for g in groups if any(body.seats & bodies[b].seats for b in g)]
        groups = [g for g in groups if g not in touching]
        groups.append(sum(touching, []) + [j])
    return [{j: bodies[j] for j in bodies if j in group} for group in groups]


def vote(bodies, world, target=None):
    """Law of the set of bodies that have passed at the end.

    Adoption: body j votes in rounds 1..H_j and has adopted if it did in any of them; every
    round is a new ballot, the set after a round is the union. Authorisation: one round.
    """
    final = {frozenset(): 1.0}
    for group in ballot_groups(bodies):
        one_round = one_vote(group, world, target)
        rounds = {j: 1 if target is not None else body["rounds"] for j, body in group.items()}
        so_far = {frozenset(): 1.0}
        for round_number in range(1, max(rounds.values()) + 1):
            after = defaultdict(float)
            for (old, before), (new, probability) in product(so_far.items(), one_round.items()):
                in_time = {j for j in new if rounds[j] >= round_number}
                after[old | in_time] += before * probability
            so_far = after
        merged = defaultdict(float)
        for (a, p_a), (b, p_b) in product(final.items(), so_far.items()):
            merged[a | b] += p_a * p_b
        final = merged
    return dict(final)


# ------------------------------------------------------------------ composition


def acting_patterns(chances, common_cause):
    """Law of who acts: with probability rho one U (c acts iff U <= A_c), else independent."""
    law = defaultdict(float)
    for length, high in intervals(chances):
        law[tuple(chance >= high for chance in chances)] += common_cause * length
    for pattern in product((True, False), repeat=len(chances)):
        probability = 1 - common_cause
        for acts, chance in zip(pattern, chances):
            probability *= chance if acts else 1 - chance
        law[pattern] += probability
    return {pattern: probability for pattern, probability in law.items() if probability}


def some_copy_acts(chance, copies, common_cause):
    """X(A) of J copies, by enumerating which of them act: that at least one does."""
    patterns = acting_patterns((chance,) * copies, common_cause)
    return fsum(probability for pattern, probability in patterns.items() if any(pattern))


def combine(node, events, target=None):
    """Event of a node from its children's (decision 0002, 4); authorisation takes the union."""
    acting = [event for event in events if event[0]]
    if target is None and node.needed is None:
        return acting[0] if acting else NOTHING
    if target is None and len(acting) < node.needed:
        return NOTHING
    bodies = frozenset().union(*(event[0] for event in acting))
    yes = frozenset().union(*(event[1] for event in acting))
    return bodies, yes


def votes_apart(body):
    """Opt-in bodies and bodies of several centres don't share the ballot."""
    return body.opt_in or body["centres"] > 1


def law_apart(institution, j, target=None):
    """Law of the event of one opt-in body, or of one body of J centres."""
    body, world = institution.bodies[j], institution.world
    if body.opt_in and target is not None:
        return {NOTHING: 1.0}  # its Yes-voters authorise, see `yes_voters_authorise`
    if body.opt_in:
        p = {i: body.support[i] for i in sorted(body.seats & body.members)}
        correlation, law = body["vote_correlation"], defaultdict(float)
        for share, ballots in ((1 - correlation, own_ballots), (correlation, common_ballots)):
            for probability, yes in ballots({j: p}):
                if share * probability:
                    law[frozenset([j]), frozenset([(j, yes[j])])] += share * probability
        return dict(law)
    alone = vote({j: body}, world, target)
    chance = some_copy_acts(alone.get(frozenset([j]), 0.0), body["centres"], body["common_cause"])
    return {(frozenset([j]), frozenset()): chance, NOTHING: 1 - chance}


def law_of(institution, node, target=None):
    """Law of the event of a node: of adoption, or of the authorisation votes against a target.

    With ``common_cause`` every child is an event of its own. Without, all bodies below, down to
    nodes that have one and to bodies that vote apart, share a ballot (decision 0002, 1 and 3).
    """
    law = defaultdict(float)
    if isinstance(node, Node) and node.common_cause is not None:
        children = [law_of(institution, child, target) for child in node.children]
        chances = [min(1.0, fsum(p for e, p in child.items() if e[0])) for child in children]
        for pattern, probability in acting_patterns(chances, node.common_cause).items():
            given = [
                {e: p / chance for e, p in child.items() if e[0]} if acts else {NOTHING: 1.0}
                for child, chance, acts in zip(children, chances, pattern)
            ]
            for drawn in product(*(child.items() for child in given)):
                joint = probability
                for _, p in drawn:
                    joint *= p
                law[combine(node, [event for event, _ in drawn], target)] += joint
        return dict(law)

    sharing, apart = {}, []

    def collect(part):
        if isinstance(part, str):
            body = institution.bodies[part]
            apart.append(part) if votes_apart(body) else sharing.update({part: body})
        elif part is not node and part.common_cause is not None:
            apart.append(part)
        else:
            for child in part.children:
                collect(child)

    def fold(part, standing, drawn):
        if part in drawn:
            return drawn[part]
        if isinstance(part, str):
            return (frozenset([part]), frozenset()) if part in standing else NOTHING
        return combine(part, [fold(child, standing, drawn) for child in part.children], target)

    collect(node)
    laws = [
        law_apart(institution, part, target)
        if isinstance(part, str)
        else law_of(institution, part, target)
        for part in apart
    ]
    ballot = vote(sharing, institution.world, target)
    for (standing, probability), *others in product(ballot.items(), *(x.items() for x in laws)):
        joint = probability
        for _, p in others:
            joint *= p
        drawn = {part: event for part, (event, _) in zip(apart, others)}
        if joint:
            law[fold(node, standing, drawn)] += joint
    return dict(law)


def event_law(institution):
    """Law of the mandate event, in a fixed order."""
    if institution.root is None:
        return {NOTHING: 1.0}
    law = law_of(institution, institution.root)

    def order(event):
        return sorted(event[0]), sorted((j, sorted(yes)) for j, yes in event[1])

    return {event: law[event] for event in sorted(law, key=order) if law[event] > 0}


# ------------------------------------------------------------------ sanctions


def binds(body, j, event, i):
    """Whether the mandate of body j, standing in the event, binds i (decision 0002, 7)."""
    if i in body.exempt or body["scope"] == "none":
        return False
    if body["scope"] == "all":
        return True
    return i in (dict(event[1])[j] if body.opt_in else body.members)


def bound_states(institution, event):
    """B_i: whether some standing mandate binds i."""
    return [
        any(binds(institution.bodies[j], j, event, i) for j in event[0])
        for i in range(institution.world.size)
    ]


def access(institution, excludability, event):
    """acc_i = 1 - excludability * largest exclusion of standing bodies without i (D22.24)."""
    shut = [
        max((institution.bodies[j]["exclusion"] for j in event[0]
             if i not in institution.bodies[j].members), default=0.0)
        for i in range(institution.world.size)
    ]  # fmt: skip
    return [1 - excludability * largest for largest in shut]


def is_shielded(institution, i):
    """Whether i holds a shielded seat whose No in authorisation surely blocks, in any body."""
    return any(
        chamber.shield and i in chamber.weights and chamber.authorisation.blocking[i] == 1
        for body in institution.bodies.values()
        for chamber in body.chambers
    )


def yes_voters_authorise(body, world, yes, i):
    """V_i of an opt-in body: at least q^E of the other Yes-voters support, each with p^E_k(i)."""
    others = sorted(yes - {i})
    if not others:
        return 0.0
    rule = body.chambers[0].authorisation
    support = support_for(body, world, i)
    total = 0.0
    for supporters in subsets(others):
        needed = rule.quota * len(others)
        enough = len(supporters) > needed if rule.strict else len(supporters) >= needed
        if enough:
            probability = 1.0
            for k in others:
                probability *= support[k] if k in supporters else 1 - support[k]
            total += probability
    return total


def authorisation_votes(institution, event, i):
    """Law of the set of bodies whose vote authorises a sanction on i, given the event."""
    if i not in institution.authorisation_laws:
        votes = law_of(institution, institution.root, target=i)
        institution.authorisation_laws[i] = {e[0]: p for e, p in votes.items()}
    law = institution.authorisation_laws[i]
    for j, yes in event[1]:
        chance = yes_voters_authorise(institution.bodies[j], institution.world, yes, i)
        wider = defaultdict(float)
        for authorising, probability in law.items():
            wider[authorising | {j}] += probability * chance
            wider[authorising] += probability * (1 - chance)
        law = wider
    return law


def expected_sanction(institution, event, i, outsider_factor, punishment):
    """e_i(S) = E[max or sum over bodies of S that bind i and sanction of their severity].

    j sanctions iff U <= m_j for one common U, and its delegation draws it (probability delta_j,
    0 for the shielded) or the vote of its authoriser passes (decision 0002, 5).
    """
    bodies = institution.bodies
    binding = [j for j in sorted(event[0]) if binds(bodies[j], j, event, i)]
    if not binding:
        return 0.0
    severity = {
        j: bodies[j]["severity"] * (1 if i in bodies[j].members else outsider_factor)
        for j in binding
    }
    shielded = is_shielded(institution, i)
    delegation = {j: 0.0 if shielded else bodies[j]["delegation"] for j in binding}
    authoriser = {j: bodies[j]["authorised_by"] or j for j in binding}
    watch = intervals(bodies[j]["detection"] for j in binding)
    votes = authorisation_votes(institution, event, i)
    worst = max if punishment == "max" else sum
    total = []
    for (length, high), (authorising, chance) in product(watch, votes.items()):
        seeing = [j for j in binding if bodies[j]["detection"] >= high]
        for drawn in subsets(binding):
            probability = length * chance
            for j in binding:
                probability *= delegation[j] if j in drawn else 1 - delegation[j]
            struck = [severity[j] for j in seeing if j in drawn or authoriser[j] in authorising]
            if struck and probability:
                total.append(probability * worst(struck))
    return fsum(total)


# ------------------------------------------------------------------ legitimacy


def nonempty_given_votes(institution, yes):
    """Probability of a non-empty event after one round in which exactly ``yes`` said Yes.

    Every centre counts once, and common causes are ignored (D22.8).
    """
    bodies = institution.bodies
    chance = {
        j: Fraction(1) if body.opt_in else body_passes(body, yes) for j, body in bodies.items()
    }

    def fold(part, standing):
        if isinstance(part, str):
            return (frozenset([part]), frozenset()) if part in standing else NOTHING
        return combine(part, [fold(child, standing) for child in part.children])

    total = Fraction(0)
    for standing in subsets(bodies):
        if fold(institution.root, standing)[0]:
            probability = Fraction(1)
            for j in bodies:
                probability *= chance[j] if j in standing else 1 - chance[j]
            total += probability
    return total


def monomial_integral(a, b):
    """Integral of p^a (1 - p)^b over [0, 1], by expanding the second factor."""
    return sum(Fraction((-1) ** m * comb(b, m), a + m + 1) for m in range(b + 1))


def rotation_pools(institution):
    """The sets of states among whom an elected seat passes round, chamber by chamber."""
    states = institution.world.states
    for body in institution.bodies.values():
        for chamber in body.chambers:
            fixed = chamber.weights.keys() - chamber.rotating
            for role in sorted({states[i].role for i in chamber.rotating}):
                holders = {i for i in chamber.rotating | body.members if states[i].role == role}
                yield holders - fixed


def power(institution):
    """phi_i: integral over p of dA1/dp_i at equal p, normalised; None where nobody swings.

    dA1/dp_i = sum over Yes sets Y of the others of
    p^|Y| (1 - p)^(N-1-|Y|) [Pr(non-empty | Y and i) - Pr(non-empty | Y)].
    """
    n = institution.world.size
    ballots = [frozenset(yes) for yes in subsets(range(n))]
    value = {yes: nonempty_given_votes(institution, yes) for yes in ballots}
    phi = [
        sum(
            monomial_integral(len(y), n - 1 - len(y)) * (value[y | {i}] - value[y])
            for y in value
            if i not in y
        )
        for i in range(n)
    ]
    if sum(phi) == 0:
        return None
    phi = [swing / sum(phi) for swing in phi]
    for pool in rotation_pools(institution):
        mean = sum(phi[i] for i in pool) / len(pool)
        phi = [mean if i in pool else phi[i] for i in range(n)]
    return phi


def gini(values):
    """Normalised Gini: sum (2 r - n - 1) x_(r) / ((n - 1) sum x); 1 = one holds all (B0)."""
    n = len(values)
    ranked = sum((2 * rank - n - 1) * x for rank, x in enumerate(sorted(values), start=1))
    return ranked / ((n - 1) * sum(values))


def legitimacy(institution):
    """L = (L_cov + L_eq) / 2: share of states with a vote, and 1 - Gini of power."""
    n = institution.world.size
    if not institution.bodies:
        return Fraction(0)
    seated = {
        i
        for body in institution.bodies.values()
        for chamber in body.chambers
        for i in chamber.weights
        if chamber.weights[i] > 0 or chamber.adoption.blocking[i] > 0
    }.union(*rotation_pools(institution))
    covered = Fraction(len(seated), n)
    phi = power(institution)
    return covered if phi is None or n == 1 else (covered + 1 - gini(phi)) / 2


# ------------------------------------------------------------------ the action game


@dataclass(frozen=True)
class ActionGame:
    """Payoffs, success and achievement of act profiles (tuples of 0 and 1)."""

    problem: dict
    world: World
    reference: int  # the option that acting adopts, where there are standards

    def contribution(self, acts):
        """x = sum k_i a_i, exactly; heads for the kernels that count heads."""
        if self.problem["kernel"] in ("dyadic", "coordination"):
            return Fraction(sum(acts), len(acts))
        return sum((s.leverage for s, act in zip(self.world.states, acts) if act), Fraction(0))

    def success_function(self, x):
        """G(x): x, or [s((x-T)/h) - s(-T/h)] / [s((1-T)/h) - s(-T/h)], or 1[x >= T] at h = 0."""
        if self.problem["kernel"] == "linear":
            return float(x)
        bar, slope = frac(self.problem["threshold"]), frac(self.problem.get("slope", 0.0))
        if slope == 0:
            return float(x >= bar)
        low, here, high = (logistic(float((z - bar) / slope)) for z in (0, x, 1))
        return (here - low) / (high - low)

    def achieved(self, acts):
        """What the bar is held against: x, the share of cooperating dyads, or of adopters."""
        if self.problem["kernel"] == "dyadic":
            pairs = list(combinations(acts, 2))
            return Fraction(sum(a * b for a, b in pairs), len(pairs))
        return self.contribution(acts)

    def holds(self, acts):
        """Success: the achieved share is not below ``holds_at`` (default: the threshold)."""
        bar = self.problem.get("holds_at")
        return self.achieved(acts) >= frac(self.problem["threshold"] if bar is None else bar)

    def achievement(self, acts):
        """ETA: G(x), or the share of dyads or adopters."""
        if self.problem["kernel"] == "threshold":
            return self.success_function(self.contribution(acts))
        return float(self.achieved(acts))

    def payoff(self, i, acts, sanction, reach):
        """u_i per unit of own stake, at i's sanction e_i and access acc_i (D5, D22.18-19)."""
        problem, act = self.problem, acts[i]
        kernel, others = problem["kernel"], acts[:i] + acts[i + 1 :]
        penalty = sanction * (1 - act)
        if kernel == "dyadic":
            reward, sucker, temptation, punishment = problem["dyad"]
            table = {(1, 1): reward, (1, 0): sucker, (0, 1): temptation, (0, 0): punishment}
            return fsum(table[act, other] for other in others) / len(others) - penalty
        price = problem.get("cost", 0.12) * act + penalty
        benefit = problem.get("benefit", 0.8)
        if kernel == "coordination":
            option = self.reference if act else 1 - self.reference
            leaning = self.world.states[i].ideal - Fraction(1, 2)
            own = leaning < 0 if option == 0 else leaning > 0
            bonus = problem.get("preference_bonus", 0.0) if own else 0.0
            return benefit * sum(other == act for other in others) / len(others) + bonus - price
        return benefit * reach * self.success_function(self.contribution(acts)) - price


def stationary(rates):
    """Stationary law of an irreducible chain by direct elimination, last state first.

    Gaussian elimination of pi P = pi in the order of Grassmann, Taksar and Heyman (1985): the
    pivot 1 - P_kk is taken as the sum of the other entries of its row, so nothing is subtracted
    and small probabilities keep their digits. Diagonal entries of ``rates`` aren't read.
    """
    rows = [list(row) for row in rates]
    n = len(rows)
    for k in range(n - 1, 0, -1):
        last = rows[k]
        leaving = sum(last[:k])
        if leaving <= 0:
            raise ArithmeticError("the chain isn't irreducible in floating point")
        for row in rows[:k]:
            if row[k]:
                row[k] /= leaving
                factor = row[k]
                for m in range(k):
                    row[m] += factor * last[m]
    law = [1.0]
    for k in range(1, n):
        law.append(sum(law[i] * rows[i][k] for i in range(k)))
    total = fsum(law)
    return [p / total for p in law]


def act_law(game, sanctions, reaches, precision):
    """Stationary law over the 2^N profiles of asynchronous logit revision.

    One random state of N revises and plays C with 1 / (1 + exp(-beta (u_i(C) - u_i(D)))).
    """
    n = game.world.size
    profiles = list(product((0, 1), repeat=n))
    position = {acts: m for m, acts in enumerate(profiles)}
    chain = [[0.0] * len(profiles) for _ in profiles]
    for acts in profiles:
        for i in range(n):
            choice = {a: acts[:i] + (a,) + acts[i + 1 :] for a in (0, 1)}
            gain = game.payoff(i, choice[1], sanctions[i], reaches[i]) - game.payoff(
                i, choice[0], sanctions[i], reaches[i]
            )
            chain[position[acts]][position[choice[1]]] += logistic(precision * gain) / n
            chain[position[acts]][position[choice[0]]] += logistic(-precision * gain) / n
    return dict(zip(profiles, stationary(chain)))


def rescue(institution, volunteering, event):
    """Success of the waiting game given the event (D12, D22.19, D22.25).

    J = able states + centres of the standing bodies; someone's delegation draws it with
    1 - prod(1 - delta_j), one draw a centre; otherwise all volunteer with p where
    (1-p)^(J-1) = c / (l + d c),
    and success within R rounds is 1 - ((1-p)^J)^R.
    """
    defaults = {"able_capability": 0.07, "waiting_loss": 0.5, "waiting_discount": 0.9,
                "acting_cost": 0.2, "rounds": 3}  # fmt: skip
    given = {**defaults, **volunteering}
    world, standing = institution.world, [institution.bodies[j] for j in sorted(event[0])]
    bar = frac(given["able_capability"]) * world.total("capability")
    agents = sum(state.capability >= bar for state in world.states)
    agents += sum(body["centres"] for body in standing)
    rounds = max((body["rounds"] for body in standing), default=given["rounds"])
    nobody_assigned = 1.0
    for body in standing:
        for _ in range(body["centres"]):
            nobody_assigned *= 1 - body["delegation"]
    cost = given["acting_cost"]
    ratio = cost / (given["waiting_loss"] + given["waiting_discount"] * cost)
    if agents == 0:
        waits = 1.0
    elif agents == 1 or ratio <= 0:
        waits = 0.0
    elif ratio >= 1:
        waits = 1.0
    else:
        waits = ratio ** (1 / (agents - 1))
    nobody_in_time = 1.0
    for _ in range(rounds):
        nobody_in_time *= waits**agents
    return 1 - nobody_assigned * nobody_in_time


# ------------------------------------------------------------------ the whole tree


def solve(
    world, problem, institution, *,
    precision=15.0, mandate="standing", punishment="max", legitimacy_feedback=True,
):  # fmt: skip
    """Solve one episode by enumeration.

    Parameters
    ----------
    world, problem, institution : dict
        Shaped like the records; missing fields take the records' defaults.
    precision : float
        beta of the logit revision. [1/payoff]
    mandate : {'standing', 'expected'}
        Mixture over events of the laws given the event, or one law at the mean sanction and access.
    punishment : {'max', 'sum'}
    legitimacy_feedback : bool
        rho0 = floor + (1 - floor) L, or one half where False.

    Returns
    -------
    dict
        ``adoption``, ``coverage``, ``compliance``, ``unilateral``, ``act_rate``, ``free_riding``,
        ``exclusion``, ``gridlock``, ``success_rate``, ``achievement`` (None where undefined);
        ``events`` as (bodies, {opt-in body: Yes-sayers}, probability), and per event and state
        ``sanction``, ``bound``, ``access``, ``act`` (E a_i); ``legitimacy`` (None unless used).
    """
    if mandate not in ("standing", "expected") or punishment not in ("max", "sum"):
        raise ValueError(f"unknown reading: {mandate!r}, {punishment!r}")
    states = expand_world(world, problem)
    game_form = build_institution(institution, states)
    n, bodies = states.size, game_form.bodies
    law = event_law(game_form)
    events = list(law)
    weight = [law[event] for event in events]

    outsiders = any(body["scope"] == "all" and len(body.members) < n for body in bodies.values())
    quality = legitimacy(game_form) if outsiders and legitimacy_feedback else None
    factor = 0.5 if quality is None else float(game_form.floor + (1 - game_form.floor) * quality)
    excludability = problem.get("excludability", 0.0)
    bound = [bound_states(game_form, event) for event in events]
    reach = [access(game_form, excludability, event) for event in events]
    sanction = [
        [expected_sanction(game_form, event, i, factor, punishment) for i in range(n)]
        for event in events
    ]

    setter = next(iter(bodies.values()))["agenda_setter"] if bodies else "hegemon"
    members = next(iter(bodies.values())).members if bodies else frozenset()
    reference = int(agenda_point(setter, members, states) > Fraction(1, 2))
    game = ActionGame(problem, states, reference)
    if mandate == "expected":
        mean_sanction = [fsum(w * e[i] for w, e in zip(weight, sanction)) for i in range(n)]
        mean_reach = [fsum(w * r[i] for w, r in zip(weight, reach)) for i in range(n)]
        incentives = [(tuple(mean_sanction), tuple(mean_reach))] * len(events)
    else:
        incentives = [(tuple(e), tuple(r)) for e, r in zip(sanction, reach)]

    solved = {}
    for key in incentives:
        if key not in solved:
            acts_law = act_law(game, *key, precision)
            solved[key] = (
                [fsum(p for acts, p in acts_law.items() if acts[i]) for i in range(n)],
                fsum(p for acts, p in acts_law.items() if game.holds(acts)),
                fsum(p * game.achievement(acts) for acts, p in acts_law.items()),
            )
    act = [solved[key][0] for key in incentives]
    success = [solved[key][1] for key in incentives]
    achieved = [solved[key][2] for key in incentives]
    if problem.get("volunteering") is not None:
        success = [rescue(game_form, problem["volunteering"], event) for event in events]
        achieved = success

    def mean(statistic):
        """E over events of the sum over states of statistic(event index, state)."""
        return fsum(w * statistic(m, i) for m, w in enumerate(weight) for i in range(n))

    adopted = [bool(event[0]) for event in events]
    adoption = fsum(w for w, stands in zip(weight, adopted) if stands)
    all_bound = mean(lambda m, i: bound[m][i])
    return {
        "adoption": adoption,
        "coverage": all_bound / (n * adoption) if adoption > 0 else None,
        "compliance": mean(lambda m, i: act[m][i] * bound[m][i]) / all_bound if all_bound else None,
        "unilateral": mean(lambda m, i: act[m][i] * (not bound[m][i])) / n,
        "act_rate": mean(lambda m, i: act[m][i]) / n,
        "free_riding": mean(lambda m, i: (1 - act[m][i]) * bound[m][i]) / n,
        "exclusion": mean(lambda m, i: (1 - act[m][i]) * (adopted[m] and not bound[m][i])) / n,
        "gridlock": mean(lambda m, i: (1 - act[m][i]) * (not adopted[m])) / n,
        "success_rate": fsum(w * s for w, s in zip(weight, success)),
        "achievement": fsum(w * s for w, s in zip(weight, achieved)),
        "events": [(event[0], dict(event[1]), w) for event, w in zip(events, weight)],
        "sanction": sanction,
        "bound": bound,
        "access": reach,
        "act": act,
        "legitimacy": None if quality is None else float(quality),
    }
