"""Options of the compiler, and what it refuses."""

import numpy as np
import pytest

import coopgames as cg
from coopgames.institutions import Body, Institution


def test_support_replaces_sincere_votes() -> None:
    shape = cg.game("charter").electorate.support.shape
    assert cg.game("charter", support=np.ones(shape)).adoption == pytest.approx(1.0)
    assert cg.game("charter", support=np.zeros(shape)).adoption == 0.0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mandate": "maybe"}, "mandate must be one of expected, standing; got 'maybe'"),
        ({"punishment": "min"}, "punishment must be one of max, sum; got 'min'"),
        ({"legitimacy_channel": "word"}, "legitimacy_channel must be one of"),
        ({"support": np.ones(3)}, r"support must have shape \(classes, bodies\) = \(9, 1\)"),
        ({"support": np.full((9, 1), 1.5)}, r"support must lie in \[0, 1\]"),
        ({"support": np.full((9, 1), np.nan)}, r"support must lie in \[0, 1\]"),
    ],
)
def test_bad_options_are_refused(options, words: str) -> None:
    with pytest.raises(cg.CoopgamesError, match=words):
        cg.game("charter", **options)


def test_punishment_by_sum_is_never_milder() -> None:
    for name in ("all_of_the_above", "charter"):
        most, total = (cg.game(name, punishment=rule).events.sanction for rule in ("max", "sum"))
        assert (total >= most - 1e-12).all()


def test_the_norm_takes_legitimacy_off_outsiders_cost() -> None:
    """Sanctions on outsiders are halved, and their cost falls by cost * L (D22.7)."""
    game = cg.game("concert", legitimacy_channel="norm")
    assert game.outsider_compliance == 0.5
    relief = 0.12 * 107 / 380
    events = game.events
    adopted = events.adopted.any(axis=1)
    assert events.relief[adopted][events.outsider[adopted]] == pytest.approx(relief)
    assert (events.relief[~events.outsider] == 0).all()
    played = game.action_game()
    outside = events.outsider[adopted][0]
    drive = played.drive[adopted][0][outside]
    sanction = events.sanction[adopted][0][outside]
    assert drive == pytest.approx(-0.12 + sanction + relief)


def test_the_factor_scales_every_sanction_and_nothing_else() -> None:
    game = cg.game("concert")
    twice = game.with_sanction_factor(2.0)
    one, other = game.action_game(), twice.action_game()
    assert other.drive - one.drive == pytest.approx(game.events.sanction)
    assert (one.access == other.access).all()
    assert game.sanction_factor == 1.0


def test_expected_play_has_one_row_at_the_mean() -> None:
    game = cg.game("club", "trade", mandate="expected")
    played = game.action_game()
    assert played.counts.shape == (1, game.classes.size)
    events = game.events
    adoption = game.adoption
    inside = np.array(["seat" in label for label in game.classes.labels])
    assert played.access[0][inside] == pytest.approx(1.0)
    assert played.access[0][~inside] == pytest.approx(1 - 0.8 * adoption)
    adopted = events.adopted.any(axis=1)
    mean = adoption * events.sanction[adopted][0]
    assert played.drive[0] + 0.12 == pytest.approx(mean)


def test_an_opt_in_body_too_large_is_refused_with_its_size() -> None:
    form = Institution(id="open", bodies=(Body(id="b", quota=0.0, scope="yes_voters"),))
    with pytest.raises(cg.BudgetError, match=r"5\.48e\+05 mandate events, more than 50000"):
        cg.game(form, "climate", "un193")


def test_means_by_class_weigh_groups_by_their_size() -> None:
    game = cg.game("coalition")
    events = game.events
    ones = np.ones_like(events.sanction)
    assert events.mean_by_class(ones, game.classes.size) == pytest.approx(1.0)
    # The share bound of an invited class is its probability of a Yes.
    bound = events.mean_by_class(events.bound.astype(float), game.classes.size)
    for label, value, support in zip(
        game.classes.labels, bound, game.electorate.support[:, 0], strict=True
    ):
        assert value == pytest.approx(support if "seat" in label else 0.0)
