"""Which of three strategies mutation and weak selection favour.

Antal, T., Traulsen, A., Ohtsuki, H., Tarnita, C. E. and Nowak, M. A. (2009), Mutation-selection
equilibrium in games with multiple strategies, Journal of Theoretical Biology 258, 614-622.

Model: matrix game [[3, .2, 3], [5, 1, 1.4], [2.9, .8, 2.9]] in a large population; weak selection
and rare mutations. Strategy k is more frequent than 1/n if
L_k = (1/n) sum over i of (a_kk + a_ki - a_ik - a_ii) > 0.

Method: the direct sum in fractions, compared with the chain of pure states under rare mutations. To
first order in the intensity the probability that one mutant k replaces residents i exceeds 1/N by
an amount proportional to (a_kk + 2 a_ki - a_ik - 2 a_ii) / 3 (large N). The rates being equal
otherwise, the stationary probability of k exceeds 1/n in proportion to the sum over i of this less
its counterpart with i and k exchanged, which must be n L_k.
"""

from __future__ import annotations

import json
from fractions import Fraction

MATRIX = [[Fraction(x) for x in row.split()] for row in ("3 0.2 3", "5 1 1.4", "2.9 0.8 2.9")]


def compute() -> dict[str, list[str] | list[bool]]:
    a, n = MATRIX, len(MATRIX)
    scores = [sum(a[k][k] + a[k][i] - a[i][k] - a[i][i] for i in range(n)) / n for k in range(n)]

    def invades(k: int, i: int) -> Fraction:
        """First-order advantage of a mutant k among residents i (the one-third law)."""
        return (a[k][k] + 2 * a[k][i] - a[i][k] - 2 * a[i][i]) / 3

    for k in range(n):
        assert n * scores[k] == sum(invades(k, i) - invades(i, k) for i in range(n))
    return {"L": [str(x) for x in scores], "favoured": [x > 0 for x in scores]}


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
