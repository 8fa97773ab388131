"""What produced a result: versions, specification and its hash, seed entropy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

__all__ = ["VERSION", "provenance", "specification_hash"]

VERSION = "0.1.0"


def specification_hash(specification: Mapping[str, Any]) -> str:
    """Return a 64-bit hash of names and values, as 16 hexadecimal digits.

    Examples
    --------
    >>> specification_hash({"a": 1, "b": 2}) == specification_hash({"b": 2, "a": 1})
    True
    """
    text = json.dumps(specification, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def provenance(specification: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return the run record that goes into every result."""
    import platform

    import numpy as np

    return {
        "coopgames": VERSION,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "specification": dict(specification),
        "hash": specification_hash(specification),
        **more,
    }
