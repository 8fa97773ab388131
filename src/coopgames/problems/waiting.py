r"""The waiting game of rescuers nobody has assigned (model D12, D22.19, D22.25).

J agents; in each round each acts with the symmetric mixed probability p at which acting and
waiting pay the same: (1 - p)^(J-1) = c / (l + d c), with cost c, loss l per round and discount d.
"""

from __future__ import annotations

from .records import Volunteering

__all__ = ["rescue_probability", "waiting_probability"]


def waiting_probability(agents: int, rules: Volunteering) -> float:
    """Return the probability that one agent waits in a round; 0 for an agent alone.

    Examples
    --------
    >>> rules = Volunteering(acting_cost=1.0, waiting_loss=0.5, waiting_discount=0.9)
    >>> quiet = waiting_probability(2, rules) ** 2  # expected delay 1.0417 rounds
    >>> round(quiet / (1 - quiet), 4)
    1.0417
    """
    if agents <= 1:
        return 0.0
    cost = rules.acting_cost
    ratio = cost / (rules.waiting_loss + rules.waiting_discount * cost)
    return float(min(1.0, ratio) ** (1.0 / (agents - 1)))


def rescue_probability(agents: int, rounds: int, rules: Volunteering) -> float:
    """Return the probability that somebody acts within ``rounds``; 0 without agents.

    Examples
    --------
    >>> rescue_probability(1, 1, Volunteering()), rescue_probability(0, 3, Volunteering())
    (1.0, 0.0)
    """
    if agents == 0:
        return 0.0
    return 1.0 - waiting_probability(agents, rules) ** (agents * rounds)
