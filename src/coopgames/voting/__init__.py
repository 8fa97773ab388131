"""Yes-no decision rules: who decides what, how often, and what can't be moved."""

from .ballots import Ballot, passage_law, threshold_of
from .chance import chance
from .choice_of_majority import (
    CheapestMajority,
    LeastDisagreement,
    cheapest_majority,
    least_disagreement,
)
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
from .self_enforcing import RuleEnforcement, SelfEnforcingRules, self_enforcing_rules
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
    "CheapestMajority",
    "Committee",
    "Dual",
    "Gridlock",
    "LeastDisagreement",
    "Legitimacy",
    "Passage",
    "Pivot",
    "PolicyCore",
    "Power",
    "Quorum",
    "Quota",
    "Rule",
    "RuleEnforcement",
    "SelfEnforcingRules",
    "SomeOf",
    "Structure",
    "Veto",
    "Voters",
    "Winset",
    "banzhaf",
    "casting_vote",
    "chance",
    "cheapest_majority",
    "dictator",
    "gridlock",
    "least_disagreement",
    "legitimacy",
    "legitimacy_of_rule",
    "passage",
    "passage_law",
    "policy_core",
    "power",
    "rule_in_words",
    "self_enforcing_rules",
    "sensitivity",
    "shapley_shubik",
    "silence",
    "structure",
    "threshold_of",
    "unanimity",
    "weighted_committee",
    "winset",
]
