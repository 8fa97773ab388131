"""Published results about agreements and the choice of their voting rules, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from ..errors import CoopgamesError, SpecificationError
from ..play.enforcement.depth import AgreementDepth, deepest_agreement
from ..records import exact
from ..voting.choice_of_majority import (
    CheapestMajority,
    LeastDisagreement,
    cheapest_majority,
    least_disagreement,
)
from ..voting.self_enforcing import SelfEnforcingRules, self_enforcing_rules
from .published import AgreementModel, or_none

__all__ = ["AGREEMENTS", "AGREEMENT_MEASURES"]


def _power_cost(scale: Any, exponent: int, *, falling: bool) -> Callable[[Fraction], Fraction]:
    """Return scale s^exponent of the share s of votes required, or the same of 1 - s."""
    return lambda share: exact(scale) * (1 - share if falling else share) ** exponent


def _cheapest_majority(
    members: Any, external: Mapping[str, Any], decision: Mapping[str, Any]
) -> CheapestMajority:
    return cheapest_majority(
        members,
        external_cost=_power_cost(**external, falling=True),
        decision_cost=_power_cost(**decision, falling=False),
    )


#: What an agreement may be: the name of the verb, which takes its arguments.
AGREEMENTS: Mapping[str, Callable[..., Any]] = {
    "cheapest_majority": _cheapest_majority,
    "least_disagreement": least_disagreement,
    "self_enforcing_rules": self_enforcing_rules,
    "deepest_agreement": deepest_agreement,
}


def _made(model: AgreementModel, kind: Any, **changes: Any) -> Any:
    if model.name not in AGREEMENTS:
        raise SpecificationError(
            f"model.toml: agreement.name must be one of {', '.join(AGREEMENTS)}; got {model.name!r}"
        )
    try:
        found = AGREEMENTS[model.name](**{**model.arguments, **changes})
    except (TypeError, CoopgamesError) as problem:
        raise SpecificationError(f"model.toml: agreement: {problem}") from None
    if not isinstance(found, kind):
        raise SpecificationError(
            f"model.toml: agreement.name {model.name!r} has no such measure; it makes a "
            f"{type(found).__name__}"
        )
    return found


def _cheapest(model: AgreementModel) -> dict[str, Any]:
    """Return the numbers of votes required at which costs are least, from 1, and the cost."""
    found = _made(model, CheapestMajority)
    return {"votes": [i + 1 for i in found.best], "cost": min(found.total)}


def _total_costs(model: AgreementModel) -> list[Any]:
    return list(_made(model, CheapestMajority).total)


def _disagreement(model: AgreementModel) -> dict[str, Any]:
    """Return the probability of disagreement under each rule, and where it is least, from 1."""
    found = _made(model, LeastDisagreement)
    return {"probability": list(found.disagreement), "votes": [i + 1 for i in found.best]}


def _values(model: AgreementModel) -> list[Any]:
    return [one.value for one in _made(model, SelfEnforcingRules)]


def _critical(model: AgreementModel) -> list[Any]:
    found: SelfEnforcingRules = _made(model, SelfEnforcingRules)
    return [or_none(one.critical_discount_factor) for one in found]


def _best_rules(model: AgreementModel, discount_factors: list[Any]) -> list[int]:
    """Return the number of the best self-enforcing rule, from 1, at each discount factor; or 0."""
    out = []
    for d in discount_factors:
        found: SelfEnforcingRules = _made(model, SelfEnforcingRules, discount_factor=d)
        best = found.best
        out.append(0 if best is None else found.rules.index(best) + 1)
    return out


def _first_best(model: AgreementModel) -> int:
    found: SelfEnforcingRules = _made(model, SelfEnforcingRules)
    return found.rules.index(found.first_best) + 1


def _depth(field: str) -> Callable[[AgreementModel], Any]:
    return lambda model: getattr(_made(model, AgreementDepth), field)


#: What a case of an agreement may report, by name.
AGREEMENT_MEASURES: Mapping[str, Callable[..., Any]] = {
    "cheapest_majority": _cheapest,
    "total_costs": _total_costs,
    "disagreement": _disagreement,
    "rule_values": _values,
    "rule_critical_discount_factors": _critical,
    "best_rules": _best_rules,
    "first_best_rule": _first_best,
    "deepest": _depth("deepest"),
    "efficient_depth": _depth("efficient"),
}
