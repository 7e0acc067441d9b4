"""What musicians know of pitches and instruments: keys and General MIDI. No notes, no files."""
