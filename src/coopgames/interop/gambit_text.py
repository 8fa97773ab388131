r"""What Gambit's game files share when they are found and written: labels, numbers, the file.

Labels stand in quotation marks, where ``\"`` is a quotation mark and ``\\`` a backslash. Numbers
are written so that reading gives back the very same value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..errors import SpecificationError

__all__ = ["Number", "in_braces", "number_text", "numbered", "quoted", "source_of", "written"]

Number = float | Fraction

#: Backslashes that would be read as part of an escape; Gambit reads any other one as it stands.
_MISTAKABLE = re.compile(r'\\{2,}|\\(?="|\Z)')


def numbered(labels: Sequence[str]) -> tuple[str, ...]:
    """Return labels with a number behind each that repeats, all different.

    Examples
    --------
    >>> numbered(["a", "b", "a", "a_1"])
    ('a_2', 'b', 'a_3', 'a_1')
    """
    used, out = set(labels), []
    for label in labels:
        if labels.count(label) == 1:
            out.append(label)
            continue
        k = 1
        while f"{label}_{k}" in used:
            k += 1
        used.add(f"{label}_{k}")
        out.append(f"{label}_{k}")
    return tuple(out)


def quoted(label: str) -> str:
    r"""Return a label in quotation marks.

    Examples
    --------
    >>> print(quoted('say "no"'))
    "say \"no\""
    """
    doubled = _MISTAKABLE.sub(lambda found: 2 * found[0], label)
    escaped = doubled.replace('"', '\\"')
    return f'"{escaped}"'


def in_braces(parts: Iterable[str], between: str = " ") -> str:
    """Return words in braces."""
    return "{ " + between.join(parts) + " }"


def number_text(value: Any) -> str:
    """Return a number as it is written: a fraction exactly, a float by its shortest decimal.

    Examples
    --------
    >>> from fractions import Fraction
    >>> number_text(Fraction(-1, 3)), number_text(0.1), number_text(2.0)
    ('-1/3', '0.1', '2')
    """
    if isinstance(value, (int, Fraction)):
        return str(value)
    value = float(value)
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value).replace("e+", "e")  # Gambit takes no sign there


def source_of(path_or_text: str | Path, form: str) -> tuple[str, str]:
    """Return (text, what to call it) of a file, or of its text itself.

    Parameters
    ----------
    path_or_text : str or Path
        A string that begins with the form or has several lines is the text.
    form : str
        "NFG" or "EFG".

    Raises
    ------
    SpecificationError
        If there is no such file, or it is no UTF-8.
    """
    if isinstance(path_or_text, str) and (
        "\n" in path_or_text or re.match(rf"\s*{form}\s", path_or_text)
    ):
        return path_or_text, "text"
    path = Path(path_or_text)
    try:
        return path.read_bytes().decode("utf-8-sig"), str(path)
    except UnicodeDecodeError as problem:
        raise SpecificationError(f"{path}: must be UTF-8; {problem}") from None
    except (OSError, ValueError):
        raise SpecificationError(f"no such file: {path}") from None


def written(text: str, path: str | Path | None) -> str:
    """Return the text of a game, after writing it to a file if one is named."""
    if path is not None:
        Path(path).write_bytes(text.encode("utf-8"))
    return text
