"""A progress bar on standard error, where one is asked for."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["progress_bar"]


def progress_bar(progress: bool, total: int, unit: str) -> Any:
    """Return a bar that is cleared at its end, or None."""
    if not progress:
        return None
    from tqdm import tqdm

    return tqdm(total=total, unit=unit, file=sys.stderr, leave=False)
