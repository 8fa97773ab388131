"""Published cases: ours against the printed numbers and the blind second implementation."""

from fractions import Fraction

import pytest

import coopgames as cg
from coopgames.experiments import published_cases
from coopgames.experiments.published import Published, folder_of
from coopgames.experiments.replicate import MEASURES, blind_numbers, number, replicate

CASES = published_cases()
WITH_BLIND = [name for name in CASES if (folder_of(name) / "qc.py").is_file()]


@pytest.mark.parametrize("name", CASES)
def test_every_printed_number_is_matched(name: str) -> None:
    (case,) = replicate(name)
    assert case.records
    assert case.verdict == "matched"
    for record in case:
        assert record["verdict"] == "matched", record


def test_every_case_has_a_blind_implementation() -> None:
    assert set(CASES) == set(WITH_BLIND)


@pytest.mark.parametrize("name", WITH_BLIND)
def test_the_blind_implementation_agrees(name: str) -> None:
    """Fractions exactly where ours are fractions too; else to twelve digits."""
    (case,) = replicate(name, blind=True)
    compared = 0
    for record in case:
        ours, blind = record["ours"], record["blind"]
        if blind is None:
            continue
        if (isinstance(ours, Fraction) and isinstance(blind, Fraction)) or isinstance(
            blind, bool | str
        ):
            assert ours == blind, record
        else:
            assert float(ours) == pytest.approx(float(blind), rel=1e-11, abs=1e-12), record
        compared += 1
    assert compared >= 1


@pytest.mark.parametrize("name", [n for n in CASES if cg.published(n).committee is not None])
def test_every_number_of_the_blind_implementation_is_ours(name: str) -> None:
    """Not only the printed ones, and other readings too."""
    case = cg.published(name)
    given = {record["measure"]: record["arguments"] for record in replicate(name)[0]}
    models = {"": case.committee} | {key: case.reading(key) for key in case.readings}
    cache = {}
    for key, value in blind_numbers(name).items():
        reading, _, rest = key.rpartition("/")
        measure, _, group = rest.partition(":")
        if measure not in MEASURES or reading not in models:
            continue
        arguments = given.get(measure, {})
        if measure in ("passage", "expected_rounds") and not arguments:
            continue
        if (reading, measure) not in cache:
            cache[reading, measure] = MEASURES[measure](models[reading], **arguments)
        ours = cache[reading, measure]
        ours = ours[group] if group else ours
        expected = number(value)
        if isinstance(expected, Fraction):
            assert ours == expected, key
        else:
            assert float(ours) == pytest.approx(expected, rel=1e-12), key


def test_every_case_cites_known_works() -> None:
    known = cg.catalogue.references()
    for name in CASES:
        assert set(cg.published(name).citation) <= set(known), name


def test_verdicts_tell_another_reading_from_a_mismatch(tmp_path, monkeypatch) -> None:
    folder = tmp_path / "published" / "doe1999_three"
    folder.mkdir(parents=True)
    (folder / "model.toml").write_text(
        'id = "doe1999_three"\ntitle = "t"\ncitation = []\nwords = "w"\nunclear = "the quota"\n'
        "[readings.unanimity]\n"
        'rule = { kind = "quota", votes = 3 }\n'
        '[committee]\nvoters = [{ id = "m", count = 3 }]\nrule = { kind = "quota", votes = 2 }\n'
    )
    expected = '[[expected]]\nmeasure = "winning_coalitions"\nstatus = "published"\nvalue = {}\n'
    monkeypatch.setenv("COOPGAMES_MODELS", str(tmp_path))
    for value, verdict in ((4, "matched"), (1, "underspecified"), (5, "not matched")):
        (folder / "expected.toml").write_text(expected.format(value))
        (case,) = cg.replicate("doe1999_three")
        assert case.verdict == verdict
        assert case.records[0]["expected"] == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'measure = "luck"\nstatus = "published"\nvalue = 1',
            "measure must be one of",
        ),
        ('measure = "swings"\nstatus = "seen"\nvalue = 1', "status"),
        (
            'measure = "swings"\nstatus = "published"\nvalue = { x = 1 }',
            "no 'x'; there is m",
        ),
        ("measure =", r"expected\.toml"),
        ('measure = "coleman_act"\nstatus = "published"\nvalue = { m = 1 }', "no 'm'"),
        ('measure = "banzhaf"\nstatus = "published"\nvalue = 1', "no 'single number'"),
        (
            'measure = "banzhaf"\nstatus = "published"\nvalue = { m = 1 }\narguments = { p = 1 }',
            "arguments that it does not take, or lacks: p",
        ),
    ],
)
def test_wrong_files_are_told_apart(tmp_path, monkeypatch, text: str, message: str) -> None:
    folder = tmp_path / "published" / "doe1999_three"
    folder.mkdir(parents=True)
    (folder / "model.toml").write_text(
        'id = "doe1999_three"\ntitle = "t"\ncitation = []\nwords = "w"\n'
        '[committee]\nvoters = [{ id = "m", count = 3 }]\nrule = { kind = "quota", votes = 2 }\n'
    )
    (folder / "expected.toml").write_text(f"[[expected]]\n{text}\n")
    monkeypatch.setenv("COOPGAMES_MODELS", str(tmp_path))
    with pytest.raises(cg.SpecificationError, match=message):
        cg.replicate("doe1999_three")


def test_unknown_case_is_answered_with_the_nearest() -> None:
    with pytest.raises(cg.SpecificationError, match="did you mean condorcet1785_jury"):
        cg.replicate("condorcet1785_juri")


def test_a_case_is_data() -> None:
    assert Published.__struct_fields__[0] == "id"
    for name in CASES:
        assert cg.published(name).id == name
