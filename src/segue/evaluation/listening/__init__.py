"""Blind pairs for listeners, and what they answered. Imports `music`, `candidates`."""
