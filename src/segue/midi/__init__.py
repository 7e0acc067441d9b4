"""MIDI files to scores and back.

Bulk reading for corpora (`parse_bulk`) is fast and keeps the music only.
"""

from segue.midi.bulk import parse_bulk

__all__ = ["parse_bulk"]
