"""What goes over the wire, as pydantic models: the source of OpenAPI and of the page's types.

A module a noun. Ticks are the score's own; bars count from 0, ranges are half open. Every number
has its bounds, every text its length, so that what is out of range is refused before anything is
done.
"""
