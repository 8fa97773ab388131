"""Repeated games of two players between all pairs of memory-one strategies, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from .._checks import one_of, probability
from ..errors import CoopgamesError
from ..games import SymmetricGame, matrix_game
from ..kernels.memory_one import pair_laws
from ..strategies import MemoryOne, named_strategy
from ..strategies.zero_determinant import as_dilemma, round_payoffs

__all__ = ["PairPlay", "play_pairs"]

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairPlay:
    """What n strategies earn against each other in a repeated game of two.

    Attributes
    ----------
    names : tuple of str, n of them
    payoffs : array, shape (n, n)
        ``payoffs[i, j]`` is paid to i against j per round: its discounted mean, or the limit of
        means. [payoff]
    cooperation_rates : array, shape (n, n)
        How often i cooperates against j.
    law : array, shape (4, n, n)
        How often i and j play CC, CD, DC, DD, i's act first.
    recurrent_classes : int array, shape (n, n), or None
        Of the chain of acts. None with discounting.
    residual : float
        Largest difference between what enters and what leaves a state of a chain, per round.
    discount_factor, implementation_error, perception_error : float
    monitoring : {'private', 'public'}
    """

    names: tuple[str, ...]
    payoffs: Floats
    cooperation_rates: Floats
    law: Floats
    recurrent_classes: npt.NDArray[np.int8] | None
    residual: float
    discount_factor: float
    implementation_error: float
    perception_error: float
    monitoring: Literal["private", "public"]

    @property
    def ergodic(self) -> Booleans:
        """Whether the numbers do not depend on who begins how, shape (n, n)."""
        if self.recurrent_classes is None:
            return np.zeros(self.payoffs.shape, dtype=bool)
        return np.asarray(self.recurrent_classes == 1)

    def as_game(self) -> SymmetricGame:
        """Return the game in which strategies for the whole repeated game are chosen once.

        Examples
        --------
        >>> play_pairs(["grim", "always defect"], [[3, 0], [5, 1]]).as_game().strategies
        ('grim', 'always defect')
        """
        return matrix_game(self.payoffs, self.names)


def play_pairs(
    strategies: Sequence[MemoryOne | str] | npt.ArrayLike,
    game: SymmetricGame | npt.ArrayLike,
    *,
    discount_factor: float = 1.0,
    implementation_error: float = 0.0,
    perception_error: float = 0.0,
    monitoring: Literal["private", "public"] = "private",
) -> PairPlay:
    """Return what memory-one strategies earn against each other and themselves, exactly.

    Parameters
    ----------
    strategies : sequence of MemoryOne or str, or array_like of numbers, shape (n, 5)
        Strategies or their names; or probabilities of cooperating at the start and after CC, CD,
        DC, DD, own act first.
    game : SymmetricGame of two players and two acts, or array_like, shape (2, 2)
        Cooperation first. [payoff]
    discount_factor : float, in [0, 1]
        Also the probability that there is another round. 1, the default, stands for the limit of
        means from the strategies' starts.
    implementation_error : float, in [0, 1]
        Probability that an act is the opposite of what was meant.
    perception_error : float, in [0, 1]
        Probability that an act is seen as its opposite.
    monitoring : {'private', 'public'}
        Private: each player, for itself, may misread the other's last act, and knows its own.
        Public: both see the same signal of each act, and react to signals, of their own acts too.

    Raises
    ------
    CoopgamesError
        If a probability is none, or strategies or game are not of two players.

    Notes
    -----
    O(n^2); a thousand strategies take about a tenth of a second.

    References
    ----------
    Nowak & Sigmund (1990) Acta Appl. Math. 20:247, doi:10.1007/BF00049570; Press & Dyson (2012)
    PNAS 109:10409, doi:10.1073/pnas.1206569109.

    Examples
    --------
    >>> names = ["tit for tat", "win-stay lose-shift", "always defect"]
    >>> play = play_pairs(names, [[3, 0], [5, 1]], implementation_error=0.01)
    >>> play.payoffs.round(3)
    array([[2.25 , 2.25 , 1.02 ],
           [2.25 , 2.951, 0.535],
           [1.069, 2.985, 1.03 ]])
    >>> bool(play.ergodic.all())
    True
    """
    dilemma = as_dilemma(game)
    if dilemma.players != 2:
        raise CoopgamesError(
            f"game must be of two players; got {dilemma.players}; use play_group for more"
        )
    names, table = _table(strategies)
    found = pair_laws(
        table,
        discount_factor=probability("discount_factor", discount_factor),
        implementation_error=probability("implementation_error", implementation_error),
        perception_error=probability("perception_error", perception_error),
        monitoring="public"
        if one_of("monitoring", monitoring, ("private", "public")) == "public"
        else "private",
    )
    own, _ = round_payoffs(dilemma)
    payoffs = np.tensordot(own, found.law, 1)
    rates = found.law[0] + found.law[1]
    for array in (payoffs, rates, found.law, found.classes):
        if array is not None:
            array.setflags(write=False)
    return PairPlay(
        names=names,
        payoffs=payoffs,
        cooperation_rates=rates,
        law=found.law,
        recurrent_classes=found.classes,
        residual=found.residual,
        discount_factor=float(discount_factor),
        implementation_error=float(implementation_error),
        perception_error=float(perception_error),
        monitoring=monitoring,
    )


def _table(
    strategies: Sequence[MemoryOne | str] | npt.ArrayLike,
) -> tuple[tuple[str, ...], Floats]:
    """Return names and probabilities, shape (n, 5)."""
    if isinstance(strategies, Sequence) and any(
        isinstance(one, (MemoryOne, str)) for one in strategies
    ):
        chosen: list[MemoryOne] = []
        for one in strategies:
            strategy = named_strategy(one) if isinstance(one, str) else one
            if not isinstance(strategy, MemoryOne) or strategy.players != 2:
                raise CoopgamesError(f"strategies must be of two players, or names; got {one!r}")
            chosen.append(strategy)
        rows = np.array([(one.start, *one.response) for one in chosen])
        return tuple(one.name for one in chosen), rows
    try:
        table = np.asarray(strategies, dtype=float)
    except (TypeError, ValueError):
        raise CoopgamesError("strategies must be MemoryOne records, names or numbers") from None
    if table.ndim != 2 or table.shape[1] != 5 or not table.size:
        raise CoopgamesError(
            "strategies must have shape (n, 5): the start, then after CC, CD, DC, DD; "
            f"got {table.shape}"
        )
    if not ((table >= 0) & (table <= 1)).all():
        raise CoopgamesError("strategies must hold probabilities, in [0, 1]")
    return tuple(map(str, range(table.shape[0]))), table
