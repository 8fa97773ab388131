r"""Choosing among equilibria, by a criterion that is named.

A criterion never removes what it does not judge: it returns the chosen profiles with a label, and
says in its notes what it rests on.

- ``payoff_dominance``: those that no other equilibrium of the list makes better for some role and
  worse for none. One that is at least as good as all others for every role is labelled
  ``payoff dominant`` (Harsanyi & Selten 1988).
- ``risk_dominance``: of two strict equilibria of a two-by-two game, or of a symmetric game of two
  strategies, see `coopgames.equilibria.risk_dominance`.
- ``cooperation``: those in which most players follow a named strategy.
- ``undominated``: those in which nobody follows a strategy that is weakly dominated by a pure one.
  Trembling-hand perfect equilibria (Selten 1975) are among them; the converse takes two players,
  and dominators that mix.
- ``law``: those to which a law gives most weight, the long-run law of a dynamic, say.

References
----------
Harsanyi & Selten (1988) A General Theory of Equilibrium Selection in Games, MIT Press. Selten
(1975) Int. J. Game Theory 4:25-55. doi:10.1007/BF01766400.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from .._checks import one_of
from ..errors import CoopgamesError
from ..games import RoleGame
from .dominance import weakly_dominated
from .record import Equilibria, Equilibrium
from .risk_dominance import binary_dominance, risk_dominance

__all__ = ["CRITERIA", "Criterion", "select"]

Floats = npt.NDArray[np.float64]
Criterion = Literal["payoff_dominance", "risk_dominance", "cooperation", "undominated", "law"]

CRITERIA = ("cooperation", "law", "payoff_dominance", "risk_dominance", "undominated")


def select(
    equilibria: Equilibria,
    criterion: Criterion,
    *,
    strategy: str | Sequence[str] | None = None,
    law: npt.ArrayLike | Callable[[Equilibrium], float] | None = None,
    belief: Literal["laplacian", "half"] = "laplacian",
    iterated: bool = False,
    tolerance: float = 1e-9,
) -> Equilibria:
    """Return the equilibria that a criterion chooses.

    Parameters
    ----------
    equilibria : Equilibria
    criterion : {'payoff_dominance', 'risk_dominance', 'cooperation', 'undominated', 'law'}
    strategy : str or sequence of str, optional
        For 'cooperation': names of strategies, as of their role or as in ``game.labels``.
    law : array_like, shape (profiles,), or callable, optional
        For 'law': weight of each equilibrium, or a function of one that returns it.
    belief : {'laplacian', 'half'}
        For 'risk_dominance' among three or more players.
    iterated : bool
        For 'undominated': whether dominated strategies are deleted again and again.
    tolerance : float
        Payoffs, shares and weights that differ by no more, relative to the largest, are equal.

    Returns
    -------
    Equilibria
        Complete if the list was, so that nothing that would have been chosen is missing. Labels
        gain the criterion's name; ``notes`` say what it rests on. Empty where the criterion is
        undecided.

    Raises
    ------
    CoopgamesError
        If the criterion is unknown, an argument it needs is missing, or it does not apply to the
        game.

    Examples
    --------
    >>> from coopgames.equilibria.pure import pure_equilibria
    >>> from coopgames.games.classics import stag_hunt
    >>> found = pure_equilibria(stag_hunt())
    >>> [e.counts.tolist() for e in select(found, "payoff_dominance")]
    [[2, 0]]
    >>> [e.counts.tolist() for e in select(found, "risk_dominance")]
    [[0, 2]]
    """
    one_of("criterion", criterion, CRITERIA)
    if criterion == "payoff_dominance":
        return _payoff_dominance(equilibria, tolerance)
    if criterion == "risk_dominance":
        return _risk_dominance(equilibria, belief, tolerance)
    if criterion == "undominated":
        return _undominated(equilibria, iterated=iterated)
    if criterion == "cooperation":
        shares = _following(equilibria, strategy)
        note = "the mean share of players who follow it, over all roles"
        return _largest(equilibria, shares, criterion, note, tolerance)
    return _largest(
        equilibria, _weights(equilibria, law), criterion, "weights of the law given", tolerance
    )


def _chosen(
    equilibria: Equilibria, places: Sequence[int], labels: Sequence[dict[str, Any]], note: str
) -> Equilibria:
    profiles = tuple(
        replace(equilibria[place], labels={**equilibria[place].labels, **more})
        for place, more in zip(places, labels, strict=True)
    )
    notes = (*equilibria.notes, note)
    if not equilibria.complete:
        notes += ("chosen among the equilibria listed, which may not be all",)
    return replace(equilibria, profiles=profiles, components=(), notes=notes)


def _payoff_dominance(equilibria: Equilibria, tolerance: float) -> Equilibria:
    paid = np.array([profile.payoffs for profile in equilibria], dtype=float)
    paid = paid.reshape(len(equilibria), len(equilibria.game.roles))
    slack = tolerance * float(np.abs(paid).max(initial=0.0))
    places, labels = [], []
    for k, own in enumerate(paid):
        no_worse = (paid >= own - slack).all(axis=1)
        better = (paid > own + slack).any(axis=1)
        if (no_worse & better).any():
            continue
        best = bool((own >= paid - slack).all())
        places.append(k)
        labels.append({"payoff undominated": True, "payoff dominant": best})
    note = "payoffs are means over a role's players, where these differ"
    return _chosen(equilibria, places, labels, note)


def _risk_dominance(equilibria: Equilibria, belief: str, tolerance: float) -> Equilibria:
    game = equilibria.game
    if sum(game.players) == 2 and set(game.sizes) == {2}:
        first, second = _matrices(game)
        found = risk_dominance(first, second)
        note = f"products of losses: {found.products[0]:g} and {found.products[1]:g}"
        if found.index is None:
            return _chosen(equilibria, [], [], f"{note}: undecided")
        cell = found.equilibria[found.index]
        aims = [np.eye(2)[i] for i in cell[: len(game.roles)]]
    else:
        both = binary_dominance(game)
        one_of("belief", belief, ("laplacian", "half"))
        if max(both.p_dominance) > 1:
            raise CoopgamesError(
                "risk dominance compares two strategies each of which is an equilibrium; in this "
                "game one of them is not"
            )
        index = both.index(belief)
        gain = both.laplacian if belief == "laplacian" else both.half
        note = f"{belief} belief: mean gain of {game.labels[0]!r} is {gain:g}"
        if not both.supermodular and belief == "laplacian":
            note += "; it is not monotone, so that global games need not select as this belief does"
        if index is None:
            return _chosen(equilibria, [], [], f"{note}: undecided")
        aims = [np.eye(2)[index]]
    places = [
        k
        for k, profile in enumerate(equilibria)
        if all(
            np.abs(np.asarray(part, dtype=float) - aim).max() <= tolerance
            for part, aim in zip(profile.mixed, aims, strict=True)
        )
    ]
    return _chosen(equilibria, places, [{"risk dominant": True}] * len(places), note)


def _matrices(game: RoleGame) -> tuple[Floats, Floats]:
    """Return both payoff matrices of a game of two players with two strategies each."""
    first, second = np.zeros((2, 2)), np.zeros((2, 2))
    for i in range(2):
        for j in range(2):
            if len(game.roles) == 1:
                counts = np.eye(2, dtype=np.int64)[i] + np.eye(2, dtype=np.int64)[j]
                paid = game.payoffs_of_revising(counts)[0]
                first[i, j], second[i, j] = paid[i, i], paid[j, j]
            else:
                counts = np.concatenate(
                    (np.eye(2, dtype=np.int64)[i], np.eye(2, dtype=np.int64)[j])
                )
                row, column = game.payoffs_of_revising(counts)
                first[i, j], second[i, j] = row[i, i], column[j, j]
    return first, second


def _undominated(equilibria: Equilibria, *, iterated: bool) -> Equilibria:
    found = weakly_dominated(equilibria.game, iterated=iterated)
    left = np.zeros(sum(equilibria.game.sizes), dtype=bool)
    for block, of_role in zip(equilibria.game.blocks(), found.survivors, strict=True):
        left[block.start + np.array(of_role)] = True
    places = [
        k
        for k, profile in enumerate(equilibria)
        if not (np.concatenate([np.asarray(part != 0) for part in profile.mixed]) & ~left).any()
    ]
    names = ", ".join(found.dominated) or "none"
    note = f"weakly dominated by a pure strategy{', in rounds' if iterated else ''}: {names}"
    return _chosen(equilibria, places, [{"undominated": True}] * len(places), note)


def _following(equilibria: Equilibria, strategy: str | Sequence[str] | None) -> Floats:
    game = equilibria.game
    if strategy is None:
        raise CoopgamesError(
            f"strategy must name what counts as cooperation, among {', '.join(game.labels)}"
        )
    wanted = {strategy} if isinstance(strategy, str) else set(strategy)
    own = [name for names in game.strategies for name in names]
    marked = np.array(
        [name in wanted or label in wanted for name, label in zip(own, game.labels, strict=True)]
    )
    if not marked.any():
        raise CoopgamesError(
            f"strategy must be among {', '.join(game.labels)}; got {sorted(wanted)!r}"
        )
    weight = np.repeat(np.array(game.players) / sum(game.players), game.sizes) * marked
    return np.array(
        [float(np.concatenate(profile.mixed).astype(float) @ weight) for profile in equilibria]
    )


def _weights(
    equilibria: Equilibria, law: npt.ArrayLike | Callable[[Equilibrium], float] | None
) -> Floats:
    if law is None:
        raise CoopgamesError("law must give the weight of each equilibrium, or a function of one")
    if callable(law):
        return np.array([float(law(profile)) for profile in equilibria])
    weights = np.asarray(law, dtype=float)
    if weights.shape != (len(equilibria),):
        raise CoopgamesError(
            f"law must have one weight per equilibrium, {len(equilibria)}; got shape "
            f"{weights.shape}"
        )
    return weights


def _largest(
    equilibria: Equilibria, values: Floats, criterion: str, note: str, tolerance: float
) -> Equilibria:
    most = float(values.max(initial=-np.inf))
    slack = tolerance * float(np.abs(values).max(initial=0.0))
    places = np.flatnonzero(values >= most - slack).tolist()
    return _chosen(equilibria, places, [{criterion: float(values[k])} for k in places], note)
