"""How strategies spread along the links of a structure: five update rules of the literature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy.typing as npt

from ..._checks import at_least, one_of, probability
from ...errors import CoopgamesError
from ...games import SymmetricGame
from ...kernels.lockstep.networks import NetworkLockstep
from ...kernels.lockstep.structures import RULES, Rule, StructuredLockstep
from ..processes.fermi_and_moran import Fermi, Moran
from .demes import Demes
from .group_tables import GameOnStructure
from .network import Network

__all__ = ["LocalUpdate", "checked_update", "structured_kernel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalUpdate:
    r"""An update rule on a structure; one individual may change per step.

    Parameters
    ----------
    rule : {'pairwise', 'proportional', 'imitation', 'death-birth', 'birth-death'}
        'pairwise': a random individual meets a random neighbour and takes up its strategy with the
        Fermi probability. 'proportional': with ``selection_intensity`` times what the neighbour
        earns more, over the largest possible gap between the two. 'imitation': a random individual
        keeps its strategy or takes up a neighbour's, in proportion to fitness. 'death-birth': the
        same, without its own. 'birth-death': somebody reproduces in proportion to fitness, and the
        offspring replaces a neighbour.
    selection_intensity : float
        beta, at least 0; at most 1 for linear fitness and 'proportional', where 1 is the rule as
        published. [1/payoff]
    fitness : {'exponential', 'linear'}
        exp(beta payoff), or 1 - w + w payoff, which must stay above 0; for the last three rules.
    mutation_probability : float, optional
        In [0, 1], uniform over the other strategies; 1 / Z by default (our assumption).

    Raises
    ------
    CoopgamesError
        If an argument is out of bounds.

    References
    ----------
    Szabó & Tőke (1998) Phys. Rev. E 58:69, doi:10.1103/PhysRevE.58.69, pairwise; Santos & Pacheco
    (2005) Phys. Rev. Lett. 95:098104, doi:10.1103/PhysRevLett.95.098104, proportional; Ohtsuki,
    Hauert, Lieberman & Nowak (2006) Nature 441:502, doi:10.1038/nature04605, the others.

    Examples
    --------
    >>> LocalUpdate(rule="death-birth", selection_intensity=0.1).parameters()["dynamic"]
    'death-birth'
    """

    rule: Rule
    selection_intensity: float = 1.0
    fitness: Literal["exponential", "linear"] = "exponential"
    mutation_probability: float | None = None

    def __post_init__(self) -> None:
        one_of("rule", self.rule, RULES)
        at_least("selection_intensity", self.selection_intensity, 0)
        linear = one_of("fitness", self.fitness, ("exponential", "linear")) == "linear"
        if self.rule == "proportional" or (linear and self.rule != "pairwise"):
            probability("selection_intensity", self.selection_intensity)
        if self.mutation_probability is not None:
            probability("mutation_probability", self.mutation_probability)

    def parameters(self) -> dict[str, Any]:
        """Return plain data for provenance."""
        return {
            "dynamic": self.rule,
            "selection_intensity": self.selection_intensity,
            "fitness": self.fitness,
            "mutation_probability": self.mutation_probability,
        }

    def mutation(self, size: int) -> float:
        """Return the mutation probability in use among ``size`` individuals."""
        return 1.0 / size if self.mutation_probability is None else self.mutation_probability


def checked_update(process: Any) -> LocalUpdate:
    """Return ``process`` if it is a `LocalUpdate`, or say which one is meant."""
    if isinstance(process, Fermi | Moran):
        rule = "pairwise" if isinstance(process, Fermi) else "birth-death"
        raise CoopgamesError(
            f"process must be a LocalUpdate here, as the structure says who meets whom; got "
            f"{type(process).__name__}: take LocalUpdate(rule={rule!r})"
        )
    if not isinstance(process, LocalUpdate):
        raise CoopgamesError(f"process must be a LocalUpdate; got {process!r}")
    return process


def structured_kernel(
    game: GameOnStructure,
    update: LocalUpdate,
    structure: Network | Demes,
    *,
    mutation: float,
    payoff: Literal["mean", "sum"],
) -> Callable[[npt.NDArray[Any]], NetworkLockstep | StructuredLockstep]:
    """Return what turns starting strategies, shape (replicates, nodes), into a lockstep kernel."""
    one_of("payoff", payoff, ("mean", "sum"))
    pairs = isinstance(game, SymmetricGame) and game.players == 2 and game.size > 1
    if isinstance(structure, Network) and pairs and update.rule == "pairwise" and structure.plain:
        assert isinstance(game, SymmetricGame)
        matrix, links = game.matrix(), structure.interaction
        return lambda start: NetworkLockstep(
            start,
            matrix,
            indptr=links.indptr,
            indices=links.indices,
            selection_intensity=update.selection_intensity,
            mutation_probability=mutation,
            payoff=payoff,
        )
    replacement = structure.replacement_under(update.rule)
    return lambda start: StructuredLockstep(
        start,
        structure.payoffs(game, mean=payoff == "mean"),
        replacement=replacement,
        rule=update.rule,
        selection_intensity=update.selection_intensity,
        fitness=update.fitness,
        mutation_probability=mutation,
    )
