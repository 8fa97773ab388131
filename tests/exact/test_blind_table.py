"""The headline table against a second implementation written from the specification alone."""

from math import isnan

import pytest
from tests.exact import blind_table

import coopgames as cg

READINGS = ("standing", "expected")
CELLS = [(name, problem) for name in blind_table.INSTITUTIONS for problem in blind_table.PROBLEMS]


@pytest.fixture(scope="module", params=READINGS)
def tables(request):
    """Return both tables under one reading of the mandate."""
    records = cg.compare(mandate=request.param)
    theirs = {(record["institution"], record["problem"]): record for record in records}
    return blind_table.table(request.param), theirs


def test_same_cells(tables):
    """Both cover the same 88 cells."""
    ours, theirs = tables
    assert len(ours) == 88
    assert set(ours) == set(theirs) == set(CELLS)


@pytest.mark.parametrize("cell", CELLS, ids="-".join)
def test_cell(tables, cell):
    """Every measure agrees to 1e-9; undefined in one is undefined in the other."""
    ours, theirs = tables[0][cell], tables[1][cell]
    for measure in blind_table.MEASURES:
        mine, package = ours[measure], theirs[measure]
        if package is None or isnan(package):
            assert isnan(mine), (measure, mine, package)
        else:
            assert mine == pytest.approx(package, abs=1e-9, rel=0), (measure, mine, package)
