"""Bars that come back: which bar of a piece an unknown one is most like.

Much music repeats itself to the note, often far away. An unknown bar is held against every other
bar of its piece: by what other parts play in it, and by what all play in the two bars before and
after (`heard`). `weights.json` has what such likeness is worth: how much of a bar's notes, as note
F1, will be those of another one, by a regression on songs that models are trained on
(`likeliest`; `python -m scripts.measure_recall CORPUS`).
"""
