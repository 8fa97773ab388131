"""Frontiers are critical discount factors at each value of a rule."""

import numpy as np
import pytest

import coopgames as cg
from coopgames.play import critical_discount_factor, enforcement_frontier

CHARTER = cg.load("institutions", "charter")
CLIMATE = cg.load("problems", "climate")
W20 = cg.load("worlds", "w20")


def values(found) -> np.ndarray:
    return np.array([point.discount_factor for point in found.points])


@pytest.mark.parametrize("x", ["detection", "severity", "delegation", "quota", "false_alarm"])
def test_each_point_is_the_game_with_that_rule(x) -> None:
    given = [0.25, 0.5, 1.0]
    found = enforcement_frontier(CHARTER, CLIMATE, W20, x=x, values=given, mandate="expected")
    for value, point in zip(given, found.points, strict=True):
        body = CHARTER.bodies[0].replace(**{x: value} | ({"strict": False} if x == "quota" else {}))
        game = cg.game(CHARTER.replace(bodies=(body,)), CLIMATE, W20, mandate="expected")
        alone = critical_discount_factor(game)
        assert point.x == value
        assert point.adoption == game.adoption
        assert (point.binding, point.reason) == (alone.binding, alone.reason)
        np.testing.assert_equal(point.discount_factor, alone.value)


def test_more_detection_needs_less_patience() -> None:
    # Sanctions depend on detection too; without severity only being seen is left.
    mild = CHARTER.replace(bodies=(CHARTER.bodies[0].replace(severity=0.0),))
    found = values(enforcement_frontier(mild, CLIMATE, W20, points=6))
    assert np.isnan(found[0])
    assert (np.diff(found[1:]) < 0).all()
    # Seen with probability m, a breach that gains g and loses l: g / (g + m l).
    odds = found[1:] / (1 - found[1:])
    assert odds * np.linspace(0.2, 1, 5) == pytest.approx(np.full(5, odds[-1]))


def test_size_in_uniform_worlds() -> None:
    """With nothing binding, (c - r/n) / (c - r/n + r - c) for more than r/c states."""
    trade = cg.load("problems", "trade").replace(leverage="equal", excludability=0.0)
    sizes = [4, 10, 25, 100]
    found = enforcement_frontier(
        cg.load("institutions", "anarchy"), trade, W20, x="size", values=sizes, monitoring=1.0
    )
    gain = np.maximum(0.12 - 0.8 / np.array(sizes), 0)
    assert values(found) == pytest.approx(gain / (gain + 0.68), abs=1e-12)
    assert found.world == ""


def test_plain_records() -> None:
    found = enforcement_frontier(CHARTER, CLIMATE, W20, points=3)
    rows = found.rows()
    assert [row["x"] for row in rows] == [0, 0.5, 1]
    assert rows[0]["discount_factor"] is None
    assert rows[0]["reason"]
    told = found.to_dict()
    assert told["points"] == rows
    assert (told["institution"], told["lever"], told["world"]) == ("charter", "detection", "w20")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"x": "hope"}, "x must be one of"),
        ({"mandate": "none"}, "mandate must be one of"),
        ({"points": 1}, "points must be >= 2"),
        ({"values": [1.5]}, "values must lie in"),
        ({"x": "quota", "values": [0.0]}, "values of a quota"),
        ({"x": "size", "values": [1]}, "values must be >= 2"),
        ({"x": "severity", "values": [-1]}, "values must be >= 0"),
        ({"monitoring": 0.5}, "monitoring replaces detection"),
    ],
)
def test_refusals(options, said) -> None:
    with pytest.raises(cg.CoopgamesError, match=said):
        enforcement_frontier(CHARTER, CLIMATE, W20, **options)


def test_anarchy_has_no_rule_to_vary() -> None:
    with pytest.raises(cg.CoopgamesError, match="no body whose detection could change"):
        enforcement_frontier(cg.load("institutions", "anarchy"), CLIMATE, W20)


def test_the_figure_breaks_where_there_is_no_value() -> None:
    from coopgames.plotting.frontier import plot_frontier

    found = enforcement_frontier(CHARTER, CLIMATE, W20, points=3)
    ax = plot_frontier({"a": found, "b": found})
    assert np.isnan(ax.lines[0].get_ydata()[0])
    assert ax.lines[1].get_ydata()[1:].tolist() == values(found)[1:].tolist()
    other = enforcement_frontier(CHARTER, CLIMATE, W20, x="severity", points=2)
    with pytest.raises(cg.CoopgamesError, match="one rule; got detection, severity"):
        plot_frontier({"a": found, "b": other})
