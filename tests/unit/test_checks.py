"""Checks at the door name the parameter, its bound and the value."""

import pytest

from coopgames._checks import at_least, count, number, one_of, probability
from coopgames.errors import BudgetError, CoopgamesError, SpecificationError


def test_what_fits_comes_back() -> None:
    assert number("x", "1.5") == 1.5
    assert probability("p", 1) == 1.0
    assert at_least("x", 3, 3) == 3.0
    assert count("n", 4.0) == 4
    assert one_of("mode", "a", ("a", "b")) == "a"


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda: number("x", "one"), "x must be a number; got 'one'"),
        (lambda: number("x", None), "x must be a number; got None"),
        (lambda: number("x", float("inf")), "x must be finite; got inf"),
        (lambda: probability("p", 1.2), "p must lie in [0, 1]; got 1.2"),
        (lambda: probability("p", float("nan")), "p must be finite; got nan"),
        (lambda: at_least("x", -1, 0), "x must be >= 0; got -1"),
        (lambda: count("n", 2.5), "n must be a whole number; got 2.5"),
        (lambda: count("n", True), "n must be a whole number; got True"),
        (lambda: count("n", float("inf")), "n must be finite; got inf"),
        (lambda: count("n", 0), "n must be >= 1; got 0"),
        (lambda: one_of("mode", "c", ("b", "a")), "mode must be one of a, b; got 'c'"),
    ],
)
def test_what_does_not_is_refused(check, message: str) -> None:
    with pytest.raises(CoopgamesError) as problem:
        check()
    assert str(problem.value) == message


def test_every_error_is_a_value_error() -> None:
    for kind in (SpecificationError, BudgetError):
        assert issubclass(kind, CoopgamesError)
    assert issubclass(CoopgamesError, ValueError)
