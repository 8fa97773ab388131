r"""Which institution is best where.

At each point of a grid institutions are ordered by a measure. The margin is the distance of the
first to the second; up to ``tie`` it counts as none. The share of the map that an institution wins
is under the product of one measure per axis: uniform over the range of the axis, or of its
logarithm where the axis is logarithmic; a point stands for the part of the range that is nearest
to it. Values that are all whole numbers count alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..._checks import at_least
from ..._random import RandomLike
from ...errors import CoopgamesError, SpecificationError
from ...problems import Problem
from ...worlds import World
from ..sweeps import Experiment, SweepResult, sweep
from ..sweeps.design import laid_out
from ..sweeps.quantities import QUANTITIES
from .contest import Named, contestants
from .judging import (
    DECISIONS,
    WON,
    axis_weights,
    first_and_second,
    half_widths,
    judged,
    not_dominated,
)
from .maps import base_of, institution_axis, sense_of
from .paired import share_inside

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["TIE", "WinnerMap", "first_and_second", "winner_map"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Margins up to this are ties; our assumption, as in `coopgames.compare`.
TIE = 0.01


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WinnerMap:
    """Which institution is best at each point of a grid.

    Attributes
    ----------
    institutions, measures : tuple of str
    values : array, shape (measures, institutions, ...)
        The dots stand for the grid, one dimension per axis.
    first, second : int array, shape (measures, ...)
        Positions of the best institution and the next; the earlier in the list where values are
        equal, -1 where undefined.
    margin : array, shape (measures, ...)
        How much better the first is than the second, at least 0; NaN where undefined.
    decision : int array, shape (measures, ...)
        Positions in `DECISIONS`: ``won``, ``tie``, ``undecided`` (sampled, and the interval of the
        margin has the tie inside), ``undefined`` (a cell failed, or fewer than two have a value).
    pareto : bool array, shape (institutions, ...), or None
        Of several measures: whether no other institution is at least as good in all of them and
        better by more than the tie in one. None of one measure, or of sampled values.
    weights : array, shape (...)
        Of the points, summing to 1.
    tie : float
        In units of each measure.
    result : SweepResult
        The cells, with their certificates, failures and provenance.
    """

    institutions: tuple[str, ...]
    measures: tuple[str, ...]
    values: Floats
    first: Integers
    second: Integers
    margin: Floats
    decision: Integers
    pareto: npt.NDArray[np.bool_] | None
    weights: Floats
    tie: float
    result: SweepResult

    @property
    def winner(self) -> Integers:
        """Position of the institution that wins, -1 where none does; shape (measures, ...)."""
        return np.where(self.decision == WON, self.first, -1)

    def shares(self, measure: str | None = None) -> dict[str, float]:
        """Return the share of the map by institution that wins it, and of points nobody wins.

        The measure is the first one by default. Shares, with ``tie``, ``undecided`` and
        ``undefined``, add up to 1.
        """
        chosen = self.measures[0] if measure is None else measure
        if chosen not in self.measures:
            raise SpecificationError(f"measure must be one of {self.measures}; got {chosen!r}")
        at = self.measures.index(chosen)
        winner, decision = self.winner[at], self.decision[at]
        won = {
            name: float(self.weights[winner == which].sum())
            for which, name in enumerate(self.institutions)
        }
        nobody = {
            name: float(self.weights[decision == code].sum())
            for code, name in enumerate(DECISIONS)
            if code != WON
        }
        return won | nobody

    def to_xarray(self) -> Dataset:
        """Return a Dataset over ``measure``, ``institution`` and the axes.

        Raises
        ------
        CoopgamesError
            If xarray is not installed.
        """
        cells = self.result.to_xarray()
        import xarray

        axes = [str(name) for name in cells["status"].dims[1:]]
        flags = {
            "flag_values": list(range(-1, len(self.institutions))),
            "flag_meanings": " ".join(("none", *self.institutions)),
        }
        codes = {"flag_values": list(range(len(DECISIONS))), "flag_meanings": " ".join(DECISIONS)}
        data: dict[str, Any] = {
            "value": (["measure", "institution", *axes], self.values),
            "winner": (["measure", *axes], self.winner, flags),
            "first": (["measure", *axes], self.first, flags),
            "second": (["measure", *axes], self.second, flags),
            "margin": (["measure", *axes], self.margin),
            "decision": (["measure", *axes], self.decision, codes),
            "weight": (axes, self.weights, {"long_name": "share of the map"}),
        }
        if self.pareto is not None:
            data["pareto"] = (["institution", *axes], self.pareto)
        coordinates = {name: cells[name] for name in axes} | {
            "institution": list(self.institutions),
            "measure": list(self.measures),
        }
        about = {"tie": self.tie, "weights": _ABOUT_WEIGHTS, **cells.attrs}
        return xarray.Dataset(data, coordinates, about)


_ABOUT_WEIGHTS = (
    "product over the axes: uniform over the range, or its logarithm where the axis is "
    "logarithmic; whole numbers count alike"
)


def winner_map(
    institutions: Sequence[Named],
    axes: Mapping[str, Any],
    problem: Problem | str | Path = "climate",
    world: World | str | Path = "w20",
    *,
    measure: str | Sequence[str] = "success_rate",
    tie: float = TIE,
    confidence: float = 0.95,
    executor: Executor | None = None,
    store: str | Path | None = None,
    progress: bool = False,
    rng: RandomLike = None,
    **settings: Any,
) -> WinnerMap:
    """Return which institution is best at each point of a grid.

    Parameters
    ----------
    institutions : sequence of record, name or path
        Two or more, of different ids.
    axes : mapping of str to Axis, or to a list of numbers
        By path, as in `coopgames.experiments.sweeps.Experiment`; an axis of
        ``institution.bodies.*`` moves every institution that has bodies.
    problem, world : record, name or path
    measure : str, or sequence of str
        Any with a better side. Of free riding, exclusion, gridlock, onset and off-preference
        acting less is better.
    tie : float
        Margins up to this are ties, at least 0, in units of the measure. 0.01 is our assumption.
    confidence : float
        Of sampled cells: that all of a point's comparisons hold, in (0, 1). It is per point, not
        for the whole map.
    executor, store, progress, rng
        As in `coopgames.experiments.sweeps.sweep`.
    **settings
        ``options``, ``dynamic`` (a table, or a dynamic itself), ``solver``, ``simulation``,
        ``common_random_numbers``, ``seed`` and ``chunk`` of an Experiment.

    Returns
    -------
    WinnerMap

    Raises
    ------
    CoopgamesError
        If there are fewer than two institutions, ids repeat, or a number breaks its bound.
    SpecificationError
        If a path, a name, a value or a setting is wrong.

    Notes
    -----
    A sampled point is won if the interval of every lead lies above the tie, and a tie if that of
    one lies within. Intervals are normal, of samples with two successes and two failures added
    (Agresti & Coull 1998), corrected for all pairs of institutions (Bonferroni), and under common
    random numbers hold whatever the dependence, which makes them wide: decide close points with
    `decide_ordering`.

    References
    ----------
    Agresti & Coull (1998) Am. Stat. 52:119, doi:10.1080/00031305.1998.10480550.

    Examples
    --------
    >>> found = winner_map(
    ...     ["charter", "club"],
    ...     {"problem.threshold": [0.4, 0.6], "institution.bodies.*.severity": [0.0, 0.4, 0.8]},
    ... )
    >>> found.winner[0].tolist()
    [[-1, 1, 1], [-1, 1, 1]]
    """
    names = tuple(form.id for form in contestants(institutions))
    measures = (measure,) if isinstance(measure, str) else tuple(measure)
    senses = [sense_of(name) for name in measures]
    margin = at_least("tie", tie, 0.0)
    level = share_inside("confidence", confidence)
    base = base_of(problem, world, measures, settings)
    sampled = settings.get("solver") == "simulated"
    for name in measures:
        if sampled and QUANTITIES[name].error is None:
            raise CoopgamesError(
                f"measure: sampled cells have standard errors of success_rate and achievement "
                f"only; got {name!r}: use solver 'exact', or paired_differences at single points"
            )
    with institution_axis(institutions) as values:
        experiment = Experiment(id="winners", axes={"institution": values, **axes}, **base)
        weights = _weights(experiment)
        result = sweep(experiment, store=store, executor=executor, progress=progress, rng=rng)
    found = np.stack([result[name] for name in measures])
    failed = (result["status"] != 1).any(axis=0)
    found = np.where(failed, np.nan, found)
    worth = found * np.array(senses).reshape(-1, *[1] * (found.ndim - 1))
    half = half_widths(result, measures, level) if sampled else None
    points = [
        judged(worth[m], margin, None if half is None else half[m]) for m in range(len(measures))
    ]
    first, second, lead, decision = (np.stack(parts) for parts in zip(*points, strict=True))
    return WinnerMap(
        institutions=names,
        measures=measures,
        values=found,
        first=first,
        second=second,
        margin=lead,
        decision=decision,
        pareto=None if sampled or len(measures) == 1 else not_dominated(worth, margin),
        weights=weights,
        tie=margin,
        result=result,
    )


def _weights(experiment: Experiment) -> Floats:
    dimensions, values = laid_out(experiment)
    parts = []
    for path in [path for dimension in dimensions[1:] for path in dimension.axes]:
        found = values[path]
        if any(isinstance(value, (bool, str)) for value in found):
            raise SpecificationError(f"axes.{path!r}: values must be numbers; got {found[0]!r}")
        parts.append(axis_weights(experiment.axes[path], found))  # type: ignore[arg-type]
    if not parts:
        raise SpecificationError("axes: needs at least one axis of numbers; got none")
    return np.asarray(reduce(np.multiply.outer, parts))
