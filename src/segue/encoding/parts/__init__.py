"""The encoding of the next model: a part is a track, and loudness and length are finer.

It takes the place of `events`, `sequence` and `vocabulary` one level up, which the shipped model
`band` still reads. Their grid of bars and positions (`events.Grid`) is this one's too.
"""
