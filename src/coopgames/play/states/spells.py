"""How long success lasts, and how long it takes to come back."""

from __future__ import annotations

__all__ = ["spell_and_onset"]


def spell_and_onset(held: float, losses: float) -> tuple[float, float]:
    """Return the mean rounds that success lasts, and that it takes to come back.

    Parameters
    ----------
    held : float
        Long-run share of rounds with success.
    losses : float
        Long-run share of rounds with success before one without; as many are regained.

    Returns
    -------
    tuple of two floats
        Infinite where success never ends, or comes back; NaN where it never is, or always.

    Examples
    --------
    >>> spell_and_onset(0.25, 0.125), spell_and_onset(1.0, 0.0)
    ((2.0, 6.0), (inf, nan))
    """
    return _ratio(held, losses), _ratio(1.0 - held, losses)


def _ratio(part: float, whole: float) -> float:
    if whole > 0:
        return part / whole
    return float("inf") if part > 0 else float("nan")
