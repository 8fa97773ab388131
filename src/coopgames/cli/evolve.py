"""``coopgames evolve``: the long run of one institution on one problem under a dynamic."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import BudgetError, CoopgamesError
from .evolve_dynamics import add_dynamic_options, chosen_dynamic, given, is_flow, option
from .evolve_output import answer
from .evolve_pictures import PICTURES, check_picture, draw, picture_of, shown_by
from .output import add_output_options, check_output, emit

if TYPE_CHECKING:
    from ..games import Game
    from ..outcomes import ExactOutcome, SampledOutcome

__all__ = ["register"]

#: Replicates of a simulation, where none are asked for.
REPLICATES = 256
_SIMULATION = ("replicates", "burn_in", "samples", "start", "seed")


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "evolve",
        help="the long run of an institution on a problem under a dynamic",
        description="The long run of an institution's game: exact, or simulated with --replicates; "
        "flows are always simulated.",
    )
    parser.add_argument("institution", metavar="INSTITUTION", help="name or .toml file")
    parser.add_argument("--problem", default="climate", metavar="NAME", help="default: climate")
    parser.add_argument("--world", default="w20", metavar="NAME", help="default: w20")
    parser.add_argument("--mandate", choices=("standing", "expected"), default="standing")
    parser.add_argument(
        "--plans",
        choices=("act2", "act3", "exit3"),
        default="act2",
        help="cooperate or defect; also on condition; also leave",
    )
    add_dynamic_options(parser)
    parser.add_argument("--replicates", type=int, metavar="N", help="simulate; flows: 256")
    parser.add_argument(
        "--burn-in", type=int, metavar="SWEEPS", help="before the first sample; default: 200"
    )
    parser.add_argument("--samples", type=int, metavar="N", help="of each replicate; default: 64")
    parser.add_argument(
        "--start", choices=("random", "cooperate", "defect"), help="default: random"
    )
    parser.add_argument("--seed", type=int, metavar="N", help="default: fresh")
    parser.add_argument("--plot", type=Path, metavar="FILE", help=".png, .svg or .pdf")
    parser.add_argument("--picture", choices=PICTURES, help="what --plot draws")
    add_output_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Answer the command."""
    from ..experiments import game

    check_output(options.output)
    dynamic = chosen_dynamic(options)
    simulated = given(options, "replicates") or is_flow(options.dynamic)
    picture = picture_of(options, simulated=simulated)
    _check_simulation(options, simulated=simulated, picture=picture)
    played = game(options.institution, options.problem, options.world, mandate=options.mandate)
    check_picture(picture, played, options)
    settings = _settings(options)
    try:
        outcome = _solved(played, dynamic, options, settings if simulated else None)
        stopped = any(note.startswith("interrupted") for note in outcome.certificate.notes)
        if picture is not None and not stopped:
            draw(picture, outcome, dynamic, options, settings)
    except BudgetError as problem:
        raise BudgetError(f"{problem} (--replicates simulates)") from None
    shown = None if picture is None else shown_by(picture, settings)
    emit(answer(played, dynamic, outcome, options, shown), options.output)
    if stopped:
        raise KeyboardInterrupt


def _solved(
    played: Game, dynamic: Any, options: argparse.Namespace, settings: dict[str, Any] | None
) -> ExactOutcome | SampledOutcome:
    from ..dynamics import evolve, simulate, small_mutation_limit

    if settings is not None:
        return simulate(played, dynamic, plans=options.plans, **settings)
    if options.rare_mutations:
        return small_mutation_limit(played, dynamic, plans=options.plans)
    return evolve(played, dynamic, plans=options.plans)


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments of a simulation."""
    from .._random import entropy_of

    return {
        "replicates": REPLICATES if options.replicates is None else options.replicates,
        "burn_in": 200 if options.burn_in is None else options.burn_in,
        "samples": 64 if options.samples is None else options.samples,
        "start": options.start or "random",
        "rng": entropy_of(options.seed),
        "progress": sys.stderr.isatty(),
    }


def _check_simulation(options: argparse.Namespace, *, simulated: bool, picture: str | None) -> None:
    """Refuse options of simulations where nothing is simulated."""
    from .._checks import at_least

    if options.seed is not None:
        at_least("seed", options.seed, 0)
    if simulated:
        if options.rare_mutations:
            raise CoopgamesError("--replicates is not used with --rare-mutations, which is exact")
        return
    for name in _SIMULATION:
        if given(options, name) and (picture != "time-course" or name == "samples"):
            raise CoopgamesError(
                f"{option(name)} is not used where the answer is exact; --replicates simulates"
            )
