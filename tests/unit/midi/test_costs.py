"""Work that grows with the bytes and no faster, whatever a file holds: counted, not timed."""

from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest

from segue.midi import open_document, scan, track_reader
from segue.midi.setups import Settings
from segue.score import Notes, Track
from tests.strategies import Event
from tests.unit.midi.files import END, chunk, header, read, smf, track

BAR = 384


class Steps:
    """Counts what a reader of tracks does: a step a byte that a pattern takes, and a call."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.n = 0
        for name in ("_RUNS_OF_TWO", "_RUNS_OF_ONE"):
            patterns = getattr(track_reader, name)
            monkeypatch.setattr(track_reader, name, tuple(map(self.counted, patterns)))
        for name in ("_EVENT_OF_TWO", "_EVENT_OF_ONE", "_DELTA_ALONE"):
            monkeypatch.setattr(track_reader, name, self.counted(getattr(track_reader, name)))

    def counted(self, pattern: Any) -> "Counted":
        return Counted(pattern, self)


class Counted:
    """A pattern that tells how many bytes it took."""

    def __init__(self, pattern: Any, steps: Steps) -> None:
        self.pattern, self.steps = pattern, steps

    def match(self, data: bytes, start: int, end: int) -> Any:
        found = self.pattern.match(data, start, end)
        self.steps.n += 1 + (len(found.group()) if found else 0)
        return found

    def findall(self, data: bytes, start: int, end: int) -> Any:
        self.steps.n += 1 + end - start
        return self.pattern.findall(data, start, end)


@pytest.mark.parametrize(
    ("begun", "repeated"),
    [
        ("00904040", "014040"),
        ("", "ff"),
        ("00c000", "0000"),
        ("", "00904040 00c001 00f7 00 00f8"),
        ("", "00ff2f00 00904040"),
        ("", "00ff0101 80"),
        ("00904040", "808080"),
    ],
    ids=[
        "endless running status",
        "a quantity that never ends",
        "a program a byte",
        "never two of a kind",
        "ends of track",
        "texts",
        "times that never end",
    ],
)
def test_work_grows_with_the_bytes_and_no_faster(
    begun: str, repeated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Steps(monkeypatch)
    done = []
    for times in (10_000, 20_000):
        steps.n = 0
        read(header(), chunk(begun + repeated * times))
        done.append(steps.n)
    assert 0 < done[1] <= 2 * done[0]
    assert done[1] <= 8 * (len(bytes.fromhex(repeated)) * 20_000 + 100)


def test_silences_without_number_walk_over_each_note_once(monkeypatch: pytest.MonkeyPatch) -> None:
    walks: list[int] = []

    class Walked(deque[int]):
        def __iter__(self) -> Iterator[int]:
            walks.append(len(self))
            return super().__iter__()

    monkeypatch.setattr(scan, "deque", Walked)
    notes = "".join(f"009{channel:x}{pitch:02x}40" for channel in range(16) for pitch in range(128))
    document = read(header(), chunk(notes + "60b07b00" + "007b00" * 20_000))

    assert [notes for notes in walks if notes] == [1] * 128
    assert len(walks) < 1000
    assert document.score.n_notes == 16 * 128
    assert {played.notes.duration[0] for played in document.score.tracks} == {96}


# Writing


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The tick of each message that was taken in to tell how a channel is set."""
    found: list[int] = []
    hear = Settings.hear

    def counted(settings: Settings, tick: int, message: bytes) -> None:
        found.append(tick)
        hear(settings, tick, message)

    monkeypatch.setattr(Settings, "hear", counted)
    return found


def wheels(n_places: int, n_events: int) -> bytes:
    """A file with a part on each of so many places, and a wheel that turns all the time on one."""
    turning = [(i, f"b001{i % 128:02x}") for i in range(n_events)]
    parts: list[list[Event]] = []
    for place in range(n_places):
        port, channel = divmod(place, 9)
        notes = [(0, f"9{channel}3c50"), (BAR, f"8{channel}3c40")]
        more = turning if place == 0 else []
        body = sorted([*notes, *more], key=lambda event: event[0])
        named = (f"ff2101{port:02x}", f"c{channel}05")
        parts.append(track(*named, *body, (max(BAR, n_events), END)))
    return smf(*parts)


def test_many_places_and_new_tracks_hear_each_controller_a_few_times(heard: list[int]) -> None:
    document = read(wheels(40, 2000))
    assert len({place for place in document.channels.tracks}) == 40
    score = document.score
    start = score.n_bars * BAR
    note = Notes.of(onset=[start], duration=[96], pitch=[64], velocity=[80])
    grown = [t.with_notes(Notes.concat([t.notes, note])) for t in score.tracks]
    new = [Track(notes=note, program=5, name=f"new {i}") for i in range(20)]
    document.updated(score.with_tracks([*grown, *new]), reset_at=start, end_at=start + BAR)

    assert 2000 <= len(heard) <= 4 * 2000


def test_a_gap_amid_controllers_hears_each_of_them_a_few_times(heard: list[int]) -> None:
    document = read(wheels(2, 4000))
    opened = open_document(document, BAR, BAR)

    assert opened.score.n_notes == document.score.n_notes
    assert len(heard) <= 4 * 4000


def test_parts_that_share_a_channel_hear_each_controller_a_few_times(heard: list[int]) -> None:
    changes = [
        event
        for i in range(500)
        for event in (
            (2 * i, f"c0{i % 40:02x}"),
            (2 * i, f"b001{i % 128:02x}"),
            (2 * i, "903c50"),
            (2 * i + 1, "803c40"),
        )
    ]
    document = read(smf(track(*changes, (1000, END))))
    score = document.score
    assert len(score.tracks) == 40
    note = Notes.of(onset=[BAR * 4], duration=[96], pitch=[64], velocity=[80])
    grown = [t.with_notes(Notes.concat([t.notes, note])) for t in score.tracks]
    document.updated(score.with_tracks(grown), reset_at=BAR * 4, end_at=BAR * 5)

    assert 1000 <= len(heard) <= 4 * 1000  # a change of program is heard as well
