"""Grids of games: institutions compared, and their differences taken apart."""

from .attribute import Attribution, attribute
from .compare import Comparison, compare
from .interested import interested_support
from .resolve import game, named

__all__ = [
    "Attribution",
    "Comparison",
    "attribute",
    "compare",
    "game",
    "interested_support",
    "named",
]
