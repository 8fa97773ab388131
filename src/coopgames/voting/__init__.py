"""Yes-no decision rules: who decides what, how often, and what can't be moved."""

from .ballots import Ballot, passage_law, threshold_of
from .chance import chance
from .committee import Bloc, Committee, Voters, weighted_committee
from .legitimacy import Legitimacy, legitimacy, legitimacy_of_rule
from .passage import Passage, passage
from .power import INDICES, Power, banzhaf, power, shapley_shubik
from .rules import (
    HEADS,
    AllOf,
    AnyOf,
    AnyRule,
    Dual,
    Quorum,
    Quota,
    Rule,
    SomeOf,
    Veto,
    casting_vote,
    dictator,
    silence,
    unanimity,
)
from .sensitivity import Change, sensitivity
from .spatial import Core, Gridlock, Pivot, Winset, core, gridlock, winset
from .structure import Structure, structure
from .words import rule_in_words

__all__ = [
    "HEADS",
    "INDICES",
    "AllOf",
    "AnyOf",
    "AnyRule",
    "Ballot",
    "Bloc",
    "Change",
    "Committee",
    "Core",
    "Dual",
    "Gridlock",
    "Legitimacy",
    "Passage",
    "Pivot",
    "Power",
    "Quorum",
    "Quota",
    "Rule",
    "SomeOf",
    "Structure",
    "Veto",
    "Voters",
    "Winset",
    "banzhaf",
    "casting_vote",
    "chance",
    "core",
    "dictator",
    "gridlock",
    "legitimacy",
    "legitimacy_of_rule",
    "passage",
    "passage_law",
    "power",
    "rule_in_words",
    "sensitivity",
    "shapley_shubik",
    "silence",
    "structure",
    "threshold_of",
    "unanimity",
    "weighted_committee",
    "winset",
]
