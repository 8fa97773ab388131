"""Laws over subsets of a few bodies, as arrays of length 2**bodies on the last axis.

Index = bit mask: body j belongs to the subset iff bit j is set. With F(S) = P(subset of S) (the
zeta transform) the union of independent random subsets is the product of their F.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

__all__ = ["copies", "couple", "cumulate", "decumulate", "push", "union_over_rounds", "unite"]

Array = npt.NDArray[np.float64]


def _bits(law: Array) -> int:
    return int(law.shape[-1]).bit_length() - 1


def cumulate(law: Array) -> Array:
    """Return F[S] = sum of law over subsets of S."""
    out: Array = np.array(law, dtype=float)
    for j in range(_bits(law)):
        with_bit = np.arange(out.shape[-1]) >> j & 1 == 1
        out[..., with_bit] += out[..., ~with_bit]
    return out


def decumulate(cumulated: Array) -> Array:
    """Return the law whose `cumulate` is given; rounding below zero is clipped."""
    out: Array = np.array(cumulated, dtype=float)
    for j in range(_bits(out)):
        with_bit = np.arange(out.shape[-1]) >> j & 1 == 1
        out[..., with_bit] -= out[..., ~with_bit]
    return np.clip(out, 0.0, None)


def unite(*laws: Array) -> Array:
    """Return the law of the union of independent random subsets."""
    out = cumulate(laws[0])
    for law in laws[1:]:
        out = out * cumulate(law)
    return decumulate(out)


def push(law: Array, image: npt.NDArray[np.int64]) -> Array:
    """Return the law of ``image[S]`` where S has ``law``."""
    out = np.zeros_like(law, dtype=float)
    for subset, target in enumerate(image):
        out[..., target] += law[..., subset]
    return out


def union_over_rounds(law: Array, rounds: Sequence[int]) -> Array:
    """Return the law of the set of bodies that adopted in one of their rounds.

    ``law`` is that of one round and body j takes part in the first ``rounds[j]`` rounds.
    """
    out = np.ones_like(law, dtype=float)
    masks = np.arange(law.shape[-1])
    for step in range(max(rounds, default=0)):
        active = sum(1 << j for j, limit in enumerate(rounds) if step < limit)
        out = out * cumulate(push(law, masks & active))
    return decumulate(out)


def copies(probability: Array | float, centres: int, common_cause: float) -> Array:
    """Return X(p) = rho p + (1 - rho) (1 - (1 - p)**J): one of J equal centres acts (D12)."""
    p = np.clip(np.asarray(probability, dtype=float), 0.0, 1.0)
    with np.errstate(divide="ignore"):
        some = -np.expm1(centres * np.log1p(-p))
    return np.asarray(common_cause * p + (1.0 - common_cause) * some)


def couple(laws: Sequence[Array], common_cause: float) -> Array:
    """Return the law of (union, how each acted) of children sharing a common cause.

    The children are random subsets of disjoint bodies. Child c acts (is non-empty) with
    probability A_c; with probability ``common_cause`` one uniform U serves all, c acting iff
    U <= A_c, else they are independent; given that it acts a child's subset is independent.
    Shape as one law: the children's bodies are disjoint, so the union tells them apart.
    """
    independent = unite(*laws)
    if common_cause == 0.0:
        return independent
    flat = [np.reshape(law, (-1, law.shape[-1])) for law in np.broadcast_arrays(*laws)]
    common = np.zeros_like(flat[0])
    nothing = np.zeros(flat[0].shape[-1])
    nothing[0] = 1.0
    for row in range(common.shape[0]):
        acts = [1.0 - law[row, 0] for law in flat]
        given = []
        for law, act in zip(flat, acts, strict=True):
            conditional = law[row].copy()
            conditional[0] = 0.0
            given.append(conditional / act if act > 0 else nothing)
        edges = sorted({0.0, 1.0, *acts})
        for low, high in pairwise(edges):
            acting = [g for g, act in zip(given, acts, strict=True) if act >= high]
            common[row] += (high - low) * (unite(nothing, *acting) if acting else nothing)
    return common_cause * common.reshape(independent.shape) + (1 - common_cause) * independent
