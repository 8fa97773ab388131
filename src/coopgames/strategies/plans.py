"""The nine named plans of a round: (join, vote, act given the last outcome, vote on sanctions).

A *plan* says what a state does at every stage of a round (model D6, D22.9). The names and entries
have no source in the literature: the nine are our assumption, each with the idea that it stands
for. Entries the model leaves open are our assumption too:

- Reciprocator and rescuer join, say Yes and support sanctions.
- Outsiders abstain on sanctions where they cannot stay outside; there the free one says No and acts
  like a defector, the aligned one says Yes and acts.
- Blocker and pledger are members: they join.
- The hub supports sanctions on others and opposes its own. On its own sanction a state says No by
  the game form if it is shielded, and has no vote if it is not; so the hub does what the steward
  does, and every solver here reports the two as duplicates.
- Before the first round the last outcome counts as a success: reciprocators begin by acting,
  rescuers by waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .._checks import one_of

__all__ = ["NAMED9", "START", "Plan", "plan_named", "plan_table"]

#: What the last outcome is before the first round, our assumption.
START: Literal["success", "failure"] = "success"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a state does at every stage of a round.

    Attributes
    ----------
    name : str
    joins : bool
        Whether it is a member of the bodies that can be left.
    says_yes : bool
        How it votes on every motion, wherever it is inside.
    acts_after_success, acts_after_failure : bool
        Whether it acts, by the last outcome.
    on_sanctions : {'support', 'abstain', 'oppose'}
        How it votes on a sanction on another state. Whoever abstains does not support and never
        blocks; whoever opposes blocks where its seat can.
    idea : str
        What it stands for.
    """

    name: str
    joins: bool
    says_yes: bool
    acts_after_success: bool
    acts_after_failure: bool
    on_sanctions: Literal["support", "abstain", "oppose"]
    idea: str

    def acts(self, last: Literal["success", "failure"]) -> bool:
        """Return whether it acts where the last outcome was ``last``."""
        one_of("last", last, ("success", "failure"))
        return self.acts_after_success if last == "success" else self.acts_after_failure


def _plan(
    name: str, entries: str, on_sanctions: Literal["support", "abstain", "oppose"], idea: str
) -> Plan:
    """Read 'in yes CC': where, vote, acts after success and after failure."""
    where, vote, acts = entries.split()
    return Plan(
        name=name,
        joins=where == "in",
        says_yes=vote == "yes",
        acts_after_success=acts[0] == "C",
        acts_after_failure=acts[1] == "C",
        on_sanctions=on_sanctions,
        idea=idea,
    )


#: The nine plans, in the order of all arrays over plans; our assumption.
NAMED9: tuple[Plan, ...] = (
    _plan(
        "steward", "in yes CC", "support", "carries the institution: acts, and upholds its rules"
    ),
    _plan("complier", "in yes CC", "abstain", "acts, but leaves sanctions to others"),
    _plan("pledger", "in yes DD", "oppose", "signs and does not deliver"),
    _plan("blocker", "in no DD", "oppose", "stays inside to stop things"),
    _plan("reciprocator", "in yes CD", "support", "acts as long as the last round succeeded"),
    _plan("rescuer", "in yes DC", "support", "acts only after a failure"),
    _plan("outsider_free", "out no DD", "abstain", "stays outside and rides free"),
    _plan("outsider_aligned", "out yes CC", "abstain", "stays outside and acts all the same"),
    _plan("hub", "in yes CC", "support", "leads: sanctions for others, none for itself"),
)


def plan_named(name: str) -> Plan:
    """Return a named plan.

    Parameters
    ----------
    name : str
        Upper or lower case, with '-' or '_'.

    Raises
    ------
    CoopgamesError
        If there is none of this name.

    Examples
    --------
    >>> plan_named("OUTSIDER-FREE").joins
    False
    """
    known = {plan.name: plan for plan in NAMED9}
    return known[one_of("plan", name.lower().replace("-", "_"), known)]


def plan_table() -> tuple[tuple[str, ...], ...]:
    """Return the plans in words, a row each: name, join, vote, after success, after failure, ...

    The last two columns are the vote on sanctions and the idea.

    Examples
    --------
    >>> plan_table()[5][:6]
    ('rescuer', 'in', 'yes', 'D', 'C', 'support')
    """
    return tuple(
        (
            plan.name,
            "in" if plan.joins else "out",
            "yes" if plan.says_yes else "no",
            "C" if plan.acts_after_success else "D",
            "C" if plan.acts_after_failure else "D",
            plan.on_sanctions,
            plan.idea,
        )
        for plan in NAMED9
    )
