"""Where uniforms come from: one generator, or one for each block of the replicates side by side.

Replicates whose block has a generator of its own draw what the block would draw alone, whatever is
advanced beside it. So many small blocks share one kernel, and with it the cost of NumPy's calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ...errors import CoopgamesError

__all__ = ["Streams", "Uniforms", "source_of"]

Floats = npt.NDArray[np.float64]


class Uniforms(Protocol):
    """What kernels that draw nothing but uniforms ask for: a Generator has it, and `Streams`."""

    def random(self, *, out: Floats) -> object:
        """Fill ``out``, replicates on the last axis, with uniforms in [0, 1)."""


class Streams:
    """Generators that fill equal parts of the last axis, each as it would fill its part alone.

    Parameters
    ----------
    generators : sequence of Generator
        At least one; the first has the first replicates.

    Examples
    --------
    >>> both = Streams([np.random.default_rng(1), np.random.default_rng(2)])
    >>> out = np.empty((3, 8))
    >>> both.random(out=out)
    >>> bool((out[:, 4:] == np.random.default_rng(2).random((3, 4))).all())
    True
    """

    __slots__ = ("_generators",)

    def __init__(self, generators: Sequence[np.random.Generator]) -> None:
        self._generators = tuple(generators)
        if not self._generators:
            raise CoopgamesError("generators must not be empty")

    def random(self, *, out: Floats) -> None:
        """Fill ``out``, shape (..., replicates).

        Raises
        ------
        CoopgamesError
            If the generators can't share the replicates evenly.
        """
        number = len(self._generators)
        width, left = divmod(out.shape[-1], number)
        if left:
            raise CoopgamesError(
                f"replicates must be a multiple of the {number} generators; got {out.shape[-1]}"
            )
        # Parts have gaps, which a generator does not fill.
        part = np.empty((*out.shape[:-1], width))
        for k, generator in enumerate(self._generators):
            generator.random(out=part)
            out[..., k * width : (k + 1) * width] = part


def source_of(rng: Streams | np.random.Generator | int | None) -> Streams | np.random.Generator:
    """Return streams as they are, and a Generator from whatever else NumPy makes one of."""
    return rng if isinstance(rng, Streams) else np.random.default_rng(rng)
