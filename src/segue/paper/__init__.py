"""The paper's experiment from end to end: data, sweep over beta, Frechet distances, report.

S. Rathinam, "Multi instrument music generation using VAEs". Its models are in `segue.models`, its
note table in `segue.encoding`; `docs/paper.md` says where its text and its published code differ.
"""
