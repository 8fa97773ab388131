"""Published results about equilibria: the game a case describes, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt

from ..equilibria.correlated_vertices import correlated_vertices
from ..equilibria.pure import pure_equilibria
from ..equilibria.risk_dominance import risk_dominance
from ..equilibria.symmetric import symmetric_equilibria
from ..equilibria.two_players import bimatrix_equilibria
from ..equilibria.zero_sum import value_of
from ..errors import CoopgamesError, SpecificationError
from ..games import SymmetricGame, classics, one_role, symmetric_game
from ..records import exact
from ..voting import Committee, Quota, Voters, passage
from .published import StrategicModel

__all__ = ["EQUILIBRIUM_MEASURES", "STRATEGIC_GAMES"]

Integers = npt.NDArray[np.int64]


def _threshold_provision(players: int, threshold: int, benefit: Any, cost: Any) -> SymmetricGame:
    """Return the public good that needs a number of contributions, which are never paid back."""
    b, c = float(exact(benefit)), float(exact(cost))

    def payoff(strategy: int, others: Integers) -> npt.NDArray[np.float64]:
        own = int(strategy == 0)
        return np.asarray(b * (others[:, 0] + own >= threshold) - c * own)

    return symmetric_game(players, ("contribute", "keep"), payoff)


def _public_goods(players: int, multiplication_factor: Any, cost: Any = 1) -> SymmetricGame:
    return classics.public_goods(players, float(exact(multiplication_factor)), float(exact(cost)))


#: Games of any number of players, by name.
STRATEGIC_GAMES: Mapping[str, Callable[..., SymmetricGame]] = {
    "public_goods": _public_goods,
    "threshold_provision": _threshold_provision,
    "volunteers_dilemma": classics.volunteers_dilemma,
}


def _game(model: StrategicModel, **changes: Any) -> SymmetricGame:
    if model.name not in STRATEGIC_GAMES:
        raise SpecificationError(
            f"model.toml: strategic.name must be one of {', '.join(STRATEGIC_GAMES)} for this "
            f"measure; got {model.name!r}"
        )
    try:
        return STRATEGIC_GAMES[model.name](**{**model.arguments, **changes})
    except CoopgamesError as problem:
        raise SpecificationError(f"model.toml: strategic: {problem}") from None


def _matrices(model: StrategicModel) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    if not model.first:
        raise SpecificationError("model.toml: strategic needs first and second for this measure")
    one, two = (
        np.array([[exact(value) for value in row] for row in rows], dtype=object)
        for rows in (model.first, model.second)
    )
    return one, two


def _equilibria(model: StrategicModel) -> list[list[list[Fraction]]]:
    """Return the strategies of all extreme equilibria, in ascending order."""
    found = bimatrix_equilibria(*_matrices(model), exact=True)
    return sorted([part.tolist() for part in equilibrium.mixed] for equilibrium in found)


def _indices(model: StrategicModel) -> list[int | None]:
    """Return the index of each equilibrium, in the order of `_equilibria`."""
    found = bimatrix_equilibria(*_matrices(model), exact=True)
    return [e.index for e in sorted(found, key=lambda e: [part.tolist() for part in e.mixed])]


def _value(model: StrategicModel) -> Fraction:
    first, second = _matrices(model)
    if (first + second).any():
        raise SpecificationError("model.toml: strategic must be zero-sum for its value")
    value: Fraction = value_of(first, exact=True).value
    return value


def _risk_dominance(model: StrategicModel) -> dict[str, Any]:
    found = risk_dominance(*_matrices(model))
    return {
        "product_first": found.products[0],
        "product_second": found.products[1],
        "risk_dominant": found.index,
    }


def _correlated(model: StrategicModel) -> dict[str, Any]:
    """Return bounds of the total payoff over correlated equilibria, their corners, the best."""
    found = correlated_vertices(*_matrices(model))
    totals = [sum(paid) for paid in found.payoffs]
    best = [v for v, total in zip(found.vertices, totals, strict=True) if total == max(totals)]
    return {
        "max_total": max(totals),
        "min_total": min(totals),
        "vertices": len(found),
        "maximiser": best[0].ravel().tolist() if len(best) == 1 else None,
    }


def _mixed_volunteering(model: StrategicModel, players: int) -> list[float]:
    """Return how likely one defects in the mixed equilibrium, and how likely the good comes."""
    found = symmetric_equilibria(_game(model, players=players))
    (mixed,) = [e.mixed[0] for e in found if not e.pure]
    defects = float(mixed[1])
    return [defects, 1.0 - defects**players]


def _pure_profiles(model: StrategicModel) -> dict[str, Any]:
    """Return the number of pure equilibria, players told apart, by how many play the first."""
    game = one_role(_game(model))
    sizes = {}
    for equilibrium in pure_equilibria(game):
        assert equilibrium.counts is not None
        size = int(equilibrium.counts[0])
        sizes[str(size)] = comb(game.players[0], size)
    return {"count": sum(sizes.values()), "by_size": sizes}


def _deterrence(model: StrategicModel, fine: Any) -> float:
    """Return the probability of a fine from which on it is an equilibrium that all contribute."""
    game = _game(model)
    paid = one_role(game).payoffs_of_revising([[game.players, 0]])[0][0, 0]
    return float((paid[1] - paid[0]) / exact(fine))


def _referendum(model: StrategicModel) -> dict[str, Any]:
    """Return the votes for a scheme that costs all the same, and quotas under which it passes.

    Whoever gains votes yes, which dominates.
    """
    stakes = [exact(value) for value in model.arguments["stakes"]]
    cost = exact(model.arguments["cost"])
    gains = [stake - cost for stake in stakes]
    yes = sum(gain > 0 for gain in gains)
    voters = tuple(
        Voters(id=name, count=size)
        for name, size in (("gains", yes), ("loses", len(gains) - yes))
        if size
    )
    support = {group.id: float(group.id == "gains") for group in voters}
    adopted = []
    for votes in range(1, len(stakes) + 1):
        body = Committee(voters=voters, rule=Quota(votes=votes))
        if passage(body, support, exact=True).probability == 1:
            adopted.append(votes)
    return {"yes": yes, "adopted": adopted, "welfare_gain": sum(gains)}


#: What a case of a strategic game may report, by name.
EQUILIBRIUM_MEASURES: Mapping[str, Callable[..., Any]] = {
    "equilibria": _equilibria,
    "indices": _indices,
    "value": _value,
    "risk_dominance": _risk_dominance,
    "correlated_equilibria": _correlated,
    "mixed_volunteering": _mixed_volunteering,
    "pure_profiles": _pure_profiles,
    "deterrence": _deterrence,
    "referendum": _referendum,
}
