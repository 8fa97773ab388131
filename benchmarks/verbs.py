"""What users call, by ourselves: ``python -m benchmarks --only verbs``.

The command and the function that compare all institutions on all problems, one game simulated, all
states in repeated play, exactly and simulated, and a map of two parameters. No peer has these. The
floor of a simulation is one uniform random number per step; ``x floor`` is our time over it.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

# First: it sets the number of threads before NumPy starts them.
from benchmarks.timing import timed

# isort: split
import numpy as np

import coopgames as cg
from benchmarks.suite import Line, Settings, Suite
from coopgames.experiments.sweeps import load_experiment, sweep

#: Points along each axis of the map, and in a quick run.
POINTS, FEW_POINTS = 100, 20
#: Replicates of simulations, and in a quick run.
REPLICATES, FEW = 1024, 256
#: Rounds of simulated play and those before, as by default.
ROUNDS, BURN_IN = 1000, 100
#: Sweeps of a simulated game before the first and between samples, and samples, as by default.
FIRST, BETWEEN, SAMPLES = 200, 2, 64


class Work(NamedTuple):
    """A call, how many units it is of, and whether each needs a random number."""

    title: str
    call: Callable[[], Any]
    units: int
    per: str
    random: bool = False


def compare_command(quick: bool) -> Work:  # noqa: ARG001
    """Return the command as a user types it, Python's start and imports included."""
    command = [sys.executable, "-m", "coopgames", "compare"]
    return Work(
        "coopgames compare, 11 x 8",
        lambda: subprocess.run(command, check=True, capture_output=True),
        1,
        "",
    )


def compare(quick: bool) -> Work:  # noqa: ARG001
    """Return the function behind the command."""
    return Work("cg.compare(), 11 x 8", cg.compare, 88, "cell")


def charter() -> cg.Game:
    """Return one game: the charter on climate."""
    return cg.game("charter", problem="climate", world="w20")


def simulate(quick: bool) -> Work:
    """Return a simulated game."""
    game, replicates = charter(), FEW if quick else REPLICATES
    steps = replicates * (FIRST + SAMPLES * BETWEEN) * 20
    return Work(
        f"cg.simulate, {replicates:,} replicates",
        lambda: cg.simulate(game, cg.Logit(), replicates=replicates, samples=SAMPLES, rng=1),
        steps,
        "step",
        random=True,
    )


def play_states(quick: bool) -> Work:  # noqa: ARG001
    """Return all states in repeated play, exactly."""
    game = charter()
    return Work(
        "cg.play_states, two strategies",
        lambda: cg.play_states(
            game, ["tit for tat", "always cooperate"], implementation_error=0.05
        ),
        1,
        "",
    )


def simulate_states(quick: bool) -> Work:
    """Return all states in repeated play, simulated."""
    game, replicates = charter(), FEW if quick else REPLICATES
    return Work(
        f"cg.simulate_states, {replicates:,} replicates",
        lambda: cg.simulate_states(
            game,
            "win-stay lose-shift",
            reacts_to="others",
            implementation_error=0.02,
            rounds=ROUNDS,
            burn_in=BURN_IN,
            replicates=replicates,
            rng=1,
        ),
        replicates * (ROUNDS + BURN_IN) * 20,
        "state and round",
        random=True,
    )


def phase_map(quick: bool) -> Work:
    """Return a map of two parameters, in one process."""
    points = FEW_POINTS if quick else POINTS
    experiment = load_experiment("phase_charter")
    axes = {path: axis.replace(number=points) for path, axis in experiment.axes.items()}
    experiment = experiment.replace(axes=axes)
    return Work(
        f"phase_charter, {points} x {points} cells", lambda: sweep(experiment), points**2, "cell"
    )


WORKS: dict[str, Callable[[bool], Work]] = {
    "compare-command": compare_command,
    "compare": compare,
    "simulate": simulate,
    "play-states": play_states,
    "simulate-states": simulate_states,
    "phase-map": phase_map,
}


@cache
def uniform() -> float:
    """Return how long one uniform random number takes, drawn by the thousand."""
    rng, numbers = np.random.default_rng(1), np.empty(10_000)
    times, _ = timed(lambda: rng.random(out=numbers), 50, 1.0 / numbers.size)
    return times[0]


def measure(name: str, peers: Sequence[str], settings: Settings) -> list[Line]:  # noqa: ARG001
    """Return the line of a call."""
    work = WORKS[name](settings.quick)
    times, _ = timed(work.call, settings.repeats, 1.0 / work.units, total=10.0)
    columns = {"whole": f"{times[0] * work.units:.3g} s"}
    if work.per == "cell":
        columns["per second"] = f"{1 / times[0]:,.0f} cells"
    if work.random:
        columns["x floor"] = f"{times[0] / uniform():.3g}"
    data = {"times": times, "units": work.units}
    return [
        Line(
            name=name,
            title=work.title,
            seconds=times[0],
            per=work.per,
            columns=columns,
            data=data,
        )
    ]


SUITE = Suite("What users call, ours alone", tuple(WORKS), tuple(WORKS), (), measure, repeats=5)
