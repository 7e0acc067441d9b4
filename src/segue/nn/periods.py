"""The periods of the rotary embedding of `transformer`, for other ways to compute it, too."""

from typing import Final

INDEX_RANGE: Final = 10_000.0
"""The longest period of the index over the shortest (Su et al. 2021)."""
SHORTEST_TIME: Final = 4.0
"""The shortest period of the second coordinate, in its units."""
