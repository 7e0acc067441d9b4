"""Continuing, infilling, composing, varying and interpolating: from a Score to takes."""

from segue.generation.options import Options
from segue.generation.take import Take

__all__ = ["Options", "Take"]
