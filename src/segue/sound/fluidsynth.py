"""FluidSynth as a program: MIDI bytes to raw sound; a crash of it is a message, not Segue's end."""

import shutil
import subprocess
from pathlib import Path

from segue.errors import InputError
from segue.sound.wav import SAMPLE_RATE

__all__ = ["find_fluidsynth", "is_installed", "synthesize"]


def is_installed() -> bool:
    """Whether the system has a program `fluidsynth`."""
    return shutil.which("fluidsynth") is not None


def find_fluidsynth() -> str:
    """The path of the system's `fluidsynth`.

    Raises:
        InputError: there is none; the message says how it is installed.
    """
    found = shutil.which("fluidsynth")
    if found is None:
        raise InputError(
            "the program FluidSynth is not installed here; take the built-in synthesizer "
            "(--synth built-in), or install it (Debian, Ubuntu: apt install fluidsynth; "
            "macOS: brew install fluid-synth; Windows: choco install fluidsynth)"
        )
    return found


def synthesize(midi: bytes, font: Path, folder: Path) -> Path:
    """Run FluidSynth in `folder`; return the file with the raw sound.

    Raises:
        InputError: it is not installed, or fails.
    """
    program = find_fluidsynth()
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
    # Its exit status has no meaning, so the output is checked.
    if not raw.exists() or raw.stat().st_size == 0:
        lines = done.stderr.strip().splitlines()
        reason = lines[-1] if lines else f"it ended with status {done.returncode}"
        raise InputError(f"FluidSynth made no sound of this file: {reason}")
    return raw
