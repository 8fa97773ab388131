"""Dynamics: how acts come about. Each takes a `Game` and returns an `Outcome`."""

from .evolve import evolve
from .imitation import Imitation
from .logit import Logit
from .payoffs import expected_payoffs
from .simulate import simulate

__all__ = ["Imitation", "Logit", "evolve", "expected_payoffs", "simulate"]
