"""Bars of a file one after another in another order: left out, repeated, moved, as in a DAW.

Everything that is in the bars comes along: notes, controllers, tempo, metre, markers. Where bars
meet that did not, what was set before the later ones is set again, and pedals, bends and fades of
the earlier ones end. Notes that ring over such a place end there.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Final, NamedTuple

from segue.errors import InputError
from segue.midi.cutting import cut_document
from segue.midi.document import MidiDocument
from segue.midi.excerpt import Part, lasting_of, part_of
from segue.midi.messages import (
    CONTROL,
    END_OF_TRACK,
    KEY_SIGNATURE,
    META,
    PITCH_BEND,
    PRESSURE,
    PROGRAM,
    SET_TEMPO,
    TIME_SIGNATURE,
)
from segue.midi.smf import bridged, write_smf

__all__ = ["Stretch", "spliced"]

_TIMING: Final = (SET_TEMPO, TIME_SIGNATURE, KEY_SIGNATURE)
_CENTRE: Final = b"\x00\x40"
_DEFAULTS: Final = {1: 0, 7: 100, 10: 64, 11: 127} | dict.fromkeys(range(64, 70), 0)
"""Of controllers that music leaves in another state than it found them."""

State = Mapping[Hashable, bytes]


class Stretch(NamedTuple):
    """The ticks [start, end) of a file, both bar lines."""

    document: MidiDocument
    start: int
    end: int


def spliced(document: MidiDocument, stretches: Sequence[Stretch]) -> bytes:
    """A file with the tracks of a document, and of some stretches what is in them.

    The stretches are of it or of files with the same tracks, perhaps without its last ones.

    Raises:
        InputError: a stretch of a file with other tracks, or no stretches.
    """
    if not stretches:
        raise InputError("all bars would be gone; leave one, or begin a new piece")
    n_chunks = len(document.smf.tracks)
    parts = [_parts(document, stretch) for stretch in _merged(stretches)]
    chunks = []
    for index in range(n_chunks):
        rows: list[tuple[int, bytes]] = []
        state: dict[Hashable, bytes] = {}
        at = 0
        for length, found in parts:
            part = found[index]
            seam = _at_seam(state, part.lasting) if at else list(part.lasting.values())
            rows += [(at, message) for message in seam]
            rows += [(at + tick, message) for tick, message in part.rows]
            state = lasting_of([*part.lasting.values(), *(message for _, message in part.rows)])
            at += length
        ticks, messages = [tick for tick, _ in rows], [message for _, message in rows]
        chunks.append(bridged([*ticks, at], [*messages, END_OF_TRACK]))
    return write_smf(document.smf.with_tracks(chunks))


def _merged(stretches: Sequence[Stretch]) -> list[Stretch]:
    """The same with those made one that go on from each other."""
    found: list[Stretch] = []
    for stretch in stretches:
        if found and found[-1].document is stretch.document and found[-1].end == stretch.start:
            found[-1] = found[-1]._replace(end=stretch.end)
        else:
            found.append(stretch)
    return found


def _parts(document: MidiDocument, stretch: Stretch) -> tuple[int, list[Part]]:
    """How long a stretch is, and what each track chunk of the document has of it."""
    own, n_chunks = stretch.document, len(document.smf.tracks)
    chunks = own.smf.tracks
    homes = [(origin.chunk, origin.channel) for origin in own.origins]
    known = {(origin.chunk, origin.channel) for origin in document.origins}
    same = own is document or (
        len(chunks) <= n_chunks and own.smf.division == document.smf.division
    )
    if not same or (known and homes and not known & set(homes)):
        raise InputError("these bars have other tracks than the piece has now; copy them again")
    head = cut_document(own, stretch.end)
    pairs = zip(head.smf.tracks, head.interpretation.notes, strict=True)
    found = [part_of(chunk, notes, stretch.start) for chunk, notes in pairs]
    found += [Part({}, []) for _ in range(n_chunks - len(found))]
    return stretch.end - stretch.start, found


def _at_seam(before: State, after: State) -> list[bytes]:
    """What is sent where bars meet: what holds for the later ones, and what has to end."""
    kept = {key: message for key, message in after.items() if _is_set_again(key)}
    ended = [_default(key) for key in before if key not in after]
    told = [message for key, message in kept.items() if before.get(key) != message]
    return [*(message for message in ended if message is not None), *told]


def _is_set_again(key: Hashable) -> bool:
    """Not names, devices or whole set-ups, which hold from the beginning."""
    if isinstance(key, int):
        return True
    assert isinstance(key, tuple), "keys are numbers or tuples"
    return key[1] in _TIMING if key[0] == META else key[0] & 0xF0 == CONTROL and len(key) == 2


def _default(key: Hashable) -> bytes | None:
    """What puts something back to where it is before anything was sent; None: nothing does."""
    if isinstance(key, int):
        status = bytes((key,))
        by_kind = {PITCH_BEND: status + _CENTRE, PRESSURE: status + b"\x00", PROGRAM: None}
        return by_kind.get(key & 0xF0)
    assert isinstance(key, tuple), "keys are numbers or tuples"
    if len(key) == 2 and key[0] & 0xF0 == CONTROL and key[1] in _DEFAULTS:
        return bytes((key[0], key[1], _DEFAULTS[key[1]]))
    return None
