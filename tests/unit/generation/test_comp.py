"""Comping: which track is which, what does not fit, and what the file says of it."""

from dataclasses import replace
from pathlib import Path

import pytest

import segue
from segue.errors import InputError
from segue.generation.comp import Choice, comp, tracks_to_choose
from segue.generation.piece import Piece
from segue.generation.same_tracks import voices_of
from segue.generation.take import Take
from segue.midi import MidiDocument, read_document, score_to_bytes
from segue.midi.instruments import Voicing, with_voicings
from segue.midi.provenance import provenance_of
from segue.score import MetreMap, Notes, Score, TempoMap, Track
from tests.composers import band, line, score_of, small_composer, track_notes

BAR = 4 * 96


def four() -> MidiDocument:
    return read_document(score_to_bytes(band(4)), source="song.mid")


@pytest.fixture(scope="module")
def continued() -> list[Take]:
    return small_composer(longing_for_bars=-1.0).continue_(four(), bars=3, takes=3, seed=5)


def played(score: Score, track: int, first: int, last: int) -> list[tuple[int, ...]]:
    notes = score.tracks[track].notes
    rows = zip(*(column.tolist() for column in notes.columns().values()), strict=True)
    return [row for row in rows if first * BAR <= row[0] < last * BAR]


def without_provenance(data: bytes) -> list[list[tuple[int, bytes]]]:
    return [
        [
            (tick, message)
            for tick, message in zip(chunk.ticks, chunk.messages, strict=True)
            if b"segue {" not in message
        ]
        for chunk in read_document(data).smf.tracks
    ]


def test_all_tracks_of_a_take_make_the_take_event_for_event(continued: list[Take]) -> None:
    for take in continued:
        for given in (take, take.to_bytes()):
            made = comp(four(), [Choice(take=given)])
            assert made.score == take.score
            assert without_provenance(made.to_bytes()) == without_provenance(take.to_bytes())


def test_the_drums_of_one_go_with_the_bass_of_another(continued: list[Take]) -> None:
    one, two, three = continued
    made = comp(
        four(),
        [Choice(take=one, tracks=(0,)), Choice(take=three, tracks=(1,), first=5, last=7)],
    )
    assert played(made.score, 0, 4, 7) == played(one.score, 0, 4, 7)
    assert played(made.score, 1, 5, 7) == played(three.score, 1, 5, 7)
    assert played(made.score, 1, 4, 5) == played(made.score, 2, 4, 7) == []
    again = read_document(made.to_bytes())
    assert [track_notes(t.notes) for t in again.score.tracks] == [
        track_notes(t.notes) for t in made.score.tracks
    ]
    kept = comp(two.to_bytes(), [Choice(take=one, tracks=(0,))]).score
    assert played(kept, 0, 0, 7) == played(one.score, 0, 0, 7)
    assert played(kept, 1, 0, 7) == played(two.score, 1, 0, 7)


def test_the_provenance_says_which_take_gave_what(continued: list[Take]) -> None:
    one, _, three = continued
    file = read_document(three.to_bytes(), source="folder/take-3.mid")
    choices = [Choice(take=one, tracks=(0, 2)), Choice(take=file, tracks=(1,), first=5)]
    made = comp(four(), choices)
    found = provenance_of(read_document(made.to_bytes()).smf)
    assert found is not None
    assert (found["task"], found["bars"]) == ("comp", [5, 7])
    first, second = found["choices"]
    assert (first["tracks"], first["bars"], first["take"]) == ([1, 3], [5, 7], one.provenance)
    assert (second["from"], second["tracks"], second["bars"]) == ("take-3.mid", [2], [6, 7])
    assert second["take"]["take"] == 3


def test_a_silent_track_is_chosen_like_any_other() -> None:
    song, drums, *others = band(4), band(4).tracks[0], *band(4).tracks[1:]
    silent = drums.with_notes(drums.notes.select(drums.notes.onset < 2 * BAR))
    take = song.with_tracks([silent, *others])
    made = comp(song, [Choice(take=score_to_bytes(take), tracks=(0,), first=2)])
    assert made.score == take


def test_a_track_that_two_takes_add_is_one_and_stays_itself_with_another_instrument() -> None:
    song = band(4)
    strings = [replace(line([72 + i] * 16, program=48), name="Strings") for i in range(2)]
    takes = [read_document(four().updated(song.with_tracks([*song.tracks, s]))) for s in strings]
    assert [track.program for track in tracks_to_choose(four(), takes[0])] == [0, 33, 0, 48]
    made = comp(
        four(),
        [
            Choice(take=takes[0], tracks=(3,), first=0, last=2),
            Choice(take=takes[1], tracks=(3,), first=2, last=4),
        ],
    )
    assert len(made.score.tracks) == 4
    assert played(made.score, 3, 0, 2) == played(takes[0].score, 3, 0, 2)
    assert played(made.score, 3, 2, 4) == played(takes[1].score, 3, 2, 4)

    of = tuple(voices_of(Piece.of(takes[0])))
    choice = Choice(take=takes[1], tracks=(3,), first=1, last=2, of=of)
    for change in (Voicing(program=50), Voicing(name="Pad")):
        later = comp(with_voicings(takes[0], {3: change}), [choice]).score
        assert len(later.tracks) == 4
        assert played(later, 3, 1, 2) == played(takes[1].score, 3, 1, 2)


def test_a_note_that_is_held_on_ends_where_its_pitch_begins_again() -> None:
    song = score_of(line([60] * 16), line([36] * 16, is_drum=True))
    held = Notes.of(onset=[0], duration=[2 * BAR], pitch=[60], velocity=[90])
    take = song.with_tracks([song.tracks[0].with_notes(held), song.tracks[1]])
    made = comp(song, [Choice(take=take, tracks=(0,), first=0, last=1)]).score
    assert played(made, 0, 0, 1) == [(0, BAR, 60, 90)]
    assert played(made, 0, 1, 4) == played(song, 0, 1, 4)


def test_the_usual_tempo_returns_as_in_a_take() -> None:
    slow = TempoMap.of(ticks=[0, 3 * BAR], us_per_quarter=[500_000, 900_000])
    song = Score(ticks_per_quarter=96, tracks=band(4).tracks, tempo_map=slow)
    take = small_composer(longing_for_bars=-1.0).continue_(song, bars=1, takes=1)[0]
    made = comp(song, [Choice(take=take, tracks=(0,))])
    assert made.score.tempo_map == take.score.tempo_map
    assert made.score.tempo_map.us_at(4 * BAR) == 500_000


def test_it_is_a_function_of_the_package(tmp_path: Path, continued: list[Take]) -> None:
    made = segue.comp(four(), [segue.Choice(take=continued[0], tracks=(0,))])
    path = made.save(tmp_path / "comp.mid")
    assert path.read_bytes() == made.to_bytes()


def other(**changed: object) -> Score:
    values: dict[str, object] = {"ticks_per_quarter": 96, "tracks": band(4).tracks}
    return Score(**(values | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (Choice(take=band(4), tracks=(5,)), "has no track 6"),
        (Choice(take=band(4), first=4, last=6), "which has bars 1 to 4"),
        (Choice(take=other(ticks_per_quarter=480)), "480 ticks a quarter"),
        (
            Choice(take=other(tracks=(line([60] * 17, step=72),)), first=1),
            "do not begin with the same prompt: they differ in bar 1",
        ),
    ],
)
def test_a_take_that_does_not_fit_is_refused(choice: Choice, words: str) -> None:
    with pytest.raises(InputError, match=words):
        comp(band(4), [choice])


def test_takes_of_other_bars_are_refused_and_nothing_chosen_too() -> None:
    waltz = other(metre_map=MetreMap.constant(numerator=3, denominator=4))
    with pytest.raises(InputError, match=r"bar 1 of .* does not end where"):
        comp(band(4), [Choice(take=waltz)], alike=False)
    with pytest.raises(InputError, match="nothing was chosen"):
        comp(band(4), [])
    with pytest.raises(InputError, match="at least one track"):
        Choice(take=band(4), tracks=())
    with pytest.raises(InputError, match="choose at least one"):
        Choice(take=band(4), first=3, last=3)


def test_another_beginning_may_be_allowed() -> None:
    song = band(4)
    edited = song.with_tracks([Track(notes=Notes.empty()), *song.tracks[1:]])
    made = comp(edited, [Choice(take=song, tracks=(1,), first=2)], alike=False)
    assert played(made.score, 1, 2, 4) == played(song, 1, 2, 4)
