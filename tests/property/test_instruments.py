"""Other programs and names for tracks of any file: what was asked for, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from segue.midi import MidiDocument, read_document
from segue.midi.extract import only_tracks
from segue.midi.instruments import Voicing, with_voicings
from segue.midi.messages import CHANNEL_PREFIX, INSTRUMENT_NAME, META, PROGRAM, TRACK_NAME
from segue.score import Track
from tests.property.test_generation import documents
from tests.strategies import SmfFile, smf_files

NAMES = st.text("abcÄé", min_size=1, max_size=5)


def sounding(document: MidiDocument) -> list[tuple[int, int, int, int, int, int, int]]:
    """(chunk, channel, program, onset, duration, pitch, velocity) of every note."""
    return sorted(
        (*origin, *note)
        for origin, track in zip(document.origins, document.score.tracks, strict=True)
        for note in zip(*(c.tolist() for c in track.notes.columns().values()), strict=True)
    )


def other_events(document: MidiDocument) -> list[list[tuple[int, bytes]]]:
    """All messages but program changes and names."""
    names = (TRACK_NAME, INSTRUMENT_NAME, CHANNEL_PREFIX)
    return [
        [
            (tick, message)
            for tick, message in zip(chunk.ticks, chunk.messages, strict=True)
            if message[0] & 0xF0 != PROGRAM and not (message[0] == META and message[1] in names)
        ]
        for chunk in document.smf.tracks
    ]


@given(smf_files(), st.data())
def test_only_the_programs_that_were_asked_for_change(file: SmfFile, data: st.DataObject) -> None:
    before = documents(file)
    programs = data.draw(
        st.dictionaries(
            st.integers(0, max(0, len(before.origins) - 1)), st.integers(0, 127), max_size=4
        )
        if before.origins
        else st.just({})
    )

    after = read_document(
        with_voicings(before, {i: Voicing(program=p) for i, p in programs.items()})
    )

    wanted = {before.origins[i]: p for i, p in programs.items()}
    expected = sorted(
        (chunk, channel, wanted.get((chunk, channel, program), program), *rest)  # type: ignore[call-overload]
        for chunk, channel, program, *rest in sounding(before)
    )
    assert sounding(after) == expected
    assert other_events(after) == other_events(before)


@given(smf_files())
def test_nothing_asked_changes_nothing(file: SmfFile) -> None:
    before = documents(file)
    after = read_document(with_voicings(before, {}))
    assert [(list(c.ticks), list(c.messages)) for c in after.smf.tracks] == [
        (list(c.ticks), list(c.messages)) for c in before.smf.tracks
    ]


@given(smf_files(), st.data(), NAMES)
def test_a_track_is_renamed_and_with_it_only_what_shares_its_name(
    file: SmfFile, data: st.DataObject, name: str
) -> None:
    before = documents(file)
    if not before.origins:
        return
    index = data.draw(st.integers(0, len(before.origins) - 1))
    mine = before.origins[index]

    after = read_document(with_voicings(before, {index: Voicing(name=name)}))

    assert after.origins == before.origins
    assert after.score.tracks[index].name == name
    assert other_events(after) == other_events(before)
    for origin, old, new in zip(
        before.origins, before.score.tracks, after.score.tracks, strict=True
    ):
        assert old.notes == new.notes
        if (origin.chunk, origin.channel) != (mine.chunk, mine.channel):
            assert new.name == old.name


@given(smf_files(), st.data())
def test_tracks_alone_are_as_they_were(file: SmfFile, data: st.DataObject) -> None:
    before = documents(file)
    if not before.origins:
        return
    chosen = data.draw(st.sets(st.integers(0, len(before.origins) - 1), min_size=1))

    after = read_document(only_tracks(before, chosen))

    def music(tracks: tuple[Track, ...]) -> list[tuple[int, bool, object]]:
        return [
            (t.program, t.is_drum, {k: v.tolist() for k, v in t.notes.columns().items()})
            for t in tracks
        ]

    assert music(after.score.tracks) == music(
        tuple(track for i, track in enumerate(before.score.tracks) if i in chosen)
    )
    assert after.score.tempo_map == before.score.tempo_map
    assert after.score.metre_map == before.score.metre_map
