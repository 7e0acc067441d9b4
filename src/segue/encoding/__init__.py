"""Scores as arrays that a model reads, and exactly back.

`vocabulary` has the symbols, `events` the table of notes, `sequence` the order of reading and
writing, `controls` what can be asked of a bar and a part.
"""
