"""Two-player games: all equilibria."""
