r"""What is kept of a simulated population, and what its sample says about itself.

Replicates are independent, so with means x_1 .. x_R over time, one per replicate, and s_R^2 their
variance, the standard error of the mean is s_R / sqrt(R), whatever the memory of the process. The
effective sample size compares it with the variance s^2 of all records: s^2 R / s_R^2 independent
records would be worth as much. Intervals are Student's with R - 1 degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..._checks import number
from ...errors import CoopgamesError
from ...games import SymmetricGame
from ...outcomes import Certificate, Estimate

__all__ = ["SimulatedPopulation", "diagnosis", "estimates", "half_width_of", "still_moving"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: The halves of a record that differ by more standard errors than this are called different.
_DRIFT = 4.0
#: A correlation between the halves, over replicates, above which replicates are called stuck; and
#: the fewest replicates for which it is looked at (both our assumptions).
_STUCK, _FEWEST = 0.9, 16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedPopulation:
    """What replicates of a finite population did, after the burn-in.

    Attributes
    ----------
    game : SymmetricGame
    shares : dict of str to Estimate
        Mean share of each strategy over time and replicates, with its standard error from the
        spread between replicates, and the effective sample size over time and replicates.
    statistics : dict of str to Estimate
        The same of the statistics asked for.
    by_replicate : array, shape (replicates, s)
        Mean shares over time.
    final : int array, shape (replicates, s)
        Counts at the end.
    generations : int
        Recorded by each replicate. [generations]
    times : int array, shape (records,)
        When the path was recorded, from the start, the burn-in included; empty where no path was
        asked for. [generations]
    mean_path : array, shape (records, s)
        Mean share of each strategy over replicates at these times.
    band_levels : tuple of float
        Which quantiles ``band`` holds.
    band : array, shape (levels, records, s)
        Quantiles over replicates of the share of each strategy: the least count that at least
        such a part of the replicates does not exceed, over Z.
    paths : int array, shape (records, replicates, s), or None
        Counts of each replicate at these times, with ``keep_paths``.
    certificate : Certificate
        Not exact; its notes say whether an interval asked for was reached, where shares still
        moved after the burn-in or replicates kept apart, and where the run was interrupted.
    provenance : dict
        With the entropy of the run.
    """

    game: SymmetricGame
    shares: Mapping[str, Estimate]
    statistics: Mapping[str, Estimate]
    by_replicate: Floats
    final: Integers
    generations: int
    times: Integers
    mean_path: Floats
    band_levels: tuple[float, ...]
    band: Floats
    paths: Integers | None
    certificate: Certificate
    provenance: Mapping[str, Any]

    @property
    def replicates(self) -> int:
        """How many there are."""
        return int(self.by_replicate.shape[0])

    def interval(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Return the confidence interval of each share and statistic.

        Parameters
        ----------
        level : float
            Chance to cover the mean, in (0, 1).

        Returns
        -------
        dict of str to (float, float)
            Student's intervals of the means over time of independent replicates; those of shares
            are cut off at 0 and 1. One of no width, where all replicates agree, proves nothing.

        Raises
        ------
        CoopgamesError
            If the level is out of bounds.

        Notes
        -----
        Where means over time are skewed, as near 0 and 1 and of populations that rarely move, some
        dozen replicates cover less than the level says; the default of 1,024 does not suffer.
        After a stopping rule the level is nominal: a run that happens to look precise stops early;
        see `simulate_population`.
        """
        out = {}
        for name, estimate in (dict(self.shares) | dict(self.statistics)).items():
            half = half_width_of(estimate.standard_error, self.replicates, level)
            low, high = estimate.value - half, estimate.value + half
            out[name] = (max(low, 0.0), min(high, 1.0)) if name in self.shares else (low, high)
        return out

    def half_width(self, level: float = 0.95) -> float:
        """Return the largest half-width of the intervals of the shares.

        Parameters
        ----------
        level : float
            In (0, 1).
        """
        return max(
            half_width_of(estimate.standard_error, self.replicates, level)
            for estimate in self.shares.values()
        )


def half_width_of(standard_error: float, replicates: int, level: float = 0.95) -> float:
    """Return half the width of a Student interval.

    Examples
    --------
    >>> round(half_width_of(1.0, 10), 3)
    2.262
    """
    from scipy.special import stdtrit

    if not 0 < number("level", level) < 1:
        raise CoopgamesError(f"level must lie in (0, 1); got {level!r}")
    return float(stdtrit(replicates - 1, 0.5 + level / 2) * standard_error)


def estimates(
    names: Sequence[str], sums: Floats, squares: Floats, records: int
) -> dict[str, Estimate]:
    """Return means over records and replicates.

    Parameters
    ----------
    names : sequence of str
    sums, squares : arrays, shape (replicates, names)
        Sums of the records and of their squares.
    records : int
        Per replicate.

    Examples
    --------
    >>> sums = np.array([[1.0], [3.0]])
    >>> estimates(("x",), sums, np.array([[1.0], [5.0]]), 2)["x"].value
    1.0
    """
    replicates = sums.shape[0]
    means = sums / records
    error = means.std(axis=0, ddof=1) / np.sqrt(replicates)
    n = replicates * records
    value = means.mean(axis=0)
    variance = np.maximum(squares.sum(axis=0) / n - value**2, 0.0) * n / max(n - 1, 1)
    # Replicates that all agree are worth their number.
    varied = error > 0
    worth = np.full(len(names), float(replicates))
    worth[varied] = variance[varied] / error[varied] ** 2
    rows = zip(names, value.tolist(), error.tolist(), worth.tolist(), strict=True)
    return {name: Estimate(v, e, w) for name, v, e, w in rows}


def still_moving(strategies: Sequence[str], halves: Floats) -> list[str]:
    """Say where the second half of a record differs from the first by more than chance.

    Parameters
    ----------
    strategies : tuple of str
    halves : array, shape (2, replicates, s)
        Mean shares in the first and the second half of the record.
    """
    gap = halves[1] - halves[0]
    spread = gap.std(axis=0, ddof=1) / np.sqrt(gap.shape[0])
    moved = np.abs(gap.mean(axis=0)) > _DRIFT * spread + 1e-12
    if not moved.any():
        return []
    names = ", ".join(name for name, far in zip(strategies, moved, strict=True) if far)
    return [f"the share of {names} still moved: take a longer burn_in"]


def diagnosis(strategies: Sequence[str], halves: Floats) -> list[str]:
    """Say where the halves of the record differ by more than chance, or hardly at all.

    Parameters
    ----------
    strategies : sequence of str
    halves : array, shape (2, replicates, s)
        Mean shares in the first and the second half of the record.

    Returns
    -------
    list of str
    """
    replicates = halves.shape[1]
    notes = still_moving(strategies, halves)
    if (halves == halves[:1, :1]).all():
        notes.append(
            "no share ever differed between replicates or halves of the record: intervals of no "
            "width prove nothing"
        )
    if replicates >= _FEWEST:
        apart = halves - halves.mean(axis=1, keepdims=True)
        scale = np.sqrt((apart**2).sum(axis=1).prod(axis=0))
        together = (apart[0] * apart[1]).sum(axis=0)
        stuck = (scale > 1e-12) & (together > _STUCK * scale)
        if stuck.any():
            names = ", ".join(name for name, one in zip(strategies, stuck, strict=True) if one)
            notes.append(
                f"replicates keep apart: in the share of {names} each stays where it is for as "
                "long as was recorded, so that means depend on the start; take more generations"
            )
    return notes
