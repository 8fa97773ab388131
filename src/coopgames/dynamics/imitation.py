r"""Imitation inside roles: Fermi pairwise comparison of policy variants.

A group of n states (a role, split by membership, seat and answer) has a population of
Z = max(population_size, n) policy variants, each complying or not. A world draws n of them
without replacement, group by group independently; so a variant of the group plays with n - 1
others out of Z - 1 and with the states of the other groups. A random variant meets a role model of
its own group and imitates it with the logistic of the payoff difference, or switches by mutation.

With j complying variants in a group and the other groups contributing Y0, let i be the complying
ones among the n - 1 others. The expected payoff of complying, less that of not complying, is

    Delta_j = E[ access b1(Y0 + i k) | i ~ H(Z-1, j-1, n-1) ] + drive
            - E[ access b0(Y0 + i k) | i ~ H(Z-1, j,   n-1) ],

with b1, b0 the benefit of one who acts and of one who does not, where the others contribute Y.
Both matter, not only their difference, which is V(Y + k) - V(Y): the two samples differ.

One group is a birth-death chain, solved in closed form with its mutations. Several groups are
solved in the limit of rare mutations: every group is monomorphic when a mutant appears, and the
embedded chain over the profiles {0, 1}**groups moves by fixation probabilities.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .._checks import at_least, count, one_of, probability
from ..errors import BudgetError, CoopgamesError
from ..games import ActionGame, Game
from ..kernels.birth_death import birth_death_stationary, pairwise_comparison_rates
from ..kernels.fixation import log_fixation_probability
from ..kernels.flips import flip_chain_law, flip_chain_work
from ..kernels.hypergeometric import hypergeometric_table
from ..outcomes import Certificate, ExactOutcome
from ..provenance import provenance

__all__ = ["Imitation"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Additions of logarithms, some 10 ns each, over all mandate events together.
LARGEST_WORK = 4e9

#: Below this a profile is never left in double precision: 1 - p is 1.
_STUCK = float(np.log(np.finfo(float).eps))


@dataclass(frozen=True, slots=True, kw_only=True)
class Imitation:
    """Fermi imitation of policy variants inside roles.

    Parameters
    ----------
    population_size : int
        Policy variants of a group, at least 2; groups with more states have as many as states.
    selection_intensity : float
        beta, at least 0. [1/stake] The default 5 is that of the collective-risk literature.
    mutation_probability : float, optional
        Probability of a switch per step, in (0, 1]; 1 / Z by default. Not used where several
        groups are present: there it is taken to 0.
    role_model : {'anyone', 'others'}
        Whether the role model is drawn from all Z variants, as in the papers below, or from the
        Z - 1 others. Not used where mutation is taken to 0: fixation does not depend on it.

    References
    ----------
    Traulsen, Nowak & Pacheco (2006) Phys. Rev. E 74:011909, doi:10.1103/PhysRevE.74.011909; Santos
    & Pacheco (2011) PNAS 108:10421, doi:10.1073/pnas.1015648108; Fudenberg & Imhof (2006) J. Econ.
    Theory 131:251, doi:10.1016/j.jet.2005.04.006. Model D8.3, D9b.

    Examples
    --------
    >>> from coopgames.catalogue import load
    >>> from coopgames.games import compile_game
    >>> game = compile_game(
    ...     load("institutions", "anarchy"), load("problems", "trade"), load("worlds", "uniform-5")
    ... )
    >>> Imitation().method(game)
    'birth-death'
    """

    population_size: int = 50
    selection_intensity: float = 5.0
    mutation_probability: float | None = None
    role_model: Literal["anyone", "others"] = "anyone"

    def __post_init__(self) -> None:
        count("population_size", self.population_size, 2)
        at_least("selection_intensity", self.selection_intensity, 0)
        one_of("role_model", self.role_model, ("anyone", "others"))
        mutation = self.mutation_probability
        if mutation is not None and not probability("mutation_probability", mutation) > 0:
            raise CoopgamesError(
                f"mutation_probability must be > 0, or None for 1 / Z; got {mutation!r}: without "
                "mutation the law depends on the start"
            )

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""
        return {
            "dynamic": "imitation",
            "population_size": self.population_size,
            "selection_intensity": self.selection_intensity,
            "mutation_probability": self.mutation_probability,
            "role_model": self.role_model,
        }

    def method(self, game: Game) -> str:
        """Return the exact route for a game: 'birth-death' or 'small-mutation limit'."""
        return _method(game.action_game())

    def long_run(self, game: Game) -> ExactOutcome:
        """Return the stationary outcome; see `coopgames.evolve`.

        Raises
        ------
        BudgetError
            If the embedded chains of all mandate events are too large; says by how much.
        """
        played = game.action_game()
        method = _method(played)
        rows, back = _different(played)
        benefit = game.stakes.idle
        notes: tuple[str, ...] = ()
        residual = 0.0
        if method == "birth-death":
            solved = [self._one_group(played, int(row), benefit) for row in rows]
        else:
            _within_budget(played, rows, expected=game.mandate == "expected")
            chains = [self._profiles(played, int(row), benefit) for row in rows]
            solved = [chain.result for chain in chains]
            residual = max(chain.residual for chain in chains)
            notes = _notes(chains)
        law = np.stack([one for one, _ in solved])[back]
        acts = np.stack([one for _, one in solved])[back]
        if game.mandate == "expected":
            law, acts = law[:1], acts[:1, game.events.class_of_group]
        return ExactOutcome(
            game=game,
            law=law,
            acts=acts,
            certificate=Certificate(
                method=method,
                exact=True,
                residual=residual,
                grid_error=game.stakes.grid_error,
                notes=notes,
            ),
            provenance=provenance(game.specification() | self.parameters()),
        )

    def _size(self, states: int) -> int:
        """Z, the policy variants of a group of so many states."""
        return max(self.population_size, states)

    def _gain(
        self, played: ActionGame, row: int, group: int, elsewhere: Integers, benefit: Floats
    ) -> Floats:
        """Return Delta_j, shape (elsewhere, Z - 1), given what the other groups contribute."""
        states, step = int(played.counts[row, group]), int(played.leverage[group])
        sampled = hypergeometric_table(self._size(states) - 1, states - 1)
        others = elsewhere[:, None] + step * np.arange(states)
        idle = benefit[others]
        acting = idle + played.potential[others + step] - played.potential[others]
        gain = acting @ sampled[:-1].T - idle @ sampled[1:].T
        return np.asarray(played.access[row, group] * gain + played.drive[row, group])

    # -- one group -----------------------------------------------------------------------

    def _one_group(self, played: ActionGame, row: int, benefit: Floats) -> tuple[Floats, Floats]:
        """Return the law of X and the act rates of a row in which one group has states."""
        group = int(np.flatnonzero(played.counts[row])[0])
        states = int(played.counts[row, group])
        size = self._size(states)
        mutation = self.mutation_probability
        up, down = pairwise_comparison_rates(
            self._gain(played, row, group, np.zeros(1, dtype=np.int64), benefit)[0],
            selection_intensity=self.selection_intensity,
            mutation_probability=1.0 / size if mutation is None else mutation,
            role_model=self.role_model,
        )
        pi = birth_death_stationary(up, down)
        law = np.zeros(played.potential.size)
        reached = int(played.leverage[group]) * np.arange(states + 1)
        np.add.at(law, reached, pi @ hypergeometric_table(size, states))
        acts = np.zeros(played.leverage.size)
        acts[group] = pi @ np.arange(size + 1) / size
        return law, acts

    # -- several groups ------------------------------------------------------------------

    def _profiles(self, played: ActionGame, row: int, benefit: Floats) -> _Chain:
        """Solve the embedded chain over the monomorphic profiles of one row."""
        groups = np.flatnonzero(played.counts[row])
        weight = played.counts[row, groups] * played.leverage[groups]
        sizes = np.array([self._size(int(n)) for n in played.counts[row, groups]])
        profiles = np.arange(2**groups.size)
        complies = (profiles[:, None] >> np.arange(groups.size) & 1).astype(bool)
        contribution = complies @ weight
        log_rate = np.empty(complies.shape)
        for position, group in enumerate(groups):
            now = complies[:, position]
            elsewhere, back = np.unique(contribution - now * weight[position], return_inverse=True)
            gain = self._gain(played, row, int(group), elsewhere, benefit)
            # A variant that stops complying gains the reverse, counted from the other end.
            starts = log_fixation_probability(gain, self.selection_intensity)[back]
            stops = log_fixation_probability(-gain[:, ::-1], self.selection_intensity)[back]
            # Every variant is as likely to mutate, so larger populations do it more often.
            share = np.log(sizes[position] / sizes.sum())
            log_rate[:, position] = np.where(now, stops, starts) + share
        log_law, residual = flip_chain_law(log_rate)
        pi = np.exp(log_law)
        law = np.zeros(played.potential.size)
        np.add.at(law, contribution, pi)
        acts = np.zeros(played.leverage.size)
        acts[groups] = pi @ complies
        return _Chain(
            result=(law, acts),
            residual=residual,
            rarest=float(log_rate.min()),
            stuck=int((np.logaddexp.reduce(log_rate, axis=1) < _STUCK).sum()),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Chain:
    """One row's solution: (law of X, acts), the log of the rarest step, profiles hardly left."""

    result: tuple[Floats, Floats]
    residual: float
    rarest: float
    stuck: int


def _method(played: ActionGame) -> str:
    one = ((played.counts > 0).sum(axis=1) == 1).all()
    return "birth-death" if one else "small-mutation limit"


def _different(played: ActionGame) -> tuple[Integers, Integers]:
    """Return one row for each different game, and which of them each event plays."""
    present = played.counts > 0
    keys = np.concatenate(
        [
            played.counts,
            np.where(present, played.drive, 0.0),
            np.where(present, played.access, 0.0),
        ],
        axis=1,
    )
    _, rows, back = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return rows, back.ravel()


def _within_budget(played: ActionGame, rows: Integers, *, expected: bool) -> None:
    groups = (played.counts[rows] > 0).sum(axis=1)
    work = sum(flip_chain_work(int(m)) for m in groups)
    if work > LARGEST_WORK:
        way_out = (
            "use Logit, whose cost does not grow with the number of classes"
            if expected
            else "compile the game with mandate='expected', which plays once, class by class"
        )
        raise BudgetError(
            f"the embedded chains of {rows.size} different mandate events with up to "
            f"{groups.max()} groups need {work:.2g} operations, more than {LARGEST_WORK:.2g}; "
            f"{way_out}"
        )


def _notes(chains: list[_Chain]) -> tuple[str, ...]:
    notes = ["small-mutation limit; misleading where the whole world is one group (model D9b)"]
    stuck = sum(chain.stuck > 1 for chain in chains)
    if stuck:
        notes.append(
            f"in {stuck} of {len(chains)} different mandate events several profiles are closed "
            "classes in double precision (a mutant leads out of them with a probability below "
            "2.2e-16); their weights come from logarithms, but no real horizon passes between them"
        )
    rarest = min(chain.rarest for chain in chains)
    if rarest < np.log(np.finfo(float).tiny):
        notes.append(
            f"the rarest step has probability exp({rarest:.0f}), below the smallest double; "
            "kept as a logarithm"
        )
    return tuple(notes)
