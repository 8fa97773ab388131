"""Finite processes: how one population changes in a step or a generation."""
