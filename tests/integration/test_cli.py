"""The command line as a user has it: answers on stdout, one line on stderr, exit codes.

A fresh interpreter where the process matters (streams, pipes, signals); the entry point itself,
called here, where only its answer does.
"""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.names import INSTITUTIONS, PROBLEMS

import coopgames as cg
from coopgames.cli import main

KEYS = [
    "institution",
    "problem",
    "world",
    "act_rate",
    "coverage",
    "adoption",
    "compliance",
    "unilateral",
    "free_riding",
    "exclusion",
    "gridlock",
    "success_rate",
    "achievement",
    "value_added",
    "critical_sanction_factor",
    "equal_teeth_success_rate",
    "failure",
    "mandate",
    "precision",
    "method",
    "certificate",
    "reasons",
    "parameters",
]
OPTIONAL_KEYS = {"severity_explained"}

OWN = """
id = "my_institution"
title = "A council of three"
[[bodies]]
id = "council"
members = [{ all = true }]
seats = [{ top = 3 }]
quota = "2/3"
detection = 0.8
severity = { value = 0.5, source = "our assumption" }
"""


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "coopgames", *arguments]


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, check=False, timeout=120, **options
    )


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the entry point prints, in this process; anything else is a failure."""
    assert main(list(arguments)) == 0
    streams = capsys.readouterr()
    assert streams.err == ""
    return streams.out


# ------------------------------------------------------------------ compare


@pytest.fixture(scope="module")
def everything() -> subprocess.CompletedProcess[str]:
    return run("compare", "--format", "json")


def test_compare_answers_everything_at_once(everything) -> None:
    assert everything.returncode == 0
    assert everything.stderr == ""
    records = json.loads(everything.stdout)
    assert [(r["institution"], r["problem"]) for r in records] == [
        (institution, problem) for institution in INSTITUTIONS for problem in PROBLEMS
    ]
    for record in records:
        assert set(KEYS) <= set(record)
        assert set(record) - set(KEYS) <= OPTIONAL_KEYS
        assert record["world"] == "w20"
        assert record["mandate"] == "standing"
        assert record["precision"] == 15
        undefined = {key for key, value in record.items() if value is None}
        assert undefined == set(record["reasons"])
        assert all(isinstance(text, str) and text for text in record["reasons"].values())
        assert record["certificate"]["method"] == record["method"]
        assert record["certificate"]["exact"] is True


def test_the_command_and_the_library_agree(everything) -> None:
    ours = json.loads(json.dumps(list(cg.compare())))
    assert json.loads(everything.stdout) == ours


def test_other_settings_reach_the_answer(capsys) -> None:
    text = answer(
        capsys,
        "compare",
        "concert",
        "--problem",
        "climate",
        "--mandate",
        "expected",
        "--precision",
        "7",
        "--punishment",
        "sum",
        "--no-legitimacy-feedback",
        "--legitimacy-channel",
        "norm",
        "--world",
        "un193",
        "--format",
        "json",
    )
    [record] = json.loads(text)
    assert (record["mandate"], record["precision"], record["world"]) == ("expected", 7, "un193")
    assert record["parameters"]["punishment"] == "sum"
    assert record["parameters"]["legitimacy_feedback"] is False
    assert record["parameters"]["legitimacy_channel"] == "norm"
    direct = cg.compare(
        ["concert"],
        ["climate"],
        world="un193",
        mandate="expected",
        precision=7.0,
        punishment="sum",
        legitimacy_feedback=False,
        legitimacy_channel="norm",
    )
    assert record == json.loads(json.dumps(list(direct)))[0]


def test_csv_holds_the_same_numbers(capsys) -> None:
    names = ("compare", "anarchy", "charter", "--problem", "climate", "rescue", "--format")
    rows = list(csv.DictReader(io.StringIO(answer(capsys, *names, "csv"))))
    records = json.loads(answer(capsys, *names, "json"))
    assert len(rows) == len(records) == 4
    for row, record in zip(rows, records, strict=True):
        assert list(row) == list(record)
        for key, value in record.items():
            if value is None:
                assert row[key] == ""
            elif isinstance(value, float):
                assert float(row[key]) == value
            elif isinstance(value, dict):
                assert json.loads(row[key]) == value
            else:
                assert row[key] == str(value)


def test_the_table_at_a_glance(capsys) -> None:
    text = answer(capsys, "compare", "anarchy", "charter", "club", "--problem", "climate", "trade")
    lines = text.splitlines()
    assert lines[0] == "Success rate in world w20, standing mandate, precision 15"
    assert any(line.split()[:2] == ["climate", "trade"] for line in lines)
    for name in ("anarchy", "charter", "club"):
        assert any(line.startswith(name) for line in lines)
    assert "equal teeth" in text
    assert all(line == line.rstrip() or "  " in line for line in lines)


def test_one_problem_shows_every_column(capsys) -> None:
    text = answer(capsys, "compare", "anarchy", "charter", "--problem", "climate")
    assert "problem climate" in text.splitlines()[0]
    for column in ("equal teeth", "critical factor", "free riding", "failure"):
        assert column in text
    assert "no body" in text


def test_markdown_is_a_table(capsys) -> None:
    names = ("compare", "anarchy", "charter", "--format", "md", "--problem")
    for problems in (("climate",), ("climate", "trade")):
        lines = answer(capsys, *names, *problems).splitlines()
        rows = [line for line in lines if line.startswith("|")]
        assert len(rows) == 4  # head, rule, two institutions
        assert set(rows[1]) <= set("|-: ")
        assert len({line.count("|") for line in rows}) == 1


def test_output_goes_to_the_file_alone(capsys, tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    path.write_text("an older answer, much longer than the new one" * 1000, encoding="utf-8")
    names = ("compare", "charter", "--problem", "climate", "--format", "json")
    printed = answer(capsys, *names)
    assert answer(capsys, *names, "--output", str(path)) == ""
    assert path.read_text(encoding="utf-8") == printed


@pytest.mark.parametrize(
    ("suffix", "opening"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")]
)
def test_plots(capsys, tmp_path: Path, suffix: str, opening: bytes) -> None:
    path = tmp_path / f"figure{suffix}"
    names = ("compare", "anarchy", "charter", "--problem", "climate", "trade")
    plain = answer(capsys, *names)
    assert answer(capsys, *names, "--plot", str(path)) == plain
    assert path.read_bytes().startswith(opening)
    assert path.stat().st_size > 2000


def test_an_own_file_is_compared_shown_and_cited(capsys, tmp_path, monkeypatch) -> None:
    (tmp_path / "my_institution.toml").write_text(OWN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    text = answer(
        capsys,
        "compare",
        "my_institution.toml",
        "charter",
        "--problem",
        "climate",
        "--format",
        "json",
    )
    own, charter = json.loads(text)
    assert own["institution"] == "my_institution"
    assert own["coverage"] == pytest.approx(1.0)
    assert own["success_rate"] != charter["success_rate"]
    page = answer(capsys, "show", "./my_institution.toml")
    assert page.startswith("A council of three (my_institution, user)")
    assert "top 3 by capability" in page
    assert "bodies.council.severity: our assumption" in answer(
        capsys, "cite", "my_institution.toml"
    )


def test_an_own_folder_of_models(capsys, tmp_path, monkeypatch) -> None:
    (tmp_path / "institutions").mkdir()
    (tmp_path / "institutions" / "my_institution.toml").write_text(OWN, encoding="utf-8")
    monkeypatch.setenv("COOPGAMES_MODELS", str(tmp_path))
    assert "my_institution" in answer(capsys, "models", "institutions")
    text = answer(capsys, "compare", "my_institution", "--problem", "climate", "--format", "csv")
    assert "my_institution,climate,w20" in text


# ------------------------------------------------------------------ the other commands


def test_models_lists_the_catalogue(capsys) -> None:
    records = json.loads(answer(capsys, "models", "--format", "json"))
    listed = {(record["kind"], record["name"]) for record in records}
    expected = {(kind, name) for kind, names in cg.models().items() for name in names}
    assert listed == expected
    assert all(record["title"] for record in records)
    one = json.loads(answer(capsys, "models", "worlds", "--format", "json"))
    assert {record["kind"] for record in one} == {"worlds"}
    assert "w20" in answer(capsys, "models", "worlds")
    assert answer(capsys, "models", "worlds", "--format", "md").startswith("|")
    assert answer(capsys, "models", "worlds", "--format", "csv").startswith("kind,name,title\n")


def test_show_has_every_format(capsys) -> None:
    text = answer(capsys, "show", "charter")
    assert "Adoption A = 0.5693" in text
    assert "at least 0.6 of the votes, a veto of 5 permanent" in text
    data = json.loads(answer(capsys, "show", "charter", "--format", "json"))
    assert data["id"] == "charter"
    assert sum(row["states"] for row in data["classes"]) == 20
    rows = list(csv.DictReader(io.StringIO(answer(capsys, "show", "charter", "--format", "csv"))))
    assert [row["class"] for row in rows] == [row["class"] for row in data["classes"]]
    assert answer(capsys, "show", "charter", "--format", "md").startswith("# ")
    large = json.loads(answer(capsys, "show", "charter", "--world", "un193", "--format", "json"))
    assert sum(row["states"] for row in large["classes"]) == 193


def test_cite_finds_any_kind(capsys) -> None:
    assert answer(capsys, "cite", "charter").startswith("Sources of charter\n")
    assert "[uncharter1945]" in answer(capsys, "cite", "charter")
    assert answer(capsys, "cite", "climate").startswith("Sources of climate\n")
    assert answer(capsys, "cite", "w20", "--kind", "worlds").startswith("Sources of w20\n")
    rows = json.loads(answer(capsys, "cite", "charter", "--format", "json"))
    assert {"key", "source"} == set(rows[0])
    assert "bodies.council.quota" in {row["key"] for row in rows}


def test_schema_is_json(capsys) -> None:
    for kind in cg.models():
        expected = json.loads(json.dumps(cg.schema(kind)))
        assert json.loads(answer(capsys, "schema", kind)) == expected


def test_split_adds_up(capsys) -> None:
    text = answer(
        capsys,
        "split",
        "charter",
        "club",
        "--problem",
        "climate",
        "trade",
        "--measure",
        "act_rate",
        "--format",
        "json",
    )
    records = json.loads(text)
    assert [record["problem"] for record in records] == ["climate", "trade"]
    for record in records:
        parts = [record[group] for group in ("membership", "voting", "information", "teeth")]
        assert sum(parts) == pytest.approx(record["difference"], abs=1e-12)
        assert record["end"] - record["start"] == pytest.approx(record["difference"])
    assert "membership" in answer(capsys, "split", "charter", "club")
    assert answer(capsys, "split", "charter", "club", "--format", "csv").startswith("problem,")


def test_help_is_an_answer() -> None:
    for arguments in ((), ("compare",), ("show",)):
        done = run(*arguments, "--help")
        assert done.returncode == 0
        assert done.stdout.startswith("usage: coopgames")
        assert done.stderr == ""


# ------------------------------------------------------------------ bad input


BAD = {
    "no command": ((), "command"),
    "unknown command": (("compute",), "'compute'"),
    "unknown option": (("compare", "--colour"), "--colour"),
    "unknown institution": (("compare", "chart"), "unknown institution 'chart'"),
    "unknown problem": (("compare", "charter", "--problem", "clime"), "unknown problem 'clime'"),
    "unknown world": (("compare", "charter", "--world", "w21"), "unknown world 'w21'"),
    "negative precision": (("compare", "charter", "--precision", "-1"), "precision must be >= 0"),
    "precision nan": (("compare", "charter", "--precision", "nan"), "precision must be finite"),
    "precision inf": (("compare", "charter", "--precision", "inf"), "precision must be finite"),
    "precision in words": (("compare", "charter", "--precision", "high"), "'high'"),
    "mandate x": (("compare", "charter", "--mandate", "x"), "'x'"),
    "format x": (("compare", "charter", "--format", "x"), "'x'"),
    "missing folder": (
        ("compare", "charter", "--problem", "climate", "--output", "nowhere/table.json"),
        "no such folder: nowhere",
    ),
    "output is a folder": (
        ("compare", "charter", "--problem", "climate", "--output", "folder"),
        "folder",
    ),
    "plot suffix": (("compare", "charter", "--plot", "figure.gif"), "--plot must end in .png"),
    "plot folder": (("compare", "charter", "--plot", "nowhere/a.png"), "no such folder: nowhere"),
    "missing file": (("compare", "nowhere.toml"), "no such file: nowhere.toml"),
    "broken file": (("compare", "broken.toml"), "broken.toml: not valid TOML"),
    "bad value in a file": (("compare", "bad.toml"), "bad.toml: bodies[0].quota"),
    "file that is no text": (("compare", "latin.toml"), "latin.toml"),
    "too small a world": (("compare", "charter", "--world", "uniform-4"), "asks for 5 states"),
    "world of one": (("compare", "charter", "--world", "uniform-1"), "size must be >= 2; got 1"),
    "show unknown": (("show", "chart"), "unknown institution 'chart'"),
    "cite unknown": (("cite", "chart"), "'chart'"),
    "cite kind": (("cite", "charter", "--kind", "planets"), "'planets'"),
    "schema kind": (("schema", "planets"), "'planets'"),
    "models kind": (("models", "planets"), "'planets'"),
    "split of one": (("split", "charter"), "INSTITUTION"),
    "split measure": (("split", "charter", "club", "--measure", "joy"), "'joy'"),
    "split precision": (("split", "charter", "club", "--precision", "-1"), "precision"),
}


@pytest.fixture
def bad_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "broken.toml").write_text('id = "broken', encoding="utf-8")
    (tmp_path / "bad.toml").write_text(
        'id = "bad"\n[[bodies]]\nid = "council"\nquota = 1.5\n', encoding="utf-8"
    )
    (tmp_path / "latin.toml").write_bytes(b'id = "caf\xe9"\n')
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("case", BAD)
def test_bad_input_ends_with_2_and_one_line(case: str, bad_files: Path, capsys) -> None:
    arguments, words = BAD[case]
    before = sorted(bad_files.rglob("*"))
    code = main(list(arguments))
    streams = capsys.readouterr()
    assert code == 2
    assert streams.out == ""
    assert streams.err.count("\n") == 1
    assert streams.err.endswith("\n")
    assert streams.err.startswith("coopgames")
    assert words in streams.err
    assert sorted(bad_files.rglob("*")) == before  # nothing half done is left


@pytest.mark.parametrize(
    "case", ["unknown institution", "mandate x", "missing folder", "broken file"]
)
def test_the_same_from_a_process_of_its_own(case: str, bad_files: Path) -> None:
    arguments, words = BAD[case]
    done = run(*arguments, cwd=bad_files)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user without all rights")
def test_an_unwritable_file_is_one_line(capsys, tmp_path: Path) -> None:
    path = tmp_path / "locked.json"
    path.touch(mode=0o400)
    names = ("compare", "charter", "--problem", "climate", "--output", str(path))
    assert main(list(names)) == 2
    assert capsys.readouterr().err.count("\n") == 1


# ------------------------------------------------------------------ pipes and signals


def test_a_closed_pipe_leaves_no_trace() -> None:
    """``coopgames models --format json | head -1``."""
    with subprocess.Popen(
        command("models", "--format", "json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout.readline() == "[\n"
        process.stdout.close()
        assert process.stderr.read() == ""
        process.wait(timeout=60)
    assert process.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="pipes of a Unix shell")
def test_head_takes_one_line_of_the_comparison() -> None:
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m coopgames compare --format json | head -1'],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout == "[\n"
    assert done.stderr == ""


@pytest.mark.skipif(os.name == "nt", reason="SIGINT reaches one process on Unix")
def test_ctrl_c_ends_with_130_and_one_line() -> None:
    code = (
        "import sys; import coopgames.experiments; from coopgames.cli import main;"
        "print('ready', file=sys.stderr, flush=True);"
        "sys.exit(main(['compare', '--world', 'un193']))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr.readline() == "ready\n"
        time.sleep(1.0)  # [s]; well inside a run of some fifteen
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert err == "coopgames: interrupted\n"


# --- voting ----------------------------------------------------------------------------------


def test_power_in_every_format(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["power", "taylor1999_security_council", "--structure"]) == 0
    text = capsys.readouterr().out
    assert "0.19627" in text
    assert "minimal winning   210" in text
    assert main(["power", "taylor1999_security_council", "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["fractions"]["shapley_shubik"] == {"permanent": "421/2145", "elected": "4/2145"}
    picture = tmp_path / "power.png"
    assert main(["power", "charter", "--format", "csv", "--plot", str(picture)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert sum(int(row["voters"]) * float(row["banzhaf"]) for row in rows) == pytest.approx(1)
    assert picture.stat().st_size > 1000
    assert main(["power", "charter", "--float", "--index", "banzhaf", "--format", "md"]) == 0
    assert "| hegemon" in capsys.readouterr().out


def test_passage_in_every_format(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    name = "taylor1999_security_council"
    picture = tmp_path / "passage.svg"
    assert main(["passage", name, "--support", "4/5", "--plot", str(picture)]) == 0
    assert "0.327397, after 3.0544 rounds" in capsys.readouterr().out
    assert picture.stat().st_size > 1000
    command = ["passage", name, "--support", "permanent=1", "elected=0", "--format", "json"]
    assert main([*command, "--correlation", "0.3", "--sensitivity"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["probability"] == 0
    assert answer["expected_rounds"] is None
    assert answer["reasons"] == {"expected_rounds": "no motion ever passes"}
    assert {item["kind"] for item in answer["sensitivity"]} == {"seat", "veto", "quota"}
    assert main(["passage", "assembly_with_union", "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("group,voters,deciding,stopping")


def test_replicate_shows_ours_beside_theirs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replicate", "condorcet1785_jury", "--blind"]) == 0
    text = capsys.readouterr().out
    assert text.count("286497/390625") == 3
    assert "matched" in text
    assert main(["replicate", "penrose1946_assembly", "--format", "json"]) == 0
    (case,) = json.loads(capsys.readouterr().out)
    assert {record["verdict"] for record in case["numbers"]} == {"matched"}


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["power", "charterr"], "did you mean charter"),
        (["power", "anarchy"], "has no bodies"),
        (["power", "coalition"], "opt-in"),
        (["power", "charter", "--index", "luck"], "indices must be one of"),
        (["power", "charter", "--plot", "x.gif"], "--plot must end in"),
        (["passage", "charter", "--support", "2"], "support must lie in [0, 1]"),
        (["passage", "charter", "--support", "a=.5", "b"], "--support takes one number"),
        (["passage", "charter", "--support", "rival=.5"], "no probability for group"),
        (["replicate", "nobody1900"], "unknown published case"),
    ],
)
def test_voting_errors_are_one_line(
    capsys: pytest.CaptureFixture[str], command: list[str], message: str
) -> None:
    assert main(command) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert message in captured.err


# --- evolve ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", INSTITUTIONS)
def test_evolve_agrees_with_the_comparison(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["evolve", name, "--problem", "climate", "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    (record,) = cg.compare([name], problem="climate")
    assert answer["success_rate"] == pytest.approx(record["success_rate"])
    assert answer["certificate"]["exact"] is True
    mean = sum(row["states"] * row["act_rate"] for row in answer["classes"])
    assert mean / sum(row["states"] for row in answer["classes"]) == pytest.approx(
        record["act_rate"], abs=1e-9
    )


SMALL = ["evolve", "anarchy", "--problem", "trade", "--world", "uniform-5"]
QUICK = ["--replicates", "16", "--samples", "2", "--burn-in", "5", "--seed", "7"]
FINITE = ("fermi", "moran", "wright-fisher", "best-of-sample")
FLOWS = (
    "replicator",
    "replicator-mutator",
    "logit-flow",
    "smith",
    "brown-von-neumann-nash",
    "best-response",
)


@pytest.mark.parametrize("dynamic", ["logit", *FINITE])
def test_evolve_exactly(capsys: pytest.CaptureFixture[str], dynamic: str) -> None:
    assert main([*SMALL, "--dynamic", dynamic]) == 0
    assert "Exact, by " in capsys.readouterr().out
    assert main([*SMALL, "--dynamic", dynamic, "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("class,states,act_rate\n")
    assert main([*SMALL, "--dynamic", dynamic, "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["coverage"] is None
    assert answer["reasons"]["coverage"] == "nothing is ever adopted"
    assert "standard_errors" not in answer
    kinds = {
        "logit": cg.Logit(),
        "fermi": cg.Fermi(selection_intensity=5),
        "moran": cg.Moran(selection_intensity=5),
        "wright-fisher": cg.WrightFisher(selection_intensity=5),
        "best-of-sample": cg.BestOfSample(),
    }
    game = cg.game("anarchy", "trade", "uniform-5")
    found = cg.cooperation(cg.evolve(game, kinds[dynamic]))
    assert answer["act_rate"] == pytest.approx(found.act_rate)


@pytest.mark.parametrize("dynamic", ["logit", *FINITE, *FLOWS])
def test_evolve_by_simulation(capsys: pytest.CaptureFixture[str], dynamic: str) -> None:
    command = ["evolve", "club", "--problem", "trade", "--dynamic", dynamic, *QUICK]
    assert main(command) == 0
    captured = capsys.readouterr()
    assert "16 replicates, 2 samples each after 5 sweeps; seed 7." in captured.out
    assert captured.err == ""
    assert main([*command, "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["provenance"]["entropy"] == 7
    assert answer["standard_errors"]["success_rate"] >= 0
    assert {"act_rate", "standard_error"} <= set(answer["classes"][0])
    assert main([*command, "--format", "json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again == answer


def test_evolve_passes_options_on(capsys: pytest.CaptureFixture[str]) -> None:
    command = [*SMALL, "--format", "json", "--dynamic"]
    for options, expected in (
        (["logit", "--precision", "3"], {"precision": 3}),
        (["logit-flow", *QUICK, "--precision", "3"], {"precision": 3}),
        (
            ["fermi", "--population-size", "9", "--role-model", "others"],
            {"population_size": 9, "role_model": "others", "selection_intensity": 5},
        ),
        (
            ["moran", "--fitness", "linear", "--selection-intensity", "0.1"],
            {"fitness": "linear", "selection_intensity": 0.1},
        ),
        (["wright-fisher", "--mutation-probability", "0.2"], {"mutation_probability": 0.2}),
        (["best-of-sample", "--sample", "4"], {"sample": 4}),
        (["replicator-mutator", *QUICK], {"baseline": 2, "mutation_probability": 0.01}),
        (["replicator-mutator", *QUICK, "--baseline", "3"], {"baseline": 3}),
        (["fermi", "--rare-mutations"], {"population_size": 50}),
    ):
        assert main([*command, *options]) == 0
        dynamic = json.loads(capsys.readouterr().out)["dynamic"]
        assert {key: dynamic[key] for key in expected} == expected


def test_evolve_with_one_replicate_has_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, *QUICK, "--replicates", "1", "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["standard_errors"]["success_rate"] is None
    assert answer["reasons"]["standard_errors"] == "one replicate has no standard error"


def test_evolve_with_infinitely_strong_imitation(capsys: pytest.CaptureFixture[str]) -> None:
    command = [*SMALL, "--dynamic", "fermi", "--selection-intensity", "inf", "--rare-mutations"]
    assert main([*command, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["dynamic"]["selection_intensity"] == "inf"


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        (["--picture", "stationary"], "stationary"),
        (["--picture", "gradient"], "gradient"),
        (["--picture", "time-course", "--replicates", "16", "--burn-in", "9"], "time-course"),
        (["--dynamic", "fermi", "--plans", "act3", "--picture", "simplex"], "simplex"),
        (["--dynamic", "fermi", "--plans", "act3", "--picture", "simplex", *QUICK], "simplex"),
        (["--dynamic", "moran", "--rare-mutations"], "invasion"),
        (["--dynamic", "smith", *QUICK], "time-course"),
        (["--dynamic", "smith", *QUICK, "--picture", "stationary"], "stationary"),
        (["--dynamic", "smith", *QUICK, "--picture", "simplex", "--plans", "act3"], "simplex"),
    ],
)
def test_evolve_draws(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: list[str], kind: str
) -> None:
    file = tmp_path / "a.svg"
    assert main([*SMALL, "--format", "json", "--plot", str(file), *options]) == 0
    picture = json.loads(capsys.readouterr().out)["picture"]
    assert picture["kind"] == kind
    assert ("seed" in picture) is (kind == "time-course")
    assert file.read_text(encoding="utf-8").startswith("<?xml")


def test_evolve_says_the_seed_of_a_picture(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command = [*SMALL, "--plot", str(tmp_path / "a.png"), "--picture", "time-course"]
    assert main([*command, "--seed", "3", "--burn-in", "4"]) == 0
    assert "Picture: 256 replicates, seed 3." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--dynamic", "fermi", "--precision", "3"], "--precision is not used by fermi, but by "),
        (["--precision", "-1"], "precision must be >= 0"),
        (["--population-size", "0"], "--population-size is not used by logit"),
        (["--dynamic", "fermi", "--population-size", "1"], "population_size must be >= 2"),
        (["--dynamic", "best-of-sample", "--fitness", "linear"], "--fitness is not used by best"),
        (["--dynamic", "smith", "--baseline", "1"], "but by replicator-mutator"),
        (["--rare-mutations"], "--rare-mutations is not used by logit"),
        (
            ["--dynamic", "fermi", "--rare-mutations", "--mutation-probability", "0.1"],
            "--mutation-probability is not used with --rare-mutations",
        ),
        (["--dynamic", "fermi", "--rare-mutations", "--replicates", "9"], "which is exact"),
        (["--seed", "1"], "--seed is not used where the answer is exact"),
        (["--burn-in", "0"], "--burn-in is not used where the answer is exact"),
        (["--replicates", "0"], "replicates must be >= 1"),
        (["--replicates", "2", "--seed", "-1"], "seed must be >= 0"),
        (["--picture", "gradient"], "needs a file: --plot FILE"),
        (["--plot", "a.txt"], "--plot must end in"),
        (["--plot", "a.png", "--picture", "invasion"], "add --rare-mutations"),
        (["--plot", "a.png", "--picture", "simplex"], "add --plans act3"),
        (
            ["--plot", "a.png", "--picture", "simplex", "--plans", "exit3"],
            "nothing can be left under anarchy",
        ),
        (
            ["--plot", "a.png", "--picture", "gradient", "--dynamic", "smith"],
            "needs an exact chain: smith is a flow",
        ),
        (
            ["--plot", "a.png", "--picture", "time-course", "--samples", "3"],
            "--samples is not used",
        ),
        (
            ["--mandate", "standing", "--dynamic", "fermi", "--mutation-probability", "0"],
            "mutation_probability must be > 0",
        ),
    ],
)
def test_evolve_refuses_in_one_line(
    capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    assert main([*SMALL, *options]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert message in captured.err


def test_evolve_says_what_answers_where_chains_are_too_large(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for more in (["--dynamic", "fermi"], ["--plot", str(tmp_path / "a.png")]):
        assert main(["evolve", "coalition", *more]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.count("\n") == 1
        assert "mandate='expected'" in captured.err
        assert "--replicates" in captured.err


def test_evolve_interrupted_ends_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_arguments: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("coopgames.dynamics.simulate", stop)
    assert main([*SMALL, *QUICK]) == 130
    assert capsys.readouterr().err == "coopgames: interrupted\n"


# -- solve -----------------------------------------------------------------------------------


def test_solve_says_what_equilibria_there_are_and_what_would_mend_them(capsys) -> None:
    told = json.loads(
        answer(capsys, "solve", "charter", "--problem", "climate", "--format", "json")
    )
    assert told["strategies"] == "act2"
    assert told["success_rate_worst"] <= told["success_rate_best"]
    assert sum(event["probability"] for event in told["events"]) == pytest.approx(1)
    assert told["price_of_anarchy"] is None
    assert "not above 0" in told["reasons"]["price_of_anarchy"]
    changes = {(item["lever"], item["wanted"]): item for item in told["smallest_changes"]}
    assert len(changes) == 8
    assert changes["severity", "possible"]["way"] == 0
    assert 0 < changes["severity", "certain"]["way"] < 1
    assert changes["quota", "certain"]["reason"]
    text = answer(capsys, "solve", "charter", "--problem", "climate", "--no-levers")
    assert "worst equilibria" in text
    assert "smallest change" not in text
    rows = answer(capsys, "solve", "anarchy", "--format", "csv").splitlines()
    assert rows[0] == "lever,wanted,way,values,reason"


def test_solve_refuses_a_level_that_is_none() -> None:
    found = run("solve", "charter", "--level", "2")
    assert found.returncode == 2
    assert found.stderr.strip() == "coopgames: error: level must lie in (0, 1]; got 2.0"


def test_solve_in_plans_votes_included(capsys) -> None:
    asked = ("solve", "anarchy", "--world", "uniform-3", "--strategies", "named9")
    told = json.loads(answer(capsys, *asked, "--format", "json"))
    assert told["voting"] == "strategic"
    assert told["certificate"]["complete"]
    assert len(told["equilibria"]) == 4
    assert {row["success_rate"] for row in told["equilibria"]} >= {0.0, 1.0}
    assert "With sincere votes" in answer(capsys, *asked)
    refused = run(*asked, "--level", "0.3")
    assert refused.returncode == 2
    assert "--level is of --strategies act2" in refused.stderr


# -- frontier --------------------------------------------------------------------------------


def test_frontier_in_every_format(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    figure = tmp_path / "frontier.svg"
    options = ["frontier", "charter", "--problem", "climate", "--points", "3"]
    told = json.loads(answer(capsys, *options, "--format", "json", "--plot", str(figure)))
    assert figure.stat().st_size > 1000
    assert told["lever"] == "detection"
    assert [point["x"] for point in told["points"]] == [0, 0.5, 1]
    assert told["points"][0]["discount_factor"] is None
    assert "nobody sees" in told["points"][0]["reason"]
    levels = [point["discount_factor"] for point in told["points"][1:]]
    assert 0 < levels[1] < levels[0] < 1
    rows = list(csv.DictReader(io.StringIO(answer(capsys, *options, "--format", "csv"))))
    assert [float(row["discount_factor"]) for row in rows[1:]] == levels
    text = answer(capsys, *options)
    assert f"{levels[0]:.4f}" in text
    assert "None at detection 0:" in text
    assert answer(capsys, *options, "--format", "md").count("|") > 10


def test_frontier_passes_options_on(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["frontier", "charter", "--x", "severity", "--points", "2", "--format", "json"]
    plain, other = (
        json.loads(answer(capsys, *options, *more))
        for more in ([], ["--mandate", "expected", "--monitoring", "1", "--periods", "2"])
    )
    assert other["mandate"] == "expected"
    assert plain["points"] != other["points"]


def test_frontier_as_a_map(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    figure = tmp_path / "map.svg"
    options = ["frontier", "charter", "--y", "discount", "--points", "3", "--y-points", "4"]
    told = json.loads(answer(capsys, *options, "--format", "json", "--plot", str(figure)))
    assert figure.stat().st_size > 1000
    assert (told["x"], told["y"]) == ("detection", "discount_factor")
    assert [(cell["x"], cell["y"]) for cell in told["cells"][:4]] == [
        (0, 0),
        (0.5, 0),
        (1, 0),
        (0, 0.25),
    ]
    last = told["cells"][-1]
    assert last["sustained"] == pytest.approx(last["adoption"])
    rows = list(csv.DictReader(io.StringIO(answer(capsys, *options, "--format", "csv"))))
    assert len(rows) == 12
    text = answer(capsys, *options)
    lines = [line.split("  ") for line in text.splitlines() if line.startswith("0.75")]
    assert f"{last['sustained']:.2f}" in lines[0][-1]
    assert "a  other (seat in council) gains by a breach that nobody sees" in text
    assert answer(capsys, *options, "--format", "md").count("|") > 20
    two = ["frontier", "charter", "--y", "severity", "--points", "2", "--y-points", "2"]
    plain, table = answer(capsys, *two), json.loads(answer(capsys, *two, "--format", "json"))
    assert all(cell["sustained"] is None for cell in table["cells"])
    assert f"{table['cells'][1]['discount_factor']:.4f}" in plain


def test_frontier_with_worst_credible_punishments(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["frontier", "charter", "--problem", "trade", "--punishments", "perfect"]
    options += ["--sides", "hegemon, rival", "--points", "2"]
    told = json.loads(answer(capsys, *options, "--format", "json"))
    assert (told["punishments"], told["sides"]) == ("perfect", ["hegemon", "rival"])
    assert told["points"][0]["binding"] == "rival"
    assert "of hegemon and rival" in answer(capsys, *options)
    assert "rival: defect" in answer(capsys, *options, "--y", "discount", "--y-points", "3")
    halves = answer(capsys, *options[:6], "--points", "2", "--x", "capability")
    assert "two halves of the world" in halves


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--sides", "hegemon"], "--sides must be two names"),
        (["--sides", "hegemon,rival"], "sides belong to punishments='perfect'"),
        (["--y-points", "3"], "--y-points belongs to --y"),
        (["--y", "detection"], "y must be another rule"),
        (["--punishments", "perfect", "--monitoring", "0.5"], "leave monitoring"),
    ],
)
def test_frontier_refuses_options_that_do_not_go_together(
    capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert main(["frontier", "charter", *options]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err


def test_frontier_refuses_in_one_line() -> None:
    found = run("frontier", "anarchy")
    assert found.returncode == 2
    assert found.stdout == ""
    assert "no body whose detection could change" in found.stderr
    assert len(found.stderr.splitlines()) == 1
