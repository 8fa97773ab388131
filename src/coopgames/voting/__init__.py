"""Yes-no decision rules: who decides what, how often, and what can't be moved."""

from .ballots import Ballot, passage_law, threshold_of
from .chance import chance
from .committee import Bloc, Committee, Voters, weighted_committee
from .gridlock import Gridlock, Pivot, gridlock
from .legitimacy import Legitimacy, legitimacy, legitimacy_of_rule
from .passage import Passage, passage
from .plane import PolicyCore, Winset, policy_core, winset
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
    "Dual",
    "Gridlock",
    "Legitimacy",
    "Passage",
    "Pivot",
    "PolicyCore",
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
    "dictator",
    "gridlock",
    "legitimacy",
    "legitimacy_of_rule",
    "passage",
    "passage_law",
    "policy_core",
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
