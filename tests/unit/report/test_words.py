"""Rules in words, and the page on an institution."""

import json

import pytest

import coopgames as cg
from coopgames.institutions import Body, Chamber
from coopgames.report import describe, rule_in_words
from coopgames.report.words import body_in_words, composition_in_words, selection_in_words
from coopgames.worlds import Assignment, Selector


@pytest.mark.parametrize(
    ("selectors", "words"),
    [
        ((), "nobody"),
        ((Selector(all=True),), "all states"),
        ((Selector(all=True, count=3),), "3 all states"),
        ((Selector(role="rival"), Selector(tag="permanent", count=5)), "rival, 5 permanent"),
        ((Selector(role="ally", count=2, rotates=True),), "2 ally (rotating)"),
        ((Selector(top=17, by="leverage"),), "top 17 by leverage"),
        ((Selector(at_least=0.07),), "states with at least 0.07 of capability"),
        ((Selector(within=0.1),), "states within 0.1 of hegemon"),
        ((Selector(role="other", share=0.25),), "25% of other"),
    ],
)
def test_selections(selectors, words: str) -> None:
    assert selection_in_words(selectors) == words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"quota": 0.5}, "at least 0.5 of the votes"),
        ({"quota": 0.5, "strict": True}, "more than 0.5 of the votes"),
        ({"quota": 0.0, "strict": True}, "more than 0 of the votes"),
        ({"quota": "2/3"}, "at least 2/3 of the votes"),
        ({"quota": "0/1"}, "silence"),
        ({"quota": 0.0, "blocking": 1.0}, "silence and no No"),
        (
            {"quota": 0.85, "weights": "capability"},
            "at least 0.85 of the votes weighted by capability",
        ),
        (
            {"quota": 0.6, "weights": (Assignment(all=True, value=1.0),)},
            "at least 0.6 of the weighted votes",
        ),
        (
            {"quota": 0.66, "blocking": 0.8},
            "at least 0.66 of the votes, each No blocking with probability 0.8",
        ),
        (
            {"quota": 0.6, "blocking": (Assignment(tag="permanent", count=5, value=1.0),)},
            "at least 0.6 of the votes, a veto of 5 permanent",
        ),
        (
            {
                "quota": 0.6,
                "blocking": (
                    Assignment(role="rival", value=0.5),
                    Assignment(role="ally", value=0.0),
                ),
            },
            "at least 0.6 of the votes, rival blocking at 0.5",
        ),
    ],
)
def test_rules(fields, words: str) -> None:
    assert rule_in_words(Body(id="b", **fields)) == words
    assert rule_in_words(Chamber(**fields)) == words
    # Without rules of its own, authorisation is by the rules of adoption.
    assert rule_in_words(Body(id="b", **fields), authorisation=True) == words


def test_authorisation_has_words_of_its_own() -> None:
    body = Body(
        id="b",
        quota=1.0,
        blocking=1.0,
        authorisation_quota=0.5,
        authorisation_blocking=0.0,
        authorisation_strict=True,
    )
    assert rule_in_words(body) == "at least 1 of the votes and no No"
    assert rule_in_words(body, authorisation=True) == "more than 0.5 of the votes"


@pytest.mark.parametrize(
    ("composition", "words"),
    [
        (None, "no bodies"),
        ("council", "council"),
        (cg.Any("a"), "a"),
        (cg.Any("a", "b"), "(a or b)"),
        (cg.All("a", cg.Any("b", "c")), "(a and (b or c))"),
        (cg.Then("a", "b"), "(a, else b)"),
        (cg.AtLeast(2, "a", "b", "c"), "(2 of (a, b, c))"),
        (cg.Any("a", "b", common_cause=0.3), "(a or b) [common cause 0.3]"),
    ],
)
def test_compositions(composition, words: str) -> None:
    assert composition_in_words(composition) == words


@pytest.mark.parametrize("name", cg.models("institutions")["institutions"])
def test_every_shipped_body_can_be_said(name: str) -> None:
    for body in cg.load("institutions", name).bodies:
        rows = dict(body_in_words(body))
        assert rows["severity"] == f"{body.severity:g}"
        assert all(text for text in rows.values())


def test_pages_are_plain_data_and_text() -> None:
    for name in ("anarchy", "charter", "third_degree", "coalition"):
        page = describe(name)
        assert json.loads(json.dumps(page.as_dict(), allow_nan=False))["id"] == name
        text, marked = page.text(), page.text(markdown=True)
        assert page.title in text
        assert marked.startswith("# ")
        assert "Legitimacy of the rule: " in text
        assert page.sources in text
        assert sum(row["states"] for row in page.classes) == 20


def test_the_page_shows_the_sanction_s_parts() -> None:
    game = cg.game("charter")
    page = describe("charter")
    assert page.adoption == pytest.approx(game.adoption)
    mean = game.events.mean_by_class(game.events.sanction, game.classes.size)
    assert [row["sanction e"] for row in page.classes] == pytest.approx(mean.tolist())
    for row in page.classes:
        # e = A m [delta + (1 - delta) V] epsilon, delta 0 behind a shield.
        safe = row["class"].startswith(("hegemon", "ally_permanent", "rival"))
        delegation = 0.0 if safe else 0.1
        votes = row["V council"]
        expected = page.adoption * 0.6 * (delegation + (1 - delegation) * votes) * 0.6
        assert row["sanction e"] == pytest.approx(expected, rel=1e-12)


def test_undefined_legitimacy_is_null() -> None:
    assert describe("anarchy").legitimacy["equality"] is None
    assert "equality undefined" in describe("anarchy").text()
