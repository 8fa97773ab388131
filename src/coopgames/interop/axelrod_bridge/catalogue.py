"""The catalogue of the axelrod library: which strategies there are, by name.

Strategies that break its rules, because they read or change their opponent, are left out of every
kind but one of their own; those that take long are in none that isn't asked for.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from typing import Any

from ..._checks import one_of
from ...errors import CoopgamesError
from .games import library

__all__ = ["AXELROD_KINDS", "axelrod_strategies"]

#: What `axelrod_strategies` knows.
AXELROD_KINDS = (
    "all",
    "basic",
    "cheating",
    "demo",
    "deterministic",
    "first tournament",
    "long",
    "memory_one",
    "short",
    "stochastic",
)


def axelrod_strategies(kind: str = "short") -> tuple[str, ...]:
    """Return names of strategies in the catalogue of the axelrod library.

    Parameters
    ----------
    kind : str
        'short', the default: those that obey its rules and don't take long. 'all': also those that
        take long, which alone are 'long'. Among the short ones: 'basic', deterministic with a
        memory of one round at most; 'memory_one', of one round at most; 'deterministic';
        'stochastic'; 'first tournament', those of 1980. 'demo' are five. 'cheating' are those that
        break the rules.

    Returns
    -------
    tuple of str
        Names of classes in the library's order, such as "TitForTat".

    Raises
    ------
    CoopgamesError
        If the kind is unknown or axelrod is not installed.

    References
    ----------
    Knight et al. (2016) J. Open Res. Softw. 4(1):e35. doi:10.5334/jors.125

    Examples
    --------
    >>> from coopgames.interop import axelrod_strategies
    >>> axelrod_strategies("demo")  # doctest: +SKIP
    ('Cooperator', 'Defector', 'TitForTat', 'Grudger', 'Random')
    """
    one_of("kind", kind, AXELROD_KINDS)
    return _named(kind)


@cache
def _named(kind: str) -> tuple[str, ...]:
    axl = library()
    memory, stochastic = axl.Classifiers["memory_depth"], axl.Classifiers["stochastic"]
    lists = {
        "all": axl.strategies,
        "cheating": axl.cheating_strategies,
        "demo": axl.demo_strategies,
        "first tournament": axl.axelrod_first_strategies,
        "long": [one for one in axl.long_run_time_strategies if one in axl.strategies],
        "short": axl.short_run_time_strategies,
    }
    tests = {
        "basic": lambda player: memory(player) <= 1 and not stochastic(player),
        "memory_one": lambda player: memory(player) <= 1,
        "deterministic": lambda player: not stochastic(player),
        "stochastic": stochastic,
    }
    chosen = lists.get(kind) or [one for one in lists["short"] if tests[kind](one())]
    return tuple(one.__name__ for one in chosen)


def plain(name: str) -> str:
    """Return a name without spaces, marks and capitals."""
    return re.sub(r"[\W_]+", "", name).lower()


@cache
def _classes() -> dict[str, Any]:
    """Return classes by plain name, of the class and as displayed."""
    every = library().all_strategies
    return {plain(one.name): one for one in every} | {plain(one.__name__): one for one in every}


def new_player(strategy: Any) -> Any:
    """Return a fresh player of the library, of its name, its class, or a player.

    Raises
    ------
    CoopgamesError
        If there is none of that name, or the strategy is of no such kind.
    """
    axl = library()
    if isinstance(strategy, str):
        found = _classes().get(plain(strategy))
        if found is None:
            near = get_close_matches(plain(strategy), _classes(), 1)
            hint = f"; did you mean {_classes()[near[0]].__name__}?" if near else ""
            raise CoopgamesError(f"axelrod has no strategy named {strategy!r}{hint}")
        return found()
    if isinstance(strategy, type) and issubclass(strategy, axl.Player):
        return strategy()
    if isinstance(strategy, axl.Player):
        return strategy.clone()
    raise CoopgamesError(
        f"a strategy of axelrod must be a name, a class or a player of it; got {strategy!r}"
    )


def label(strategy: Any, player: Any) -> str:
    """Return how a strategy is called in tables: by its class, or with the parameters given."""
    if isinstance(strategy, (str, type)):
        return str(type(player).__name__)
    return str(player)
