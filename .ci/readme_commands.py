"""Print the two command lines of README.md, so that the README and the checks cannot drift apart.

They stand in the first block fenced as ``sh`` under the heading '## Two command lines', one command
per line.
"""

import re
import sys
from pathlib import Path

HEADING = "## Two command lines"


def commands(readme: str) -> list[str]:
    """Return the two commands; a ValueError says what is wrong with the page."""
    section = re.search(rf"^{HEADING}$\n(.*?)(?=^## |\Z)", readme, re.MULTILINE | re.DOTALL)
    if section is None:
        raise ValueError(f"README.md must have the heading {HEADING!r}")
    block = re.search(r"^```sh\n(.*?)^```$", section[1], re.MULTILINE | re.DOTALL)
    if block is None:
        raise ValueError(f"{HEADING!r} must hold a block fenced as ```sh")
    lines = [line.strip() for line in block[1].splitlines() if line.strip()]
    if len(lines) != 2:
        raise ValueError(f"{HEADING!r} must hold exactly two commands; got {len(lines)}")
    return lines


if __name__ == "__main__":
    page = Path(__file__).resolve().parent.parent / "README.md"
    try:
        print("\n".join(commands(page.read_text(encoding="utf-8"))))
    except ValueError as problem:
        sys.exit(str(problem))
