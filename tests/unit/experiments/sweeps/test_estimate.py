"""What is said of an experiment before it starts."""

import pytest

from coopgames.experiments.sweeps import Experiment, estimate_sweep, plan_sweep, sweep
from coopgames.experiments.sweeps import estimate as module

EXPERIMENT = Experiment(
    institution="charter", axes={"problem.cost": {"start": 0.1, "stop": 0.2, "number": 40}}
)


def test_sizes_are_those_of_the_results() -> None:
    plan = plan_sweep(EXPERIMENT)
    estimate = estimate_sweep(plan)
    result = sweep(EXPERIMENT)
    assert (estimate.cells, estimate.chunks) == (len(result), plan.chunks) == (40, 3)
    assert estimate.result_bytes == sum(column.nbytes for column in result.columns.values())
    assert str(estimate).startswith("40 cells in 3 chunks; about ")


def test_time_is_shared_by_workers_but_not_beyond_the_chunks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(estimate_sweep.__globals__, "_seconds_per_cell", lambda plan: 0.5)
    plan = plan_sweep(EXPERIMENT)
    times = [estimate_sweep(plan, workers=n).seconds for n in (1, 2, 3, 100)]
    assert times == pytest.approx([20, 10, 20 / 3, 20 / 3])


def test_a_slow_cell_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def timed(_: object, cells: object) -> float:
        tried.append(cells)
        return 60.0

    monkeypatch.setattr(module, "_timed", timed)
    assert module._seconds_per_cell(plan_sweep(EXPERIMENT)) == 60.0
    assert tried == [[0]]
