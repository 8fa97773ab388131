"""The dynamics an experiment may name, by the names of the shell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ... import dynamics
from ...catalogue import nearest
from ...errors import CoopgamesError, SpecificationError

__all__ = ["DYNAMICS", "FLOWS", "dynamic_of", "has_rare_mutations", "is_flow"]

#: Flows of infinite populations, which are simulated.
FLOWS = {
    "replicator": "Replicator",
    "replicator-mutator": "ReplicatorMutator",
    "logit-flow": "LogitFlow",
    "smith": "Smith",
    "brown-von-neumann-nash": "BrownVonNeumannNash",
    "best-response": "BestResponseFlow",
}
DYNAMICS = {
    "logit": "Logit",
    "fermi": "Fermi",
    "moran": "Moran",
    "wright-fisher": "WrightFisher",
    "best-of-sample": "BestOfSample",
    **FLOWS,
}


def dynamic_of(table: Mapping[str, Any]) -> Any:
    """Return the dynamic that a table with its ``name`` and parameters stands for.

    Raises
    ------
    SpecificationError
        With near names, or as the dynamic says of its parameters.

    Examples
    --------
    >>> dynamic_of({"name": "logit", "precision": 10.0}).precision
    10.0
    """
    name = table.get("name", "logit")
    if name not in DYNAMICS:
        raise SpecificationError(
            f"dynamic.name: unknown dynamic {name!r}; {nearest(str(name), list(DYNAMICS))}"
        )
    made = getattr(dynamics, DYNAMICS[name])
    known = [field.name for field in fields(made)]
    given = {key: value for key, value in table.items() if key != "name"}
    for key in given:
        if key not in known:
            hint = nearest(key, known) if known else "it has no parameters"
            raise SpecificationError(f"dynamic: {name} has no parameter {key!r}; {hint}")
    try:
        return made(**given)
    except CoopgamesError as problem:
        raise SpecificationError(f"dynamic: {problem}") from None


def is_flow(dynamic: Any) -> bool:
    """Whether a dynamic is a flow."""
    return type(dynamic).__name__ in FLOWS.values()


def has_rare_mutations(dynamic: Any) -> bool:
    """Whether a dynamic has a limit of rare mutations."""
    return not is_flow(dynamic) and not isinstance(dynamic, dynamics.Logit)
