r"""Gibbs laws of games that depend on acts through one weighted sum, by convolution.

Groups g = 1..K of exchangeable states; in group g, ``counts[g]`` states each add the integer
``leverage[g]`` to X when they act. The law over act profiles is

    pi(a)  proportional to  exp( V(X(a)) + sum_i drive_i a_i ),

the stationary law of asynchronous logit revision in a potential game (model D9a). Summing over
profiles with the same X is a product of polynomials: with p = logistic(drive), f is the law of X
under independent Bernoulli(p) acts and pi(X) is proportional to f(X) exp(V(X)). Marginals come
from one forward and one backward pass. Work is O(events * states * grid), never 2**states.

Leading axis: events, broadcast where a group has the same counts and drive in all of them. All
terms are positive, so nothing cancels; where the range would leave double precision the same passes
run on logarithms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .binomials import log_factorials

__all__ = ["LatticeLaw", "gibbs_law", "leave_one_out"]

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Natural-log range that double precision carries with ten digits to spare.
SAFE_LOG_RANGE = 600.0


@dataclass(frozen=True, slots=True)
class _Semiring:
    add: Callable[..., Any]
    times: Callable[..., Any]
    zero: float
    one: float
    from_log: Callable[[Array], Array]

    def dot(self, left: Array, right: Array) -> Array:
        """Sum over the last axis of the product."""
        product = self.times(left, right)
        return np.asarray(self.add.reduce(product, axis=-1))  # type: ignore[attr-defined]

    def ratio(self, part: Array, whole: Array) -> Array:
        """Part over whole, back on the linear scale."""
        return np.asarray(part / whole if self is _LINEAR else np.exp(part - whole))


_LINEAR = _Semiring(np.add, np.multiply, 0.0, 1.0, np.exp)
_LOGS = _Semiring(np.logaddexp, np.add, -np.inf, 0.0, np.asarray)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LatticeLaw:
    """Law of X given the event, shape (events, total + 1), and the act rate of each group.

    ``acts`` has shape (events, groups) and is 0 where a group is empty; ``log_partition``
    has shape (events,).
    """

    law: Array
    acts: Array
    log_partition: Array


def _log_sigmoid(drive: Array) -> Array:
    return -np.logaddexp(0.0, -drive)


def _binomial_logs(counts: Integers, drive: Array) -> tuple[Array, Array]:
    """Return log binomial probabilities, shape (..., n_max + 1), and log(j / n), same shape."""
    largest = int(counts.max(initial=0))
    log_factorial = log_factorials(largest)
    n = counts[..., None]
    j = np.arange(largest + 1)
    inside = j <= n
    rest = np.where(inside, n - j, 0)
    logs = log_factorial[n] - log_factorial[j] - log_factorial[rest]
    logs = logs + j * _log_sigmoid(drive)[..., None] + rest * _log_sigmoid(-drive)[..., None]
    with np.errstate(divide="ignore"):
        share = np.log(np.where(n > 0, j / np.maximum(n, 1), 0.0))
    return np.where(inside, logs, -np.inf), share


def _forward(ring: _Semiring, start: Array, coefficients: Array, step: int, limit: int) -> Array:
    """Multiply polynomials: out[X] = sum_j coefficient[j] start[X - j step], for X < limit.

    The range grows as groups come in; nothing is ever beyond the limit, because the groups'
    sizes in one event add up to the world's.
    """
    size, terms = start.shape[-1], coefficients.shape[-1]
    shape = np.broadcast_shapes(start.shape[:-1], coefficients.shape[:-1])
    out = np.full((*shape, min(size + (terms - 1) * step, limit)), ring.zero)
    for j in range(terms):
        width = min(size, out.shape[-1] - j * step)
        if width > 0:
            window = out[..., j * step : j * step + width]
            ring.add(window, ring.times(start[..., :width], coefficients[..., j, None]), out=window)
    return out


def _backward(ring: _Semiring, end: Array, coefficients: Array, step: int, size: int) -> Array:
    """Adjoint of `_forward`: out[X] = sum_j coefficient[j] end[X + j step], for X < size."""
    shape = np.broadcast_shapes(end.shape[:-1], coefficients.shape[:-1])
    out = np.full((*shape, size), ring.zero)
    for j in range(coefficients.shape[-1]):
        width = min(size, end.shape[-1] - j * step)
        if width > 0:
            window = end[..., j * step : j * step + width]
            part = out[..., :width]
            ring.add(part, ring.times(window, coefficients[..., j, None]), out=part)
    return out


def _delta(ring: _Semiring) -> Array:
    return np.full((1, 1), ring.one)


def gibbs_law(
    counts: Integers, leverage: Integers, drive: Array, potential: Array, *, acts: bool = True
) -> LatticeLaw:
    """Return the Gibbs law pi(a) proportional to exp(V(X) + sum drive a) for each event.

    Parameters
    ----------
    counts : int array, shape (events or 1, groups)
        States per group; a group may be empty in some events.
    leverage : int array, shape (groups,)
        What one acting state adds to X.
    drive : array, shape (events or 1, groups)
        Log-odds of acting without the potential.
    potential : array, shape (grid,)
        V(X) for X = 0 .. total, where total is at least the largest reachable X.
    acts : bool
        Whether to run the backward pass; without it ``acts`` is NaN and a third is saved.

    Returns
    -------
    LatticeLaw
        ``law`` rows sum to one.
    """
    counts, drive = np.atleast_2d(counts), np.atleast_2d(np.asarray(drive, dtype=float))
    events = max(counts.shape[0], drive.shape[0])
    size = potential.shape[-1]
    span = float(potential.max() - potential.min())
    # f is a law, so the total is at least exp(-span); what of f underflows is below exp(-708).
    ring = _LINEAR if span <= SAFE_LOG_RANGE else _LOGS
    weight = ring.from_log(potential - potential.max())[None, :]

    used = [g for g in range(leverage.size) if counts[:, g].max(initial=0) > 0]
    # Small groups first keep the ranges of both passes short.
    used.sort(key=lambda g: int(counts[:, g].max()) * int(leverage[g]))
    coefficients: dict[int, tuple[Array, Array]] = {}
    for g in used:
        logs, share = _binomial_logs(counts[:, g], drive[:, g])
        coefficients[g] = ring.from_log(logs), ring.from_log(logs + share)
    shared = [g for g in used if events > 1 and _same_rows(counts[:, g], drive[:, g])]
    varying = [g for g in used if g not in shared]
    for g in shared:
        coefficients[g] = (coefficients[g][0][:1], coefficients[g][1][:1])

    # Groups that do not change between events are convolved once; `base_acts[i]` is the same
    # convolution with group shared[i] weighted by its acting share.
    base = _delta(ring)
    base_acts: list[Array] = []
    for g in shared:
        plain, acting = coefficients[g]
        step = int(leverage[g])
        if acts:
            base_acts = [_forward(ring, item, plain, step, size) for item in base_acts]
            base_acts.append(_forward(ring, base, acting, step, size))
        base = _forward(ring, base, plain, step, size)

    prefixes = [base]
    for g in varying:
        step = int(leverage[g])
        prefixes.append(_forward(ring, prefixes[-1], coefficients[g][0], step, size))
    reach = prefixes[-1].shape[-1]
    suffix = weight[:, :reach]
    joint = ring.times(prefixes[-1], suffix)
    total = np.asarray(ring.add.reduce(joint, axis=-1))  # type: ignore[attr-defined]
    law = np.zeros((events, size))
    law[:, :reach] = ring.ratio(joint, total[:, None])

    rates = np.zeros((events, leverage.size)) if acts else np.full((events, leverage.size), np.nan)
    if acts:
        for position in range(len(varying) - 1, -1, -1):
            g = varying[position]
            plain, acting = coefficients[g]
            step = int(leverage[g])
            before = prefixes[position]
            width = before.shape[-1]
            share_of = ring.dot(before, _backward(ring, suffix, acting, step, width))
            rates[:, g] = ring.ratio(share_of, total)
            suffix = _backward(ring, suffix, plain, step, width)
        for g, item in zip(shared, base_acts, strict=True):
            rates[:, g] = ring.ratio(ring.dot(item, suffix), total)
        rates = np.clip(rates, 0.0, 1.0)
    log_total = np.log(total) if ring is _LINEAR else total
    return LatticeLaw(
        law=law,
        acts=rates,
        log_partition=np.broadcast_to(log_total + potential.max(), (events,)),
    )


def _same_rows(counts: Integers, drive: Array) -> bool:
    return bool((counts == counts[0]).all() and (drive == drive[0]).all())


def leave_one_out(
    counts: Integers, leverage: Integers, drive: Array, potential: Array, group: int
) -> Array:
    """Return, for one state i of ``group``, the joint law of (a_i, X without i), shape (2, grid).

    Row 1 is a_i = 1 and sums to the state's act rate; both sum to one. ``counts`` and ``drive``
    have shape (groups,): one event.
    """
    others = counts.copy()
    others[group] -= 1
    size = potential.shape[-1]
    step = int(leverage[group])
    rest = _delta(_LOGS)
    for g in range(leverage.size):
        if others[g] > 0:
            coefficient, _ = _binomial_logs(others[g : g + 1], drive[g : g + 1])
            rest = _forward(_LOGS, rest, coefficient, int(leverage[g]), size - step)
    reach = rest.shape[-1]
    idle = rest[0] + potential[:reach] + _log_sigmoid(-drive[group])
    acting = rest[0] + potential[step : step + reach] + _log_sigmoid(drive[group])
    both = np.stack([idle, acting])
    out = np.zeros((2, size))
    out[:, :reach] = np.exp(both - np.logaddexp.reduce(both.ravel()))
    return out
