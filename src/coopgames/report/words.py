"""Decision rules in words."""

from __future__ import annotations

from ..institutions import Body, Chamber, Composition
from ..records import exact
from ..worlds import Assignment, Selector

__all__ = ["composition_in_words", "rule_in_words", "selection_in_words"]


def selection_in_words(selectors: tuple[Selector, ...]) -> str:
    """Return whom a list of selectors names.

    Examples
    --------
    >>> selection_in_words((Selector(role="rival", count=2), Selector(all=True)))
    '2 rival, all states'
    """
    return ", ".join(_one(item) for item in selectors) or "nobody"


def _one(item: Selector) -> str:
    if item.all:
        who = "all states"
    elif item.top is not None:
        who = f"top {item.top} by {item.by}"
    elif item.at_least is not None:
        who = f"states with at least {item.at_least:g} of {item.by}"
    elif item.within is not None:
        who = f"states within {item.within:g} of {item.of}"
    else:
        who = str(item.role or item.tag)
    amount = "" if item.count is None else f"{item.count} "
    if item.share is not None:
        amount = f"{item.share:.0%} of "
    return f"{amount}{who}{' (rotating)' if item.rotates else ''}"


def rule_in_words(chamber: Chamber, *, authorisation: bool = False) -> str:
    """Return a chamber's rule of adoption, or of authorisation, in words.

    Examples
    --------
    >>> rule_in_words(Body(id="board", quota="2/3", blocking=1.0))
    'at least 2/3 of the votes and no No'
    """
    quota, strict, blocking = chamber.quota, chamber.strict, chamber.blocking
    if authorisation:
        quota = quota if chamber.authorisation_quota is None else chamber.authorisation_quota
        strict = strict if chamber.authorisation_strict is None else chamber.authorisation_strict
        own = chamber.authorisation_blocking
        blocking = blocking if own is None else own
    weight = "the votes" if chamber.weights == "equal" else "the weighted votes"
    if isinstance(chamber.weights, str) and chamber.weights != "equal":
        weight = f"the votes weighted by {chamber.weights}"
    amount = quota if isinstance(quota, str) else f"{quota:.4g}"
    words = f"{'more than' if strict else 'at least'} {amount} of {weight}"
    if exact(quota) == 0 and not strict:
        words = "silence"
    return words + _blocking(blocking)


def _blocking(blocking: float | tuple[Assignment, ...]) -> str:
    if isinstance(blocking, tuple):
        parts = [
            f"a veto of {_one(item)}"
            if item.value == 1
            else f"{_one(item)} blocking at {item.value:g}"
            for item in blocking
            if item.value > 0
        ]
        return "".join(f", {part}" for part in parts)
    if blocking == 0:
        return ""
    return " and no No" if blocking == 1 else f", each No blocking with probability {blocking:g}"


def composition_in_words(node: Composition | str | None) -> str:
    """Return how bodies combine, in words."""
    if node is None:
        return "no bodies"
    if isinstance(node, str):
        return node
    children = [composition_in_words(child) for child in node.children]
    joiner = {"any": " or ", "all": " and ", "then": ", else "}
    kind = next(name for name in ("any", "all", "of", "then") if getattr(node, name))
    if kind == "of":
        text = f"{node.at_least} of ({', '.join(children)})"
    else:
        text = joiner[kind].join(children)
    cause = "" if node.common_cause is None else f" [common cause {node.common_cause:g}]"
    return f"({text}){cause}" if len(children) > 1 else f"{text}{cause}"


def body_in_words(body: Body) -> list[tuple[str, str]]:
    """Return a body's parameters as (name, words)."""
    rows = [("members", selection_in_words(body.members))]
    chambers = body.chambers or (body,)
    for number, chamber in enumerate(chambers, start=1):
        tag = f" {number}" if len(chambers) > 1 else ""
        if chamber.seats is not None:
            rows.append((f"seats{tag}", selection_in_words(chamber.seats)))
        rows.append((f"adopts by{tag}", rule_in_words(chamber)))
        rows.append((f"authorises by{tag}", rule_in_words(chamber, authorisation=True)))
        rows.append(
            (f"shield{tag}", "the target votes on its own case" if chamber.shield else "none")
        )
    if len(chambers) > 1:
        rows.append(("passes", f"{body.passes} of the {len(chambers)} chambers"))
    rows += [
        ("proposal rounds", str(body.rounds)),
        ("detection", f"{body.detection:g}"),
        ("severity", f"{body.severity:g}"),
        ("delegation", f"{body.delegation:g}"),
        ("binds", body.scope.replace("_", " ")),
        ("exclusion", f"{body.exclusion:g}"),
        ("exempt", selection_in_words(body.exempt)),
        ("exit", body.exit),
    ]
    if body.centres > 1:
        rows.append(("centres", f"{body.centres}, common cause {body.common_cause:g}"))
    return rows
