"""`segue render`: a MIDI file as a WAV file, or as one for each track."""

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from segue.cli.asking import read_prompt, writable
from segue.cli.given import STANDARD_INPUT
from segue.cli.keeping import Force, free_name
from segue.cli.messages import say
from segue.cli.progress import named_bars
from segue.errors import InputError

if TYPE_CHECKING:
    from segue.midi import MidiDocument

__all__ = ["render"]


class _Synth(Enum):
    """The values of `--synth`; those of `segue.sound.Synthesizer`, which needs NumPy."""

    AUTO = "auto"
    FLUIDSYNTH = "fluidsynth"
    BUILT_IN = "built-in"


def render(
    source: Annotated[
        Path, typer.Argument(metavar="IN.mid", help="The MIDI file to play; - is standard input.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="OUT.wav", help="Where to write; by default beside IN.mid."
        ),
    ] = None,
    soundfont: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="A .sf2 or .sf3 file instead of Segue's own."),
    ] = None,
    synth: Annotated[
        _Synth,
        typer.Option(
            help="Who makes the sound; auto is FluidSynth if installed, otherwise built-in."
        ),
    ] = _Synth.AUTO,
    stems: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write one WAV file for each track into this folder, in balance with each other; "
            "the whole piece only if --out names a file.",
        ),
    ] = None,
    force: Force = False,
) -> None:
    """Play a MIDI file into a WAV file, at about -16 LUFS and never above -1 dBFS."""
    from segue.sound import Synthesizer, render_stems, stems_of
    from segue.sound import render as render_wav

    document = None
    if stems is None or out is not None:
        target = _target(source, out)
        document = _music(source)
        if not force:
            target = free_name(target)
        with named_bars() as show:
            seconds = render_wav(
                document.updated(document.score),
                target,
                soundfont=soundfont,
                synthesizer=Synthesizer(synth.value),
                on_progress=lambda done, total: show("rendering", done, total),
            )
        say(f"{target}: {seconds:.1f} s")
    if stems is None:
        return
    document = document or _music(source)
    files = stems_of(document)
    with writable(stems), named_bars() as show:
        paths = [stems / f"{name}.wav" for name in files]
        paths = paths if force else [free_name(path) for path in paths]
        seconds = render_stems(
            dict(zip(paths, files.values(), strict=True)),
            soundfont=soundfont,
            synthesizer=Synthesizer(synth.value),
            on_progress=lambda done, total: show("rendering", done, total),
        )
    for path in paths:
        say(f"{path}: {seconds:.1f} s")


def _target(source: Path, out: Path | None) -> Path:
    """The sound file."""
    if out is None and str(source) == STANDARD_INPUT:
        raise InputError("the music comes from standard input: name the sound file with -o OUT.wav")
    target = out if out is not None else source.with_suffix(".wav")
    if target.suffix.lower() != ".wav":
        raise InputError(f"{target}: the sound is written as WAV; give a name that ends in .wav")
    return target


def _music(source: Path) -> "MidiDocument":
    document = read_prompt(source)
    if not document.score.n_notes:
        raise InputError(f"{source}: there are no notes in it, so there is nothing to hear")
    return document
