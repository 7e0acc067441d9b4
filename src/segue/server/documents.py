"""Pieces that are read: within the studio's limits, one at a time, and kept for a while.

Reading a large file takes a second and much memory. So one is read at a time however many ask, the
same few that are asked for again and again are kept, and so are their answers, as they go over the
wire.
"""

import threading
from collections import OrderedDict
from typing import Final

from segue.midi import MidiDocument, read_document
from segue.midi.track_reader import TooManyEventsError
from segue.server.limits import KEPT, TAKEN_IN, Limits
from segue.server.problems import Problem
from segue.server.project_file import ProjectError
from segue.server.schemas import NodeMusic
from segue.server.wire import controllers, score_detail

__all__ = ["Documents", "require_taken"]

_MAX_KEPT: Final = 4
_MAX_KEPT_EVENTS: Final = 2 * TAKEN_IN.events
_MAX_KEPT_BYTES: Final = 32 * 2**20


class Documents:
    """Reads pieces."""

    def __init__(self) -> None:
        self._reading = threading.Lock()
        self._documents: OrderedDict[bytes, MidiDocument] = OrderedDict()
        self._music: OrderedDict[bytes, bytes] = OrderedDict()

    def take_in(self, midi: bytes, source: str) -> MidiDocument:
        """A piece that comes from outside.

        Raises:
            Problem: 413, it has more music than the studio takes.
            FormatError: it is not a MIDI file.
        """
        with self._reading:
            try:
                document = read_document(midi, source=source, max_events=TAKEN_IN.events)
            except TooManyEventsError as error:
                raise _too_large(source, f"more than {TAKEN_IN.events:,} events") from error
            require_taken(document)
            self._keep(midi, document)
            return document

    def of(self, midi: bytes) -> MidiDocument:
        """The piece of a version.

        Raises:
            ProjectError: it has more music than the studio can show.
            FormatError: it is not a MIDI file.
        """
        with self._reading:
            return self._of(midi)

    def music(self, midi: bytes) -> bytes:
        """The same as JSON, as the page reads it: a `NodeMusic`.

        Raises:
            ProjectError: it has more music than the studio can show.
            FormatError: it is not a MIDI file.
        """
        with self._reading:
            found = self._music.pop(midi, None)
            if found is None:
                document = self._of(midi)
                found = (
                    NodeMusic.model_construct(
                        score=score_detail(document),
                        controllers=controllers(document),
                        warnings=list(document.warnings),
                    )
                    .model_dump_json()
                    .encode()
                )
            self._music[midi] = found
            sizes = [len(json) for json in self._music.values()]
            while len(sizes) > 1 and (len(sizes) > _MAX_KEPT or sum(sizes) > _MAX_KEPT_BYTES):
                self._music.popitem(last=False)
                del sizes[0]
            return found

    def _of(self, midi: bytes) -> MidiDocument:
        document = self._documents.get(midi)
        if document is None:
            document = _read_kept(midi, KEPT)
        self._keep(midi, document)
        return document

    def _keep(self, midi: bytes, document: MidiDocument) -> None:
        self._documents.pop(midi, None)
        self._documents[midi] = document
        sizes = [_n_events(kept) for kept in self._documents.values()]
        while len(sizes) > 1 and (len(sizes) > _MAX_KEPT or sum(sizes) > _MAX_KEPT_EVENTS):
            self._documents.popitem(last=False)
            del sizes[0]


def require_taken(document: MidiDocument) -> None:
    """Refuse a piece with more music than the studio takes.

    Raises:
        Problem: 413, with what it has too much of.
    """
    too_much = TAKEN_IN.exceeded_by(document)
    if too_much is not None:
        raise _too_large(document.source, too_much)


def _read_kept(midi: bytes, limits: Limits) -> MidiDocument:
    try:
        document = read_document(midi, source="the piece", max_events=limits.events)
        too_much = limits.exceeded_by(document)
    except TooManyEventsError:
        too_much = f"more than {limits.events:,} events"
    if too_much is None:
        return document
    raise ProjectError(
        f"this version has {too_much}: more than can be shown; it can still be exported as MIDI"
    )


def _n_events(document: MidiDocument) -> int:
    return sum(len(track.ticks) for track in document.smf.tracks)


def _too_large(source: str, too_much: str) -> Problem:
    return Problem(
        413, "too_large", f"{source} has {too_much}; cut it in a DAW, or use the command line"
    )
