"""The pictures of ``coopgames evolve``: which there are, when they can be had, and drawing them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from ..errors import CoopgamesError
from .evolve_dynamics import is_flow

if TYPE_CHECKING:
    from ..games import Game
    from ..outcomes import ExactOutcome, SampledOutcome

__all__ = ["PICTURES", "check_picture", "draw", "picture_of", "shown_by"]

PICTURES = ("time-course", "gradient", "simplex", "invasion", "stationary")


def picture_of(options: argparse.Namespace, *, simulated: bool) -> str | None:
    """Return the picture to be drawn, if any.

    Raises
    ------
    CoopgamesError
        If the file cannot be written, or the picture does not go with the other options.
    """
    if options.plot is None:
        if options.picture is not None:
            raise CoopgamesError(f"--picture {options.picture} needs a file: --plot FILE")
        return None
    from ..plotting import check_figure_path

    check_figure_path(options.plot)
    usual = "invasion" if options.rare_mutations else "time-course" if simulated else "stationary"
    picture: str = options.picture or usual
    if picture == "gradient" and (simulated or options.rare_mutations):
        other = "--rare-mutations" if options.rare_mutations else "--replicates"
        way_out = f"leave out {other}"
        if is_flow(options.dynamic):
            way_out = f"{options.dynamic} is a flow"
        raise CoopgamesError(f"--picture gradient needs an exact chain: {way_out}")
    if picture == "invasion" and not options.rare_mutations:
        raise CoopgamesError(
            "--picture invasion shows the limit of rare mutations: add --rare-mutations, with a "
            "finite process"
        )
    if picture == "time-course" and options.rare_mutations:
        raise CoopgamesError("--picture time-course is not to be had with --rare-mutations")
    if picture == "simplex" and options.plans == "act2":
        raise CoopgamesError(
            "--picture simplex shows three plans: add --plans act3, or exit3 where a body can be "
            "left"
        )
    return picture


def check_picture(picture: str | None, played: Game, options: argparse.Namespace) -> None:
    """Refuse, before the work starts, a picture that the game has not.

    Raises
    ------
    CoopgamesError
        If a simplex is asked for where no state has three plans.
    """
    from ..games import policy_games

    if picture != "simplex":
        return
    games = policy_games(played, options.plans).games
    if max(size for one in games for size in one.sizes) < 3:
        raise CoopgamesError(
            f"--picture simplex shows three plans, but nothing can be left under "
            f"{options.institution}: take --plans act3"
        )


def shown_by(picture: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the kind of a picture, and of one that is simulated by itself replicates and seed."""
    if picture != "time-course":
        return {"kind": picture}
    return {"kind": picture, "replicates": settings["replicates"], "seed": settings["rng"]}


def draw(
    picture: str,
    outcome: ExactOutcome | SampledOutcome,
    dynamic: Any,
    options: argparse.Namespace,
    settings: dict[str, Any],
) -> None:
    """Draw a picture to the file asked for."""
    from .. import plotting
    from ..dynamics import drift_of_cooperation

    played, plans = outcome.game, options.plans
    said = f"{options.institution} on {options.problem}, {options.mandate} mandate, "
    said += options.dynamic
    if options.rare_mutations and picture != "invasion":
        said += " with rare mutations"
    if plans != "act2":
        said += f", {plans}"
    if picture == "time-course":
        ax = plotting.plot_act_rate(
            _course(played, dynamic, plans, settings), unit=_unit(options.dynamic)
        )
    elif picture == "gradient":
        ax = plotting.plot_cooperation_drift(drift_of_cooperation(played, dynamic, plans=plans))
    elif picture == "simplex":
        ax = plotting.plot_plan_simplex(_plan_law(outcome, dynamic, options, settings))
    elif picture == "invasion":
        ax = plotting.plot_profile_graph(played, dynamic, plans=plans)
    elif outcome.certificate.exact:
        ax = plotting.plot_cooperation_law(_plan_law(outcome, dynamic, options, settings))
    else:
        ax = plotting.plot_cooperation_law(outcome)  # type: ignore[arg-type]
    if ax.get_title():
        ax.title.set_text(f"{said}\n{ax.get_title()}")
    else:
        # Room for what stands above the axes: a corner's name, the mean.
        ax.set_title(said, fontsize=10, pad={"simplex": 36, "stationary": 16}.get(picture, 6))
    plotting.save_figure(ax, options.plot)


def _unit(name: str) -> str:
    return "" if is_flow(name) else "generations" if name == "wright-fisher" else "sweeps"


def _course(played: Game, dynamic: Any, plans: Any, settings: dict[str, Any]) -> SampledOutcome:
    """Simulate from the start through the burn-in, one sample per sweep."""
    from ..dynamics import simulate

    times = {"burn_in": 0, "sweeps_between": 1, "samples": settings["burn_in"] + 1}
    return simulate(played, dynamic, plans=plans, **(settings | times))


def _plan_law(
    outcome: ExactOutcome | SampledOutcome,
    dynamic: Any,
    options: argparse.Namespace,
    settings: dict[str, Any],
) -> Any:
    from ..dynamics import plan_law, simulate_plan_law

    if outcome.certificate.exact:
        rare = options.rare_mutations
        return plan_law(outcome.game, dynamic, plans=options.plans, rare_mutations=rare)
    settings = {key: value for key, value in settings.items() if key != "progress"}
    return simulate_plan_law(outcome.game, dynamic, plans=options.plans, **settings)
