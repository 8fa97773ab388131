"""Repeated games of two players: exact, of a fixed number of rounds, and simulated."""
