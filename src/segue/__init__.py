"""Segue continues a musician's multi-instrument MIDI piece."""

__version__ = "0.1.0"
