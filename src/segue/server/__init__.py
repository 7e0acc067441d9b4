"""The studio's server: projects as trees of pieces, suggestions while they are written, and a page.

It holds neither music nor a model; it calls them. `app` joins the parts into an ASGI application,
and `serve` runs it for `segue studio`. Nothing here imports torch before a suggestion needs it.
"""
