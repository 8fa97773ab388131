r"""Asynchronous logit revision: one random state revises and acts with the logistic of its gain.

With common benefits the action game given a mandate event is an exact potential game and the
stationary law is Gibbs (model D9a):

    pi(a)  proportional to  exp{ beta [ V(X(a)) + sum_i drive_i a_i ] }.

Where access to the benefit differs, players of a linear problem are independent ('product'); other
kernels and trembles need the chain on counts ('chain').
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..._checks import at_least, probability
from ...errors import CoopgamesError
from ...games import ActionGame, Game
from ...kernels.lattice import gibbs_law, leave_one_out
from ...kernels.maximisers import maximisers
from ...outcomes import Certificate, ExactOutcome
from ...provenance import provenance
from .chain import ChainSolution, solve_chain

__all__ = ["Logit"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Logit:
    """Asynchronous logit revision.

    Parameters
    ----------
    precision : float
        beta, at least 0. [1/stake] Default 15, our assumption (model D22.20). With inf `evolve`
        gives the limit as noise vanishes: the stochastically stable states.
    tremble : float
        Probability, in [0, 1], that a revision is a coin flip instead. Default 0.
    renewal_rate : float
        Probability per revision, in [0, 1), that a standing mandate is drawn anew (D22.13).
        Default 0: the mandate stands until acts have settled.

    References
    ----------
    Blume, L. E. (1993) Games Econ. Behav. 5:387-424; Monderer & Shapley (1996) 14:124-143. Model
    D9a.

    Examples
    --------
    On climate under anarchy the cheapest way to the threshold costs more than it is worth:

    >>> import coopgames as cg
    >>> stable = cg.evolve(cg.game("anarchy", "climate"), Logit(precision=float("inf")))
    >>> cg.cooperation(stable).act_rate
    0.0
    """

    precision: float = 15.0
    tremble: float = 0.0
    renewal_rate: float = 0.0

    def __post_init__(self) -> None:
        if self.precision != np.inf:
            at_least("precision", self.precision, 0)
        if probability("tremble", self.tremble) > 0 and self.precision == np.inf:
            raise CoopgamesError(
                f"tremble must be 0 for the limit of vanishing noise; got {self.tremble!r}"
            )
        if probability("renewal_rate", self.renewal_rate) == 1.0:
            raise CoopgamesError("renewal_rate must be < 1, or nobody ever revises; got 1")

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""
        return {
            "dynamic": "logit",
            "precision": float(self.precision),
            "tremble": float(self.tremble),
            "renewal_rate": float(self.renewal_rate),
        }

    def method(self, game: Game) -> str:
        """Return the exact route for a game: 'gibbs', 'product' or 'chain'."""
        played = game.action_game()
        if self.tremble > 0 or (self.renewal_rate > 0 and played.probability.size > 1):
            return "chain"
        if played.common_access() is not None:
            return "gibbs"
        return "product" if game.problem.kernel == "linear" else "chain"

    def response(self, gain: Floats) -> Floats:
        """Return the probability of acting when acting gains ``gain`` stakes.

        That of not acting is ``response(-gain)``, to full relative precision.
        """
        self._finite()
        logistic = np.exp(-np.logaddexp(0.0, -self.precision * gain))
        return np.asarray((1.0 - self.tremble) * logistic + 0.5 * self.tremble)

    @property
    def population_size(self) -> None:
        """None: it is the players themselves who revise."""

    def choice(self, payoffs: Floats) -> Floats:
        """Return the law of what is chosen at a revision, by what each strategy would pay.

        Parameters
        ----------
        payoffs : array, shape (..., s)

        Returns
        -------
        array, shape (..., s)
            Sums to one.
        """
        self._finite()
        field = self.precision * (payoffs - payoffs.max(axis=-1, keepdims=True))
        weight = np.exp(field)
        chosen = weight / weight.sum(axis=-1, keepdims=True)
        return np.asarray((1.0 - self.tremble) * chosen + self.tremble / payoffs.shape[-1])

    def long_run(self, game: Game) -> ExactOutcome:
        """Return the stationary outcome; see `coopgames.evolve`."""
        played = game.action_game()
        method = self.method(game)
        if self.precision == np.inf:
            return self._vanishing_noise(game, played, method)
        if method == "chain":
            law, acts, flow, residual = self._chain(game, played)
            lost: float | None = flow
        else:
            law, acts = self.gibbs(played, linear=method == "product")
            lost, residual = None, 0.0
        if game.mandate == "expected":
            law, acts = law[:1], acts[:1, game.events.class_of_group]
        holds = game.stakes.holds

        def rate() -> float:
            return self._gibbs_flow(played, holds) if lost is None else lost

        return ExactOutcome(
            game=game,
            law=law,
            acts=acts,
            certificate=Certificate(
                method=method, exact=True, residual=residual, grid_error=game.stakes.grid_error
            ),
            provenance=provenance(game.specification() | self.parameters()),
            flow_rate=None if game.problem.volunteering is not None else rate,
        )

    def _finite(self) -> None:
        if self.precision == np.inf:
            raise CoopgamesError(
                "precision must be finite here; got inf: the limit of vanishing noise is for "
                "evolve, in games of two plans with a potential"
            )

    def _vanishing_noise(self, game: Game, played: ActionGame, method: str) -> ExactOutcome:
        """Return the limit of the Gibbs law: profiles of largest potential, by their number."""
        if method == "chain":
            raise CoopgamesError(
                "precision must be finite where there is no potential (access to the benefit "
                "differs, or mandates are renewed); got inf"
            )
        unit = Logit(precision=1.0)
        drive, potential = unit.field(played, linear=method == "product")
        common = played.common_access()
        found = [
            maximisers(
                played.counts[row],
                played.leverage,
                drive[row],
                potential * (1.0 if common is None else common[row]),
            )
            for row in range(played.probability.size)
        ]
        law, acts = np.stack([one.law for one in found]), np.stack([one.acts for one in found])
        if game.mandate == "expected":
            acts = acts[:, game.events.class_of_group]
        gaps = [one.gap for one, p in zip(found, played.probability, strict=True) if p > 0]
        tied = sum(int((one.law > 0).sum() > 1) for one in found)
        notes = [f"the next best contribution has a potential lower by {min(gaps):.3g} or more"]
        if tied:
            notes.append(f"in {tied} of {len(found)} mandate events several contributions are tied")
        return ExactOutcome(
            game=game,
            law=law,
            acts=acts,
            certificate=Certificate(
                method="largest potential",
                exact=True,
                grid_error=game.stakes.grid_error,
                notes=tuple(notes),
            ),
            provenance=provenance(game.specification() | self.parameters()),
        )

    def success_rate(self, game: Game) -> float:
        """Return the success rate alone; cheaper than `long_run` where the law is Gibbs."""
        self._finite()
        method = self.method(game)
        played = game.action_game()
        if method == "chain":
            law = self._chain(game, played).law
        else:
            law, _ = self.gibbs(played, linear=method == "product", want_acts=False)
        if game.mandate == "expected":
            law = law[:1]
        given = (law * game.success).sum(axis=1)
        return float((game.events.probability * given).sum())

    def _chain(self, game: Game, played: ActionGame) -> ChainSolution:
        return solve_chain(game, played, self.response, renewal_rate=self.renewal_rate)

    # -- Gibbs ---------------------------------------------------------------------------

    def gibbs(
        self, played: ActionGame, *, linear: bool, want_acts: bool = True
    ) -> tuple[Floats, Floats]:
        """Return the Gibbs law of X and the act rates, per event played."""
        drive, potential = self.field(played, linear=linear)
        laws, acts = [], []
        # Events share the grid; work in slices that stay in the processor's cache.
        slice_ = max(1, 100_000 // potential.shape[-1])
        common = None if linear else played.common_access()
        access = np.ones(played.probability.size) if common is None else common
        for value in np.unique(access):
            rows = np.flatnonzero(access == value)
            for start in range(0, rows.size, slice_):
                chosen = rows[start : start + slice_]
                one = gibbs_law(
                    played.counts[chosen],
                    played.leverage,
                    drive[chosen],
                    potential * value,
                    acts=want_acts,
                )
                laws.append((chosen, one.law))
                acts.append((chosen, one.acts))
        size = (access.size, potential.shape[-1])
        return _gather(laws, size), _gather(acts, (access.size, played.leverage.size))

    def field(self, played: ActionGame, *, linear: bool) -> tuple[Floats, Floats]:
        """Return (beta drive, beta V); linear benefits go into the drive."""
        if not linear:
            return self.precision * played.drive, self.precision * played.potential
        slope = played.potential[-1] / (played.potential.size - 1)
        drive = played.drive + played.access * slope * played.leverage
        return self.precision * drive, np.zeros_like(played.potential)

    def _gibbs_flow(self, played: ActionGame, holds: npt.NDArray[np.bool_]) -> float:
        """Rate of leaving success: a state acts, is drawn, stops, and X falls out of the set."""
        common = played.common_access()
        linear = common is None
        drive, potential = self.field(played, linear=linear)
        flow = 0.0
        for row, chance in enumerate(played.probability):
            counts = played.counts[row]
            field = potential * (1.0 if common is None else common[row])
            for g in np.flatnonzero(counts):
                step = int(played.leverage[g])
                if step == 0:
                    continue
                acting = leave_one_out(counts, played.leverage, drive[row], field, int(g))[1]
                others = np.arange(holds.size - step)
                lost = others[holds[step:] & ~holds[: holds.size - step]]
                gain = field[lost + step] - field[lost] + drive[row, g]
                stops = np.exp(-np.logaddexp(0.0, gain))
                flow += chance * counts[g] / counts.sum() * float((acting[lost] * stops).sum())
        return float(flow)


def _gather(parts: list[tuple[Integers, Floats]], shape: tuple[int, int]) -> Floats:
    out = np.empty(shape)
    for rows, values in parts:
        out[rows] = values
    return out
