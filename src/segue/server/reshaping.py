"""Edits of a whole file: its bars, tempo, metre, key and the order of its tracks."""

from collections.abc import Callable, Sequence

from segue.errors import InputError
from segue.harmony.naming import ChordAt, named_chords, with_chords
from segue.midi import MidiDocument, read_document
from segue.midi.ordering import reordered
from segue.midi.splicing import Stretch, spliced
from segue.midi.timing import with_key, with_metre, with_tempo
from segue.server.keys import signature_named
from segue.server.schemas.nodes import BarsOf, EditRequest, TimeEdit
from segue.theory.chords import NO_CHORD
from segue.units import US_PER_MINUTE

__all__ = ["VersionOf", "reshaped"]

VersionOf = Callable[[int], MidiDocument]
"""The piece of a node."""


def reshaped(document: MidiDocument, edit: EditRequest, version: VersionOf) -> MidiDocument:
    """The piece with what an edit changes of it as a whole.

    Raises:
        InputError: bars that are not there, or tracks in an order that cannot be.
    """
    if edit.time is not None:
        document = _timed(document, edit.time)
    if edit.key is not None:
        sharps, is_minor = signature_named(edit.key)
        document = _read(document, with_key(document, sharps, is_minor=is_minor))
    if edit.bars is not None:
        document = _with_bars(document, edit.bars, version)
    if edit.order is not None:
        document = _read(document, reordered(document, edit.order))
    return document


def _read(document: MidiDocument, data: bytes) -> MidiDocument:
    encoding = document.interpretation.texts.encoding
    return read_document(data, source=document.source, encoding=encoding)


def _timed(document: MidiDocument, time: TimeEdit) -> MidiDocument:
    if time.last is not None and time.last <= time.first:
        raise InputError(f"bars {time.first + 1} to {time.last} are none")
    grid = document.score.bar_grid(n_bars=max(time.first, time.last or 0))
    start = grid.start(time.first)
    end = None if time.last is None else grid.start(time.last)
    if time.metre is not None:
        document = _read(document, with_metre(document, start, end, time.metre))
    if time.bpm is not None:
        us = round(US_PER_MINUTE / time.bpm)
        document = _read(document, with_tempo(document, start, end, us))
    return document


def _with_bars(
    document: MidiDocument, wanted: Sequence[BarsOf], version: VersionOf
) -> MidiDocument:
    stretches = []
    for bars in wanted:
        source = document if bars.node is None else version(bars.node)
        if not bars.first < bars.last <= source.score.n_bars:
            raise InputError(
                f"bars {bars.first + 1} to {bars.last} are not there; the piece has bars 1 to "
                f"{source.score.n_bars}"
            )
        grid = source.score.bar_grid()
        stretches.append(Stretch(source, grid.start(bars.first), grid.start(bars.last)))
    after = _read(document, spliced(document, stretches))
    chords = _chords_of(stretches)
    return _read(after, with_chords(after, chords)) if chords else after


def _chords_of(stretches: Sequence[Stretch]) -> list[ChordAt]:
    """The chords that files name, where their bars have come to; what goes on is named there."""
    found: list[ChordAt] = []
    at = 0
    for document, start, end in stretches:
        named = named_chords(document)
        before = [chord for chord in named if chord.tick <= start]
        inside = [chord for chord in named if start < chord.tick < end]
        heard = before[-1].chord if before else NO_CHORD
        if named and heard != (found[-1].chord if found else NO_CHORD):
            found.append(ChordAt(at, heard))
        found += [ChordAt(at + chord.tick - start, chord.chord) for chord in inside]
        at += end - start
    return found
