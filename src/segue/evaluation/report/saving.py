"""Diagrams as files. Matplotlib's object interface only, no `pyplot`: nothing is global."""

from pathlib import Path
from typing import Final

from matplotlib import rc_context
from matplotlib.figure import Figure

from segue.errors import InputError
from segue.files import replacing

__all__ = ["save_figure"]

_FORMATS: Final = {".png": "png", ".svg": "svg", ".pdf": "pdf"}
_METADATA: Final = {"png": {"Software": None}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}
"""Without a date and a version the same figures give the same bytes."""


def save_figure(figure: Figure, path: str | Path) -> None:
    """Write a figure as PNG, SVG or PDF by its suffix, whole or not at all, always the same bytes.

    Raises:
        InputError: a suffix that is none of the three, or a file that cannot be written.
    """
    path = Path(path)
    kind = _FORMATS.get(path.suffix.lower())
    if kind is None:
        raise InputError(f"{path}: a picture ends in {', '.join(_FORMATS)}")
    with (
        replacing(path) as temporary,
        # The salt gives the same SVG again; as text, its words can be searched.
        rc_context({"svg.hashsalt": "segue", "svg.fonttype": "none"}),
    ):
        figure.savefig(temporary, format=kind, metadata=_METADATA[kind])
