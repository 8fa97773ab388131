"""``coopgames play``: all states of a world in repeated play, and how often cooperation holds."""

from __future__ import annotations

import argparse
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any

from ..errors import BudgetError, CoopgamesError
from .output import add_output_options, as_csv, as_json, as_table, check_output, emit, plain

if TYPE_CHECKING:
    from ..games import Game
    from ..play.states import PlansPlay, SimulatedStatesPlay, StatesPlay

__all__ = ["register"]

#: Options that only a simulation has.
SIMULATED = (
    "season",
    "learning_rate",
    "selection_intensity",
    "mutation_probability",
    "membership",
    "rounds",
    "burn_in",
    "replicates",
)


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "play", help="repeated play of all states: how often cooperation holds, and why not"
    )
    parser.add_argument("institution", metavar="INSTITUTION")
    parser.add_argument("--problem", default="climate", metavar="NAME")
    parser.add_argument("--world", default="w20", metavar="NAME")
    parser.add_argument("--mandate", choices=("standing", "expected"), default="standing")
    who = parser.add_mutually_exclusive_group()
    who.add_argument(
        "--strategies",
        default="tit for tat",
        metavar="NAME,…",
        help="dealt in turn to the states, or ROLE=NAME,…; default: tit for tat",
    )
    who.add_argument(
        "--plans",
        metavar="NAME,…",
        help="the same for the nine plans, which have votes of their own",
    )
    parser.add_argument(
        "--reacts-to",
        choices=("record", "others"),
        default="record",
        help="the public record of success, or how many others acted; default: record",
    )
    parser.add_argument("--unbound", metavar="NAME", help="strategy of states that nothing binds")
    for option, text in (
        ("--error", "probability of doing the opposite; default: 0"),
        ("--missed-success", "probability that a success is recorded as a failure; default: 0"),
        ("--false-success", "probability that a failure is recorded as a success; default: 0"),
    ):
        parser.add_argument(option, type=float, default=0.0, metavar="P", help=text)
    parser.add_argument(
        "--discount", type=float, default=1.0, metavar="D", help="default: 1, the limit of means"
    )
    parser.add_argument(
        "--tremble", type=float, metavar="P", help="of the plans' votes; default: 0.01"
    )
    parser.add_argument(
        "--route",
        choices=("auto", "exact", "simulated"),
        default="auto",
        help="auto: exact where that is possible and nobody learns; default: auto",
    )
    simulated = parser.add_argument_group("simulation")
    simulated.add_argument("--season", type=int, metavar="N", help="rounds before states learn")
    simulated.add_argument("--learning-rate", type=float, metavar="P", help="default: 1")
    simulated.add_argument("--selection-intensity", type=float, metavar="B", help="default: 10")
    simulated.add_argument("--mutation-probability", type=float, metavar="P", help="default: 0.01")
    simulated.add_argument("--membership", choices=("fixed", "learned"), help="default: fixed")
    simulated.add_argument("--rounds", type=int, metavar="N", help="default: 1000")
    simulated.add_argument("--burn-in", type=int, metavar="N", help="default: 100")
    simulated.add_argument("--replicates", type=int, metavar="N", help="default: 1024")
    simulated.add_argument("--seed", type=int, metavar="N", help="default: fresh, and printed")
    add_output_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Answer the command."""
    from ..experiments.resolve import game
    from ..measures import cooperation

    check_output(options.output)
    played = game(options.institution, options.problem, options.world, mandate=options.mandate)
    found = _played(played, options)
    parts = cooperation(found.outcome)
    rows = _rows(found)
    record = {
        **{name: getattr(options, name) for name in ("institution", "problem", "world", "mandate")},
        **parts.as_dict(),
        "spell": found.spell,
        "onset": found.onset,
    }
    if options.format == "csv":
        text = as_csv([plain(row) for row in rows])
    elif options.format == "json":
        certificate = found.outcome.certificate
        record |= {
            "strategies": rows,
            "certificate": certificate.as_dict(),
            "provenance": dict(found.outcome.provenance),
        }
        text = as_json(plain(record))
    else:
        text = _text(record, rows, found, markdown=options.format == "md")
    emit(text, options.output)


def _played(
    game: Game, options: argparse.Namespace
) -> StatesPlay | PlansPlay | SimulatedStatesPlay:
    """Play by the route asked for, or by the first that can."""
    from ..play.states import play_plans, play_states, simulate_states

    asked = {name: getattr(options, name) for name in SIMULATED}
    given = {name: value for name, value in asked.items() if value is not None}
    record = {
        "missed_success": options.missed_success,
        "false_success": options.false_success,
    }
    if options.plans is not None:
        _refuse_for_plans(options, given)
        tremble = {} if options.tremble is None else {"tremble": options.tremble}
        return play_plans(game, _hands("--plans", options.plans), **record, **tremble)
    strategies = _hands("--strategies", options.strategies)
    if options.tremble is not None:
        raise CoopgamesError("--tremble: only plans have votes that tremble")
    common = record | {
        "reacts_to": options.reacts_to,
        "unbound": options.unbound,
        "implementation_error": options.error,
    }
    learns = "season" in given
    if options.route == "exact" and (given or options.seed is not None):
        name = next(iter(given), "seed").replace("_", "-")
        raise CoopgamesError(f"--{name}: belongs to a simulation; --route exact has none")
    if options.route != "simulated" and not learns:
        try:
            return play_states(game, strategies, discount_factor=options.discount, **common)
        except CoopgamesError as problem:
            way_out = isinstance(problem, BudgetError) or "use simulate_states" in str(problem)
            if options.route == "exact" or not way_out:
                raise
    if options.discount != 1:
        raise CoopgamesError(
            "--discount: a simulation averages over its rounds; leave it out, or --route exact"
        )
    return simulate_states(game, strategies, **common, **given, rng=options.seed)


def _refuse_for_plans(options: argparse.Namespace, given: dict[str, Any]) -> None:
    wrong = [
        option
        for option, used in (
            ("--unbound", options.unbound is not None),
            ("--reacts-to", options.reacts_to != "record"),
            ("--error", options.error != 0),
            ("--discount", options.discount != 1),
            ("--route", options.route == "simulated"),
            ("--seed", options.seed is not None),
            *((f"--{name.replace('_', '-')}", True) for name in given),
        )
        if used
    ]
    if wrong:
        raise CoopgamesError(f"{wrong[0]}: the nine plans are played exactly, without it")


def _hands(option: str, text: str) -> list[str] | dict[str, list[str]]:
    """Read NAME,… or ROLE=NAME,…; a role that comes twice is dealt both."""
    items = [item.strip() for item in text.split(",") if item.strip()]
    if not items:
        raise CoopgamesError(f"{option}: needs at least one name")
    named = [item for item in items if "=" in item]
    if not named:
        return items
    if len(named) < len(items):
        raise CoopgamesError(f"{option}: NAME,… or ROLE=NAME,…, not both: {text}")
    out: dict[str, list[str]] = {}
    for item in items:
        role, _, name = item.partition("=")
        out.setdefault(role.strip(), []).append(name.strip())
    return out


# --- answers ---------------------------------------------------------------------------------


def _rows(found: StatesPlay | PlansPlay | SimulatedStatesPlay) -> list[dict[str, Any]]:
    """Return one row per strategy."""
    from ..play.states import SimulatedStatesPlay

    if isinstance(found, SimulatedStatesPlay):
        return [
            {
                "strategy": name,
                "share": found.shares[name].value,
                "payoff": found.payoffs[name].value,
                "payoff_standard_error": found.payoffs[name].standard_error,
                "act_rate": found.act_rates[name].value,
            }
            for name in found.strategies
        ]
    names = found.plans if hasattr(found, "plans") else found.strategies
    total = found.counts.sum()
    out = []
    for s, name in enumerate(names):
        n = found.counts[:, s]
        if n.sum() == 0:
            continue
        there = n > 0
        weight = n[there] / n.sum()
        out.append(
            {
                "strategy": name,
                "share": float(n.sum() / total),
                "payoff": float(weight @ found.payoffs[there, s]),
                "act_rate": float(weight @ found.act_rates[there, s]),
            }
        )
    return out


def _text(
    record: dict[str, Any],
    rows: list[dict[str, Any]],
    found: StatesPlay | PlansPlay | SimulatedStatesPlay,
    *,
    markdown: bool,
) -> str:
    certificate = found.outcome.certificate
    skipped = ("institution", "problem", "world", "mandate", "reasons", "standard_errors")
    measures = [
        [name.replace("_", " "), value if isinstance(value, str) else _number(value)]
        for name, value in record.items()
        if name not in skipped
    ]
    head = list(rows[0])
    table = [[row[head[0]], *(_number(row[key]) for key in head[1:])] for row in rows]
    title = (
        f"{record['institution']} on {record['problem']} in {record['world']}, "
        f"{record['mandate']} mandate; {certificate.method}"
    )
    parts = [
        title,
        as_table(measures, ["measure", "value"], markdown=markdown),
        as_table(table, [key.replace("_", " ") for key in head], markdown=markdown),
    ]
    notes = list(certificate.notes)
    entropy = found.outcome.provenance.get("entropy")
    if not certificate.exact and entropy is not None:
        notes.append(f"seed {entropy}")
    return "\n\n".join(parts + ([f"Notes: {'; '.join(map(str, notes))}."] if notes else []))


def _number(value: float) -> str:
    if isnan(value):
        return "-"
    return f"{value:.4f}" if isfinite(value) else "never ends"
