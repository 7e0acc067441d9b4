"""`segue comp`: parts of several takes as one piece."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from segue.cli.asking import Encoding, parse_bars, parse_tracks_of, read_prompt
from segue.cli.given import shown
from segue.cli.keeping import Force, put
from segue.cli.messages import say, warn
from segue.errors import InputError
from segue.plain import plain

if TYPE_CHECKING:
    from segue.generation.comp import Choice, Part
    from segue.midi import MidiDocument

__all__ = ["comp"]

_BARS: Final = re.compile("([0-9]+)-([0-9]+)")


def comp(
    base: Annotated[
        Path,
        typer.Argument(
            metavar="BASE.mid",
            help="The piece that the takes are of, or one of the takes; - is standard input.",
        ),
    ],
    take: Annotated[
        list[str],
        typer.Option(
            "--take",
            "-t",
            metavar="FILE[:TRACKS[:BARS]]",
            help="What to take from which file: take-2.mid:drums, take-4.mid:bass,3:9-12, "
            "take-3.mid:all:13-16. Tracks by number or name, as in --tracks; bars from 1; without "
            "bars those that were written for the take. Give it once for each part; of parts that "
            "overlap the later counts.",
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="OUT.mid", help="Where to write.")
    ] = Path("comp.mid"),
    anyway: Annotated[
        bool,
        typer.Option(
            "--anyway",
            help="Take from files that do not begin as BASE.mid does, too: you changed one of them "
            "since. Their bars must be the same all the same.",
        ),
    ] = False,
    picture: Annotated[
        bool, typer.Option("--picture", help="Draw the piano roll, too: comp.png.")
    ] = False,
    force: Force = False,
    encoding: Encoding = None,
) -> None:
    """Put parts of several takes together: the drums of one with the bass of another.

    Everything in BASE.mid that is not in the tracks and bars that you name stays as it is.
    """
    from segue.generation.comp import comp as put_together

    if out.suffix.lower() not in (".mid", ".midi"):
        raise InputError(f"{out}: the music is written as MIDI; give a name that ends in .mid")
    document = read_prompt(base, encoding=encoding)
    choices = [_choice(text, document, encoding) for text in take]
    made = put_together(document, choices, alike=not anyway)
    content = made.to_bytes()
    _require_no_input(out, base, [choice.take for choice in choices], force=force)
    path = put(out, content, force=force)
    warn(str(path), document.remarks(made.score))
    say(f"{path}: bars {made.region.first + 1} to {made.region.last} put together")
    for part in made.parts:
        say(f"  {_words(part)}")
    if picture:
        from segue.picture import draw_takes

        drawn = path.with_suffix(".png")
        bars = (made.region.first, made.region.last)
        draw_takes(document.score, [made.score], drawn, new_bars=bars)
        say(str(drawn))


def _choice(text: str, base: "MidiDocument", encoding: str | None) -> "Choice":
    """What `FILE[:TRACKS[:BARS]]` names."""
    from segue.generation.comp import Choice, tracks_to_choose

    path, rest = _file_of(text)
    tracks, _, bars = rest.partition(":")
    first, last = parse_bars(_BARS.sub(r"\1:\2", bars)) if bars else (None, None)
    take = read_prompt(path, encoding=encoding)
    chosen = None
    if tracks.strip().lower() not in ("", "all"):
        names = [track.name for track in tracks_to_choose(base, take)]
        chosen = parse_tracks_of(tracks, names, take.source)
    return Choice(take=take, tracks=chosen, first=first, last=last)


def _file_of(text: str) -> tuple[Path, str]:
    """The longest beginning that is a file, and what comes after its colon."""
    places = [len(text), *(i for i in reversed(range(len(text))) if text[i] == ":")]
    for place in places:
        path = Path(text[:place])
        if text[:place] and path.is_file():
            return path, text[place + 1 :]
    raise InputError(
        f"there is no file in {shown(text)}: --take names one, then what to take from it, as in "
        "take-2.mid:drums:9-12"
    )


def _require_no_input(out: Path, base: Path, takes: "list[object]", *, force: bool) -> None:
    """Refuse to replace what the command reads."""
    read = [base, *(Path(source) for t in takes if (source := getattr(t, "source", None)))]
    if force and any(path.exists() and out.exists() and out.samefile(path) for path in read):
        raise InputError(
            f"{out}: is what this command reads, and --force would replace it; give another name "
            "with --out, or drop --force"
        )


def _words(part: "Part") -> str:
    first, last = part.region.first + 1, part.region.last
    bars = f"bar {last}" if first == last else f"bars {first} to {last}"
    tracks = plain(", ".join(part.names)) or "all tracks"
    return f"{plain(part.take)}: {tracks}, {bars}"
