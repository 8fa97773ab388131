"""Worlds written out state by state."""

from fractions import Fraction

import numpy as np
import pytest

import coopgames as cg
from coopgames.worlds import Role, World, states_of, uniform_world

#: Role: states, capability of each (model D2).
W20 = {
    "hegemon": (1, "0.26"),
    "ally_permanent": (2, "0.07"),
    "ally": (3, "0.07"),
    "rival": (2, "0.12"),
    "large_nonaligned": (4, "0.025"),
    "other": (8, "0.00625"),
}


def test_w20_is_the_world_of_the_model() -> None:
    world = cg.load("worlds", "w20")
    assert {r.name: (r.count, Fraction(str(r.capability))) for r in world.roles} == {
        name: (n, Fraction(w)) for name, (n, w) in W20.items()
    }
    states = states_of(world)
    assert states.size == world.size == 20
    assert sum(states.shares["capability"]) == 1
    assert states.shares["capability"][0] == Fraction("0.26")
    assert states.shares["endowment"] == states.shares["capability"]
    assert states.hegemon == 0
    permanent = [r for r in world.roles if "permanent" in r.tags]
    assert sum(r.count for r in permanent) == 5
    # Hegemon and allies hold .61.
    assert sum(states.shares["capability"][:6]) == Fraction("0.61")
    assert sum(r.count * Fraction(str(r.population)) for r in world.roles) == 1


def test_un193_keeps_the_shares_of_the_camps() -> None:
    states = states_of(cg.load("worlds", "un193"))
    assert states.size == 193
    assert abs(float(sum(states.shares["capability"])) - 1) < 1e-15


def test_states_stand_role_by_role() -> None:
    world = World(
        id="w",
        roles=(
            Role(name="a", count=2, capability=1.0, ideal_point=0.2),
            Role(name="b", count=1, capability=2.0, ideal_point=0.9, endowment=3.0, population=0.0),
        ),
    )
    states = states_of(world)
    assert states.role.tolist() == [0, 0, 1]
    assert states.ideal_point.tolist() == [0.2, 0.2, 0.9]
    assert states.shares["capability"] == (Fraction(1, 4), Fraction(1, 4), Fraction(1, 2))
    assert states.shares["endowment"] == (Fraction(1, 5), Fraction(1, 5), Fraction(3, 5))
    assert states.shares["population"] == (Fraction(1, 2), Fraction(1, 2), 0)
    assert states.hegemon == 2  # the most capable one where none is named


def test_ideal_points_may_be_the_problem_s() -> None:
    states = states_of(cg.load("worlds", "w20"), ideal_points={"rival": 0.3, "nowhere": 0.9})
    assert states.ideal_point[6:8].tolist() == [0.3, 0.3]
    assert states.ideal_point[0] == 0.15


def test_nothing_to_share() -> None:
    world = World(id="w", roles=(Role(name="a", count=2, capability=1.0, population=0.0),))
    assert states_of(world).shares["population"] == (0, 0)


def test_uniform_worlds() -> None:
    world = uniform_world(5)
    assert world.id == "uniform-5"
    assert world == cg.load("worlds", "uniform-5")
    assert set(states_of(world).shares["capability"]) == {Fraction(1, 5)}
    assert np.ptp(states_of(world).ideal_point) == 0
    for size in (1, 0, -3, 2.5, "many"):
        with pytest.raises(cg.CoopgamesError, match="size"):
            uniform_world(size)
