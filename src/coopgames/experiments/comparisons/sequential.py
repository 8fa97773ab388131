r"""Replicates until the ordering of institutions is decided.

Every pair has a confidence sequence of its differences, at error (1 - confidence) / pairs, valid
at every look. A pair is decided once its interval leaves 0 out, or lies within the indifference.
With probability ``confidence`` no decision ever made is wrong, however often one looked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, count
from ..._random import BLOCK, RandomLike
from ...outcomes import Certificate
from ...problems import Problem
from ...worlds import World
from .confidence_sequences import ConfidenceSequence
from .contest import Contest, Named, open_contest
from .paired import share_inside

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["OrderingDecision", "decide_ordering"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrderingDecision:
    """Which of each pair of institutions has the higher measure, as far as it is decided.

    Attributes
    ----------
    institutions : tuple of str
    measure : str
    pairs : tuple of (str, str)
        All pairs, in the order of ``institutions``.
    decisions : tuple of str
        Of the first of each pair: ``above`` or ``below`` the second, ``equal`` within the
        indifference, or ``undecided``.
    differences : array, shape (pairs,)
        Mean of the first less the second, over the replicates of the pair.
    lower, upper : array, shape (pairs,)
        The confidence sequences when the pair's last replicates had come in; together they hold
        with probability ``confidence``.
    replicates : int array, shape (pairs,)
        Of each institution, until the pair was decided or the run stopped.
    stopped : {'decided', 'budget'}
        Whether every pair is decided, or ``max_replicates`` were spent.
    ranking : tuple of str or None
        All institutions, the highest measure first, where every pair is above or below.
    highest : tuple of str
        Those that no other is decided to be above.
    confidence, indifference : float
    certificate : Certificate
    provenance : dict
    """

    institutions: tuple[str, ...]
    measure: str
    pairs: tuple[tuple[str, str], ...]
    decisions: tuple[str, ...]
    differences: Floats
    lower: Floats
    upper: Floats
    replicates: npt.NDArray[np.int64]
    stopped: str
    ranking: tuple[str, ...] | None
    highest: tuple[str, ...]
    confidence: float
    indifference: float
    certificate: Certificate
    provenance: Mapping[str, Any]

    def to_pandas(self) -> DataFrame:
        """Return a tidy frame, one row per pair."""
        import pandas as pd

        return pd.DataFrame(
            {
                "first": [first for first, _ in self.pairs],
                "second": [second for _, second in self.pairs],
                "decision": self.decisions,
                "difference": self.differences,
                "lower": self.lower,
                "upper": self.upper,
                "replicates": self.replicates,
            }
        )


def decide_ordering(
    institutions: Sequence[Named],
    problem: Problem | str | Path = "climate",
    world: World | str | Path = "w20",
    *,
    dynamic: Any = None,
    measure: str = "success_rate",
    confidence: float = 0.95,
    indifference: float = 0.0,
    max_replicates: int = 65_536,
    common_random_numbers: bool = True,
    rng: RandomLike = None,
    **options: Any,
) -> OrderingDecision:
    """Return the ordering of institutions, with as many replicates as it takes to decide it.

    Parameters
    ----------
    institutions : sequence of record, name or path
        Two or more, of different ids.
    problem, world : record, name or path
    dynamic : Logit, Fermi, Moran, WrightFisher, BestOfSample, a flow, or a table, optional
        Logit at precision 15 by default; a table as in an Experiment.
    measure : str
        One of `REPLICATE_MEASURES`.
    confidence : float
        That no decision is wrong, in (0, 1).
    indifference : float
        Differences of at most this count as equal, in [0, 1). At 0 equal institutions are never
        decided and the budget ends the run.
    max_replicates : int
        Of each institution, in whole blocks of 1,024, at least 1.
    common_random_numbers : bool
        As in `paired_differences`, whose replicates these are.
    rng : int, Generator, SeedSequence, optional
        The run's entropy (decision 0004); fresh by default.
    **options
        As in `paired_differences`.

    Returns
    -------
    OrderingDecision
        An institution whose pairs are all decided is not simulated further.

    Raises
    ------
    CoopgamesError
        If there are fewer than two institutions, ids repeat, or a number breaks its bound.
    SpecificationError
        If a model or an option is unknown.

    Notes
    -----
    A pair of difference D and variance V of the differences takes some 3 V log(2 / error) / D^2
    replicates, up to twice what a test of a size fixed beforehand would. That is the price of
    looking at any time, and of no approximation by a normal law.

    What is ordered are means of the simulation. Where the certificate's notes say that replicates
    do not mix, or that the burn-in was too short, these are not the long run's.

    References
    ----------
    `ConfidenceSequence`, with Bonferroni's correction over pairs.

    Examples
    --------
    >>> found = decide_ordering(
    ...     ["charter", "club", "federation"], samples=8, burn_in=50, rng=7
    ... )
    >>> found.ranking, found.stopped
    (('federation', 'club', 'charter'), 'decided')
    """
    level = share_inside("confidence", confidence)
    zone = at_least("indifference", indifference, 0.0)
    if zone != 0.0:
        share_inside("indifference", zone)
    looks = -(-count("max_replicates", max_replicates) // BLOCK)
    contest = open_contest(
        institutions,
        problem,
        world,
        dynamic=dynamic,
        measure=measure,
        common_random_numbers=common_random_numbers,
        rng=rng,
        options=options,
    )
    run = _Run(contest, (1.0 - level) / len(contest.pairs), zone, looks * BLOCK)
    for block in range(looks):
        run.look(block)
        if not run.open:
            break
    spent = (
        f"{len(run.open)} of {len(contest.pairs)} pairs undecided after max_replicates = "
        f"{looks * BLOCK}: raise it, or indifference"
    )
    certificate = contest.certificate(run.certificates)
    return OrderingDecision(
        institutions=contest.names,
        measure=contest.measure,
        pairs=contest.named_pairs,
        decisions=tuple(run.decisions),
        differences=np.array([run.sums[p] / run.sequences[p].size for p in range(len(run.sums))]),
        lower=np.array([sequence.lower for sequence in run.sequences]),
        upper=np.array([sequence.upper for sequence in run.sequences]),
        replicates=np.array([sequence.size for sequence in run.sequences]),
        stopped="budget" if run.open else "decided",
        ranking=_ranking(contest.names, contest.pairs, run.decisions),
        highest=_highest(contest.names, contest.pairs, run.decisions),
        confidence=level,
        indifference=zone,
        certificate=replace(
            certificate, notes=(*certificate.notes, *([spent] if run.open else []))
        ),
        provenance=contest.provenance(
            confidence=level, indifference=zone, max_replicates=looks * BLOCK
        ),
    )


class _Run:
    """A comparison on its way: one confidence sequence per pair."""

    def __init__(self, contest: Contest, error: float, indifference: float, horizon: int) -> None:
        self.contest = contest
        self.indifference = indifference
        self.sequences = [ConfidenceSequence(error, horizon) for _ in contest.pairs]
        self.decisions = ["undecided"] * len(contest.pairs)
        self.sums = [0.0] * len(contest.pairs)
        self.certificates: list[tuple[str, Certificate]] = []

    @property
    def open(self) -> list[int]:
        """Pairs that are undecided."""
        return [p for p, decision in enumerate(self.decisions) if decision == "undecided"]

    def look(self, block: int) -> None:
        """Add a block of replicates to the undecided pairs, and decide what can be decided."""
        pairs = {p: self.contest.pairs[p] for p in self.open}
        values: dict[int, Floats] = {}
        for which in sorted({one for pair in pairs.values() for one in pair}):
            values[which], certificate = self.contest.block(which, block, BLOCK)
            self.certificates.append((self.contest.names[which], certificate))
        for p, (first, second) in pairs.items():
            apart = values[first] - values[second]
            self.sums[p] += float(apart.sum())
            self.sequences[p].extend(apart)
            self.decisions[p] = self._decision(self.sequences[p])

    def _decision(self, sequence: ConfidenceSequence) -> str:
        if -self.indifference <= sequence.lower and sequence.upper <= self.indifference:
            return "equal"
        if sequence.lower > 0.0:
            return "above"
        return "below" if sequence.upper < 0.0 else "undecided"


def _ranking(
    names: tuple[str, ...], pairs: Sequence[tuple[int, int]], decisions: Sequence[str]
) -> tuple[str, ...] | None:
    """Return the order that strict decisions make, if they make one."""
    if not set(decisions) <= {"above", "below"}:
        return None
    wins = [0] * len(names)
    for (first, second), decision in zip(pairs, decisions, strict=True):
        wins[first if decision == "above" else second] += 1
    if len(set(wins)) < len(names):
        return None
    return tuple(names[which] for which in sorted(range(len(names)), key=lambda i: -wins[i]))


def _highest(
    names: tuple[str, ...], pairs: Sequence[tuple[int, int]], decisions: Sequence[str]
) -> tuple[str, ...]:
    beaten = {
        second if decision == "above" else first
        for (first, second), decision in zip(pairs, decisions, strict=True)
        if decision in ("above", "below")
    }
    return tuple(name for which, name in enumerate(names) if which not in beaten)
