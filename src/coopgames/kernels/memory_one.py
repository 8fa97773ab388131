r"""Pairs of memory-one strategies: how often each pair of acts is played, for all pairs at once.

A strategy is five probabilities of cooperating: at the start, and after CC, CD, DC and DD, own act
first. Two of them make a Markov chain of four states, in which the second player sees CD and DC the
other way round. Its law v is the share of rounds with each pair of acts,

- with discount factor d < 1 that of :math:`(1-d) \sum_t d^t v_t`, the long-run law of the chain
  that begins anew with probability 1 - d before every step;
- with d = 1 the limit of means.

v is proportional to the cofactors of I - P (Press & Dyson 2012 write payoffs as ratios of such
determinants). They are computed as sums of products of probabilities, by taking out one state after
the other (Grassmann, Taksar & Heyman 1985), so that every entry keeps its digits however rare the
errors are. A pivot of zero means that the chain may have several recurrent classes; such pairs go
to `time_averages`, from their start.

**Errors.** Acts fail with probability e: p becomes (1 - e) p + e (1 - p). A defection is missed
with probability m, a cooperation gives a false alarm with probability f. Under *private* perception
each player misreads the other's last act, independently: p(a, C) becomes (1 - f) p(a, C) + f p(a,
D), p(a, D) becomes (1 - m) p(a, D) + m p(a, C), and the acts still form the chain. Under *public*
monitoring both see the same signal of each act and react to signals: the signals form the chain,
and acts are read from the reactions to them.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from .misperception import ErrorRates, error_rates
from .time_averages import restarted, time_average_laws

__all__ = ["PairLaws", "pair_laws", "swapped"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.signedinteger[Any]]
Monitoring = Literal["private", "public"]

#: Pairs that are handled at a time: their arrays stay in the cache.
BLOCK = 16_384
#: A pivot below may have lost digits to the end of the range of doubles.
SMALLEST = 1e-250
#: CC, CD, DC, DD as the other player sees them.
SWAP = (0, 2, 1, 3)


class PairLaws(NamedTuple):
    """How often two strategies play each pair of acts.

    Attributes
    ----------
    law : array, shape (4, n, n)
        ``law[s, i, j]`` is the share of rounds, discounted or in the limit of means, in which i
        and j play CC, CD, DC or DD, i's act first. Sums to one over s.
    classes : int array, shape (n, n), or None
        Recurrent classes of the chain; where there is one the law does not depend on the start.
        None with discounting, where it always does.
    residual : float
        Largest difference between what enters and what leaves a state of a chain, per round.
    """

    law: Floats
    classes: Integers | None
    residual: float


class _Folded(NamedTuple):
    """Probabilities of cooperating and of defecting, errors included, shape (5, n) each."""

    cooperate: Floats
    defect: Floats


def pair_laws(
    strategies: Floats,
    *,
    discount_factor: float = 1.0,
    implementation_error: float = 0.0,
    perception_error: ErrorRates = 0.0,
    monitoring: Monitoring = "private",
) -> PairLaws:
    """Return the law of acts for every pair of n memory-one strategies.

    Parameters
    ----------
    strategies : array, shape (n, 5)
        Probabilities of cooperating at the start and after CC, CD, DC, DD, own act first.
    discount_factor : float, in [0, 1]
        1 for the limit of means.
    implementation_error : float, in [0, 1]
        Probability that an act is the opposite of what was meant.
    perception_error : float or two floats, in [0, 1]
        Probability that an act is seen as its opposite; or those that a defection is missed and
        that a cooperation gives a false alarm.
    monitoring : {'private', 'public'}
        Whether each player errs for itself about the other's act, or both alike about both acts.

    Notes
    -----
    O(n^2). Probabilities below 1e-150 that multiply to zero count as impossible.

    References
    ----------
    Nowak & Sigmund (1990) Acta Appl. Math. 20:247, doi:10.1007/BF00049570; Press & Dyson (2012)
    PNAS 109:10409, doi:10.1073/pnas.1206569109; Grassmann, Taksar & Heyman (1985) Oper. Res.
    33:1107, doi:10.1287/opre.33.5.1107.

    Examples
    --------
    Tit for tat against itself, with rare errors: all four pairs of acts, equally often.

    >>> tit_for_tat = np.array([[1.0, 1.0, 0.0, 1.0, 0.0]])
    >>> pair_laws(tit_for_tat, implementation_error=1e-9).law[:, 0, 0].round(12)
    array([0.25, 0.25, 0.25, 0.25])
    >>> pair_laws(tit_for_tat).law[:, 0, 0], int(pair_laws(tit_for_tat).classes[0, 0])
    (array([1., 0., 0., 0.]), 3)
    """
    acts = _folded(strategies.T, implementation_error)
    rates = error_rates(perception_error)
    if rates == (0.0, 0.0):
        return _all_pairs(acts, discount_factor)
    if monitoring == "private":
        return _all_pairs(_misread(acts, rates), discount_factor)
    missed, alarm = rates
    flipped = (1 - alarm) * acts.cooperate + missed * acts.defect
    other = (1 - missed) * acts.defect + alarm * acts.cooperate
    return _all_pairs(_Folded(flipped, other), discount_factor, acts)


def swapped(law: Floats) -> Floats:
    """Return laws as the other player sees them: CD and DC change places on the first axis.

    Examples
    --------
    >>> swapped(np.array([0.1, 0.2, 0.3, 0.4]))
    array([0.1, 0.3, 0.2, 0.4])
    """
    return law[list(SWAP)]


def _folded(strategies: Floats, error: float) -> _Folded:
    meant, other = strategies, 1.0 - strategies
    return _Folded((1 - error) * meant + error * other, (1 - error) * other + error * meant)


def _misread(acts: _Folded, rates: tuple[float, float]) -> _Folded:
    """Return reactions to acts where the other's last act is misread: CC with CD, DC with DD."""
    missed, alarm = rates
    seen = [0, 2, 1, 4, 3]  # the start, CC, CD, DC, DD with the other's act turned round
    weight = np.array([0.0, alarm, missed, alarm, missed])[:, None]
    return _Folded(*((1 - weight) * part + weight * part[seen] for part in acts))


def _acts_from(law: list[Floats], first: _Folded, second: _Folded, d: float) -> list[Floats]:
    """Return how often CC, CD, DC, DD are played where the law is that of signals."""
    yours, yours_not = second
    out = []
    for mine in first:
        begin = (1 - d) * mine[0]
        both, alone = begin * yours[0], begin * yours_not[0]
        for state in range(4):
            share = law[state] * (d * mine[1 + state])
            both += share * yours[1 + SWAP[state]]
            alone += share * yours_not[1 + SWAP[state]]
        out += [both, alone]
    return out


def _all_pairs(acts: _Folded, discount_factor: float, done: _Folded | None = None) -> PairLaws:
    """Return the laws of the chains or, where it is given, of what is done in reaction to them."""
    n = acts.cooperate.shape[1]
    law = np.empty((4, n, n))
    hard = []
    residual = 0.0
    rows = max(1, BLOCK // n)
    for top in range(0, n, rows):
        own = slice(top, min(n, top + rows))
        first = _Folded(*(part[:, own, None] for part in acts))
        for left in range(top, n, BLOCK):
            other = slice(left, min(n, left + BLOCK))
            second = _Folded(*(part[:, None, other] for part in acts))
            flow = _moves(first, second, discount_factor)
            found, pivot = _reduced(flow)
            safe = pivot > SMALLEST
            residual = max(residual, _imbalance(flow, found, safe))
            if done is not None:
                mine = _Folded(*(part[:, own, None] for part in done))
                yours = _Folded(*(part[:, None, other] for part in done))
                with np.errstate(invalid="ignore"):  # unsafe pairs are replaced below
                    found = _acts_from(found, mine, yours, discount_factor)
            law[:, own, other] = found
            if not safe.all():
                i, j = np.nonzero(~safe)
                hard.append(np.stack([i + top, j + left]))
            # What lies on the diagonal block is written twice, with the same numbers.
            law[:, other, own] = swapped(np.asarray(found)).swapaxes(1, 2)
    classes = None if discount_factor < 1 else np.ones((n, n), dtype=np.int8)
    for pairs in hard:
        i, j = pairs
        chain, start = _chains(acts, i, j)
        chain = restarted(chain, start, discount_factor)
        exact, number = time_average_laws(chain, start)
        residual = max(residual, float(np.abs(np.einsum("ci,cij->cj", exact, chain) - exact).max()))
        if done is not None:
            mine, yours = (_Folded(*(part[:, k] for part in done)) for k in (i, j))
            exact = np.stack(_acts_from(list(exact.T), mine, yours, discount_factor), axis=1)
        law[:, i, j] = exact.T
        law[:, j, i] = exact.T[list(SWAP)]
        if classes is not None:
            classes[i, j] = classes[j, i] = number
    return PairLaws(law, classes, residual)


def _chains(acts: _Folded, i: Integers, j: Integers) -> tuple[Floats, Floats]:
    """Return transitions, shape (pairs, 4, 4), and the first round's laws, shape (pairs, 4)."""
    chosen = ((part[:, i], part[:, j]) for part in acts)
    (c, c_other), (d, d_other) = chosen
    turned = [0, 1, 3, 2, 4]
    c_other, d_other = c_other[turned], d_other[turned]
    steps = np.stack([c * c_other, c * d_other, d * c_other, d * d_other], axis=-1)
    return steps[1:].swapaxes(0, 1), steps[0]


def _moves(
    first: _Folded, second: _Folded, discount_factor: float
) -> dict[tuple[int, int], Floats]:
    """Return the chance of each of the 12 steps from one state to another."""

    def chance(own: int, other: int, target: int) -> Floats:
        mine = first.defect if target >= 2 else first.cooperate
        yours = second.defect if target % 2 else second.cooperate
        return np.asarray(mine[own] * yours[other])

    steps = {(s, t): chance(1 + s, 1 + SWAP[s], t) for s in range(4) for t in range(4) if s != t}
    if discount_factor < 1:
        begin = [(1 - discount_factor) * chance(0, 0, t) for t in range(4)]
        for (_, t), step in steps.items():
            step *= discount_factor
            step += begin[t]
    return steps


def _reduced(flow: dict[tuple[int, int], Floats]) -> tuple[list[Floats], Floats]:
    """Return the laws by taking out DD, DC, CD in turn, and the smallest pivot."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        out3 = flow[3, 0] + flow[3, 1] + flow[3, 2]
        to3 = [flow[s, 3] / out3 for s in range(3)]
        two = {
            (s, t): flow[s, t] + to3[s] * flow[3, t] for s in range(3) for t in range(3) if s != t
        }
        out2 = two[2, 0] + two[2, 1]
        to2 = [two[s, 2] / out2 for s in range(2)]
        up = two[0, 1] + to2[0] * two[2, 1]
        out1 = two[1, 0] + to2[1] * two[2, 0]
        one = up / out1
        share2 = to2[0] + one * to2[1]
        share3 = to3[0] + one * to3[1] + share2 * to3[2]
        zero = 1.0 / (1.0 + one + share2 + share3)
        law = [zero, one * zero, share2 * zero, share3 * zero]
    return law, np.minimum(np.minimum(out3, out2), out1)


def _imbalance(
    flow: dict[tuple[int, int], Floats], law: list[Floats], safe: npt.NDArray[np.bool_]
) -> float:
    """Return the largest difference between what enters and what leaves a state."""
    worst, rest = 0.0, np.zeros(safe.shape)
    with np.errstate(invalid="ignore"):
        for s in range(3):
            a, b, c = (t for t in range(4) if t != s)
            gap = law[a] * flow[a, s]
            gap += law[b] * flow[b, s]
            gap += law[c] * flow[c, s]
            gap -= law[s] * (flow[s, a] + flow[s, b] + flow[s, c])
            if not safe.all():
                gap[~safe] = 0.0
            rest -= gap  # the four add up to zero
            worst = max(worst, float(gap.max()), -float(gap.min()))
    return max(worst, float(rest.max()), -float(rest.min()))
