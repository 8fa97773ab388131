"""The game form compiled: World x Problem x Institution to a `Game`."""

from . import classics
from .classes import Classes, SeatedBody, SeatedChamber, seat
from .committee import committee_of
from .compile import compile_game
from .events import MandateEvents, mandate_events
from .game import ActionGame, Game
from .symmetric import SymmetricGame, matrix_game, symmetric_game
from .votes import Electorate, electorate

__all__ = [
    "ActionGame",
    "Classes",
    "Electorate",
    "Game",
    "MandateEvents",
    "SeatedBody",
    "SeatedChamber",
    "SymmetricGame",
    "classics",
    "committee_of",
    "compile_game",
    "electorate",
    "mandate_events",
    "matrix_game",
    "seat",
    "symmetric_game",
]
