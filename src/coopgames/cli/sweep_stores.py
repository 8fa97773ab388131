"""``coopgames status`` and ``coopgames export``: what a store of results holds."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .output import add_output_options, check_output, emit
from .sweep_output import result_text, status_text

__all__ = ["register"]


def register(commands: Any) -> None:
    """Add the commands to the parser."""
    status: argparse.ArgumentParser = commands.add_parser(
        "status",
        help="how far an experiment is, how long it still takes, what failed",
        description="How far the experiment in a store is, also while it runs.",
    )
    status.add_argument("store", type=Path, metavar="DIR", help="folder of a store")
    add_output_options(status)
    status.set_defaults(run=run_status)

    export: argparse.ArgumentParser = commands.add_parser(
        "export",
        help="the results in a store as a table or NetCDF",
        description="The results in a store, one row per cell; as NetCDF where --output ends in "
        ".nc.",
    )
    export.add_argument("store", type=Path, metavar="DIR", help="folder of a store")
    add_output_options(export)
    export.set_defaults(run=run_export)


def run_status(options: argparse.Namespace) -> None:
    """Answer ``status``."""
    from ..experiments.sweeps import sweep_status

    check_output(options.output)
    status = sweep_status(options.store)
    emit(status_text(status, options.store, options.format), options.output)


def run_export(options: argparse.Namespace) -> None:
    """Answer ``export``."""
    from ..experiments.sweeps import open_results

    check_output(options.output)
    result = open_results(options.store)
    if options.output is not None and options.output.suffix == ".nc":
        result.to_netcdf(options.output)
        return
    emit(result_text(result, options.format), options.output)
