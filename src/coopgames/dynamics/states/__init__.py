"""The states of an institution's game: revision, roles, plans."""
