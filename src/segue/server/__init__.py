"""The studio's server: projects as trees of pieces, suggestions as they are written, and its page.

Not music and not a model: those are called. `app` joins the parts into an ASGI application, and
`serve` runs it for `segue studio`. Nothing here imports torch before a suggestion needs it.
"""
