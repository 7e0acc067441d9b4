"""The watch folder: every accepted piece as a MIDI file of its own, for any DAW's browser.

Names begin with the project's id and a number that rises, so that a browser shows them in the order
in which they were accepted, and none takes the place of one of another project that has the same
name. A file is there whole or not at all.
"""

import logging
from pathlib import Path
from typing import Final

from segue.errors import InputError
from segue.files import make_folder, write_bytes
from segue.server.projects import slug
from segue.server.workplace import sweep_files

__all__ = ["WatchFolder"]

_LOG: Final = logging.getLogger("segue.server")


class WatchFolder:
    """A folder that a DAW looks into."""

    def __init__(self, folder: Path) -> None:
        """Make the folder, and remove what was left half written in it.

        Raises:
            InputError: it cannot be made.
        """
        self.folder = make_folder(folder)
        sweep_files(self.folder)

    def add(self, *, project: str, node: int, label: str, midi: bytes) -> Path | None:
        """Write a piece; returns where, or None if it could not be: the piece is kept all the same.

        A full disk here must not undo what the musician accepted.

        Args:
            project: the project's id.
            node: the node's number in it.
            label: what the node is called.
            midi: its piece.
        """
        path = self.folder / f"{project}-{node:04d}-{slug(label)}.mid"
        try:
            write_bytes(path, midi)
        except InputError as error:
            _LOG.error("the watch folder: %s", error)
            return None
        return path
