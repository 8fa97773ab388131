"""Pairs of strategies, by kind: memory one all at once, others by the states of their automata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError
from ...kernels.automaton_pairs import Machine, machine_pair_laws
from ...kernels.memory_one import PairLaws, pair_laws, swapped
from ...strategies import Automaton, MemoryOne, as_automaton, find_strategy

__all__ = ["Monitoring", "all_pair_laws", "read_strategies"]

Floats = npt.NDArray[np.float64]
Monitoring = Literal["private", "public"]
#: Rows of five numbers where all are of memory one, shape (n, 5); else the strategies themselves.
Strategies = Floats | list[MemoryOne | Automaton]


def read_strategies(
    strategies: Sequence[MemoryOne | Automaton | str] | npt.ArrayLike,
) -> tuple[tuple[str, ...], Strategies]:
    """Return the names of strategies of two players, and the strategies.

    Raises
    ------
    CoopgamesError
        If one is not of two players, a name is unknown, or numbers are no probabilities.

    Examples
    --------
    >>> read_strategies(["grim"])
    (('grim',), array([[1., 1., 0., 0., 0.]]))
    """
    if isinstance(strategies, str):
        raise CoopgamesError(f"strategies must be a sequence of them; got {strategies!r}")
    if isinstance(strategies, Sequence) and any(
        isinstance(one, (MemoryOne, Automaton, str)) for one in strategies
    ):
        chosen: list[MemoryOne | Automaton] = []
        for one in strategies:
            strategy = find_strategy(one) if isinstance(one, str) else one
            if not isinstance(strategy, (MemoryOne, Automaton)) or strategy.players != 2:
                raise CoopgamesError(f"strategies must be of two players, or names; got {one!r}")
            chosen.append(strategy)
        simple = [one for one in chosen if isinstance(one, MemoryOne)]
        names = tuple(one.name for one in chosen)
        return names, _rows(simple) if len(simple) == len(chosen) else chosen
    try:
        table = np.asarray(cast("npt.ArrayLike", strategies), dtype=float)
    except (TypeError, ValueError):
        raise CoopgamesError(
            "strategies must be MemoryOne or Automaton records, names or numbers"
        ) from None
    if table.ndim != 2 or table.shape[1] != 5 or not table.size:
        raise CoopgamesError(
            "strategies must have shape (n, 5): the start, then after CC, CD, DC, DD; "
            f"got {table.shape}"
        )
    if not ((table >= 0) & (table <= 1)).all():
        raise CoopgamesError(
            f"strategies must hold probabilities, in [0, 1]; got {table.min():g} to {table.max():g}"
        )
    return tuple(map(str, range(table.shape[0]))), table


def all_pair_laws(
    strategies: Strategies,
    *,
    discount_factor: float,
    implementation_error: float,
    perception_error: tuple[float, float],
    monitoring: Monitoring,
) -> PairLaws:
    """Return the laws of acts of all pairs of n strategies.

    Parameters
    ----------
    strategies : array, shape (n, 5), or list of MemoryOne and Automaton
        From `read_strategies`.
    discount_factor, implementation_error, perception_error, monitoring
        As in `coopgames.kernels.memory_one.pair_laws`.
    """

    def simple_laws(rows: Floats) -> PairLaws:
        return pair_laws(
            rows,
            discount_factor=discount_factor,
            implementation_error=implementation_error,
            perception_error=perception_error,
            monitoring=monitoring,
        )

    if isinstance(strategies, np.ndarray):
        return simple_laws(strategies)
    n, residual = len(strategies), 0.0
    law, classes = np.empty((4, n, n)), np.ones((n, n), dtype=np.int8)
    simple = np.array([isinstance(one, MemoryOne) for one in strategies])
    if simple.any():
        among = simple_laws(_rows([one for one in strategies if isinstance(one, MemoryOne)]))
        where = np.flatnonzero(simple)
        law[:, where[:, None], where] = among.law
        residual = among.residual
        if among.classes is not None:
            classes[where[:, None], where] = among.classes
    i, j = np.nonzero(np.triu(~(simple[:, None] & simple)))
    found = machine_pair_laws(
        [_machine(one) for one in strategies],
        i,
        j,
        discount_factor=discount_factor,
        implementation_error=implementation_error,
        perception_error=perception_error,
        monitoring=monitoring,
    )
    law[:, i, j] = found.law
    law[:, j, i] = swapped(found.law)
    if found.classes is None:
        return PairLaws(law, None, max(residual, found.residual))
    classes[i, j] = classes[j, i] = found.classes
    return PairLaws(law, classes, max(residual, found.residual))


def _rows(strategies: Sequence[MemoryOne]) -> Floats:
    return np.array([(one.start, *one.response) for one in strategies])


def _machine(strategy: MemoryOne | Automaton) -> Machine:
    automaton = as_automaton(strategy)
    cooperate, moves = automaton.table()
    # From how many others cooperate to the other's act, cooperation first.
    return Machine(cooperate, moves[:, :, ::-1], automaton.start)
