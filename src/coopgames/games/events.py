"""Mandate events: which bodies' mandates stand, whom they bind, what a breach costs (D22.2, D22.6).

A *group* is a class together with its answer to every opt-in body it is invited to; its size
varies with the event. Arrays have axes (event, group).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product
from math import comb, prod

import numpy as np
import numpy.typing as npt

from ..errors import BudgetError
from ..institutions import Institution
from .votes import Electorate

__all__ = ["AfterExit", "MandateEvents", "after_exit", "mandate_events"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

#: Events that are still enumerated; the whole catalogue stays far below in both shipped worlds.
LARGEST_EVENT_COUNT = 50_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MandateEvents:
    """The finite law of mandate events.

    Attributes
    ----------
    probability : array, shape (events,)
        Sums to one.
    adopted : bool array, shape (events, bodies)
        Whose mandates stand.
    class_of_group : int array, shape (groups,)
        The class each group is part of.
    counts : int array, shape (events, groups)
        States in the group; groups of one class sum to the class.
    binding : bool array, shape (groups, bodies)
        Whom each body binds where its mandate stands.
    bound, outsider : bool array, shape (events, groups)
        Whether some standing mandate binds the group; and only as a non-member.
    sanction : array, shape (events, groups)
        Expected sanction on a breach. [stake]
    access : array, shape (events, groups)
        Share of the benefit the group can reach.
    relief : array, shape (events, groups)
        What legitimacy takes off an outsider's cost of complying (``legitimacy_channel='norm'``).
        [stake]
    """

    probability: Floats
    adopted: Mask
    class_of_group: Integers
    counts: Integers
    binding: Mask
    bound: Mask
    outsider: Mask
    sanction: Floats
    access: Floats
    relief: Floats

    @property
    def adoption(self) -> float:
        """Probability that anything is adopted."""
        return float(self.probability[self.adopted.any(axis=1)].sum())

    def mean_by_class(self, values: Floats, classes: int, among: Mask | None = None) -> Floats:
        """Return the expectation of a group quantity for one state of each class.

        ``among``, shape (events,), conditions on some of the events.
        """
        chance = self.probability if among is None else self.probability * among
        weight = chance[:, None] * self.counts
        out = np.zeros(classes)
        size = np.zeros(classes)
        np.add.at(out, self.class_of_group, (weight * values).sum(axis=0))
        np.add.at(size, self.class_of_group, weight.sum(axis=0))
        return out / size


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Answers:
    """Answers to opt-in bodies: groups, their sizes per configuration, and its probability."""

    class_of_group: Integers
    says_yes: Mask  # (groups, bodies)
    counts: Integers  # (configurations, groups)
    probability: Floats  # (configurations,)


def _answers(electorate: Electorate) -> _Answers:
    bodies = electorate.institution.bodies
    invited = [
        [
            j
            for j, body in enumerate(bodies)
            if body.scope == "yes_voters" and electorate.bodies[j].member[c]
        ]
        for c in range(electorate.classes.size)
    ]
    counts = electorate.classes.counts
    configurations = prod(
        comb(int(n) + 2 ** len(js) - 1, 2 ** len(js) - 1)
        for n, js in zip(counts, invited, strict=True)
    )
    if configurations > LARGEST_EVENT_COUNT:
        raise BudgetError(
            f"the opt-in bodies of {electorate.institution.id!r} give {configurations:.3g} mandate "
            f"events, more than {LARGEST_EVENT_COUNT}; invite fewer states, or use a world with "
            "fewer states per role"
        )
    class_of_group: list[int] = []
    says_yes: list[list[bool]] = []
    splits: list[list[tuple[tuple[int, ...], float]]] = []
    for c, js in enumerate(invited):
        patterns = list(product((True, False), repeat=len(js)))
        chances = []
        for pattern in patterns:
            p = electorate.support[c, js] if js else np.empty(0)
            chances.append(float(np.prod(np.where(pattern, p, 1.0 - p))))
            class_of_group.append(c)
            row = [False] * len(bodies)
            for j, answer in zip(js, pattern, strict=True):
                row[j] = answer
            says_yes.append(row)
        splits.append(_multinomial(int(counts[c]), chances))
    sizes, probabilities = [], []
    for chosen in product(*splits):
        sizes.append([n for part, _ in chosen for n in part])
        probabilities.append(prod(p for _, p in chosen))
    return _Answers(
        class_of_group=np.array(class_of_group, dtype=np.int64),
        says_yes=np.array(says_yes, dtype=bool).reshape(len(class_of_group), len(bodies)),
        counts=np.array(sizes, dtype=np.int64),
        probability=np.array(probabilities),
    )


def _multinomial(n: int, chances: list[float]) -> list[tuple[tuple[int, ...], float]]:
    """Every split of n states over the patterns, with its probability."""
    if len(chances) == 1:
        return [((n,), chances[0] ** n)]
    return [
        ((k, *rest), comb(n, k) * chances[0] ** k * p)
        for k in range(n + 1)
        for rest, p in _multinomial(n - k, chances[1:])
    ]


def mandate_events(
    electorate: Electorate,
    *,
    punishment: str,
    outsider_compliance: float,
    excludability: float,
    norm_relief: float,
) -> MandateEvents:
    """Return the law of mandate events of a seated institution.

    Parameters
    ----------
    electorate : Electorate
        The institution seated in its world.
    punishment : {'max', 'sum'}
        Whether a breach is punished once, by the most severe body, or by each (D22.2).
    outsider_compliance : float
        rho0, the factor on sanctions of bound outsiders (D22.7), in [0, 1].
    excludability : float
        Of the problem, in [0, 1].
    norm_relief : float
        Taken off a bound outsider's cost. [stake]

    Raises
    ------
    BudgetError
        If opt-in bodies give too many events; says how many.
    """
    institution, seated = electorate.institution, electorate.bodies
    answers = _answers(electorate)
    law = electorate.events()
    masks = np.flatnonzero(law > 0)
    bits = (masks[:, None] >> np.arange(len(seated))[None, :] & 1).astype(bool)
    configurations = answers.probability.size
    adopted = np.repeat(bits, configurations, axis=0)
    counts = np.tile(answers.counts, (masks.size, 1))
    probability = np.outer(law[masks], answers.probability).ravel()
    binding, outside = _binding(electorate, answers)
    bound: Mask = np.any(adopted[:, None, :] & binding[None], axis=2)
    inside: Mask = np.any(adopted[:, None, :] & (binding & ~outside)[None], axis=2)
    outsider: Mask = bound & ~inside
    severity = _severity(institution, binding, outside, outsider_compliance)
    sanction = _sanctions(electorate, answers, adopted, severity, punishment)
    return MandateEvents(
        probability=probability,
        adopted=adopted,
        class_of_group=answers.class_of_group,
        counts=counts,
        binding=binding,
        bound=bound,
        outsider=outsider,
        sanction=sanction,
        access=_access(institution, adopted, _outside(electorate, answers), excludability),
        relief=np.where(outsider, norm_relief, 0.0),
    )


def _binding(electorate: Electorate, answers: _Answers) -> tuple[Mask, Mask]:
    """Which body binds which group if it stands, and whether as an outsider: (groups, bodies)."""
    groups = answers.class_of_group
    binding = np.zeros((groups.size, len(electorate.bodies)), dtype=bool)
    outside = _outside(electorate, answers)
    for j, (body, seated) in enumerate(
        zip(electorate.institution.bodies, electorate.bodies, strict=True)
    ):
        if body.scope == "members":
            binding[:, j] = ~outside[:, j]
        elif body.scope == "all":
            binding[:, j] = True
        elif body.scope == "yes_voters":
            binding[:, j] = answers.says_yes[:, j]
        binding[:, j] &= ~seated.exempt[groups]
    return binding, outside


def _severity(
    institution: Institution, binding: Mask, outside: Mask, outsider_compliance: float
) -> Floats:
    severity = np.array([body.severity for body in institution.bodies], dtype=float)
    factor = np.where(outside, outsider_compliance, 1.0)
    return np.where(binding, severity[None, :] * factor, 0.0)


def _delegation(electorate: Electorate) -> Floats:
    """Delegated sanctioning by class and body; 0 for whoever any body shields outright (D22.5)."""
    shielded = np.zeros(electorate.classes.size, dtype=bool)
    for body in electorate.bodies:
        for chamber in body.chambers:
            if chamber.shield:
                shielded |= chamber.seated & (chamber.authorisation_blocking >= 1.0)
    delegation = np.array([b.delegation for b in electorate.institution.bodies], dtype=float)
    return np.where(shielded[:, None], 0.0, delegation[None, :])


def _sanctions(
    electorate: Electorate,
    answers: _Answers,
    adopted: Mask,
    severity: Floats,
    punishment: str,
) -> Floats:
    """Expected sanction on a breach, shape (events, groups)."""
    bodies = electorate.institution.bodies
    events, groups = adopted.shape[0], answers.class_of_group.size
    out = np.zeros((events, groups))
    if not bodies or not (severity > 0).any():
        return out
    detection = np.array([body.detection for body in bodies], dtype=float)
    authorised = electorate.authorisations()
    masks = np.arange(authorised.shape[-1])
    delegation = _delegation(electorate)
    sides = adopted.shape[0] // answers.probability.size
    own: dict[int, Floats] = {}
    for j, body in enumerate(bodies):
        if body.scope == "yes_voters" and body.authorised_by is None:
            own[j] = np.tile(_opt_in_votes(electorate, answers, j), (sides, 1))
    for g, c in enumerate(answers.class_of_group):
        law = authorised[c]
        # Probability that body j sanctions, given who authorises: (events, 2**bodies).
        sanctions = []
        for j in range(len(bodies)):
            vote = own[j][:, c, None] if j in own else (masks >> j & 1)[None, :].astype(float)
            act = vote + (1.0 - vote) * delegation[c, j]
            sanctions.append(adopted[:, j, None] * act)
        if punishment == "sum":
            for j in range(len(bodies)):
                out[:, g] += severity[g, j] * detection[j] * (sanctions[j] * law).sum(axis=1)
        else:
            out[:, g] = _most_severe(sanctions, severity[g], detection, law)
    return out


def _most_severe(
    sanctions: list[Floats], severity: Floats, detection: Floats, law: Floats
) -> Floats:
    """E max over bodies of severity times [sees and sanctions]; sight is one common uniform."""
    order = sorted(range(len(sanctions)), key=lambda j: -severity[j])
    edges = np.unique(np.concatenate([[0.0], detection]))
    out = np.zeros(sanctions[0].shape[0])
    for low, high in pairwise(edges):
        spared = np.ones((out.size, law.size))
        cost = np.zeros_like(spared)
        for j in order:
            if severity[j] > 0 and detection[j] >= high:
                cost += spared * sanctions[j] * severity[j]
                spared = spared * (1.0 - sanctions[j])
        out += (high - low) * (cost * law).sum(axis=1)
    return out


def _opt_in_votes(electorate: Electorate, answers: _Answers, j: int) -> Floats:
    """Probability that the other Yes-voters authorise: (configurations, classes)."""
    yes = np.zeros((answers.probability.size, electorate.classes.size), dtype=np.int64)
    for g, c in enumerate(answers.class_of_group):
        if answers.says_yes[g, j]:
            yes[:, c] += answers.counts[:, g]
    different, back = np.unique(yes, axis=0, return_inverse=True)
    return electorate.opt_in_authorisation(j, different)[back.ravel()]


def _outside(electorate: Electorate, answers: _Answers) -> Mask:
    """Return who is not a member of which body, shape (groups, bodies)."""
    if not electorate.bodies:
        return np.zeros((answers.class_of_group.size, 0), dtype=bool)
    return np.stack([~body.member[answers.class_of_group] for body in electorate.bodies], axis=1)


def _access(institution: Institution, adopted: Mask, outside: Mask, excludability: float) -> Floats:
    exclusion = np.array([b.exclusion for b in institution.bodies], dtype=float)
    shut = adopted[:, None, :] * outside[None] * exclusion
    return np.asarray(1.0 - excludability * shut.max(axis=2, initial=0.0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AfterExit:
    """What a state would face if it alone left every body that can be left.

    Attributes
    ----------
    possible : bool array, shape (groups,)
        Whether it is a member of some body that can be left.
    cost : array, shape (groups,)
        The highest of these bodies' exit costs. [stake]
    sanction, access : array, shape (events, groups)
        As in `MandateEvents`.
    """

    possible: Mask
    cost: Floats
    sanction: Floats
    access: Floats


def after_exit(
    electorate: Electorate,
    events: MandateEvents,
    *,
    punishment: str,
    outsider_compliance: float,
    excludability: float,
) -> AfterExit:
    """Return what a state that leaves would face, the law of events being as it is.

    Parameters
    ----------
    electorate : Electorate
    events : MandateEvents
        Its law.
    punishment, outsider_compliance, excludability
        As in `mandate_events`.
    """
    institution = electorate.institution
    answers = _answers(electorate)
    binding, _ = _binding(electorate, answers)
    outside = _outside(electorate, answers)
    leavable = np.array([body.exit != "none" for body in institution.bodies], dtype=bool)
    everybody = np.array([body.scope == "all" for body in institution.bodies], dtype=bool)
    prices = np.array([body.exit_cost for body in institution.bodies], dtype=float)
    gone = ~outside & leavable
    severity = _severity(
        institution, binding & (~gone | everybody), outside | gone, outsider_compliance
    )
    return AfterExit(
        possible=gone.any(axis=1),
        cost=np.where(gone, prices, 0.0).max(axis=1, initial=0.0),
        sanction=_sanctions(electorate, answers, events.adopted, severity, punishment),
        access=_access(institution, events.adopted, outside | gone, excludability),
    )
