"""What a state of each group can expect, at the Gibbs law of the game that is played."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError
from ...games import ActionGame, Game
from ...kernels.lattice import leave_one_out
from .logit import Logit

__all__ = ["expected_payoffs"]

Floats = npt.NDArray[np.float64]


def expected_payoffs(game: Game, dynamic: Logit) -> Floats:
    """Return E u_i per event played and group, shape (rows, groups); NaN where a group is empty.

    u_i = access V-benefit - cost - sanction on a breach, as in model D5, without decision costs.
    In units of the state's own stake.

    Raises
    ------
    CoopgamesError
        Where the law is no Gibbs law (see `Logit.method`).
    """
    method = dynamic.method(game)
    if method == "chain":
        raise CoopgamesError(
            "expected payoffs need a Gibbs law; this game needs the chain on counts; set tremble "
            "to 0, or use a problem without excludability"
        )
    played = game.action_game()
    linear = method == "product"
    groups = np.arange(played.leverage.size)
    if game.mandate == "standing":
        groups = game.events.class_of_group
    # Acting earns `drive` more than breaching, of which `taste` comes without any sanction.
    taste = np.broadcast_to(game.taste[groups], played.drive.shape)
    sanction = played.drive - taste
    if game.problem.kernel in ("threshold", "linear"):
        law, acts = dynamic.gibbs(played, linear=linear)
        benefit = played.access * (law @ played.potential)[:, None]
    else:
        benefit, acts = _pairwise(game, played, dynamic)
    out = benefit + taste * acts - sanction * (1.0 - acts)
    return np.where(played.counts > 0, out, np.nan)


def _pairwise(game: Game, played: ActionGame, dynamic: Logit) -> tuple[Floats, Floats]:
    """Expected benefit from all pairs, and act rates; both need a state's act with the others'."""
    drive, potential = dynamic.field(played, linear=False)
    idle = game.stakes.idle
    table = np.stack([idle, idle + np.append(np.diff(game.stakes.potential), 0.0)])
    benefit, acts = np.zeros(drive.shape), np.zeros(drive.shape)
    for row in range(drive.shape[0]):
        counts = played.counts[row]
        for g in np.flatnonzero(counts):
            joint = leave_one_out(counts, played.leverage, drive[row], potential, int(g))
            benefit[row, g] = (joint * table).sum()
            acts[row, g] = joint[1].sum()
    return benefit, acts
