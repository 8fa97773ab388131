"""The finite processes, by one name."""

from __future__ import annotations

from typing import TypeAlias

from .best_of_sample import BestOfSample
from .fermi_and_moran import Fermi, Moran
from .wright_fisher import WrightFisher

__all__ = ["FiniteProcess", "OneStepProcess"]

#: Those in which at most one individual changes per step: they have ``switching``.
OneStepProcess: TypeAlias = BestOfSample | Fermi | Moran
#: All of them.
FiniteProcess: TypeAlias = OneStepProcess | WrightFisher
