"""Pictures of music: piano rolls of one score, or of several takes, as PNG, SVG or PDF.

Matplotlib's object interface only, no `pyplot`: nothing is global and no window is opened.
"""

from segue.picture.figure import LARGE, SMALL, Size, draw_roll, draw_takes, save_figure

__all__ = ["LARGE", "SMALL", "Size", "draw_roll", "draw_takes", "save_figure"]
