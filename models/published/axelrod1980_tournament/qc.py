"""Axelrod (1980), Effective choice in the prisoner's dilemma: the scores of tit for tat."""

# Model: mean scores of tit for tat in games of 200 rounds with each of the fifteen entrants.
# Method: the printed row, name by name, added up as distances from 600; the mean is rounded down
# to 504 in print.

from __future__ import annotations

import json
from fractions import Fraction

ROW = {
    "Tit for tat": 600,
    "Tideman and Chieruzzi": 595,
    "Nydegger": 600,
    "Grofman": 600,
    "Shubik": 600,
    "Stein and Rapoport": 595,
    "Friedman": 600,
    "Davis": 600,
    "Graaskamp": 597,
    "Downing": 597,
    "Feld": 280,
    "Joss": 225,
    "Tullock": 279,
    "Name withheld": 359,
    "Random": 441,
}
COOPERATION = 600


def compute() -> dict[str, str]:
    assert len(ROW) == 15
    lost = sum(COOPERATION - score for score in ROW.values())
    mean = COOPERATION - Fraction(lost, len(ROW))
    assert int(mean) == 504
    return {"total": str(COOPERATION * len(ROW) - lost), "mean": str(mean)}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
