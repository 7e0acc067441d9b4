"""MIDI bytes to a WAV file, by the synthesizer that is asked for."""

import tempfile
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from segue.sound import builtin, fluidsynth
from segue.sound.soundfont import GM_SOUNDFONT, checked_soundfont
from segue.sound.wav import write_leveled

__all__ = ["Synthesizer", "render"]


class Synthesizer(Enum):
    """Who makes the sound."""

    AUTO = "auto"
    """FluidSynth where it is installed, otherwise Segue's own."""
    FLUIDSYNTH = "fluidsynth"
    BUILT_IN = "built-in"


def render(
    midi: bytes,
    path: str | Path,
    *,
    soundfont: str | Path | None = None,
    synthesizer: Synthesizer = Synthesizer.AUTO,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> float:
    """Write the sound of `midi`, a MIDI file's bytes, to the WAV file `path`; return its seconds.

    Args:
        midi: a well-formed file, as Segue writes it.
        path: written whole or not at all.
        soundfont: a .sf2 or .sf3 file; by default Segue's own.
        synthesizer: who makes the sound.
        on_progress: is given how many notes are done, and of how many; FluidSynth reports none.

    Raises:
        InputError: FluidSynth is asked for and not installed, or fails; the soundfont is none or
            has no sound for these instruments; `path` cannot be written.
    """
    font = checked_soundfont(Path(soundfont) if soundfont is not None else GM_SOUNDFONT)
    with tempfile.TemporaryDirectory(prefix="segue-") as folder:
        if _takes_fluidsynth(synthesizer):
            raw = fluidsynth.synthesize(midi, font, Path(folder))
        else:
            raw = Path(folder) / "out.raw"
            with raw.open("wb") as file:
                for block in builtin.synthesize(midi, font, on_progress=on_progress):
                    file.write(block.astype("<f4").tobytes())
        return write_leveled(raw, path, font=font)


def _takes_fluidsynth(synthesizer: Synthesizer) -> bool:
    if synthesizer is Synthesizer.AUTO:
        return fluidsynth.is_installed()
    return synthesizer is Synthesizer.FLUIDSYNTH
