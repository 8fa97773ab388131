r"""The words of Gambit's game files, read one by one.

A file is a run of quoted labels, numbers, braces, commas and bare words, with blanks and line ends
anywhere between them. Inside a label ``\"`` is a quotation mark and ``\\`` a backslash; any other
backslash stands for itself. Numbers are whole, decimal ("0.5", "1e-3") or rational ("1/3").
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NoReturn

from ..errors import SpecificationError
from .gambit_text import Number, numbered

__all__ = ["Word", "Words"]

_WORD = re.compile(
    r"""(?P<blank>\s+)
      | "(?P<text>(?:\\.|[^"\\])*)"
      | (?P<number>[+-]?(?:\d+/\d+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))(?=[\s{},"]|\Z)
      | (?P<symbol>[{},]|[A-Za-z]+(?=[\s{},"]|\Z))""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_ESCAPED = re.compile(r'\\(["\\])')
#: Powers of ten beyond which a number is refused: past the range of a double either way.
LARGEST_EXPONENT = 400


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a file: its kind, its text, the line it begins on."""

    kind: str
    text: str
    line: int

    def __str__(self) -> str:
        if self.kind == "end":
            return "the end of the file"
        return f'"{self.text}"' if self.kind == "text" else repr(self.text)


class Words:
    """The words of a file, one after the other, and errors that name the line.

    Parameters
    ----------
    text : str
        What the file holds.
    source : str
        What to call the file in errors.
    """

    __slots__ = ("_at", "_words", "source")

    def __init__(self, text: str, source: str) -> None:
        self.source = source
        self._words = self._split(text)
        self._at = 0

    def _split(self, text: str) -> list[Word]:
        words, position, line = [], 0, 1
        while position < len(text):
            match = _WORD.match(text, position)
            if match is None:
                if text[position] == '"':
                    self.refuse(line, "a label is not closed by a quotation mark")
                bad = re.split(r"[\s{},]", text[position:], maxsplit=1)[0] or text[position]
                self.refuse(line, f"{bad[:40]!r} is no number, label, brace or keyword")
            kind = str(match.lastgroup)
            if kind != "blank":
                found = match[kind]
                words.append(Word(kind, _unescaped(found) if kind == "text" else found, line))
            line += match[0].count("\n")
            position = match.end()
        words.append(Word("end", "", line))
        return words

    def refuse(self, line: int, problem: str) -> NoReturn:
        """Raise the error that something is wrong on a line."""
        raise SpecificationError(f"{self.source}, line {line}: {problem}")

    @property
    def next(self) -> Word:
        """The word that comes next; it stays."""
        return self._words[self._at]

    def take(self) -> Word:
        """Return the next word and go on."""
        word = self.next
        if word.kind != "end":
            self._at += 1
        return word

    def take_if(self, text: str) -> bool:
        """Go on if the next word is this symbol; say whether it was."""
        word = self.next
        if word.kind == "symbol" and word.text == text:
            self._at += 1
            return True
        return False

    def expect(self, text: str) -> Word:
        """Go past a symbol that must stand here."""
        word = self.take()
        if word.kind != "symbol" or word.text != text:
            self.refuse(word.line, f"{text!r} must stand here; got {word}")
        return word

    def label(self, what: str) -> str:
        """Return the label that must stand here."""
        word = self.take()
        if word.kind != "text":
            self.refuse(word.line, f"{what} in quotation marks must stand here; got {word}")
        return word.text

    def labels(self, what: str, *, relabel: bool) -> tuple[str, ...]:
        """Return the different labels in braces that must stand here, at least one."""
        line = self.expect("{").line
        found = []
        while self.next.kind == "text":
            found.append(self.take().text)
        self.expect("}")
        return self.different(found, what, line, relabel=relabel)

    def different(
        self, found: Sequence[str], what: str, line: int, *, relabel: bool
    ) -> tuple[str, ...]:
        """Return labels if there are some and they differ; numbered where that is asked for."""
        if not found:
            self.refuse(line, f"{what} must be at least one label; got none")
        if len(set(found)) == len(found):
            return tuple(found)
        if not relabel:
            twice = next(label for label in found if found.count(label) > 1)
            self.refuse(
                line,
                f'{what} must be different labels; "{twice}" stands there '
                f"{found.count(twice)} times (relabel=True numbers those that repeat)",
            )
        return numbered(found)

    def count(self, what: str, bound: int) -> int:
        """Return the whole number, not below ``bound``, that must stand here."""
        word = self.take()
        if word.kind != "number" or not re.fullmatch(r"\+?\d{1,9}", word.text):
            self.refuse(
                word.line, f"{what}, a whole number >= {bound}, must stand here; got {word}"
            )
        if int(word.text) < bound:
            self.refuse(word.line, f"{what} must be >= {bound}; got {word.text}")
        return int(word.text)

    def number(self, what: str, *, exact: bool) -> Number:
        """Return the number that must stand here, as a fraction or as a float."""
        word = self.take()
        if word.kind != "number":
            self.refuse(word.line, f"{what}, a number, must stand here; got {word}")
        exponent = re.split("[eE]", word.text)[1:]
        if exponent and (len(exponent[0]) > 9 or abs(int(exponent[0])) > LARGEST_EXPONENT):
            self.refuse(word.line, f"{what} must be within a float's range; got {word.text}")
        try:
            if exact:
                return Fraction(word.text)
            value = float(Fraction(word.text)) if "/" in word.text else float(word.text)
        except (OverflowError, ZeroDivisionError, ValueError):
            self.refuse(word.line, f"{what} must be a finite number; got {word.text}")
        if not math.isfinite(value):
            self.refuse(word.line, f"{what} must be within a float's range; got {word.text}")
        return value

    def numbers(self, many: int, what: str, *, exact: bool) -> tuple[Number, ...]:
        """Return the numbers that must stand here before a brace, with or without commas."""
        found = []
        for k in range(many):
            found.append(self.number(what, exact=exact))
            if k + 1 < many:
                self.take_if(",")
        self.expect("}")
        return tuple(found)

    def head(self, form: str, version: str, *, relabel: bool) -> tuple[str, tuple[str, ...]]:
        """Return title and players of a file that must be of a form and version."""
        first, second, third = self.take(), self.take(), self.take()
        if (first.text, second.text) != (form, version) or third.text not in ("R", "D"):
            self.refuse(
                first.line,
                f"the file must begin with {form} {version} R or {form} {version} D; "
                f"got {first.text} {second.text} {third.text}".rstrip(),
            )
        return self.label("a title"), self.labels("players", relabel=relabel)

    def comment(self) -> str:
        """Return the comment that may stand here."""
        return self.take().text if self.next.kind == "text" else ""

    def expect_end(self, what: str) -> None:
        """Refuse anything that comes after the game."""
        if self.next.kind != "end":
            self.refuse(self.next.line, f"the file must end after {what}; got {self.next}")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text
