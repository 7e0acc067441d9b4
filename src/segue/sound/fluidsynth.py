"""FluidSynth as a program: MIDI bytes to a WAV file.

FluidSynth writes raw 32-bit floats, stereo, interleaved. They are brought to one loudness, a peak
of -1 dBFS, so that no take clips and none is louder than another, and the silent end is cut; the
WAV has 16 bits. Arrays here are (frames, 2).
"""

import shutil
import subprocess
import tempfile
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.errors import InputError
from segue.files import replacing
from segue.sound.soundfont import GM_SOUNDFONT, checked_soundfont

__all__ = ["SAMPLE_RATE", "render"]

SAMPLE_RATE: Final = 44_100
PEAK: Final = 10 ** (-1 / 20)
SILENCE: Final = 10 ** (-80 / 20)
"""What is below this part of the peak at the end is cut."""

CHUNK_FRAMES: Final = 1 << 20
INT16_MAX: Final = 32_767

Frames = npt.NDArray[np.float32]


def render(midi: bytes, path: str | Path, *, soundfont: str | Path | None = None) -> float:
    """Write the sound of `midi`, a MIDI file's bytes, to the WAV file `path`; return its seconds.

    Args:
        midi: a well-formed file, as Segue writes it.
        path: written whole or not at all.
        soundfont: a .sf2 or .sf3 file; by default Segue's own.

    Raises:
        InputError: FluidSynth is not installed or fails, the soundfont is none or has no sound for
            these instruments, or `path` cannot be written.
    """
    font = checked_soundfont(Path(soundfont) if soundfont is not None else GM_SOUNDFONT)
    program = find_fluidsynth()
    with tempfile.TemporaryDirectory(prefix="segue-") as folder:
        raw = _synthesize(program, midi, font, Path(folder))
        frames = np.memmap(raw, dtype="<f4", mode="r").reshape(-1, 2)
        peak = max((float(np.abs(chunk).max()) for chunk in _chunks(frames)), default=0.0)
        if peak == 0:
            raise InputError(f"{font}: no sound for the instruments of this piece; try another")
        frames = frames[: _sounding_length(frames, SILENCE * peak)]
        with replacing(path) as temporary:
            _write_wav(temporary, frames, gain=PEAK / peak)
        return len(frames) / SAMPLE_RATE


def find_fluidsynth() -> str:
    """The path of the system's `fluidsynth`.

    Raises:
        InputError: there is none; the message says how it is installed.
    """
    found = shutil.which("fluidsynth")
    if found is None:
        raise InputError(
            "making sound needs the program FluidSynth, which is not installed here; install it "
            "(Debian, Ubuntu: apt install fluidsynth; macOS: brew install fluid-synth; "
            "Windows: choco install fluidsynth), or open the MIDI file in a DAW"
        )
    return found


def _synthesize(program: str, midi: bytes, font: Path, folder: Path) -> Path:
    """Run FluidSynth in `folder`; its exit status has no meaning, so the output is checked."""
    source, raw = folder / "in.mid", folder / "out.raw"
    source.write_bytes(midi)
    options = ["-n", "-i", "-q", "-r", str(SAMPLE_RATE), "-T", "raw", "-O", "float", "-E", "little"]
    done = subprocess.run(
        [program, *options, "-F", str(raw), str(font.resolve()), str(source)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if not raw.exists() or raw.stat().st_size == 0:
        lines = done.stderr.strip().splitlines()
        reason = lines[-1] if lines else f"it ended with status {done.returncode}"
        raise InputError(f"FluidSynth made no sound of this file: {reason}")
    return raw


def _chunks(frames: Frames) -> Iterator[Frames]:
    """Pieces of `frames` that fit into memory whatever the length of the piece."""
    for start in range(0, len(frames), CHUNK_FRAMES):
        yield frames[start : start + CHUNK_FRAMES]


def _sounding_length(frames: Frames, threshold: float) -> int:
    """The number of frames up to the last one that is above `threshold`."""
    end = len(frames)
    while end > 0:
        start = max(end - CHUNK_FRAMES, 0)
        loud = np.flatnonzero(np.abs(frames[start:end]).max(axis=1) > threshold)
        if loud.size:
            return start + int(loud[-1]) + 1
        end = start
    return 0


def _write_wav(path: Path, frames: Frames, *, gain: float) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        for chunk in _chunks(frames):
            file.writeframes(np.rint(chunk * (gain * INT16_MAX)).astype("<i2").tobytes())
