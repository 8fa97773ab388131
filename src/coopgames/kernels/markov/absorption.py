r"""First passage, absorption and quasi-stationarity of finite Markov chains.

For a set A of states, with Q the chain restricted to the others and r the chances of stepping from
them into A, hitting probabilities and mean times solve the first-step equations (Kemeny & Snell)

    (I - Q) h = r,    (I - Q) t = 1,

over the states from which A is reached at all, respectively surely. Birth-death chains on 0 .. Z
have closed forms whose terms are all positive: nothing cancels there. For other sets of their
states see `coopgames.kernels.markov.birth_death_passage`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from ...errors import BudgetError, CoopgamesError
from .chains import closed_classes
from .first_steps import factorised, solve_inside
from .state_sets import as_mask, can_reach, moves_between, surely_reaches

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = [
    "Absorption",
    "BirthDeathTimes",
    "QuasiStationary",
    "absorption_probabilities",
    "birth_death_times",
    "hitting_probabilities",
    "mean_hitting_times",
    "quasi_stationary_law",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: A quasi-stationary law is handed out only below this residual.
RESIDUAL = 1e-9
#: Inverse iteration stops at this change, relative to the peak, or after so many solves.
CHANGE = 1e-15
LARGEST_NUMBER_OF_SOLVES = 2_000
#: Of the largest rate, where a system is exactly singular in floating point.
SHIFT = 1e-14


class Absorption(NamedTuple):
    """Closed classes and where the chain ends.

    ``label`` has shape (states,): the closed class of a state, -1 where it is transient.
    ``probability`` has shape (states, classes), rows sum to one. ``mean_time`` has shape
    (states,): expected steps until a closed class is entered. [steps]
    """

    label: Integers
    probability: Floats
    mean_time: Floats


class BirthDeathTimes(NamedTuple):
    """Fixation and times of a birth-death chain with absorbing ends, by starting state.

    All of shape (..., Z + 1). ``fixation`` is the probability of ending at Z; ``unconditional``
    the expected steps to either end; ``to_top`` and ``to_bottom`` those given that the end is Z,
    or 0: NaN where the chain starts at the other end. [steps]
    """

    fixation: Floats
    unconditional: Floats
    to_top: Floats
    to_bottom: Floats


class QuasiStationary(NamedTuple):
    """Law given that the chain hasn't left, shape (states,), 0 outside the set.

    ``decay_rate`` is the chance of leaving the set per step, 1 minus the Perron root; ``residual``
    is max |law Q - (1 - decay_rate) law|.
    """

    law: Floats
    decay_rate: float
    residual: float


def hitting_probabilities(transition: csr_matrix, targets: npt.ArrayLike) -> Floats:
    """Return the probability that the chain ever enters a set, by starting state.

    Parameters
    ----------
    transition : sparse matrix, shape (states, states)
        Rows sum to one.
    targets : bool or int array_like, shape (states,) or (k,)
        A mask, or the states' indices; not empty.

    Returns
    -------
    array, shape (states,)
        1 on the set, and exactly 0 where there is no way into it.

    Raises
    ------
    CoopgamesError
        If the set is empty or names a state that there isn't.
    BudgetError
        If the chain is too large and too wide for a direct solution; says how large.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> walk = csr_matrix([[1, 0, 0, 0], [0.5, 0, 0.5, 0], [0, 0.5, 0, 0.5], [0, 0, 0, 1]])
    >>> hitting_probabilities(walk, [3]).round(12)
    array([0.        , 0.33333333, 0.66666667, 1.        ])
    """
    inside = as_mask(transition.shape[0], targets)
    moves = moves_between(transition)
    out = inside.astype(float)
    unsure = can_reach(moves, inside) & ~inside
    entering = np.asarray(moves @ inside.astype(float)).ravel()
    out[unsure] = solve_inside(moves, unsure, entering[unsure])
    return np.asarray(np.clip(out, 0.0, 1.0))


def mean_hitting_times(transition: csr_matrix, targets: npt.ArrayLike) -> Floats:
    """Return the expected number of steps until a set is entered, by starting state.

    Parameters and errors as `hitting_probabilities`.

    Returns
    -------
    array, shape (states,)
        0 on the set, infinite where the chain may never enter it. [steps]

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> walk = csr_matrix([[1, 0, 0, 0], [0.5, 0, 0.5, 0], [0, 0.5, 0, 0.5], [0, 0, 0, 1]])
    >>> mean_hitting_times(walk, [0, 3]).round(12)
    array([0., 2., 2., 0.])
    >>> mean_hitting_times(walk, [3])
    array([inf, inf, inf,  0.])
    """
    inside = as_mask(transition.shape[0], targets)
    moves = moves_between(transition)
    sure = surely_reaches(moves, inside)
    out = np.where(sure, 0.0, np.inf)
    left = sure & ~inside
    out[left] = solve_inside(moves, left, np.ones(int(left.sum())))
    return out


def absorption_probabilities(transition: csr_matrix) -> Absorption:
    """Return the closed classes of a chain, and the probability of ending in each.

    Parameters
    ----------
    transition : sparse matrix, shape (states, states)
        Rows sum to one. Steps of probability 0 need not be stored.

    Returns
    -------
    Absorption

    Raises
    ------
    BudgetError
        If the chain is too large and too wide for a direct solution; says how large.

    References
    ----------
    Kemeny & Snell (1976) Finite Markov Chains, Springer, chapter 3.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> end = absorption_probabilities(csr_matrix([[1, 0, 0], [0.1, 0.5, 0.4], [0, 0, 1]]))
    >>> end.label.tolist(), end.probability[1].round(12).tolist(), end.mean_time.tolist()
    ([0, -1, 1], [0.2, 0.8], [0.0, 2.0, 0.0])
    """
    classes, label = closed_classes(transition)
    member = label[:, None] == np.arange(classes)
    probability, mean_time = member.astype(float), np.zeros(label.size)
    transient = label < 0
    if transient.any():
        moves = moves_between(transition)
        entering = np.asarray(moves @ probability)[transient]
        sides = np.column_stack([entering, np.ones(entering.shape[0])])
        solved = solve_inside(moves, transient, sides)
        probability[transient] = np.clip(solved[:, :-1], 0.0, 1.0)
        mean_time[transient] = solved[:, -1]
    return Absorption(label, probability, mean_time)


def birth_death_times(up: npt.ArrayLike, down: npt.ArrayLike) -> BirthDeathTimes:
    r"""Return fixation probabilities and times of a birth-death chain with absorbing ends.

    Parameters
    ----------
    up : array_like, shape (..., Z)
        ``up[..., j]`` is the probability of a step from j to j + 1, j = 0 .. Z - 1, as in
        `coopgames.kernels.markov.birth_death`. ``up[..., 0]`` is not used: 0 is absorbing here.
    down : array_like, shape (..., Z)
        ``down[..., j]`` is that from j + 1 to j; ``down[..., -1]`` is not used.

    Returns
    -------
    BirthDeathTimes
        Exact to rounding, some Z times the machine precision; a time is infinite where it is
        beyond double precision.

    Raises
    ------
    CoopgamesError
        If a used probability isn't finite and above 0, or there is none.

    Notes
    -----
    With p and q the steps up and down, x(i) = phi(i) / phi(i + 1) the chance to get from i to
    i + 1 before 0, and y(i) that to get from i to i - 1 before Z,

        x(i) = p(i) / (p(i) + q(i) (1 - x(i - 1))),    y(i) = q(i) / (q(i) + p(i) (1 - y(i + 1))),

    and the complements by the same fractions. A chain at j stays there in all for

        m(j) = 1 / (p(j) (1 - y(j + 1)) + q(j) (1 - x(j - 1)))

    steps, and from i it gets to j > i with x(i) ... x(j - 1), to j < i with y(i) ... y(j + 1).
    Given that it ends at Z, it surely gets to each j > i, and to j < i with the product of both.
    Only positive numbers are added, multiplied and divided.

    References
    ----------
    Antal & Scheuring (2006) Bull. Math. Biol. 68:1923, doi:10.1007/s11538-006-9061-4.

    Examples
    --------
    >>> i = np.arange(1, 5)
    >>> step = i * (5 - i) / 25  # neutral Moran process, Z = 5
    >>> times = birth_death_times(np.append(0, step), np.append(step, 0))
    >>> times.fixation.round(12)
    array([0. , 0.2, 0.4, 0.6, 0.8, 1. ])
    >>> float(times.to_top[1].round(9))  # Z (Z - 1)
    20.0
    """
    rise, fall = np.broadcast_arrays(np.asarray(up, dtype=float), np.asarray(down, dtype=float))
    if rise.ndim == 0 or rise.shape[-1] < 1:
        raise CoopgamesError(f"up and down must have at least one entry; got shape {rise.shape}")
    size = rise.shape[-1]
    shape = (*rise.shape[:-1], size + 1)
    p, q = np.ones(shape), np.ones(shape)
    p[..., 1:-1], q[..., 1:-1] = rise[..., 1:], fall[..., :-1]
    for name, rates in (("up", p), ("down", q)):
        if not (np.isfinite(rates).all() and (rates > 0).all()):
            raise CoopgamesError(
                f"{name} must be finite and > 0 at states 1 .. Z - 1; got {rates.min()}"
            )
    # x and y, their complements, and m; 0 and 1 at the ends where the chain stops.
    x, y, not_x, not_y = (np.zeros(shape) for _ in range(4))
    not_x[..., 0] = not_y[..., size] = 1.0
    for i in range(1, size):
        back = q[..., i] * not_x[..., i - 1]
        x[..., i] = p[..., i] / (p[..., i] + back)
        not_x[..., i] = back / (p[..., i] + back)
    for i in range(size - 1, 0, -1):
        ahead = p[..., i] * not_y[..., i + 1]
        y[..., i] = q[..., i] / (q[..., i] + ahead)
        not_y[..., i] = ahead / (q[..., i] + ahead)
    dwell = np.zeros(shape)
    with np.errstate(divide="ignore", over="ignore"):
        dwell[..., 1:-1] = 1.0 / (p[..., 1:-1] * not_y[..., 2:] + q[..., 1:-1] * not_x[..., :-2])
    fixation = np.ones(shape)
    fixation[..., :-1] = np.cumprod(x[..., -2::-1], axis=-1)[..., ::-1]
    # Steps spent below and above the start: plain, given the top, given the bottom.
    below, above, below_top, above_bottom = (np.zeros(shape) for _ in range(4))
    for i in range(1, size):
        below[..., i] = y[..., i] * (below[..., i - 1] + dwell[..., i - 1])
        both = y[..., i] * x[..., i - 1]
        below_top[..., i] = both * (below_top[..., i - 1] + dwell[..., i - 1])
    for i in range(size - 1, 0, -1):
        above[..., i] = x[..., i] * (above[..., i + 1] + dwell[..., i + 1])
        both = x[..., i] * y[..., i + 1]
        above_bottom[..., i] = both * (above_bottom[..., i + 1] + dwell[..., i + 1])
    to_top = below_top + np.cumsum(dwell[..., ::-1], axis=-1)[..., ::-1]
    to_bottom = above_bottom + np.cumsum(dwell, axis=-1)
    to_top[..., 0] = to_bottom[..., -1] = np.nan
    return BirthDeathTimes(fixation, below + dwell + above, to_top, to_bottom)


def quasi_stationary_law(
    transition: csr_matrix, states: npt.ArrayLike | None = None
) -> QuasiStationary:
    """Return the law of a chain that has long not left a set, and the rate at which it leaves.

    Parameters
    ----------
    transition : sparse matrix, shape (states, states)
        Rows sum to one.
    states : bool or int array_like, shape (states,) or (k,), optional
        The set, as a mask or as indices; all transient states if left out.

    Returns
    -------
    QuasiStationary
        The left Perron vector of the chain restricted to the set.

    Raises
    ------
    CoopgamesError
        If the set is empty, cannot be left, or its states don't all lead to each other within it:
        the law wouldn't be unique.
    BudgetError
        If the residual stays above 1e-9, or the set is too large and too wide for a direct
        solution; says how large.

    Notes
    -----
    Inverse iteration: each solve shrinks what is not the law by (1 - first root) / (1 - second
    root), so a set that is rarely left converges in a few.

    References
    ----------
    Darroch & Seneta (1965) J. Appl. Probab. 2:88, doi:10.2307/3211876.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> chain = csr_matrix([[1, 0, 0], [0.1, 0.5, 0.4], [0.1, 0.4, 0.5]])
    >>> law, decay_rate, _ = quasi_stationary_law(chain)
    >>> law.round(12), round(decay_rate, 12)
    (array([0. , 0.5, 0.5]), 0.1)
    """
    n = transition.shape[0]
    if states is None:
        inside = closed_classes(transition)[1] < 0
        if not inside.any():
            raise CoopgamesError("the chain has no transient states; give the set to be left")
    else:
        inside = as_mask(n, states)
    moves = moves_between(transition)
    among = moves[inside][:, inside]
    leaving = np.asarray(moves.sum(axis=1)).ravel()[inside]
    out = np.asarray(moves @ (~inside).astype(float)).ravel()[inside]
    if not out.any():
        raise CoopgamesError("states must be a set the chain can leave; got a closed one")
    if _parts(among) > 1:
        raise CoopgamesError(
            "states must all lead to each other within the set; got a set that falls apart, "
            "whose law depends on the start"
        )
    from scipy.sparse import diags

    system = (diags(leaving) - among.T).tocsc()
    try:
        factors = factorised(system)
    except RuntimeError:
        # Singular to the computer; a shift changes no eigenvector.
        factors = factorised((system + diags(np.full(leaving.size, SHIFT * leaving.max()))).tocsc())
    law, decay_rate = np.full(leaving.size, 1.0 / leaving.size), np.nan
    for _ in range(LARGEST_NUMBER_OF_SOLVES):
        new = factors.solve(law)
        # Of a set that is hardly ever left even the sign of the last pivot is rounding.
        new = np.clip(new / new[np.argmax(np.abs(new))], 0.0, None)
        new /= new.sum()
        change, before, decay_rate = np.abs(new - law).max(), decay_rate, float(new @ out)
        law = new
        # The edge, by which the chain leaves, may be far below the peak and has to settle as well.
        settled = abs(decay_rate - before) <= 8 * CHANGE * decay_rate
        if change <= CHANGE * law.max() and settled:
            break
    residual = float(np.abs(system @ law - decay_rate * law).max())
    if not residual <= RESIDUAL:
        raise BudgetError(
            f"the quasi-stationary law of {law.size} states was found only to a residual of "
            f"{residual:.1e}, above {RESIDUAL:.0e}; take a set without several traps of its own"
        )
    everywhere = np.zeros(n)
    everywhere[inside] = law
    return QuasiStationary(everywhere, decay_rate, residual)


def _parts(moves: csr_matrix) -> int:
    """Return the number of strongly connected parts."""
    from scipy.sparse.csgraph import connected_components

    return int(connected_components(moves, directed=True, connection="strong")[0])
