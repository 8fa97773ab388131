"""Interested voting: support for a mandate from what the voter gains by it (model D22.1).

p_i = logistic(sensitivity * gain_i), where gain_i is the expected payoff under the body's mandate
alone, at the law of acts that it brings about, minus that without any mandate. Sanctions on a
breach are those of sincere authorisation. That reading of the model, and a sensitivity equal to the
precision, are our assumptions.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .._checks import at_least
from ..dynamics import Logit, expected_payoffs
from ..games import compile_game
from ..institutions import Body, Institution, chambers_of
from ..problems import Problem
from ..worlds import World
from .resolve import named

__all__ = ["interested_support"]

Floats = npt.NDArray[np.float64]


def interested_support(
    institution: Institution | str | Path,
    problem: Problem | str | Path = "climate",
    world: World | str | Path = "w20",
    *,
    precision: float = 15.0,
    sensitivity: float | None = None,
    **options: Any,
) -> Floats:
    """Return each class's probability of a Yes in each body, shape (classes, bodies).

    Parameters
    ----------
    institution, problem, world : record, name or path
    precision : float
        Of logit revision, at least 0. [1/stake]
    sensitivity : float, optional
        Of the vote to the gain, at least 0; the precision by default. [1/stake]
    **options
        Passed to `coopgames.compile_game`.

    Returns
    -------
    array
        For the ``support`` argument of `coopgames.game`.

    Examples
    --------
    >>> support = interested_support("charter", "climate")
    >>> support.shape
    (9, 1)
    """
    form = named("institutions", institution)
    issue, place = named("problems", problem), named("worlds", world)
    dynamic = Logit(precision=precision)
    slope = at_least("sensitivity", precision if sensitivity is None else sensitivity, 0)
    classes = compile_game(form, issue, place, **options).classes

    def by_state(alone: Institution) -> Floats:
        game = compile_game(alone, issue, place, **options)
        payoffs = expected_payoffs(game, dynamic)
        groups = np.arange(payoffs.shape[1])
        if game.mandate == "standing":
            groups = game.events.class_of_group
        mean = np.zeros(game.classes.size)
        weight = np.zeros(game.classes.size)
        played = game.action_game()
        share = played.probability[:, None] * played.counts
        np.add.at(
            mean, groups, np.where(share > 0, share * np.nan_to_num(payoffs), 0.0).sum(axis=0)
        )
        np.add.at(weight, groups, share.sum(axis=0))
        return np.asarray((mean / weight)[game.classes.of_state])

    without = by_state(Institution(id="anarchy"))
    support = np.empty((classes.size, len(form.bodies)))
    for j, body in enumerate(form.bodies):
        alone = form.replace(bodies=(_adopted(body),), composition=None)
        gain = by_state(alone) - without
        probability = 0.5 * (1.0 + np.tanh(0.5 * slope * gain))
        support[:, j] = np.asarray(classes.first(probability), dtype=float)
    return support


def _adopted(body: Body) -> Body:
    """The body with its mandate in force: adoption by silence, authorisation as it was."""
    changes = [
        {
            "quota": 0.0,
            "strict": False,
            "blocking": 0.0,
            "authorisation_quota": chamber.quota
            if chamber.authorisation_quota is None
            else chamber.authorisation_quota,
            "authorisation_strict": chamber.strict
            if chamber.authorisation_strict is None
            else chamber.authorisation_strict,
            "authorisation_blocking": chamber.blocking
            if chamber.authorisation_blocking is None
            else chamber.authorisation_blocking,
        }
        for chamber in chambers_of(body)
    ]
    sure = body.replace(centres=1, authorised_by=None)
    if body.chambers:
        pairs = zip(body.chambers, changes, strict=True)
        return sure.replace(chambers=tuple(chamber.replace(**c) for chamber, c in pairs))
    return sure.replace(**changes[0])
