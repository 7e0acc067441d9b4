"""Segue's own synthesizer: notes sound when, how high and how long the file says, and no others."""

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from segue.errors import FormatError
from segue.examples import example_path
from segue.midi.messages import control, note_off, note_on, pitch_bend, program_change
from segue.midi.smf import Smf, TrackChunk, write_smf
from segue.sound import GM_SOUNDFONT
from segue.sound.builtin import BLOCK_FRAMES, synthesize
from segue.sound.wav import SAMPLE_RATE

TICKS_A_SECOND = 960
"""At 120 quarters a minute."""
TUBULAR_BELLS, ORGAN, VIOLIN, FLUTE = 14, 19, 40, 73
DRUMS = 9

Float = npt.NDArray[np.float64]


def sound(*events: tuple[float, bytes], font: Path = GM_SOUNDFONT) -> Float:
    """The two sides together, of messages at seconds, (frames,)."""
    ticks = [round(second * TICKS_A_SECOND) for second, _ in events]
    messages = [message for _, message in events]
    track = TrackChunk(ticks=[*ticks, ticks[-1]], messages=[*messages, b"\xff\x2f\x00"])
    midi = write_smf(Smf(format=0, division=480, header_extra=b"", chunks=(track,)))
    blocks = np.concatenate(list(synthesize(midi, font)))
    return np.asarray(blocks.sum(axis=1), np.float64)


def note(pitch: int, start: float, end: float, *, velocity: int = 100) -> list[tuple[float, bytes]]:
    return [(start, note_on(0, pitch, velocity)), (end, note_off(0, pitch))]


def level(heard: Float, start: float, end: float) -> float:
    """The root of the mean square between two seconds; silence is 0."""
    part = heard[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]
    return float(np.sqrt(np.mean(part**2))) if part.size else 0.0


def hertz(heard: Float, start: float, end: float) -> float:
    """The strongest frequency between two seconds."""
    part = heard[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 8 * len(part)))
    return float(spectrum.argmax() * SAMPLE_RATE / (8 * len(part)))


def test_what_is_silent_is_silent_and_notes_sound_at_their_times() -> None:
    heard = sound((0, program_change(0, ORGAN)), *note(60, 1.0, 1.5), *note(67, 7.0, 7.5))
    assert level(heard, 0, 0.999) == 0
    assert level(heard, 1.05, 1.4) > 0.001
    assert level(heard, 5.0, 6.999) == 0
    assert level(heard, 7.05, 7.4) > 0.001
    assert len(heard) >= 2 * BLOCK_FRAMES


@pytest.mark.parametrize("program", [FLUTE, ORGAN, VIOLIN])
@pytest.mark.parametrize("pitch", [69, 76])
def test_a_note_has_its_pitch(program: int, pitch: int) -> None:
    heard = sound((0, program_change(0, program)), *note(pitch, 0, 1))
    wanted = 440 * 2 ** ((pitch - 69) / 12)
    # Of some instruments another partial is the strongest.
    ratio = hertz(heard, 0.2, 0.9) / wanted
    assert min(abs(1200 * np.log2(ratio / whole)) for whole in (0.5, 1, 2, 3, 4)) < 25


def test_a_bend_moves_the_pitch_by_the_range_that_was_set() -> None:
    steps = [(0.0, program_change(0, FLUTE))]
    wide = [(0.0, control(0, 101, 0)), (0.0, control(0, 100, 0)), (0.0, control(0, 6, 12))]
    plain = hertz(sound(*steps, *note(72, 0, 1)), 0.3, 0.9)
    up = [(0.0, pitch_bend(0, 16_383))]
    assert hertz(sound(*steps, *up, *note(72, 0, 1)), 0.3, 0.9) == pytest.approx(
        plain * 2 ** (2 / 12), rel=0.01
    )
    assert hertz(sound(*steps, *wide, *up, *note(72, 0, 1)), 0.3, 0.9) == pytest.approx(
        plain * 2, rel=0.01
    )


def test_a_pedal_holds_notes_until_it_is_lifted() -> None:
    dry = sound(*note(60, 0, 0.2))
    held = sound((0, control(0, 64, 127)), *note(60, 0, 0.2), (3, control(0, 64, 0)))
    assert level(dry, 1.5, 2.5) < 0.05 * level(held, 1.5, 2.5)
    assert level(held, 4.5, 5) < 0.05 * level(held, 1.5, 2.5)


def test_the_tail_after_the_last_note_is_as_long_as_the_instrument_rings() -> None:
    def length(program: int) -> float:
        heard = sound((0, program_change(0, program)), *note(72, 0, 0.25))
        return float(np.flatnonzero(np.abs(heard) > 1e-3 * np.abs(heard).max())[-1] / SAMPLE_RATE)

    assert length(TUBULAR_BELLS) > length(ORGAN) + 0.3
    assert length(ORGAN) > 0.25


def test_volume_expression_and_velocity_make_louder() -> None:
    full = [(0.0, control(0, 7, 127)), (0.0, control(0, 11, 127))]
    half = [(0.0, control(0, 7, 64)), (0.0, control(0, 11, 127))]
    loud, soft = (level(sound(*c, *note(60, 0, 1)), 0, 1) for c in (full, half))
    assert soft / loud == pytest.approx((64 / 127) ** 2, rel=0.01)
    assert level(sound(*note(60, 0, 1, velocity=40)), 0, 1) < 0.5 * level(
        sound(*note(60, 0, 1, velocity=100)), 0, 1
    )


def test_channel_10_plays_drums_whatever_its_program() -> None:
    strike = [(0.0, note_on(DRUMS, 38, 100)), (0.1, note_off(DRUMS, 38))]
    drum = sound(*strike)
    assert np.array_equal(sound((0, program_change(DRUMS, 127)), *strike), drum)
    piano = sound(*note(38, 0, 0.1))
    spectra = [np.abs(np.fft.rfft(x[:8192])) for x in (drum, piano)]
    bright = [s[1000:].sum() / s.sum() for s in spectra]
    assert bright[0] > 3 * bright[1]


def test_a_closed_hi_hat_silences_an_open_one() -> None:
    alone = [(0.0, note_on(DRUMS, 46, 100)), (0.05, note_off(DRUMS, 46))]
    closed = [(0.1, note_on(DRUMS, 42, 1)), (0.15, note_off(DRUMS, 42))]
    assert level(sound(*alone, *closed), 0.2, 0.3) < 0.1 * level(sound(*alone), 0.2, 0.3)


def test_a_wide_pan_leaves_the_other_side_silent() -> None:
    events = [(0, control(0, 10, 0)), *((round(2 * s), m) for s, m in note(60, 0, 1))]
    track = TrackChunk(ticks=[0, 0, 960, 960], messages=[*(m for _, m in events), b"\xff\x2f\x00"])
    midi = write_smf(Smf(format=0, division=480, header_extra=b"", chunks=(track,)))
    sides = np.abs(np.concatenate(list(synthesize(midi, GM_SOUNDFONT)))).max(axis=0)
    assert sides[0] > 0.001
    assert sides[1] < 0.001 * sides[0]


def test_examples_come_in_blocks_with_progress_to_the_end() -> None:
    seen: list[tuple[int, int]] = []
    midi = example_path("quartet").read_bytes()
    blocks = list(
        synthesize(midi, GM_SOUNDFONT, on_progress=lambda done, total: seen.append((done, total)))
    )
    assert [len(block) for block in blocks[:-1]] == [BLOCK_FRAMES] * (len(blocks) - 1)
    assert seen[-1] == (len(seen), len(seen))
    assert np.isfinite(np.concatenate(blocks)).all()


@pytest.mark.parametrize("end", [40, 4_000_000, 12_350_000])
def test_a_damaged_soundfont_is_named(tmp_path: Path, end: int) -> None:
    (tmp_path / "a.sf3").write_bytes(GM_SOUNDFONT.read_bytes()[:end])
    with pytest.raises(FormatError, match=r"a\.sf3: the soundfont is damaged"):
        sound(*note(60, 0, 1), font=tmp_path / "a.sf3")


def test_a_soundfont_2_of_plain_samples_sounds(tmp_path: Path) -> None:
    frames = (20_000 * np.sin(2 * np.pi * 441 * np.arange(4410) / 44_100)).astype("<i2")
    path = tmp_path / "sine.sf2"
    path.write_bytes(soundfont_2(frames.tobytes(), len(frames)))
    heard = sound(*note(69, 0, 1), font=path)
    assert hertz(heard, 0.1, 0.9) == pytest.approx(441, rel=0.005)
    assert hertz(sound(*note(81, 0, 1), font=path), 0.1, 0.9) == pytest.approx(882, rel=0.005)
    assert level(heard, 1.5, 2) < 0.001 * level(heard, 0.1, 0.9)


def soundfont_2(samples: bytes, n: int) -> bytes:
    """One preset of one looped sample at A4."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return name + struct.pack("<I", len(data)) + data

    preset = [
        struct.pack("<20s3H3I", name, 0, 0, bag, 0, 0, 0) for name, bag in ((b"a", 0), (b"EOP", 1))
    ]
    instrument = [struct.pack("<20sH", name, bag) for name, bag in ((b"a", 0), (b"EOI", 1))]
    header = struct.pack("<20s5IBbHH", b"a", 0, n, 0, n, 44_100, 69, 0, 0, 1)
    tables = {
        b"phdr": b"".join(preset),
        b"pbag": struct.pack("<4H", 0, 0, 1, 0),
        b"pgen": struct.pack("<4H", 41, 0, 0, 0),
        b"inst": b"".join(instrument),
        b"ibag": struct.pack("<4H", 0, 0, 2, 0),
        b"igen": struct.pack("<6H", 54, 1, 53, 0, 0, 0),
        b"shdr": header + struct.pack("<20s5IBbHH", b"EOS", 0, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    body = b"sfbk" + chunk(b"LIST", b"sdta" + chunk(b"smpl", samples))
    body += chunk(b"LIST", b"pdta" + b"".join(chunk(*table) for table in tables.items()))
    return chunk(b"RIFF", body)
