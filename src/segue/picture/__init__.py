"""Pictures of music: piano rolls of one score, or of several takes, as PNG, SVG or PDF.

Boxes and words are all there is to draw (`shapes`), so that Pillow is enough.
"""

from segue.picture.figure import LARGE, SMALL, Size, draw_roll, draw_takes

__all__ = ["LARGE", "SMALL", "Size", "draw_roll", "draw_takes"]
