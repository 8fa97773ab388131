"""One population of a symmetric game: laws, passage, simulation."""
