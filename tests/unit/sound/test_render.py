"""Rendering: what FluidSynth gives becomes a WAV of one loudness, what it refuses a clear word."""

import shutil
import stat
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.errors import FormatError, InputError
from segue.sound import GM_SOUNDFONT, Synthesizer, render, render_stems
from segue.sound import wav as sound_wav
from segue.sound.loudness import CEILING

MIDI = bytes.fromhex(
    "4d546864 00000006 0000 0001 01e0 4d54726b 0000000d 00903c64 8360 803c00 00ff2f00"
)
"""One middle C, a quarter long."""

Install = Callable[[str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a `fluidsynth` on the path that runs a line of Python; `out` is the file it writes."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def write(line: str) -> None:
        program = folder / "fluidsynth"
        program.write_text(
            f"#!{sys.executable}\n"
            "import array, math, sys\n"
            "out = sys.argv[sys.argv.index('-F') + 1]\n"
            "def frames(*values): open(out, 'wb').write(array.array('f', values).tobytes())\n"
            f"{line}\n"
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    return write


def samples(path: Path) -> list[int]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 44_100)
        content = file.readframes(file.getnframes())
    return [int(sample) for sample in np.frombuffer(content, dtype="<i2")]


TONE = "[v for i in range({n}) for v in ({gain} * math.sin(0.142 * i),) * 2]"
"""Of a kilohertz, in both channels."""


def test_sound_is_written_at_one_loudness_and_the_silent_end_is_cut(
    tmp_path: Path, install: Install
) -> None:
    found = []
    for gain in (0.02, 0.9):
        install(f"frames(*{TONE.format(n=44_100, gain=gain)}, *[0] * 1000)")
        assert render(MIDI, tmp_path / f"{gain}.wav") == pytest.approx(1, abs=1e-3)
        found.append(max(samples(tmp_path / f"{gain}.wav")))

    # Twice the same channel at 1 kHz is as loud as its peak says.
    assert found == [pytest.approx(10 ** (-16 / 20) * 32_767, rel=0.02)] * 2


def test_a_click_that_cannot_be_measured_keeps_headroom(tmp_path: Path, install: Install) -> None:
    install("frames(0, 0, 0.5, -1.0, 0.25, 0, 0, 0, 0, 0)")
    assert render(MIDI, tmp_path / "a.wav") == 3 / 44_100
    assert max(map(abs, samples(tmp_path / "a.wav"))) <= round(CEILING * 32_767)


def test_stems_have_one_gain_and_one_length(tmp_path: Path, install: Install) -> None:
    # The second track is half as loud and ends earlier.
    install(
        "gain, n = (0.2, 44_100) if open(sys.argv[-1], 'rb').read() == b'one' else (0.1, 22_050)\n"
        f"frames(*{TONE.format(n='n', gain='gain')})"
    )
    paths = [tmp_path / "1.wav", tmp_path / "2.wav"]
    seconds = render_stems(dict(zip(paths, (b"one", b"two"), strict=True)))

    one, two = (np.array(samples(path)) for path in paths)
    assert seconds == pytest.approx(1, abs=1e-3)
    assert len(one) == len(two)
    assert np.allclose(one[:40_000], 2 * two[:40_000], atol=2)
    assert not two[44_200:].any()


def test_without_fluidsynth_it_is_said_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match=r"--synth built-in.*apt install fluidsynth"):
        render(MIDI, tmp_path / "a.wav", synthesizer=Synthesizer.FLUIDSYNTH)


def test_without_fluidsynth_the_built_in_synthesizer_plays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    seconds = render(MIDI, tmp_path / "a.wav")
    assert 0.5 < seconds < 3
    assert 3000 < max(map(abs, samples(tmp_path / "a.wav"))) <= round(CEILING * 32_767)


def test_the_built_in_synthesizer_can_be_asked_for(tmp_path: Path, install: Install) -> None:
    install("sys.exit(3)")
    assert render(MIDI, tmp_path / "a.wav", synthesizer=Synthesizer.BUILT_IN) > 0.5


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("print('first\\nfluidsynth: error: bad chunk', file=sys.stderr)", "error: bad chunk$"),
        ("sys.exit(3)", "it ended with status 3$"),
        ("frames(0, 0, 0, 0)", "no sound for the instruments of this piece"),
    ],
    ids=["error", "status", "silence"],
)
def test_a_failure_of_fluidsynth_is_told_and_leaves_no_file(
    tmp_path: Path, install: Install, line: str, message: str
) -> None:
    install(line)
    with pytest.raises(InputError, match=message):
        render(MIDI, tmp_path / "a.wav")
    assert not (tmp_path / "a.wav").exists()


def test_a_file_that_is_no_soundfont_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.sf2").write_bytes(MIDI)
    with pytest.raises(FormatError, match=r"a\.sf2: not a soundfont"):
        render(MIDI, tmp_path / "a.wav", soundfont=tmp_path / "a.sf2")


def test_a_soundfont_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.sf2: cannot read the soundfont: No such file"):
        render(MIDI, tmp_path / "a.wav", soundfont=tmp_path / "absent.sf2")


def test_the_soundfont_has_its_notice_beside_it() -> None:
    notice = GM_SOUNDFONT.with_name("COPYRIGHT-FluidR3Mono.txt").read_text(encoding="utf-8")
    assert "Permission is hereby granted, free of charge" in notice
    assert "Frank Wen" in notice


@given(
    levels=st.lists(st.sampled_from([0.0, 0.1, -0.1, 0.9, -0.9]), max_size=40),
    chunk=st.integers(1, 9),
)
def test_the_sounding_length_ends_at_the_last_loud_frame(levels: list[float], chunk: int) -> None:
    frames = np.zeros((len(levels), 2), np.float32)
    frames[:, 1] = levels
    loud = [index for index, level in enumerate(levels) if abs(level) > 0.5]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sound_wav, "CHUNK_FRAMES", chunk)
        assert sound_wav._sounding_length(frames, 0.5) == (loud[-1] + 1 if loud else 0)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("fluidsynth") is None, reason="FluidSynth is not installed here")
def test_a_quarter_note_sounds_for_about_its_length(tmp_path: Path) -> None:
    seconds = render(MIDI, tmp_path / "a.wav", synthesizer=Synthesizer.FLUIDSYNTH)
    assert 0.5 < seconds < 3
    assert max(samples(tmp_path / "a.wav")) > 3_000
