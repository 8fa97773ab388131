"""What coopgames raises: every error names what is wrong, its bound, the value and the way out."""

__all__ = ["BudgetError", "CoopgamesError", "SpecificationError"]


class CoopgamesError(ValueError):
    """Base of every error this package raises on purpose."""


class SpecificationError(CoopgamesError):
    """A model file or record that breaks a bound; the message names file, key, value and bound."""


class BudgetError(CoopgamesError):
    """A request larger than the stated budget, refused before the work starts."""
