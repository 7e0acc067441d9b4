"""What the commands that write music have in common: their options, and how takes are kept.

The folder is made and tried before anything is generated, so that nobody waits for takes that
cannot be kept.
"""

import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from segue.cli.given import STANDARD_INPUT, read_standard_input, shown
from segue.cli.keeping import TakesFolder
from segue.cli.messages import note, say, warn
from segue.errors import InputError
from segue.files import json_bytes
from segue.generation.bounds import BARS, SEED, TAKES, TEMPERATURE
from segue.plain import plain

if TYPE_CHECKING:
    from segue.generation import Take
    from segue.midi import MidiDocument


InputFile = Annotated[
    Path, typer.Argument(metavar="IN.mid", help="The prompt, a MIDI file; - is standard input.")
]
OutputFolder = Annotated[
    Path, typer.Option("--out", "-o", metavar="DIR", help="The folder to write the takes into.")
]
Bars = Annotated[
    int,
    typer.Option(
        "--bars",
        "-b",
        min=BARS.lowest,
        help=f"How many bars to write, at most {BARS.highest}.",
    ),
]
BarRange = Annotated[
    str, typer.Option("--bars", "-b", metavar="FIRST:LAST", help="Bars, counted from 1: 9:12.")
]
Tracks = Annotated[
    str | None,
    typer.Option(metavar="TRACKS", help="Tracks by number from 1 or by name: 2,bass. Default all."),
]
Takes = Annotated[
    int,
    typer.Option(
        "--takes",
        "-k",
        min=TAKES.lowest,
        help=f"How many takes to write, at most {TAKES.highest}.",
    ),
]
Drawn = Annotated[
    int | None,
    typer.Option(
        "--drawn",
        min=TAKES.lowest,
        help=f"Write so many takes, at most {TAKES.highest}, and keep the first of them in rank, "
        "as many as --takes says. Default: as many as are kept.",
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", "-s", min=SEED.lowest, help="The same seed gives the same takes.")
]
Model = Annotated[str, typer.Option(help="A shipped model's name, or a folder of your own.")]
Temperature = Annotated[
    float,
    typer.Option(
        help="How daring: below 1 is safer, above 1 more surprising; "
        f"{TEMPERATURE.lowest:g} to {TEMPERATURE.highest:g}.",
    ),
]
TopP = Annotated[
    float,
    typer.Option(
        help="Leave out unlikely notes: 0.95 keeps the likeliest 95 %.",
    ),
]
Instruments = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES",
        help="Which instruments may play: programs 0-127, 'drums', or names such as 'bass', which "
        "mean the prompt's own, or else one of them; 'any' for all. Default: the prompt's.",
    ),
]
Key = Annotated[
    str | None,
    typer.Option(metavar="KEY", help="The key to lean on, such as 'C', 'F# minor' or 'Bbm'."),
]
Expression = Annotated[
    bool,
    typer.Option(
        "--expression/--no-expression",
        help="Let parts go on in new bars with their pedals, controllers and bends.",
    ),
]
Repeats = Annotated[
    bool,
    typer.Option(
        "--repeats/--no-repeats",
        help="Let bars of the piece come back where the music around them is alike.",
    ),
]
Chords = Annotated[
    str | None,
    typer.Option(
        metavar="CHORDS",
        help="The chords of the new bars: 'Am F C G' is a chord a bar, 'Am F | C G/B' has two; "
        "they come again from the first. Of a song, those of each new section, such as B.",
    ),
]
NewBarsOnly = Annotated[
    bool,
    typer.Option(
        "--new-bars-only", help="Write only the new bars into each file, not the whole piece."
    ),
]
Picture = Annotated[bool, typer.Option("--picture", help="Draw takes.png, the takes' piano rolls.")]

Encoding = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Encoding of the file's names, such as shift-jis; by default what fits.",
    ),
]

DEFAULT_OUT = Path("takes")
_NUMBER: Final = re.compile("[0-9]{1,9}")
_METRE: Final = re.compile("([0-9]{1,3})/([0-9]{1,3})")
_BAR_RANGE: Final = re.compile("([0-9]{1,9})(?::([0-9]{1,9}))?")


def parse_bars(text: str) -> tuple[int, int]:
    """Bars as musicians count them, from 1 and both included, as a range from 0.

    `9:12` is (8, 12), `9` is (8, 9).

    Raises:
        InputError: not two numbers in order.
    """
    found = _BAR_RANGE.fullmatch(text)
    if found is None:
        raise InputError(f"bars must look like 9:12 or 9, counted from 1; got {shown(text)}")
    begin, end = int(found[1]), int(found[2] or found[1])
    if not 1 <= begin <= end:
        raise InputError(f"bars must be FIRST:LAST with 1 <= FIRST <= LAST, got {shown(text)}")
    return begin - 1, end


def parse_metre(text: str) -> tuple[int, int]:
    """A metre as musicians write it: `7/8` is (7, 8).

    Raises:
        InputError: not two numbers.
    """
    found = _METRE.fullmatch(text)
    if found is None:
        raise InputError(f"metre must look like 4/4, got {text!r}")
    return int(found[1]), int(found[2])


def parse_tracks(text: str | None, document: "MidiDocument") -> tuple[int, ...] | None:
    """Tracks by number from 1 or by part of a name, `2,bass`, as indices from 0; None for all.

    Raises:
        InputError: a number or name that the piece does not have; the message lists what it has.
    """
    if text is None:
        return None
    return parse_tracks_of(text, [track.name for track in document.score.tracks], document.source)


def parse_tracks_of(text: str, names: Sequence[str], source: str) -> tuple[int, ...]:
    """The same for tracks of these names; `source` is what they are called in messages.

    Raises:
        InputError: a number or name that is not among them.
    """
    low = [name.lower() for name in names]
    found: list[int] = []
    for word in (w.strip().lower() for w in text.split(",")):
        if _NUMBER.fullmatch(word) and 1 <= int(word) <= len(names):
            found.append(int(word) - 1)
            continue
        matching = [i for i, name in enumerate(low) if word and word in name]
        if not matching:
            listed = ", ".join(f"{i} {plain(name) or '(unnamed)'}" for i, name in enumerate(low, 1))
            raise InputError(f"{source} has no track {shown(word)}; it has {listed}")
        found += matching
    return tuple(dict.fromkeys(found))


def read_prompt(path: Path, *, encoding: str | None = None) -> "MidiDocument":
    """The musician's file; standard error says what was repaired in reading it.

    `encoding`: of its texts; by default the one that fits them.

    Raises:
        InputError: it cannot be read, or is not music.
    """
    from segue.midi import read_document

    if str(path) == STANDARD_INPUT:
        data = read_standard_input()
        document = read_document(data, source="standard input", encoding=encoding)
    else:
        document = read_document(path, encoding=encoding)
    warn(document.source, document.warnings)
    return document


@dataclass(frozen=True)
class Job:
    """A command's work: a word for it, its takes and bars, and what makes them."""

    task: str
    takes: int
    bars: int
    out: Path
    picture: bool
    make: Callable[[Callable[[int, int], None]], "list[Take]"]
    inputs: tuple[Path, ...] = ()
    """What the command reads."""
    force: bool = False
    """Whether files of earlier takes are replaced; see `keeping`."""
    new_bars_only: bool = False
    """Whether files begin and end with the new bars."""

    def run(self) -> Path | None:
        """Make the takes under a progress bar and write them, or nothing; returns the picture."""
        folder = TakesFolder(self.out, self.force, self.inputs)
        folder.check(self.takes)
        with writable(self.out):
            takes = self._make()
            report = self._write(takes, folder)
        if folder.removed:
            names = ", ".join(path.name for path in folder.removed)
            note(f"{self.out}: {names} of earlier takes removed, because of --force")
        for line in report:
            what = f"{line['notes']} new notes, rank {line['rank']}"
            say(f"{line['file']}: {what}: {', '.join(line['instruments'])}")
            if line["novelty"] is not None:
                say(f"  {line['novelty']['words']}")
        if not self.picture:
            return None
        self._draw(takes, folder.picture)
        return folder.picture

    def _write(self, takes: "list[Take]", folder: TakesFolder) -> list[dict[str, Any]]:
        """Write the takes, once all are encoded, and a report of them; returns the report."""
        report: list[dict[str, Any]] = []

        def listed(paths: Sequence[Path]) -> bytes:
            report[:] = [describe(take, path) for take, path in zip(takes, paths, strict=True)]
            return json_bytes(report)

        only = self.new_bars_only
        midi = (take.new_bars_to_bytes() if only else take.to_bytes() for take in takes)
        paths = folder.write(dict(zip((t.number for t in takes), midi, strict=True)), listed)
        for take, path in zip(takes, paths, strict=True):
            warn(str(path), [] if take.document is None else take.document.remarks(take.score))
        return report

    def _make(self) -> "list[Take]":
        if not sys.stderr.isatty():  # in a log, a bar would be an empty line
            return self.make(lambda take, done: None)
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task(self.task, total=self.takes * self.bars)
            return self.make(lambda take, done: progress.advance(bar))

    def _draw(self, takes: "list[Take]", path: Path) -> None:
        from segue.picture import draw_takes
        from segue.score import slice_bars

        document, region = takes[0].document, takes[0].region
        prompt = slice_bars(takes[0].score, 0, 0) if document is None else document.score
        scores = [take.score for take in takes]
        draw_takes(prompt, scores, path, new_bars=(region.first, region.last))
        say(str(path))


def try_folder(folder: Path) -> None:
    """Make a folder and write a byte into it.

    Raises:
        InputError: it cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder, prefix=".segue-") as probe:
            probe.write(b"0")
    except OSError as error:
        raise InputError(
            f"{folder} cannot be written ({error.strerror}); give another folder with --out"
        ) from error


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Make a folder and try it; if the work in it fails, remove the folders that were made.

    Raises:
        InputError: as `try_folder`.
    """
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        try_folder(folder)
        yield
    except BaseException:
        for place in made:
            with suppress(OSError):  # it is not empty, so it stays
                place.rmdir()
        raise


def describe(take: "Take", path: Path) -> dict[str, Any]:
    """What can be said of a take in words and numbers."""
    from segue.theory.gm import instrument_name

    new = take.new_bars
    playing = [track for track in new.tracks if len(track.notes)]
    names = [instrument_name(program=t.program, is_drum=t.is_drum) for t in playing]
    return {
        "file": str(path),
        "number": take.number,
        "rank": take.rank,
        "notes": new.n_notes,
        "log_probability": round(take.log_probability, 3),
        "likeness": None if take.likeness is None else round(take.likeness, 3),
        "instruments": list(dict.fromkeys(names)),
        "novelty": None if take.novelty is None else take.novelty.to_mapping(),
        "provenance": take.provenance,
    }
