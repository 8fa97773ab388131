"""Flows on simplices: fields, trajectories, rest points."""
