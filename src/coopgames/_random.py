"""Streams keyed by cell and block of replicates (decision 0004)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from .provenance import specification_hash

__all__ = ["BLOCK", "RandomLike", "blocks", "entropy_of"]

RandomLike = int | np.random.Generator | np.random.SeedSequence | None

#: Replicates that share one stream; fixed by the design, never by the workers.
BLOCK = 1024


def entropy_of(rng: RandomLike) -> int:
    """Return the entropy of a run: the int given, one draw of a Generator, or fresh."""
    if isinstance(rng, (int, np.integer)) and not isinstance(rng, bool):
        return int(rng)
    if isinstance(rng, np.random.SeedSequence):
        return int.from_bytes(rng.generate_state(4).tobytes(), "little")
    generator = np.random.default_rng(rng)
    return int(generator.integers(0, 2**63))


def blocks(
    entropy: int, cell: Mapping[str, Any], replicates: int
) -> Iterator[tuple[np.random.Generator, int]]:
    """Yield (generator, replicates wanted) per block of `BLOCK`, keyed by the cell's coordinates.

    The caller draws for the whole block and keeps the first ones wanted, so that replicate 5 is
    the same however many are asked for.
    """
    key = int(specification_hash(cell), 16)
    for block in range(-(-replicates // BLOCK)):
        sequence = np.random.SeedSequence(entropy, spawn_key=(key, block))
        yield np.random.default_rng(sequence), min(BLOCK, replicates - block * BLOCK)
