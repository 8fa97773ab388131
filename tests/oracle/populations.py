"""Populations by enumeration: every group, every individual, every step of a handful.

A slow reference for tests, written from docs/theory/populations.md and the docstrings, not from the
code that evaluates them. It knows labelled individuals:

    strategies of the individuals  ->  payoffs from all groups  ->  law of one step  ->  chains

Conventions: ``individuals`` is a tuple with the strategy of each. A chain is a dense matrix, row by
row the law of the next state. Chains are solved by state reduction (Grassmann, Taksar & Heyman
1985), which never subtracts, so that small probabilities keep their digits.

Readings (where the documents leave a choice)
---------------------------------------------
 P1  Compositions 'in lexicographic order' are sorted tuples of counts.
 P2  Whoever is drawn under the Fermi rule is drawn before the mutation is.
 P3  A Moran offspring that mutates follows each strategy but its parent's with equal chance.
 P4  An unspecified mutation probability is 1 / Z.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import cache
from itertools import combinations, product
from math import exp, prod

import numpy as np

from coopgames.dynamics import (
    BestOfSample,
    BestResponseFlow,
    BrownVonNeumannNash,
    Fermi,
    LogitFlow,
    Moran,
    Replicator,
    ReplicatorMutator,
    Smith,
    WrightFisher,
)

__all__ = [
    "chain_of_counts",
    "compositions",
    "counts_of",
    "fixation",
    "fixation_times",
    "individual_law",
    "mean_payoffs",
    "payoff",
    "payoffs_among",
    "rare_mutations",
    "rest_on_support",
    "stationary",
    "steps",
    "velocity",
]


# ------------------------------------------------------------------ payoffs


@cache
def compositions(total, kinds):
    """All tuples of so many counts with this sum, sorted (P1)."""
    return [m for m in product(range(total + 1), repeat=kinds) if sum(m) == total]


def payoff(game, own, others):
    """What ``own`` gets among co-players, given one by one, as an exact fraction."""
    looks = Counter(game.seen_as[other] for other in others)
    kinds = len(set(game.seen_as))
    groups = compositions(game.players - 1, kinds)
    column = groups.index(tuple(looks[k] for k in range(kinds)))
    return Fraction(float(game.table[own][column]))


def payoffs_among(game, individuals):
    """Payoff of each individual, the mean over all groups that it can be in; exact."""
    out = {}
    for focal, own in enumerate(individuals):
        if own not in out:
            rest = individuals[:focal] + individuals[focal + 1 :]
            groups = Counter(tuple(sorted(g)) for g in combinations(rest, game.players - 1))
            total = sum(times * payoff(game, own, group) for group, times in groups.items())
            out[own] = total / sum(groups.values())
    return [out[own] for own in individuals]


def mean_payoffs(game, shares):
    """Payoff of each strategy where co-players are drawn independently; exact in the shares."""
    x = [Fraction(float(share)) for share in shares]
    out = [Fraction(0)] * game.size
    for others in product(range(game.size), repeat=game.players - 1):
        chance = Fraction(1)
        for other in others:
            chance *= x[other]
        if chance:
            for own in range(game.size):
                out[own] += chance * payoff(game, own, others)
    return out


# ------------------------------------------------------------------ one step


def logistic(x):
    """1 / (1 + exp(-x)), without overflow."""
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def _mutation(process):
    given = process.mutation_probability
    return 1 / process.population_size if given is None else given


def _fermi(process, individuals, payoffs, mutation, strategies):
    size = len(individuals)
    for focal, own in enumerate(individuals):
        for new in range(strategies):
            if new != own:
                yield focal, new, mutation / size / (strategies - 1)
        models = [i for i in range(size) if process.role_model == "anyone" or i != focal]
        for model in models:
            gain = float(payoffs[model] - payoffs[focal])
            taken = logistic(process.selection_intensity * gain)
            met = (1 - mutation) / size / len(models)
            yield focal, individuals[model], met * taken
            yield focal, own, met * logistic(-process.selection_intensity * gain)


def _best_of_sample(process, individuals, payoffs, mutation, strategies):
    size, paid = len(individuals), [float(value) for value in payoffs]
    tied = 1e-12 * max(1, *map(abs, paid))
    for focal, own in enumerate(individuals):
        for new in range(strategies):
            if new != own:
                yield focal, new, mutation / size / (strategies - 1)
        models = [i for i in range(size) if process.role_model == "anyone" or i != focal]
        for drawn in product(models, repeat=process.sample):
            best = max(paid[i] for i in (focal, *drawn))
            taken = next(i for i in (focal, *drawn) if paid[i] >= best - tied)
            yield focal, individuals[taken], (1 - mutation) / size / len(models) ** process.sample


def _fitness(process, payoffs):
    beta = process.selection_intensity
    if process.fitness == "exponential":
        best = max(payoffs)
        return [exp(beta * float(value - best)) for value in payoffs]
    return [float(1 - Fraction(beta) + Fraction(beta) * value) for value in payoffs]


def _moran(process, individuals, payoffs, mutation, strategies):
    size, fitness = len(individuals), _fitness(process, payoffs)
    whole = sum(fitness)
    for parent, own in enumerate(individuals):
        for dead in range(size):
            chance = fitness[parent] / whole / size
            yield dead, own, chance * (1 - mutation)
            for new in range(strategies):
                if new != own:
                    yield dead, new, chance * mutation / (strategies - 1)


def _generation(process, individuals, payoffs, mutation, strategies):
    """Law of what any member of the next generation follows; it is drawn for each of them."""
    fitness = _fitness(process, payoffs)
    law = [0.0] * strategies
    for parent, own in enumerate(individuals):
        for new in range(strategies):
            kept = 1 - mutation if new == own else mutation / (strategies - 1)
            law[new] += fitness[parent] / sum(fitness) * kept
    return law


#: Moves of one individual, as (individual, its new strategy, probability).
MOVES = {BestOfSample: _best_of_sample, Fermi: _fermi, Moran: _moran}


def steps(game, process, individuals, *, mutation=None):
    """Law of the strategies of all individuals after one step, as {individuals: probability}."""
    mu = _mutation(process) if mutation is None else mutation
    if game.size == 1:
        mu = 0.0
    payoffs = payoffs_among(game, individuals)
    now = (process, individuals, payoffs, mu, game.size)
    if isinstance(process, WrightFisher):
        law = _generation(*now)
        return {
            after: prod(law[new] for new in after)
            for after in product(range(game.size), repeat=len(individuals))
        }
    out = {}
    for changed, new, chance in MOVES[type(process)](*now):
        after = (*individuals[:changed], new, *individuals[changed + 1 :])
        out[after] = out.get(after, 0.0) + chance
    return out


# ------------------------------------------------------------------ chains


def counts_of(individuals, strategies):
    """How many follow each strategy."""
    return tuple(individuals.count(i) for i in range(strategies))


def someone_each(counts):
    """Individuals with these counts."""
    return tuple(i for i, number in enumerate(counts) for _ in range(number))


def chain_of_counts(game, process, *, mutation=None, among=None):
    """(states, chain) over counts, from the steps of one population of individuals per state.

    ``among`` leaves out states in which any other strategy is followed.
    """
    states = [
        counts
        for counts in compositions(process.population_size, game.size)
        if among is None or sum(counts[i] for i in among) == process.population_size
    ]
    place = {counts: i for i, counts in enumerate(states)}
    chain = np.zeros((len(states), len(states)))
    for counts in states:
        law = steps(game, process, someone_each(counts), mutation=mutation)
        for after, chance in law.items():
            if chance:
                chain[place[counts], place[counts_of(after, game.size)]] += chance
    return states, chain


def stationary(chain):
    """Stationary law of an irreducible chain, by state reduction."""
    p = np.array(chain, dtype=float)
    for k in range(len(p) - 1, 0, -1):
        p[:k, k] /= p[k, :k].sum()
        p[:k, :k] += np.outer(p[:k, k], p[k, :k])
    law = np.ones(1)
    for k in range(1, len(p)):
        law = np.append(law, law @ p[:k, k])
        law /= law.max()
    return law / law.sum()


def individual_law(game, process):
    """{counts: probability} in the long run, from the chain over all individuals, lumped."""
    states = list(product(range(game.size), repeat=process.population_size))
    place = {state: i for i, state in enumerate(states)}
    chain = np.zeros((len(states), len(states)))
    for state in states:
        for after, chance in steps(game, process, state).items():
            chain[place[state], place[after]] += chance
    out = dict.fromkeys(compositions(process.population_size, game.size), 0.0)
    for state, chance in zip(states, stationary(chain)):
        out[counts_of(state, game.size)] += float(chance)
    return out


def _invasion(game, process, mutant, resident):
    """The chain over the number of mutants without mutation, nobody following a third strategy."""
    states, chain = chain_of_counts(game, process, mutation=0.0, among=(mutant, resident))
    order = sorted(range(len(states)), key=lambda i: states[i][mutant])
    return chain[np.ix_(order, order)]


def fixation(game, process, mutant, resident):
    """Probability that one mutant takes over."""
    p = _invasion(game, process, mutant, resident)
    size = len(p) - 1
    # Forget one inner state after the other, the single mutant last.
    for k in reversed(range(2, size)):
        rest = [i for i in range(size + 1) if i < k or i == size]
        p[np.ix_(rest, rest)] += np.outer(p[rest, k], p[k, rest] / p[k, rest].sum())
    return float(p[1, size] / (p[1, size] + p[1, 0]))


def fixation_times(game, process, mutant, resident):
    """Mean steps until one mutant is gone or has taken over, and the same if it takes over."""
    p = _invasion(game, process, mutant, resident)
    inner = np.arange(1, len(p) - 1)
    matrix = np.eye(inner.size) - p[np.ix_(inner, inner)]
    succeeds = np.linalg.solve(matrix, p[inner, -1])
    time = np.linalg.solve(matrix, np.ones(inner.size))
    conditional = np.linalg.solve(matrix, succeeds) / succeeds
    return float(time[0]), float(conditional[0])


def rare_mutations(game, process):
    """Law over homogeneous populations, from fixation of single mutants of each kind."""
    s = game.size
    chain = np.zeros((s, s))
    for k in range(s):
        for i in range(s):
            if i != k:
                chain[k, i] = fixation(game, process, i, k) / (s - 1)
    return stationary(chain)


# ------------------------------------------------------------------ flows


def velocity(flow, x, f):
    """Velocity at shares ``x`` with payoffs ``f``, by the table of docs/theory/populations.md."""
    s = range(len(x))
    mean = sum(x[i] * f[i] for i in s)
    out = []
    for i in s:
        if isinstance(flow, Replicator):
            v = x[i] * (f[i] - mean)
        elif isinstance(flow, ReplicatorMutator):
            mu = flow.mutation_probability
            law = [1 - mu if j == i else mu / (len(x) - 1) for j in s]
            v = sum(x[j] * f[j] * law[j] for j in s) - x[i] * mean
        elif isinstance(flow, LogitFlow):
            best = max(f)
            weights = [exp(flow.precision * (f[j] - best)) for j in s]
            v = weights[i] / sum(weights) - x[i]
        elif isinstance(flow, BestResponseFlow):
            short = 1e-12 * max(1, *map(abs, f))
            best = [j for j in s if f[j] >= max(f) - short]
            v = (1 / len(best) if i in best else 0) - x[i]
        elif isinstance(flow, Smith):
            v = sum(x[j] * max(f[i] - f[j], 0) for j in s)
            v -= x[i] * sum(max(f[j] - f[i], 0) for j in s)
        else:
            assert isinstance(flow, BrownVonNeumannNash)
            v = max(f[i] - mean, 0) - x[i] * sum(max(f[j] - mean, 0) for j in s)
        out.append(float(v))
    return out


def rest_on_support(game, support):
    """Exact shares with this support at which all in it earn the same, of two players.

    None if there are none, and () if the linear system is singular.
    """
    k = len(support)
    # Unknowns: the shares, and the common payoff.
    rows = [[payoff(game, i, (j,)) for j in support] + [Fraction(-1), Fraction(0)] for i in support]
    rows.append([Fraction(1)] * k + [Fraction(0), Fraction(1)])
    for column in range(k + 1):
        pivot = next((r for r in range(column, k + 1) if rows[r][column]), None)
        if pivot is None:
            return ()
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for r in range(k + 1):
            if r != column and rows[r][column]:
                factor = rows[r][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[column])]
    shares = [row[-1] for row in rows[:k]]
    if min(shares) <= 0:
        return None
    out = [Fraction(0)] * game.size
    for i, share in zip(support, shares):
        out[i] = share
    return out
