"""Hypothesis strategies: random worlds, problems, institutions and games for your own tests.

Every value is valid by construction and made of simple numbers, so that a failing example shrinks
to something one can read: few states, roles ``a`` and ``b``, shares like 0.25 and 0.5. Strategies
that take ``world`` may name its roles; without it they use what every world has.

>>> import coopgames as cg
>>> from hypothesis import given
>>> from coopgames.testing import games
>>> @given(games())
... def test_my_measure_is_a_rate(game):
...     assert 0 <= cg.cooperation(cg.evolve(game)).act_rate <= 1
>>> test_my_measure_is_a_rate()
"""

try:
    import hypothesis as _hypothesis  # noqa: F401
except ImportError:  # pragma: no cover
    raise ImportError(
        "coopgames.testing needs hypothesis: pip install 'coopgames[testing]'"
    ) from None

from .body import bodies
from .committee import committees
from .composition import compositions
from .flow import flows
from .game import games
from .institution import institutions
from .population import Population, populations
from .population_share import population_shares
from .problem import problems
from .process import processes
from .rule import decision_rules
from .selection import assignments, selections
from .symmetric_game import matrix_games, symmetric_games
from .values import shares
from .world import worlds

__all__ = [
    "Population",
    "assignments",
    "bodies",
    "committees",
    "compositions",
    "decision_rules",
    "flows",
    "games",
    "institutions",
    "matrix_games",
    "population_shares",
    "populations",
    "problems",
    "processes",
    "selections",
    "shares",
    "symmetric_games",
    "worlds",
]
