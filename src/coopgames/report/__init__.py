"""Pages for people: what an institution is, in words and numbers."""

from .institution import InstitutionPage, describe
from .words import rule_in_words

__all__ = ["InstitutionPage", "describe", "rule_in_words"]
