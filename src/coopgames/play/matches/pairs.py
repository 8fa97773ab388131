"""Repeated games of two players between all pairs of strategies, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..._checks import one_of, probability
from ...errors import CoopgamesError
from ...games import RoleGame, SymmetricGame, bimatrix_game, matrix_game
from ...kernels.misperception import ErrorRates, error_rates
from ...strategies import Automaton, MemoryOne
from .pair_laws import Monitoring, all_pair_laws, read_strategies
from .stage import Stage, alike, stage_payoffs

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
        ``payoffs[i, j]`` is paid to i, on the first side, against j per round: its discounted mean,
        or the limit of means. [payoff]
    column_payoffs : array, shape (n, n)
        ``column_payoffs[i, j]`` is paid to j, on the second side, against i; in a symmetric game
        the transpose of ``payoffs``. [payoff]
    cooperation_rates : array, shape (n, n)
        How often i cooperates against j.
    law : array, shape (4, n, n)
        How often i and j play CC, CD, DC, DD, i's act first.
    recurrent_classes : int array, shape (n, n), or None
        Of the chain of acts, or of the automata's states. None with discounting.
    residual : float
        Largest difference between what enters and what leaves a state of a chain, per round.
    discount_factor, implementation_error : float
    perception_error : tuple of two floats
        Probabilities of a missed defection and of a false alarm.
    monitoring : {'private', 'public'}
    """

    names: tuple[str, ...]
    payoffs: Floats
    column_payoffs: Floats
    cooperation_rates: Floats
    law: Floats
    recurrent_classes: npt.NDArray[np.int8] | None
    residual: float
    discount_factor: float
    implementation_error: float
    perception_error: tuple[float, float]
    monitoring: Monitoring

    @property
    def ergodic(self) -> Booleans:
        """Whether the numbers do not depend on who begins how, shape (n, n)."""
        if self.recurrent_classes is None:
            return np.zeros(self.payoffs.shape, dtype=bool)
        return np.asarray(self.recurrent_classes == 1)

    @property
    def symmetric(self) -> bool:
        """Whether both sides are paid alike."""
        return np.array_equal(self.column_payoffs, self.payoffs.T)

    def as_game(self) -> SymmetricGame:
        """Return the game in which strategies for the whole repeated game are chosen once.

        Raises
        ------
        CoopgamesError
            If the two sides are paid differently; `as_bimatrix` takes both.

        Examples
        --------
        >>> play_pairs(["grim", "always defect"], [[3, 0], [5, 1]]).as_game().strategies
        ('grim', 'always defect')
        """
        if not self.symmetric:
            raise CoopgamesError(
                "the two sides must be paid alike in a symmetric game; use as_bimatrix"
            )
        return matrix_game(self.payoffs, self.names)

    def as_bimatrix(self, roles: Sequence[str] = ("first", "second")) -> RoleGame:
        """Return the game in which each side chooses its strategy for the whole repeated game.

        Parameters
        ----------
        roles : two str
            Names of the sides.

        Examples
        --------
        >>> sides = [[3, 0], [5, 1]], [[6, 5], [0, 1]]
        >>> play_pairs(["grim", "always defect"], sides).as_bimatrix().sizes
        (2, 2)
        """
        names = (self.names, self.names)
        return bimatrix_game(self.payoffs, self.column_payoffs, names, roles=roles)


def play_pairs(
    strategies: Sequence[MemoryOne | Automaton | str] | npt.ArrayLike,
    game: Stage,
    *,
    discount_factor: float = 1.0,
    implementation_error: float = 0.0,
    perception_error: ErrorRates = 0.0,
    monitoring: Monitoring = "private",
) -> PairPlay:
    """Return what strategies earn against each other and themselves, exactly.

    Parameters
    ----------
    strategies : sequence of MemoryOne, Automaton or str, or array_like of numbers, shape (n, 5)
        Strategies or their names, mixed; or probabilities of cooperating at the start and after
        CC, CD, DC, DD, own act first.
    game : SymmetricGame, BilateralGame or array_like, shape (2, 2) or (2, 2, 2)
        Of two players and two acts, cooperation first. Two matrices, (first, second), are what
        each side gets where the first plays the row and the second the column: rows of the results
        then play the first side and columns the second. [payoff]
    discount_factor : float, in [0, 1]
        Also the probability that there is another round. 1, the default, stands for the limit of
        means from the strategies' starts.
    implementation_error : float, in [0, 1]
        Probability that an act is the opposite of what was meant.
    perception_error : float or two floats, in [0, 1]
        Probability that an act is seen as its opposite. Two numbers: that a defection is missed,
        and that a cooperation gives a false alarm.
    monitoring : {'private', 'public'}
        Private: each player, for itself, may misread the other's last act, and knows its own; what
        an automaton remembers of it stays misread. Public: both see the same signal of each act,
        and react to signals, of their own acts too.

    Raises
    ------
    CoopgamesError
        If a probability is none, or strategies or game are not of two players.
    BudgetError
        If automata make more than 50,000 pairs of states, or reach more than 5,000.

    Notes
    -----
    Pairs of memory-one strategies: a thousand of them take some hundredths of a second. Other pairs
    take a chain of the states their automata reach together: some ten thousand a second of few
    states.

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
    >>> play_pairs(["tit for two tats", "alternator"], [[3, 0], [5, 1]]).payoffs
    array([[3. , 1.5],
           [4. , 2. ]])
    """
    own, other = stage_payoffs(game)
    names, chosen = read_strategies(strategies)
    rates = error_rates(perception_error)
    found = all_pair_laws(
        chosen,
        discount_factor=probability("discount_factor", discount_factor),
        implementation_error=probability("implementation_error", implementation_error),
        perception_error=rates,
        monitoring="public"
        if one_of("monitoring", monitoring, ("private", "public")) == "public"
        else "private",
    )
    payoffs = np.tensordot(own, found.law, 1)
    columns = payoffs.T if alike(own, other) else np.tensordot(other, found.law, 1)
    cooperation = found.law[0] + found.law[1]
    for array in (payoffs, columns, cooperation, found.law, found.classes):
        if array is not None:
            array.setflags(write=False)
    return PairPlay(
        names=names,
        payoffs=payoffs,
        column_payoffs=columns,
        cooperation_rates=cooperation,
        law=found.law,
        recurrent_classes=found.classes,
        residual=found.residual,
        discount_factor=float(discount_factor),
        implementation_error=float(implementation_error),
        perception_error=rates,
        monitoring=monitoring,
    )
