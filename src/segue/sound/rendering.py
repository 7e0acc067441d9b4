"""MIDI bytes to WAV files, by the synthesizer that is asked for."""

import tempfile
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path

from segue.sound import builtin, fluidsynth
from segue.sound.soundfont import GM_SOUNDFONT, checked_soundfont
from segue.sound.wav import write_leveled, write_stems

__all__ = ["Synthesizer", "render", "render_stems"]


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
        raw = _raw(midi, font, Path(folder), synthesizer, on_progress)
        return write_leveled(raw, path, font=font)


def render_stems(
    stems: Mapping[Path, bytes],
    *,
    soundfont: str | Path | None = None,
    synthesizer: Synthesizer = Synthesizer.AUTO,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> float:
    """Write the sound of each track of a piece to a WAV file of its own; return their seconds.

    All begin with the piece, are equally long, and keep their balance: put under each other in a
    DAW they sound as the piece does. `on_progress` is given how many are done, and of how many.

    Args:
        stems: the MIDI file of each track by itself, by the path of its sound.
        soundfont: as for `render`.
        synthesizer: as for `render`.
        on_progress: see above.

    Raises:
        InputError: as for `render`.
    """
    font = checked_soundfont(Path(soundfont) if soundfont is not None else GM_SOUNDFONT)
    with tempfile.TemporaryDirectory(prefix="segue-") as folder:
        raws = []
        for number, midi in enumerate(stems.values()):
            own = Path(folder) / str(number)
            own.mkdir()
            raws.append(_raw(midi, font, own, synthesizer))
            on_progress(number + 1, len(stems))
        return write_stems(raws, list(stems), font=font)


def _raw(
    midi: bytes,
    font: Path,
    folder: Path,
    synthesizer: Synthesizer,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Path:
    """A file in the folder with the raw sound."""
    if _takes_fluidsynth(synthesizer):
        return fluidsynth.synthesize(midi, font, folder)
    raw = folder / "out.raw"
    with raw.open("wb") as file:
        for block in builtin.synthesize(midi, font, on_progress=on_progress):
            file.write(block.astype("<f4").tobytes())
    return raw


def _takes_fluidsynth(synthesizer: Synthesizer) -> bool:
    if synthesizer is Synthesizer.AUTO:
        return fluidsynth.is_installed()
    return synthesizer is Synthesizer.FLUIDSYNTH
