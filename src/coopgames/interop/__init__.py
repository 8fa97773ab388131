"""Games to and from other programs: files of Gambit, Python packages, tables for papers."""

from .efg import read_efg, write_efg
from .game_tree import GameTree, InformationSet, TreeNode, TreeOutcome
from .nfg import read_nfg, write_nfg
from .python_packages import from_nashpy, from_quantecon, to_nashpy, to_quantecon
from .sequential import game_tree
from .strategic_form import strategic_form
from .tables import to_html, to_latex

__all__ = [
    "GameTree",
    "InformationSet",
    "TreeNode",
    "TreeOutcome",
    "from_nashpy",
    "from_quantecon",
    "game_tree",
    "read_efg",
    "read_nfg",
    "strategic_form",
    "to_html",
    "to_latex",
    "to_nashpy",
    "to_quantecon",
    "write_efg",
    "write_nfg",
]
