"""One writer at a time: a lock that the system drops when its process dies, however it dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...errors import CoopgamesError

__all__ = ["lock_is_held", "locked"]

_NAME = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder's lock.

    Where the system or the file system knows no such locks nothing is held: two writers then do the
    same work twice, and write the same bytes.

    Raises
    ------
    CoopgamesError
        If another process holds it.
    """
    descriptor = os.open(folder / _NAME, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if not _take(descriptor):
            raise CoopgamesError(f"another process is writing to {folder}; wait for it, or end it")
        yield
    finally:
        os.close(descriptor)


def lock_is_held(folder: Path) -> bool:
    """Whether a process holds a folder's lock."""
    try:
        descriptor = os.open(folder / _NAME, os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _take(descriptor)
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> bool:
    """Take the lock of an open file; False if another process has it."""
    try:
        import fcntl
    except ImportError:  # Windows
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True
