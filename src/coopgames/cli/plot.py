"""``coopgames plot``: figures of the results of an experiment."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import CoopgamesError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["register"]

KINDS = ("phase", "band", "winners")


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "plot",
        help="a figure of the results of an experiment: phase map, lines with bands, winners",
        description="Draw a measure of an experiment's results: over two axes (phase), along one "
        "with a line per institution (band), or which institution is best where (winners).",
    )
    parser.add_argument(
        "results", type=Path, metavar="PATH", help="folder of a store, or a NetCDF file (.nc)"
    )
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="png, svg, pdf")
    parser.add_argument("--kind", choices=KINDS, default="phase", help="default: phase")
    parser.add_argument(
        "--measure", default="success_rate", metavar="NAME", help="default: success_rate"
    )
    parser.add_argument("--x", metavar="AXIS", help="axis to the right; default: the first free")
    parser.add_argument("--y", metavar="AXIS", help="axis upwards, of phase and winners")
    parser.add_argument("--by", metavar="AXIS", help="of band: a line for each; of winners: rivals")
    parser.add_argument(
        "--at",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="value of an axis that is not drawn; may be repeated",
    )
    parser.add_argument(
        "--level",
        action="append",
        default=[],
        type=float,
        metavar="L",
        help="of phase: a line where the measure has this value; may be repeated",
    )
    parser.add_argument(
        "--tie", type=float, metavar="T", help="of winners: largest lead of a tie; default: 0.01"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Answer the command."""
    from ..plotting.files import check_figure_path, save_figure

    check_figure_path(options.output, option="--output")
    for option, value, kinds in (
        ("--y", options.y, ("phase", "winners")),
        ("--by", options.by, ("band", "winners")),
        ("--level", options.level or None, ("phase",)),
        ("--tie", options.tie, ("winners",)),
    ):
        if value is not None and options.kind not in kinds:
            raise CoopgamesError(f"{option} goes with --kind {' or '.join(kinds)}")
    at = _fixed(options.at)
    save_figure(_drawn(_opened(options.results), options, at), options.output)


def _drawn(data: Any, options: argparse.Namespace, at: dict[str, str]) -> Axes:
    common: dict[str, Any] = {"x": options.x, "at": at}
    if options.kind == "band":
        from ..plotting.sweep_band import plot_sweep

        return plot_sweep(data, options.measure, by=options.by, **common)
    if options.kind == "winners":
        from ..plotting.winners import plot_winners

        rivals = options.by or "institution"
        return plot_winners(
            data, options.measure, among=rivals, y=options.y, tie=options.tie, **common
        )
    from ..plotting.phase_map import plot_phase_map

    return plot_phase_map(data, options.measure, y=options.y, levels=options.level, **common)


def _fixed(pairs: list[str]) -> dict[str, str]:
    """Return values by axis."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, sign, value = (part.strip() for part in pair.partition("="))
        if not (name and sign and value):
            raise CoopgamesError(f"--at must be NAME=VALUE; got {pair!r}")
        if name in found:
            raise CoopgamesError(f"--at: {name} is given twice")
        found[name] = value
    return found


def _opened(path: Path) -> Any:
    """Return the results in a store or a NetCDF file."""
    if path.suffix == ".nc" and path.is_file():
        try:
            import xarray
        except ImportError:
            raise CoopgamesError(
                "NetCDF files need xarray, which is not installed: pip install "
                "'coopgames[distributed]'; the folder of a store does without"
            ) from None
        return xarray.load_dataset(path)
    if path.is_dir():
        from ..experiments.sweeps import open_results

        return open_results(path)
    problem = "no such file or folder" if not path.exists() else "neither a store nor .nc"
    raise CoopgamesError(
        f"{path}: {problem}; give the folder of `coopgames sweep --store`, or the file of "
        "`coopgames export --output results.nc`"
    )
