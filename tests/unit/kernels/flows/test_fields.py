"""Vector fields against their definitions one strategy at a time, and what each must keep."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopgames.errors import CoopgamesError
from coopgames.kernels.flows import fields as flows

SIZES = [(2,), (4,), (2, 2), (3, 1, 2)]


def fields(n: int, sizes: tuple[int, ...]) -> dict:
    blocks = np.zeros((n, n))
    start = 0
    for size in sizes:
        part = slice(start, start + size)
        blocks[part, part] = 0.1 / size + 0.9 * np.eye(size)
        start += size
    return {
        "replicator": flows.replicator,
        "replicator_mutator": partial(flows.replicator_mutator, mutation=blocks),
        "logit": partial(flows.logit, precision=3.0),
        "imitative_logit": partial(flows.imitative_logit, precision=3.0),
        "smith": flows.smith,
        "bnn": flows.bnn,
        "best_response": flows.best_response,
    }


NAMES = sorted(fields(2, (2,)))


def states(rng, sizes, number=6):
    """Random states, some on faces."""
    parts = [rng.dirichlet(np.full(size, 0.7), size=number) for size in sizes]
    out = np.concatenate(parts, axis=1)
    out[out < 0.15] = 0.0
    start = 0
    for size in sizes:
        part = out[:, start : start + size]
        part[part.sum(axis=1) == 0] = 1.0
        part /= part.sum(axis=1, keepdims=True)
        start += size
    return out


def curved(matrix):
    """Nonlinear payoffs, at least 0."""
    return lambda x: (x @ matrix.T) ** 2 + np.roll(x, 1, axis=-1)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sizes", SIZES)
@given(seed=st.integers(0, 2**32 - 1))
def test_shares_keep_their_sum_and_point_inwards(name, sizes, seed) -> None:
    rng = np.random.default_rng(seed)
    n = sum(sizes)
    x = states(rng, sizes)
    velocity = fields(n, sizes)[name](x, curved(rng.normal(size=(n, n))), strategies=sizes)
    start = 0
    for size in sizes:
        np.testing.assert_allclose(velocity[:, start : start + size].sum(axis=1), 0, atol=1e-12)
        start += size
    assert (velocity[x == 0] >= 0).all()


@pytest.mark.parametrize("name", ["replicator", "imitative_logit"])
@given(seed=st.integers(0, 2**32 - 1))
def test_imitative_dynamics_keep_faces(name, seed) -> None:
    rng = np.random.default_rng(seed)
    x = states(rng, (3, 2))
    velocity = fields(5, (3, 2))[name](x, curved(rng.normal(size=(5, 5))), strategies=(3, 2))
    assert (velocity[x == 0] == 0).all()


@pytest.mark.parametrize("name", NAMES)
@given(seed=st.integers(0, 2**32 - 1))
def test_many_states_and_populations_are_as_one_at_a_time(name, seed) -> None:
    """Populations that do not meet move each by itself."""
    rng = np.random.default_rng(seed)
    x = states(rng, (3, 2), number=4).reshape(2, 2, 5)
    a, b = rng.random((3, 3)), rng.random((2, 2))
    both = np.zeros((5, 5))
    both[:3, :3], both[3:, 3:] = a, b
    together = fields(5, (3, 2))[name](x, flows.linear_payoffs(both), strategies=(3, 2))
    for i, j in np.ndindex(2, 2):
        for part, matrix in ((slice(0, 3), a), (slice(3, 5), b)):
            alone = fields(len(matrix), (len(matrix),))[name](
                x[i, j, part], flows.linear_payoffs(matrix)
            )
            np.testing.assert_allclose(together[i, j, part], alone, atol=1e-12)


def one_by_one(name, x, f, q=None, beta=None):
    """The definitions, as plain loops over one population."""
    n = len(x)
    mean = sum(x[i] * f[i] for i in range(n))
    out = []
    for i in range(n):
        if name == "replicator":
            value = x[i] * (f[i] - mean)
        elif name == "replicator_mutator":
            value = sum(x[j] * f[j] * q[j][i] for j in range(n)) - x[i] * mean
        elif name == "logit":
            value = 1 / sum(np.exp(beta * (f[j] - f[i])) for j in range(n)) - x[i]
        elif name == "imitative_logit":
            value = x[i] * np.exp(beta * f[i])
            value = value / sum(x[j] * np.exp(beta * f[j]) for j in range(n)) - x[i]
        elif name == "smith":
            value = sum(x[j] * max(f[i] - f[j], 0) - x[i] * max(f[j] - f[i], 0) for j in range(n))
        elif name == "bnn":
            value = max(f[i] - mean, 0) - x[i] * sum(max(f[j] - mean, 0) for j in range(n))
        else:
            best = [j for j in range(n) if f[j] == max(f)]
            value = (i in best) / len(best) - x[i]
        out.append(value)
    return out


@pytest.mark.parametrize("name", NAMES)
@given(seed=st.integers(0, 2**32 - 1))
def test_definitions(name, seed) -> None:
    rng = np.random.default_rng(seed)
    matrix = rng.random((4, 4))
    x = states(rng, (4,), number=1)[0]
    q = 0.025 + 0.9 * np.eye(4)
    expected = one_by_one(name, x, matrix @ x, q=q, beta=3.0)
    got = fields(4, (4,))[name](x, flows.linear_payoffs(matrix))
    np.testing.assert_allclose(got, expected, atol=1e-13)


def test_without_mutation_it_is_the_replicator() -> None:
    rng = np.random.default_rng(3)
    x, payoffs = states(rng, (3,)), flows.linear_payoffs(rng.random((3, 3)))
    np.testing.assert_allclose(
        flows.replicator_mutator(x, payoffs, mutation=np.eye(3)),
        flows.replicator(x, payoffs),
        atol=1e-15,
    )


def test_imitative_logit_with_little_precision_is_the_replicator() -> None:
    rng = np.random.default_rng(4)
    x, payoffs = states(rng, (3,)), flows.linear_payoffs(rng.normal(size=(3, 3)))
    slow = flows.imitative_logit(x, payoffs, precision=1e-6) / 1e-6
    np.testing.assert_allclose(slow, flows.replicator(x, payoffs), atol=1e-5)


def test_great_precision_does_not_overflow() -> None:
    hawk_dove = flows.linear_payoffs([[-1.5, 2.0], [0.0, 1.0]])
    x = np.array([[0.3, 0.7], [0.5, 0.5]])
    replies = flows.best_response(x, hawk_dove)
    np.testing.assert_allclose(flows.logit(x, hawk_dove, precision=1e6), replies)
    np.testing.assert_allclose(flows.imitative_logit(x, hawk_dove, precision=1e6), replies)
    # An absent strategy that would be far better weighs nothing.
    alone = flows.imitative_logit([1.0, 0.0], lambda x: np.array([0.0, 1.0]), precision=1e6)
    assert alone.tolist() == [0.0, 0.0]


def test_best_replies_share_a_tie_and_jump_beside_it() -> None:
    hawk_dove = flows.linear_payoffs([[-1.5, 2.0], [0.0, 1.0]])
    x = np.array([[0.4 - 1e-6, 0.6 + 1e-6], [0.4, 0.6], [0.4 + 1e-6, 0.6 - 1e-6]])
    velocity = flows.best_response(x, hawk_dove)[:, 0]
    np.testing.assert_allclose(velocity, [0.6, 0.1, -0.4], atol=1e-5)


@pytest.mark.parametrize("name", ["smith", "bnn"])
def test_they_rest_exactly_at_equilibria(name) -> None:
    """Hawk-Dove: the mixed state is one, the pure ones, where the replicator rests, are none."""
    hawk_dove = flows.linear_payoffs([[-1.5, 2.0], [0.0, 1.0]])
    mixed, hawks, doves = getattr(flows, name)([[0.4, 0.6], [1, 0], [0, 1]], hawk_dove)
    np.testing.assert_allclose(mixed, 0, atol=1e-15)
    assert hawks[0] < 0 < doves[0]
    assert not flows.replicator([[1, 0], [0, 1]], hawk_dove).any()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: flows.replicator(1.0, lambda x: x), "last axis"),
        (lambda: flows.replicator([1.0, 0.0], lambda x: x[:1]), "payoffs must return the shape"),
        (lambda: flows.replicator([1.0, 0.0], lambda x: x, strategies=(2, 1)), "sum to the length"),
        (lambda: flows.population_sizes((0, 2), 2), "strategies must be >= 1"),
        (lambda: flows.linear_payoffs([[1.0, 2.0]]), "matrix must be square"),
        (lambda: flows.linear_payoffs([[np.nan]]), "matrix must be finite"),
        (lambda: flows.bimatrix([[1.0]], [[1.0, 2.0]]), "one shape"),
        (lambda: flows.logit([1.0], lambda x: x, precision=-1), "precision must be >= 0"),
        (lambda: flows.best_response([1.0], lambda x: x, tie=-1), "tie must be >= 0"),
    ],
)
def test_refused(call, words) -> None:
    with pytest.raises(CoopgamesError, match=words):
        call()


@pytest.mark.parametrize(
    ("mutation", "words"),
    [
        (np.eye(3), "shape"),
        ([[0.5, 0.4], [0, 1]], "row sum to 1"),
        ([[1.5, -0.5], [0, 1]], "must be >= 0"),
    ],
)
def test_mutation_must_be_a_law(mutation, words) -> None:
    with pytest.raises(CoopgamesError, match=words):
        flows.replicator_mutator([0.5, 0.5], lambda x: x, mutation=mutation)


def test_mutation_stays_in_its_population_and_fitness_is_not_negative() -> None:
    swap = np.full((2, 2), 0.5)
    with pytest.raises(CoopgamesError, match="row sum to 1 over its own"):
        flows.replicator_mutator([1.0, 1.0], lambda x: x, mutation=swap, strategies=(1, 1))
    with pytest.raises(CoopgamesError, match="fitness"):
        flows.replicator_mutator([0.5, 0.5], lambda x: -x, mutation=swap)
