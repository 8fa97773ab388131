"""The two texts' institutions and the problems, in the order of every table."""

INSTITUTIONS = (
    "global_state",
    "empire",
    "federation",
    "third_degree",
    "second_degree",
    "first_degree",
    "anarchy",
    "charter",
    "club",
    "concert",
    "coalition",
)
PROBLEMS = (
    "climate",
    "containment",
    "research",
    "nonproliferation",
    "trade",
    "security",
    "rescue",
    "standards",
)
