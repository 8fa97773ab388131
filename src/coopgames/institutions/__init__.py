"""Bodies, their composition, and institutions as values that can be edited and combined."""

from .composition import All, Any, AtLeast, Then, event_law, vote_law
from .edit import (
    PARAMETER_GROUPS,
    equal_severity,
    equal_teeth,
    hybrid,
    path,
    variant,
)
from .records import (
    Body,
    Chamber,
    Composition,
    Institution,
    SocialLayer,
    amalgam,
    chambers_of,
    composition_of,
)

__all__ = [
    "PARAMETER_GROUPS",
    "All",
    "Any",
    "AtLeast",
    "Body",
    "Chamber",
    "Composition",
    "Institution",
    "SocialLayer",
    "Then",
    "amalgam",
    "chambers_of",
    "composition_of",
    "equal_severity",
    "equal_teeth",
    "event_law",
    "hybrid",
    "path",
    "variant",
    "vote_law",
]
