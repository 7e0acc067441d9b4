"""Edits of a piece as a whole: bars, tempo, metre, key, the order of its tracks."""

from typing import Any

import pytest

from segue.errors import InputError
from segue.harmony.naming import ChordAt, named_chords, with_chords
from segue.midi import MidiDocument, document_from_score, read_document, score_to_bytes
from segue.midi.smf import Smf, TrackChunk, write_smf
from segue.score import diff, slice_bars
from segue.server.edits import edited
from segue.server.keys import key_of
from segue.server.schemas.nodes import EditRequest
from segue.theory.chords import parse_chord
from tests.composers import band

BAR = 4 * 96


def piece() -> MidiDocument:
    return document_from_score(band(4))


def after(
    document: MidiDocument, *, other: MidiDocument | None = None, **edit: Any
) -> MidiDocument:
    request = EditRequest.model_validate({"label": "an edit", **edit})
    return read_document(edited(document, request, lambda _: other or document))


def test_bars_are_deleted_and_repeated() -> None:
    shorter = after(piece(), bars=[{"first": 0, "last": 1}, {"first": 3, "last": 4}])
    assert shorter.score.n_bars == 2
    assert not diff(slice_bars(shorter.score, 1, 2), slice_bars(band(4), 3, 4))
    longer = after(piece(), bars=[{"first": 0, "last": 4}, {"first": 1, "last": 2}])
    assert longer.score.n_bars == 5
    assert not diff(slice_bars(longer.score, 4, 5), slice_bars(band(4), 1, 2))


def test_bars_of_another_version_are_put_in() -> None:
    found = after(
        document_from_score(band(2)),
        other=piece(),
        bars=[{"first": 0, "last": 1}, {"first": 2, "last": 4, "node": 1}, {"first": 1, "last": 2}],
    )
    assert found.score.n_bars == 4
    assert not diff(slice_bars(found.score, 1, 3), slice_bars(band(4), 2, 4))


def test_bars_that_are_not_there_are_refused() -> None:
    with pytest.raises(InputError, match="bars 4 to 5 are not there; the piece has bars 1 to 4"):
        after(piece(), bars=[{"first": 3, "last": 5}])


def test_chords_go_with_their_bars_and_go_on_where_they_went_on() -> None:
    chords = [ChordAt(0, parse_chord("Am")), ChordAt(2 * BAR, parse_chord("Dm"))]
    named = read_document(with_chords(piece(), chords))
    ranges = [{"first": 3, "last": 4}, {"first": 1, "last": 3}]
    found = named_chords(after(named, bars=ranges))
    assert [(tick // BAR, str(chord)) for tick, chord in found] == [
        *((0, "Dm"), (1, "Am"), (2, "Dm"))
    ]


def test_some_bars_have_another_tempo() -> None:
    found = after(piece(), time={"first": 1, "last": 3, "bpm": 60.0}).score.tempo_map
    before = piece().score.tempo_map
    assert [found.us_at(bar * BAR) for bar in range(4)] == [
        *(before.us_at(0), 1_000_000, 1_000_000, before.us_at(0))
    ]
    again = after(after(piece(), time={"first": 1, "bpm": 60.0}), time={"bpm": 90.0})
    assert again.score.tempo_map.us_per_quarter.tolist() == [666_667]


def test_another_metre_draws_the_bar_lines_elsewhere() -> None:
    found = after(piece(), time={"first": 1, "metre": [3, 4]}).score
    assert found.bar_grid().lengths.tolist()[:3] == [BAR, 288, 288]
    assert [track.notes for track in found.tracks] == [track.notes for track in band(4).tracks]
    part = after(piece(), time={"first": 1, "last": 2, "metre": [2, 4]}).score
    assert part.bar_grid().lengths.tolist() == [BAR, 192, 192, BAR, BAR]


@pytest.mark.parametrize("key", ["Bb minor", "F# major", "C major"])
def test_the_key_signature_is_the_one_that_is_named(key: str) -> None:
    found = after(after(piece(), key="Eb major"), key=key)
    assert key_of(found) == key or key == "C major"
    assert not diff(found.score, piece().score)


def test_a_key_that_no_signature_writes_is_refused() -> None:
    with pytest.raises(InputError, match="no key signature writes G# major; it sounds like Ab"):
        after(piece(), key="G# major")


def test_tracks_come_in_another_order_with_everything_that_is_in_them() -> None:
    found = after(piece(), order=[2, 0, 1])
    before = piece().score.tracks
    assert list(found.score.tracks) == [before[2], before[0], before[1]]
    assert found.score.tempo_map == piece().score.tempo_map
    with pytest.raises(InputError, match="name each of the 3 tracks once"):
        after(piece(), order=[0, 1])


def test_tracks_that_are_one_in_the_file_stay_together() -> None:
    document = read_document(score_to_bytes(band(2)))
    rows = sorted(
        (
            row
            for chunk in document.smf.tracks
            for row in zip(chunk.ticks, chunk.messages, strict=True)
        ),
        key=lambda row: (row[1] == b"\xff\x2f\x00", row[0]),
    )
    rows = [row for row in rows if row[1] != b"\xff\x2f\x00"]
    chunk = TrackChunk(
        ticks=[*(tick for tick, _ in rows), 2 * BAR],
        messages=[*(message for _, message in rows), b"\xff\x2f\x00"],
    )
    one = read_document(write_smf(Smf(format=0, division=96, chunks=(chunk,))))
    n = len(one.score.tracks)
    with pytest.raises(InputError, match="stay together"):
        after(one, order=list(reversed(range(n))))
