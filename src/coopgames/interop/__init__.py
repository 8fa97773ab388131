"""Games to and from other programs: files of Gambit, Python packages, axelrod, tables."""

from .axelrod_bridge import (
    AXELROD_KINDS,
    AxelrodPlay,
    axelrod_strategies,
    axelrod_tournament,
    from_axelrod,
    from_axelrod_game,
    to_axelrod,
    to_axelrod_game,
)
from .efg import read_efg, write_efg
from .game_tree import GameTree, InformationSet, TreeNode, TreeOutcome
from .nfg import read_nfg, write_nfg
from .python_packages import from_nashpy, from_quantecon, to_nashpy, to_quantecon
from .sequential import game_tree
from .strategic_form import strategic_form
from .tables import to_html, to_latex

__all__ = [
    "AXELROD_KINDS",
    "AxelrodPlay",
    "GameTree",
    "InformationSet",
    "TreeNode",
    "TreeOutcome",
    "axelrod_strategies",
    "axelrod_tournament",
    "from_axelrod",
    "from_axelrod_game",
    "from_nashpy",
    "from_quantecon",
    "game_tree",
    "read_efg",
    "read_nfg",
    "strategic_form",
    "to_axelrod",
    "to_axelrod_game",
    "to_html",
    "to_latex",
    "to_nashpy",
    "to_quantecon",
    "write_efg",
    "write_nfg",
]
