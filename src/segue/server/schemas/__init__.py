"""What goes over the wire, as pydantic models: the source of OpenAPI and of the page's types.

There is a module for each noun. Ticks are the score's own; bars count from 0, ranges are half open.
Every number has bounds and every text a length, so that wrong values are refused before anything is
done.
"""
