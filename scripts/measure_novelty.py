"""Does a model copy more than new real music quotes? Takes and what really came next, side by side.

    python scripts/measure_novelty.py CORPUS INDEX TAKES --out docs/novelty.png

Prompts of eight bars of test songs, four takes of eight bars each, written into TAKES as MIDI files
(those that are there already are read), against the eight bars that the songs go on with. Both are
measured with the exact index of the training songs, the prompt being what was there already. It
prints a table in Markdown and the worst takes, and draws the distributions.
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from segue.corpus import CorpusStore
from segue.errors import InputError
from segue.evaluation.copies.yardstick import Heard, draw_heard
from segue.midi import read_document, score_to_bytes, write_file
from segue.models.folder import model_folder
from segue.novelty import Kind, NoveltyReport, PassageIndex, read_known_music
from segue.novelty.known import FILE_NAME
from segue.novelty.search import PassageSearch, kinships
from segue.score import Score

BARS = 8
TAKES = 4
SHARES = (0.5, 0.75, 0.9, 0.95, 1.0)
KINDS = [kind.name.lower() for kind in Kind]
WORST = 8
Written = tuple[int, int, Score]
"""Number of the prompt, number of the take, the new bars."""


def write_takes(heard: list[Heard], folder: Path, model: str, seed: int) -> list[Written]:
    """The takes of each prompt; those that are in the folder are not written again."""
    from segue.generation.composer import load

    folder.mkdir(parents=True, exist_ok=True)
    composer = None
    found = []
    for number, each in enumerate(heard):
        paths = [folder / f"{number:03d}-{take}.mid" for take in range(1, TAKES + 1)]
        if not all(path.exists() for path in paths):
            composer = composer or load(model)
            takes = composer.continue_(each.own, bars=BARS, takes=TAKES, seed=seed + number)
            for path, made in zip(paths, takes, strict=True):
                write_file(path, score_to_bytes(made.new_bars))
        for take, path in enumerate(paths, 1):
            try:
                found.append((number, take, read_document(path).score))
            except InputError as error:
                raise SystemExit(f"{path}: {error}") from error
    return found


def lengths(reports: list[NoveltyReport], kind: str) -> np.ndarray:
    """The longest passage of a kind in each report, in notes."""
    found = [getattr(report, kind) for report in reports]
    return np.array([passage.notes if passage else 0 for passage in found])


def show(name: str, reports: list[NoveltyReport]) -> None:
    """Rows of the table."""
    for kind in KINDS:
        cells = [f"{q:.0f}" for q in np.quantile(lengths(reports, kind), SHARES)]
        typer.echo(f"| {name}, {kind} | " + " | ".join(cells) + " |")


def draw(takes: list[NoveltyReport], real: list[NoveltyReport], model: str, out: Path) -> None:
    """By kind: the share of takes, and of real excerpts, with a passage of at least N notes."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(10, 3.2), sharey=True, layout="constrained")
    titles = ("in one pitched track", "in the drums", "in all pitched tracks together")
    for axis, kind, title in zip(axes, KINDS, titles, strict=True):
        for name, reports, colour in (
            ("new real music", real, "#555555"),
            (f"takes of {model}", takes, "#c2410c"),
        ):
            values = np.sort(lengths(reports, kind))
            notes = np.arange(0, 61)
            share = 1 - np.searchsorted(values, notes, side="left") / len(values)
            axis.plot(notes, 100 * share, color=colour, label=f"{name} ({len(values)})")
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("notes, at least")
        axis.set_xlim(8, 60)
        axis.set_ylim(0, 100)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("% that share such a passage")
    axes[0].legend(frameon=False, fontsize=8)
    figure.savefig(out, dpi=130)


def measure(
    corpus: Annotated[Path, typer.Argument()],
    index: Annotated[Path, typer.Argument()],
    takes: Annotated[Path, typer.Argument(help="A folder for the takes.")],
    out: Annotated[Path, typer.Option(help="The figure.")],
    model: Annotated[str, typer.Option()] = "band",
    prompts: Annotated[int, typer.Option()] = 50,
    seed: Annotated[int, typer.Option()] = 11,
) -> None:
    """Write takes, measure them, and print the figures."""
    store, opened = CorpusStore.open(corpus), PassageIndex.open(index)
    known = read_known_music(model_folder(model) / FILE_NAME)
    heard = draw_heard(store, split="test", count=prompts, n_bars=BARS, seed=seed)
    written = write_takes(heard, takes, model, seed)
    exact = [known.exact_report(new, opened, own=[heard[n].own]) for n, _, new in written]
    bound = [known.report(new, own=[heard[n].own]) for n, _, new in written]
    real = [known.exact_report(each.new, opened, own=[each.own]) for each in heard]
    many = draw_heard(store, split="test", count=20 * prompts, n_bars=BARS, seed=seed + 1)
    others = [known.exact_report(each.new, opened, own=[each.own]) for each in many]
    others_bound = [known.report(each.new, own=[each.own]) for each in many]
    typer.echo("| longest passage, notes | " + " | ".join(f"{s:.0%}" for s in SHARES) + " |")
    typer.echo("|---|" + "--:|" * len(SHARES))
    show(f"{len(exact)} takes", exact)
    show(f"{len(real)} real continuations", real)
    show(f"{len(others)} real excerpts", others)
    for name, reports in (
        ("takes, exactly", exact), ("takes, by the fingerprint", bound),
        ("real continuations, exactly", real), ("real excerpts, exactly", others),
        ("real excerpts, by the fingerprint", others_bound),
    ):  # fmt: skip
        share = np.mean([report.deserves_attention for report in reports])
        in_long = np.mean([report.share for report in reports])
        typer.echo(
            f"{name}: {share:.1%} deserve attention; {in_long:.1%} of notes in long passages"
        )
    draw(exact, others, model, out)
    search, names = PassageSearch(opened, store), store.metadata["path"]
    rarity = [r.longest.as_much if r.longest else 1.0 for r in exact]
    for place in np.argsort(rarity, kind="stable")[:WORST]:
        number, take, new = written[place]
        typer.echo(
            f"\nprompt {number} (song {heard[number].song}) take {take}: {exact[place].words}"
        )
        for kin in kinships(search.find(new, own=[heard[number].own]))[:2]:
            typer.echo(f"  {kin.n_notes} notes, tracks {kin.tracks}, as in {names[kin.song]}")


if __name__ == "__main__":
    typer.run(measure)
