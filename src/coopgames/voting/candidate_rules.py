"""The rules that are compared where a majority is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from .._checks import count
from ..errors import BudgetError, CoopgamesError
from ..kernels.rationals import rational
from .committee import Committee, Voters, weighted_committee
from .rules import Quota, unanimity
from .words import rule_in_words

__all__ = ["Members", "candidate_rules"]

#: How many members, their weights, one committee, or committees by name.
Members = int | Sequence[float | str] | Committee | Mapping[str, Committee]

#: Different quotas of weighted members that are still listed.
LARGEST_NUMBER_OF_QUOTAS = 2_000


def candidate_rules(members: Members) -> dict[str, Committee]:
    """Return the rules to choose among, by name.

    Parameters
    ----------
    members : int, sequence of weights, Committee, or mapping of str to Committee
        Of n members all rules "k of n", k = 1, ..., n. Of weights all quotas that differ, smallest
        first. A committee's rule, and unanimity among its voters. Or any rules of the same voters.

    Raises
    ------
    CoopgamesError
        If there are none, or committees differ in their voters.
    BudgetError
        If the weights make more than 2,000 different quotas.

    Examples
    --------
    >>> list(candidate_rules(3)), list(candidate_rules([2, 1]))
    (['1 of 3', '2 of 3', '3 of 3'], ['1 of 3', '2 of 3', '3 of 3'])
    """
    if isinstance(members, Committee):
        alone = members.replace(id="unanimity", rule=unanimity(), blocs=())
        return {rule_in_words(members.rule): members, "unanimity": alone}
    if isinstance(members, Mapping):
        committees = dict(members)
        if not committees:
            raise CoopgamesError("members must name at least one committee; got none")
        first = next(iter(committees.values()))
        for name, one in committees.items():
            same = [(group.id, group.count) for group in one.voters]
            if same != [(group.id, group.count) for group in first.voters]:
                raise CoopgamesError(
                    f"members: all committees need the same voters; {name} differs"
                )
        return committees
    if isinstance(members, (Sequence, np.ndarray)) and not isinstance(members, str):
        return _of_weights(members)
    n = count("members", members)
    group = Voters(id="member", count=n)
    return {
        f"{k} of {n}": Committee(id=f"of_{k}", voters=(group,), rule=Quota(votes=k))
        for k in range(1, n + 1)
    }


def _of_weights(weights: Sequence[Any]) -> dict[str, Committee]:
    values = [rational("members", weight) for weight in weights]
    sums = {Fraction(0)}
    for value in values:
        sums |= {value + other for other in sums}
        if len(sums) > LARGEST_NUMBER_OF_QUOTAS + 1:
            raise BudgetError(
                f"members: these weights make more than {LARGEST_NUMBER_OF_QUOTAS} different "
                "quotas; give committees by name"
            )
    total = sum(values)
    by_name = {f"v{i}": str(value) for i, value in enumerate(values, start=1)}
    exactly = {name: value if "/" in value else int(value) for name, value in by_name.items()}
    return {
        f"{quota} of {total}": weighted_committee(
            str(quota) if quota.denominator > 1 else int(quota), exactly, id=f"quota_{i}"
        )
        for i, quota in enumerate(sorted(sums - {0}), start=1)
    }
