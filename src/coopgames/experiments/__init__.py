"""Institutions compared, their differences taken apart, published results redone."""

from .attribute import Attribution, attribute
from .committees import committee
from .compare import Comparison, compare
from .interested import interested_support
from .published import Published, published, published_cases
from .replicate import Replication, replicate
from .resolve import game, named

__all__ = [
    "Attribution",
    "Comparison",
    "Published",
    "Replication",
    "attribute",
    "committee",
    "compare",
    "game",
    "interested_support",
    "named",
    "published",
    "published_cases",
    "replicate",
]
