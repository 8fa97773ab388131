"""Random populations for imitation: how many play what, and how strongly success selects."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from hypothesis import strategies as st

from .._checks import count

__all__ = ["Population", "populations"]


class Population(NamedTuple):
    """``counts`` players of each strategy, and the selection intensity [1/stake] of imitation.

    Examples
    --------
    >>> Population((2, 3), 1.0).size
    5
    """

    counts: tuple[int, ...]
    selection_intensity: float

    @property
    def size(self) -> int:
        """Number of players (``population_size``)."""
        return sum(self.counts)


def populations(*, max_size: int = 10, strategies: int = 2) -> st.SearchStrategy[Population]:
    """Return populations of 2 to ``max_size`` players over a number of strategies.

    Parameters
    ----------
    max_size : int
        Most players, at least 2.
    strategies : int
        How many strategies there are; some may have no players.

    Returns
    -------
    SearchStrategy of Population
        Selection intensities run from 0 (drift) to 10 (nearly best response).

    Examples
    --------
    >>> from hypothesis import find
    >>> find(populations(), lambda p: p.counts[1] == 1)
    Population(counts=(1, 1), selection_intensity=0.0)
    """
    least, kinds = count("max_size", max_size, 2), count("strategies", strategies)

    def split(size: int) -> st.SearchStrategy[tuple[int, ...]]:
        cuts = st.lists(st.integers(0, size), min_size=kinds - 1, max_size=kinds - 1)

        def between(points: list[int]) -> tuple[int, ...]:
            # The first strategy takes what lies above the last cut, so that it shrinks to all.
            edges = [0, *sorted(points), size]
            return tuple(high - low for low, high in pairwise(edges))[::-1]

        return cuts.map(between)

    return st.builds(
        Population,
        st.integers(2, least).flatmap(split),
        st.sampled_from((0.0, 1.0, 0.1, 10.0)),
    )
