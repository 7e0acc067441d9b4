"""The report's section on the DDPM on the VAE's latents: table, verdict, curves, and music.

There is one where `segue paper diffusion` has measured; else there is none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from segue.diffusion.sampling import Plan
from segue.errors import InputError
from segue.evaluation.types import FloatArray
from segue.paper.diffusion import DIFFUSION_FOLDER, BestVAE, trained_denoiser
from segue.paper.diffusion_measures import (
    DDPM_LATENTS,
    MEASURES_NAME,
    PRIOR,
    TRAINING,
    draw_latents,
)
from segue.paper.latents import Float32Array, Kind, kinds_of
from segue.paper.samples import Sample, playable
from segue.reading import read_json

__all__ = ["DiffusionSection", "diffusion_music", "read_diffusion"]

_COLUMNS: Final = {
    "columns": ("FID", 0),
    "order": ("sees order", 1),
    "outside_midi": ("notes outside MIDI", 3),
    "latent_frechet": ("latent Frechet", 2),
    "latent_mmd": ("latent MMD", 4),
    "pitch_consistency": ("pitch consistency", 2),
    "pitch_variance": ("pitch variance", 2),
    "duration_consistency": ("duration consistency", 2),
    "duration_variance": ("duration variance", 2),
}
"""Titles and digits; the last four are framewise, and higher is nearer."""
_COMPARED: Final = {
    "columns": "the FID",
    "order": "the distance that sees order",
    "latent_frechet": "the Frechet distance of z",
}
_TITLES: Final[dict[Kind, str]] = {
    "unconditional": "From nothing",
    "conditional": "Given the first third of test songs",
}
_MUSIC_SEED: Final = 7

Measures = Mapping[str, Mapping[str, float | None]]
"""By row, by column."""


@dataclass(frozen=True)
class DiffusionSection:
    """What the page says; tables are rows of cells, the header first."""

    vae: dict[str, object]
    """Which weights its latents are of."""
    about: str
    tables: list[tuple[str, list[tuple[str, ...]]]]
    """By title."""
    verdicts: list[str]


def read_diffusion(experiment: Path) -> DiffusionSection | None:
    """The section of an experiment; None where nothing has been measured.

    Raises:
        InputError: `measures.json` is damaged.
    """
    path = experiment / DIFFUSION_FOLDER / MEASURES_NAME
    if not path.exists():
        return None
    try:
        found = read_json(path)
        measures: dict[Kind, Measures] = found["measures"]
        vae, songs = found["vae"], int(found["songs"])
        return DiffusionSection(
            vae=vae,
            about=f"The VAE is {vae['model']} after epoch {vae['epoch']}. Each row is of {songs} "
            "songs; the denoisers saw the latents of training songs.",
            tables=[(_TITLES[kind], _table(rows)) for kind, rows in measures.items()],
            verdicts=[_verdict(kind, rows) for kind, rows in measures.items()],
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path}: damaged ({error}); remove it, and run `segue paper diffusion` again"
        ) from error


def _table(rows: Measures) -> list[tuple[str, ...]]:
    head = ("z and songs", *(title for title, _ in _COLUMNS.values()))
    return [
        head,
        *(
            (name, *(_cell(row.get(key), digits) for key, (_, digits) in _COLUMNS.items()))
            for name, row in rows.items()
        ),
    ]


def _cell(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"


def _verdict(kind: Kind, rows: Measures) -> str:
    """Whether the DDPM's samples are nearer to real songs than the prior's, measure by measure."""
    parts = []
    for key, title in _COMPARED.items():
        _, digits = _COLUMNS[key]
        prior, ours, ceiling = (rows[name].get(key) for name in (PRIOR, DDPM_LATENTS, TRAINING))
        if prior is None or ours is None or ceiling is None:
            continue
        nearer = "nearer" if ours < prior else "not nearer"
        parts.append(
            f"by {title} {nearer} ({_cell(ours, digits)} instead of {_cell(prior, digits)}; "
            f"training songs: {_cell(ceiling, digits)})"
        )
    what = "samples" if kind == "unconditional" else "continuations"
    if not parts:
        return f"The DDPM's {what} cannot be compared: a figure is missing."
    return (
        f"Beside those of z from N(0, I), the DDPM's {what} are "
        + ", ".join(parts)
        + ". Of one draw each: small differences may be chance."
    )


def diffusion_music(
    experiment: Path, vae: BestVAE, *, samples: int, songs: int
) -> list[tuple[str, str, Sample]]:
    """Music of the DDPM's z: name, caption and piece of each.

    Args:
        experiment: its folder.
        vae: whose decoders are used.
        samples: how many pieces from nothing.
        songs: how many test songs are continued, if the model can.

    Raises:
        CheckpointError: a network is missing or damaged.
    """
    pieces = [
        (f"ddpm-{number}", f"Sample {number} of the DDPM's z, {vae.name}", playable(table))
        for number, table in enumerate(
            _drawn(experiment, vae, "unconditional", np.zeros((samples, 0), np.float32)), start=1
        )
    ]
    if "conditional" not in kinds_of(vae.model) or not songs:
        return pieces
    given = vae.latents("test", "conditional").given[:songs]
    n = vae.model.config.partial_notes
    for number, table in enumerate(_drawn(experiment, vae, "conditional", given), start=1):
        whole = np.concatenate([vae.data.splits["test"][number - 1][:n], table[n:]])
        caption = f"Test song {number}: its first notes as they are, and the DDPM's z after them"
        pieces.append((f"ddpm-continuation-{number}", caption, playable(whole)))
    return pieces


def _drawn(experiment: Path, vae: BestVAE, kind: Kind, given: Float32Array) -> Sequence[FloatArray]:
    """Note tables of a z of the DDPM for each row of `given`."""
    z = draw_latents(trained_denoiser(experiment, kind), given, Plan(), seed=_MUSIC_SEED)
    return vae.songs(z, given if kind == "conditional" else None)
