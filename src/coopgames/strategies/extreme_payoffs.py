r"""What others can make of a memory-one strategy: extreme payoffs over all their strategies.

Against a memory-one strategy the n - 1 others face a Markov decision problem whose state is the
last round, (own act, others who cooperated), and whose choice is how many of them cooperate next.
The shares x(s, k) of rounds in which k follows state s form a polytope, which strategies of any
memory, and others who act as one, can't leave and which memory-one ones fill. With m the share of
each state, p the strategy and z the choice in the first round,

.. math::

    m(a, k) = d \sum_s p_s(a) x(s, k) + (1 - d) p_0(a) z(k), \qquad m(s) = \sum_k x(s, k).

In the limit of means, d = 1, how much of which recurrent class is reached is a second set of flows
y from the start (Kallenberg's programme):

.. math:: m(a, k) + \sum_{k'} y((a, k), k') - \sum_s p_s(a) y(s, k) = p_0(a) z(k).

A linear programme over them gives the extreme of any linear function of payoffs.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import CoopgamesError
from .memory_one import MemoryOne

__all__ = ["Extreme", "extreme_payoff"]

Floats = npt.NDArray[np.float64]


class Extreme(NamedTuple):
    """The smallest value of a linear function of the round's state, and where it is reached.

    ``law`` has shape (2 n,): the share of each state, (C, n-1), ..., (D, 0). ``residual`` is the
    largest violation of the equations, ``gap`` the difference to the value of the dual programme.
    """

    value: float
    law: Floats
    residual: float
    gap: float


def extreme_payoff(
    strategy: MemoryOne,
    objective: npt.ArrayLike,
    *,
    discount_factor: float = 1.0,
    at_least: tuple[npt.ArrayLike, float] | None = None,
) -> Extreme:
    """Return the smallest average of ``objective`` that the others can bring about.

    Parameters
    ----------
    strategy : MemoryOne
    objective : array_like, shape (2 n,)
        By state of the round, (C, n-1), ..., (C, 0), (D, n-1), ..., (D, 0).
    discount_factor : float, in [0, 1]
        1 for the limit of means.
    at_least : (array_like of shape (2 n,), float), optional
        Another function and what its average must at least be.

    Raises
    ------
    CoopgamesError
        If nothing satisfies ``at_least``.

    References
    ----------
    Puterman (1994) Markov Decision Processes, Wiley, sections 6.9 and 9.3.

    Examples
    --------
    The others' payoff is 5 at most on the way, but never above 3 in the long run:

    >>> from coopgames.strategies.memory_one import named_strategy
    >>> others = -np.array([3.0, 5.0, 0.0, 1.0])
    >>> round(extreme_payoff(named_strategy("tit for tat"), others).value, 9)
    -3.0
    """
    from scipy.optimize import linprog

    n = strategy.players
    states, d = 2 * n, discount_factor
    goal = np.asarray(objective, dtype=float)
    cooperate = np.array(strategy.response)
    acts = np.stack([cooperate, 1 - cooperate])
    first = np.array([strategy.start, 1 - strategy.start])
    # into[s', (s, k)] is the chance that choice k in state s leads to state s'.
    steps = np.zeros((states, states, n))
    for target in range(states):
        own, position = divmod(target, n)
        steps[target, :, position] = acts[own]
    into = steps.reshape(states, -1)
    leave = np.repeat(np.eye(states), n, axis=1)
    begin = np.zeros((states, n))
    for target in range(states):
        begin[target, target % n] = first[target // n]

    zero = np.zeros((states, states * n))
    once = np.concatenate([np.zeros(2 * states * n), np.ones(n)])
    rows = [np.hstack([leave - d * into, zero, -(1 - d) * begin]), once[None]]
    if d == 1:
        rows.append(np.hstack([leave, leave - into, -begin]))
    equations = np.vstack(rows)
    right = np.zeros(equations.shape[0])
    right[states] = 1.0
    cost = np.concatenate([goal @ leave, np.zeros(states * n + n)])
    extra: dict[str, Any] = {}
    if at_least is not None:
        function, bound = at_least
        row = np.concatenate([np.asarray(function, dtype=float) @ leave, np.zeros(states * n + n)])
        extra = {"A_ub": -row[None], "b_ub": np.array([-float(bound)])}
    found: Any = linprog(
        cost, A_eq=equations, b_eq=right, bounds=(0, None), method="highs", **extra
    )
    if not found.success:
        raise CoopgamesError(
            "at_least asks for more than the others can reach against this strategy"
            if at_least is not None
            else f"the linear programme of extreme payoffs failed: {found.message}"
        )
    law = leave @ found.x[: states * n]
    dual = float(found.eqlin.marginals @ right)
    if at_least is not None:
        dual += float(found.ineqlin.marginals @ extra["b_ub"])
    residual = float(np.abs(equations @ found.x - right).max())
    return Extreme(float(goal @ law), law, residual, abs(float(found.fun) - dual))
