"""A dominated strategy decays.

Taylor, P. D. and Jonker, L. B. (1978), Evolutionary stable strategies and game dynamics,
Mathematical Biosciences 40, 145-156.

Model: replicator dynamics of two strategies whose payoffs differ by the constant s = -1:
dx/dt = s x (1 - x); share x at t = 2 from .9 at t = 0.

Method: the power series of the solution, summed over short steps in 40 digits; the closed form
x0 / (x0 + (1 - x0) exp(-s t)) checks it.
"""

from __future__ import annotations

import json
from decimal import Decimal, getcontext

getcontext().prec = 40

START, ADVANTAGE, TIME = Decimal("0.9"), Decimal(-1), Decimal(2)


def advance(x: Decimal, step: Decimal) -> Decimal:
    """One step with 30 terms: (n+1) c(n+1) = s (c(n) - sum of c(k) c(n-k))."""
    series = [x]
    for n in range(30):
        square = sum((series[k] * series[n - k] for k in range(n + 1)), Decimal(0))
        series.append(ADVANTAGE * (series[n] - square) / (n + 1))
    return sum((c * step**n for n, c in enumerate(series)), Decimal(0))


def compute() -> dict[str, float]:
    x, steps = START, 40
    for _ in range(steps):
        x = advance(x, TIME / steps)
    closed = START / (START + (1 - START) * (-ADVANTAGE * TIME).exp())
    assert abs(x - closed) < Decimal("1e-30")
    return {"x": float(x)}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
