"""Equilibria: profiles from which nobody gains by leaving, with what proves them."""

from .record import Equilibria, Equilibrium, role_regrets

__all__ = ["Equilibria", "Equilibrium", "role_regrets"]
