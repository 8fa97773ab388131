"""The strategies reach every part of the game form, and say what is missing without hypothesis."""

import subprocess
import sys

import pytest
from hypothesis import find, given

from coopgames.testing import games, institutions, populations, problems, worlds

from .transform import examples

FEATURES = {
    "opt-in": lambda i: any(b.scope == "yes_voters" for b in i.bodies),
    "outsiders bound": lambda i: any(b.scope == "all" for b in i.bodies),
    "several chambers": lambda i: any(len(b.chambers) > 1 for b in i.bodies),
    "centres": lambda i: any(b.centres > 1 and 0 < b.common_cause < 1 for b in i.bodies),
    "correlated votes": lambda i: any(0 < b.vote_correlation < 1 for b in i.bodies),
    "authorised by another": lambda i: any(b.authorised_by for b in i.bodies),
    "exempt": lambda i: any(b.exempt for b in i.bodies),
    "exclusion": lambda i: any(b.exclusion for b in i.bodies),
    "shield": lambda i: any(b.shield for b in i.bodies),
    "fractional blocking": lambda i: any(b.blocking == 0.5 for b in i.bodies),
    "vetoes": lambda i: any(isinstance(b.blocking, tuple) for b in i.bodies),
    "any": lambda i: i.composition and i.composition.any,
    "all": lambda i: i.composition and i.composition.all,
    "at least": lambda i: i.composition and i.composition.at_least == 2,
    "then": lambda i: i.composition and i.composition.then,
    "common cause": lambda i: i.composition and i.composition.common_cause,
}


@pytest.mark.parametrize("feature", FEATURES)
def test_features_occur(feature):
    assert FEATURES[feature](find(institutions(), FEATURES[feature]))


@examples(30)
@given(games(max_size=5, max_bodies=3))
def test_games_fit_their_limits(game):
    assert 2 <= game.size <= 5
    assert len(game.institution.bodies) <= 3


def test_limits_are_checked():
    for call in (
        lambda: worlds(max_size=1),
        lambda: worlds(roles=27),
        lambda: problems(kernels=["quadratic"]),
        lambda: institutions(min_bodies=2, max_bodies=1),
        lambda: populations(max_size=1),
    ):
        with pytest.raises(ValueError, match="must be"):
            call()


def test_without_hypothesis_the_error_says_what_to_install():
    code = "import sys; sys.modules['hypothesis'] = None; import coopgames.testing"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "coopgames.testing needs hypothesis: pip install 'coopgames[testing]'" in run.stderr
