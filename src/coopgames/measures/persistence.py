"""How long cooperation holds once it does, and how long until it does (model B4)."""

from __future__ import annotations

from ..outcomes import ContributionStatistic, Outcome, UndefinedError

__all__ = ["onset", "spell"]


def spell(outcome: Outcome) -> tuple[float, str]:
    """Return (mean length of a holding spell in sweeps, reason); infinite if never lost.

    One sweep is N revisions. SPELL = pi(hold) / flow(hold -> not), both averaged over mandate
    events.
    """
    return _length(outcome, holding=True)


def onset(outcome: Outcome) -> tuple[float, str]:
    """Return (mean length of a spell without success in sweeps, reason)."""
    return _length(outcome, holding=False)


def _length(outcome: Outcome, *, holding: bool) -> tuple[float, str]:
    try:
        flow = outcome.flow().value
    except UndefinedError as problem:
        return float("nan"), str(problem)
    share = outcome.expect(ContributionStatistic(outcome.game.success)).value
    mass = share if holding else 1.0 - share
    if mass <= 0:
        return float("nan"), "success never holds" if holding else "success always holds"
    return (float(mass / (flow * outcome.game.size)), "") if flow > 0 else (float("inf"), "")
