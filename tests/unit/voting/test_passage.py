"""Passage by closed forms: binomials, geometric waiting, the common cause, abstention."""

from fractions import Fraction
from math import comb

import pytest

import coopgames as cg
from coopgames import Committee, Quorum, Quota, Veto, Voters, passage, sensitivity, silence


def council() -> Committee:
    return Committee(
        voters=(Voters(id="permanent", count=5), Voters(id="elected", count=10)),
        rule=Quota(votes=9) & Veto(by="permanent"),
    )


def tail(n: int, k: int, p: Fraction) -> Fraction:
    return sum((comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(k, n + 1)), Fraction(0))


def test_security_council_by_the_closed_form() -> None:
    p = Fraction(4, 5)
    expected = p**5 * tail(10, 4, p)
    found = passage(council(), "4/5", exact=True)
    assert found.probability == expected
    assert found.expected_rounds == 1 / expected
    assert found.within(3) == 1 - (1 - expected) ** 3
    assert passage(council(), 0.8).probability == pytest.approx(float(expected), rel=1e-14)


def test_who_decides_and_who_stops() -> None:
    """A permanent member decides where the other four agree and four of ten do."""
    p = Fraction(4, 5)
    found = passage(council(), p, exact=True)
    assert found.deciding["permanent"] == p**4 * tail(10, 4, p)
    assert found.deciding["elected"] == p**5 * comb(9, 3) * p**3 * (1 - p) ** 6
    assert found.stopping["permanent"] == (1 - p) * found.deciding["permanent"]


def test_causes_are_all_of_it() -> None:
    found = passage(council(), {"permanent": "9/10", "elected": "1/2"}, exact=True)
    few = "not: at least 9 Yes"
    veto = "not: no veto of permanent"
    assert set(found.causes) == {few, veto, f"{few} and {veto.removeprefix('not: ')}"}
    assert sum(found.causes.values()) == 1 - found.probability
    assert found.causes[few] == Fraction(9, 10) ** 5 * (1 - tail(10, 4, Fraction(1, 2)))


def test_common_cause_mixes_one_draw_for_all() -> None:
    """All alike: they pass together with p. Two groups: with the lower, if both count."""
    p, rho = Fraction(3, 5), Fraction(3, 10)
    alone = passage(council(), p, exact=True).probability
    found = passage(council(), p, correlation=rho, exact=True)
    assert found.probability == (1 - rho) * alone + rho * p
    mixed = passage(council(), {"permanent": "7/10", "elected": "2/5"}, correlation=1, exact=True)
    # With U between .4 and .7 only the five say Yes: not enough. Below .4 all do.
    assert mixed.probability == Fraction(2, 5)
    # One elected member never matters: ten or none of them agree, nine needed of nine or five.
    assert mixed.deciding["elected"] == 0
    # A permanent member decides wherever the others agree: U below .4.
    assert mixed.deciding["permanent"] == Fraction(2, 5)
    assert mixed.stopping["permanent"] == 0


def test_abstention_is_no_veto() -> None:
    """Silence passes unless somebody says No; unanimity needs everybody's Yes."""
    five = (Voters(id="m", count=5),)
    a, p = Fraction(1, 4), Fraction(4, 5)
    quiet = passage(Committee(voters=five, rule=silence()), p, abstention=a, exact=True)
    assert quiet.probability == (a + (1 - a) * p) ** 5
    loud = passage(Committee(voters=five, rule=cg.unanimity()), p, abstention=a, exact=True)
    assert loud.probability == ((1 - a) * p) ** 5


def test_present_and_voting() -> None:
    """Two voters, more Yes than No needed: an abstention lets the other decide."""
    rule = Quota(share=0.5, base="voting", strict=True)
    committee = Committee(voters=(Voters(id="m", count=2),), rule=rule)
    a, p = Fraction(1, 4), Fraction(1, 2)
    yes, no = (1 - a) * p, (1 - a) * (1 - p)
    found = passage(committee, p, abstention=a, exact=True)
    assert found.probability == yes**2 + 2 * yes * a
    # One says Yes rather than No: decides unless ... the other's Yes ties with a No.
    assert found.deciding["m"] == yes + a
    half = Committee(voters=committee.voters, rule=Quota(share=0.5, base="voting"))
    # At least half, but nobody's silence passes a motion.
    assert passage(half, p, abstention=a, exact=True).probability == 1 - (no + a) ** 2


def test_quorum_counts_who_is_there() -> None:
    """Three of five must be present, and a simple majority of those present says Yes."""
    committee = Committee(
        voters=(Voters(id="m", count=5),),
        rule=Quorum(votes=3) & Quota(share=0.5, base="present", strict=True),
    )
    p, away = Fraction(2, 3), Fraction(1, 5)
    expected = sum(
        (
            comb(5, here) * (1 - away) ** here * away ** (5 - here) * tail(here, here // 2 + 1, p)
            for here in range(3, 6)
        ),
        Fraction(0),
    )
    assert passage(committee, "2/3", absence="1/5", exact=True).probability == expected
    assert passage(committee, p, absence=away).probability == pytest.approx(float(expected))


def test_causes_of_a_quorum_are_probabilities() -> None:
    """Ten voters, half of them away on average: what fails is told apart, and adds up."""
    committee = Committee(
        voters=(Voters(id="m", count=10),),
        rule=Quorum(share=0.5) & Quota(share=0.5, base="voting", strict=True),
    )
    away = Fraction(1, 2)
    found = passage(committee, "1/2", absence=away, exact=True)
    few = sum((comb(10, k) * Fraction(1, 2**10) for k in range(5)), Fraction(0))
    quorum = {words: p for words, p in found.causes.items() if "quorum" in words}
    assert sum(quorum.values()) == few
    assert sum(found.causes.values()) == 1 - found.probability
    assert min(found.causes.values()) > 0


def test_thousands_of_voters_do_not_overflow() -> None:
    committee = Committee(voters=(Voters(id="m", count=1201),), rule=Quota(share=0.5, strict=True))
    found = passage(committee, {"m": 0.5})
    assert found.probability == pytest.approx(0.5, rel=1e-11)
    assert found.deciding["m"] == pytest.approx(comb(1200, 600) / 2**1200, rel=1e-10)


def test_nothing_ever_passes() -> None:
    found = passage(council(), {"permanent": 0, "elected": 1})
    assert found.probability == 0
    assert found.expected_rounds == float("inf")
    assert found.deciding["permanent"] == 0


def test_de_facto_veto_of_one() -> None:
    """One of three may block and does with 2/5 when against; one Yes is needed."""
    committee = Committee(
        voters=(Voters(id="a"), Voters(id="b", count=2)),
        rule=Quota(votes=1) & Veto(by="a", used=0.4),
    )
    p = Fraction(1, 2)
    expected = p + (1 - p) * (1 - (1 - p) ** 2) * Fraction(3, 5)
    assert passage(committee, p, exact=True).probability == expected
    both = passage(committee, {"a": 0, "b": 1}, correlation=1, exact=True)
    assert both.probability == Fraction(3, 5)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"support": 1.2}, r"support must lie in \[0, 1\]; got 1.2"),
        ({"support": "half"}, "support must be a number or 'a/b'; got 'half'"),
        ({"support": {"permanent": 0.5}}, "no probability for group 'elected'"),
        ({"support": {"permanent": 0.5, "elected": 0.5, "x": 1}}, "unknown group 'x'"),
        ({"support": "1/0"}, "support must be a number or 'a/b'; got '1/0'"),
        ({"correlation": -0.1}, r"correlation must lie in \[0, 1\]"),
        ({"abstention": "3/2"}, r"abstention must lie in \[0, 1\]"),
    ],
)
def test_bad_input_is_named(given, message) -> None:
    with pytest.raises(cg.CoopgamesError, match=message):
        passage(council(), **given)


def test_rounds_are_whole() -> None:
    with pytest.raises(cg.CoopgamesError, match="rounds must be a whole number"):
        passage(council(), 0.8).within(1.5)


# --- sensitivity -----------------------------------------------------------------------------


def test_sensitivity_by_closed_forms() -> None:
    p = Fraction(4, 5)
    found = {c.change: c for c in sensitivity(council(), p, exact=True)}
    before = p**5 * tail(10, 4, p)
    assert {c.before for c in found.values()} == {before}
    # A permanent seat less: the nine votes stay.
    assert found["permanent: a seat less"].after == p**4 * tail(10, 5, p)
    assert found["elected: a seat more"].after == p**5 * tail(11, 4, p)
    assert found["permanent: without its veto"].after == tail(15, 9, p)
    assert found["elected: with a veto"].after == p**15
    assert found["at least 9 Yes: 1 less"].after == p**5 * tail(10, 3, p)
    assert found["at least 9 Yes: 1 more"].effect == p**5 * tail(10, 5, p) - before


def test_sensitivity_leaves_out_what_is_no_committee() -> None:
    changes = [c.change for c in sensitivity(cg.weighted_committee(1, {"a": 1}))]
    assert changes == ["a: a seat more", "a: with a veto"]


def test_a_group_may_lose_its_last_seat() -> None:
    changes = {
        c.change: c
        for c in sensitivity(cg.weighted_committee(2, {"a": 1, "b": 1, "c": 1}), "1/2", exact=True)
    }
    assert changes["a: a seat less"].after == Fraction(1, 4)
