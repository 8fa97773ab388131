"""Measures: how often cooperation holds, and why not where it fails (model B4, D22)."""

from .cooperation import Cooperation, cooperation
from .factor import critical_sanction_factor
from .persistence import onset, spell
from .preference import off_preference

__all__ = [
    "Cooperation",
    "cooperation",
    "critical_sanction_factor",
    "off_preference",
    "onset",
    "spell",
]
