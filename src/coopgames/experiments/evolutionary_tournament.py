r"""Evolutionary tournaments: strategies for a repeated game in a finite population.

Who earns more is imitated, or has more offspring. Three answers at once, each exact: the stationary
law with mutations, its limit as they become rare, and who takes over from whom.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..dynamics import Moran, PopulationOutcome, evolve, small_mutation_limit
from ..dynamics.populations.stationary import payoffs_of_two
from ..dynamics.processes.every import FiniteProcess
from ..errors import CoopgamesError
from ..games import SymmetricGame, matrix_game
from ..kernels.markov.pairwise_fixation import pair_matrix
from ..outcomes import Certificate
from ..play.groups.group_compositions import GroupCompositions
from ..play.tournaments.tournament_record import PayoffTable, payoff_table

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["EvolutionaryTournament", "evolutionary_tournament"]

Floats = npt.NDArray[np.float64]

#: Differences of shares below are ties.
TIE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EvolutionaryTournament:
    """How strategies fare in a finite population.

    Attributes
    ----------
    names : tuple of str, s of them
    game : SymmetricGame
        In which strategies for the whole repeated game are chosen once.
    process : mapping
        Parameters of the process.
    limit : PopulationOutcome
        As mutations become rare; its certificate notes closed classes.
    stationary : PopulationOutcome or None
        With mutations; None where it's too large, or there is none.
    fixation : array, shape (s, s)
        ``fixation[i, j]`` is how likely one i takes over a population of j; 1 / Z on the diagonal,
        as without selection. NaN where the two may coexist for ever.
    cooperation_rate, limit_cooperation_rate : float or None
        How often anybody cooperates in the long run; in the limit in homogeneous populations. None
        where the rates of strategies aren't known.
    reasons : mapping
        Why something is None, by name.
    """

    names: tuple[str, ...]
    game: SymmetricGame
    process: Mapping[str, Any]
    limit: PopulationOutcome
    stationary: PopulationOutcome | None
    fixation: Floats
    cooperation_rate: float | None
    limit_cooperation_rate: float | None
    reasons: Mapping[str, str]

    @property
    def limit_shares(self) -> Floats:
        """Share of time with each strategy as mutations become rare, shape (s,)."""
        return np.array([self.limit.shares()[name] for name in self.names])

    @property
    def shares(self) -> Floats | None:
        """Mean share of each strategy with mutations, shape (s,)."""
        if self.stationary is None:
            return None
        found = self.stationary.shares()
        return np.array([found[name] for name in self.names])

    @property
    def ranks(self) -> npt.NDArray[np.int64]:
        """One more than the strategies of a larger share in the limit, shape (s,)."""
        shares = self.limit_shares
        return np.asarray(1 + (shares[None, :] > shares[:, None] + TIE).sum(axis=1), dtype=np.int64)

    @property
    def winners(self) -> tuple[str, ...]:
        """Names on rank 1; nobody where there is no limit."""
        if np.isnan(self.limit_shares).any():
            return ()
        return tuple(
            name for name, rank in zip(self.names, self.ranks.tolist(), strict=True) if rank == 1
        )

    @property
    def certificates(self) -> dict[str, Certificate]:
        """Return what proves each law."""
        out = {"limit": self.limit.certificate}
        if self.stationary is not None:
            out["stationary"] = self.stationary.certificate
        return out

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat record for each strategy, in the order given; undefined is None."""
        shares = self.shares
        return [
            {
                "strategy": name,
                "rank": int(self.ranks[i]) if self.winners else None,
                "share": None if shares is None else float(shares[i]),
                "limit_share": _plain(self.limit_shares[i]),
                "neutral_share": 1 / len(self.names),
            }
            for i, name in enumerate(self.names)
        ]

    def to_pandas(self) -> DataFrame:
        """Return `rows` as a frame."""
        import pandas as pd

        return pd.DataFrame.from_records(self.rows())

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "strategies": list(self.names),
            "process": {
                key: value.tolist() if isinstance(value, np.ndarray) else value
                for key, value in self.process.items()
            },
            "winners": list(self.winners),
            "rows": self.rows(),
            "fixation": [[_plain(value) for value in row] for row in self.fixation],
            "cooperation_rate": self.cooperation_rate,
            "limit_cooperation_rate": self.limit_cooperation_rate,
            "certificates": {name: one.as_dict() for name, one in self.certificates.items()},
            "reasons": dict(self.reasons),
        }


def evolutionary_tournament(
    played: SymmetricGame | GroupCompositions | PayoffTable | npt.ArrayLike,
    process: FiniteProcess | None = None,
    *,
    names: Sequence[str] | None = None,
    stationary: bool = True,
) -> EvolutionaryTournament:
    """Return how strategies fare in a finite population, with and as without mutations.

    Parameters
    ----------
    played : Tournament, PairPlay, GroupCompositions, SymmetricGame, or array_like, shape (s, s)
        What strategies earn: between two, a table or anything with ``names`` and ``payoffs``; in
        groups, the compositions played or any symmetric game. [payoff]
    process : Fermi, Moran, WrightFisher or BestOfSample, optional
        By default the Moran process among 100, selection intensity 1 (our assumption).
    names : sequence of str, optional
        Of a table; "0", "1", ... by default.
    stationary : bool
        False leaves out the law with mutations, which takes half a minute where its chain has
        50,000 states: six strategies among 20.

    Returns
    -------
    EvolutionaryTournament
        The stationary law is None where its chain would be too large, or mutations or the strength
        of selection leave none; ``reasons`` says why. The limit is always there.

    Raises
    ------
    CoopgamesError
        If there are fewer than two strategies, or fitness is not above 0.
    BudgetError
        If the population is too large for the dense chain of the Wright-Fisher process.

    References
    ----------
    Fudenberg & Imhof (2006) J. Econ. Theory 131:251, doi:10.1016/j.jet.2005.04.006; Imhof,
    Fudenberg & Nowak (2005) PNAS 102:10797, doi:10.1073/pnas.0502589102.

    Examples
    --------
    >>> from coopgames.dynamics import Fermi
    >>> from coopgames.play import play_pairs
    >>> trio = ["always cooperate", "always defect", "tit for tat"]
    >>> play = play_pairs(trio, [[3, 0], [5, 1]], discount_factor=0.9)
    >>> found = evolutionary_tournament(play, Fermi(population_size=40, selection_intensity=0.1))
    >>> found.winners, round(found.limit_cooperation_rate, 3)
    (('tit for tat',), 0.669)
    """
    chosen: FiniteProcess = Moran() if process is None else process
    game, rates = _games(played, names)
    if game.size < 2:
        raise CoopgamesError(f"played must have at least two strategies; got {game.size}")
    limit = small_mutation_limit(game, chosen)
    reasons: dict[str, str] = {}
    long_run = None
    if stationary:
        try:
            long_run = evolve(game, chosen)
        except CoopgamesError as problem:
            reasons["stationary"] = str(problem)
    else:
        reasons["stationary"] = "not asked for"
    if rates is None:
        reasons["cooperation_rate"] = "rates of cooperation of the strategies are not known"
    elif long_run is None:
        reasons["cooperation_rate"] = reasons["stationary"]
    if np.isnan(limit.law).any():
        reasons["limit"] = "; ".join(limit.certificate.notes)
    return EvolutionaryTournament(
        names=game.strategies,
        game=game,
        process=chosen.parameters(),
        limit=limit,
        stationary=long_run,
        fixation=_fixation(game, chosen),
        cooperation_rate=_cooperation(long_run, rates),
        limit_cooperation_rate=_cooperation(limit, rates),
        reasons=reasons,
    )


def _games(
    played: SymmetricGame | GroupCompositions | PayoffTable | npt.ArrayLike,
    names: Sequence[str] | None,
) -> tuple[SymmetricGame, SymmetricGame | None]:
    """Return the game, and the same with rates of cooperation for payoffs."""
    if isinstance(played, SymmetricGame):
        return played, None
    if isinstance(played, GroupCompositions):
        return played.as_game(), played.cooperation_game()
    labels, table, rates = payoff_table(played, names)
    return matrix_game(table, labels), None if rates is None else matrix_game(rates, labels)


def _fixation(game: SymmetricGame, process: FiniteProcess) -> Floats:
    """Return how likely one of the row's strategy takes over a population of the column's."""
    pairs = [payoffs_of_two(game, process, i, j) for i, j in combinations(range(game.size), 2)]
    own, other = np.moveaxis(np.array(pairs), 1, 0)
    forward, backward = process.log_fixation(own, other)
    found = np.exp(pair_matrix(forward, backward, population_size=process.individuals).T)
    found.setflags(write=False)
    return found


def _cooperation(outcome: PopulationOutcome | None, rates: SymmetricGame | None) -> float | None:
    """Return how often anybody cooperates, in expectation over a law."""
    if outcome is None or rates is None or np.isnan(outcome.law).any():
        return None
    each = rates.payoffs_in_population(outcome.states)
    shares = outcome.states / outcome.population_size
    return outcome.expect((shares * each).sum(axis=1)).value


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
