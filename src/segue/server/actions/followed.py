"""Pieces that new bars follow: taken in, and found again."""

from dataclasses import replace

from segue.generation.like import require_pattern
from segue.generation.piece import Piece
from segue.server.actions.shelf import Shelf
from segue.server.documents import require_taken
from segue.server.followed import FollowedFiles
from segue.server.schemas.followed import FileToFollow, PieceToFollow

__all__ = ["FollowActions"]


class FollowActions:
    """What can be done with pieces that others follow."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf, self._files = shelf, FollowedFiles()

    def upload(self, midi: bytes, name: str | None) -> FileToFollow:
        """Take in a musician's file; it does not become a project.

        Raises:
            Problem: 413, it is larger than the studio takes.
            FormatError: it is not a MIDI file.
            InputError: it has no notes, or holds several pieces.
        """
        called = name or "the other piece"
        document = self._shelf.documents.take_in(midi, called)
        require_pattern(Piece.of(replace(document, source=called)))
        return FileToFollow(file=self._files.add(midi, called), name=called)

    def found(self, asked: PieceToFollow) -> tuple[Piece, PieceToFollow]:
        """The piece that is asked for, and what it is called.

        Raises:
            Problem: 404, there is none; 413, it has more music than the studio takes.
            InputError: the project cannot be opened, or the file holds several pieces.
        """
        found: dict[str, int | str]
        if isinstance(asked, FileToFollow):
            file = self._files.get(asked.file)
            midi, name, found = file.midi, file.name, {}
        else:
            project = self._shelf.file(asked.project)
            facts = project.facts()
            node = self._shelf.node(project, asked.node or facts.current).id
            midi, name, found = project.midi(node), facts.name, {"node": node}
        document = replace(self._shelf.documents.of(midi), source=name)
        require_taken(document)
        return Piece.of(document), asked.model_copy(update={"name": name} | found)
