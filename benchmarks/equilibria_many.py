"""Equilibria of many players beside other packages: ``python -m benchmarks.equilibria_many``.

Three kinds of work on symmetric games by counts. *Pure*: all pure equilibria of a threshold public
good, where peers list profiles of individuals and we list counts. *Symmetric*: the equilibria in
which all mix alike, of the volunteer's dilemma; peers follow a branch to one of them. Both of a
size that peers can still hold as a tensor, and of 193 states, where they can't. *Roles*: all pure
equilibria by counts of the charter's 193 states in their classes.

One process per peer and task, one thread, milliseconds, the best of several runs or one run where
it takes long. Ours starts from the table of a game by counts, with all checks; peers start from the
tensor of payoffs, laid out beforehand, and make their own game of it. What takes a peer longer than
``--limit`` seconds is stopped. A peer is right if it finds the same number of profiles of
individuals, or a mixture within `TOLERANCE` of ours; ours are checked by formulas of their own.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from math import comb
from typing import Any, NamedTuple

# First: it sets the number of threads before NumPy starts them.
from benchmarks.timing import best_time

# isort: split
import numpy as np

import coopgames as cg
from benchmarks.suite import Answer, Line, Settings, Suite, Target, asked, run
from coopgames.equilibria.pure import pure_equilibria
from coopgames.equilibria.symmetric import symmetric_equilibria
from coopgames.games import RoleGame, SymmetricGame, symmetric_game
from coopgames.games.classics import volunteers_dilemma

#: Most a peer's probability differs from ours: it stops on the way to the limit of its branch.
TOLERANCE = 1e-3
#: What a contribution costs, where a good is worth 1; our assumption.
COST = 0.3


class Task(NamedTuple):
    """One row: kind of work, number of players, what we mean to reach."""

    kind: str
    players: int
    #: At least so many times as fast as a peer.
    ratios: dict[str, float] = {}
    #: At most so many milliseconds.
    most: float | None = None

    @property
    def title(self) -> str:
        """The work in words."""
        return f"{self.kind}, {self.players} players"


TASKS = {
    "pure-5": Task("pure", 5),
    "pure-9": Task("pure", 9, ratios={"quantecon": 150, "gambit": 150}),
    "pure-193": Task("pure", 193, most=5.0),
    "symmetric-5": Task("symmetric", 5),
    "symmetric-9": Task("symmetric", 9, ratios={"gambit": 1000}),
    "symmetric-193": Task("symmetric", 193, most=5.0),
    "roles-193": Task("roles", 193, most=5_000.0),
}
#: So many players a peer is still given as a tensor.
LARGEST_TENSOR = 12


def threshold(players: int) -> int:
    """Return how many must contribute: more than half."""
    return players // 2 + 1


def game_of(task: Task) -> SymmetricGame | RoleGame:
    """Return the game, as a user has it."""
    n = task.players
    if task.kind == "pure":
        return symmetric_game(
            n,
            ("give", "keep"),
            lambda i, others: (others[:, 0] + (i == 0) >= threshold(n)) - COST * (i == 0),
        )
    if task.kind == "symmetric":
        return volunteers_dilemma(n, 1.0, COST)
    charter = cg.game("charter", problem="climate", world="un193")
    return cg.policy_games(charter).games[0]


def tensor(task: Task) -> np.ndarray:
    """Return the payoffs of all players in all profiles, own axis last, shape (2, ..., 2, n)."""
    n = task.players
    gives = 1 - np.indices((2,) * n)
    others = gives.sum(axis=0) - gives
    if task.kind == "pure":
        paid = (others + gives >= threshold(n)) - COST * gives
    else:
        paid = np.where(gives == 1, 1.0 - COST, others > 0)
    return np.moveaxis(paid.astype(float), 0, -1)


# --- those who do the work -------------------------------------------------------------------


def ours(task: Task) -> Callable[[], Any]:
    """Return our work."""
    game = game_of(task)
    solve = symmetric_equilibria if task.kind == "symmetric" else pure_equilibria
    return lambda: solve(game)


def answer_of(task: Task, found: Any) -> tuple[float, bool]:
    """Return our answer in one number, and whether it is right by another route."""
    n = task.players
    if task.kind == "symmetric":
        defect = float(found[0].mixed[0][1])
        return defect, len(found) == 1 and abs(defect - COST ** (1 / (n - 1))) < 1e-12
    number = sum(profile.labels["profiles"] for profile in found)
    if task.kind == "pure":
        return float(number), number == 1 + comb(n, threshold(n))
    gains = [
        (np.where(profile.counts[block] > 0, paid.max(axis=1) - np.diag(paid), 0.0)).max()
        for profile in found
        for block, paid in zip(
            found.game.blocks(), found.game.payoffs_of_revising(profile.counts), strict=True
        )
    ]
    return float(number), found.complete and max(gains, default=0.0) <= 1e-12


def by_quantecon(task: Task) -> Callable[[], float] | None:
    """Return the work of pure_nash_brute; it has no solver for symmetric mixtures."""
    from quantecon.game_theory import NormalFormGame, pure_nash_brute

    if task.kind != "pure":
        return None
    paid = tensor(task)
    return lambda: float(len(pure_nash_brute(NormalFormGame(paid))))


def by_gambit(task: Task) -> Callable[[], float]:
    """Return the work of enumpure, or of the logit branch."""
    import pygambit

    paid = [np.ascontiguousarray(part) for part in np.moveaxis(tensor(task), -1, 0)]

    def work() -> float:
        game = pygambit.Game.from_arrays(*paid)
        if task.kind == "pure":
            return float(len(pygambit.nash.enumpure_solve(game).equilibria))
        (found,) = pygambit.nash.logit_solve(game).equilibria
        (_, stays), *_ = (list(player.strategies) for player in game.players)
        return float(found[stays])

    return work


#: How peers are asked.
PEERS: dict[str, Callable[[Task], Callable[[], float] | None]] = {
    "quantecon": by_quantecon,
    "gambit": by_gambit,
}


# --- measuring -------------------------------------------------------------------------------


def time_peer(name: str, task: Task, *, repeats: int) -> dict[str, Any]:
    """Return a peer's time and answer, or why it failed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # What a peer compiles at its first call isn't its work.
            warm = PEERS[name](Task(task.kind, 3))
            work = PEERS[name](task)
            if work is None or warm is None:
                return {}
            warm()
            time, found = best_time(work, repeats)
    except (ArithmeticError, LookupError, ValueError, RuntimeError) as failure:
        return {"failed": repr(failure)}
    return {"ms": time, "answer": found}


def measure(name: str, peers: Sequence[str], settings: Settings) -> list[Line]:
    """Return one line: our time and whether it is right, the same of peers."""
    task = TASKS[name]
    work = ours(task)
    work()  # imports
    time, found = best_time(work, settings.repeats)
    answer, right = answer_of(task, found)
    small = task.kind != "roles" and task.players <= LARGEST_TENSOR
    line = Line(
        name=name,
        title=task.title,
        seconds=1e-3 * time,
        mark="" if right else "WRONG",
        peers={peer: answer_of_peer(peer, task, answer, settings) for peer in peers * small},
        columns={"answer": f"{answer:.6g}"},
        data={"answer": answer},
    )
    if task.most is None:
        return [line.aiming(task.ratios)]
    most = Target(text=f"<= {task.most:g} ms", met="yes" if time <= task.most else "NO")
    return [line.aiming(task.ratios, most)]


def answer_of_peer(peer: str, task: Task, ours: float, settings: Settings) -> Answer:
    """Return a peer's time and whether it is right."""
    found = asked(settings.limit, time_peer, name=peer, task=task, repeats=settings.repeats)
    if isinstance(found, Answer):
        return found
    mark = "" if abs(found["answer"] - ours) <= TOLERANCE else "WRONG"
    return Answer(seconds=1e-3 * found["ms"], mark=mark)


SUITE = Suite(
    "Equilibria of many players",
    tuple(TASKS),
    tuple(name for name in TASKS if name != "roles-193"),
    tuple(PEERS),
    measure,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its table."""
    return run("benchmarks.equilibria_many", __doc__, SUITE, arguments)


if __name__ == "__main__":
    sys.exit(main())
