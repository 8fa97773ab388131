"""Voting power beside other packages: ``python -m benchmarks.voting``.

The same work by coopgames and by the packages named in `PEERS`, where they are installed: one
thread, the best of several runs, or one run where it takes long. Ours starts from quota and
weights, with the committee's record and its checks. Each peer has a process of its own, is timed
inside and stopped after ``--limit`` seconds. Weights are listed in descending order, the faster one
for decision diagrams.

A peer is right if each number is within `TOLERANCE` of our exact rational and nothing overflows.
The ratio is the time of the fastest right peer over ours, or more than the limit over ours where
no peer is both done and right. Peers answer in floating point; ours in rational numbers where the
table says exact.
"""

from __future__ import annotations

import io
import math
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache, partial, reduce
from operator import and_, or_
from typing import Any, NamedTuple

# First: it sets the number of threads before NumPy starts them.
from benchmarks.timing import alone, best_time, resident_mib

# isort: split
import numpy as np

from benchmarks.peers import installed
from benchmarks.suite import Answer, Line, Settings, Suite, Target, asked, parser_of, table, write
from coopgames.voting import (
    Committee,
    Power,
    Quota,
    Voters,
    casting_vote,
    dictator,
    power,
    weighted_committee,
)

#: Most a right number differs from ours.
TOLERANCE = 1e-9
#: Most memory our part should need, with Python and NumPy. [MB]
MOST_MEMORY = 300.0
#: The workload that measures it.
MEMORY = "memory"
#: People of the 27 states of the European Union in 2019, in thousands, descending; those of
#: models/published/treaty2007_council.
POPULATIONS = (
    *(83019, 67013, 60360, 46937, 37973, 19414, 17282, 11456, 10725),
    *(10650, 10277, 10230, 9773, 8859, 7000, 5806, 5518, 5450),
    *(4904, 4076, 2794, 2081, 1920, 1325, 876, 614, 494),
)

#: A weighted game: quota, and one weight per voter.
Game = tuple[int, Sequence[int]]


class Workload(NamedTuple):
    """A committee as its users write it: in coopgames, and for peers as any of all of ``games``."""

    title: str
    build: Callable[[], Committee]
    games: Sequence[Sequence[Game]]


class Task(NamedTuple):
    """One row: which indices of which workload, how, and how many times as fast as peers."""

    workload: str
    indices: tuple[str, ...]
    exact: bool = True
    compared: bool = True
    target: float | None = None


BANZHAF, SHAPLEY = ("banzhaf",), ("shapley_shubik",)
TASKS = (
    Task("security-council", BANZHAF + SHAPLEY, target=3),
    Task("fifty", BANZHAF),
    Task("fifty", SHAPLEY, exact=False),
    Task("assembly-1000", BANZHAF, target=100),
    Task("assembly-1000", SHAPLEY, exact=False, target=400),
    Task("assembly-1000", SHAPLEY, compared=False),
    Task("assembly-10000", BANZHAF, target=100),
    Task("assembly-10000", SHAPLEY, exact=False, target=100),
    Task("assembly-10000", SHAPLEY, compared=False),
    Task("double-majority", BANZHAF),
    Task("double-majority", SHAPLEY),
    Task("federal", BANZHAF),
    Task("federal", SHAPLEY),
)
NAMES = tuple(dict.fromkeys(task.workload for task in TASKS))


# --- workloads -------------------------------------------------------------------------------


def weighted(title: str, quota: int, weights: Sequence[int]) -> Workload:
    """Return one weighted game."""
    build = partial(weighted_committee, quota, weights)
    return Workload(title, build, [[(quota, weights)]])


def random_weights(size: int, total: int, *, rng: np.random.Generator) -> list[int]:
    """Return positive integers with a given total, unequal as in real bodies, descending."""
    extra = rng.multinomial(total - size, rng.dirichlet(np.ones(size)))
    return sorted((1 + extra).tolist(), reverse=True)


def double_majority() -> Committee:
    """Return the Council of the EU: 55 % of states with 65 % of people, or all but three."""
    return Committee(
        voters=tuple(
            Voters(id=f"v{number}", weights={"population": people})
            for number, people in enumerate(POPULATIONS, start=1)
        ),
        rule=Quota(share=0.55) & Quota(share=0.65, weight="population") | Quota(votes=24),
    )


def federal_system() -> Committee:
    """Return the United States: President and both houses, or two thirds of both."""
    president, vice, senate, house = "president", "vice_president", "senate", "house"
    return Committee(
        voters=(
            Voters(id=president),
            Voters(id=vice),
            Voters(id=senate, count=100),
            Voters(id=house, count=435),
        ),
        rule=(dictator(president) & casting_vote(vice, of=senate) & Quota(votes=218, of=house))
        | (Quota(votes=67, of=senate) & Quota(votes=290, of=house)),
    )


def workload_of(name: str, seed: int) -> Workload:
    """Return a workload by name."""
    if name == "security-council":
        return weighted("UN Security Council, 15", 39, [7] * 5 + [1] * 10)
    if name == "fifty":
        weights = random_weights(50, 500, rng=np.random.default_rng(seed))
        return weighted("50 members, weight 500", 251, weights)
    if name.startswith("assembly-"):
        total = int(name.removeprefix("assembly-"))
        weights = random_weights(193, total, rng=np.random.default_rng(seed))
        title = f"193 members, weight {total:,}"
        return weighted(title, total // 2 + 1, weights)
    if name == "double-majority":
        states, people = [1] * len(POPULATIONS), -(-65 * sum(POPULATIONS) // 100)
        games = [[(15, states), (people, POPULATIONS)], [(24, states)]]
        return Workload("EU Council, 27", double_majority, games)
    assert name == "federal"

    # As in power-bdd's own example of this system.
    def of(quota: int, president: int, vice: int, senate: int, house: int) -> Game:
        return quota, [president, vice, *[senate] * 100, *[house] * 435]

    house, signed = of(218, 0, 0, 0, 1), of(1, 1, 0, 0, 0)
    games = [
        [house, of(51, 0, 0, 1, 0), signed],
        [house, of(50, 0, 0, 1, 0), of(1, 0, 1, 0, 0), signed],
        [of(290, 0, 0, 0, 1), of(67, 0, 0, 1, 0)],
    ]
    return Workload("US federal system, 537", federal_system, games)


# --- those who do the work -------------------------------------------------------------------


def ours(task: Task, workload: Workload) -> Power:
    """Return our answer, from the committee's record on."""
    return power(workload.build(), task.indices, exact=task.exact)


def by_powerindices(task: Task, workload: Workload) -> list[list[float]] | None:
    """Return the values per index and voter; None where the rule is not one weighted game."""
    from powerindices import compute_pbi, compute_ssi

    if len(workload.games) > 1:
        return None
    ((quota, weights),) = workload.games[0]
    calls = {"banzhaf": compute_pbi, "shapley_shubik": compute_ssi}
    # It writes into the list it is given.
    return [calls[index](quota, list(weights)) for index in task.indices]


def by_power_bdd(task: Task, workload: Workload) -> list[list[float]]:
    """Return the values per index and voter, all from one decision diagram."""
    from power_bdd.bdd import BDD, WeightedGame

    def diagram(game: Game) -> BDD:
        return BDD(WeightedGame(game[0], list(game[1])))

    whole = reduce(or_, (reduce(and_, map(diagram, part)) for part in workload.games))
    calls = {"banzhaf": whole.calc_banzhaf, "shapley_shubik": whole.calc_shapley}
    return [calls[index]() for index in task.indices]


#: How peers are asked.
PEERS: dict[str, Callable[[Task, Workload], list[list[float]] | None]] = {
    "powerindices": by_powerindices,
    "power-bdd": by_power_bdd,
}
#: What they answer with: both give the absolute Penrose-Banzhaf index.
MEANT = {"banzhaf": "banzhaf_absolute", "shapley_shubik": "shapley_shubik"}
SHORT = {"banzhaf": "Banzhaf", "shapley_shubik": "Shapley-Shubik"}


# --- measuring -------------------------------------------------------------------------------


def time_peer(name: str, task: Task, *, seed: int, repeats: int) -> dict[str, Any]:
    """Return a peer's time and values, whether it overflowed, or why it failed."""
    workload = workload_of(task.workload, seed)
    work = partial(PEERS[name], task, workload)
    try:
        with warnings.catch_warnings(record=True) as caught, redirect_stdout(io.StringIO()):
            warnings.simplefilter("default")
            time, values = best_time(work, repeats)
    except (ArithmeticError, LookupError, ValueError, MemoryError, RecursionError) as failure:
        return {"failed": repr(failure)}
    if values is None:
        return {}
    overflowed = any("overflow" in str(warning.message) for warning in caught)
    values = [[float(value) for value in row] for row in values]
    return {"ms": time, "values": values, "overflowed": overflowed}


def answer_of(name: str, task: Task, settings: Settings) -> Answer:
    """Return a peer's time and whether it is right, that it takes longer, or why it failed."""
    given = {"name": name, "task": task, "seed": settings.seed, "repeats": settings.repeats}
    found = asked(settings.limit, time_peer, **given)
    if isinstance(found, Answer):
        return found
    truth = truth_of(task.workload, settings.seed)
    error = 0.0
    for index, row in zip(task.indices, found["values"], strict=True):
        exact = per_voter(truth, MEANT[index])
        gaps = [abs(value - float(right)) for value, right in zip(row, exact, strict=True)]
        error = max(error, *(gap if math.isfinite(gap) else math.inf for gap in gaps))
    wrong = error > TOLERANCE or found["overflowed"]
    why = ", ".join([f"off by {error:.1e}", *["overflow"] * found["overflowed"]]) if wrong else ""
    return Answer(seconds=1e-3 * found["ms"], mark="WRONG" if wrong else "", why=why)


@lru_cache(maxsize=1)
def truth_of(name: str, seed: int) -> Power:
    """Return the exact indices of a workload."""
    return power(workload_of(name, seed).build(), tuple(MEANT.values()))


def per_voter(found: Power, index: str) -> list[Fraction]:
    """Return an index voter by voter."""
    row = found.values[index]
    return [row[group.id] for group in found.committee.voters for _ in range(group.count)]


def measure(name: str, peers: Sequence[str], settings: Settings) -> list[Line]:
    """Return the lines of a workload: our time and error, each peer's time; or our memory."""
    if name == MEMORY:
        _, peak = alone(None, memory_of_ours, names=NAMES, seed=settings.seed)
        met = "unknown" if peak is None else "yes" if peak < MOST_MEMORY else "NO"
        most = Target(text=f"< {MOST_MEMORY:.0f} MB", met=met)
        return [Line(name=name, title="all of our part", memory_mb=peak, targets=[most])]
    return [measured(task, peers, settings) for task in TASKS if task.workload == name]


def measured(task: Task, peers: Sequence[str], settings: Settings) -> Line:
    """Return one line."""
    workload = workload_of(task.workload, settings.seed)
    time, found = best_time(partial(ours, task, workload), settings.repeats)
    data: dict[str, Any] = {"workload": task.workload, "exact": task.exact}
    if not task.exact:
        (index,) = task.indices
        truth = truth_of(task.workload, settings.seed)
        pairs = zip(per_voter(found, index), per_voter(truth, index), strict=True)
        data["error"] = float(max(abs(Fraction(value) - right) for value, right in pairs))
        data["error_bound"] = found.error
    line = Line(
        name=task.workload,
        title=workload.title,
        seconds=1e-3 * time,
        peers={peer: answer_of(peer, task, settings) for peer in peers * task.compared},
        columns={
            "index": " + ".join(SHORT[index] for index in task.indices),
            "numbers": "exact" if task.exact else "float",
        },
        data=data,
    )
    if task.target is None:
        return line
    return replace(line, targets=[target(line, task.target)])


def target(line: Line, ratio: float) -> Target:
    """Return the target: so many times as fast as the fastest right peer."""
    right = [peer for peer, answer in line.peers.items() if answer.seconds and not answer.mark]
    late = [peer for peer, answer in line.peers.items() if answer.bound]
    text = f">= {ratio:g}x the fastest"
    if not (right or late):
        return Target(text=text)
    fastest = min(right or late, key=lambda peer: line.ratio(peer) or math.inf)
    return Target(text=text, met=line.at_least(fastest, ratio).met)


def memory_of_ours(names: Sequence[str], seed: int) -> tuple[float | None, float | None]:
    """Return the peak resident memory before and after all our work, in MB; run it alone."""
    before = resident_mib()
    for task in TASKS:
        if task.workload in names:
            ours(task, workload_of(task.workload, seed))
    after = resident_mib()
    if before is None or after is None:
        return None, None
    return before * 2**20 / 1e6, after * 2**20 / 1e6


SUITE = Suite(
    "Voting power",
    (*NAMES, MEMORY),
    ("security-council", "fifty", "double-majority"),
    tuple(PEERS),
    measure,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its table."""
    parser = parser_of("benchmarks.voting", __doc__, NAMES, option="--workloads")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    options = parser.parse_args(arguments)
    names = options.only or NAMES
    before, peak = alone(None, memory_of_ours, names=names, seed=options.seed)
    peers = installed(PEERS)
    settings = Settings(options.repeats, options.limit, options.seed)
    lines = [line for name in names for line in measure(name, peers, settings)]
    print(table(lines, peers) + "\n")
    rounded = [line for line in lines if "error" in line.data]
    if rounded:
        worst = max(rounded, key=lambda line: line.data["error"])
        print(
            "Largest error of our floating-point Shapley-Shubik index: "
            f"{worst.data['error']:.1e} (bound {worst.data['error_bound']:.1e}), {worst.title}"
        )
    if peak is not None:
        print(
            f"Peak resident memory of our part: {peak:.0f} MB, {before:.0f} MB of it Python and "
            f"imports; target below {MOST_MEMORY:.0f} MB: {'yes' if peak < MOST_MEMORY else 'NO'}"
        )
    write(
        options.output,
        [line.record() for line in lines],
        peers=peers,
        imported_mb=before,
        resident_mb=peak,
        **settings._asdict(),
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
