"""Fingerprints over noise and patience: how a strategy fares against itself or given opponents.

Exact at every point of a grid of implementation errors and discount factors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError
from ...kernels.misperception import ErrorRates
from ...strategies import Automaton, MemoryOne
from ..matches.stage import Stage
from .tournament import Strategy, round_robin

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Fingerprint", "fingerprint", "probability_grid"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fingerprint:
    """What a strategy earns and how often it cooperates, over errors and discount factors.

    Attributes
    ----------
    strategy : str
    opponents : tuple of str, k of them
    noise : array, shape (a,)
        Implementation errors, of both players.
    discount : array, shape (b,)
        Discount factors.
    payoffs, cooperation_rates : array, shape (a, b, k)
        Of the strategy against each opponent. [payoff], and in [0, 1]
    opponent_payoffs : array, shape (a, b, k)
        Of each opponent against the strategy. [payoff]
    weights : array, shape (k,)
        Of the opponents in the field; sum to one.
    residual : float
        The largest of all plays.
    """

    strategy: str
    opponents: tuple[str, ...]
    noise: Floats
    discount: Floats
    payoffs: Floats
    cooperation_rates: Floats
    opponent_payoffs: Floats
    weights: Floats
    residual: float

    @property
    def mean_payoffs(self) -> Floats:
        """Mean payoff over the field, shape (a, b)."""
        return np.asarray(self.payoffs @ self.weights)

    @property
    def mean_cooperation(self) -> Floats:
        """How often the strategy cooperates over the field, shape (a, b)."""
        return np.asarray(self.cooperation_rates @ self.weights)

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat record for each error, discount factor and opponent."""
        return [
            {
                "strategy": self.strategy,
                "opponent": opponent,
                "noise": float(self.noise[a]),
                "discount_factor": float(self.discount[b]),
                "payoff": float(self.payoffs[a, b, k]),
                "opponent_payoff": float(self.opponent_payoffs[a, b, k]),
                "cooperation": float(self.cooperation_rates[a, b, k]),
            }
            for a in range(self.noise.size)
            for b in range(self.discount.size)
            for k, opponent in enumerate(self.opponents)
        ]

    def to_pandas(self) -> DataFrame:
        """Return `rows` as a frame."""
        import pandas as pd

        return pd.DataFrame.from_records(self.rows())


def fingerprint(
    strategy: Strategy,
    game: Stage,
    *,
    noise: npt.ArrayLike = (0.0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.5),
    discount: npt.ArrayLike = (0.0, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0),
    opponents: Strategy | Sequence[Strategy] | None = None,
    weights: npt.ArrayLike | None = None,
    perception_error: ErrorRates = 0.0,
    monitoring: Literal["private", "public"] = "private",
) -> Fingerprint:
    """Return how a strategy fares over a grid of errors and discount factors, exactly.

    Parameters
    ----------
    strategy : MemoryOne, Automaton or str
    game : BilateralGame, SymmetricGame, or array_like
        As in `coopgames.round_robin`; where the sides differ payoffs are means of both. [payoff]
    noise : array_like, shape (a,), in [0, 1]
        Implementation errors; the grid is our assumption.
    discount : array_like, shape (b,), in [0, 1]
        Discount factors, 1 for the limit of means; the grid is our assumption.
    opponents : MemoryOne, Automaton, str, or a sequence of them, optional
        The strategy itself by default.
    weights : array_like, shape (k,), optional
        Of the opponents, at least 0; equal by default.
    perception_error, monitoring
        As in `coopgames.round_robin`.

    Returns
    -------
    Fingerprint

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds.

    Notes
    -----
    Without errors and discounting the start decides, and the value in that corner is in general no
    limit of its neighbours.

    Examples
    --------
    >>> found = fingerprint("win-stay lose-shift", [[3, 0], [5, 1]], noise=[0, 0.01], discount=[1])
    >>> found.cooperation_rates[:, 0, 0].round(4)
    array([1.    , 0.9706])
    """
    errors, patience = probability_grid("noise", noise), probability_grid("discount", discount)
    if opponents is None:
        field: list[Strategy] = [strategy]
    elif isinstance(opponents, (MemoryOne, Automaton, str)):
        field = [opponents]
    else:
        field = list(opponents)
    if not field:
        raise CoopgamesError("opponents must be at least one; got none")
    shares = np.ones(len(field)) if weights is None else np.asarray(weights, dtype=float)
    if shares.shape != (len(field),) or not (shares >= 0).all() or not 0 < shares.sum() < np.inf:
        raise CoopgamesError(
            f"weights must be {len(field)} numbers, at least 0 and not all 0; got {weights!r}"
        )
    played = [
        [
            round_robin(
                [strategy, *field],
                game,
                discount_factor=d,
                implementation_error=e,
                perception_error=perception_error,
                monitoring=monitoring,
            )
            for d in patience.tolist()
        ]
        for e in errors.tolist()
    ]
    flat = [one for row in played for one in row]
    shape = (errors.size, patience.size, len(field))
    return Fingerprint(
        strategy=flat[0].names[0],
        opponents=flat[0].names[1:],
        noise=errors,
        discount=patience,
        payoffs=np.array([one.payoffs[0, 1:] for one in flat]).reshape(shape),
        cooperation_rates=np.array(
            [np.asarray(one.cooperation_rates)[0, 1:] for one in flat]
        ).reshape(shape),
        opponent_payoffs=np.array([one.payoffs[1:, 0] for one in flat]).reshape(shape),
        weights=shares / shares.sum(),
        residual=max(one.residual for one in flat),
    )


def probability_grid(name: str, values: npt.ArrayLike) -> Floats:
    """Return a list of probabilities as a read-only array."""
    grid = np.array(values, dtype=float)
    if grid.ndim != 1 or not grid.size or not ((grid >= 0) & (grid <= 1)).all():
        raise CoopgamesError(f"{name} must be a list of probabilities, in [0, 1]; got {values!r}")
    grid.setflags(write=False)
    return grid
