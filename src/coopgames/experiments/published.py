"""Published results as data: the model, what was printed, and a blind second implementation.

A case is a folder ``models/published/<authoryear>_<keyword>/`` with

``model.toml``     citation, the rule in words, the model, and other readings of an unclear text
``expected.toml``  the numbers, each with a tolerance and whether it was printed or recomputed
``qc.py``          a slow second implementation without this package
"""

from __future__ import annotations

import re
import tomllib
from math import isnan
from pathlib import Path
from typing import Any, Literal

import msgspec

from .. import catalogue
from ..errors import SpecificationError
from ..records import Identifier, NonNegative, Probability, Record, Share
from ..voting import Committee

__all__ = [
    "Expected",
    "Published",
    "expected_of",
    "folder_of",
    "or_none",
    "published",
    "published_cases",
]

#: Tables of ``model.toml`` that hold the model.
MODELS = ("committee", "game", "strategic", "repeated", "agreement")
Value = bool | float | int | str
#: Nested lists are compared place by place; words must be the same.
Values = Value | list[Any] | dict[str, Any]


class Expected(Record, frozen=True, kw_only=True):
    """One number of a case, or one per group.

    Attributes
    ----------
    measure : str
        What it measures. Of a committee: an index of `coopgames.power`, ``shapley_shubik_total``
        (of a whole group), ``coleman_act``, ``winning_coalitions``, ``swings``, ``passage``,
        ``expected_rounds`` or ``deciding``. Of a game: a key of
        ``experiments.population_cases.POPULATION_MEASURES``. Of a strategic game: a key of
        ``experiments.equilibrium_cases.EQUILIBRIUM_MEASURES``. Of a repeated game or an agreement:
        a key of ``experiments.repeated_cases.REPEATED_MEASURES`` or
        ``experiments.agreement_cases.AGREEMENT_MEASURES``.
    value : number or "a/b", list of these, or mapping of group or strategy to these
        Exact fractions are compared exactly where the tolerance is 0.
    tolerance : float
        Largest absolute difference. [of the measure]
    status : {'published', 'recomputed'}
        Whether it was read in print or computed again elsewhere.
    source : str
        Where it stands.
    arguments : dict
        What the measure depends on, such as ``support``.
    blind : str or tuple of str
        Where the second implementation has the same, if not under the measure's name: a place in
        what it computes (names joined by dots, all below it in order), or one per number, empty
        where it has none.
    """

    measure: str
    value: Values
    tolerance: NonNegative = 0.0
    status: Literal["published", "recomputed"]
    source: str = ""
    arguments: dict[str, Any] = {}
    blind: str | tuple[str, ...] = ""


class GameModel(Record, frozen=True, kw_only=True):
    """A population game of a case: one of `coopgames.games.classics`, or a matrix.

    Attributes
    ----------
    name : str
        Name of the game; empty for a matrix.
    arguments : dict
        What it takes.
    matrix : list of list of number
        Payoffs of two players, own strategy first.
    strategies : tuple of str
        Names of a matrix's strategies.
    """

    name: str = ""
    arguments: dict[str, Any] = {}
    matrix: tuple[tuple[float, ...], ...] = ()
    strategies: tuple[str, ...] = ()


class ProcessModel(Record, frozen=True, kw_only=True):
    """A process of a case: its rule and what that takes.

    With ``strong`` the selection intensity is infinite.
    """

    rule: Literal["fermi", "moran"]
    arguments: dict[str, Any] = {}
    strong: bool = False


class StrategicModel(Record, frozen=True, kw_only=True):
    """A game of a case whose equilibria are asked for: by name, or two payoff matrices.

    Attributes
    ----------
    name : str
        A key of ``experiments.equilibrium_cases.STRATEGIC_GAMES``, or "referendum"; empty for
        matrices.
    arguments : dict
        What it takes.
    first, second : list of list of number or "a/b"
        Payoffs of the row and the column player.
    """

    name: str = ""
    arguments: dict[str, Any] = {}
    first: tuple[tuple[float | str, ...], ...] = ()
    second: tuple[tuple[float | str, ...], ...] = ()

    def _check(self) -> None:
        if bool(self.name) == bool(self.first and self.second):
            raise SpecificationError("strategic: needs either a name or both first and second")


class RepeatedModel(Record, frozen=True, kw_only=True):
    """A repeated game of a case: four payoffs, a game by name, or a printed table of scores.

    Attributes
    ----------
    pay : list of four numbers or "a/b"
        R, S, T, P of two players.
    name : str
        A key of ``experiments.repeated_cases.REPEATED_GAMES``.
    arguments : dict
        What the named game takes.
    scores : list of number
        Scores of one strategy, as printed.
    strategies : dict of str to list or dict
        Strategies of the case by name: probabilities of cooperating after CC, CD, DC, DD, own act
        first (of n players 2 n of them), or ``kind`` and what it takes, see
        ``experiments.repeated_cases``. Others go by the names of `find_strategy`.
    discount_factor : number or "a/b", in [0, 1]
        1 stands for the limit of means.
    implementation_error, perception_error : float
        As in `play_pairs`.
    """

    pay: tuple[float | str, ...] = ()
    name: str = ""
    arguments: dict[str, Any] = {}
    scores: tuple[float, ...] = ()
    strategies: dict[str, tuple[float | str, ...] | dict[str, Any]] = {}
    discount_factor: Share = 1.0
    implementation_error: Probability = 0.0
    perception_error: Probability = 0.0

    def _check(self) -> None:
        if bool(self.pay) + bool(self.name) + bool(self.scores) != 1:
            raise SpecificationError("repeated: needs exactly one of pay, name and scores")
        if self.pay and len(self.pay) != 4:
            raise SpecificationError(
                f"repeated.pay must hold R, S, T and P; got {len(self.pay)} numbers"
            )


class AgreementModel(Record, frozen=True, kw_only=True):
    """An agreement of a case, or the choice of its voting rule.

    Attributes
    ----------
    name : str
        A key of ``experiments.agreement_cases.AGREEMENTS``.
    arguments : dict
        What it takes.
    """

    name: str
    arguments: dict[str, Any] = {}


class Numbers(Record, frozen=True, kw_only=True):
    """The file ``expected.toml``."""

    expected: tuple[Expected, ...]


class Published(Record, frozen=True, kw_only=True):
    """A published case.

    Attributes
    ----------
    id : str
        Name of its folder: author, year and keyword.
    title : str
        One line.
    citation : tuple of str
        Keys of the bibliography.
    words : str
        The model in words, as far as the text goes.
    unclear : str
        What the text leaves open, if anything; the readings are then alternatives.
    committee : Committee, optional
        The model, where it is a decision rule.
    game, process : GameModel, ProcessModel, optional
        The model, where it is a population game.
    strategic : StrategicModel, optional
        The model, where it is a game whose equilibria are asked for.
    repeated : RepeatedModel, optional
        The model, where it is a repeated game.
    agreement : AgreementModel, optional
        The model, where it is an agreement or the choice of a voting rule.
    readings : dict of str to dict
        Other readings: fields of the committee that differ.
    notes : str
        What a reader should know.
    """

    id: Identifier
    title: str
    citation: tuple[str, ...]
    words: str
    unclear: str = ""
    committee: Committee | None = None
    game: GameModel | None = None
    process: ProcessModel | None = None
    strategic: StrategicModel | None = None
    repeated: RepeatedModel | None = None
    agreement: AgreementModel | None = None
    readings: dict[str, dict[str, Any]] = {}
    notes: str = ""

    def _check(self) -> None:
        given = [key for key in MODELS if getattr(self, key)]
        if len(given) != 1:
            raise SpecificationError(
                f"a case needs exactly one of {', '.join(MODELS)}; "
                f"got {' and '.join(given) or 'none'}"
            )
        if self.readings and self.committee is None:
            raise SpecificationError("readings: only committees have other readings so far")

    def reading(self, name: str) -> Committee:
        """Return the committee of another reading."""
        raw = msgspec.to_builtins(self.committee) or {}
        try:
            committee: Committee = msgspec.convert({**raw, **self.readings[name]}, Committee)
        except msgspec.ValidationError as problem:
            raise SpecificationError(f"{self.id}: readings.{name}: {problem}") from None
        return committee


def or_none(value: Any) -> Any:
    """Return a number, or the word "none" for what isn't one: files hold finite numbers only.

    Examples
    --------
    >>> or_none(0.5), or_none(float("nan"))
    (0.5, 'none')
    """
    return "none" if isinstance(value, float) and isnan(value) else value


def published_cases() -> list[str]:
    """Return the names of all published cases.

    Examples
    --------
    >>> "condorcet1785_jury" in published_cases()
    True
    """
    return sorted(
        {path.parent.name for folder in _folders() for path in folder.glob("*/model.toml")}
    )


def _folders() -> list[Path]:
    return [path / "published" for path in catalogue.model_paths()]


def folder_of(name: str) -> Path:
    """Return the folder of a case.

    Raises
    ------
    SpecificationError
        If there is none.
    """
    for folder in _folders():
        if (folder / name / "model.toml").is_file():
            return folder / name
    raise SpecificationError(
        f"unknown published case {name!r}; {catalogue.nearest(name, published_cases())}"
    )


def published(name: str) -> Published:
    """Return a published case.

    Raises
    ------
    SpecificationError
        With file, key and value if it is unknown or its file is wrong.

    Examples
    --------
    >>> published("condorcet1785_jury").committee.size
    9
    """
    case: Published = _convert(folder_of(name) / "model.toml", Published)
    return case


def expected_of(name: str) -> tuple[Expected, ...]:
    """Return the numbers of a case."""
    numbers: Numbers = _convert(folder_of(name) / "expected.toml", Numbers)
    return numbers.expected


def _convert(path: Path, kind: Any) -> Any:
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), kind)
    except OSError as problem:
        raise SpecificationError(f"{path.parent.name}/{path.name}: {problem.strerror}") from None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as problem:
        text = re.sub(r"\s+", " ", str(problem))
        raise SpecificationError(f"{path.parent.name}/{path.name}: {text}") from None
