"""Tournaments under institutions: the same strategies, the game that each institution makes.

The stage game is that between two states, or blocs, with votes, mandates, sanctions and exclusion
folded in. With the institution's own monitoring both sides react to what its bodies record: a
breach that no body sees counts as cooperation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from .._checks import one_of
from ..dynamics.processes.every import FiniteProcess
from ..errors import CoopgamesError
from ..games.bilateral import BilateralGame, Side, bilateral_game
from ..institutions import Institution
from ..kernels.misperception import ErrorRates
from ..play.monitoring import institution_monitoring
from ..play.tournaments.ecological import GONE, ecological_tournament
from ..play.tournaments.tournament import Strategy, round_robin
from ..play.tournaments.tournament_record import Tournament
from ..problems import Problem
from ..worlds import World
from .evolutionary_tournament import evolutionary_tournament
from .resolve import game, named_all

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = [
    "FIELD",
    "InstitutionTournament",
    "TournamentComparison",
    "compare_tournaments",
    "institution_tournament",
]

Floats = npt.NDArray[np.float64]

#: Who plays where nothing else is asked for; our assumption.
FIELD = (
    "always cooperate",
    "always defect",
    "tit for tat",
    "generous tit for tat",
    "win-stay lose-shift",
    "grim",
)
#: Shares closer than this are ties where winners are named.
TIE = 1e-6

Kind = Literal["round-robin", "ecological", "evolutionary"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InstitutionTournament:
    """A tournament under an institution.

    Attributes
    ----------
    stage : BilateralGame
        The game of a round.
    tournament : Tournament
        Its settings hold the errors of perception, also where they are the institution's.
    """

    stage: BilateralGame
    tournament: Tournament


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TournamentComparison:
    """One record per institution and problem: who wins, and how often anybody cooperates.

    Attributes
    ----------
    records : tuple of dict
        ``institution``, ``problem``, ``world``; ``kinds``, the game that each side sees;
        ``winners``, all of them; ``value``, the winner's score (round robin) or share;
        ``cooperation``, how often anybody cooperates: over the whole field (round robin), in the
        last generation (ecological) or the limit of rare mutations (evolutionary); ``note``.
    kind : str
    """

    records: tuple[dict[str, Any], ...]
    kind: Kind

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    def to_pandas(self) -> DataFrame:
        """Return a tidy frame, one row per institution and problem."""
        import pandas as pd

        return pd.DataFrame.from_records(list(self.records))


def institution_tournament(
    institution: Institution | str | Path,
    strategies: Sequence[Strategy] = FIELD,
    *,
    problem: Problem | str | Path = "climate",
    world: World | str | Path = "w20",
    sides: tuple[Side, Side] | None = None,
    others: float = 0.5,
    perception_error: ErrorRates = 0.0,
    monitoring: Literal["private", "public", "institution"] = "private",
    **how: Any,
) -> InstitutionTournament:
    """Return the round robin of strategies in the game that an institution makes.

    Parameters
    ----------
    institution, problem, world : record, name or path
    strategies : sequence of MemoryOne, Automaton or str
    sides, others
        As ``first``, ``second`` and ``others`` of `coopgames.bilateral_game`; two halves of the
        world by default.
    perception_error
        As in `coopgames.round_robin`.
    monitoring : {'private', 'public', 'institution'}
        'institution': public, with the errors of `coopgames.institution_monitoring`.
    **how
        Passed to `coopgames.round_robin`: ``discount_factor`` or ``turns``,
        ``implementation_error``, ``self_interactions``, ``weights``.

    Returns
    -------
    InstitutionTournament

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds, or errors are given beside the institution's.

    Examples
    --------
    >>> pair, errors = ("hegemon", "other"), {"implementation_error": 0.01}
    >>> found = institution_tournament("anarchy", sides=pair, discount_factor=0.9, **errors)
    >>> found.stage.kinds, found.tournament.winners
    (('harmony', "prisoner's dilemma"), ('grim',))
    """
    one_of("monitoring", monitoring, ("private", "public", "institution"))
    played = game(institution, problem, world)
    stage = bilateral_game(played, *(sides or ()), others=others)
    if monitoring == "institution":
        if np.any(perception_error):
            raise CoopgamesError(
                "perception_error must be 0 with monitoring='institution', which brings its own; "
                f"got {perception_error!r}"
            )
        perception_error = institution_monitoring(played).perception_error
    found = round_robin(
        strategies,
        stage,
        perception_error=perception_error,
        monitoring="private" if monitoring == "private" else "public",
        **how,
    )
    return InstitutionTournament(stage=stage, tournament=found)


def compare_tournaments(
    institutions: Institution | str | Path | Sequence[Institution | str | Path] | None = None,
    problem: Problem | str | Path | Sequence[Problem | str | Path] | None = "climate",
    strategies: Sequence[Strategy] = FIELD,
    *,
    kind: Kind = "round-robin",
    process: FiniteProcess | None = None,
    generations: int = 1000,
    rule: Literal["proportional", "exponential"] = "proportional",
    **how: Any,
) -> TournamentComparison:
    """Return who wins under each institution on each problem.

    Parameters
    ----------
    institutions, problem : record, name or path, or a sequence of them, optional
        By default every institution of the two texts, and climate; None for all eight problems.
    strategies : sequence of MemoryOne, Automaton or str
    kind : {'round-robin', 'ecological', 'evolutionary'}
        Whether the highest score wins; the largest share after so many generations; or that in the
        limit of rare mutations.
    process : Fermi, Moran, WrightFisher or BestOfSample, optional
        Of the evolutionary kind, as in `coopgames.evolutionary_tournament`.
    generations, rule
        Of the ecological kind, as in `coopgames.ecological_tournament`.
    **how
        Passed to `institution_tournament`.

    Returns
    -------
    TournamentComparison

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds.

    Examples
    --------
    >>> names, pair = ["anarchy", "global_state"], ("hegemon", "other")
    >>> table = compare_tournaments(names, "containment", sides=pair, discount_factor=0.9)
    >>> [(record["institution"], record["winners"]) for record in table]
    [('anarchy', ['always defect']), ('global_state', ['always cooperate'])]
    """
    one_of("kind", kind, ("round-robin", "ecological", "evolutionary"))
    rows = []
    for form in named_all("institutions", institutions):
        for issue in named_all("problems", problem):
            found = institution_tournament(form, strategies, problem=issue, **how)
            if kind == "round-robin":
                won = _round_robin(found.tournament)
            elif kind == "ecological":
                won = _ecological(found.tournament, generations, rule)
            else:
                won = _evolutionary(found.tournament, process)
            stage = found.stage
            rows.append(
                {
                    "institution": stage.institution,
                    "problem": stage.problem,
                    "world": stage.world,
                    "kinds": list(stage.kinds),
                    **won,
                }
            )
    return TournamentComparison(records=tuple(rows), kind=kind)


def _round_robin(played: Tournament) -> dict[str, Any]:
    return {
        "winners": list(played.winners),
        "value": float(played.scores.max()),
        "cooperation": played.cooperation_rate,
        "note": "",
    }


def _ecological(
    played: Tournament, generations: int, rule: Literal["proportional", "exponential"]
) -> dict[str, Any]:
    grown = ecological_tournament(played, generations=generations, rule=rule)
    notes = [] if grown.converged else [f"shares still moved by {grown.change:.1g}"]
    if grown.regret > GONE * np.ptp(played.payoffs):
        notes.append(f"some strategy would earn {grown.regret:.3g} more than the mean")
    rates = grown.cooperation
    return _of_shares(played, grown.shares[-1], None if rates is None else float(rates[-1]), notes)


def _evolutionary(played: Tournament, process: FiniteProcess | None) -> dict[str, Any]:
    evolved = evolutionary_tournament(played, process, stationary=False)
    notes = list(evolved.limit.certificate.notes)
    if not evolved.winners:
        return {"winners": [], "value": None, "cooperation": None, "note": "; ".join(notes)}
    return _of_shares(played, evolved.limit_shares, evolved.limit_cooperation_rate, notes)


def _of_shares(
    played: Tournament, shares: Floats, cooperation: float | None, notes: list[str]
) -> dict[str, Any]:
    best = float(shares.max())
    return {
        "winners": [
            name
            for name, share in zip(played.names, shares.tolist(), strict=True)
            if share >= best - TIE
        ],
        "value": best,
        "cooperation": cooperation,
        "note": "; ".join(notes),
    }
