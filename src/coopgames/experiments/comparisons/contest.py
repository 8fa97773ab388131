r"""Institutions that play the same problem in the same world, block by block of replicates.

Block b of a run of entropy e is simulated with the entropy that `SeedSequence(e, spawn_key=(b,))`
gives, so that a longer run begins with a shorter one. Under common random numbers every game has
the key of one institution, ``common``, and then its stream: replicate r of every institution has
the same uniform for its mandate event, the same coins for its start, and in each revision the same
uniform for who revises and how. States stand role by role in every game, so that it is a state of
the same role that revises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from ..._checks import one_of
from ..._random import RandomLike, entropy_of
from ...catalogue import nearest
from ...dynamics import Logit, simulate
from ...errors import CoopgamesError, SpecificationError
from ...games import Game, compile_game
from ...institutions import Institution
from ...outcomes import Certificate
from ...problems import Problem
from ...provenance import provenance
from ...records import Record
from ...worlds import World
from ..resolve import named
from ..sweeps import GameOptions, Simulation
from ..sweeps.dynamics import dynamic_of
from .replicate_values import REPLICATE_MEASURES, replicate_values

__all__ = ["Contest", "Named", "contestants", "open_contest"]

Floats = npt.NDArray[np.float64]
Named = Institution | str | Path

_COMPILED = tuple(name for name in GameOptions.__struct_fields__ if name != "plans")
_SIMULATED = tuple(name for name in Simulation.__struct_fields__ if name != "replicates")


def contestants(institutions: Sequence[Named]) -> tuple[Institution, ...]:
    """Return the records of two or more institutions, told apart by id.

    Raises
    ------
    CoopgamesError
        If there are fewer than two, or two of one id.
    """
    if isinstance(institutions, (Record, str, Path)) or len(institutions) < 2:
        raise CoopgamesError(f"institutions must be two or more; got {_short(institutions)}")
    forms = tuple(named("institutions", item) for item in institutions)
    for one, other in combinations(forms, 2):
        if one.id == other.id:
            raise CoopgamesError(
                f"institutions must have different ids; got {one.id!r} twice: give one another "
                "with .replace(id=...)"
            )
    return forms


def _dynamic(given: Any) -> Any:
    """Return a dynamic; a table stands for one as in an experiment."""
    if isinstance(given, Mapping):
        return dynamic_of(given)
    return Logit() if given is None else given


def _short(institutions: Any) -> str:
    names = institutions if isinstance(institutions, (list, tuple)) else [institutions]
    return ", ".join(str(getattr(item, "id", item)) for item in names) or "none"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contest:
    """Games of several institutions that differ in the institution alone."""

    games: tuple[Game, ...]
    dynamic: Any
    measure: str
    plans: Any
    simulation: Simulation
    common_random_numbers: bool
    entropy: int

    @property
    def names(self) -> tuple[str, ...]:
        """Ids of the institutions."""
        return tuple(game.institution.id for game in self.games)

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """All pairs of institutions, by position."""
        return tuple(combinations(range(len(self.games)), 2))

    @property
    def named_pairs(self) -> tuple[tuple[str, str], ...]:
        """All pairs of institutions, by id."""
        return tuple(combinations(self.names, 2))

    def block(self, which: int, block: int, replicates: int) -> tuple[Floats, Certificate]:
        """Return an institution's first replicates of a block, each one's value in [0, 1]."""
        game = self.games[which]
        if self.common_random_numbers:
            game = replace(game, institution=game.institution.replace(id="common"))
        schedule = msgspec.structs.asdict(self.simulation) | {"replicates": replicates}
        stream = np.random.SeedSequence(self.entropy, spawn_key=(block,))
        outcome = simulate(game, self.dynamic, plans=self.plans, **schedule, rng=stream)
        return replicate_values(outcome, self.measure), outcome.certificate

    def certificate(self, found: Sequence[tuple[str, Certificate]]) -> Certificate:
        """Return what proves a comparison, from the certificates of its institutions.

        Of notes of one kind, which the words before their colon tell, each institution has one.
        """
        notes: dict[tuple[str, str], str] = {}
        for name, one in found:
            for note in one.notes:
                notes.setdefault((name, note.partition(":")[0]), f"{name}: {note}")
        certificates = [one for _, one in found]
        return Certificate(
            method=certificates[0].method,
            exact=all(one.exact for one in certificates),
            residual=max(one.residual for one in certificates),
            grid_error=max(one.grid_error for one in certificates),
            notes=tuple(notes.values()),
        )

    def provenance(self, *, sampled: bool = True, **more: Any) -> dict[str, Any]:
        """Return the run record."""
        schedule = msgspec.structs.asdict(self.simulation)
        del schedule["replicates"]
        drawn = schedule | {"common_random_numbers": self.common_random_numbers}
        specification = {
            "games": [game.specification() for game in self.games],
            **self.dynamic.parameters(),
            "plans": self.plans,
            "measure": self.measure,
            **(drawn if sampled else {}),
            **more,
        }
        return provenance(specification, entropy=self.entropy if sampled else None)


def open_contest(
    institutions: Sequence[Named],
    problem: Problem | str | Path,
    world: World | str | Path,
    *,
    dynamic: Any,
    measure: str,
    common_random_numbers: bool,
    rng: RandomLike,
    options: Mapping[str, Any],
    measures: Sequence[str] = tuple(REPLICATE_MEASURES),
) -> Contest:
    """Return the games of a comparison, compiled; errors as they and `contestants` raise them."""
    known = [*_COMPILED, "plans", *_SIMULATED]
    for name in options:
        if name not in known:
            raise SpecificationError(f"unknown option {name!r}; {nearest(name, known)}")
    forms = contestants(institutions)
    issue, place = named("problems", problem), named("worlds", world)
    rules = GameOptions(**{k: v for k, v in options.items() if k not in _SIMULATED})
    simulation = Simulation(**{k: v for k, v in options.items() if k in _SIMULATED})
    compiled = {name: getattr(rules, name) for name in _COMPILED}
    return Contest(
        games=tuple(compile_game(form, issue, place, **compiled) for form in forms),
        dynamic=_dynamic(dynamic),
        measure=one_of("measure", measure, measures),
        plans=rules.plans,
        simulation=simulation,
        common_random_numbers=common_random_numbers,
        entropy=entropy_of(rng),
    )
