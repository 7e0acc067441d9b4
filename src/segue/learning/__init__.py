"""Learning from a folder of somebody's own music: from some MIDI files to a personal model.

`songs` reads the folder and holds some songs out, `learn` trains and keeps the model that foresees
those best, `heard` lets both models write and measures what they copy, `report` tells it, and
`folder` does all of it and leaves the folder of a model. Needs `segue-music[train]`.
"""

from segue.learning.learn import Learned, Learning
from segue.learning.personal import Stage, Teaching, learn_folder

__all__ = ["Learned", "Learning", "Stage", "Teaching", "learn_folder"]
