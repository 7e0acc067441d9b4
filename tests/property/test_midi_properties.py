"""What holds for every MIDI file and every score: nothing is lost, nothing else is touched."""

import re
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segue.errors import FormatError
from segue.midi import MidiDocument, read_document, score_to_bytes
from segue.midi.bulk import parse_bulk
from segue.midi.smf import write_smf
from segue.score import Notes, Score, append_bars, diff, slice_bars
from tests.strategies import SEEDS, Event, SmfFile, damaged, scores, smf_files

NOTE_STATUS = (0x80, 0x90)


def events(document: MidiDocument) -> list[list[Event]]:
    return [list(zip(t.ticks, t.messages, strict=True)) for t in document.smf.tracks]


def as_midi_can_hold(score: Score) -> Score:
    """The score with the ends that are heard: on one key, the first to begin ends first."""
    tracks = []
    for track in score.tracks:
        end = track.notes.offset.copy()
        for pitch in np.unique(track.notes.pitch):
            same = track.notes.pitch == pitch
            end[same] = np.maximum.accumulate(end[same])
        columns = track.notes.columns() | {"duration": end - track.notes.onset}
        if len(track.notes):
            tracks.append(track.with_notes(Notes.of(**columns)))
    return score.with_tracks(tracks)


RESOLUTIONS = (24, 96, 480, 32767)


@given(scores(ticks_per_quarter=RESOLUTIONS))
def test_a_written_score_reads_back(score: Score) -> None:
    document = read_document(score_to_bytes(score))

    assert diff(as_midi_can_hold(score), document.score) == []
    assert document.warnings == ()


@given(smf_files())
def test_reading_keeps_every_message(file: SmfFile) -> None:
    document = read_document(file.data)

    assert events(document) == [list(track) for track in file.tracks]
    assert read_document(write_smf(document.smf)).smf == document.smf


@given(smf_files())
def test_an_unchanged_score_changes_nothing(file: SmfFile) -> None:
    document = read_document(file.data)

    assert document.updated(document.score) == write_smf(document.smf)


# symusic does not keep the order of more than 16 tempo or metre events at one tick.
@given(smf_files(with_pairs=True, max_events=12))
def test_the_bulk_reader_finds_the_same_music(file: SmfFile) -> None:
    own, bulk = read_document(file.data).score, parse_bulk(file.data)

    assert own.tempo_map == bulk.tempo_map
    assert own.metre_map == bulk.metre_map
    assert heard(own) == heard(bulk)


def heard(score: Score) -> Counter[tuple[int, ...]]:
    found: Counter[tuple[int, ...]] = Counter()
    for track in score.tracks:
        columns = [column.tolist() for column in track.notes.columns().values()]
        found.update((*row, int(track.is_drum)) for row in zip(*columns, strict=True))
    return found


# Updating


@given(smf_files(), scores(max_tracks=6, max_tick=60_000), SEEDS)
def test_an_update_touches_nothing_but_notes(file: SmfFile, new: Score, seed: int) -> None:
    before = read_document(file.data)
    wanted = mixed(before.score, new, seed)
    after = read_document(before.updated(wanted, text="made by a test"))

    for old, updated in zip(events(before), events(after), strict=False):
        kept = [event for event in old if event[1][0] & 0xF0 not in NOTE_STATUS]
        assert_in_order(kept[:-1], updated)
        assert updated[-1][1] == b"\xff\x2f\x00"
        assert updated[-1][0] >= kept[-1][0]
    assert_notes(wanted, before, after)


def assert_in_order(wanted: list[Event], found: list[Event]) -> None:
    rest = iter(found)
    missing = [event for event in wanted if event not in rest]
    assert missing == []


def assert_notes(wanted: Score, before: MidiDocument, after: MidiDocument) -> None:
    """Old notes that stay are as they were; new ones begin as asked, on their instrument."""
    kept, begun = Counter[tuple[int, ...]](), Counter[tuple[int, ...]]()
    for index, track in enumerate(wanted.tracks):
        instrument = (track.program, int(track.is_drum))
        old = rows(before.score.tracks[index].notes) if index < len(before.origins) else Counter()
        kept.update((*row, *instrument) for row in (old & rows(track.notes)).elements())
        begun.update((*begin(row), *instrument) for row in rows(track.notes).elements())
    found, found_begun = Counter[tuple[int, ...]](), Counter[tuple[int, ...]]()
    for track in after.score.tracks:
        instrument = (track.program, int(track.is_drum))
        found.update((*row, *instrument) for row in rows(track.notes).elements())
        found_begun.update((*begin(row), *instrument) for row in rows(track.notes).elements())
    assert begun == found_begun
    unended = any("without an end" in warning for warning in before.warnings)
    assert unended or kept - found == Counter()


def rows(notes: Notes) -> Counter[tuple[int, ...]]:
    columns = [column.tolist() for column in notes.columns().values()]
    return Counter(zip(*columns, strict=True))


def begin(row: tuple[int, ...]) -> tuple[int, ...]:
    onset, _, pitch, velocity = row
    return onset, pitch, velocity


def mixed(score: Score, new: Score, seed: int) -> Score:
    """`score` with some notes taken out, and the notes and further tracks of `new` put in."""
    random = np.random.default_rng(seed)
    tracks = []
    for index, track in enumerate(score.tracks):
        kept = track.notes.select(random.random(len(track.notes)) < 0.7)
        added = new.tracks[index].notes if index < len(new.tracks) else Notes.empty()
        tracks.append(track.with_notes(Notes.concat([kept, added])))
    return score.with_tracks([*tracks, *new.tracks[len(tracks) :]])


@given(smf_files(with_pairs=True), st.integers(1, 8), st.booleans())
def test_appended_bars_are_exactly_those_asked_for(file: SmfFile, n_bars: int, reset: bool) -> None:
    document = read_document(file.data)
    score = document.score
    end = score.bar_grid(end_tick=score.end_tick)
    ending = slice_bars(score, max(end.n_bars - n_bars, 0), end.n_bars)
    wanted = append_bars(score, ending, at_bar=end.n_bars)
    wanted = replace(wanted, tempo_map=score.tempo_map, metre_map=score.metre_map)
    reset_at = end.end_tick if reset else None
    after = read_document(document.updated(wanted, reset_at=reset_at))

    assert heard(as_midi_can_hold(wanted)) == heard(after.score)


@given(scores(min_tracks=1, ticks_per_quarter=RESOLUTIONS), scores(max_tracks=3))
def test_tempo_and_metre_can_only_grow(score: Score, other: Score) -> None:
    document = read_document(score_to_bytes(score))
    wanted = replace(document.score, tempo_map=other.tempo_map, metre_map=other.metre_map)
    after = read_document(document.updated(wanted)).score

    old, new = document.score.tempo_map, other.tempo_map
    for tick in {*old.ticks.tolist(), *new.ticks.tolist()}:
        own = new.us_at(tick) if tick in new.ticks else old.us_at(tick)
        assert after.tempo_map.us_at(tick) == own
    assert set(other.metre_map.ticks.tolist()) <= set(after.metre_map.ticks.tolist())


@given(scores(min_tracks=1, max_tracks=24, max_notes=3, ticks_per_quarter=(96,)))
def test_no_two_new_melodic_tracks_share_a_channel(score: Score) -> None:
    document = read_document(score_to_bytes(score))
    ports: defaultdict[int, set[int]] = defaultdict(set)
    for origin, track in zip(document.origins, document.score.tracks, strict=True):
        port = document.interpretation.contents[origin.chunk].port
        if not track.is_drum:
            assert origin.channel not in ports[port]
            ports[port].add(origin.channel)


# Damage


def outcome(data: bytes) -> MidiDocument | FormatError:
    try:
        return read_document(data, source="broken.mid")
    except FormatError as error:
        return error


@given(damaged())
def test_damage_ends_in_a_document_or_a_clear_error(data: bytes) -> None:
    result = outcome(data)
    if isinstance(result, FormatError):
        assert "broken.mid" in str(result)
        # A place, unless the header itself is gone.
        assert re.search("byte|tick|this is not a MIDI file", str(result))
    else:
        again = read_document(result.updated(result.score, text="still a file"))
        assert diff(result.score, again.score) == []


@given(st.binary(max_size=300))
def test_any_bytes_after_a_header_end_in_a_document_or_a_clear_error(data: bytes) -> None:
    result = outcome(b"MThd\0\0\0\6\0\1\0\1\0\x60MTrk" + data)
    assert isinstance(result, MidiDocument) or "broken.mid" in str(result)


@given(damaged())
def test_the_bulk_reader_reads_or_rejects_damage(data: bytes) -> None:
    with suppress(FormatError):
        assert parse_bulk(data).ticks_per_quarter > 0
