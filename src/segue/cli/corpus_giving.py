"""`segue corpus export` and `push`: a corpus for other programs and other people."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from segue.cli.extras import require
from segue.cli.messages import say
from segue.cli.progress import phase_bars

if TYPE_CHECKING:
    from segue.corpus.export import Exported

__all__ = ["Corpus", "export", "push"]

Corpus = Annotated[Path, typer.Argument(metavar="CORPUS", help="A corpus made by `build`.")]


class ExportFormat(StrEnum):
    """What a corpus can be exported to."""

    PAPER = "paper"
    HUGGINGFACE = "huggingface"


class Order(StrEnum):
    """The order of the notes in the paper's table."""

    INSTRUMENT = "instrument"
    TIME = "time"


def export(
    corpus: Corpus,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="The folder to make.")],
    to: Annotated[
        ExportFormat,
        typer.Option(
            "--format",
            help="`paper`: one .npy of (songs, notes, 6). `huggingface`: Parquet files by split "
            "that `datasets` loads.",
        ),
    ],
    tier: Annotated[
        list[str] | None,
        typer.Option(help="Take only songs of this licence tier, e.g. open; may be repeated."),
    ] = None,
    notes: Annotated[int, typer.Option(min=1, help="paper: the first notes of a song.")] = 300,
    order: Annotated[
        Order,
        typer.Option(
            help="paper: which notes are first, by instrument as in the paper or by time."
        ),
    ] = Order.INSTRUMENT,
) -> None:
    """Export a corpus with a data card, a ledger and checksums."""
    require("corpus", "segue corpus export")
    from segue.corpus import CorpusStore
    from segue.corpus.export_huggingface import export_huggingface
    from segue.corpus.export_paper import export_paper

    store = CorpusStore.open(corpus)
    tiers = tuple(tier or ())
    with phase_bars() as on_progress:
        if to is ExportFormat.PAPER:
            done = export_paper(
                store, out, n_notes=notes, order=order.value, tiers=tiers, on_progress=on_progress
            )
        else:
            done = export_huggingface(store, out, tiers=tiers, on_progress=on_progress)
    _say_export(done)


def push(
    corpus: Corpus,
    repository: Annotated[
        str, typer.Argument(metavar="USER/NAME", help="The dataset; it is made if there is none.")
    ],
    tier: Annotated[
        list[str] | None,
        typer.Option(help="Take only songs of this licence tier; only `open` may be passed on."),
    ] = None,
    title: Annotated[
        str, typer.Option(help="What the data card calls it.")
    ] = "Multi-instrument MIDI",
    private: Annotated[
        bool, typer.Option("--private", help="A dataset that is made is not public.")
    ] = False,
) -> None:
    """Put a corpus on the Hugging Face hub, with a data card, for `datasets` to load.

    Songs without an open licence are refused.
    """
    require("corpus", "segue corpus push")
    require("huggingface", "segue corpus push")
    from segue.corpus import CorpusStore
    from segue.corpus.push import push_corpus
    from segue.hub import Address

    address = Address.parse(repository)
    store = CorpusStore.open(corpus)
    with phase_bars() as on_progress:
        done, place = push_corpus(
            store,
            address,
            tiers=tuple(tier or ()),
            name=title,
            private=private,
            on_progress=on_progress,
        )
    say(f"{place}: {done.songs:,} songs")


def _say_export(done: "Exported") -> None:
    say(f"{done.path}: {done.songs:,} songs")
    for reason, count in done.left_out.items():
        if count:
            say(f"  left out: {count:,} {reason}")
