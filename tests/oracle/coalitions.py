"""Voting by enumeration: every coalition and every ballot of a handful of voters.

A slow reference for tests, written from what the records of `coopgames.voting` say, not from the
code that evaluates them. It knows individual seats only, in the order of the groups:

    personal ballots  ->  ballots of the seats (blocs)  ->  chance that the rule passes

Conventions: a *ballot* is one of YES, NO, ABSTAIN, ABSENT. A *coalition* is an integer whose bit i
is set where seat i says Yes (all others say No); v(S) is the chance of adoption by coalition S, 0
or 1 but for de facto vetoes. All numbers are Fractions of the shortest decimals.

Readings (where the docstrings leave a choice)
----------------------------------------------
 C1  A quota passes only with some weight of Yes. This says more than 'enough' only for the bases
     'present' and 'voting', where the base may weigh nothing: 'where nobody votes nothing passes'.
 C2  `Dual` negates the rule on ballots with Yes and No exchanged, whatever is below it; so the dual
     of a quota of those voting does pass where nobody votes.
 C3  Every place where a `Veto` stands in the tree draws for itself, equal records included. Below
     an odd number of `Dual` it is the Yes that draw.
 C4  All blocs read the personal ballots, also of seats that another bloc holds; a seat in a bloc is
     present and says Yes or No, whatever its personal ballot.
 C5  A veto player is a group each of whose members no winning coalition can do without; a minimal
     blocking coalition is a minimal one whose complement loses.
 C6  A common uniform number U turns into ballots in the order Yes, abstention, absence, No.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from itertools import product
from math import factorial, prod

from coopgames.voting import AllOf, AnyOf, Dual, Quorum, Quota, SomeOf, Veto

__all__ = ["ABSENT", "ABSTAIN", "NO", "YES", "Game", "adoption_chance", "passage"]

YES, NO, ABSTAIN, ABSENT = "yes", "no", "abstain", "absent"
EXCHANGED = {YES: NO, NO: YES, ABSTAIN: ABSTAIN, ABSENT: ABSENT}


def frac(value):
    """Exact rational of a number's shortest decimal, or of a string 'a/b'."""
    return value if isinstance(value, Fraction) else Fraction(str(value))


# ------------------------------------------------------------------ ballots and rules


def seats_of(committee):
    """(group, weights) of every seat, in order; everybody weighs one in 'heads'."""
    return [
        (group.id, {name: frac(weight) for name, weight in group.weights.items()} | {"heads": 1})
        for group in committee.voters
        for _ in range(group.count)
    ]


def named(groups, seats):
    """Positions of the seats that a field ``of`` or ``by`` names."""
    if groups is None:
        return range(len(seats))
    groups = (groups,) if isinstance(groups, str) else groups
    return [i for i, (group, _) in enumerate(seats) if group in groups]


def at_least(needed, chances):
    """Probability that at least ``needed`` of independent events happen."""
    law = [1]
    for p in chances:
        fails, happens = [(1 - p) * x for x in law], [p * x for x in law]
        law = [a + b for a, b in zip(fails + [0], [0] + happens)]
    return sum(law[needed:])


def weighs(ballots, seats, rule, counted):
    """Weight of those whose ballot is among ``counted``, of whomever the rule names."""
    return sum(
        seats[i][1].get(rule.weight, 0) for i in named(rule.of, seats) if ballots[i] in counted
    )


def enough(weight, rule, base):
    """Whether a weight is at least (strict: above) the votes or the share of the base."""
    bar = frac(rule.votes) if rule.share is None else frac(rule.share) * base
    return weight > bar if rule.strict else weight >= bar


def passes(rule, ballots, seats):
    """Probability that a rule passes, given the ballot of every seat."""
    if isinstance(rule, Dual):
        return 1 - passes(rule.rule, [EXCHANGED[ballot] for ballot in ballots], seats)
    if isinstance(rule, (AllOf, AnyOf, SomeOf)):
        needed = {AllOf: len(rule.rules), AnyOf: 1}.get(type(rule)) or rule.needed
        return at_least(needed, [passes(part, ballots, seats) for part in rule.rules])
    if isinstance(rule, Veto):
        against = [i for i in named(rule.by, seats) if ballots[i] == NO]
        if rule.used == 1:
            return int(len(against) < rule.needed)
        return 1 - at_least(rule.needed, [frac(rule.used)] * len(against))
    if isinstance(rule, Quorum):
        here = weighs(ballots, seats, rule, (YES, NO, ABSTAIN))
        return int(enough(here, rule, weighs(ballots, seats, rule, EXCHANGED)))
    assert isinstance(rule, Quota)
    of_base = {
        "members": (YES, NO, ABSTAIN, ABSENT),
        "present": (YES, NO, ABSTAIN),
        "voting": (YES, NO),
    }[rule.base]
    in_favour = weighs(ballots, seats, rule, (YES,))
    return int(in_favour > 0 and enough(in_favour, rule, weighs(ballots, seats, rule, of_base)))


def _adoption(committee, ballots, seats):
    speaks = [passes(bloc.rule, ballots, seats) for bloc in committee.blocs]
    total = 0
    for voices in product((YES, NO), repeat=len(speaks)):
        chance = prod(p if voice == YES else 1 - p for voice, p in zip(voices, speaks))
        if chance:
            cast = list(ballots)
            for voice, bloc in zip(voices, committee.blocs):
                for i in named(bloc.seats, seats):
                    cast[i] = voice
            total += chance * passes(committee.rule, cast, seats)
    return total


def adoption_chance(committee, ballots):
    """Probability of adoption, given the personal ballot of every seat in order."""
    return _adoption(committee, list(ballots), seats_of(committee))


# ------------------------------------------------------------------ the binary game


class Game:
    """The 2**n coalitions of a committee in which nobody abstains or is absent."""

    def __init__(self, committee):
        seats = seats_of(committee)
        self.owner = [group for group, _ in seats]
        self.groups = [group.id for group in committee.voters]
        self.n = len(seats)
        self.v = [
            _adoption(committee, [YES if s >> i & 1 else NO for i in range(self.n)], seats)
            for s in range(2**self.n)
        ]

    @property
    def deterministic(self):
        return all(x in (0, 1) for x in self.v)

    def by_group(self, of_seat):
        """Values of each group's first seat; all seats of a group must be alike."""
        out = {}
        for i, group in enumerate(self.owner):
            assert out.setdefault(group, of_seat[i]) == of_seat[i]
        return out

    def without(self, i):
        """Coalitions without seat i."""
        return (s for s in range(2**self.n) if not s >> i & 1)

    def members(self, s):
        return [i for i in range(self.n) if s >> i & 1]

    @cached_property
    def total(self):
        """Sum of v: how many coalitions win, where nothing is left to chance."""
        return sum(self.v)

    @cached_property
    def swung(self):
        """Per seat, the sums of v(S + i) - v(S) by the size of S."""
        out = [[0] * self.n for _ in range(self.n)]
        for i in range(self.n):
            for s in self.without(i):
                out[i][s.bit_count()] += self.v[s | 1 << i] - self.v[s]
        return out

    @cached_property
    def swings(self):
        """Sum of v(S + i) - v(S) over all S without i."""
        return self.by_group([sum(row) for row in self.swung])

    @cached_property
    def critical(self):
        """The seats each winning coalition needs, by coalition (deterministic only)."""
        assert self.deterministic
        return {
            s: [i for i in self.members(s) if not self.v[s ^ 1 << i]]
            for s in range(2**self.n)
            if self.v[s]
        }

    @cached_property
    def minimal_winning(self):
        """Winning coalitions that need each of their members."""
        return [s for s, needs in self.critical.items() if len(needs) == s.bit_count()]

    @cached_property
    def minimal_blocking(self):
        """Minimal coalitions whose complement loses."""
        everybody = 2**self.n - 1
        blocks = [not self.v[everybody ^ s] for s in range(2**self.n)]
        return [
            s
            for s in range(2**self.n)
            if blocks[s] and not any(blocks[s ^ 1 << i] for i in self.members(s))
        ]

    # --- power of one voter, by group

    def deciding(self):
        """E[v(S + i) - v(S)], every S of the others equally likely: absolute Banzhaf."""
        return {group: Fraction(x) / 2 ** (self.n - 1) for group, x in self.swings.items()}

    def shapley_shubik(self):
        """Integral over p of dA/dp_i at equal p: sum of s! (n-1-s)!/n! [v(S+i) - v(S)]."""
        n = self.n
        share = [Fraction(factorial(s) * factorial(n - 1 - s), factorial(n)) for s in range(n)]
        return self.by_group([sum(x * w for x, w in zip(row, share)) for row in self.swung])

    def banzhaf(self):
        everybody = sum(self.swings[group] for group in self.owner)
        return {group: Fraction(x) / everybody for group, x in self.swings.items()}

    def coleman_act(self):
        return Fraction(self.total) / 2**self.n

    def coleman_prevent(self):
        return {group: Fraction(x) / self.total for group, x in self.swings.items()}

    def coleman_initiate(self):
        return {group: x / Fraction(2**self.n - self.total) for group, x in self.swings.items()}

    def _shared_out(self, portions):
        """Sums of (coalition of seats, portion of each), scaled to one over all seats."""
        of_seat = [Fraction(0)] * self.n
        for seats, portion in portions:
            for i in seats:
                of_seat[i] += portion
        return self.by_group([x / sum(of_seat) for x in of_seat])

    def johnston(self):
        """Every winning coalition that needs somebody divides one among those it needs."""
        needs = [seats for seats in self.critical.values() if seats]
        return self._shared_out([(seats, Fraction(1, len(seats))) for seats in needs])

    def deegan_packel(self):
        """Every minimal winning coalition divides one among its members."""
        minimal = [self.members(s) for s in self.minimal_winning]
        return self._shared_out([(seats, Fraction(1, len(seats))) for seats in minimal])

    def holler_packel(self):
        """Every minimal winning coalition gives each of its members one."""
        return self._shared_out([(self.members(s), Fraction(1)) for s in self.minimal_winning])

    # --- structure

    @property
    def veto_players(self):
        everybody = 2**self.n - 1
        return tuple(
            group
            for group in self.groups
            if not any(self.v[everybody ^ 1 << i] for i in range(self.n) if self.owner[i] == group)
        )

    @property
    def dummies(self):
        return tuple(group for group in self.groups if self.swings[group] == 0)

    @property
    def dictator(self):
        """The group of the seat that alone decides, if there is one."""
        for i in range(self.n):
            if all(self.v[s] == (s >> i & 1) for s in range(2**self.n)):
                return self.owner[i]
        return None

    @property
    def proper(self):
        """No two winning coalitions are disjoint.

        It suffices to look at a coalition and its complement, as more Yes never harms.
        """
        everybody = 2**self.n - 1
        return not any(self.v[s] and self.v[everybody ^ s] for s in range(2**self.n))

    @property
    def strong(self):
        """Of every coalition and its complement at least one wins."""
        everybody = 2**self.n - 1
        return all(self.v[s] or self.v[everybody ^ s] for s in range(2**self.n))

    def represented(self, quota, weights):
        """Whether [quota; weights] (weight of a voter, by group) has the same winners."""
        of_seat = [weights[group] for group in self.owner]
        return all(
            (sum(of_seat[i] for i in self.members(s)) >= quota) == bool(self.v[s])
            for s in range(2**self.n)
        )


# ------------------------------------------------------------------ chances of ballots


def ballot_law(support, abstention, absence):
    """Unconditional probabilities of a voter's ballots, in the order of C6."""
    speaks = (1 - absence) * (1 - abstention)
    return {
        YES: speaks * support,
        ABSTAIN: (1 - absence) * abstention,
        ABSENT: absence,
        NO: speaks * (1 - support),
    }


def ballot_at(law, u):
    """The ballot to which a uniform number leads; ``u`` is on no boundary."""
    reached = 0
    for ballot, probability in law.items():
        reached += probability
        if u <= reached:
            return ballot
    raise AssertionError(u)


def profile_law(laws, correlation):
    """Law of all voters' ballots: apart, or with probability ``correlation`` by one number."""
    law = {}
    for profile in product(*({b: p for b, p in own.items() if p}.items() for own in laws)):
        ballots = tuple(ballot for ballot, _ in profile)
        law[ballots] = (1 - correlation) * prod(p for _, p in profile)
    cuts = {Fraction(0), Fraction(1)}
    for own in laws:
        shares = list(own.values())
        cuts |= {sum(shares[: m + 1], Fraction(0)) for m in range(len(shares))}
    cuts = sorted(cuts)
    for low, high in zip(cuts, cuts[1:]):
        ballots = tuple(ballot_at(own, (low + high) / 2) for own in laws)
        law[ballots] = law.get(ballots, 0) + correlation * (high - low)
    return law


def passage(
    committee, support, abstention=Fraction(0), absence=Fraction(0), correlation=Fraction(0)
):
    """Probability of adoption, and what one voter of each group adds to it.

    Parameters
    ----------
    committee : Committee
    support : dict of group to Fraction
        Probability that one who says Yes or No says Yes.
    abstention : Fraction
        Probability that one who is there abstains.
    absence : Fraction
        Probability that a voter is absent.
    correlation : Fraction
        Probability that one uniform number decides for all.

    Returns
    -------
    probability : Fraction
    deciding : dict of group to Fraction
        Chance of adoption if one of the group says Yes minus if it says No, others as drawn.
    stopping : dict of group to Fraction
        The same difference where that one says No, else 0.
    """
    seats = seats_of(committee)
    laws = [ballot_law(support[group], abstention, absence) for group, _ in seats]
    law = profile_law(laws, correlation)
    assert sum(law.values()) == 1
    known = {}

    def chance(ballots):
        if ballots not in known:
            known[ballots] = _adoption(committee, ballots, seats)
        return known[ballots]

    probability = sum((p * chance(ballots) for ballots, p in law.items()), Fraction(0))
    deciding, stopping = {}, {}
    for i, (group, _) in enumerate(seats):
        if group in deciding:
            continue
        deciding[group] = stopping[group] = Fraction(0)
        for ballots, p in law.items():
            before, after = ballots[:i], ballots[i + 1 :]
            gain = chance((*before, YES, *after)) - chance((*before, NO, *after))
            deciding[group] += p * gain
            stopping[group] += p * gain * (ballots[i] == NO)
    return probability, deciding, stopping
