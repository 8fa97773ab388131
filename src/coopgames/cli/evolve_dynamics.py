"""The dynamics of ``coopgames evolve`` by name, with the options each of them uses."""

from __future__ import annotations

import argparse
from typing import Any

from ..errors import CoopgamesError

__all__ = ["DYNAMICS", "add_dynamic_options", "chosen_dynamic", "given", "is_flow", "option"]

_BREEDS = ("population_size", "selection_intensity", "fitness", "mutation_probability")
#: Class by name, and the options that become its arguments.
DYNAMICS: dict[str, tuple[str, tuple[str, ...]]] = {
    "logit": ("Logit", ("precision",)),
    "fermi": (
        "Fermi",
        ("population_size", "selection_intensity", "mutation_probability", "role_model"),
    ),
    "moran": ("Moran", _BREEDS),
    "wright-fisher": ("WrightFisher", _BREEDS),
    "best-of-sample": (
        "BestOfSample",
        ("population_size", "sample", "mutation_probability", "role_model"),
    ),
    "replicator": ("Replicator", ()),
    "replicator-mutator": ("ReplicatorMutator", ("mutation_probability", "baseline")),
    "logit-flow": ("LogitFlow", ("precision",)),
    "smith": ("Smith", ()),
    "brown-von-neumann-nash": ("BrownVonNeumannNash", ()),
    "best-response": ("BestResponseFlow", ()),
}
_FINITE = ("fermi", "moran", "wright-fisher", "best-of-sample")
#: Used where an option is not given and the class has another default, or none.
_DEFAULTS = {"selection_intensity": 5.0, "baseline": 2.0}
#: Individuals of a role where mutations are rare (our assumption).
RARE_POPULATION = 50


def option(name: str) -> str:
    """Return an option as it is typed."""
    return "--" + name.replace("_", "-")


def is_flow(name: str) -> bool:
    """Return whether a dynamic is a flow."""
    return name not in ("logit", *_FINITE)


def given(options: argparse.Namespace, name: str) -> bool:
    """Return whether an option was given; none of those asked about has a default."""
    value = getattr(options, name)
    return value is not None and value is not False


def add_dynamic_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--dynamic`` and what dynamics take."""
    parser.add_argument(
        "--dynamic", choices=tuple(DYNAMICS), default="logit", help="default: logit"
    )
    parser.add_argument(
        "--precision", type=float, metavar="BETA", help="of logit and logit-flow; default: 15"
    )
    parser.add_argument(
        "--population-size",
        type=int,
        metavar="Z",
        help="individuals of a role; the states themselves by default",
    )
    parser.add_argument(
        "--selection-intensity",
        type=float,
        metavar="BETA",
        help="of fermi, moran, wright-fisher; default: 5",
    )
    parser.add_argument(
        "--mutation-probability",
        type=float,
        metavar="MU",
        help="of a random plan; default: 1/Z, of replicator-mutator 0.01",
    )
    parser.add_argument("--role-model", choices=("anyone", "others"), help="default: anyone")
    parser.add_argument("--fitness", choices=("exponential", "linear"), help="default: exponential")
    parser.add_argument("--sample", type=int, metavar="K", help="of best-of-sample; default: 1")
    parser.add_argument(
        "--baseline",
        type=float,
        metavar="PAYOFF",
        help="of replicator-mutator, added to payoffs; default: 2",
    )
    parser.add_argument(
        "--rare-mutations", action="store_true", help="the limit as mutations become rare"
    )


def chosen_dynamic(options: argparse.Namespace) -> Any:
    """Return the dynamic that was asked for.

    Raises
    ------
    CoopgamesError
        If an option was given that it does not use, or has no limit of rare mutations.
    """
    from .. import dynamics

    name = options.dynamic
    kind, uses = DYNAMICS[name]
    for other in dict.fromkeys(other for _, used in DYNAMICS.values() for other in used):
        if other not in uses and given(options, other):
            users = [known for known, (_, used) in DYNAMICS.items() if other in used]
            raise CoopgamesError(
                f"{option(other)} is not used by {name}, but by {', '.join(users)}"
            )
    settings = {
        key: _DEFAULTS.get(key) if getattr(options, key) is None else getattr(options, key)
        for key in uses
    }
    settings = {key: value for key, value in settings.items() if value is not None}
    if options.rare_mutations:
        if name not in _FINITE:
            raise CoopgamesError(
                f"--rare-mutations is not used by {name}, but by {', '.join(_FINITE)}"
            )
        if given(options, "mutation_probability"):
            raise CoopgamesError("--mutation-probability is not used with --rare-mutations")
        settings.setdefault("population_size", RARE_POPULATION)
    return getattr(dynamics, kind)(**settings)
