"""Repeated games of n players, exact and simulated, and games of their compositions."""
