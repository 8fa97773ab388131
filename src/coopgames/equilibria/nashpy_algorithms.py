"""Nashpy's algorithms as sources of candidates: pairs of strategies, certified elsewhere.

Nashpy draws random numbers from NumPy's global state, and its Lemke-Howson paths may go round for
ever. There a private copy of its module is run, with our generator in the place of `numpy.random`,
so that ``rng`` decides and nothing else is disturbed, and with a bound on the pivots.

References
----------
Knight, V. & Campbell, J. (2018). Nashpy: a Python library for the computation of Nash equilibria.
Journal of Open Source Software 3(30), 904. doi:10.21105/joss.00904
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from itertools import cycle, islice
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import CoopgamesError

__all__ = ["NASHPY_ALGORITHMS", "nashpy_candidates"]

Floats = npt.NDArray[np.float64]
Pair = tuple[Floats, Floats]
#: Takes both matrices, options and a generator.
Algorithm = Callable[[Floats, Floats, dict[str, Any], np.random.Generator], Iterable[Pair]]

#: Rounds of fictitious play unless told otherwise (our assumption).
ITERATIONS = 1_000
#: Pivots after which a path of nashpy's is left: some go round for ever.
PIVOTS = 1_000
#: Characters of a message that are kept.
LONGEST_NOTE = 160
#: What nashpy stops with where a game is beyond an algorithm.
FAILURES = (
    ArithmeticError,
    AssertionError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)


def nashpy_candidates(
    method: str,
    first: Floats,
    second: Floats,
    options: Mapping[str, Any],
    rng: np.random.Generator,
) -> tuple[list[Pair], list[str]]:
    """Return the pairs of strategies an algorithm finds, and what it complained about.

    Parameters
    ----------
    method : str
        A key of `NASHPY_ALGORITHMS`.
    first, second : array, shape (m, n)
        Payoffs. [payoff]
    options : mapping
        Arguments of nashpy's function.
    rng : numpy.random.Generator

    Raises
    ------
    CoopgamesError
        If nashpy is not installed, or does not take the options.
    """
    found: list[Pair] = []
    notes: list[str] = []
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        try:
            for pair in NASHPY_ALGORITHMS[method](first, second, dict(options), rng):
                x, y = (np.asarray(part, dtype=float).ravel() for part in pair)
                found.append((x, y))
        except ImportError:
            raise CoopgamesError(
                f"method {method!r} is nashpy's, which is not installed: pip install nashpy. "
                "'complete' and 'lemke-howson' are ours"
            ) from None
        except CoopgamesError:
            raise
        except FAILURES as problem:
            if isinstance(problem, TypeError) and options and "argument" in str(problem):
                raise CoopgamesError(f"options of {method!r}: {problem}") from None
            notes.append(f"nashpy stopped: {type(problem).__name__}: {_one_line(problem)}")
    said = dict.fromkeys(_one_line(warning.message) for warning in caught)
    return found, [*notes, *(f"nashpy warns: {text}" for text in said)]


def _one_line(text: object) -> str:
    return " ".join(str(text).split())[:LONGEST_NOTE]


def _game(first: Floats, second: Floats) -> Any:
    import nashpy

    return nashpy.Game(first, second)


def _copy_of(name: str, **replaced: Any) -> Any:
    """Return a copy of a module of nashpy with some of its names replaced."""
    from importlib.util import find_spec, module_from_spec

    spec = find_spec(f"nashpy.{name}")
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    vars(module).update(replaced)
    return module


def _drawing_from(rng: np.random.Generator) -> Any:
    """Return NumPy with a generator for its random numbers."""
    return SimpleNamespace(**{**vars(np), "random": rng})


def _frequencies(counts: Iterable[Any]) -> Pair:
    x, y = (np.asarray(part, dtype=float) / np.sum(part) for part in counts)
    return x, y


def _lemke_howson(
    first: Floats, second: Floats, options: dict[str, Any], _rng: np.random.Generator
) -> Iterable[Pair]:
    module = _copy_of("algorithms.lemke_howson", cycle=lambda pair: islice(cycle(pair), PIVOTS))
    for label in range(sum(first.shape)):
        try:
            end = module.lemke_howson(first, second, initial_dropped_label=label, **options)
        except StopIteration:
            warnings.warn(f"the path of label {label} has no end in {PIVOTS} pivots", stacklevel=1)
        except LookupError:
            warnings.warn(f"the path of label {label} lost a label", stacklevel=1)
        else:
            yield end


def _fictitious(
    first: Floats, second: Floats, options: dict[str, Any], rng: np.random.Generator
) -> Iterable[Pair]:
    module = _copy_of("learning.fictitious_play", np=_drawing_from(rng))
    *_, last = module.fictitious_play(first, second, **{"iterations": ITERATIONS, **options})
    yield _frequencies(last)


def _stochastic_fictitious(
    first: Floats, second: Floats, options: dict[str, Any], rng: np.random.Generator
) -> Iterable[Pair]:
    module = _copy_of("learning.stochastic_fictitious_play", np=_drawing_from(rng))
    given = {"iterations": ITERATIONS, **options}
    *_, (last, _) = module.stochastic_fictitious_play(first, second, **given)
    yield _frequencies(last)


def _replicator(
    first: Floats, second: Floats, options: dict[str, Any], _rng: np.random.Generator
) -> Iterable[Pair]:
    if first.shape[0] != first.shape[1] or not np.array_equal(second, first.T):
        raise CoopgamesError(
            "method 'replicator dynamics' needs a symmetric game, second the transpose of first; "
            "'asymmetric replicator' takes any"
        )
    last = _game(first, second).replicator_dynamics(**options)[-1]
    yield last, last


def _asymmetric_replicator(
    first: Floats, second: Floats, options: dict[str, Any], _rng: np.random.Generator
) -> Iterable[Pair]:
    one, two = _game(first, second).asymmetric_replicator_dynamics(**options)
    yield one[-1], two[-1]


#: Nashpy's algorithms that end at pairs of strategies, by name.
NASHPY_ALGORITHMS: Mapping[str, Algorithm] = {
    "support enumeration": lambda a, b, options, _: _game(a, b).support_enumeration(**options),
    "vertex enumeration": lambda a, b, options, _: _game(a, b).vertex_enumeration(**options),
    "nashpy lemke-howson": _lemke_howson,
    "fictitious play": _fictitious,
    "stochastic fictitious play": _stochastic_fictitious,
    "replicator dynamics": _replicator,
    "asymmetric replicator": _asymmetric_replicator,
    "regret minimization": lambda a, b, options, _: _game(a, b).regret_minimization(**options),
}
