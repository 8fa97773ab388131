"""Problems: what is at stake, and what acting does about it."""

from .leverage import leverage_shares
from .records import Problem, Volunteering
from .stakes import Stakes, stakes_of
from .waiting import rescue_probability, waiting_probability

__all__ = [
    "Problem",
    "Stakes",
    "Volunteering",
    "leverage_shares",
    "rescue_probability",
    "stakes_of",
    "waiting_probability",
]
