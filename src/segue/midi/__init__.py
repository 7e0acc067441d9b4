"""MIDI files to scores and back.

A musician's own file goes through `read_document`: tolerant, bounded and lossless, so that
`MidiDocument.updated` can give it back with other notes and everything else untouched. Corpora go
through `segue.midi.bulk`: thousands of files a second, the music only, by symusic, which comes with
the extra `corpus`.
"""

from segue.files import write_bytes as write_file
from segue.midi.cutting import cut_document, open_document
from segue.midi.document import MidiDocument, read_document
from segue.midi.export import document_from_score, score_to_bytes
from segue.midi.interpretation import Origin

__all__ = [
    "MidiDocument",
    "Origin",
    "cut_document",
    "document_from_score",
    "open_document",
    "read_document",
    "score_to_bytes",
    "write_file",
]
