"""Lockstep revision against a slow readable reference fed the same numbers."""

import numpy as np
import pytest

from coopgames.kernels.lockstep.acts import CHUNK, Lockstep


def reference(
    acts: np.ndarray, leverage: np.ndarray, table: np.ndarray, uniforms: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """One replicate at a time, one state at a time; table is (replicate, state, Y)."""
    acts = acts.copy()
    path = np.empty((uniforms.shape[0] + 1, acts.shape[0]), dtype=int)
    for r in range(acts.shape[0]):
        path[0, r] = leverage[r][acts[r]].sum()
        for t, u in enumerate(uniforms[:, r]):
            who, coin = divmod(u * acts.shape[1], 1.0)
            i = int(who)
            acts[r, i] = False
            others = leverage[r][acts[r]].sum()
            acts[r, i] = coin < table[r, i, others]
            path[t + 1, r] = leverage[r][acts[r]].sum()
    return path, acts


@pytest.mark.parametrize("states", [1, 2, 7])
def test_it_is_the_reference(states: int) -> None:
    rng = np.random.default_rng(states)
    replicates, grid = 5, 4 * states + 1
    acts = rng.random((replicates, states)) < 0.5
    leverage = rng.integers(0, 5, size=(replicates, states))  # leverage 0 still acts
    row = rng.permutation(replicates * states).reshape(replicates, states)
    table = rng.random((replicates * states, grid))
    table[0], table[-1] = 0.0, 1.0
    flat = table.ravel()

    def respond(at: np.ndarray, out: np.ndarray) -> None:
        flat.take(at, out=out, mode="clip")

    lanes = Lockstep(acts=acts, leverage=leverage, row=row, grid=grid, respond=respond)
    assert (lanes.acts == acts).all()
    for _ in range(3):
        uniforms = rng.random((CHUNK, replicates))
        expected, acts = reference(acts, leverage, table[row], uniforms)
        assert (lanes.run(uniforms) == expected).all()
        assert (lanes.acts == acts).all()
        assert (lanes.contribution == expected[-1]).all()


def test_chunks_may_be_of_any_length() -> None:
    rng = np.random.default_rng(9)
    uniforms = rng.random((CHUNK, 4))
    start = rng.random((4, 6)) < 0.5
    ones = np.ones((4, 6), dtype=np.int64)
    table = rng.random(7)

    def lanes() -> Lockstep:
        return Lockstep(
            acts=start,
            leverage=ones,
            row=0 * ones,
            grid=7,
            respond=lambda at, out: table.take(at, out=out, mode="clip"),
        )

    whole, parts = lanes(), lanes()
    whole.run(uniforms)
    for piece in np.array_split(uniforms, 5):
        parts.run(piece)
    assert (whole.acts == parts.acts).all()
