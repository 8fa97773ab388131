"""Random flows of large populations."""

from __future__ import annotations

from hypothesis import strategies as st

from ..dynamics import (
    BestResponseFlow,
    BrownVonNeumannNash,
    LogitFlow,
    Replicator,
    ReplicatorMutator,
    Smith,
)
from ..games import SymmetricGame

__all__ = ["flows"]

Flow = BestResponseFlow | BrownVonNeumannNash | LogitFlow | Replicator | ReplicatorMutator | Smith


def flows(game: SymmetricGame | None = None) -> st.SearchStrategy[Flow]:
    """Return flows of every kind, with their parameters.

    Parameters
    ----------
    game : SymmetricGame, optional
        The game they must fit: `ReplicatorMutator` takes payoffs for fitness and so none below 0,
        and needs a second strategy to mutate to. Any game by default.

    Returns
    -------
    SearchStrategy of flow
        Shrinks towards `Replicator`.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(flows(), lambda flow: not isinstance(flow, Replicator))
    Smith()
    """
    every: list[st.SearchStrategy[Flow]] = [
        st.just(Replicator()),
        st.just(Smith()),
        st.just(BrownVonNeumannNash()),
        st.just(BestResponseFlow()),
        st.builds(LogitFlow, precision=st.sampled_from((1.0, 0.0, 15.0, 100.0))),
    ]
    if game is None or (game.size > 1 and game.table.min() >= 0):
        every.append(
            st.builds(
                ReplicatorMutator, mutation_probability=st.sampled_from((0.0, 1.0, 0.5, 0.01))
            )
        )
    return st.one_of(every)
