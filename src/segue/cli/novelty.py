"""`segue novelty`: what a MIDI file shares with the music that a model was trained on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from segue.cli.extras import require
from segue.cli.messages import say

if TYPE_CHECKING:
    from segue.corpus import CorpusStore
    from segue.novelty import PassageIndex
    from segue.novelty.search import FoundPassage, Kinship
    from segue.score import Score

__all__ = ["novelty"]

_SHOWN = 5


def novelty(
    file: Annotated[Path, typer.Argument(metavar="IN.mid", help="The piece.")],
    bars: Annotated[
        str | None,
        typer.Option(
            "--bars",
            "-b",
            metavar="FIRST:LAST",
            help="Only these bars, counted from 1: 9:16. What they repeat from the others does not "
            "count. Default all.",
        ),
    ] = None,
    model: Annotated[
        str, typer.Option(help="A shipped model's name, or a folder of your own.")
    ] = "band",
    index: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="An index by `segue corpus index`: exact, and it names songs and places.",
        ),
    ] = None,
    corpus: Annotated[
        Path | None, typer.Option(metavar="CORPUS", help="The corpus of the index.")
    ] = None,
) -> None:
    """Show the longest passages that a piece shares with a model's training music."""
    if index is not None:
        require("corpus", "segue novelty --index")
    from segue.cli.asking import parse_bars, read_prompt
    from segue.corpus import CorpusStore
    from segue.errors import InputError
    from segue.models.folder import model_folder
    from segue.novelty import PassageIndex
    from segue.novelty.known import FILE_NAME, read_known_music
    from segue.novelty.regions import new_and_own

    if (index is None) != (corpus is None):
        raise InputError(
            "--index and --corpus go together: the names of the songs are in the corpus"
        )
    known = read_known_music(model_folder(model) / FILE_NAME)
    score = read_prompt(file).score
    new, own = new_and_own(score, None if bars is None else parse_bars(bars))
    if index is None or corpus is None:
        say(known.report(new, own=own).words)
        return
    opened, store = PassageIndex.open(index), CorpusStore.open(corpus)
    say(known.exact_report(new, opened, own=own).words)
    _tell_places(new, own, opened, store)


def _tell_places(
    new: "Score", own: "list[Score]", index: "PassageIndex", store: "CorpusStore"
) -> None:
    from segue.novelty.search import PassageSearch, kinships

    found = PassageSearch(index, store).find(new, own=own)
    names = store.metadata["path"]
    for each in found[:_SHOWN]:
        say(f"  {_passage_words(each)}, as in {names[each.places[0].song]}")
    kin: list[Kinship] = kinships(found)[:_SHOWN]
    for each_kin in kin:
        up = f", {each_kin.transposition:+d} semitones" if each_kin.transposition else ""
        say(
            f"  in all {each_kin.n_notes} notes of {len(each_kin.tracks)} tracks lie as in "
            f"{names[each_kin.song]}{up}"
        )


def _passage_words(found: "FoundPassage") -> str:
    passage = found.passage
    track = passage.line.track
    who = "all pitched tracks" if track < 0 else f"track {track + 1}"
    return (
        f"{passage.n_notes} notes of {who} from quarter {passage.begins:g} on "
        f"({passage.quarters:g} quarters): in {found.n_places:,} places"
    )
