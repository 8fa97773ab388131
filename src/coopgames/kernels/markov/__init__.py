"""Markov chains: laws, passage, fixation; sparse, dense and in logarithms."""
