"""Random processes of finite populations: every rule, with all its choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from .._checks import count
from ..dynamics import BestOfSample, Fermi, Moran, WrightFisher
from ..dynamics.processes.every import FiniteProcess
from ..errors import CoopgamesError
from ..games import SymmetricGame

__all__ = ["processes"]

#: Linear fitness stays this far above 0, so that rounding does not matter.
_LEAST_FITNESS = 1e-3

#: What a rule has beside population_size and mutation_probability.
_Fields = st.SearchStrategy[dict[str, Any]]


def _fermi(intensities: Sequence[float], lowest: float) -> _Fields:  # noqa: ARG001
    return st.fixed_dictionaries(
        {
            "selection_intensity": st.sampled_from(intensities),
            "role_model": st.sampled_from(("anyone", "others")),
        }
    )


def _breeds(intensities: Sequence[float], lowest: float) -> _Fields:
    """Linear fitness, 1 - w + w payoff, only with a w that keeps it above 0."""
    weak = [w for w in intensities if w <= 1 and 1 - w + w * lowest >= _LEAST_FITNESS]
    strengths = {"exponential": intensities, "linear": weak or [0.5 / (1 - min(lowest, 0))]}
    parts = [
        st.fixed_dictionaries(
            {"fitness": st.just(fitness), "selection_intensity": st.sampled_from(values)}
        )
        for fitness, values in strengths.items()
    ]
    return st.one_of(parts)


def _best_of_sample(intensities: Sequence[float], lowest: float) -> _Fields:  # noqa: ARG001
    return st.fixed_dictionaries(
        {"sample": st.integers(1, 3), "role_model": st.sampled_from(("anyone", "others"))}
    )


#: The own fields of each rule, by the intensities asked for and the lowest payoff.
_RULES: Mapping[type[FiniteProcess], Callable[[Sequence[float], float], _Fields]] = {
    Fermi: _fermi,
    Moran: _breeds,
    WrightFisher: _breeds,
    BestOfSample: _best_of_sample,
}


@st.composite
def _processes(
    draw: st.DrawFn,
    *,
    sizes: tuple[int, int],
    lowest: float,
    rules: tuple[type[FiniteProcess], ...],
    intensities: tuple[float, ...],
    mutations: tuple[float | None, ...],
) -> FiniteProcess:
    rule = draw(st.sampled_from(rules))
    return rule(
        population_size=draw(st.integers(*sizes)),
        mutation_probability=draw(st.sampled_from(mutations)),
        **draw(_RULES[rule](intensities, lowest)),
    )


def processes(
    game: SymmetricGame | None = None,
    *,
    max_size: int = 8,
    rules: Sequence[type[FiniteProcess]] = tuple(_RULES),
    intensities: Sequence[float] = (1.0, 0.0, 0.1, 10.0),
    mutations: Sequence[float | None] = (None, 0.1, 0.5, 1.0, 0.01),
) -> st.SearchStrategy[FiniteProcess]:
    """Return processes of every rule: role models, fitness maps, intensities, mutations.

    Parameters
    ----------
    game : SymmetricGame, optional
        The game they must fit: there are at least as many individuals as players, and linear
        fitness is above 0 everywhere. Games without payoffs below 0 by default.
    max_size : int
        Most individuals, at least 2 and at least as many as the game has players.
    rules : sequence of type
        Shrinks towards the first.
    intensities : sequence of float
        Selection intensities, of the rules that have one; where linear fitness fits none of them,
        it takes a smaller one. [1/payoff]
    mutations : sequence of float or None
        Mutation probabilities; None is the default of the process. Mutants are uniform over the
        other strategies.

    Raises
    ------
    CoopgamesError
        If ``max_size`` is too small or a rule is unknown.

    Examples
    --------
    >>> from hypothesis import find
    >>> process = find(processes(), lambda process: process.parameters()["dynamic"] == "moran")
    >>> process.population_size, process.fitness, process.selection_intensity
    (2, 'exponential', 1.0)
    """
    least = 2 if game is None else game.players
    unknown = [rule for rule in rules if rule not in _RULES]
    if unknown or not rules:
        known = ", ".join(rule.__name__ for rule in _RULES)
        raise CoopgamesError(f"rules must be some of {known}; got {rules!r}")
    return _processes(
        sizes=(least, count("max_size", max_size, least)),
        lowest=0.0 if game is None else float(game.table.min()),
        rules=tuple(rules),
        intensities=tuple(intensities),
        mutations=tuple(mutations),
    )
