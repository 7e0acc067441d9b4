"""`segue corpus`: build a corpus from MIDI files, look at it, check it, export it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from segue.cli.corpus_giving import Corpus, export, push
from segue.cli.extras import require
from segue.cli.keeping import Force, free_name
from segue.cli.messages import note, say
from segue.cli.progress import phase_bars
from segue.errors import CorpusError, InputError

if TYPE_CHECKING:
    from segue.corpus import CorpusOptions
    from segue.corpus.manifest import Manifest

__all__ = ["app"]

app = typer.Typer(
    help="Build, inspect, check and export corpora of MIDI files.", no_args_is_help=True
)

_LOCK_NAME = "lock"


@app.command()
def build(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Folders, .zip and .tar.xz/.tar.gz archives of MIDI files, here or at an address "
            "that fsspec reads, such as s3://bucket/midi. What NAME.ledger.jsonl beside a source "
            "says about licences is kept.",
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="The corpus, or the part, to make.")
    ],
    min_notes: Annotated[int, typer.Option(min=1, help="Reject songs with fewer notes.")] = 64,
    max_hours: Annotated[float, typer.Option(help="Reject songs that last longer.")] = 3.0,
    max_tracks: Annotated[
        int, typer.Option(min=1, max=255, help="Reject songs with more tracks that have notes.")
    ] = 128,
    near_duplicates: Annotated[
        bool, typer.Option(help="Keep all versions of a tune in one split.")
    ] = True,
    similarity: Annotated[
        float, typer.Option(help="How alike two songs must be to count as one tune, 0 to 1.")
    ] = 0.1,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that parse; all cores by default.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the corpus in DIR.")] = False,
    shard: Annotated[
        str | None,
        typer.Option(
            metavar="I/N",
            help="Parse only the share I of N, for one of N machines; `segue corpus merge` makes "
            "a corpus of all of them.",
        ),
    ] = None,
    ray: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Build on the Ray cluster at this address; all its machines must see SOURCE and "
            "DIR. `local` is a cluster of this machine alone.",
        ),
    ] = None,
) -> None:
    """Build a corpus: parse, reject with reasons, drop duplicates, split by tune, store.

    An interrupted build continues when the same command is given again.
    """
    require("corpus", "segue corpus build")
    from segue.corpus import CorpusOptions, build_corpus

    options = CorpusOptions(
        min_notes=min_notes,
        max_hours=max_hours,
        max_tracks=max_tracks,
        near_duplicates=near_duplicates,
        similarity=similarity,
    )
    if shard is not None and ray is not None:
        raise InputError("--ray shares the files out itself: leave --shard out")
    if shard is not None:
        _build_part(sources, out, shard, options, workers)
        return
    if ray is not None:
        require("ray", "segue corpus build --ray")
    with phase_bars() as on_progress:
        if ray is not None:
            from segue.corpus.on_ray import build_on_ray

            manifest = build_on_ray(
                sources, out, ray, options, replace=replace, on_progress=on_progress
            )
        else:
            manifest = build_corpus(
                sources, out, options, workers=workers, replace=replace, on_progress=on_progress
            )
    _say_built(out, manifest)


@app.command()
def merge(
    parts: Annotated[
        list[Path],
        typer.Argument(
            metavar="PART...", help="All parts that `build --shard` made, in any order."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="The corpus to make.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace the corpus in DIR.")] = False,
) -> None:
    """Make a corpus of the parts that several machines built; it is what one would have built.

    Duplicates are searched for in all parts together. The parts stay; remove them afterwards.
    """
    require("corpus", "segue corpus merge")
    from segue.corpus.parts import merge_parts

    with phase_bars() as on_progress:
        manifest = merge_parts(parts, out, replace=replace, on_progress=on_progress)
    _say_built(out, manifest)


def _build_part(
    sources: list[str], out: Path, shard: str, options: "CorpusOptions", workers: int | None
) -> None:
    from segue.corpus.parts import build_part
    from segue.corpus.share import Share

    share = Share.parse(shard)
    with phase_bars() as on_progress:
        part = build_part(sources, out, share, options, workers=workers, on_progress=on_progress)
    pieces = "1 piece" if part.n_shards == 1 else f"{part.n_shards:,} pieces"
    say(f"{out}: part {share.index} of {share.count}, in {pieces}")


def _say_built(out: Path, manifest: "Manifest") -> None:
    say(f"{out}: {_counted(manifest)}")
    if manifest.n_rejected:
        files = "1 file was" if manifest.n_rejected == 1 else f"{manifest.n_rejected:,} files were"
        say(f"{files} rejected: see {out / 'rejected.jsonl'}")
    if manifest.n_rescued_songs:
        say(_rescued(manifest))


@app.command()
def info(corpus: Corpus) -> None:
    """Show what a corpus holds: songs, notes, tunes, splits, licence tiers, sources."""
    require("corpus", "segue corpus info")
    from segue.corpus import CorpusStore
    from segue.corpus.summary import summarise

    store = CorpusStore.open(corpus)
    summary = summarise(store)
    say(f"{corpus}: {_counted(store.manifest)}, {summary.whole.hours:,.0f} hours")
    if store.manifest.n_rescued_songs:
        say(_rescued(store.manifest))
    say(f"checksum {store.manifest.content_sha256}")
    for title, groups in (("split", summary.splits), ("tier", summary.tiers)):
        for name, group in groups.items():
            say(f"  {title:6} {name:12} {group.songs:8,} songs {group.notes:13,} notes")
    for (source, tier, licence), group in summary.collections.items():
        stated = licence or "no licence stated"
        say(f"  source {source:24} {group.songs:8,} songs  {tier}: {stated}")


@app.command()
def verify(corpus: Corpus) -> None:
    """Check every file of a corpus against its checksum, and every song against the rules."""
    require("corpus", "segue corpus verify")
    from segue.corpus.verify import verify_store

    with phase_bars() as on_progress:
        problems = verify_store(corpus, on_progress)
    if problems:
        shown = "\n  ".join(problems[:20])
        more = f"\n  and {len(problems) - 20:,} more" if len(problems) > 20 else ""
        raise CorpusError(f"{corpus} is damaged; build it again\n  {shown}{more}")
    say(f"{corpus}: whole and sound")


@app.command()
def pack(
    corpus: Corpus,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="The folder to make.")],
    archives: Annotated[
        int,
        typer.Option(
            min=0,
            help="Also write the training split as this many .tar.xz archives, to carry it to "
            "another machine; each is a training set of its own.",
        ),
    ] = 0,
) -> None:
    """Encode the splits that training reads once, so that no run has to do it again.

    DIR holds `train` and `valid`; give it to `segue train --corpus DIR`.
    """
    require("corpus", "segue corpus pack")
    from segue.corpus import CorpusStore
    from segue.locking import held
    from segue.training.packing import pack_corpus

    store = CorpusStore.open(corpus)
    with held(out / _LOCK_NAME, doing=f"packs into {out}"):
        with phase_bars() as on_progress:
            packs = pack_corpus(store, out, on_progress=on_progress)
        for name, packed in packs.items():
            say(f"{out / name}: {len(packed):,} songs, {packed.card['notes']:,} notes")
        if archives:
            from segue.training.pack_parts import write_archives

            for path in write_archives(packs["train"], out, archives):
                say(f"{path}: {path.stat().st_size / 1e6:,.1f} MB")


app.command()(export)
app.command()(push)


@app.command()
def index(
    corpus: Corpus,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="The index to make.")],
    split: Annotated[str, typer.Option(help="The split whose songs are in it.")] = "train",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes, 0.6 GB each; all cores by default.")
    ] = None,
) -> None:
    """Index the passages of a corpus's songs, for `segue novelty` and `fingerprint`.

    An interrupted run continues when the same command is given again.
    """
    require("corpus", "segue corpus index")
    from segue.corpus.progress import Progress
    from segue.corpus.workers import default_workers
    from segue.novelty.build import build_index

    with phase_bars() as on_progress:
        made = build_index(
            corpus,
            out,
            split=split,
            workers=workers or default_workers(),
            on_part=lambda done, total: on_progress(Progress("indexing", done, total)),
        )
    size = sum(path.stat().st_size for path in out.rglob("*.npy"))
    say(f"{out}: {made.n_songs:,} songs, {made.n_tokens:,} notes in lines, {size / 1e9:.2f} GB")


@app.command()
def fingerprint(
    corpus: Corpus,
    index: Annotated[
        Path,
        typer.Option(metavar="DIR", help="The index of the songs that the model was trained on."),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="FILE", help="The file to write, usually MODEL/novelty.npz."
        ),
    ],
    split: Annotated[
        str, typer.Option(help="The split of the yardstick: real music new to the model.")
    ] = "test",
    excerpts: Annotated[int, typer.Option(min=1, help="Excerpts of each of six lengths.")] = 400,
    seed: Annotated[int, typer.Option(help="The seed of the draw.")] = 1,
    force: Force = False,
) -> None:
    """Write what the takes of a model need for their novelty reports.

    A fingerprint of the training songs, and the yardstick: how long a passage real music of
    another split shares with them.
    """
    require("evaluate", "segue corpus fingerprint")
    from segue.corpus import CorpusStore
    from segue.corpus.progress import Progress
    from segue.evaluation.copies.yardstick import make_known_music
    from segue.novelty import PassageIndex

    with phase_bars() as on_progress:
        known = make_known_music(
            CorpusStore.open(corpus),
            PassageIndex.open(index),
            split=split,
            count=excerpts,
            seed=seed,
            on_step=lambda phase, done, total: on_progress(Progress(phase, done, total)),
        )
    if not force and out != (free := free_name(out)):
        note(f"{out}: already exists and stays; --force replaces it")
        out = free
    known.write(out)
    rate = known.fingerprint.false_positive_rate
    say(f"{out}: {out.stat().st_size / 1e6:.1f} MB, {100 * rate:.1f} % of unknown grams pass")


def _rescued(manifest: "Manifest") -> str:
    songs, notes = manifest.n_rescued_songs, manifest.n_rescued_notes
    return (
        f"{songs:,} {'song' if songs == 1 else 'songs'} needed Segue's own reader, which found "
        f"{notes:,} {'note' if notes == 1 else 'notes'} more, or found them to be drums"
    )


def _counted(manifest: "Manifest") -> str:
    return f"{manifest.n_songs:,} songs, {manifest.n_notes:,} notes, {manifest.n_clusters:,} tunes"
