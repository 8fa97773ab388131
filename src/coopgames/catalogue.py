"""Finds, reads, checks and cites the model files in ``models/``, the package's and the user's own.

A file is TOML. Any value may be ``{ value = ..., source = "..." }``; the value goes into the
record, the source under its key path into ``sources``. See decision 0003.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, overload

import msgspec

from .errors import SpecificationError
from .institutions import Body, Institution
from .problems import Problem
from .records import Record
from .voting import Committee
from .worlds import World, uniform_world, world_from_table

__all__ = [
    "KINDS",
    "cite",
    "compared",
    "dump",
    "experiment_file",
    "experiments",
    "load",
    "model_paths",
    "models",
    "nearest",
    "parse",
    "plain_document",
    "schema",
]

KINDS: dict[str, type[Record]] = {
    "institutions": Institution,
    "bodies": Body,
    "problems": Problem,
    "worlds": World,
    "committees": Committee,
}
_UNIFORM = re.compile(r"^uniform-(\d+)$")


def model_paths() -> list[Path]:
    """Return the folders searched for models, the user's own (COOPGAMES_MODELS) first.

    The package's own are inside it when installed and at the root of its repository otherwise.
    """
    own = [Path(item) for item in os.environ.get("COOPGAMES_MODELS", "").split(os.pathsep) if item]
    here = Path(__file__).resolve().parent
    shipped = [here / "models", here.parent.parent / "models"]
    return [*own, *(path for path in shipped if path.is_dir())]


def models(kind: str | None = None) -> dict[str, list[str]]:
    """Return the names of all models, by kind.

    Examples
    --------
    >>> "charter" in models("institutions")["institutions"]
    True
    """
    kinds = KINDS if kind is None else {_kind(kind): KINDS[_kind(kind)]}
    return {
        name: sorted({p.stem for folder in model_paths() for p in (folder / name).glob("*.toml")})
        for name in kinds
    }


def experiments() -> list[str]:
    """Return the names of the files in ``models/experiments/``.

    Examples
    --------
    >>> "phase_small" in experiments()
    True
    """
    folders = [folder / "experiments" for folder in model_paths()]
    return sorted({path.stem for folder in folders for path in folder.glob("*.toml")})


def compared(kind: Literal["institutions", "problems"]) -> list[Any]:
    """Return the records with a position, in its order: what a comparison of everything takes."""
    records = [load(kind, name) for name in models(kind)[kind]]
    placed = [record for record in records if record.position is not None]
    return sorted(placed, key=lambda record: (record.position, record.id))


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise SpecificationError(f"kind must be one of {', '.join(KINDS)}; got {kind!r}")
    return kind


@overload
def load(kind: Literal["institutions"], name: str | Path) -> Institution: ...
@overload
def load(kind: Literal["bodies"], name: str | Path) -> Body: ...
@overload
def load(kind: Literal["problems"], name: str | Path) -> Problem: ...
@overload
def load(kind: Literal["worlds"], name: str | Path) -> World: ...
@overload
def load(kind: Literal["committees"], name: str | Path) -> Committee: ...
def load(kind: str, name: str | Path) -> Any:
    """Return the record in the model file ``name``: a name of the catalogue, or a path.

    Parameters
    ----------
    kind : {'institutions', 'bodies', 'problems', 'worlds', 'committees'}
        What the file describes.
    name : str or Path
        Name of a shipped or own model, or a path ending in ``.toml``; for a world
        also a ``.csv`` table (see `coopgames.world_from_table`). The worlds
        ``uniform-N`` exist for every N >= 2.

    Returns
    -------
    Institution, Body, Problem, World or Committee

    Raises
    ------
    SpecificationError
        With file, key path, value and bound, if the file is missing, is no TOML, has
        unknown keys, wrong types or impossible values, or extends itself.

    Examples
    --------
    >>> load("institutions", "anarchy").bodies
    ()
    """
    _kind(kind)
    if kind == "worlds" and (match := _UNIFORM.match(str(name))):
        return uniform_world(int(match[1]))
    if kind == "worlds" and Path(name).suffix == ".csv":
        return world_from_table(_existing(Path(name)), id=_identifier(Path(name).stem))
    path = _find(kind, name)
    raw, sources = _read(kind, path, ())
    return _convert(kind, raw, sources, path)


def parse(kind: str, text: str, *, name: str = "<text>") -> Any:
    """Return the record in a model file's text; errors as in `load`."""
    raw, sources = _assemble(_kind(kind), _toml(text, Path(name)), Path(name), ())
    return _convert(kind, raw, sources, Path(name))


def experiment_file(name: str | Path) -> Path:
    """Return the file of an experiment: its path, or by its name in ``models/experiments/``."""
    direct = Path(name)
    if direct.suffix == ".toml":
        return _existing(direct)
    for folder in model_paths():
        path = folder / "experiments" / f"{name}.toml"
        if path.is_file():
            return path
    raise SpecificationError(
        f"unknown experiment {str(name)!r}; {nearest(str(name), experiments())}, or give a path "
        "to a .toml file"
    )


def plain_document(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what a TOML file says, and its sources by key path."""
    return _assemble("experiments", _toml(_text(path), path), path, ())


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise SpecificationError(f"no such file: {path}")
    return path.resolve()


def _identifier(text: str) -> str:
    return re.sub(r"[^a-z0-9_-]+", "_", text.lower()).strip("_-") or "table"


def _find(kind: str, name: str | Path) -> Path:
    direct = Path(name)
    if direct.suffix == ".toml":
        return _existing(direct)
    for folder in model_paths():
        path = folder / kind / f"{name}.toml"
        if path.is_file():
            return path
    hint = nearest(str(name), models(kind)[kind])
    raise SpecificationError(
        f"unknown {kind.removesuffix('s').replace('bodie', 'body')} {str(name)!r}; {hint} "
        f"(`coopgames models {kind}` lists all), or give a path to a .toml file"
    )


def nearest(name: str, known: Sequence[str]) -> str:
    """Return a hint at known names: those like it, or all.

    Examples
    --------
    >>> nearest("chartr", ["charter", "club"])
    'did you mean charter'
    """
    close = get_close_matches(name, known, n=3)
    return f"did you mean {' or '.join(close)}" if close else f"known are {', '.join(known)}"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise SpecificationError(f"{path.name}: not UTF-8 text: {problem}") from None


def _toml(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise SpecificationError(f"{path.name}: not valid TOML: {problem}") from None


Raw = tuple[dict[str, Any], dict[str, str]]


def _read(kind: str, path: Path, trail: tuple[Path, ...]) -> Raw:
    if path in trail:
        chain = " -> ".join(item.stem for item in (*trail, path))
        raise SpecificationError(f"{path.name}: extends: a cycle: {chain}")
    return _assemble(kind, _toml(_text(path), path), path, (*trail, path))


def _assemble(kind: str, document: dict[str, Any], path: Path, trail: tuple[Path, ...]) -> Raw:
    """Split values from sources and merge what the file extends or includes."""
    sources: dict[str, str] = {}
    try:
        plain = _strip(document, "", sources)
    except SpecificationError as problem:
        raise SpecificationError(f"{path.name}: {problem}") from None
    own = plain.pop("sources", {})
    if not isinstance(own, dict) or not all(isinstance(v, str) for v in own.values()):
        raise SpecificationError(f"{path.name}: sources must map key paths to text; got {own!r}")
    sources.update(own)
    if kind != "institutions":
        return plain, sources
    bodies = plain.get("bodies", [])
    _expect(path, "bodies", bodies, list, "a list of tables, [[bodies]]", inside=dict)
    for position, item in enumerate(bodies):
        for key in ("id", "body"):
            _expect(path, f"bodies[{position}].{key}", item.get(key, ""), str, "text")
    sources = _by_body_id(sources, bodies)
    merged = [_include(item, path, trail, sources) for item in bodies]
    base_name = plain.pop("extends", None)
    without = plain.pop("without", [])
    _expect(path, "without", without, list, "a list of body ids", inside=str)
    if base_name is None:
        return ({**plain, "bodies": merged} if "bodies" in plain else plain), sources
    _expect(path, "extends", base_name, str, "the name of an institution")
    _expect(path, "social", plain.get("social", {}), dict, "a table")
    try:
        found = _find(kind, base_name)
    except SpecificationError as problem:
        raise SpecificationError(f"{path.name}: extends: {problem}") from None
    base, base_sources = _read(kind, found, trail)
    return _extend(base, plain, merged, without, path), {**base_sources, **sources}


def _expect(
    path: Path, key: str, value: Any, kind: type[Any], what: str, *, inside: type | None = None
) -> None:
    """Refuse a value that can't be merged; everything else is checked on the record."""
    if isinstance(value, kind) and (
        inside is None or all(isinstance(item, inside) for item in list(value))
    ):
        return
    raise SpecificationError(f"{path.name}: {key}: Expected {what}; got {value!r}")


def _strip(value: Any, key_path: str, sources: dict[str, str]) -> Any:
    if isinstance(value, dict):
        if "source" in value and set(value) <= {"value", "source"}:
            if not isinstance(value["source"], str):
                raise SpecificationError(
                    f"{key_path}.source: Expected text; got {value['source']!r}"
                )
            sources[key_path] = value["source"]
            return _strip(value.get("value"), key_path, sources)
        join = f"{key_path}." if key_path else ""
        return {key: _strip(item, join + key, sources) for key, item in value.items()}
    if isinstance(value, list):
        return [_strip(item, f"{key_path}[{i}]", sources) for i, item in enumerate(value)]
    return value


def _by_body_id(sources: dict[str, str], bodies: list[dict[str, Any]]) -> dict[str, str]:
    """Write ``bodies[0].quota`` as ``bodies.council.quota``, which survives merging."""
    out = {}
    for key, text in sources.items():
        match = re.match(r"^bodies\[(\d+)\](.*)$", key)
        if match:
            item = bodies[int(match[1])]
            key = f"bodies.{item.get('id', item.get('body', match[1]))}{match[2]}"
        out[key] = text
    return out


def _include(
    item: dict[str, Any], path: Path, trail: tuple[Path, ...], sources: dict[str, str]
) -> dict[str, Any]:
    """Start a body from its file in ``models/bodies/`` where it names one."""
    name = item.get("body")
    if name is None:
        return item
    try:
        raw, body_sources = _read("bodies", _find("bodies", str(name)), trail)
    except SpecificationError as problem:
        raise SpecificationError(f"{path.name}: bodies: {problem}") from None
    rest = {key: value for key, value in item.items() if key != "body"}
    own_id = rest.get("id", raw.get("id", name))
    for key, text in body_sources.items():
        sources.setdefault(f"bodies.{own_id}.{key}" if key else f"bodies.{own_id}", text)
    if "chambers" in rest:
        raw = {k: v for k, v in raw.items() if k not in Body.__struct_fields__[:9]}
    return {**raw, **rest}


def _extend(
    base: dict[str, Any],
    changes: dict[str, Any],
    bodies: list[dict[str, Any]],
    without: list[str],
    path: Path,
) -> dict[str, Any]:
    old = {item["id"]: item for item in base.get("bodies", []) if item["id"] not in without}
    known = [item["id"] for item in base.get("bodies", [])]
    for name in without:
        if name not in known:
            raise SpecificationError(
                f"{path.name}: without: no body {name!r} to leave out; bodies are "
                f"{', '.join(known) or 'none'}"
            )
    for position, item in enumerate(bodies):
        if "id" not in item:
            raise SpecificationError(f"{path.name}: bodies[{position}].id is missing")
        old[item["id"]] = {**old.get(item["id"], {}), **item}
    base = {key: value for key, value in base.items() if key != "position"}
    social = {**base.get("social", {}), **changes.get("social", {})}
    out = {**base, **changes, "bodies": list(old.values())}
    return {**out, "social": social} if social else out


def _convert(kind: str, raw: dict[str, Any], sources: dict[str, str], path: Path) -> Any:
    try:
        return msgspec.convert({**raw, "sources": sources}, KINDS[kind])
    except msgspec.ValidationError as problem:
        text = str(problem)
        match = re.match(r"^(.*?)(?: - at `(.*)`)?$", text, re.DOTALL)
        message, where = (match[1], match[2] or "$") if match else (text, "$")
        key = where.removeprefix("$").removeprefix(".")
        inner = re.match(r"^([a-z_]+): (.*)$", message, re.DOTALL)
        if inner:
            key, message = ".".join(filter(None, (key, inner[1]))), inner[2]
        got = "" if "; got " in message else f"; got {_at(raw, key)!r}" if key else ""
        raise SpecificationError(
            f"{path.name}: {key + ': ' if key else ''}{message}{got}"
        ) from None


def _at(raw: Any, key_path: str) -> Any:
    value = raw
    for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", key_path):
        try:
            value = value[name] if name else value[int(index)]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def cite(name: str, kind: str = "institutions") -> str:
    """Return what a model rests on: each parameter's source, then the references in full.

    Examples
    --------
    >>> print(cite("anarchy").splitlines()[0])
    Sources of anarchy
    """
    record = load(kind, name)  # type: ignore[call-overload]
    lines = [f"Sources of {record.id}"]
    lines += [f"  {key or 'all else'}: {text}" for key, text in sorted(record.sources.items())]
    known = references()
    used = sorted(
        key for key in known if any(re.search(rf"\b{key}\b", t) for t in record.sources.values())
    )
    if used:
        lines += ["", "References"] + [f"  [{key}] {reference_text(known[key])}" for key in used]
    return "\n".join(lines)


def references() -> dict[str, Mapping[str, Any]]:
    """Return the bibliography in ``models/references.toml``, by citation key."""
    out: dict[str, Mapping[str, Any]] = {}
    for path in _reference_files():
        out |= _toml(_text(path), path)
    return out


def _reference_files() -> Iterator[Path]:
    for folder in reversed(model_paths()):
        path = folder / "references.toml"
        if path.is_file():
            yield path


def reference_text(entry: Mapping[str, Any]) -> str:
    """Return one line for a bibliography entry.

    Examples
    --------
    >>> reference_text({"authors": ["Doe, J."], "year": 1999, "title": "On clubs"})
    'Doe, J. (1999). On clubs.'
    """
    authors = entry.get("authors", "")
    names = ", ".join(authors) if isinstance(authors, list) else str(authors)
    place = " ".join(
        str(entry[key]) for key in ("journal", "series", "volume", "pages") if key in entry
    )
    parts = [entry.get("title", ""), place, entry.get("publisher", "")]
    text = ". ".join(part for part in parts if part)
    doi = f" doi:{entry['doi']}" if "doi" in entry else ""
    return f"{names} ({entry.get('year', 'n.d.')}). {text}.{doi}"


def dump(record: Record) -> str:
    """Return a record as the text of a model file; fields at their defaults are left out.

    Parameters
    ----------
    record : Record
        An institution, body, problem, world or committee.

    Returns
    -------
    str
        TOML that `parse` turns into an equal record.

    Examples
    --------
    >>> from coopgames.voting import weighted_committee
    >>> print(dump(weighted_committee(2, {"a": 1, "b": 2})))
    voters = [
        { id = "a", weights = { votes = 1 } },
        { id = "b", weights = { votes = 2 } },
    ]
    <BLANKLINE>
    [rule]
    kind = "quota"
    votes = 2
    weight = "votes"
    """
    import tomli_w

    return tomli_w.dumps(_plain(record)).strip()


def _plain(value: Any) -> Any:
    """Return builtins without what a record would fill in by itself; TOML knows no null."""
    if isinstance(value, Record):
        config = value.__struct_config__
        out = {} if config.tag_field is None else {config.tag_field: config.tag}
        for field in msgspec.structs.fields(type(value)):
            item = getattr(value, field.name)
            factory = field.default_factory
            default = field.default if factory is msgspec.NODEFAULT else factory()
            if item != default:
                out[field.name] = _plain(item)
        return {key: item for key, item in out.items() if item is not None}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of a kind of model file, sourced values included.

    Examples
    --------
    >>> schema("worlds")["$ref"]
    '#/$defs/World'
    """
    document: dict[str, Any] = msgspec.json.schema(KINDS[_kind(kind)])
    for definition in document["$defs"].values():
        for name, rule in definition.get("properties", {}).items():
            sourced = {
                "type": "object",
                "properties": {"value": rule, "source": {"type": "string"}},
                "required": ["value", "source"],
                "additionalProperties": False,
            }
            definition["properties"][name] = {"anyOf": [rule, sourced]}
    if kind == "institutions":
        top = document["$defs"]["Institution"]["properties"]
        top["extends"] = {"type": "string"}
        top["without"] = {"type": "array", "items": {"type": "string"}}
        document["$defs"]["Body"]["properties"]["body"] = {"type": "string"}
    return document
