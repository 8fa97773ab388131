"""Populations of strategies that play and learn, simulated."""
