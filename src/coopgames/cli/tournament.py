"""``coopgames tournament``: strategies for the repeated game that an institution makes."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import CoopgamesError
from .evolve_dynamics import given, option
from .output import add_output_options, check_output, emit
from .tournament_output import answer, comparison

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..experiments.evolutionary_tournament import EvolutionaryTournament
    from ..experiments.institution_tournament import InstitutionTournament
    from ..play.tournaments.ecological import EcologicalTournament

__all__ = ["register"]

#: Class of the process and its options, by kind of tournament.
_PROCESSES = {"moran": "Moran", "fermi": "Fermi", "wright-fisher": "WrightFisher"}
_PROCESS_OPTIONS = ("population_size", "selection_intensity", "mutation_probability")
_ECOLOGICAL_OPTIONS = ("generations", "rule")
_KINDS = ("round-robin", "ecological", *_PROCESSES)
#: Discount factor, implementation error and selection intensity by default; our assumptions.
DISCOUNT, NOISE, INTENSITY = 0.99, 0.01, 5.0


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "tournament",
        help="strategies in the repeated game between two states or blocs under an institution",
        description="A tournament of strategies in the repeated game between two states or blocs. "
        "With one institution and one problem the whole tournament, else who wins where.",
    )
    parser.add_argument(
        "institutions",
        nargs="*",
        metavar="INSTITUTION",
        help="names or .toml files; default: all eleven",
    )
    parser.add_argument(
        "--problem", nargs="+", default=["climate"], metavar="NAME", help="default: climate"
    )
    parser.add_argument("--world", default="w20", metavar="NAME", help="default: w20")
    parser.add_argument(
        "--strategies", metavar="A,B,...", help="names, underscores for spaces; default: six"
    )
    parser.add_argument(
        "--sides", metavar="A,B", help="classes of states, or blocs as '2 ally + hegemon'"
    )
    parser.add_argument("--others", type=float, default=0.5, metavar="P", help="default: 0.5")
    parser.add_argument("--kind", choices=_KINDS, default="round-robin")
    parser.add_argument("--noise", type=float, default=NOISE, metavar="E", help="default: 0.01")
    parser.add_argument("--discount", type=float, metavar="D", help="default: 0.99")
    parser.add_argument("--turns", type=int, metavar="T", help="rounds, in place of --discount")
    parser.add_argument(
        "--perception-error", metavar="F", help="one probability, or MISSED,FALSE_ALARM"
    )
    parser.add_argument(
        "--monitoring", choices=("private", "public", "institution"), default="private"
    )
    parser.add_argument("--no-self", action="store_true", help="nobody meets itself")
    parser.add_argument("--generations", type=int, metavar="N", help="ecological; default: 1000")
    parser.add_argument(
        "--rule", choices=("proportional", "exponential"), help="ecological; how shares grow"
    )
    parser.add_argument("--population-size", type=int, metavar="Z", help="default: 100")
    parser.add_argument("--selection-intensity", type=float, metavar="BETA", help="default: 5")
    parser.add_argument("--mutation-probability", type=float, metavar="MU", help="default: 1/Z")
    parser.add_argument("--plot", type=Path, metavar="FILE", help=".png, .svg or .pdf")
    add_output_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Answer the command."""
    from ..experiments.institution_tournament import compare_tournaments, institution_tournament

    check_output(options.output)
    _check(options)
    how = _how(options)
    process = _process(options)
    if len(options.institutions) == 1 and len(options.problem) == 1:
        found = institution_tournament(options.institutions[0], problem=options.problem[0], **how)
        grown = _grown(found, process, options)
        if options.plot is not None:
            from ..plotting import save_figure

            save_figure(_figure(found, grown, process), options.plot)
        emit(answer(found, grown, options), options.output)
        return
    if options.plot is not None:
        raise CoopgamesError("--plot draws one institution on one problem")
    kind: Any = "evolutionary" if options.kind in _PROCESSES else options.kind
    if kind == "ecological":
        how |= {"generations": _or(options.generations, 1000), "rule": _rule(options)}
    table = compare_tournaments(
        options.institutions or None, options.problem, kind=kind, process=process, **how
    )
    emit(comparison(table, options), options.output)


def _check(options: argparse.Namespace) -> None:
    """Refuse options that the kind does not use, and a figure that can't be written."""
    used = {
        "ecological": _ECOLOGICAL_OPTIONS,
        **dict.fromkeys(_PROCESSES, _PROCESS_OPTIONS),
    }.get(options.kind, ())
    for name in (*_ECOLOGICAL_OPTIONS, *_PROCESS_OPTIONS):
        if given(options, name) and name not in used:
            kinds = ("ecological",) if name in _ECOLOGICAL_OPTIONS else tuple(_PROCESSES)
            raise CoopgamesError(
                f"{option(name)} is not used by --kind {options.kind}, but by {', '.join(kinds)}"
            )
    if options.turns is not None and options.discount is not None:
        raise CoopgamesError("--turns must stand without --discount")
    if options.plot is not None:
        from ..plotting import check_figure_path

        check_figure_path(options.plot)


def _how(options: argparse.Namespace) -> dict[str, Any]:
    """Return what is passed to `institution_tournament`."""
    from ..experiments.institution_tournament import FIELD

    how: dict[str, Any] = {
        "strategies": FIELD,
        "world": options.world,
        "others": options.others,
        "implementation_error": options.noise,
        "monitoring": options.monitoring,
        "self_interactions": not options.no_self,
    }
    if options.strategies is not None:
        how["strategies"] = [part.strip() for part in options.strategies.split(",")]
    if options.sides is not None:
        how["sides"] = _sides(options.sides)
    if options.perception_error is not None:
        how["perception_error"] = _errors(options.perception_error)
    if options.turns is None:
        how["discount_factor"] = _or(options.discount, DISCOUNT)
    else:
        how["turns"] = options.turns
    return how


def _sides(text: str) -> tuple[Any, Any]:
    sides = [part.strip() for part in text.split(",")]
    if len(sides) != 2 or not all(sides):
        raise CoopgamesError(f"--sides must name two, A,B; got {text!r}")
    blocs = []
    for side in sides:
        members: dict[str, int] = {}
        for part in side.split("+"):
            found = re.fullmatch(r"(?:(\d+)\s+)?(.*\S)", part.strip())
            if found is None:
                raise CoopgamesError(f"--sides must be classes joined by +; got {side!r}")
            members[found[2]] = members.get(found[2], 0) + int(found[1] or 1)
        single = "+" not in side and list(members) == [side]
        blocs.append(side if single else members)
    return blocs[0], blocs[1]


def _errors(text: str) -> float | tuple[float, float]:
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = []
    if len(values) not in (1, 2):
        raise CoopgamesError(
            f"--perception-error must be one probability, or MISSED,FALSE_ALARM; got {text!r}"
        )
    return values[0] if len(values) == 1 else (values[0], values[1])


def _or(value: Any, default: Any) -> Any:
    return default if value is None else value


def _rule(options: argparse.Namespace) -> str:
    return str(_or(options.rule, "proportional"))


def _process(options: argparse.Namespace) -> Any:
    """Return the process of an evolutionary kind, or None."""
    if options.kind not in _PROCESSES:
        return None
    from .. import dynamics

    settings = {name: getattr(options, name) for name in _PROCESS_OPTIONS}
    settings = {name: value for name, value in settings.items() if value is not None}
    settings.setdefault("selection_intensity", INTENSITY)
    return getattr(dynamics, _PROCESSES[options.kind])(**settings)


def _grown(
    found: InstitutionTournament, process: Any, options: argparse.Namespace
) -> EcologicalTournament | EvolutionaryTournament | None:
    """Return what grows out of the round robin."""
    if process is not None:
        from ..experiments.evolutionary_tournament import evolutionary_tournament

        return evolutionary_tournament(found.tournament, process)
    if options.kind == "ecological":
        from ..play.tournaments.ecological import ecological_tournament

        return ecological_tournament(
            found.tournament,
            generations=_or(options.generations, 1000),
            rule=_rule(options),  # type: ignore[arg-type]
        )
    return None


def _figure(
    found: InstitutionTournament,
    grown: EcologicalTournament | EvolutionaryTournament | None,
    process: Any,
) -> Axes:
    from ..play.tournaments.ecological import EcologicalTournament
    from ..plotting.ecological import plot_ecological
    from ..plotting.invasions import plot_invasion_graph
    from ..plotting.score_table import plot_score_table

    if grown is None:
        return plot_score_table(found.tournament)
    if isinstance(grown, EcologicalTournament):
        return plot_ecological(grown)
    return plot_invasion_graph(grown.game, process)
