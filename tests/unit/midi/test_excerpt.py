"""Some bars of a file as a file: what begins there, under the settings that it has there."""

import pytest
from hypothesis import given

from segue.midi import read_document
from segue.midi.excerpt import excerpt
from segue.midi.provenance import PROVENANCE_MARK
from segue.midi.setups import settings_of
from segue.score import slice_bars
from tests.strategies import SmfFile, encode_smf, smf_files
from tests.unit.midi.files import END, read, smf

BAR = 384
TEMPO = b"\xff\x51\x03\x06\x1a\x80"


def piece() -> bytes:
    """Two bars of an organ and two of a flute on it; a bass in the first bar only."""
    flute = [
        (0, b"\xff\x03\x04Lead"),
        (0, b"\xc0\x10"),
        (0, b"\xb0\x07\x40"),
        (0, b"\x90\x3c\x50"),
        (90, b"\x80\x3c\x40"),
        (BAR, b"\xb0\x07\x50"),
        (BAR + 300, b"\x90\x40\x50"),
        (2 * BAR, b"\xc0\x49"),
        (2 * BAR + 50, b"\x80\x40\x40"),
        (2 * BAR + 96, b"\x90\x43\x50"),
        (3 * BAR + 96, b"\x80\x43\x40"),
    ]
    bass = [(0, b"\xc1\x20"), (0, b"\x91\x24\x50"), (90, b"\x81\x24\x40")]
    end = (4 * BAR, bytes.fromhex(END))
    return smf([(0, TEMPO), end], [*flute, end], [*bass, end])


def test_bars_begin_with_their_own_notes_program_and_controllers() -> None:
    found = read(excerpt(read(piece()), 2 * BAR, 3 * BAR))

    (track,) = found.score.tracks
    assert (track.name, track.program) == ("Lead", 0x49)
    assert track.notes.onset.tolist() == [96]  # not what began in the bar before
    assert track.notes.duration.tolist() == [BAR - 96]  # cut off where the bars end
    assert settings_of(found.channels.controllers())[found.channels.tracks[0]].value_at(7, 0) == 80
    assert found.score.tempo_map.us_at(0) == 400_000
    assert len(found.smf.tracks) == 2  # the bass is silent there
    assert all(chunk.end_tick == BAR for chunk in found.smf.tracks)


def test_where_a_take_came_from_stays() -> None:
    document = read(piece())
    text = f'{PROVENANCE_MARK}{{"seed": 1}}'

    data = excerpt(read(document.updated(document.score, text=text)), 2 * BAR, 3 * BAR)

    assert text.encode() in data


@given(smf_files())
def test_the_notes_are_those_of_the_bars(file: SmfFile) -> None:
    document = read_document(file.data)
    score = document.score
    if score.n_bars < 2:
        return
    grid = score.bar_grid(n_bars=score.n_bars)
    first = score.n_bars // 2

    found = read_document(excerpt(document, grid.start(first), grid.end_tick)).score

    def notes(tracks: object) -> list[tuple[int, int, int, bool]]:
        return sorted(
            (onset, pitch, track.program, track.is_drum)
            for track in tracks  # type: ignore[attr-defined]
            for onset, pitch in zip(
                track.notes.onset.tolist(), track.notes.pitch.tolist(), strict=True
            )
        )

    assert notes(found.tracks) == notes(slice_bars(score, first, score.n_bars).tracks)


@pytest.mark.parametrize("message", [b"\xb0\x79\x00", b"\xf0\x05\x7e\x7f\x09\x01\xf7"])
def test_a_reset_and_a_system_message_hold_on(message: bytes) -> None:
    notes = [
        (0, b"\xb0\x01\x40"),
        (10, message),
        (BAR, b"\x90\x3c\x50"),
        (BAR + 9, b"\x80\x3c\x40"),
    ]
    document = read(encode_smf([[*notes, (2 * BAR, bytes.fromhex(END))]], division=96))

    data = excerpt(document, BAR, 2 * BAR)

    assert (b"\xb0\x01\x40" in data) == (message[0] == 0xF0)
    assert (message in data) == (message[0] == 0xF0)
