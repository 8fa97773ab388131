"""Layer 1: from dispositions to the laws of adoption and authorisation (model D3, D22.1-6).

p_cj is the probability that a state of class c supports body j's motion; p^E_cj(t) that it
supports a sanction on class t. Rows of the authorisation laws are targets, one per class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..institutions import Body, Institution, event_law, vote_law
from ..kernels.votes.subsets import copies, push, union_over_rounds
from ..problems import Problem
from ..voting import Ballot, Legitimacy, legitimacy, passage_law, shapley_shubik, threshold_of
from .classes import Classes, SeatedBody, SeatedChamber
from .committee import Seating

__all__ = ["Electorate", "electorate"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Power below this is rounding error of probabilities that sum to one.
NO_POWER = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Electorate:
    """An institution seated in a world, with everybody's support.

    ``support`` has shape (classes, bodies); ``protection`` (targets, classes) is the factor
    1 - zeta (1 - |theta_k - theta_t|) on support for a sanction. ``enforcement_support`` (classes,
    bodies), where given, is the support for a sanction itself, whoever the target; a No of an
    ``abstaining`` class (classes,) on a sanction on others never blocks.
    """

    institution: Institution
    classes: Classes
    bodies: tuple[SeatedBody, ...]
    support: Floats
    protection: Floats
    enforcement_support: Floats | None = None
    abstaining: npt.NDArray[np.bool_] | None = None

    def events(self) -> Floats:
        """Return the law of mandate events over sets of bodies, shape (2**bodies,)."""
        if not self.bodies:
            return np.ones(1)
        return np.asarray(event_law(self.institution, self._adoption)[0])

    def sanction_support(self) -> Floats:
        """Return who supports a sanction on whom, shape (targets, classes, bodies)."""
        if self.enforcement_support is None:
            return self.support[None, :, :] * self.protection[:, :, None]
        size = self.classes.size
        return np.broadcast_to(self.enforcement_support, (size, *self.enforcement_support.shape))

    def authorisations(self) -> Floats:
        """Return who would authorise a sanction, by target: shape (classes, 2**bodies).

        Opt-in bodies authorise by their Yes-voters, event by event, and are left out here.
        """
        if not self.bodies:
            return np.ones((self.classes.size, 1))
        law = vote_law(self.institution, self._authorisation)
        index = {body.id: j for j, body in enumerate(self.institution.bodies)}
        masks = np.arange(law.shape[-1])
        image = masks.copy()
        for j, body in enumerate(self.institution.bodies):
            if body.authorised_by is not None:
                borrowed = masks >> index[body.authorised_by] & 1
                image = (image & ~(1 << j)) | (borrowed << j)
        return push(law, image)

    def adoption_by_body(self) -> Floats:
        """Return each body's own probability of adopting, alone, shape (bodies,)."""
        return np.array(
            [1.0 - self._adoption((j,))[0, 0] for j in range(len(self.bodies))], dtype=float
        )

    def opt_in_authorisation(self, j: int, yes_counts: Integers) -> Floats:
        """Return the probability that the other Yes-voters authorise, shape (events, classes).

        ``yes_counts`` has shape (events, classes); the target counts among the Yes-voters of its
        class (entries where it can't are meaningless). Voters count by head (D22.22).
        """
        events, size = yes_counts.shape
        counts = np.repeat(yes_counts, size, axis=0)
        target = np.tile(np.arange(size), events)
        rows = np.arange(events * size)
        counts[rows, target] = np.maximum(counts[rows, target] - 1, 0)
        voters = counts.sum(axis=1)
        chamber = self.bodies[j].chambers[0]
        needed = [
            threshold_of(n, chamber.authorisation_quota, strict=chamber.authorisation_strict)
            for n in range(int(voters.max(initial=0)) + 1)
        ]
        thresholds = np.where(voters > 0, np.array(needed)[voters], 1)
        ballot = Ballot(
            counts=counts,
            weights=np.ones((size, 1), dtype=np.int64),
            thresholds=thresholds[:, None],
            blocking=np.zeros((1, size, 1)),
        )
        support = self.sanction_support()[:, :, j][target][:, :, None]
        law = passage_law(ballot, support, correlation=self._correlation([j]))
        return law[:, 1].reshape(events, size)

    def legitimacy(self) -> Legitimacy:
        """Return the legitimacy of the compound adopting rule (model B2, D22.8)."""
        classes = self.classes
        covered = self._seated()
        power = self._power() if self.bodies else np.zeros(classes.size)
        per_state, seats = power[classes.of_state], covered[classes.of_state]
        for body in self.bodies:
            for chamber in body.chambers:
                per_state, seats = self._rotate(body, chamber, per_state, seats)
        return legitimacy(per_state, seats)

    def _seated(self) -> npt.NDArray[np.bool_]:
        """Which classes have a vote that can count in some chamber."""
        seated = np.zeros(self.classes.size, dtype=bool)
        for body in self.bodies:
            for chamber in body.chambers:
                seated |= chamber.seated & ((chamber.weights > 0) | (chamber.blocking > 0))
        return seated

    # -- single ballots ------------------------------------------------------------------

    def _rotate(
        self, body: SeatedBody, chamber: SeatedChamber, power: Floats, seats: npt.NDArray[np.bool_]
    ) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """Share the power of elected seats among the members of the same role."""
        classes = self.classes
        out, covered = power.copy(), seats.copy()
        for role in np.unique(classes.role[chamber.rotates]):
            fixed = chamber.seated & ~chamber.rotates
            pool = (classes.role == role) & (body.member | chamber.rotates) & ~fixed
            inside = pool[classes.of_state]
            out[inside] = power[inside].mean()
            covered |= inside
        return out, covered

    def _correlation(self, pool: Sequence[int]) -> float:
        return max(self.institution.bodies[j].vote_correlation for j in pool)

    def _merge(self, law: Floats, pool: Sequence[int]) -> Floats:
        """From passing chambers of the pool to sets of all the institution's bodies."""
        chambers = [len(self.bodies[j].chambers) for j in pool]
        image = np.zeros(law.shape[-1], dtype=np.int64)
        offset = 0
        for j, number in zip(pool, chambers, strict=True):
            passed = sum(np.arange(law.shape[-1]) >> (offset + i) & 1 for i in range(number))
            rule = self.institution.bodies[j].passes
            needed = number if rule == "all" else 1 if rule == "any" else int(rule)
            image |= np.where(passed >= needed, 1 << j, 0)
            offset += number
        wide = np.zeros((law.shape[0], 1 << len(self.bodies)))
        for subset, target in enumerate(image):
            wide[:, target] += law[:, subset]
        return wide

    def _opt_in(self, rows: int, j: int) -> Floats:
        law = np.zeros((rows, 1 << len(self.bodies)))
        law[:, 1 << j] = 1.0
        return law

    def _copied(self, law: Floats, body: Body) -> Floats:
        if body.centres == 1:
            return law
        out = np.zeros_like(law)
        j = [item.id for item in self.institution.bodies].index(body.id)
        out[:, 1 << j] = copies(law[:, 1 << j], body.centres, body.common_cause)
        out[:, 0] = 1.0 - out[:, 1 << j]
        return out

    def _adoption(self, pool: Sequence[int]) -> Floats:
        first = self.institution.bodies[pool[0]]
        if first.scope == "yes_voters":
            return self._opt_in(1, pool[0])
        rounds = [body.rounds for body in self.institution.bodies]
        law = union_over_rounds(self.one_round(pool), rounds)
        return self._copied(law, first) if len(pool) == 1 else law

    def one_round(self, pool: Sequence[int]) -> Floats:
        """Return the law of one proposal round, one row."""
        chambers = [chamber for j in pool for chamber in self.bodies[j].chambers]
        column = [j for j in pool for _ in self.bodies[j].chambers]
        counts = self.classes.counts[None, :]
        weights = np.stack([chamber.weights for chamber in chambers], axis=1)
        blocking = np.stack([chamber.blocking for chamber in chambers], axis=1)[None]
        yes = self.support[None][:, :, column]
        totals = (weights * counts[0][:, None]).sum(axis=0)
        thresholds = [
            threshold_of(int(total), chamber.quota, strict=chamber.strict)
            if total > 0 or (chamber.seated.any() and chamber.quota == 0)
            else 1 + int(total)
            for total, chamber in zip(totals, chambers, strict=True)
        ]
        ballot = Ballot(
            counts=counts,
            weights=weights,
            thresholds=np.array([thresholds], dtype=np.int64),
            blocking=blocking,
        )
        law = passage_law(ballot, yes, correlation=self._correlation(pool))
        return self._merge(law, pool)

    def _authorisation(self, pool: Sequence[int]) -> Floats:
        bodies = self.institution.bodies
        size = self.classes.size
        pool = [j for j in pool if bodies[j].authorised_by is None]
        if not pool or bodies[pool[0]].scope == "yes_voters":
            nothing = np.zeros((size, 1 << len(self.bodies)))
            nothing[:, 0] = 1.0
            return nothing
        chambers = [chamber for j in pool for chamber in self.bodies[j].chambers]
        column = [j for j in pool for _ in self.bodies[j].chambers]
        weights = np.stack([chamber.weights for chamber in chambers], axis=1)
        blocking = np.stack([chamber.authorisation_blocking for chamber in chambers], axis=1)
        shield = np.array([chamber.shield for chamber in chambers])
        # Classes C .. 2C-1 stand for the target itself, present in its own row, where shielded.
        everybody = self.classes.counts[None, :] - np.eye(size, dtype=np.int64)
        counts = np.concatenate([everybody, np.eye(size, dtype=np.int64)], axis=1)
        both = np.concatenate([weights, np.where(shield, weights, 0)], axis=0)
        others = blocking
        if self.abstaining is not None:
            others = np.where(self.abstaining[:, None], 0.0, blocking)
        blocks = np.concatenate([others, np.where(shield, blocking, 0.0)], axis=0)[None]
        support = self.sanction_support()
        yes = np.concatenate([support, np.zeros_like(support)], axis=1)[:, :, column]
        ballot = Ballot(
            counts=counts,
            weights=both,
            thresholds=self._authorisation_thresholds(chambers, weights, shield),
            blocking=blocks,
        )
        law = self._merge(passage_law(ballot, yes, correlation=self._correlation(pool)), pool)
        return self._copied(law, bodies[pool[0]]) if len(pool) == 1 else law

    def _authorisation_thresholds(
        self,
        chambers: Sequence[SeatedChamber],
        weights: Integers,
        shield: npt.NDArray[np.bool_],
    ) -> Integers:
        """Weight needed by target and chamber; an empty electorate authorises nothing."""
        totals = (weights * self.classes.counts[:, None]).sum(axis=0)
        out = np.empty((self.classes.size, len(chambers)), dtype=np.int64)
        for i, chamber in enumerate(chambers):
            seats = int((chamber.seated * self.classes.counts).sum())
            for target in range(self.classes.size):
                leaves = bool(chamber.seated[target]) and not shield[i]
                total = int(totals[i]) - (int(weights[target, i]) if leaves else 0)
                left = seats - (1 if leaves else 0)
                out[target, i] = 1 + total
                if left > 0 and total > 0:
                    out[target, i] = threshold_of(
                        total, chamber.authorisation_quota, strict=chamber.authorisation_strict
                    )
        return out

    def _power(self) -> Floats:
        """Return the power of one state of each class in the compound rule of one round."""
        seating = Seating(self.institution, self.classes, self.bodies)
        found = np.zeros(self.classes.size)
        if not isinstance(seating.rule(), bool):
            shares = shapley_shubik(seating.committee(), exact=False)
            for c, name in seating.names.items():
                # Whoever never swings has exactly none; what is left of it is rounding.
                found[c] = shares[name] if shares[name] > NO_POWER else 0.0
        return found


def electorate(
    institution: Institution,
    classes: Classes,
    bodies: tuple[SeatedBody, ...],
    problem: Problem,
    support: Floats | None = None,
    *,
    enforcement_support: Floats | None = None,
) -> Electorate:
    """Return the electorate, with sincere support p = base (1 - lambda |theta - theta*|)."""
    world = classes.states.world
    polarisation = world.polarisation if problem.polarisation is None else problem.polarisation
    points = classes.ideal_point
    if support is None:
        agenda = np.array([body.agenda for body in bodies])
        distance = np.abs(points[:, None] - agenda[None, :])
        support = world.base_support * (1.0 - polarisation * distance)
    nearness = 1.0 - np.abs(points[None, :] - points[:, None])
    return Electorate(
        institution=institution,
        classes=classes,
        bodies=bodies,
        support=support,
        protection=1.0 - world.in_group_protection * nearness,
        enforcement_support=enforcement_support,
    )
