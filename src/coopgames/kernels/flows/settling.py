r"""Flows from many starts with one step length: where they settle, cheaply.

Heun's method, second order, with states put back on their simplices after each step. It suits large
numbers of starts and fields with kinks or jumps, where an adaptive integrator would creep with the
steps of the hardest start; `coopgames.kernels.flows.trajectories` is exact to its tolerances
instead. A start whose state moves less than a bound in a step has settled and costs nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from .fields import population_totals

__all__ = ["settle"]

Floats = npt.NDArray[np.float64]

#: A step that moves no share by more has settled.
STILL = 1e-7


def settle(
    field: Callable[[Floats], Floats],
    starts: Floats,
    *,
    times: npt.ArrayLike,
    strategies: Sequence[int],
    step: float = 0.5,
) -> tuple[Floats, Floats]:
    """Return the states at given times, and how fast they move at the last.

    Parameters
    ----------
    field : callable
        From states, shape (rows, n), to velocities of that shape. [1/time]
    starts : array, shape (rows, n)
        States at time 0.
    times : array_like, shape (t,)
        Not decreasing, at least 0; rounded to steps.
    strategies : sequence of int
        Numbers of strategies of the populations, with sum n.
    step : float
        Length of a step. [time]

    Returns
    -------
    tuple of arrays, shapes (t, rows, n) and (rows,)
        The largest change of a share in the last step per unit of time; 0 where all has settled.

    Examples
    --------
    >>> from coopgames.kernels.flows.fields import linear_payoffs, logit
    >>> def noisy(shares):
    ...     return logit(shares, linear_payoffs([[1, 0], [0, 1]]), precision=1.0)
    >>> path, speed = settle(noisy, np.array([[0.9, 0.1]]), times=[0, 100], strategies=(2,))
    >>> path[:, 0, 0].round(6), speed
    (array([0.9, 0.5]), array([0.]))
    """
    when = np.rint(np.asarray(times, dtype=float) / step).astype(np.int64)
    state = np.array(starts, dtype=float)
    speed = np.full(state.shape[0], np.inf)
    moving = np.arange(state.shape[0])
    out = np.empty((when.size, *state.shape))
    done = 0
    for number, until in enumerate(when.tolist()):
        while done < until and moving.size:
            here = state[moving]
            slope = field(here)
            ahead = _on_simplices(here + step * slope, strategies)
            there = _on_simplices(here + 0.5 * step * (slope + field(ahead)), strategies)
            state[moving] = there
            moved = np.abs(there - here).max(axis=1)
            speed[moving] = np.where(moved > STILL, moved / step, 0.0)
            moving = moving[moved > STILL]
            done += 1
        done = until
        out[number] = state
    return out, np.where(np.isinf(speed), 0.0, speed)


def _on_simplices(states: Floats, strategies: Sequence[int]) -> Floats:
    kept = np.maximum(states, 0.0)
    return np.asarray(kept / population_totals(kept, strategies))
