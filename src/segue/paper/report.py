"""The report of an experiment: one HTML page with its figures, tables, music, and what they say.

Everything on the page is of the logs and models in the experiment's folder. Beside the page lie
each figure as SVG (and PNG), and the sampled music as MIDI, with piano rolls (and WAV, if asked).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from segue.errors import InputError
from segue.files import make_folder, write_bytes
from segue.midi import score_to_bytes
from segue.page import render_page
from segue.paper.architecture import draw_architecture
from segue.paper.beside import beside_rows, differences
from segue.paper.data import DATA_FOLDER, ExperimentData, open_data
from segue.paper.diffusion import DIFFUSION_FOLDER, open_best_vae
from segue.paper.diffusion_report import DiffusionSection, diffusion_music, read_diffusion
from segue.paper.figures import FORMATS, draw_diffusion, draw_figures
from segue.paper.findings import BetaRow, beta_rows, verdicts
from segue.paper.model_folder import load_paper_model
from segue.paper.representation import Float32Array
from segue.paper.results import Curves, Results, read_results
from segue.paper.run import BEST_FOLDER, MODEL_FOLDER
from segue.paper.samples import Sample, Sampler
from segue.paper.sweep import EXPERIMENT_NAME, SENSITIVITY_NAME, open_experiment
from segue.picture import draw_roll
from segue.sound import render

__all__ = ["LONG_S", "PAGE_NAME", "write_report"]

PAGE_NAME: Final = "index.html"
_TEMPLATE: Final = Path(__file__).with_name("report.html")
LONG_S: Final = 90.0
"""Seconds that the long piece has at least: the paper's section 5 claims so much."""
_SAMPLES: Final = 3
_SEED: Final = 1


@dataclass(frozen=True)
class _Piece:
    """A piece of music on the page, or why there is none."""

    name: str
    """Of its files; empty if there are none."""
    caption: str
    sample: Sample | None = None


@dataclass(frozen=True)
class _Picture:
    """A picture on the page, or a caption alone where `source` is empty."""

    source: str
    caption: str
    links: dict[str, str] = field(default_factory=dict)
    """Other files by the words that lead to them."""
    sound: str = ""
    """The name of a file to play; empty for none."""


_Table = Sequence[Sequence[str]]
"""Rows of cells, the header first."""


@dataclass(frozen=True)
class _Beside:
    """Another experiment on the page."""

    name: str
    changed: _Table
    """Settings that differ."""
    results: _Table


def write_report(
    folder: Path,
    out: Path,
    *,
    beside: Path | None = None,
    sound: bool = False,
    songs: bool = True,
    formats: Sequence[str] = FORMATS,
) -> Path:
    """Write the report of the experiment in `folder` into `out`; returns the page's path.

    Args:
        folder: the experiment's.
        out: made if it is not there.
        beside: another experiment to compare with, on the same page.
        sound: whether the music is rendered to WAV too.
        songs: whether test songs are continued, which puts the first notes of songs of the corpus
            beside the page; a report that is published must do without.
        formats: of the figures, ".svg" among them: the page shows that.

    Raises:
        InputError: there is no experiment, none of its models has trained, or `out` cannot be
            written.
        CheckpointError: a model is damaged.
    """
    config = open_experiment(folder)
    results = read_results(folder, config)
    data = open_data(folder / DATA_FOLDER, config.data)
    make_folder(out)
    chosen, diffusion = results.best_model(), read_diffusion(folder)
    captions: dict[str, str] = {}
    pieces: list[_Piece] = []
    model_folder = _weights_of(folder, chosen)
    if model_folder is not None:
        model = load_paper_model(model_folder)
        captions |= draw_architecture(model, out, formats)
        if len(data.representation.columns) == 6:
            sampler = Sampler(model, data.representation, order=config.data.order, seed=_SEED)
            n_given = _SAMPLES if songs and config.model.conditional else 0
            pieces = _music(sampler, data.splits["test"][:n_given], chosen)
            if diffusion is not None and (vae := open_best_vae(folder)).about == diffusion.vae:
                more = diffusion_music(folder, vae, samples=_SAMPLES, songs=n_given)
                pieces += [_Piece(*each) for each in more]
            pieces = [_written(piece, out, formats, sound=sound) for piece in pieces]
    captions |= draw_figures(results, out, formats)
    captions |= draw_diffusion(folder / DIFFUSION_FOLDER, out, formats)
    compared = None if beside is None else _beside(results, folder, beside)
    page = _page(results, data, folder, captions, pieces, diffusion, compared, formats, sound=sound)
    write_bytes(out / PAGE_NAME, page.encode())
    return out / PAGE_NAME


def _weights_of(folder: Path, curves: Curves) -> Path | None:
    for name in (BEST_FOLDER, MODEL_FOLDER):
        if (found := folder / curves.job.folder / name).is_dir():
            return found
    return None


def _music(sampler: Sampler, songs: Float32Array, curves: Curves) -> list[_Piece]:
    """Samples, continuations of songs, and a long piece."""
    whose = f"beta = {curves.job.beta:g}"
    pieces = [
        _Piece(f"sample-{n}", f"Unconditional sample {n}, {whose}", sampler.sample())
        for n in range(1, _SAMPLES + 1)
    ]
    for n, raw in enumerate(songs, start=1):
        caption = f"Test song {n}: its first notes as they are, and {whose} after them"
        pieces.append(_Piece(f"continuation-{n}", caption, sampler.continuation(raw)))
    try:
        long = sampler.long_piece(LONG_S)
        pieces.append(_Piece("long", f"A long piece, {long.seconds:.0f} seconds, {whose}", long))
    except InputError as error:  # a model that has not learned makes no music, and that is a result
        pieces.append(_Piece("", f"No long piece: {error}"))
    return pieces


def _written(piece: _Piece, out: Path, formats: Sequence[str], *, sound: bool) -> _Piece:
    """The piece with its files beside the page, as its caption then says."""
    sample = piece.sample
    if sample is None:
        return piece
    if not len(sample.table):
        return _Piece("", f"{piece.caption}: none of its notes can be held by MIDI")
    midi = score_to_bytes(sample.score)
    write_bytes(out / f"{piece.name}.mid", midi)
    for suffix in formats:
        draw_roll(sample.score, out / (piece.name + suffix))
    if sound:
        render(midi, out / f"{piece.name}.wav")
    left = f"; {sample.left_out} notes left out that MIDI cannot hold" if sample.left_out else ""
    return _Piece(piece.name, f"{piece.caption}: {len(sample.table)} notes{left}")


def _page(
    results: Results,
    data: ExperimentData,
    folder: Path,
    captions: dict[str, str],
    pieces: Sequence[_Piece],
    diffusion: DiffusionSection | None,
    compared: _Beside | None,
    formats: Sequence[str],
    *,
    sound: bool,
) -> str:
    sensitivity = json.loads((folder / SENSITIVITY_NAME).read_text(encoding="utf-8"))
    return render_page(
        _TEMPLATE,
        title="Multi-instrument music generation using VAEs: our runs",
        about=_about(results, data),
        verdicts=verdicts(results),
        betas=_beta_table(beta_rows(results)),
        sensitivity=_sensitivity_table(sensitivity),
        diffusion=diffusion,
        other=compared,
        figures=[
            _Picture(f"{name}.svg", captions[name], _png(name, formats))
            for name in sorted(captions, key=_figure_order)
        ],
        music=[_picture_of(piece, formats, sound=sound) for piece in pieces],
        settings=(folder / EXPERIMENT_NAME).read_text(encoding="utf-8"),
    )


def _beside(results: Results, folder: Path, other: Path) -> _Beside:
    theirs = read_results(other, open_experiment(other))
    head = ("", folder.name, other.name)
    return _Beside(
        name=other.name,
        changed=[head, *differences(results.config, theirs.config)],
        results=[head, *beside_rows(results, theirs)],
    )


def _about(results: Results, data: ExperimentData) -> str:
    sizes = ", ".join(f"{len(songs):,} {name}" for name, songs in data.splits.items())
    left = "; ".join(f"{count:,} {reason}" for reason, count in data.excluded.items() if count)
    hours = sum(float(each.epochs["seconds"][-1]) for each in results.curves) / 3600
    return (
        f"Songs: {sizes}, {data.n_notes} notes each. Left out: {left or 'none'}. "
        f"Models: {len(results.curves)}, {results.config.training.epochs} epochs each, "
        f"{hours:.1f} hours of training together."
    )


def _figure_order(name: str) -> tuple[int, str]:
    return (0 if name.startswith("figure") else 1, name)


def _beta_table(rows: Sequence[BetaRow]) -> _Table:
    head = (
        "beta", "FID, final", "FID, best", "conditional, final", "conditional, best",
        "sees order, final", "instrument loss converged, epoch",
        "notes outside MIDI, %", "the paper's figures show",
    )  # fmt: skip
    return [
        head,
        *(
            (
                f"{row.beta:g}", row.final, row.best, row.given_final, row.given_best,
                row.order_final, row.converged,
                row.outside_midi, row.paper,
            )
            for row in rows
        ),
    ]  # fmt: skip


def _sensitivity_table(found: dict[str, dict[str, float]]) -> _Table:
    rows = [(name, f"{row['columns']:,.2f}", f"{row['order']:,.2f}") for name, row in found.items()]
    return [("songs", "over note columns", "over a network that sees order"), *rows]


def _picture_of(piece: _Piece, formats: Sequence[str], *, sound: bool) -> _Picture:
    if not piece.name:
        return _Picture("", piece.caption)
    return _Picture(
        f"{piece.name}.svg",
        piece.caption,
        links={"MIDI": f"{piece.name}.mid"} | _png(piece.name, formats),
        sound=f"{piece.name}.wav" if sound else "",
    )


def _png(name: str, formats: Sequence[str]) -> dict[str, str]:
    return {"PNG": f"{name}.png"} if ".png" in formats else {}
