"""Published population games: the model a case describes, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from ..dynamics import (
    Fermi,
    Moran,
    fixation,
    gradient_of_selection,
    low_mutation_scores,
    pair_conditions,
    rest_points,
    small_mutation_limit,
    trajectory,
)
from ..errors import CoopgamesError, SpecificationError
from ..games import SymmetricGame, classics, matrix_game
from ..kernels.flows.rest_point import RestPoint
from ..records import exact
from .published import GameModel, Published

__all__ = ["POPULATION_MEASURES", "PopulationModel", "population_model"]


@dataclass(frozen=True, slots=True)
class PopulationModel:
    """A game and the process that plays it, if there is one.

    ``matrix`` gives the payoffs of two players with one argument changed, fractions exact, where
    the game is a family of matrices.
    """

    game: SymmetricGame
    matrix: Callable[..., list[list[Any]]] | None
    process: Fermi | Moran | None

    def played(self) -> Fermi | Moran:
        """Return the process.

        Raises
        ------
        SpecificationError
            If the case has none.
        """
        if self.process is None:
            raise SpecificationError("model.toml: process is missing, and the measure needs one")
        return self.process


def population_model(case: Published) -> PopulationModel:
    """Return the population model of a case.

    Raises
    ------
    SpecificationError
        If the game is unknown or takes other arguments.
    """
    assert case.game is not None
    where = f"{case.id}/model.toml"
    matrix = None
    try:
        if case.game.matrix:
            game = matrix_game(case.game.matrix, case.game.strategies or None)
        elif case.game.name.endswith("_matrix") and case.game.name in classics.__all__:
            matrix = partial(_exact_matrix, case.game)
            game = matrix_game([[float(x) for x in row] for row in matrix()])
        elif case.game.name in classics.__all__:
            game = getattr(classics, case.game.name)(**case.game.arguments)
        else:
            raise SpecificationError(
                f"{where}: game.name must be one of {', '.join(classics.__all__)}; "
                f"got {case.game.name!r}"
            )
        process: Fermi | Moran | None = None
        if case.process is not None:
            rule: Any = Fermi if case.process.rule == "fermi" else Moran
            given = dict(case.process.arguments)
            if case.process.strong:
                given["selection_intensity"] = float("inf")
            process = rule(**given)
    except TypeError as problem:
        raise SpecificationError(f"{where}: arguments: {problem}") from None
    except CoopgamesError as problem:
        raise SpecificationError(f"{where}: {problem}") from None
    return PopulationModel(game, matrix, process)


def _exact_matrix(game: GameModel, **changes: Any) -> list[list[Any]]:
    arguments = {key: exact(value) for key, value in {**game.arguments, **changes}.items()}
    made: list[list[Any]] = getattr(classics, game.name)(**arguments)
    return made


def _threshold(
    model: PopulationModel,
    parameter: str,
    condition: str,
    strategies: list[int] | None = None,
    population_size: int | None = None,
) -> Any:
    """Return the value of a parameter at which a condition on two strategies turns.

    Payoffs are linear in it, so two values tell.
    """
    if model.matrix is None:
        raise SpecificationError("model.toml: game must be a family of matrices for a threshold")
    chosen = strategies or [0, 1]

    def gap(value: int) -> Any:
        assert model.matrix is not None
        rows = model.matrix(**{parameter: value})
        pair = [[rows[i][j] for j in chosen] for i in chosen]
        return pair_conditions(pair, population_size=population_size)[condition]

    low, high = gap(2), gap(3)
    return 2 - low / (high - low)


def _scores(model: PopulationModel) -> list[float]:
    return low_mutation_scores(model.game.matrix().tolist())


def _favoured(model: PopulationModel) -> list[bool]:
    return [value > 0 for value in _scores(model)]


def _edge_share(model: PopulationModel, edge: list[int], invader: int) -> float:
    """Return the share of the first strategy of an edge at which the invader's rate is zero."""

    def rate(share: float) -> float:
        x = np.zeros(model.game.size)
        x[edge[0]], x[edge[1]] = share, 1.0 - share
        payoffs = model.game.payoffs_at(x)
        return float(payoffs[invader] - x @ payoffs)

    low, high = rate(0.0), rate(1.0)
    return -low / (high - low)


def _fixation(model: PopulationModel, mutant: str, resident: str) -> Any:
    return fixation(model.game, model.played(), mutant, resident)


def _ratio(model: PopulationModel, mutant: str, resident: str) -> float:
    there = _fixation(model, mutant, resident).log_probability
    back = _fixation(model, resident, mutant).log_probability
    return float(np.exp(there - back))


def _stationary(model: PopulationModel) -> dict[str, float]:
    return small_mutation_limit(model.game, model.played()).shares()


def _achievement(model: PopulationModel, threshold: int) -> float:
    players = model.game.players
    contributors = np.arange(players + 1)
    return model.played().long_run(model.game).group_success(contributors >= threshold).value


def _mean_share(model: PopulationModel, strategy: str) -> float:
    return model.played().long_run(model.game).shares()[strategy]


def _sign_changes(model: PopulationModel) -> list[list[Any]]:
    """Return [j, j + 1, kind] where the gradient of selection changes sign inside."""
    gradient = gradient_of_selection(model.game, model.played())[1:-1]
    out: list[list[Any]] = []
    for j, (low, high) in enumerate(pairwise(gradient.tolist()), start=1):
        if low * high < 0:
            out.append([j, j + 1, "unstable" if low < 0 else "stable"])
    return out


def _interior(model: PopulationModel) -> list[RestPoint]:
    size = model.game.size
    found = [p for p in rest_points(model.game).points if len(p.support) == size]
    return sorted(found, key=lambda p: p.point.tolist())


def _interior_rest_points(model: PopulationModel) -> list[list[Any]]:
    """Return [share of the first strategy, stable or unstable], ascending."""
    words = {"sink": "stable", "source": "unstable"}
    return [[float(p.point[0]), words.get(p.kind, p.kind)] for p in _interior(model)]


def _interior_eigenvalues(model: PopulationModel) -> list[list[list[float]]]:
    """Return per interior rest point its eigenvalues as [real, imaginary], by both."""
    return [
        sorted([float(value.real), float(value.imag)] for value in p.eigenvalues)
        for p in _interior(model)
    ]


def _interior_payoffs(model: PopulationModel) -> list[float]:
    return [float(p.point @ model.game.payoffs_at(p.point)) for p in _interior(model)]


def _interior_point(model: PopulationModel) -> list[float]:
    (found,) = _interior(model)
    return [float(x) for x in found.point]


def _share_after(model: PopulationModel, start: float, time: float) -> float:
    """Return the share of the first of two strategies after a time of the replicator."""
    return float(trajectory(model.game, [start, 1.0 - start], [0.0, time])[-1, 0])


def _rest_points(model: PopulationModel) -> list[list[Any]]:
    """Return [point, kind, Nash?, ESS?] of every rest point, by place."""
    found = [[p.point.tolist(), p.kind, p.nash, p.ess] for p in rest_points(model.game).points]
    return sorted(found, key=lambda item: [round(x, 9) for x in item[0]])


#: What a case of a population game may report, by name.
POPULATION_MEASURES: Mapping[str, Callable[..., Any]] = {
    "fixation_probability": lambda model, **who: _fixation(model, **who).probability,
    "fixation_ratio": _ratio,
    "fixation_time": lambda model, **who: _fixation(model, **who).time,
    "conditional_fixation_time": lambda model, **who: _fixation(model, **who).conditional_time,
    "stationary": _stationary,
    "group_achievement": _achievement,
    "mean_share": _mean_share,
    "sign_changes": _sign_changes,
    "interior_rest_points": _interior_rest_points,
    "interior_eigenvalues": _interior_eigenvalues,
    "interior_payoffs": _interior_payoffs,
    "interior_point": _interior_point,
    "rest_points": _rest_points,
    "share_after": _share_after,
    "threshold": _threshold,
    "low_mutation_scores": _scores,
    "favoured": _favoured,
    "edge_share": _edge_share,
}
