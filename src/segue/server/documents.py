"""Pieces that are read within the studio's limits, and kept for a while.

Reading a large file takes a second and much memory, so large files are read one at a time, however
many clients ask. The few pieces that are asked for again and again are kept, and so are the answers
made of them; nobody waits for those.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Final, TypeVar

from segue.midi import MidiDocument, read_document
from segue.midi.track_reader import TooManyEventsError
from segue.server.limits import KEPT, TAKEN_IN, Limits
from segue.server.problems import Problem
from segue.server.project_file import ProjectError
from segue.server.schemas.nodes import NodeMusic
from segue.server.wire import chord_line, controllers, score_detail, written_by

__all__ = ["Documents", "require_taken"]

Kept = TypeVar("Kept")

_SMALL_BYTES: Final = 2**17
"""Pieces up to this size are read in milliseconds."""
_MAX_KEPT: Final = 4
_MAX_KEPT_EVENTS: Final = 2 * TAKEN_IN.events
_MAX_KEPT_BYTES: Final = 32 * 2**20


class Documents:
    """Reads pieces."""

    def __init__(self) -> None:
        self._reading = threading.Lock()
        self._lock = threading.Lock()
        self._documents: OrderedDict[bytes, MidiDocument] = OrderedDict()
        self._music: OrderedDict[bytes, bytes] = OrderedDict()

    def take_in(self, midi: bytes, source: str) -> MidiDocument:
        """A piece that comes from outside.

        Raises:
            Problem: 413, it has more music than the studio takes.
            FormatError: it is not a MIDI file.
        """
        with self._turn(midi):
            try:
                document = read_document(midi, source=source, max_events=TAKEN_IN.events)
            except TooManyEventsError as error:
                raise _too_large(source, f"more than {TAKEN_IN.events:,} events") from error
            require_taken(document)
            return self._keep_document(midi, document)

    def of(self, midi: bytes) -> MidiDocument:
        """The piece of a version.

        Raises:
            ProjectError: it has more music than the studio can show.
            FormatError: it is not a MIDI file.
        """
        found = self._documents.get(midi)
        if found is not None:
            return self._keep_document(midi, found)
        with self._turn(midi):
            found = self._documents.get(midi)  # another may have read it meanwhile
            return self._keep_document(midi, found or _read_kept(midi, KEPT))

    def music(self, midi: bytes) -> bytes:
        """The same as JSON, as the page reads it: a `NodeMusic`.

        Raises:
            ProjectError: it has more music than the studio can show.
            FormatError: it is not a MIDI file.
        """
        found = self._music.get(midi)
        if found is not None:
            return self._keep_music(midi, found)
        document = self.of(midi)
        with self._turn(midi):
            return self._keep_music(midi, self._music.get(midi) or _music_of(document))

    def _turn(self, midi: bytes) -> AbstractContextManager[object]:
        """What a large piece waits for; small ones do not wait."""
        return self._reading if len(midi) > _SMALL_BYTES else nullcontext()

    def _keep_document(self, midi: bytes, document: MidiDocument) -> MidiDocument:
        with self._lock:
            _keep(self._documents, midi, document, size=_n_events, most=_MAX_KEPT_EVENTS)
        return document

    def _keep_music(self, midi: bytes, music: bytes) -> bytes:
        with self._lock:
            _keep(self._music, midi, music, size=len, most=_MAX_KEPT_BYTES)
        return music


def _keep(
    kept: OrderedDict[bytes, Kept],
    midi: bytes,
    new: Kept,
    *,
    size: Callable[[Kept], int],
    most: int,
) -> None:
    """Keep what was asked for last, and as much of the rest as there is room for."""
    kept.pop(midi, None)
    kept[midi] = new
    sizes = [size(each) for each in kept.values()]
    while len(sizes) > 1 and (len(sizes) > _MAX_KEPT or sum(sizes) > most):
        kept.popitem(last=False)
        del sizes[0]


def _music_of(document: MidiDocument) -> bytes:
    music = NodeMusic.model_construct(
        score=score_detail(document),
        controllers=controllers(document),
        warnings=list(document.warnings),
        chords=chord_line(document),
        written_by=written_by(document),
    )
    return music.model_dump_json().encode()


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
