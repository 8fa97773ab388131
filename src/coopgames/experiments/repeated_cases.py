"""Published repeated games: what a case describes, and what may be asked of it.

Payoffs are exact wherever the question has an exact answer; play with errors is floating point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, NamedTuple

import numpy as np

from ..errors import CoopgamesError, SpecificationError
from ..games import SymmetricGame, classics, matrix_game
from ..play import play_group, play_pairs
from ..play.enforcement.collusion import collusion_payoffs
from ..play.enforcement.critical import grim_discount_factor, sustaining_discount_factor
from ..records import exact
from ..strategies import MemoryOne, classify_strategy, memory_one, named_strategy
from ..strategies.exact_dilemma import Dilemma
from ..strategies.forgiveness import forgiveness_bound
from ..strategies.press_dyson import exact_line, press_dyson_equalizer, press_dyson_strategy
from .published import RepeatedModel, or_none

__all__ = ["REPEATED_GAMES", "REPEATED_MEASURES", "STRATEGY_KINDS"]

#: Payoffs closer than this are equal, among random co-players. [payoff]
FAIR = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """A stage game: payoffs of one who conforms, breaches, is punished; more where it is known."""

    players: int
    reward: Fraction
    temptation: Fraction
    punishment: Fraction
    dilemma: Dilemma | None = None
    game: SymmetricGame | None = None


def _two_players(pay: tuple[Any, ...]) -> _Stage:
    r, s, t, p = (exact(value) for value in pay)
    matrix = [[float(r), float(s)], [float(t), float(p)]]
    game = matrix_game(matrix, ("cooperate", "defect"))
    return _stage(2, Dilemma(r, s, t, p), game)


def _stage(players: int, dilemma: Dilemma, game: SymmetricGame) -> _Stage:
    return _Stage(
        players=players,
        reward=dilemma.reward,
        temptation=dilemma.temptation,
        punishment=dilemma.punishment,
        dilemma=dilemma,
        game=game,
    )


def _donation_game(benefit: Any, cost: Any) -> _Stage:
    b, c = exact(benefit), exact(cost)
    return _two_players((b - c, -c, b, 0))


def _public_goods(players: int, multiplication_factor: Any, cost: Any = 1) -> _Stage:
    n, r, c = players, exact(multiplication_factor), exact(cost)
    alone = Dilemma((r - 1) * c, r * c / n - c, r * c * (n - 1) / n, Fraction(0))
    return _stage(n, alone, classics.public_goods(n, float(r), float(c)))


def _market(kind: Literal["cournot", "bertrand"]) -> Callable[[int], _Stage]:
    def stage(firms: int) -> _Stage:
        pay = collusion_payoffs(kind, firms)
        return _Stage(players=firms, **pay._asdict())

    return stage


#: Stage games by name.
REPEATED_GAMES: Mapping[str, Callable[..., _Stage]] = {
    "donation_game": _donation_game,
    "public_goods": _public_goods,
    "cournot": _market("cournot"),
    "bertrand": _market("bertrand"),
}


def _stage_of(model: RepeatedModel) -> _Stage:
    if model.pay:
        return _two_players(model.pay)
    if model.name not in REPEATED_GAMES:
        raise SpecificationError(
            f"model.toml: repeated.name must be one of {', '.join(REPEATED_GAMES)} for this "
            f"measure; got {model.name!r}"
        )
    try:
        return REPEATED_GAMES[model.name](**model.arguments)
    except (TypeError, CoopgamesError) as problem:
        raise SpecificationError(f"model.toml: repeated: {problem}") from None


def _acts(model: RepeatedModel) -> tuple[Dilemma, SymmetricGame]:
    """Return the game in which acts are to cooperate and to defect."""
    stage = _stage_of(model)
    if stage.dilemma is None or stage.game is None:
        raise SpecificationError(
            f"model.toml: repeated.name {model.name!r} has no two acts; this measure needs them"
        )
    return stage.dilemma, stage.game


class _Answer(NamedTuple):
    """A strategy's exact probabilities of cooperating, and its start."""

    response: list[Any]
    start: float


def _line_kind(baseline: str) -> Callable[..., _Answer]:
    def made(pay: Dilemma, factor: Any, phi: Any, start: float) -> _Answer:
        level = getattr(pay, baseline)
        return _Answer(
            list(press_dyson_strategy(pay, factor=factor, baseline=level, scale=phi)), start
        )

    return made


#: Kinds of strategies, from the game's payoffs and what each takes.
STRATEGY_KINDS: Mapping[str, Callable[..., _Answer]] = {
    "extortion": _line_kind("punishment"),
    "generosity": _line_kind("reward"),
    "equalizer": lambda pay, first, last, start: _Answer(
        list(press_dyson_equalizer(pay, first, last)[0]), start
    ),
}


def _answer(model: RepeatedModel, name: str) -> _Answer:
    """Return the response of a strategy of the case, or one of the literature."""
    given = model.strategies.get(name)
    dilemma, game = _acts(model)
    try:
        if given is None:
            known = named_strategy(name, players=game.players)
            return _Answer(list(known.response), known.start)
        if not isinstance(given, dict):
            return _Answer([exact(value) for value in given], 1.0)
        arguments = {"start": 1.0, **given}
        kind = arguments.pop("kind", "named")
        if kind == "named":
            start = arguments.pop("start")
            known = named_strategy(**{"players": game.players, **arguments})
            return _Answer(list(known.response), start)
        return STRATEGY_KINDS[kind](dilemma, **arguments)
    except (KeyError, TypeError, CoopgamesError) as problem:
        raise SpecificationError(f"model.toml: repeated.strategies.{name}: {problem}") from None


def _strategy(model: RepeatedModel, name: str) -> MemoryOne:
    answer = _answer(model, name)
    return memory_one([float(p) for p in answer.response], start=answer.start, name=name)


def _critical(
    model: RepeatedModel, strategies: list[str], detection: Any = 1, periods: int | None = None
) -> dict[str, Any]:
    """Return the lowest discount factor from which on each strategy is an equilibrium."""
    stage = _stage_of(model)
    by_threat = detection != 1 or periods is not None or stage.dilemma is None
    out: dict[str, Any] = {}
    for name in strategies:
        if name == "grim" and by_threat:
            out[name] = grim_discount_factor(
                stage.reward,
                stage.temptation,
                stage.punishment,
                detection=detection,
                periods=periods,
            )
        elif by_threat:
            raise SpecificationError(
                "expected.toml: critical_discount_factors: only grim has one with detection, "
                f"periods or without two acts; got {name!r}"
            )
        else:
            assert stage.dilemma is not None
            chosen: MemoryOne | str = _strategy(model, name) if name in model.strategies else name
            found = sustaining_discount_factor(chosen, stage.dilemma, players=stage.players)
            out[name] = found.value
    return {name: or_none(value) for name, value in out.items()}


def _payoffs(model: RepeatedModel, pairs: list[list[str]]) -> list[list[float]]:
    """Return the long-run payoffs of each pair, of the first and of the second."""
    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    played = play_pairs(
        [_strategy(model, name) for name in names],
        _acts(model)[1],
        discount_factor=float(exact(model.discount_factor)),
        implementation_error=model.implementation_error,
        perception_error=model.perception_error,
    ).payoffs
    at = {name: i for i, name in enumerate(names)}
    return [[float(played[at[a], at[b]]), float(played[at[b], at[a]])] for a, b in pairs]


def _response(model: RepeatedModel, strategy: str) -> list[Any]:
    return _answer(model, strategy).response


def _enforced_line(model: RepeatedModel, strategy: str) -> dict[str, Any]:
    """Return factor and baseline of own - baseline = factor (others - baseline).

    The baseline is None where the factor is 1, and the factor where the others' payoff is pinned.
    """
    dilemma, game = _acts(model)
    d = float(exact(model.discount_factor))
    if game.players == 2 and d == 1:
        line: Any = exact_line(_answer(model, strategy).response, dilemma)
    else:
        line = classify_strategy(_strategy(model, strategy), game, discount_factor=d).line
    if line is None:
        raise SpecificationError(f"expected.toml: {strategy!r} enforces no line")
    alpha, beta, gamma = line
    together = alpha + beta
    return {
        "factor": -beta / alpha if alpha else None,
        "baseline": -gamma / together if together else None,
    }


def _others_pinned_at(model: RepeatedModel, strategy: str) -> Any:
    line = _enforced_line(model, strategy)
    if line["factor"] is not None:
        raise SpecificationError(f"expected.toml: {strategy!r} does not pin the others' payoff")
    return line["baseline"]


def _forgiveness_bound(model: RepeatedModel) -> Any:
    d = exact(model.discount_factor)
    return or_none(forgiveness_bound(_acts(model)[0], discount_factor=d))


def _fair(model: RepeatedModel, strategy: str, trials: int, seed: int) -> bool:
    """Return whether the strategy gets what its co-players get on average, random ones.

    Each co-player is memory-one with probabilities drawn uniformly from [0, 1].
    """
    game = _acts(model)[1]
    rng = np.random.default_rng(seed)
    chosen = _strategy(model, strategy)
    largest = 0.0
    for _ in range(trials):
        others = [
            memory_one(rng.random(2 * game.players).tolist()) for _ in range(game.players - 1)
        ]
        paid = play_group(
            [(chosen, 1), *((one, 1) for one in others)],
            game,
            discount_factor=float(exact(model.discount_factor)),
            implementation_error=model.implementation_error,
            perception_error=model.perception_error,
        ).payoffs
        largest = max(largest, abs(float(paid[0] - paid[1:].mean())))
    return largest < FAIR


def _score(model: RepeatedModel) -> dict[str, Any]:
    """Return the sum and the mean of the printed scores."""
    if not model.scores:
        raise SpecificationError("model.toml: repeated.scores is missing, and the measure needs it")
    total = sum((exact(value) for value in model.scores), Fraction(0))
    return {"total": total, "mean": total / len(model.scores)}


#: What a case of a repeated game may report, by name.
REPEATED_MEASURES: Mapping[str, Callable[..., Any]] = {
    "critical_discount_factors": _critical,
    "payoffs": _payoffs,
    "response": _response,
    "enforced_line": _enforced_line,
    "others_pinned_at": _others_pinned_at,
    "forgiveness_bound": _forgiveness_bound,
    "fair": _fair,
    "score": _score,
}
