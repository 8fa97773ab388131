"""Short names of axes in results, and the units of the parameters they move."""

from __future__ import annotations

from collections import Counter

from ...errors import SpecificationError
from .quantities import QUANTITIES, error_name
from .specification import Experiment

__all__ = ["axis_labels", "check_labels", "unit_of"]

#: Variables that stand beside the measures of each cell.
_CERTIFICATE = ("status", "method", "exact", "residual", "grid_error", "reason", "note")
_TAKEN = {"point", "cell", *_CERTIFICATE, *QUANTITIES, *map(error_name, QUANTITIES)}

#: Units of parameters, where they have one; see the nomenclature.
_UNITS = {
    "severity": "stake",
    "benefit": "stake",
    "cost": "stake",
    "preference_bonus": "stake",
    "exit_cost": "stake",
    "decision_cost": "stake",
    "precision": "1/stake",
    "selection_intensity": "1/stake",
    "rounds": "proposal",
    "burn_in": "sweep",
    "sweeps_between": "sweep",
}


def axis_labels(experiment: Experiment) -> dict[str, str]:
    """Return each axis's name in results, by path: its label, or as few last words as tell it.

    Examples
    --------
    >>> axes = {"institution.bodies.*.severity": [0, 1], "problem.cost": [0.1, 0.2]}
    >>> axis_labels(Experiment(institution="charter", axes=axes))["problem.cost"]
    'cost'
    """
    given = {path: axis.label for path, axis in experiment.axes.items()}  # type: ignore[union-attr]
    words = {path: [word for word in path.split(".") if word != "*"] for path in given}
    length = dict.fromkeys(given, 1)
    while True:
        labels = {
            path: given[path] or "_".join(words[path][-length[path] :]).replace("-", "_")
            for path in given
        }
        seen = Counter(labels.values())
        grow = [
            path
            for path, label in labels.items()
            if given[path] is None
            and (seen[label] > 1 or label in _TAKEN)
            and length[path] < len(words[path])
        ]
        if not grow:
            return labels
        for path in grow:
            length[path] += 1


def check_labels(experiment: Experiment) -> None:
    """Refuse labels that mean something else in results, or two axes."""
    seen: dict[str, str] = {}
    for path, label in axis_labels(experiment).items():
        if label in _TAKEN or label in seen:
            other = f"that of {seen[label]!r}" if label in seen else "a column of results"
            raise SpecificationError(f"axes.{path!r}: label must not be {other}; got {label!r}")
        seen[label] = path


def unit_of(path: str) -> str:
    """Return the unit of the parameter at a path; ``1`` where it has none."""
    return _UNITS.get(path.rpartition(".")[2], "1")
