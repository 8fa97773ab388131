"""Structured populations: networks and demes."""
