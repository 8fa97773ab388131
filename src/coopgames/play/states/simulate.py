"""All states of a world in repeated play under an institution, simulated, with learning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, count, one_of, probability
from ..._random import RandomLike, blocks, entropy_of
from ...errors import CoopgamesError
from ...games import Game
from ...outcomes import Certificate, Estimate, SampledOutcome
from ...provenance import provenance
from .profile import Assigned, Profile, ReactsTo, Strategy, profile_of
from .rounds import Learning, Setting, WorldBlock, play_block
from .spells import spell_and_onset

__all__ = ["SimulatedStatesPlay", "simulate_states"]

Floats = npt.NDArray[np.float64]

#: Halves of a run that differ by more standard errors are called unsettled.
_LARGEST_Z = 3.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedStatesPlay:
    """Repeated play of all states, over replicates of a world.

    Attributes
    ----------
    outcome : SampledOutcome
        Rounds spread evenly over the run; what `coopgames.cooperation` takes apart.
    strategies : tuple of str
    shares : dict of str to Estimate
        Mean share of states that follow each strategy.
    payoffs : dict of str to Estimate
        Per round and unit of own stake, of those who follow the strategy; NaN if nobody did.
        [stake]
    act_rates : dict of str to Estimate
        How often they act.
    success_rate, achievement, act_rate, outside : Estimate
        Over all rounds after the burn-in: HOLD, mean ETA, share of states that act, and share of
        states outside what can be left.
    spell, onset : float
        Mean rounds that success lasts, and takes to come back, from all losses counted.
    """

    outcome: SampledOutcome
    strategies: tuple[str, ...]
    shares: Mapping[str, Estimate]
    payoffs: Mapping[str, Estimate]
    act_rates: Mapping[str, Estimate]
    success_rate: Estimate
    achievement: Estimate
    act_rate: Estimate
    outside: Estimate
    spell: float
    onset: float


def simulate_states(
    game: Game,
    strategies: Assigned,
    *,
    reacts_to: ReactsTo = "record",
    unbound: Strategy | None = None,
    assignment: Literal["dealt", "random"] = "dealt",
    implementation_error: float = 0.0,
    missed_success: float = 0.0,
    false_success: float = 0.0,
    season: int = 0,
    learning_rate: float = 1.0,
    selection_intensity: float = 10.0,
    mutation_probability: float = 0.01,
    membership: Literal["fixed", "learned"] = "fixed",
    rounds: int = 1000,
    burn_in: int = 100,
    replicates: int = 1024,
    samples: int = 100,
    rng: RandomLike = None,
) -> SimulatedStatesPlay:
    """Play an institution's game again and again, every state drawing its act in every round.

    Parameters
    ----------
    game : Game
        Each replicate draws its mandate once. With ``mandate='expected'`` payoffs are those at
        mean sanctions.
    strategies : strategy, sequence of strategies, or mapping of str to these
        As in `play_states`; automata may look at their own act.
    reacts_to, unbound, implementation_error, missed_success, false_success
        As in `play_states`.
    assignment : {'dealt', 'random'}
        Whether strategies are dealt in turn, or drawn for each state and replicate.
    season : int
        Rounds after which states learn; 0, the default, for never.
    learning_rate : float, in [0, 1]
        How likely a state then revises: it compares its mean payoff of the season, per unit of own
        stake, with that of another state, and copies it with the probability of Fermi's rule.
    selection_intensity : float
        Of that rule, at least 0; 10 is our assumption. [1/stake]
    mutation_probability : float, in [0, 1]
        How likely a revising state takes a strategy at random instead; 0.01 is our assumption.
    membership : {'fixed', 'learned'}
        Whether being in or out of what can be left is copied as well; at first every state tosses a
        coin. Who is outside pays and reaches what a leaver does (`policy_games`, exit3).
    rounds, burn_in : int
        Rounds that count, at least 2, and rounds before them, at least 0.
    replicates : int
        Independent worlds, at least 2. Replicate i is the same however many are asked for.
    samples : int
        Rounds kept in ``outcome``, at most ``rounds``.
    rng : int, Generator, SeedSequence, optional
        The run's entropy (decision 0004); fresh by default.

    Returns
    -------
    SimulatedStatesPlay
        Notes in its outcome's certificate say where halves of the run differ, and where it was
        interrupted.

    Raises
    ------
    CoopgamesError
        If an argument breaks its bound, or a name is unknown.
    KeyboardInterrupt
        If interrupted before one block of 1,024 replicates is complete.

    Notes
    -----
    Some 60 ns per state, round and replicate; blocks of 1,024 replicates are drawn whole.

    References
    ----------
    Traulsen, Nowak & Pacheco (2006) Phys. Rev. E 74:011909, doi:10.1103/PhysRevE.74.011909, for
    Fermi's rule. Model D9c.

    Examples
    --------
    >>> import coopgames as cg
    >>> found = simulate_states(
    ...     cg.game("charter", "climate"),
    ...     ["tit for tat", "always defect"],
    ...     season=5,
    ...     rounds=50,
    ...     burn_in=10,
    ...     replicates=64,
    ...     samples=10,
    ...     rng=1,
    ... )
    >>> found.strategies, found.outcome.acting.shape[:2]
    (('tit for tat', 'always defect'), (64, 10))
    """
    one_of("reacts_to", reacts_to, ("record", "others"))
    one_of("assignment", assignment, ("dealt", "random"))
    one_of("membership", membership, ("fixed", "learned"))
    profile = profile_of(game, strategies, reacts_to)
    free = () if unbound is None else profile_of(game, unbound, reacts_to).strategies[:1]
    if isinstance(strategies, Mapping) and assignment == "random":
        raise CoopgamesError("assignment must be 'dealt' where strategies go by role")
    length = count("rounds", rounds, 2)
    learning = Learning(
        season=count("season", season, 0),
        rate=probability("learning_rate", learning_rate),
        selection_intensity=at_least("selection_intensity", selection_intensity, 0.0),
        mutation_probability=probability("mutation_probability", mutation_probability),
        membership=membership == "learned",
    )
    if learning.membership and not learning.season:
        raise CoopgamesError("season must be at least 1 where membership is learned; got 0")
    setting = Setting(
        game=game,
        strategies=(*profile.strategies, *free),
        free=bool(free),
        of_state=profile.of_state if assignment == "dealt" else None,
        by_record=reacts_to == "record",
        error=probability("implementation_error", implementation_error),
        missed=probability("missed_success", missed_success),
        false=probability("false_success", false_success),
        rounds=length,
        burn_in=count("burn_in", burn_in, 0),
        samples=min(count("samples", samples), length),
        learning=learning,
    )
    entropy = entropy_of(rng)
    specification = _specification(setting, profile, assignment)
    parts: list[WorldBlock] = []
    notes: list[str] = []
    try:
        cell = game.coordinates() | specification
        for generator, wanted in blocks(entropy, cell, count("replicates", replicates, 2)):
            parts.append(play_block(setting, generator, wanted))
    except KeyboardInterrupt:
        if not parts:
            raise
        notes.append(f"interrupted: {sum(p.event.size for p in parts)} replicates complete")
    whole = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(WorldBlock)
    }
    return _result(
        setting, profile, whole, notes=notes, specification=specification, entropy=entropy
    )


def _specification(setting: Setting, profile: Profile, assignment: str) -> dict[str, Any]:
    learning = setting.learning
    return {
        "play": "all states, simulated",
        "strategies": list(profile.names),
        "of_state": None if setting.of_state is None else setting.of_state.tolist(),
        "assignment": assignment,
        "reacts_to": "record" if setting.by_record else "others",
        "unbound": setting.strategies[-1].name if setting.free else None,
        "implementation_error": setting.error,
        "missed_success": setting.missed,
        "false_success": setting.false,
        "season": learning.season,
        "learning_rate": learning.rate,
        "selection_intensity": learning.selection_intensity,
        "mutation_probability": learning.mutation_probability,
        "membership": "learned" if learning.membership else "fixed",
        "rounds": setting.rounds,
        "burn_in": setting.burn_in,
        "samples": setting.samples,
    }


def _result(
    setting: Setting,
    profile: Profile,
    whole: Mapping[str, npt.NDArray[Any]],
    *,
    notes: list[str],
    specification: Mapping[str, Any],
    entropy: int,
) -> SimulatedStatesPlay:
    game, rounds = setting.game, setting.rounds
    names = profile.names
    following = whole["following"]
    held = float(whole["held"].mean() / rounds)
    spell, onset = spell_and_onset(held, float(whole["lost"].mean() / (rounds - 1)))
    outcome = SampledOutcome(
        game=game,
        event=whole["event"],
        acting=whole["acting"],
        contribution=whole["contribution"],
        losses=whole["lost"],
        revisions=rounds - 1,
        certificate=Certificate(
            method="simulated rounds",
            exact=False,
            grid_error=game.stakes.grid_error,
            notes=(*notes, *_unsettled(whole["halves"], rounds)),
        ),
        provenance=provenance(
            game.specification() | dict(specification) | {"replicates": int(following.shape[0])},
            entropy=entropy,
        ),
    )
    return SimulatedStatesPlay(
        outcome=outcome,
        strategies=names,
        shares=_by_name(names, following / (rounds * game.size), np.full(following.shape, 1.0)),
        payoffs=_by_name(names, whole["paid"], following),
        act_rates=_by_name(names, whole["cooperated"], following),
        success_rate=_mean(whole["held"] / rounds),
        achievement=_mean(whole["achieved"] / rounds),
        act_rate=_mean(whole["acts"] / rounds),
        outside=_mean(whole["outside"] / rounds),
        spell=spell,
        onset=onset,
    )


def _unsettled(halves: Floats, rounds: int) -> list[str]:
    """Say so where success differs between the halves of the run."""
    share = halves / np.array([rounds - rounds // 2, rounds // 2])
    gap = share[:, 1] - share[:, 0]
    error = float(gap.std(ddof=1) / np.sqrt(gap.size))
    if error > 0 and abs(float(gap.mean())) > _LARGEST_Z * error:
        first, second = share.mean(axis=0)
        return [f"not settled: success {first:.3g} in the first half, {second:.3g} in the second"]
    return []


def _by_name(names: tuple[str, ...], part: Floats, whole: Floats) -> dict[str, Estimate]:
    """Ratios of means over replicates, with standard errors of first order."""
    out = {}
    for s, name in enumerate(names):
        total = whole[:, s]
        if total.sum() == 0:
            out[name] = Estimate(float("nan"), float("nan"), 0.0)
            continue
        value = float(part[:, s].sum() / total.sum())
        rest = (part[:, s] - value * total) / total.mean()
        n = total.size
        out[name] = Estimate(value, float(rest.std(ddof=1) / np.sqrt(n)), float(n))
    return out


def _mean(values: Floats) -> Estimate:
    n = values.size
    return Estimate(float(values.mean()), float(values.std(ddof=1) / np.sqrt(n)), float(n))
