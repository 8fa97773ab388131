"""Maps are critical discount factors, and what is sustained, cell by cell."""

import numpy as np
import pytest

import coopgames as cg
from coopgames.cli.frontier import LEVERS
from coopgames.games.bilateral import bilateral_game
from coopgames.play import critical_discount_factor, enforcement_frontier
from coopgames.play.enforcement.enforcement_map import enforcement_map
from coopgames.play.enforcement.levers import FRONTIER_LEVERS, with_lever
from coopgames.play.enforcement.perfect_critical import perfect_critical_discount

CHARTER = cg.load("institutions", "charter")
CLIMATE = cg.load("problems", "climate")
TRADE = cg.load("problems", "trade")
W20 = cg.load("worlds", "w20")


def test_over_patience_each_column_is_one_game() -> None:
    xs, ds = [0.0, 0.3, 1.0], [0.0, 0.2, 0.5, 0.99]
    found = enforcement_map(CHARTER, CLIMATE, W20, x_values=xs, y_values=ds)
    sustained = found.array("sustained")
    assert sustained.shape == (4, 3)
    for k, value in enumerate(xs):
        body = CHARTER.bodies[0].replace(detection=value)
        game = cg.game(CHARTER.replace(bodies=(body,)), CLIMATE, W20)
        alone = critical_discount_factor(game)
        assert sustained[:, k].tolist() == [alone.sustained(d) for d in ds]
        np.testing.assert_equal(found.array("discount_factor")[:, k], np.full(4, alone.value))
    assert (np.diff(sustained, axis=0) >= 0).all()  # nobody prefers the fall here


def test_who_deviates_first() -> None:
    found = enforcement_map(CHARTER, CLIMATE, W20, x_values=[0.0, 1.0], y_values=[0.05, 0.9])
    unseen, hasty = found.cells[0], found.cells[1]
    assert unseen.deviation == hasty.deviation == "stops acting"
    assert "nobody sees" in unseen.reason
    assert (hasty.binding, hasty.reason) == ("ally_permanent (seat in council)", "")
    # The mandate that is likeliest among those that do not hold: none was adopted.
    assert found.cells[3].sustained == pytest.approx(found.cells[3].adoption)
    assert "nobody sees" in found.cells[3].reason
    everything = enforcement_map(
        CHARTER, CLIMATE, W20, y_values=[0.9], x="quota", x_values=[0.6], monitoring=1.0
    )
    assert everything.cells[0].sustained == pytest.approx(1)
    assert everything.cells[0].binding == ""


def test_over_two_rules_each_cell_is_one_frontier_point() -> None:
    xs, ys = [0.25, 1.0], [0.1, 0.4]
    found = enforcement_map(CHARTER, CLIMATE, W20, y="severity", x_values=xs, y_values=ys)
    assert np.isnan(found.array("sustained")).all()
    for row, severity in enumerate(ys):
        teeth = CHARTER.replace(bodies=(CHARTER.bodies[0].replace(severity=severity),))
        line = enforcement_frontier(teeth, CLIMATE, W20, values=xs)
        for column, point in enumerate(line.points):
            cell = found.cells[2 * row + column]
            assert (cell.x, cell.y) == (xs[column], severity)
            assert (cell.binding, cell.reason) == (point.binding, point.reason)
            np.testing.assert_equal(cell.discount_factor, point.discount_factor)


def test_worst_credible_punishments_of_two_sides() -> None:
    options = {"punishments": "perfect", "sides": ("hegemon", "rival")}
    found = enforcement_map(
        CHARTER, TRADE, W20, x="severity", x_values=[0.0], y_values=[0.3, 0.7], **options
    )
    toothless = CHARTER.replace(bodies=(CHARTER.bodies[0].replace(severity=0.0),))
    pair = bilateral_game(cg.game(toothless, TRADE, W20), "hegemon", "rival")
    alone = perfect_critical_discount(pair)
    assert 0.3 < alone.value < 0.7
    assert found.array("discount_factor").ravel() == pytest.approx([alone.value] * 2, abs=1e-8)
    assert found.array("sustained").ravel().tolist() == [0, 1]
    assert (found.cells[0].binding, found.cells[0].deviation) == ("rival", "defect")
    assert found.cells[1].binding == ""
    assert found.to_dict()["sides"] == ["hegemon", "rival"]
    assert "level" not in found.to_dict()
    line = enforcement_frontier(CHARTER, TRADE, W20, x="severity", values=[0.0], **options)
    assert line.points[0].discount_factor == pytest.approx(alone.value, abs=1e-8)
    assert line.to_dict()["punishments"] == "perfect"
    assert np.isnan(line.level)
    halves = enforcement_map(CHARTER, TRADE, W20, x_points=2, y_points=2, punishments="perfect")
    assert halves.to_dict()["sides"] is None


def test_blocking_is_of_those_who_hold_a_veto() -> None:
    soft, _ = with_lever(CHARTER, W20, "blocking", 0.3)
    assert [item.value for item in soft.bodies[0].blocking] == [0.3]
    equal = cg.Institution(id="equal", bodies=(cg.Body(id="equal"),))
    assert with_lever(equal, W20, "blocking", 0.3)[0].bodies[0].blocking == 0.3
    two = cg.Institution(
        id="two",
        bodies=(cg.Body(id="two", chambers=(cg.Chamber(blocking=1.0), cg.Chamber())),),
    )
    changed = with_lever(two, W20, "blocking", 0.3)[0].bodies[0]
    assert [chamber.blocking for chamber in changed.chambers] == [0.3, 0.3]
    found = enforcement_frontier(CHARTER, CLIMATE, W20, x="blocking", values=[0.0, 1.0])
    assert found.points[0].adoption > found.points[1].adoption


def test_capability_of_the_hegemon() -> None:
    _, world = with_lever(CHARTER, W20, "capability", 3.0)
    before, after = ({r.name: r.capability for r in one.roles} for one in (W20, world))
    assert after["hegemon"] == 3 * before["hegemon"]
    assert all(after[name] == before[name] for name in before if name != "hegemon")
    # A hegemon that turns weak is still the one that is meant.
    _, weak = with_lever(CHARTER, W20, "capability", 0.0)
    assert weak.hegemon == "hegemon"
    found = enforcement_frontier(
        cg.load("institutions", "anarchy"), TRADE, W20, x="capability", points=3, monitoring=1.0
    )
    assert [point.x for point in found.points] == pytest.approx([0.25, 1, 4])


def test_plain_records() -> None:
    found = enforcement_map(CHARTER, CLIMATE, W20, x_points=2, y_points=2)
    assert found.y_values == (0.0, 0.5)
    told = found.to_dict()
    assert told["cells"] == found.rows()
    assert (told["x"], told["y"], told["level"]) == ("detection", "discount_factor", 0.5)
    keys = "x y sustained discount_factor binding deviation reason adoption"
    assert set(told["cells"][0]) == set(keys.split())
    assert told["cells"][0]["discount_factor"] is None
    sizes = enforcement_map(
        CHARTER, CLIMATE, W20, x="size", y="severity", x_values=[12], y_values=[0.1]
    )
    assert sizes.world == ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"x": "hope"}, "x must be one of"),
        ({"y": "hope"}, "y must be one of"),
        ({"y": "detection"}, "y must be another rule"),
        ({"x": "severity", "y": "detection", "monitoring": 0.5}, "monitoring replaces detection"),
        ({"y_points": 1}, "points must be >= 2"),
        ({"y_values": [1.5]}, "values must lie in"),
        ({"x": "size", "y": "capability"}, "can't be size and capability"),
        ({"punishments": "none"}, "punishments must be one of"),
        ({"sides": ("a", "b")}, "sides belong to punishments"),
        ({"punishments": "perfect", "periods": 2}, "leave monitoring and periods out"),
        ({"punishments": "perfect", "sides": ("a",)}, "sides must be two"),
        ({"punishments": "perfect", "sides": ("a", "b")}, "first must name classes"),
    ],
)
def test_refusals(options, said) -> None:
    with pytest.raises(cg.CoopgamesError, match=said):
        enforcement_map(CHARTER, CLIMATE, W20, **options)


def test_an_array_of_something_else() -> None:
    found = enforcement_map(CHARTER, CLIMATE, W20, x_points=2, y_points=2)
    with pytest.raises(cg.CoopgamesError, match="name must be one of"):
        found.array("binding")


def test_the_command_line_knows_all_rules() -> None:
    assert LEVERS == FRONTIER_LEVERS
