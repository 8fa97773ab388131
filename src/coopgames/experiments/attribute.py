"""The difference between two institutions, split over four groups of parameters.

Shapley decomposition: each group's contribution is its marginal effect averaged over the orders in
which the groups are taken from the second institution (design, section 4). Two institutions give 16
hybrids.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from pathlib import Path
from typing import Any

from .._checks import one_of
from ..dynamics import Logit
from ..games import compile_game
from ..institutions import PARAMETER_GROUPS, Institution, hybrid
from ..measures import Cooperation, cooperation
from ..problems import Problem
from ..worlds import World
from .resolve import named

__all__ = ["Attribution", "attribute", "shapley_split"]

_MEASURES = ("success_rate", "achievement", "act_rate", "adoption")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """``end - start`` of a measure, and each group's part; the parts add up to it."""

    start: float
    end: float
    parts: Mapping[str, float]

    @property
    def difference(self) -> float:
        """What is split."""
        return self.end - self.start


def shapley_split(
    value: Callable[[frozenset[str]], float], groups: tuple[str, ...]
) -> dict[str, float]:
    """Return each group's Shapley value in the game ``value`` over sets of groups.

    Examples
    --------
    >>> shapley_split(lambda s: float(len(s) == 2), ("a", "b"))
    {'a': 0.5, 'b': 0.5}
    """
    n = len(groups)
    table = {
        frozenset(chosen): value(frozenset(chosen))
        for size in range(n + 1)
        for chosen in combinations(groups, size)
    }
    parts = dict.fromkeys(groups, 0.0)
    for group in groups:
        for chosen, level in table.items():
            if group not in chosen:
                weight = factorial(len(chosen)) * factorial(n - len(chosen) - 1) / factorial(n)
                parts[group] += weight * (table[chosen | {group}] - level)
    return parts


def attribute(
    start: Institution | str | Path,
    end: Institution | str | Path,
    problem: Problem | str | Path = "climate",
    world: World | str | Path = "w20",
    *,
    measure: str = "success_rate",
    precision: float = 15.0,
    **options: Any,
) -> Attribution:
    """Return what makes ``end`` differ from ``start``: membership, voting, information or teeth.

    Parameters
    ----------
    start, end : record, name or path
        Bodies are matched in order; see `coopgames.hybrid`.
    problem, world : record, name or path
    measure : {'success_rate', 'achievement', 'act_rate', 'adoption'}
    precision : float
        Of logit revision, at least 0. [1/stake]
    **options
        Passed to `coopgames.compile_game`.

    Returns
    -------
    Attribution
        Its parts add up to the difference.

    Examples
    --------
    >>> split = attribute("charter", "first_degree", measure="adoption")
    >>> abs(sum(split.parts.values()) - split.difference) < 1e-12
    True
    """
    one_of("measure", measure, _MEASURES)
    base, other = named("institutions", start), named("institutions", end)
    issue, place = named("problems", problem), named("worlds", world)
    dynamic = Logit(precision=precision)

    def value(groups: frozenset[str]) -> float:
        game = compile_game(hybrid(base, other, groups), issue, place, **options)
        result: Cooperation = cooperation(dynamic.long_run(game))
        return float(getattr(result, measure))

    groups = tuple(PARAMETER_GROUPS)
    parts = shapley_split(value, groups)
    return Attribution(start=value(frozenset()), end=value(frozenset(groups)), parts=parts)
