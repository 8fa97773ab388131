from .catalogue import cite, load, models, schema
from .dynamics import Imitation, Logit, evolve, simulate
from .errors import BudgetError, CoopgamesError, SpecificationError
from .experiments import Attribution, Comparison, attribute, compare, game, interested_support
from .games import Game, compile_game
from .institutions import (
    All,
    Any,
    AtLeast,
    Body,
    Chamber,
    Composition,
    Institution,
    SocialLayer,
    Then,
    amalgam,
    equal_teeth,
    hybrid,
    path,
    variant,
)
from .measures import (
    Cooperation,
    cooperation,
    critical_sanction_factor,
    off_preference,
    onset,
    spell,
)
from .outcomes import (
    ActStatistic,
    Certificate,
    ContributionStatistic,
    Estimate,
    ExactOutcome,
    SampledOutcome,
)
from .problems import Problem, Volunteering
from .strategies import Action
from .worlds import Assignment, Role, Selector, World, uniform_world, world_from_table

__version__: str

__all__ = [
    "ActStatistic",
    "Action",
    "All",
    "Any",
    "Assignment",
    "AtLeast",
    "Attribution",
    "Body",
    "BudgetError",
    "Certificate",
    "Chamber",
    "Comparison",
    "Composition",
    "ContributionStatistic",
    "Cooperation",
    "CoopgamesError",
    "Estimate",
    "ExactOutcome",
    "Game",
    "Imitation",
    "Institution",
    "Logit",
    "Problem",
    "Role",
    "SampledOutcome",
    "Selector",
    "SocialLayer",
    "SpecificationError",
    "Then",
    "Volunteering",
    "World",
    "amalgam",
    "attribute",
    "cite",
    "compare",
    "compile_game",
    "cooperation",
    "critical_sanction_factor",
    "equal_teeth",
    "evolve",
    "game",
    "hybrid",
    "interested_support",
    "load",
    "models",
    "off_preference",
    "onset",
    "path",
    "schema",
    "simulate",
    "spell",
    "uniform_world",
    "variant",
    "world_from_table",
]
