"""The exact chain over who uses what on a small structure, in plain loops from the definitions."""

import itertools
import math

import numpy as np


def pair_payoffs(matrix, weights, mean):
    """Node i plays with those in its row, by weight."""

    def payoff(people, i):
        total = sum(weights[i][k] * matrix[people[i]][people[k]] for k in range(len(people)))
        return total / (sum(weights[i]) or 1) if mean else total

    return payoff


def neighbourhood_payoffs(pay, near, mean):
    """A game in each closed neighbourhood; ``pay(own, others)`` by the list of co-players."""
    groups = [sorted({i, *near[i]}) for i in range(len(near))]

    def payoff(people, i):
        mine = [group for group in groups if i in group]
        total = sum(pay(people[i], [people[k] for k in group if k != i]) for group in mine)
        return total / len(mine) if mean else total

    return payoff


def chain(strategies, weights, payoff, *, rule, beta, mu, fitness="exponential", span=None):
    """Return (states, matrix); ``weights[j][i]`` is how easily i takes up what j uses."""
    n = len(weights)
    states = list(itertools.product(range(strategies), repeat=n))
    number = {state: at for at, state in enumerate(states)}
    out = np.zeros((len(states), len(states)))
    for people in states:
        earned = [payoff(people, i) for i in range(n)]
        if fitness == "linear":
            fit = [1 - beta + beta * value for value in earned]
        else:
            fit = [math.exp(beta * value) for value in earned]
        here = number[people]

        def add(i, strategy, chance, people=people, here=here):
            after = list(people)
            after[i] = strategy
            out[here, number[tuple(after)]] += chance

        def others(strategy):
            return [k for k in range(strategies) if k != strategy]

        if rule == "birth-death":
            for j in range(n):
                for i in range(n):
                    p = fit[j] / sum(fit) * weights[j][i] / sum(weights[j])
                    add(i, people[j], p * (1 - mu))
                    for k in others(people[j]):
                        add(i, k, p * mu / (strategies - 1))
            continue
        for i in range(n):
            column = [weights[j][i] for j in range(n)]
            if rule in ("death-birth", "imitation"):
                if rule == "imitation":
                    column[i] += 1
                pull = [column[j] * fit[j] for j in range(n)]
                chances = [value / sum(pull) for value in pull]
            else:
                chances = [value / sum(column) for value in column]
            for j in range(n):
                p = chances[j] / n
                if rule == "pairwise":
                    take = 1 / (1 + math.exp(-beta * (earned[j] - earned[i])))
                elif rule == "proportional":
                    widest = max(span[i], span[j]) or 1
                    take = beta * max(earned[j] - earned[i], 0) / widest
                else:
                    take = 1
                add(i, people[j], p * take * (1 - mu))
                add(i, people[i], p * (1 - take) * (1 - mu))
                basis = people[j] if rule == "death-birth" else people[i]
                for k in others(basis):
                    add(i, k, p * mu / (strategies - 1))
    assert np.allclose(out.sum(axis=1), 1)
    return states, out


def fixation_from(states, matrix, mutant=1, resident=0):
    """Return how likely each state ends where all use ``mutant``, without mutation."""
    n = len(states[0])
    ends = {(mutant,) * n: 1.0, (resident,) * n: 0.0}
    inner = [at for at, state in enumerate(states) if state not in ends]
    win = states.index((mutant,) * n)
    solved = np.linalg.solve(np.eye(len(inner)) - matrix[np.ix_(inner, inner)], matrix[inner, win])
    out = np.zeros(len(states))
    out[inner], out[win] = solved, 1.0
    return dict(zip(states, out))


def mean_of_one_mutant(odds, mutant=1, resident=0):
    """Return the mean over where a single mutant appears."""
    n = len(next(iter(odds)))
    return sum(odds[tuple(mutant if k == i else resident for k in range(n))] for i in range(n)) / n
