r"""The expected acts of a match between two automata.

A match lasts T rounds, or ends after each with probability p. The share of rounds with acts xy is

.. math:: \frac{1}{T} \sum_{t < T} v_t(xy) \quad \text{or} \quad
          p \sum_{t \ge 0} (1 - p)^t v_t(xy),

the latter also the expected number of such rounds over the expected number of rounds. Each act is
turned round with probability ``noise``, and both players see and react to what was done, as in the
library's matches.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ...play.matches.finite_rounds import weighted_rounds_laws
from ...play.matches.match_samples import padded_tables
from ...strategies import Automaton

__all__ = ["match_laws", "round_weights"]

Floats = npt.NDArray[np.float64]

#: Rounds after which a match goes on with less than this probability are left out.
NEGLIGIBLE = 1e-15


def round_weights(turns: int, prob_end: float | None) -> Floats:
    """Return the weight of each round in the mean; they sum to one."""
    if prob_end is None:
        return np.full(turns, 1.0 / turns)
    last = 1 if prob_end == 1 else int(np.ceil(np.log(NEGLIGIBLE) / np.log1p(-prob_end)))
    weights = (1.0 - prob_end) ** np.arange(last)
    return np.asarray(weights / weights.sum())


def match_laws(
    first: Sequence[Automaton], second: Sequence[Automaton], weights: Floats, noise: float
) -> Floats:
    """Return how often pairs of automata do CC, CD, DC, DD, shape (pairs, 4).

    Parameters
    ----------
    first, second : sequences of Automaton, of the same length
        Of two players. Pair k is ``first[k]`` and ``second[k]``; the first's act comes first.
    weights : array, shape (rounds,)
        Of each round, as of `round_weights`.
    noise : float, in [0, 1]
        Probability that an act is turned round.
    """
    if not first:
        return np.empty((0, 4))
    different = list(dict.fromkeys([*first, *second]))
    place = {one: k for k, one in enumerate(different)}
    laws = weighted_rounds_laws(
        padded_tables(different),
        [place[one] for one in first],
        [place[one] for one in second],
        weights,
        implementation_error=noise,
    )
    return laws.T
