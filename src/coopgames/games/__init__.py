"""The game form compiled: World x Problem x Institution to a `Game`."""

from .classes import Classes, SeatedBody, SeatedChamber, seat
from .compile import compile_game
from .events import MandateEvents, mandate_events
from .game import ActionGame, Game
from .votes import Electorate, electorate

__all__ = [
    "ActionGame",
    "Classes",
    "Electorate",
    "Game",
    "MandateEvents",
    "SeatedBody",
    "SeatedChamber",
    "compile_game",
    "electorate",
    "mandate_events",
    "seat",
]
