r"""Stationary law of a chain on {0, 1}**m that flips one bit at a time, from log rates.

Bit g of a state's index tells on which side group g is. The embedded chain of rare mutations is
of this kind (Fudenberg & Imhof 2006): its rates are fixation probabilities that span hundreds of
orders of magnitude, so a linear solve would return noise. States are eliminated one by one
instead (Grassmann, Taksar & Heyman 1985), which adds, multiplies and divides positive numbers
but never subtracts, and all of it on logarithms: nothing cancels and nothing becomes zero.

Every flip changes parity, so states of odd parity are eliminated at once; the rest is dense. Work
is O(8**(m - 1) / 3) additions of logarithms.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["flip_chain_law", "flip_chain_work"]

Floats = npt.NDArray[np.float64]

#: Stands for log 0 where infinities would give NaN differences; no sum of rates comes near.
_NEVER = -1e300


def flip_chain_work(bits: int) -> float:
    """Return the additions of logarithms that `flip_chain_law` needs, some 10 ns each."""
    return 8.0 ** max(bits - 1, 0) / 3.0


def _log_add(left: Floats, right: Floats) -> Floats:
    """Return log(exp(left) + exp(right)), faster than `numpy.logaddexp`."""
    out = np.subtract(left, right)
    np.abs(out, out=out)
    np.negative(out, out=out)
    np.exp(out, out=out)
    np.log1p(out, out=out)
    out += np.maximum(left, right)
    return out


def flip_chain_law(log_rate: Floats) -> tuple[Floats, float]:
    """Return (log pi, residual) of an irreducible chain that flips one bit at a time.

    Parameters
    ----------
    log_rate : array, shape (2**m, m)
        ``log_rate[s, g]`` is the logarithm of the rate at which state s flips bit g; finite.

    Returns
    -------
    tuple
        log pi, shape (2**m,), finite; and max |inflow - outflow| in ordinary numbers.

    References
    ----------
    Fudenberg & Imhof (2006) J. Econ. Theory 131:251, doi:10.1016/j.jet.2005.04.006; Grassmann,
    Taksar & Heyman (1985) Oper. Res. 33:1107, doi:10.1287/opre.33.5.1107.

    Examples
    --------
    >>> log_pi, _ = flip_chain_law(np.log([[0.1], [0.3]]))
    >>> np.exp(log_pi).round(12)
    array([0.75, 0.25])
    """
    states, bits = log_rate.shape
    index = np.arange(states)
    parity = np.zeros(states, dtype=np.int64)
    for g in range(bits):
        parity ^= index >> g & 1
    odd, even = np.flatnonzero(parity == 1), np.flatnonzero(parity == 0)
    position = np.empty(states, dtype=np.int64)
    position[even] = np.arange(even.size)

    leave_odd = np.logaddexp.reduce(log_rate[odd], axis=1)
    rate = np.full((even.size, even.size), _NEVER)
    for g in range(bits):
        for h in range(bits):
            if g != h:  # a path over an odd state: flip g, then h
                source, target = odd ^ (1 << g), odd ^ (1 << h)
                path = log_rate[source, g] + log_rate[odd, h] - leave_odd
                pair = position[source], position[target]
                rate[pair] = np.logaddexp(rate[pair], path)

    leave = np.zeros(even.size)
    for k in range(even.size - 1, 0, -1):
        leave[k] = np.logaddexp.reduce(rate[k, :k])
        rate[:k, :k] = _log_add(rate[:k, :k], rate[:k, k, None] + (rate[k, :k] - leave[k]))
    log_even = np.zeros(even.size)
    for k in range(1, even.size):
        log_even[k] = np.logaddexp.reduce(log_even[:k] + rate[:k, k]) - leave[k]

    log_law = np.empty(states)
    log_law[even] = log_even
    inflow = np.stack(
        [log_law[odd ^ (1 << g)] + log_rate[odd ^ (1 << g), g] for g in range(bits)], axis=1
    )
    log_law[odd] = np.logaddexp.reduce(inflow, axis=1) - leave_odd
    log_law -= np.logaddexp.reduce(log_law)

    flow = np.exp(log_law[:, None] + log_rate)
    arriving = sum(flow[index ^ (1 << g), g] for g in range(bits))
    return log_law, float(np.abs(arriving - flow.sum(axis=1)).max())
