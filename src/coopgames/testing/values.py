"""Numbers that read well: few, exact in decimals, simplest first."""

from __future__ import annotations

from hypothesis import strategies as st

__all__ = ["shares"]

_SHARES = (0.0, 1.0, 0.5, 0.25, 0.75, 0.1, 0.9)


def shares(low: float = 0.0, high: float = 1.0) -> st.SearchStrategy[float]:
    """Return simple numbers in [low, high] within [0, 1]; shrinks towards 0, then 1, then 0.5.

    Parameters
    ----------
    low, high : float
        Bounds, in [0, 1]; at least one simple number (a quarter, or 0.1 and 0.9) must lie between.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(shares(), lambda p: 0 < p < 0.5)
    0.25
    """
    return st.sampled_from([value for value in _SHARES if low <= value <= high])
