"""Committees with their chance of adoption written down by hand, for tests of the spatial model."""

import pytest

from coopgames.voting import Bloc, Committee, Dual, Quota, Veto, Voters, dictator

CERTAIN = 1 - 1e-9


def single(n, rule):
    return Committee(voters=(Voters(id="states", count=n),), rule=rule)


MAJORITY_OF_3 = single(3, Quota(share=0.5, strict=True))
LEGISLATURE = Committee(
    voters=(Voters(id="house", count=5), Voters(id="senate", count=3), Voters(id="president")),
    rule=Quota(share=0.5, strict=True, of="house")
    & Quota(share=0.5, strict=True, of="senate")
    & dictator("president")
    | Quota(share="2/3", of="house") & Quota(share="2/3", of="senate"),
)
WEIGHTS = (4, 3, 2, 1, 1)
UNION = ("a", "b", "c")

# A committee, and its chance of adoption written down from a list of who says Yes.
CASES = {
    "majority": (single(5, Quota(share=0.5, strict=True)), lambda v: sum(v) >= 3),
    "supermajority": (single(6, Quota(share="2/3")), lambda v: sum(v) >= 4),
    "minority": (single(5, Quota(votes=2)), lambda v: sum(v) >= 2),
    "blocking": (single(5, Dual(rule=Quota(votes=4))), lambda v: sum(v) >= 2),
    "weighted": (
        Committee(
            voters=tuple(Voters(id=f"s{w}{k}", weights={"w": w}) for k, w in enumerate(WEIGHTS)),
            rule=Quota(votes=7, weight="w"),
        ),
        lambda v: sum(w for w, yes in zip(WEIGHTS, v) if yes) >= 7,
    ),
    "veto": (
        Committee(
            voters=(Voters(id="elected", count=4), Voters(id="permanent", count=2)),
            rule=Quota(votes=4) & Veto(by="permanent"),
        ),
        lambda v: sum(v) >= 4 and all(v[4:]),
    ),
    "bicameral": (
        LEGISLATURE,
        lambda v: (
            (sum(v[:5]) >= 3 and sum(v[5:8]) >= 2 and v[8])
            or (sum(v[:5]) >= 4 and sum(v[5:8]) >= 2)
        ),
    ),
    "bloc": (
        Committee(
            voters=tuple(Voters(id=name) for name in "abcde"),
            rule=Quota(votes=4),
            blocs=(Bloc(id="union", seats=UNION, rule=Quota(votes=2, of=UNION)),),
        ),
        lambda v: 3 * (sum(v[:3]) >= 2) + sum(v[3:]) >= 4,
    ),
    "de facto veto": (
        Committee(
            voters=(Voters(id="small", count=3), Voters(id="big", count=2)),
            rule=Quota(votes=3) & Veto(by="big", used=0.5),
        ),
        lambda v: (sum(v) >= 3) * 0.5 ** (2 - sum(v[3:])),
    ),
}
each_case = pytest.mark.parametrize("name", CASES)
#: Bounds on the chance, clear of every chance that occurs: 0, 1/4, 1/2, 1.
BOUNDS = (0.0, 0.3, CERTAIN)


def nearer(q, y, ideal_points):
    """Who says Yes to y, by the definition, on a line or in the plane."""
    if isinstance(q, tuple):
        return [
            (y[0] - s) ** 2 + (y[1] - t) ** 2 < (q[0] - s) ** 2 + (q[1] - t) ** 2
            for s, t in ideal_points
        ]
    return [abs(y - t) < abs(q - t) for t in ideal_points]
