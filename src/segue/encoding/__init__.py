"""Scores as arrays that a model reads, and exactly back.

`vocabulary` has the symbols, `grid` the bars and positions, `roster` the parts of a window, `table`
the notes, `sequence` the order of reading and writing, `controls` what can be asked of a bar and a
part.
"""
