"""The game form compiled: World x Problem x Institution to a `Game`."""

from . import classics
from .assortment import assorted
from .bilateral import BilateralGame, bilateral_game
from .classes import Classes, SeatedBody, SeatedChamber, seat
from .committee import committee_of
from .compile import compile_game
from .events import AfterExit, MandateEvents, after_exit, mandate_events
from .game import ActionGame, Game
from .population_games import PLANS, PolicyGames, policy_games
from .role_game import RoleGame, Scenario
from .role_makers import as_symmetric, bimatrix_game, one_role, role_symmetric_game
from .strategic import StrategicGame, strategic_game
from .strategic_roles import to_role_game, to_strategic
from .symmetric import SymmetricGame, matrix_game, symmetric_game
from .votes import Electorate, electorate

__all__ = [
    "PLANS",
    "ActionGame",
    "AfterExit",
    "BilateralGame",
    "Classes",
    "Electorate",
    "Game",
    "MandateEvents",
    "PolicyGames",
    "RoleGame",
    "Scenario",
    "SeatedBody",
    "SeatedChamber",
    "StrategicGame",
    "SymmetricGame",
    "after_exit",
    "as_symmetric",
    "assorted",
    "bilateral_game",
    "bimatrix_game",
    "classics",
    "committee_of",
    "compile_game",
    "electorate",
    "mandate_events",
    "matrix_game",
    "one_role",
    "policy_games",
    "role_symmetric_game",
    "seat",
    "strategic_game",
    "symmetric_game",
    "to_role_game",
    "to_strategic",
]
