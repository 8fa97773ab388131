r"""Differences between institutions, replicate by replicate.

Replicate r of institution i has the value y_ir in [0, 1]. Of a pair, d_r = y_ir - y_jr are
independent over r, whatever the dependence of y_ir and y_jr, and

    Var(mean of d) = (s_i^2 + s_j^2 - 2 rho s_i s_j) / R.

Common random numbers make rho positive where institutions answer the same draws alike. The
variance reduction is (s_i^2 + s_j^2) / s_d^2: independent streams need that many times the
replicates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..._checks import count, number
from ..._random import BLOCK, RandomLike
from ...dynamics import evolve
from ...errors import CoopgamesError
from ...games import compile_game
from ...institutions import Institution
from ...measures import cooperation
from ...outcomes import Certificate
from ...problems import Problem
from ...worlds import World
from ..sweeps import QUANTITIES
from ..sweeps.quantities import Solved
from .contest import Contest, Named, open_contest
from .paired_statistics import dependence, holm, student_intervals

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["PairedDifferences", "paired_differences", "share_inside"]

Floats = npt.NDArray[np.float64]

#: Measures with an exact value that can be subtracted.
_EXACT = tuple(name for name in QUANTITIES if name != "failure")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairedDifferences:
    """Differences of a measure between all pairs of institutions.

    Attributes
    ----------
    institutions : tuple of str
    measure : str
    pairs : tuple of (str, str)
        All pairs, in the order of ``institutions``.
    means : array, shape (institutions,)
    differences : array, shape (pairs,)
        Of the first less the second of each pair.
    standard_errors, lower, upper : array, shape (pairs,), or None
        Standard errors, and intervals that hold for all pairs together (Bonferroni). None of
        exact differences.
    p_values : array, shape (pairs,), or None
        Of equal means, adjusted for all pairs (Holm).
    correlations, variance_reductions : array, shape (pairs,), or None
        Between the two of a pair, over replicates; NaN where one, or both, never vary.
    values : array, shape (replicates, institutions), or None
    confidence : float or None
    common_random_numbers : bool or None
    certificate : Certificate
    provenance : dict
    """

    institutions: tuple[str, ...]
    measure: str
    pairs: tuple[tuple[str, str], ...]
    means: Floats
    differences: Floats
    certificate: Certificate
    provenance: Mapping[str, Any]
    standard_errors: Floats | None = None
    lower: Floats | None = None
    upper: Floats | None = None
    p_values: Floats | None = None
    correlations: Floats | None = None
    variance_reductions: Floats | None = None
    values: Floats | None = None
    confidence: float | None = None
    common_random_numbers: bool | None = None

    def to_pandas(self) -> DataFrame:
        """Return a tidy frame, one row per pair."""
        import pandas as pd

        columns: dict[str, Any] = {
            "first": [first for first, _ in self.pairs],
            "second": [second for _, second in self.pairs],
            "difference": self.differences,
            "standard_error": self.standard_errors,
            "lower": self.lower,
            "upper": self.upper,
            "p_value": self.p_values,
            "correlation": self.correlations,
            "variance_reduction": self.variance_reductions,
        }
        return pd.DataFrame({name: held for name, held in columns.items() if held is not None})


def paired_differences(
    institutions: Sequence[Named],
    problem: Problem | str | Path = "climate",
    world: World | str | Path = "w20",
    *,
    dynamic: Any = None,
    measure: str = "success_rate",
    replicates: int = 1024,
    confidence: float = 0.95,
    common_random_numbers: bool = True,
    exact: bool = False,
    rng: RandomLike = None,
    **options: Any,
) -> PairedDifferences:
    """Return how much institutions differ on a problem, from replicates that share their draws.

    Parameters
    ----------
    institutions : sequence of record, name or path
        Two or more, of different ids.
    problem, world : record, name or path
    dynamic : Logit, Fermi, Moran, WrightFisher, BestOfSample, a flow, or a table, optional
        Logit at precision 15 by default; a table as in an Experiment.
    measure : str
        Of replicates one of `REPLICATE_MEASURES`; exactly any of the measures of an experiment but
        ``failure``.
    replicates : int
        Of each institution, at least 2. Replicate i is the same however many are asked for.
    confidence : float
        That all intervals together hold, in (0, 1).
    common_random_numbers : bool
        Whether institutions share event draws, starts and revisions; otherwise streams are
        independent.
    exact : bool
        Whether to subtract exact values of `coopgames.evolve` instead: no interval, nothing drawn.
    rng : int, Generator, SeedSequence, optional
        The run's entropy (decision 0004); fresh by default.
    **options
        ``mandate``, ``punishment``, ``legitimacy_feedback``, ``legitimacy_channel`` and ``plans``
        as in `coopgames.game` and `coopgames.evolve`; ``samples``, ``sweeps_between``, ``burn_in``
        and ``start`` as in `coopgames.simulate`.

    Returns
    -------
    PairedDifferences

    Raises
    ------
    CoopgamesError
        If there are fewer than two institutions, ids repeat, or a number breaks its bound.
    SpecificationError
        If a model or an option is unknown.
    BudgetError
        With ``exact``, where `coopgames.evolve` has no exact route.

    Notes
    -----
    Intervals and p-values are Student's, of the sample with two replicates added: half of one at
    +1, half of one at -1, and one at 0, which for proportions is the interval of Agresti & Min
    (2005). Replicates that all agree then leave an interval, as they must: what happens once in
    a million is not seen in a thousand.

    Common random numbers do not help where institutions answer the same draws differently, as of
    two that hardly ever fail and hardly ever succeed: the variance reduction is then close to 1.
    Nothing guarantees that it is above 1. Processes and flows draw as many numbers as their paths
    need, and two paths that once differ share less from there on.

    Intervals are of what is simulated. Where the certificate's notes say that replicates do not
    mix, or that the burn-in was too short, that is not the long run.

    References
    ----------
    Agresti & Min (2005) Stat. Med. 24:729, doi:10.1002/sim.1781. Holm (1979) Scand. J. Stat. 6:65.
    Glasserman & Yao (1992) Manag. Sci. 38:884, doi:10.1287/mnsc.38.6.884.

    Examples
    --------
    >>> found = paired_differences(
    ...     ["charter", "second_degree"], replicates=256, samples=8, burn_in=50, rng=7
    ... )
    >>> found.differences.round(2).tolist(), bool(found.variance_reductions[0] > 2)
    ([-0.12], True)
    >>> paired_differences(["charter", "second_degree"], exact=True).differences.round(4).tolist()
    [-0.1387]
    """
    level = share_inside("confidence", confidence)
    extra = {"measures": _EXACT} if exact else {}
    contest = open_contest(
        institutions,
        problem,
        world,
        dynamic=dynamic,
        measure=measure,
        common_random_numbers=common_random_numbers,
        rng=0 if exact else rng,
        options=options,
        **extra,
    )
    if exact:
        return _exact(contest)
    return _sampled(contest, count("replicates", replicates, 2), level)


def share_inside(name: str, value: Any) -> float:
    """Return ``value`` as a float strictly between 0 and 1."""
    if not 0.0 < number(name, value) < 1.0:
        raise CoopgamesError(f"{name} must lie in (0, 1); got {value!r}")
    return float(value)


# -- exact -----------------------------------------------------------------------------------


def _exact(contest: Contest) -> PairedDifferences:
    def solved(game: Any) -> Any:
        return evolve(game, contest.dynamic, plans=contest.plans)

    def baseline() -> float:
        rules = contest.games[0]
        options = {
            name: getattr(rules, name)
            for name in ("mandate", "punishment", "legitimacy_feedback", "legitimacy_channel")
        }
        anarchy = compile_game(Institution(id="anarchy"), rules.problem, rules.world, **options)
        return cooperation(solved(anarchy)).achievement

    quantity = QUANTITIES[contest.measure]
    means: list[float] = []
    found: list[tuple[str, Certificate]] = []
    for name, game in zip(contest.names, contest.games, strict=True):
        outcome = solved(game)
        value, reason = quantity.value(Solved(outcome, contest.dynamic, baseline))
        note = (f"{contest.measure} is undefined: {reason}",) if reason else ()
        one = outcome.certificate
        found.append((name, replace(one, notes=(*one.notes, *note))))
        means.append(value)
    values = np.array(means)
    first, second = np.array(contest.pairs).T
    return PairedDifferences(
        institutions=contest.names,
        measure=contest.measure,
        pairs=contest.named_pairs,
        means=values,
        differences=_difference(values[first], values[second]),
        certificate=contest.certificate(found),
        provenance=contest.provenance(sampled=False),
    )


def _difference(first: Floats, second: Floats) -> Floats:
    """Subtract; two infinite values have no difference."""
    with np.errstate(invalid="ignore"):
        return np.asarray(first - second)


# -- sampled ---------------------------------------------------------------------------------


def _sampled(contest: Contest, replicates: int, confidence: float) -> PairedDifferences:
    columns: list[list[Floats]] = [[] for _ in contest.games]
    found: list[tuple[str, Certificate]] = []
    for block in range(-(-replicates // BLOCK)):
        wanted = min(BLOCK, replicates - block * BLOCK)
        for which, name in enumerate(contest.names):
            values, certificate = contest.block(which, block, wanted)
            columns[which].append(values)
            found.append((name, certificate))
    sample = np.stack([np.concatenate(parts) for parts in columns], axis=1)
    first, second = np.array(contest.pairs).T
    apart = sample[:, first] - sample[:, second]
    error, lower, upper, p_values = student_intervals(apart, confidence, len(contest.pairs))
    correlation, reduction = dependence(sample, first, second)
    return PairedDifferences(
        institutions=contest.names,
        measure=contest.measure,
        pairs=contest.named_pairs,
        means=sample.mean(axis=0),
        differences=apart.mean(axis=0),
        standard_errors=error,
        lower=lower,
        upper=upper,
        p_values=holm(p_values),
        correlations=correlation,
        variance_reductions=reduction,
        values=sample,
        confidence=confidence,
        common_random_numbers=contest.common_random_numbers,
        certificate=contest.certificate(found),
        provenance=contest.provenance(replicates=replicates, confidence=confidence),
    )
