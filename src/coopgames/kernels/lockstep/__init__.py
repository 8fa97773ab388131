"""Replicates side by side: one step of all at a time."""
