"""Two-player games for tests: random ones, and degenerate ones of many kinds."""

import numpy as np


def generic(seed: int, largest: int) -> tuple[list, list]:
    """Return a game with payoffs in doubles, of random size."""
    rng = np.random.default_rng([seed, largest])
    shape = rng.integers(2, largest + 1, size=2)
    first, second = rng.normal(size=(2, *shape))
    return first.tolist(), second.tolist()


def degenerate(seed: int, largest: int) -> tuple[list, list]:
    """Return a game of integers, most likely degenerate, of one of eight kinds."""
    rng = np.random.default_rng([seed, largest])
    m, n = rng.integers(2, largest + 1, size=2)
    kind = seed % 8
    first, second = rng.integers(0, 6, size=(2, m, n))
    if kind == 0:
        first, second = rng.integers(0, 2, size=(2, m, n))
    elif kind == 1:
        first[0], second[:, 0] = first[-1], second[:, -1]  # a row and a column twice
    elif kind == 2:
        first[0] = first[-1] - rng.integers(0, 2, size=n)  # weakly dominated
    elif kind == 3:
        second = -first
    elif kind == 4:
        first, second = np.eye(m, n, dtype=int), 2 * np.eye(m, n, dtype=int)
    elif kind == 5:
        second[:] = rng.integers(0, 2)  # one player doesn't care
        first[:] = first[0] if rng.integers(0, 2) else first
    elif kind == 6:
        # A vote among m and n ballots that changes something only where both are the last.
        first, second = np.zeros((2, m, n), dtype=int)
        first[-1, -1], second[-1, -1] = rng.integers(-1, 2, size=2)
    else:
        first, second = rng.integers(0, 3, size=(2, m, n))
    return first.tolist(), second.tolist()
