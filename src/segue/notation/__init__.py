"""Notation: MIDI as MusicXML for MuseScore, Dorico, Sibelius or Finale, and MusicXML as MIDI.

music21 writes and reads the files; the extra `notation` brings it. It is imported when needed.
"""

from segue.notation.reading import read_musicxml
from segue.notation.writing import musicxml_of

__all__ = ["musicxml_of", "read_musicxml"]
