"""The axelrod library: its catalogue under an institution, our strategies as its players."""

from .catalogue import AXELROD_KINDS, axelrod_strategies
from .games import from_axelrod_game, to_axelrod_game
from .play import axelrod_tournament
from .players import to_axelrod
from .reading import from_axelrod
from .record import AxelrodPlay

__all__ = [
    "AXELROD_KINDS",
    "AxelrodPlay",
    "axelrod_strategies",
    "axelrod_tournament",
    "from_axelrod",
    "from_axelrod_game",
    "to_axelrod",
    "to_axelrod_game",
]
