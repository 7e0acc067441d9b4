"""How near new music is to the music that a model was trained on. No torch.

`lines` and `grams` say what a passage is and how long; `index` finds passages exactly (`build`
makes it, `search` names the songs), `fingerprint` from a few megabytes; `report` says what that
means.
"""

from segue.novelty.fingerprint import Fingerprint
from segue.novelty.grams import GRAM, Ruler
from segue.novelty.index import PassageIndex
from segue.novelty.known import KnownMusic, read_known_music
from segue.novelty.lines import Kind, lines_of_score
from segue.novelty.passages import Measured, Passage, longest_of, measure_passages, size_of
from segue.novelty.report import NoveltyReport, SharedPassage
from segue.novelty.yardstick import Yardstick

__all__ = [
    "GRAM", "Fingerprint", "Kind", "KnownMusic", "Measured", "NoveltyReport", "Passage",
    "PassageIndex", "Ruler", "SharedPassage", "Yardstick", "lines_of_score", "longest_of",
    "measure_passages", "read_known_music", "size_of",
]  # fmt: skip
