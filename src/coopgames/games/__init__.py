"""The game form compiled: World x Problem x Institution to a `Game`."""

from .classes import Classes, SeatedBody, SeatedChamber, seat
from .committee import committee_of
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
    "committee_of",
    "compile_game",
    "electorate",
    "mandate_events",
    "seat",
]
