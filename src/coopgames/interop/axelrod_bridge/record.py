"""What strategies of the axelrod library and ours earn against each other, and how it was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError
from ...games import RoleGame, SymmetricGame, bimatrix_game, matrix_game
from ...play.tournaments.tournament_record import Tournament, score_tournament

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["AxelrodPlay"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AxelrodPlay:
    """The table of all matches between n strategies.

    Attributes
    ----------
    names : tuple of str, n of them
    payoffs : array, shape (n, n)
        ``payoffs[i, j]`` is paid to i against j per round, the mean of both sides; NaN where the
        match wasn't played. [payoff]
    standard_errors : array, shape (n, n)
        Of ``payoffs``: 0 where they are exact, NaN where one match can't tell.
    cooperation_rates : array, shape (n, n)
        How often i cooperates against j, the mean of both sides.
    routes : tuple of tuples of str, n by n
        'exact', 'axelrod' (the library's engine) or '' where the match wasn't played.
    readings : mapping of str to str
        How each strategy was read: 'ours', 'vector', 'table', 'asked' (tested, not proved; see
        `from_axelrod`), or why it wasn't.
    left_out : mapping of str to str
        Strategies of a list that can't play this game, and why.
    sides : tuple of two str
        Where the sides have different payoffs; else empty.
    side_payoffs : array, shape (2, n, n), or None
        Paid on each side, own strategy first; None where both are alike. [payoff]
    turns : int
        Rounds of a match; of no effect with ``prob_end``.
    prob_end : float or None
    noise : float
    repetitions : int
        Matches of each pair that was sampled.
    entropy : int
        Passed as ``rng``, gives the same matches again.
    """

    names: tuple[str, ...]
    payoffs: Floats
    standard_errors: Floats
    cooperation_rates: Floats
    routes: tuple[tuple[str, ...], ...]
    readings: Mapping[str, str]
    left_out: Mapping[str, str]
    sides: tuple[str, str] | tuple[()]
    side_payoffs: Floats | None
    turns: int
    prob_end: float | None
    noise: float
    repetitions: int
    entropy: int

    @property
    def complete(self) -> bool:
        """Whether all matches were played; not so after an interruption."""
        return bool(np.isfinite(self.payoffs).all())

    @property
    def exact(self) -> bool:
        """Whether no match was sampled."""
        return all(route == "exact" for row in self.routes for route in row)

    def tournament(
        self, *, self_interactions: bool = True, weights: npt.ArrayLike | None = None
    ) -> Tournament:
        """Return scores, ranks and wins.

        Parameters
        ----------
        self_interactions : bool
            Whether a strategy's match with its twin counts, as in Axelrod's tournaments; the
            library leaves it out.
        weights : array_like, shape (n,), optional
            Composition of the field; equal by default.

        Raises
        ------
        CoopgamesError
            If matches are missing.
        """
        self._finished()
        found = score_tournament(self, self_interactions=self_interactions, weights=weights)
        length = {"turns": self.turns} if self.prob_end is None else {"prob_end": self.prob_end}
        return replace(
            found,
            sides=self.sides,
            side_payoffs=self.side_payoffs,
            settings=length | {"noise": self.noise, "repetitions": self.repetitions},
        )

    def as_game(self) -> SymmetricGame | RoleGame:
        """Return the game in which strategies for all matches are chosen once.

        A symmetric game where both sides have the same payoffs, else one of two roles.

        Raises
        ------
        CoopgamesError
            If matches are missing.
        """
        self._finished()
        if self.side_payoffs is None:
            return matrix_game(self.payoffs, self.names)
        first, second = self.side_payoffs
        roles = self.sides if len(set(self.sides)) == 2 else ("first", "second")
        return bimatrix_game(first, second.T, [self.names, self.names], roles=roles)

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat record for each strategy and opponent whose match was played."""
        return [
            {
                "strategy": mine,
                "opponent": yours,
                "payoff": float(self.payoffs[i, j]),
                "standard_error": float(self.standard_errors[i, j]),
                "cooperation_rate": float(self.cooperation_rates[i, j]),
                "route": self.routes[i][j],
            }
            for i, mine in enumerate(self.names)
            for j, yours in enumerate(self.names)
            if self.routes[i][j]
        ]

    def to_pandas(self) -> DataFrame:
        """Return a tidy frame, one row per strategy and opponent."""
        import pandas as pd

        return pd.DataFrame.from_records(self.rows())

    def _finished(self) -> None:
        if not self.complete:
            played = sum(bool(route) for row in self.routes for route in row)
            raise CoopgamesError(
                f"only {played} of {len(self.names) ** 2} entries of the table are there; the "
                f"matches were interrupted: play again with rng={self.entropy}, or use rows()"
            )
