"""The file format (decision 0003): what a file may say, what it may not, and what it must cite."""

import os
import re
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import pytest

import coopgames as cg
from coopgames import catalogue
from coopgames.catalogue import KINDS, parse
from coopgames.records import Record

ROOT = Path(__file__).resolve().parents[2] / "models"
SHIPPED = [(kind, path) for kind in KINDS for path in sorted((ROOT / kind).glob("*.toml"))]
SHIPPED_IDS = [f"{kind}/{path.stem}" for kind, path in SHIPPED]
every_file = pytest.mark.parametrize(("kind", "path"), SHIPPED, ids=SHIPPED_IDS)

#: Names and prose, which state nothing that could be right or wrong.
LABELS = {"body", "description", "extends", "family", "id", "name", "position"}
LABELS |= {"sources", "title", "without"}


def document(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def complaint(kind: str, text: str, name: str = "mine.toml") -> str:
    """What the catalogue says about a bad file; one line, or the test fails."""
    with pytest.raises(cg.SpecificationError) as problem:
        parse(kind, text, name=name)
    message = str(problem.value)
    assert "\n" not in message
    return message


def body(lines: str) -> str:
    return f'id = "mine"\n[[bodies]]\nid = "council"\n{lines}\n'


# ------------------------------------------------------------------ values and sources


def test_a_value_may_carry_its_source() -> None:
    plain = parse("institutions", body("quota = 0.6"))
    sourced = parse(
        "institutions", body('quota = { value = 0.6, source = "our assumption; three fifths" }')
    )
    assert sourced.bodies == plain.bodies
    assert plain.sources == {}
    assert sourced.sources == {"bodies.council.quota": "our assumption; three fifths"}


def test_sources_reach_into_lists_and_tables() -> None:
    text = body(
        """
        [[bodies.members]]
        role = { value = "rival", source = "who" }
        count = { value = 2, source = "how many" }
        [[bodies.chambers]]
        quota = { value = 0.5, source = "chamber" }
        """
    )
    record = parse("institutions", text)
    assert record.bodies[0].members == (cg.Selector(role="rival", count=2),)
    assert record.sources == {
        "bodies.council.members[0].role": "who",
        "bodies.council.members[0].count": "how many",
        "bodies.council.chambers[0].quota": "chamber",
    }


def test_a_sources_table_is_read_as_it_stands() -> None:
    record = parse(
        "worlds",
        """
        id = "two"
        sources = { "" = "our assumption", "roles[0].capability" = "leech2002" }
        [[roles]]
        name = "state"
        count = 2
        capability = { value = 1.0, source = "replaced" }
    """,
    )
    assert record.sources == {"": "our assumption", "roles[0].capability": "leech2002"}


def test_a_table_with_other_keys_is_no_sourced_value() -> None:
    message = complaint(
        "institutions", body('severity = { value = 0.1, source = "s", note = "n" }')
    )
    assert message.startswith("mine.toml: bodies[0].severity: ")


def test_a_source_without_a_value_is_an_error() -> None:
    assert "bodies[0].severity" in complaint("institutions", body('severity = { source = "s" }'))


def test_a_source_must_be_text() -> None:
    complaint("institutions", body("severity = { value = 0.1, source = 3 }"))


def test_exact_fractions_are_kept() -> None:
    record = parse("institutions", body('quota = "2/3"'))
    assert record.bodies[0].quota == "2/3"


# ------------------------------------------------------------------ extends, without, body


@pytest.fixture
def own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the user's own models, searched first."""
    for kind in KINDS:
        (tmp_path / kind).mkdir()
    monkeypatch.setenv("COOPGAMES_MODELS", str(tmp_path))
    return tmp_path


def write(folder: Path, kind: str, name: str, text: str) -> Path:
    path = folder / kind / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


BASE = """
id = "base"
title = "Base"
legitimacy_floor = { value = 0.4, source = "floor" }
[[bodies]]
id = "council"
quota = { value = 0.6, source = "council quota" }
severity = { value = 0.5, source = "council severity" }
[[bodies]]
id = "court"
delegation = 1.0
[social]
avenues = 3
redress = 0.2
"""


def test_extends_replaces_keys_and_merges_bodies_by_id(own_models: Path) -> None:
    write(own_models, "institutions", "base", BASE)
    write(
        own_models,
        "institutions",
        "child",
        """
        id = "child"
        extends = "base"
        [[bodies]]
        id = "assembly"
        quota = "2/3"
        [[bodies]]
        id = "council"
        severity = { value = 0.9, source = "new severity" }
        [social]
        redress = 0.7
    """,
    )
    base, child = cg.load("institutions", "base"), cg.load("institutions", "child")
    assert [item.id for item in child.bodies] == ["council", "court", "assembly"]
    assert child.bodies[0] == base.bodies[0].replace(severity=0.9)
    assert child.bodies[1] == base.bodies[1]
    assert child.title == "Base"
    assert child.legitimacy_floor == 0.4
    assert child.social == cg.SocialLayer(avenues=3, redress=0.7)
    assert child.sources == {
        "legitimacy_floor": "floor",
        "bodies.council.quota": "council quota",
        "bodies.council.severity": "new severity",
    }


def test_without_drops_bodies(own_models: Path) -> None:
    write(own_models, "institutions", "base", BASE)
    write(
        own_models, "institutions", "child", 'id = "child"\nextends = "base"\nwithout = ["court"]\n'
    )
    assert [item.id for item in cg.load("institutions", "child").bodies] == ["council"]
    write(
        own_models,
        "institutions",
        "child",
        'id = "child"\nextends = "base"\nwithout = ["parliament"]\n',
    )
    with pytest.raises(cg.SpecificationError, match=r"child\.toml: without: .*'parliament'"):
        cg.load("institutions", "child")


def test_extends_over_two_steps(own_models: Path) -> None:
    write(own_models, "institutions", "base", BASE)
    write(
        own_models,
        "institutions",
        "middle",
        'id = "middle"\nextends = "base"\nlegitimacy_floor = 0.1\nwithout = ["court"]\n',
    )
    write(own_models, "institutions", "last", 'id = "last"\nextends = "middle"\n')
    last = cg.load("institutions", "last")
    assert (last.id, last.legitimacy_floor) == ("last", 0.1)
    assert [item.id for item in last.bodies] == ["council"]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_cycle_of_extends_is_named(own_models: Path, length: int) -> None:
    names = [f"link{i}" for i in range(length)]
    for i, name in enumerate(names):
        after = names[(i + 1) % length]
        write(own_models, "institutions", name, f'id = "{name}"\nextends = "{after}"\n')
    with pytest.raises(cg.SpecificationError) as problem:
        cg.load("institutions", "link0")
    message = str(problem.value)
    assert message.startswith("link0.toml: extends: a cycle: ")
    assert message.endswith(" -> ".join([*names, "link0"]))
    assert "\n" not in message


def test_extending_what_does_not_exist_names_the_file(own_models: Path) -> None:
    write(own_models, "institutions", "child", 'id = "child"\nextends = "nowhere"\n')
    with pytest.raises(cg.SpecificationError, match=r"^child\.toml: extends: .*'nowhere'"):
        cg.load("institutions", "child")


def test_a_body_starts_from_its_file(own_models: Path) -> None:
    write(
        own_models,
        "bodies",
        "board",
        """
        id = "board"
        quota = { value = 0.85, source = "leech2002" }
        severity = 0.4
    """,
    )
    record = parse(
        "institutions",
        """
        id = "mine"
        [[bodies]]
        body = "board"
        severity = { value = 0.1, source = "weaker" }
        [[bodies]]
        body = "board"
        id = "second"
    """,
    )
    first, second = record.bodies
    assert (first.id, first.quota, first.severity) == ("board", 0.85, 0.1)
    assert (second.id, second.quota, second.severity) == ("second", 0.85, 0.4)
    assert record.sources == {
        "bodies.board.quota": "leech2002",
        "bodies.board.severity": "weaker",
        "bodies.second.quota": "leech2002",
    }


def test_chambers_replace_the_single_chamber_of_a_body_file(own_models: Path) -> None:
    write(own_models, "bodies", "board", 'id = "board"\nquota = 0.85\nseverity = 0.4\n')
    record = parse(
        "institutions",
        """
        id = "mine"
        [[bodies]]
        body = "board"
        [[bodies.chambers]]
        quota = 0.5
        [[bodies.chambers]]
        quota = "2/3"
    """,
    )
    assert [chamber.quota for chamber in record.bodies[0].chambers] == [0.5, "2/3"]
    assert record.bodies[0].severity == 0.4


def test_an_unknown_body_file_is_named() -> None:
    message = complaint("institutions", 'id = "mine"\n[[bodies]]\nbody = "nowhere"\n')
    assert message.startswith("mine.toml: bodies: unknown body 'nowhere'; known are ")


# ------------------------------------------------------------------ what is refused, and how


BAD = {
    "unknown key of a body": (body("qota = 0.5"), ["bodies[0]", "`qota`"]),
    "unknown key at the top": ('id = "mine"\ncolour = "red"', ["`colour`"]),
    "unknown key of the social layer": (
        'id = "mine"\n[social]\nsupression = 0.1',
        ["social", "`supression`"],
    ),
    "text for a number": (body('severity = "high"'), ["bodies[0].severity", "'high'"]),
    "truth for a number": (body("severity = true"), ["bodies[0].severity", "True"]),
    "number for a list": (body("members = 3"), ["bodies[0].members", "3"]),
    "fraction for a whole": (body("rounds = 2.5"), ["bodies[0].rounds", "2.5"]),
    "quota 1.5": (body("quota = 1.5"), ["bodies[0].quota", "<= 1", "1.5"]),
    "quota 3/2": (body('quota = "3/2"'), ["bodies[0].quota", "3/2"]),
    "quota over zero": (body('quota = "2/0"'), ["bodies[0].quota", "'2/0'"]),
    "negative severity": (body("severity = -0.1"), ["bodies[0].severity", ">= 0", "-0.1"]),
    "severity nan": (body("severity = nan"), ["bodies[0].severity", "nan"]),
    "severity inf": (body("severity = inf"), ["bodies[0].severity", "inf"]),
    "no rounds": (body("rounds = 0"), ["bodies[0].rounds", ">= 1", "0"]),
    "unknown scope": (body('scope = "everyone"'), ["bodies[0].scope", "'everyone'"]),
    "blocking above one": (
        body('blocking = [{ role = "rival", value = 2.0 }]'),
        ["blocking[0].value", "[0, 1]", "2.0"],
    ),
    "two ways to select": (
        body('members = [{ role = "rival", all = true }]'),
        ["bodies[0].members[0]", "exactly one of", "2"],
    ),
    "no way to select": (body("members = [{ count = 2 }]"), ["exactly one of", "got 0"]),
    "count and share": (
        body('members = [{ role = "rival", count = 1, share = 0.5 }]'),
        ["count or share"],
    ),
    "the same body twice": (
        body('[[bodies]]\nid = "council"'),
        ["body ids must differ", "['council', 'council']"],
    ),
    "more chambers wanted than there are": (
        body("passes = 3\n[[bodies.chambers]]\n[[bodies.chambers]]"),
        ["passes", "(2)", "3"],
    ),
    "a rule beside chambers": (
        body("quota = 0.6\n[[bodies.chambers]]\n"),
        ["quota", "inside chambers"],
    ),
    "opt-in with centres": (body('scope = "yes_voters"\ncentres = 2'), ["yes_voters", "opt-in"]),
    "authorised by nobody": (body('authorised_by = "court"'), ["authorised_by", "'court'"]),
    "composition of strangers": (
        body('[composition]\nany = ["council", "court"]'),
        ["composition", "court"],
    ),
    "composition of two kinds": (
        body('[composition]\nany = ["council"]\nall = ["council"]'),
        ["exactly one of any"],
    ),
    "a body without a name": ('id = "mine"\n[[bodies]]\nquota = 0.5', ["bodies[0]", "`id`"]),
    "an institution without a name": ('title = "mine"', ["`id`"]),
    "a name with blanks": ('id = "My institution"', ["id", "'My institution'"]),
    "bodies that are no tables": ('id = "mine"\nbodies = 3', ["bodies", "3"]),
    "sources that are no table": ('id = "mine"\nsources = ["a"]', ["sources", "['a']"]),
    "broken TOML": ('id = "mine', ["not valid TOML"]),
    "social that is no table, extending": (
        'id = "mine"\nextends = "charter"\nsocial = 3',
        ["social", "3"],
    ),
    "without that is no list": (
        'id = "mine"\nextends = "charter"\nwithout = "council"',
        ["without", "'council'"],
    ),
    "a body whose name is a list, extending": (
        'id = "mine"\nextends = "charter"\n[[bodies]]\nid = ["council"]',
        ["bodies[0].id"],
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_institutions_are_refused_with_file_key_and_value(case: str) -> None:
    text, words = BAD[case]
    message = complaint("institutions", text)
    assert message.startswith("mine.toml: ")
    for word in words:
        assert word in message, message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('kernel = "threshold"', ["threshold"]),
        ('kernel = "linear"', ["holds_at"]),
        ('kernel = "dyadic"\nholds_at = 0.6', ["dyad"]),
        ('kernel = "cubic"', ["kernel", "'cubic'"]),
        ('kernel = "linear"\nholds_at = 1.2', ["holds_at", "<= 1", "1.2"]),
        ('kernel = "linear"\nholds_at = 0.6\nleverage = { a = 0.0 }', ["leverage"]),
        ('kernel = "linear"\nholds_at = 0.6\nleverage = { a = -1.0 }', ["leverage", "-1"]),
        ('kernel = "linear"\nholds_at = 0.6\nbenefit = inf', ["benefit", "inf"]),
        ('kernel = "dyadic"\nholds_at = 0.6\ndyad = [1.0, 0.0, 0.0]', ["dyad", "4"]),
        ('kernel = "dyadic"\nholds_at = 0.6\ndyad = [nan, 0.0, 0.0, 0.0]', ["dyad", "nan"]),
    ],
)
def test_bad_problems_are_refused(text: str, words: list[str]) -> None:
    message = complaint("problems", f'id = "mine"\n{text}')
    for word in ["mine", *words]:
        assert word in message, message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("roles = []", ["roles must not be empty"]),
        ('roles = [{ name = "a", count = 0, capability = 1.0 }]', ["roles[0].count", ">= 1", "0"]),
        ('roles = [{ name = "a", count = 2, capability = 0.0 }]', ["capability must be > 0"]),
        ('roles = [{ name = "a", count = 2, capability = -1.0 }]', ["roles[0].capability", "-1"]),
        ('roles = [{ name = "a", count = 2, capability = inf }]', ["roles[0].capability", "inf"]),
        (
            'hegemon = "b"\nroles = [{ name = "a", count = 2, capability = 1.0 }]',
            ["hegemon", "'b'", "roles are a"],
        ),
        (
            '[[roles]]\nname = "a"\ncount = 1\ncapability = 1.0\n' * 2,
            ["role names must differ"],
        ),
        (
            'polarisation = 1.5\nroles = [{ name = "a", count = 2, capability = 1.0 }]',
            ["polarisation", "<= 1", "1.5"],
        ),
    ],
)
def test_bad_worlds_are_refused(text: str, words: list[str]) -> None:
    message = complaint("worlds", f'id = "mine"\n{text}')
    for word in ["mine", *words]:
        assert word in message, message


MISFITS = {
    "more vetoes than seats": (
        'seats = [{ role = "hegemon" }]\nblocking = [{ tag = "permanent", value = 1.0 }]',
        ["bodies.council.blocking", "more vetoes than seats", "4 of 5", "'w20'"],
    ),
    "a body larger than its world": (
        "members = [{ all = true, count = 30 }]",
        ["bodies.council.members[0]", "asks for 30", "20"],
    ),
    "more of a role than there are": (
        'members = [{ role = "rival", count = 3 }]',
        ["bodies.council.members[0]", "'rival'", "asks for 3", "2"],
    ),
    "a role the world lacks": (
        'members = [{ role = "emperor" }]',
        ["bodies.council.members[0]", "'emperor' finds nobody", "'w20'"],
    ),
    "a tag the world lacks": (
        'exempt = [{ tag = "royal" }]',
        ["bodies.council.exempt[0]", "'royal' finds nobody"],
    ),
    "an empty circle": (
        "members = [{ within = 0.0, of = 0.77 }]",
        ["bodies.council.members[0]", "finds nobody"],
    ),
    "a bar nobody reaches": (
        "members = [{ at_least = 0.9 }]",
        ["bodies.council.members[0]", "finds nobody"],
    ),
    "everybody passed over": (
        'members = [{ role = "rival", skip = 2 }]',
        ["bodies.council.members[0]", "finds nobody"],
    ),
    "weights for a role the world lacks": (
        'weights = [{ role = "emperor", value = 2.0 }]',
        ["bodies.council.weights[0]", "'emperor'"],
    ),
}


@pytest.mark.parametrize("case", MISFITS)
def test_what_does_not_fit_the_world_is_refused(case: str) -> None:
    text, words = MISFITS[case]
    form = parse("institutions", body(text))
    with pytest.raises(cg.SpecificationError) as problem:
        cg.game(form, "climate", "w20")
    message = str(problem.value)
    assert "\n" not in message
    for word in ["'mine'", *words]:
        assert word in message, message


def test_taking_nobody_on_purpose_is_allowed() -> None:
    form = parse("institutions", body('members = [{ role = "rival", count = 0 }]'))
    assert cg.game(form).events.bound.sum() == 0


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(b'id = "caf\xe9"\n')
    with pytest.raises(cg.SpecificationError, match=r"latin\.toml"):
        cg.load("institutions", path)


def test_missing_files_names_and_kinds(tmp_path: Path) -> None:
    with pytest.raises(cg.SpecificationError, match=r"no such file: .*nowhere\.toml"):
        cg.load("institutions", tmp_path / "nowhere.toml")
    with pytest.raises(cg.SpecificationError, match=r"unknown institution 'nowhere'; known are "):
        cg.load("institutions", "nowhere")
    with pytest.raises(cg.SpecificationError, match=r"unknown body 'nowhere'; known are "):
        cg.load("bodies", "nowhere")
    with pytest.raises(cg.SpecificationError, match=r"kind must be one of .*'planets'"):
        cg.load("planets", "earth")  # type: ignore[call-overload]
    with pytest.raises(cg.CoopgamesError, match=r"size must be >= 2; got 1"):
        cg.load("worlds", "uniform-1")
    with pytest.raises(cg.SpecificationError, match=r"unknown world 'uniform-many'"):
        cg.load("worlds", "uniform-many")


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, (*path, key))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("institutions", "charter_fifteen"),
        ("institutions", "federation_mixed"),
        ("institutions", "third_degree_bodies"),
        ("bodies", "security_council"),
        ("problems", "rescue"),
        ("problems", "security"),
        ("worlds", "w20"),
    ],
)
def test_any_key_with_any_wrong_value_is_refused_in_one_line(kind: str, name: str) -> None:
    """Mutate a shipped file at every key path: it loads, or one line says why not."""
    whole = document(ROOT / kind / f"{name}.toml")
    wrong = (3, -1, 1.5, "x", "", True, [], {}, [3], [{}], {"a": 1}, float("nan"))
    for path in leaves(whole):
        for value in wrong:
            mutant = deepcopy(whole)
            place = mutant
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = value
            assert said_of(kind, mutant).count("\n") == 0, (path, value)


def said_of(kind: str, raw: dict[str, Any]) -> str:
    """The complaint about a document, empty if it loads; any other exception is a bug."""
    try:
        plain, sources = catalogue._assemble(kind, raw, Path("mutant.toml"), ())
        catalogue._convert(kind, plain, sources, Path("mutant.toml"))
    except cg.SpecificationError as problem:
        return str(problem)
    return ""


# ------------------------------------------------------------------ records hold the same bounds


def test_python_and_files_share_their_bounds() -> None:
    for fields in (
        {"quota": 1.5},
        {"quota": "3/2"},
        {"severity": -0.1},
        {"severity": float("inf")},
        {"rounds": 0},
        {"scope": "everyone"},
        {"detection": "often"},
    ):
        name = next(iter(fields))
        with pytest.raises(cg.SpecificationError, match=name):
            cg.Body(id="council", **fields)
        with pytest.raises(cg.SpecificationError, match=name):
            cg.Body(id="council").replace(**fields)


def test_replace_refuses_unknown_fields() -> None:
    with pytest.raises(cg.SpecificationError, match=r"Body has no field 'qota'; fields are "):
        cg.Body(id="council").replace(qota=0.5)


@every_file
def test_round_trip_through_plain_data(kind: str, path: Path) -> None:
    """A record written as plain data and read again is the same record."""
    record = cg.load(kind, path)
    assert record == cg.load(kind, path.stem)
    plain = msgspec.to_builtins(record)
    assert msgspec.convert(plain, KINDS[kind]) == record
    assert msgspec.json.decode(msgspec.json.encode(record), type=KINDS[kind]) == record
    assert isinstance(record, Record)
    assert record.id == path.stem


def test_an_edited_file_is_read_again(own_models: Path) -> None:
    path = write(own_models, "bodies", "board", 'id = "board"\nseverity = 0.4\n')
    assert cg.load("bodies", "board").severity == 0.4
    stamp = path.stat().st_mtime_ns
    path.write_text('id = "board"\nseverity = 0.5\n', encoding="utf-8")
    os.utime(path, ns=(stamp + 1_000_000_000, stamp + 1_000_000_000))
    assert cg.load("bodies", "board").severity == 0.5


def test_an_edited_base_is_read_again(own_models: Path) -> None:
    base = write(own_models, "institutions", "base", BASE)
    write(own_models, "institutions", "child", 'id = "child"\nextends = "base"\n')
    assert cg.load("institutions", "child").legitimacy_floor == 0.4
    stamp = base.stat().st_mtime_ns + 1_000_000_000
    base.write_text(BASE.replace("0.4, source", "0.7, source"), encoding="utf-8")
    os.utime(base, ns=(stamp, stamp))
    assert cg.load("institutions", "child").legitimacy_floor == 0.7


# ------------------------------------------------------------------ the user's own folder


def test_own_models_come_first_and_are_listed(own_models: Path) -> None:
    write(own_models, "institutions", "zeta", 'id = "zeta"\n[[bodies]]\nid = "council"\n')
    write(own_models, "institutions", "charter", 'id = "charter"\ntitle = "My own"\n')
    listed = cg.models("institutions")["institutions"]
    assert "zeta" in listed
    assert "club" in listed
    assert listed == sorted(set(listed))
    assert cg.load("institutions", "charter").title == "My own"
    assert cg.game("zeta").institution.id == "zeta"


def test_several_own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "worlds").mkdir(parents=True)
        write(
            tmp_path / name,
            "worlds",
            "pair",
            f'id = "pair"\ntitle = "{name}"\n[[roles]]\nname = "a"\ncount = 2\ncapability = 1.0\n',
        )
    folders = os.pathsep.join(str(tmp_path / name) for name in ("two", "one"))
    monkeypatch.setenv("COOPGAMES_MODELS", folders)
    assert cg.load("worlds", "pair").title == "two"
    assert catalogue.model_paths()[:2] == [tmp_path / "two", tmp_path / "one"]


def test_own_references_are_cited(own_models: Path) -> None:
    (own_models / "references.toml").write_text(
        '[doe1999]\nauthors = ["Doe, Jane"]\nyear = 1999\ntitle = "A title"\n'
        'journal = "A journal"\ndoi = "10.1000/1"\n',
        encoding="utf-8",
    )
    write(
        own_models,
        "bodies",
        "board",
        'id = "board"\nquota = { value = 0.5, source = "doe1999: \'half\'" }\n',
    )
    text = cg.cite("board", "bodies")
    assert "  quota: doe1999: 'half'" in text
    assert "[doe1999] Doe, Jane (1999). A title. A journal. doi:10.1000/1" in text
    assert "shapley1954" not in text


# ------------------------------------------------------------------ every shipped number is cited


def parameters(value: Any, path: str = "", *, covered: bool = False) -> Iterator[tuple[str, bool]]:
    """Yield (key path, whether it or a parent carries a source) for every leaf of a raw file."""
    if isinstance(value, dict) and "source" in value and set(value) <= {"value", "source"}:
        covered = covered or bool(str(value["source"]).strip())
        value = value["value"]
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in LABELS:
                yield from parameters(item, f"{path}.{key}" if path else key, covered=covered)
    elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        for i, item in enumerate(value):
            yield from parameters(item, f"{path}[{i}]", covered=covered)
    else:
        yield path, covered


def sources_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "source" in value:
            yield str(value["source"])
        if isinstance(value.get("sources"), dict):
            yield from value["sources"].values()
        for item in value.values():
            yield from sources_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from sources_of(item)


def named_in_table(sources: dict[str, str], path: str) -> bool:
    """Whether the file's ``sources`` table names the path or a parent below the root."""
    return any(
        key and (path == key or re.match(re.escape(key) + r"[.\[]", path)) for key in sources
    )


@every_file
def test_every_parameter_has_a_source(kind: str, path: Path) -> None:
    whole = document(path)
    table = whole.get("sources", {})
    bare = [
        key for key, covered in parameters(whole) if not covered and not named_in_table(table, key)
    ]
    assert not bare, f"{kind}/{path.name}: no source for {', '.join(bare)}"


def test_the_walk_finds_a_bare_parameter() -> None:
    whole = tomllib.loads(
        'id = "x"\na = 1\n[[bodies]]\nid = "b"\nq = { value = 1, source = "s" }\n'
        "[[bodies.chambers]]\nr = 2\n"
    )
    assert [key for key, covered in parameters(whole) if not covered] == [
        "a",
        "bodies[0].chambers[0].r",
    ]
    assert named_in_table({"bodies[0]": "s"}, "bodies[0].chambers[0].r")
    assert not named_in_table({"": "s"}, "a")


@every_file
def test_sources_are_assumptions_or_known_works(kind: str, path: Path) -> None:
    known = set(catalogue.references())
    for text in sources_of(document(path)):
        keys = re.findall(r"\b[a-z]+\d{4}[a-z]?\b", text)
        unknown = sorted(set(keys) - known)
        assert not unknown, f"{kind}/{path.name}: {unknown} not in references.toml ({text!r})"
        assert text.startswith("our assumption") or keys, f"{kind}/{path.name}: {text!r}"


def quotes(text: str) -> list[str]:
    """What stands in quotation marks; an apostrophe inside a word ends no quote."""
    return re.findall(r"(?<![\w’])'(.+?)'(?!\w)", text)


def test_the_quote_reader() -> None:
    assert quotes("a2000 II: 'they don't protect' and b1999: 'so many'; our assumption") == [
        "they don't protect",
        "so many",
    ]


@every_file
def test_quotes_have_at_most_25_words(kind: str, path: Path) -> None:
    for text in sources_of(document(path)):
        for quote in quotes(text):
            assert len(quote.split()) <= 25, f"{kind}/{path.name}: {quote!r}"


def test_every_reference_has_what_a_citation_needs() -> None:
    for key, entry in catalogue.references().items():
        assert {"authors", "year", "title", "type"} <= set(entry), key
        assert str(entry["year"]) in key
        line = catalogue.reference_text(entry)
        assert "\n" not in line
        assert str(entry["title"]) in line


@every_file
def test_every_file_can_be_cited(kind: str, path: Path) -> None:
    text = cg.cite(path.stem, kind)
    assert text.startswith(f"Sources of {path.stem}")
    for key in set(re.findall(r"\b[a-z]+\d{4}\b", text.split("\nReferences\n")[0])):
        assert f"  [{key}] " in text


# ------------------------------------------------------------------ JSON Schema


@pytest.mark.parametrize("kind", KINDS)
def test_schema_is_well_formed(kind: str) -> None:
    schema = cg.schema(kind)
    definitions = schema["$defs"]
    references = re.findall(r"'\$ref': '([^']+)'", str(schema))
    assert references
    for reference in references:
        assert reference.startswith("#/$defs/")
        assert reference.removeprefix("#/$defs/") in definitions
    top = definitions[schema["$ref"].removeprefix("#/$defs/")]
    record = KINDS[kind]
    assert set(record.__struct_fields__) <= set(top["properties"])
    assert top["additionalProperties"] is False
    # A committee made in Python may go without a name.
    assert ("id" in top["required"]) == (kind != "committees")
    for definition in definitions.values():
        for rule in definition.get("properties", {}).values():
            assert isinstance(rule, dict)


@pytest.mark.parametrize("kind", KINDS)
def test_schema_admits_sourced_values(kind: str) -> None:
    top = cg.schema(kind)["$defs"][KINDS[kind].__name__]["properties"]
    rule = top["title"]
    plain, sourced = rule["anyOf"]
    assert plain["type"] == "string"
    assert set(sourced["properties"]) == {"value", "source"}
    assert sourced["properties"]["value"] == plain
    if kind == "institutions":
        assert top["extends"] == {"type": "string"}
        assert top["without"]["type"] == "array"


def keys_of(value: Any) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict) and not ("source" in value and set(value) <= {"value", "source"}):
        yield tuple(sorted(value))


@every_file
def test_top_level_keys_of_shipped_files_are_in_the_schema(kind: str, path: Path) -> None:
    known = set(cg.schema(kind)["$defs"][KINDS[kind].__name__]["properties"])
    for keys in keys_of(document(path)):
        assert set(keys) <= known
