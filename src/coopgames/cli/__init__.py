"""The shell's face: ``coopgames compare``, ``split``, ``power``, ``passage``, ``replicate``, ...

Answers go to stdout and nothing else does; progress goes to a terminal's stderr. Bad input ends
with exit code 2 and one line; Ctrl-C with 130.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from ..errors import CoopgamesError
from . import (
    compare,
    describe,
    evolve,
    frontier,
    play,
    plot,
    replicate,
    solve,
    split,
    sweep,
    sweep_stores,
    tournament,
    voting,
)

__all__ = ["main"]


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {message} (see {self.prog} --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="coopgames",
        description="How often cooperation holds under an institution, and why not where it fails.",
    )
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    for module in (
        compare,
        evolve,
        solve,
        play,
        tournament,
        frontier,
        split,
        voting,
        sweep,
        sweep_stores,
        plot,
        replicate,
        describe,
    ):
        module.register(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        options.run(options)
        sys.stdout.flush()
    except CoopgamesError as problem:
        print(f"coopgames: error: {' '.join(str(problem).split())}", file=sys.stderr)
        return 2
    except OSError as problem:
        if isinstance(problem, BrokenPipeError):
            # The reader has gone; what is left must not be flushed into its pipe at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        print(f"coopgames: error: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("coopgames: interrupted", file=sys.stderr)
        return 130
    return 0
