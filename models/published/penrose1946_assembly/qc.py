"""An assembly of equal members deciding by simple majority.

Penrose, L. S. (1946), The elementary statistics of majority voting, Journal of the Royal
Statistical Society 109, 53-57.

Rule: 193 equal members; a motion passes if and only if at least 97 vote Yes.

Method: sums of binomial coefficients over the number of Yes votes. A member is critical exactly
when 96 of the other 192 are in favour. The passage probability is for members who each vote Yes
with probability 1/2, independently.
"""

from __future__ import annotations

import json
from fractions import Fraction
from math import comb, factorial

MEMBERS = 193
VOTES_NEEDED = 97


def compute() -> dict[str, str | float]:
    n, q = MEMBERS, VOTES_NEEDED
    w = sum(comb(n, k) for k in range(q, n + 1))
    eta = comb(n - 1, q - 1)
    # A swing to q - 1 others, and the member stands at place q of the order.
    shapley = Fraction(eta * factorial(q - 1) * factorial(n - q), factorial(n))
    assert shapley * n == 1
    support = Fraction(1, 2)
    passage = sum(
        (comb(n, k) * support**k * (1 - support) ** (n - k) for k in range(q, n + 1)),
        Fraction(0),
    )
    return {
        "winning_coalitions": str(w),
        "swings:member": str(eta),
        "shapley_shubik:member": str(shapley),
        "banzhaf_absolute:member": str(Fraction(eta, 2 ** (n - 1))),
        "banzhaf:member": str(Fraction(eta, n * eta)),
        "coleman_act": str(Fraction(w, 2**n)),
        "coleman_prevent:member": str(Fraction(eta, w)),
        "coleman_initiate:member": str(Fraction(eta, 2**n - w)),
        "passage": str(passage),
    }


if __name__ == "__main__":
    print(json.dumps(compute(), indent=2))
